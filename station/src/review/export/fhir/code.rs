//! Codes: LOINC and SNOMED CT where there is one that fits, else our own, which the bundle defines itself.
//!
//! No number here is made up. Where each comes from, and how sure it is, stands in `docs/records.md`.

use control::rules::RuleId;
use control::view::PhaseKind;
use serde_json::{Value, json};

use crate::dashboard::words;
use crate::records::codes;

/// Our own codes.
pub(super) const OWN: &str = "urn:x-station:code";
/// Rules of supervision, by their names.
pub(super) const RULE: &str = "urn:x-station:rule";

const LOINC_SYSTEM: &str = "http://loinc.org";
const SNOMED_SYSTEM: &str = "http://snomed.info/sct";

/// A LOINC code: number and name; the name is left out where no source of it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Loinc(pub(super) &'static str, pub(super) &'static str);

/// A code of our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Own(pub(super) &'static str, pub(super) &'static str);

pub(super) const HEART_RATE: Loinc = Loinc("8867-4", "Heart rate");
pub(super) const SPO2: Loinc = Loinc(
    "59408-5",
    "Oxygen saturation in Arterial blood by Pulse oximetry",
);
pub(super) const OXYGEN: Loinc = Loinc("2708-6", "Oxygen saturation in Arterial blood");
pub(super) const SPO2_WITH_EXERCISE: Loinc = Loinc("89276-0", "");
pub(super) const PRESSURE: Loinc =
    Loinc("85354-9", "Blood pressure panel with all children optional");
pub(super) const SYSTOLIC: Loinc = Loinc("8480-6", "Systolic blood pressure");
pub(super) const DIASTOLIC: Loinc = Loinc("8462-4", "Diastolic blood pressure");
pub(super) const BREATHING: Loinc = Loinc("9279-1", "Respiratory rate");
/// Recalled, checked against no source.
pub(super) const GLUCOSE: Loinc = Loinc("41653-7", "");
pub(super) const WEIGHT: Loinc = Loinc("29463-7", "Body weight");
pub(super) const EXERTION: Loinc = Loinc("82289-0", "");
pub(super) const DURATION: Loinc = Loinc("55411-3", "Exercise duration");
pub(super) const ACTIVITY: Loinc = Loinc("73985-4", "Exercise activity");
pub(super) const DISTANCE: Loinc = Loinc("55412-1", "");
pub(super) const CALORIES: Loinc =
    Loinc("55424-6", "Calories burned in unspecified time Pedometer");
pub(super) const INTENSITY: Loinc = Loinc("74008-4", "Exercise intensity");

