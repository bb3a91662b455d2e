//! What the core needs to know of a bout before it begins. The clinic's files are richer; this is what decisions rest on, resolved
//! and checked, with no default left open.

use core::time::Duration;

use protocols::vocabulary::{Kilograms, MetresPerSecond, NetMets, PercentGrade};
use serde::{Deserialize, Serialize};

/// All that a bout begins with.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BoutSetup {
    /// What was ordered.
    pub prescription: Prescription,
    /// What is known of the patient.
    pub patient: PatientFacts,
    /// Which sensors are bound to the patient.
    pub sensors: BoundSensors,
    /// The figures of control that a clinic may set.
    pub tuning: Tuning,
    /// What earlier sessions on such a machine taught of the patient's heart; `None` where there were none.
    pub earlier: Option<EarlierGain>,
}

/// How strongly the patient's heart answered load in earlier sessions. Only where the heart-rate law begins looks at it: no limit does.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EarlierGain {
    /// Beats a minute for each net MET.
    pub gain: f64,
    /// Its standard uncertainty for another day, in the same unit.
    pub gain_sd: f64,
}

impl BoutSetup {
    /// Whether every figure is a finite number with a meaning: what a file's reader checks too, kept here as the last door.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let prescription = &self.prescription;
        let (gain, rest) = prescription.mode.assessed();
        let assessment_is_sound =
            gain.is_none_or(|gain| gain.is_finite() && gain > 0.0) && rest.is_none_or(is_rate);
        let mode_is_sound = match prescription.mode {
            Mode::HeartRateHeld { target, .. } => is_rate(target),
            Mode::HeartRateInterval { work, recovery, .. } => {
                is_rate(work) && is_rate(recovery) && recovery <= work
            }
            Mode::Constant { .. } | Mode::MetHeld { .. } | Mode::Interval { .. } | Mode::ByHand => {
                true
            }
        };
        let limits_are_sound = prescription.heart_rate.is_none_or(|limits| {
            is_rate(limits.upper)
                && is_rate(limits.lower)
                && limits.stop_margin.is_finite()
                && limits.stop_margin >= 0.0
                && limits.icd_detection.is_none_or(is_rate)
                && limits
                    .zone
                    .is_none_or(|(lower, upper)| is_rate(lower) && is_rate(upper))
        });
        let tuning = &self.tuning;
        let positive = [
            prescription.ramp_up,
            prescription.warm_up_ramp,
            prescription.saturation_floor,
            prescription.ceiling.get(),
            tuning.plausibility_factor,
            tuning.hand_step,
        ];
        let earlier_is_sound = self
            .earlier
            .is_none_or(|earlier| is_rate(earlier.gain) && is_rate(earlier.gain_sd));
        let not_negative = [
            tuning.feed_forward,
            tuning.command_step,
            prescription.holding.dead_band,
        ];
        mode_is_sound
            && assessment_is_sound
            && limits_are_sound
            && earlier_is_sound
            && positive
                .iter()
                .all(|figure| figure.is_finite() && *figure > 0.0)
            && not_negative
                .iter()
                .all(|figure| figure.is_finite() && *figure >= 0.0)
    }
}

/// Whether it can be a heart rate.
fn is_rate(value: f64) -> bool {
    value.is_finite() && value > 0.0
}

/// Which sensors a person bound to the patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BoundSensors {
    /// A heart-rate strap.
    pub strap: bool,
    /// An oximeter.
    pub oximeter: bool,
}

/// What is known of the patient, and changes what the rules mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent flags of a patient's record, not a state"
)]
pub struct PatientFacts {
    /// Today's weight.
    pub mass: Kilograms,
    /// Atrial fibrillation.
    pub atrial_fibrillation: bool,
    /// A denervated (transplanted) heart.
    pub denervated: bool,
    /// Paced at a fixed rate.
    pub paced: bool,
    /// Chronotropic incompetence.
    pub chronotropic_incompetence: bool,
    /// Chronic lung disease: load gives way as saturation comes near its floor.
    pub lung_disease: bool,
}

