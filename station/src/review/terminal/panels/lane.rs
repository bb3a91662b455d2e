//! One lane of the chart: what lies deeper is drawn first, and nothing is drawn where nothing was recorded.

use std::ops::Range;

use control::view::Trust;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::super::lanes::{self, Shown, Spec};
use super::super::opened::Opened;
use super::super::plot::Plot;
use super::super::ui::Lane;
use super::super::view::View;
use super::chart::LABEL;
use crate::dashboard::panels::text::{self, span};

pub(super) fn render(
    frame: &mut Frame<'_>,
    area: Rect,
    view: &View<'_>,
    opened: &Opened,
    shown: Shown,
) {
    let spec = lanes::spec(shown, opened, view.other());
    let across = Rect::new(
        area.x + LABEL.min(area.width),
        area.y,
        area.width.saturating_sub(LABEL),
        area.height,
    );
    let fine = !view.theme.glyphs.ascii;
    let mut plot = Plot::new(across.width, across.height, spec.scale, fine);
    for column in 0..across.width {
        draw_column(&mut plot, view, opened, (shown, &spec), column);
    }
    let chart = &view.theme.glyphs.chart;
    plot.behind(view.ui.axis.cursor_column(), chart.cursor, view.theme.key());
    plot.draw(frame.buffer_mut(), across);
    labels(frame, area, view, opened, (shown, &spec), &plot);
    if !spec.any && view.other().is_none() {
        let words = " no value in this session ";
        let line = Line::from(span(words, view.theme.quiet()));
        text::row(frame, across, across.height / 2, line, view.theme.glyphs);
    }
}

fn style(view: &View<'_>, lane: Lane) -> Style {
    match lane {
        Lane::HeartRate => view.theme.heart(),
        Lane::Saturation => view.theme.oxygen(),
        Lane::Load | Lane::Machine | Lane::Cadence => view.theme.load(),
    }
}

fn draw_column(
    plot: &mut Plot,
    view: &View<'_>,
    opened: &Opened,
    (shown, spec): (Shown, &Spec),
    column: u16,
) {
    let axis = &view.ui.axis;
    let seconds = axis.seconds_of(column);
    let chart = &view.theme.glyphs.chart;
    let (quiet, dim) = (view.theme.quiet(), view.theme.stale());
    let within = || opened.moments.within(&opened.record, seconds.clone());
    if let Some(zone) = within()
        .rev()
        .find_map(|(_, second)| lanes::zone(shown.lane, second))
    {
        plot.band(column, zone, chart.shade, dim);
    }
    let last = within().next_back();
    let limit = last
        .and_then(|(bout, _)| bout.setup.as_ref())
        .and_then(|setup| lanes::limit(shown.lane, setup));
    if let Some((limit, _)) = limit.filter(|(limit, _)| *limit <= spec.scale.high) {
        plot.mark(column, limit, view.theme.glyphs.limit, quiet);
    }
    let stretch = |of: Range<i64>| {
        opened.moments.stretch(&opened.record, of, |bout, second| {
            lanes::value(shown, bout, second)
        })
    };
    let asked = opened
        .moments
        .stretch(&opened.record, seconds.clone(), |bout, second| {
            lanes::asked(shown, bout, second).filter(|_| second.is_exercise())
        });
    if let Some(extent) = asked.extent {
        plot.band(column, extent, chart.asked, quiet);
    }
    if let Some(other) = view.other() {
        let there = other
            .moments
            .stretch(&other.record, seconds.clone(), |bout, second| {
                lanes::value(shown, bout, second)
            });
        if let Some(extent) = there.extent {
            plot.band(column, extent, chart.other, view.theme.notice());
        }
    }
    let whole = stretch(seconds.clone());
    if whole.hole.is_some() {
        plot.fill(column, chart.hatch, dim);
        return;
    }
    if whole.unrecorded {
        plot.foot(column, chart.hatch, dim);
    } else if whole.without && spec.any && last.is_some_and(|(bout, _)| shown.is_of(bout)) {
        plot.foot(column, chart.without, quiet);
    }
    let style = if within().all(|(_, second)| is_good(shown.lane, second)) {
        style(view, shown.lane)
    } else {
        dim
    };
    let across = i64::from(Plot::across(!view.theme.glyphs.ascii));
    for (part, number) in (0_u16..).zip(0..across) {
        let of = part_of(&seconds, number, across);
        if let Some(extent) = stretch(of).extent {
            plot.extent(column, part, extent, chart.value, style);
        }
    }
}

/// A part of a column's seconds; a second that is wider than a part stands in each of them.
fn part_of(seconds: &Range<i64>, number: i64, parts: i64) -> Range<i64> {
    let length = seconds.end - seconds.start;
    if length < parts {
        return seconds.clone();
    }
    seconds.start + length * number / parts..seconds.start + length * (number + 1) / parts
}

/// Whether load might rise on the lane's value, or nothing depends on it.
fn is_good(lane: Lane, second: &crate::records::session::Second) -> bool {
    match lane {
        Lane::HeartRate => second.heart_rate_trust == Trust::Trusted,
        Lane::Saturation => second.spo2_trust == Trust::Trusted,
        Lane::Load | Lane::Machine | Lane::Cadence => true,
    }
}

/// Name, unit, the ends of the scale, and the limit in its row.
fn labels(
    frame: &mut Frame<'_>,
    area: Rect,
    view: &View<'_>,
    opened: &Opened,
    (shown, spec): (Shown, &Spec),
    plot: &Plot,
) {
    let limit = opened
        .setup_at(view.ui.axis.cursor())
        .and_then(|setup| lanes::limit(shown.lane, setup))
        .filter(|(limit, _)| *limit <= spec.scale.high);
    let limit_row = limit.map(|(limit, _)| plot.row_of(limit));
    let last = area.height.saturating_sub(1);
    for row in 0..area.height {
        let figure = match limit {
            Some((limit, upper)) if limit_row == Some(row) => {
                let sign = if upper {
                    view.theme.glyphs.at_most
                } else {
                    view.theme.glyphs.at_least
                };
                format!("{sign}{}", lanes::figure(spec, limit))
            }
            Some(_) | None if row == 0 => lanes::figure(spec, spec.scale.high),
            Some(_) | None if row == last => lanes::figure(spec, spec.scale.low),
            Some(_) | None => String::new(),
        };
        let name = match row {
            0 => spec.name,
            1 => spec.unit,
            _ => "",
        };
        let line = Line::from(vec![
            span(
                format!("{name:<5}"),
                if row == 0 {
                    style(view, shown.lane)
                } else {
                    view.theme.quiet()
                },
            ),
            span(format!("{figure:>5} "), view.theme.quiet()),
        ]);
        let place = Rect::new(area.x, area.y, LABEL, area.height);
        text::row(frame, place, row, line, view.theme.glyphs);
    }
}
