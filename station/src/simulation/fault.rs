//! What can go wrong in a simulated session, and what people do in it: listed by time, so that a session can be run again.
//!
//! The first nine kinds are those of a patient's file (`drivers::virtual_devices::patient::event`); the others reach what a
//! patient's model does not know of: the machine, its link, the surroundings, and people.

use drivers::virtual_devices::patient::{EventKind, Exercise, PatientEvent};
use serde::{Deserialize, Serialize};

/// One thing that happens, active for `at_s <= t < at_s + for_s`, `t` in seconds from the start of the session.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// When it begins, in seconds from the start of the session.
    pub at_s: f64,
    /// How long it lasts, in seconds. Of no meaning for what a person does in a moment.
    pub for_s: f64,
    /// What happens.
    pub kind: FaultKind,
    /// By how much, in the unit of the kind; 0 where the kind has none.
    #[serde(default)]
    pub value: f64,
}

impl Fault {
    /// Whether it is active in second `second`.
    #[must_use]
    pub fn is_active(&self, second: f64) -> bool {
        self.at_s <= second && second < self.at_s + self.for_s
    }

    /// The same as the patient's model knows it; `None` where it is none of the model's.
    #[must_use]
    pub fn of_patient(&self) -> Option<PatientEvent> {
        Some(PatientEvent {
            at_s: self.at_s,
            for_s: self.for_s,
            kind: self.kind.of_patient()?,
            value: self.value,
        })
    }
}

/// What can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The strap gives no reading.
    StrapSilent,
    /// The strap repeats its last reading.
    StrapStuck,
    /// The strap reports the value, in beats a minute.
    StrapValue,
    /// The strap's reading has the value added, in beats a minute.
    StrapOffset,
    /// The finger is out of the oximeter.
    OximeterOff,
    /// The oximeter's saturation has the value added, in per cent.
    OximeterOffset,
    /// The patient stops pedalling.
    PedallingStops,
    /// The value is added to the net METs.
    ExtraMet,
    /// The gain is multiplied by the value.
    GainFactor,
    /// The oximeter says that the pulse is weak; its numbers go on.
    OximeterWeak,
    /// The oximeter repeats its last pulse, as if it were a new one.
    OximeterPulseStuck,
    /// The oximeter repeats its last saturation, as if it were a new one.
    OximeterSaturationStuck,
    /// The patient pedals at the value, in revolutions a minute.
    Cadence,
    /// Nothing comes from the machine and nothing reaches it.
    MachineSilent,
    /// The machine's port is gone.
    MachineGone,
    /// The machine reports, and does not hear what it is told.
    MachineDeaf,
    /// The machine refuses what it is told, and says so.
    MachineRefuses,
    /// Somebody adds the value at the machine's own keys: watts, or hundredths of m/s.
    MachineKeys,
    /// The machine gives no more than the value, as a share of what it is told.
    MachineWeak,
    /// The stop circuit is open.
    StopButton,
    /// No dashboard is alive.
    NobodyWatches,
    /// The record has a gap.
    RecordGap,
    /// The control loop stands still: nothing is taken in and nothing is decided. Five seconds at the most are believed.
    LoopGap,
    /// A person presses stop, once.
    Stop,
    /// A person calls the emergency stop, once.
    EmergencyStop,
    /// A person pauses the session, and goes on after `for_s`.
    Pause,
    /// A person takes one step of load off by hand, and gives it back to the controller after `for_s`.
    LoadDown,
    /// A person adds one step of load by hand, and gives it back to the controller after `for_s`.
    LoadUp,
    /// A person enters the value as perceived exertion, 6 to 20, once.
    Exertion,
    /// A person enters the value as dyspnoea, 0 to 10, once.
    Dyspnoea,
    /// A person enters the value as angina, 0 to 4, once.
    Angina,
    /// A person enters the value as systolic pressure in mmHg, over 80, once.
    Systolic,
    /// A person presses the symptom key, once.
    Symptom,
    /// A person begins a session at this station, once, while it is in use.
    BeginAgain,
    /// A person asks for a lower target, once.
    TargetDown,
    /// A person asks for a higher target, once.
    TargetUp,
}

