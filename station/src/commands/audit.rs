//! `station audit`: who did what.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgGroup, Args};
use jiff::tz::TimeZone;

use super::day::DayAsked;
use super::lines::under;
use super::output::{self, Output};
use super::record::reading;
use super::staffed;
use crate::records::Archive;
use crate::records::archive::local;
use crate::records::desk::{DeskError, Of, TrailEntry, TrailFilter, looked, not_as_written, trail};
use crate::records::list::SessionFilter;

const EXAMPLES: &str = "\
Examples:
  station audit last
  station audit --patient K7PD2MXQ
  station audit --day 2026-11-23 --json
  station audit --by anna

What people did at the gym is told without their names: the gym asks for none. To look
at the trail is in the trail.

Exit status: 0 when done, 1 where the record cannot be read or its events are not as
they were written, 2 for wrong usage.";

/// Show who looked at, wrote, corrected, exported, signed and purged what.
#[derive(Debug, Args)]
#[command(
    after_help = EXAMPLES,
    group = ArgGroup::new("which").args(["session", "patient", "day", "by"])
)]
pub struct AuditArgs {
    /// Of this session: its id, a part of it, or `last`
    #[arg(value_name = "ID")]
    session: Option<String>,

    /// Of this patient, by pseudonym
    #[arg(long, value_name = "PSEUDONYM")]
    patient: Option<String>,

    /// Of this day, as the clock of this machine has it; `last` is the latest that has a session
    #[arg(long, value_name = "DAY")]
    day: Option<DayAsked>,

    /// By this member of the staff or user of the computer
    #[arg(long, value_name = "WHO")]
    by: Option<String>,

    /// The record; without it the one that `STATION_RECORD` names, else the gym's own in the user's data folder
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    /// One JSON array of objects
    #[arg(long)]
    json: bool,
}

/// Shows the trail.
///
/// # Errors
/// Where the record cannot be read; the error says what to do.
pub fn run(args: &AuditArgs) -> Result<ExitCode, DeskError> {
    reading(args.record.as_deref(), |archive| with(archive, args))
}

fn with(archive: &Archive, args: &AuditArgs) -> Result<ExitCode, DeskError> {
    let zone = TimeZone::system();
    let day = DayAsked::resolve(args.day, archive, &zone)?;
    let Ok(days) = SessionFilter::default().of_days(day, day, &zone) else {
        return Ok(output::wrong_usage(
            &"that day is none on this machine's clock",
        ));
    };
    let session = match &args.session {
        Some(asked) => Some(archive.find(asked)?.id),
        None => None,
    };
    let asked = args.patient.as_deref();
    let patient = asked.map(|asked| archive.patient(asked)).transpose()?;
    let filter = TrailFilter {
        session,
        patient,
        from_wall_us: days.from_wall_us,
        before_wall_us: days.before_wall_us,
        by: args.by.clone(),
    };
    let entries = trail(archive, &filter)?;
    let of = match (&filter.session, &filter.patient) {
        (Some(session), _) => Of::Session(session),
        (None, Some(patient)) => Of::Patient(patient),
        (None, None) => Of::Record,
    };
    staffed::told(looked(archive, &staffed::who(None), &[of], "audit", false));
    let mut out = Output::new();
    if args.json {
        out.json_line(&entries);
    } else if entries.is_empty() {
        out.line("nobody did anything that fits");
    } else {
        for line in entries.iter().flat_map(|entry| of_entry(entry, &zone)) {
            out.line(&line);
        }
    }
    if let Err(error) = out.finish() {
        return Ok(output::finding(&format_args!(
            "the trail could not be written: {error}"
        )));
    }
    let findings = not_as_written(archive, [])?;
    Ok(if findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        output::finding(&format_args!(
            "the record's events are not as they were written ({}): compare it with a backup",
            findings.join("; ")
        ))
    })
}

fn of_entry(entry: &TrailEntry, zone: &TimeZone) -> Vec<String> {
    let whose = match (&entry.session, &entry.patient) {
        (Some(session), _) => format!("{session}: "),
        (None, Some(patient)) => format!("{patient}: "),
        (None, None) => String::new(),
    };
    let gym = if entry.by.is_none() && entry.kind != "purge" {
        "at the gym: "
    } else {
        ""
    };
    under(
        &format!("{:>7}  {}  ", entry.event, local(entry.wall_us, zone)),
        &format!("{whose}{gym}{}", entry.text),
    )
}
