//! What a bout taught of its patient, and what that shows beside the bouts that it was compared with.

use control::learning::OnMachine;
use protocols::vocabulary::MachineKind;
use serde::Serialize;

use super::super::archive::Archive;
use super::super::error::RecordsError;
use super::super::learned;
use crate::clinic::finding::{self, Finding, Shown};

/// What a bout taught, each figure with its standard uncertainty.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LearnedSummary {
    /// Beats a minute for each net MET.
    pub gain_bpm_per_met: f64,
    /// Its standard uncertainty.
    pub gain_sd_bpm_per_met: f64,
    /// The gain that was assessed.
    pub assessed_gain_bpm_per_met: Option<f64>,
    /// Time constant, in seconds.
    pub tau_s: f64,
    /// Its standard uncertainty.
    pub tau_sd_s: f64,
    /// By how much the heart rate climbed in a minute at the load of the bout.
    pub drift_bpm_per_min: f64,
    /// Its standard uncertainty.
    pub drift_sd_bpm_per_min: f64,
    /// The steady part of conditioning; `None` where it was too short.
    pub steady: Option<SteadySummary>,
    /// How many earlier bouts it was compared with.
    pub compared_with: usize,
    /// What that showed.
    pub findings: Vec<FindingLine>,
}

/// Means over conditioning from minute 5 on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SteadySummary {
    /// How many seconds of it had a trusted heart rate.
    pub seconds: f64,
    /// Heart rate.
    pub heart_rate_bpm: f64,
    /// Load, in METs above rest.
    pub load_met: f64,
    /// Power, on an ergometer.
    pub power_w: Option<f64>,
    /// Speed, on a belt.
    pub speed_kmh: Option<f64>,
    /// Grade, on a belt.
    pub grade_percent: Option<f64>,
}

/// A finding, in words and in figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FindingLine {
    /// In words.
    pub text: String,
    /// In figures.
    #[serde(flatten)]
    pub finding: Finding,
}

/// What a bout taught, by its row in the record; `None` where that would be a guess.
///
/// # Errors
/// Where the file cannot be read.
pub(crate) fn learned(
    archive: &Archive,
    bout: i64,
) -> Result<Option<LearnedSummary>, RecordsError> {
    let Some((kept, judged, earlier)) = learned::of_bout(archive, bout)? else {
        return Ok(None);
    };
    let learned = &kept.learned;
    let shown = Shown {
        learned,
        earlier: &earlier,
        mass_kg: (kept.machine == MachineKind::Cycle).then_some(judged.mass_kg),
        assessed_gain: judged.assessed_gain,
        irregular: judged.irregular,
        is_first: kept.bout.number == 1,
    };
    let findings = finding::findings(&shown);
    Ok(Some(LearnedSummary {
        gain_bpm_per_met: learned.gain,
        gain_sd_bpm_per_met: learned.gain_sd,
        assessed_gain_bpm_per_met: judged.assessed_gain,
        tau_s: learned.tau_s,
        tau_sd_s: learned.tau_sd,
        drift_bpm_per_min: learned.drift,
        drift_sd_bpm_per_min: learned.drift_sd,
        steady: learned.steady.map(|steady| {
            let (power_w, belt) = match steady.machine {
                OnMachine::Watts(power) => (Some(power), None),
                OnMachine::Belt { speed, grade } => (None, Some((speed * 3.6, grade))),
                OnMachine::Nothing => (None, None),
            };
            SteadySummary {
                seconds: steady.seconds,
                heart_rate_bpm: steady.heart_rate,
                load_met: steady.load,
                power_w,
                speed_kmh: belt.map(|(speed, _)| speed),
                grade_percent: belt.map(|(_, grade)| grade),
            }
        }),
        compared_with: earlier.len(),
        findings: findings
            .into_iter()
            .map(|finding| FindingLine {
                text: finding.text(),
                finding,
            })
            .collect(),
    }))
}
