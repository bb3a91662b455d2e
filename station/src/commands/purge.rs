//! `station purge`: sessions that were kept long enough, taken away when a person says so.

use std::path::PathBuf;
use std::process::ExitCode;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::day::date;
use super::output::{self, Output};
use super::staffed::ProofArgs;
use crate::dashboard::words::counted;
use crate::records::archive::Archive;
use crate::records::desk::DeskError;
use crate::records::purge::{Purged, Wanted, foresee, purge};

const EXAMPLES: &str = "\
Examples:
  station purge --before 2016-01-01
  station purge --before 2016-01-01 --confirm 812 --by anna
  station purge --before 2016-01-01 --confirm 812 --with-signed --by anna

Without --confirm nothing changes: it says what would go. With it, whoever does it is
named by the id of `station staff list` and types their secret. Signed sessions go with
--with-signed alone; where there are some and it is not written, nothing goes. What goes
cannot be brought back; backups keep it. The chain of events stays provable, and the
purge is an event with who did it, its counts and a hash of what was there.

Exit status: 0 when done, 1 where it could not be, 2 for wrong usage.";

/// Take away sessions that began before a day: what would go, and with --confirm, to do it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct PurgeArgs {
    /// Sessions that began before this day, as the clock of this machine has it
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    before: Date,

    /// Do it: the number of sessions that it said would go
    #[arg(long, value_name = "SESSIONS")]
    confirm: Option<u64>,

    /// Also the sessions that somebody has signed: how long they are kept is for the law, not for this program
    #[arg(long, requires = "confirm")]
    with_signed: bool,

    #[command(flatten)]
    by: ProofArgs,

    /// The record; without it the one that `STATION_RECORD` names, else the gym's own in the user's data folder
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
/// Where whoever does it does not prove to be of the staff, some are signed, a gym writes to the record, or it cannot be read or written; the error says what to do.
pub fn run(args: &PurgeArgs) -> Result<ExitCode, DeskError> {
    let midnight = args.before.to_datetime(Time::midnight());
    let before = match TimeZone::system().to_timestamp(midnight) {
        Ok(before) => before.as_microsecond(),
        Err(error) => {
            return Ok(output::wrong_usage(&format_args!(
                "that day is none on this machine's clock: {error}"
            )));
        }
    };
    let archive = Archive::open_named(args.record.as_deref())?;
    let outcome = if let Some(confirmed) = args.confirm {
        let (by, secret) = args.by.proof(&archive)?;
        let path = archive.path().to_owned();
        drop(archive);
        let wanted = Wanted {
            before_wall_us: before,
            confirmed,
            with_signed: args.with_signed,
        };
        Outcome {
            done: true,
            purged: purge(&path, &by, &secret, wanted)?,
        }
    } else {
        let purged = foresee(&archive, before)?;
        archive.refuse_where_damaged()?;
        Outcome {
            done: false,
            purged,
        }
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
        signed,
        open_ones_stay,
    } = outcome.purged;
    let verb = if outcome.done { "went" } else { "would go" };
    let many = |count, what| counted(usize::try_from(count).unwrap_or(usize::MAX), what);
    let mut lines = vec![format!(
        "{} {verb}, with {}, {}, and {} of whom nothing else is there",
        many(sessions, "session"),
        many(bouts, "bout"),
        many(events, "event"),
        many(patients, "patient"),
    )];
    if signed > 0 {
        lines.push(if outcome.done {
            format!("signed among them: {signed}")
        } else {
            format!("signed among them: {signed}, which go with --with-signed alone")
        });
    }
    if open_ones_stay > 0 {
        lines.push(format!("{open_ones_stay} that are open stay"));
    }
    if !outcome.done && sessions > 0 {
        // What is proposed is taken as it stands.
        let with_signed = if signed > 0 { " --with-signed" } else { "" };
        lines.push(format!(
            "nothing has changed; to do it: --confirm {sessions}{with_signed} --by WHO (make a backup first: station backup FILE)"
        ));
    }
    lines
}
