//! A session's lines into a record.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rusqlite::types::Value as Stored;
use rusqlite::{
    Connection, OptionalExtension, Transaction, TransactionBehavior, params, params_from_iter,
};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::lines::{Line, LineError, Read};
use super::{DAMAGED, ROWS, Rows, is_hash, sum};
use crate::records::chain::{EventRow, Hash};
use crate::records::checksum::Checksum;
use crate::records::desk;
use crate::records::error::RecordsError;
use crate::records::store::Store;
use crate::records::{archive, blocks, origin};

/// Why a file was not taken. The record is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error("cannot read {path}: {because}")]
    Unread {
        /// Which.
        path: PathBuf,
        /// What the system said.
        because: std::io::Error,
    },
    /// Its lines are not as they were written.
    #[error("{path} is not taken: {because}")]
    Lines {
        /// Which.
        path: PathBuf,
        /// Where and what.
        because: LineError,
    },
    /// A line says what cannot be.
    #[error("{path} is not taken: line {line}: {because}")]
    Line {
        /// Which.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What.
        because: String,
    },
    /// De-identified sessions are no sessions of a patient any more.
    #[error(
        "{path} is de-identified and cannot be taken back: import an export without --deidentified"
    )]
    Deidentified {
        /// Which.
        path: PathBuf,
    },
    /// The session had not ended.
    #[error("{path} is not taken: its session was still open: export it again when it has ended")]
    Open {
        /// Which.
        path: PathBuf,
    },
    /// The session is not what was written of it, or what was signed.
    #[error(
        "{path} is not taken: its session is not what was written and signed ({because}): export it again from a record that `station verify` finds whole, or take it as it is with --altered"
    )]
    Altered {
        /// Which.
        path: PathBuf,
        /// What is wrong, in words.
        because: String,
    },
    /// The session is there.
    #[error(
        "{record} has {session} already: nothing was taken; name another record with --record FILE"
    )]
    There {
        /// Which record.
        record: PathBuf,
        /// Which session.
        session: String,
    },
    /// The record.
    #[error(transparent)]
    Record(#[from] RecordsError),
}

/// What was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The session's id.
    pub session: String,
    /// Into which record.
    pub record: PathBuf,
    /// How many lines.
    pub lines: usize,
    /// What of it is not what was written and signed, in words; empty where nothing is.
    pub altered: Vec<String>,
}

/// Takes a session from a file into the record at `record`, which is made where there is none. Everything is taken, or nothing. A session that is
/// not what was written of it and signed is taken where `altered` says so, and the record then says that it is none.
///
/// # Errors
/// Where the file is not as it was written or cannot be, the session is there or not what was signed, or the record cannot be written.
pub fn take(
    file: &Path,
    record: &Path,
    wall_us: i64,
    altered: bool,
) -> Result<Imported, ImportError> {
    let bytes = std::fs::read(file).map_err(|because| ImportError::Unread {
        path: file.to_owned(),
        because,
    })?;
    let read = Read::of(&bytes).map_err(|because| ImportError::Lines {
        path: file.to_owned(),
        because,
    })?;
    let session = checked(file, &read)?;
    let mut store = Store::open_for_writing(record)?;
    let there = store
        .connection
        .query_row("SELECT 1 FROM sessions WHERE id = ?1", [&session], |_| {
            Ok(())
        })
        .optional()
        .map_err(|error| store.failed("read", error))?;
    if there.is_some() {
        return Err(ImportError::There {
            record: record.to_owned(),
            session,
        });
    }
    let done = write(&mut store.connection, &read, &session, (wall_us, altered));
    let altered = done.map_err(|refused| match refused {
        Refused::Altered(because) => ImportError::Altered {
            path: file.to_owned(),
            because: because.join("; "),
        },
        Refused::Line(line, because) => ImportError::Line {
            path: file.to_owned(),
            line,
            because,
        },
        Refused::Store(error) => store.failed("written", error).into(),
    })?;
    Ok(Imported {
        session,
        record: record.to_owned(),
        lines: read.lines.len(),
        altered,
    })
}

