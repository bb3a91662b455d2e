//! Work and recovery in turn, both by heart rate, as in four times four minutes.
//!
//! No interval of a few minutes can be tracked by feedback: its loads are open loop, what the patient's own gain foretells for the
//! target (0.9 of it for work), and feedback corrects from one interval to the next, by the mean error of the last 30 s of each work
//! and of each recovery (`controllers.md` section 1 and 3.5). Work is reached by the ramp; recovery is taken at once.

use core::time::Duration;

use protocols::vocabulary::NetMets;
use serde::{Deserialize, Serialize};

use super::estimate::Estimate;
use super::heart_rate::{fallen_without_reading, is_back, is_lost};
use super::{Entering, Interval, Moment, Turn, bounded};
use crate::outputs::Beat;

/// Share of the foretold load that work begins with (`controllers.md` 3.5).
pub const WORK_SHARE: f64 = 0.9;

/// Share of the error that a trim takes away.
const TRIM: f64 = 0.4;

/// A trim moves a load by no more than this share of it.
const TRIM_AT_MOST: f64 = 0.15;

/// Beats that the mean error is of: 30 s.
const LAST: usize = 6;

/// With fewer beats than this that had a reading there is no trim: half of them.
const ENOUGH: usize = 3;

/// A load this much under what was asked for was not reached, in METs: its error is not the asked load's.
const SHORT: f64 = 0.1;

/// Targets and times of heart-rate intervals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Intervals {
    /// Heart rate of work, in beats a minute.
    pub work: f64,
    /// Length of work.
    pub work_for: Duration,
    /// Heart rate of recovery, in beats a minute.
    pub recovery: f64,
    /// Length of recovery.
    pub recovery_for: Duration,
    /// How many times both.
    pub repeats: u16,
}

/// Work or recovery.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Side {
    /// Heart rate wanted, in beats a minute.
    target: f64,
    /// What the gain foretells for it, in METs.
    foretold: f64,
    /// What feedback has made of it, in METs.
    load: f64,
}

/// What one beat of a turn showed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Shown {
    /// Target less heart rate, in beats a minute.
    error: f64,
    /// The asked load was on.
    reached: bool,
}

/// The mode with its state.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HeartRateInterval {
    rhythm: Interval,
    work: Side,
    recovery: Side,
    estimate: Estimate,
    warm_up_load: f64,
    /// Whose beats are in `last`.
    turn: Option<Turn>,
    last: [Option<Shown>; LAST],
    lost: bool,
}

impl HeartRateInterval {
    /// Enters the mode. `with.target` is the heart rate of work. `None` where neither an assessment nor the warm-up gave a gain.
    #[must_use]
    pub fn enter(with: &Entering, intervals: &Intervals) -> Option<Self> {
        let estimate = Estimate::of(with)?;
        let side = |target: f64, share: f64| {
            let foretold = share * (target - estimate.rest) / estimate.gain;
            let foretold = bounded(foretold, 0.0, estimate.cap.at(with.target));
            Side {
                target,
                foretold,
                load: foretold,
            }
        };
        Some(Self {
            rhythm: Interval::new(
                NetMets::ZERO,
                intervals.work_for,
                NetMets::ZERO,
                intervals.recovery_for,
                intervals.repeats,
            ),
            work: side(intervals.work, WORK_SHARE),
            recovery: side(intervals.recovery, 1.0),
            estimate,
            warm_up_load: with.warm_up_load,
            turn: None,
            last: [None; LAST],
            lost: false,
        })
    }

    /// One beat: what the last one showed is kept, a turn that ended is trimmed, and this moment's load is proposed.
    pub fn beat(&mut self, moment: &Moment) -> Beat {
        self.note(moment);
        let turn = self.turn(moment.elapsed);
        if turn != self.turn {
            self.trim(moment);
            self.turn = turn;
            self.last = [None; LAST];
        }
        let side = *self.side(turn);
        let loads = self.rhythm.with_loads(self.work.load, self.recovery.load);
        let want = if self.lost {
            moment.within_limits(fallen_without_reading(moment, self.warm_up_load))
        } else {
            loads.propose(moment)
        };
        let measured = moment.measured.filter(|_| !self.lost);
        Beat {
            reference: side.target,
            measured,
            error: measured.map_or(0.0, |heart_rate| side.target - heart_rate),
            feed_forward: side.foretold,
            integral: side.load - side.foretold,
            lag: 0.0,
            want,
        }
    }

