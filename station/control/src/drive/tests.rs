//! What a drive says, call by call.

use std::vec::Vec;

use protocols::vocabulary::{
    BeltRange, Kilograms, MachineKind, MachineState, MetresPerSecond, PercentGrade,
    RevolutionsPerMinute, number,
};

use super::*;
use crate::prescription::BeltPreference;
use crate::station::bench::{cycle, mets};

/// A claimed cycle with an 80 kg patient, told a load for 2.0 MET.
fn pedalling() -> Drive {
    let capabilities = cycle();
    let mass = Kilograms::new(80.0).expect("in range");
    let mut drive = Drive::new(&capabilities);
    drive.take(Actuation::new(&capabilities, mass, None).expect("it fits"));
    assert!(say(&mut drive, 2.0, Ordering::Greater, 0.05).is_some());
    drive
}

fn say(drive: &mut Drive, load: f64, moved: Ordering, step: f64) -> Option<MachineCommand> {
    let wanted = Wanted::Load {
        granted: mets(load),
        at_once: false,
        moved,
        may_rise: true,
        step,
    };
    let mut outputs = Outputs::default();
    drive.say(Timestamp::ZERO, wanted, Nudge::None, None, &mut outputs);
    outputs.command
}

#[test]
fn a_rise_under_the_commands_step_is_not_told_in_a_call_that_lowers_the_load() {
    let mut drive = pedalling();
    assert_eq!(say(&mut drive, 2.04, Ordering::Greater, 0.05), None);
    // The phase changed to one without a step, and took 0.01 MET.
    assert_eq!(say(&mut drive, 2.03, Ordering::Less, 0.0), None);
    assert_eq!(say(&mut drive, 2.03, Ordering::Equal, 0.0), None);
    assert!(say(&mut drive, 2.06, Ordering::Greater, 0.0).is_some());
}

#[test]
fn less_is_told_by_the_step_and_at_once_where_something_lowered_it() {
    let mut drive = pedalling();
    assert_eq!(say(&mut drive, 1.96, Ordering::Less, 0.05), None);
    let wanted = Wanted::Load {
        granted: mets(1.96),
        at_once: true,
        moved: Ordering::Equal,
        may_rise: false,
        step: 0.05,
    };
    let mut outputs = Outputs::default();
    drive.say(Timestamp::ZERO, wanted, Nudge::None, None, &mut outputs);
    assert_eq!(
        outputs.command,
        Some(MachineCommand::SetLoad(MachineLoad::Power(
            Watts::new(24).expect("in range")
        )))
    );
}

const NOTHING: MachineCommand = MachineCommand::SetLoad(MachineLoad::Power(Watts::ZERO));

fn at(seconds: f64) -> Timestamp {
    Timestamp::from_millis(
        number::floor_to_u32(seconds * 1_000.0 + 0.5)
            .expect("short")
            .into(),
    )
}

fn asked(drive: &mut Drive, seconds: f64, wanted: Wanted, nudge: Nudge) -> Option<MachineCommand> {
    reported(drive, seconds, wanted, nudge, None)
}

/// What it says where the machine has just reported `report`.
fn reported(
    drive: &mut Drive,
    seconds: f64,
    wanted: Wanted,
    nudge: Nudge,
    report: Option<MachineReport>,
) -> Option<MachineCommand> {
    let mut outputs = Outputs::default();
    let report = report.map(|report| (report, at(seconds)));
    drive.say(at(seconds), wanted, nudge, report, &mut outputs);
    outputs.command
}

const fn load(granted: NetMets, moved: Ordering) -> Wanted {
    Wanted::Load {
        granted,
        at_once: false,
        moved,
        may_rise: true,
        step: 0.0,
    }
}

