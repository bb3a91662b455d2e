//! Every key, from the table that the keys are read by.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::dialog;
use super::text::{self, span};
use crate::dashboard::keys::{Section, TABLE};
use crate::dashboard::view::View;

/// Width of the keys before their words.
const KEYS: usize = 15;

pub(super) fn render(frame: &mut Frame<'_>, body: Rect, view: &View<'_>, page: u8) {
    let columns = if body.width >= 150 { 2 } else { 1 };
    let width = body.width.saturating_sub(4) / columns;
    let lines = lines(view, width);
    let rows = usize::from(body.height.saturating_sub(2)).max(1);
    let seats = rows * usize::from(columns);
    let pages = lines.len().div_ceil(seats).max(1);
    let page = usize::from(page) % pages;
    let title = if pages > 1 {
        format!("Help {} of {pages}: Tab next page, Esc closes", page + 1)
    } else {
        "Help: Esc closes".to_owned()
    };
    let size = (body.width.saturating_sub(4), body.height.saturating_sub(2));
    let inner = dialog::window(frame, body, view, &title, size);
    for (place, line) in lines.into_iter().skip(page * seats).take(seats).enumerate() {
        let column = u16::try_from(place / rows).unwrap_or(0);
        let row = u16::try_from(place % rows).unwrap_or(0);
        let area = Rect::new(
            inner.x + column * width,
            inner.y,
            width.saturating_sub(1),
            inner.height,
        );
        text::row(frame, area, row, line, view.theme.glyphs);
    }
}

fn lines(view: &View<'_>, width: u16) -> Vec<Line<'static>> {
    let room = width.saturating_sub(u16::try_from(KEYS).unwrap_or(0) + 1);
    let mut lines = Vec::new();
    for (section, heading) in Section::ALL {
        lines.push(Line::from(span(heading, view.theme.title())));
        for binding in TABLE.iter().filter(|row| row.section == section) {
            let mut keys = binding.shown;
            for says in text::wrap(binding.says, room, 3) {
                lines.push(Line::from(vec![
                    span(format!("{keys:<KEYS$}"), view.theme.key()),
                    span(says, view.theme.quiet()),
                ]));
                keys = "";
            }
        }
    }
    lines.push(Line::from(span("Marks", view.theme.title())));
    for (mark, says) in marks(view) {
        let mut mark = mark;
        for says in text::wrap(says, room, 3) {
            lines.push(Line::from(vec![
                span(format!("{mark:<KEYS$}"), view.theme.key()),
                span(says, view.theme.quiet()),
            ]));
            mark.clear();
        }
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
