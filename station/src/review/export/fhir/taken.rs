//! What people measured and asked, an observation each, as it holds: a corrected value stands in the place of the first.

use control::view::PhaseKind;
use serde_json::{Value, json};

use super::bundle::{Bundle, merged, with};
use super::code::{self, own};
use super::summary;
use crate::records::MeasurementKind;
use crate::records::codes;
use crate::records::session::MeasurementRecord;

/// Writes them; gives their addresses.
pub(super) fn write(bundle: &mut Bundle<'_>) -> Vec<Value> {
    let session = bundle.session;
    session
        .measurements_in_force()
        .filter_map(|taken| one(bundle, taken))
        .collect()
}

/// What a measurement is called in the bundle.
pub(super) fn name(taken: &MeasurementRecord) -> String {
    format!("measurement {}", taken.id)
}

fn one(bundle: &mut Bundle<'_>, taken: &MeasurementRecord) -> Option<Value> {
    let kind: MeasurementKind = codes::read(&taken.kind)?;
    let about = json!({
        "effectiveDateTime": bundle.instant(taken.t_us),
        "partOf": [bundle.reference(&format!("bout {}", taken.bout))],
    });
    let said = match kind {
        MeasurementKind::BloodPressure => pressure(taken),
        MeasurementKind::PerceivedExertion => score(
            taken,
            &[code::EXERTION.coding()],
            "Borg's scale of perceived exertion, 6 to 20",
        ),
        MeasurementKind::Dyspnoea => score(taken, &[own("dyspnoea")], "scale of 0 to 10"),
        MeasurementKind::Angina => score(taken, &[own("angina")], "scale of 0 to 4"),
        MeasurementKind::Claudication => score(taken, &[own("claudication")], "scale of 0 to 4"),
        MeasurementKind::Breathing => json!({
            "category": code::category("vital-signs"),
            "code": code::concept(&[code::BREATHING.coding()]),
            "method": { "text": "counted" },
            "valueQuantity": code::quantity(taken.value, "/min"),
        }),
        MeasurementKind::Glucose => json!({
            "category": code::category("laboratory"),
            "code": code::concept(&[code::GLUCOSE.coding()]),
            "valueQuantity": code::quantity(taken.value, "mg/dL"),
        }),
        MeasurementKind::OxygenFlow => json!({
            "category": code::category("therapy"),
            "code": code::concept(&[own("oxygen-flow")]),
            "valueQuantity": code::quantity(taken.value, "mL/min"),
        }),
    };
    let mut components: Vec<Value> = said
        .get("component")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    components.extend(beside(taken));
    let said = with(
        merged(about, said),
        "component",
        (!components.is_empty()).then(|| json!(components)),
    );
    let said = with(said, "status", Some(json!("final")));
    Some(bundle.observe(&name(taken), said))
}

fn pressure(taken: &MeasurementRecord) -> Value {
    let about = json!({
        "category": code::category("vital-signs"),
        "code": code::concept(&[code::PRESSURE.coding()]),
    });
    let panel = summary::panel(taken.pressure());
    merged(about, panel)
}

fn score(taken: &MeasurementRecord, codings: &[Value], scale: &str) -> Value {
    json!({
        "category": code::category("survey"),
        "code": code::concept(codings),
        "method": { "text": scale },
        "valueQuantity": code::quantity(taken.value, "{score}"),
    })
}

/// In which phase it was taken, whether before, during or after exercise, and whether symptoms were there.
fn beside(taken: &MeasurementRecord) -> Vec<Value> {
    let mut components = Vec::new();
    if let Some(phase) = codes::read::<PhaseKind>(&taken.phase) {
        components.push(json!({
            "code": code::concept(&[own("phase")]),
            "valueCodeableConcept": code::concept(&[code::phase(phase)]),
        }));
        if let Some(exertion) = code::exertion(phase) {
            components.push(json!({
                "code": code::concept(&[code::INTENSITY.coding()]),
                "valueCodeableConcept": code::concept(&[exertion]),
            }));
        }
    }
    if taken.symptoms {
        components.push(json!({
            "code": code::concept(&[own("symptoms")]),
            "valueBoolean": true,
        }));
    }
    components
}
