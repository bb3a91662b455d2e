//! What the machine refuses, and a machine that falls out of use by itself: the load is what it was, a person is called, and nothing comes
//! back that nobody asked for.

use control::input::{Action, Device, Input, LinkState};
use control::rules::{LoadAct, RuleId};
use control::view::{PhaseKind, Reason};
use protocols::vocabulary::{MachineCommand, MachineLoad, NetMets, Watts};

use crate::bench::{Bench, constant, cycle, setup, treadmill};

/// At its constant load of conditioning.
fn under_way(belt: bool) -> Bench {
    let mut bench = Bench::new(if belt { treadmill() } else { cycle() });
    bench.begin(&setup(constant(), belt));
    bench.run_to(PhaseKind::Conditioning);
    bench.run(180);
    bench
}

fn started(bench: &Bench) -> usize {
    let starts = |command: &MachineCommand| matches!(command, MachineCommand::Start(_));
    bench
        .commands
        .iter()
        .filter(|(_, said)| starts(said))
        .count()
}

/// It rises, and the machine takes none of it.
fn refused_on_the_way_up(belt: bool) -> Bench {
    let mut bench = Bench::new(if belt { treadmill() } else { cycle() });
    bench.begin(&setup(constant(), belt));
    bench.run_to(PhaseKind::Conditioning);
    bench.machine.refuses = true;
    for _ in 0..600 {
        if bench.has_alarm(RuleId::MachineRefused) {
            break;
        }
        bench.tenth();
    }
    assert!(
        bench.has_alarm(RuleId::MachineRefused),
        "it rose for a minute, and nobody was told: {:?}",
        bench.commands
    );
    bench
}

#[test]
fn a_rise_that_was_refused_leaves_the_load_as_it_was_and_calls_in_that_call() {
    for belt in [false, true] {
        let bench = refused_on_the_way_up(belt);
        let view = bench.station.view();
        assert_eq!(bench.last.command, None);
        match view.told.expect("it is told") {
            MachineLoad::Power(watts) => {
                assert!((watts.as_f64() - bench.machine.told.0).abs() < 1e-9);
            }
            MachineLoad::Belt { speed, grade } => {
                assert!((speed.get() - bench.machine.told.0).abs() < 1e-9);
                assert!((grade.get() - bench.machine.told.1).abs() < 1e-9);
            }
        }
        let held = |reason| matches!(reason, Reason::Rule(RuleId::MachineRefused, LoadAct::Hold));
        let mut bench = bench;
        let before = bench.granted();
        bench.run(10);
        assert!(
            held(bench.station.view().reason),
            "{:?}",
            bench.station.view().reason
        );
        assert!(bench.granted() <= before, "it is held");
        let said = bench.commands.len();
        bench.run(60);
        assert_eq!(
            bench.commands.len(),
            said,
            "nothing is asked for that would be refused again"
        );
        assert!(
            !bench.has_alarm(RuleId::MachineBelowTarget),
            "it gives what it was told"
        );
        bench.machine.refuses = false;
        bench
            .act(Action::Acknowledge(RuleId::MachineRefused))
            .expect("it is raised");
        bench.run(240);
        assert!(bench.granted() > before, "and goes on by its ramp");
        assert!(!bench.has_alarm(RuleId::MachineRefused));
    }
}

#[test]
fn a_reduction_that_was_refused_stays_what_the_machine_is_held_against() {
    let mut bench = under_way(false);
    let before = bench.told_watts().expect("a cycle");
    bench.machine.refuses = true;
    bench.act(Action::BeginCoolDown).expect("in conditioning");
    bench.run(10);
    assert!(bench.has_alarm(RuleId::MachineRefused));
    assert!(bench.told_watts().expect("a cycle") < before);
    bench.run(60);
    assert!(bench.has_alarm(RuleId::MachineAboveTarget));
    assert_eq!(bench.station.phase(), PhaseKind::Stopped);
}

