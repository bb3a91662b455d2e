//! Whether a table is what its indexes say, and whether each of its rows is one that this program writes.
//!
//! A page that a disk lost without a trace, or a bit that it turned, may look sound: an index then leads to fewer rows than there are, or to others,
//! and nothing that is read fails. Only who holds each row against each index sees that.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::super::reading::{self, is_of_pages};
use super::{OF_SECONDS, TABLES, events, is_there};

/// A table of so many rows is held against its indexes whenever a record is opened: two microseconds a row. Of one that has more it is counted whether
/// they lead to as many as there are.
const AT_OPENING: u32 = 50_000;

/// So many events, of which there are more and which take less; those of each session of more are counted as it is read.
const EVENTS_AT_OPENING: u32 = 100_000;

/// A row of packed seconds has some kilobytes.
const OF_SECONDS_AT_OPENING: u32 = 20_000;

/// Whether something that leads to rows leads to others than there are, as far as that is looked at whenever a record is opened.
pub(super) fn is_any_misled(connection: &Connection) -> bool {
    let is_misled = |table: &str, most: u32, of_more: fn(&Connection, &str) -> bool| {
        if !matches!(is_there(connection, table), Ok(true)) {
            return false;
        }
        match has_more(connection, table, most) {
            Ok(false) => !is_whole(connection, table),
            Ok(true) => of_more(connection, table),
            Err(error) => is_of_pages(&error),
        }
    };
    TABLES
        .iter()
        .any(|table| is_misled(table, AT_OPENING, is_short))
        // Of more it is asked where some of a session are missing: to count them is to go over pages with what is packed.
        || OF_SECONDS
            .iter()
            .any(|(table, _)| is_misled(table, OF_SECONDS_AT_OPENING, |_, _| false))
        || match has_more(connection, "events", EVENTS_AT_OPENING) {
            Ok(false) => !is_whole(connection, "events"),
            Ok(true) => events::are_alarms_hidden(connection),
            Err(error) => is_of_pages(&error),
        }
}

/// Whether pages, rows and indexes of a table fit each other.
pub(in crate::records) fn is_whole(connection: &Connection, table: &str) -> bool {
    let said = connection.query_row(
        &format!("PRAGMA main.integrity_check('{table}')"),
        [],
        |row| row.get::<_, String>(0),
    );
    said.is_ok_and(|said| said == "ok")
}

/// Whether every text of a table is one: SQLite itself takes any bytes for a text.
pub(super) fn has_texts(connection: &Connection, table: &str) -> bool {
    let is_text = |row: &Row<'_>, column: usize| {
        let value = row.get_ref(column)?;
        Ok::<_, rusqlite::Error>(match value {
            ValueRef::Text(bytes) => std::str::from_utf8(bytes).is_ok(),
            ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_) => true,
        })
    };
    let look = || -> rusqlite::Result<bool> {
        let mut statement =
            connection.prepare(&format!("SELECT * FROM main.{table} NOT INDEXED"))?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                if !is_text(row, column)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    };
    look().unwrap_or(false)
}

fn has_more(connection: &Connection, table: &str, most: u32) -> rusqlite::Result<bool> {
    // These are numbered one after the other, and to count them is to go over what is packed. Where some were purged the last number is higher.
    if table == "sample_blocks" {
        let sql = "SELECT coalesce(max(id), 0) > ?1 FROM main.sample_blocks";
        return connection.query_row(sql, [most], |row| row.get(0));
    }
    connection.query_row(
        &format!("SELECT count(*) > ?1 FROM (SELECT 1 FROM main.{table} NOT INDEXED LIMIT ?1 + 1)"),
        [most],
        |row| row.get(0),
    )
}

/// Whether an index of a table has more or fewer entries than there are rows, or one of them cannot be read. Counting costs no more than to go
/// over their pages.
fn is_short(connection: &Connection, table: &str) -> bool {
    let short = || -> rusqlite::Result<bool> {
        let differs: Vec<String> = indexes(connection, table)?
            .into_iter()
            .map(|(index, first)| {
                format!(
                    "there <> (SELECT count(coalesce({first}, 0)) FROM main.{table} INDEXED BY {index})"
                )
            })
            .collect();
        if differs.is_empty() {
            return Ok(false);
        }
        // In one statement, as a gym may be writing.
        let differs = differs.join(" OR ");
        connection.query_row(
            &format!(
                "WITH rows AS MATERIALIZED (SELECT count(*) AS there FROM main.{table} NOT INDEXED) SELECT {differs} FROM rows"
            ),
            [],
            |row| row.get(0),
        )
    };
    match short() {
        Err(error) => is_of_pages(&error),
        Ok(differs) => differs,
    }
}

/// Whether an index of the table names more rows than were found: a page that a disk lost without a trace looks empty and sound.
pub(super) fn are_more_named(connection: &Connection, table: &str) -> rusqlite::Result<bool> {
    let found: i64 =
        connection.query_row(&format!("SELECT count(*) FROM temp.{table}"), [], |row| {
            row.get(0)
        })?;
    for (index, first) in indexes(connection, table)? {
        let named = connection.query_row(
            &format!("SELECT count({first}) FROM main.{table} INDEXED BY {index} WHERE {first} IS NOT NULL"),
            [],
            |row| row.get::<_, i64>(0),
        );
        if named.is_ok_and(|named| named > found) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether an index leads to a row by another value than the row has: one of both is damaged, and nobody knows which.
pub(super) fn is_any_led_otherwise(connection: &Connection, table: &str) -> rusqlite::Result<bool> {
    for (index, _) in indexes(connection, table)? {
        let columns: Vec<String> = reading::rows(
            connection,
            "SELECT name FROM pragma_index_info(?1, 'main') WHERE name IS NOT NULL ORDER BY seqno",
            [&index],
            |row| row.get(0),
        )?;
        let differs: Vec<String> = columns
            .iter()
            .map(|column| format!("own.{column} IS NOT entry.{column}"))
            .collect();
        let (columns, differs) = (columns.join(", "), differs.join(" OR "));
        let otherwise = connection.query_row(
            &format!(
                "SELECT EXISTS (SELECT 1 FROM (SELECT {columns}, rowid AS place FROM main.{table} INDEXED BY {index}) AS entry
                 CROSS JOIN main.{table} AS own NOT INDEXED ON own.rowid = entry.place WHERE {differs})"
            ),
            [],
            |row| row.get::<_, bool>(0),
        );
        match otherwise {
            // A page of it is lost, or a table without numbers has no such entries.
            Err(_) | Ok(false) => {}
            Ok(true) => return Ok(true),
        }
    }
    Ok(false)
}

/// The indexes of a table that have an entry for each row, each with its first column.
fn indexes(connection: &Connection, table: &str) -> rusqlite::Result<Vec<(String, String)>> {
    reading::rows(
        connection,
        "SELECT own.name, first.name FROM pragma_index_list(?1, 'main') AS own JOIN pragma_index_info(own.name, 'main') AS first
         WHERE own.partial = 0 AND first.seqno = 0",
        [table],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}
