//! Rules of machine and link.

use core::time::Duration;

use control::input::Input;
use control::rules::{LoadAct, Priority, RuleId};
use control::situation::Stimulus;
use control::view::PhaseKind;
use protocols::vocabulary::{
    Capabilities, LoadControl, MachineKind, MachineLoad, MachineReport, MachineState,
    MetresPerSecond, PercentGrade, PowerRange, RevolutionsPerMinute, Watts,
};

use super::bench::{Bench, cycle, report};

fn steady() -> Bench {
    let mut bench = Bench::new();
    bench.seconds(30);
    bench
}

fn told(bench: &mut Bench, watts: u16) {
    bench.situation.told = Some(MachineLoad::Power(Watts::new(watts).expect("in range")));
}

fn turns(bench: &mut Bench, cadence: u16) -> &mut Bench {
    bench.machine = Some(report(80, cadence));
    bench
}

#[test]
fn a_machine_that_does_not_answer_holds_stops_and_opens_the_relay() {
    let mut bench = steady();
    bench.machine = None;
    let last = bench.now.before(Duration::from_secs(1));
    let mut early = bench.clone();
    early.seconds(3);
    assert!(!early.supervisor.verdict().relay_open);
    bench.expect_stages_from(RuleId::MachineLost, last, false);
    assert!(bench.supervisor.verdict().relay_open);
    assert!(bench.supervisor.verdict().stop_latched);
    // It answers again: a person is needed all the same.
    bench.machine = Some(report(0, 0));
    bench.now_is_whole().seconds(60);
    assert!(bench.fires(RuleId::MachineLost));
    assert!(bench.supervisor.resume().is_err());
    bench.acknowledge(RuleId::MachineLost);
    assert!(!bench.fires(RuleId::MachineLost));
}

#[test]
fn a_machine_that_gives_less_is_told_and_then_holds() {
    let mut bench = steady();
    bench.machine = Some(report(70, 60));
    bench.seconds(60);
    assert!(
        !bench.fires(RuleId::MachineBelowTarget),
        "10 W is permitted"
    );
    bench.machine = Some(report(69, 60));
    bench.expect_stages(RuleId::MachineBelowTarget, 0);
    bench.machine = Some(report(70, 60));
    bench.now_is_whole();
    bench.expect_end(RuleId::MachineBelowTarget, 5);
}

#[test]
fn a_refusal_is_told_and_holds_in_its_own_call_until_a_person_has_seen_it() {
    for phase in [PhaseKind::Idle, PhaseKind::Conditioning, PhaseKind::Stopped] {
        let mut bench = Bench::new();
        bench.phase(phase);
        bench.turn(&Input::Tick, Stimulus::Machine);
        assert!(!bench.fires(RuleId::MachineRefused));
        bench.turn(&Input::Tick, Stimulus::Refusal);
        assert_eq!(bench.act(RuleId::MachineRefused), Some(LoadAct::Hold));
        assert_eq!(bench.tell(RuleId::MachineRefused), Some(Priority::Medium));
        bench.seconds(300);
        assert!(bench.fires(RuleId::MachineRefused), "it needs a person");
        bench.acknowledge(RuleId::MachineRefused).second();
        assert!(!bench.fires(RuleId::MachineRefused));
        bench.turn(&Input::Tick, Stimulus::Refusal);
        assert!(bench.fires(RuleId::MachineRefused), "again by the next");
    }
}

#[test]
fn of_a_greater_load_a_tenth_is_permitted() {
    let mut bench = Bench::new();
    told(&mut bench, 200);
    bench.machine = Some(report(180, 60));
    bench.seconds(60);
    assert!(!bench.fires(RuleId::MachineBelowTarget));
    bench.machine = Some(report(179, 60));
    bench.expect_stages(RuleId::MachineBelowTarget, 0);
}

