//! The rows of a table in which pages are damaged: those that can be read, and where they go on.

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Row, params_from_iter};

use super::rising::rising;

use super::super::reading::{self, is_of_pages};

/// What could not be copied of a table.
#[derive(Debug, Default)]
pub(super) struct Copied {
    /// Some row.
    pub(super) is_short: bool,
    /// Some text, of rows that were: what of it is none stands as a mark.
    pub(super) has_other_texts: bool,
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
    let kinds = kinds(connection, table, columns)?;
    let mut has_other_texts = false;
    let mut keep = |row: &Row<'_>| -> rusqlite::Result<bool> {
        let mut values = Vec::with_capacity(columns.len());
        for (column, kind) in kinds.iter().enumerate() {
            let value = row.get_ref(column)?;
            if !kind.fits(value) {
                return Ok(false);
            }
            values.push(match value {
                ValueRef::Text(bytes) => {
                    let text = String::from_utf8_lossy(bytes);
                    has_other_texts |= matches!(text, std::borrow::Cow::Owned(_));
                    Value::Text(text.into_owned())
                }
                ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_) => {
                    Value::try_from(value)?
                }
            });
        }
        put.execute(params_from_iter(values)).map(|_| true)
    };
    let key = keys(connection, table)?;
    let copied = if key.is_empty() {
        by_number(connection, table, &wanted, end, keep)?
    } else {
        // Without numbers it is read from both its ends, each as far as it goes.
        let from = |order: &str| {
            let order = key.join(&format!("{order}, ")) + order;
            format!("SELECT {wanted} FROM main.{table} ORDER BY {order}")
        };
        let unique = key.join(", ");
        connection.execute_batch(&format!(
            "CREATE UNIQUE INDEX temp.{into}_once ON {into} ({unique});"
        ))?;
        let mut is_short = false;
        let is_all = from_both_ends(connection, from, |row| {
            is_short |= !keep(row)?;
            Ok(())
        })?;
        is_short |= !is_all;
        Copied {
            is_short,
            ..Copied::default()
        }
    };
    Ok(Copied {
        has_other_texts,
        ..copied
    })
}

/// What a column may hold.
struct Kind {
    declared: String,
    may_be_null: bool,
}

impl Kind {
    fn fits(&self, value: ValueRef<'_>) -> bool {
        match value {
            ValueRef::Null => self.may_be_null,
            ValueRef::Integer(_) => matches!(self.declared.as_str(), "INTEGER" | "REAL"),
            ValueRef::Real(_) => self.declared == "REAL",
            ValueRef::Text(_) => self.declared == "TEXT",
            ValueRef::Blob(_) => self.declared == "BLOB",
        }
    }
}

fn kinds(connection: &Connection, table: &str, columns: &[String]) -> rusqlite::Result<Vec<Kind>> {
    let mut kind = connection.prepare(
        "SELECT type, \"notnull\" = 0 AND pk = 0 FROM pragma_table_info(?1, 'main') WHERE name = ?2",
    )?;
    let kinds = columns.iter().map(|column| {
        kind.query_row([table, column], |row| {
            Ok(Kind {
                declared: row.get(0)?,
                may_be_null: row.get(1)?,
            })
        })
    });
    kinds.collect()
}

/// The columns by which a table without row numbers is kept; none where it has numbers.
pub(super) fn keys(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
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
    mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<bool> {
    let take = |row: &Row<'_>| take(row).map(|()| true);
    by_number(connection, table, wanted, i64::MAX - 1, take).map(|copied| copied.is_short)
}

/// Reads the rows one after the other, and behind damage from the next number on that can be found. `keep` says whether a row is one.
fn by_number(
    connection: &Connection,
    table: &str,
    wanted: &str,
    end: i64,
    mut keep: impl FnMut(&Row<'_>) -> rusqlite::Result<bool>,
) -> rusqlite::Result<Copied> {
    let place = wanted.split(", ").count();
    let (mut from, mut copied) = (1_i64, Copied::default());
    loop {
        // To look behind a number leads to the page that it stands on, to look from the next one on does not.
        let rows = format!("FROM main.{table} NOT INDEXED WHERE rowid >= {from} ORDER BY rowid");
        let mut is_true = in_order(connection, &rows, from, end)?.into_iter();
        let mut after_false = false;
        let is_whole = walk(
            connection,
            &format!("SELECT {wanted}, rowid {rows}"),
            |row| {
                if is_true.next() == Some(false) {
                    after_false = true;
                    return Ok(());
                }
                let number = row.get::<_, i64>(place)?;
                if after_false && from < number {
                    copied.lost.push((from, number - 1));
                }
                after_false = false;
                from = number.saturating_add(1);
                match keep(row) {
                    Ok(true) => Ok(()),
                    Err(error) if !is_of_pages(&error) => Err(error),
                    Ok(false) | Err(_) => {
                        copied.lost.push((number, number));
                        Ok(())
                    }
                }
            },
        )?;
        copied.is_short |= after_false || !copied.lost.is_empty();
        if is_whole {
            if after_false {
                copied.lost.push((from, i64::MAX));
            }
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

/// Of each row that is read one after the other, whether its number can be true; nothing where all are. A page may be damaged and look like one: a
/// number that is too high by a bit would hide all that come behind it, and numbers that go back would be gone over for ever.
fn in_order(
    connection: &Connection,
    rows: &str,
    from: i64,
    end: i64,
) -> rusqlite::Result<Vec<bool>> {
    let sql = format!("SELECT rowid {rows}");
    let (mut last, mut is_rising) = (from - 1, true);
    walk(connection, &sql, |row| {
        let number: i64 = row.get(0)?;
        is_rising &= last < number && number <= end;
        last = number;
        Ok(())
    })?;
    if is_rising {
        return Ok(Vec::new());
    }
    let mut numbers = Vec::new();
    walk(connection, &sql, |row| {
        let number: i64 = row.get(0)?;
        numbers.push((from..=end).contains(&number).then_some(number));
        Ok(())
    })?;
    Ok(rising(&numbers))
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

/// Hands on what can be read of a table that has no numbers, from its first row on, and where that breaks off from its last one back, so that a row may
/// come twice; says whether it did not break off. `sql` asks in an order, ` ASC` or ` DESC`.
pub(in crate::records) fn from_both_ends(
    connection: &Connection,
    sql: impl Fn(&str) -> String,
    mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<bool> {
    let is_all = walk(connection, &sql(" ASC"), &mut take)?;
    if !is_all {
        walk(connection, &sql(" DESC"), &mut take)?;
    }
    Ok(is_all)
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
