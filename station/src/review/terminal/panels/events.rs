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
    let room = area.width.saturating_sub(BEFORE);
    let texts: Vec<Vec<String>> = marks
        .iter()
        .map(|mark| text::wrap(&mark.text, room, 2))
        .collect();
    let here = marks.partition_point(|mark| mark.t_s <= cursor);
    let mut row = 0;
    for (mark, words) in
        marks
            .iter()
            .zip(&texts)
            .skip(first(&texts, here, usize::from(area.height)))
    {
        let base = if mark.t_s == cursor {
            view.theme.selected()
        } else {
            view.theme.plain()
        };
        for (place, words) in words.iter().enumerate() {
            if row >= area.height {
                return;
            }
            let line = if place == 0 {
                line(view, mark, words.clone(), base)
            } else {
                let indent = usize::from(BEFORE);
                Line::from(span(format!("{:indent$}{words}", ""), base))
            };
            text::row(frame, area, row, line, glyphs);
            row += 1;
        }
    }
}

/// When it was, and its sign.
const BEFORE: u16 = 14;

/// From which event on there is room for the last at or before the cursor, whole, with some after it.
fn first(texts: &[Vec<String>], here: usize, rows: usize) -> usize {
    let after: usize = texts.iter().skip(here).map(Vec::len).sum();
    let mut room = rows.saturating_sub(after.min(rows / 3));
    let before = texts.iter().take(here).rev().take_while(|words| {
        let fits = words.len() <= room;
        room = room.saturating_sub(words.len());
        fits
    });
    here - before.count().clamp(here.min(1), here)
}

fn line(view: &View<'_>, mark: &Mark, words: String, base: Style) -> Line<'static> {
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
        span(words, base),
    ])
}
