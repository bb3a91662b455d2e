//! Drawing a patient of a condition from a seed. The figures are (choice) within the literature.

use serde::{Deserialize, Serialize};

use super::{PatientParameters, RandomStream, clamp};

/// What a drawn patient has. The order is the index in the reference cohort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Nothing.
    Healthy,
    /// Coronary artery disease.
    Cad,
    /// Heart failure with reduced ejection fraction.
    Hfref,
    /// Chronic obstructive pulmonary disease: saturation falls under load.
    Copd,
    /// Atrial fibrillation.
    Af,
    /// Under a beta blocker.
    BetaBlocked,
    /// A transplanted heart: denervated, slow.
    Transplant,
    /// Untrained.
    Deconditioned,
}

impl Condition {
    /// All, in the order of the reference cohort.
    pub const ALL: [Self; 8] = [
        Self::Healthy,
        Self::Cad,
        Self::Hfref,
        Self::Copd,
        Self::Af,
        Self::BetaBlocked,
        Self::Transplant,
        Self::Deconditioned,
    ];

    /// Its name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Cad => "cad",
            Self::Hfref => "hfref",
            Self::Copd => "copd",
            Self::Af => "af",
            Self::BetaBlocked => "beta_blocked",
            Self::Transplant => "transplant",
            Self::Deconditioned => "deconditioned",
        }
    }

    /// Draws one patient of this condition: the same for the same seed, always.
    #[must_use]
    pub fn draw(self, seed: u64) -> DrawnPatient {
        let mut random = RandomStream::new(seed, 0);
        let mut parameters = self.spread().draw(&mut random);
        if parameters.hr_peak_bpm < parameters.hr_rest_bpm + 30.0 {
            parameters.hr_peak_bpm = parameters.hr_rest_bpm + 30.0;
        }
        parameters.gain_bpm_per_met =
            (parameters.hr_peak_bpm - parameters.hr_rest_bpm) / (parameters.peak_met - 1.0);
        let gain_error = clamp(1.0 + 0.15 * random.gaussian(), 0.65, 1.5);
        let rest_error = clamp(3.0 * random.gaussian(), -8.0, 8.0);
        DrawnPatient {
            condition: self,
            seed,
            assessment: Assessment {
                assessed_gain_bpm_per_met: parameters.gain_bpm_per_met
                    * parameters.economy
                    * gain_error,
                assessed_rest_bpm: parameters.hr_rest_bpm + rest_error,
            },
            parameters,
        }
    }

    const fn spread(self) -> Spread {
        match self {
            Self::Healthy => HEALTHY,
            Self::Cad => CAD,
            Self::Hfref => HFREF,
            Self::Copd => COPD,
            Self::Af => AF,
            Self::BetaBlocked => BETA_BLOCKED,
            Self::Transplant => TRANSPLANT,
            Self::Deconditioned => DECONDITIONED,
        }
    }
}

/// A patient as drawn from a seed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DrawnPatient {
    /// What the patient has.
    pub condition: Condition,
    /// The seed of everything about the patient.
    pub seed: u64,
    /// What the patient is made of.
    pub parameters: PatientParameters,
    /// What the controller is told of the patient.
    pub assessment: Assessment,
}

/// What an assessment found, errors and all: the controller never sees the truth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// Heart rate per net MET before economy, in beats a minute.
    pub assessed_gain_bpm_per_met: f64,
    /// Heart rate at rest, in beats a minute.
    pub assessed_rest_bpm: f64,
}

/// How one field is drawn: `clamp(mean + sd * g, low, high)`.
#[derive(Debug, Clone, Copy)]
struct Draw {
    mean: f64,
    sd: f64,
    low: f64,
    high: f64,
}

impl Draw {
    fn draw(self, random: &mut RandomStream) -> f64 {
        clamp(self.mean + self.sd * random.gaussian(), self.low, self.high)
    }
}

const fn draw(mean: f64, sd: f64, low: f64, high: f64) -> Draw {
    Draw {
        mean,
        sd,
        low,
        high,
    }
}

