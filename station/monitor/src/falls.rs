//! **I5** for signals, and the answers that take load away: from when it is due, load has to go down as a rule takes it.
//!
//! A duty begins with what is asked for when it falls due, and its line goes down at the rules' 3 net METs a minute, to the cool-down
//! load. Staying above the line, by more than rounding and what need not be sent, is a breach, told once for each time it is due.

use core::time::Duration;

use protocols::vocabulary::{MachineLoad, MetresPerSecond, PercentGrade, Timestamp};

use crate::breach::{Invariant, Ledger};
use crate::scene::Turn;
use crate::signals::{Signals, Track};
use crate::work::{EPSILON, net_mets, rounding};

/// The cool-down load is a quarter of what was on.
const QUARTER: f64 = 0.25;
/// A belt's cool-down is not slower than this, in km/h.
const SLOWEST_COOL_DOWN: f64 = 1.6;

/// What has to go down, and why.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Falls {
    heart_rate_lost: Duty,
    saturation_lost: Duty,
    heart_rate_high: Duty,
    heart_rate_low: Duty,
    saturation_low: Duty,
    saturation_stop: Duty,
}

/// One duty to take load away.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Duty {
    /// Since when it is due, and the work then.
    due: Option<(Timestamp, f64)>,
    told: bool,
}

impl Falls {
    pub(crate) fn judge(&mut self, signals: &Signals, turn: &Turn<'_>, ledger: &mut Ledger) {
        if !turn.charter.machine.control.is_commanded() {
            return;
        }
        let (charter, times) = (turn.charter, &turn.charter.times);
        if charter.requires_heart_rate {
            let heart = &signals.heart_rate;
            let lost = is_lost(heart, times.heart_rate_falls_after, turn);
            let what = (Invariant::I5, "heart rate is lost");
            self.heart_rate_lost.judge(lost, what, turn, ledger);
            let within = times.heart_rate_answered_within;
            let high = heart.lasts(heart.at_limit, within, turn)
                || heart.lasts(heart.at_stop, within, turn);
            let what = (Invariant::Answer, "heart rate is at its limit or above");
            self.heart_rate_high.judge(high, what, turn, ledger);
            let low = heart.lasts(heart.at_low, within, turn);
            let what = (Invariant::Answer, "heart rate is below its lower limit");
            self.heart_rate_low.judge(low, what, turn, ledger);
        }
        if charter.requires_saturation {
            let track = &signals.saturation;
            let lost = is_lost(track, times.saturation_falls_after, turn);
            let what = (Invariant::I5, "saturation is lost");
            self.saturation_lost.judge(lost, what, turn, ledger);
            let low = track.lasts(track.at_limit, times.saturation_answered_within, turn);
            let what = (Invariant::Answer, "saturation is at its floor or below");
            self.saturation_low.judge(low, what, turn, ledger);
            let stop = track.lasts(track.at_stop, times.saturation_stops_within, turn);
            self.saturation_stop.judge_stop(stop, turn, ledger);
        }
    }
}

/// No good value since it was last heard, or since load is on, for so long.
pub(crate) fn is_lost(track: &Track, long: Duration, turn: &Turn<'_>) -> bool {
    let Some(on_since) = turn.on_since else {
        return false;
    };
    let since = track.heard.map_or(on_since, |heard| heard.max(on_since));
    turn.now.since(since) >= long
}

impl Duty {
    /// Since when it is due and the work then; nothing, and all forgotten, where it is not.
    fn stand(&mut self, is_due: bool, turn: &Turn<'_>) -> Option<(Timestamp, f64)> {
        if !is_due || !turn.after.is_on() || !turn.reaches_the_machine() {
            *self = Self::default();
            return None;
        }
        Some(*self.due.get_or_insert((turn.now, turn.before.work)))
    }

    pub(crate) fn judge(
        &mut self,
        is_due: bool,
        (invariant, why): (Invariant, &str),
        turn: &Turn<'_>,
        ledger: &mut Ledger,
    ) {
        let Some((since, from)) = self.stand(is_due, turn) else {
            return;
        };
        let allowed = turn.charter.allowances;
        let late = turn.now.since(since).saturating_sub(allowed.react);
        if late.is_zero() || self.told {
            return;
        }
        let line = allowed.fall_per_second.mul_add(-late.as_secs_f64(), from);
        let slack = rounding(&turn.charter.machine, turn.charter.mass, &turn.after);
        let most = line.max(enough(turn)) + slack + allowed.deadband;
        let asked = turn.after.work;
        if asked > most + EPSILON {
            self.told = true;
            ledger.write(
                invariant,
                turn.now,
                format_args!("{why}, and {asked:.2} net METs are asked for, {most:.2} at most"),
            );
        }
    }

    /// As [`Duty::judge`], but everything has to go: an ergometer at once, a belt in steps.
    fn judge_stop(&mut self, is_due: bool, turn: &Turn<'_>, ledger: &mut Ledger) {
        let Some((since, _)) = self.stand(is_due, turn) else {
            return;
        };
        let slowing = turn.after.speed < turn.before.speed
            || turn.slowed_at.is_some_and(|slowed| slowed >= since);
        let late = turn.now.since(since) > turn.charter.allowances.react;
        if late && !slowing && !self.told {
            self.told = true;
            ledger.write(
                Invariant::Answer,
                turn.now,
                format_args!("saturation is where everything stops, and load is still asked for"),
            );
        }
    }
}

/// The load from which nothing further need be taken.
fn enough(turn: &Turn<'_>) -> f64 {
    let quarter = QUARTER * turn.most_work;
    let written = turn.charter.cool_down_load.get();
    let walking = if turn.is_belt() {
        let slow = MetresPerSecond::from_kilometres_per_hour(SLOWEST_COOL_DOWN);
        let load = MachineLoad::Belt {
            speed: slow.unwrap_or(MetresPerSecond::ZERO),
            grade: PercentGrade::new(turn.after.grade).unwrap_or(PercentGrade::ZERO),
        };
        net_mets(load, turn.charter.mass)
    } else {
        0.0
    };
    quarter.max(written).max(walking).max(turn.least_work())
}
