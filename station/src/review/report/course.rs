//! A patient's course over all sessions: trends, where it began and where it is, and what the rules of progression give.

mod facts;
mod next;
mod trend;
mod weeks;

use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::page::{document, fact};
use super::visit::Visit;
use super::words::{NONE, decimal, machine, maybe, printed, share, when};
use crate::clinic::ordered::Ordered;
use crate::dashboard::words::capital;
use crate::records::archive::local;
use crate::records::{Archive, RecordsError, SessionLine};
use crate::review;
use crate::review::course::{Measure, Trend};
use crate::review::export::telling::Telling;
use crate::review::verdict::ZONE_PERCENT;

/// A patient's sessions, the earliest first, with what they are told by.
struct Course<'a> {
    visits: Vec<Visit>,
    /// What they show together.
    shown: review::course::Course,
    /// What the last session's prescription says.
    ordered: Ordered,
    telling: &'a Telling<'a>,
    zone: TimeZone,
    /// When the document is written, in microseconds since 1970, UTC.
    now_wall_us: i64,
}

/// The course of one patient, from sessions of theirs in order, the earliest first, as HTML.
///
/// # Errors
/// Where the record cannot be read; the error says what to do.
pub fn page(
    archive: &Archive,
    sessions: &[SessionLine],
    now_wall_us: i64,
    telling: &Telling<'_>,
) -> Result<String, RecordsError> {
    let visits = sessions
        .iter()
        .map(|line| Visit::read(archive, line))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(write(visits, now_wall_us, telling))
}

pub(super) fn write(mut visits: Vec<Visit>, now_wall_us: i64, telling: &Telling<'_>) -> String {
    // What is not over yet is no part of a course.
    visits.retain(|visit| visit.record.line.state != "open");
    let shown = visits.iter().map(|visit| visit.in_course.clone()).collect();
    let ordered = visits
        .last()
        .and_then(|visit| visit.record.bouts.last())
        .map(|bout| Ordered::read(&bout.prescription.text))
        .unwrap_or_default();
    let course = Course {
        visits,
        shown: review::course::Course::of(shown),
        ordered,
        telling,
        zone: telling.zone().cloned().unwrap_or(TimeZone::UTC),
        now_wall_us,
    };
    let body = html! {
        (course.head())
        (course.not_whole())
        section { (next::section(&course)) }
        section { (course.goals()) (course.table()) }
        section { (course.trends()) }
        section { (course.sessions()) }
    };
    document(&format!("Course of {}", course.patient()), &body)
}

