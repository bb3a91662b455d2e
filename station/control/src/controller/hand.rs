//! A person sets the load, step by step, within every limit.

use protocols::vocabulary::NetMets;
use serde::{Deserialize, Serialize};

use super::Moment;

/// Proposes what a person set.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Hand {
    target: NetMets,
}

impl Hand {
    /// Begins with this load.
    #[must_use]
    pub const fn new(target: NetMets) -> Self {
        Self { target }
    }

    /// What the person set.
    #[must_use]
    pub const fn target(&self) -> NetMets {
        self.target
    }

    /// One step more, but not more than `most`. `None` where there is no room for any.
    #[must_use]
    pub fn more(self, step: f64, most: NetMets) -> Option<Self> {
        let wanted = self.target.get() + step;
        let target = if wanted < most.get() {
            NetMets::new(wanted)?
        } else {
            most
        };
        (target > self.target).then_some(Self { target })
    }

    /// One step less than what is set or than what is on, whichever is lower, but not under `least`. `None` where it is there.
    #[must_use]
    pub fn less(self, step: f64, applied: NetMets, least: NetMets) -> Option<Self> {
        let from = self.target.min(applied);
        let wanted = from.get() - step;
        let target = if wanted > least.get() {
            NetMets::new(wanted)?
        } else {
            least
        };
        (target < self.target).then_some(Self { target })
    }

    /// One beat nearer to what the person set, in METs.
    #[must_use]
    pub fn propose(&self, moment: &Moment) -> f64 {
        moment.within_reach(self.target.get())
    }
}
