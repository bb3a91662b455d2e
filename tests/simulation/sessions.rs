//! What one session says of itself: over which part it is measured, which of its alarms meant something, and whether it ended.

use control::input::{HeartRateSource, Input};
use drivers::virtual_devices::patient::{Condition, Exercise};
use protocols::vocabulary::{Quality, Reading};
use station::simulation::cohort::{NurseKind, SessionTimes, TrialPatient};
use station::simulation::fault::{Fault, FaultKind};
use station::simulation::session::{self, Call, Observer, Outcome, Plan};

/// The patient of the sheet's first trace.
fn patient() -> TrialPatient {
    TrialPatient::drawn(Condition::Cad, 2000, Exercise::Cycle)
}

fn event(at_s: f64, for_s: f64, kind: FaultKind, value: f64) -> Fault {
    Fault {
        at_s,
        for_s,
        kind,
        value,
    }
}

/// The same, and what goes wrong.
fn with(events: &[Fault]) -> TrialPatient {
    TrialPatient {
        events: events.to_vec(),
        ..patient()
    }
}

fn run(patient: &TrialPatient, times: SessionTimes) -> Outcome {
    let plan = Plan::of(patient, times, NurseKind::Usual, true).expect("in range");
    session::run(&plan, &mut ())
}

#[test]
fn a_session_is_measured_over_its_own_conditioning() {
    for conditioning_s in [600, 1800, 3600] {
        let times = SessionTimes {
            conditioning_s,
            ..SessionTimes::REFERENCE
        };
        let measured = run(&patient(), times).measures.expect("it is long enough");
        // The cool-down is tens of beats under the target.
        assert!(
            measured.rmse_mean_bpm < 2.0,
            "{conditioning_s}: {measured:?}"
        );
        assert!(
            measured.in_band_percent > 99.0,
            "{conditioning_s}: {measured:?}"
        );
        assert!(
            measured.control_power_bpm2 < 0.3,
            "{conditioning_s}: {measured:?}"
        );
    }
    let times = SessionTimes {
        conditioning_s: 300,
        ..SessionTimes::REFERENCE
    };
    assert_eq!(run(&patient(), times).measures, None);
}

#[test]
fn what_people_did_and_what_surrounds_is_true_from_its_own_second_on() {
    let done = [
        (FaultKind::Stop, 0.0),
        (FaultKind::EmergencyStop, 0.0),
        (FaultKind::Symptom, 0.0),
        (FaultKind::Exertion, 18.0),
        (FaultKind::Dyspnoea, 9.0),
        (FaultKind::Angina, 1.0),
        (FaultKind::Systolic, 255.0),
        (FaultKind::StopButton, 0.0),
    ];
    // One begins with a second, one in the midst of one.
    for (at_s, (kind, value)) in done
        .into_iter()
        .flat_map(|one| [(900.0, one), (900.5, one)])
    {
        let event = event(at_s, 20.0, kind, value);
        let alarms = run(&with(&[event]), SessionTimes::REFERENCE).alarms;
        assert!(alarms.high + alarms.medium > 0, "{event:?}: {alarms:?}");
        assert_eq!(alarms.untrue, 0, "{event:?}: {alarms:?}");
    }
}

/// What heart-rate sources said, each with its second and, where it was a number of good quality, that number.
#[derive(Default)]
struct HeartRates(Vec<(u64, HeartRateSource, Option<u16>)>);

impl Observer for HeartRates {
    fn called(&mut self, call: &Call<'_>) {
        if let Input::HeartRate {
            source, reading, ..
        } = call.input
        {
            let good = match reading {
                Reading::Value {
                    value,
                    quality: Quality::Good,
                } => Some(value.get()),
                Reading::Value { .. } | Reading::Missing(_) => None,
            };
            self.0.push((call.now.as_millis() / 1_000, *source, good));
        }
    }
}

#[test]
fn a_pulse_can_stand_still_with_good_quality_while_the_strap_is_silent() {
    let patient = with(&[
        event(380.0, 200.0, FaultKind::StrapSilent, 0.0),
        event(400.0, 180.0, FaultKind::OximeterPulseStuck, 0.0),
    ]);
    let plan =
        Plan::of(&patient, SessionTimes::REFERENCE, NurseKind::Usual, true).expect("in range");
    let mut heard = HeartRates::default();
    session::run(&plan, &mut heard);
    let of = |wanted: HeartRateSource, from: u64, to: u64| -> Vec<Option<u16>> {
        heard
            .0
            .iter()
            .filter(|(second, source, _)| *source == wanted && (from..=to).contains(second))
            .map(|(_, _, rate)| *rate)
            .collect()
    };
    assert!(of(HeartRateSource::Strap, 381, 580).is_empty());
    // A reading stands at the end of its second.
    let before = of(HeartRateSource::Oximeter, 400, 400);
    assert!(matches!(before.as_slice(), [Some(_)]), "{before:?}");
    assert_eq!(of(HeartRateSource::Oximeter, 401, 580), before.repeat(180));
    let after = of(HeartRateSource::Oximeter, 581, 640);
    assert!(
        after
            .iter()
            .all(|rate| rate.is_some() && *rate != before[0])
    );
}

#[test]
fn who_stopped_pedalling_is_told_to_pedal_and_goes_on() {
    // At the door, in the warm-up and in conditioning; for a moment and for a minute.
    for at_s in [90.0, 200.0, 700.0] {
        for for_s in [6.0, 20.0, 60.0] {
            let stops = event(at_s, for_s, FaultKind::PedallingStops, 0.0);
            let outcome = run(&with(&[stops]), SessionTimes::REFERENCE);
            assert!(outcome.finished, "{stops:?}");
            assert!(outcome.measures.is_some(), "{stops:?}");
        }
    }
    let slow = event(700.0, 30.0, FaultKind::Cadence, 5.0);
    assert!(run(&with(&[slow]), SessionTimes::REFERENCE).finished);
}

#[test]
fn who_had_pain_is_asked_again_before_it_goes_on() {
    for (kind, value) in [
        (FaultKind::Angina, 2.0),
        (FaultKind::Angina, 4.0),
        (FaultKind::Symptom, 0.0),
    ] {
        let outcome = run(
            &with(&[event(900.0, 0.0, kind, value)]),
            SessionTimes::REFERENCE,
        );
        assert!(outcome.finished, "{kind:?}");
        assert!(outcome.lasted_s < 3_600, "{kind:?}: {}", outcome.lasted_s);
    }
}

#[test]
fn a_session_that_nobody_could_go_on_with_says_so() {
    let patient = with(&[event(900.0, 5_000.0, FaultKind::MachineGone, 0.0)]);
    let outcome = run(&patient, SessionTimes::REFERENCE);
    assert!(!outcome.finished);
    let plan = Plan::of(&patient, SessionTimes::REFERENCE, NurseKind::Absent, true);
    let stopped = Plan {
        faults: vec![event(900.0, 0.0, FaultKind::Stop, 0.0)],
        ..plan.expect("in range")
    };
    assert!(!session::run(&stopped, &mut ()).finished);
}
