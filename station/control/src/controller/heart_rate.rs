//! Heart rate held: the law of `controllers.md` sections 3.2 and 3.3, in its order of arithmetic.
//!
//! Input-sensitivity shaping (Hunt & Hurni, MBEC 2019;57:2471, for the specification; the algebra is the sheet's): a compensator
//! with the patient's own gain, so that heart-rate variability does not reach the machine. One tuning for every machine, as load
//! is net METs. Constants are printed figures and not computed here: the core has no `exp`.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::estimate::Estimate;
use super::swings::Swings;
use super::{Moment, bounded};
use crate::outputs::Beat;
use crate::prescription::EarlierGain;

/// Share of the way to the target that the reference goes in a beat: 90 s.
const REFERENCE_STEP: f64 = 0.054_040_5;

/// Most that the law raises load in a beat, in METs: 1 MET/min, printed as 0.08333; the printed traces need all its digits.
const RISE_PER_BEAT: f64 = 1.0 / 12.0;

/// Most that the law lowers load in a beat, in METs: 3 MET/min.
const FALL_PER_BEAT: f64 = 0.25;

/// A last reading this old lets the load fall.
const LOST_AFTER: Duration = Duration::from_secs(10);

/// Readings have to be trusted for so long before a lost one counts as back.
const BACK_AFTER: Duration = Duration::from_secs(10);

/// Towards this share of the warm-up load the law falls without readings (a rule may take more).
const LOST_SHARE: f64 = 0.6;

/// A row of the tuning table, `controllers.md` 2.1, for a beat of 5 s and a time constant of 90 s.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Tuned {
    /// A·Ts.
    integral_step: f64,
    /// α.
    lag_kept: f64,
    /// β.
    lag_step: f64,
    /// How much more a heart rate above the reference counts.
    downward: f64,
}

/// p = 0.04 rad/s.
const REGULAR: Tuned = Tuned {
    integral_step: 0.043_478_3,
    lag_kept: 0.774_486_1,
    lag_step: 0.138_121_9,
    downward: 1.3,
};

/// p = 0.015 rad/s, for an irregular rhythm.
const IRREGULAR: Tuned = Tuned {
    integral_step: 0.031_914_9,
    lag_kept: 0.877_607_7,
    lag_step: 0.040_391_1,
    downward: 1.0,
};

/// The first row with half its p, for a load that swings (`supervision.md` U20).
const REGULAR_SLOWED: Tuned = Tuned {
    integral_step: 0.035_714_3,
    lag_kept: 0.855_939_5,
    lag_step: 0.059_535_2,
    downward: 1.3,
};

/// The second row with half its p.
const IRREGULAR_SLOWED: Tuned = Tuned {
    integral_step: 0.022_388_1,
    lag_kept: 0.911_142_9,
    lag_step: 0.014_430_1,
    downward: 1.0,
};

const fn tuned(irregular: bool, slowed: bool) -> Tuned {
    match (irregular, slowed) {
        (false, false) => REGULAR,
        (true, false) => IRREGULAR,
        (false, true) => REGULAR_SLOWED,
        (true, true) => IRREGULAR_SLOWED,
    }
}

/// What the law begins with (`controllers.md` 3.2).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entering {
    /// Heart rate to be held, in beats a minute.
    pub target: f64,
    /// Gain by assessment, in beats a minute for each net MET.
    pub assessed_gain: Option<f64>,
    /// Resting heart rate by assessment.
    pub assessed_rest: Option<f64>,
    /// Mean of the readings of the ready phase from second 20, where there were more than 10.
    pub rest: Option<f64>,
    /// Mean of the readings of the last 90 s of warm-up, where there were more than 20.
    pub warm_up_mean: Option<f64>,
    /// Load of the warm-up, in METs.
    pub warm_up_load: f64,
    /// The load that is on, in METs.
    pub applied: f64,
    /// Atrial fibrillation, or a beat-to-beat variability like it.
    pub irregular: bool,
    /// Share of the foretold load that is fed forward.
    pub feed_forward: f64,
    /// The plausibility cap's factor.
    pub plausibility_factor: f64,
    /// Gain by earlier sessions.
    pub earlier: Option<EarlierGain>,
}

