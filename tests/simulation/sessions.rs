//! What one session says of itself: over which part it is measured, which of its alarms meant something, and whether it ended.

use drivers::virtual_devices::patient::{Condition, Exercise};
use station::simulation::cohort::{NurseKind, SessionTimes, TrialPatient};
use station::simulation::fault::{Fault, FaultKind};
use station::simulation::session::{self, Outcome, Plan};

/// The patient of the sheet's first trace.
fn patient() -> TrialPatient {
    TrialPatient::drawn(Condition::Cad, 2000, Exercise::Cycle)
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
        let event = Fault {
            at_s,
            for_s: 20.0,
            kind,
            value,
        };
        let alarms = run(&with(&[event]), SessionTimes::REFERENCE).alarms;
        assert!(alarms.high + alarms.medium > 0, "{event:?}: {alarms:?}");
        assert_eq!(alarms.untrue, 0, "{event:?}: {alarms:?}");
    }
}
