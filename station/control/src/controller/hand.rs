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

#[cfg(test)]
mod tests {
    use super::*;

    fn mets(value: f64) -> NetMets {
        NetMets::new(value).expect("in range")
    }

    fn set(hand: Option<Hand>) -> Option<f64> {
        hand.map(|hand| hand.target().get())
    }

    #[test]
    fn a_step_more_is_one_step_and_ends_at_the_most() {
        let hand = Hand::new(mets(2.0));
        assert_eq!(set(hand.more(0.25, mets(4.0))), Some(2.25));
        assert_eq!(set(hand.more(0.25, mets(2.125))), Some(2.125));
        assert_eq!(hand.more(0.25, mets(2.0)), None);
        assert_eq!(hand.more(0.25, mets(1.5)), None, "more never lowers");
    }

    #[test]
    fn a_step_less_is_one_step_from_what_is_on_and_ends_at_the_least() {
        let hand = Hand::new(mets(3.0));
        assert_eq!(set(hand.less(0.25, mets(3.0), mets(1.0))), Some(2.75));
        assert_eq!(set(hand.less(0.25, mets(2.0), mets(1.0))), Some(1.75));
        assert_eq!(set(hand.less(0.25, mets(5.0), mets(1.0))), Some(2.75));
        assert_eq!(set(hand.less(0.25, mets(1.125), mets(1.0))), Some(1.0));
        assert_eq!(Hand::new(mets(1.0)).less(0.25, mets(1.0), mets(1.0)), None);
    }
}
