//! `station report`: documents for people who were not there.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{ArgGroup, Args};
use jiff::tz::TimeZone;

use super::day::DayAsked;
use super::record::reading;
use super::staffed::{self, ByArgs};
use super::{output, which};
use crate::clock;
use crate::records::desk::{Identity, Of, exported, identity_of};
use crate::records::{Archive, RecordsError, SessionLine};
use crate::review::export::ExportError;
use crate::review::export::files::Staged;
use crate::review::export::telling::Telling;
use crate::review::export::write::{Written, plain};
use crate::review::report;

const EXAMPLES: &str = "\
Examples:
  station report last
  station report AR4C --output visit.html --force
  station report --patient K7PD2MXQ --output course.html
  station report --day 2026-11-23
  station report last --output - > visit.html
  station report last --names --by anna

Without --output the file stands in this folder, called by what it tells of:
S-20261123-143107-AR4C.html, course-K7PD2MXQ.html, day-2026-11-23.html. A patient
is a pseudonym, also in the name of the file; --names adds who it is to what is in
it. That it was written is in the record's trail: station audit ID.

Exit status: 0 when done, 1 where it could not be written (no half file is left)
or where seconds are lost or the record is not what was written: the file says so
too, 2 for wrong usage.";

/// Write a document as one HTML file: a session, a patient's course, or a day.
#[derive(Debug, Args)]
#[command(
    after_help = EXAMPLES,
    group = ArgGroup::new("which").required(true).args(["session", "day", "patient"])
)]
pub struct ReportArgs {
    /// The session's id, a part of it, or `last`
    #[arg(value_name = "ID")]
    session: Option<String>,

    /// The gym on this day, as days are where this machine stands; `last` is the latest that has a session
    #[arg(long, value_name = "DAY")]
    day: Option<DayAsked>,

    /// The course of this patient over all sessions
    #[arg(long, value_name = "PSEUDONYM")]
    patient: Option<String>,

    /// Where to; `-` for standard output
    #[arg(long, value_name = "PATH")]
    output: Option<PathBuf>,

    /// With who the patients are, where that was written down
    #[arg(long)]
    names: bool,

    /// Write over a file that is there
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    by: ByArgs,

    /// The record; without it the one that `STATION_RECORD` names, else the gym's own in the user's data folder
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

/// Writes the document.
///
/// # Errors
/// Where there is no such session, the record cannot be read, or the file cannot be written; the error says what to do.
pub fn run(args: &ReportArgs) -> Result<ExitCode, ExportError> {
    reading(args.record.as_deref(), |archive| with(archive, args))
}

fn with(archive: &Archive, args: &ReportArgs) -> Result<ExitCode, ExportError> {
    let zone = TimeZone::system();
    let day = DayAsked::resolve(args.day, archive, &zone)?;
    let sessions = match &args.session {
        Some(asked) => vec![archive.find(asked)?],
        None => which::fitting(archive, day, args.patient.as_deref(), &zone)?,
    };
    let Some(first) = sessions.first() else {
        return Ok(output::finding(&which::NONE_FITS));
    };
    which::tell_open(archive, &sessions);
    let identity = identity_of(archive, &first.patient)?;
    let telling = telling(first, identity.as_ref(), args.names, &zone);
    let (form, name, text) = match (day, &args.patient) {
        (Some(day), _) => {
            let names = names(archive, &sessions, args.names)?;
            let text = report::day(archive, &sessions, day, &zone, &names)?;
            ("day report", format!("day-{day}"), text)
        }
        (None, Some(_)) => {
            let text = report::course(archive, &sessions, clock::wall_micros(), &telling)?;
            (
                "course report",
                format!("course-{}", plain(&first.patient)),
                text,
            )
        }
        (None, None) => {
            let text = report::session(archive, first, &telling)?;
            ("session report", first.id.clone(), text)
        }
    };
    let written = written(args, &name, text)?;
    let of: Vec<Of<'_>> = sessions
        .iter()
        .map(|session| Of::Session(&session.id))
        .collect();
    staffed::told(exported(archive, &args.by.who(), &of, form, args.names));
    Ok(which::told(archive, &sessions, &written)?)
}

/// What stands beside the figures: the age where it is known, and a name where names were asked for.
fn telling<'a>(
    first: &SessionLine,
    identity: Option<&'a Identity>,
    names: bool,
    zone: &TimeZone,
) -> Telling<'a> {
    let mut telling = Telling::nothing_else().in_zone(zone.clone());
    let age = identity.and_then(|identity| identity.age_at(first.began_wall_micros, zone));
    if let Some(years) = age {
        telling = telling.aged(years);
    }
    match identity.filter(|_| names) {
        Some(identity) => telling.named(&identity.name),
        None => telling,
    }
}

/// Who the patients of a day are; nobody where names were not asked for.
fn names(
    archive: &Archive,
    sessions: &[SessionLine],
    asked: bool,
) -> Result<report::Names, RecordsError> {
    let mut names = report::Names::new();
    for session in sessions.iter().filter(|_| asked) {
        if let Some(identity) = identity_of(archive, &session.patient)? {
            names.insert(session.patient.clone(), identity.name);
        }
    }
    Ok(names)
}

/// The file, whole, where it is wanted.
fn written(args: &ReportArgs, name: &str, text: String) -> Result<Written, ExportError> {
    let named = format!("{name}.html");
    let path = match args.output.as_deref() {
        Some(path) if path == Path::new("-") => return Ok(Written::Bytes(text.into_bytes())),
        Some(folder) if folder.is_dir() => folder.join(named),
        Some(path) => path.to_owned(),
        None => PathBuf::from(named),
    };
    let mut staged = Staged::new(args.force);
    staged.file(&path, text.as_bytes())?;
    staged.place().map(Written::Files)
}
