//! `station show`: what one session came to.

mod text;

use std::path::PathBuf;
use std::process::ExitCode;

use jiff::tz::TimeZone;

use super::output::{self, Output};
use crate::records::RecordsError;
use crate::records::archive::Archive;
use crate::records::summary::summarise;

const EXAMPLES: &str = "\
Examples:
  station show S-20261123-143107-AR4C
  station show AR4C             (a part of the id that fits one session alone)
  station show last --json

Exit status: 0 when done, 1 where there is no such session or the record's events
are not as they were written, 2 for wrong usage.";

/// Sum up a session: bouts, phases, time in zone, signals, alarms, gaps, measurements.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct ShowArgs {
    /// The session's id, a part of it, or `last`
    #[arg(value_name = "ID")]
    session: String,

    /// The record, where it is not the gym's own in the user's data folder
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// Sums a session up.
///
/// # Errors
/// Where there is no such session, or the record cannot be read; the error says what to do.
pub fn run(args: &ShowArgs) -> Result<ExitCode, RecordsError> {
    let archive = Archive::open_named(args.record.as_deref())?;
    let session = archive.find(&args.session)?;
    let summary = summarise(&archive, session)?;
    let mut out = Output::new();
    if args.json {
        out.json_line(&summary);
    } else {
        for line in text::lines(&summary, &TimeZone::system()) {
            out.line(&line);
        }
    }
    if let Err(error) = out.finish() {
        return Ok(output::finding(&format_args!(
            "the summary could not be written: {error}"
        )));
    }
    if summary.findings.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    Ok(output::finding(&format_args!(
        "the record's events are not as they were written ({}): compare it with a backup",
        summary.findings.join("; ")
    )))
}
