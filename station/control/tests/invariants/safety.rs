//! What takes load away, and how it comes back.

use std::time::Duration;

use control::input::{Action, Device, Entry, Input, LinkState};
use control::outputs::{Outputs, Refusal};
use control::prescription::Mode;
use control::rules::{LoadAct, RuleId};
use control::view::{PhaseKind, Reason};
use protocols::vocabulary::{
    LoadControl, MachineCommand, MachineLoad, OxygenSaturation, Reading, Timestamp, Watts,
};

use crate::bench::{
    Bench, clinging_cycle, constant, cycle, heart_rate_held, mets, setup, treadmill,
};

fn under_way(belt: bool) -> Bench {
    let mut bench = Bench::new(if belt { treadmill() } else { cycle() });
    bench.begin(&setup(constant(), belt));
    bench.run_to(PhaseKind::Conditioning);
    bench.run(180);
    bench
}

#[test]
fn a_low_saturation_takes_load_away_in_the_call_that_carries_it() {
    let mut bench = under_way(false);
    let before = bench.told_watts().expect("a cycle");
    bench.saturation = 83;
    while bench.tenths % 10 != 5 {
        bench.tenth();
    }
    let after = bench.told_watts().expect("a cycle");
    assert!(after < before, "{before} W, then {after} W");
    assert_eq!(
        bench.station.view().reason,
        Reason::Rule(RuleId::Spo2Critical, LoadAct::Fall)
    );
}

#[test]
fn a_lost_strap_holds_then_falls_then_cools_down() {
    let mut bench = under_way(false);
    bench.oximeter_on = true;
    let before = bench.granted();
    bench.strap_on = false;
    bench.run(9);
    assert!((bench.granted() - before).abs() < 1e-9);
    bench.run(5);
    assert!(bench.granted() < before);
    bench.run(20);
    assert_eq!(bench.station.phase(), PhaseKind::CoolDown);
    assert!(bench.has_alarm(RuleId::HrLost));
    assert_eq!(bench.act(Action::Resume), Err(Refusal::SignalNotTrusted));
    bench.strap_on = true;
    bench.run(15);
    assert_eq!(bench.act(Action::Resume), Err(Refusal::AcknowledgeFirst));
    bench.act(Action::AcknowledgeAll).expect("always taken");
    bench.run(1);
    bench
        .act(Action::Resume)
        .expect("the strap is back and seen");
    assert_eq!(bench.station.phase(), PhaseKind::Conditioning);
}

#[test]
fn after_a_stop_nothing_is_asked_for_until_a_person_has_acknowledged_and_resumed() {
    let mut bench = under_way(false);
    bench.act(Action::Stop).expect("always taken");
    assert_eq!(bench.last.command, Some(MachineCommand::Stop));
    let told = bench.commands.len();
    bench.run(60);
    assert_eq!(bench.station.phase(), PhaseKind::Stopped);
    assert_eq!(bench.act(Action::Resume), Err(Refusal::AcknowledgeFirst));
    let asks = bench.commands[told..]
        .iter()
        .any(|(_, command)| !matches!(command, MachineCommand::Stop));
    assert!(!asks, "{:?}", &bench.commands[told..]);
    bench
        .act(Action::Acknowledge(RuleId::OperatorStop))
        .expect("it is raised");
    bench.act(Action::Resume).expect("seen, and nothing holds");
    assert_eq!(
        bench.last.command,
        Some(MachineCommand::Start(MachineLoad::Power(Watts::ZERO)))
    );
    assert!(bench.granted() <= 1.0, "it begins with unloaded pedalling");
}

