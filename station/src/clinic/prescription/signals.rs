//! Which signals load needs to rise, the saturation floor, and blood pressure.

use std::time::Duration;

use super::dose::minutes;
use super::heart_rate::HeartRate;
use super::identity::Identity;
use super::words::{ControlMode, Diagnosis, RiskClass, Signal};
use crate::clinic::patient::Known;
use crate::config::kind::{ListOf, Number, OneOf, OrWord, Whole};
use crate::config::section::Section;

/// The saturation floor where none is written, in per cent; for lung disease it has to be written.
const DEFAULT_FLOOR: u32 = 88;

/// Signals, saturation and blood pressure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signals {
    pub(super) heart_rate: bool,
    pub(super) saturation: bool,
    pub(super) saturation_floor: f64,
    pub(super) systolic_stop: u16,
    pub(super) diastolic_stop: u16,
    pub(super) blood_pressure_interval: Option<Duration>,
}

impl Signals {
    pub(super) fn read(
        section: &Section<'_, '_>,
        mode: Option<ControlMode>,
        identity: &Identity,
        heart_rate: &HeartRate,
        known: Option<&Known>,
    ) -> Option<Self> {
        let lung = identity.diagnosis == Some(Diagnosis::Lung)
            || known.is_some_and(|known| known.facts.lung_disease);
        let kind = Whole(80..=95, "per cent");
        let floor = if lung {
            section
                .required("spo2_floor_percent", &kind)
                .map(toml::Spanned::into_inner)
        } else {
            Some(
                section
                    .or_default("spo2_floor_percent", &kind, DEFAULT_FLOOR)
                    .into_inner(),
            )
        };
        let systolic = section.or_default("systolic_stop_mmhg", &Whole(160..=250, "mmHg"), 250);
        let diastolic = section.or_default("diastolic_stop_mmhg", &Whole(90..=115, "mmHg"), 115);
        let interval = read_interval(section, identity);
        let required = section.required(
            "signals_required",
            &OrWord(ListOf(OneOf(Signal::WORDS)), "none"),
        )?;
        let required = required.into_inner().unwrap_or_default();
        let needs = |signal| required.contains(&signal);
        check_needed(section, mode, identity, lung, &required);
        if needs(Signal::HeartRate)
            && heart_rate.limits.is_none()
            && section
                .raw("heart_rate_upper_limit_bpm")
                .is_some_and(|limit| limit.get_ref().is_str())
        {
            section.findings().mistake(
                &section.place("signals_required"),
                "signals_required names heart_rate, and heart_rate_upper_limit_bpm is \"no_signal\"",
                "write the limit, or leave heart_rate out",
            );
        }
        if needs(Signal::BloodPressure) && interval.is_none() {
            section.findings().mistake(
                &section.place("signals_required"),
                "signals_required names blood_pressure, and no interval says when it is due",
                "write blood_pressure_interval_min = a number from 2 to 30",
            );
        }
        Some(Self {
            heart_rate: needs(Signal::HeartRate),
            saturation: needs(Signal::Saturation),
            saturation_floor: f64::from(floor?),
            systolic_stop: u16::try_from(systolic.into_inner()).ok()?,
            diastolic_stop: u16::try_from(diastolic.into_inner()).ok()?,
            blood_pressure_interval: interval.map(minutes),
        })
    }
}

/// Minutes between two takings of blood pressure; `None`: at rest, at the peak and after.
fn read_interval(section: &Section<'_, '_>, identity: &Identity) -> Option<f64> {
    let by_risk = if identity.assisted() {
        None
    } else {
        identity.risk.and_then(RiskClass::blood_pressure_interval)
    };
    section
        .or_default(
            "blood_pressure_interval_min",
            &OrWord(Number(2.0..=30.0, "minutes"), "none"),
            by_risk,
        )
        .into_inner()
}

fn check_needed(
    section: &Section<'_, '_>,
    mode: Option<ControlMode>,
    identity: &Identity,
    lung: bool,
    required: &[Signal],
) {
    let findings = section.findings();
    let place = section.place("signals_required");
    let heart_rate = required.contains(&Signal::HeartRate);
    let saturation = required.contains(&Signal::Saturation);
    let pressure = required.contains(&Signal::BloodPressure);
    let refuse = |wrong: bool, what: &str, remedy: &str| {
        if wrong {
            findings.mistake(&place, what, remedy);
        }
    };
    refuse(
        mode.is_some_and(ControlMode::holds_heart_rate) && !heart_rate,
        "a heart rate is held, and signals_required does not name heart_rate",
        "add \"heart_rate\" to signals_required",
    );
    refuse(
        identity.shocks() && !heart_rate,
        "the patient has a defibrillator, and signals_required does not name heart_rate",
        "add \"heart_rate\" to signals_required",
    );
    refuse(
        lung && !saturation && !identity.assisted(),
        "the patient has a lung disease, and signals_required does not name spo2",
        "add \"spo2\" to signals_required",
    );
    refuse(
        identity.assisted() && (saturation || pressure),
        "an assist device leaves no pulse to measure, and signals_required names spo2 or blood_pressure",
        "leave \"spo2\" and \"blood_pressure\" out of signals_required",
    );
    if identity.risk == Some(RiskClass::High) && !saturation && !lung && !identity.assisted() {
        findings.warning(
            &place,
            "risk_class is \"high\", where an oximeter is worn always, and signals_required does not name spo2",
            "add \"spo2\" to signals_required",
        );
    }
}
