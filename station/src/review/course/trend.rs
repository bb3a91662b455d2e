//! One measure from session to session.

use control::learning::{OnMachine, Steady};
use protocols::vocabulary::MachineKind;

use super::{Measure, Taught, Visit, VisitBout};
use crate::clinic::equations;
use crate::clinic::finding::Answer;
use crate::dashboard::words;

/// One measure from session to session.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// What.
    pub measure: Measure,
    /// On which kind of machine, where the machine matters.
    pub machine: Option<MachineKind>,
    /// At what all of it was taken, in words: `at 104 /min`. Empty where each session stands for itself.
    pub at: String,
    /// Its unit.
    pub unit: &'static str,
    /// How many digits stand after its point.
    pub digits: usize,
    /// The sessions that have it, the earliest first.
    pub points: Vec<Point>,
}

/// What one session has of a measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Which of the course's visits.
    pub visit: usize,
    /// When it began, in microseconds since 1970, UTC.
    pub wall_us: i64,
    /// The value, in the trend's unit.
    pub value: f64,
    /// Whether the session's record is whole: a point of another is shown as one and compared with none.
    pub is_whole: bool,
}

impl Trend {
    /// Its name: `load at the same heart rate, 104 /min, bike`.
    #[must_use]
    pub fn title(&self) -> String {
        let mut title = self.measure.name().to_owned();
        if !self.at.is_empty() {
            title = format!("{title}, {}", self.at);
        }
        match self.machine {
            Some(machine) => format!("{title}, {}", words::machine(machine)),
            None => title,
        }
    }

    /// A value of it with its unit.
    #[must_use]
    pub fn with_unit(&self, value: f64) -> String {
        let text = self.number(value);
        if self.unit.is_empty() {
            text
        } else {
            format!("{text} {}", self.unit)
        }
    }

    /// A value of it; one that is none is `--`.
    #[must_use]
    pub fn number(&self, value: f64) -> String {
        if self.measure == Measure::TimeInZone {
            return words::share(value);
        }
        words::decimal(value, self.digits)
    }

    /// The points of sessions whose record is whole.
    fn whole(&self) -> impl DoubleEndedIterator<Item = Point> {
        self.points.iter().copied().filter(|point| point.is_whole)
    }

    /// The first value of a whole record.
    #[must_use]
    pub fn first(&self) -> Option<Point> {
        self.whole().next()
    }

    /// The first value and the last of whole records, where there are two.
    #[must_use]
    pub fn ends(&self) -> Option<(Point, Point)> {
        let mut whole = self.whole();
        whole.next().zip(whole.next_back())
    }

    /// Lowest and highest value.
    #[must_use]
    pub fn span(&self) -> Option<(f64, f64)> {
        let values = || self.points.iter().map(|point| point.value);
        values().reduce(f64::min).zip(values().reduce(f64::max))
    }

    /// From where to where it is drawn: as [`Self::span`], and at least so wide that noise under a step of rounding is not as high as a change.
    #[must_use]
    pub fn drawn(&self) -> Option<(f64, f64)> {
        let (low, high) = self.span()?;
        let more = (self.at_least() - (high - low)).max(0.0) / 2.0;
        let (low, high) = (low - more, high + more);
        // No figure is less than nothing, and no share more than all.
        let up = (-low).max(0.0);
        let down = if self.unit == "%" {
            (high - 100.0).max(0.0)
        } else {
            0.0
        };
        Some((low + up - down, high + up - down))
    }

    /// So many of its unit are drawn at least.
    #[must_use]
    pub const fn at_least(&self) -> f64 {
        if self.digits > 0 { 1.0 } else { 10.0 }
    }

    /// What happened to it, in words: `62 W to 71 W in 27 days`.
    #[must_use]
    pub fn words(&self) -> String {
        match (self.ends(), self.first()) {
            (Some((first, last)), _) => {
                let days = last.wall_us.saturating_sub(first.wall_us) / 86_400_000_000;
                let plural = if days == 1 { "" } else { "s" };
                format!(
                    "{} to {} in {days} day{plural}",
                    self.number(first.value),
                    self.with_unit(last.value)
                )
            }
            (None, Some(only)) => format!("{}, once", self.with_unit(only.value)),
            (None, None) => "--".to_owned(),
        }
    }
}