/// How a condition's patients spread, in the order in which the fields are drawn.
#[derive(Debug, Clone, Copy)]
struct Spread {
    mass_kg: Draw,
    economy: Draw,
    hr_rest_bpm: Draw,
    hr_peak_bpm: Draw,
    peak_met: Draw,
    fast_fraction: Draw,
    tau_fast_s: Draw,
    tau_on_s: Draw,
    tau_off_s: Draw,
    dead_time_s: Draw,
    drift_gain: Draw,
    drift_tau_s: Draw,
    sd_vlf_bpm: Draw,
    sd_lf_bpm: Draw,
    sd_hf_bpm: Draw,
    af_cv: Draw,
    spo2_rest_pct: Draw,
    spo2_knee_met: Draw,
    spo2_slope_pct_per_met: Draw,
    spo2_tau_s: Draw,
    spo2_delay_s: Draw,
    spo2_noise_pct: Draw,
    sbp_rest_mmhg: Draw,
    sbp_mmhg_per_met: Draw,
    strap_average_s: Draw,
}

impl Spread {
    /// Draws all fields. A struct literal evaluates its fields in the order written, which is the order of the draw.
    fn draw(&self, random: &mut RandomStream) -> PatientParameters {
        PatientParameters {
            mass_kg: self.mass_kg.draw(random),
            economy: self.economy.draw(random),
            hr_rest_bpm: self.hr_rest_bpm.draw(random),
            hr_peak_bpm: self.hr_peak_bpm.draw(random),
            peak_met: self.peak_met.draw(random),
            fast_fraction: self.fast_fraction.draw(random),
            tau_fast_s: self.tau_fast_s.draw(random),
            tau_on_s: self.tau_on_s.draw(random),
            tau_off_s: self.tau_off_s.draw(random),
            dead_time_s: self.dead_time_s.draw(random),
            drift_gain: self.drift_gain.draw(random),
            drift_tau_s: self.drift_tau_s.draw(random),
            sd_vlf_bpm: self.sd_vlf_bpm.draw(random),
            sd_lf_bpm: self.sd_lf_bpm.draw(random),
            sd_hf_bpm: self.sd_hf_bpm.draw(random),
            af_cv: self.af_cv.draw(random),
            spo2_rest_pct: self.spo2_rest_pct.draw(random),
            spo2_knee_met: self.spo2_knee_met.draw(random),
            spo2_slope_pct_per_met: self.spo2_slope_pct_per_met.draw(random),
            spo2_tau_s: self.spo2_tau_s.draw(random),
            spo2_delay_s: self.spo2_delay_s.draw(random),
            spo2_noise_pct: self.spo2_noise_pct.draw(random),
            sbp_rest_mmhg: self.sbp_rest_mmhg.draw(random),
            sbp_mmhg_per_met: self.sbp_mmhg_per_met.draw(random),
            strap_average_s: self.strap_average_s.draw(random),
            // Follows from the others: the caller sets it.
            gain_bpm_per_met: 0.0,
        }
    }
}

const HEALTHY: Spread = Spread {
    mass_kg: draw(80.0, 13.0, 50.0, 125.0),
    economy: draw(1.0, 0.07, 0.85, 1.15),
    hr_rest_bpm: draw(66.0, 8.0, 48.0, 90.0),
    hr_peak_bpm: draw(170.0, 12.0, 140.0, 200.0),
    peak_met: draw(10.5, 2.0, 7.0, 15.0),
    fast_fraction: draw(0.35, 0.1, 0.1, 0.6),
    tau_fast_s: draw(14.0, 4.0, 6.0, 25.0),
    tau_on_s: draw(65.0, 20.0, 25.0, 130.0),
    tau_off_s: draw(90.0, 25.0, 40.0, 180.0),
    dead_time_s: draw(5.0, 2.0, 1.0, 12.0),
    drift_gain: draw(0.12, 0.06, 0.0, 0.35),
    drift_tau_s: draw(1500.0, 300.0, 900.0, 2400.0),
    sd_vlf_bpm: draw(3.2, 0.7, 1.4, 5.0),
    sd_lf_bpm: draw(2.2, 0.5, 0.8, 3.6),
    sd_hf_bpm: draw(1.2, 0.4, 0.3, 2.5),
    af_cv: draw(0.0, 0.0, 0.0, 0.0),
    spo2_rest_pct: draw(97.0, 0.8, 95.0, 99.0),
    spo2_knee_met: draw(4.0, 1.0, 2.0, 8.0),
    spo2_slope_pct_per_met: draw(0.2, 0.1, 0.0, 0.5),
    spo2_tau_s: draw(25.0, 6.0, 12.0, 45.0),
    spo2_delay_s: draw(12.0, 4.0, 5.0, 25.0),
    spo2_noise_pct: draw(0.4, 0.1, 0.2, 0.8),
    sbp_rest_mmhg: draw(128.0, 12.0, 100.0, 160.0),
    sbp_mmhg_per_met: draw(8.0, 2.0, 3.0, 14.0),
    strap_average_s: draw(5.0, 1.5, 2.0, 9.0),
};

