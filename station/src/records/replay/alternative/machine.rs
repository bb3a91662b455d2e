//! The machine of another course of events: as far from what it is told as the real one was from what that was told.

use protocols::vocabulary::{
    MachineCommand, MachineLoad, MachineReport, MachineState, MetresPerSecond, PercentGrade, Watts,
};

/// What the machine was told, in both courses.
#[derive(Debug, Default)]
pub(super) struct Machine {
    then: Option<MachineLoad>,
    now: Option<MachineLoad>,
}

impl Machine {
    /// Takes in what both courses told it in a turn.
    pub(super) fn told(&mut self, then: Option<&MachineCommand>, now: Option<&MachineCommand>) {
        take(&mut self.then, then);
        take(&mut self.now, now);
    }

    /// What it would have reported instead.
    pub(super) fn report(&self, report: MachineReport) -> MachineReport {
        if self.then == self.now {
            return report;
        }
        let Some(now) = self.now else {
            return MachineReport {
                power: report.power.map(|_| Watts::ZERO),
                speed: report.speed.map(|_| MetresPerSecond::ZERO),
                ..MachineReport {
                    state: MachineState::Standing,
                    ..report
                }
            };
        };
        let state = if self.then.is_none() && report.state == MachineState::Standing {
            MachineState::Running
        } else {
            report.state
        };
        match now {
            MachineLoad::Power(power) => {
                let then = match self.then {
                    Some(MachineLoad::Power(then)) => then.get(),
                    Some(MachineLoad::Belt { .. }) | None => 0,
                };
                let moved = |reported: Watts| {
                    let sum = i32::from(reported.get()) + i32::from(power.get()) - i32::from(then);
                    Watts::new(u16::try_from(sum).unwrap_or(0)).unwrap_or(power)
                };
                MachineReport {
                    state,
                    power: report.power.map(moved),
                    ..report
                }
            }
            MachineLoad::Belt { speed, grade } => {
                let (then_speed, then_grade) = match self.then {
                    Some(MachineLoad::Belt { speed, grade }) => (speed.get(), grade.get()),
                    Some(MachineLoad::Power(_)) | None => (0.0, 0.0),
                };
                let faster = |reported: MetresPerSecond| {
                    let sum = (reported.get() + speed.get() - then_speed).max(0.0);
                    MetresPerSecond::new(sum).unwrap_or(speed)
                };
                let steeper = |reported: PercentGrade| {
                    PercentGrade::new(reported.get() + grade.get() - then_grade).unwrap_or(grade)
                };
                MachineReport {
                    state,
                    speed: report.speed.map(faster),
                    grade: report.grade.map(steeper),
                    ..report
                }
            }
        }
    }
}

fn take(load: &mut Option<MachineLoad>, command: Option<&MachineCommand>) {
    match command {
        Some(MachineCommand::Start(told) | MachineCommand::SetLoad(told)) => *load = Some(*told),
        Some(MachineCommand::Stop | MachineCommand::EmergencyStop) => *load = None,
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watts(value: u16) -> Watts {
        Watts::new(value).unwrap()
    }

    #[test]
    fn a_machine_is_as_far_from_its_order_as_the_real_one_was() {
        let mut machine = Machine::default();
        let mut report = MachineReport::of(MachineState::Running);
        report.power = Some(watts(48));
        machine.told(
            Some(&MachineCommand::SetLoad(MachineLoad::Power(watts(50)))),
            Some(&MachineCommand::SetLoad(MachineLoad::Power(watts(80)))),
        );
        assert_eq!(machine.report(report).power, Some(watts(78)));
        machine.told(
            None,
            Some(&MachineCommand::SetLoad(MachineLoad::Power(watts(1)))),
        );
        assert_eq!(machine.report(report).power, Some(watts(0)));
        machine.told(None, Some(&MachineCommand::Stop));
        let stands = machine.report(report);
        assert_eq!(
            (stands.power, stands.state),
            (Some(watts(0)), MachineState::Standing)
        );
        machine.told(
            Some(&MachineCommand::Stop),
            Some(&MachineCommand::Start(MachineLoad::Power(watts(30)))),
        );
        let mut standing = MachineReport::of(MachineState::Standing);
        standing.power = Some(watts(0));
        let runs = machine.report(standing);
        assert_eq!(
            (runs.power, runs.state),
            (Some(watts(30)), MachineState::Running)
        );
        machine.told(None, Some(&MachineCommand::Stop));
        assert_eq!(machine.report(report), report);
    }
}
