//! The rules of supervision: their names, their table, their conditions, and the engine that runs their stages.

pub(crate) mod conditions;
pub(crate) mod engine;
pub(crate) mod entries;
pub mod entry_limits;
pub(crate) mod facts;
pub(crate) mod heart_rate;
pub(crate) mod house;
pub(crate) mod machine;
pub(crate) mod plausibility;
pub(crate) mod saturation;
mod sources;
pub mod table;
pub mod values;

use core::fmt;

use serde::{Deserialize, Serialize};

macro_rules! rule_ids {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// A rule of supervision. The set is closed: alarms, decisions and records speak of rules by this.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum RuleId {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)+
        }

        impl RuleId {
            /// Every rule, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The rule's name, as everybody reads it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

rule_ids! {
    /// Heart rate over the zone.
    HrOverZone = "hr-over-zone",
    /// Heart rate at or over the upper limit.
    HrLimit = "hr-limit",
    /// Heart rate at or over the stop limit.
    HrStop = "hr-stop",
    /// Heart rate near a defibrillator's detection rate.
    HrIcd = "hr-icd",
    /// Heart rate too low under load.
    HrLow = "hr-low",
    /// Heart rate plunges without less load.
    HrPlunge = "hr-plunge",
    /// Heart rate falls without less load.
    HrFall = "hr-fall",
    /// Heart rate jumps without more load.
    HrJump = "hr-jump",
    /// Heart rate higher than the load explains.
    HrUnexplained = "hr-unexplained",
    /// Load rose, heart rate did not.
    HrNoRise = "hr-no-rise",
    /// Load rose, heart rate did not: a person is told.
    HrNoRiseTold = "hr-no-rise-told",
    /// Slow heart-rate recovery.
    HrRecovery = "hr-recovery",
    /// Over target at the least load.
    HrOverTargetAtMinimum = "hr-over-target-at-minimum",
    /// Under target at the greatest permitted load.
    HrUnderTargetAtCap = "hr-under-target-at-cap",
    /// No trusted heart rate.
    HrLost = "hr-lost",
    /// Heart rate outside what a heart does.
    HrImplausible = "hr-implausible",
    /// Heart rate stepped.
    HrStep = "hr-step",
    /// Heart rate stands still while load moves.
    HrStill = "hr-still",
    /// Heart rate has stood still for long while load moved.
    HrStuck = "hr-stuck",
    /// Heart rate has stood still for long at one load.
    HrStillLevel = "hr-still-level",
    /// Heart rate follows the cadence.
    HrCadenceLock = "hr-cadence-lock",
    /// Two sources differ.
    HrSourcesDiffer = "hr-sources-differ",
    /// Two sources are far apart.
    HrSourcesApart = "hr-sources-apart",
    /// Saturation at or under the floor.
    Spo2Floor = "spo2-floor",
    /// Saturation falls near the floor.
    Spo2Falling = "spo2-falling",
    /// Saturation far under the floor, or plunging.
    Spo2Critical = "spo2-critical",
    /// Saturation under 80 %.
    Spo2Stop = "spo2-stop",
    /// Saturation well below rest.
    Spo2Fall = "spo2-fall",
    /// No trusted saturation.
    Spo2Lost = "spo2-lost",
    /// The oximeter sees no good pulse.
    WeakPulse = "weak-pulse",
    /// The machine does not answer.
    MachineLost = "machine-lost",
    /// The machine gives less than it was told.
    MachineBelowTarget = "machine-below-target",
    /// The machine gives more than it was told.
    MachineAboveTarget = "machine-above-target",
    /// The machine refuses what it was told.
    MachineRefused = "machine-refused",
    /// Cadence low under load.
    CadenceLow = "cadence-low",
    /// Cadence very low under load.
    CadenceVeryLow = "cadence-very-low",
    /// The patient stopped pedalling.
    CadenceStopped = "cadence-stopped",
    /// Cadence high.
    CadenceHigh = "cadence-high",
    /// Blood pressure over its stop.
    SbpHigh = "sbp-high",
    /// Blood pressure high for training.
    SbpHighTraining = "sbp-high-training",
    /// Systolic pressure dropped with load.
    SbpDrop = "sbp-drop",
    /// Systolic pressure does not rise with load.
    SbpNoRise = "sbp-no-rise",
    /// Pulse pressure falls with rising load.
    PulsePressure = "pulse-pressure",
    /// Breathing fast.
    Breathing = "breathing",
    /// Perceived exertion over the prescribed.
    RpeHigh = "rpe-high",
    /// Dyspnoea over the prescribed.
    DyspnoeaHigh = "dyspnoea-high",
    /// Angina.
    Angina = "angina",
    /// Claudication.
    Claudication = "claudication",
    /// Signs of poor perfusion.
    PoorPerfusion = "poor-perfusion",
    /// Rising ectopy.
    Ectopy = "ectopy",
    /// A new arrhythmia.
    Arrhythmia = "arrhythmia",
    /// The symptom key.
    Symptom = "symptom",
    /// The stop key.
    OperatorStop = "operator-stop",
    /// The emergency stop of a person.
    EmergencyStop = "emergency-stop",
    /// The stop circuit is open.
    StopButton = "stop-button",
    /// Conditioning over its time.
    TimeOver = "time-over",
    /// Blood pressure is due.
    BpDue = "bp-due",
    /// A high alarm that nobody acknowledged.
    Unacknowledged = "unacknowledged",
    /// The gym is being closed.
    GymCloses = "gym-closes",
    /// No dashboard is alive.
    NobodyWatches = "nobody-watches",
    /// The station's own turn failed.
    ControllerFault = "controller-fault",
    /// No completed decision.
    HostSilent = "host-silent",
}

impl RuleId {
    /// How many rules there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The rule of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.name() == name)
    }

    /// The rule's place in [`Self::ALL`].
    #[must_use]
    #[expect(
        clippy::as_conversions,
        reason = "a field-less enum's discriminant; there is no other way to read it in a const fn"
    )]
    pub const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub struct RuleSet(u64);

