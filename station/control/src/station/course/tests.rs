//! What a start waits for, what is measured on the way, and how a controller is entered again.

use std::vec::Vec;

use super::*;
use protocols::vocabulary::MillimetresOfMercury;

use crate::input::{Action, Entry, Input};
use crate::station::bench::{Patient, held, setup};

#[test]
fn a_fault_keeps_a_bout_from_starting() {
    let mut patient = Patient::on(held());
    patient.seconds(40);
    assert!(!patient.station.interlock(patient.now()).alarms);
    patient.station.fault = true;
    assert!(patient.station.interlock(patient.now()).alarms);
}

#[test]
fn a_bout_waits_for_a_minute_of_rest_and_for_a_pulse_that_was_measured_in_it() {
    let mut patient = Patient::on(held());
    let rest = |patient: &Patient| patient.station.interlock(patient.now()).rest;
    patient.seconds(45);
    assert!(patient.station.resting_mean(patient.now()).is_some());
    assert!(rest(&patient), "measured, and too short");
    patient.seconds(20);
    assert!(!rest(&patient));
    let mut unmeasured = Patient::on(held());
    unmeasured.strap = false;
    unmeasured.seconds(65);
    assert!(rest(&unmeasured), "long enough, and not measured");
}

#[test]
fn load_begins_from_nothing_after_rest_and_goes_on_from_phase_to_phase() {
    for (before, rise) in [
        (Phase::Recovery, 0.0),
        (
            Phase::Exercise(Exercise::WarmUp {
                before: Duration::ZERO,
            }),
            0.4,
        ),
    ] {
        let mut patient = Patient::on(held());
        patient.run_to(PhaseKind::WarmUp);
        let now = patient.now();
        let station = &mut patient.station;
        station.load.rise = 0.4;
        station.load.beat_due = Timestamp::ZERO;
        station.begin_phase(now, before, Duration::ZERO);
        assert!((station.load.rise - rise).abs() < 1e-12, "{before:?}");
        let begins_now = station.load.beat_due == now;
        assert_eq!(begins_now, before == Phase::Recovery);
    }
}

#[test]
fn rest_and_the_end_of_a_warm_up_are_means_of_more_than_so_many_readings() {
    let mut patient = Patient::on(held());
    patient.strap = false;
    patient.seconds(20);
    patient.strap = true;
    let mut counts = Vec::new();
    for _ in 0..35_u64 {
        patient.seconds(1);
        let now = patient.now();
        let station = &patient.station;
        let seconds = u16::try_from(now.since(station.phase_since).as_secs()).expect("short");
        let counted = |window| {
            station
                .signals
                .heart_rate_mean(now, window)
                .map_or(0, |(_, count)| count)
        };
        let rest = counted(seconds - 20);
        assert_eq!(
            station.resting_mean(now).is_some(),
            rest > REST_READINGS,
            "{rest}"
        );
        let bout = setup(held());
        let warmed_up = Duration::from_secs(30);
        let entering = station.entering(&bout, now, warmed_up, 105.0);
        let warm = counted(30);
        assert_eq!(
            entering.warm_up_mean.is_some(),
            warm > WARM_UP_READINGS,
            "{warm}"
        );
        counts.extend([rest, warm]);
    }
    for edge in [10, 11, 20, 21] {
        assert!(counts.contains(&edge), "{counts:?}");
    }
}

#[test]
fn after_a_pause_a_held_heart_rate_begins_with_the_one_that_is_there() {
    let mut patient = Patient::on(held());
    patient.run_to(PhaseKind::Conditioning);
    patient.seconds(400);
    patient.send(&Input::Operator(Action::Pause));
    patient.seconds(60);
    let now = measured_now(&patient.station.signals, patient.now()).expect("it is trusted");
    patient.said.clear();
    patient.send(&Input::Operator(Action::Resume));
    patient.seconds(6);
    let beat = patient
        .said
        .iter()
        .find_map(|outputs| outputs.decision.and_then(|decision| decision.beat))
        .expect("the law has its beat");
    assert!(now < 98.0, "the heart came down in the pause: {now}");
    assert!((beat.reference - now).abs() < 2.0, "{beat:?} {now}");
}

#[test]
fn a_stop_that_was_acknowledged_before_the_bout_waits_for_the_start_and_for_no_alarm() {
    let mut patient = Patient::on(held());
    patient.send(&Input::Operator(Action::Finish));
    patient.send(&Input::Operator(Action::Stop));
    patient.seconds(6);
    patient.send(&Input::Operator(Action::AcknowledgeAll));
    patient.seconds(1);
    assert_eq!(patient.station.alarms.iter().count(), 0);
    for action in [
        Action::Finish,
        Action::Begin(setup(held())),
        Action::DoorChecked,
    ] {
        patient.send(&Input::Operator(action));
    }
    patient.seconds(65);
    let waits = patient.station.interlock(patient.now());
    assert!(!waits.alarms && !waits.rules, "{waits:?}");
    assert!(waits.confirmation && !waits.is_clear(), "{waits:?}");
    patient.send(&Input::Operator(Action::ConfirmStart));
    patient.seconds(1);
    assert_eq!(patient.station.phase(), PhaseKind::WarmUp);
}

#[test]
fn a_rule_that_acts_in_ready_is_told_apart_from_an_alarm_that_nobody_has_seen() {
    let mut patient = Patient::on(held());
    let waits = |patient: &Patient| {
        let waits = patient.station.interlock(patient.now());
        (waits.alarms, waits.rules)
    };
    let pressure = |systolic| {
        let [systolic, diastolic] =
            [systolic, 90].map(|value| MillimetresOfMercury::new(value).expect("in range"));
        Input::Operator(Action::Enter(Entry::BloodPressure {
            systolic,
            diastolic,
            symptoms: false,
        }))
    };
    patient.send(&pressure(255));
    patient.seconds(6);
    assert_eq!(waits(&patient), (true, true));
    patient.send(&Input::Operator(Action::AcknowledgeAll));
    patient.seconds(1);
    assert_eq!(waits(&patient), (false, true), "seen, and not over");
    patient.send(&pressure(150));
    patient.seconds(6);
    assert_eq!(waits(&patient), (false, false));
}
