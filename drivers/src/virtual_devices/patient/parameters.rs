//! What one virtual patient is made of.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The parameters of a patient, named as in a patient's file. All are plain figures (choice within the literature).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatientParameters {
    /// Body mass, in kg.
    pub mass_kg: f64,
    /// Cost of a load against the textbook's, as a factor.
    pub economy: f64,
    /// Heart rate at rest, in beats a minute.
    pub hr_rest_bpm: f64,
    /// Greatest heart rate, in beats a minute.
    pub hr_peak_bpm: f64,
    /// Greatest uptake, in METs (rest included); for reading alone.
    pub peak_met: f64,
    /// Heart rate per net MET, in beats a minute.
    pub gain_bpm_per_met: f64,
    /// Share of the fast (vagal) part, 0 to 1.
    pub fast_fraction: f64,
    /// Time constant of the fast part, in seconds.
    pub tau_fast_s: f64,
    /// Time constant of the slow part on a rise, in seconds.
    pub tau_on_s: f64,
    /// Time constant of the slow part on a fall, in seconds.
    pub tau_off_s: f64,
    /// Delay between load and demand, in seconds.
    pub dead_time_s: f64,
    /// Share of the demand that drift adds in the end.
    pub drift_gain: f64,
    /// Time constant of drift, in seconds.
    pub drift_tau_s: f64,
    /// Variability of the very low band, as standard deviation in beats a minute.
    pub sd_vlf_bpm: f64,
    /// Variability of the low band, as standard deviation in beats a minute.
    pub sd_lf_bpm: f64,
    /// Variability of the high (respiratory) band, as standard deviation in beats a minute.
    pub sd_hf_bpm: f64,
    /// Coefficient of variation of the beat intervals in atrial fibrillation; 0 in a regular rhythm.
    pub af_cv: f64,
    /// Saturation at rest, in per cent.
    pub spo2_rest_pct: f64,
    /// Net METs above which saturation falls.
    pub spo2_knee_met: f64,
    /// Fall of saturation per net MET above the knee, in per cent.
    pub spo2_slope_pct_per_met: f64,
    /// Time constant of saturation, in seconds.
    pub spo2_tau_s: f64,
    /// Delay of saturation, in seconds.
    pub spo2_delay_s: f64,
    /// Noise of saturation, as standard deviation in per cent.
    pub spo2_noise_pct: f64,
    /// Systolic pressure at rest, in mmHg.
    pub sbp_rest_mmhg: f64,
    /// Rise of systolic pressure per net MET, in mmHg.
    pub sbp_mmhg_per_met: f64,
    /// Averaging time of the strap, in seconds.
    pub strap_average_s: f64,
}

impl PatientParameters {
    /// Beats a minute between rest and peak.
    #[must_use]
    pub fn reserve_bpm(&self) -> f64 {
        self.hr_peak_bpm - self.hr_rest_bpm
    }

    /// Whether a patient can be made of these.
    ///
    /// # Errors
    /// The first field, in the order of the file, that is not finite or outside what the model can mean.
    pub fn check(&self) -> Result<(), ParameterError> {
        for (range, value) in RANGES.iter().zip(self.values()) {
            let low = if range.field == "hr_peak_bpm" {
                range.low.max(self.hr_rest_bpm + LEAST_RESERVE_BPM)
            } else {
                range.low
            };
            if !(low..=range.high).contains(&value) {
                return Err(ParameterError {
                    field: range.field,
                    value,
                    low,
                    high: range.high,
                });
            }
        }
        Ok(())
    }

    /// The values in the order of [`RANGES`].
    const fn values(&self) -> [f64; 26] {
        [
            self.mass_kg,
            self.economy,
            self.hr_rest_bpm,
            self.hr_peak_bpm,
            self.peak_met,
            self.gain_bpm_per_met,
            self.fast_fraction,
            self.tau_fast_s,
            self.tau_on_s,
            self.tau_off_s,
            self.dead_time_s,
            self.drift_gain,
            self.drift_tau_s,
            self.sd_vlf_bpm,
            self.sd_lf_bpm,
            self.sd_hf_bpm,
            self.af_cv,
            self.spo2_rest_pct,
            self.spo2_knee_met,
            self.spo2_slope_pct_per_met,
            self.spo2_tau_s,
            self.spo2_delay_s,
            self.spo2_noise_pct,
            self.sbp_rest_mmhg,
            self.sbp_mmhg_per_met,
            self.strap_average_s,
        ]
    }
}

