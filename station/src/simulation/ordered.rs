//! One prescription, tried before the patient sits down: on people who would have been assessed as this patient was.
//!
//! What the assessment does not tell (how fast the heart answers, drift, variability, saturation) is drawn from the patient's
//! condition, and what it tells is drawn with the assessment's own error. The spread of the sessions is the honest part of the picture.

use control::prescription::{BoundSensors, BoutSetup, Mode, PatientFacts, Prescription, Tuning};
use drivers::virtual_devices::patient::{Condition, DrawnPatient, Exercise, PatientParameters};
use protocols::vocabulary::MachineKind;

use super::cohort::{NurseKind, SessionTimes};
use super::session::Plan;
use super::trial;

/// The seed of the first who is drawn.
const FIRST_SEED: u64 = 500_000;
/// A heart can beat faster than the limit that was prescribed, by this at least, in beats a minute: else no session could show it.
const PEAK_OVER_LIMIT: f64 = 5.0;
/// Greatest heart rate of the virtual patient.
const PEAK_AT_MOST: f64 = 220.0;
/// Least difference between rest and peak, as in the cohort.
const RESERVE_AT_LEAST: f64 = 30.0;

/// A prescription to be tried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ordered {
    /// What is known of the patient.
    pub facts: PatientFacts,
    /// What was ordered.
    pub prescription: Prescription,
    /// For which kind of machine.
    pub machine: MachineKind,
}

impl Ordered {
    /// Whose heart and lungs the virtual patients have.
    #[must_use]
    pub const fn condition(&self) -> Condition {
        let facts = &self.facts;
        if facts.atrial_fibrillation {
            Condition::Af
        } else if facts.denervated {
            Condition::Transplant
        } else if facts.lung_disease {
            Condition::Copd
        } else {
            Condition::Cad
        }
    }

    /// The times of its session.
    #[must_use]
    pub fn times(&self) -> SessionTimes {
        let seconds =
            |duration: core::time::Duration| u32::try_from(duration.as_secs()).unwrap_or(u32::MAX);
        SessionTimes {
            ready_s: seconds(Tuning::DEFAULT.ready_at_least),
            warm_up_s: seconds(self.prescription.warm_up),
            conditioning_s: seconds(self.prescription.conditioning),
            cool_down_s: seconds(self.prescription.cool_down),
        }
    }

    /// Session `number`, on somebody who would have been assessed so.
    #[must_use]
    pub fn plan(&self, number: u32) -> Plan {
        let drawn = self
            .condition()
            .draw(FIRST_SEED.saturating_add(u64::from(number)));
        let exercise = match self.machine {
            MachineKind::Cycle => Exercise::Cycle,
            MachineKind::Treadmill => Exercise::Treadmill,
        };
        Plan {
            setup: BoutSetup {
                prescription: self.prescription,
                patient: self.facts,
                sensors: BoundSensors {
                    strap: true,
                    oximeter: true,
                },
                tuning: Tuning::DEFAULT,
                earlier: None,
            },
            machine: trial::machine(exercise),
            parameters: self.parameters(&drawn),
            seed: drawn.seed,
            faults: Vec::new(),
            nurse: NurseKind::Usual,
            times: self.times(),
        }
    }

    /// Somebody drawn, made to be assessed as this patient was.
    fn parameters(&self, drawn: &DrawnPatient) -> PatientParameters {
        let mut parameters = drawn.parameters;
        parameters.mass_kg = self.facts.mass.get();
        if let Mode::HeartRateHeld {
            assessed_gain,
            assessed_rest,
            ..
        } = self.prescription.mode
        {
            let found = drawn.assessment;
            if let Some(gain) = assessed_gain {
                let true_gain = parameters.gain_bpm_per_met * parameters.economy;
                let wrong_by = found.assessed_gain_bpm_per_met / true_gain;
                parameters.gain_bpm_per_met = gain / wrong_by / parameters.economy;
            }
            if let Some(rest) = assessed_rest {
                parameters.hr_rest_bpm = rest + parameters.hr_rest_bpm - found.assessed_rest_bpm;
            }
        }
        let by_gain =
            parameters.hr_rest_bpm + parameters.gain_bpm_per_met * (parameters.peak_met - 1.0);
        let limit = self
            .prescription
            .heart_rate
            .map_or(0.0, |limits| limits.upper);
        parameters.hr_peak_bpm = by_gain
            .max(parameters.hr_rest_bpm + RESERVE_AT_LEAST)
            .max(limit + PEAK_OVER_LIMIT)
            .min(PEAK_AT_MOST);
        parameters
    }
}
