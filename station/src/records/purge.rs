//! What is older than it has to be kept, taken away: only when a person asks, never by itself.
//!
//! Promises: whole sessions go, or nothing; the chain of events stays provable over what is gone; the purge is itself an event, with who, how
//! much, and a hash that rests on what was there; nothing is left that rests on what is gone.

pub(crate) mod ranges;

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::archive::Archive;
use super::chain::EventRow;
use super::codes::word;
use super::desk::{By, DeskError, prove_to};
use super::entry::EventKind;
use super::error::RecordsError;
use super::store::Store;
use crate::clock;

/// What a purge takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Purged {
    /// How many sessions.
    pub sessions: u64,
    /// How many bouts.
    pub bouts: u64,
    /// How many events.
    pub events: u64,
    /// How many patients of whom nothing is left then.
    pub patients: u64,
    /// How many of the sessions somebody has signed.
    pub signed: u64,
    /// How many sessions before that day stay, because they are open.
    pub open_ones_stay: u64,
}

/// Which sessions go: begun before, and over.
const SELECTED: &str = "state <> 'open' AND began_wall_us < ?1";

/// Patients of whom no session stays.
const GONE_PATIENTS: &str = "SELECT pseudonym FROM patients WHERE NOT EXISTS
    (SELECT 1 FROM sessions WHERE patient = pseudonym AND NOT (state <> 'open' AND began_wall_us < ?1))";

/// Counts what goes, of sessions that began before ?1; `{gone}` are the patients of whom none stays.
const COUNTS: &str = "SELECT (SELECT count(*) FROM sessions WHERE state <> 'open' AND began_wall_us < ?1),
    (SELECT count(*) FROM bouts JOIN sessions ON sessions.id = session_id WHERE state <> 'open' AND began_wall_us < ?1),
    (SELECT count(*) FROM events JOIN sessions ON sessions.id = session_id WHERE state <> 'open' AND began_wall_us < ?1)
    + (SELECT count(*) FROM events WHERE session_id IS NULL AND kind IN ('looked', 'exported', 'identity')
      AND json_extract(detail, '$.patient') IN ({gone})),
    (SELECT count(*) FROM patients WHERE pseudonym IN ({gone})),
    (SELECT count(*) FROM sessions WHERE state = 'open' AND began_wall_us < ?1),
    (SELECT count(*) FROM sessions WHERE state <> 'open' AND began_wall_us < ?1 AND id IN (SELECT session_id FROM signatures))";

/// Which events go: of the sessions, and of who the patients are.
const EVENTS: &str = "(session_id IN (SELECT id FROM purged) OR (session_id IS NULL AND kind IN ('looked', 'exported', 'identity')
    AND json_extract(detail, '$.patient') IN (SELECT pseudonym FROM purged_patients)))";

/// Tables whose rows go where nothing that stays names them any more. What names a session or a bout directly is found by its foreign keys.
const LEFT_OVER: [&str; 3] = [
    "DELETE FROM learned_compared WHERE bout_id NOT IN (SELECT bout_id FROM learned)",
    "DELETE FROM prescriptions WHERE NOT EXISTS (SELECT 1 FROM bouts WHERE prescription_id = prescriptions.id
       AND prescription_version = prescriptions.version AND prescription_sha256 = prescriptions.sha256)",
    "DELETE FROM texts WHERE sha256 NOT IN (SELECT configuration_sha256 FROM bouts UNION SELECT rules_sha256 FROM bouts)",
];

/// What a purge would take away.
///
/// # Errors
/// Where the file cannot be read.
pub fn foresee(archive: &Archive, before_wall_us: i64) -> Result<Purged, RecordsError> {
    archive.read(|connection| counted(connection, before_wall_us))
}

fn counted(connection: &Connection, before_wall_us: i64) -> rusqlite::Result<Purged> {
    let counts = COUNTS.replace("{gone}", GONE_PATIENTS);
    connection.query_row(&counts, [before_wall_us], |row| {
        let count = |column| super::reading::count(row, column);
        Ok(Purged {
            sessions: count(0)?,
            bouts: count(1)?,
            events: count(2)?,
            patients: count(3)?,
            open_ones_stay: count(4)?,
            signed: count(5)?,
        })
    })
}