/// Beats a minute that the peak lies over rest at the least.
pub const LEAST_RESERVE_BPM: f64 = 1.0;

/// What one parameter can mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParameterRange {
    /// Its name in the file.
    pub field: &'static str,
    /// The least.
    pub low: f64,
    /// The most.
    pub high: f64,
    /// In which unit, for people; empty where it is a plain factor or share.
    pub unit: &'static str,
}

/// What each parameter can mean, in the order of the file. The peak has to be [`LEAST_RESERVE_BPM`] over rest besides.
pub const RANGES: [ParameterRange; 26] = [
    range("mass_kg", 20.0, 350.0, "kg"),
    range("economy", 0.1, 10.0, ""),
    range("hr_rest_bpm", 25.0, 200.0, "beats a minute"),
    range("hr_peak_bpm", 26.0, 230.0, "beats a minute"),
    range("peak_met", 1.0, 30.0, "METs, rest included"),
    range(
        "gain_bpm_per_met",
        0.0,
        200.0,
        "beats a minute for each net MET",
    ),
    range("fast_fraction", 0.0, 1.0, ""),
    range("tau_fast_s", 1.0, 3600.0, "seconds"),
    range("tau_on_s", 1.0, 3600.0, "seconds"),
    range("tau_off_s", 1.0, 3600.0, "seconds"),
    range("dead_time_s", 0.0, 600.0, "seconds"),
    range("drift_gain", 0.0, 5.0, ""),
    range("drift_tau_s", 1.0, 36_000.0, "seconds"),
    range("sd_vlf_bpm", 0.0, 50.0, "beats a minute"),
    range("sd_lf_bpm", 0.0, 50.0, "beats a minute"),
    range("sd_hf_bpm", 0.0, 50.0, "beats a minute"),
    range("af_cv", 0.0, 1.0, ""),
    range("spo2_rest_pct", 50.0, 100.0, "per cent"),
    range("spo2_knee_met", 0.0, 30.0, "net METs"),
    range(
        "spo2_slope_pct_per_met",
        0.0,
        50.0,
        "per cent for each net MET",
    ),
    range("spo2_tau_s", 1.0, 3600.0, "seconds"),
    range("spo2_delay_s", 0.0, 600.0, "seconds"),
    range("spo2_noise_pct", 0.0, 20.0, "per cent"),
    range("sbp_rest_mmhg", 40.0, 300.0, "mmHg"),
    range("sbp_mmhg_per_met", -30.0, 50.0, "mmHg for each net MET"),
    range("strap_average_s", 0.25, 60.0, "seconds"),
];

const fn range(field: &'static str, low: f64, high: f64, unit: &'static str) -> ParameterRange {
    ParameterRange {
        field,
        low,
        high,
        unit,
    }
}

/// A parameter of which no patient can be made.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error("{field} is {value}, must be from {low} to {high}")]
pub struct ParameterError {
    /// Its name in the file.
    pub field: &'static str,
    /// What was given.
    pub value: f64,
    /// The least that is taken.
    pub low: f64,
    /// The most that is taken.
    pub high: f64,
}

#[cfg(test)]
mod tests {
    use super::super::tests::check_parameters;
    use super::*;

    #[test]
    fn the_parameters_of_the_published_check_are_sound() {
        assert_eq!(check_parameters(0.2).check(), Ok(()));
    }

    #[test]
    fn each_range_is_that_of_the_field_it_names() {
        let written = serde_json::to_value(check_parameters(0.2)).expect("an object");
        let values = check_parameters(0.2).values();
        assert_eq!(
            written.as_object().map(serde_json::Map::len),
            Some(values.len())
        );
        for (range, value) in RANGES.iter().zip(values) {
            assert_eq!(written[range.field], value, "{}", range.field);
        }
    }

    #[test]
    fn what_the_model_cannot_mean_is_refused_by_name() {
        let mut bad = check_parameters(0.0);
        bad.tau_on_s = 0.0;
        assert_eq!(bad.check().map_err(|error| error.field), Err("tau_on_s"));
        let mut bad = check_parameters(0.0);
        bad.hr_peak_bpm = bad.hr_rest_bpm;
        assert_eq!(bad.check().map_err(|error| error.field), Err("hr_peak_bpm"));
        let mut bad = check_parameters(0.0);
        bad.economy = f64::NAN;
        assert_eq!(bad.check().map_err(|error| error.field), Err("economy"));
    }
}
