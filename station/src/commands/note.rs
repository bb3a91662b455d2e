//! `station note`: words about a session.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::record::reading;
use super::staffed::{self, ProofArgs};
use crate::records::Archive;
use crate::records::desk::{DeskError, note};
use crate::records::session::{SessionRecord, SignatureState};

const EXAMPLES: &str = "\
Examples:
  station note last \"Felt well, wants to walk outside next week.\" --by anna
  STATION_STAFF=anna station note AR4C \"Took the beta blocker only at noon.\"

The secret of who writes is typed at the terminal and not shown. A note is never changed.
It goes out with reports and as jsonl, with other exports where --notes asks for it, with
none that is de-identified: leave names of patients out of it. A note on a signed session
is marked as later.

Exit status: 0 when done, 1 where it could not be, 2 for wrong usage.";

/// Write a note about a session, also a signed one.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct NoteArgs {
    /// The session's id, a part of it, or `last`
    #[arg(value_name = "ID")]
    session: String,

    /// The words
    #[arg(value_name = "TEXT")]
    text: String,

    #[command(flatten)]
    by: ProofArgs,

    /// The record; without it the one that `STATION_RECORD` names, else the gym's own in the user's data folder
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

/// Writes the note.
///
/// # Errors
/// Where whoever writes does not prove to be of the staff, there is no such session, or the record cannot be written; the error says what to do.
pub fn run(args: &NoteArgs) -> Result<ExitCode, DeskError> {
    reading(args.record.as_deref(), |archive| with(archive, args))
}

fn with(archive: &Archive, args: &NoteArgs) -> Result<ExitCode, DeskError> {
    let session = archive.find(&args.session)?.id;
    let (by, secret) = args.by.proof(archive)?;
    note(archive.path(), &by, &secret, &session, &args.text)?;
    Ok(staffed::done(&format!(
        "the note is with {session}{}",
        since(&Archive::open(archive.path())?, &session)?
    )))
}

/// What that makes of a signature, worded to follow.
pub(super) fn since(archive: &Archive, session: &str) -> Result<String, DeskError> {
    let state = SessionRecord::read(archive, session)?.signature_state();
    Ok(match state {
        SignatureState::Unsigned => String::new(),
        SignatureState::Signed { .. } | SignatureState::NotKnown => format!(" ({state})"),
    })
}