fn belt() -> Drive {
    let capabilities = Capabilities {
        kind: MachineKind::Treadmill,
        power: None,
        belt: Some(BeltRange {
            min_speed: MetresPerSecond::new(0.5 / 3.6).expect("in range"),
            max_speed: MetresPerSecond::new(20.0 / 3.6).expect("in range"),
            max_grade: PercentGrade::new(15.0).expect("in range"),
            speed_step: 1.0 / 36.0,
            grade_step: 0.5,
        }),
        ..cycle()
    };
    let preference = BeltPreference {
        preferred_speed: MetresPerSecond::new(1.4).expect("in range"),
        max_speed: MetresPerSecond::new(1.5).expect("in range"),
        max_grade: PercentGrade::new(8.0).expect("in range"),
    };
    let mass = Kilograms::new(80.0).expect("in range");
    let mut drive = Drive::new(&capabilities);
    drive.take(Actuation::new(&capabilities, mass, Some(&preference)).expect("it fits"));
    drive
}

fn moves(speed: f64, grade: f64) -> MachineReport {
    let mut report = MachineReport::of(if speed > 0.0 {
        MachineState::Running
    } else {
        MachineState::Standing
    });
    report.speed = MetresPerSecond::new(speed);
    report.grade = PercentGrade::new(grade);
    report
}

fn setting(load: MachineLoad) -> (f64, f64) {
    match load {
        MachineLoad::Belt { speed, grade } => (speed.get(), grade.get()),
        MachineLoad::Power(_) => panic!("a belt"),
    }
}

/// A belt that has begun to move with its least load.
fn begun() -> Drive {
    let mut drive = belt();
    let said = asked(
        &mut drive,
        0.0,
        load(mets(0.5), Ordering::Greater),
        Nudge::None,
    );
    assert!(matches!(said, Some(MachineCommand::Start(_))));
    drive.hear(&moves(0.2, 0.0));
    drive
}

/// A belt that walks with `granted` and has got there.
fn walking(granted: f64) -> Drive {
    let mut drive = begun();
    let mut seconds = 1.0;
    let mut moved = Ordering::Greater;
    while drive.on_the_way_up().is_some() || seconds < 2.0 {
        asked(&mut drive, seconds, load(mets(granted), moved), Nudge::None);
        moved = Ordering::Equal;
        seconds += 0.5;
        assert!(seconds < 300.0, "{:?}", drive.told());
    }
    drive
}

/// Later than anything that `walking` told may still be under way.
const LATER: f64 = 400.0;

#[test]
fn a_belt_is_on_its_way_up_until_speed_and_grade_are_there_and_only_while_it_is_claimed() {
    assert_eq!(belt().on_the_way_up(), None);
    // 4 MET is more than the preferred walk on the flat: speed first comes to 1.4 m/s, the rest is grade.
    let mut drive = begun();
    let mut seconds = 1.0;
    let (mut by_speed, mut by_grade) = (0, 0);
    let mut last = NetMets::ZERO;
    asked(
        &mut drive,
        seconds,
        load(mets(4.0), Ordering::Greater),
        Nudge::None,
    );
    while let Some(on) = drive.on_the_way_up() {
        let (speed, grade) = setting(drive.told().expect("it is told"));
        assert!(on >= last && on < mets(4.0), "{on:?} after {last:?}");
        last = on;
        let aim = drive.aim;
        if aim.speed - speed > 0.0 {
            by_speed += 1;
        } else {
            assert!(aim.grade - grade > 0.0, "{speed} m/s {grade} %");
            by_grade += 1;
        }
        seconds += 1.0;
        asked(
            &mut drive,
            seconds,
            load(mets(4.0), Ordering::Equal),
            Nudge::None,
        );
    }
    assert!(
        by_speed > 5 && by_speed + by_grade < 200,
        "{by_speed} {by_grade}"
    );
    // Lower than it is, it is not on its way up; let go on its way up, neither.
    asked(
        &mut drive,
        LATER,
        load(mets(3.0), Ordering::Less),
        Nudge::None,
    );
    assert_eq!(drive.on_the_way_up(), None);
    let mut risen = walking(2.0);
    asked(
        &mut risen,
        LATER,
        load(mets(4.0), Ordering::Greater),
        Nudge::None,
    );
    assert!(risen.on_the_way_up().is_some());
    asked(&mut risen, LATER + 0.1, Wanted::Rest, Nudge::Emergency);
    assert_eq!(risen.on_the_way_up(), None);
}

