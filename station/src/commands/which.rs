//! Which sessions files are made of, and what is said beside the files: the same for exports and documents.

use std::process::ExitCode;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::output::{self, Output};
use crate::records::desk::not_as_written;
use crate::records::list::SessionFilter;
use crate::records::{Archive, RecordsError, SessionLine};
use crate::review::export::write::Written;

/// What is said where no session fits.
pub(super) const NONE_FITS: &str =
    "no session fits: `station sessions` lists them all, with their days and patients";

/// The sessions of a day where this machine stands, or of a patient, the first first.
pub(super) fn fitting(
    archive: &Archive,
    day: Option<Date>,
    patient: Option<&str>,
    zone: &TimeZone,
) -> Result<Vec<SessionLine>, RecordsError> {
    let whose = SessionFilter {
        patient: patient.map(|asked| archive.patient(asked)).transpose()?,
        ..SessionFilter::default()
    };
    let Ok(filter) = whose.of_days(day, day, zone) else {
        // A day that the zone does not have: nobody came on it.
        return Ok(Vec::new());
    };
    let mut sessions = archive.list(&filter)?;
    sessions.reverse();
    Ok(sessions)
}

/// Says which of them are still open, and whether a gym goes on with them.
pub(super) fn tell_open(archive: &Archive, sessions: &[SessionLine]) {
    let goes_on = archive.is_being_written();
    for session in sessions.iter().filter(|session| session.state == "open") {
        let how = if goes_on {
            "what was recorded of it until now is written"
        } else {
            "no gym writes to this record, so what was recorded before its gym was lost is written"
        };
        output::complain(&format_args!("{} is still open: {how}", session.id));
    }
}

/// Says where the files are, or hands the bytes on; then whether the record's events are as they were written, and these sessions as they were
/// signed.
pub(super) fn told(
    archive: &Archive,
    sessions: &[SessionLine],
    written: &Written,
) -> Result<ExitCode, RecordsError> {
    let mut out = Output::new();
    match written {
        Written::Files(paths) => {
            for path in paths {
                out.line(&path.display().to_string());
            }
        }
        Written::Bytes(bytes) => out.bytes(bytes),
    }
    if let Err(error) = out.finish() {
        return Ok(output::finding(&format_args!(
            "standard output could not be written: {error}"
        )));
    }
    let findings = not_as_written(archive, sessions.iter().map(|line| line.id.as_str()))?;
    if findings.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    Ok(output::finding(&format_args!(
        "written, but the record is not what was written and signed ({}): compare it with a backup",
        findings.join("; ")
    )))
}
