//! Patient, encounter, the session and its bouts as procedures, and the phases.

use serde_json::{Value, json};

use super::bundle::{Bundle, merged, with};
use super::code::{self, own};
use super::{device, order};
use crate::records::codes;
use crate::review::export::span::Bout;

pub(super) fn write(bundle: &mut Bundle<'_>, bouts: &[Bout<'_>]) {
    let patient = json!({ "identifier": [bundle.patient_identifier()] });
    let name = bundle.telling.name().map(|name| json!([{ "text": name }]));
    bundle.add("Patient", "patient", with(patient, "name", name));
    if let Some(years) = bundle.telling.age() {
        let age = json!({
            "code": code::concept(&[own("age")]),
            "effectivePeriod": bundle.whole(),
            "valueQuantity": code::quantity(years, "a"),
        });
        bundle.observe("age", age);
    }
    let encounter = json!({
        "identifier": [bundle.session_identifier()],
        "status": encounter_status(&bundle.session.line.state),
        "class": {
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
            "code": "AMB",
            "display": "ambulatory",
        },
        "subject": bundle.reference("patient"),
        "period": bundle.whole(),
    });
    bundle.add("Encounter", "encounter", encounter);
    session(bundle);
    phases(bundle);
    for bout in bouts {
        intervals(bundle, bout);
    }
}

fn encounter_status(state: &str) -> &'static str {
    match state {
        "ended" => "finished",
        "open" => "in-progress",
        // Interrupted: nobody recorded how it went on.
        _ => "unknown",
    }
}

/// The session and its bouts.
fn session(bundle: &mut Bundle<'_>) {
    let line = &bundle.session.line;
    let status = match (line.state.as_str(), line.end_reason.as_deref()) {
        ("ended", Some("completed")) => "completed",
        ("ended", _) => "stopped",
        ("open", _) => "in-progress",
        _ => "unknown",
    };
    let reason = line.end_reason.as_ref().map(|reason| {
        let rule = line.end_rule.as_deref().map(code::rule);
        let codings = rule.as_ref().and_then(|rule| rule.get("coding")).cloned();
        with(json!({ "text": reason }), "coding", codings)
    });
    let about = json!({
        "status": status,
        "subject": bundle.reference("patient"),
        "encounter": bundle.reference("encounter"),
    });
    let whole = json!({
        "code": order::programme(bundle.session),
        "performedPeriod": bundle.whole(),
    });
    let whole = with(merged(about, whole), "statusReason", reason);
    bundle.add("Procedure", "session", whole);
    let is_open = line.state == "open";
    for bout in &bundle.session.bouts {
        let status = match bout.to_us {
            _ if bout.broke_off => "unknown",
            Some(_) => "completed",
            None if is_open => "in-progress",
            None => "unknown",
        };
        let period = period_of(bundle, bout.from_us, bout.to_us);
        let procedure = json!({
            "partOf": [bundle.reference("session")],
            "basedOn": [bundle.reference(&order::request(bout))],
            "status": status,
            "code": code::concept(&[own("bout"), own(&codes::word(&bout.machine))]),
            "subject": bundle.reference("patient"),
            "encounter": bundle.reference("encounter"),
            "performedPeriod": period,
            "usedReference": [bundle.reference(&device::machine(bout))],
        });
        let reason = bout
            .broke_off
            .then(|| json!({ "text": bundle.session.bout_ended(bout) }));
        let procedure = with(procedure, "statusReason", reason);
        bundle.add("Procedure", &format!("bout {}", bout.number), procedure);
        let kind = json!({
            "category": code::category("activity"),
            "code": code::concept(&[code::ACTIVITY.coding()]),
            "partOf": [bundle.reference(&format!("bout {}", bout.number))],
            "effectivePeriod": period_of(bundle, bout.from_us, bout.to_us),
            "valueCodeableConcept": code::concept(&[own(&codes::word(&bout.machine))]),
        });
        bundle.observe(&format!("activity {}", bout.number), kind);
    }
}

fn period_of(bundle: &Bundle<'_>, from_us: i64, to_us: Option<i64>) -> Value {
    to_us.map_or_else(
        || json!({ "start": bundle.instant(from_us) }),
        |to_us| bundle.period(from_us, to_us),
    )
}

/// The phases of every bout, as the events tell them.
fn phases(bundle: &mut Bundle<'_>) {
    for (place, span) in (1..).zip(bundle.session.phases()) {
        let phase = json!({
            "category": code::category("activity"),
            "code": code::concept(&[own("phase")]),
            "partOf": [bundle.reference(&format!("bout {}", span.bout))],
            "effectivePeriod": bundle.period(span.from_us, span.to_us),
            "valueCodeableConcept": code::concept(&[code::phase(span.phase)]),
        });
        bundle.observe(&format!("phase {place}"), phase);
    }
}

/// The sides of a bout's intervals, to the second.
fn intervals(bundle: &mut Bundle<'_>, bout: &Bout<'_>) {
    let sides = bout.laps().iter().filter_map(|lap| Some((lap, lap.turn?)));
    for (place, (lap, turn)) in (1..).zip(sides) {
        let side = if turn.work { "work" } else { "recovery" };
        let told = json!({
            "category": code::category("activity"),
            "code": code::concept(&[own("interval")]),
            "partOf": [bundle.reference(&format!("bout {}", bout.number()))],
            "effectivePeriod": bundle.period(lap.from_us, lap.to_us),
            "valueString": format!("{} {side}", turn.number),
        });
        bundle.observe(&format!("interval {} {place}", bout.number()), told);
    }
}
