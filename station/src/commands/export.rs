//! `station export`: sessions in forms that other programs read.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{ArgGroup, Args};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::output::{self, Output};
use super::staffed::{self, ByArgs};
use crate::records::desk::{Of, exported};
use crate::records::list::SessionFilter;
use crate::records::{Archive, SessionLine};
use crate::review::export::write::{Order, Tells, Written, write};
use crate::review::export::{ExportError, FORMATS, Format};

const EXAMPLES: &str = "\
Examples:
  station export last --format csv --output visit
  station export AR4C --format edf --output visit.edf --deidentified
  station export last --format fit --output visit.fit
  station export last --format fhir --output - --deidentified
  station export --day 2026-11-23 --format jsonl --output monday
  station export --patient K7PD2MXQ --format csv --output k7pd --force
  station export last --format fhir --output visit.json --names --by anna

A patient is a pseudonym, also in the names of files; --names adds who it is to what is
in them. That it was exported is in the record's trail: station audit ID.

Exit status: 0 when done, 1 where something could not be written (no half file is
left) or the record's events are not as they were written, 2 for wrong usage.";

/// Write sessions as files for other programs: tables, waveforms, everything.
#[derive(Debug, Args)]
#[command(
    after_help = EXAMPLES,
    group = ArgGroup::new("which").required(true).args(["session", "day", "patient"])
)]
pub struct ExportArgs {
    /// The session's id, a part of it, or `last`
    #[arg(value_name = "ID")]
    session: Option<String>,

    /// Every session that began on this day, where this machine stands, into a folder
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: Option<Date>,

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

    /// Write over files that are there
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    by: ByArgs,

    /// The record, where it is not the gym's own in the user's data folder
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
    let archive = Archive::open_named(args.record.as_deref())?;
    let (sessions, several) = match &args.session {
        Some(asked) => (vec![archive.find(asked)?], false),
        None => (fitting(args, &archive)?, true),
    };
    if sessions.is_empty() {
        return Ok(output::finding(
            &"no session fits: `station sessions` lists them all, with their days and patients",
        ));
    }
    for session in sessions.iter().filter(|session| session.state == "open") {
        output::complain(&format_args!(
            "{} is still open: what was recorded of it until now is written",
            session.id
        ));
    }
    let order = Order {
        format,
        output: &args.output,
        several,
        tells: match (args.deidentified, args.names) {
            (true, _) => Tells::Nothing,
            (false, true) => Tells::Name,
            (false, false) => Tells::Pseudonym,
        },
        force: args.force,
    };
    let written = write(&archive, &sessions, &order)?;
    let of: Vec<Of<'_>> = sessions
        .iter()
        .map(|session| Of::Session(&session.id))
        .collect();
    let form = if args.deidentified {
        format!("{}, de-identified", format.name)
    } else {
        format.name.to_owned()
    };
    staffed::told(exported(&archive, &args.by.who(), &of, &form, args.names));
    if let Some(status) = told(&written) {
        return Ok(status);
    }
    let findings = archive.findings(3)?;
    if findings.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
    Ok(output::finding(&format_args!(
        "written, but the record's events are not as they were written ({}): compare it with a backup",
        findings.join("; ")
    )))
}

/// A format as help lists it.
fn named(format: &Format) -> PossibleValue {
    PossibleValue::new(format.name).help(format.about)
}

/// Says where the files are, or hands the bytes on; the status of what went wrong with that.
fn told(written: &Written) -> Option<ExitCode> {
    let mut out = Output::new();
    match written {
        Written::Files(paths) => {
            for path in paths {
                out.line(&path.display().to_string());
            }
        }
        Written::Bytes(bytes) => out.bytes(bytes),
    }
    out.finish().err().map(|error| {
        output::finding(&format_args!(
            "standard output could not be written: {error}"
        ))
    })
}

/// The sessions of a day or a patient, the first first.
fn fitting(args: &ExportArgs, archive: &Archive) -> Result<Vec<SessionLine>, ExportError> {
    let zone = TimeZone::system();
    let Ok(filter) = SessionFilter::default().of_days(args.day, args.day, &zone) else {
        // A day that the zone does not have: nobody came on it.
        return Ok(Vec::new());
    };
    let mut sessions = archive.list(&filter)?;
    if let Some(patient) = &args.patient {
        sessions.retain(|line| line.patient.eq_ignore_ascii_case(patient));
    }
    sessions.reverse();
    Ok(sessions)
}
