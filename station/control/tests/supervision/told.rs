//! What a person is told of a rule: the value that it looked at and the limit that it held it against, each worked out by hand.

use control::rules::RuleId;
use control::situation::{Response, Tell};
use control::view::PhaseKind;
use protocols::vocabulary::Quality;

use super::bench::{Bench, flagged, pressure, report};

fn call(bench: &Bench, rule: RuleId) -> Tell {
    let mut calls = bench.supervisor.tells();
    calls
        .find(|told| told.rule == rule)
        .unwrap_or_else(|| panic!("{rule} calls nobody"))
}

fn expect(bench: &Bench, rule: RuleId, value: f64, limit: f64) {
    let told = call(bench, rule);
    let near =
        |told: Option<f64>, figure: f64| told.is_some_and(|told| (told - figure).abs() < 1e-9);
    assert!(near(told.value, value), "{told:?}, not {value}");
    assert!(near(told.limit, limit), "{told:?}, not {limit}");
}

/// Rules of a number alone: there is a value and nothing that it is held against.
fn expect_value(bench: &Bench, rule: RuleId, value: f64) {
    let told = call(bench, rule);
    assert_eq!((told.value, told.limit), (Some(value), None), "{rule}");
}

/// From 110, which the last 40 s had, down by two each second.
fn down_from_110(bench: &mut Bench, to: u16) {
    bench.heart_rate(108).seconds(5);
    bench.heart_rate(110).seconds(40);
    for value in (to..110).rev().step_by(2) {
        bench.heart_rate(value).second();
    }
    bench.heart_rate(to);
}

#[test]
fn a_plunge_is_held_against_twenty_below_the_highest() {
    let mut bench = Bench::new();
    down_from_110(&mut bench, 86);
    bench.seconds(14);
    expect(&bench, RuleId::HrPlunge, 86.0, 110.0 - 20.0);
}

#[test]
fn a_fall_is_held_against_ten_below_the_highest() {
    let mut bench = Bench::new();
    bench.heart_rate(105).second();
    bench.heart_rate(110).seconds(70);
    bench.heart_rate(103).seconds(15);
    bench.heart_rate(100).seconds(31);
    expect(&bench, RuleId::HrFall, 100.0, 110.0 - 10.0);
}

#[test]
fn a_jump_is_held_against_thirty_above_the_lowest() {
    let mut bench = Bench::new();
    bench.heart_rate(80).seconds(70);
    bench.heart_rate(112).seconds(3);
    expect(&bench, RuleId::HrJump, 112.0, 80.0 + 30.0);
}

#[test]
fn an_unexplained_rise_is_held_against_what_load_foretells() {
    let mut bench = Bench::held();
    bench.situation.response = Some(Response {
        gain: 10.0,
        rest: 60.0,
    });
    bench.seconds(60);
    for value in (100..=130).step_by(2) {
        bench.heart_rate(value).second();
    }
    bench.seconds(90);
    // 3 METs lead to 60 + 30 = 90; of the way there from 130, 0.283 is gone in 30 s. 10 above that is the limit.
    let foretold = 130.0 + 0.283 * (90.0 - 130.0);
    expect(&bench, RuleId::HrUnexplained, 130.0, foretold + 10.0);
}

#[test]
fn a_rise_that_did_not_come_is_held_against_five_above_what_was() {
    let mut bench = Bench::new();
    bench.granted(2.0);
    // Of two readings in turn the mean of sixty is a half above the lower.
    bench.beats = true;
    bench.heart_rate(100).seconds(300);
    bench.granted(3.0).seconds(220);
    let told = call(&bench, RuleId::HrNoRiseTold);
    let near =
        |told: Option<f64>, figure: f64| told.is_some_and(|told| (told - figure).abs() < 0.1);
    assert!(near(told.value, 100.5), "{told:?}");
    assert!(near(told.limit, 100.5 + 5.0), "{told:?}");
}

#[test]
fn a_rise_of_five_is_an_answer() {
    // The rule looks from 180 s after the load rose on; by then the answer is there.
    for (answer, told) in [(104, true), (105, false)] {
        let mut bench = Bench::new();
        bench.granted(2.0);
        bench.heart_rate(99).second();
        bench.heart_rate(100).seconds(300);
        bench.granted(3.0).seconds(100);
        bench.heart_rate(answer).seconds(100);
        assert_eq!(bench.fires(RuleId::HrNoRiseTold), told, "{answer}");
    }
}

#[test]
fn what_a_machine_gives_is_held_against_what_it_may_differ_by() {
    let mut bench = Bench::new();
    bench.seconds(30);
    bench.machine = Some(report(60, 60));
    bench.seconds(20);
    // Of 80 W it may give a tenth less, and 10 W in any case.
    expect(&bench, RuleId::MachineBelowTarget, 60.0, 80.0 - 10.0);
    bench.machine = Some(report(100, 60));
    bench.seconds(7);
    // And 15 % more, and 15 W in any case.
    expect(&bench, RuleId::MachineAboveTarget, 100.0, 80.0 + 15.0);
}