#[test]
fn a_belt_is_slowed_by_a_quarter_metre_a_second_then_stopped() {
    let mut bench = under_way(true);
    let (speed, grade) = bench.told_belt().expect("a belt");
    assert!(speed > 1.0);
    let told = bench.commands.len();
    let began = bench.tenths;
    bench.act(Action::Stop).expect("always taken");
    bench.run(10);
    let mut before = speed;
    for (tenth, command) in &bench.commands[told..] {
        match command {
            MachineCommand::SetLoad(MachineLoad::Belt {
                speed: next,
                grade: steep,
            }) => {
                if next.get() > 0.0 {
                    assert!(
                        (steep.get() - grade).abs() < 1e-9,
                        "first speed, then grade"
                    );
                }
                assert!(before - next.get() <= 0.25 + 1e-9);
                let elapsed = f64::from(u32::try_from(tenth - began).expect("short")) / 10.0;
                assert!(speed - next.get() <= 0.25 * elapsed + 0.25 + 1e-9);
                before = next.get();
            }
            MachineCommand::Stop => before = 0.0,
            MachineCommand::Start(_)
            | MachineCommand::SetLoad(MachineLoad::Power(_))
            | MachineCommand::EmergencyStop => panic!("{command:?}"),
        }
    }
    assert!(before <= 0.0);
    assert_eq!(
        bench.commands[told].0, began,
        "the first step in its own call"
    );
}

#[test]
fn a_stop_that_the_machine_did_not_hear_is_said_again() {
    let mut bench = under_way(false);
    bench.machine.deaf = true;
    bench.act(Action::Stop).expect("always taken");
    let said = bench.commands.len();
    bench.run(4);
    assert!(bench.commands.len() >= said + 3);
    bench.machine.deaf = false;
    bench.run(10);
    let said = bench.commands.len();
    bench.run(10);
    assert_eq!(
        bench.commands.len(),
        said,
        "it rests: nothing is said any more"
    );
}

#[test]
fn a_lost_machine_is_stopped_first_thing_when_it_is_back() {
    let mut bench = under_way(false);
    bench.reports = false;
    bench.send(&Input::Link {
        device: Device::Machine,
        state: LinkState::Gone,
    });
    bench.run(4);
    assert!(!bench.last.relay_open);
    bench.run(2);
    assert!(bench.last.relay_open);
    assert_eq!(bench.station.phase(), PhaseKind::Stopped);
    bench.send(&Input::Link {
        device: Device::Machine,
        state: LinkState::Up,
    });
    assert_eq!(bench.last.command, Some(MachineCommand::Stop));
}

#[test]
fn the_emergency_stop_opens_the_relay_until_a_person_resumes() {
    for belt in [false, true] {
        let mut bench = under_way(belt);
        bench.act(Action::EmergencyStop).expect("always taken");
        assert_eq!(bench.last.command, Some(MachineCommand::EmergencyStop));
        assert!(bench.last.relay_open);
        bench.run(20);
        assert!(bench.last.relay_open);
        bench.act(Action::AcknowledgeAll).expect("always taken");
        bench.run(1);
        assert!(bench.last.relay_open);
        bench.act(Action::Resume).expect("seen");
        assert!(!bench.last.relay_open);
    }
}

/// A machine whose power the relay took, acknowledged, and a person who wants to go on.
fn cut_off(belt: bool) -> Bench {
    let mut bench = under_way(belt);
    bench.act(Action::EmergencyStop).expect("always taken");
    bench.run(8);
    bench.reports = false;
    bench.send(&Input::Link {
        device: Device::Machine,
        state: LinkState::Silent,
    });
    bench.run(60);
    assert!(bench.has_alarm(RuleId::EmergencyStop));
    assert!(
        !bench.has_alarm(RuleId::MachineLost),
        "who took its power knows why it does not answer"
    );
    assert_eq!(bench.act(Action::Resume), Err(Refusal::AcknowledgeFirst));
    assert!(bench.last.relay_open, "nobody has looked yet");
    bench.act(Action::AcknowledgeAll).expect("always taken");
    bench.run(5);
    assert!(bench.last.relay_open, "to look is not to go on");
    assert_eq!(bench.act(Action::Resume), Err(Refusal::PowerReturns));
    assert!(!bench.last.relay_open);
    bench
}

#[test]
fn a_gym_that_closes_brings_its_machine_to_rest_and_ends_the_bout_without_an_alarm() {
    for belt in [false, true] {
        let mut bench = under_way(belt);
        bench.send(&Input::GymCloses { over: false });
        assert_eq!(bench.station.phase(), PhaseKind::Stopped);
        let why = Reason::Rule(RuleId::GymCloses, LoadAct::Stop);
        assert_eq!(bench.station.view().reason, why);
        bench.run(30);
        assert_eq!(bench.station.view().reason, why);
        assert!(bench.machine.power < 1e-9 && bench.machine.speed < 1e-9);
        assert_eq!(bench.station.alarms().count(), 0);
        assert!(bench.act(Action::Resume).is_err(), "nobody goes on");
        bench.send(&Input::GymCloses { over: true });
        assert_eq!(bench.station.phase(), PhaseKind::Finished);
        assert_eq!(bench.last.refused, None);
    }
}