/// What a person wants to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// What began before this wall time, in microseconds since 1970, UTC.
    pub before_wall_us: i64,
    /// As many sessions as the person has seen that there are.
    pub confirmed: u64,
    /// Also what somebody has signed.
    pub with_signed: bool,
}

/// Takes away the sessions that began before that wall time and are over, where there are as many as a person has seen that there are, and
/// whoever does it proves to be of the staff.
///
/// # Errors
/// [`RecordsError::InUse`] while a gym writes; [`RecordsError::PurgeDiffers`] where there are more or fewer sessions;
/// [`RecordsError::PurgeSigned`] where some are signed and that was not asked for; where the id or the secret is wrong, or the file cannot be
/// written. No session has gone then.
pub fn purge(path: &Path, by: &By, secret: &str, wanted: Wanted) -> Result<Purged, DeskError> {
    let before_wall_us = wanted.before_wall_us;
    // Reading first: a file that is not there is not made, and one that stays as it is is not opened for writing.
    agreed(foresee(&Archive::open(path)?, before_wall_us)?, wanted)?;
    let who = prove_to(path, by, secret, "to purge sessions")?;
    let mut store = Store::open_for_writing(path)?;
    let there = counted(&store.connection, before_wall_us)
        .map_err(|error| store.failed("read", error))
        .and_then(|there| agreed(there, wanted))?;
    if there.sessions > 0 {
        take_away(&mut store.connection, before_wall_us, there, &who)
            .map_err(|error| store.failed("purged", error))?;
    }
    Ok(there)
}

/// As many sessions go as a person has seen that there are, and signed ones only where that was said.
fn agreed(there: Purged, wanted: Wanted) -> Result<Purged, RecordsError> {
    if there.sessions != wanted.confirmed {
        return Err(RecordsError::PurgeDiffers {
            found: there.sessions,
            confirmed: wanted.confirmed,
        });
    }
    if there.signed > 0 && !wanted.with_signed {
        return Err(RecordsError::PurgeSigned {
            signed: there.signed,
            of: there.sessions,
        });
    }
    Ok(there)
}

/// Who purges: in words, and as the fields of an event's detail.
type Who = (String, Map<String, Value>);

fn take_away(
    connection: &mut Connection,
    before_wall_us: i64,
    there: Purged,
    who: &Who,
) -> rusqlite::Result<()> {
    // What is deleted is overwritten, and keys are checked once, at the end, over everything.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "foreign_keys", false)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(
        "CREATE TEMP TABLE purged (id TEXT PRIMARY KEY); CREATE TEMP TABLE purged_patients (pseudonym TEXT PRIMARY KEY)",
    )?;
    transaction.execute(
        &format!("INSERT INTO purged_patients {GONE_PATIENTS}"),
        [before_wall_us],
    )?;
    transaction.execute(
        &format!("INSERT INTO purged SELECT id FROM sessions WHERE {SELECTED}"),
        [before_wall_us],
    )?;
    let ranges = ranges::to_purge(&transaction)?;
    let event = tell(&transaction, before_wall_us, there, &ranges, who)?;
    ranges::write(&transaction, &ranges, event)?;
    let guards = lift_guards(&transaction)?;
    delete(&transaction)?;
    transaction.execute_batch(&guards)?;
    transaction.execute_batch("DROP TABLE temp.purged; DROP TABLE temp.purged_patients")?;
    let broken = transaction
        .prepare("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1")?
        .query_map([], |row| row.get::<_, String>(0))?
        .next()
        .transpose()?;
    if let Some(table) = broken {
        return Err(rusqlite::Error::ToSqlConversionFailure(Box::new(
            LeftBehind(table),
        )));
    }
    transaction.commit()?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What earlier changes left in the gaps of pages goes only when every page is written anew.
    connection.execute_batch("VACUUM")?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

/// Rows rest on a session that is to go.
#[derive(Debug, thiserror::Error)]
#[error("rows of {0} rest on what was to be purged; nothing was purged")]
struct LeftBehind(String);

