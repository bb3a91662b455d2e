//! The trial's profile: machine, ramps and limits of `controllers.md` 4.1, under which the reference figures were computed.
//!
//! They are a trial's figures and no clinic's: a rise of 1 MET/min suits a comparison of laws. Clinical defaults by risk class are
//! in `clinic`.

use std::time::Duration;

use control::prescription::{
    BeltPreference, BoundSensors, BoutSetup, HeartRateLimits, Holding, Mode, PatientFacts,
    Prescription, Tuning,
};
use drivers::virtual_devices::patient::{Condition, Exercise};
use protocols::vocabulary::{
    Averaging, BeltRange, Capabilities, Kilograms, LoadControl, MachineKind, MetresPerSecond,
    NetMets, OnSilence, PercentGrade, PowerRange, ReadBack, Slew, Watts,
};

use super::cohort::{SessionTimes, TrialPatient};

/// Rise of load in warm-up, in METs a minute.
pub const WARM_UP_RAMP: f64 = 3.0;
/// Rise of load in conditioning, in METs a minute.
pub const CONDITIONING_RAMP: f64 = 1.0;
/// Half the width of the zone, in beats a minute (`supervision.md` section 4: `hr-over-zone` at target + 6).
const ZONE: f64 = 6.0;
/// Margin over the upper limit at which load is taken to the cool-down's (that of risk class low in `rules.toml`).
const STOP_MARGIN: f64 = 10.0;

/// The machine of a trial: a cycle that follows at 20 W/s, or a belt at 0.1 m/s² and 0.5 % of grade a second.
#[must_use]
pub fn machine(exercise: Exercise) -> Capabilities {
    let belt = exercise == Exercise::Treadmill;
    Capabilities {
        kind: if belt {
            MachineKind::Treadmill
        } else {
            MachineKind::Cycle
        },
        control: LoadControl::Commanded,
        power: (!belt)
            .then(|| {
                Some(PowerRange {
                    min: Watts::new(1)?,
                    max: Watts::new(1_000)?,
                    step: 1,
                })
            })
            .flatten(),
        belt: belt
            .then(|| {
                Some(BeltRange {
                    min_speed: MetresPerSecond::new(0.5 / 3.6)?,
                    max_speed: MetresPerSecond::new(5.0)?,
                    max_grade: PercentGrade::new(25.0)?,
                    speed_step: 1.0 / 36.0,
                    grade_step: 0.5,
                })
            })
            .flatten(),
        slew: Slew {
            watts_per_second: 20.0,
            metres_per_second_squared: 0.1,
            grade_percent_per_second: 0.5,
        },
        averaging: Averaging {
            delay: Duration::ZERO,
        },
        poll_interval: Duration::from_secs(1),
        on_silence: if belt {
            OnSilence::StopsAfter(Duration::from_secs(1))
        } else {
            OnSilence::KeepsLoad
        },
        reads: ReadBack {
            power: !belt,
            cadence: !belt,
            speed: belt,
            grade: belt,
        },
    }
}

/// What the core is told of a trial's patient. `None` where a figure is no unit's: a file's reader has refused that before.
#[must_use]
pub fn setup(patient: &TrialPatient, times: &SessionTimes, oximeter: bool) -> Option<BoutSetup> {
    let ordered = &patient.prescription;
    let lung_disease = patient.condition == Condition::Copd;
    let seconds = |seconds: u32| Duration::from_secs(u64::from(seconds));
    let preferred = MetresPerSecond::new(ordered.preferred_speed_m_s)?;
    Some(BoutSetup {
        prescription: Prescription {
            mode: Mode::HeartRateHeld {
                target: ordered.target_bpm,
                assessed_gain: Some(ordered.assessed_gain_bpm_per_met),
                assessed_rest: Some(ordered.assessed_rest_bpm),
            },
            heart_rate: Some(HeartRateLimits {
                upper: ordered.ceiling_bpm,
                lower: 40.0,
                zone: Some((
                    ordered.target_bpm - ZONE,
                    (ordered.target_bpm + ZONE).min(ordered.ceiling_bpm),
                )),
                stop_margin: STOP_MARGIN,
                icd_detection: None,
            }),
            saturation_floor: ordered.spo2_floor_pct,
            heart_rate_required: true,
            saturation_required: lung_disease && oximeter,
            warm_up_load: NetMets::new(ordered.warm_up_met)?,
            ceiling: NetMets::new(ordered.max_met)?,
            ramp_up: CONDITIONING_RAMP,
            warm_up_ramp: WARM_UP_RAMP,
            warm_up: seconds(times.warm_up_s),
            conditioning: seconds(times.conditioning_s),
            cool_down: seconds(times.cool_down_s),
            exertion_upper: 15,
            dyspnoea_upper: 6,
            claudication_stop: 3,
            systolic_stop: 250,
            diastolic_stop: 115,
            blood_pressure_interval: None,
            cadence_low: 40,
            belt: (patient.exercise == Exercise::Treadmill)
                .then(|| {
                    Some(BeltPreference {
                        preferred_speed: preferred,
                        max_speed: preferred,
                        max_grade: PercentGrade::new(100.0 * ordered.grade_max)?,
                    })
                })
                .flatten(),
            holding: Holding::default(),
        },
        patient: PatientFacts {
            mass: Kilograms::new(patient.parameters.mass_kg)?,
            atrial_fibrillation: patient.condition == Condition::Af,
            denervated: patient.condition == Condition::Transplant,
            paced: false,
            chronotropic_incompetence: false,
            lung_disease,
        },
        sensors: BoundSensors {
            strap: true,
            oximeter,
        },
        tuning: Tuning {
            ready_at_least: seconds(times.ready_s),
            ..Tuning::DEFAULT
        },
        earlier: None,
    })
}
