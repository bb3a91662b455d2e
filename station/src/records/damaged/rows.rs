//! The rows of a table in which pages are damaged: those that can be read, and where they go on.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::super::reading::{self, damaged_page, is_of_pages};

/// What could not be copied of a table.
#[derive(Debug, Default)]
pub(super) struct Copied {
    /// Some row.
    pub(super) is_short: bool,
    /// The numbers of rows that stood where it is damaged, from and to, in order: all that may have been. None of a table without numbers.
    pub(super) lost: Vec<(i64, i64)>,
}

/// Copies every row that can be read in its place, of a table with numbers up to an end; says which could not be.
pub(super) fn copy(
    connection: &Connection,
    table: &str,
    into: &str,
    columns: &[String],
    end: i64,
) -> rusqlite::Result<Copied> {
    let wanted = columns.join(", ");
    let places = vec!["?"; columns.len()].join(", ");
    let mut put = connection.prepare(&format!(
        "INSERT OR IGNORE INTO temp.{into} ({wanted}) VALUES ({places})"
    ))?;
    let mut keep = |row: &Row<'_>| -> rusqlite::Result<()> {
        let values = (0..columns.len())
            .map(|column| row.get::<_, Value>(column))
            .collect::<rusqlite::Result<Vec<_>>>()?;
        put.execute(params_from_iter(values)).map(|_| ())
    };
    let key = keys(connection, table)?;
    if key.is_empty() {
        return by_number(connection, table, &wanted, end, keep);
    }
    // Without numbers it is read from both its ends, each as far as it goes.
    let from = |order: &str| {
        let order = key.join(&format!("{order}, ")) + order;
        format!("SELECT {wanted} FROM main.{table} ORDER BY {order}")
    };
    let unique = key.join(", ");
    connection.execute_batch(&format!(
        "CREATE UNIQUE INDEX temp.{into}_once ON {into} ({unique});"
    ))?;
    if walk(connection, &from(" ASC"), &mut keep)? {
        return Ok(Copied::default());
    }
    walk(connection, &from(" DESC"), &mut keep)?;
    Ok(Copied {
        is_short: true,
        lost: Vec::new(),
    })
}

/// The columns by which a table without row numbers is kept; none where it has numbers.
fn keys(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    if connection
        .prepare(&format!("SELECT rowid FROM main.{table}"))
        .is_ok()
    {
        return Ok(Vec::new());
    }
    reading::rows(
        connection,
        "SELECT name FROM pragma_table_info(?1, 'main') WHERE pk > 0 ORDER BY pk",
        [table],
        |row| row.get(0),
    )
}

/// Hands on every row of a table with numbers that can be read in its place; says whether one could not be.
pub(in crate::records) fn each_row(
    connection: &Connection,
    table: &str,
    wanted: &str,
    take: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<bool> {
    by_number(connection, table, wanted, i64::MAX - 1, take).map(|copied| copied.is_short)
}

/// Reads the rows one after the other, and behind damage from the next number on that can be found.
fn by_number(
    connection: &Connection,
    table: &str,
    wanted: &str,
    end: i64,
    mut keep: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<Copied> {
    let place = wanted.split(", ").count();
    let (mut from, mut copied) = (1_i64, Copied::default());
    loop {
        // To look behind a number leads to the page that it stands on, to look from the next one on does not.
        let sql = format!(
            "SELECT {wanted}, rowid FROM main.{table} NOT INDEXED WHERE rowid >= {from} ORDER BY rowid"
        );
        let is_whole = walk(connection, &sql, |row| {
            let number = row.get::<_, i64>(place)?;
            // A page may be damaged and look like one: numbers that go back would be gone over for ever, and one that was never written would
            // hide all between.
            if number < from || number > end {
                return Err(damaged_page());
            }
            from = number.saturating_add(1);
            keep(row)
        })?;
        if is_whole {
            return Ok(copied);
        }
        copied.is_short = true;
        let (first, next) = match next_number(connection, table, from)? {
            // It was never written: the page looks like one and is none.
            Next::Row(number) if number > end => (from, from.saturating_add(1)),
            // It stands there, and what it holds cannot be read.
            Next::Row(number) => (number.max(from), number.max(from).saturating_add(1)),
            Next::None => (from, i64::MAX),
            Next::Damaged => (from, behind(connection, table, from)?.unwrap_or(i64::MAX)),
        };
        copied.lost.push((first, next.saturating_sub(1)));
        if next > end {
            return Ok(copied);
        }
        from = next;
    }
}

/// What stands at a number or next behind it.
pub(in crate::records) enum Next {
    Row(i64),
    None,
    /// A damaged page stands in the way.
    Damaged,
}

pub(in crate::records) fn next_number(
    connection: &Connection,
    table: &str,
    from: i64,
) -> rusqlite::Result<Next> {
    let found = reading::rows(
        connection,
        &format!(
            "SELECT rowid FROM main.{table} NOT INDEXED WHERE rowid >= ?1 ORDER BY rowid LIMIT 1"
        ),
        [from],
        |row| row.get(0),
    );
    match found {
        Err(error) if is_of_pages(&error) => Ok(Next::Damaged),
        found => Ok(found?.first().copied().map_or(Next::None, Next::Row)),
    }
}

/// The first number after one that leads to a damaged page that leads to none, by ever longer steps and then by halves: between the numbers of
/// two rows there may be millions.
pub(in crate::records) fn behind(
    connection: &Connection,
    table: &str,
    damaged: i64,
) -> rusqlite::Result<Option<i64>> {
    let leads_on = |number: i64| {
        let next = next_number(connection, table, number)?;
        Ok::<_, rusqlite::Error>(!matches!(next, Next::Damaged))
    };
    let (mut low, mut step) = (damaged, 1_i64);
    let mut high = loop {
        let Some(next) = low.checked_add(step) else {
            return Ok(None);
        };
        if leads_on(next)? {
            break next;
        }
        low = next;
        step = step.saturating_mul(2);
    };
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if leads_on(middle)? {
            high = middle;
        } else {
            low = middle;
        }
    }
    Ok(Some(high))
}

/// Hands on what can be read; says whether that was all.
pub(super) fn walk(
    connection: &Connection,
    sql: &str,
    mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<bool> {
    let mut go = || -> rusqlite::Result<()> {
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            take(row)?;
        }
        Ok(())
    };
    match go() {
        Err(error) if is_of_pages(&error) => Ok(false),
        outcome => outcome.map(|()| true),
    }
}