/// Every code of our own that the bundle defines, phases apart.
pub(super) const DEFINED: &[Own] = &[
    Own("supervised-exercise", "Supervised exercise session"),
    Own("bout", "Bout on one machine"),
    Own("session-report", "Report of a supervised exercise session"),
    Own("cycle", "Cycle ergometer"),
    Own("treadmill", "Treadmill"),
    Own("software", "Program that controls and records"),
    Own("heart-rate-strap", "Heart-rate strap"),
    Own("oximeter", "Pulse oximeter"),
    Own("phase", "Phase of a bout"),
    Own("interval", "Number and side of an interval"),
    Own("record-gap", "Something that was not recorded"),
    Own("entries-lost", "Entries that were not recorded"),
    Own("age", "Age in full years, 90 standing for 90 and more"),
    Own(
        "heart-rate-rest",
        "Heart rate: mean of the last 30 s before warm-up",
    ),
    Own(
        "heart-rate-mean",
        "Heart rate: mean from warm-up to cool-down",
    ),
    Own(
        "heart-rate-conditioning",
        "Heart rate: mean of conditioning",
    ),
    Own(
        "heart-rate-peak",
        "Heart rate: highest mean of 5 s from warm-up to cool-down",
    ),
    Own(
        "heart-rate-end",
        "Heart rate: mean of the last 5 s of exercise",
    ),
    Own(
        "heart-rate-after-1-min",
        "Heart rate: mean of 5 s around one minute after exercise",
    ),
    Own(
        "heart-rate-after-2-min",
        "Heart rate: mean of 5 s around two minutes after exercise",
    ),
    Own(
        "heart-rate-recovery",
        "Heart-rate recovery: fall within one minute after exercise",
    ),
    Own(
        "heart-rate-reserve",
        "Share of heart-rate reserve used in conditioning, mean",
    ),
    Own("heart-rate-series", "Heart rate, each second"),
    Own(
        "heart-rate-cover",
        "Share of conditioning with a trusted heart rate",
    ),
    Own("rate-pressure-product", "Rate-pressure product: highest"),
    Own("pressure-rest", "Blood pressure: last before warm-up"),
    Own(
        "pressure-peak",
        "Blood pressure: highest systolic from warm-up to cool-down",
    ),
    Own("pressure-after", "Blood pressure: last after exercise"),
    Own(
        "spo2-rest",
        "Saturation: mean of the last 30 s before warm-up",
    ),
    Own("spo2-mean", "Saturation: mean from warm-up to cool-down"),
    Own("spo2-lowest", "Saturation: lowest mean of 10 s"),
    Own("spo2-end", "Saturation: mean of the last 5 s of exercise"),
    Own(
        "spo2-below-floor",
        "Time with a saturation below the prescription's floor",
    ),
    Own("spo2-series", "Saturation, each second"),
    Own(
        "spo2-cover",
        "Share of conditioning with a trusted saturation",
    ),
    Own("exertion-mean", "Perceived exertion, 6 to 20: mean"),
    Own("exertion-peak", "Perceived exertion, 6 to 20: highest"),
    Own("oxygen-flow", "Oxygen that flows to the patient"),
    Own("dyspnoea", "Dyspnoea, 0 to 10"),
    Own("dyspnoea-peak", "Dyspnoea, 0 to 10: highest"),
    Own("angina", "Angina, 0 to 4"),
    Own("angina-peak", "Angina, 0 to 4: highest"),
    Own("claudication", "Claudication, 0 to 4"),
    Own("claudication-peak", "Claudication, 0 to 4: highest"),
    Own(
        "power",
        "Power at the crank, each second, as the machine reported it",
    ),
    Own("power-mean", "Power: mean from warm-up to cool-down"),
    Own("power-peak", "Power: highest mean of 60 s"),
    Own("work", "Work at the crank"),
    Own(
        "speed",
        "Speed of the belt, each second, as the machine reported it",
    ),
    Own("speed-mean", "Speed of the belt: mean"),
    Own("speed-peak", "Speed of the belt: highest mean of 60 s"),
    Own(
        "grade",
        "Grade of the belt, each second, as the machine reported it",
    ),
    Own("grade-mean", "Grade of the belt: mean"),
    Own("grade-peak", "Grade of the belt: highest mean of 60 s"),
    Own("distance", "Way of the belt"),
    Own("cadence", "Cadence, each second"),
    Own(
        "met-asked",
        "METs above rest that phase or controller asked for, each second",
    ),
    Own(
        "met-granted",
        "METs above rest that were let through, each second",
    ),
    Own(
        "met-ceiling",
        "The prescription's ceiling, in METs with rest",
    ),
    Own(
        "met-mean",
        "METs with rest: mean, by ACSM's equations on what the machine reported",
    ),
    Own("met-peak", "METs with rest: highest mean of 60 s"),
    Own(
        "met-minutes",
        "MET-minutes with rest from warm-up to cool-down",
    ),
    Own(
        "load-reported",
        "Share of exercise of which the machine reported its load",
    ),
    Own(
        "met-equation-holds",
        "Share of seconds whose load lies where the equation holds",
    ),
    Own("energy", "Energy with rest: METs x 3.5 x kg / 200 a minute"),
    Own("total-time", "From the session's beginning to its end"),
    Own("exercise-time", "Warm-up, conditioning and cool-down"),
    Own("warm-up-time", "Warm-up"),
    Own("conditioning-time", "Conditioning"),
    Own("cool-down-time", "Cool-down"),
    Own("paused-time", "Pauses and stops"),
    Own("zone-below", "Conditioning below the prescribed zone"),
    Own("zone-within", "Conditioning within the prescribed zone"),
    Own("zone-above", "Conditioning above the prescribed zone"),
    Own(
        "zone-share",
        "Share of conditioning within the prescribed zone",
    ),
    Own(
        "completed",
        "Share of the ordered minutes that were exercised",
    ),
    Own(
        "ordered-work",
        "Share of the ordered load of conditioning, over its ordered minutes, that was let through",
    ),
    Own("rule-limit", "The limit that a rule stands for"),
    Own("symptoms", "With symptoms beside it"),
];

