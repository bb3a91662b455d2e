//! What a load asks of a patient, in net METs: the equations of the American College of Sports Medicine, written anew.
//!
//! Cycling: 10.8 W/kg and 3.5 for unloaded legs. Walking: 0.1 v + 1.8 v g; running: 0.2 v + 0.9 v g, with v in metres a minute
//! (here a second: times 60). Between 1.7 and 2.2 m/s a person may do either: the two are mixed in proportion.

use core::fmt;

use protocols::vocabulary::{
    Capabilities, Kilograms, MachineCommand, MachineKind, MachineLoad, MachineReport,
    MetresPerSecond, PercentGrade, Watts,
};

/// Oxygen uptake of one MET, in ml/(kg min).
const ONE_MET: f64 = 3.5;
/// Where walking ends and where running has begun, in m/s.
const WALK_TO: f64 = 1.7;
const RUN_FROM: f64 = 2.2;

/// Differences below this are arithmetic, not load.
pub(crate) const EPSILON: f64 = 1e-6;

/// What a machine was last asked for, and what that is in net METs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Asked {
    /// Watts, metres a second, per cent: those that the machine has; the others are 0.
    pub(crate) power: f64,
    pub(crate) speed: f64,
    pub(crate) grade: f64,
    /// Net METs; 0 where nothing is asked for, though turning unloaded pedals is one MET above rest.
    pub(crate) work: f64,
}

impl Asked {
    /// No load and no motion.
    pub(crate) const NOTHING: Self = Self {
        power: 0.0,
        speed: 0.0,
        grade: 0.0,
        work: 0.0,
    };

    pub(crate) fn of(load: MachineLoad, mass: Kilograms) -> Self {
        let (power, speed, grade) = match load {
            MachineLoad::Power(power) => (power.as_f64(), 0.0, 0.0),
            MachineLoad::Belt { speed, grade } => (0.0, speed.get(), grade.get()),
        };
        let on = power > 0.0 || speed > 0.0;
        Self {
            power,
            speed,
            grade,
            work: if on { net_mets(load, mass) } else { 0.0 },
        }
    }

    /// What is asked for once `command` is out.
    pub(crate) fn by(command: MachineCommand, mass: Kilograms) -> Self {
        match command {
            MachineCommand::Start(load) | MachineCommand::SetLoad(load) => Self::of(load, mass),
            MachineCommand::Stop | MachineCommand::EmergencyStop => Self::NOTHING,
        }
    }

    /// What a machine that nobody has asked for anything says it is doing.
    pub(crate) fn reported(report: &MachineReport, kind: MachineKind, mass: Kilograms) -> Self {
        let load = match kind {
            MachineKind::Cycle => MachineLoad::Power(report.power.unwrap_or(Watts::ZERO)),
            MachineKind::Treadmill => MachineLoad::Belt {
                speed: report.speed.unwrap_or(MetresPerSecond::ZERO),
                grade: report.grade.unwrap_or(PercentGrade::ZERO),
            },
        };
        Self::of(load, mass)
    }

    pub(crate) fn is_on(&self) -> bool {
        self.power > 0.0 || self.speed > 0.0
    }

    /// More work than `before`.
    pub(crate) fn is_above(&self, before: &Self) -> bool {
        self.work > before.work + EPSILON
    }

    /// Less work than `before`.
    pub(crate) fn is_below(&self, before: &Self) -> bool {
        self.work < before.work - EPSILON
    }

    /// More power, a faster or a steeper belt than `before`, whatever the work. The grade of a belt that stands is nobody's load.
    pub(crate) fn raises_anything_of(&self, before: &Self) -> bool {
        self.is_on()
            && (self.power > before.power + EPSILON
                || self.speed > before.speed + EPSILON
                || self.grade > before.grade + EPSILON)
    }
}

impl fmt::Display for Asked {
    /// In the machine's own terms.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.speed > 0.0 {
            let kilometres = self.speed * 3.6;
            write!(f, "{kilometres:.1} km/h at {:.1} %", self.grade)
        } else {
            write!(f, "{:.0} W", self.power)
        }
    }
}

/// Net METs of a load, of unloaded pedals and of a standing belt too.
pub(crate) fn net_mets(load: MachineLoad, mass: Kilograms) -> f64 {
    match load {
        MachineLoad::Power(power) => (ONE_MET + 10.8 * power.as_f64() / mass.get()) / ONE_MET,
        MachineLoad::Belt { speed, grade } => on_belt(speed.get(), grade.get()),
    }
}

