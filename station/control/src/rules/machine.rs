//! Conditions of machine and link, and the model of what a machine that follows would report.

use core::time::Duration;

use protocols::vocabulary::{
    Capabilities, LoadControl, MachineKind, MachineLoad, MachineReport, RevolutionsPerMinute,
    Timestamp,
};
use serde::{Deserialize, Serialize};

use super::facts::{Facts, Judged, Truth};
use crate::ring;
use crate::signals::{DOUBTED_AFTER, as_seconds, second_of};
use crate::situation::Situation;

/// What the machine said last, while that is not too old to count.
fn report(facts: &Facts<'_>) -> Option<MachineReport> {
    let (report, sent_at) = facts.signals.machine()?;
    (facts.now.since(sent_at) < DOUBTED_AFTER).then_some(report)
}

pub(super) fn lost(facts: &Facts<'_>) -> Judged {
    let situation = facts.situation;
    // Whose power was taken by a person does not answer, and nobody is to look for its cable.
    if situation.capabilities.control == LoadControl::ByHand || situation.emergency {
        return Judged::OFF;
    }
    let heard = situation.machine_heard.unwrap_or(situation.phase_since);
    Judged::that(facts.now.since(heard) >= DOUBTED_AFTER).true_since(heard)
}

fn cadence(facts: &Facts<'_>) -> Option<f64> {
    if facts.situation.capabilities.kind != MachineKind::Cycle {
        return None;
    }
    report(facts)?.cadence.map(RevolutionsPerMinute::as_f64)
}

/// Under the prescribed cadence (default 40), with load on.
pub(super) fn cadence_low(facts: &Facts<'_>) -> Option<Judged> {
    let low = f64::from(facts.bout.prescription.cadence_low);
    cadence_in_use(low, low, facts)
}

/// 10 under the prescribed cadence, with load on.
pub(super) fn cadence_very_low(facts: &Facts<'_>) -> Option<Judged> {
    let low = f64::from(facts.bout.prescription.cadence_low);
    cadence_in_use(low - 10.0, low, facts)
}

/// Its end is a cadence, which an ergometer that fell out of use may never say: the session waits for a person then anyway.
fn cadence_in_use(limit: f64, low: f64, facts: &Facts<'_>) -> Option<Judged> {
    let judge = |cadence| under(cadence, limit, facts).clears_when(cadence >= low + 5.0);
    unless_out_of_use(judge, facts)
}

pub(super) fn cadence_stopped(facts: &Facts<'_>) -> Option<Judged> {
    unless_out_of_use(|cadence| under(cadence, 10.0, facts), facts)
}

pub(super) fn cadence_high(facts: &Facts<'_>) -> Option<Judged> {
    cadence(facts).map(|cadence| Judged::of(cadence > 100.0, cadence, 100.0))
}

fn unless_out_of_use(judge: impl FnOnce(f64) -> Judged, facts: &Facts<'_>) -> Option<Judged> {
    if facts.situation.out_of_use {
        return Some(Judged::OFF);
    }
    cadence(facts).map(judge)
}

fn under(cadence: f64, limit: f64, facts: &Facts<'_>) -> Judged {
    Judged::of(cadence < limit && facts.situation.load_on, cadence, limit)
}

pub(super) fn below(facts: &Facts<'_>) -> Option<Judged> {
    let said = report(facts)?;
    let expected = facts.memory.follow.expected(facts.situation)?;
    let judge = |reported: f64, range: (f64, f64), slack: f64| {
        Judged::of(reported < range.0 - slack, reported, range.0 - slack)
    };
    match facts.situation.capabilities.kind {
        MachineKind::Cycle => {
            let range = expected.first;
            Some(judge(
                said.power?.as_f64(),
                range,
                f64::max(0.10 * range.0, 10.0),
            ))
        }
        MachineKind::Treadmill => either(
            said.speed
                .map(|speed| judge(speed.get(), expected.first, 0.3 / 3.6)),
            said.grade
                .map(|grade| judge(grade.get(), expected.grade, 1.0)),
        ),
    }
}

pub(super) fn above(facts: &Facts<'_>) -> Option<Judged> {
    let said = report(facts)?;
    let expected = facts.memory.follow.expected(facts.situation)?;
    let judge = |reported: f64, range: (f64, f64), slack: f64| {
        Judged::of(reported > range.1 + slack, reported, range.1 + slack)
    };
    match facts.situation.capabilities.kind {
        MachineKind::Cycle => {
            let range = expected.first;
            Some(judge(
                said.power?.as_f64(),
                range,
                f64::max(0.15 * range.1, 15.0),
            ))
        }
        MachineKind::Treadmill => {
            // The grade of a belt that stands is nobody's load.
            let stands = said.speed.is_some_and(|speed| speed.get().abs() <= 0.0);
            either(
                said.speed
                    .map(|speed| judge(speed.get(), expected.first, 0.5 / 3.6)),
                said.grade
                    .filter(|_| !stands)
                    .map(|grade| judge(grade.get(), expected.grade, 1.0)),
            )
        }
    }
}

