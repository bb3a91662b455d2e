//! Who is simulated: patients, each with a machine, a prescription and what goes wrong, and the times of a session.

use drivers::virtual_devices::cohort::{CohortPatient, reference_cohort};
use drivers::virtual_devices::patient::{Condition, Exercise, PatientParameters};
use serde::{Deserialize, Serialize};

use super::fault::Fault;

/// Beats a minute by which the reference cohort's upper limit lies over its target; in atrial fibrillation more
/// (`controllers.md` section 5).
const LIMIT_OVER_TARGET: f64 = 10.0;
const LIMIT_OVER_TARGET_IRREGULAR: f64 = 15.0;

/// Steepest grade of the reference prescription, as a fraction.
const REFERENCE_GRADE: f64 = 0.12;

/// Saturation floor of the reference prescription, in per cent.
const REFERENCE_FLOOR: f64 = 88.0;

/// A cohort: whom to simulate, for how long, and which nurse is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Cohort {
    /// The times of each session.
    pub session: SessionTimes,
    /// Who looks after them.
    pub nurse: NurseKind,
    /// The patients, in the order of their sessions.
    pub patients: Vec<TrialPatient>,
}

impl Cohort {
    /// The 320 patients of the reference cohort.
    #[must_use]
    pub fn reference() -> Self {
        Self {
            session: SessionTimes::REFERENCE,
            nurse: NurseKind::Usual,
            patients: reference_cohort().map(TrialPatient::of).collect(),
        }
    }
}

/// How long the parts of a session last, in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionTimes {
    /// No load; rest is measured.
    pub ready_s: u32,
    /// Warm-up.
    pub warm_up_s: u32,
    /// Conditioning.
    pub conditioning_s: u32,
    /// Cool-down.
    pub cool_down_s: u32,
}

impl SessionTimes {
    /// `controllers.md` section 4.
    pub const REFERENCE: Self = Self {
        ready_s: 60,
        warm_up_s: 300,
        conditioning_s: 1800,
        cool_down_s: 300,
    };

    /// All parts together.
    #[must_use]
    pub const fn total_s(self) -> u32 {
        self.ready_s
            .saturating_add(self.warm_up_s)
            .saturating_add(self.conditioning_s)
            .saturating_add(self.cool_down_s)
    }
}

/// What kind of nurse is there (`controllers.md` 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NurseKind {
    /// Acknowledges a high alarm after 30 s, resumes 10 s after signals are trusted again.
    #[default]
    Usual,
    /// Never comes.
    Absent,
    /// Acknowledges after 3 s and resumes at once.
    Hasty,
}

/// One patient of a trial.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrialPatient {
    /// The session's name.
    pub id: String,
    /// What the patient has.
    pub condition: Condition,
    /// On what.
    #[serde(rename = "machine")]
    pub exercise: Exercise,
    /// Of the patient's three streams of disturbance.
    pub seed: u64,
    /// Labels of the file, kept as they are.
    pub hard: Vec<String>,
    /// What the patient is made of.
    pub parameters: PatientParameters,
    /// What was prescribed.
    pub prescription: TrialPrescription,
    /// What goes wrong.
    pub events: Vec<Fault>,
}

/// The prescription of a trial (`heart-rate-dynamics.md` 3.6).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialPrescription {
    /// Heart rate to hold, in beats a minute.
    pub target_bpm: f64,
    /// The upper limit, in beats a minute.
    pub ceiling_bpm: f64,
    /// Gain by assessment, in beats a minute for each net MET.
    pub assessed_gain_bpm_per_met: f64,
    /// Resting heart rate by assessment, in beats a minute.
    pub assessed_rest_bpm: f64,
    /// Load of the warm-up, in net METs.
    pub warm_up_met: f64,
    /// Ceiling on load, in net METs.
    pub max_met: f64,
    /// Saturation floor, in per cent.
    pub spo2_floor_pct: f64,
    /// Preferred walking speed, in m/s.
    pub preferred_speed_m_s: f64,
    /// Steepest grade, as a fraction.
    pub grade_max: f64,
}

impl TrialPatient {
    /// A patient of the reference cohort.
    #[must_use]
    pub fn of(one: CohortPatient) -> Self {
        let drawn = one.patient;
        let target = f64::from(one.prescription.target_bpm);
        let over = if drawn.condition == Condition::Af {
            LIMIT_OVER_TARGET_IRREGULAR
        } else {
            LIMIT_OVER_TARGET
        };
        Self {
            id: format!("{}-{}", drawn.condition.name(), drawn.seed),
            condition: drawn.condition,
            exercise: one.exercise,
            seed: drawn.seed,
            hard: Vec::new(),
            parameters: drawn.parameters,
            prescription: TrialPrescription {
                target_bpm: target,
                ceiling_bpm: target + over,
                assessed_gain_bpm_per_met: drawn.assessment.assessed_gain_bpm_per_met,
                assessed_rest_bpm: drawn.assessment.assessed_rest_bpm,
                warm_up_met: one.prescription.warm_up_met,
                max_met: one.prescription.max_met,
                spo2_floor_pct: REFERENCE_FLOOR,
                preferred_speed_m_s: one.prescription.preferred_speed_m_s,
                grade_max: REFERENCE_GRADE,
            },
            events: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_cohort_is_prescribed_as_published() {
        let cohort = Cohort::reference();
        assert_eq!(cohort.patients.len(), 320);
        let seed_2000 = cohort
            .patients
            .iter()
            .find(|patient| patient.seed == 2000)
            .expect("printed in the sheet");
        assert_eq!(seed_2000.id, "cad-2000");
        let printed = [
            seed_2000.prescription.target_bpm,
            seed_2000.prescription.ceiling_bpm,
        ]
        .map(|value| format!("{value}"));
        assert_eq!(printed, ["110", "120"]);
    }
}
