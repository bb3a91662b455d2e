//! Whose heart rate the supervisor's rules doubt: the strap's, the oximeter's pulse, or both.
//!
//! A doubted strap is stood in for by the pulse; a doubted pulse is not. Whom a rule suspects stays suspected until the rule is over, as
//! what doubts has to find its own end.

use serde::{Deserialize, Serialize};

use crate::input::HeartRateSource;
use crate::rules::RuleSet;

/// The rules that doubt each source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Doubts {
    pub(crate) strap: RuleSet,
    pub(crate) pulse: RuleSet,
}

impl Doubts {
    pub(crate) const NONE: Self = Self {
        strap: RuleSet::EMPTY,
        pulse: RuleSet::EMPTY,
    };

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
