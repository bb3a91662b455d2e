//! One process at the desk, writing to a record that a gym may be writing to at the same time.
//!
//! Each thing that is done is one short transaction that has the right to write from its beginning; whatever takes long is done before it.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use serde_json::{Map, Value};

use super::by::{By, Proof, Who};
use super::error::DeskError;
use crate::clock;
use crate::records::SOFTWARE;
use crate::records::chain::EventRow;
use crate::records::codes::word;
use crate::records::entry::EventKind;
use crate::records::error::RecordsError;
use crate::records::store::Store;

/// An act waits so long for a gym in the middle of a commit.
const PATIENCE: Duration = Duration::from_secs(5);
/// Somebody who only looks is not kept waiting.
const LITTLE_PATIENCE: Duration = Duration::from_secs(1);

/// Where the event of a note, a correction or a signature says how many of them its session had before.
pub(super) const ADDITIONS: &str = "additions_before";

/// A record, to be added to.
#[derive(Debug)]
pub(super) struct Desk {
    store: Store,
    by: By,
    proof: Proof,
    run: Option<i64>,
}

/// What is told of an act.
#[derive(Debug)]
pub(super) struct Told<'a> {
    pub(super) kind: EventKind,
    /// Of which session.
    pub(super) session: Option<&'a str>,
    /// What follows who did it.
    pub(super) words: String,
    /// Beside who did it.
    pub(super) detail: Map<String, Value>,
}

impl Desk {
    /// For an act. A record of an earlier version is brought to this one where no gym writes to it.
    pub(super) fn open(path: &Path, by: &By) -> Result<Self, DeskError> {
        let store = match Store::open_beside(path, PATIENCE) {
            Err(RecordsError::Earlier { .. } | RecordsError::Copy { .. }) => {
                drop(Store::open_for_writing(path)?);
                Store::open_beside(path, PATIENCE)?
            }
            opened => opened?,
        };
        Ok(Self::of(store, by))
    }

    /// The same, and a record is made where there is none: who sets a gym up begins with its staff.
    pub(super) fn open_or_make(path: &Path, by: &By) -> Result<Self, DeskError> {
        match Self::open(path, by) {
            Err(DeskError::Record(RecordsError::Absent { .. })) => {
                drop(Store::open_for_writing(path)?);
                Self::open(path, by)
            }
            opened => opened,
        }
    }

    /// For what is told of reading: a record that is not of this version, or is a copy for keeping, stays as it is.
    pub(super) fn open_to_tell(path: &Path, by: &By) -> Result<Self, RecordsError> {
        Store::open_beside(path, LITTLE_PATIENCE).map(|store| Self::of(store, by))
    }

    fn of(store: Store, by: &By) -> Self {
        Self {
            store,
            by: by.clone(),
            proof: Proof::NotAsked,
            run: None,
        }
    }

    pub(super) const fn by(&self) -> &By {
        &self.by
    }

    /// Whether whoever acts gave the secret that was asked for: told with whatever they do from then on.
    pub(super) const fn prove(&mut self, holds: bool) {
        self.proof = if holds { Proof::Held } else { Proof::Failed };
    }

    pub(super) const fn connection(&self) -> &Connection {
        &self.store.connection
    }

    pub(super) const fn connection_to_write(&mut self) -> &mut Connection {
        &mut self.store.connection
    }

    /// Brings what was written into the file itself, also while a gym runs.
    pub(super) fn empty_log(&self) {
        self.store.empty_log();
    }

    /// Who acts, as the staff list has them now.
    pub(super) fn who(&self) -> Result<Who, RecordsError> {
        self.by
            .known(&self.store.connection, self.proof)
            .map_err(|error| self.failed(error))
    }

    pub(super) fn failed(&self, error: rusqlite::Error) -> RecordsError {
        self.store.failed("written", error)
    }

    /// One transaction: what `act` writes, or nothing.
    pub(super) fn act<T>(
        &mut self,
        act: impl FnOnce(&Act<'_>) -> Result<T, ActError>,
    ) -> Result<T, DeskError> {
        let who = self.who()?;
        let run = self.run;
        let transaction = self
            .store
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate);
        let done = transaction.map_err(ActError::from).and_then(|transaction| {
            let wall_us = clock::wall_micros();
            let run = run.map_or_else(|| begin_run(&transaction, wall_us), Ok)?;
            let act_of = Act {
                transaction,
                who: &who,
                run,
                wall_us,
            };
            let done = act(&act_of)?;
            act_of.transaction.commit()?;
            Ok((done, run))
        });
        match done {
            Ok((done, run)) => {
                self.run = Some(run);
                Ok(done)
            }
            Err(ActError::Store(error)) => Err(self.failed(error).into()),
            Err(ActError::Desk(error)) => Err(error),
        }
    }
}

/// An act on its way into the record.
#[derive(Debug)]
pub(super) struct Act<'a> {
    pub(super) transaction: Transaction<'a>,
    pub(super) who: &'a Who,
    run: i64,
    /// Wall time of the act, in microseconds since 1970, UTC.
    pub(super) wall_us: i64,
}

/// Why an act was given up.
#[derive(Debug)]
pub(super) enum ActError {
    Store(rusqlite::Error),
    Desk(DeskError),
}

impl From<rusqlite::Error> for ActError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error)
    }
}

impl From<DeskError> for ActError {
    fn from(error: DeskError) -> Self {
        Self::Desk(error)
    }
}

impl Act<'_> {
    /// Adds the event that tells of it; its number.
    pub(super) fn tell(&self, told: Told<'_>) -> rusqlite::Result<i64> {
        let mut detail = self.who.fields();
        detail.extend(told.detail);
        if matches!(
            told.kind,
            EventKind::Note | EventKind::Correction | EventKind::Signature
        ) {
            let before: i64 = self.transaction.query_row(
                &format!(
                    "SELECT count(*) FROM events WHERE session_id = ?1 AND kind IN ({})",
                    EventKind::OF_ADDITIONS
                ),
                [told.session],
                |row| row.get(0),
            )?;
            detail.insert(ADDITIONS.to_owned(), before.into());
        }
        EventRow {
            session: told.session.map(str::to_owned),
            run: self.run,
            wall_us: self.wall_us,
            kind: word(&told.kind),
            text: format!("{} {}", self.who.words, told.words),
            detail: Some(Value::Object(detail).to_string()),
            ..EventRow::default()
        }
        .append(&self.transaction)
    }
}

/// The process at the desk is a run of its own; it has ended with what it writes.
fn begin_run(transaction: &Transaction<'_>, wall_us: i64) -> rusqlite::Result<i64> {
    transaction.execute(
        "INSERT INTO runs (software, clock_rate, began_wall_us, ended_wall_us, kind) VALUES (?1, 1, ?2, ?2, 'desk')",
        params![SOFTWARE, wall_us],
    )?;
    Ok(transaction.last_insert_rowid())
}
