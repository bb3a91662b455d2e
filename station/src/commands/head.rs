//! `station head`: the end of the chain of events, to be kept elsewhere and held against the record later.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::output::{self, Output};
use super::record::reading;
use crate::records::desk::{Head, Told, check_head, head, not_as_written};
use crate::records::{Archive, RecordsError};

const EXAMPLES: &str = "\
Examples:
  station head
  station head >> /mnt/safe/heads.txt
  station head --check \"$(tail -n 1 /mnt/safe/heads.txt)\"
  station head --check /mnt/safe/heads.txt

Keep the line where whoever has the record cannot change it: print it each evening, or
send it away. With it a cut end and a chain that was computed anew show later. Of a
file each line is checked.

Exit status: 0 where the record goes on from what was kept, 1 where it does not, 2 for
wrong usage.";

/// Print the chain's last event as a line to keep, or check such lines.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct HeadArgs {
    /// A line that was kept, or a file of such lines
    #[arg(long, value_name = "LINE|FILE")]
    check: Option<String>,

    /// The record; without it the one that `STATION_RECORD` names, else the gym's own in the user's data folder
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    /// JSON: an object, or with --check an array of objects
    #[arg(long)]
    json: bool,
}

/// What became of a line.
#[derive(Debug, Serialize)]
struct Checked {
    kept: Head,
    #[serde(flatten)]
    told: Told,
}

/// Prints the line, or checks lines.
///
/// # Errors
/// Where the record cannot be read; the error says what to do.
pub fn run(args: &HeadArgs) -> Result<ExitCode, RecordsError> {
    let Some(check) = &args.check else {
        return reading(args.record.as_deref(), |archive| {
            printed(archive, args.json)
        });
    };
    let kept = match kept(check) {
        Ok(kept) => kept,
        Err(error) => return Ok(output::wrong_usage(&error)),
    };
    reading(args.record.as_deref(), |archive| {
        checked(archive, &kept, args.json)
    })
}

fn printed(archive: &Archive, json: bool) -> Result<ExitCode, RecordsError> {
    let head = head(archive)?;
    let mut out = Output::new();
    if json {
        out.json_line(&head);
    } else {
        out.line(&head.to_string());
    }
    Ok(match out.finish() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::finding(&format_args!("the line could not be written: {error}")),
    })
}

/// The lines that were kept.
fn kept(check: &str) -> Result<Vec<Head>, String> {
    if let Ok(head) = check.parse() {
        return Ok(vec![head]);
    }
    let lines = std::fs::read_to_string(Path::new(check)).map_err(|error| {
        format!("\"{check}\" is neither a line of `station head` nor a file of them: {error}")
    })?;
    let heads: Vec<Head> = lines
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            line.parse()
                .map_err(|error| format!("{check}: \"{line}\": {error}"))
        })
        .collect::<Result<_, _>>()?;
    if heads.is_empty() {
        return Err(format!("{check} holds no line of `station head`"));
    }
    Ok(heads)
}

fn checked(archive: &Archive, kept: &[Head], json: bool) -> Result<ExitCode, RecordsError> {
    let checked: Vec<Checked> = kept
        .iter()
        .map(|kept| {
            Ok(Checked {
                told: check_head(archive, kept)?,
                kept: kept.clone(),
            })
        })
        .collect::<Result<_, RecordsError>>()?;
    let mut findings = not_as_written(archive, [])?;
    let mut out = Output::new();
    if json {
        out.json_line(&checked);
    }
    for one in &checked {
        let said = words(&one.kept, &one.told);
        if !json {
            out.line(&said);
        }
        if !one.told.is_sound() {
            findings.insert(0, said);
        }
    }
    if let Err(error) = out.finish() {
        return Ok(output::finding(&format_args!(
            "what was found could not be written: {error}"
        )));
    }
    Ok(if findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        output::finding(&format_args!(
            "{} does not go on from what was kept ({}): keep it as it is, and compare it with a backup",
            archive.path().display(),
            findings.join("; ")
        ))
    })
}

fn words(kept: &Head, told: &Told) -> String {
    let event = kept.event;
    match told {
        Told::There { later: 0 } => format!("event {event} is there, the last of the record"),
        Told::There { later } => format!("event {event} is there, and {later} came after it"),
        Told::Purged {
            purge,
            at,
            text,
            compared,
        } => {
            let compared = if *compared {
                ""
            } else {
                "; its own hash went with it, and the chain is followed over it"
            };
            format!("event {event} was purged: {text} at {at} (event {purge}){compared}")
        }
        Told::Cut { last } => {
            format!("CUT: event {event} is gone, and the record ends with event {last}")
        }
        Told::Misdated { at } => format!(
            "event {event} is there, and happened at {at}: this line, which says another time, is not as it was printed"
        ),
        Told::Other => format!(
            "CHANGED: event {event} has another hash: the chain was computed anew, or it is another record"
        ),
        Told::Missing => format!("MISSING: event {event} is gone, and no purge tells of it"),
    }
}