/// What was ordered, in the core's terms.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Prescription {
    /// How the load of conditioning is found.
    pub mode: Mode,
    /// Limits in heart rate; `None` where the patient has no heart-rate signal.
    pub heart_rate: Option<HeartRateLimits>,
    /// The saturation floor F in per cent (80 to 95); judged wherever an oximeter is bound.
    pub saturation_floor: f64,
    /// A trusted heart rate is required for load to rise.
    pub heart_rate_required: bool,
    /// A trusted saturation is required for load to rise.
    pub saturation_required: bool,
    /// Load of the warm-up.
    pub warm_up_load: NetMets,
    /// No command asks for more than this.
    pub ceiling: NetMets,
    /// How fast load may rise in conditioning, in METs a minute.
    pub ramp_up: f64,
    /// How fast load may rise in warm-up, in METs a minute.
    pub warm_up_ramp: f64,
    /// Length of the warm-up.
    pub warm_up: Duration,
    /// Length of conditioning.
    pub conditioning: Duration,
    /// Length of the cool-down; never nothing.
    pub cool_down: Duration,
    /// Highest perceived exertion wanted, 6 to 17.
    pub exertion_upper: u8,
    /// Highest dyspnoea wanted, 0 to 10.
    pub dyspnoea_upper: u8,
    /// Claudication pain at which the bout waits, 1 to 4.
    pub claudication_stop: u8,
    /// Systolic stop, in mmHg.
    pub systolic_stop: u16,
    /// Diastolic stop, in mmHg.
    pub diastolic_stop: u16,
    /// How often blood pressure is to be taken; `None` where it is not.
    pub blood_pressure_interval: Option<Duration>,
    /// Cadence below which load does not rise, in revolutions a minute (default 40).
    pub cadence_low: u16,
    /// How a belt's load is divided; `None` for an ergometer.
    pub belt: Option<BeltPreference>,
    /// How a heart rate is held.
    pub holding: Holding,
}

impl Prescription {
    /// The lowest load that is ordered as a load: what a machine that cannot go below it must not be used for. The cool-down is no
    /// order, as it ends where the machine does.
    #[must_use]
    pub fn least_ordered(&self) -> NetMets {
        let of_mode = match self.mode {
            Mode::Constant { target } | Mode::MetHeld { target } => target,
            Mode::Interval { work, recovery, .. } => work.min(recovery),
            Mode::HeartRateHeld { .. } | Mode::HeartRateInterval { .. } | Mode::ByHand => {
                self.ceiling
            }
        };
        of_mode.min(self.warm_up_load).min(self.ceiling)
    }

    /// The greatest load that conditioning orders: a machine that gives nothing at it gives nothing all the time.
    #[must_use]
    pub fn most_ordered(&self) -> NetMets {
        let of_mode = match self.mode {
            Mode::Constant { target } | Mode::MetHeld { target } => target,
            Mode::Interval { work, recovery, .. } => work.max(recovery),
            Mode::HeartRateHeld { .. } | Mode::HeartRateInterval { .. } | Mode::ByHand => {
                self.ceiling
            }
        };
        of_mode.min(self.ceiling)
    }
}

/// How the load of conditioning is found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Mode {
    /// One load.
    Constant {
        /// The load.
        target: NetMets,
    },
    /// The controller moves the load so that the heart rate stays at its target.
    HeartRateHeld {
        /// The target, in beats a minute.
        target: f64,
        /// The patient's gain by assessment, in beats a minute for each net MET; `None` where nobody was assessed.
        assessed_gain: Option<f64>,
        /// Resting heart rate by assessment.
        assessed_rest: Option<f64>,
    },
    /// One metabolic rate, whatever the machine.
    MetHeld {
        /// The rate above rest.
        target: NetMets,
    },
    /// Work and recovery in turn, both by load.
    Interval {
        /// Load of work.
        work: NetMets,
        /// Length of work.
        work_for: Duration,
        /// Load of recovery.
        recovery: NetMets,
        /// Length of recovery.
        recovery_for: Duration,
        /// How many times both.
        repeats: u16,
    },
    /// Work and recovery in turn, both by heart rate.
    HeartRateInterval {
        /// Heart rate of work, in beats a minute.
        work: f64,
        /// Length of work.
        work_for: Duration,
        /// Heart rate of recovery, in beats a minute.
        recovery: f64,
        /// Length of recovery.
        recovery_for: Duration,
        /// How many times both.
        repeats: u16,
        /// The patient's gain by assessment, in beats a minute for each net MET; `None` where nobody was assessed.
        assessed_gain: Option<f64>,
        /// Resting heart rate by assessment.
        assessed_rest: Option<f64>,
    },
    /// A person sets the load, within every limit; it begins with the warm-up load.
    ByHand,
}

