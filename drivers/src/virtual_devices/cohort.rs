//! The reference cohort: 320 virtual patients, forty of each condition, on which a controller is tried.
//!
//! The cohort is our own model: agreement with it proves the code, not the clinic.

use super::patient::{Condition, DrawnPatient, Exercise, ReferencePrescription};

/// Patients of each condition.
pub const PATIENTS_PER_CONDITION: u32 = 40;

/// One patient of the cohort, with machine and prescription.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CohortPatient {
    /// Number among the patients of the condition, from 0.
    pub number: u32,
    /// The patient, assessed.
    pub patient: DrawnPatient,
    /// The machine: a cycle where the number is even, a treadmill where it is odd.
    pub exercise: Exercise,
    /// The prescription.
    pub prescription: ReferencePrescription,
}

/// All patients, condition by condition in the order of [`Condition::ALL`].
pub fn reference_cohort() -> impl Iterator<Item = CohortPatient> {
    Condition::ALL
        .into_iter()
        .zip(0_u64..)
        .flat_map(|(condition, index)| {
            (0..PATIENTS_PER_CONDITION).map(move |number| {
                let seed = 1000 + 1000 * index + 97 * u64::from(number);
                let patient = condition.draw(seed);
                let exercise = if number.is_multiple_of(2) {
                    Exercise::Cycle
                } else {
                    Exercise::Treadmill
                };
                CohortPatient {
                    number,
                    patient,
                    exercise,
                    prescription: ReferencePrescription::of(&patient, exercise),
                }
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_320_of_whom_half_walk() {
        let all: Vec<CohortPatient> = reference_cohort().collect();
        let walking = all
            .iter()
            .filter(|one| one.exercise == Exercise::Treadmill)
            .count();
        assert_eq!((all.len(), walking), (320, 160));
    }

    #[test]
    fn seeds_are_those_of_the_published_traces() {
        let seed_of = |condition, number| {
            reference_cohort()
                .find(|one| one.patient.condition == condition && one.number == number)
                .map(|one| one.patient.seed)
        };
        assert_eq!(seed_of(Condition::Cad, 0), Some(2000));
        assert_eq!(seed_of(Condition::Cad, 1), Some(2097));
        assert_eq!(seed_of(Condition::Transplant, 0), Some(7000));
    }

    #[test]
    fn its_gains_spread_as_published() {
        let gains: Vec<f64> = reference_cohort()
            .filter(|one| one.patient.condition != Condition::Af)
            .map(|one| one.patient.parameters.gain_bpm_per_met)
            .collect();
        let count = 280.0;
        let mean = gains.iter().sum::<f64>() / count;
        let variance = gains.iter().map(|gain| (gain - mean).powi(2)).sum::<f64>() / count;
        let least = gains.iter().copied().fold(f64::INFINITY, f64::min);
        let most = gains.iter().copied().fold(0.0, f64::max);
        let printed = [mean, variance.sqrt(), least, most].map(|value| format!("{value:.1}"));
        assert_eq!(printed, ["13.1", "5.6", "3.8", "34.9"]);
    }
}