#[test]
fn a_machine_that_gives_more_holds_stops_and_opens_the_relay() {
    let mut bench = steady();
    bench.machine = Some(report(95, 60));
    bench.seconds(60);
    assert!(
        !bench.fires(RuleId::MachineAboveTarget),
        "15 W is permitted"
    );
    bench.machine = Some(report(96, 60));
    bench.seconds(10);
    assert!(!bench.supervisor.verdict().relay_open);
    let mut bench = steady();
    bench.machine = Some(report(96, 60));
    bench.expect_stages(RuleId::MachineAboveTarget, 0);
    assert!(bench.supervisor.verdict().relay_open);
}

#[test]
fn of_a_greater_load_fifteen_per_cent_more_is_permitted() {
    let mut bench = Bench::new();
    told(&mut bench, 200);
    // From a stand it takes ten seconds to 200 W.
    bench.machine = Some(MachineReport::of(MachineState::Running));
    bench.seconds(30);
    bench.machine = Some(report(230, 60));
    bench.seconds(10);
    assert!(!bench.fires(RuleId::MachineAboveTarget));
    bench.machine = Some(report(231, 60));
    bench.expect_stages(RuleId::MachineAboveTarget, 0);
}

#[test]
fn a_machine_is_not_blamed_for_its_slew_nor_for_the_age_of_its_answers() {
    // 80 W to 200 W at 20 W a second, reported two seconds late; and down again.
    let mut bench = steady();
    told(&mut bench, 200);
    let report_late = |second: u64, from: f64, to: f64| {
        let gone = 20.0 * f64::from(u16::try_from(second.saturating_sub(2)).expect("short"));
        let reached = if to > from {
            (from + gone).min(to)
        } else {
            (from - gone).max(to)
        };
        (0..=400_u16)
            .rev()
            .find(|watts| f64::from(*watts) <= reached)
            .expect("in range")
    };
    for second in 0..40 {
        bench.machine = Some(report(report_late(second, 80.0, 200.0), 60));
        bench.second();
        assert!(!bench.fires(RuleId::MachineBelowTarget), "up, {second}");
        assert!(!bench.fires(RuleId::MachineAboveTarget), "up, {second}");
    }
    told(&mut bench, 60);
    for second in 0..40 {
        bench.machine = Some(report(report_late(second, 200.0, 60.0), 60));
        bench.second();
        assert!(!bench.fires(RuleId::MachineAboveTarget), "down, {second}");
    }
}

#[test]
fn a_machine_that_does_not_come_down_is_found_when_its_slew_is_over() {
    let mut bench = steady();
    told(&mut bench, 0);
    // Expected: 80 W less 20 W a second, two seconds ago and older. Still 80 W reported: more than 15 W above from second 3 on.
    bench.seconds(3);
    assert!(!bench.fires(RuleId::MachineAboveTarget));
    bench.seconds(7);
    assert_eq!(bench.act(RuleId::MachineAboveTarget), Some(LoadAct::Stop));
}

fn belt(speed: f64, grade: f64) -> (MachineLoad, MachineReport) {
    let speed = MetresPerSecond::new(speed).expect("in range");
    let grade = PercentGrade::new(grade).expect("in range");
    (
        MachineLoad::Belt { speed, grade },
        MachineReport {
            speed: Some(speed),
            grade: Some(grade),
            ..MachineReport::of(MachineState::Running)
        },
    )
}

#[test]
fn a_belt_is_held_against_speed_and_grade() {
    let kilometre = 1.0 / 3.6;
    let cases = [
        (-0.29 * kilometre, 0.0, None),
        (-0.31 * kilometre, 0.0, Some(RuleId::MachineBelowTarget)),
        (0.0, -0.99, None),
        (0.0, -1.01, Some(RuleId::MachineBelowTarget)),
        (0.49 * kilometre, 0.0, None),
        (0.51 * kilometre, 0.0, Some(RuleId::MachineAboveTarget)),
        (0.0, 0.99, None),
        (0.0, 1.01, Some(RuleId::MachineAboveTarget)),
    ];
    for (faster, steeper, expected) in cases {
        let mut bench = Bench::new();
        bench.situation.capabilities = Capabilities {
            kind: MachineKind::Treadmill,
            power: None,
            ..cycle()
        };
        let (load, said) = belt(1.2, 4.0);
        bench.situation.told = Some(load);
        // From a stand it takes twelve seconds to 1.2 m/s.
        bench.machine = Some(MachineReport::of(MachineState::Running));
        bench.seconds(30);
        bench.machine = Some(said);
        bench.seconds(10);
        bench.machine = Some(belt(1.2 + faster, 4.0 + steeper).1);
        bench.seconds(17);
        for rule in [RuleId::MachineBelowTarget, RuleId::MachineAboveTarget] {
            assert_eq!(
                bench.fires(rule),
                expected == Some(rule),
                "{rule} {faster} {steeper}"
            );
        }
    }
}