impl Course<'_> {
    fn patient(&self) -> &str {
        self.visits
            .last()
            .map_or("", |visit| visit.record.line.patient.as_str())
    }

    fn head(&self) -> Markup {
        let ends = self.visits.first().zip(self.visits.last());
        let used = self.visits.len();
        let virtual_patient = self
            .visits
            .iter()
            .any(|visit| visit.record.line.kind == "virtual");
        html! {
            header {
                h1 { "Course report" }
                @if virtual_patient { p.notice { "A virtual patient: nobody exercised." } }
                dl.facts {
                    @if let Some(name) = self.telling.name() { (fact("Name", &html! { (name) })) }
                    (fact("Patient", &html! { b { (self.patient()) } " (pseudonym)" }))
                    @if let Some(age) = self.telling.age() { (fact("Age", &html! { (age) @if age >= 90 { " or more" } })) }
                    (fact("Sessions", &html! {
                        (used)
                        @match self.ordered.sessions_ordered {
                            Some(of) => { " of " (of) " ordered" },
                            None => { "; the prescription does not say how many" },
                        }
                    }))
                    @if let Some((first, last)) = ends {
                        (fact("First", &html! { (when(first.record.line.began_wall_micros, &self.zone)) }))
                        (fact("Latest", &html! { (when(last.record.line.began_wall_micros, &self.zone)) }))
                    }
                    (fact("A week", &html! { (weeks::attendance(self)) }))
                    (fact("Diagnosis", &html! { (self.ordered.diagnosis.as_deref().map_or_else(|| NONE.to_owned(), |word| word.replace('_', " "))) }))
                    (fact("Written", &html! { (when(self.now_wall_us, &self.zone)) }))
                }
            }
        }
    }

    /// The sessions whose figures are not those of the whole session.
    fn not_whole(&self) -> Markup {
        let told = self.visits.iter().filter_map(|visit| {
            let because = visit.in_course.not_whole()?;
            Some((&visit.record.line, because))
        });
        html! {
            @for (line, because) in told {
                p.finding {
                    b { "The session of " (local(line.began_wall_micros, &self.zone)) " is no measure of the patient: " } (because)
                    ". Its figures count for no proposal. " code { "station verify --session " (line.id) } " says all; compare it with a backup."
                }
            }
        }
    }

    fn goals(&self) -> Markup {
        html! {
            h2 { "Goals" }
            @if self.ordered.goals.is_empty() {
                p { "The prescription names no goal." }
            } @else {
                ul { @for goal in &self.ordered.goals { li { (goal) } } }
                p.small { "In the words of the prescription; a person judges whether they are reached. Where a figure has an aim, it stands below." }
            }
        }
    }

    /// Baseline against now against aim.
    fn table(&self) -> Markup {
        html! {
            h2 { "Where it began, and where it is" }
            table.wide.course {
                thead { tr { th { "Figure" } th.right { "First" } th.right { "Latest" } th.right { "Change" } th { "Unit" } th { "Aim" } } }
                tbody { @for trend in &self.shown.trends { (self.row(trend)) } }
            }
            p.small { "First and latest are the first and the last session that have the figure and a whole record." }
        }
    }

    fn row(&self, trend: &Trend) -> Markup {
        let first = trend.first().map(|first| first.value);
        let ends = trend.ends();
        let shown = |value: Option<f64>| {
            value.map_or_else(|| NONE.to_owned(), |value| printed(trend.number(value)))
        };
        html! {
            tr {
                th scope="row" { (capital(&trend.title())) " " span.unit { (trend.unit) } }
                td.number { (shown(first)) }
                td.number { (shown(ends.map(|(_, last)| last.value))) }
                td.number { (ends.and_then(|(first, last)| change(trend, first.value, last.value)).unwrap_or_else(|| NONE.to_owned())) }
                td.unit { (trend.unit) }
                td { @if let Some((words, _)) = self.aim(trend.measure) { (words) } }
            }
        }
    }

    /// What is aimed at, in words, and the value that a line across the plot has.
    fn aim(&self, measure: Measure) -> Option<(String, f64)> {
        match measure {
            Measure::TimeInZone => Some((format!("{ZONE_PERCENT:.0} or more"), ZONE_PERCENT)),
            Measure::Nadir => {
                let floor = self.visits.last()?.figures.saturation.floor_percent?;
                Some((format!("not below {}", decimal(floor, 0)), floor))
            }
            Measure::Exertion => {
                let (low, high) = self.ordered.perceived_exertion?;
                Some((format!("{} to {}", decimal(low, 0), decimal(high, 0)), high))
            }
            Measure::LoadAtHeartRate
            | Measure::HeartRateAtLoad
            | Measure::RestingHeartRate
            | Measure::Recovery
            | Measure::Minutes
            | Measure::MetMean
            | Measure::MetPeak
            | Measure::MetMinutes
            | Measure::Distance
            | Measure::Work
            | Measure::RestingSystolic
            | Measure::Weight
            | Measure::Alarms => None,
        }
    }

    fn trends(&self) -> Markup {
        html! {
            h2 { "Trends" }
            @for finding in self.shown.findings().iter().chain(&self.shown.since_the_first()) {
                p.finding { b { "Finding: " } (finding) }
            }
            @if let Some(why) = self.shown.without_a_finding() {
                p { b { "No finding: " } (why) "." }
            }
            div.trends {
                (weeks::plot(self))
                @for trend in &self.shown.trends {
                    @if trend.ends().is_some() { (trend::plot(self, trend)) }
                }
            }
            p.small {
                "A dot is a session, a hollow one a session whose record is not whole; where a session has no such figure, or no whole record, the line stops. Dash and dot: the aim or the floor. Load at the same heart rate, and heart rate at "
                "the same load, are those of the steady part of conditioning, brought to the latest session's by what each session taught of the patient's heart."
            }
        }
    }

    fn sessions(&self) -> Markup {
        html! {
            h2 { "Sessions" }
            div.scroll { table.wide {
                thead { tr { th { "Began" } th { "Prescription was" } th { "Machine" } th.right { "min" } th.right { "METs" } th.right { "% in zone" } th.right { "RPE" } th.right { "Alarms" } } }
                tbody { @for visit in self.visits.iter().rev() { (self.session(visit)) } }
            } }
        }
    }

    fn session(&self, visit: &Visit) -> Markup {
        let figures = &visit.figures;
        let machines: Vec<&str> = visit.record.bouts.iter().map(machine).collect();
        html! {
            tr {
                td { (local(visit.record.line.began_wall_micros, &self.zone)) }
                td {
                    span.sign { (visit.sign()) } " "
                    @if visit.verdict.is_altered { b { (visit.verdict.short()) } } @else { (visit.verdict.short()) }
                }
                td { (machines.join(", ")) }
                td.number { (decimal(figures.total_min, 0)) }
                td.number { (maybe(figures.dose.met_mean, 1)) }
                td.number { @if visit.verdict.is_by_load() { "by load" } @else { (share(visit.verdict.zone_share(figures))) } }
                td.number { (maybe(figures.scores.exertion_mean, 1)) }
                td.number { (figures.alarm_count()) }
            }
        }
    }
}

/// The difference with its sign, of the figures as they stand beside it.
fn change(trend: &Trend, first: f64, last: f64) -> Option<String> {
    let as_shown = |value| trend.number(value).parse::<f64>().ok();
    let text = decimal(as_shown(last)? - as_shown(first)?, trend.digits);
    let is_zero = text.chars().all(|letter| matches!(letter, '0' | '.'));
    let rises = !is_zero && !text.starts_with('\u{2212}');
    Some(if rises { format!("+{text}") } else { text })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trend(measure: Measure, digits: usize) -> Trend {
        Trend {
            measure,
            machine: None,
            at: String::new(),
            unit: measure.unit(),
            digits,
            points: Vec::new(),
        }
    }

    #[test]
    fn a_difference_is_that_of_the_figures_beside_it() {
        let mets = trend(Measure::MetMean, 1);
        // 1.6 and 1.4 stand beside it, though they lie 0.11 apart.
        assert_eq!(change(&mets, 1.551, 1.441).as_deref(), Some("\u{2212}0.2"));
        assert_eq!(change(&mets, 1.44, 1.36).as_deref(), Some("0.0"));
        let rate = trend(Measure::RestingHeartRate, 0);
        assert_eq!(change(&rate, 88.4, 88.6).as_deref(), Some("+1"));
        assert_eq!(change(&rate, 67.4, 66.6).as_deref(), Some("0"));
        assert_eq!(change(&rate, f64::NAN, 66.6), None);
    }

    #[test]
    fn a_share_that_is_not_all_of_it_is_not_called_so() {
        let zone = trend(Measure::TimeInZone, 0);
        assert_eq!(zone.number(99.67), "99");
        assert_eq!(zone.number(100.0), "100");
    }
}
