//! Weeks of a course: how often the patient came, and MET-minutes a week, a stack of its sessions.

use maud::{Markup, html};

use super::super::svg::{Scale, area, px, rule, words};
use super::super::words::decimal;
use super::Course;
use super::trend::{BOTTOM, HEIGHT, LEFT, WIDTH, grid};
use crate::dashboard::words::counted;
use crate::review::course::Week;

const TOP: f64 = 22.0;
/// Target volume of a week, in MET-minutes (`prescription.md` section 7).
const TARGET: (f64, f64) = (500.0, 1_000.0);

/// How often the patient came in a week, beside what was ordered.
pub(super) fn attendance(course: &Course<'_>) -> String {
    let weeks = course.shown.weeks(&course.zone);
    let count = |size: usize| {
        protocols::vocabulary::number::from_u64(u64::try_from(size).unwrap_or(u64::MAX))
    };
    let mean = count(course.visits.len()) / count(weeks.len().max(1));
    let came = format!(
        "{} sessions on average, over {}",
        decimal(mean, 1),
        counted(weeks.len(), "week")
    );
    match course.ordered.sessions_per_week {
        Some(ordered) => format!("{came}; {ordered} ordered"),
        None => came,
    }
}

/// A bar a week, in pieces of a session each, with how many sessions it had.
pub(super) fn plot(course: &Course<'_>) -> Markup {
    let weeks = course.shown.weeks(&course.zone);
    let sums = weeks.iter().map(sum).chain([0.0, TARGET.0]);
    let Some(around) = Scale::around(sums, 100.0, (TOP, BOTTOM)) else {
        return html! {};
    };
    let scale = Scale { low: 0.0, ..around };
    let axis = super::trend::axis(course);
    let right = axis.right + 6.0;
    let count = f64::from(u32::try_from(weeks.len()).unwrap_or(u32::MAX)).max(1.0);
    let step = (right - LEFT) / count;
    let width = (step * 0.7).min(34.0);
    let centre = |place: u32| LEFT + step * (f64::from(place) + 0.5);
    html! {
        figure.trend {
            figcaption { b { "MET-minutes a week" } ", and sessions in it" }
            svg viewBox={ "0 0 " (px(WIDTH)) " " (px(HEIGHT)) } role="img" aria-label="MET-minutes a week" xmlns="http://www.w3.org/2000/svg" {
                (grid(&axis, &scale))
                @for (place, week) in (0_u32..).zip(&weeks) {
                    @for (from, to) in stack(week) {
                        (area("bar", (centre(place) - width / 2.0, scale.y(to)), (width, scale.y(from) - scale.y(to))))
                    }
                    @if width > 8.0 {
                        (words(centre(place), scale.y(sum(week)) - 4.0, "label", "middle", &format!("{}\u{d7}", week.sessions)))
                    }
                }
                @if TARGET.0 <= scale.high { (rule("level", (LEFT, scale.y(TARGET.0)), (right, scale.y(TARGET.0)))) }
                @if TARGET.1 <= scale.high { (rule("level", (LEFT, scale.y(TARGET.1)), (right, scale.y(TARGET.1)))) }
                (rule("axis", (LEFT, BOTTOM), (right, BOTTOM)))
                @if let Some((first, last)) = weeks.first().zip(weeks.last()) {
                    (words(LEFT, HEIGHT - 4.0, "tick", "start", &format!("week of {}", first.begins)))
                    @if weeks.len() > 1 { (words(right, HEIGHT - 4.0, "tick", "end", &last.begins.to_string())) }
                }
            }
            p.small { "Dash and dot: 500 MET-minutes a week, the lower end of what guidelines aim at (500 to 1000); at the start of a programme 100 to 300 are usual." }
        }
    }
}

/// What the week came to; nothing where no session of it has the figure.
fn sum(week: &Week) -> f64 {
    week.met_minutes.unwrap_or(0.0)
}

/// From where to where each session reaches.
fn stack(week: &Week) -> Vec<(f64, f64)> {
    let mut below = 0.0;
    week.each_met_minutes
        .iter()
        .map(|value| {
            let from = below;
            below += value;
            (from, below)
        })
        .collect()
}