/// The purge as an event of the chain; its number.
fn tell(
    transaction: &Transaction<'_>,
    before_wall_us: i64,
    there: Purged,
    ranges: &[ranges::Range],
    (words, fields): &Who,
) -> rusqlite::Result<i64> {
    let wall_us = clock::wall_micros();
    transaction.execute(
        "INSERT INTO runs (software, clock_rate, began_wall_us, ended_wall_us, kind) VALUES (?1, 1, ?2, ?2, 'purge')",
        params![super::SOFTWARE, wall_us],
    )?;
    let mut detail = fields.clone();
    for (name, value) in [
        ("before_wall_us", json!(before_wall_us)),
        ("sessions", json!(there.sessions)),
        ("signed", json!(there.signed)),
        ("bouts", json!(there.bouts)),
        ("events", json!(there.events)),
        ("sha256", json!(ranges::hash(ranges))),
    ] {
        detail.insert(name.to_owned(), value);
    }
    EventRow {
        run: transaction.last_insert_rowid(),
        wall_us,
        kind: word(&EventKind::Purge),
        text: format!(
            "{words} purged {} sessions with {} bouts and {} events{}",
            there.sessions,
            there.bouts,
            there.events,
            match there.signed {
                0 => String::new(),
                signed => format!("; {signed} of the sessions were signed"),
            }
        ),
        detail: Some(Value::Object(detail).to_string()),
        ..EventRow::default()
    }
    .append(transaction)
}

/// Drops the triggers that forbid deleting, for the length of the transaction; what makes them again.
fn lift_guards(transaction: &Transaction<'_>) -> rusqlite::Result<String> {
    let guards: Vec<(String, String)> = transaction
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND sql LIKE '%BEFORE DELETE%'")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut again = String::new();
    for (name, sql) in guards {
        transaction.execute_batch(&format!("DROP TRIGGER \"{name}\""))?;
        again.push_str(&sql);
        again.push_str(";\n");
    }
    Ok(again)
}

/// Deletes what names the sessions or their bouts by a foreign key, then the sessions, then what nothing names any more.
fn delete(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute(&format!("DELETE FROM events WHERE {EVENTS}"), [])?;
    for (of, gone) in [
        (
            "bouts",
            "SELECT id FROM bouts WHERE session_id IN (SELECT id FROM purged)",
        ),
        ("sessions", "SELECT id FROM purged"),
    ] {
        for (table, column) in naming(transaction, of)? {
            // The bouts themselves are needed until the last of their rows is gone.
            if table == "bouts" {
                continue;
            }
            transaction.execute(
                &format!("DELETE FROM \"{table}\" WHERE \"{column}\" IN ({gone})"),
                [],
            )?;
        }
    }
    transaction.execute(
        "DELETE FROM bouts WHERE session_id IN (SELECT id FROM purged)",
        [],
    )?;
    transaction.execute(
        "DELETE FROM sessions WHERE id IN (SELECT id FROM purged)",
        [],
    )?;
    for left_over in LEFT_OVER {
        transaction.execute(left_over, [])?;
    }
    let still_named: Vec<String> = naming(transaction, "patients")?
        .into_iter()
        .map(|(table, column)| {
            format!("NOT EXISTS (SELECT 1 FROM \"{table}\" WHERE \"{column}\" = pseudonym)")
        })
        .collect();
    transaction.execute(
        &format!("DELETE FROM patients WHERE {}", still_named.join(" AND ")),
        [],
    )?;
    // An earlier version took a pseudonym in lower case too.
    transaction.execute(
        "DELETE FROM identities WHERE pseudonym NOT IN (SELECT pseudonym FROM patients)
         AND EXISTS (SELECT 1 FROM purged_patients AS gone WHERE gone.pseudonym = identities.pseudonym COLLATE NOCASE)",
        [],
    )?;
    Ok(())
}

/// Which tables name rows of that one, by which column.
fn naming(transaction: &Transaction<'_>, named: &str) -> rusqlite::Result<Vec<(String, String)>> {
    transaction
        .prepare(
            "SELECT tables.name, keys.\"from\" FROM sqlite_schema AS tables, pragma_foreign_key_list(tables.name) AS keys
             WHERE tables.type = 'table' AND keys.\"table\" = ?1",
        )?
        .query_map([named], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

#[cfg(test)]
mod tests;