/// Every trend that has a point.
pub(super) fn all(visits: &[Visit]) -> Vec<Trend> {
    let mut trends = Vec::new();
    for measure in Measure::ALL {
        match measure {
            Measure::LoadAtHeartRate | Measure::HeartRateAtLoad => {
                for machine in [MachineKind::Cycle, MachineKind::Treadmill] {
                    trends.extend(carried(visits, measure, machine));
                }
            }
            Measure::RestingHeartRate
            | Measure::Recovery
            | Measure::TimeInZone
            | Measure::Minutes
            | Measure::MetMean
            | Measure::MetPeak
            | Measure::MetMinutes
            | Measure::Distance
            | Measure::Work
            | Measure::Nadir
            | Measure::Exertion
            | Measure::RestingSystolic
            | Measure::Weight
            | Measure::Alarms => trends.push(of_figures(visits, measure)),
        }
    }
    trends.retain(|trend| !trend.points.is_empty());
    trends
}

fn of_figures(visits: &[Visit], measure: Measure) -> Trend {
    Trend {
        measure,
        machine: None,
        at: String::new(),
        unit: measure.unit(),
        digits: measure.digits(),
        points: visits
            .iter()
            .enumerate()
            .filter_map(|(visit, taken)| Some((visit, taken, measure.figure(taken)?)))
            .map(|(visit, taken, value)| Point {
                visit,
                wall_us: taken.line.began_wall_micros,
                value,
                is_whole: taken.is_whole(),
            })
            .collect(),
    }
}

/// A bout that held a load steady, and of which visit it is.
struct SteadyBout<'a> {
    visit: usize,
    wall_us: i64,
    is_whole: bool,
    taught: &'a Taught,
    steady: Steady,
}

/// Bouts like the last one on that machine, each with its steady part.
fn like_the_last(visits: &[Visit], machine: MachineKind) -> Vec<SteadyBout<'_>> {
    let on_machine = |bout: &&VisitBout| bout.machine == machine && bout.taught.is_some();
    let last = visits
        .iter()
        .rev()
        .find_map(|visit| visit.bouts.iter().find(on_machine));
    let Some(last) = last else {
        return Vec::new();
    };
    visits
        .iter()
        .enumerate()
        .filter_map(|(visit, taken)| {
            let bout = taken.bouts.iter().find(|bout| bout.is_like(last))?;
            let taught = bout.taught.as_ref()?;
            Some(SteadyBout {
                visit,
                wall_us: taken.line.began_wall_micros,
                is_whole: taken.is_whole(),
                taught,
                steady: taught.learned.steady?,
            })
        })
        .collect()
}

/// What each bout would have been at the heart rate, or the load, of the last one: by its own gain, since that is what training changes.
fn carried(visits: &[Visit], measure: Measure, machine: MachineKind) -> Option<Trend> {
    let bouts = like_the_last(visits, machine);
    let last = bouts.last()?;
    let watts = matches!(last.steady.machine, OnMachine::Watts(_));
    let (rate, load) = (last.steady.heart_rate.round(), last.steady.load);
    let second = last.steady.middle_s;
    let (at, unit, digits) = match (measure, watts) {
        (Measure::HeartRateAtLoad, true) => (told(&last.steady), "/min", 0),
        (Measure::HeartRateAtLoad, false) => (format!("{load:.1} MET above rest"), "/min", 0),
        (_, true) => (format!("{rate:.0} /min"), "W", 0),
        (_, false) => (format!("{rate:.0} /min"), "MET", 1),
    };
    let points = bouts
        .iter()
        .map(|bout| {
            let answer = Answer {
                gain: bout.taught.learned.gain,
                drift: bout.taught.learned.drift,
            };
            let value = if measure == Measure::HeartRateAtLoad {
                answer.heart_rate_at(&bout.steady, load, second)
            } else {
                load_in_unit(bout, answer.load_at(&bout.steady, rate, second), watts)
            };
            Point {
                visit: bout.visit,
                wall_us: bout.wall_us,
                value,
                is_whole: bout.is_whole,
            }
        })
        // Carried too far: no machine gives less than nothing.
        .filter(|point| point.value.is_finite() && point.value >= 0.0)
        .collect();
    Some(Trend {
        measure,
        machine: Some(machine),
        at,
        unit,
        digits,
        points,
    })
}

/// A load near that of a bout, in watts by the power that it had and the patient's weight, or in METs above rest.
fn load_in_unit(bout: &SteadyBout<'_>, load: f64, watts: bool) -> f64 {
    match bout.steady.machine {
        OnMachine::Watts(power) if watts => {
            power + (load - bout.steady.load) * equations::watts_per_net_met(bout.taught.mass_kg)
        }
        OnMachine::Watts(_) | OnMachine::Belt { .. } | OnMachine::Nothing => load,
    }
}

/// The load of a steady part as the machine has it.
fn told(steady: &Steady) -> String {
    match steady.machine {
        OnMachine::Watts(power) => format!("{power:.0} W"),
        OnMachine::Belt { speed, grade } => format!("{:.1} km/h at {grade:.1} %", speed * 3.6),
        OnMachine::Nothing => format!("{:.1} MET above rest", steady.load),
    }
}
