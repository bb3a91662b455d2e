//! A session's rows out of a record.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rusqlite::Row;
use rusqlite::types::{Type, ValueRef};
use serde_json::{Map, Number, Value};

use super::{Lines, ROWS, Rows, is_hash};
use crate::records::archive::{Archive, SessionLine};
use crate::records::chain::Hash;
use crate::records::error::RecordsError;
use crate::records::reading::unreadable;

/// What a session's rows were in the record that they came from; nothing where they are this record's own.
#[derive(Debug, Default)]
struct There {
    numbers: BTreeMap<(String, i64), i64>,
    hashes: BTreeMap<i64, (Hash, Hash)>,
    header: Option<String>,
}

/// Everything that the record has of a session, as the bytes of a file.
///
/// # Errors
/// Where the file cannot be read, or a row holds what is no row's.
pub fn gather(archive: &Archive, session: &SessionLine) -> Result<Vec<u8>, RecordsError> {
    let there = there(archive, &session.id)?;
    let mut lines = Lines::new();
    for rows in ROWS {
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
    let is_here = archive.query(
        "SELECT 1 FROM sqlite_schema WHERE name = 'imported'",
        [],
        |_| Ok(()),
    )?;
    if is_here.is_empty() {
        // A record that no program of this version has opened for writing yet.
        return Ok(There::default());
    }
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
        "SELECT event_id, imported_hashes.previous_hash, imported_hashes.hash FROM imported_hashes
         JOIN events ON events.id = event_id WHERE session_id = ?1",
        [session],
        |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))),
    )?;
    Ok(There {
        header: header.into_iter().next(),
        numbers: numbers.into_iter().collect(),
        hashes: hashes.into_iter().collect(),
    })
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
            .and_then(|(kind, here)| there.numbers.get(&(kind.to_owned(), here)).copied());
        fields.insert((*column).to_owned(), number.map_or(value, Value::from));
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
