//! One metabolic rate, whatever the machine.
//!
//! Load is net METs everywhere in the core, so the rate is its own load; what turns it into watts or speed stands in `actuation`. It
//! is a mode of its own because it was ordered as one, and because a bout that moves to another machine keeps it.

use protocols::vocabulary::NetMets;
use serde::{Deserialize, Serialize};

use super::Moment;

/// Proposes one metabolic rate above rest.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MetHeld {
    target: NetMets,
}

impl MetHeld {
    /// Goes to this rate above rest and stays there.
    #[must_use]
    pub const fn new(target: NetMets) -> Self {
        Self { target }
    }

    /// The rate above rest.
    #[must_use]
    pub const fn target(&self) -> NetMets {
        self.target
    }

    /// A person moved the target.
    pub const fn move_target(&mut self, target: NetMets) {
        self.target = target;
    }

    /// One beat nearer to the rate, in METs.
    #[must_use]
    pub fn propose(&self, moment: &Moment) -> f64 {
        moment.within_reach(self.target.get())
    }
}
