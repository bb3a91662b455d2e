//! The sessions of a day, a row each, and what is to be said of the marked one.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::day::{Row, Told};
use super::super::view::View;
use crate::dashboard::panels::text::{self, span};
use crate::dashboard::words;
use crate::records::archive::local;

/// Rows for what is said of the marked session.
const TOLD: u16 = 3;

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
    let day = &view.review.day;
    let [heading, list, told] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(TOLD),
    ])
    .areas(area);
    let glyphs = view.theme.glyphs;
    if day.rows.is_empty() {
        let words = match (day.sessions, day.date) {
            (0, _) | (_, None) if day.damaged => {
                " No session can be read: pages of the record are damaged, see station verify."
                    .to_owned()
            }
            (0, _) => " The record has no session yet.".to_owned(),
            (_, Some(date)) => format!(
                " No session on {date} fits. Left and Right go to days that have one, / searches anew."
            ),
            (all, None) => format!(" None of {all} sessions fits: / searches anew, Esc shows all."),
        };
        text::row(
            frame,
            list,
            0,
            Line::from(span(words, view.theme.plain())),
            glyphs,
        );
        return;
    }
    let line = Line::from(span(HEADING, view.theme.quiet()));
    text::row(frame, heading, 0, line, glyphs);
    let marked = view.review.marked(view.ui);
    let seats = usize::from(list.height).max(1);
    let first = marked.saturating_sub(seats - 1);
    for (row, (place, entry)) in (0..list.height).zip(day.rows.iter().enumerate().skip(first)) {
        let base = if place == marked {
            view.theme.selected()
        } else {
            view.theme.plain()
        };
        text::row(frame, list, row, of_row(view, entry, base), glyphs);
    }
    if let Some(row) = day.rows.get(marked) {
        for (row, words) in (0..TOLD).zip(said(row, area.width)) {
            let line = Line::from(span(words, view.theme.plain()));
            text::row(frame, told, row, line, glyphs);
        }
    }
}

const HEADING: &str =
    "  time  patient  station       min prescription      zone alarms lost signed";

fn of_row(view: &View<'_>, row: &Row, base: Style) -> Line<'static> {
    let line = &row.line;
    let began = local(line.began_wall_micros, &view.theme.time_zone);
    let time = began.split(' ').nth(1).unwrap_or("--").to_owned();
    let over = if view.ui.to_lay_over.as_ref() == Some(&line.id) {
        'o'
    } else {
        ' '
    };
    let minutes = format!("{:.0}", line.seconds / 60.0);
    let mut spans = vec![span(
        format!(
            "{over} {time:<5} {:<8} {} {minutes:>4} ",
            line.patient,
            place(row)
        ),
        base,
    )];
    match &row.told {
        None => spans.push(span("reading", base)),
        Some(Err(_)) => spans.push(span("cannot be read: see below", base)),
        Some(Ok(told)) => spans.extend(of_told(view, told, base)),
    }
    Line::from(spans)
}

/// Where it was: `1 bike`, `2+3 bike,treadmill` as far as there is room.
fn place(row: &Row) -> String {
    let stations: Vec<String> = row.line.stations.iter().map(ToString::to_string).collect();
    let machines: Vec<&str> = match &row.told {
        Some(Ok(told)) => told
            .machines
            .iter()
            .map(|kind| words::machine(*kind))
            .collect(),
        Some(Err(_)) | None => Vec::new(),
    };
    let text = format!("{} {}", stations.join("+"), machines.join("+"));
    let text: String = text.chars().take(12).collect();
    format!("{text:<12}")
}

fn of_told(view: &View<'_>, told: &Told, base: Style) -> Vec<Span<'static>> {
    let zone = match told.in_zone_percent {
        Some(percent) => format!("{} %", words::share(percent)),
        // A zone beside an ordered load is nobody's order.
        None if told.verdict.is_by_load() => "load".to_owned(),
        None => "--".to_owned(),
    };
    let [high, medium, low] = told.alarms;
    let alarms = format!("{high}/{medium}/{low}");
    let verdict = match told.verdict.met {
        Some(false) => base.patch(view.theme.title()),
        Some(true) | None => base,
    };
    vec![
        span(format!("{:<17} ", told.verdict.short()), verdict),
        span(format!("{zone:>5} "), base),
        span(format!("{alarms:>6} "), base),
        span(format!("{:>4.1} {}", told.lost_min, told.signature), base),
    ]
}

/// What is to be said of the marked session, in so many lines.
fn said(row: &Row, width: u16) -> Vec<String> {
    let mut lines = vec![format!(" {}", row.line.id)];
    let words = match &row.told {
        None => return lines,
        Some(Err(because)) => format!("cannot be read: {because}"),
        Some(Ok(told)) => told.verdict.sentence(),
    };
    lines.extend(
        text::wrap(&words, width.saturating_sub(2), usize::from(TOLD) - 1)
            .into_iter()
            .map(|line| format!(" {line}")),
    );
    lines
}
