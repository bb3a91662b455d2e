//! What a gym that did not end well left open in the record: marked as interrupted, and handed to the next gym, which may offer to go on.

use protocols::vocabulary::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::chain::EventRow;
use super::entry::{Anchor, CoreState, EventKind, JournalHeader};
use super::identity::{BoutId, SessionId};
use super::packing;
use super::sums::{SUMS, Sums};
use super::writer::us;
use super::{codes, reading, told};

/// A session that was open when its gym was lost.
#[derive(Debug, Clone, PartialEq)]
pub struct Interrupted {
    /// Which.
    pub session: SessionId,
    /// The patient's pseudonym.
    pub patient: String,
    /// Whether its machines were virtual.
    pub is_virtual: bool,
    /// Wall time of the last thing that was recorded of it, in microseconds since 1970, UTC.
    pub last_wall_micros: i64,
    /// Its last bout, where it had not ended and what was written of it can be read.
    pub bout: Option<InterruptedBout>,
}

/// A bout that was under way when its gym was lost.
#[derive(Debug, Clone, PartialEq)]
pub struct InterruptedBout {
    /// Which.
    pub bout: BoutId,
    /// The station's number.
    pub station: u8,
    /// The machine's protocol.
    pub protocol: String,
    /// The prescription's id and version.
    pub prescription: (String, u32),
    /// What it began with. Its texts are left empty.
    pub header: JournalHeader,
    /// The last state that was written down, and when, in the time of the gym that was lost; the header's own where there was none.
    pub last_state: (Timestamp, CoreState),
}

struct Found {
    session: SessionId,
    patient: String,
    is_virtual: bool,
    /// The last run that had it open.
    run: i64,
    began_wall_us: i64,
}

/// Marks every open session as interrupted and says which they are.
///
/// # Errors
/// What the store said; nothing is marked then.
pub(super) fn mark_interrupted(
    connection: &mut Connection,
    run: i64,
    began: Anchor,
) -> rusqlite::Result<Vec<Interrupted>> {
    let (at_us, wall_us) = (us(began.at), began.wall_micros);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut interrupted = Vec::new();
    for found in open_sessions(&transaction)? {
        let id = found.session.as_str();
        let last_us = last_heard(&transaction, id, found.run)?;
        let last_wall = last_us
            .map(|last_us| wall_of(&transaction, found.run, last_us))
            .transpose()?
            .flatten()
            .unwrap_or(found.began_wall_us);
        let bout = match open_bout(&transaction, found.session) {
            // Written by another version, or damaged: the session is interrupted all the same, and nothing goes on from there.
            Err(error) if is_unreadable(&error) => None,
            found => found?,
        };
        let until_us = until(
            &transaction,
            found.run,
            last_us,
            wall_us.saturating_sub(last_wall),
        )?;
        mark_what_is_not_there(&transaction, &found, (last_us, until_us))?;
        transaction.execute(
            "UPDATE sessions SET state = 'interrupted', ended_us = ?2, ended_wall_us = ?3, end_reason = 'interrupted' WHERE id = ?1",
            params![id, last_us, last_wall],
        )?;
        transaction.execute(
            "UPDATE bouts SET ended_us = ?2 WHERE session_id = ?1 AND ended_us IS NULL",
            params![id, last_us],
        )?;
        EventRow {
            session: Some(id.to_owned()),
            run,
            at_us,
            wall_us,
            kind: codes::word(&EventKind::Session),
            text: told::FOUND_OPEN.to_owned(),
            detail: Some(
                serde_json::json!({
                    "last_us": last_us,
                    "of_run": found.run,
                    (told::UNTIL): until_us,
                    (SUMS): Sums::detail(&transaction, id, found.run),
                })
                .to_string(),
            ),
            ..EventRow::default()
        }
        .append(&transaction)?;
        interrupted.push(Interrupted {
            session: found.session,
            patient: found.patient,
            is_virtual: found.is_virtual,
            last_wall_micros: last_wall,
            bout,
        });
    }
    transaction.commit()?;
    Ok(interrupted)
}

/// Whether a value is not what this version writes there, where the store itself is sound.
const fn is_unreadable(error: &rusqlite::Error) -> bool {
    matches!(
        error,
        rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::QueryReturnedNoRows
    )
}

/// When the next gym began, on the clock of the one that was lost: so long after its last as by the wall, as fast as its time ran.
fn until(
    connection: &Connection,
    run: i64,
    last_us: Option<i64>,
    since_wall_us: i64,
) -> rusqlite::Result<i64> {
    let rate: i64 =
        connection.query_row("SELECT clock_rate FROM runs WHERE id = ?1", [run], |row| {
            row.get(0)
        })?;
    let since = since_wall_us.max(0).saturating_mul(rate.max(1));
    Ok(last_us.unwrap_or_default().saturating_add(since))
}

