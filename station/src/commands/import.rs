//! `station import`: a session out of an export, into a record.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::output::{self, Output};
use crate::clock;
use crate::records::interchange::{ImportError, take};
use crate::records::location;

const EXAMPLES: &str = "\
Examples:
  station import visit.jsonl
  station import visit.jsonl --record archive.sqlite

Everything of a file is taken, or nothing. The record says of the session that it was
imported, and keeps the hashes that its events had where they were written. A session
that is not what was written and signed is refused; with --altered it is taken all the
same, and the record says so.

Exit status: 0 when done, 1 where the file was cut or changed (it says at which line),
the session is there already or not what was signed, or a gym is writing, 2 for wrong
usage.";

/// Take a session back from an export as jsonl.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ImportArgs {
    /// The file: what `station export --format jsonl` wrote
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Take it also where it is not what was written and signed: for what has to be kept as it is
    #[arg(long)]
    altered: bool,

    /// The record; without it the one that `STATION_RECORD` names, else the gym's own in the user's data folder; it is made where there is none
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

/// Takes the session.
///
/// # Errors
/// Where the file is not as it was written, or the record cannot take it; the error says what to do.
pub fn run(args: &ImportArgs) -> Result<ExitCode, ImportError> {
    let record = location::at_desk(args.record.as_deref())?;
    let imported = take(&args.file, &record, clock::wall_micros(), args.altered)?;
    let mut out = Output::new();
    out.line(&format!(
        "{} is in {} now ({} lines)",
        imported.session,
        imported.record.display(),
        imported.lines
    ));
    Ok(match out.finish() {
        Ok(()) if !imported.altered.is_empty() => output::finding(&format_args!(
            "the session was taken, though it is not what was written and signed: {}",
            imported.altered.join("; ")
        )),
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::finding(&format_args!(
            "the session was taken; that could not be said: {error}"
        )),
    })
}
