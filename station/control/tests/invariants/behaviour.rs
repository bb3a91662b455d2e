//! What a bout does, phase by phase.

use control::input::Action;
use control::outputs::Refusal;
use control::prescription::Mode;
use control::view::PhaseKind;
use protocols::vocabulary::{MachineCommand, MachineLoad, Watts};

use crate::bench::{Bench, constant, cycle, heart_rate_held, setup, treadmill};

#[test]
fn a_bout_at_constant_load_runs_from_door_to_finish() {
    let mut bench = Bench::new(cycle());
    bench.begin(&setup(constant(), false));
    bench.run_to(PhaseKind::Finished);
    let phases: Vec<_> = bench.phases.iter().map(|(_, phase)| *phase).collect();
    assert_eq!(
        phases,
        [
            PhaseKind::Ready,
            PhaseKind::WarmUp,
            PhaseKind::Conditioning,
            PhaseKind::CoolDown,
            PhaseKind::Recovery,
            PhaseKind::Finished,
        ]
    );
    let starts = bench
        .commands
        .iter()
        .filter(|(_, command)| matches!(command, MachineCommand::Start(_)))
        .count();
    assert_eq!(starts, 1);
    let highest = bench
        .commands
        .iter()
        .filter_map(|(_, command)| match command {
            MachineCommand::SetLoad(MachineLoad::Power(watts)) => Some(watts.get()),
            MachineCommand::SetLoad(MachineLoad::Belt { .. })
            | MachineCommand::Start(_)
            | MachineCommand::Stop
            | MachineCommand::EmergencyStop => None,
        })
        .max();
    // floor((3.5 · 3.5 − 3.5) · 80 / 10.8) W
    assert_eq!(highest, Some(64));
    assert_eq!(
        bench.commands.last().map(|(_, command)| *command),
        Some(MachineCommand::Stop)
    );
}

#[test]
fn a_belt_warns_then_walks_then_stands() {
    let mut bench = Bench::new(treadmill());
    bench.begin(&setup(constant(), true));
    let at = |phase| {
        bench
            .phases
            .iter()
            .find(|(_, entered)| *entered == phase)
            .map(|(tenth, _)| *tenth)
            .expect("it was entered")
    };
    let warned = at(PhaseKind::WarmUp) - at(PhaseKind::Starting);
    assert_eq!(warned, 30, "three seconds");
    let before = bench
        .commands
        .iter()
        .filter(|(tenth, _)| *tenth < at(PhaseKind::WarmUp))
        .count();
    assert_eq!(before, 0, "nothing moves during the warning");
    bench.run_to(PhaseKind::CoolDown);
    bench.run(60);
    let (speed, grade) = bench.told_belt().expect("a belt");
    assert!(speed >= 1.6 / 3.6 - 0.03 && grade < 0.1, "{speed} {grade}");
    bench.run_to(PhaseKind::Finished);
    assert!(bench.machine.speed < 1e-9);
}

#[test]
fn nothing_starts_before_everything_is_in_order() {
    let mut bench = Bench::new(cycle());
    bench
        .act(Action::Begin(setup(constant(), false)))
        .expect("free");
    bench.run(120);
    assert_eq!(bench.station.phase(), PhaseKind::Ready);
    let interlock = bench.station.view().interlock;
    assert!(interlock.door_check && interlock.confirmation);
    assert!(!interlock.signals && !interlock.rest && !interlock.machine);
    bench.act(Action::DoorChecked).expect("ready");
    bench.strap_on = false;
    bench.run(30);
    bench.act(Action::ConfirmStart).expect("ready");
    bench.run(60);
    assert_eq!(bench.station.phase(), PhaseKind::Ready, "no heart rate");
    bench.strap_on = true;
    bench.run(15);
    assert_eq!(bench.station.phase(), PhaseKind::WarmUp);
}

#[test]
fn the_stop_key_takes_load_away_in_its_own_call_in_every_phase() {
    for phase in [
        PhaseKind::Idle,
        PhaseKind::Ready,
        PhaseKind::WarmUp,
        PhaseKind::Conditioning,
        PhaseKind::CoolDown,
        PhaseKind::Recovery,
        PhaseKind::Finished,
    ] {
        let mut bench = Bench::new(cycle());
        if phase == PhaseKind::Ready {
            bench
                .act(Action::Begin(setup(constant(), false)))
                .expect("free");
        } else if phase != PhaseKind::Idle {
            bench.begin(&setup(constant(), false));
            bench.run_to(phase);
            bench.run(20);
        }
        bench.act(Action::Stop).expect("always taken");
        assert_eq!(bench.last.command, Some(MachineCommand::Stop), "{phase:?}");
        assert!(bench.granted() < 1e-9);
    }
}

