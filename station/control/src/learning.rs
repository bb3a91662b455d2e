//! Learning the patient while the bout runs: how much the heart rate answers a MET, how fast, and how it climbs at a load that stays.
//!
//! The model is a first order with a climb (`heart-rate-dynamics.md` section 1): heart rate = rest + gain · load, filtered by the time
//! constant, + climb · MET-minutes done. Rest, gain and climb are linear, so sums of products are all that is kept, for each of eight time
//! constants; the one that explains most is taken. Each figure carries a standard uncertainty that counts readings which follow one another
//! as few, and the model as not quite true.
//!
//! Promises: whatever comes, the figures are finite and within their bounds; a second without a trusted heart rate, or in a phase that is
//! not looked at, teaches nothing. Nothing that limits load looks at this: it is shown, recorded, and is one of three figures that the
//! heart-rate law of a later session enters with. The same readings give the same figures, bit for bit.

mod fit;
mod steady;

use serde::{Deserialize, Serialize};

use fit::Sums;
use steady::SteadySums;

pub use steady::{OnMachine, Steady};

/// Bounds of the gain, in beats a minute for each net MET: a little wider than the reference cohort (3.8 to 34.9).
pub const GAIN_BOUNDS: (f64, f64) = (3.0, 45.0);

/// Bounds of the time constant, in seconds.
pub const TAU_BOUNDS: (f64, f64) = (20.0, 240.0);

/// Bounds of the climb, in beats a minute in each minute: 20 beats in an hour are much (`heart-rate-dynamics.md` section 2).
pub const DRIFT_BOUNDS: (f64, f64) = (-2.0, 2.0);

/// After load was away for a person or a rule, the heart comes down by another time constant than it goes up by (`heart-rate-dynamics.md`
/// section 2): so long nothing is learned, in seconds (choice).
const UNSETTLED_S: u16 = 120;

/// A gap of so many seconds leaves nothing of what was filtered.
const FORGOTTEN_S: u64 = 900;

/// One sum every so many seconds.
const EVERY_S: u64 = 5;

/// What is known of one patient's heart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    /// Beats a minute for each net MET.
    pub gain: f64,
    /// Its standard uncertainty.
    pub gain_sd: f64,
    /// Time constant, in seconds: the mean time of the answer, dead time included.
    pub tau_s: f64,
    /// Its standard uncertainty.
    pub tau_sd: f64,
    /// By how much the heart rate climbs in a minute at the load of this bout, in beats a minute.
    pub drift: f64,
    /// Its standard uncertainty.
    pub drift_sd: f64,
    /// The steady part of conditioning, once there was enough of it.
    pub steady: Option<Steady>,
}

/// What the patient does, as far as learning asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Rests before the warm-up, and has for a while.
    Resting,
    /// Warms up.
    WarmingUp,
    /// Conditioning, for so many seconds.
    Conditioning(u64),
    /// Anything else: nothing is learned.
    Other,
    /// Waits, interrupted by a person or a rule: nothing is learned, nor for a while after.
    Waiting,
}

/// What is looked at in one second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// Mean of the trusted heart rates of the last 5 s; `None` where there are too few, or they are another sensor's.
    pub heart_rate: Option<f64>,
    /// The load that is on, in net METs.
    pub load: f64,
    /// The same as the machine knows it.
    pub machine: OnMachine,
    /// What the patient does.
    pub doing: Doing,
    /// Atrial fibrillation: what a mean says counts for less.
    pub irregular: bool,
}

/// What one bout has taught so far.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Learning {
    /// The second that was looked at last.
    second: Option<u64>,
    unsettled: u16,
    sums: Sums,
    steady: SteadySums,
    latest: Option<Learned>,
}

impl Learning {
    /// Nothing was seen yet.
    pub const NONE: Self = Self {
        second: None,
        unsettled: 0,
        sums: Sums::NONE,
        steady: SteadySums::NONE,
        latest: None,
    };

    /// Whether this second was not looked at yet.
    #[must_use]
    pub fn is_due(&self, second: u64) -> bool {
        self.second.is_none_or(|last| second > last)
    }

    /// Looks at a second. In seconds that were passed over the load stood as it does now.
    pub fn look(&mut self, second: u64, seen: &Seen) {
        if !self.is_due(second) || !seen.load.is_finite() {
            return;
        }
        let passed = self.second.map_or(1, |last| second - last);
        self.second = Some(second);
        for _ in 0..passed.min(FORGOTTEN_S) {
            self.sums.live(seen.load);
        }
        let passed = u16::try_from(passed).unwrap_or(u16::MAX);
        self.unsettled = match seen.doing {
            Doing::Waiting => UNSETTLED_S,
            Doing::Resting | Doing::WarmingUp | Doing::Conditioning(_) | Doing::Other => {
                self.unsettled.saturating_sub(passed)
            }
        };
        let teaches = matches!(
            seen.doing,
            Doing::Resting | Doing::WarmingUp | Doing::Conditioning(_)
        );
        let (Some(heart_rate), true, 0) = (seen.heart_rate, teaches, self.unsettled) else {
            return;
        };
        if !(heart_rate > 0.0 && heart_rate < 400.0) {
            return;
        }
        if let Doing::Conditioning(conditioned) = seen.doing {
            self.steady
                .add(conditioned, heart_rate, seen.load, &seen.machine);
        }
        if second.is_multiple_of(EVERY_S) {
            self.sums.add(heart_rate, seen.load);
            self.latest = self.sums.learned(seen.irregular);
        }
    }

    /// What is known by now; `None` while it would be a guess.
    #[must_use]
    pub fn learned(&self) -> Option<Learned> {
        self.latest.map(|latest| Learned {
            steady: self.steady.mean(),
            ..latest
        })
    }
}

#[cfg(test)]
mod tests;
