//! One load, reached by the ramp.

use protocols::vocabulary::NetMets;
use serde::{Deserialize, Serialize};

use super::Moment;

/// Proposes one load.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Constant {
    target: NetMets,
}

impl Constant {
    /// Goes to `target` and stays there.
    #[must_use]
    pub const fn new(target: NetMets) -> Self {
        Self { target }
    }

    /// Where it goes.
    #[must_use]
    pub const fn target(&self) -> NetMets {
        self.target
    }

    /// A person moved the target.
    pub const fn move_target(&mut self, target: NetMets) {
        self.target = target;
    }

    /// One beat nearer to the target, in METs.
    #[must_use]
    pub fn propose(&self, moment: &Moment) -> f64 {
        moment.within_reach(self.target.get())
    }
}
