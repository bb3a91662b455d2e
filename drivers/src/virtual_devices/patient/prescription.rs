//! The prescription that goes with a drawn patient in trials: target, warm-up, ceiling on load, walking speed.

use serde::{Deserialize, Serialize};

use super::{DrawnPatient, clamp};
use protocols::vocabulary::number::floor_to_u16;

/// Which machine a trial's patient is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exercise {
    /// On an ergometer, watts.
    Cycle,
    /// On a belt, speed and grade.
    Treadmill,
}

/// The reference prescription of a drawn patient.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReferencePrescription {
    /// Heart rate to hold, in beats a minute.
    pub target_bpm: u16,
    /// Net METs of the warm-up.
    pub warm_up_met: f64,
    /// Ceiling on load, in net METs.
    pub max_met: f64,
    /// Preferred walking speed, in m/s.
    pub preferred_speed_m_s: f64,
}

impl ReferencePrescription {
    /// The prescription of `patient` on a machine.
    #[must_use]
    pub fn of(patient: &DrawnPatient, exercise: Exercise) -> Self {
        let p = &patient.parameters;
        let target = libm::floor(p.hr_rest_bpm + 0.55 * p.reserve_bpm() + 0.5);
        // Of the target before it is rounded: only so do the published traces begin as they do.
        let holding = 0.55 * p.reserve_bpm() / (p.gain_bpm_per_met * p.economy);
        let least = match exercise {
            Exercise::Cycle => 1.0,
            Exercise::Treadmill => 0.8,
        };
        Self {
            target_bpm: floor_to_u16(target).unwrap_or(0),
            warm_up_met: (0.45 * holding).max(least),
            max_met: 0.9 * (p.peak_met - 1.0),
            preferred_speed_m_s: clamp(0.75 + 0.13 * (p.peak_met - 3.0), 0.7, 1.5),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Condition;
    use super::*;

    fn near(left: f64, right: f64) -> bool {
        (left - right).abs() < 0.000_05
    }

    #[test]
    fn seed_1000_is_to_be_held_at_the_published_target() {
        let patient = Condition::Cad.draw(1000);
        let reference = ReferencePrescription::of(&patient, Exercise::Cycle);
        assert_eq!(reference.target_bpm, 103);
    }

    #[test]
    fn the_three_published_traces_begin_from_these() {
        let cycle = Condition::Cad.draw(2000);
        let reference = ReferencePrescription::of(&cycle, Exercise::Cycle);
        assert_eq!(reference.target_bpm, 110);
        assert!(near(reference.warm_up_met, 1.7429), "{reference:?}");
        assert!(near(cycle.assessment.assessed_gain_bpm_per_met, 9.3167));
        assert!(near(cycle.assessment.assessed_rest_bpm, 75.4392));

        let walking = Condition::Cad.draw(2097);
        let reference = ReferencePrescription::of(&walking, Exercise::Treadmill);
        assert_eq!(reference.target_bpm, 107);
        assert!(near(reference.warm_up_met, 1.9125), "{reference:?}");
        assert!(near(reference.preferred_speed_m_s, 1.5));
        assert!(near(walking.assessment.assessed_gain_bpm_per_met, 10.3287));

        let transplant = Condition::Transplant.draw(7000);
        let reference = ReferencePrescription::of(&transplant, Exercise::Cycle);
        assert_eq!(reference.target_bpm, 119);
        assert!(near(reference.warm_up_met, 1.2786), "{reference:?}");
        assert!(near(transplant.assessment.assessed_rest_bpm, 102.1565));
    }
}