impl FaultKind {
    /// All kinds, in the order above.
    pub const ALL: [Self; 36] = [
        Self::StrapSilent,
        Self::StrapStuck,
        Self::StrapValue,
        Self::StrapOffset,
        Self::OximeterOff,
        Self::OximeterOffset,
        Self::PedallingStops,
        Self::ExtraMet,
        Self::GainFactor,
        Self::OximeterWeak,
        Self::OximeterPulseStuck,
        Self::OximeterSaturationStuck,
        Self::Cadence,
        Self::MachineSilent,
        Self::MachineGone,
        Self::MachineDeaf,
        Self::MachineRefuses,
        Self::MachineKeys,
        Self::MachineWeak,
        Self::StopButton,
        Self::NobodyWatches,
        Self::RecordGap,
        Self::LoopGap,
        Self::Stop,
        Self::EmergencyStop,
        Self::Pause,
        Self::LoadDown,
        Self::LoadUp,
        Self::Exertion,
        Self::Dyspnoea,
        Self::Angina,
        Self::Systolic,
        Self::Symptom,
        Self::BeginAgain,
        Self::TargetDown,
        Self::TargetUp,
    ];

    /// Its name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::StrapSilent => "strap_silent",
            Self::StrapStuck => "strap_stuck",
            Self::StrapValue => "strap_value",
            Self::StrapOffset => "strap_offset",
            Self::OximeterOff => "oximeter_off",
            Self::OximeterOffset => "oximeter_offset",
            Self::PedallingStops => "pedalling_stops",
            Self::ExtraMet => "extra_met",
            Self::GainFactor => "gain_factor",
            Self::OximeterWeak => "oximeter_weak",
            Self::OximeterPulseStuck => "oximeter_pulse_stuck",
            Self::OximeterSaturationStuck => "oximeter_saturation_stuck",
            Self::Cadence => "cadence",
            Self::MachineSilent => "machine_silent",
            Self::MachineGone => "machine_gone",
            Self::MachineDeaf => "machine_deaf",
            Self::MachineRefuses => "machine_refuses",
            Self::MachineKeys => "machine_keys",
            Self::MachineWeak => "machine_weak",
            Self::StopButton => "stop_button",
            Self::NobodyWatches => "nobody_watches",
            Self::RecordGap => "record_gap",
            Self::LoopGap => "loop_gap",
            Self::Stop => "stop",
            Self::EmergencyStop => "emergency_stop",
            Self::Pause => "pause",
            Self::LoadDown => "load_down",
            Self::LoadUp => "load_up",
            Self::Exertion => "exertion",
            Self::Dyspnoea => "dyspnoea",
            Self::Angina => "angina",
            Self::Systolic => "systolic",
            Self::Symptom => "symptom",
            Self::BeginAgain => "begin_again",
            Self::TargetDown => "target_down",
            Self::TargetUp => "target_up",
        }
    }

    /// The kind of a name in a file.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it is done in a moment: how long it lasts means nothing.
    #[must_use]
    pub const fn is_momentary(self) -> bool {
        matches!(
            self,
            Self::Stop
                | Self::EmergencyStop
                | Self::Exertion
                | Self::Dyspnoea
                | Self::Angina
                | Self::Systolic
                | Self::Symptom
                | Self::BeginAgain
                | Self::TargetDown
                | Self::TargetUp
        )
    }

    /// Whether its value is a whole number: people enter no other, and a machine's keys count.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        matches!(
            self,
            Self::Exertion | Self::Dyspnoea | Self::Angina | Self::Systolic | Self::MachineKeys
        )
    }

    /// Whether it can happen on a machine.
    #[must_use]
    pub const fn fits(self, machine: Exercise) -> bool {
        match machine {
            Exercise::Cycle => true,
            Exercise::Treadmill => !matches!(self, Self::PedallingStops | Self::Cadence),
        }
    }

    /// The unit of its value, for people; empty where it has none, or is a plain factor.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::StrapValue | Self::StrapOffset => "beats a minute",
            Self::OximeterOffset => "per cent",
            Self::ExtraMet => "net METs",
            Self::Cadence => "revolutions a minute",
            Self::MachineKeys => "W, or hundredths of m/s",
            Self::Systolic => "mmHg",
            Self::StrapSilent
            | Self::StrapStuck
            | Self::OximeterOff
            | Self::PedallingStops
            | Self::OximeterWeak
            | Self::OximeterPulseStuck
            | Self::OximeterSaturationStuck
            | Self::MachineSilent
            | Self::MachineGone
            | Self::MachineDeaf
            | Self::MachineRefuses
            | Self::StopButton
            | Self::NobodyWatches
            | Self::RecordGap
            | Self::LoopGap
            | Self::Stop
            | Self::EmergencyStop
            | Self::Pause
            | Self::LoadDown
            | Self::LoadUp
            | Self::Exertion
            | Self::Dyspnoea
            | Self::Angina
            | Self::Symptom
            | Self::BeginAgain
            | Self::TargetDown
            | Self::TargetUp
            | Self::GainFactor
            | Self::MachineWeak => "",
        }
    }

    /// The values that mean something, from and to; `None` where the kind has no value.
    #[must_use]
    pub const fn range(self) -> Option<(f64, f64)> {
        match self {
            Self::StrapValue => Some((1.0, 500.0)),
            Self::StrapOffset | Self::MachineKeys => Some((-200.0, 200.0)),
            Self::OximeterOffset => Some((-50.0, 50.0)),
            Self::ExtraMet => Some((-5.0, 10.0)),
            Self::GainFactor => Some((0.1, 10.0)),
            Self::Cadence => Some((0.0, 200.0)),
            Self::MachineWeak => Some((0.0, 1.0)),
            Self::Exertion => Some((6.0, 20.0)),
            Self::Dyspnoea => Some((0.0, 10.0)),
            Self::Angina => Some((0.0, 4.0)),
            Self::Systolic => Some((50.0, 300.0)),
            Self::StrapSilent
            | Self::StrapStuck
            | Self::OximeterOff
            | Self::PedallingStops
            | Self::OximeterWeak
            | Self::OximeterPulseStuck
            | Self::OximeterSaturationStuck
            | Self::MachineSilent
            | Self::MachineGone
            | Self::MachineDeaf
            | Self::MachineRefuses
            | Self::StopButton
            | Self::NobodyWatches
            | Self::RecordGap
            | Self::LoopGap
            | Self::Stop
            | Self::EmergencyStop
            | Self::Pause
            | Self::LoadDown
            | Self::LoadUp
            | Self::Symptom
            | Self::BeginAgain
            | Self::TargetDown
            | Self::TargetUp => None,
        }
    }

    const fn of_patient(self) -> Option<EventKind> {
        match self {
            Self::StrapSilent => Some(EventKind::StrapSilent),
            Self::StrapStuck => Some(EventKind::StrapStuck),
            Self::StrapValue => Some(EventKind::StrapValue),
            Self::StrapOffset => Some(EventKind::StrapOffset),
            Self::OximeterOff => Some(EventKind::OximeterOff),
            Self::OximeterOffset => Some(EventKind::OximeterOffset),
            Self::PedallingStops => Some(EventKind::PedallingStops),
            Self::ExtraMet => Some(EventKind::ExtraMet),
            Self::GainFactor => Some(EventKind::GainFactor),
            Self::OximeterWeak
            | Self::OximeterPulseStuck
            | Self::OximeterSaturationStuck
            | Self::Cadence
            | Self::MachineSilent
            | Self::MachineGone
            | Self::MachineDeaf
            | Self::MachineRefuses
            | Self::MachineKeys
            | Self::MachineWeak
            | Self::StopButton
            | Self::NobodyWatches
            | Self::RecordGap
            | Self::LoopGap
            | Self::Stop
            | Self::EmergencyStop
            | Self::Pause
            | Self::LoadDown
            | Self::LoadUp
            | Self::Exertion
            | Self::Dyspnoea
            | Self::Angina
            | Self::Systolic
            | Self::Symptom
            | Self::BeginAgain
            | Self::TargetDown
            | Self::TargetUp => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_writes_every_kind_by_its_name() {
        for kind in FaultKind::ALL {
            let written = serde_json::to_string(&kind).expect("a name");
            assert_eq!(written, format!("\"{}\"", kind.name()));
        }
    }

    #[test]
    fn the_kinds_of_a_patients_file_are_the_models_own() {
        let own: Vec<String> = FaultKind::ALL
            .iter()
            .filter_map(|kind| kind.of_patient())
            .map(|kind| serde_json::to_string(&kind).expect("a name"))
            .collect();
        assert_eq!(own.len(), 9);
        for (kind, written) in FaultKind::ALL.iter().zip(&own) {
            assert_eq!(written, &format!("\"{}\"", kind.name()));
        }
    }
}