/// Its console takes a while until it says more than its name.
#[test]
fn a_machine_whose_power_is_back_is_given_the_time_of_any_to_report() {
    let mut bench = cut_off(false);
    bench.run(20);
    bench.send(&Input::Link {
        device: Device::Machine,
        state: LinkState::Up,
    });
    bench.act(Action::Resume).expect("it answers");
    bench.run(2);
    assert!(!bench.has_alarm(RuleId::MachineLost));
    bench.run(4);
    assert!(bench.has_alarm(RuleId::MachineLost), "and no more");
}

#[test]
fn a_machine_that_its_relay_switched_off_comes_back_by_a_person_alone() {
    for belt in [false, true] {
        let mut bench = cut_off(belt);
        bench.run(5);
        assert!(!bench.last.relay_open);
        assert_eq!(bench.act(Action::Resume), Err(Refusal::PowerReturns));
        assert_eq!(bench.station.phase(), PhaseKind::Stopped);
        bench.send(&Input::Link {
            device: Device::Machine,
            state: LinkState::Up,
        });
        assert_eq!(
            bench.last.command,
            Some(MachineCommand::EmergencyStop),
            "it is stopped before anything else"
        );
        bench.reports = true;
        bench.run(2);
        assert_eq!(bench.station.phase(), PhaseKind::Stopped);
        bench.act(Action::Resume).expect("it answers and stands");
        assert!(!bench.last.relay_open);
    }
}

#[test]
fn a_machine_that_does_not_come_back_is_cut_off_again() {
    let mut bench = cut_off(false);
    let left = |bench: &Bench| {
        bench
            .station
            .view()
            .power_back_for
            .map(|left| left.as_secs())
    };
    assert_eq!(left(&bench), Some(30));
    bench.run(29);
    assert!(!bench.last.relay_open);
    assert_eq!(left(&bench), Some(1));
    bench.run(2);
    assert!(bench.last.relay_open);
    assert_eq!(left(&bench), None);
    assert_eq!(bench.act(Action::Resume), Err(Refusal::PowerReturns));
    bench.act(Action::Stop).expect("always taken");
    assert!(bench.last.relay_open, "the stop key opens it at once");
}

#[test]
fn a_machine_that_comes_back_in_motion_is_cut_off_again() {
    let mut bench = cut_off(true);
    bench.machine.deaf = true;
    bench.machine.turn_up(150.0);
    bench.send(&Input::Link {
        device: Device::Machine,
        state: LinkState::Up,
    });
    bench.reports = true;
    bench.run(3);
    assert!(bench.machine.speed > 0.0);
    assert!(bench.last.relay_open);
}

#[test]
fn a_patient_who_stops_pedalling_gets_no_load_and_goes_on_when_pedalling() {
    let mut bench = under_way(false);
    bench.machine.cadence = 25;
    bench.run(7);
    assert_eq!(bench.station.phase(), PhaseKind::Paused);
    assert_eq!(bench.told_watts(), Some(0));
    bench.machine.cadence = 60;
    bench.run(8);
    assert_eq!(bench.station.phase(), PhaseKind::Conditioning);
    assert!(bench.granted() < 1.5, "by the ramp");
}

#[test]
fn a_fault_lets_go_of_everything() {
    let mut bench = under_way(false);
    bench.send(&Input::Fault);
    assert_eq!(bench.last.command, Some(MachineCommand::Stop));
    assert!(bench.last.relay_open);
    assert_eq!(bench.last.leave_until, Timestamp::ZERO);
    bench.run(5);
    assert_eq!(bench.last.leave_until, Timestamp::ZERO);
    assert_eq!(bench.act(Action::Resume), Err(Refusal::AcknowledgeFirst));
    bench.act(Action::AcknowledgeAll).expect("always taken");
    bench.run(1);
    bench.act(Action::Resume).expect("seen");
    assert_eq!(
        bench.last.leave_until,
        bench.now() + Duration::from_millis(400)
    );
}

