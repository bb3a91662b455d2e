//! One load as a prescription writes it: watts for a cycle, speed and grade for a belt.

use protocols::vocabulary::{
    Kilograms, MachineKind, MetresPerSecond, NetMets, PercentGrade, Watts,
};

use crate::clinic::equations;
use crate::config::kind::{Number, Whole};
use crate::config::section::Section;

/// The keys of one load.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keys {
    pub(super) power: &'static str,
    pub(super) speed: &'static str,
    pub(super) grade: &'static str,
}

/// Load of the warm-up.
pub(super) const WARM_UP: Keys = Keys {
    power: "warm_up_load_w",
    speed: "warm_up_speed_km_h",
    grade: "warm_up_grade_percent",
};
/// Load of conditioning, where it is one.
pub(super) const TARGET: Keys = Keys {
    power: "target_load_w",
    speed: "target_speed_km_h",
    grade: "target_grade_percent",
};
/// What no command exceeds.
pub(super) const CEILING: Keys = Keys {
    power: "ceiling_load_w",
    speed: "ceiling_speed_km_h",
    grade: "ceiling_grade_percent",
};
/// Load of an interval's work.
pub(super) const WORK: Keys = Keys {
    power: "work_load_w",
    speed: "work_speed_km_h",
    grade: "work_grade_percent",
};
/// Load of an interval's recovery.
pub(super) const RECOVERY: Keys = Keys {
    power: "recovery_load_w",
    speed: "recovery_speed_km_h",
    grade: "recovery_grade_percent",
};

/// Belt speeds that may be prescribed: from a machine's slowest walk.
pub(super) const SPEED: Number = Number(0.5..=16.0, "km/h");

/// Belt grades that may be prescribed: no supported belt is driven downhill.
const GRADE: Number = Number(0.0..=25.0, "per cent");

/// One load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Setting {
    /// Power at the crank.
    Power(Watts),
    /// Speed and grade.
    Belt {
        /// Speed.
        speed: MetresPerSecond,
        /// Grade.
        grade: PercentGrade,
    },
}

impl Setting {
    /// Reads one load, noting keys that are of the other machine.
    pub(super) fn read(
        section: &Section<'_, '_>,
        keys: Keys,
        machine: MachineKind,
    ) -> Option<Self> {
        match machine {
            MachineKind::Cycle => {
                section.refused(keys.speed, "the machine is a cycle");
                section.refused(keys.grade, "the machine is a cycle");
                let power = section.required(keys.power, &Whole(0..=400, "W"))?;
                Some(Self::Power(Watts::new(
                    u16::try_from(power.into_inner()).ok()?,
                )?))
            }
            MachineKind::Treadmill => {
                section.refused(keys.power, "the machine is a treadmill");
                let speed = section.required(keys.speed, &SPEED);
                let grade = section.required(keys.grade, &GRADE);
                Some(Self::Belt {
                    speed: MetresPerSecond::from_kilometres_per_hour(speed?.into_inner())?,
                    grade: PercentGrade::new(grade?.into_inner())?,
                })
            }
        }
    }

    /// Notes keys of a load that this prescription does not have.
    pub(super) fn refuse(section: &Section<'_, '_>, keys: Keys, because: &str) {
        for key in [keys.power, keys.speed, keys.grade] {
            section.refused(key, because);
        }
    }

    /// What it costs this patient above rest.
    pub(super) fn net_mets(self, mass: Kilograms) -> Option<NetMets> {
        match self {
            Self::Power(power) => equations::cycling(power, mass),
            Self::Belt { speed, grade } => equations::walking(speed, grade),
        }
    }

    /// Whether the equation behind the METs holds here.
    pub(super) fn equation_holds(self) -> bool {
        match self {
            Self::Power(power) => equations::cycling_holds(power),
            Self::Belt { speed, .. } => equations::walking_holds(speed),
        }
    }

    /// Whether nothing of it is more than the ceiling's: neither power, nor speed, nor grade.
    pub(super) fn is_within(self, ceiling: Self) -> bool {
        match (self, ceiling) {
            (Self::Power(power), Self::Power(most)) => power <= most,
            (
                Self::Belt { speed, grade },
                Self::Belt {
                    speed: fastest,
                    grade: steepest,
                },
            ) => speed <= fastest && grade <= steepest,
            (Self::Power(_), Self::Belt { .. }) | (Self::Belt { .. }, Self::Power(_)) => false,
        }
    }

    /// A belt's speed.
    pub(super) const fn speed(self) -> Option<MetresPerSecond> {
        match self {
            Self::Belt { speed, .. } => Some(speed),
            Self::Power(_) => None,
        }
    }

    /// For people.
    pub(super) fn words(self) -> String {
        match self {
            Self::Power(power) => format!("{} W", power.get()),
            Self::Belt { speed, grade } => {
                format!(
                    "{:.1} km/h at {} %",
                    speed.kilometres_per_hour(),
                    grade.get()
                )
            }
        }
    }
}

impl Keys {
    /// The key where a mistake of the whole load is shown.
    pub(super) const fn leading(self, machine: MachineKind) -> &'static str {
        match machine {
            MachineKind::Cycle => self.power,
            MachineKind::Treadmill => self.speed,
        }
    }
}
