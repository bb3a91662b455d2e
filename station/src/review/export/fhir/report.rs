//! The report over everything, and where it comes from.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::bundle::{Bundle, wall, with};
use super::code::{self, own};
use super::device;
use crate::records::chain::Hex;
use crate::records::session::SignatureState;

/// Types of signatures.
const SIGNATURE_TYPES: &str = "urn:iso-astm:E1762-95:2013";
/// Ids of the staff list.
const STAFF: &str = "urn:x-station:staff";
/// The record's chain of events.
const CHAIN: &str = "urn:x-station:chain";

pub(super) fn write(bundle: &mut Bundle<'_>, results: &[Value]) {
    let status = status(bundle);
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

/// Nobody stands for an unsigned session yet, and one that goes on is not whole. What was added to a signed one is said to be.
fn status(bundle: &Bundle<'_>) -> &'static str {
    let session = bundle.session;
    let is_corrected = session
        .corrections
        .iter()
        .any(|correction| correction.after_signature);
    let state = session.line.state.as_str();
    match (state, bundle.telling.is_signed(), session.signature_state()) {
        (_, _, SignatureState::NotKnown) => "unknown",
        ("ended", false, _) => "preliminary",
        ("open", ..) | (_, false, _) => "partial",
        (_, true, SignatureState::Signed { additions }) if additions > 0 && is_corrected => {
            "corrected"
        }
        (_, true, SignatureState::Signed { additions }) if additions > 0 => "appended",
        (_, true, SignatureState::Signed { .. } | SignatureState::Unsigned) => "final",
    }
}

/// Who signed, what for and when, with the hash over what was signed. None where it is de-identified.
fn signatures(bundle: &Bundle<'_>) -> Option<Value> {
    let signed: Vec<Value> = bundle
        .session
        .signatures
        .iter()
        .filter(|_| !bundle.telling.is_deidentified())
        .map(|signature| {
            json!({
                "type": [{
                    "system": SIGNATURE_TYPES,
                    "code": signature_type(&signature.meaning),
                    "display": signature.meaning,
                }],
                "when": wall(signature.wall_us),
                "who": {
                    "identifier": { "system": STAFF, "value": signature.by },
                    "display": signature.name,
                },
                "data": BASE64_STANDARD.encode(signature.sha256),
            })
        })
        .collect();
    (!signed.is_empty()).then(|| json!(signed))
}

/// The type of a signature in ASTM E1762: author's, review, and verification for who agrees or answers.
fn signature_type(meaning: &str) -> &'static str {
    match meaning {
        "authorship" => "1.2.840.10065.1.12.1.1",
        "review" => "1.2.840.10065.1.12.1.13",
        _ => "1.2.840.10065.1.12.1.5",
    }
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
    let signed = signatures(bundle);
    bundle.add(
        "Provenance",
        "provenance",
        with(with(provenance, "entity", chain), "signature", signed),
    );
}

/// Without lists of nothing, which FHIR forbids.
fn without_empty(mut object: Value) -> Value {
    if let Value::Object(fields) = &mut object {
        fields.retain(|_, value| value.as_array().is_none_or(|list| !list.is_empty()));
    }
    object
}
