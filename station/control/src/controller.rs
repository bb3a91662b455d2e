//! Who proposes a load: constant, heart-rate-held, MET-held, intervals by load or by heart rate, or by hand.
//!
//! Promises: a controller proposes at its own beat of 5 s and at no other time; it starts from the load that was granted, so that no
//! change of mode moves the load by itself; it never sees why the supervisor let less through.

pub mod constant;
pub mod estimate;
pub mod give_way;
pub mod hand;
pub mod heart_rate;
pub mod heart_rate_interval;
pub mod interval;
pub mod metabolic;
pub mod swings;

use core::time::Duration;

use protocols::vocabulary::NetMets;
use serde::{Deserialize, Serialize};

pub use constant::Constant;
pub use estimate::Estimate;
pub use give_way::GiveWay;
pub use hand::Hand;
pub use heart_rate::{Entering, HeartRateHeld};
pub use heart_rate_interval::{HeartRateInterval, Intervals};
pub use interval::{Interval, Turn};
pub use metabolic::MetHeld;

use crate::outputs::Beat;

/// A controller's beat (`controllers.md` section 3).
pub const BEAT: Duration = Duration::from_secs(5);

/// Most that a proposal falls in one beat, in METs: 3 MET/min.
pub const FALL_PER_BEAT: f64 = 0.25;

/// What a controller knows at its beat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// The load that was granted and is on, in METs.
    pub applied: f64,
    /// Least load above nothing, in METs.
    pub least: f64,
    /// What machine, prescription and assessment allow at most, in METs.
    pub most: f64,
    /// How much a proposal may rise in this beat, in METs.
    pub rise: f64,
    /// Mean of the trusted heart rates of the last 5 s, where there are 3 or more.
    pub measured: Option<f64>,
    /// How old the last trusted heart rate is.
    pub heart_rate_age: Option<Duration>,
    /// For how long heart rate has been trusted without a break.
    pub trusted_for: Duration,
    /// Time spent in conditioning.
    pub elapsed: Duration,
}

impl Moment {
    /// `wanted` as far as one beat may move the load, inside the limits.
    #[must_use]
    pub fn within_reach(&self, wanted: f64) -> f64 {
        let reached = bounded(
            wanted,
            self.applied - FALL_PER_BEAT,
            self.applied + self.rise,
        );
        self.within_limits(reached)
    }

    /// `wanted` between the least and the most load.
    #[must_use]
    pub fn within_limits(&self, wanted: f64) -> f64 {
        bounded(wanted, self.least, self.most)
    }
}

/// How much a proposal may rise in one beat at `per_minute` METs a minute.
#[must_use]
pub fn rise_per_beat(per_minute: f64) -> f64 {
    per_minute * 5.0 / 60.0
}

/// `value` between `low` and `high`; where they cross, `high` decides, as it is the side of less load.
pub(crate) fn bounded(value: f64, low: f64, high: f64) -> f64 {
    let raised = if value < low { low } else { value };
    if raised > high { high } else { raised }
}

/// Whoever proposes the load of conditioning, with the state that it needs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Controller {
    /// One load.
    Constant(Constant),
    /// The load moves so that the heart rate stays.
    HeartRate(HeartRateHeld),
    /// One metabolic rate.
    Metabolic(MetHeld),
    /// Work and recovery in turn, by load.
    Interval(Interval),
    /// Work and recovery in turn, by heart rate.
    HeartRateInterval(HeartRateInterval),
    /// A person's hand.
    Hand(Hand),
}

impl Controller {
    /// What it proposes at this beat, in METs, and the figures of the heart-rate law where that made it.
    pub fn propose(&mut self, moment: &Moment) -> (f64, Option<Beat>) {
        match self {
            Self::Constant(constant) => (constant.propose(moment), None),
            Self::HeartRate(held) => {
                let beat = held.beat(moment);
                (beat.want, Some(beat))
            }
            Self::Metabolic(held) => (held.propose(moment), None),
            Self::Interval(interval) => (interval.propose(moment), None),
            Self::HeartRateInterval(interval) => {
                let beat = interval.beat(moment);
                (beat.want, Some(beat))
            }
            Self::Hand(hand) => (hand.propose(moment), None),
        }
    }

