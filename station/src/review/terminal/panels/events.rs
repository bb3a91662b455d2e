//! What happened, a row each; those of the cursor's second are marked.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::super::marks::{Mark, MarkKind};
use super::super::opened::Opened;
use super::super::view::View;
use super::clock;
use crate::dashboard::panels::text::{self, span};

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, view: &View<'_>, opened: &Opened) {
    let marks: Vec<&Mark> = opened
        .marks
        .iter()
        .filter(|mark| view.ui.all_events || mark.is_main())
        .collect();
    let glyphs = view.theme.glyphs;
    if marks.is_empty() {
        let line = Line::from(span(
            " Nothing happened: c shows what the load did by itself.",
            view.theme.plain(),
        ));
        text::row(frame, area, 0, line, glyphs);
        return;
    }
    let cursor = view.ui.axis.cursor();
    // The last row at or before the cursor stays on the screen, with some after it.
    let here = marks.partition_point(|mark| mark.t_s <= cursor);
    let seats = usize::from(area.height).max(1);
    let first = (here + seats / 3)
        .min(marks.len())
        .saturating_sub(seats)
        .min(here.saturating_sub(1));
    for (row, mark) in (0..area.height).zip(marks.iter().skip(first)) {
        let base = if mark.t_s == cursor {
            view.theme.selected()
        } else {
            view.theme.plain()
        };
        text::row(frame, area, row, line(view, mark, base), glyphs);
    }
}

fn line(view: &View<'_>, mark: &Mark, base: Style) -> Line<'static> {
    let style = match mark.kind {
        MarkKind::Alarm(priority) => base.patch(view.theme.alarm(priority, false)),
        MarkKind::Entry(_)
        | MarkKind::Person
        | MarkKind::Refused
        | MarkKind::Pause
        | MarkKind::Gap => base.patch(view.theme.key()),
        MarkKind::Phase | MarkKind::Notice | MarkKind::Load | MarkKind::AlarmLater => base,
    };
    Line::from(vec![
        span(format!(" {:>7}  ", clock(mark.t_s)), base),
        span(format!("{:<4}", mark.sign()), style),
        span(mark.text.clone(), base),
    ])
}
