//! What can hold a load back, in words that stand apart from any moment: no figures, no keys to press.

use control::rules::{LoadAct, RuleId};
use control::view::Reason;

use super::rules::{self, Domain};

/// What held a load back, without figures: `saturation at its floor`.
#[must_use]
pub const fn of(reason: Reason) -> &'static str {
    match reason {
        Reason::AsProposed | Reason::Rounding => "nothing",
        Reason::Phase => "no load in this phase",
        Reason::Rule(rule, _) => rules::of(rule).plain,
        Reason::PrescribedCeiling => "the prescribed ceiling",
        Reason::MachineCeiling => "the machine's greatest load",
        Reason::StopLatched => "a stop that nobody has resumed",
        Reason::Prediction => "heart rate foretold to pass its limit",
        Reason::PlausibilityCap => "more than the assessment explains",
        Reason::SignalNotTrusted => "a required signal that is not trusted",
        Reason::Ramp => "the ramp: load rises step by step",
        Reason::Hand => "a person's hand",
        Reason::RecordGap => "a gap in the record",
        Reason::SaturationNearFloor => "saturation near its floor",
        Reason::MachineFollows => "the machine gave less than asked",
    }
}

/// Groups of what holds a load back: as many as an eye tells apart in a band over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// The ramp of the phase: an ordinary rise.
    Ramp,
    /// A ceiling, of the prescription or the machine.
    Ceiling,
    /// A person's hand.
    Hand,
    /// What was foretold, or what the assessment explains.
    Foretold,
    /// Time, or people: something was due, nobody watched.
    House,
    /// A gap in the record.
    RecordGap,
    /// A sensor or a signal that cannot be relied on.
    Signal,
    /// The machine.
    Machine,
    /// Saturation.
    Saturation,
    /// Heart rate.
    HeartRate,
    /// What was entered: pressure, scores, symptoms.
    Entry,
    /// A stop.
    Stop,
}

impl Group {
    /// Every group, the gravest last.
    pub const ALL: [Self; 12] = [
        Self::Ramp,
        Self::Ceiling,
        Self::Hand,
        Self::Foretold,
        Self::House,
        Self::RecordGap,
        Self::Signal,
        Self::Machine,
        Self::Saturation,
        Self::HeartRate,
        Self::Entry,
        Self::Stop,
    ];

    /// Which group a reason is of; `None` where nothing held the load back.
    #[must_use]
    pub const fn of(reason: Reason) -> Option<Self> {
        Some(match reason {
            Reason::AsProposed | Reason::Rounding | Reason::Phase => return None,
            Reason::Rule(_, LoadAct::Stop) | Reason::StopLatched => Self::Stop,
            Reason::Rule(rule, _) => of_rule(rule),
            Reason::PrescribedCeiling | Reason::MachineCeiling => Self::Ceiling,
            Reason::Prediction | Reason::PlausibilityCap => Self::Foretold,
            Reason::SignalNotTrusted => Self::Signal,
            Reason::Ramp => Self::Ramp,
            Reason::Hand => Self::Hand,
            Reason::RecordGap => Self::RecordGap,
            Reason::SaturationNearFloor => Self::Saturation,
            Reason::MachineFollows => Self::Machine,
        })
    }

    /// Its letter in a band.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Ramp => 'r',
            Self::Ceiling => 'c',
            Self::Hand => 'h',
            Self::Foretold => 'f',
            Self::House => 't',
            Self::RecordGap => 'g',
            Self::Signal => 'q',
            Self::Machine => 'm',
            Self::Saturation => 'O',
            Self::HeartRate => 'H',
            Self::Entry => 'E',
            Self::Stop => 'X',
        }
    }

    /// It in a word or two, for a legend.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ramp => "ramp",
            Self::Ceiling => "ceiling",
            Self::Hand => "by hand",
            Self::Foretold => "foretold",
            Self::House => "time, people",
            Self::RecordGap => "record gap",
            Self::Signal => "signal",
            Self::Machine => "machine",
            Self::Saturation => "saturation",
            Self::HeartRate => "heart rate",
            Self::Entry => "entered",
            Self::Stop => "stop",
        }
    }
}

/// The group of a rule that does not stop.
const fn of_rule(rule: RuleId) -> Group {
    match (rules::of(rule).domain, rule) {
        (
            _,
            RuleId::MachineLost
            | RuleId::MachineBelowTarget
            | RuleId::MachineAboveTarget
            | RuleId::MachineRefused
            | RuleId::CadenceLow
            | RuleId::CadenceVeryLow
            | RuleId::CadenceStopped
            | RuleId::CadenceHigh
            | RuleId::ControllerFault
            | RuleId::HostSilent,
        ) => Group::Machine,
        (Domain::Equipment, _) => Group::Signal,
        (Domain::Session, _) => Group::House,
        (
            Domain::Patient,
            RuleId::Spo2Floor
            | RuleId::Spo2Falling
            | RuleId::Spo2Critical
            | RuleId::Spo2Stop
            | RuleId::Spo2Fall,
        ) => Group::Saturation,
        (
            Domain::Patient,
            RuleId::HrOverZone
            | RuleId::HrLimit
            | RuleId::HrStop
            | RuleId::HrIcd
            | RuleId::HrLow
            | RuleId::HrPlunge
            | RuleId::HrFall
            | RuleId::HrJump
            | RuleId::HrUnexplained
            | RuleId::HrNoRise
            | RuleId::HrNoRiseTold
            | RuleId::HrRecovery
            | RuleId::HrOverTargetAtMinimum
            | RuleId::HrUnderTargetAtCap,
        ) => Group::HeartRate,
        (Domain::Patient, _) => Group::Entry,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rule_has_a_group_that_fits_its_name() {
        for rule in RuleId::ALL {
            let group = Group::of(Reason::Rule(*rule, LoadAct::Hold)).unwrap();
            let name = rule.name();
            let expected = match group {
                Group::HeartRate => name.starts_with("hr-"),
                Group::Saturation => name.starts_with("spo2-"),
                Group::Signal => {
                    name.starts_with("hr-") || name == "spo2-lost" || name == "weak-pulse"
                }
                Group::Machine => ["machine", "cadence", "controller", "host"]
                    .iter()
                    .any(|part| name.starts_with(part)),
                Group::Entry => !name.starts_with("hr-") && !name.starts_with("machine"),
                Group::House => !name.starts_with("hr-") && !name.starts_with("spo2-"),
                Group::Ramp
                | Group::Ceiling
                | Group::Hand
                | Group::Foretold
                | Group::RecordGap
                | Group::Stop => false,
            };
            assert!(expected, "{rule}: {group:?}");
            let stop = Group::of(Reason::Rule(*rule, LoadAct::Stop));
            assert_eq!(stop, Some(Group::Stop));
            assert!(!of(Reason::Rule(*rule, LoadAct::Hold)).is_empty());
        }
    }

    #[test]
    fn no_two_groups_share_a_letter_or_a_name() {
        let letters: BTreeSet<char> = Group::ALL.iter().map(|group| group.letter()).collect();
        let names: BTreeSet<&str> = Group::ALL.iter().map(|group| group.name()).collect();
        assert_eq!(letters.len(), Group::ALL.len());
        assert_eq!(names.len(), Group::ALL.len());
        assert!(Group::ALL.is_sorted(), "the gravest last");
    }

    #[test]
    fn nothing_is_said_to_hold_a_load_that_was_as_asked() {
        for reason in [Reason::AsProposed, Reason::Rounding, Reason::Phase] {
            assert_eq!(Group::of(reason), None);
        }
    }
}