#[test]
fn grade_alone_is_on_the_way_up_too() {
    let mut drive = walking(2.4);
    assert_eq!(drive.on_the_way_up(), None);
    asked(
        &mut drive,
        LATER,
        load(mets(3.0), Ordering::Greater),
        Nudge::None,
    );
    let mut seconds = LATER;
    let mut by_grade = 0;
    while drive.on_the_way_up().is_some() && seconds < LATER + 200.0 {
        let (speed, grade) = setting(drive.told().expect("it is told"));
        if drive.aim.speed <= speed {
            assert!(drive.aim.grade > grade);
            by_grade += 1;
        }
        seconds += 0.5;
        asked(
            &mut drive,
            seconds,
            load(mets(3.0), Ordering::Equal),
            Nudge::None,
        );
    }
    assert!(by_grade > 0, "speed and grade rise together, grade longer");
}

/// A report of an ergometer in that state, which says a speed of nothing as some do.
fn ridden(state: MachineState) -> MachineReport {
    MachineReport {
        speed: MetresPerSecond::new(0.0),
        ..MachineReport::of(state)
    }
}

#[test]
fn a_bike_in_use_or_paused_is_no_belt_that_stands() {
    let mut drive = pedalling();
    for state in [MachineState::Running, MachineState::Paused] {
        for _ in 0..3 {
            drive.hear(&ridden(state));
        }
    }
    assert!(!drive.has_halted());
}

/// A Kettler that left its PC mode brakes with 25 W of its own.
#[test]
fn a_bike_that_is_out_of_use_halts_whatever_it_brakes_by_itself() {
    let mut drive = pedalling();
    drive.hear(&ridden(MachineState::Running));
    let brakes = MachineReport {
        power: Watts::new(25),
        cadence: RevolutionsPerMinute::new(60),
        ..ridden(MachineState::Standing)
    };
    drive.hear(&brakes);
    assert!(!drive.has_halted(), "one report may be wrong");
    drive.hear(&brakes);
    assert!(drive.has_halted());
}

#[test]
fn a_bike_halts_by_the_second_report_that_it_is_out_of_use_and_is_then_let_go_and_started_anew() {
    let mut drive = pedalling();
    // It takes a while until it is in use.
    for _ in 0..3 {
        drive.hear(&ridden(MachineState::Standing));
    }
    assert!(!drive.has_halted());
    drive.hear(&ridden(MachineState::Running));
    drive.hear(&ridden(MachineState::Standing));
    assert!(!drive.has_halted(), "one report may be wrong");
    drive.hear(&ridden(MachineState::Running));
    drive.hear(&ridden(MachineState::Standing));
    assert!(!drive.has_halted());
    drive.hear(&ridden(MachineState::Standing));
    assert!(drive.has_halted());
    let mut waits = drive;
    assert_eq!(
        asked(&mut waits, LATER, Wanted::Nothing, Nudge::None),
        Some(MachineCommand::Stop)
    );
    assert!(!waits.has_halted());
    let again = say(&mut waits, 1.5, Ordering::Greater, 0.05);
    assert!(matches!(again, Some(MachineCommand::Start(_))), "{again:?}");
    waits.hear(&ridden(MachineState::Standing));
    waits.hear(&ridden(MachineState::Standing));
    assert!(!waits.has_halted(), "it has yet to begin");
}

