//! That somebody looked at what is recorded, or took it out as a file.
//!
//! Reading is never refused because it cannot be told: a record that is of an earlier version, a copy for keeping, read-only, or on a full disk stays
//! as it is, and the caller says so.

use serde_json::Map;

use super::by::By;
use super::error::DeskError;
use super::writer::{Desk, Told};
use crate::records::Archive;
use crate::records::entry::EventKind;

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of<'a> {
    /// A session, by its whole id.
    Session(&'a str),
    /// A patient, by pseudonym.
    Patient(&'a str),
    /// More than one patient.
    Record,
}

/// Tells that somebody looked, with that command. `names`: with who the pseudonyms are.
///
/// # Errors
/// Why it is not in the record. That is to be said, and is no reason not to show what was asked for.
pub fn looked(
    archive: &Archive,
    by: &By,
    of: &[Of<'_>],
    with: &str,
    names: bool,
) -> Result<(), DeskError> {
    tell(archive, by, of, EventKind::Looked, with, names)
}

/// Tells that somebody took it out as a file of that form.
///
/// # Errors
/// As [`looked`].
pub fn exported(
    archive: &Archive,
    by: &By,
    of: &[Of<'_>],
    form: &str,
    names: bool,
) -> Result<(), DeskError> {
    tell(archive, by, of, EventKind::Exported, form, names)
}

fn tell(
    archive: &Archive,
    by: &By,
    of: &[Of<'_>],
    kind: EventKind,
    with: &str,
    names: bool,
) -> Result<(), DeskError> {
    let mut desk = Desk::open_to_tell(archive.path(), by)?;
    let with_names = if names { ", with names" } else { "" };
    desk.act(|act| {
        for of in of {
            let mut detail = Map::new();
            detail.insert("with".to_owned(), with.into());
            detail.insert("names".to_owned(), names.into());
            let (session, whose) = match of {
                Of::Session(id) => (Some(*id), "this session"),
                Of::Patient(pseudonym) => {
                    detail.insert("patient".to_owned(), (*pseudonym).into());
                    (None, "this patient")
                }
                Of::Record => (None, "the record"),
            };
            let words = if matches!(kind, EventKind::Exported) {
                format!("took {whose} out as {with}{with_names}")
            } else {
                format!("looked at {whose} ({with}{with_names})")
            };
            act.tell(Told {
                kind,
                session,
                words,
                detail,
            })?;
        }
        Ok(())
    })
}
