//! Under the lanes, on the same axis: phases, what held the load back, alarms, what people did, and the time.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::axis::ticks;
use super::super::marks::{Mark, MarkKind};
use super::super::opened::Opened;
use super::super::view::View;
use super::chart::LABEL;
use super::clock;
use crate::dashboard::panels::text::{self, span};
use crate::dashboard::words;
use crate::dashboard::words::limiters::Group;
use crate::records::session::HoleKind;

/// Rows of all of it.
pub(super) const ROWS: u16 = 5;

/// A row of cells, each with its style.
struct Strip {
    cells: Vec<(String, Style)>,
}

impl Strip {
    fn new(columns: u16, style: Style) -> Self {
        Self {
            cells: vec![(" ".to_owned(), style); usize::from(columns)],
        }
    }

    fn put(&mut self, column: u16, glyph: &str, style: Style) {
        if let Some(cell) = self.cells.get_mut(usize::from(column)) {
            *cell = (glyph.to_owned(), style);
        }
    }

    /// Words from a column on, as far as there are cells.
    fn write(&mut self, column: u16, words: &str, most: u16, style: Style) {
        for (place, letter) in (column..).take(usize::from(most)).zip(words.chars()) {
            self.put(place, &letter.to_string(), style);
        }
    }

    fn is_free(&self, column: u16) -> bool {
        self.cells
            .get(usize::from(column))
            .is_some_and(|(glyph, _)| glyph == " ")
    }

    /// The strip as a line with its name in front; the cursor's cell is seen.
    fn line(mut self, view: &View<'_>, name: &str) -> Line<'static> {
        let cursor = usize::from(view.ui.axis.cursor_column());
        if let Some((_, style)) = self.cells.get_mut(cursor) {
            *style = style.patch(view.theme.selected());
        }
        let width = usize::from(LABEL) - 1;
        let mut spans: Vec<Span<'static>> =
            vec![span(format!("{name:<width$} "), view.theme.quiet())];
        spans.extend(
            self.cells
                .into_iter()
                .map(|(glyph, style)| span(glyph, style)),
        );
        Line::from(spans)
    }
}

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, view: &View<'_>, opened: &Opened) {
    let rows = [
        phases(view, opened).line(view, "phase"),
        held(view, opened).line(view, "held by"),
        alarms(view, opened).line(view, "alarms"),
        people(view, opened).line(view, "people"),
        times(view).line(view, "min:s"),
    ];
    for (row, line) in (0..area.height).zip(rows) {
        text::row(frame, area, row, line, view.theme.glyphs);
    }
}

fn phases(view: &View<'_>, opened: &Opened) -> Strip {
    let axis = &view.ui.axis;
    let style = view.theme.quiet();
    let mut strip = Strip::new(axis.cells(), style);
    // What a stretch without a phase is, has its name there.
    let name = |column: u16| {
        let seconds = axis.seconds_of(column);
        let phase = opened.phase_at(seconds.start.midpoint(seconds.end - 1));
        phase
            .map(words::phase)
            .or_else(|| opened.moments.hole(seconds).map(HoleKind::words))
    };
    let mut column = 0;
    while column < axis.cells() {
        let here = name(column);
        let length = (column..axis.cells())
            .take_while(|next| name(*next) == here)
            .count();
        let length = u16::try_from(length).unwrap_or(1).max(1);
        if let Some(here) = here {
            strip.put(column, view.theme.glyphs.chart.border, style);
            strip.write(column + 1, here, length - 1, style);
        }
        column = column.saturating_add(length);
    }
    strip
}

