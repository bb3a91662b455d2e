//! Every key, from the table that the keys are read by.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::dialog;
use super::text::{self, span};
use crate::dashboard::keys::{Section, TABLE};
use crate::dashboard::view::View;

/// Width of the keys before their words.
const KEYS: usize = 14;

pub(super) fn render(frame: &mut Frame<'_>, body: Rect, view: &View<'_>) {
    let inner = dialog::window(
        frame,
        body,
        view,
        "Help: Esc closes",
        (body.width.saturating_sub(4), body.height),
    );
    let columns = if inner.width >= 150 { 2 } else { 1 };
    let width = inner.width / columns;
    let mut lines = lines(view, width);
    // On a low screen the headings go first, then the rows that the footer shows anyway.
    let seats = usize::from(inner.height) * usize::from(columns);
    if lines.len() > seats {
        lines.retain(|line| line.heading.is_none());
    }
    let mut place = (0, 0);
    if lines.len() > seats {
        compact(frame, inner, view);
        return;
    }
    for line in lines {
        if place.1 >= inner.height {
            place = (place.0 + 1, 0);
        }
        let column = Rect::new(
            inner.x + place.0 * width,
            inner.y,
            width.saturating_sub(1),
            inner.height,
        );
        text::row(frame, column, place.1, line.line, view.theme.glyphs);
        place.1 += 1;
    }
}

struct HelpLine {
    line: Line<'static>,
    heading: Option<Section>,
}

fn lines(view: &View<'_>, width: u16) -> Vec<HelpLine> {
    let room = width.saturating_sub(u16::try_from(KEYS).unwrap_or(0) + 1);
    let mut lines = Vec::new();
    for (section, heading) in Section::ALL {
        lines.push(HelpLine {
            line: Line::from(span(heading, view.theme.title())),
            heading: Some(section),
        });
        for binding in TABLE.iter().filter(|row| row.section == section) {
            let mut keys = binding.shown;
            for says in text::wrap(binding.says, room, 3) {
                lines.push(HelpLine {
                    line: Line::from(vec![
                        span(format!("{keys:<KEYS$}"), view.theme.key()),
                        span(says, view.theme.quiet()),
                    ]),
                    heading: None,
                });
                keys = "";
            }
        }
    }
    lines
}

/// For a low screen: keys with their short words, in two columns; every key still stands there.
fn compact(frame: &mut Frame<'_>, inner: Rect, view: &View<'_>) {
    let columns = 2;
    let width = inner.width / columns;
    let mut place = (0, 0);
    for binding in TABLE {
        if place.1 >= inner.height {
            place = (place.0 + 1, 0);
        }
        let area = Rect::new(
            inner.x + place.0 * width,
            inner.y,
            width.saturating_sub(1),
            inner.height,
        );
        let line = Line::from(vec![
            span(format!("{:<KEYS$}", binding.shown), view.theme.key()),
            span(binding.says, view.theme.quiet()),
        ]);
        text::row(frame, area, place.1, line, view.theme.glyphs);
        place.1 += 1;
    }
}
