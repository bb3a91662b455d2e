//! `station sign`: somebody stands for a session, and it does not change any more.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use clap::builder::PossibleValuesParser;
use jiff::tz::TimeZone;

use super::output::{self, Output};
use super::record::reading;
use super::staffed::{self, ProofArgs};
use crate::records::Archive;
use crate::records::archive::local;
use crate::records::desk::{By, DeskError, Meaning, sign};

const EXAMPLES: &str = "\
Examples:
  station sign last --by anna --meaning review
  station sign AR4C --by lee --meaning approval --json

The secret is typed at the terminal and not shown. Only a session that is over can be
signed; one that was interrupted is signed as such. From then on nothing of it
changes; notes and corrections are additions, and show as later. A record whose locks
somebody took away is signed too, and standard error says so and what to do.

Exit status: 0 when done, 1 where it could not be, 2 for wrong usage.";

/// Sign a session, with id and secret: it is locked from then on.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct SignArgs {
    /// The session's id, a part of it, or `last`
    #[arg(value_name = "ID")]
    session: String,

    /// What the signature stands for
    #[arg(long, value_name = "MEANING", value_parser = PossibleValuesParser::new(Meaning::ALL.map(Meaning::word)))]
    meaning: String,

    #[command(flatten)]
    by: ProofArgs,

    /// The record; without it the one that `STATION_RECORD` names, else the gym's own in the user's data folder
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// Signs.
///
/// # Errors
/// Where the session cannot be signed, the id or the secret is wrong, or the record cannot be written; the error says what to do.
pub fn run(args: &SignArgs) -> Result<ExitCode, DeskError> {
    let Some(meaning) = Meaning::of(&args.meaning) else {
        return Ok(output::wrong_usage(&format_args!(
            "there is no meaning {}; --help names them",
            args.meaning
        )));
    };
    if !matches!(args.by.who(), By::Named(_)) {
        return Err(DeskError::Nobody);
    }
    reading(args.record.as_deref(), |archive| {
        with(archive, args, meaning)
    })
}

fn with(archive: &Archive, args: &SignArgs, meaning: Meaning) -> Result<ExitCode, DeskError> {
    let session = archive.find(&args.session)?;
    if args.by.is_typed() {
        output::complain(&format_args!(
            "to be signed: {} of {}, began {}, {:.1} min, {}",
            session.id,
            session.patient,
            local(session.began_wall_micros, &TimeZone::system()),
            session.seconds / 60.0,
            session.state
        ));
    }
    let (by, secret) = args.by.proof(archive)?;
    let signed = sign(archive.path(), &by, &secret, &session.id, meaning)?;
    let mut out = Output::new();
    if args.json {
        out.json_line(&signed);
    } else {
        let interrupted = if signed.interrupted {
            " as interrupted"
        } else {
            ""
        };
        out.line(&format!(
            "{} is signed{interrupted} by {} ({}), event {}",
            signed.session, signed.name, signed.meaning, signed.event
        ));
        out.line(&format!("content {}", signed.sha256));
    }
    if let Some(told) = &signed.changed_from_outside {
        output::complain(told);
    }
    Ok(staffed::finished(out))
}