#[test]
fn the_grade_of_a_belt_that_stands_is_nobodys_load() {
    let mut bench = Bench::new();
    bench.situation.capabilities = Capabilities {
        kind: MachineKind::Treadmill,
        power: None,
        ..cycle()
    };
    bench.situation.told = Some(belt(0.0, 0.0).0);
    bench.machine = Some(belt(0.0, 4.0).1);
    bench.seconds(20);
    assert!(!bench.fires(RuleId::MachineAboveTarget));
    bench.machine = Some(belt(0.1, 4.0).1);
    bench.seconds(6);
    assert_eq!(bench.act(RuleId::MachineAboveTarget), Some(LoadAct::Stop));
}

#[test]
fn a_machine_that_does_not_say_its_load_is_not_judged_by_it() {
    let mut bench = steady();
    bench.machine = Some(MachineReport {
        cadence: RevolutionsPerMinute::new(60),
        ..MachineReport::of(MachineState::Running)
    });
    bench.seconds(60);
    assert!(!bench.fires(RuleId::MachineBelowTarget));
    assert!(!bench.fires(RuleId::MachineAboveTarget));
}

#[test]
fn a_low_cadence_under_load_holds_and_then_takes_load_away() {
    let mut bench = steady();
    turns(&mut bench, 40).seconds(60);
    assert!(!bench.fires(RuleId::CadenceLow));
    turns(&mut bench, 39).expect_stages(RuleId::CadenceLow, 0);
    turns(&mut bench, 44).now_is_whole().seconds(30);
    assert!(bench.fires(RuleId::CadenceLow), "44 does not clear it");
    turns(&mut bench, 45).expect_end(RuleId::CadenceLow, 5);
}

#[test]
fn the_prescription_sets_the_cadence_for_arms_and_strokes() {
    let mut bench = Bench::with(|bout| bout.prescription.cadence_low = 30);
    turns(&mut bench, 30).seconds(60);
    assert!(!bench.fires(RuleId::CadenceLow));
    turns(&mut bench, 29).expect_stages(RuleId::CadenceLow, 0);
    let mut bench = Bench::with(|bout| bout.prescription.cadence_low = 30);
    turns(&mut bench, 20).seconds(20);
    assert!(!bench.fires(RuleId::CadenceVeryLow));
    turns(&mut bench, 19).expect_stages(RuleId::CadenceVeryLow, 0);
}

#[test]
fn a_very_low_cadence_takes_load_away_sooner() {
    let mut bench = steady();
    turns(&mut bench, 30).seconds(8);
    assert!(!bench.fires(RuleId::CadenceVeryLow));
    turns(&mut bench, 29).expect_stages(RuleId::CadenceVeryLow, 0);
    // Load is off now, which does not end it: pedalling does.
    bench.situation.load_on = false;
    bench.now_is_whole().seconds(30);
    assert_eq!(bench.act(RuleId::CadenceVeryLow), Some(LoadAct::ZeroWait));
    turns(&mut bench, 45).expect_end(RuleId::CadenceVeryLow, 5);
}

#[test]
fn a_patient_who_stops_pedalling_stops_the_load() {
    let mut bench = steady();
    turns(&mut bench, 10).seconds(20);
    assert!(!bench.fires(RuleId::CadenceStopped));
    turns(&mut bench, 9).expect_stages(RuleId::CadenceStopped, 0);
    assert!(bench.supervisor.verdict().stop_latched);
}

