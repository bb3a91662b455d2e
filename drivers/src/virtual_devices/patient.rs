//! The virtual patient: how heart rate, saturation and blood pressure of one person follow load, in steps of 0.25 s.
//!
//! Promises: pure and bit-exact. One seed, one set of parameters and one row of loads give the same bits on every machine:
//! plain double arithmetic in the written order, no fused multiply-add, no function beyond `floor`. No clock, no I/O; memory is
//! taken when a patient is made and never after.
//!
//! Deliberately absent: the upward bend of heart rate after infarction, ischaemia, arrhythmia other than atrial fibrillation,
//! hypotension, a hand on the rail. The conditions are plausible, not fitted to people: agreement with this patient proves
//! code, not care.

pub mod condition;
pub mod event;
pub mod load;
pub mod parameters;
pub mod prescription;
pub mod random;
pub mod sensors;

mod delay;

pub use condition::{Assessment, Condition, DrawnPatient};
pub use event::{EventKind, PatientEvent};
pub use load::{cycle_net_mets, net_mets, treadmill_net_mets};
pub use parameters::{ParameterError, PatientParameters};
pub use prescription::{Exercise, ReferencePrescription};
pub use random::RandomStream;
pub use sensors::{SensorReadings, Sensors};

use delay::DelayLine;
use protocols::vocabulary::number::floor_to_u16;

/// Length of one step, in seconds.
pub const STEP_S: f64 = 0.25;
/// Steps in one second.
pub const STEPS_PER_SECOND: u64 = 4;
/// The longest pure delay that a patient can have, in seconds; longer ones are cut to it.
const DELAY_MAX_S: f64 = 600.0;

/// One person under load. See the module for what is promised.
#[derive(Debug, Clone)]
pub struct VirtualPatient {
    parameters: PatientParameters,
    seed: u64,
    steps: u64,
    heart: Heart,
    variability: Variability,
    rhythm: Rhythm,
    saturation: Saturation,
    systolic: f64,
    mean: f64,
    heart_rate: f64,
    intensity: f64,
}

impl VirtualPatient {
    /// A rested patient. `seed` is the seed of the patient, from which the three streams of disturbance begin.
    ///
    /// Parameters that [`PatientParameters::check`] refuses do not panic, but mean nothing.
    #[must_use]
    pub fn new(parameters: PatientParameters, seed: u64) -> Self {
        Self {
            heart: Heart::at_rest(&parameters),
            variability: Variability::new(seed),
            rhythm: Rhythm::new(seed),
            saturation: Saturation::at_rest(&parameters, seed),
            systolic: parameters.sbp_rest_mmhg,
            mean: parameters.hr_rest_bpm,
            heart_rate: parameters.hr_rest_bpm,
            intensity: 0.0,
            steps: 0,
            seed,
            parameters,
        }
    }

    /// The same patient, rested, as new.
    pub fn reset(&mut self) {
        *self = Self::new(self.parameters, self.seed);
    }

    /// Carries the patient 0.25 s on under `net_mets`: load above rest, in METs, economy and arms included.
    ///
    /// `gain_factor` multiplies the gain in this step: 1 unless a drug wears off.
    pub fn step(&mut self, net_mets: f64, gain_factor: f64) {
        let p = &self.parameters;
        let reserve = p.reserve_bpm();
        let x = self.heart.step(p, net_mets, gain_factor);
        self.mean = p.hr_rest_bpm + x;
        self.intensity = clamp(x / reserve, 0.0, 1.0);
        let variability = self.variability.step(p, self.intensity);
        self.heart_rate = clamp((self.mean + variability) / self.rhythm.stretch, 25.0, 230.0);
        self.rhythm.step(p.af_cv, self.heart_rate);
        self.saturation.step(p, net_mets);
        self.systolic +=
            STEP_S * (p.sbp_rest_mmhg + p.sbp_mmhg_per_met * net_mets - self.systolic) / 45.0;
        self.steps = self.steps.saturating_add(1);
    }

    /// What the patient was made of.
    #[must_use]
    pub const fn parameters(&self) -> &PatientParameters {
        &self.parameters
    }

    /// Steps done.
    #[must_use]
    pub const fn steps(&self) -> u64 {
        self.steps
    }

    /// Heart rate without its variability, in beats a minute: what a controller is answerable for.
    #[must_use]
    pub const fn mean_heart_rate(&self) -> f64 {
        self.mean
    }

    /// True momentary heart rate, in beats a minute.
    #[must_use]
    pub const fn heart_rate(&self) -> f64 {
        self.heart_rate
    }

    /// True momentary saturation, in per cent.
    #[must_use]
    pub const fn saturation(&self) -> f64 {
        self.saturation.shown
    }

    /// Systolic pressure, in mmHg.
    #[must_use]
    pub const fn systolic(&self) -> f64 {
        self.systolic
    }

    /// Diastolic pressure, in mmHg; for display alone.
    #[must_use]
    pub fn diastolic(&self) -> f64 {
        0.62 * self.parameters.sbp_rest_mmhg
    }

    /// Rate of perceived exertion, 6 to 20; for display alone.
    #[must_use]
    pub fn perceived_exertion(&self) -> u16 {
        floor_to_u16(6.0 + 14.0 * 0.9 * self.intensity + 0.5).unwrap_or(6)
    }

    /// Share of the heart-rate reserve that is in use, 0 to 1.
    #[must_use]
    pub const fn intensity(&self) -> f64 {
        self.intensity
    }
}

