//! Columns back to values.

use protocols::vocabulary::Timestamp;
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Params, Row, ToSql};

use serde::de::DeserializeOwned;

use super::chain::Hash;
use super::damaged::{self, Next};
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

/// Whether pages of the file are damaged: others of it may be whole.
pub(super) fn is_of_pages(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt)
}

/// What SQLite says of a damaged page, of one on which it sees nothing wrong.
pub(super) fn damaged_page() -> rusqlite::Error {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    rusqlite::Error::SqliteFailure(code, None)
}

/// Which events: columns, what is joined to them, and a condition over values.
#[derive(Clone, Copy)]
pub(super) struct Which<'a> {
    pub(super) columns: &'a str,
    pub(super) joined: &'a str,
    pub(super) condition: &'a str,
    pub(super) values: &'a [&'a dyn ToSql],
}

impl Which<'_> {
    /// From behind that event on, by an index; or every row in its place with whether it fits, so that no index is asked.
    fn sql(&self, after: i64, in_place: bool) -> String {
        let Self {
            columns,
            joined,
            condition,
            ..
        } = self;
        // To look behind a number leads to the page that it stands on, to look from the next one on does not.
        let from = after.saturating_add(1);
        if in_place {
            format!(
                "SELECT {columns}, ({condition}), events.id FROM events NOT INDEXED {joined} WHERE events.id >= {from} ORDER BY events.id"
            )
        } else {
            format!(
                "SELECT {columns}, 1, events.id FROM events {joined} WHERE events.id >= {from} AND ({condition}) ORDER BY events.id"
            )
        }
    }
}

/// The number and the hash of the last event that was written; `None` where the row that tells it is lost.
pub(super) fn end(connection: &Connection) -> rusqlite::Result<Option<(i64, Hash)>> {
    connection
        .prepare_cached("SELECT last_event, last_hash FROM record")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

/// Hands on the events that fit, in their order, each read by itself: its number, and what it is or why it cannot be read. Where pages of the file
/// are damaged, each number that stood there is handed on so, of whichever session it was, and the rest goes on.
///
/// # Errors
/// Where not even the number of the last event can be read, or the store fails otherwise.
pub(super) fn each_event<T>(
    connection: &Connection,
    which: &Which<'_>,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    mut take: impl FnMut(i64, rusqlite::Result<T>),
) -> rusqlite::Result<()> {
    let (mut after, mut last, mut in_place) = (0, 0, false);
    loop {
        let sql = which.sql(after, in_place);
        let mut walk = || -> rusqlite::Result<()> {
            let mut statement = connection.prepare(&sql)?;
            let columns = statement.column_count();
            let mut rows = statement.query(which.values)?;
            while let Some(row) = rows.next()? {
                let number: i64 = row.get(columns.saturating_sub(1))?;
                // A page may be damaged and look like one: numbers that go back would be gone over for ever, and one of an event that was never
                // written would hide all between.
                if in_place && number > last {
                    last = end(connection)?.map_or(i64::MAX, |(last, _)| last);
                }
                if number <= after || in_place && number > last {
                    return Err(damaged_page());
                }
                after = number;
                if row.get::<_, Option<bool>>(columns.saturating_sub(2))? == Some(true) {
                    take(after, read(row));
                }
            }
            Ok(())
        };
        match walk() {
            Err(error) if is_of_pages(&error) && !in_place => in_place = true,
            Err(error) if is_of_pages(&error) => {
                let from = after.saturating_add(1);
                let written = end(connection)?.map_or(i64::MAX, |(written, _)| written);
                if after >= written {
                    return Ok(());
                }
                let to = match damaged::next_number(connection, "events", from)? {
                    // It was never written: the page looks like one and is none.
                    Next::Row(number) if number > written => from,
                    // It stands there, and what it holds cannot be read; what is before it is missing.
                    Next::Row(number) => {
                        after = number.max(from) - 1;
                        number.max(from)
                    }
                    Next::None => return Ok(()),
                    // To where the record says that it ends, where nothing leads on.
                    Next::Damaged => match damaged::behind(connection, "events", from)? {
                        Some(next) => (next - 1).min(written),
                        None if written == i64::MAX => return Ok(()),
                        None => written,
                    },
                };
                if to <= after {
                    return Ok(());
                }
                for number in after + 1..=to {
                    take(number, Err(damaged_page()));
                }
                after = to;
            }
            done => return done,
        }
    }
}

/// The events that fit and that can be read. What cannot be is among the findings about the chain.
pub(super) fn events<T>(
    connection: &Connection,
    which: &Which<'_>,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    let mut found = Vec::new();
    each_event(connection, which, read, |_, event| found.extend(event))?;
    Ok(found)
}

/// One of a session's own events: number, run, text and detail.
pub(super) type OwnEvent = (i64, i64, String, Option<String>);

/// A session's own events, of no bout.
pub(super) fn each_of_session(
    connection: &Connection,
    session: &str,
) -> rusqlite::Result<Vec<OwnEvent>> {
    events(
        connection,
        &Which {
            columns: "id, run_id, text, detail",
            joined: "",
            condition: "session_id = ?1 AND kind = 'session' AND bout_id IS NULL",
            values: &[&session],
        },
        |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                text(row, 2)?,
                may_be_text(row, 3)?,
            ))
        },
    )
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