#[test]
fn a_heart_rate_is_held_on_both_machines() {
    for (capabilities, belt) in [(cycle(), false), (treadmill(), true)] {
        let mut bench = Bench::new(capabilities);
        bench.gain = 11.0;
        bench.begin(&setup(heart_rate_held(), belt));
        bench.run_to(PhaseKind::Conditioning);
        let first = bench.granted();
        bench.run(5);
        assert!((bench.granted() - first).abs() < 0.1, "no jump on entering");
        bench.run(540);
        let heart_rate = bench.station.view().heart_rate.value.expect("trusted");
        assert!((heart_rate - 105.0).abs() <= 3.0, "{heart_rate}");
    }
}

#[test]
fn a_pause_takes_load_away_and_resuming_goes_by_the_ramp() {
    let mut bench = Bench::new(cycle());
    bench.begin(&setup(constant(), false));
    bench.run_to(PhaseKind::Conditioning);
    bench.run(200);
    bench.act(Action::Pause).expect("in exercise");
    assert_eq!(
        bench.last.command,
        Some(MachineCommand::SetLoad(MachineLoad::Power(Watts::ZERO)))
    );
    bench.run(30);
    bench.act(Action::Resume).expect("nothing forbids it");
    assert_eq!(bench.station.phase(), PhaseKind::Conditioning);
    let mut before = 1.0;
    for _ in 0..180 {
        bench.run(1);
        // The heart still falls from the pause: a rule asks a person to look.
        bench.act(Action::AcknowledgeAll).expect("always taken");
        assert!(bench.granted() <= before + 1.0 * 6.0 / 60.0 + 1e-9);
        before = bench.granted().max(before);
    }
    assert!(
        bench.granted() > 2.5,
        "{:?} {:?}",
        bench.raised,
        bench.station.view()
    );
}

#[test]
fn a_hand_lowers_at_once_and_the_controller_stays_under_it() {
    let mut bench = Bench::new(cycle());
    bench.begin(&setup(constant(), false));
    bench.run_to(PhaseKind::Conditioning);
    bench.run(240);
    let before = bench.granted();
    bench.act(Action::LoadDown).expect("in exercise");
    assert!((bench.granted() - (before - 0.25)).abs() < 1e-9);
    bench.run(60);
    assert!((bench.granted() - (before - 0.25)).abs() < 1e-9);
    assert!(bench.station.view().by_hand);
    bench.act(Action::Automatic).expect("it is in hand");
    bench.run(60);
    assert!((bench.granted() - before).abs() < 1e-9);
    assert_eq!(bench.act(Action::Automatic), Err(Refusal::NotNow));
}

#[test]
fn a_machine_found_moving_is_brought_down_without_anybody() {
    let mut bench = Bench::new(treadmill());
    bench.machine.speed = 1.5;
    bench.machine.deaf = true;
    bench.run(1);
    bench.machine.deaf = false;
    bench.run(15);
    assert!(bench.machine.speed < 1e-9, "{:?}", bench.commands);
    let slowings = bench
        .commands
        .iter()
        .filter(|(_, command)| matches!(command, MachineCommand::SetLoad(_)))
        .count();
    assert!(slowings >= 4, "in steps: {:?}", bench.commands);
}

#[test]
fn a_belt_that_stands_steeper_than_it_was_told_is_levelled_whenever_it_hears() {
    let mut bench = Bench::new(treadmill());
    bench.begin(&setup(constant(), true));
    bench.run_to(PhaseKind::Conditioning);
    bench.act(Action::Stop).expect("in every phase");
    bench.run(60);
    assert!(bench.machine.grade <= 0.0, "it is level");
    // It lost what it was told.
    bench.machine.grade = 4.0;
    bench.machine.told.1 = 4.0;
    bench.run(30);
    assert!(bench.machine.grade <= 1.0, "{:?}", bench.commands);
    bench.raised.clear();
    let said = bench.commands.len();
    bench.run(30);
    assert_eq!(bench.commands.len(), said, "then it is left alone");
    assert!(bench.raised.is_empty(), "{:?}", bench.raised);
}

#[test]
fn a_station_that_was_written_down_goes_on_the_same() {
    let mut bench = Bench::new(cycle());
    bench.gain = 11.0;
    bench.begin(&setup(heart_rate_held(), false));
    bench.run_to(PhaseKind::Conditioning);
    bench.run(33);
    let written = postcard::to_stdvec(&bench.station).expect("it can be written");
    let read: control::Station = postcard::from_bytes(&written).expect("it can be read");
    assert_eq!(read, bench.station);
    let mut twin = bench.clone();
    twin.station = read;
    bench.run(100);
    twin.run(100);
    assert_eq!(bench.station, twin.station);
    assert_eq!(bench.commands, twin.commands);
}