/// The session's id, where everything that can be told without a record is right.
fn checked(file: &Path, read: &Read) -> Result<String, ImportError> {
    if read.header.get("deidentified") != Some(&Value::Bool(false)) {
        return Err(ImportError::Deidentified {
            path: file.to_owned(),
        });
    }
    let refused = |line: usize, because: &str| ImportError::Line {
        path: file.to_owned(),
        line,
        because: because.to_owned(),
    };
    let mut sessions = read.lines.iter().filter(|line| line.kind == "session");
    let (Some(session), None) = (sessions.next(), sessions.next()) else {
        return Err(refused(1, "there is not one session in it"));
    };
    if session.fields.get("state") == Some(&Value::from("open")) {
        return Err(ImportError::Open {
            path: file.to_owned(),
        });
    }
    let id = session.fields.get("id").and_then(Value::as_str);
    let Some(id) = id.filter(|id| id.parse::<crate::records::SessionId>().is_ok()) else {
        return Err(refused(session.number, "its id is no session's"));
    };
    for line in &read.lines {
        let said = line.fields.get("session_id");
        // What a bout was compared with are other sessions.
        if line.kind != "compared" && said.is_some_and(|said| said != id) {
            return Err(refused(line.number, "it speaks of another session"));
        }
        if line.kind == "event" && !holds(&line.fields) {
            return Err(refused(
                line.number,
                "the event's hash is not that of what it says",
            ));
        }
        if line.kind == "prescription" && !is_its_text(&line.fields) {
            return Err(refused(
                line.number,
                "the prescription's hash is not that of its text",
            ));
        }
    }
    Ok(id.to_owned())
}

/// Whether an event is what its hash was made of, there.
fn holds(fields: &Map<String, Value>) -> bool {
    let row = event(fields);
    let number = fields.get("id").and_then(Value::as_i64);
    let hash = |name: &str| fields.get(name).and_then(Value::as_str).and_then(unhex);
    match (number, hash("previous_hash"), hash("hash")) {
        (Some(number), Some(previous), Some(hash)) => row.hash(number, &previous) == hash,
        _ => false,
    }
}

fn is_its_text(fields: &Map<String, Value>) -> bool {
    let text = fields.get("text").and_then(Value::as_str);
    let said = fields.get("sha256").and_then(Value::as_str).and_then(unhex);
    text.is_some_and(|text| said == Some(Sha256::digest(text).into()))
}

/// An event as its line has it.
fn event(fields: &Map<String, Value>) -> EventRow {
    let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
    let whole = |name: &str| fields.get(name).and_then(Value::as_i64);
    let real = |name: &str| fields.get(name).and_then(Value::as_f64);
    EventRow {
        session: text("session_id"),
        bout: whole("bout_id"),
        run: whole("run_id").unwrap_or_default(),
        at_us: whole("at_us").unwrap_or_default(),
        wall_us: whole("wall_us").unwrap_or_default(),
        t_s: whole("t_s"),
        kind: text("kind").unwrap_or_default(),
        rule: text("rule"),
        priority: text("priority"),
        act: text("act"),
        value: real("value"),
        limit: real("limit_value"),
        text: text("text").unwrap_or_default(),
        detail: text("detail"),
    }
}

enum Refused {
    /// A line, and why.
    Line(usize, String),
    /// What is not what was written and signed.
    Altered(Vec<String>),
    Store(rusqlite::Error),
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error)
    }
}

fn write(
    connection: &mut Connection,
    read: &Read,
    session: &str,
    (wall_us, altered): (i64, bool),
) -> Result<Vec<String>, Refused> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut taking = Taking {
        connection: &transaction,
        session,
        wall_us: began(read),
        numbers: BTreeMap::new(),
        hashes: Vec::new(),
    };
    let mut is_packed = false;
    for line in &read.lines {
        // What is signed is not packed any more.
        if line.kind == "signature" && !is_packed {
            pack(&transaction, session)?;
            is_packed = true;
        }
        taking.line(line)?;
    }
    if !is_packed {
        pack(&transaction, session)?;
    }
    let found = desk::of_session(&transaction, session)?;
    if !found.is_empty() && !altered {
        return Err(Refused::Altered(found));
    }
    taking.remember(read, wall_us, &found)?;
    transaction.commit()?;
    Ok(found)
}

