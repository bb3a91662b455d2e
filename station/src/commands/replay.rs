//! `station replay`: the proof that a session's journal gives the same decisions.

mod at;
mod every;
mod from_wire;
mod what_if;

use std::path::PathBuf;
use std::process::ExitCode;

use jiff::civil::Date;

use super::day::date;
use super::output::{self, Output};
use super::record::reading;
use super::staffed::{self, ByArgs};
use crate::dashboard::words::counted;
use crate::records::RecordsError;
use crate::records::archive::Archive;
use crate::records::desk::{Of, looked};
use crate::records::replay::{BoutReplay, Difference, Replay, replay};

const EXAMPLES: &str = "\
Examples:
  station replay S-20261123-143107-AR4C
  station replay last --json
  station replay last --at 12:34            (minutes and seconds after it began)
  station replay last --whatif patients/p-014.toml --prescription bike
  station replay last --from wire           (bytes through decoders and links too)
  station replay --all                      (before an update goes live)

--whatif says so where the file is another patient's, and does it all the same.

Exit status: 0 where every output is the same, bit for bit; 1 at a difference, a
journal of another version, or no such session or instant; 2 for wrong usage.";

/// Feed a session's journal through the core and prove the same outputs, or show the first difference.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct ReplayArgs {
    /// The session's id, a part of it, or `last`
    #[arg(value_name = "ID", required_unless_present = "all")]
    session: Option<String>,

    /// Show the core as it stood then: signals, phase, what was asked for, each limit that held it, what the machine was told; minutes and
    /// seconds after the session began, as `station show` has them
    #[arg(long, value_name = "M:SS", value_parser = at::time, allow_negative_numbers = true)]
    at: Option<i64>,

    /// Run what was recorded through another prescription, of a patient's file or folder, and show the first difference in load and
    /// what it would have come to
    #[arg(long, value_name = "FILE", conflicts_with = "at")]
    whatif: Option<PathBuf>,

    /// Which prescription of the file, where it has more than one
    #[arg(long, value_name = "ID", requires = "whatif")]
    prescription: Option<String>,

    /// Take the prescriptions that are in force on this day instead of today, such as 2026-03-01
    #[arg(long, value_name = "DAY", requires = "whatif", value_parser = date)]
    on: Option<Date>,

    /// Where to begin: `journal`, at what the links said to the core; `wire`, at the bytes, which go through this version's decoders and
    /// links and are held against the journal
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = From::Journal, conflicts_with_all = ["all", "at", "whatif"])]
    from: From,

    /// List every decision of every session of the record that this version would make otherwise
    #[arg(long, conflicts_with_all = ["session", "at", "whatif"])]
    all: bool,

    #[command(flatten)]
    by: ByArgs,

    /// The record; without it the one that `STATION_RECORD` names, else the gym's own in the user's data folder
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// Where a replay begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum From {
    Journal,
    Wire,
}

/// Replays a session, a part of it, or every session.
///
/// # Errors
/// Where there is no such session, or the record cannot be read; the error says what to do.
pub fn run(args: &ReplayArgs) -> Result<ExitCode, RecordsError> {
    reading(args.record.as_deref(), |archive| with(archive, args))
}

fn with(archive: &Archive, args: &ReplayArgs) -> Result<ExitCode, RecordsError> {
    let Some(asked) = args.session.as_deref() else {
        let all = [Of::Record];
        staffed::told(looked(archive, &args.by.who(), &all, "replay", false));
        return every::run(archive, args.json);
    };
    let session = archive.find(asked)?;
    let of = [Of::Session(&session.id)];
    staffed::told(looked(archive, &args.by.who(), &of, "replay", false));
    if let Some(t_us) = args.at {
        return at::run(archive, asked, t_us, args.json);
    }
    if let Some(file) = &args.whatif {
        let chosen = (file.as_path(), args.prescription.as_deref(), args.on);
        return what_if::run(archive, asked, chosen, args.json);
    }
    if args.from == From::Wire {
        return from_wire::run(archive, &session, args.json);
    }
    let replayed = replay(archive, &session.id)?;
    let code = if replayed.identical {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    };
    Ok(written(args.json, &replayed, || told(&replayed), code))
}

/// Writes an outcome, as one JSON object or as lines.
fn written(
    json: bool,
    outcome: &impl serde::Serialize,
    lines: impl FnOnce() -> Vec<String>,
    code: ExitCode,
) -> ExitCode {
    let mut out = Output::new();
    if json {
        out.json_line(outcome);
    } else {
        for line in lines() {
            out.line(&line);
        }
    }
    match out.finish() {
        Ok(()) => code,
        Err(error) => output::finding(&format_args!("the outcome could not be written: {error}")),
    }
}

fn told(replayed: &Replay) -> Vec<String> {
    let mut lines = Vec::new();
    for bout in &replayed.bouts {
        lines.extend(of_bout(bout));
    }
    let turns: u64 = replayed.bouts.iter().map(|bout| bout.turns).sum();
    lines.push(if replayed.identical {
        format!(
            "{}: identical, {turns} turns of {}",
            replayed.session,
            counted(replayed.bouts.len(), "bout")
        )
    } else {
        format!("{}: NOT identical", replayed.session)
    });
    lines
}

fn of_bout(bout: &BoutReplay) -> Vec<String> {
    let mut same = format!(
        "bout {}: {} turns and {} checkpoints the same",
        bout.bout, bout.turns, bout.checkpoints
    );
    if bout.restarts > 0 {
        same = format!(
            "{same}; {} time(s) gone on from a checkpoint, after a gap or a fault",
            bout.restarts
        );
    }
    let mut lines = vec![same];
    if let Some(difference) = &bout.difference {
        lines.extend(of_difference(difference));
    }
    lines
}

fn of_difference(difference: &Difference) -> Vec<String> {
    match difference {
        Difference::Outputs {
            turn,
            at_s,
            bout_s,
            input,
            fields,
        } => {
            let mut lines = vec![
                format!("  first difference: turn {turn}, {bout_s:.3} s after the bout began"),
                format!("    gym's time  {at_s:.6} s"),
                format!("    input       {input}"),
            ];
            for field in fields {
                lines.push(format!("    {}", field.field));
                lines.push(format!("      recorded  {}", field.recorded));
                lines.push(format!("      replayed  {}", field.replayed));
            }
            lines
        }
        Difference::State { at_s, bout_s } => vec![format!(
            "  the state differs at the checkpoint {bout_s:.3} s after the bout began (gym's time {at_s:.6} s), though \
             every output before it was the same"
        )],
        Difference::OtherDecisions {
            recorded,
            known,
            build,
        } => vec![format!(
            "  recorded by {build}, whose core has decisions number {recorded}; this one has {known}: replay it with that version"
        )],
        Difference::OtherFormat { recorded, known } => vec![format!(
            "  its journal has format {recorded}; this program reads {known}: replay it with the version that recorded it"
        )],
        Difference::Unreadable { block, because } => vec![format!(
            "  block {block} of the journal cannot be followed: {because}"
        )],
    }
}