fn on_belt(speed: f64, grade_percent: f64) -> f64 {
    let grade = grade_percent / 100.0;
    let walking = speed * (6.0 + 108.0 * grade);
    let running = speed * (12.0 + 54.0 * grade);
    let share = ((speed - WALK_TO) / (RUN_FROM - WALK_TO)).clamp(0.0, 1.0);
    (walking + share * (running - walking)) / ONE_MET
}

/// The watts of one net MET on a bike, beyond unloaded pedals.
pub(crate) fn watts_per_met(mass: Kilograms) -> f64 {
    ONE_MET * mass.get() / 10.8
}

/// The work of the least load that this machine can be asked for, above nothing.
pub(crate) fn least(machine: &Capabilities, mass: Kilograms) -> f64 {
    match (machine.kind, machine.power, machine.belt) {
        (MachineKind::Cycle, Some(range), _) => net_mets(MachineLoad::Power(range.min), mass),
        (MachineKind::Cycle, None, _) => net_mets(MachineLoad::Power(Watts::ZERO), mass),
        (MachineKind::Treadmill, _, Some(range)) => on_belt(range.min_speed.get(), 0.0),
        (MachineKind::Treadmill, _, None) => 0.0,
    }
}

/// What rounding the speed down to this machine's step can hide; nothing on a bike, where less power is less of everything.
pub(crate) fn speed_rounding(machine: &Capabilities, asked: &Asked) -> f64 {
    machine.belt.map_or(0.0, |range| {
        on_belt(asked.speed + range.speed_step, asked.grade) - on_belt(asked.speed, asked.grade)
    })
}

/// What rounding to this machine's steps can hide at the load `asked`.
pub(crate) fn rounding(machine: &Capabilities, mass: Kilograms, asked: &Asked) -> f64 {
    match (machine.kind, machine.power, machine.belt) {
        (MachineKind::Cycle, Some(range), _) => f64::from(range.step.max(1)) / watts_per_met(mass),
        (MachineKind::Treadmill, _, Some(range)) => {
            on_belt(
                asked.speed + range.speed_step,
                asked.grade + range.grade_step,
            ) - on_belt(asked.speed, asked.grade)
        }
        (MachineKind::Cycle, None, _) | (MachineKind::Treadmill, _, None) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mass(kilograms: f64) -> Kilograms {
        Kilograms::new(kilograms).expect("in range")
    }

    fn belt(speed: f64, grade: f64) -> f64 {
        on_belt(speed, grade)
    }

    #[test]
    fn a_hundred_watts_at_seventy_kilograms_are_five_and_a_half() {
        let load = MachineLoad::Power(Watts::new(100).expect("in range"));
        // 10.8 * 100 / 70 + 7 = 22.43 ml/(kg min) = 6.41 METs, one of them rest.
        assert!((net_mets(load, mass(70.0)) - 5.408).abs() < 1e-3);
    }

    #[test]
    fn the_belt_agrees_with_the_textbook() {
        // 80 m/min on the flat: 8 + 3.5 = 11.5 ml/(kg min).
        assert!((belt(80.0 / 60.0, 0.0) - 8.0 / 3.5).abs() < 1e-9);
        // 80 m/min at 5 %: 8 + 7.2.
        assert!((belt(80.0 / 60.0, 5.0) - 15.2 / 3.5).abs() < 1e-9);
        // 160 m/min at 2 %, running: 32 + 2.88.
        assert!((belt(160.0 / 60.0, 2.0) - 34.88 / 3.5).abs() < 1e-9);
    }

    #[test]
    fn walking_becomes_running_without_a_step() {
        for edge in [WALK_TO, RUN_FROM] {
            assert!((belt(edge - 1e-9, 3.0) - belt(edge + 1e-9, 3.0)).abs() < 1e-6);
        }
        let middle = belt(1.95, 0.0);
        assert!((middle - 1.95 * 9.0 / 3.5).abs() < 1e-9);
    }

    #[test]
    fn nothing_asked_for_is_no_work() {
        assert_eq!(
            Asked::of(MachineLoad::Power(Watts::ZERO), mass(80.0)),
            Asked::NOTHING
        );
        assert_eq!(
            Asked::by(MachineCommand::EmergencyStop, mass(80.0)),
            Asked::NOTHING
        );
    }
}