#[test]
fn the_grant_follows_a_machine_that_gives_less() {
    let mut bench = under_way(false);
    bench.machine.most = 40.0;
    let mut least = bench.granted();
    for _ in 0..60 {
        bench.run(1);
        least = least.min(bench.granted());
    }
    let carried = 1.0 + 10.8 * 40.0 / 80.0 / 3.5;
    assert!(
        (least - carried).abs() < 0.05,
        "{least} granted, {carried} given"
    );
}

#[test]
fn a_belt_that_was_stopped_at_its_own_keys_waits_for_a_person() {
    let mut bench = under_way(true);
    bench.machine.share = 0.0;
    bench.run(60);
    assert!(matches!(
        bench.station.phase(),
        PhaseKind::Paused | PhaseKind::Stopped
    ));
    bench.machine.share = 1.0;
    bench.run(60);
    assert!(
        bench.machine.speed < 1e-9,
        "it did not begin again by itself"
    );
}

#[test]
fn a_belt_that_stops_by_itself_is_asked_for_nothing_and_waits_at_once() {
    let mut bench = under_way(true);
    bench.machine.share = 0.0;
    while bench.machine.speed > 0.0 {
        bench.run(1);
    }
    bench.run(2);
    assert_eq!(bench.station.phase(), PhaseKind::Paused);
    let said = |bench: &Bench| {
        let commands = bench.commands.iter().map(|(_, command)| *command);
        commands
            .filter(|command| !is_level(command))
            .collect::<Vec<_>>()
    };
    let before = said(&bench);
    assert_eq!(before.last(), Some(&MachineCommand::Stop));
    bench.run(60);
    assert_eq!(said(&bench), before);
    bench.machine.share = 1.0;
    bench.act(Action::Resume).expect("nothing forbids it");
    bench.run(30);
    assert!(bench.machine.speed > 0.0);
}

#[test]
fn a_belt_that_has_not_begun_to_move_is_told_no_speed_and_stopped_at_once() {
    let mut bench = Bench::new(treadmill());
    bench.begin(&setup(constant(), true));
    bench.machine.share = 0.0;
    while !matches!(bench.commands.last(), Some((_, MachineCommand::Start(_)))) {
        bench.run(1);
    }
    let started = bench.commands.len();
    // As long as a machine may take that wants a stop and a pause before each start.
    bench.run(8);
    assert_eq!(bench.commands.len(), started, "it waits at its slowest");
    let mut begins = bench.clone();
    bench.act(Action::Stop).expect("always taken");
    assert_eq!(
        bench.commands.get(started).map(|(_, command)| *command),
        Some(MachineCommand::Stop)
    );
    begins.machine.share = 1.0;
    begins.run(20);
    assert!(
        begins.machine.speed > 0.5,
        "it speeds up once it has begun: {} m/s",
        begins.machine.speed
    );
}

/// A belt that stands is only made flatter.
fn is_level(command: &MachineCommand) -> bool {
    matches!(command, MachineCommand::SetLoad(MachineLoad::Belt { speed, .. }) if speed.get() <= 0.0)
}

#[test]
fn a_belt_that_answers_again_is_told_its_load_once_it_says_that_it_runs() {
    for runs in [false, true] {
        let mut bench = under_way(true);
        let before = bench.machine.speed;
        let link = |state| Input::Link {
            device: Device::Machine,
            state,
        };
        bench.reports = false;
        bench.send(&link(LinkState::Silent));
        bench.run(1);
        let said = bench.commands.len();
        bench.send(&link(LinkState::Up));
        assert_eq!(bench.last.command, None, "nobody knows whether it runs");
        if !runs {
            bench.machine.speed = 0.0;
            bench.machine.share = 0.0;
        }
        bench.reports = true;
        bench.run(2);
        let first = bench.commands.get(said).map(|(_, command)| *command);
        if runs {
            let Some(MachineCommand::SetLoad(MachineLoad::Belt { speed, .. })) = first else {
                panic!("told anew, not {first:?}");
            };
            assert!((speed.get() - before).abs() < 0.1, "{speed:?}");
        } else {
            assert_eq!(first, Some(MachineCommand::Stop));
            assert_eq!(bench.station.phase(), PhaseKind::Paused);
        }
    }
}

