//! Columns back to values.

use protocols::vocabulary::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, Params, Row};

use super::entry::JournalHeader;
use super::identity::SessionId;

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
