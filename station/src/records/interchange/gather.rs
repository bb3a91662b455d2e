//! A session's rows out of a record.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rusqlite::Row;
use rusqlite::types::{Type, ValueRef};
use serde::Serialize;
use serde_json::{Map, Number, Value, json};

use super::{DAMAGED, Lines, ROWS, Rows, is_hash};
use crate::records::chain::Hash;
use crate::records::checksum;
use crate::records::desk::not_as_signed;
use crate::records::error::RecordsError;
use crate::records::reading::unreadable;
use crate::records::{Archive, SessionLine};

/// What a session's rows were in the record that they came from; nothing where they are this record's own.
#[derive(Debug, Default)]
struct There {
    numbers: BTreeMap<(String, i64), i64>,
    hashes: BTreeMap<i64, (Hash, Hash)>,
    header: Option<String>,
}

impl There {
    /// The number that a row had there.
    fn number(&self, kind: &str, here: i64) -> i64 {
        let there = self.numbers.get(&(kind.to_owned(), here));
        there.copied().unwrap_or(here)
    }
}

/// Everything that the record has of a session, as the bytes of a file.
///
/// # Errors
/// Where the file cannot be read, or a row holds what is no row's.
pub fn gather(archive: &Archive, session: &SessionLine) -> Result<Vec<u8>, RecordsError> {
    let there = there(archive, &session.id)?;
    let mut lines = Lines::new();
    for rows in ROWS {
        if rows.kind == "second" {
            seconds(archive, &session.id, &there, &mut lines)?;
            continue;
        }
        let gathered = archive.query(&rows.query(), [&session.id], |row| {
            fields(rows, row, &there)
        })?;
        for fields in gathered {
            lines.push(rows.kind, &fields);
        }
    }
    let mut header = Map::new();
    header.insert("session".to_owned(), session.id.as_str().into());
    header.insert("deidentified".to_owned(), false.into());
    if let Some(first) = first_hash(archive)? {
        header.insert("record".to_owned(), first.into());
    }
    let findings = not_as_signed(archive, &session.id)?;
    if !findings.is_empty() {
        header.insert("findings".to_owned(), findings.into());
    }
    if let Some(from) = there.header {
        let from = serde_json::from_str(&from).unwrap_or(Value::Null);
        header.insert("imported".to_owned(), from);
    }
    Ok(lines.finish(header))
}

/// The hash of the record's first event: it tells records apart.
fn first_hash(archive: &Archive) -> Result<Option<String>, RecordsError> {
    archive
        .query(
            "SELECT lower(hex(hash)) FROM events ORDER BY id LIMIT 1",
            [],
            |row| row.get(0),
        )
        .map(|found| found.into_iter().next())
}

fn there(archive: &Archive, session: &str) -> Result<There, RecordsError> {
    let header = archive.query(
        "SELECT header FROM imported WHERE session_id = ?1",
        [session],
        |row| row.get(0),
    )?;
    let numbers = archive.query(
        "SELECT kind, here, there FROM imported_numbers WHERE session_id = ?1",
        [session],
        |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)),
    )?;
    let hashes = archive.query(
        "SELECT event_id, previous_hash, hash FROM imported_hashes WHERE session_id = ?1",
        [session],
        |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))),
    )?;
    Ok(There {
        header: header.into_iter().next(),
        numbers: numbers.into_iter().collect(),
        hashes: hashes.into_iter().collect(),
    })
}

