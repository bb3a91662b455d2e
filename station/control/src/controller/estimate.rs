//! What is known of a patient's heart when a mode of heart rate is entered (`controllers.md` 3.2): rest, gain, and the most load that
//! the assessment explains.

use serde::{Deserialize, Serialize};

use super::{Entering, bounded};

/// The plausibility cap is not below this, in METs.
const CAP_AT_LEAST: f64 = 1.0;

/// The plausibility cap's factor where nobody was assessed.
const CAP_UNASSESSED: f64 = 1.15;

/// Standard uncertainty of an assessed gain, and of a warm-up's, as a share of it: 0.14 and 0.17 in the cohort (`controllers.md` 2.3).
const ASSESSED_SD: f64 = 0.15;

/// Earlier sessions count for no more than assessment and warm-up together: today's warm-up is to be heard (choice).
const EARLIER_AT_MOST: f64 = 2.0;

/// Where the warm-up's gain is below or above these shares of the assessed one, the two do not belong together: another day's
/// assessment, another machine, a changed medicine (`supervision.md` section 6, U19).
pub const BELONGS_FROM: f64 = 0.6;
/// The upper of the two.
pub const BELONGS_TO: f64 = 1.6;

/// Gain and rest of a patient's heart, as warm-up and assessment show them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// k̂, in beats a minute for each net MET.
    pub gain: f64,
    /// k̂ by assessment and warm-up alone: what earlier sessions taught is no part of it. Limits look at this.
    pub gain_of_today: f64,
    /// Resting heart rate, in beats a minute.
    pub rest: f64,
    /// Heart rate at the end of warm-up, else rest.
    pub heart_rate: f64,
    /// The warm-up's gain as a share of the assessed one, where both are known.
    pub of_assessed: Option<f64>,
    /// The plausibility cap.
    pub cap: Cap,
}

/// What the assessment explains at most.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cap {
    factor: f64,
    gain: f64,
    rest: f64,
}

impl Cap {
    /// The most load that the assessment explains at this heart rate, in METs.
    #[must_use]
    pub fn at(&self, target: f64) -> f64 {
        bounded(
            self.factor * (target - self.rest) / self.gain,
            CAP_AT_LEAST,
            f64::MAX,
        )
    }
}

impl Estimate {
    /// `None` where neither an assessment nor the warm-up gave a gain: then there is no mode of heart rate.
    #[must_use]
    pub fn of(with: &Entering) -> Option<Self> {
        let rest = with.rest.or(with.assessed_rest)?;
        let warm_up_gain = |mean: f64| (mean - rest) / with.warm_up_load;
        let (gain, heart_rate, of_assessed) = match (with.assessed_gain, with.warm_up_mean) {
            (Some(assessed), Some(mean)) => {
                let share = warm_up_gain(mean) / assessed;
                let seen = bounded(warm_up_gain(mean), 0.5 * assessed, 2.0 * assessed);
                let gain = bounded(both(seen, assessed, share), 4.0, 40.0);
                (gain, mean, Some(share))
            }
            (Some(assessed), None) => (assessed, rest, None),
            (None, Some(mean)) => (bounded(warm_up_gain(mean), 4.0, 40.0), mean, None),
            (None, None) => return None,
        };
        let (factor, cap_gain) = match with.assessed_gain {
            Some(assessed) => (with.plausibility_factor, assessed),
            None => (bounded(with.plausibility_factor, 0.0, CAP_UNASSESSED), gain),
        };
        let cap = Cap {
            factor,
            gain: cap_gain,
            rest: with.assessed_rest.unwrap_or(rest),
        };
        (gain > 0.0 && (factor * (with.target - cap.rest) / cap_gain).is_finite()).then_some(Self {
            gain: with.with_earlier(gain, of_assessed),
            gain_of_today: gain,
            rest,
            heart_rate,
            of_assessed: of_assessed.filter(|share| share.is_finite()),
            cap,
        })
    }

    /// Whether warm-up and assessment do not belong together, and the gain that asks for the smaller load was taken.
    #[must_use]
    pub fn is_doubted(&self) -> bool {
        self.of_assessed.is_some_and(|share| !belongs(share))
    }
}

impl Entering {
    /// k̂ of today with what earlier sessions taught, each by its uncertainty: assessment and warm-up are held to be equally good, as
    /// half of each makes k̂ without it. Inside the bounds that the warm-up's own gain has (`controllers.md` 3.2). Where warm-up and
    /// assessment do not belong together, the past may ask for less load and not for more.
    fn with_earlier(&self, today: f64, of_assessed: Option<f64>) -> f64 {
        let Some(earlier) = self.earlier else {
            return today;
        };
        let known_by = self.assessed_gain.unwrap_or(today);
        let gain = bounded(earlier.gain, 0.5 * known_by, 2.0 * known_by);
        let figures = match (self.assessed_gain, self.warm_up_mean) {
            (Some(_), Some(_)) => 2.0,
            (Some(_) | None, None) | (None, Some(_)) => 1.0,
        };
        let spread = ASSESSED_SD * known_by;
        let weight = bounded(
            spread * spread / (earlier.gain_sd * earlier.gain_sd),
            0.0,
            EARLIER_AT_MOST,
        );
        let together = (figures * today + weight * gain) / (figures + weight);
        let together = bounded(bounded(together, 0.5 * known_by, 2.0 * known_by), 4.0, 40.0);
        match of_assessed {
            Some(share) if !belongs(share) => bounded(together, today, 40.0),
            Some(_) | None => together,
        }
    }
}

