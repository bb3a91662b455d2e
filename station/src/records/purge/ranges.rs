//! Ranges of events that a purge took away: what joins the chain over them, and that they are what the purge told.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use super::super::audit::Finding;
use super::super::chain::{Hash, Hex};
use super::super::reading::{is_of_pages, rows};

/// Events that are gone, from the first to the last. `last_hash` rests on the content of all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) previous_hash: Hash,
    pub(crate) last_hash: Hash,
}

/// Every range, by its first event.
pub(crate) fn ranges(connection: &Connection) -> rusqlite::Result<BTreeMap<i64, Range>> {
    connection
        .prepare("SELECT first_event, last_event, previous_hash, last_hash FROM purged_events")?
        .query_map([], |row| Ok((row.get(0)?, read(row)?)))?
        .collect()
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Range> {
    Ok(Range {
        first: row.get(0)?,
        last: row.get(1)?,
        previous_hash: row.get(2)?,
        last_hash: row.get(3)?,
    })
}

/// The hash that the event of a purge carries: over all its ranges, in order, in hexadecimal digits.
pub(super) fn hash(ranges: &[Range]) -> String {
    let mut sum = Sha256::new();
    for range in ranges {
        sum.update(range.first.to_le_bytes());
        sum.update(range.last.to_le_bytes());
        sum.update(range.previous_hash);
        sum.update(range.last_hash);
    }
    let whole: Hash = sum.finalize().into();
    Hex(&whole).to_string()
}

/// Whether each purge took away what its event tells.
pub(crate) fn check(connection: &Connection) -> rusqlite::Result<Vec<Finding>> {
    let purges: Vec<i64> = rows(
        connection,
        "SELECT DISTINCT purge_event FROM purged_events ORDER BY purge_event",
        [],
        |row| row.get(0),
    )?;
    let mut findings = Vec::new();
    for event in purges {
        let told: rusqlite::Result<Vec<Option<String>>> = rows(
            connection,
            "SELECT json_extract(detail, '$.sha256') FROM events WHERE id = ?1 AND kind = 'purge'",
            [event],
            |row| row.get(0),
        );
        let told = match told {
            // That the event cannot be read is a finding of the chain.
            Err(error) if is_of_pages(&error) => continue,
            told => told?.into_iter().flatten().next(),
        };
        let ranges: Vec<Range> = connection
            .prepare_cached(
                "SELECT first_event, last_event, previous_hash, last_hash FROM purged_events WHERE purge_event = ?1 ORDER BY first_event",
            )?
            .query_map([event], read)?
            .collect::<rusqlite::Result<_>>()?;
        if told.as_deref() != Some(hash(&ranges).as_str()) {
            findings.push(Finding::Purge { event });
        }
    }
    Ok(findings)
}

/// The ranges of the events of the sessions and patients in the temporary tables of the purge.
pub(super) fn to_purge(connection: &Connection) -> rusqlite::Result<Vec<Range>> {
    let mut found: Vec<Range> = Vec::new();
    let mut statement = connection.prepare(&format!(
        "SELECT id, id, previous_hash, hash FROM events WHERE {} ORDER BY id",
        super::EVENTS
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let event = read(row)?;
        match found.last_mut() {
            Some(range) if range.last.checked_add(1) == Some(event.first) => {
                range.last = event.last;
                range.last_hash = event.last_hash;
            }
            _ => found.push(event),
        }
    }
    Ok(found)
}

/// Writes the ranges of a purge that the event of that number tells of.
pub(super) fn write(
    connection: &Connection,
    ranges: &[Range],
    purge_event: i64,
) -> rusqlite::Result<()> {
    let mut statement =
        connection.prepare("INSERT INTO purged_events VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for range in ranges {
        statement.execute(params![
            range.first,
            range.last,
            range.previous_hash,
            range.last_hash,
            purge_event
        ])?;
    }
    Ok(())
}