/// Rules whose condition is an event that a person enters: nothing but a person says that it is over.
pub const HAPPENS_ONCE: RuleSet = RuleSet::of(&[
    RuleId::PoorPerfusion,
    RuleId::Ectopy,
    RuleId::Arrhythmia,
    RuleId::Symptom,
]);

impl RuleSet {
    /// No rule.
    pub const EMPTY: Self = Self(0);

    /// Adds one; says whether it was new.
    pub const fn insert(&mut self, rule: RuleId) -> bool {
        let bit = 1_u64 << rule.index();
        let new = self.0 & bit == 0;
        self.0 |= bit;
        new
    }

    /// Takes one out.
    pub const fn remove(&mut self, rule: RuleId) {
        self.0 &= !(1_u64 << rule.index());
    }

    /// A set of these.
    #[must_use]
    pub const fn of(rules: &[RuleId]) -> Self {
        let mut set = Self::EMPTY;
        let mut rest = rules;
        while let [first, others @ ..] = rest {
            set.insert(*first);
            rest = others;
        }
        set
    }

    /// Whether it is in.
    #[must_use]
    pub const fn contains(self, rule: RuleId) -> bool {
        self.0 & (1_u64 << rule.index()) != 0
    }

    /// Whether none is in.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those of both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those of this set that the other has not.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Those of either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those in, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = RuleId> {
        let mut left = self.0;
        core::iter::from_fn(move || {
            let lowest = usize::try_from(left.trailing_zeros()).ok()?;
            let rule = RuleId::ALL.get(lowest).copied()?;
            left &= left - 1;
            Some(rule)
        })
    }
}

/// Priority of an alarm, as in IEC 60601-1-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Awareness.
    Low,
    /// Prompt response.
    Medium,
    /// Immediate response.
    High,
}

impl Priority {
    /// The priority's name, as everybody reads it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What a rule does to the load. A later one is stronger and beats the earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoadAct {
    /// No rise.
    Hold,
    /// Taken away at 3 MET/min while the condition lasts, not below the cool-down load.
    Fall,
    /// The phase becomes cool-down; only a person starts conditioning again.
    CoolDown,
    /// Load to nothing, and the session waits.
    ZeroWait,
    /// Ergometer to nothing at once, belt down and stopped; a person has to acknowledge and resume.
    Stop,
}

impl LoadAct {
    /// The act's name, as everybody reads it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Fall => "fall",
            Self::CoolDown => "cool_down",
            Self::ZeroWait => "zero_wait",
            Self::Stop => "stop",
        }
    }
}

const _: () = assert!(RuleId::COUNT <= 64, "a RuleSet holds 64 rules");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own_and_is_found_by_it() {
        for rule in RuleId::ALL {
            assert_eq!(RuleId::from_name(rule.name()), Some(*rule));
            assert_eq!(std::format!("{rule}"), rule.name());
            assert_eq!(RuleId::ALL.get(rule.index()), Some(rule));
        }
        assert_eq!(RuleId::from_name("no-such-rule"), None);
    }

    #[test]
    fn a_set_gives_back_what_was_put_in() {
        let mut set = RuleSet::EMPTY;
        assert!(set.insert(RuleId::HostSilent));
        assert!(set.insert(RuleId::HrOverZone));
        assert!(!set.insert(RuleId::HostSilent));
        assert!(set.iter().eq([RuleId::HrOverZone, RuleId::HostSilent]));
        set.remove(RuleId::HostSilent);
        assert!(!set.contains(RuleId::HostSilent));
        assert!(set.contains(RuleId::HrOverZone));
        let both = RuleSet::of(&[RuleId::HrOverZone, RuleId::HrLimit]);
        assert!(
            set.union(both)
                .iter()
                .eq([RuleId::HrOverZone, RuleId::HrLimit])
        );
    }
}