/// The law with its state.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HeartRateHeld {
    tuned: Tuned,
    irregular: bool,
    /// The load swung, so p is half of what it was, for the rest of the bout.
    slowed: bool,
    swings: Swings,
    target: f64,
    estimate: Estimate,
    feed_forward_share: f64,
    /// An error within this counts as none, in beats a minute.
    dead_band: f64,
    warm_up_load: f64,
    /// The heart rate that the plausibility cap is of: the target, and after a target that was lowered on its way there.
    cap_at: f64,
    reference: f64,
    feed_forward: f64,
    integral: f64,
    lag: f64,
    lost: bool,
}

impl HeartRateHeld {
    /// Enters the mode from the load that is on. `None` where neither an assessment nor the warm-up gave a gain: then there is no
    /// heart-rate mode.
    #[must_use]
    pub fn enter(with: &Entering) -> Option<Self> {
        let estimate = Estimate::of(with)?;
        let mut held = Self {
            tuned: tuned(with.irregular, false),
            irregular: with.irregular,
            slowed: false,
            swings: Swings::default(),
            target: with.target,
            estimate,
            feed_forward_share: with.feed_forward,
            dead_band: 0.0,
            warm_up_load: with.warm_up_load,
            cap_at: with.target,
            reference: estimate.heart_rate,
            feed_forward: 0.0,
            integral: 0.0,
            lag: 0.0,
            lost: false,
        };
        held.restart_from(estimate.heart_rate, with.applied);
        Some(held)
    }

    /// The same with an error of up to so many beats a minute counted as none: half the moving of the pedal for a tenth of a beat
    /// (`controllers.md` section 5).
    #[must_use]
    pub const fn with_dead_band(mut self, dead_band: f64) -> Self {
        self.dead_band = dead_band;
        self
    }

    /// The rhythm is irregular now, or no longer: another row of the tuning. Nothing else changes, so that the load does not move.
    pub const fn set_irregular(&mut self, irregular: bool) {
        self.irregular = irregular;
        self.tuned = tuned(irregular, self.slowed);
    }

    /// A person moved the target: the reference goes there in its own time, and the cap with a lower one.
    pub fn move_target(&mut self, target: f64) {
        self.target = target;
        if target > self.cap_at {
            self.cap_at = target;
        }
    }

    /// One beat of the law (`controllers.md` 3.3).
    pub fn beat(&mut self, moment: &Moment) -> Beat {
        if self.swings.look(moment.applied) && !self.slowed {
            self.slowed = true;
            self.tuned = tuned(self.irregular, true);
        }
        let measured = self.counted(moment);
        self.reference += (self.target - self.reference) * REFERENCE_STEP;
        if self.cap_at > self.target {
            self.cap_at += (self.target - self.cap_at) * REFERENCE_STEP;
        }
        self.feed_forward = self.fed_forward();
        let (error, wanted) = match measured {
            Some(heart_rate) => self.corrected(heart_rate),
            None => (0.0, self.without_reading(moment)),
        };
        let rise = bounded(moment.rise, 0.0, RISE_PER_BEAT);
        let reached = bounded(
            wanted,
            moment.applied - FALL_PER_BEAT,
            moment.applied + rise,
        );
        let want = moment.within_limits(reached);
        self.track(want);
        Beat {
            reference: self.reference,
            measured,
            error,
            feed_forward: self.feed_forward,
            integral: self.integral,
            lag: self.lag,
            want,
        }
    }

    /// Takes the load that is on for its own, so that it neither winds up nor jumps: I = what is on − ff − L.
    pub fn track(&mut self, applied: f64) {
        self.integral = applied - self.feed_forward - self.lag;
    }

    /// Enters again from the present heart rate and the load that is on.
    pub fn reenter(&mut self, measured: Option<f64>, applied: f64) {
        self.swings = Swings::default();
        self.restart_from(measured.unwrap_or(self.reference), applied);
    }

    /// The most that the assessment explains at the target, in METs.
    #[must_use]
    pub fn plausibility_cap(&self) -> f64 {
        self.estimate.cap.at(self.cap_at)
    }

    /// What the law knows of the patient's heart.
    #[must_use]
    pub const fn estimate(&self) -> &Estimate {
        &self.estimate
    }