/// The demand for heart rate and the three parts that follow it.
#[derive(Debug, Clone)]
struct Heart {
    demand: DelayLine,
    fast: f64,
    slow: f64,
    drift: f64,
}

impl Heart {
    fn at_rest(p: &PatientParameters) -> Self {
        Self {
            demand: DelayLine::of_seconds(p.dead_time_s),
            fast: 0.0,
            slow: 0.0,
            drift: 0.0,
        }
    }

    /// Beats a minute above rest.
    fn step(&mut self, p: &PatientParameters, net_mets: f64, gain_factor: f64) -> f64 {
        let reserve = p.reserve_bpm();
        let wanted = p.gain_bpm_per_met * gain_factor * net_mets;
        let knee = 0.85 * reserve;
        let wanted = if wanted < knee {
            wanted
        } else {
            knee + 0.4 * (wanted - knee)
        };
        let delayed = self.demand.pass(clamp(wanted, 0.0, reserve));
        self.fast += STEP_S * (p.fast_fraction * delayed - self.fast) / p.tau_fast_s;
        let slow_goal = (1.0 - p.fast_fraction) * delayed;
        let tau = if slow_goal > self.slow {
            p.tau_on_s
        } else {
            p.tau_off_s
        };
        self.slow += STEP_S * (slow_goal - self.slow) / tau;
        self.drift += STEP_S * (p.drift_gain * delayed - self.drift) / p.drift_tau_s;
        let above_rest = self.fast + self.slow + self.drift;
        if above_rest > reserve {
            reserve
        } else {
            above_rest
        }
    }
}

/// Heart-rate variability in three bands, each of unit variance before it is scaled.
#[derive(Debug, Clone)]
struct Variability {
    random: RandomStream,
    very_low: f64,
    low: [f64; 2],
    high: [f64; 2],
}

impl Variability {
    fn new(seed: u64) -> Self {
        Self {
            random: RandomStream::new(seed, 1),
            very_low: 0.0,
            low: [0.0; 2],
            high: [0.0; 2],
        }
    }

    /// Beats a minute to add to the mean; less near the peak.
    fn step(&mut self, p: &PatientParameters, intensity: f64) -> f64 {
        // 40 s; 0.09 Hz and 0.03 Hz wide; 0.40 Hz and 0.08 Hz wide.
        self.very_low = 0.993_75 * self.very_low + 0.111_628_569_371_823_4 * self.random.gaussian();
        let [l1, l2] = self.low;
        let low =
            1.933_939 * l1 - 0.953_969 * l2 + 0.042_831_652_930_314_54 * self.random.gaussian();
        self.low = [low, l1];
        let [h1, h2] = self.high;
        let high =
            1.519_498 * h1 - 0.881_911 * h2 + 0.278_122_736_728_475_1 * self.random.gaussian();
        self.high = [high, h1];
        (1.0 - 0.7 * intensity)
            * (p.sd_vlf_bpm * self.very_low + p.sd_lf_bpm * low + p.sd_hf_bpm * high)
    }
}

/// Atrial fibrillation: each beat's interval is stretched anew.
#[derive(Debug, Clone)]
struct Rhythm {
    random: RandomStream,
    phase: f64,
    stretch: f64,
}

impl Rhythm {
    fn new(seed: u64) -> Self {
        Self {
            random: RandomStream::new(seed, 2),
            phase: 0.0,
            stretch: 1.0,
        }
    }

    fn step(&mut self, af_cv: f64, heart_rate: f64) {
        self.phase += STEP_S * heart_rate / 60.0;
        if self.phase >= 1.0 {
            self.phase -= 1.0;
            if af_cv > 0.0 {
                self.stretch = clamp(1.0 + af_cv * self.random.gaussian(), 0.5, 1.8);
            }
        }
    }
}

/// Saturation: nothing up to a knee in load, then a fall with delay, lag and a slow noise.
#[derive(Debug, Clone)]
struct Saturation {
    random: RandomStream,
    excess: DelayLine,
    level: f64,
    noise: f64,
    shown: f64,
}

impl Saturation {
    fn at_rest(p: &PatientParameters, seed: u64) -> Self {
        Self {
            random: RandomStream::new(seed, 3),
            excess: DelayLine::of_seconds(p.spo2_delay_s),
            level: p.spo2_rest_pct,
            noise: 0.0,
            shown: p.spo2_rest_pct,
        }
    }

    fn step(&mut self, p: &PatientParameters, net_mets: f64) {
        let excess = self.excess.pass((net_mets - p.spo2_knee_met).max(0.0));
        let goal = (p.spo2_rest_pct - p.spo2_slope_pct_per_met * excess).max(60.0);
        self.level += STEP_S * (goal - self.level) / p.spo2_tau_s;
        self.noise = 0.979_166_666_666_666_6 * self.noise
            + 0.203_058_215_516_853_57 * self.random.gaussian();
        self.shown = clamp(self.level + p.spo2_noise_pct * self.noise, 50.0, 100.0);
    }
}

/// As `f64::clamp`, without its panic where the bounds are in disorder or not numbers.
fn clamp(value: f64, low: f64, high: f64) -> f64 {
    if value < low {
        low
    } else if value > high {
        high
    } else {
        value
    }
}

/// The nearest whole number, halves up, as every rounding of this model.
fn round(value: f64) -> f64 {
    libm::floor(value + 0.5)
}

#[cfg(test)]
mod tests;
