//! What the event of a session's end tells of the rows that stand beside the chain: how many seconds each bout has, how much went over its
//! wires, how often both clocks were read, each with a sum over all of it.
//!
//! Promises: what was changed, added or taken away after a session's end is found, packed or not. Where an earlier version recorded the session
//! its events carry none of this, and nothing is proved then. Deliberately absent: what was changed while the session went on.

use std::collections::BTreeMap;

use rusqlite::{Connection, Params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::chain::{Hex, Sum};
use super::reading;
use super::samples::{self, SampleRow};
use super::told;

/// Where an event's detail has them.
pub(super) const SUMS: &str = "sums";

/// So many rows, and a sum over them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counted {
    pub(super) count: i64,
    sha256: String,
}

/// The rows of a bout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OfBout {
    bout: u16,
    /// `None` where some could not be read any more at the session's end.
    pub(super) seconds: Option<Counted>,
    pub(super) wire: Counted,
}

/// The rows of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sums {
    bouts: Vec<OfBout>,
    /// Of the run that the session ended in, up to then.
    clock: Counted,
}

impl Counted {
    fn of(count: i64, sum: Sum) -> Self {
        Self {
            count,
            sha256: Hex(&sum.finish()).to_string(),
        }
    }

    pub(super) fn of_seconds(rows: &[SampleRow]) -> Self {
        let mut sum = Sum::default();
        for row in rows {
            row.add_to(&mut sum);
        }
        Self::of(i64::try_from(rows.len()).unwrap_or(i64::MAX), sum)
    }

    pub(super) fn of_wire(connection: &Connection, bout: i64) -> rusqlite::Result<Self> {
        Self::of_rows(
            connection,
            "SELECT device, block, piece, whole, protocol, settings, first_us, last_us, records, data FROM wire_blocks
             WHERE bout_id = ?1 ORDER BY device, block, piece",
            [bout],
        )
    }

    /// Of the first so many readings of a run.
    pub(super) fn of_clock(connection: &Connection, run: i64, most: i64) -> rusqlite::Result<Self> {
        Self::of_rows(
            connection,
            "SELECT at_us, wall_us FROM clock_anchors WHERE run_id = ?1 ORDER BY rowid LIMIT ?2",
            [run, most],
        )
    }

    fn of_rows(connection: &Connection, sql: &str, values: impl Params) -> rusqlite::Result<Self> {
        let mut sum = Sum::default();
        let mut count = 0;
        let mut statement = connection.prepare_cached(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query(values)?;
        while let Some(row) = rows.next()? {
            sum.row(row, columns)?;
            count += 1;
        }
        Ok(Self::of(count, sum))
    }
}

impl Sums {
    /// Of a session whose last run is that one, as it stands in the file.
    pub(super) fn of(connection: &Connection, session: &str, run: i64) -> rusqlite::Result<Self> {
        let bouts = reading::rows(
            connection,
            "SELECT id, number FROM bouts WHERE session_id = ?1 ORDER BY number",
            [session],
            |row| Ok((row.get::<_, i64>(0)?, row.get::<_, u16>(1)?)),
        )?;
        let bouts = bouts
            .into_iter()
            .map(|(row, bout)| {
                let seconds = samples::joined(connection, row)?;
                Ok(OfBout {
                    bout,
                    seconds: seconds
                        .damaged
                        .is_empty()
                        .then(|| Counted::of_seconds(&seconds.rows)),
                    wire: Counted::of_wire(connection, row)?,
                })
            })
            .collect::<rusqlite::Result<_>>()?;
        Ok(Self {
            bouts,
            clock: Counted::of_clock(connection, run, i64::MAX)?,
        })
    }

    /// The same for an event's detail; nothing where the file does not give them, which is no reason not to write the event.
    pub(super) fn detail(connection: &Connection, session: &str, run: i64) -> Option<Value> {
        serde_json::to_value(Self::of(connection, session, run).ok()?).ok()
    }
}

/// What a session's events tell of its rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct ToldSums {
    /// By bout: the rows, and the event that tells of them.
    pub(super) bouts: BTreeMap<u16, (OfBout, i64)>,
    /// By run: the readings of both clocks, and the event.
    pub(super) clocks: Vec<(i64, Counted, i64)>,
    /// The session is over, and the event of its end tells nothing of them.
    pub(super) is_silent: bool,
}

impl ToldSums {
    /// Of a session. A later event stands for an earlier one.
    pub(super) fn of(connection: &Connection, session: &str) -> rusqlite::Result<Self> {
        let events = reading::each_of_session(connection, session)?;
        let mut told = Self::default();
        let mut run_before = None;
        for (event, run, text, detail) in events {
            let sums: Option<Sums> = detail
                .and_then(|detail| serde_json::from_str::<Value>(&detail).ok())
                .and_then(|mut detail| detail.get_mut(SUMS).map(Value::take))
                .and_then(|sums| serde_json::from_value(sums).ok());
            told.is_silent =
                sums.is_none() && !matches!(text.as_str(), told::BEGAN | told::GOES_ON);
            // The gym that finds a session open tells of the run that left it so.
            let of_run = if text == told::FOUND_OPEN {
                run_before
            } else {
                Some(run)
            };
            if let Some(sums) = sums {
                let numbered = sums.bouts.into_iter();
                told.bouts
                    .extend(numbered.map(|of_bout| (of_bout.bout, (of_bout, event))));
                told.clocks
                    .extend(of_run.map(|run| (run, sums.clock, event)));
            }
            run_before = Some(run);
        }
        Ok(told)
    }
}