#[test]
fn a_machine_that_refused_something_is_not_taken_for_lost() {
    let mut bench = under_way(false);
    let command = MachineCommand::SetLoad(MachineLoad::Power(Watts::ZERO));
    bench.send(&Input::Refused { command });
    bench.act(Action::Pause).expect("in exercise");
    bench.run(2);
    bench.act(Action::AcknowledgeAll).expect("taken");
    bench.act(Action::Resume).expect("it answers");
}

#[test]
fn a_low_saturation_in_lung_disease_lowers_load_before_any_rule() {
    let mut bench = Bench::new(cycle());
    let mut lungs = setup(constant(), false);
    lungs.patient.lung_disease = true;
    bench.begin(&lungs);
    bench.run_to(PhaseKind::Conditioning);
    bench.run(180);
    bench.saturation = 94;
    bench.run(70);
    let before = bench.granted();
    bench.saturation = 90;
    bench.run(10);
    assert_eq!(bench.station.view().reason, Reason::SaturationNearFloor);
    assert!((bench.granted() - 0.85 * before).abs() < 0.01);
}

#[test]
fn what_was_cut_short_by_a_slow_heart_is_not_cut_short_by_a_hand() {
    let mut bench = under_way(false);
    bench.act(Action::BeginCoolDown).expect("in conditioning");
    bench.gain = 0.0;
    bench.heart_rate = 95;
    bench.run(70);
    assert!(bench.has_alarm(RuleId::HrRecovery), "{:?}", bench.raised);
    assert_eq!(bench.act(Action::Finish), Err(Refusal::CoolDownNeeded));
}

#[test]
fn a_machine_that_takes_no_commands_is_unloaded_by_its_relay() {
    let mut by_hand = cycle();
    by_hand.control = LoadControl::ByHand;
    let mut bench = Bench::new(by_hand);
    bench.begin(&setup(constant(), false));
    bench.machine.turn_up(60.0);
    bench.run(60);
    assert!(bench.commands.is_empty(), "{:?}", bench.commands);
    assert!(!bench.last.relay_open);
    bench.act(Action::Pause).expect("in exercise");
    assert!(bench.last.relay_open);
    bench.act(Action::Resume).expect("nothing forbids it");
    assert!(!bench.last.relay_open);
    bench.act(Action::Stop).expect("always taken");
    assert!(bench.last.relay_open);
    assert_eq!(bench.last.command, Some(MachineCommand::Stop));
}

#[test]
fn a_machine_that_can_only_be_ended_is_ended() {
    let mut ended_only = cycle();
    ended_only.control = LoadControl::EndedOnly;
    let mut bench = Bench::new(ended_only);
    bench.begin(&setup(constant(), false));
    bench.machine.turn_up(60.0);
    bench.run(60);
    assert!(bench.commands.is_empty(), "{:?}", bench.commands);
    bench.act(Action::Pause).expect("in exercise");
    assert_eq!(bench.last.command, Some(MachineCommand::Stop));
    bench.run(5);
    bench.act(Action::Resume).expect("nothing forbids it");
    bench.machine.turn_up(60.0);
    bench.run(30);
    assert!(!bench.has_alarm(RuleId::MachineAboveTarget));
}

#[test]
fn a_brake_that_cannot_let_go_is_begun_with_its_least_and_not_blamed_for_it() {
    let mut bench = Bench::new(clinging_cycle());
    bench.begin(&setup(constant(), false));
    let least = MachineLoad::Power(Watts::new(20).expect("in range"));
    let starts: Vec<_> = bench
        .commands
        .iter()
        .filter(|(_, command)| matches!(command, MachineCommand::Start(_)))
        .collect();
    assert!(
        matches!(starts[..], [(_, MachineCommand::Start(load))] if *load == least),
        "{starts:?}"
    );
    bench.run_to(PhaseKind::Conditioning);
    bench.run(30);
    for action in [Action::Pause, Action::Resume, Action::Stop] {
        bench.act(action.clone()).expect("in exercise");
        // The patient pedals on: 20 W stay on the brake whatever it is told.
        bench.run(30);
        assert!(!bench.has_alarm(RuleId::MachineAboveTarget), "{action:?}");
        assert!(!bench.has_alarm(RuleId::MachineBelowTarget), "{action:?}");
    }
    assert!(bench.machine.power >= 20.0);
    // What is more than it holds is still too much.
    bench.machine.deaf = true;
    bench.machine.turn_up(60.0);
    bench.run(10);
    assert!(bench.has_alarm(RuleId::MachineAboveTarget));
}

