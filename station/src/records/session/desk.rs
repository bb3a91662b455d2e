//! What was added to a session at the desk: notes, who corrected what, signatures.

use std::collections::BTreeMap;
use std::fmt;

use rusqlite::Row;
use serde::Serialize;

use super::SessionRecord;
use crate::records::archive::Archive;
use crate::records::chain::Hash;
use crate::records::entry::EventKind;
use crate::records::error::RecordsError;
use crate::records::reading::{self, Which, of_detail};

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoteRecord {
    /// Wall time, in microseconds since 1970, UTC.
    pub wall_us: i64,
    /// The id of who wrote it, as the staff list has it.
    pub by: String,
    /// The printed name then.
    pub name: String,
    /// Whether they gave their secret; `None` where the event that tells it cannot be read.
    pub proved: Option<bool>,
    /// The words.
    pub text: String,
    /// Written after a signature.
    pub after_signature: bool,
}

/// Somebody as they are printed beside what they wrote: name and id, and that they did not prove to be the one where that is so or not known.
fn author(name: &str, id: &str, proved: Option<bool>) -> String {
    // A disguise leaves nobody.
    if name.is_empty() {
        return String::new();
    }
    let unproved = match proved {
        Some(true) => "",
        Some(false) => ", not proved",
        None => ", not known whether proved",
    };
    format!("{name} ({id}{unproved})")
}

impl NoteRecord {
    /// Who wrote it, as it is printed.
    #[must_use]
    pub fn author(&self) -> String {
        author(&self.name, &self.by, self.proved)
    }
}

impl CorrectionRecord {
    /// Who corrected, as it is printed.
    #[must_use]
    pub fn author(&self) -> String {
        author(&self.name, &self.by, self.proved)
    }
}

/// Who corrected a measurement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CorrectionRecord {
    /// The row of the new measurement, which names in `replaces` the one that it stands for.
    pub measurement: i64,
    /// Wall time, in microseconds since 1970, UTC.
    pub wall_us: i64,
    /// The id of who corrected it, as the staff list has it.
    pub by: String,
    /// The printed name then.
    pub name: String,
    /// Whether they gave their secret; `None` where the event that tells it cannot be read.
    pub proved: Option<bool>,
    /// Why.
    pub why: String,
    /// Made after a signature.
    pub after_signature: bool,
    /// The number of the event that tells of it.
    #[serde(skip)]
    pub event: i64,
}

/// A signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignatureRecord {
    /// Wall time, in microseconds since 1970, UTC.
    pub wall_us: i64,
    /// The id of who signed, as the staff list has it.
    pub by: String,
    /// The printed name then.
    pub name: String,
    /// `authorship`, `review`, `approval` or `responsibility`.
    pub meaning: String,
    /// The hash over what was signed.
    #[serde(serialize_with = "super::event::hex")]
    pub sha256: Hash,
    /// The number of the event that tells of it.
    pub event: i64,
}

/// Whether somebody stands for a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum SignatureState {
    /// Nobody has signed.
    Unsigned,
    /// Somebody has.
    Signed {
        /// How many notes and corrections came after the last signature.
        additions: usize,
    },
    /// Events tell of a signature, or of what was added to a signed session, and its row cannot be read.
    NotKnown,
}

impl fmt::Display for SignatureState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned => f.write_str("not signed"),
            Self::Signed { additions: 0 } => f.write_str("signed"),
            Self::Signed { additions: 1 } => f.write_str("signed, 1 addition since"),
            Self::Signed { additions } => write!(f, "signed, {additions} additions since"),
            Self::NotKnown => f.write_str("not known: what events tell of cannot be read"),
        }
    }
}

impl SignatureState {
    /// Signed, and nothing was added since.
    #[must_use]
    pub const fn is_signed_as_it_stands(self) -> bool {
        matches!(self, Self::Signed { additions: 0 })
    }
}

/// What was added at the desk.
#[derive(Debug, Clone, Default)]
pub(super) struct Added {
    pub(super) notes: Vec<NoteRecord>,
    pub(super) corrections: Vec<CorrectionRecord>,
    pub(super) signatures: Vec<SignatureRecord>,
    pub(super) since_signature: usize,
    pub(super) are_lost: bool,
    /// What events tell of them, by the numbers of those.
    pub(super) told: BTreeMap<i64, Told>,
}

impl SessionRecord {
    /// Whether somebody stands for the session, and how much was added since.
    #[must_use]
    pub fn signature_state(&self) -> SignatureState {
        if self.additions_are_lost {
            SignatureState::NotKnown
        } else if self.signatures.is_empty() {
            SignatureState::Unsigned
        } else {
            SignatureState::Signed {
                additions: self.since_signature,
            }
        }
    }

    /// Without what people wrote in words of their own; that they wrote, who and when stays.
    #[must_use]
    pub fn without_free_text(mut self) -> Self {
        for note in &mut self.notes {
            note.text.clear();
        }
        for correction in &mut self.corrections {
            correction.why.clear();
        }
        self
    }