#[test]
fn what_was_in_force_before_a_refused_rise_is_told_and_nothing_else_is_undone() {
    let watts = |watts| MachineLoad::Power(Watts::new(watts).expect("in range"));
    let mut drive = pedalling();
    let before = drive.told().expect("it is told");
    assert!(say(&mut drive, 3.0, Ordering::Greater, 0.05).is_some());
    let rise = drive.told().expect("it is told");
    // Another load than the last was refused: it was overtaken.
    let mut other = drive;
    assert_eq!(
        other.refused(at(LATER), &MachineCommand::SetLoad(watts(5))),
        None
    );
    assert_eq!(other.told(), Some(rise));
    let refusal = MachineCommand::SetLoad(rise);
    let in_force = drive.refused(at(LATER), &refusal);
    let costs = drive.actuation.expect("taken").net_mets(&before);
    assert_eq!(in_force, Some(costs), "what was told, to the last watt");
    assert!(costs <= mets(2.0) && costs > mets(1.9));
    assert_eq!(drive.told(), Some(before));
    assert_eq!(drive.refused(at(LATER), &refusal), None, "once");
    // A reduction stays told, and a rise after it is undone down to it.
    assert!(say(&mut drive, 1.2, Ordering::Less, 0.05).is_some());
    let less = drive.told().expect("it is told");
    assert_eq!(
        drive.refused(at(LATER), &MachineCommand::SetLoad(less)),
        None
    );
    assert_eq!(drive.told(), Some(less));
    assert!(say(&mut drive, 1.9, Ordering::Greater, 0.05).is_some());
    let rise = MachineCommand::SetLoad(drive.told().expect("it is told"));
    let costs = drive.actuation.expect("taken").net_mets(&less);
    assert_eq!(drive.refused(at(LATER), &rise), Some(costs));
    assert_eq!(drive.told(), Some(less));
    // Of a machine that was let go nothing is undone.
    assert!(say(&mut drive, 1.9, Ordering::Greater, 0.05).is_some());
    asked(&mut drive, LATER, Wanted::Stop, Nudge::None);
    assert_eq!(drive.refused(at(LATER), &rise), None);
    assert_eq!(drive.refused(at(LATER), &MachineCommand::Stop), None);
    assert!(!drive.has_halted());
}

#[test]
fn a_start_that_was_refused_halts_what_has_not_begun_and_a_late_refusal_nothing() {
    for begun in [false, true] {
        let mut treadmill = belt();
        assert!(say(&mut treadmill, 2.0, Ordering::Greater, 0.05).is_some());
        for mut drive in [pedalling(), treadmill] {
            let started = drive.told().expect("it is told");
            if begun {
                drive.hear(&moves(1.0, 0.0));
            }
            assert_eq!(
                drive.refused(at(LATER), &MachineCommand::Start(started)),
                None
            );
            assert_eq!(drive.has_halted(), !begun);
        }
    }
}

#[test]
fn a_belt_whose_step_up_was_refused_goes_on_from_the_step_before_it() {
    for taken in [0, 1] {
        refused_after(taken);
    }
}

/// So many steps were taken on the way up, and the next is refused.
fn refused_after(taken: u32) {
    let mut drive = walking(2.0);
    let mut seconds = LATER;
    let mut step = |drive: &mut Drive| loop {
        seconds += 0.5;
        let wanted = load(mets(3.5), Ordering::Greater);
        if let Some(command) = asked(drive, seconds, wanted, Nudge::None) {
            break command;
        }
    };
    for _ in 0..taken {
        step(&mut drive);
    }
    let before = setting(drive.told().expect("it is told"));
    let step = step(&mut drive);
    let in_force = drive.refused(at(seconds), &step);
    let told = drive.told().expect("it is told");
    assert_eq!(setting(told), before);
    let costs = drive.actuation.expect("taken").net_mets(&told);
    assert_eq!(
        in_force,
        Some(costs),
        "of the step, not of what was asked for"
    );
    let kept = drive.sent().expect("it is told").asked;
    assert_eq!(kept, costs, "and no more is held to be asked for");
    assert!(costs < mets(3.5));
    assert_eq!(drive.on_the_way_up(), None, "it does not go on by itself");
    for later in 1..20_u8 {
        let wanted = load(mets(3.5), Ordering::Equal);
        let said = asked(&mut drive, seconds + f64::from(later), wanted, Nudge::None);
        assert_eq!(said, None);
    }
    let down = asked(&mut drive, seconds + 30.0, Wanted::Stop, Nudge::None);
    assert!(
        matches!(down, Some(MachineCommand::SetLoad(load)) if setting(load).0 < before.0),
        "{down:?}"
    );
}