/// Every second that can be read, and a gap for those that cannot.
fn seconds(
    archive: &Archive,
    session: &str,
    there: &There,
    lines: &mut Lines,
) -> Result<(), RecordsError> {
    let bouts: Vec<(i64, i64)> = archive.query(
        "SELECT id, run_id FROM bouts WHERE session_id = ?1 ORDER BY number",
        [session],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    for (bout, run) in bouts {
        let found = archive.seconds_of(bout)?;
        let bout_there = there.number("bout", bout);
        for row in &found.rows {
            let mut fields = object(row);
            fields.insert("bout_id".to_owned(), bout_there.into());
            lines.push("second", &fields);
        }
        for damaged in &found.damaged {
            let gap = json!({
                "session_id": session,
                "bout_id": bout_there,
                "run_id": there.number("run", run),
                "what": "sample",
                "from_us": damaged.from_us,
                "to_us": damaged.to_us,
                "lost": damaged.lost,
                "reason": format!("its block in the record that it came from is damaged ({})", damaged.because),
            });
            lines.push("gap", &object(&gap));
        }
    }
    Ok(())
}

/// The fields of an object, as the record's columns have them: none that is NULL, and 0 and 1 for no and yes.
fn object(value: &impl Serialize) -> Map<String, Value> {
    let Ok(Value::Object(fields)) = serde_json::to_value(value) else {
        return Map::new();
    };
    fields
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| {
            let number = value.as_bool().map(|is_so| Value::from(u8::from(is_so)));
            (name, number.unwrap_or(value))
        })
        .collect()
}

/// Whether the sum beside a row of bytes does not fit. One of an earlier version has none.
pub(super) fn is_damaged(rows: &Rows, row: &Row<'_>) -> rusqlite::Result<bool> {
    let Some(sum) = super::sum(rows, |column| row.get(column).ok()) else {
        return Ok(false);
    };
    let beside: Option<Vec<u8>> = row.get("checksum")?;
    Ok(checksum::fault(beside.as_deref(), sum).is_some())
}

fn fields(rows: &Rows, row: &Row<'_>, there: &There) -> rusqlite::Result<Map<String, Value>> {
    let mut fields = Map::new();
    for (place, column) in rows.columns.iter().enumerate() {
        let Some(value) = value(column, row.get_ref(place)?, place)? else {
            continue;
        };
        let number = rows
            .speaks_of(column)
            .zip(value.as_i64())
            .map(|(kind, here)| there.number(kind, here));
        fields.insert((*column).to_owned(), number.map_or(value, Value::from));
    }
    if is_damaged(rows, row)? {
        fields.insert(DAMAGED.to_owned(), true.into());
    }
    if rows.kind == "text" {
        text_itself(&mut fields, row)?;
    }
    if rows.kind == "event"
        && let Some((previous, hash)) = there.hashes.get(&row.get::<_, i64>("id")?)
    {
        fields.insert("previous_hash".to_owned(), hex(previous).into());
        fields.insert("hash".to_owned(), hex(hash).into());
    }
    Ok(fields)
}

/// A text stands in its line as itself, not compressed: another compressor would make other bytes of it.
fn text_itself(fields: &mut Map<String, Value>, row: &Row<'_>) -> rusqlite::Result<()> {
    let packed: Vec<u8> = row.get("zstd")?;
    let text = zstd::decode_all(packed.as_slice())
        .map_err(|error| unreadable(0, Type::Blob, error))
        .and_then(|bytes| {
            String::from_utf8(bytes).map_err(|error| unreadable(0, Type::Blob, error))
        })?;
    fields.remove("zstd");
    fields.insert("text".to_owned(), text.into());
    Ok(())
}

/// A number that JSON has no form for.
#[derive(Debug, thiserror::Error)]
#[error("{0} is no number of JSON")]
struct NoNumber(f64);

fn value(column: &str, value: ValueRef<'_>, place: usize) -> rusqlite::Result<Option<Value>> {
    Ok(match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.into()),
        ValueRef::Real(number) => Some(Value::Number(
            Number::from_f64(number)
                .ok_or_else(|| unreadable(place, Type::Real, NoNumber(number)))?,
        )),
        ValueRef::Text(text) => Some(
            str::from_utf8(text)
                .map_err(|error| unreadable(place, Type::Text, error))?
                .into(),
        ),
        ValueRef::Blob(bytes) if is_hash(column) => Some(hex(bytes).into()),
        ValueRef::Blob(bytes) => Some(BASE64_STANDARD.encode(bytes).into()),
    })
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _written = write!(text, "{byte:02x}");
        text
    })
}