#[test]
fn a_start_that_could_not_be_asks_for_a_persons_word_again() {
    let mut bench = Bench::new(treadmill());
    bench.strap_on = false;
    bench
        .act(Action::Begin(setup(constant(), true)))
        .expect("the station is free");
    bench.act(Action::DoorChecked).expect("it is ready");
    bench.act(Action::ConfirmStart).expect("it is ready");
    bench.run(170);
    assert!(
        !bench.station.view().interlock.confirmation,
        "it still holds"
    );
    bench.run(20);
    bench.strap_on = true;
    bench.run(120);
    assert_eq!(bench.station.phase(), PhaseKind::Ready);
    assert!(bench.station.view().interlock.confirmation);
    bench.act(Action::ConfirmStart).expect("it is ready");
    bench.run(10);
    assert_eq!(bench.station.phase(), PhaseKind::WarmUp);
}

#[test]
fn a_call_says_why_where_something_changed_and_is_quiet_between_two_beats() {
    let mut bench = Bench::new(cycle());
    bench.begin(&setup(constant(), false));
    bench.run_to(PhaseKind::Conditioning);
    bench.run(300);
    let mut said = Vec::new();
    let mut quiet = 0;
    let mut watch = |bench: &mut Bench, seconds: u64| {
        for _ in 0..seconds * 10 {
            for input in bench.due() {
                let view = bench.station.view();
                let before = (view.granted, view.reason);
                bench.send(&input);
                let view = bench.station.view();
                let told = bench.last.command.is_some() || before != (view.granted, view.reason);
                if let Some(decision) = bench.last.decision {
                    assert_eq!(decision.granted, view.granted);
                    assert_eq!(decision.binding, view.reason);
                    said.push((bench.tenths, told, !decision.acting.is_empty()));
                } else {
                    assert!(!told, "a change without a reason");
                    quiet += 1;
                }
            }
        }
    };
    // Nothing moves: only the controller's beats speak, each 5 s.
    watch(&mut bench, 60);
    // The heart rate climbs to where load holds. It was not rising, so that the rule that acts is all that is new.
    for _ in 0..25 {
        bench.heart_rate += 1;
        watch(&mut bench, 1);
    }
    assert!(quiet > 600, "{quiet}");
    let (beats, limit): (Vec<_>, Vec<_>) = said.iter().partition(|(_, _, acts)| !*acts);
    let beats: Vec<_> = beats.iter().map(|(tenth, _, _)| *tenth).collect();
    assert!(
        beats.windows(2).all(|pair| pair[1] - pair[0] == 50),
        "{beats:?}"
    );
    let (tenth, told, _) = limit.first().expect("a rule acts");
    assert_eq!(
        (tenth % 10, *told),
        (2, false),
        "in the call of the reading: {limit:?}"
    );
}

#[test]
fn a_recovery_watch_ends_with_a_heart_that_came_down_and_at_fifteen_minutes_with_one_that_did_not()
{
    for (down, minutes) in [(true, 5), (false, 15)] {
        let mut bench = Bench::new(cycle());
        bench.begin(&setup(constant(), false));
        bench.run_to(PhaseKind::CoolDown);
        bench.gain = 0.0;
        bench.heart_rate = if down { 85 } else { 110 };
        bench.run_to(PhaseKind::Recovery);
        let since = bench.tenths;
        bench.run_to(PhaseKind::Finished);
        let lasted = bench.tenths - since;
        let due = minutes * 600;
        assert!((due..=due + 10).contains(&lasted), "{down}: {lasted}");
    }
}

#[test]
fn a_start_measures_rest_and_sets_when_pressure_is_due() {
    let mut bench = Bench::new(cycle());
    let mut bout = setup(constant(), false);
    bout.prescription.blood_pressure_interval = Some(std::time::Duration::from_mins(4));
    bench.begin(&bout);
    let view = bench.station.view();
    let rest = view.resting_heart_rate.expect("it was measured");
    assert!((rest - 71.0).abs() < 0.5, "{rest}");
    let due = view.blood_pressure_due.expect("it is prescribed");
    assert_eq!(due, bench.now() + std::time::Duration::from_mins(4));
}

#[test]
fn a_cool_down_walks_at_a_quarter_of_the_last_minute() {
    let mut bench = Bench::new(treadmill());
    let mut bout = setup(
        Mode::Constant {
            target: crate::bench::mets(5.0),
        },
        true,
    );
    bout.prescription.ramp_up = 4.0;
    bench.gain = 9.0;
    bench.begin(&bout);
    bench.run_to(PhaseKind::Conditioning);
    let mut last = 0.0;
    while bench.station.phase() == PhaseKind::Conditioning {
        last = bench.granted();
        bench.tenth();
    }
    assert!(last > 4.0, "{last}");
    bench.run(120);
    assert!(
        (bench.granted() - last / 4.0).abs() < 0.02,
        "{}",
        bench.granted()
    );
}