/// Faster and flatter is neither a rise nor a reduction: what of it the machine did not take nobody knows.
#[test]
fn a_refused_step_that_adds_here_and_takes_there_stays_told() {
    let belt = |speed, grade| MachineLoad::Belt {
        speed: MetresPerSecond::new(speed).expect("in range"),
        grade: PercentGrade::new(grade).expect("in range"),
    };
    for (after, undone) in [
        (belt(1.2, 2.0), true),
        (belt(1.2, 1.0), false),
        (belt(1.0, 2.0), false),
        (belt(0.8, 2.0), false),
    ] {
        let mut drive = walking(2.0);
        let mut outputs = Outputs::default();
        drive.set(mets(2.0), belt(1.0, 2.0), &mut outputs);
        drive.set(mets(2.5), after, &mut outputs);
        let refused = drive.refused(at(LATER), &MachineCommand::SetLoad(after));
        assert_eq!(refused.is_some(), undone, "{after:?}");
        let told = if undone { belt(1.0, 2.0) } else { after };
        assert_eq!(drive.told(), Some(told), "{after:?}");
    }
}

#[test]
fn a_belt_halts_by_the_second_report_that_it_stands() {
    let mut drive = walking(2.0);
    drive.hear(&moves(1.0, 0.0));
    drive.hear(&moves(0.0, 0.0));
    assert!(!drive.has_halted(), "one report may be wrong");
    drive.hear(&moves(0.0, 0.0));
    assert!(drive.has_halted());
    let mut unclaimed = belt();
    for speed in [1.0, 0.0, 0.0] {
        unclaimed.hear(&moves(speed, 0.0));
    }
    asked(
        &mut unclaimed,
        0.0,
        load(mets(2.0), Ordering::Greater),
        Nudge::None,
    );
    assert!(
        !unclaimed.has_halted(),
        "what it did before it was started is not its halt"
    );
}

#[test]
fn a_bout_that_waits_is_told_nothing_once_and_again_when_the_bike_is_back() {
    let mut drive = pedalling();
    assert_eq!(
        asked(&mut drive, 1.0, Wanted::Nothing, Nudge::None),
        Some(NOTHING)
    );
    assert_eq!(asked(&mut drive, 2.0, Wanted::Nothing, Nudge::None), None);
    assert_eq!(
        asked(&mut drive, 3.0, Wanted::Nothing, Nudge::BackOnLine),
        Some(NOTHING)
    );
    assert_eq!(asked(&mut drive, 4.0, Wanted::Nothing, Nudge::None), None);
}

#[test]
fn a_bike_that_nobody_claimed_is_told_no_load() {
    let mut drive = pedalling();
    assert_eq!(
        asked(&mut drive, 1.0, Wanted::Rest, Nudge::None),
        Some(MachineCommand::Stop)
    );
    assert!(!drive.is_claimed());
    for nudge in [Nudge::None, Nudge::BackOnLine] {
        assert_eq!(asked(&mut drive, 2.0, Wanted::Nothing, nudge), None);
    }
}

#[test]
fn a_stop_that_was_not_followed_is_said_again_after_a_second_and_one_of_rest_after_five() {
    for (wanted, again) in [(Wanted::Stop, 1.0), (Wanted::Rest, 5.0)] {
        let mut drive = pedalling();
        let stop = Some(MachineCommand::Stop);
        let still = Some(MachineReport::of(MachineState::Running));
        assert_eq!(reported(&mut drive, 10.0, wanted, Nudge::None, still), stop);
        assert_eq!(
            reported(&mut drive, 10.0 + again - 0.1, wanted, Nudge::None, still),
            None
        );
        assert_eq!(
            reported(&mut drive, 10.0 + again, wanted, Nudge::None, still),
            stop
        );
        assert_eq!(
            reported(&mut drive, 10.1 + again, wanted, Nudge::None, still),
            None
        );
        let rests = Some(MachineReport::of(MachineState::Standing));
        assert_eq!(reported(&mut drive, 30.0, wanted, Nudge::None, rests), None);
    }
}

#[test]
fn a_machine_that_rests_is_left_alone_but_for_a_persons_stop() {
    let mut drive = pedalling();
    let rests = Some(MachineReport::of(MachineState::Standing));
    asked(&mut drive, 0.0, Wanted::Rest, Nudge::None);
    assert_eq!(
        reported(&mut drive, 10.0, Wanted::Rest, Nudge::None, rests),
        None
    );
    assert_eq!(asked(&mut drive, 20.0, Wanted::Rest, Nudge::None), None);
    assert_eq!(
        reported(&mut drive, 30.0, Wanted::Rest, Nudge::Stop, rests),
        Some(MachineCommand::Stop)
    );
}

