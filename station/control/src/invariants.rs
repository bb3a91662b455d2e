//! What must hold at the end of every call, looked at from the outside of the steps that made it: what stood before, what stands now,
//! and what is handed out (`design.md`, section 4).

use protocols::vocabulary::{MachineCommand, MachineLoad, NetMets};

use crate::outputs::Outputs;
use crate::rules::RuleSet;
use crate::view::{PhaseKind, Reason};

/// Forgives the last bits of sums.
const SLACK: f64 = 1e-9;

/// An invariant that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Violation {
    /// I1: more is asked for than prescription or machine allow.
    OverCeiling,
    /// I2: load rose while it must not.
    RoseUntrusted,
    /// I3: load rose faster than its ramp.
    RoseFast,
    /// I4: load is asked for after a stop.
    LoadAfterStop,
    /// I6: a person's stop did not take effect in its call.
    StopIgnored,
    /// I7: a command without a reason.
    CommandWithoutDecision,
    /// I13: leave was granted at fault.
    LeaveAtFault,
    /// I14: less load with a faster or steeper belt.
    LessLoadMoreBelt,
    /// Load outside the phases that have any.
    LoadOutsideExercise,
}

/// What stood before the call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Before {
    /// The phase.
    pub phase: PhaseKind,
    /// The load that was granted.
    pub granted: NetMets,
    /// Why.
    pub binding: Reason,
    /// The rules that acted.
    pub acting: RuleSet,
    /// What the machine was told.
    pub told: Option<MachineLoad>,
    /// Whether the machine was claimed.
    pub claimed: bool,
}

/// What stands after it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts that the invariants are about, not a state"
)]
pub struct After {
    /// The phase.
    pub phase: PhaseKind,
    /// The load that is granted.
    pub granted: NetMets,
    /// The load that the last command was for.
    pub asked_of_machine: Option<NetMets>,
    /// The least of every ceiling.
    pub ceiling: NetMets,
    /// The machine's least load.
    pub least: NetMets,
    /// What the ramp had saved up when load was decided, in METs.
    pub ramp: f64,
    /// Load may rise.
    pub may_rise: bool,
    /// A stop is latched.
    pub stop_latched: bool,
    /// A person stopped it in this call.
    pub stopped_by_person: bool,
    /// The turn is at fault.
    pub fault: bool,
    /// What the machine was told.
    pub told: Option<MachineLoad>,
}

/// The first invariant that does not hold, if any.
#[must_use]
pub fn violated(before: &Before, after: &After, outputs: &Outputs) -> Option<Violation> {
    let rose = after.granted.get() - before.granted.get().max(after.least.get());
    let has_load = has_load(after.phase);
    let asks = asks_for_load(outputs.command.as_ref());
    let more = takes_more(before, outputs.command.as_ref());
    let checks = [
        (
            asks && after.asked_of_machine > Some(after.ceiling)
                || after.granted > after.ceiling && has_load,
            Violation::OverCeiling,
        ),
        (
            (rose > SLACK || more) && !after.may_rise,
            Violation::RoseUntrusted,
        ),
        (rose > after.ramp + SLACK, Violation::RoseFast),
        (
            after.stop_latched && (after.granted > NetMets::ZERO || more),
            Violation::LoadAfterStop,
        ),
        (
            after.stopped_by_person && !takes_away(before, outputs.command.as_ref()),
            Violation::StopIgnored,
        ),
        (
            outputs.command.is_some() && outputs.decision.is_none(),
            Violation::CommandWithoutDecision,
        ),
        (
            after.fault && outputs.leave_until > protocols::vocabulary::Timestamp::ZERO,
            Violation::LeaveAtFault,
        ),
        (
            after.granted < before.granted && more,
            Violation::LessLoadMoreBelt,
        ),
        (
            !has_load && after.granted > NetMets::ZERO,
            Violation::LoadOutsideExercise,
        ),
    ];
    checks
        .into_iter()
        .find_map(|(broken, violation)| broken.then_some(violation))
}