    /// k̂, the gain that the law works with, in beats a minute for each net MET.
    #[must_use]
    pub const fn gain(&self) -> f64 {
        self.estimate.gain
    }

    /// k̂ by assessment and warm-up alone: what earlier sessions taught is no part of it. Limits look at this.
    #[must_use]
    pub const fn gain_of_today(&self) -> f64 {
        self.estimate.gain_of_today
    }

    /// The resting heart rate that the law works with.
    #[must_use]
    pub const fn rest(&self) -> f64 {
        self.estimate.rest
    }

    /// Whether the load swung, and the law goes on with half its p.
    #[must_use]
    pub const fn is_slowed(&self) -> bool {
        self.slowed
    }

    /// The heart rate that is held.
    #[must_use]
    pub const fn target(&self) -> f64 {
        self.target
    }

    fn restart_from(&mut self, heart_rate: f64, applied: f64) {
        self.reference = heart_rate;
        self.lag = 0.0;
        self.feed_forward = self.fed_forward();
        self.track(applied);
    }

    fn fed_forward(&self) -> f64 {
        self.feed_forward_share * (self.reference - self.estimate.rest) / self.estimate.gain
    }

    /// The reading that counts: after a loss it needs 10 s of trust, then the reference begins again from it.
    fn counted(&mut self, moment: &Moment) -> Option<f64> {
        if is_lost(moment) {
            self.lost = true;
        }
        let measured = moment.measured?;
        if self.lost {
            if !is_back(moment) {
                return None;
            }
            self.lost = false;
            self.restart_from(measured, moment.applied);
        }
        Some(measured)
    }

    fn corrected(&mut self, heart_rate: f64) -> (f64, f64) {
        let mut error = outside(self.reference - heart_rate, self.dead_band);
        if error < 0.0 {
            error *= self.tuned.downward;
        }
        self.integral += self.tuned.integral_step * error / self.estimate.gain;
        self.lag =
            self.tuned.lag_kept * self.lag + self.tuned.lag_step * error / self.estimate.gain;
        (error, self.feed_forward + self.integral + self.lag)
    }

    fn without_reading(&self, moment: &Moment) -> f64 {
        if self.lost {
            fallen_without_reading(moment, self.warm_up_load)
        } else {
            moment.applied
        }
    }
}

/// A last reading this old lets the load fall.
pub(super) fn is_lost(moment: &Moment) -> bool {
    moment.heart_rate_age.is_none_or(|age| age >= LOST_AFTER)
}

/// Whether readings that were lost are trusted for long enough to be back.
pub(super) fn is_back(moment: &Moment) -> bool {
    moment.trusted_for >= BACK_AFTER
}

/// A beat's fall towards a share of the warm-up load, never more than what is on.
pub(super) fn fallen_without_reading(moment: &Moment, warm_up_load: f64) -> f64 {
    let towards = bounded(
        moment.applied - FALL_PER_BEAT,
        LOST_SHARE * warm_up_load,
        f64::MAX,
    );
    if towards < moment.applied {
        towards
    } else {
        moment.applied
    }
}

