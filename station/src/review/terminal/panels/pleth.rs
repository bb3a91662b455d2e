//! Ten seconds of the plethysmogram around the cursor, as the device sent it; where there is none, nothing is drawn.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::opened::Opened;
use super::super::plot::{Plot, Scale};
use super::super::view::View;
use super::chart::LABEL;
use super::clock;
use crate::dashboard::panels::text::{self, span};
use crate::records::session::Waveform;

/// So much is shown on either side of the cursor, in microseconds.
const HALF_US: i64 = 5_000_000;

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, view: &View<'_>, opened: &Opened) {
    if area.height < 2 {
        return;
    }
    let cursor_us = view.ui.axis.cursor().saturating_mul(1_000_000);
    let (from_us, to_us) = (cursor_us - HALF_US, cursor_us + HALF_US);
    let glyphs = view.theme.glyphs;
    let Some((waveforms, damaged)) = &opened.pleth else {
        let line = Line::from(span(" pleth: reading", view.theme.quiet()));
        text::row(frame, area, 0, line, glyphs);
        return;
    };
    let here: Vec<&Waveform> = waveforms
        .iter()
        .filter(|wave| wave.from_us < to_us && wave.to_us() > from_us)
        .collect();
    let bad = damaged
        .iter()
        .find(|gap| gap.from_us < to_us && gap.to_us > from_us);
    let heading = match (here.first(), bad) {
        (Some(wave), _) => format!(
            " pleth {} /s, {} to {}",
            wave.rate_hz,
            clock((from_us / 1_000_000).max(0)),
            clock(to_us / 1_000_000)
        ),
        (None, Some(gap)) => format!(" pleth: {}", gap.reason),
        (None, None) if waveforms.is_empty() => " pleth: none in this session".to_owned(),
        (None, None) => " pleth: none at this time".to_owned(),
    };
    let line = Line::from(span(heading, view.theme.oxygen()));
    text::row(frame, area, 0, line, glyphs);
    let chart = Rect::new(
        area.x + LABEL.min(area.width),
        area.y + 1,
        area.width.saturating_sub(LABEL),
        area.height - 1,
    );
    draw(frame, chart, view, &here, (from_us, to_us));
}

fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    view: &View<'_>,
    here: &[&Waveform],
    (from_us, to_us): (i64, i64),
) {
    let fine = !view.theme.glyphs.ascii;
    let chart = &view.theme.glyphs.chart;
    // A wave is as long as its session, and these few seconds are looked at once for each part of a column.
    let samples: Vec<(i64, f64)> = here
        .iter()
        .flat_map(|wave| {
            wave.samples
                .iter()
                .enumerate()
                .map(|(place, sample)| (wave.time_of(place), f64::from(*sample)))
                .filter(|(t_us, _)| (from_us..to_us).contains(t_us))
        })
        .collect();
    let low = samples.iter().map(|(_, value)| *value).reduce(f64::min);
    let high = samples.iter().map(|(_, value)| *value).reduce(f64::max);
    let Some((low, high)) = low.zip(high) else {
        return;
    };
    let mut plot = Plot::new(area.width, area.height, Scale { low, high }, fine);
    let across = Plot::across(!view.theme.glyphs.ascii);
    let parts = i64::from(area.width) * i64::from(across);
    let length = to_us - from_us;
    for (number, (column, part)) in (0..parts)
        .zip((0..area.width).flat_map(|column| (0..across).map(move |part| (column, part))))
    {
        let of = from_us + length * number / parts..from_us + length * (number + 1) / parts;
        let values = samples
            .iter()
            .filter(|(t_us, _)| of.contains(t_us))
            .map(|(_, value)| *value);
        let extent = values.fold(None, |extent: Option<(f64, f64)>, value| {
            Some(extent.map_or((value, value), |(low, high)| {
                (low.min(value), high.max(value))
            }))
        });
        let lies_within = here
            .iter()
            .any(|wave| wave.from_us < of.end && wave.to_us() > of.start);
        match extent {
            Some(extent) => plot.extent(column, part, extent, chart.value, view.theme.oxygen()),
            // Between two samples of a wave there is nothing missing.
            None if lies_within => {}
            None => plot.foot(column, chart.hatch, view.theme.stale()),
        }
    }
    plot.behind(area.width / 2, chart.cursor, view.theme.key());
    plot.draw(frame.buffer_mut(), area);
}
