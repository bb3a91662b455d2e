//! A small plot of one figure over the sessions.

use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::super::svg::{Axis, Scale, path, px, rule, words};
use super::super::words::{decimal, printed};
use super::Course;
use crate::dashboard::words::capital;
use crate::records::archive::local;
use crate::review::course::{Point, Trend};

pub(super) const WIDTH: f64 = 300.0;
pub(super) const LEFT: f64 = 36.0;
const TOP: f64 = 14.0;
pub(super) const BOTTOM: f64 = 104.0;
pub(super) const HEIGHT: f64 = 124.0;
/// A day, in microseconds.
pub(super) const DAY_US: i64 = 86_400_000_000;

/// The plot with its name.
pub(super) fn plot(course: &Course<'_>, trend: &Trend) -> Markup {
    let axis = axis(course);
    let points = trend.points.as_slice();
    let title = capital(&trend.title());
    let level = course.aim(trend.measure).map(|(_, level)| level);
    let values = points.iter().map(|point| point.value).chain(level);
    let Some(scale) = Scale::around(values, trend.at_least(), (TOP, BOTTOM)) else {
        return html! {};
    };
    let last = points.iter().rfind(|point| point.is_whole);
    html! {
        figure.trend {
            figcaption { b { (title) } @if !trend.unit.is_empty() { ", " (trend.unit) } }
            svg viewBox={ "0 0 " (px(WIDTH)) " " (px(HEIGHT)) } role="img" aria-label=(title) xmlns="http://www.w3.org/2000/svg" {
                (grid(&axis, &scale))
                @if let Some(level) = level {
                    (rule("level", (axis.left, scale.y(level)), (axis.right, scale.y(level))))
                }
                (path("line load", &joined(points, &axis, &scale)))
                @for point in points {
                    circle class=(if point.is_whole { "dot" } else { "dot hollow" }) cx=(px(axis.x(point.wall_us))) cy=(px(scale.y(point.value))) r="2.6" {}
                }
                @if let Some(last) = last {
                    (words(axis.right + 2.0, scale.y(last.value) - 5.0, "label last", "end", &printed(trend.number(last.value))))
                }
                (days(course, &axis))
            }
        }
    }
}

/// From the day of the first session to that of the last.
pub(super) fn axis(course: &Course<'_>) -> Axis {
    let began = |visit: &super::Visit| visit.record.line.began_wall_micros;
    let from_us = course.visits.first().map(began).unwrap_or_default();
    let to_us = course.visits.last().map(began).unwrap_or_default();
    Axis {
        from_us,
        to_us: to_us.max(from_us.saturating_add(DAY_US)),
        left: LEFT + 6.0,
        right: WIDTH - 12.0,
    }
}

pub(super) fn grid(axis: &Axis, scale: &Scale) -> Markup {
    html! {
        @for value in scale.ticks(5.0) {
            @let y = scale.y(value);
            @let digits = usize::from(value.fract().abs() > 0.01);
            (rule("grid", (LEFT, y), (axis.right + 6.0, y)))
            (words(LEFT - 4.0, y + 4.0, "tick", "end", &decimal(value, digits)))
        }
    }
}

/// The first and the last day.
pub(super) fn days(course: &Course<'_>, axis: &Axis) -> Markup {
    html! {
        (rule("axis", (LEFT, BOTTOM + 3.0), (axis.right + 6.0, BOTTOM + 3.0)))
        (words(LEFT, HEIGHT - 4.0, "tick", "start", &day(axis.from_us, &course.zone)))
        (words(axis.right + 6.0, HEIGHT - 4.0, "tick", "end", &day(axis.to_us, &course.zone)))
    }
}

fn day(wall_us: i64, zone: &TimeZone) -> String {
    local(wall_us, zone).chars().take(10).collect()
}

/// A line from session to session; where a session between has no value, or no whole record, it stops.
fn joined(points: &[Point], axis: &Axis, scale: &Scale) -> String {
    let mut data = String::new();
    let mut before: Option<usize> = None;
    for point in points.iter().filter(|point| point.is_whole) {
        let follows = before.is_some_and(|before| before + 1 == point.visit);
        let command = if follows { 'L' } else { 'M' };
        data.push(command);
        data.push_str(&px(axis.x(point.wall_us)));
        data.push(' ');
        data.push_str(&px(scale.y(point.value)));
        before = Some(point.visit);
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_without_the_figure_breaks_the_line() {
        let point = |visit: usize, wall_us, value| Point {
            visit,
            wall_us,
            value,
            is_whole: true,
        };
        let axis = Axis {
            from_us: 0,
            to_us: 4_000_000,
            left: 0.0,
            right: 4.0,
        };
        let scale = Scale {
            low: 0.0,
            high: 10.0,
            top: 0.0,
            bottom: 10.0,
        };
        let points = [
            point(0, 0, 1.0),
            point(1, 1_000_000, 2.0),
            point(3, 3_000_000, 4.0),
            point(4, 4_000_000, 5.0),
        ];
        assert_eq!(joined(&points, &axis, &scale), "M0 9L1 8M3 6L4 5");
        let mut altered = points;
        altered[1].is_whole = false;
        assert_eq!(joined(&altered, &axis, &scale), "M0 9M3 6L4 5");
    }
}
