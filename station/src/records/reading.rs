//! Columns back to values.

mod events;

use protocols::vocabulary::Timestamp;
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, ErrorCode, Params, Row};

use serde::de::DeserializeOwned;

use super::entry::JournalHeader;
use super::identity::SessionId;

pub(super) use self::events::{Which, each_event, each_of_session, end, events};

/// The rows of a query.
pub(super) fn rows<T>(
    connection: &Connection,
    sql: &str,
    values: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    connection
        .prepare_cached(sql)?
        .query_map(values, read)?
        .collect()
}

/// A text, whatever bytes it has: one that a disk has damaged is shown as far as it goes, and its sum tells that it is.
pub(super) fn text(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    match row.get_ref(column)? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            Ok(String::from_utf8_lossy(bytes).into_owned())
        }
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => row.get(column),
    }
}

/// The same of a column that may be empty.
pub(super) fn may_be_text(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<String>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Text(_) | ValueRef::Blob(_) => {
            text(row, column).map(Some)
        }
    }
}

/// An event's detail; as the default is where it has none, or a disk has damaged it.
pub(super) fn detail<T: DeserializeOwned + Default>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<T> {
    let detail = may_be_text(row, column)?;
    Ok(detail
        .and_then(|detail| serde_json::from_str(&detail).ok())
        .unwrap_or_default())
}

/// One field of an event's detail in SQL, nothing where the detail was damaged: SQLite fails a whole query for a text that is no JSON.
pub(super) fn of_detail(field: &str) -> String {
    format!("CASE WHEN json_valid(detail) THEN json_extract(detail, '$.{field}') END")
}

/// Whether pages of the file are damaged, or a row is none that this program writes: others of it may be whole.
pub(super) fn is_of_pages(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt)
        || matches!(
            error,
            rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::Utf8Error(..)
        )
}

/// What SQLite says of a damaged page, of one on which it sees nothing wrong.
pub(super) fn damaged_page() -> rusqlite::Error {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    rusqlite::Error::SqliteFailure(code, None)
}

/// A column that is not what this program writes there.
pub(super) fn unreadable(
    column: usize,
    kind: Type,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, kind, Box::new(error))
}

pub(super) fn session_id(row: &Row<'_>, column: usize) -> rusqlite::Result<SessionId> {
    row.get::<_, String>(column)?
        .parse()
        .map_err(|error| unreadable(column, Type::Text, error))
}

/// A number that is never negative.
pub(super) fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    u64::try_from(row.get::<_, i64>(column)?)
        .map_err(|error| unreadable(column, Type::Integer, error))
}

pub(super) fn timestamp(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    count(row, column).map(Timestamp::from_micros)
}

/// What a compressed column holds.
pub(super) fn unpacked(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<u8>> {
    let bytes: Vec<u8> = row.get(column)?;
    zstd::decode_all(bytes.as_slice()).map_err(|error| unreadable(column, Type::Blob, error))
}

pub(super) fn header(row: &Row<'_>, column: usize) -> rusqlite::Result<JournalHeader> {
    postcard::from_bytes(&unpacked(row, column)?)
        .map_err(|error| unreadable(column, Type::Blob, error))
}
