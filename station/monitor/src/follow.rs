//! **I11**: a machine that does not follow is followed.
//!
//! What was asked for is moved no faster than the machine's slew and held against each report, by the figures of the follow rules,
//! widened by what a station may have granted and not sent, and by what load may rise while a report is on its way. A
//! machine that was below in every report for half a minute and the time to settle is asked for no more; one that was above in every
//! report for five seconds and the time to settle is stopped.

use core::time::Duration;

use protocols::vocabulary::{MachineReport, MetresPerSecond, PercentGrade, Timestamp, Watts};

use crate::breach::{Invariant, Ledger};
use crate::call::{Phase, Seen};
use crate::scene::Turn;
use crate::work::{Asked, watts_per_met};

/// Below by more than these (or a share of the power): 10 W, 0.3 km/h, 1 % of grade.
const BELOW: Band = Band {
    share: 0.10,
    watts: 10.0,
    speed: 0.3 / 3.6,
    grade: 1.0,
};
/// Above by more than these: 15 W, 0.5 km/h, 1 % of grade.
const ABOVE: Band = Band {
    share: 0.15,
    watts: 15.0,
    speed: 0.5 / 3.6,
    grade: 1.0,
};

/// A report may have waited so long beyond the poll that asked for it.
const A_TURN: Duration = Duration::from_secs(1);
/// Walking on the flat, in m/s for each net MET; less on a grade.
const SPEED_PER_MET: f64 = 3.5 / 6.0;

struct Band {
    share: f64,
    watts: f64,
    speed: f64,
    grade: f64,
}

/// How the machine follows.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Follow {
    /// What the machine may be doing by its slew, at the last report.
    expected: Option<(Asked, Timestamp)>,
    below_since: Option<Timestamp>,
    above_since: Option<Timestamp>,
    told: bool,
}

impl Follow {
    pub(crate) fn judge(&mut self, turn: &Turn<'_>, ledger: &mut Ledger) {
        if !turn.charter.machine.control.is_commanded() {
            return;
        }
        if let Seen::Machine { report, .. } = turn.call.input {
            self.report(&report, turn);
        }
        if !turn.before.is_on() || !turn.reaches_the_machine() {
            (self.below_since, self.above_since, self.told) = (None, None, false);
            return;
        }
        let (times, settle) = (&turn.charter.times, turn.charter.allowances.settle);
        let holds = times.below_target_holds_after.saturating_add(settle);
        if let Some(since) = self.below_since
            && turn.rose()
            && turn.now.since(since) >= holds
        {
            let seconds = turn.now.since(since).as_secs_f64();
            ledger.write(
                Invariant::I11,
                turn.now,
                format_args!(
                    "a rise for a machine that gives less than it is asked for {seconds:.0} s"
                ),
            );
        }
        let Some(since) = self.above_since else {
            self.told = false;
            return;
        };
        let stopped = !turn.after.is_on()
            || turn.call.left.phase == Phase::Stopped
            || turn.after.speed < turn.before.speed
            || turn.slowed_at.is_some_and(|slowed| slowed > since);
        let stops = times.above_target_stops_after.saturating_add(settle);
        if !self.told && !stopped && turn.now.since(since) > stops {
            self.told = true;
            let seconds = turn.now.since(since).as_secs_f64();
            ledger.write(
                Invariant::I11,
                turn.now,
                format_args!(
                    "the machine gives more than it is asked for {seconds:.0} s and is not stopped"
                ),
            );
        }
    }

    /// Holds a report against what the machine may be doing.
    fn report(&mut self, report: &MachineReport, turn: &Turn<'_>) {
        let machine = &turn.charter.machine;
        let found = Asked::reported(report, machine.kind, turn.charter.mass);
        let (from, seconds) = match self.expected {
            Some((from, at)) => (from, turn.now.since(at)),
            None => (found, Duration::ZERO),
        };
        let seconds = seconds.as_secs_f64();
        let slew = &machine.slew;
        let to = &turn.before;
        let expected = Asked {
            power: moved(from.power, to.power, slew.watts_per_second * seconds),
            speed: moved(
                from.speed,
                to.speed,
                slew.metres_per_second_squared * seconds,
            ),
            grade: moved(
                from.grade,
                to.grade,
                slew.grade_percent_per_second * seconds,
            ),
            work: to.work,
        };
        self.expected = Some((expected, turn.now));
        let unsure = unsure(turn);
        // A machine that is quicker than its slew is not above or below for that.
        let least = each(&expected, to, f64::min);
        let most = each(&expected, to, f64::max);
        let is_below = differs(report, &least, (&BELOW, &unsure), -1.0);
        mark(&mut self.below_since, is_below, turn.now);
        let is_above = differs(report, &most, (&ABOVE, &unsure), 1.0);
        mark(&mut self.above_since, is_above, turn.now);
    }
}

/// The lesser, or the greater, of two in each number.
fn each(one: &Asked, other: &Asked, choose: fn(f64, f64) -> f64) -> Asked {
    Asked {
        power: choose(one.power, other.power),
        speed: choose(one.speed, other.speed),
        grade: choose(one.grade, other.grade),
        work: other.work,
    }
}

/// From `from` towards `to` by `most`; all the way where a machine's slew is not known.
fn moved(from: f64, to: f64, most: f64) -> f64 {
    if most > 0.0 {
        to.clamp(from - most, from + most)
    } else {
        to
    }
}

/// By how much what a station granted may differ from what it asked for when a report was made.
fn unsure(turn: &Turn<'_>) -> Band {
    let (machine, allowed) = (&turn.charter.machine, &turn.charter.allowances);
    let age = machine.poll_interval.as_secs_f64()
        + machine.averaging.delay.as_secs_f64()
        + A_TURN.as_secs_f64();
    let ramp = turn.charter.warm_up.max(turn.charter.conditioning);
    let work = ramp.per_second().mul_add(age, allowed.deadband);
    Band {
        share: 0.0,
        watts: work * watts_per_met(turn.charter.mass)
            + machine.power.map_or(0.0, |range| f64::from(range.step)),
        speed: work * SPEED_PER_MET + machine.belt.map_or(0.0, |range| range.speed_step),
        grade: machine.belt.map_or(0.0, |range| range.grade_step),
    }
}

/// Whether a report lies outside `band`, widened by `unsure`, on the side of `sign`.
fn differs(
    report: &MachineReport,
    expected: &Asked,
    (band, unsure): (&Band, &Band),
    sign: f64,
) -> bool {
    let beyond = |reported: Option<f64>, expected: f64, most: f64| {
        reported.is_some_and(|reported| (reported - expected) * sign > most)
    };
    let watts = band.watts.max(band.share * expected.power) + unsure.watts;
    let (power, speed, grade) = (
        report.power.map(Watts::as_f64),
        report.speed.map(MetresPerSecond::get),
        report.grade.map(PercentGrade::get),
    );
    // A belt may tell power too, and a bike speed: only what it is asked for counts. The grade of a belt that stands is nobody's load.
    let stands = sign > 0.0 && speed.is_some_and(|speed| speed <= 0.0);
    (expected.power > 0.0 && beyond(power, expected.power, watts))
        || (expected.speed > 0.0
            && (beyond(speed, expected.speed, band.speed + unsure.speed)
                || !stands && beyond(grade, expected.grade, band.grade + unsure.grade)))
}

fn mark(since: &mut Option<Timestamp>, holds: bool, now: Timestamp) {
    if !holds {
        *since = None;
    } else if since.is_none() {
        *since = Some(now);
    }
}