    /// Who corrected to this measurement, where it is a correction.
    #[must_use]
    pub fn correction(&self, measurement: i64) -> Option<&CorrectionRecord> {
        self.corrections
            .iter()
            .find(|correction| correction.measurement == measurement)
    }
}

fn signatures(archive: &Archive, session: &str) -> Result<Vec<SignatureRecord>, RecordsError> {
    archive.query(
        "SELECT wall_us, by_id, by_name, meaning, sha256, event_id FROM signatures WHERE session_id = ?1 ORDER BY id",
        [session],
        |row| {
            Ok(SignatureRecord {
                wall_us: row.get(0)?,
                by: row.get(1)?,
                name: row.get(2)?,
                meaning: row.get(3)?,
                sha256: row.get(4)?,
                event: row.get(5)?,
            })
        },
    )
}

/// What is added at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ToldOf {
    Note,
    Correction,
    Signature,
}

/// What an event tells of a note, a correction or a signature.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub(super) of: ToldOf,
    /// Whether its author gave their secret.
    proved: bool,
    /// The number of the measurement that is corrected.
    pub(super) replaces: Option<usize>,
    /// The number of the one that it was corrected to.
    pub(super) number: Option<usize>,
}

fn number_of(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<usize>> {
    let number: Option<i64> = row.get(column)?;
    Ok(number.and_then(|number| usize::try_from(number).ok()))
}

/// What events tell of what was added, by their numbers.
fn told(archive: &Archive, session: &str) -> Result<BTreeMap<i64, Told>, RecordsError> {
    let which = Which {
        columns: &format!(
            "id, kind, coalesce({}, 0), {}, {}",
            of_detail("proved"),
            of_detail("replaces"),
            of_detail("measurement")
        ),
        joined: "",
        condition: &format!("session_id = ?1 AND kind IN ({})", EventKind::OF_ADDITIONS),
        values: &[&session],
        session: Some(session),
    };
    let read = |row: &Row<'_>| {
        let told = Told {
            of: match reading::text(row, 1)?.as_str() {
                "signature" => ToldOf::Signature,
                "correction" => ToldOf::Correction,
                _ => ToldOf::Note,
            },
            proved: row.get(2)?,
            replaces: number_of(row, 3)?,
            number: number_of(row, 4)?,
        };
        Ok((row.get(0)?, told))
    };
    archive
        .read(|connection| reading::events(connection, &which, read))
        .map(|told| told.into_iter().collect())
}

/// Whether events tell of a signature that is not among so many, or that it was signed and of more than so many notes and corrections.
fn are_lost(told: &BTreeMap<i64, Told>, signatures: usize, others: usize) -> bool {
    let of_signatures = told
        .values()
        .filter(|told| told.of == ToldOf::Signature)
        .count();
    let is_signed = of_signatures > 0 || signatures > 0;
    of_signatures > signatures || is_signed && told.len() - of_signatures > others
}

pub(super) fn read(archive: &Archive, session: &str) -> Result<Added, RecordsError> {
    let signatures = signatures(archive, session)?;
    let first = signatures
        .first()
        .map_or(i64::MAX, |signature| signature.event);
    let last = signatures
        .last()
        .map_or(i64::MAX, |signature| signature.event);
    let told = told(archive, session)?;
    let proved = |event: i64| told.get(&event).map(|told| told.proved);
    let notes = archive.query(
        "SELECT wall_us, by_id, by_name, text, event_id FROM notes WHERE session_id = ?1 ORDER BY id",
        [session],
        |row| {
            let event: i64 = row.get(4)?;
            let note = NoteRecord {
                wall_us: row.get(0)?,
                by: row.get(1)?,
                name: row.get(2)?,
                text: row.get(3)?,
                proved: proved(event),
                after_signature: event > first,
            };
            Ok((event, note))
        },
    )?;
    let corrections = archive.query(
        "SELECT measurement_id, wall_us, by_id, by_name, why, event_id FROM corrections WHERE session_id = ?1 ORDER BY event_id",
        [session],
        |row| {
            let event: i64 = row.get(5)?;
            Ok(CorrectionRecord {
                event,
                measurement: row.get(0)?,
                wall_us: row.get(1)?,
                by: row.get(2)?,
                name: row.get(3)?,
                why: row.get(4)?,
                proved: proved(event),
                after_signature: event > first,
            })
        },
    )?;
    let later = |event: &i64| *event > last;
    let since_signature = notes.iter().filter(|(event, _)| later(event)).count()
        + corrections
            .iter()
            .filter(|correction| later(&correction.event))
            .count();
    Ok(Added {
        are_lost: are_lost(&told, signatures.len(), notes.len() + corrections.len()),
        notes: notes.into_iter().map(|(_, note)| note).collect(),
        told,
        corrections,
        signatures,
        since_signature,
    })
}
