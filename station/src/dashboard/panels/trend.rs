//! Ten minutes of a signal as bars: a gap stays a gap.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::text::{self, span};
use crate::dashboard::view::View;
use crate::dashboard::words;
use crate::gym::snapshot::StationSnapshot;
use protocols::vocabulary::number::floor_to_u16;

/// Cells for the figures at the left.
const LABEL: u16 = 5;

/// Points of ten minutes, and of one: a point each ten seconds.
const TEN_MINUTES: usize = 60;
const POINTS_A_MINUTE: usize = 6;

/// What one chart shows.
pub(super) struct Chart<'a> {
    /// Its heading.
    pub(super) name: &'a str,
    /// Its points, oldest first; `None` is a gap.
    pub(super) points: Vec<Option<f64>>,
    /// Lowest and highest value drawn at least.
    pub(super) span: (f64, f64),
    /// A limit to be drawn.
    pub(super) limit: Option<f64>,
    /// How its bars look.
    pub(super) style: Style,
    /// Decimals of its figures.
    pub(super) tenths: bool,
}

/// The heart rate's chart.
pub(super) fn heart_rate<'a>(view: &View<'_>, station: &StationSnapshot) -> Chart<'a> {
    let limits = station.session.as_ref().map(|session| session.limits);
    Chart {
        name: "HR",
        points: station.trend.iter().map(|point| point.heart_rate).collect(),
        span: (60.0, 120.0),
        limit: limits.and_then(|limits| limits.heart_rate_upper),
        style: if view.seen.is_live() {
            view.theme.heart()
        } else {
            view.theme.stale()
        },
        tenths: false,
    }
}

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, view: &View<'_>, chart: &Chart<'_>) {
    let glyphs = view.theme.glyphs;
    if area.height < 2 || area.width < LABEL + 10 {
        return;
    }
    let cells = usize::from(area.width - LABEL);
    let minutes = shown(cells) / POINTS_A_MINUTE;
    let heading = format!("{}, last {minutes} min", chart.name);
    let heading = Line::from(span(heading, view.theme.quiet()));
    text::row(frame, area, 0, heading, glyphs);
    let rows = area.height - 1;
    let known = chart.points.iter().flatten().copied().chain(chart.limit);
    let (low, high) = known.fold(chart.span, |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let label = |value: f64| {
        if chart.tenths {
            format!("{value:.1}")
        } else {
            words::whole(value)
        }
    };
    let points = spread(&chart.points, cells);
    let level = |value: f64| {
        let part = ((value - low) / (high - low).max(0.1)).clamp(0.0, 1.0);
        floor_to_u16(part * f64::from(rows * 8 - 1)).unwrap_or(0)
    };
    let limit_row = chart.limit.map(|limit| level(limit) / 8);
    for row in 0..rows {
        let from_below = rows - 1 - row;
        // The limit's line is told by the limit, not by the end of the scale that may share its row.
        let edge = if let Some(limit) = chart.limit.filter(|_| limit_row == Some(from_below)) {
            label(limit)
        } else if row == 0 {
            label(high)
        } else if from_below == 0 {
            label(low)
        } else {
            String::new()
        };
        let bars: String = points
            .iter()
            .map(|point| {
                let filled = point.map(|value| (level(value) + 1).saturating_sub(from_below * 8));
                match filled {
                    Some(eighths @ 1..) => {
                        let index = usize::from(eighths.min(8) - 1);
                        glyphs.eighths.get(index).copied().unwrap_or(" ")
                    }
                    Some(0) | None if limit_row == Some(from_below) => glyphs.limit,
                    Some(0) | None => " ",
                }
            })
            .collect();
        let line = Line::from(vec![
            span(format!("{edge:>4} "), view.theme.quiet()),
            span(bars, chart.style),
        ]);
        text::row(frame, area, row + 1, line, glyphs);
    }
}

/// How many of the newest points are drawn: ten minutes, or as many as there are cells.
fn shown(cells: usize) -> usize {
    TEN_MINUTES.min(cells)
}

/// The newest points spread over the cells, the newest at the right end.
fn spread(points: &[Option<f64>], cells: usize) -> Vec<Option<f64>> {
    let seats = shown(cells).max(1);
    let missing = seats.saturating_sub(points.len());
    let first = points.len().saturating_sub(seats);
    (0..cells)
        .map(|cell| {
            let seat = cell * seats / cells.max(1);
            let point = seat.checked_sub(missing)? + first;
            points.get(point).copied().flatten()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_stands_at_the_right_and_a_gap_stays_a_gap() {
        let points = [Some(1.0), None, Some(3.0)];
        assert_eq!(spread(&points, 5), [None, None, Some(1.0), None, Some(3.0)]);
        assert_eq!(spread(&points, 2), [None, Some(3.0)]);
        let wide = spread(&points, 120);
        assert_eq!(wide.len(), 120);
        assert_eq!(wide[116..], [None, None, Some(3.0), Some(3.0)]);
        assert_eq!(wide[113], None);
        assert_eq!(wide[115], Some(1.0));
    }
}