    /// The load that is ordered so long after the beginning of conditioning; `None` where a heart rate is, or a hand leads.
    #[must_use]
    pub fn ordered(&self, elapsed: Duration) -> Option<NetMets> {
        match self {
            Self::Constant(constant) => Some(constant.target()),
            Self::Metabolic(held) => Some(held.target()),
            Self::Interval(interval) => Some(interval.ordered(elapsed)),
            Self::HeartRate(_) | Self::HeartRateInterval(_) | Self::Hand(_) => None,
        }
    }

    /// Tells it what was granted, so that its next proposal starts there.
    pub fn track(&mut self, granted: NetMets) {
        match self {
            Self::HeartRate(held) => held.track(granted.get()),
            Self::Constant(_)
            | Self::Metabolic(_)
            | Self::Interval(_)
            | Self::HeartRateInterval(_)
            | Self::Hand(_) => {}
        }
    }

    /// Begins anew from the load that is on: after a pause, after a hand, after a lost reading.
    pub fn reenter(&mut self, measured: Option<f64>, applied: NetMets) {
        match self {
            Self::HeartRate(held) => held.reenter(measured, applied.get()),
            Self::HeartRateInterval(interval) => interval.reenter(),
            Self::Constant(_) | Self::Metabolic(_) | Self::Interval(_) | Self::Hand(_) => {}
        }
    }

    /// The most that this patient's assessment explains, for the supervisor's limiter of that name.
    #[must_use]
    pub fn plausibility_cap(&self) -> Option<NetMets> {
        match self {
            Self::HeartRate(held) => NetMets::new(held.plausibility_cap()),
            Self::HeartRateInterval(interval) => NetMets::new(interval.plausibility_cap()),
            Self::Constant(_) | Self::Metabolic(_) | Self::Interval(_) | Self::Hand(_) => None,
        }
    }
    /// The rhythm is irregular now, or no longer. The load does not move by it.
    pub const fn set_irregular(&mut self, irregular: bool) {
        if let Self::HeartRate(held) = self {
            held.set_irregular(irregular);
        }
    }

    /// What is known of the patient's heart, once a mode of heart rate was entered.
    #[must_use]
    pub const fn estimate(&self) -> Option<&Estimate> {
        match self {
            Self::HeartRate(held) => Some(held.estimate()),
            Self::HeartRateInterval(interval) => Some(interval.estimate()),
            Self::Constant(_) | Self::Metabolic(_) | Self::Interval(_) | Self::Hand(_) => None,
        }
    }

    /// Where its intervals stand, where it has any.
    #[must_use]
    pub fn turn(&self, elapsed: Duration) -> Option<Turn> {
        match self {
            Self::Interval(interval) => interval.turn(elapsed),
            Self::HeartRateInterval(interval) => interval.turn(elapsed),
            Self::Constant(_) | Self::HeartRate(_) | Self::Metabolic(_) | Self::Hand(_) => None,
        }
    }

    /// What is asked for now, where a person may move it.
    #[must_use]
    pub fn target(&self, elapsed: Duration) -> Option<Target> {
        match self {
            Self::Constant(constant) => Some(Target::Load(constant.target())),
            Self::Metabolic(held) => Some(Target::Load(held.target())),
            Self::HeartRate(held) => Some(Target::HeartRate(held.target())),
            Self::HeartRateInterval(interval) => {
                Some(Target::HeartRate(interval.target(interval.turn(elapsed))))
            }
            Self::Interval(_) | Self::Hand(_) => None,
        }
    }

    /// A person moved what is asked for. A target of another kind than it has changes nothing.
    pub fn move_target(&mut self, elapsed: Duration, target: Target) {
        match (self, target) {
            (Self::Constant(constant), Target::Load(load)) => constant.move_target(load),
            (Self::Metabolic(held), Target::Load(load)) => held.move_target(load),
            (Self::HeartRate(held), Target::HeartRate(rate)) => held.move_target(rate),
            (Self::HeartRateInterval(interval), Target::HeartRate(rate)) => {
                interval.move_target(interval.turn(elapsed), rate);
            }
            (
                Self::Constant(_)
                | Self::Metabolic(_)
                | Self::HeartRate(_)
                | Self::HeartRateInterval(_)
                | Self::Interval(_)
                | Self::Hand(_),
                _,
            ) => {}
        }
    }
}

/// What conditioning asks for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A heart rate, in beats a minute.
    HeartRate(f64),
    /// A load above rest.
    Load(NetMets),
}

#[cfg(test)]
mod tests;
