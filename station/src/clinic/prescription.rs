//! One prescription of a patient's file: read, checked against itself and against the patient, and resolved into the core's terms.
//!
//! Promises: every mistake is noted, not the first alone; what safety rests on has no default; what contradicts is refused with both
//! figures. Fields, ranges and rules: `clinical/prescription.md` section 10; those marked `[choice]` there are choices here.

mod basis;
mod conditioning;
mod dose;
mod heart_rate;
mod identity;
mod load;
mod setting;
mod signals;
pub mod words;

use control::prescription::{Mode, Prescription};
use jiff::civil::Date;

use super::ResolvedPrescription;
use super::patient::Known;
use crate::config::kind::OneOf;
use crate::config::section::Section;
use dose::Dose;
use heart_rate::HeartRate;
use identity::Identity;
use load::Loads;
use signals::Signals;
use words::{ControlMode, MACHINES};

/// What one `[[prescription]]` says.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// In the core's terms.
    pub resolved: ResolvedPrescription,
    /// Its time has come and has not gone.
    pub in_force: bool,
}

/// Reads one prescription. `text` is its own part of the file; `known` is `None` where the patient's own lines are wrong.
///
/// `None` where anything is wrong: it has been noted then.
pub fn read(
    section: Section<'_, '_>,
    text: &str,
    known: Option<&Known>,
    today: Date,
) -> Option<Read> {
    let before = section.findings().count();
    let machine = section
        .required("machine", &OneOf(MACHINES))
        .map(toml::Spanned::into_inner);
    let mode = section
        .required("control_mode", &OneOf(ControlMode::WORDS))
        .map(toml::Spanned::into_inner);
    let identity = Identity::read(&section, known, today);
    let heart_rate = HeartRate::read(&section, mode, &identity, known);
    let signals = Signals::read(&section, mode, &identity, &heart_rate, known);
    let dose = Dose::read(&section, &identity);
    let times = dose.times();
    let foretold = heart_rate.foretold();
    let loads = Loads::read(&section, machine, mode, &identity, known, times, foretold);
    if let (Some(machine), Some(loads), Some(peak)) = (machine, &loads, heart_rate.peak_mets) {
        loads.check_against_peak(&section, machine, peak);
    }
    let findings = section.findings();
    section.finish();
    if findings.count() > before {
        return None;
    }
    let (machine, loads, dose) = (machine?, loads?, dose.complete()?);
    let signals = signals?;
    let validity = identity.validity?;
    let mode = match loads.mode {
        Some(mode) => mode,
        None => heart_rate.mode(loads.rhythm)?,
    };
    let summary = summary(mode, &heart_rate, &loads, &dose, signals.saturation_floor);
    let prescription = Prescription {
        mode,
        heart_rate: heart_rate.limits,
        saturation_floor: signals.saturation_floor,
        heart_rate_required: signals.heart_rate,
        saturation_required: signals.saturation,
        warm_up_load: loads.warm_up,
        ceiling: loads.ceiling,
        ramp_up: loads.ramp_up,
        warm_up_ramp: loads.warm_up_ramp,
        warm_up: dose.warm_up,
        conditioning: dose.conditioning,
        cool_down: dose.cool_down,
        exertion_upper: dose.exertion_upper,
        dyspnoea_upper: dose.dyspnoea_upper,
        claudication_stop: dose.claudication_stop,
        systolic_stop: signals.systolic_stop,
        diastolic_stop: signals.diastolic_stop,
        blood_pressure_interval: signals.blood_pressure_interval,
        cadence_low: loads.cadence_low,
        belt: loads.belt,
        holding: heart_rate.holding,
    };
    Some(Read {
        resolved: ResolvedPrescription {
            id: identity.id?,
            version: identity.version?,
            summary,
            text: without_trailing_comments(text),
            validity,
            machine,
            prescription,
        },
        in_force: validity.why_not_on(today).is_none(),
    })
}

/// One line that says what is ordered.
fn summary(
    mode: Mode,
    heart_rate: &HeartRate,
    loads: &Loads,
    dose: &dose::Ordered,
    saturation_floor: f64,
) -> String {
    let what = match mode {
        Mode::HeartRateHeld { target, .. } => {
            let zone = heart_rate
                .limits
                .and_then(|limits| limits.zone)
                .map_or_else(String::new, |(lower, upper)| format!("{lower}-{upper} "));
            format!("heart rate {zone}held at {target}")
        }
        Mode::HeartRateInterval {
            work,
            work_for,
            recovery,
            recovery_for,
            repeats,
            ..
        } => format!(
            "{repeats} x {} s at a heart rate of {work} and {} s at {recovery}",
            work_for.as_secs(),
            recovery_for.as_secs()
        ),
        Mode::Constant { .. } | Mode::MetHeld { .. } | Mode::Interval { .. } | Mode::ByHand => {
            loads.words.clone()
        }
    };
    let minutes = dose.conditioning.as_secs_f64() / 60.0;
    let minutes = (minutes * 10.0).round() / 10.0;
    let limit = heart_rate.limits.map_or_else(
        || "no heart rate".to_owned(),
        |limits| format!("limit {}", limits.upper),
    );
    format!(
        "{what}, {minutes} min, {}, {limit}, SpO2 >= {saturation_floor}",
        loads.ceiling_words
    )
}

/// What stands above the next header belongs to that one.
fn without_trailing_comments(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    while lines
        .last()
        .is_some_and(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
    {
        lines.pop();
    }
    let mut own = lines.join("\n");
    own.push('\n');
    own
}