#[test]
fn a_refusal_that_an_older_load_gets_changes_nothing_of_the_newer_one() {
    let mut bench = under_way(false);
    let told = bench.told_watts().expect("a cycle");
    let older = MachineLoad::Power(Watts::new(told - 1).expect("in range"));
    let before = bench.granted();
    bench.send(&Input::Refused {
        command: MachineCommand::SetLoad(older),
    });
    assert_eq!(bench.told_watts(), Some(told));
    assert!((bench.granted() - before).abs() < 1e-9);
    assert!(bench.has_alarm(RuleId::MachineRefused), "a person is told");
}

#[test]
fn a_start_that_was_refused_waits_for_a_person_and_is_made_again() {
    for belt in [false, true] {
        let mut bench = Bench::new(if belt { treadmill() } else { cycle() });
        bench.machine.refuses = true;
        bench.begin(&setup(constant(), belt));
        bench.run(20);
        assert_eq!(bench.station.phase(), PhaseKind::Paused);
        assert!(bench.has_alarm(RuleId::MachineRefused));
        assert_eq!(started(&bench), 1);
        bench.machine.refuses = false;
        bench.run(30);
        assert_eq!(bench.station.phase(), PhaseKind::Paused, "nobody went on");
        bench.act(Action::AcknowledgeAll).expect("taken");
        bench.act(Action::Resume).expect("nothing forbids it");
        bench.run(60);
        assert_eq!(started(&bench), 2);
        assert_eq!(bench.station.phase(), PhaseKind::WarmUp);
        assert!(bench.machine.power > 0.0 || bench.machine.speed > 0.0);
    }
}

#[test]
fn a_refused_stop_calls_for_a_person_whether_anybody_exercises_or_the_machine_answers_or_not() {
    for state in [LinkState::Up, LinkState::Silent] {
        let mut bench = Bench::new(cycle());
        bench.send(&Input::Link {
            device: Device::Machine,
            state,
        });
        bench.send(&Input::Refused {
            command: MachineCommand::Stop,
        });
        assert!(bench.last.alarms.raised.contains(RuleId::MachineRefused));
    }
}

#[test]
fn what_a_machine_that_is_not_there_or_a_belt_at_rest_does_not_take_is_no_refusal() {
    let set = |load| Input::Refused {
        command: MachineCommand::SetLoad(load),
    };
    let power = MachineLoad::Power(Watts::new(60).expect("in range"));
    let mut away = under_way(false);
    away.send(&Input::Link {
        device: Device::Machine,
        state: LinkState::Silent,
    });
    for command in [MachineCommand::Start(power), MachineCommand::SetLoad(power)] {
        away.send(&Input::Refused { command });
        assert!(!away.has_alarm(RuleId::MachineRefused), "{command:?}");
    }
    let mut rests = under_way(true);
    let (speed, grade) = rests.told_belt().expect("a belt");
    rests.act(Action::Stop).expect("always taken");
    rests.run(60);
    let level = MachineLoad::Belt {
        speed: protocols::vocabulary::MetresPerSecond::new(speed).expect("in range"),
        grade: protocols::vocabulary::PercentGrade::new(grade).expect("in range"),
    };
    rests.send(&set(level));
    assert!(!rests.has_alarm(RuleId::MachineRefused));
}

/// A reset, a power cut, or a hand at the ergometer's own keys. The same in every phase that has load.
#[test]
fn an_ergometer_that_fell_out_of_use_waits_for_a_person_and_is_started_by_its_ramp() {
    for seconds in [20, 400] {
        let mut bench = Bench::new(cycle());
        bench.begin(&setup(constant(), false));
        bench.run(seconds);
        let (phase, told) = (bench.station.phase(), bench.granted());
        bench.machine.restart();
        bench.run(2);
        assert_eq!(bench.station.phase(), PhaseKind::Paused, "{phase:?}");
        assert_eq!(
            bench.commands.last().map(|(_, said)| *said),
            Some(MachineCommand::Stop)
        );
        assert_eq!(bench.station.view().granted, NetMets::ZERO);
        let said = bench.commands.len();
        bench.run(120);
        assert_eq!(bench.commands.len(), said, "it is asked for nothing");
        assert!(bench.machine.power < 1e-9);
        bench.act(Action::Resume).expect("nothing forbids it");
        bench.run(5);
        assert_eq!(started(&bench), 2);
        assert_eq!(bench.station.phase(), phase);
        assert!(bench.granted() < told, "by its ramp");
        bench.run(300);
        assert!(bench.machine.power > 20.0, "{}", bench.machine.power);
    }
}