const CAD: Spread = Spread {
    hr_rest_bpm: draw(64.0, 8.0, 48.0, 85.0),
    hr_peak_bpm: draw(138.0, 14.0, 110.0, 170.0),
    peak_met: draw(7.0, 1.5, 4.0, 11.0),
    fast_fraction: draw(0.3, 0.08, 0.1, 0.5),
    tau_on_s: draw(80.0, 25.0, 35.0, 150.0),
    tau_off_s: draw(130.0, 35.0, 60.0, 240.0),
    drift_gain: draw(0.1, 0.05, 0.0, 0.3),
    sd_vlf_bpm: draw(2.8, 0.6, 1.2, 4.5),
    ..HEALTHY
};

const HFREF: Spread = Spread {
    hr_rest_bpm: draw(72.0, 10.0, 52.0, 95.0),
    hr_peak_bpm: draw(122.0, 14.0, 95.0, 150.0),
    peak_met: draw(4.6, 0.9, 3.0, 7.0),
    fast_fraction: draw(0.2, 0.08, 0.05, 0.4),
    tau_on_s: draw(110.0, 30.0, 50.0, 180.0),
    tau_off_s: draw(260.0, 60.0, 120.0, 420.0),
    dead_time_s: draw(8.0, 3.0, 2.0, 16.0),
    sd_vlf_bpm: draw(1.8, 0.5, 0.6, 3.2),
    sd_lf_bpm: draw(1.0, 0.3, 0.2, 1.6),
    sd_hf_bpm: draw(0.7, 0.3, 0.2, 1.5),
    sbp_mmhg_per_met: draw(5.0, 2.0, 0.0, 9.0),
    sbp_rest_mmhg: draw(114.0, 12.0, 92.0, 140.0),
    ..HEALTHY
};

const COPD: Spread = Spread {
    hr_rest_bpm: draw(84.0, 10.0, 62.0, 105.0),
    hr_peak_bpm: draw(134.0, 14.0, 108.0, 160.0),
    peak_met: draw(4.5, 1.0, 3.0, 7.0),
    fast_fraction: draw(0.25, 0.08, 0.05, 0.45),
    tau_on_s: draw(85.0, 25.0, 40.0, 150.0),
    tau_off_s: draw(150.0, 40.0, 70.0, 260.0),
    sd_vlf_bpm: draw(2.2, 0.5, 0.8, 3.6),
    spo2_rest_pct: draw(94.0, 1.5, 90.0, 97.0),
    spo2_knee_met: draw(1.0, 0.4, 0.2, 2.0),
    spo2_slope_pct_per_met: draw(2.2, 1.3, 0.3, 5.5),
    spo2_tau_s: draw(30.0, 8.0, 15.0, 50.0),
    spo2_delay_s: draw(15.0, 5.0, 6.0, 30.0),
    ..HEALTHY
};

const AF: Spread = Spread {
    hr_rest_bpm: draw(78.0, 10.0, 58.0, 100.0),
    hr_peak_bpm: draw(150.0, 18.0, 115.0, 185.0),
    peak_met: draw(6.0, 1.3, 3.5, 9.0),
    fast_fraction: draw(0.3, 0.08, 0.1, 0.5),
    tau_on_s: draw(70.0, 20.0, 30.0, 130.0),
    tau_off_s: draw(120.0, 30.0, 60.0, 220.0),
    sd_vlf_bpm: draw(1.4, 0.4, 0.5, 2.5),
    sd_lf_bpm: draw(0.5, 0.2, 0.1, 1.0),
    sd_hf_bpm: draw(0.3, 0.1, 0.1, 0.6),
    af_cv: draw(0.2, 0.04, 0.12, 0.28),
    ..HEALTHY
};

