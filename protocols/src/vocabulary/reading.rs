//! What a device says: a value with its quality, or why there is none. Silence is a value too.

use serde::{Deserialize, Serialize};

use super::units::{BeatsPerMinute, MetresPerSecond, PercentGrade, RevolutionsPerMinute, Watts};

/// A value with its quality, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reading<T> {
    /// The device gave a value.
    Value {
        /// What it is.
        value: T,
        /// How good the device says it is.
        quality: Quality,
    },
    /// The device spoke, and had no value.
    Missing(Absence),
}

impl<T: Copy> Reading<T> {
    /// A value that the device has no doubt about.
    pub const fn good(value: T) -> Self {
        Self::Value {
            value,
            quality: Quality::Good,
        }
    }

    /// The value, whatever its quality.
    pub const fn value(&self) -> Option<T> {
        match self {
            Self::Value { value, .. } => Some(*value),
            Self::Missing(_) => None,
        }
    }
}

/// How good a device says its value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Quality {
    /// No doubt.
    Good,
    /// Usable, with a weak pulse.
    MarginalPerfusion,
    /// The pulse is too weak to rely on.
    LowPerfusion,
    /// The device saw motion or a beat that does not fit.
    Artefact,
    /// The device does not update the value now.
    OutOfTrack,
    /// The value has not changed although it had to (beats that stand still).
    Frozen,
}

/// Why there is no value. Four of these are different kinds of nothing to a nurse: they are never one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Absence {
    /// The sensor is not on the patient, or not plugged in.
    NoContact,
    /// The device is still looking for a pulse.
    Searching,
    /// The number is outside what the device can mean.
    OutOfRange,
    /// The pulse is too weak.
    LowPerfusion,
    /// Motion or interference.
    Artefact,
    /// The last value is too old to count.
    Stale,
}

/// What a machine's console says it is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MachineState {
    /// Powered and not under load.
    Standing,
    /// Belt or brake are working.
    Running,
    /// Interrupted at the machine, to go on.
    Paused,
    /// The machine reports a fault of its own.
    Fault,
    /// Used at its own keys: commands are ignored.
    ByHand,
}

/// One report of a machine, put together from what it answers. A field that the machine does not tell is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MachineReport {
    /// What the console says it is doing.
    pub state: MachineState,
    /// Power at the crank.
    pub power: Option<Watts>,
    /// Cadence of the crank.
    pub cadence: Option<RevolutionsPerMinute>,
    /// Speed of the belt.
    pub speed: Option<MetresPerSecond>,
    /// Grade of the belt.
    pub grade: Option<PercentGrade>,
    /// Heart rate by the machine's own grips or receiver.
    pub heart_rate: Option<BeatsPerMinute>,
}

impl MachineReport {
    /// A report of a state alone.
    #[must_use]
    pub const fn of(state: MachineState) -> Self {
        Self {
            state,
            power: None,
            cadence: None,
            speed: None,
            grade: None,
            heart_rate: None,
        }
    }

    /// Whether the machine reports load or motion: power, speed or a running state.
    #[must_use]
    pub fn is_moving(&self) -> bool {
        self.power.is_some_and(|power| power > Watts::ZERO)
            || self.speed.is_some_and(|speed| speed.get().abs() > 0.0)
            || self.state == MachineState::Running
    }
}