/// Packs the seconds, as the gym does at a session's end: sums stand beside them from then on. Those that no program wrote stay as they are, and
/// are found.
fn pack(transaction: &Transaction<'_>, session: &str) -> rusqlite::Result<()> {
    for bout in archive::bouts(transaction, session)? {
        loop {
            match blocks::pack_block(transaction, bout.row()) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) if error.sqlite_error_code().is_none() => break,
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

/// When the session began: since then its patient and its prescriptions are known.
fn began(read: &Read) -> i64 {
    read.lines
        .iter()
        .find(|line| line.kind == "session")
        .and_then(|line| line.fields.get("began_wall_us"))
        .and_then(Value::as_i64)
        .unwrap_or_default()
}

struct Taking<'a> {
    connection: &'a Connection,
    session: &'a str,
    wall_us: i64,
    /// By kind and number there: the number here.
    numbers: BTreeMap<(&'static str, i64), i64>,
    hashes: Vec<(i64, Hash, Hash)>,
}

impl Taking<'_> {
    fn line(&mut self, line: &Line) -> Result<(), Refused> {
        let refused = |because: String| Refused::Line(line.number, because);
        let Some(rows) = ROWS.iter().find(|rows| rows.kind == line.kind) else {
            return Err(refused(format!("\"{}\" is no type of line", line.kind)));
        };
        let fields = self.with_numbers(rows, &line.fields).map_err(refused)?;
        match rows.kind {
            "event" => self.event(line, &fields)?,
            "text" => self.text(&fields).map_err(|error| told(error, line))?,
            kind => {
                if kind == "session" {
                    self.connection.execute(
                        "INSERT OR IGNORE INTO patients (pseudonym, first_seen_wall_us) VALUES (?1, ?2)",
                        params![fields.get("patient").and_then(Value::as_str), self.wall_us],
                    )?;
                }
                let mut fields = fields;
                let is_damaged = fields.remove(DAMAGED) == Some(Value::Bool(true));
                let mut stored = stored(rows, &fields).map_err(refused)?;
                if let Some(sum) = sum_beside(rows, &stored, is_damaged) {
                    stored.push(("checksum", Stored::Blob(sum.to_vec())));
                }
                self.insert(rows, stored)
                    .map_err(|error| told(error, line))?;
                if rows.numbered {
                    let here = self.connection.last_insert_rowid();
                    self.number(rows.kind, &line.fields, here);
                }
            }
        }
        Ok(())
    }

    /// The fields with the numbers that the rows have here; a row's own is given by the record.
    fn with_numbers(
        &self,
        rows: &Rows,
        fields: &Map<String, Value>,
    ) -> Result<Map<String, Value>, String> {
        let mut here = Map::new();
        for (column, value) in fields {
            if rows.numbered && column == "id" {
                continue;
            }
            let value = match rows.speaks_of(column) {
                None => value.clone(),
                Some(kind) => value
                    .as_i64()
                    .and_then(|there| self.numbers.get(&(kind, there)))
                    .map(|number| Value::from(*number))
                    .ok_or_else(|| {
                        format!("{column} is {value}, and no {kind} of that number comes before")
                    })?,
            };
            here.insert(column.clone(), value);
        }
        Ok(here)
    }

    fn number(&mut self, kind: &'static str, fields: &Map<String, Value>, here: i64) {
        if let Some(there) = fields.get("id").and_then(Value::as_i64) {
            self.numbers.insert((kind, there), here);
        }
    }

    /// An event becomes a link of this record's chain; what it was in the other is kept beside.
    fn event(&mut self, line: &Line, here: &Map<String, Value>) -> Result<(), Refused> {
        event(here).append(self.connection)?;
        let number = self.connection.last_insert_rowid();
        self.number("event", &line.fields, number);
        let hash = |name: &str| {
            line.fields
                .get(name)
                .and_then(Value::as_str)
                .and_then(unhex)
                .ok_or_else(|| Refused::Line(line.number, format!("{name} is no hash")))
        };
        self.hashes
            .push((number, hash("previous_hash")?, hash("hash")?));
        Ok(())
    }

    fn text(&self, fields: &Map<String, Value>) -> rusqlite::Result<()> {
        let text = fields
            .get("text")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let sum: Hash = Sha256::digest(text).into();
        let packed = zstd::encode_all(text.as_bytes(), 9)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        self.connection.execute(
            "INSERT OR IGNORE INTO texts (sha256, kind, zstd) VALUES (?1, ?2, ?3)",
            params![sum, fields.get("kind").and_then(Value::as_str), packed],
        )?;
        Ok(())
    }

    fn insert(&self, rows: &Rows, mut stored: Vec<(&str, Stored)>) -> rusqlite::Result<()> {
        let mut verb = "INSERT";
        if rows.kind == "prescription" {
            verb = "INSERT OR IGNORE";
            stored.push(("first_used_wall_us", Stored::Integer(self.wall_us)));
        }
        let columns: Vec<&str> = stored.iter().map(|(column, _)| *column).collect();
        let places: Vec<String> = (1..=stored.len())
            .map(|place| format!("?{place}"))
            .collect();
        self.connection
            .prepare_cached(&format!(
                "{verb} INTO {} ({}) VALUES ({})",
                rows.table,
                columns.join(", "),
                places.join(", ")
            ))?
            .execute(params_from_iter(stored.into_iter().map(|(_, value)| value)))
            .map(|_| ())
    }

    /// Writes down where the session came from, and that it was taken: an event of this record's own.
    fn remember(&self, read: &Read, wall_us: i64, altered: &[String]) -> rusqlite::Result<()> {
        for ((kind, there), here) in &self.numbers {
            self.connection
                .prepare_cached(
                    "INSERT INTO imported_numbers (session_id, kind, here, there) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![self.session, kind, here, there])?;
        }
        for (event, previous, hash) in &self.hashes {
            self.connection
                .prepare_cached(
                    "INSERT INTO imported_hashes (event_id, session_id, previous_hash, hash) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![event, self.session, previous, hash])?;
        }
        let software = read.header.get("software").and_then(Value::as_str);
        let from = origin::From {
            sha256: read.sha256,
            header: &read.header_text,
            record: read.header.get("record").cloned().unwrap_or(Value::Null),
            software: software.unwrap_or_default(),
        };
        origin::tell(self.connection, self.session, &from, wall_us, altered)
    }
}

/// A row that the store does not take is a line that cannot be; a full disk is not.
fn told(error: rusqlite::Error, line: &Line) -> Refused {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::ConstraintViolation | rusqlite::ErrorCode::TypeMismatch) => {
            Refused::Line(line.number, error.to_string())
        }
        _ => Refused::Store(error),
    }
}

/// A line's fields as values of the store, by the columns that the table is known to have.
fn stored<'a>(
    rows: &'a Rows,
    fields: &Map<String, Value>,
) -> Result<Vec<(&'a str, Stored)>, String> {
    fields
        .iter()
        .map(|(name, value)| {
            let column = rows
                .columns
                .iter()
                .find(|column| *column == name)
                .ok_or_else(|| format!("this Station knows no field \"{name}\" of it"))?;
            let stored = match value {
                Value::Number(number) => number
                    .as_i64()
                    .map(Stored::Integer)
                    .or_else(|| number.as_f64().map(Stored::Real)),
                Value::String(text) if is_hash(column) => {
                    unhex(text).map(|hash| Stored::Blob(hash.to_vec()))
                }
                Value::String(text) if is_bytes(column) => {
                    BASE64_STANDARD.decode(text).ok().map(Stored::Blob)
                }
                Value::String(text) => Some(Stored::Text(text.clone())),
                Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
            };
            stored
                .map(|stored| (*column, stored))
                .ok_or_else(|| format!("\"{name}\" holds {value}"))
        })
        .collect()
}

/// The sum beside a row of bytes, which speaks of the numbers that it has here. A row that was damaged gets one that does not fit.
fn sum_beside(rows: &Rows, stored: &[(&str, Stored)], is_damaged: bool) -> Option<Checksum> {
    let of = |wanted: &str| {
        let found = stored.iter().find(|(column, _)| *column == wanted);
        found.map(|(_, value)| value.clone())
    };
    let sum = sum(rows, of)?;
    Some(if is_damaged {
        sum.map(|byte| !byte)
    } else {
        sum
    })
}

/// Columns of bytes.
fn is_bytes(column: &str) -> bool {
    matches!(column, "data" | "header_zstd" | "state_zstd")
}

fn unhex(text: &str) -> Option<Hash> {
    let bytes: Option<Vec<u8>> = (0..text.len())
        .step_by(2)
        .map(|place| {
            let pair = text.get(place..place + 2)?;
            u8::from_str_radix(pair, 16).ok()
        })
        .collect();
    Hash::try_from(bytes?).ok()
}