fn belongs(share: f64) -> bool {
    (BELONGS_FROM..=BELONGS_TO).contains(&share)
}

/// Half of each; the larger, which asks for less load, where they do not belong together.
fn both(seen: f64, assessed: f64, share: f64) -> f64 {
    if belongs(share) {
        0.5 * seen + 0.5 * assessed
    } else if seen > assessed {
        seen
    } else {
        assessed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Warm-up at 2 METs from a rest of 70, assessed at 10 beats a minute for each MET.
    fn entering(warm_up_mean: f64) -> Entering {
        Entering {
            target: 110.0,
            assessed_gain: Some(10.0),
            assessed_rest: Some(70.0),
            rest: Some(70.0),
            warm_up_mean: Some(warm_up_mean),
            warm_up_load: 2.0,
            applied: 2.0,
            irregular: false,
            feed_forward: 0.7,
            plausibility_factor: 1.3,
            earlier: None,
        }
    }

    fn gain(warm_up_mean: f64) -> (f64, bool) {
        let estimate = Estimate::of(&entering(warm_up_mean)).expect("it has a gain");
        (estimate.gain, estimate.is_doubted())
    }

    #[test]
    fn gains_that_do_not_belong_together_ask_for_the_smaller_load() {
        let cases = [
            (70.0 + 2.0 * 6.0, 8.0, false),
            (70.0 + 2.0 * 5.9, 10.0, true),
            (70.0, 10.0, true),
            (40.0, 10.0, true),
            (70.0 + 2.0 * 16.0, 13.0, false),
            (70.0 + 2.0 * 16.1, 16.1, true),
            (70.0 + 2.0 * 30.0, 20.0, true),
        ];
        for (mean, expected, doubted) in cases {
            let (is, told) = gain(mean);
            assert!((is - expected).abs() < 1e-9, "{mean}: {is}");
            assert_eq!(told, doubted, "{mean}");
        }
    }

    #[test]
    fn a_warm_up_without_load_tells_nothing() {
        let unloaded = Entering {
            warm_up_load: 0.0,
            ..entering(70.0)
        };
        let estimate = Estimate::of(&unloaded).expect("it was assessed");
        assert!((estimate.gain - 10.0).abs() < 1e-9);
        assert!(!estimate.is_doubted(), "0 / 0 is no share");
    }

    #[test]
    fn the_cap_is_what_the_assessment_explains_and_one_met_at_least() {
        let cap = Estimate::of(&entering(90.0)).expect("it has a gain").cap;
        assert!((cap.at(110.0) - 1.3 * 4.0).abs() < 1e-9);
        assert!((cap.at(60.0) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_no_number_enters_no_mode_of_heart_rate() {
        let no: [fn(&mut Entering); 6] = [
            |with| with.assessed_gain = Some(0.0),
            |with| with.target = f64::NAN,
            |with| with.target = f64::INFINITY,
            |with| with.plausibility_factor = f64::INFINITY,
            |with| {
                with.assessed_gain = Some(0.0);
                with.warm_up_mean = None;
            },
            |with| {
                with.assessed_gain = Some(-1.0);
                with.warm_up_mean = None;
            },
        ];
        for change in no {
            let mut with = entering(90.0);
            change(&mut with);
            assert!(Estimate::of(&with).is_none(), "{with:?}");
        }
    }

    #[test]
    fn where_warm_up_and_assessment_do_not_belong_together_the_past_asks_for_no_more_load() {
        let learned = |mean, gain| {
            let with = Entering {
                earlier: Some(crate::prescription::EarlierGain { gain, gain_sd: 0.1 }),
                ..entering(mean)
            };
            Estimate::of(&with).expect("it has a gain").gain
        };
        // Doubted (59 % of the assessed gain): the larger gain, 10, stays, or becomes larger still.
        assert!((learned(70.0 + 2.0 * 5.9, 5.0) - 10.0).abs() < 1e-9);
        assert!(learned(70.0 + 2.0 * 5.9, 15.0) > 10.0);
        // Not doubted: the past moves it either way, within half and twice of what was assessed.
        assert!(learned(90.0, 5.0) < 10.0 && learned(90.0, 15.0) > 10.0);
        assert!((learned(90.0, 2.0) - (2.0 * 10.0 + 2.0 * 5.0) / 4.0).abs() < 1e-9);
        assert!((learned(90.0, 90.0) - (2.0 * 10.0 + 2.0 * 20.0) / 4.0).abs() < 1e-9);
    }
}
