//! What a machine can do and what it does when nobody talks to it.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::units::{MetresPerSecond, PercentGrade, Watts};

/// What kind of machine it is, as far as load is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MachineKind {
    /// A leg ergometer, load in watts.
    Cycle,
    /// A belt, load by speed and grade.
    Treadmill,
}

/// Who can change the load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoadControl {
    /// The host commands it.
    Commanded,
    /// The host can only end it.
    EndedOnly,
    /// A person sets it at the machine.
    ByHand,
    /// The host commands it, but the brake cannot let go: told nothing, it holds the least of its range for as long as somebody pedals.
    CommandedFromLeast,
}

impl LoadControl {
    /// Whether the host can tell it a load.
    #[must_use]
    pub const fn is_commanded(self) -> bool {
        matches!(self, Self::Commanded | Self::CommandedFromLeast)
    }
}

/// What a machine does when the host falls silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnSilence {
    /// It goes on with its last load: only a relay or a person takes it away.
    KeepsLoad,
    /// It stops by itself after so long.
    StopsAfter(Duration),
    /// It has no load to keep.
    NoLoad,
}

/// What an ergometer's brake can be told. Nothing (0 W) can always be told; what is left then says [`Capabilities::held_at_least`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PowerRange {
    /// Least load above nothing.
    pub min: Watts,
    /// Greatest load.
    pub max: Watts,
    /// Step between loads, in watts.
    pub step: u16,
}

/// What a belt can be told.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BeltRange {
    /// Slowest speed above standing.
    pub min_speed: MetresPerSecond,
    /// Fastest speed.
    pub max_speed: MetresPerSecond,
    /// Steepest grade; the least is 0.
    pub max_grade: PercentGrade,
    /// Step of speed, in metres a second.
    pub speed_step: f64,
    /// Step of grade, in per cent.
    pub grade_step: f64,
}

/// How fast a machine follows what it is told.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Slew {
    /// Power, in watts a second.
    pub watts_per_second: f64,
    /// Speed, in metres a second each second.
    pub metres_per_second_squared: f64,
    /// Grade, in per cent a second.
    pub grade_percent_per_second: f64,
}

/// How old what a device says is when it says it, because it averages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Averaging {
    /// Mean delay.
    pub delay: Duration,
}

/// What a machine tells of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent facts of a machine, not a state"
)]
pub struct ReadBack {
    /// It reports power.
    pub power: bool,
    /// It reports cadence.
    pub cadence: bool,
    /// It reports speed.
    pub speed: bool,
    /// It reports grade.
    pub grade: bool,
}

/// All that is known of a machine before a session.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Capabilities {
    /// Cycle or treadmill.
    pub kind: MachineKind,
    /// Who can change its load.
    pub control: LoadControl,
    /// Its brake; `None` for a belt.
    pub power: Option<PowerRange>,
    /// Its belt; `None` for an ergometer.
    pub belt: Option<BeltRange>,
    /// How fast it follows.
    pub slew: Slew,
    /// How old its reports are.
    pub averaging: Averaging,
    /// How often it is asked, which is how old an answer can be.
    pub poll_interval: Duration,
    /// What it does when nobody talks to it.
    pub on_silence: OnSilence,
    /// What it reports.
    pub reads: ReadBack,
}

impl Capabilities {
    /// A machine of which nothing is known but its kind: its load is a person's alone, and it counts as one that keeps it.
    #[must_use]
    pub const fn unknown(kind: MachineKind) -> Self {
        Self {
            kind,
            control: LoadControl::ByHand,
            power: None,
            belt: None,
            slew: Slew {
                watts_per_second: 0.0,
                metres_per_second_squared: 0.0,
                grade_percent_per_second: 0.0,
            },
            averaging: Averaging {
                delay: Duration::ZERO,
            },
            poll_interval: Duration::from_secs(1),
            on_silence: OnSilence::KeepsLoad,
            reads: ReadBack {
                power: false,
                cadence: false,
                speed: false,
                grade: false,
            },
        }
    }

    /// What the brake still holds when it is told nothing: 0 W on a machine that can let go.
    #[must_use]
    pub fn held_at_least(&self) -> Watts {
        match (self.control, self.power) {
            (LoadControl::CommandedFromLeast, Some(range)) => range.min,
            (
                LoadControl::Commanded | LoadControl::EndedOnly | LoadControl::ByHand,
                Some(_) | None,
            )
            | (LoadControl::CommandedFromLeast, None) => Watts::ZERO,
        }
    }
}