/// The one that holds, where one does.
fn either(speed: Option<Judged>, grade: Option<Judged>) -> Option<Judged> {
    match (speed, grade) {
        (Some(speed), Some(grade)) => Some(if speed.holds == Truth::Yes {
            speed
        } else {
            grade
        }),
        (found, None) | (None, found) => found,
    }
}

/// Seconds of expectation that are kept.
const KEPT: usize = 32;

/// The oldest answer that is judged.
const OLDEST: Duration = Duration::from_secs(30);

/// What a machine that follows what it is told would report: the told load, moved no faster than the machine's slew.
///
/// A report is as old as the machine's averaging and the poll that asks for it; it is held against everything that was expected
/// in that time, so that a machine is blamed for neither.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Follow {
    at: Option<Timestamp>,
    first: f64,
    grade: f64,
    ring: [Expected; KEPT],
}

/// The least and the most that was expected in a while.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Expected {
    /// Power in watts, or speed in metres a second.
    pub(crate) first: (f64, f64),
    /// Grade in per cent.
    pub(crate) grade: (f64, f64),
}

impl Follow {
    pub(crate) const STANDING: Self = Self {
        at: None,
        first: 0.0,
        grade: 0.0,
        ring: [Expected {
            first: (0.0, 0.0),
            grade: (0.0, 0.0),
        }; KEPT],
    };

    /// Lets time pass towards what the machine is told.
    pub(crate) fn advance(&mut self, situation: &Situation) {
        let now = situation.now;
        let Some(told) = situation.told else {
            *self = Self::STANDING;
            return;
        };
        let slew = situation.capabilities.slew;
        let (first, grade, pace) = match told {
            MachineLoad::Power(power) => (power.as_f64(), 0.0, slew.watts_per_second),
            MachineLoad::Belt { speed, grade } => {
                (speed.get(), grade.get(), slew.metres_per_second_squared)
            }
        };
        let before = self.at.unwrap_or(now);
        let passed = as_seconds(now.since(before));
        let stood = Expected {
            first: (self.first, self.first),
            grade: (self.grade, self.grade),
        };
        let since = second_of(before).max(second_of(now).saturating_sub(ring::length(&self.ring)));
        for between in since + 1..=second_of(now) {
            self.write(between, stood);
        }
        self.first = moved(self.first, first, pace, passed);
        self.grade = moved(self.grade, grade, slew.grade_percent_per_second, passed);
        let reached = Expected {
            first: (self.first, self.first),
            grade: (self.grade, self.grade),
        };
        let running = self.read(second_of(now)).filter(|_| self.at.is_some());
        self.write(
            second_of(now),
            running.map_or(reached, |running| running.with(reached)),
        );
        self.at = Some(now);
    }

    /// What a report of now may say.
    pub(crate) fn expected(&self, situation: &Situation) -> Option<Expected> {
        let now = self.at?;
        let Capabilities {
            averaging,
            poll_interval,
            ..
        } = situation.capabilities;
        let age = averaging.delay.saturating_add(poll_interval).min(OLDEST);
        let held = situation.capabilities.held_at_least().as_f64();
        (second_of(now.before(age))..=second_of(now))
            .filter_map(|second| self.read(second))
            .reduce(Expected::with)
            .map(|expected| Expected {
                // What a brake cannot let go of is not too much.
                first: (expected.first.0, expected.first.1.max(held)),
                ..expected
            })
    }

    fn read(&self, second: u64) -> Option<Expected> {
        ring::get(&self.ring, second)
    }

    fn write(&mut self, second: u64, expected: Expected) {
        ring::set(&mut self.ring, second, expected);
    }
}

impl Expected {
    /// Both ranges together.
    fn with(self, other: Self) -> Self {
        let range = |one: (f64, f64), other: (f64, f64)| {
            (f64::min(one.0, other.0), f64::max(one.1, other.1))
        };
        Self {
            first: range(self.first, other.first),
            grade: range(self.grade, other.grade),
        }
    }
}

/// `from` moved towards `to` at no more than `pace` a second; a machine without a known slew is there at once.
fn moved(from: f64, to: f64, pace: f64, seconds: f64) -> f64 {
    let step = pace * seconds;
    if pace <= 0.0 || libm::fabs(to - from) <= step {
        to
    } else {
        from + libm::copysign(step, to - from)
    }
}
