//! What a machine is told, whatever the wire.

use serde::{Deserialize, Serialize};

use super::units::{MetresPerSecond, PercentGrade, Watts};

/// Load in a machine's own terms.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum MachineLoad {
    /// An ergometer's brake.
    Power(Watts),
    /// A treadmill's belt.
    Belt {
        /// Speed of the belt, never negative.
        speed: MetresPerSecond,
        /// Grade of the belt.
        grade: PercentGrade,
    },
}

impl core::fmt::Display for MachineLoad {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Power(power) => power.fmt(f),
            Self::Belt { speed, grade } => write!(
                f,
                "{:.1} km/h at {:.1} %",
                speed.kilometres_per_hour(),
                grade.get()
            ),
        }
    }
}

impl MachineLoad {
    /// Whether this takes anything away from `before`: less power, a slower or a flatter belt. Another kind of machine counts
    /// as taking away, so that a confusion is never held back.
    #[must_use]
    pub fn takes_away_from(&self, before: &Self) -> bool {
        match (self, before) {
            (Self::Power(now), Self::Power(then)) => now < then,
            (
                Self::Belt { speed, grade },
                Self::Belt {
                    speed: then_speed,
                    grade: then_grade,
                },
            ) => speed < then_speed || grade < then_grade,
            (Self::Power(_), Self::Belt { .. }) | (Self::Belt { .. }, Self::Power(_)) => true,
        }
    }
}

/// One thing to tell a machine. The core fills one slot a turn; the safest wins.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum MachineCommand {
    /// Begin: claim the machine, set this load and let it work. A belt starts at this speed or its minimum, whichever is lower.
    Start(MachineLoad),
    /// From now on this load.
    SetLoad(MachineLoad),
    /// End: an ergometer to nothing at once and out of use; a belt, which the core has slowed before, to a stand.
    Stop,
    /// The fastest stop that the machine knows. The relay opens beside it.
    EmergencyStop,
}

impl MachineCommand {
    /// Whether nothing on the wire may stand before this: a stop always, a load that takes away from what was last `sent`.
    #[must_use]
    pub fn preempts(&self, sent: Option<&MachineLoad>) -> bool {
        match self {
            Self::Stop | Self::EmergencyStop => true,
            Self::SetLoad(load) => sent.is_none_or(|before| load.takes_away_from(before)),
            Self::Start(_) => false,
        }
    }

    /// How safe a command is, for the core's one slot: a higher rank replaces a lower one.
    #[must_use]
    pub const fn rank(&self) -> u8 {
        match self {
            Self::Start(_) => 0,
            Self::SetLoad(_) => 1,
            Self::Stop => 2,
            Self::EmergencyStop => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn belt(speed: f64, grade: f64) -> MachineLoad {
        MachineLoad::Belt {
            speed: MetresPerSecond::new(speed).expect("in range"),
            grade: PercentGrade::new(grade).expect("in range"),
        }
    }

    #[test]
    fn a_slower_or_flatter_belt_goes_before_everything() {
        let on = belt(1.2, 4.0);
        assert!(MachineCommand::SetLoad(belt(1.1, 4.0)).preempts(Some(&on)));
        assert!(MachineCommand::SetLoad(belt(1.3, 3.5)).preempts(Some(&on)));
        assert!(!MachineCommand::SetLoad(belt(1.3, 4.0)).preempts(Some(&on)));
        assert!(MachineCommand::Stop.preempts(Some(&on)));
        assert!(MachineCommand::SetLoad(on).preempts(None));
    }

    #[test]
    fn the_safer_command_ranks_higher() {
        let start = MachineCommand::Start(belt(0.3, 0.0));
        let ranks = [
            start.rank(),
            MachineCommand::SetLoad(belt(1.0, 0.0)).rank(),
            MachineCommand::Stop.rank(),
            MachineCommand::EmergencyStop.rank(),
        ];
        assert!(ranks.is_sorted());
    }
}
