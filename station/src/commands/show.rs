//! `station show`: what one session came to.

mod text;

use std::path::PathBuf;
use std::process::ExitCode;

use jiff::tz::TimeZone;
use serde::Serialize;

use super::identify::Named;
use super::output::{self, Output};
use super::record::reading;
use super::staffed::{self, ByArgs};
use crate::records::RecordsError;
use crate::records::archive::Archive;
use crate::records::desk::{Of, identity_of, looked};
use crate::records::summary::{Summary, summarise};

const EXAMPLES: &str = "\
Examples:
  station show S-20261123-143107-AR4C
  station show AR4C             (a part of the id that fits one session alone)
  station show last --json
  station show last --corrections --names --by anna

That somebody looked is in the record's trail: station audit ID.

Exit status: 0 when done, 1 where there is no such session, or where seconds of it are
lost or the record is not what was written, 2 for wrong usage.";

/// Sum up a session: bouts, phases, time in zone, signals, alarms, gaps, measurements, notes, signatures.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct ShowArgs {
    /// The session's id, a part of it, or `last`
    #[arg(value_name = "ID")]
    session: String,

    /// With the values that were corrected, who corrected them and why
    #[arg(long)]
    corrections: bool,

    /// With who the pseudonym is, where that was written down
    #[arg(long)]
    names: bool,

    #[command(flatten)]
    by: ByArgs,

    /// The record; without it the one that `STATION_RECORD` names, else the gym's own in the user's data folder
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
    reading(args.record.as_deref(), |archive| with(archive, args))
}

fn with(archive: &Archive, args: &ShowArgs) -> Result<ExitCode, RecordsError> {
    let session = archive.find(&args.session)?;
    let summary = summarise(archive, session)?;
    let identity = if args.names {
        identity_of(archive, &summary.session.patient)?
    } else {
        None
    };
    let of = [Of::Session(&summary.session.id)];
    staffed::told(looked(archive, &args.by.who(), &of, "show", args.names));
    let mut out = Output::new();
    if args.json {
        out.json_line(&Shown {
            summary: &summary,
            identity: identity.as_ref().map(Named::of),
        });
    } else {
        let extent = text::Extent {
            corrections: args.corrections,
            identity: identity.as_ref(),
        };
        for line in text::lines(&summary, &extent, &TimeZone::system()) {
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
        "the record is not what was written and signed ({}): compare it with a backup",
        summary.findings.join("; ")
    )))
}

/// A summary for programs.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    summary: &'a Summary,
    /// Who the patient is, where that was asked for and is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<Named<'a>>,
}
