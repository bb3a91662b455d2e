//! How far a person may move a target.

use super::*;
use crate::controller::Hand;
use crate::input::{Action, Input};
use crate::prescription::HeartRateLimits;
use crate::station::bench::{Patient, held, mets, setup};
use crate::view::PhaseKind;
use core::time::Duration;

const EXACT: f64 = 1e-9;

fn conditioning(mode: Mode) -> Patient {
    let mut patient = Patient::on(mode);
    patient.run_to(PhaseKind::Conditioning);
    patient
}

fn intervals() -> Mode {
    Mode::HeartRateInterval {
        work: 104.0,
        work_for: Duration::from_mins(4),
        recovery: 92.0,
        recovery_for: Duration::from_mins(3),
        repeats: 2,
        assessed_gain: Some(10.0),
        assessed_rest: Some(70.0),
    }
}

#[test]
fn a_step_ends_at_the_edge_and_what_is_outside_comes_back_by_one_way_alone() {
    for (from, up, moves_to) in [
        (100.0, true, Some(102.0)),
        (100.0, false, Some(98.0)),
        (109.0, true, Some(110.0)),
        (91.0, false, Some(90.0)),
        (110.0, true, None),
        (90.0, false, None),
        (114.0, true, None),
        (114.0, false, Some(112.0)),
        (85.0, false, None),
        (85.0, true, Some(87.0)),
    ] {
        assert_eq!(moved(from, 2.0, up, (90.0, 110.0)), moves_to, "{from} {up}");
    }
}

#[test]
fn a_target_stays_over_rest_and_under_the_zones_end_or_the_limit() {
    let patient = conditioning(held());
    let rest = patient.station.controller.as_ref();
    let rest = rest
        .and_then(Controller::estimate)
        .expect("it is held")
        .rest;
    let ordered = setup(held());
    // H is 111.
    for (zone, high) in [
        (None, 106.0),
        (Some((90.0, 100.0)), 100.0),
        (Some((90.0, 110.0)), 106.0),
    ] {
        let limits = ordered.prescription.heart_rate.expect("it has some");
        let mut bout = ordered;
        bout.prescription.heart_rate = Some(HeartRateLimits { zone, ..limits });
        let rates = patient.station.rates(&bout);
        assert!((rates.0 - rest - ABOVE_REST).abs() < EXACT, "{rates:?}");
        assert!((rates.1 - high).abs() < EXACT, "{zone:?}: {rates:?}");
    }
}

#[test]
fn in_the_recovery_of_intervals_the_target_does_not_pass_that_of_work() {
    let mut patient = conditioning(intervals());
    let ordered = |patient: &Patient| patient.station.view().notes.target_ordered;
    patient.seconds(60);
    assert_eq!(patient.station.recovery_below(), None, "at work");
    patient.send(&Input::Operator(Action::TargetDown));
    assert_eq!(ordered(&patient), Some(Target::HeartRate(104.0)));
    patient.seconds(200);
    assert_eq!(patient.station.recovery_below(), Some(102.0));
    let (_, high) = patient.station.rates(&setup(intervals()));
    assert!((high - 102.0).abs() < EXACT, "{high}");
    let mut narrow = setup(intervals());
    let limits = narrow.prescription.heart_rate.expect("it has some");
    narrow.prescription.heart_rate = Some(HeartRateLimits {
        zone: Some((80.0, 100.0)),
        ..limits
    });
    let (_, high) = patient.station.rates(&narrow);
    assert!((high - 100.0).abs() < EXACT, "the zone ends first: {high}");
    assert_eq!(ordered(&patient), Some(Target::HeartRate(92.0)));
}

#[test]
fn a_step_of_load_is_five_watts_where_one_load_is_ordered_on_a_cycle() {
    let constant = Mode::Constant { target: mets(3.0) };
    let watts = 10.8 * 5.0 / (3.5 * 80.0);
    let mut patient = conditioning(constant);
    assert!((patient.station.load_step(&setup(constant)) - watts).abs() < EXACT);
    let by_rate = Mode::MetHeld { target: mets(3.0) };
    let by_hand = setup(by_rate).tuning.hand_step;
    assert!((by_hand - watts).abs() > 0.01);
    assert!((patient.station.load_step(&setup(by_rate)) - by_hand).abs() < EXACT);
    patient.station.capabilities.kind = MachineKind::Treadmill;
    assert!((patient.station.load_step(&setup(constant)) - by_hand).abs() < EXACT);
}

#[test]
fn what_a_hand_holds_has_no_target_and_nothing_moves_up_while_a_record_has_a_hole() {
    let mut patient = conditioning(held());
    patient.seconds(30);
    assert_eq!(patient.station.target(), Some(Target::HeartRate(105.0)));
    patient.send(&Input::Record { whole: false });
    assert_eq!(
        patient.station.move_target(true),
        Err(Refusal::LimitReached)
    );
    assert_eq!(patient.station.move_target(false), Ok(()));
    assert_eq!(patient.station.target(), Some(Target::HeartRate(103.0)));
    patient.station.hand = InHand::Held(Hand::new(mets(2.0)));
    assert_eq!(patient.station.target(), None);
    assert_eq!(patient.station.move_target(false), Err(Refusal::NoTarget));
}