#[test]
fn without_load_nobody_has_to_pedal() {
    let mut bench = steady();
    bench.situation.load_on = false;
    turns(&mut bench, 0).seconds(60);
    assert!(!bench.fires(RuleId::CadenceLow));
    assert!(!bench.fires(RuleId::CadenceVeryLow));
    assert!(!bench.fires(RuleId::CadenceStopped));
}

#[test]
fn a_high_cadence_is_told() {
    let mut bench = steady();
    turns(&mut bench, 100).seconds(60);
    assert!(!bench.fires(RuleId::CadenceHigh));
    turns(&mut bench, 101).expect_stages(RuleId::CadenceHigh, 0);
    assert_eq!(bench.tell(RuleId::CadenceHigh), Some(Priority::Low));
    turns(&mut bench, 100)
        .now_is_whole()
        .expect_end(RuleId::CadenceHigh, 5);
}

#[test]
fn a_machine_that_fell_silent_is_judged_by_nothing_but_its_silence() {
    let mut bench = steady();
    turns(&mut bench, 9).second();
    bench.machine = None;
    bench.seconds(10);
    assert!(!bench.fires(RuleId::CadenceStopped));
    assert!(bench.fires(RuleId::MachineLost));
}

#[test]
fn very_low_cadence_ends_only_well_above_the_prescribed() {
    let mut bench = steady();
    turns(&mut bench, 25).seconds(10);
    assert_eq!(bench.act(RuleId::CadenceVeryLow), Some(LoadAct::ZeroWait));
    turns(&mut bench, 44).seconds(30);
    assert!(bench.fires(RuleId::CadenceVeryLow), "44 is not 5 above 40");
    turns(&mut bench, 45).now_is_whole();
    bench.expect_end(RuleId::CadenceVeryLow, 5);
}

#[test]
fn a_report_of_three_seconds_ago_says_nothing_of_the_cadence() {
    // Ten seconds under 40, of which the machine was silent for a while: what nobody knew is not counted.
    let mut bench = steady();
    turns(&mut bench, 35).seconds(4);
    bench.machine = None;
    // It said so last at second 3: unknown from second 6, until it says so again at second 8. Its link answers meanwhile.
    for _ in 0..4 {
        bench.situation.machine_heard = Some(bench.now);
        bench.second();
    }
    turns(&mut bench, 35);
    // Two seconds were not counted: due at second 12, and not a tick before.
    for _ in 0..40 {
        bench.tenth();
        assert!(!bench.fires(RuleId::CadenceLow), "at {:?}", bench.now);
    }
    bench.tenth();
    assert!(bench.fires(RuleId::CadenceLow));
}

#[test]
fn what_a_brake_cannot_let_go_of_is_not_too_much() {
    for (given, fires) in [(40, false), (41, true)] {
        let mut bench = Bench::new();
        bench.situation.capabilities.control = LoadControl::CommandedFromLeast;
        bench.situation.capabilities.power = Some(PowerRange {
            min: Watts::new(25).expect("in range"),
            max: Watts::new(400).expect("in range"),
            step: 1,
        });
        told(&mut bench, 0);
        // 25 W stay, and 15 W more are permitted.
        bench.machine = Some(report(given, 60));
        bench.seconds(10);
        assert_eq!(bench.fires(RuleId::MachineAboveTarget), fires, "{given}");
    }
}

#[test]
fn a_machine_that_averages_for_longer_than_is_kept_is_held_against_half_a_minute() {
    let mut bench = Bench::new();
    bench.situation.capabilities.averaging.delay = Duration::from_mins(1);
    bench.seconds(40);
    told(&mut bench, 20);
    // 80 W stay in what may be answered for the 30 s that are judged, 3 s of its way down included.
    bench.seconds(29);
    assert!(!bench.fires(RuleId::MachineAboveTarget));
    bench.seconds(6);
    assert!(bench.fires(RuleId::MachineAboveTarget));
}