#[test]
fn a_patient_who_may_not_have_what_a_brake_holds_is_not_put_on_it() {
    let mut low_ceiling = setup(heart_rate_held(), false);
    low_ceiling.prescription.ceiling = mets(1.7);
    let mut low_warm_up = setup(constant(), false);
    low_warm_up.prescription.warm_up_load = mets(1.7);
    let low_target = setup(Mode::Constant { target: mets(1.7) }, false);
    for odd in [low_ceiling, low_warm_up, low_target] {
        let mut bench = Bench::new(clinging_cycle());
        assert_eq!(
            bench.act(Action::Begin(odd)),
            Err(Refusal::BrakeHoldsMore),
            "{odd:?}"
        );
        assert_eq!(Bench::new(cycle()).act(Action::Begin(odd)), Ok(()));
    }
}

#[test]
fn intervals_take_turns_within_the_ramp() {
    let mut bench = Bench::new(cycle());
    let minute = Duration::from_mins(1);
    let mode = Mode::Interval {
        work: mets(4.0),
        work_for: 2 * minute,
        recovery: mets(1.5),
        recovery_for: minute,
        repeats: 3,
    };
    bench.begin(&setup(mode, false));
    bench.run_to(PhaseKind::Conditioning);
    bench.run(119);
    assert_eq!(bench.station.view().interval, Some((1, true)));
    let worked = bench.granted();
    assert!(worked > 3.0);
    bench.run(10);
    assert_eq!(bench.station.view().interval, Some((1, false)));
    assert!((bench.granted() - 1.5).abs() < 1e-9);
    bench.run(60);
    assert_eq!(bench.station.view().interval, Some((2, true)));
}

#[test]
fn what_does_not_fit_is_refused() {
    let mut bench = Bench::new(treadmill());
    assert_eq!(
        bench.act(Action::Begin(setup(constant(), false))),
        Err(Refusal::WrongMachine)
    );
    let mut odd = setup(heart_rate_held(), true);
    odd.prescription.ramp_up = f64::NAN;
    assert_eq!(bench.act(Action::Begin(odd)), Err(Refusal::OutOfRange));
    assert_eq!(bench.act(Action::ConfirmStart), Err(Refusal::NotNow));
    assert_eq!(
        bench.act(Action::Enter(Entry::PerceivedExertion(21))),
        Err(Refusal::OutOfRange)
    );
    let mut bench = under_way(false);
    assert_eq!(
        bench.act(Action::Begin(setup(constant(), false))),
        Err(Refusal::NotNow)
    );
    assert_eq!(bench.act(Action::Finish), Err(Refusal::NotNow));
    assert_eq!(bench.act(Action::LoadUp), Ok(()));
}

/// What a line held back is older than the call that brings it: the second in which it was sent may be over.
#[test]
fn a_breach_is_answered_in_its_call_however_the_seconds_fall() {
    for nth in 0..10 {
        let mut bench = under_way(false);
        for _ in 0..nth {
            bench.tenth();
        }
        let now = Timestamp::from_millis(bench.tenths * 100 + 1);
        // The bench's own oximeter sends at the fifth tenth: what is older than its last reading does not count.
        let last_reading = (bench.tenths + 5) % 10 * 100 + 1;
        for late in [0, 5, 20, 60, 200, 500, 900] {
            let mut station = bench.station.clone();
            let mut outputs = Outputs::default();
            let reading = Reading::good(OxygenSaturation::new(83).expect("in range"));
            let sent_at = now.before(Duration::from_millis(late));
            station.handle(now, &Input::Saturation { reading, sent_at }, &mut outputs);
            let lowered = matches!(
                outputs.command,
                Some(MachineCommand::SetLoad(MachineLoad::Power(_)))
            );
            assert_eq!(
                lowered,
                late < last_reading,
                "{late} ms late, {last_reading} ms after the last reading: {:?}",
                outputs.command
            );
        }
    }
}
