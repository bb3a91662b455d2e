//! Every key, from the table that the keys are read by.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::text::{self, span};
use super::window::window;
use crate::dashboard::keys::{Section, TABLE};
use crate::dashboard::theme::Theme;
use crate::dashboard::view::View;

/// Width of the keys before their words.
const KEYS: usize = 15;

pub(super) fn render(frame: &mut Frame<'_>, body: Rect, view: &View<'_>, page: u8) {
    paged(frame, body, view.theme, page, "Help", |width| {
        lines(view, width)
    });
}

/// A window of lines in pages, in two columns where there is room; a page past the last is the first again.
pub(crate) fn paged(
    frame: &mut Frame<'_>,
    body: Rect,
    theme: &Theme,
    page: u8,
    title: &str,
    lines: impl Fn(u16) -> Vec<Line<'static>>,
) {
    let columns = if body.width >= 150 { 2 } else { 1 };
    let width = body.width.saturating_sub(4) / columns;
    let lines = lines(width);
    let rows = usize::from(body.height.saturating_sub(2)).max(1);
    let seats = rows * usize::from(columns);
    let pages = lines.len().div_ceil(seats).max(1);
    let page = usize::from(page) % pages;
    let title = if pages > 1 {
        format!("{title} {} of {pages}: Tab next page, Esc closes", page + 1)
    } else {
        format!("{title}: Esc closes")
    };
    let size = (body.width.saturating_sub(4), body.height.saturating_sub(2));
    let inner = window(frame, body, theme, &title, size);
    for (place, line) in lines.into_iter().skip(page * seats).take(seats).enumerate() {
        let column = u16::try_from(place / rows).unwrap_or(0);
        let row = u16::try_from(place % rows).unwrap_or(0);
        let area = Rect::new(
            inner.x + column * width,
            inner.y,
            width.saturating_sub(1),
            inner.height,
        );
        text::row(frame, area, row, line, theme.glyphs);
    }
}

/// Lines of one row of a table of keys: the keys, and what they do in as many lines as it takes.
pub(crate) fn key_lines(theme: &Theme, width: u16, keys: &str, says: &str) -> Vec<Line<'static>> {
    let room = width.saturating_sub(u16::try_from(KEYS).unwrap_or(0) + 1);
    let mut keys = keys;
    text::wrap(says, room, 3)
        .into_iter()
        .map(|says| {
            let line = Line::from(vec![
                span(format!("{keys:<KEYS$}"), theme.key()),
                span(says, theme.quiet()),
            ]);
            keys = "";
            line
        })
        .collect()
}

fn lines(view: &View<'_>, width: u16) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for (section, heading) in Section::ALL {
        lines.push(Line::from(span(heading, view.theme.title())));
        for binding in TABLE.iter().filter(|row| row.section == section) {
            lines.extend(key_lines(view.theme, width, binding.shown, binding.says));
        }
    }
    lines.push(Line::from(span("Marks", view.theme.title())));
    for (mark, says) in marks(view) {
        lines.extend(key_lines(view.theme, width, &mark, says));
    }
    lines
}

/// Marks that no word stands beside where room is short.
fn marks(view: &View<'_>) -> [(String, &'static str); 2] {
    let glyphs = view.theme.glyphs;
    let [_, level, _] = glyphs.trend;
    [
        (
            format!("{level}106{}5", glyphs.give_or_take),
            "trend, and what is foretold for 60 s ahead: of what was foretold in the last 5 min, nine of ten were within the band",
        ),
        (
            glyphs.foretold.to_owned(),
            "the same band on the heart rate's bar; | is the limit",
        ),
    ]
}
