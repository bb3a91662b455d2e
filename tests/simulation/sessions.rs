//! What one session says of itself: over which part it is measured, which of its alarms meant something, and whether it ended.

use drivers::virtual_devices::patient::{Condition, Exercise};
use station::simulation::cohort::{NurseKind, SessionTimes, TrialPatient};
use station::simulation::session::{self, Outcome, Plan};

/// The patient of the sheet's first trace.
fn patient() -> TrialPatient {
    TrialPatient::drawn(Condition::Cad, 2000, Exercise::Cycle)
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