const BETA_BLOCKED: Spread = Spread {
    hr_rest_bpm: draw(57.0, 6.0, 45.0, 72.0),
    hr_peak_bpm: draw(112.0, 10.0, 92.0, 135.0),
    peak_met: draw(6.5, 1.4, 4.0, 10.0),
    fast_fraction: draw(0.38, 0.08, 0.15, 0.6),
    tau_on_s: draw(85.0, 25.0, 35.0, 150.0),
    tau_off_s: draw(130.0, 35.0, 60.0, 240.0),
    drift_gain: draw(0.05, 0.03, 0.0, 0.15),
    sd_vlf_bpm: draw(2.4, 0.5, 1.0, 4.0),
    ..HEALTHY
};

const TRANSPLANT: Spread = Spread {
    hr_rest_bpm: draw(98.0, 8.0, 82.0, 115.0),
    hr_peak_bpm: draw(142.0, 12.0, 118.0, 165.0),
    peak_met: draw(5.5, 1.0, 3.5, 8.0),
    fast_fraction: draw(0.03, 0.02, 0.0, 0.08),
    tau_fast_s: draw(20.0, 4.0, 10.0, 30.0),
    tau_on_s: draw(140.0, 35.0, 80.0, 220.0),
    tau_off_s: draw(220.0, 50.0, 120.0, 360.0),
    dead_time_s: draw(20.0, 8.0, 8.0, 40.0),
    sd_vlf_bpm: draw(0.8, 0.25, 0.3, 1.5),
    sd_lf_bpm: draw(0.2, 0.1, 0.05, 0.5),
    sd_hf_bpm: draw(0.3, 0.1, 0.1, 0.6),
    ..HEALTHY
};

const DECONDITIONED: Spread = Spread {
    mass_kg: draw(92.0, 15.0, 60.0, 140.0),
    hr_rest_bpm: draw(80.0, 9.0, 60.0, 100.0),
    hr_peak_bpm: draw(152.0, 14.0, 120.0, 180.0),
    peak_met: draw(5.2, 0.9, 3.5, 7.5),
    fast_fraction: draw(0.3, 0.08, 0.1, 0.5),
    tau_on_s: draw(90.0, 25.0, 40.0, 150.0),
    tau_off_s: draw(150.0, 35.0, 80.0, 260.0),
    drift_gain: draw(0.22, 0.08, 0.05, 0.4),
    ..HEALTHY
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seed_1000_gives_the_published_coronary_patient_bit_for_bit() {
        let drawn = Condition::Cad.draw(1000);
        let p = drawn.parameters;
        let found = [
            p.mass_kg,
            p.hr_rest_bpm,
            p.hr_peak_bpm,
            p.peak_met,
            p.gain_bpm_per_met,
            p.sd_vlf_bpm,
            p.strap_average_s,
            drawn.assessment.assessed_gain_bpm_per_met,
            drawn.assessment.assessed_rest_bpm,
        ];
        let expected = [
            91.615_551_764_358_03,
            72.563_868_704_731_39,
            128.183_703_233_799_5,
            7.421_442_947_911_615,
            8.661_578_866_344_49,
            2.899_072_953_964_166,
            3.588_485_715_951_631,
            9.437_369_793_827_015,
            66.828_212_684_232_13_f64,
        ];
        assert_eq!(found.map(f64::to_bits), expected.map(f64::to_bits));
    }

    #[test]
    fn every_drawn_patient_is_sound() {
        for condition in Condition::ALL {
            for seed in 0..200 {
                let drawn = condition.draw(seed);
                assert_eq!(drawn.parameters.check(), Ok(()), "{condition:?} {seed}");
                let reserve = drawn.parameters.reserve_bpm();
                assert!(reserve > 29.999, "{condition:?} {seed} {reserve}");
            }
        }
    }

    #[test]
    fn files_and_names_agree() {
        for condition in Condition::ALL {
            let text = serde_json::to_string(&condition).expect("a name");
            assert_eq!(text, format!("\"{}\"", condition.name()));
        }
    }
}
