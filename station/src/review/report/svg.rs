//! What plots are made of: axes, scales, and lines that end where the record does.

use std::fmt::Write as _;

use maud::{Markup, html};

use crate::records::archive::seconds;
use crate::records::session::Second;
use crate::review::export::span::{SECOND_US, pieces};

/// Values of seconds that follow one another without a hole, with their times.
pub(super) type Piece = Vec<(i64, f64)>;

/// A length or place in the plot, to the tenth.
pub(super) fn px(value: f64) -> String {
    let text = format!("{value:.1}");
    match text.strip_suffix(".0") {
        Some("-0") => "0".to_owned(),
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

/// Time from left to right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis {
    /// The first instant, in microseconds after the session began.
    pub(super) from_us: i64,
    /// The last.
    pub(super) to_us: i64,
    /// Where the first stands.
    pub(super) left: f64,
    /// Where the last stands.
    pub(super) right: f64,
}

impl Axis {
    /// Where an instant stands.
    pub(super) fn x(&self, t_us: i64) -> f64 {
        let whole = seconds(self.to_us.saturating_sub(self.from_us)).max(1.0);
        let since = seconds(t_us.saturating_sub(self.from_us)).clamp(0.0, whole);
        self.left + (self.right - self.left) * since / whole
    }

    /// How wide a stretch of time is.
    pub(super) fn width(&self, from_us: i64, to_us: i64) -> f64 {
        (self.x(to_us) - self.x(from_us)).max(0.0)
    }

    /// Instants a round time apart, so many at most.
    pub(super) fn ticks(&self, most: f64) -> Vec<i64> {
        let length = seconds(self.to_us.saturating_sub(self.from_us)) / 60.0;
        let step = [1_i64, 2, 5, 10, 15, 20, 30, 60, 120]
            .into_iter()
            .find(|minutes| length / seconds(minutes.saturating_mul(SECOND_US)) <= most)
            .unwrap_or(240);
        let step_us = step.saturating_mul(60 * SECOND_US);
        (0_i64..)
            .map(|place| place.saturating_mul(step_us))
            .skip_while(|t_us| *t_us < self.from_us)
            .take_while(|t_us| *t_us <= self.to_us)
            .collect()
    }
}

/// Values from below to above.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    /// The value at the bottom.
    pub(super) low: f64,
    /// The value at the top.
    pub(super) high: f64,
    /// Where the top is.
    pub(super) top: f64,
    /// Where the bottom is.
    pub(super) bottom: f64,
}

impl Scale {
    /// Around some values with a margin, between these places; never narrower than `at_least`. `None` without a value.
    pub(super) fn around(
        values: impl Iterator<Item = f64>,
        at_least: f64,
        (top, bottom): (f64, f64),
    ) -> Option<Self> {
        let (low, high) = values.filter(|value| value.is_finite()).fold(
            None,
            |range: Option<(f64, f64)>, value| {
                let (low, high) = range.unwrap_or((value, value));
                Some((low.min(value), high.max(value)))
            },
        )?;
        let middle = f64::midpoint(low, high);
        let half = ((high - low) * 0.56).max(at_least / 2.0);
        let below = middle - half;
        Some(Self {
            // What is never negative has no scale under nothing.
            low: if low < 0.0 { below } else { below.max(0.0) },
            high: middle + half,
            top,
            bottom,
        })
    }

    /// Where a value stands.
    pub(super) fn y(&self, value: f64) -> f64 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.bottom - (self.bottom - self.top) * share
    }

    /// Round values, so many at most.
    pub(super) fn ticks(&self, most: f64) -> Vec<f64> {
        let step = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 25.0, 50.0, 100.0]
            .into_iter()
            .find(|step| (self.high - self.low) / step <= most)
            .unwrap_or(200.0);
        let mut value = (self.low / step).ceil() * step;
        let mut ticks = Vec::new();
        while value <= self.high + 1e-9 {
            ticks.push(value);
            value += step;
        }
        ticks
    }
}

