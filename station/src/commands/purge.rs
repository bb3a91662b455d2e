//! `station purge`: sessions that were kept long enough, taken away when a person says so.

use std::path::PathBuf;
use std::process::ExitCode;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::output::{self, Output};
use crate::records::RecordsError;
use crate::records::archive::Archive;
use crate::records::purge::{Purged, foresee, purge};

const EXAMPLES: &str = "\
Examples:
  station purge --before 2016-01-01
  station purge --before 2016-01-01 --confirm 812 --by Archivist

Without --confirm nothing changes: it says what would go. What goes cannot be
brought back; backups keep it. The chain of events stays provable, and the purge is
an event with its name, its counts and a hash of what was there.

Exit status: 0 when done, 1 where it could not be, 2 for wrong usage.";

/// Take away sessions that began before a day: what would go, and with --confirm, to do it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct PurgeArgs {
    /// Sessions that began before this day, as the clock of this machine has it
    #[arg(long, value_name = "YYYY-MM-DD")]
    before: Date,

    /// Do it: the number of sessions that it said would go
    #[arg(long, value_name = "SESSIONS", requires = "by")]
    confirm: Option<u64>,

    /// Who answers for it
    #[arg(long, value_name = "NAME", requires = "confirm")]
    by: Option<String>,

    /// The record, where it is not the gym's own in the user's data folder
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// What was done, for programs.
#[derive(Debug, Serialize)]
struct Outcome {
    /// Whether it was done; otherwise it is what would go.
    done: bool,
    #[serde(flatten)]
    purged: Purged,
}

/// Says what would go, or takes it away.
///
/// # Errors
/// Where a gym writes to the record, or it cannot be read or written; the error says what to do.
pub fn run(args: &PurgeArgs) -> Result<ExitCode, RecordsError> {
    let midnight = args.before.to_datetime(Time::midnight());
    let before = match TimeZone::system().to_timestamp(midnight) {
        Ok(before) => before.as_microsecond(),
        Err(error) => {
            return Ok(output::wrong_usage(&format_args!(
                "that day is none on this machine's clock: {error}"
            )));
        }
    };
    if args.by.as_ref().is_some_and(|by| by.trim().is_empty()) {
        return Ok(output::wrong_usage(
            &"--by needs the name of whoever takes them away: it stands in the record for ever",
        ));
    }
    let archive = Archive::open_named(args.record.as_deref())?;
    let outcome = match (args.confirm, &args.by) {
        (Some(confirmed), Some(by)) => {
            let path = archive.path().to_owned();
            drop(archive);
            Outcome {
                done: true,
                purged: purge(&path, before, confirmed, by)?,
            }
        }
        (_, _) => Outcome {
            done: false,
            purged: foresee(&archive, before)?,
        },
    };
    let mut out = Output::new();
    if args.json {
        out.json_line(&outcome);
    } else {
        for line in told(&outcome) {
            out.line(&line);
        }
    }
    Ok(match out.finish() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::finding(&format_args!("this could not be written: {error}")),
    })
}

fn told(outcome: &Outcome) -> Vec<String> {
    let Purged {
        sessions,
        bouts,
        events,
        patients,
        open_ones_stay,
    } = outcome.purged;
    let verb = if outcome.done { "went" } else { "would go" };
    let mut lines = vec![format!(
        "{sessions} sessions {verb}, with {bouts} bouts, {events} events, and {patients} patients of whom nothing else is there"
    )];
    if open_ones_stay > 0 {
        lines.push(format!("{open_ones_stay} that are open stay"));
    }
    if !outcome.done && sessions > 0 {
        lines.push(format!(
            "nothing has changed; to do it: --confirm {sessions} --by NAME (make a backup first: station backup FILE)"
        ));
    }
    lines
}
