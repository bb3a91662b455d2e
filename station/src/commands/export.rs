//! `station export`: sessions in forms that other programs read.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{ArgGroup, Args};
use jiff::tz::TimeZone;

use super::day::DayAsked;
use super::record::reading;
use super::staffed::{self, ByArgs};
use super::{output, which};
use crate::records::Archive;
use crate::records::desk::{Of, exported};
use crate::review::export::write::{Order, Tells, write};
use crate::review::export::{ExportError, FORMATS, Format, FreeText};

const EXAMPLES: &str = "\
Examples:
  station export last --format csv --output visit
  station export AR4C --format edf --output visit.edf --deidentified
  station export last --format fit --output visit.fit
  station export last --format fhir --output - --deidentified
  station export --day 2026-11-23 --format jsonl --output monday
  station export --patient K7PD2MXQ --format csv --output k7pd --force
  station export last --format fhir --output visit.json --names --by anna
  station export last --format csv --output visit --notes --by anna

A patient is a pseudonym, also in the names of files; --names adds who it is to what is
in them. What people wrote in words of their own stays out: --notes puts it into csv.
jsonl is for keeping and for `station import`: it carries everything that the record has
of the session, notes and the names of staff too, unless --deidentified. That it was exported is in the record's trail: station audit ID.

Exit status: 0 when done, 1 where something could not be written (no half file is
left), or where seconds are lost or the record is not what was written: the file says
so too, 2 for wrong usage.";

/// Write sessions as files for other programs: tables, waveforms, everything.
#[derive(Debug, Args)]
#[command(
    after_help = EXAMPLES,
    group = ArgGroup::new("which").required(true).args(["session", "day", "patient"])
)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent flags of a command line, not a state"
)]
pub struct ExportArgs {
    /// The session's id, a part of it, or `last`
    #[arg(value_name = "ID")]
    session: Option<String>,

    /// Every session that began on this day, where this machine stands, into a folder; `last` is the latest that has a session
    #[arg(long, value_name = "DAY")]
    day: Option<DayAsked>,

    /// Every session of this patient, into a folder
    #[arg(long, value_name = "PSEUDONYM")]
    patient: Option<String>,

    /// As what
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(FORMATS.iter().map(named)))]
    format: String,

    /// Where to; a folder where there are several files, `-` for standard output
    #[arg(long, value_name = "PATH")]
    output: PathBuf,

    /// Without pseudonym, id, dates, free texts, names of staff and hashes
    #[arg(long)]
    deidentified: bool,

    /// With who the patients are, where that was written down
    #[arg(long, conflicts_with = "deidentified")]
    names: bool,

    /// With the words of notes and of why measurements were corrected: free text may name anybody
    #[arg(long, conflicts_with = "deidentified")]
    notes: bool,

    /// Write over files that are there
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    by: ByArgs,

    /// The record; without it the one that `STATION_RECORD` names, else the gym's own in the user's data folder
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

/// Writes the sessions.
///
/// # Errors
/// Where there is no such session, the record cannot be read, or the files cannot be written; the error says what to do.
pub fn run(args: &ExportArgs) -> Result<ExitCode, ExportError> {
    let Some(format) = Format::named(&args.format) else {
        return Ok(output::wrong_usage(&format_args!(
            "there is no format {}; --help names them",
            args.format
        )));
    };
    if args.names && !format.takes_names {
        let others: Vec<&str> = FORMATS
            .iter()
            .filter(|format| format.takes_names)
            .map(|format| format.name)
            .collect();
        return Ok(output::wrong_usage(&format_args!(
            "{} has no place for names: leave --names out, or write one of {}",
            format.name,
            others.join(", ")
        )));
    }
    if args.notes && format.free_text == FreeText::None {
        return Ok(output::wrong_usage(&format_args!(
            "{} has no place for notes: leave --notes out, or write csv or jsonl",
            format.name
        )));
    }
    reading(args.record.as_deref(), |archive| {
        with(archive, args, format)
    })
}

fn with(
    archive: &Archive,
    args: &ExportArgs,
    format: &'static Format,
) -> Result<ExitCode, ExportError> {
    let (sessions, several) = if let Some(asked) = &args.session {
        (vec![archive.find(asked)?], false)
    } else {
        let zone = TimeZone::system();
        let day = DayAsked::resolve(args.day, archive, &zone)?;
        let whose = args.patient.as_deref();
        (which::fitting(archive, day, whose, &zone)?, true)
    };
    if sessions.is_empty() {
        return Ok(output::finding(&which::NONE_FITS));
    }
    which::tell_open(archive, &sessions);
    let order = Order {
        format,
        output: &args.output,
        several,
        tells: match (args.deidentified, args.names) {
            (true, _) => Tells::Nothing,
            (false, true) => Tells::Name,
            (false, false) => Tells::Pseudonym,
        },
        notes: args.notes,
        force: args.force,
    };
    let written = write(archive, &sessions, &order)?;
    let of: Vec<Of<'_>> = sessions
        .iter()
        .map(|session| Of::Session(&session.id))
        .collect();
    let form = if args.deidentified {
        format!("{}, de-identified", format.name)
    } else if args.notes || format.free_text == FreeText::Always {
        format!("{}, with notes", format.name)
    } else {
        format.name.to_owned()
    };
    staffed::told(exported(archive, &args.by.who(), &of, &form, args.names));
    Ok(which::told(archive, &sessions, &written)?)
}

/// A format as help lists it.
fn named(format: &Format) -> PossibleValue {
    PossibleValue::new(format.name).help(format.about)
}