#[test]
fn a_belt_that_was_stopped_on_a_grade_is_levelled_while_it_rests() {
    let mut drive = walking(4.0);
    let (_, grade) = setting(drive.told().expect("it is told"));
    assert!(grade > 1.0);
    let mut seconds = LATER;
    let mut told = Vec::new();
    while seconds < LATER + 60.0 {
        let said = asked(&mut drive, seconds, Wanted::Rest, Nudge::None);
        told.extend(said.map(|said| (seconds, said)));
        seconds += 0.1;
    }
    let stop = told
        .iter()
        .position(|(_, said)| *said == MachineCommand::Stop)
        .expect("it is stopped");
    let level: Vec<_> = told
        .iter()
        .skip(stop + 1)
        .filter_map(|(_, said)| match said {
            MachineCommand::SetLoad(load) => Some(setting(*load)),
            MachineCommand::Start(_) | MachineCommand::Stop | MachineCommand::EmergencyStop => None,
        })
        .collect();
    assert!(
        level.iter().all(|(speed, _)| speed.abs() < 1e-9),
        "{level:?}"
    );
    assert!(
        level.last().expect("grade comes off").1.abs() < 1e-9,
        "{level:?}"
    );
    assert_eq!(
        asked(&mut drive, LATER + 100.0, Wanted::Rest, Nudge::None),
        None
    );
}

#[test]
fn between_two_steps_down_only_a_person_or_a_machine_that_is_back_hears_the_last_again() {
    for (nudge, again) in [
        (Nudge::None, false),
        (Nudge::Stop, true),
        (Nudge::BackOnLine, true),
    ] {
        let mut drive = walking(2.4);
        let first = asked(&mut drive, LATER, Wanted::Stop, Nudge::None).expect("a step down");
        assert!(matches!(first, MachineCommand::SetLoad(_)));
        let between = asked(&mut drive, LATER + 0.2, Wanted::Stop, nudge);
        assert_eq!(between, again.then_some(first));
        // Where a step is due it is said, and not the one before it.
        let next = asked(&mut drive, LATER + 1.2, Wanted::Stop, nudge).expect("a step is due");
        assert!(next != first);
    }
}

#[test]
fn a_belt_found_moving_while_nobody_exercises_is_slowed_from_what_it_reports() {
    for steep in [2.0, 0.0] {
        let mut drive = belt();
        let runs = moves(1.2, steep);
        let first = reported(&mut drive, 10.0, Wanted::Rest, Nudge::None, Some(runs));
        let (speed, grade) = match first {
            Some(MachineCommand::SetLoad(load)) => setting(load),
            other => panic!("{other:?}"),
        };
        assert!((1.2 - 0.25 - 1e-9..1.2).contains(&speed), "{speed}");
        assert!((grade - steep).abs() < 1e-9, "speed before grade: {grade}");
        // The way down goes on without another report.
        let next = asked(&mut drive, 11.1, Wanted::Rest, Nudge::None);
        assert!(matches!(next, Some(MachineCommand::SetLoad(load)) if setting(load).0 < speed));
    }
}

#[test]
fn a_belt_found_at_its_slowest_is_told_to_stand_at_once() {
    let mut drive = belt();
    let slowest = drive.belt.expect("a belt").start().speed;
    let runs = Some(moves(slowest, 0.0));
    assert_eq!(
        reported(&mut drive, 10.0, Wanted::Rest, Nudge::None, runs),
        Some(MachineCommand::Stop)
    );
}

#[test]
fn a_belt_that_waits_comes_down_from_what_it_was_told_whatever_it_reports() {
    let mut drive = walking(2.4);
    let (told, _) = setting(drive.told().expect("it is told"));
    let faster = Some(moves(told + 0.5, 0.0));
    for (nudge, seconds) in [(Nudge::BackOnLine, LATER), (Nudge::None, LATER + 2.0)] {
        let said = reported(&mut drive, seconds, Wanted::Nothing, nudge, faster);
        let speed = match said {
            Some(MachineCommand::SetLoad(load)) => setting(load).0,
            other => panic!("{other:?}"),
        };
        assert!(speed < told, "{speed} of {told}");
    }
}