impl Loinc {
    /// The coding.
    pub(super) fn coding(self) -> Value {
        let Self(code, display) = self;
        if display.is_empty() {
            json!({ "system": LOINC_SYSTEM, "code": code })
        } else {
            json!({ "system": LOINC_SYSTEM, "code": code, "display": display })
        }
    }
}

/// A coding of our own.
pub(super) fn own(code: &str) -> Value {
    let display = DEFINED
        .iter()
        .find(|Own(defined, _)| *defined == code)
        .map(|Own(_, display)| *display)
        .or_else(|| phase_of(code).map(words::phase));
    match display {
        Some(display) => json!({ "system": OWN, "code": code, "display": display }),
        None => json!({ "system": OWN, "code": code }),
    }
}

/// A concept of several codings, the best first.
pub(super) fn concept(codings: &[Value]) -> Value {
    json!({ "coding": codings })
}

/// A SNOMED CT coding.
pub(super) fn snomed(code: &str, display: &str) -> Value {
    json!({ "system": SNOMED_SYSTEM, "code": code, "display": display })
}

/// A rule as a concept.
pub(super) fn rule(name: &str) -> Value {
    let plain = RuleId::from_name(name).map(|rule| words::rules::of(rule).plain);
    let coding = match plain {
        Some(plain) => json!({ "system": RULE, "code": name, "display": plain }),
        None => json!({ "system": RULE, "code": name }),
    };
    json!({ "coding": [coding] })
}

/// The category of a vital sign, of an activity, of what a person was asked.
pub(super) fn category(code: &str) -> Value {
    json!([{ "coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/observation-category",
        "code": code,
    }] }])
}

/// Why there is no value.
pub(super) fn absent(code: &str) -> Value {
    json!({ "coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/data-absent-reason",
        "code": code,
    }] })
}

/// A figure with its unit in UCUM.
pub(super) fn quantity(value: impl serde::Serialize, unit: &str) -> Value {
    json!({ "value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit })
}

/// When, in relation to exercise, a reading was taken: the codes that HL7's vital-signs profiles take from below SNOMED CT 309601007.
pub(super) fn exertion(phase: PhaseKind) -> Option<Value> {
    let (code, display) = match phase {
        PhaseKind::Ready | PhaseKind::Starting => ("307166007", "Before exercise"),
        PhaseKind::WarmUp | PhaseKind::Conditioning | PhaseKind::CoolDown => {
            ("309604004", "During exercise")
        }
        PhaseKind::Recovery | PhaseKind::Finished => ("255214003", "After exercise"),
        PhaseKind::Idle | PhaseKind::Paused | PhaseKind::Stopped => return None,
    };
    Some(snomed(code, display))
}

/// A phase's code.
pub(super) fn phase(phase: PhaseKind) -> Value {
    own(&codes::word(&phase))
}

fn phase_of(code: &str) -> Option<PhaseKind> {
    codes::read(code)
}

/// Our codes, as a resource of the bundle.
pub(super) fn system() -> Value {
    let concepts: Vec<Value> =
        DEFINED
            .iter()
            .map(|Own(code, display)| json!({ "code": code, "display": display }))
            .chain(PhaseKind::ALL.into_iter().map(
                |phase| json!({ "code": codes::word(&phase), "display": words::phase(phase) }),
            ))
            .collect();
    json!({
        "url": OWN,
        "version": env!("CARGO_PKG_VERSION"),
        "name": "StationCodes",
        "status": "active",
        "content": "complete",
        "concept": concepts,
    })
}