    /// Begins anew after a pause or a hand: what was shown before tells nothing of the load that is on now.
    pub fn reenter(&mut self) {
        self.last = [None; LAST];
    }

    /// Where it stands so long after its beginning.
    #[must_use]
    pub fn turn(&self, elapsed: Duration) -> Option<Turn> {
        self.rhythm.turn(elapsed)
    }

    /// The heart rate wanted in this turn, in beats a minute.
    #[must_use]
    pub const fn target(&self, turn: Option<Turn>) -> f64 {
        self.side(turn).target
    }

    /// The heart rate wanted in work, in beats a minute.
    #[must_use]
    pub const fn work_target(&self) -> f64 {
        self.work.target
    }

    /// A person moved the target of this turn: its load goes with it by what the gain foretells.
    pub fn move_target(&mut self, turn: Option<Turn>, target: f64) {
        let (gain, at_work) = (self.estimate.gain, is_work(turn));
        let share = if at_work { WORK_SHARE } else { 1.0 };
        let most = self.plausibility_cap();
        let side = if at_work {
            &mut self.work
        } else {
            &mut self.recovery
        };
        let moved = share * (target - side.target) / gain;
        side.target = target;
        side.foretold = bounded(side.foretold + moved, 0.0, f64::MAX);
        let most = if at_work {
            self.estimate.cap.at(target)
        } else {
            most
        };
        side.load = bounded(side.load + moved, 0.0, most);
        self.last = [None; LAST];
    }

    /// The most that the assessment explains at the heart rate of work, in METs.
    #[must_use]
    pub fn plausibility_cap(&self) -> f64 {
        self.estimate.cap.at(self.work.target)
    }

    /// What is known of the patient's heart.
    #[must_use]
    pub const fn estimate(&self) -> &Estimate {
        &self.estimate
    }

    const fn side(&self, turn: Option<Turn>) -> &Side {
        if is_work(turn) {
            &self.work
        } else {
            &self.recovery
        }
    }

    /// The 5 s that are over belong to the turn that they began in.
    fn note(&mut self, moment: &Moment) {
        if is_lost(moment) {
            self.lost = true;
        } else if moment.measured.is_some() && is_back(moment) {
            self.lost = false;
        }
        let side = *self.side(self.turn);
        self.last.rotate_right(1);
        let [newest, ..] = &mut self.last;
        *newest = moment
            .measured
            .filter(|_| !self.lost)
            .map(|heart_rate| Shown {
                error: side.target - heart_rate,
                reached: moment.applied >= side.load - SHORT,
            });
    }

    /// What the last 30 s of the turn that ended showed moves the load of its next. A load that was not on is not raised for what it
    /// did not do.
    fn trim(&mut self, moment: &Moment) {
        let shown = self.last.iter().flatten();
        let many = shown.clone().count();
        if self.turn.is_none() || many < ENOUGH {
            return;
        }
        let (sum, count) = shown.clone().fold((0.0, 0.0), |(sum, count), shown| {
            (sum + shown.error, count + 1.0)
        });
        let error = sum / count;
        if error > 0.0 && !shown.clone().all(|shown| shown.reached) {
            return;
        }
        let at_work = is_work(self.turn);
        let most = if at_work {
            self.plausibility_cap()
        } else {
            self.work.load
        };
        let gain = self.estimate.gain;
        let side = if at_work {
            &mut self.work
        } else {
            &mut self.recovery
        };
        let limit = TRIM_AT_MOST * side.load;
        let by = bounded(TRIM * error / gain, -limit, limit);
        side.load = bounded(side.load + by, moment.least, most);
    }
}

