//! `station verify`: whether a record is what was written, and what of it is still whole.

use std::path::PathBuf;
use std::process::ExitCode;

use super::output::{self, Output};
use crate::dashboard::words::counted;
use crate::records::RecordsError;
use crate::records::archive::Archive;
use crate::records::verify::{Damage, Verified, verify};

const EXAMPLES: &str = "\
Examples:
  station verify
  station verify --record backup.sqlite --json
  station verify --session last

Exit status: 0 where all of it is what was written, 1 for a finding, 2 for wrong
usage. A gap that the record itself tells is no finding.";

/// Prove a record: the chain of events, every block, every key; say what is damaged and what is whole.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct VerifyArgs {
    /// The record; without it the one that `STATION_RECORD` names, else the gym's own in the user's data folder
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    /// One session and the chain of events alone: its id, a part of it, or `last`
    #[arg(long, value_name = "ID")]
    session: Option<String>,

    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// Looks a record through.
///
/// # Errors
/// Where the record cannot be opened; the error says what to do.
pub fn run(args: &VerifyArgs) -> Result<ExitCode, RecordsError> {
    let archive = Archive::open_named(args.record.as_deref())?;
    let verified = verify(&archive, args.session.as_deref())?;
    let mut out = Output::new();
    if args.json {
        out.json_line(&verified);
    } else {
        for line in told(&verified) {
            out.line(&line);
        }
    }
    if let Err(error) = out.finish() {
        return Ok(output::finding(&format_args!(
            "what was found could not be written: {error}"
        )));
    }
    Ok(if verified.findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        output::finding(&format_args!(
            "{} is not what was written: keep it as it is, and compare it with a backup",
            verified.record.display()
        ))
    })
}

/// What was found, for people.
pub(super) fn told(verified: &Verified) -> Vec<String> {
    let mut lines = Vec::new();
    for damage in &verified.findings {
        lines.push(of_damage(damage));
        if let Some(whole) = &damage.whole {
            lines.push(format!("  still whole: {whole}"));
        }
    }
    for gap in &verified.gaps {
        let lost = match gap.lost {
            0 => "nobody knows how many entries".to_owned(),
            lost => format!("{lost} entries"),
        };
        lines.push(format!(
            "gap of {}: {} over {:.1} s, {lost}, because {}",
            gap.session.as_deref().unwrap_or("the gym"),
            gap.what,
            gap.seconds,
            gap.reason
        ));
    }
    if let Some((first, more)) = verified.not_proved.split_first() {
        let more = match more.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        lines.push(format!(
            "not proved: {first}{more}: an earlier version recorded it, and its events tell nothing of seconds, wires and clocks"
        ));
    }
    let purged = match verified.purged_events {
        0 => String::new(),
        purged => format!(" ({purged} more were purged)"),
    };
    let not_proved = match verified.not_proved.len() {
        0 => String::new(),
        count => format!(" and {count} not proved"),
    };
    lines.push(format!(
        "{} of {} sessions whole{not_proved}, {} seconds, {} events{purged}, {}, {}",
        verified.whole_sessions,
        verified.sessions,
        verified.seconds,
        verified.events,
        counted(verified.findings.len(), "finding"),
        counted(verified.gaps.len(), "gap")
    ));
    lines
}

fn of_damage(damage: &Damage) -> String {
    let whose = match (&damage.session, damage.bout) {
        (Some(session), Some(bout)) => format!("{session} bout {bout}"),
        (Some(session), None) => session.clone(),
        (None, _) => "the record".to_owned(),
    };
    let when = match (damage.from_s, damage.to_s) {
        (Some(from), Some(to)) => format!(", second {from:.0} to {to:.0}"),
        (_, _) => String::new(),
    };
    format!("{whose}: {}{when}: {}", damage.what, damage.because)
}
