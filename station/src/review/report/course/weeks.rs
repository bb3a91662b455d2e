//! Weeks of a course: how often the patient came, and MET-minutes a week, a stack of its sessions.

use jiff::ToSpan;
use jiff::civil::Date;
use maud::{Markup, html};

use super::super::svg::{Scale, area, px, rule, words};
use super::super::words::decimal;
use super::Course;
use super::trend::{BOTTOM, HEIGHT, LEFT, WIDTH, grid};
use crate::dashboard::words::counted;
use crate::records::archive::local_date;
use crate::review::course::Week;

const TOP: f64 = 22.0;
/// Target volume of a week, in MET-minutes (`prescription.md` section 7).
const TARGET: (f64, f64) = (500.0, 1_000.0);

/// How often the patient came in a week, beside what was ordered.
pub(super) fn attendance(course: &Course<'_>) -> String {
    let weeks = course.shown.weeks(&course.zone);
    let began = course.visits.first();
    let began = began.map(|visit| local_date(visit.record.line.began_wall_micros, &course.zone));
    let came = came(&weeks, began, local_date(course.now_wall_us, &course.zone));
    match course.ordered.sessions_per_week {
        Some(ordered) => format!("{came}; {ordered} ordered"),
        None => came,
    }
}

/// On average over the weeks that the patient could come in from Monday to Sunday; one that was only begun, at either end, is told apart.
fn came(weeks: &[Week], began: Option<Date>, today: Date) -> String {
    let is_whole = |week: &&Week| {
        began.is_some_and(|began| began <= week.begins)
            && today >= week.begins.saturating_add(7.days())
    };
    let (whole, in_part): (Vec<&Week>, Vec<&Week>) = weeks.iter().partition(is_whole);
    let sessions = |weeks: &[&Week]| weeks.iter().map(|week| week.sessions).sum::<usize>();
    let count = |size: usize| {
        protocols::vocabulary::number::from_u64(u64::try_from(size).unwrap_or(u64::MAX))
    };
    let mut parts = Vec::new();
    if !whole.is_empty() {
        parts.push(format!(
            "{} sessions on average, over {}",
            decimal(count(sessions(&whole)) / count(whole.len()), 1),
            counted(whole.len(), "whole week")
        ));
    }
    if !in_part.is_empty() {
        parts.push(format!(
            "{} in {} that the course has a part of",
            counted(sessions(&in_part), "session"),
            counted(in_part.len(), "week")
        ));
    }
    parts.join(", ")
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

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn week(begins: Date, sessions: usize) -> Week {
        Week {
            begins,
            sessions,
            minutes: 0.0,
            met_minutes: None,
            each_met_minutes: Vec::new(),
        }
    }

    #[test]
    fn a_week_that_was_only_begun_is_none_of_the_average() {
        // Once on the Sunday before, then twice in each of two weeks.
        let weeks = [
            week(date(2026, 11, 9), 1),
            week(date(2026, 11, 16), 2),
            week(date(2026, 11, 23), 2),
        ];
        let began = Some(date(2026, 11, 15));
        assert_eq!(
            came(&weeks, began, date(2026, 11, 30)),
            "2.0 sessions on average, over 2 whole weeks, 1 session in 1 week that the course has a part of"
        );
        assert_eq!(
            came(&weeks, began, date(2026, 11, 28)),
            "2.0 sessions on average, over 1 whole week, 3 sessions in 2 weeks that the course has a part of"
        );
        assert_eq!(
            came(&weeks[..1], began, date(2026, 11, 15)),
            "1 session in 1 week that the course has a part of"
        );
        assert_eq!(came(&[], None, date(2026, 11, 15)), "");
    }
}
