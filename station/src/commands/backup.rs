//! `station backup`: a copy of the record, made while a gym runs.

use std::path::PathBuf;
use std::process::ExitCode;

use super::output::{self, Output};
use super::verify;
use crate::records::RecordsError;
use crate::records::archive::Archive;
use crate::records::backup::backup;

const EXAMPLES: &str = "\
Examples:
  station backup /mnt/safe/record-2026-11-23.sqlite
  station backup latest.sqlite --force --json

The gym may run meanwhile. The copy is looked through like `station verify` does
before it stands under its name.

Exit status: 0 when done, 1 where it could not be made or the record is damaged,
2 for wrong usage.";

/// Copy a record to a file while a gym writes to it, and look the copy through.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct BackupArgs {
    /// Where the copy is to stand
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The record; without it the one that `STATION_RECORD` names, else the gym's own in the user's data folder
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    /// Replace a file that is there
    #[arg(long)]
    force: bool,

    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// Makes a backup.
///
/// # Errors
/// Where the record cannot be read or the copy cannot be made; the error says what to do.
pub fn run(args: &BackupArgs) -> Result<ExitCode, RecordsError> {
    let record = Archive::open_named(args.record.as_deref())?
        .path()
        .to_owned();
    let made = backup(&record, &args.file, args.force)?;
    let mut out = Output::new();
    if args.json {
        out.json_line(&made);
    } else {
        for line in verify::told(&made.verified) {
            out.line(&line);
        }
        out.line(&format!(
            "copied to {} ({} bytes)",
            args.file.display(),
            made.bytes
        ));
    }
    if let Err(error) = out.finish() {
        return Ok(output::finding(&format_args!(
            "the backup is made, but what was found could not be written: {error}"
        )));
    }
    Ok(if made.verified.findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        output::finding(&format_args!(
            "the record is damaged, and so is its copy {}: keep earlier backups",
            args.file.display()
        ))
    })
}
