//! Everything, a JSON object a line. As it stands in the record it can be taken back; de-identified it cannot: what would prove it is what
//! would lead back to the patient.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Export, ExportError, Part};
use crate::records::codes;
use crate::records::interchange::{Lines, gather};
use crate::records::session::{BoutRecord, Disguise, Second};

pub(super) fn write(export: &Export<'_>) -> Result<Vec<Part>, ExportError> {
    let bytes = if export.deidentified {
        disguised(export).map_err(|error| ExportError::Unfit {
            session: export.session.line.id.clone(),
            format: "jsonl",
            because: error.to_string(),
        })?
    } else {
        gather(export.archive, &export.session.line)?
    };
    Ok(vec![Part::only(bytes)])
}

/// Lines of what is left, each time in microseconds after the session began.
fn disguised(export: &Export<'_>) -> Result<Vec<u8>, serde_json::Error> {
    let session = export.session;
    let mut lines = Lines::new();
    lines.push("session", &object(&session.line)?);
    lines.push("summary", &object(export.figures)?);
    for bout in &session.bouts {
        lines.push("bout", &object(&of_bout(bout))?);
    }
    for (bout, second) in session.seconds() {
        lines.push("second", &object(&of_second(bout, second))?);
    }
    for event in &session.events {
        let mut fields = object(event)?;
        fields.remove("hash");
        fields.remove("text");
        if let Some(corrected) = session.corrected_later(event) {
            let key = if corrected.held_against {
                "held_against_corrected_to"
            } else {
                "corrected_to"
            };
            fields.extend(object(&json!({ key: corrected.holds.id }))?);
        }
        lines.push("event", &fields);
    }
    for taken in &session.measurements {
        lines.push("measurement", &object(taken)?);
    }
    for correction in &session.corrections {
        let fields = json!({
            "measurement": correction.measurement,
            "wall_us": correction.wall_us,
            "after_signature": u8::from(correction.after_signature),
        });
        lines.push("correction", &object(&fields)?);
    }
    for signature in &session.signatures {
        let fields = json!({ "wall_us": signature.wall_us, "meaning": signature.meaning });
        lines.push("signature", &object(&fields)?);
    }
    for gap in session.gaps.iter().chain(export.damaged) {
        let mut fields = object(gap)?;
        fields.remove("reason");
        lines.push("gap", &fields);
    }
    for waveform in export.waveforms {
        let fields = json!({
            "kind": "plethysmogram",
            "from_us": waveform.from_us,
            "rate_hz": waveform.rate_hz,
            "samples": waveform.samples,
        });
        lines.push("waveform", &object(&fields)?);
    }
    let header = json!({
        "session": session.line.id,
        "deidentified": true,
        "dates": format!(
            "moved: a patient's first session of the export begins with {}, the others as long after it as they did",
            Disguise::YEAR
        ),
    });
    Ok(lines.finish(object(&header)?))
}

fn of_bout(bout: &BoutRecord) -> Value {
    json!({
        "number": bout.number,
        "station": bout.station,
        "machine": codes::word(&bout.machine),
        "protocol": bout.protocol,
        "from_us": bout.from_us,
        "to_us": bout.to_us,
        "setup": bout.setup,
        "build": bout.build,
        "decisions": bout.decisions,
    })
}

fn of_second(bout: &BoutRecord, second: &Second) -> Value {
    json!({
        "bout": bout.number,
        "t_us": second.t_us,
        "phase": codes::word(&second.phase),
        "heart_rate_bpm": second.heart_rate_bpm,
        "heart_rate_source": second.heart_rate_source.as_ref().map(codes::word),
        "heart_rate_trust": codes::word(&second.heart_rate_trust),
        "heart_rate_age_ms": second.heart_rate_age_ms,
        "pulse_bpm": second.pulse_bpm,
        "spo2_percent": second.spo2_percent,
        "spo2_trust": codes::word(&second.spo2_trust),
        "target_heart_rate_bpm": second.target_heart_rate_bpm,
        "zone_lower_bpm": second.zone_bpm.map(|zone| zone.0),
        "zone_upper_bpm": second.zone_bpm.map(|zone| zone.1),
        "proposed_met_milli": second.proposed_met_milli,
        "granted_met_milli": second.granted_met_milli,
        "reason": codes::reason(second.reason),
        "by_hand": second.by_hand,
        "told_power_w": second.told.power_w,
        "told_speed_mm_s": second.told.speed_mm_s,
        "told_grade_permille": second.told.grade_permille,
        "reported_power_w": second.reported.power_w,
        "reported_speed_mm_s": second.reported.speed_mm_s,
        "reported_grade_permille": second.reported.grade_permille,
        "cadence_rpm": second.cadence_rpm,
    })
}

/// The fields of an object; those without a value are left out.
fn object(value: &impl Serialize) -> Result<Map<String, Value>, serde_json::Error> {
    let fields: Map<String, Value> = serde_json::from_value(serde_json::to_value(value)?)?;
    Ok(fields
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .collect())
}
