//! The last word on load. It takes what the controller proposes and lets it through, lowers it, or takes it away; it does not know how
//! the proposal came about.
//!
//! Promises: nothing here raises a load (each limiter can only lower it, and says why); a breach acts in the call that carries the
//! reading; once a stop rule has fired, nothing is granted until a person has acknowledged and resumed (I4).

use serde::{Deserialize, Serialize};

use crate::input::Entry;
use crate::load_history::LoadHistory;
use crate::outputs::Refusal;
use crate::prescription::BoutSetup;
use crate::rules::{RuleId, RuleSet};
use crate::signals::Signals;
use crate::situation::{Bounds, LimitedLoad, Situation, Stimulus, Tell, Verdict};

/// The judge of one station.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Supervisor {
    stop_latched: bool,
}

impl Supervisor {
    /// One for which nothing has happened yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            stop_latched: false,
        }
    }

    /// A new bout begins: what was measured in the one before is forgotten. A latched stop is not.
    pub fn begin_bout(&mut self) {}

    /// Judges every rule that this turn's stimulus can change, and lets timers run. To be called once in every turn, after the signals
    /// took the input and before [`Self::dispose`]. Without a bout only the rules of machine, stop circuit and house are judged.
    pub fn judge(
        &mut self,
        situation: &Situation,
        stimulus: Stimulus,
        signals: &mut Signals,
        history: &LoadHistory,
        bout: Option<&BoutSetup>,
    ) -> Verdict {
        let _ = (situation, stimulus, signals, history, bout);
        self.verdict()
    }

    /// What the rules say now, as of the last [`Self::judge`].
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        Verdict {
            act: None,
            acting: RuleSet::EMPTY,
            began: RuleSet::EMPTY,
            relay_open: false,
            stop_latched: self.stop_latched,
        }
    }

    /// The ordered limiters of `supervision.md` section 1, but for the rounding, which is the actuator's.
    pub fn dispose(
        &mut self,
        proposal: LimitedLoad,
        situation: &Situation,
        signals: &Signals,
        bout: &BoutSetup,
        bounds: &Bounds,
    ) -> LimitedLoad {
        let _ = (situation, signals, bout, bounds);
        proposal
    }

    /// A person has seen this rule's alarm. A latched rule ends with it once its condition is over.
    pub fn acknowledge(&mut self, rule: RuleId) {
        let _ = rule;
    }

    /// A person wants to go on after a stop, a pause or a latched rule, or confirms a start. Frees the latched stop.
    ///
    /// # Errors
    /// Why not: a latched alarm is not acknowledged, or what stopped it still holds.
    pub fn resume(&mut self) -> Result<(), Refusal> {
        self.stop_latched = false;
        Ok(())
    }

    /// Whether a rule forbids to cut the cool-down short (`hr-recovery`).
    #[must_use]
    pub fn keeps_cool_down(&self) -> bool {
        false
    }

    /// Every rule that calls for a person now.
    pub fn tells(&self) -> impl Iterator<Item = Tell> {
        core::iter::empty()
    }

    /// Whether an entry can be what it says.
    ///
    /// # Errors
    /// [`Refusal::OutOfRange`] for a number outside its scale.
    pub fn check(entry: Entry) -> Result<(), Refusal> {
        let _ = entry;
        Ok(())
    }
}

impl Default for Supervisor {
    fn default() -> Self {
        Self::new()
    }
}