impl Mode {
    /// Whether a heart rate leads the load.
    #[must_use]
    pub const fn holds_heart_rate(&self) -> bool {
        matches!(
            self,
            Self::HeartRateHeld { .. } | Self::HeartRateInterval { .. }
        )
    }

    /// Gain and rest by assessment, where a heart rate leads the load.
    #[must_use]
    pub const fn assessed(&self) -> (Option<f64>, Option<f64>) {
        match *self {
            Self::HeartRateHeld {
                assessed_gain,
                assessed_rest,
                ..
            }
            | Self::HeartRateInterval {
                assessed_gain,
                assessed_rest,
                ..
            } => (assessed_gain, assessed_rest),
            Self::Constant { .. } | Self::MetHeld { .. } | Self::Interval { .. } | Self::ByHand => {
                (None, None)
            }
        }
    }
}

/// How a heart rate is held, where that is not left to the sheets.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Holding {
    /// The oximeter's pulse may hold the heart rate while the strap is lost (`supervision.md` 2.2).
    pub by_oximeter: bool,
    /// An error of up to so many beats a minute counts as none: for patients whom a moving pedal disturbs (`controllers.md`
    /// section 5). Nothing: off.
    pub dead_band: f64,
}

/// Limits in heart rate, in beats a minute.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HeartRateLimits {
    /// H: the upper limit.
    pub upper: f64,
    /// The lower limit (default 40).
    pub lower: f64,
    /// The zone, lower and upper end.
    pub zone: Option<(f64, f64)>,
    /// Margin above H at which load is taken to cool-down: 10, 8 or 5 by risk class.
    pub stop_margin: f64,
    /// Lowest detection rate of an implanted defibrillator.
    pub icd_detection: Option<f64>,
}

impl HeartRateLimits {
    /// S of the rules: `min(H + margin, ICD - 15)`.
    #[must_use]
    pub fn stop(&self) -> f64 {
        let by_margin = self.upper + self.stop_margin;
        match self.icd_detection {
            Some(icd) if icd - 15.0 < by_margin => icd - 15.0,
            Some(_) | None => by_margin,
        }
    }
}

/// How a belt's load is divided over speed and grade.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BeltPreference {
    /// The speed that the patient walks well at.
    pub preferred_speed: MetresPerSecond,
    /// The fastest that the patient may be asked to walk.
    pub max_speed: MetresPerSecond,
    /// The steepest that is prescribed.
    pub max_grade: PercentGrade,
}

/// Figures of control that the sheets mark as a choice: named defaults of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Tuning {
    /// The plausibility cap's factor on the load that the assessment foretells (`controllers.md` 3.2).
    pub plausibility_factor: f64,
    /// Share of the foretold load that is fed forward (`controllers.md` 3.3).
    pub feed_forward: f64,
    /// A new load is sent when it differs from the last sent by this, in METs.
    pub command_step: f64,
    /// Step of load by hand, in METs.
    pub hand_step: f64,
    /// Shortest time in ready before a start, so that rest is measured.
    pub ready_at_least: Duration,
    /// Signals have to be trusted without a break for so long before a start.
    pub steady_for: Duration,
    /// Warning before a belt begins to move.
    pub belt_warning: Duration,
    /// Length of the recovery watch.
    pub recovery: Duration,
}

impl Tuning {
    /// The sheets' figures.
    pub const DEFAULT: Self = Self {
        plausibility_factor: 1.3,
        feed_forward: 0.7,
        command_step: 0.05,
        hand_step: 0.25,
        ready_at_least: Duration::from_mins(1),
        steady_for: Duration::from_secs(10),
        belt_warning: Duration::from_secs(3),
        recovery: Duration::from_mins(5),
    };
}

impl Default for Tuning {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests;
