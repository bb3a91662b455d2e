//! What rules are told of where the session stands, at the edges.

use protocols::vocabulary::{MachineReport, MachineState, MetresPerSecond, Watts};

use super::*;
use crate::input::Input;
use crate::prescription::Mode;
use crate::station::bench::{Patient, held, mets, setup};

/// In conditioning with a held heart rate.
fn conditioning() -> Patient {
    let mut patient = Patient::on(held());
    patient.run_to(PhaseKind::Conditioning);
    patient.seconds(30);
    patient
}

fn situation(patient: &Patient) -> Situation {
    patient.station.situation(patient.now())
}

fn reports(patient: &mut Patient, power: Option<u16>, speed: Option<f64>) {
    let mut report = MachineReport::of(MachineState::Standing);
    report.power = power.and_then(Watts::new);
    report.speed = speed.and_then(MetresPerSecond::new);
    let sent_at = patient.now();
    patient.send(&Input::Machine { report, sent_at });
}

#[test]
fn load_is_on_above_the_least_and_at_the_cap_from_the_most_on() {
    let mut patient = conditioning();
    reports(&mut patient, Some(0), None);
    // Unloaded pedalling is one MET; this patient's cap is what the assessment explains, or the ceiling of 6.
    let most = patient.station.most().get();
    assert!(most > 2.0 && most <= 6.0);
    for (granted, on, at_minimum, at_cap) in [
        (0.0, false, true, false),
        (1.0, false, true, false),
        (1.0 + 0.5 * SAME, false, true, false),
        (1.0 + 2.0 * SAME, true, false, false),
        (most - 2.0 * SAME, true, false, false),
        (most - 0.5 * SAME, true, false, true),
        (most, true, false, true),
    ] {
        patient.station.load.granted = mets(granted);
        let situation = situation(&patient);
        assert_eq!(
            (situation.load_on, situation.at_minimum, situation.at_cap),
            (on, at_minimum, at_cap),
            "{granted}"
        );
    }
}

#[test]
fn a_machine_that_moves_is_a_load_whatever_was_granted() {
    for (power, speed, on) in [
        (Some(0), None, false),
        (Some(1), None, true),
        (None, Some(0.0), false),
        (None, Some(0.1), true),
        (Some(0), Some(0.1), true),
        (None, None, false),
    ] {
        let mut patient = conditioning();
        reports(&mut patient, power, speed);
        patient.station.load.granted = NetMets::ZERO;
        assert_eq!(situation(&patient).load_on, on, "{power:?} {speed:?}");
    }
}

#[test]
fn conditioning_is_over_a_tenth_after_its_time_and_an_endless_one_never() {
    let minutes = Duration::from_mins;
    for (ordered, done, over) in [
        (minutes(20), minutes(20), false),
        (minutes(20), minutes(21), false),
        (minutes(20), minutes(22), false),
        (minutes(20), minutes(22) + Duration::from_millis(1), true),
        (Duration::MAX, Duration::MAX / 50, false),
    ] {
        let mut patient = conditioning();
        let bout = patient.station.bout.as_mut().expect("it is under way");
        bout.prescription.conditioning = ordered;
        patient.station.phase = Phase::Exercise(Exercise::Conditioning { before: done });
        patient.station.phase_since = patient.now();
        assert_eq!(
            situation(&patient).conditioning_over,
            over,
            "{ordered:?} {done:?}"
        );
    }
    let ordered = setup(held()).prescription;
    assert_eq!(allowed_conditioning(&ordered), minutes(22));
}

#[test]
fn a_target_is_judged_in_conditioning_and_not_in_the_recovery_of_intervals() {
    let mut patient = Patient::on(held());
    patient.run_to(PhaseKind::WarmUp);
    assert_eq!(situation(&patient).target, None);
    assert_eq!(situation(&patient).response, None);
    patient.run_to(PhaseKind::Conditioning);
    let known = situation(&patient);
    assert_eq!(known.target, Some(105.0));
    let response = known.response.expect("a heart rate is held");
    assert!(
        response.gain > 4.0 && (response.rest - 71.0).abs() < 2.0,
        "{response:?}"
    );
    let mut intervals = Patient::on(Mode::HeartRateInterval {
        work: 104.0,
        work_for: Duration::from_mins(2),
        recovery: 95.0,
        recovery_for: Duration::from_mins(2),
        repeats: 3,
        assessed_gain: Some(10.0),
        assessed_rest: Some(70.0),
    });
    intervals.run_to(PhaseKind::Conditioning);
    intervals.seconds(60);
    assert_eq!(situation(&intervals).target, Some(104.0));
    intervals.seconds(120);
    assert_eq!(situation(&intervals).target, None);
    assert_eq!(intervals.station.target_heart_rate(), Some(95.0));
    let constant = {
        let mut patient = Patient::on(Mode::Constant { target: mets(2.5) });
        patient.run_to(PhaseKind::Conditioning);
        situation(&patient)
    };
    assert_eq!((constant.target, constant.response), (None, None));
}