const fn has_load(phase: PhaseKind) -> bool {
    matches!(
        phase,
        PhaseKind::WarmUp | PhaseKind::Conditioning | PhaseKind::CoolDown
    )
}

/// Whether a command asks for load: more than nothing at a brake, or a belt that moves.
fn asks_for_load(command: Option<&MachineCommand>) -> bool {
    match command {
        Some(MachineCommand::Start(load) | MachineCommand::SetLoad(load)) => match load {
            MachineLoad::Power(watts) => watts.get() > 0,
            MachineLoad::Belt { speed, .. } => speed.get() > 0.0,
        },
        Some(MachineCommand::Stop | MachineCommand::EmergencyStop) | None => false,
    }
}

/// Whether a command asks for more than what the machine was told before: more power, a faster or a steeper belt.
fn takes_more(before: &Before, command: Option<&MachineCommand>) -> bool {
    match command {
        Some(MachineCommand::SetLoad(load)) => before
            .told
            .is_some_and(|told| before.claimed && told.takes_away_from(load)),
        Some(MachineCommand::Start(_) | MachineCommand::Stop | MachineCommand::EmergencyStop)
        | None => false,
    }
}

/// Whether a command takes away, or says again what is being taken away.
fn takes_away(before: &Before, command: Option<&MachineCommand>) -> bool {
    let on_its_way_down = !has_load(before.phase);
    match command {
        Some(MachineCommand::Stop | MachineCommand::EmergencyStop) => true,
        Some(MachineCommand::SetLoad(load)) => before.told.is_none_or(|told| {
            !told.takes_away_from(load) && (load.takes_away_from(&told) || on_its_way_down)
        }),
        Some(MachineCommand::Start(_)) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use protocols::vocabulary::{MetresPerSecond, PercentGrade, Timestamp, Watts};

    use super::*;
    use crate::outputs::Decision;

    fn mets(value: f64) -> NetMets {
        NetMets::new(value).expect("in range")
    }

    fn watts(value: u16) -> MachineLoad {
        MachineLoad::Power(Watts::new(value).expect("in range"))
    }

    fn belt(speed: f64, grade: f64) -> MachineLoad {
        MachineLoad::Belt {
            speed: MetresPerSecond::new(speed).expect("in range"),
            grade: PercentGrade::new(grade).expect("in range"),
        }
    }

    /// A permitted rise in conditioning from 2.0 to 2.1 MET.
    fn sound() -> (Before, After, Outputs) {
        let before = Before {
            phase: PhaseKind::Conditioning,
            granted: mets(2.0),
            binding: Reason::AsProposed,
            acting: RuleSet::EMPTY,
            told: Some(watts(25)),
            claimed: true,
        };
        let after = After {
            phase: PhaseKind::Conditioning,
            granted: mets(2.1),
            asked_of_machine: Some(mets(2.1)),
            ceiling: mets(4.0),
            least: mets(1.0),
            ramp: 0.1,
            may_rise: true,
            stop_latched: false,
            stopped_by_person: false,
            fault: false,
            told: Some(watts(28)),
        };
        let outputs = Outputs {
            command: Some(MachineCommand::SetLoad(watts(28))),
            leave_until: Timestamp::from_secs(1),
            decision: Some(Decision {
                proposed: mets(2.1),
                granted: mets(2.1),
                binding: Reason::AsProposed,
                acting: RuleSet::EMPTY,
                beat: None,
                heart_rate: None,
                saturation: None,
            }),
            ..Outputs::default()
        };
        (before, after, outputs)
    }

    fn after_change(change: impl Fn(&mut Before, &mut After, &mut Outputs)) -> Option<Violation> {
        let (mut before, mut after, mut outputs) = sound();
        change(&mut before, &mut after, &mut outputs);
        violated(&before, &after, &outputs)
    }

    #[test]
    fn a_permitted_rise_breaks_nothing() {
        assert_eq!(after_change(|_, _, _| {}), None);
    }

    type Change = fn(&mut Before, &mut After, &mut Outputs);

    #[test]
    fn each_invariant_is_seen_to_break() {
        let cases: [(Violation, Change); 9] = [
            (Violation::OverCeiling, |_, after, _| {
                after.ceiling = mets(2.0);
            }),
            (Violation::RoseUntrusted, |_, after, _| {
                after.may_rise = false;
            }),
            (Violation::RoseFast, |_, after, _| {
                after.ramp = 0.05;
            }),
            (Violation::LoadAfterStop, |_, after, _| {
                after.stop_latched = true;
            }),
            (Violation::StopIgnored, |_, after, _| {
                after.stopped_by_person = true;
            }),
            (Violation::CommandWithoutDecision, |_, _, outputs| {
                outputs.decision = None;
            }),
            (Violation::LeaveAtFault, |_, after, _| {
                after.fault = true;
            }),
            (Violation::LessLoadMoreBelt, |before, after, outputs| {
                before.told = Some(belt(1.0, 2.0));
                after.granted = mets(1.9);
                outputs.command = Some(MachineCommand::SetLoad(belt(1.1, 1.0)));
            }),
            (Violation::LoadOutsideExercise, |_, after, _| {
                after.phase = PhaseKind::Paused;
            }),
        ];
        for (violation, change) in cases {
            assert_eq!(after_change(change), Some(violation));
        }
    }

    #[test]
    fn a_stop_said_again_on_the_way_down_is_no_stop_ignored() {
        let again = after_change(|before, after, outputs| {
            before.phase = PhaseKind::Stopped;
            before.granted = mets(0.0);
            before.told = Some(belt(0.8, 2.0));
            after.phase = PhaseKind::Stopped;
            after.granted = mets(0.0);
            after.stopped_by_person = true;
            outputs.command = Some(MachineCommand::SetLoad(belt(0.8, 2.0)));
        });
        assert_eq!(again, None);
    }

    #[test]
    fn what_is_just_allowed_breaks_nothing() {
        let cases: [(&str, Change); 9] = [
            ("at the ceiling", |_, after, _| after.ceiling = mets(2.1)),
            (
                "without a rise nothing has to permit one",
                |before, after, outputs| {
                    before.granted = mets(2.1);
                    after.may_rise = false;
                    outputs.command = None;
                },
            ),
            ("up to the machine's least", |before, after, outputs| {
                before.granted = mets(0.0);
                after.granted = mets(1.0);
                after.asked_of_machine = Some(mets(1.0));
                after.may_rise = false;
                outputs.command = Some(MachineCommand::Start(watts(0)));
            }),
            (
                "nothing is granted after a stop, and less is told",
                |_, after, outputs| {
                    after.granted = mets(0.0);
                    after.stop_latched = true;
                    outputs.command = Some(MachineCommand::SetLoad(watts(0)));
                },
            ),
            (
                "a command that asks for nothing is under any ceiling",
                |_, after, outputs| {
                    after.granted = mets(0.0);
                    after.ceiling = mets(1.0);
                    outputs.command = Some(MachineCommand::SetLoad(watts(0)));
                },
            ),
            ("so is a belt that stands", |before, after, outputs| {
                before.told = Some(belt(1.0, 2.0));
                after.granted = mets(0.0);
                after.ceiling = mets(1.0);
                outputs.command = Some(MachineCommand::SetLoad(belt(0.0, 2.0)));
            }),
            ("fault without leave", |_, after, outputs| {
                after.fault = true;
                outputs.leave_until = Timestamp::ZERO;
            }),
            ("less load and a slower belt", |before, after, outputs| {
                before.told = Some(belt(1.0, 2.0));
                after.granted = mets(1.9);
                outputs.command = Some(MachineCommand::SetLoad(belt(0.9, 2.0)));
            }),
            ("nothing outside exercise", |_, after, outputs| {
                after.phase = PhaseKind::Paused;
                after.granted = mets(0.0);
                outputs.command = Some(MachineCommand::SetLoad(watts(0)));
            }),
        ];
        for (what, change) in cases {
            assert_eq!(after_change(change), None, "{what}");
        }
    }

    #[test]
    fn a_grant_that_rises_without_a_command_is_a_breach_all_the_same() {
        let untrusted = after_change(|_, after, outputs| {
            after.may_rise = false;
            outputs.command = None;
        });
        assert_eq!(untrusted, Some(Violation::RoseUntrusted));
        let after_a_stop = after_change(|before, after, outputs| {
            before.granted = mets(2.1);
            after.stop_latched = true;
            outputs.command = None;
        });
        assert_eq!(after_a_stop, Some(Violation::LoadAfterStop));
    }

    #[test]
    fn the_last_bits_of_a_sum_are_no_rise() {
        let slack = after_change(|before, after, outputs| {
            before.granted = mets(0.0);
            after.granted = mets(SLACK);
            after.least = mets(0.0);
            after.ramp = 0.0;
            after.may_rise = false;
            outputs.command = None;
        });
        assert_eq!(slack, None);
    }

    #[test]
    fn a_command_for_more_than_the_ceiling_breaks_it_whatever_was_granted() {
        for load in [watts(1), belt(0.1, 0.0)] {
            let over = after_change(|_, after, outputs| {
                after.granted = mets(0.0);
                after.asked_of_machine = Some(mets(4.1));
                outputs.command = Some(MachineCommand::Start(load));
            });
            assert_eq!(over, Some(Violation::OverCeiling), "{load:?}");
        }
        // Where nobody exercises, what stands granted over a ceiling is another breach.
        let outside = after_change(|_, after, outputs| {
            after.phase = PhaseKind::Recovery;
            after.ceiling = mets(2.0);
            outputs.command = None;
        });
        assert_eq!(outside, Some(Violation::LoadOutsideExercise));
    }

    #[test]
    fn more_told_without_leave_to_rise_is_a_breach_though_the_grant_stands() {
        let told_more = after_change(|before, after, _| {
            before.granted = mets(2.1);
            after.may_rise = false;
        });
        assert_eq!(told_more, Some(Violation::RoseUntrusted));
        let after_a_stop = after_change(|before, after, _| {
            before.granted = mets(0.0);
            after.granted = mets(0.0);
            after.asked_of_machine = Some(mets(0.0));
            after.stop_latched = true;
        });
        assert_eq!(after_a_stop, Some(Violation::LoadAfterStop));
    }

    #[test]
    fn a_persons_stop_has_to_take_away_in_its_call() {
        let stopped = |phase, load: Option<MachineLoad>| {
            after_change(move |before, after, outputs| {
                before.phase = phase;
                before.told = Some(belt(0.8, 2.0));
                after.granted = mets(0.0);
                after.asked_of_machine = Some(mets(0.0));
                after.stopped_by_person = true;
                outputs.command = load.map(MachineCommand::SetLoad);
            })
        };
        let ignored = Some(Violation::StopIgnored);
        let exercise = PhaseKind::Conditioning;
        assert_eq!(stopped(exercise, Some(belt(0.6, 2.0))), None);
        assert_eq!(
            stopped(exercise, Some(belt(0.8, 2.0))),
            ignored,
            "the same again"
        );
        assert_eq!(stopped(exercise, None), ignored);
        assert_eq!(stopped(PhaseKind::Stopped, Some(belt(0.6, 2.0))), None);
        let faster = stopped(PhaseKind::Stopped, Some(belt(0.9, 2.0)));
        assert!(faster.is_some());
        let mixed = stopped(PhaseKind::Stopped, Some(belt(0.6, 2.5)));
        assert!(
            mixed.is_some(),
            "slower and steeper takes nothing away for sure"
        );
    }
}