/// What of an error lies outside a dead band around nothing.
fn outside(error: f64, dead_band: f64) -> f64 {
    if error > dead_band {
        error - dead_band
    } else if error < -dead_band {
        error + dead_band
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The patient of seed 2000 in `controllers.md` 4.1.
    const SEED_2000: Entering = Entering {
        target: 110.0,
        assessed_gain: Some(9.3167),
        assessed_rest: Some(75.4392),
        rest: Some(76.0),
        warm_up_mean: Some(92.0),
        warm_up_load: 1.7429,
        applied: 1.7429,
        irregular: false,
        feed_forward: 0.7,
        plausibility_factor: 1.3,
        earlier: None,
    };

    fn moment(applied: f64, measured: Option<f64>) -> Moment {
        Moment {
            applied,
            least: 1.0,
            most: 6.0,
            rise: super::super::rise_per_beat(1.0),
            measured,
            heart_rate_age: Some(Duration::from_secs(1)),
            trusted_for: Duration::from_mins(1),
            elapsed: Duration::ZERO,
        }
    }

    fn close(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-9
    }

    #[test]
    fn the_cap_of_the_printed_patient_is_the_printed_cap() {
        let held = HeartRateHeld::enter(&SEED_2000).expect("it has a gain");
        assert!((held.plausibility_cap() - 4.8224).abs() < 0.0001);
    }

    #[test]
    fn the_gain_is_half_of_what_was_assessed_and_half_of_what_the_warm_up_showed() {
        let held = HeartRateHeld::enter(&SEED_2000).expect("it has a gain");
        let seen = (92.0 - 76.0) / 1.7429;
        assert!(close(held.gain(), 0.5 * seen + 0.5 * 9.3167));
        let wild = Entering {
            warm_up_mean: Some(200.0),
            ..SEED_2000
        };
        let held = HeartRateHeld::enter(&wild).expect("it has a gain");
        assert!(close(held.gain(), 2.0 * 9.3167), "the smaller load");
    }

    #[test]
    fn without_an_assessment_the_warm_up_gives_the_gain_and_a_tighter_cap() {
        let unassessed = Entering {
            assessed_gain: None,
            assessed_rest: None,
            ..SEED_2000
        };
        let held = HeartRateHeld::enter(&unassessed).expect("the warm-up gave one");
        assert!(close(held.gain(), (92.0 - 76.0) / 1.7429));
        assert!(close(
            held.plausibility_cap(),
            1.15 * (110.0 - 76.0) / held.gain()
        ));
        let nothing = Entering {
            warm_up_mean: None,
            ..unassessed
        };
        assert!(HeartRateHeld::enter(&nothing).is_none());
    }

    #[test]
    fn earlier_sessions_weigh_in_by_their_uncertainty_and_within_the_bounds_of_a_warm_up() {
        let with = |gain, gain_sd| {
            let earlier = Some(EarlierGain { gain, gain_sd });
            HeartRateHeld::enter(&Entering {
                earlier,
                ..SEED_2000
            })
            .expect("it has a gain")
        };
        let today = HeartRateHeld::enter(&SEED_2000)
            .expect("it has a gain")
            .gain();
        let spread = 0.15 * 9.3167;
        // As sure as either of the two: a third of it each.
        let third = (2.0 * today + 12.0) / 3.0;
        assert!(close(with(12.0, spread).gain(), third));
        // Never more than both together, however sure.
        assert!(close(with(12.0, 1e-9).gain(), 0.5 * (today + 12.0)));
        assert!(close(with(12.0, 1e9).gain(), today));
        // A gain that cannot be counts as the most that can.
        let most = 2.0 * 9.3167;
        assert!(close(with(400.0, 1e-9).gain(), 0.5 * (today + most)));
        assert!(close(with(0.1, 1e-9).gain(), 0.5 * (today + 0.5 * 9.3167)));
        let mut held = with(12.0, 1.0);
        assert!(
            close(held.gain_of_today(), today),
            "limits look at today alone"
        );
        let cap = HeartRateHeld::enter(&SEED_2000)
            .expect("it has a gain")
            .plausibility_cap();
        assert!(close(held.plausibility_cap(), cap));
        assert!(close(held.beat(&moment(1.7429, None)).want, 1.7429));
    }

    #[test]
    fn the_first_command_is_the_load_that_is_on() {
        let mut held = HeartRateHeld::enter(&SEED_2000).expect("it has a gain");
        let beat = held.beat(&moment(1.7429, None));
        assert!(close(beat.want, 1.7429));
    }

    #[test]
    fn a_beat_follows_the_printed_law_line_by_line() {
        let mut held = HeartRateHeld::enter(&SEED_2000).expect("it has a gain");
        let gain = held.gain();
        let beat = held.beat(&moment(1.7429, Some(91.0)));
        let reference = 92.0 + (110.0 - 92.0) * 0.054_040_5;
        let error = reference - 91.0;
        let fed = 0.7 * (reference - 76.0) / gain;
        let integral = 1.7429 - 0.7 * (92.0 - 76.0) / gain + 0.043_478_3 * error / gain;
        let lag = 0.138_121_9 * error / gain;
        assert!(close(beat.reference, reference) && close(beat.error, error));
        let free = fed + integral + lag;
        let limited = free.min(1.7429 + 1.0 / 12.0);
        assert!(close(beat.want, limited));
        assert!(
            close(beat.integral, limited - fed - lag),
            "it does not wind up"
        );
    }

    #[test]
    fn a_heart_rate_above_its_reference_counts_more() {
        let mut held = HeartRateHeld::enter(&SEED_2000).expect("it has a gain");
        let beat = held.beat(&moment(1.7429, Some(100.0)));
        let reference = 92.0 + 18.0 * 0.054_040_5;
        assert!(close(beat.error, 1.3 * (reference - 100.0)));
        let mut held = HeartRateHeld::enter(&Entering {
            irregular: true,
            ..SEED_2000
        })
        .expect("it has a gain");
        let beat = held.beat(&moment(1.7429, Some(100.0)));
        assert!(
            close(beat.error, reference - 100.0),
            "an irregular rhythm has no factor"
        );
    }

    #[test]
    fn it_neither_rises_nor_falls_faster_than_a_beat_allows() {
        let mut held = HeartRateHeld::enter(&Entering {
            applied: 3.0,
            ..SEED_2000
        })
        .expect("it has a gain");
        let permitted = Moment {
            rise: super::super::rise_per_beat(6.0),
            ..moment(3.0, Some(40.0))
        };
        assert!(
            close(held.beat(&permitted).want, 3.0 + 1.0 / 12.0),
            "1 MET a minute, whatever ramp is ordered"
        );
        assert!(close(held.beat(&moment(3.0, Some(180.0))).want, 2.75));
        let slow = Moment {
            rise: super::super::rise_per_beat(0.2),
            ..moment(3.0, Some(40.0))
        };
        assert!(close(held.beat(&slow).want, 3.0 + 0.2 * 5.0 / 60.0));
    }

    #[test]
    fn a_short_silence_holds_and_a_long_one_falls_to_a_share_of_the_warm_up() {
        let mut held = HeartRateHeld::enter(&SEED_2000).expect("it has a gain");
        let silent = |applied: f64, age: u64| Moment {
            heart_rate_age: Some(Duration::from_secs(age)),
            ..moment(applied, None)
        };
        assert!(close(held.beat(&silent(3.0, 9)).want, 3.0));
        assert!(close(held.beat(&silent(3.0, 10)).want, 2.75));
        assert!(close(held.beat(&silent(1.2, 15)).want, 0.6 * 1.7429));
        assert!(
            close(held.beat(&silent(1.0, 20)).want, 1.0),
            "never more than what is on"
        );
    }

    #[test]
    fn a_reading_that_is_back_needs_ten_seconds_and_begins_anew() {
        let mut held = HeartRateHeld::enter(&SEED_2000).expect("it has a gain");
        for _ in 0..60 {
            held.beat(&moment(3.0, Some(100.0)));
        }
        let _ = held.beat(&Moment {
            heart_rate_age: None,
            ..moment(3.0, None)
        });
        let young = Moment {
            trusted_for: Duration::from_secs(9),
            ..moment(2.5, Some(80.0))
        };
        let held_back = held.beat(&young);
        assert_eq!(held_back.measured, None);
        assert!(held_back.want <= 2.5);
        let back = held.beat(&moment(2.25, Some(80.0)));
        assert!(close(back.reference, 80.0 + 30.0 * 0.054_040_5));
    }

    #[test]
    fn what_was_granted_is_where_the_next_beat_starts() {
        let mut held = HeartRateHeld::enter(&SEED_2000).expect("it has a gain");
        held.beat(&moment(3.0, Some(100.0)));
        held.track(2.0);
        let beat = held.beat(&moment(2.0, Some(100.0)));
        assert!(beat.want <= 2.0 + 1.0 / 12.0 + 1e-12);
        assert!(close(
            beat.integral + beat.feed_forward + beat.lag,
            beat.want
        ));
    }
    #[test]
    fn a_load_that_swings_halves_p_and_says_so() {
        let mut held = HeartRateHeld::enter(&SEED_2000).expect("it has a gain");
        for beat in 0..70 {
            let load = if beat / 8 % 2 == 0 { 2.0 } else { 2.4 };
            held.beat(&moment(load, Some(100.0)));
        }
        assert!(held.is_slowed());
        assert_eq!(held.tuned, REGULAR_SLOWED);
        held.set_irregular(true);
        assert_eq!(held.tuned, IRREGULAR_SLOWED);
        held.reenter(Some(100.0), 2.0);
        assert!(held.is_slowed(), "for the rest of the bout");
        let mut steady = HeartRateHeld::enter(&SEED_2000).expect("it has a gain");
        for _ in 0..70 {
            steady.beat(&moment(2.0, Some(100.0)));
        }
        assert!(!steady.is_slowed());
    }

    #[test]
    fn an_irregular_rhythm_changes_the_row_and_not_the_load() {
        let mut held = HeartRateHeld::enter(&SEED_2000).expect("it has a gain");
        let before = held.beat(&moment(2.0, Some(92.0)));
        held.set_irregular(true);
        assert_eq!(held.tuned, IRREGULAR);
        let after = held.beat(&moment(before.want, Some(92.0)));
        assert!(after.want <= before.want + RISE_PER_BEAT + 1e-12);
        held.set_irregular(false);
        assert_eq!(held.tuned, REGULAR);
    }

    #[test]
    fn an_error_inside_the_dead_band_is_none_and_outside_only_what_is_outside() {
        for (error, counts) in [
            (0.9, 0.0),
            (1.0, 0.0),
            (1.5, 0.5),
            (-1.5, -0.5),
            (-1.0, 0.0),
        ] {
            assert!(close(outside(error, 1.0), counts), "{error}");
            assert!(close(outside(error, 0.0), error), "{error}");
        }
    }

    #[test]
    fn a_lower_target_leads_the_cap_down_slowly_and_a_higher_one_up() {
        let mut held = HeartRateHeld::enter(&SEED_2000).expect("it has a gain");
        let cap = held.plausibility_cap();
        held.move_target(100.0);
        assert!(close(held.plausibility_cap(), cap), "never a step");
        for _ in 0..200 {
            held.beat(&moment(2.0, Some(95.0)));
        }
        let lower = held.estimate.cap.at(100.0);
        assert!((held.plausibility_cap() - lower).abs() < 0.001);
        held.move_target(112.0);
        assert!(close(held.plausibility_cap(), held.estimate.cap.at(112.0)));
    }

    #[test]
    fn a_beat_within_its_limits_is_the_sum_of_the_printed_law() {
        let mut held = HeartRateHeld::enter(&SEED_2000).expect("it has a gain");
        let gain = held.gain();
        let mut reference = 92.0;
        let mut integral = 1.7429 - 0.7 * (92.0 - 76.0) / gain;
        let mut lag = 0.0;
        let mut applied = 1.7429;
        for above in [0.5, 0.8, -0.2, 0.3] {
            reference += (110.0 - reference) * 0.054_040_5;
            let fed = 0.7 * (reference - 76.0) / gain;
            let error = if above > 0.0 { -1.3 * above } else { -above };
            integral += 0.043_478_3 * error / gain;
            lag = 0.774_486_1 * lag + 0.138_121_9 * error / gain;
            let beat = held.beat(&moment(applied, Some(reference + above)));
            applied = fed + integral + lag;
            assert!((beat.error - error).abs() < 1e-9, "{beat:?}");
            assert!((beat.want - applied).abs() < 1e-9, "{beat:?} {applied}");
            assert!((beat.lag - lag).abs() < 1e-9 && (beat.integral - integral).abs() < 1e-9);
        }
    }

    #[test]
    fn who_enters_again_begins_with_the_present_heart_rate_and_load() {
        let mut held = HeartRateHeld::enter(&SEED_2000).expect("it has a gain");
        for _ in 0..5 {
            held.beat(&moment(1.8, Some(90.0)));
        }
        held.reenter(Some(100.0), 1.5);
        let beat = held.beat(&moment(1.5, None));
        assert!(close(beat.reference, 100.0 + 10.0 * 0.054_040_5));
        assert!(close(beat.want, 1.5) && close(beat.lag, 0.0));
        held.reenter(None, 1.6);
        let kept = held.beat(&moment(1.6, None)).reference;
        assert!(close(
            kept,
            beat.reference + (110.0 - beat.reference) * 0.054_040_5
        ));
        assert!(close(held.rest(), 76.0));
    }
}