#[test]
fn a_belt_that_did_not_hear_a_stop_is_told_the_stop_again_and_is_not_slowed_anew() {
    for emergency in [false, true] {
        let mut drive = walking(2.4);
        let (wanted, nudge, said) = if emergency {
            (
                Wanted::Rest,
                Nudge::Emergency,
                MachineCommand::EmergencyStop,
            )
        } else {
            drive.hear(&moves(1.0, 0.0));
            drive.hear(&moves(0.0, 0.0));
            drive.hear(&moves(0.0, 0.0));
            (Wanted::Stop, Nudge::None, MachineCommand::Stop)
        };
        assert_eq!(asked(&mut drive, LATER, wanted, nudge), Some(said));
        let runs = Some(moves(1.2, 0.0));
        let again = reported(&mut drive, LATER + 6.0, wanted, Nudge::None, runs);
        assert_eq!(again, Some(said));
    }
}

/// A level belt that was let go long ago.
fn let_go() -> Drive {
    let mut drive = walking(1.5);
    let mut seconds = LATER;
    while drive.is_claimed() {
        asked(&mut drive, seconds, Wanted::Rest, Nudge::None);
        seconds += 0.5;
    }
    drive
}

#[test]
fn a_belt_that_stands_steeper_than_a_level_one_is_levelled_from_what_it_reports() {
    // Steep, and reported to be so just now: levelled. What passes for level, moves, is old or unsaid: left.
    let standing = |grade: f64| Some(moves(0.0, grade));
    let mut drive = let_go();
    let first = reported(
        &mut drive,
        LATER + 60.0,
        Wanted::Rest,
        Nudge::None,
        standing(3.0),
    );
    assert!(
        matches!(first, Some(MachineCommand::SetLoad(load)) if setting(load).1 < 3.0 && setting(load).1 >= 2.0),
        "{first:?}"
    );
    for grade in [0.0, 0.5, 1.0] {
        let mut drive = let_go();
        assert_eq!(
            reported(
                &mut drive,
                LATER + 60.0,
                Wanted::Rest,
                Nudge::None,
                standing(grade)
            ),
            None,
            "{grade} %"
        );
    }
    for (old, said) in [(4.9, true), (5.0, false)] {
        let mut drive = let_go();
        let mut outputs = Outputs::default();
        let now = at(LATER + 60.0);
        let report = Some((moves(0.0, 3.0), at(LATER + 60.0 - old)));
        drive.say(now, Wanted::Rest, Nudge::None, report, &mut outputs);
        assert_eq!(outputs.command.is_some(), said, "{old} s old");
    }
}

#[test]
fn a_belt_that_is_still_levelling_is_not_taken_for_one_that_did_not_hear() {
    let mut drive = walking(4.0);
    let mut seconds = LATER;
    while drive.is_claimed() {
        asked(&mut drive, seconds, Wanted::Rest, Nudge::None);
        seconds += 0.1;
    }
    // On its way down it is where it was told to be, and two seconds behind: its steps stay half a per cent.
    let mut last = setting(drive.told().expect("it is told")).1;
    for _ in 0..600 {
        let report = Some(moves(0.0, last + 1.0));
        let said = reported(&mut drive, seconds, Wanted::Rest, Nudge::None, report);
        if let Some(MachineCommand::SetLoad(load)) = said {
            let grade = setting(load).1;
            assert!(
                grade < last && last - grade <= 0.5 + 1e-9,
                "{last} to {grade}"
            );
            last = grade;
        }
        seconds += 0.1;
        if last <= 0.0 {
            break;
        }
    }
    assert!(last <= 0.0, "it is level in a minute: {last} %");
    // The last step down is given its time too.
    let steep = Some(moves(0.0, 3.0));
    for (later, said) in [(0.5, false), (4.5, false), (8.0, true)] {
        let mut drive = drive;
        let again = reported(
            &mut drive,
            seconds + later,
            Wanted::Rest,
            Nudge::None,
            steep,
        );
        assert_eq!(again.is_some(), said, "{later} s later: {again:?}");
    }
}
