//! `station correct`: what a measurement should have said.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::note::since;
use super::output;
use super::record::reading;
use super::staffed::{self, ProofArgs};
use crate::dashboard::dialog::Field;
use crate::dashboard::update::entry;
use crate::records::desk::{Correction, DeskError, correct};
use crate::records::session::SessionRecord;
use crate::records::{Archive, MeasurementKind, codes};

const EXAMPLES: &str = "\
Examples:
  station correct last 2 142/78 --by anna --why \"read from the wrong line\"
  station correct AR4C 1 13 --by anna --why \"typed 3 for 13\"

The secret of who corrects is typed at the terminal and not shown. `station show ID`
numbers the measurements. The first value stays in the record, and
`station show ID --corrections` shows it. What was corrected is corrected again by the
number of its correction. A correction of a signed session is marked as later.

Exit status: 0 when done, 1 where it could not be, 2 for wrong usage.";

/// Correct a measurement: another one stands for it, and the first stays.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CorrectArgs {
    /// The session's id, a part of it, or `last`
    #[arg(value_name = "ID")]
    session: String,

    /// Which of its measurements, as `station show` numbers them
    #[arg(value_name = "MEASUREMENT")]
    number: usize,

    /// The right value, as it is typed at the gym: 13, 142/78, or 142/78s with symptoms
    #[arg(value_name = "VALUE")]
    value: String,

    /// Why
    #[arg(long, value_name = "TEXT")]
    why: String,

    #[command(flatten)]
    by: ProofArgs,

    /// The record; without it the one that `STATION_RECORD` names, else the gym's own in the user's data folder
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

/// Adds the correction.
///
/// # Errors
/// Where whoever corrects does not prove to be of the staff, there is no such measurement, or the record cannot be written; the error says what to do.
pub fn run(args: &CorrectArgs) -> Result<ExitCode, DeskError> {
    reading(args.record.as_deref(), |archive| with(archive, args))
}

fn with(archive: &Archive, args: &CorrectArgs) -> Result<ExitCode, DeskError> {
    let record = SessionRecord::read(archive, &args.session)?;
    let session = record.line.id.as_str();
    let kind = args
        .number
        .checked_sub(1)
        .and_then(|place| record.measurements.get(place))
        .and_then(|taken| codes::read::<MeasurementKind>(&taken.kind));
    let Some(kind) = kind else {
        return Err(DeskError::NoMeasurement {
            session: session.to_owned(),
            number: args.number,
        });
    };
    let value = match entry::parse(Field::of(kind), &args.value) {
        Ok(value) => value,
        Err(wanted) => {
            return Ok(output::wrong_usage(&format_args!(
                "measurement {} is {}: write {wanted}, not \"{}\"",
                args.number,
                codes::word(&kind).replace('-', " "),
                args.value
            )));
        }
    };
    let (by, secret) = args.by.proof(archive)?;
    let correction = Correction {
        number: args.number,
        value,
        why: &args.why,
    };
    let new = correct(
        archive.path(),
        &by,
        &secret,
        session,
        &record.measurements,
        &correction,
    )?;
    Ok(staffed::done(&format!(
        "measurement {new} of {session} stands for {} now{}",
        args.number,
        since(&Archive::open(archive.path())?, session)?
    )))
}
