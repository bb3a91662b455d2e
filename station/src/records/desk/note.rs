//! A note: words about a session, with who wrote them. Never changed; another note says what has to be said.

use std::path::Path;

use rusqlite::params;
use serde_json::Map;
use sha2::{Digest, Sha256};

use super::by::By;
use super::error::DeskError;
use super::staff::authenticate;
use super::writer::{Desk, Told};
use crate::records::chain::{Hash, Hex};
use crate::records::entry::EventKind;

/// The longest note, in bytes.
const LONGEST: usize = 10_000;

/// Adds a note to a session, which may be open, over or signed. The words stand in `notes` alone; the event carries their hash.
///
/// # Errors
/// Where the id or the secret is wrong, there is nothing to say, or the record cannot be written.
pub fn note(
    path: &Path,
    by: &By,
    secret: &str,
    session: &str,
    text: &str,
) -> Result<(), DeskError> {
    let text = said(text, "note")?;
    let mut desk = Desk::open(path, by)?;
    let author = authenticate(&mut desk, secret, Some(session), "to write a note")?;
    let sum: Hash = Sha256::digest(&text).into();
    desk.act(|act| {
        let mut detail = Map::new();
        detail.insert("sha256".to_owned(), Hex(&sum).to_string().into());
        let event = act.tell(Told {
            kind: EventKind::Note,
            session: Some(session),
            words: "wrote a note".to_owned(),
            detail,
        })?;
        act.transaction.execute(
            "INSERT INTO notes (session_id, wall_us, by_id, by_name, text, event_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![session, act.wall_us, author.id, author.name, text, event],
        )?;
        Ok(())
    })
}

/// Words of a person, as they are kept.
pub(super) fn said(text: &str, what: &str) -> Result<String, DeskError> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return Err(DeskError::Unfit(format!(
            "the {what} is empty, or longer than {LONGEST} bytes"
        )));
    }
    if text
        .chars()
        .any(|letter| letter.is_control() && letter != '\n')
    {
        return Err(DeskError::Unfit(format!(
            "the {what} holds what cannot be printed: write words"
        )));
    }
    Ok(text.to_owned())
}