/// The same where the link was lost and found so quickly that the loss ended nothing.
#[test]
fn a_link_that_is_back_on_an_ergometer_that_began_anew_does_not_bring_its_load_back() {
    let mut bench = under_way(false);
    let link = |state| Input::Link {
        device: Device::Machine,
        state,
    };
    bench.send(&link(LinkState::Silent));
    bench.machine.restart();
    bench.reports = false;
    bench.run(1);
    bench.send(&link(LinkState::Up));
    bench.reports = true;
    bench.run(3);
    assert_eq!(bench.station.phase(), PhaseKind::Paused);
    assert!(
        bench.has_alarm(RuleId::MachineRefused),
        "its load was refused"
    );
    assert_eq!(started(&bench), 1);
    bench.act(Action::AcknowledgeAll).expect("taken");
    bench.act(Action::Resume).expect("nothing forbids it");
    bench.run(60);
    assert_eq!(started(&bench), 2);
    assert!(bench.machine.power > 0.0);
}

#[test]
fn who_pauses_and_an_ergometer_that_is_in_use_without_load_are_not_taken_for_one_that_fell_out_of_it()
 {
    let mut bench = under_way(false);
    bench.act(Action::Pause).expect("in exercise");
    bench.run(60);
    bench.act(Action::Resume).expect("nothing forbids it");
    bench.run(60);
    assert_eq!(started(&bench), 1, "it was in use all the time");
    assert_eq!(bench.station.phase(), PhaseKind::Conditioning);
}

/// Who pedals again would otherwise be given load by a machine that began anew meanwhile.
#[test]
fn a_pause_of_a_rule_becomes_a_persons_where_the_ergometer_fell_out_of_use_in_it() {
    for restarts in [false, true] {
        let mut bench = under_way(false);
        bench.machine.cadence = 20;
        bench.run(10);
        assert_eq!(bench.station.phase(), PhaseKind::Paused);
        assert!(!bench.station.waits_for_its_machine());
        if restarts {
            bench.machine.restart();
        }
        bench.run(2);
        assert_eq!(bench.station.waits_for_its_machine(), restarts);
        bench.machine.cadence = 60;
        bench.run(60);
        let goes_on = if restarts {
            PhaseKind::Paused
        } else {
            PhaseKind::Conditioning
        };
        assert_eq!(bench.station.phase(), goes_on);
        if restarts {
            // Nobody turns a crank until there is load, or the console tells none before.
            bench.machine.cadence = 0;
            bench.run(1);
            bench.act(Action::Resume).expect("nothing forbids it");
            bench.machine.cadence = 60;
            bench.run(5);
            assert_eq!(started(&bench), 2);
            assert!(!bench.station.waits_for_its_machine());
        }
    }
}

/// Its console says no cadence, or none but 0, of a machine that was let go: who stopped pedalling could never go on.
#[test]
fn who_stopped_pedalling_goes_on_once_somebody_has_looked() {
    let mut bench = under_way(false);
    bench.machine.cadence = 0;
    bench.run(7);
    assert_eq!(bench.station.phase(), PhaseKind::Stopped);
    assert!(bench.has_alarm(RuleId::CadenceStopped));
    bench.run(60);
    assert!(bench.act(Action::Resume).is_err(), "nobody has looked");
    bench.act(Action::AcknowledgeAll).expect("taken");
    bench.act(Action::Resume).expect("nothing forbids it");
    let mut stands = bench.clone();
    stands.run(180);
    assert_eq!(
        stands.station.phase(),
        PhaseKind::Stopped,
        "still nobody pedals"
    );
    bench.machine.cadence = 60;
    bench.run(30);
    assert_eq!(bench.station.phase(), PhaseKind::Conditioning);
    assert!(bench.machine.power > 0.0);
}
