//! A session as a FHIR R4 bundle of type `collection`, for hospital systems.
//!
//! Promises: every reference leads to a resource of the bundle; a figure that nothing supports is an observation with a reason for its absence,
//! never a number; seconds that were not recorded are in no series, and a second that could not be relied on is `E` in it; the seconds of a
//! hole lie between two series. Codes are LOINC and SNOMED CT where `docs/records.md` says so, else our own, whose code system is in the bundle.
//! Deliberately absent: names, unless somebody asked for them; the prescription's text; what staff wrote.

mod alarm;
mod bundle;
mod code;
mod device;
mod order;
mod report;
mod series;
mod summary;
mod taken;
#[cfg(test)]
mod tests;
mod visit;

use self::bundle::Bundle;
use super::span::Bout;
use super::telling::Telling;
use super::{Export, ExportError, Part};
use crate::records::SessionRecord;
use crate::records::figures::SessionFigures;

/// The form as `station export` asks for it.
pub(super) fn form(export: &Export<'_>) -> Result<Vec<Part>, ExportError> {
    write(export.session, export.figures, &Telling::of(export))
        .map(|bytes| vec![Part::only(bytes)])
        .map_err(|because| ExportError::Unfit {
            session: export.session.line.id.clone(),
            format: "fhir",
            because: because.to_string(),
        })
}

/// Writes a session as a FHIR R4 bundle in JSON.
///
/// # Errors
/// Where the JSON cannot be made, which is a mistake of this program.
pub fn write(
    session: &SessionRecord,
    figures: &SessionFigures,
    telling: &Telling<'_>,
) -> Result<Vec<u8>, serde_json::Error> {
    let mut bundle = Bundle::of(session, telling);
    let bouts: Vec<Bout<'_>> = session
        .bouts
        .iter()
        .filter_map(|bout| Bout::of(session, bout))
        .collect();
    visit::write(&mut bundle, &bouts);
    device::write(&mut bundle);
    order::write(&mut bundle);
    let summary = summary::write(&mut bundle, figures);
    let taken = taken::write(&mut bundle);
    let series = series::write(&mut bundle, &bouts);
    let alarms = alarm::write(&mut bundle);
    report::write(&mut bundle, &[summary, taken, series, alarms].concat());
    bundle.add("CodeSystem", "codes", code::system());
    let mut text = serde_json::to_vec_pretty(&bundle.finish())?;
    text.push(b'\n');
    Ok(text)
}