const fn is_work(turn: Option<Turn>) -> bool {
    matches!(turn, Some(Turn { work: true, .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: f64 = 70.0;
    const GAIN: f64 = 10.0;

    fn four_by_four() -> HeartRateInterval {
        let entering = Entering {
            target: 130.0,
            assessed_gain: Some(GAIN),
            assessed_rest: Some(REST),
            rest: Some(REST),
            warm_up_mean: Some(90.0),
            warm_up_load: 2.0,
            applied: 2.0,
            irregular: false,
            feed_forward: 0.7,
            plausibility_factor: 1.3,
            earlier: None,
        };
        let intervals = Intervals {
            work: 130.0,
            work_for: Duration::from_mins(4),
            recovery: 100.0,
            recovery_for: Duration::from_mins(3),
            repeats: 4,
        };
        HeartRateInterval::enter(&entering, &intervals).expect("it has a gain")
    }

    fn moment(applied: f64, measured: Option<f64>, seconds: u64) -> Moment {
        Moment {
            applied,
            least: 1.0,
            most: 9.0,
            rise: 1.0,
            measured,
            heart_rate_age: Some(Duration::from_secs(1)),
            trusted_for: Duration::from_mins(1),
            elapsed: Duration::from_secs(seconds),
        }
    }

    /// Through the beats after `from` up to `to`, which ends a turn, with a heart rate that is what it is; the load is what was asked
    /// for, unless it is held at `most`. Gives the last load of the turn.
    fn through(mode: &mut HeartRateInterval, from: u64, to: u64, rate: f64, most: f64) -> f64 {
        let (mut applied, mut last) = (2.0, 2.0);
        for seconds in (from + 5..=to).step_by(5) {
            last = applied;
            let want = mode.beat(&moment(applied, Some(rate), seconds)).want;
            applied = if want > most { most } else { want };
        }
        last
    }

    fn near(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-9
    }

    #[test]
    fn work_begins_with_nine_tenths_of_what_is_foretold_and_recovery_with_all_of_it() {
        let mut mode = four_by_four();
        assert!(near(through(&mut mode, 0, 240, 130.0, 9.0), 0.9 * 6.0));
        assert!(near(through(&mut mode, 240, 420, 100.0, 9.0), 3.0));
    }

    #[test]
    fn the_error_of_the_last_thirty_seconds_trims_the_next_interval() {
        let mut mode = four_by_four();
        through(&mut mode, 0, 210, 90.0, 9.0);
        for seconds in (215..=240).step_by(5) {
            mode.beat(&moment(5.4, Some(125.0), seconds));
        }
        through(&mut mode, 240, 420, 104.0, 9.0);
        let again = through(&mut mode, 420, 660, 130.0, 9.0);
        assert!(near(again, 5.4 + 0.4 * 5.0 / GAIN), "{again}");
        let rest = through(&mut mode, 660, 840, 100.0, 9.0);
        assert!(near(rest, 3.0 - 0.4 * 4.0 / GAIN), "{rest}");
    }

    #[test]
    fn a_trim_moves_a_load_by_fifteen_per_cent_and_no_work_passes_the_cap() {
        for (rate, expected) in [(60.0, 5.4 * 1.15), (200.0, 5.4 * 0.85)] {
            let mut mode = four_by_four();
            through(&mut mode, 0, 240, rate, 9.0);
            through(&mut mode, 240, 420, 100.0, 9.0);
            assert!(near(through(&mut mode, 420, 660, 130.0, 9.0), expected));
        }
        let mut mode = four_by_four();
        for turn in 0..4 {
            through(&mut mode, turn * 420, turn * 420 + 240, 90.0, 9.0);
            through(&mut mode, turn * 420 + 240, turn * 420 + 420, 100.0, 9.0);
        }
        assert!(near(mode.work.load, 1.3 * 6.0), "{}", mode.work.load);
    }

    #[test]
    fn a_load_that_was_not_reached_is_not_raised_and_is_lowered_all_the_same() {
        for (rate, expected) in [(120.0, 5.4), (140.0, 5.4 - 0.4 * 10.0 / GAIN)] {
            let mut mode = four_by_four();
            through(&mut mode, 0, 240, rate, 4.0);
            through(&mut mode, 240, 420, 100.0, 9.0);
            assert!(near(mode.work.load, expected), "{rate}");
        }
    }

    #[test]
    fn without_readings_there_is_no_trim_and_a_long_silence_takes_load_away() {
        let mut mode = four_by_four();
        for seconds in (0..245).step_by(5) {
            mode.beat(&moment(5.4, None, seconds));
        }
        assert!(near(mode.work.load, 5.4));
        let silent = Moment {
            heart_rate_age: Some(Duration::from_secs(10)),
            ..moment(3.0, None, 250)
        };
        assert!(near(mode.beat(&silent).want, 2.75));
        let young = Moment {
            trusted_for: Duration::from_secs(9),
            ..moment(2.5, Some(100.0), 430)
        };
        assert!(mode.beat(&young).want <= 2.5, "no rise before ten seconds");
        assert!(mode.beat(&moment(2.5, Some(100.0), 435)).want > 2.5);
    }

    #[test]
    fn a_target_that_is_moved_moves_the_load_by_what_the_gain_foretells() {
        let mut mode = four_by_four();
        let work = mode.turn(Duration::from_secs(10));
        mode.move_target(work, 132.0);
        assert!(near(mode.target(work), 132.0) && near(mode.work.load, 5.4 + 0.9 * 0.2));
        let recovery = mode.turn(Duration::from_secs(250));
        mode.move_target(recovery, 98.0);
        assert!(near(mode.target(recovery), 98.0) && near(mode.recovery.load, 2.8));
    }

    #[test]
    fn a_beat_says_what_is_wanted_what_was_foretold_and_what_feedback_made_of_it() {
        let mut mode = four_by_four();
        through(&mut mode, 0, 210, 90.0, 9.0);
        for seconds in (215..=240).step_by(5) {
            mode.beat(&moment(5.4, Some(125.0), seconds));
        }
        through(&mut mode, 240, 420, 100.0, 9.0);
        let beat = mode.beat(&moment(5.0, Some(125.0), 425));
        assert!(near(beat.reference, 130.0) && near(beat.error, 5.0));
        assert!(near(beat.feed_forward, 5.4) && near(beat.integral, 0.4 * 5.0 / GAIN));
        assert_eq!(beat.measured, Some(125.0));
        let silent = Moment {
            heart_rate_age: Some(Duration::from_secs(10)),
            ..moment(5.0, Some(125.0), 430)
        };
        let lost = mode.beat(&silent);
        assert_eq!(lost.measured, None);
        assert!(near(lost.error, 0.0));
    }

    #[test]
    fn who_enters_again_is_not_trimmed_by_what_was_before() {
        let mut mode = four_by_four();
        through(&mut mode, 0, 210, 90.0, 9.0);
        for seconds in (215..=235).step_by(5) {
            mode.beat(&moment(5.4, Some(125.0), seconds));
        }
        mode.reenter();
        mode.beat(&moment(5.4, Some(125.0), 240));
        assert!(near(mode.work.load, 5.4));
    }

    #[test]
    fn half_of_the_last_beats_are_enough_for_a_trim_and_fewer_are_not() {
        for (without, load) in [(3, 5.4 + 0.4 * 5.0 / GAIN), (4, 5.4)] {
            let mut mode = four_by_four();
            through(&mut mode, 0, 210, 90.0, 9.0);
            for (beat, seconds) in (0..).zip((215..=240).step_by(5)) {
                let rate = (beat >= without).then_some(125.0);
                mode.beat(&moment(5.4, rate, seconds));
            }
            assert!(near(mode.work.load, load), "{without}: {}", mode.work.load);
        }
    }

    #[test]
    fn a_target_that_is_moved_moves_what_is_foretold_too() {
        let mut mode = four_by_four();
        mode.beat(&moment(2.0, Some(100.0), 5));
        let work = mode.turn(Duration::from_secs(10));
        mode.move_target(work, 132.0);
        let beat = mode.beat(&moment(2.0, Some(100.0), 10));
        assert!(near(beat.feed_forward, 5.4 + 0.9 * 0.2) && near(beat.integral, 0.0));
    }
}
