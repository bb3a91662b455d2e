//! The report over everything, and where it comes from.

use serde_json::{Value, json};

use super::bundle::{Bundle, with};
use super::code::{self, own};
use super::device;
use crate::records::chain::Hex;

/// The record's chain of events.
const CHAIN: &str = "urn:x-station:chain";

pub(super) fn write(bundle: &mut Bundle<'_>, results: &[Value]) {
    // Nobody stands for an unsigned session yet, and one that goes on is not whole.
    let status = match (
        bundle.session.line.state.as_str(),
        bundle.telling.is_signed(),
    ) {
        ("ended", true) => "final",
        ("ended", false) => "preliminary",
        _ => "partial",
    };
    let report = json!({
        "status": status,
        "code": code::concept(&[own("session-report")]),
        "subject": bundle.reference("patient"),
        "encounter": bundle.reference("encounter"),
        "effectivePeriod": bundle.whole(),
        "result": results,
    });
    bundle.add("DiagnosticReport", "report", without_empty(report));
    provenance(bundle);
}

/// By which program it was recorded, and by which hash the record can be asked whether this is it. A de-identified file has no hash.
fn provenance(bundle: &mut Bundle<'_>) {
    let session = bundle.session;
    let last = session.events.last();
    let chain = last
        .filter(|_| !bundle.telling.is_deidentified())
        .map(|last| {
            json!([{
                "role": "source",
                "what": { "identifier": {
                    "system": CHAIN,
                    "value": format!("{}:{}", last.id, Hex(&last.hash)),
                } },
            }])
        });
    let recorded_us = last.map_or_else(|| session.length_us(), |last| last.t_us);
    let provenance = json!({
        "target": bundle.everything(),
        "recorded": bundle.instant(recorded_us),
        "agent": [{ "who": bundle.reference(device::SOFTWARE) }],
    });
    bundle.add(
        "Provenance",
        "provenance",
        with(provenance, "entity", chain),
    );
}

/// Without lists of nothing, which FHIR forbids.
fn without_empty(mut object: Value) -> Value {
    if let Value::Object(fields) = &mut object {
        fields.retain(|_, value| value.as_array().is_none_or(|list| !list.is_empty()));
    }
    object
}