/// The gravest of what held the load back in each column.
fn held(view: &View<'_>, opened: &Opened) -> Strip {
    let axis = &view.ui.axis;
    let chart = &view.theme.glyphs.chart;
    let mut strip = Strip::new(axis.cells(), view.theme.quiet());
    for column in 0..axis.cells() {
        let seconds = axis.seconds_of(column);
        let within = || opened.moments.within(&opened.record, seconds.clone());
        let gravest = within()
            .filter_map(|(_, second)| Group::of(second.reason))
            .max();
        match gravest {
            Some(group) => {
                let style = match group {
                    Group::Ramp | Group::Ceiling | Group::Hand => view.theme.quiet(),
                    Group::Foretold
                    | Group::House
                    | Group::RecordGap
                    | Group::Signal
                    | Group::Machine
                    | Group::Saturation
                    | Group::HeartRate
                    | Group::Entry
                    | Group::Stop => view.theme.title(),
                };
                strip.put(column, &group.letter().to_string(), style);
            }
            None if within().any(|(_, second)| second.is_exercise()) => {
                strip.put(column, chart.free, view.theme.stale());
            }
            None => {
                let found = opened
                    .moments
                    .stretch(&opened.record, seconds.clone(), |_, _| None);
                if found.hole.is_some() {
                    strip.put(column, chart.hatch, view.theme.stale());
                }
            }
        }
    }
    strip
}

/// Which groups held the load of a session back at all, the gravest first.
pub(super) fn groups(opened: &Opened) -> Vec<Group> {
    let groups: BTreeSet<Group> = opened
        .record
        .seconds()
        .filter_map(|(_, second)| Group::of(second.reason))
        .collect();
    groups.into_iter().rev().collect()
}

/// Alarms by their signs, the gravest first; one that finds its cell taken adds a plus.
fn alarms(view: &View<'_>, opened: &Opened) -> Strip {
    let axis = &view.ui.axis;
    let mut strip = Strip::new(axis.cells(), view.theme.quiet());
    let mut raised: Vec<(control::rules::Priority, &Mark)> = opened
        .marks
        .iter()
        .filter_map(|mark| match mark.kind {
            MarkKind::Alarm(priority) => Some((priority, mark)),
            MarkKind::Entry(_)
            | MarkKind::Person
            | MarkKind::Refused
            | MarkKind::Pause
            | MarkKind::Phase
            | MarkKind::Gap
            | MarkKind::Notice
            | MarkKind::Load
            | MarkKind::AlarmLater => None,
        })
        .collect();
    raised.sort_by_key(|(priority, mark)| (Reverse(*priority), mark.t_s));
    for (priority, mark) in raised {
        let Some(column) = axis.column_of(mark.t_s) else {
            continue;
        };
        let style = view.theme.alarm(priority, false);
        let sign = mark.sign();
        let free = (column..)
            .take(sign.len())
            .all(|place| strip.is_free(place));
        if free {
            strip.write(column, &sign, 3, style);
        } else {
            // A part of another's sign may stand there: what is more than one is said so.
            strip.put(column, "+", style);
        }
    }
    strip
}

fn people(view: &View<'_>, opened: &Opened) -> Strip {
    let axis = &view.ui.axis;
    let mut strip = Strip::new(axis.cells(), view.theme.quiet());
    for mark in opened.marks.iter().filter(|mark| mark.is_of_people()) {
        let Some(column) = axis.column_of(mark.t_s) else {
            continue;
        };
        let sign = mark.sign();
        let taken = !strip.is_free(column);
        let same = strip
            .cells
            .get(usize::from(column))
            .is_some_and(|(glyph, _)| *glyph == sign);
        if !taken {
            strip.put(column, &sign, view.theme.key());
        } else if !same {
            strip.put(column, "+", view.theme.key());
        }
    }
    strip
}

fn times(view: &View<'_>) -> Strip {
    let axis = &view.ui.axis;
    let style = view.theme.quiet();
    let mut strip = Strip::new(axis.cells(), style);
    for (column, second) in ticks(axis, 9) {
        let words = format!("{}{}", view.theme.glyphs.chart.border, clock(second));
        strip.write(column, &words, 8, style);
    }
    strip
}
