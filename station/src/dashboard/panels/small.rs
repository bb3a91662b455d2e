//! A screen too small for the wall: alarms, the worst stations, and STOP.

use control::view::PhaseKind;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::text::{self, span};
use super::{alarms as alarm_panel, footer, header, vitals};
use crate::dashboard::alarms;
use crate::dashboard::dialog::Dialog;
use crate::dashboard::view::View;
use crate::gym::snapshot::StationSnapshot;

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
    let glyphs = view.theme.glyphs;
    if area.height == 0 {
        return;
    }
    // The stop key keeps the last line whatever the height.
    let last = area.height - 1;
    text::row(frame, area, last, Line::from(footer::stop(view)), glyphs);
    if last == 0 {
        return;
    }
    let top = Rect::new(area.x, area.y, area.width, 1);
    header::render(frame, top, view);
    let Some(snapshot) = view.seen.snapshot else {
        return;
    };
    let remark = Rect::new(area.x, area.y + last.saturating_sub(1), area.width, 1);
    let middle = Rect::new(area.x, area.y + 1, area.width, last.saturating_sub(2));
    footer::remark(frame, remark, view);
    if let Some(open) = &view.ui.dialog {
        super::dialog::render(frame, middle, view, open);
        if !matches!(open, Dialog::Help(_)) {
            return;
        }
    }
    let count = u16::try_from(alarms::all(snapshot).len().max(1)).unwrap_or(u16::MAX);
    let rows = count.min(middle.height.div_ceil(2));
    let upper = Rect::new(middle.x, middle.y, middle.width, rows);
    let _taken = alarm_panel::render(frame, upper, view);
    let others = Rect::new(
        middle.x,
        middle.y + rows,
        middle.width,
        middle.height.saturating_sub(rows),
    );
    for (row, station) in (0..others.height).zip(worst(view)) {
        text::row(frame, others, row, line(view, station), glyphs);
    }
    let too_small = format!(
        "window smaller than {}x{}",
        super::SMALLEST.0,
        super::SMALLEST.1
    );
    let width = u16::try_from(too_small.len()).unwrap_or(0);
    if area.width > width + 16 {
        let place = Rect::new(area.x + area.width - width, area.y + last, width, 1);
        let line = Line::from(span(too_small, view.theme.quiet()));
        text::row(frame, place, 0, line, glyphs);
    }
}

/// The selected station, then those with alarms, worst first, then those at work, by number.
fn worst<'a>(view: &View<'a>) -> Vec<&'a StationSnapshot> {
    let Some(snapshot) = view.seen.snapshot else {
        return Vec::new();
    };
    let mut numbers = vec![view.ui.selected];
    numbers.extend(
        alarms::all(snapshot)
            .iter()
            .map(|raised| raised.station.number),
    );
    numbers.extend(
        snapshot
            .stations
            .iter()
            .filter(|station| station.view.phase != PhaseKind::Idle)
            .map(|station| station.number),
    );
    let mut stations: Vec<&StationSnapshot> = Vec::new();
    for number in numbers {
        let known = stations.iter().any(|station| station.number == number);
        if !known && let Some(station) = view.seen.station(number) {
            stations.push(station);
        }
    }
    stations
}

fn line(view: &View<'_>, station: &StationSnapshot) -> Line<'static> {
    let selected = view.ui.selected == station.number;
    let style = if selected {
        view.theme.selected()
    } else {
        view.theme.title()
    };
    let glyphs = view.theme.glyphs;
    let pointer = if selected { glyphs.selected } else { " " };
    let patient = station
        .session
        .as_ref()
        .map_or("free", |session| session.patient.as_str());
    let (heart, oxygen) = (
        vitals::heart_rate(view, station),
        vitals::saturation(view, station),
    );
    let mut spans = vec![
        span(format!("{pointer}{} {patient} ", station.number), style),
        span(format!(" {} ", glyphs.heart), view.theme.quiet()),
        span(format!("{:>3}", heart.figure.digits()), heart.style),
        span(format!(" {} ", glyphs.oxygen), view.theme.quiet()),
        span(format!("{:>3}", oxygen.figure.digits()), oxygen.style),
    ];
    if let Some((stop, loud)) = vitals::stop(view, station) {
        let style = if loud {
            view.theme.loud()
        } else {
            view.theme.quiet()
        };
        spans.push(span(format!("  {stop}"), style));
    } else {
        spans.push(span(
            format!("  {}", vitals::phase(view, station)),
            view.theme.quiet(),
        ));
    }
    if let Some((told, style)) = vitals::told(view, station) {
        spans.push(span(format!("  {told}"), style));
    }
    Line::from(spans)
}