/// The values of some seconds, `every` seconds a point: their mean. A second that is missing, and one without the value, ends a piece.
pub(super) fn trace(
    seconds: &[Second],
    every: usize,
    value: impl Fn(&Second) -> Option<f64>,
) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    for piece in pieces(seconds) {
        let mut run = Piece::new();
        for second in piece {
            match value(second).filter(|value| value.is_finite()) {
                Some(value) => run.push((second.t_us, value)),
                None => found.push(std::mem::take(&mut run)),
            }
        }
        found.push(run);
    }
    found.retain(|run| !run.is_empty());
    found.iter().map(|run| thinned(run, every)).collect()
}

fn thinned(run: &Piece, every: usize) -> Piece {
    run.chunks(every.max(1))
        .filter_map(|chunk| {
            let (first, last) = (chunk.first()?.0, chunk.last()?.0);
            let count = u64::try_from(chunk.len()).ok()?;
            let sum: f64 = chunk.iter().map(|(_, value)| value).sum();
            let mean = sum / protocols::vocabulary::number::from_u64(count);
            Some((first + (last - first) / 2, mean))
        })
        .collect()
}

/// A line through the points of each piece.
pub(super) fn line(pieces: &[Piece], axis: &Axis, scale: &Scale) -> String {
    let mut path = String::new();
    for piece in pieces {
        for (place, (t_us, value)) in piece.iter().enumerate() {
            let command = if place == 0 { 'M' } else { 'L' };
            let (x, y) = (px(axis.x(*t_us)), px(scale.y(*value)));
            // A string takes everything.
            let _taken = write!(path, "{command}{x} {y}");
        }
        if piece.len() == 1 {
            path.push_str("h1");
        }
    }
    path
}

/// Each value to the next one, as steps; the last of a piece for a second.
pub(super) fn steps(pieces: &[Piece], axis: &Axis, scale: &Scale) -> String {
    let mut path = String::new();
    for piece in pieces {
        let mut stands: Option<String> = None;
        for (t_us, value) in piece {
            let (x, y) = (px(axis.x(*t_us)), px(scale.y(*value)));
            let _taken = match &stands {
                None => write!(path, "M{x} {y}"),
                Some(before) if *before == y => Ok(()),
                Some(_) => write!(path, "H{x}V{y}"),
            };
            stands = Some(y);
        }
        if let Some((last_us, _)) = piece.last() {
            let _taken = write!(path, "H{}", px(axis.x(last_us.saturating_add(SECOND_US))));
        }
    }
    path
}

/// Words at a place; `class` says how they look, `anchor` which end of them stands there.
pub(super) fn words(x: f64, y: f64, class: &str, anchor: &str, words: &str) -> Markup {
    html! { text x=(px(x)) y=(px(y)) class=(class) text-anchor=(anchor) { (words) } }
}

/// A path in a style of its own.
pub(super) fn path(class: &str, data: &str) -> Markup {
    html! { @if !data.is_empty() { path class=(class) d=(data) {} } }
}

/// A rectangle.
pub(super) fn area(class: &str, (x, y): (f64, f64), (width, height): (f64, f64)) -> Markup {
    html! { rect class=(class) x=(px(x)) y=(px(y)) width=(px(width)) height=(px(height)) {} }
}

/// A straight line.
pub(super) fn rule(class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> Markup {
    html! { line class=(class) x1=(px(x1)) y1=(px(y1)) x2=(px(x2)) y2=(px(y2)) {} }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_goes_below_nothing_for_negative_values_alone() {
        let around = |values: &[f64]| {
            Scale::around(values.iter().copied(), 10.0, (0.0, 100.0)).map(|scale| scale.low)
        };
        assert_eq!(around(&[]), None);
        assert!(around(&[1.0]).is_some_and(|low| low.abs() < 1e-9));
        assert!(around(&[-2.0, 1.0]).is_some_and(|low| low < -2.0));
        assert!(around(&[60.0, 70.0]).is_some_and(|low| low > 50.0 && low < 60.0));
    }
}