/// What the lost gym did after the last that it wrote is not in the record, nor what its machines did until the next gym began, and nobody knows
/// how much that was: a row says so. A gym whose disk was full to its end leaves the same behind as one that was killed.
fn mark_what_is_not_there(
    connection: &Connection,
    found: &Found,
    (last_us, until_us): (Option<i64>, i64),
) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO gaps (session_id, bout_id, run_id, what, from_us, to_us, lost, reason)
         VALUES (?1, (SELECT id FROM bouts WHERE session_id = ?1 AND ended_us IS NULL ORDER BY number DESC LIMIT 1),
         ?2, 'journal', ?3, ?4, 0, ?5)",
        params![
            found.session.as_str(),
            found.run,
            last_us.unwrap_or_default(),
            until_us,
            told::LOST
        ],
    )?;
    Ok(())
}

fn open_sessions(connection: &Connection) -> rusqlite::Result<Vec<Found>> {
    connection
        .prepare(
            "SELECT id, patient, kind, max(run_id, coalesce((SELECT max(run_id) FROM bouts WHERE session_id = sessions.id), 0)),
             began_wall_us FROM sessions WHERE state = 'open' ORDER BY began_wall_us",
        )?
        .query_map([], |row| {
            Ok(Found {
                session: reading::session_id(row, 0)?,
                patient: row.get(1)?,
                is_virtual: row.get::<_, String>(2)? == "virtual",
                run: row.get(3)?,
                began_wall_us: row.get(4)?,
            })
        })?
        .collect()
}

/// The last instant of which anything of the session stands in the record, in the time of its last run.
fn last_heard(connection: &Connection, session: &str, run: i64) -> rusqlite::Result<Option<i64>> {
    connection.query_row(
        "SELECT max(last) FROM (
           SELECT max(at_us) AS last FROM events WHERE session_id = ?1 AND run_id = ?2
           UNION ALL SELECT max(last_us) FROM journal_blocks JOIN bouts ON bouts.id = bout_id WHERE session_id = ?1 AND run_id = ?2
           UNION ALL SELECT max(at_us) FROM samples JOIN bouts ON bouts.id = bout_id WHERE session_id = ?1 AND run_id = ?2)",
        params![session, run],
        |row| row.get(0),
    )
}

/// Wall time of an instant of a run, by the last pair of clocks before it.
pub(super) fn wall_of(
    connection: &Connection,
    run: i64,
    at_us: i64,
) -> rusqlite::Result<Option<i64>> {
    connection
        .query_row(
            "SELECT wall_us + (?2 - at_us) / clock_rate FROM clock_anchors JOIN runs ON runs.id = run_id
             WHERE run_id = ?1 ORDER BY at_us <= ?2 DESC, abs(?2 - at_us) LIMIT 1",
            params![run, at_us],
            |row| row.get(0),
        )
        .optional()
}

fn open_bout(
    connection: &Connection,
    session: SessionId,
) -> rusqlite::Result<Option<InterruptedBout>> {
    let found = connection
        .query_row(
            "SELECT id, number, station, protocol, prescription_id, prescription_version, header_zstd, began_us FROM bouts
             WHERE session_id = ?1 AND ended_us IS NULL ORDER BY number DESC LIMIT 1",
            [session.as_str()],
            |row| {
                let header: JournalHeader = reading::header(row, 6)?;
                Ok((
                    row.get::<_, i64>(0)?,
                    InterruptedBout {
                        bout: BoutId {
                            session,
                            number: row.get(1)?,
                        },
                        station: row.get(2)?,
                        protocol: row.get(3)?,
                        prescription: (row.get(4)?, row.get(5)?),
                        last_state: (reading::timestamp(row, 7)?, header.state.clone()),
                        header,
                    },
                ))
            },
        )
        .optional()?;
    let Some((row, mut bout)) = found else {
        return Ok(None);
    };
    let last = connection
        .query_row(
            "SELECT at_us, block FROM checkpoints WHERE bout_id = ?1 ORDER BY block DESC LIMIT 1",
            [row],
            |row| Ok((reading::timestamp(row, 0)?, row.get::<_, u32>(1)?)),
        )
        .optional()?;
    if let Some((at, block)) = last {
        bout.last_state = (at, packing::read_state(connection, row, block)?);
    }
    Ok(Some(bout))
}
