//! Whose heart rate the supervisor's rules doubt: the strap's, the oximeter's pulse, or both.
//!
//! A doubted strap is stood in for by the pulse; a doubted pulse is not. Whom a rule suspects stays suspected until the rule is over, as
//! what doubts has to find its own end. Where it suspects both, one of them is cleared by itself: a strap that is well again does not wait
//! for the oximeter.

use core::time::Duration;

use protocols::vocabulary::Timestamp;
use serde::{Deserialize, Serialize};

use crate::input::HeartRateSource;
use crate::rules::{RuleId, RuleSet, table};

/// The rules that doubt each source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Doubts {
    pub(crate) strap: RuleSet,
    pub(crate) pulse: RuleSet,
}

/// Whom rules suspect now, and of whom they say that it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Found {
    pub(crate) suspected: Doubts,
    pub(crate) over: Doubts,
}

/// Since when every rule that suspects a source says that it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Clearing {
    strap: Option<Timestamp>,
    pulse: Option<Timestamp>,
}

impl Clearing {
    pub(super) const NONE: Self = Self {
        strap: None,
        pulse: None,
    };

    /// What is left of `doubts`.
    pub(super) fn clear(&mut self, doubts: Doubts, over: Doubts, now: Timestamp) -> Doubts {
        let both = doubts.strap.intersection(doubts.pulse);
        // Each that looks at both ends so long after what it doubted is over.
        let cleared_after = |suspects: RuleSet| {
            let needed = suspects
                .iter()
                .filter_map(|id| table::row(id).clear_s)
                .max();
            Duration::from_secs(needed.unwrap_or_default().into())
        };
        let left = |since: &mut Option<Timestamp>, suspects: RuleSet, over: RuleSet| {
            let is_over = !suspects.is_empty() && suspects.without(over).is_empty();
            *since = since.or(Some(now)).filter(|_| is_over);
            if since.is_some_and(|since| now.since(since) >= cleared_after(suspects)) {
                suspects.without(both)
            } else {
                suspects
            }
        };
        Doubts {
            strap: left(&mut self.strap, doubts.strap, over.strap),
            pulse: left(&mut self.pulse, doubts.pulse, over.pulse),
        }
    }
}

impl Doubts {
    pub(crate) const NONE: Self = Self {
        strap: RuleSet::EMPTY,
        pulse: RuleSet::EMPTY,
    };

    /// A rule says it of the first source, or of the one that stands in for it. The first is the strap where one is worn.
    pub(crate) fn insert(&mut self, id: RuleId, (primary, stand_in): (bool, bool), is_strap: bool) {
        if primary && is_strap {
            self.strap.insert(id);
        }
        if stand_in || primary && !is_strap {
            self.pulse.insert(id);
        }
    }

    /// Nobody but these rules doubts a heart rate now, and they suspect whom they `found` beside whom they suspected before. `primary` is
    /// whom one means that suspects nobody.
    pub(super) const fn follow(
        self,
        rules: RuleSet,
        found: Self,
        primary: HeartRateSource,
    ) -> Self {
        let strap = self.strap.union(found.strap).intersection(rules);
        let pulse = self.pulse.union(found.pulse).intersection(rules);
        let nobodys = rules.without(strap.union(pulse));
        match primary {
            HeartRateSource::Strap => Self {
                strap: strap.union(nobodys),
                pulse,
            },
            HeartRateSource::Oximeter | HeartRateSource::Machine => Self {
                strap,
                pulse: pulse.union(nobodys),
            },
        }
    }

    pub(crate) const fn all(self) -> RuleSet {
        self.strap.union(self.pulse)
    }

    pub(super) const fn of(self, source: HeartRateSource) -> RuleSet {
        match source {
            HeartRateSource::Strap => self.strap,
            HeartRateSource::Oximeter => self.pulse,
            HeartRateSource::Machine => RuleSet::EMPTY,
        }
    }
}