#[test]
fn a_saturation_below_rest_is_held_against_four_below_it() {
    let mut bench = Bench::new();
    bench.phase(PhaseKind::Ready).oxygen(96).seconds(60);
    bench.phase(PhaseKind::WarmUp).oxygen(91).seconds(60);
    expect(&bench, RuleId::Spo2Fall, 91.0, 96.0 - 4.0);
}

#[test]
fn of_a_pressure_the_one_that_is_over_is_told() {
    for (systolic, diastolic, value, limit) in [
        (251, 100, 251.0, 250.0),
        (200, 116, 116.0, 115.0),
        (250, 116, 116.0, 115.0),
        // Both are: the systolic comes first.
        (260, 120, 260.0, 250.0),
    ] {
        let mut bench = Bench::new();
        bench.pressure(systolic, diastolic);
        expect(&bench, RuleId::SbpHigh, value, limit);
    }
}

#[test]
fn pressures_that_fall_are_held_against_ten_below_the_earlier() {
    let mut bench = Bench::new();
    bench.granted(2.0).pressure(160, 80);
    bench.granted(3.0).pressure(149, 80);
    expect(&bench, RuleId::SbpDrop, 149.0, 160.0 - 10.0);
    // 160/80 is a pulse pressure of 80, 149/80 one of 69.
    expect(&bench, RuleId::PulsePressure, 69.0, 80.0 - 10.0);
}

#[test]
fn a_pressure_that_does_not_rise_is_held_against_rest() {
    let mut bench = Bench::new();
    bench.phase(PhaseKind::Ready).granted(0.0).pressure(130, 80);
    bench
        .phase(PhaseKind::Conditioning)
        .granted(3.0)
        .pressure(128, 80);
    expect(&bench, RuleId::SbpNoRise, 128.0, 130.0);
}

#[test]
fn a_weak_pulse_tells_the_number_that_is_doubted() {
    let mut bench = Bench::new();
    bench.seconds(10);
    bench.saturation = Some(flagged(94, Quality::LowPerfusion));
    bench.seconds(7);
    expect_value(&bench, RuleId::WeakPulse, 94.0);
}

#[test]
fn a_number_that_stands_still_is_told() {
    let mut bench = Bench::new();
    bench.heart_rate(99).second();
    bench.heart_rate(100).second();
    let mut level = bench.clone();
    bench.granted(3.2).seconds(46);
    expect_value(&bench, RuleId::HrStuck, 100.0);
    level.seconds(62);
    expect_value(&level, RuleId::HrStillLevel, 100.0);
}

#[test]
fn a_number_that_follows_the_pedals_is_told() {
    let mut bench = Bench::new();
    bench.machine = Some(report(80, 60));
    bench.heart_rate(112).seconds(20);
    bench.heart_rate(120).seconds(5);
    bench.machine = Some(report(80, 65));
    bench.heart_rate(128).seconds(20);
    expect_value(&bench, RuleId::HrCadenceLock, 128.0);
}

#[test]
fn what_a_person_has_seen_is_said_to_be_seen_until_it_calls_again() {
    // The limit tells at 10 s, and again, more urgently, at 30 s.
    let mut bench = Bench::new();
    bench.heart_rate(119).seconds(20);
    bench.heart_rate(121).seconds(20);
    assert!(!call(&bench, RuleId::HrLimit).seen);
    bench.acknowledge(RuleId::HrLimit);
    assert!(call(&bench, RuleId::HrLimit).seen);
    bench.seconds(5);
    assert!(call(&bench, RuleId::HrLimit).seen, "it has not called anew");
    bench.seconds(20);
    assert!(!call(&bench, RuleId::HrLimit).seen);
}

#[test]
fn a_stop_asks_for_a_person_also_where_what_led_to_it_was_seen() {
    // The stop limit calls when it ends in cool-down, and 30 s later stops, which is no new call.
    let mut bench = Bench::new();
    for value in (100..=134).step_by(2) {
        bench.heart_rate(value).second();
    }
    bench.seconds(9);
    bench.acknowledge(RuleId::HrStop);
    assert!(call(&bench, RuleId::HrStop).seen);
    bench.seconds(40);
    assert!(!call(&bench, RuleId::HrStop).seen, "the stop was not seen");
    assert!(bench.supervisor.resume().is_err());
}

#[test]
fn what_escalates_asks_for_a_person_once_more_and_only_then() {
    let mut bench = Bench::new();
    bench.enter(control::input::Entry::Angina(1));
    bench.acknowledge(RuleId::Angina);
    assert!(call(&bench, RuleId::Angina).seen);
    bench.enter(control::input::Entry::Angina(2));
    assert!(!call(&bench, RuleId::Angina).seen);
    bench.acknowledge(RuleId::Angina);
    bench.enter(control::input::Entry::Angina(2));
    assert!(call(&bench, RuleId::Angina).seen, "it has escalated before");
}

#[test]
fn a_pressure_over_both_limits_with_symptoms_stops() {
    let mut bench = Bench::new();
    bench.enter(pressure(200, 116, true));
    expect(&bench, RuleId::SbpHigh, 116.0, 115.0);
    assert!(bench.supervisor.verdict().stop_latched);
}
