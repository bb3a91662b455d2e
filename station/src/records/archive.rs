//! A record opened for reading: its sessions, and what belongs to one.

use std::path::Path;

use jiff::tz::TimeZone;
use rusqlite::{Connection, Row, params};
use serde::Serialize;

use super::audit::{self, Finding};
use super::entry::{CoreState, JournalHeader};
use super::error::RecordsError;
use super::journal::Piece;
use super::location::{self, Which};
use super::packing;
use super::reading;
use super::store::Store;

/// A record, for reading.
#[derive(Debug)]
pub struct Archive {
    store: Store,
}

/// One session in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SessionLine {
    /// Its id.
    pub id: String,
    /// The patient's pseudonym.
    pub patient: String,
    /// `real` or `virtual`.
    pub kind: String,
    /// Run on simulated time before its gym opened.
    pub pre_rolled: bool,
    /// How many times as fast as the wall clock its gym's time ran.
    pub clock_rate: i64,
    /// `open`, `ended` or `interrupted`.
    pub state: String,
    /// Why it ended; `None` while it is open.
    pub end_reason: Option<String>,
    /// The rule that ended it.
    pub end_rule: Option<String>,
    /// When it began, UTC, as RFC 3339.
    pub began: String,
    /// When it ended.
    pub ended: Option<String>,
    /// When it began, in microseconds since 1970, UTC.
    #[serde(skip)]
    pub began_wall_micros: i64,
    /// How long it lasted in its gym's time, in seconds; until the last that was recorded where it has not ended.
    pub seconds: f64,
    /// The program that recorded it.
    pub software: String,
    /// The stations of its bouts, in order.
    pub stations: Vec<i64>,
    /// How many alarms were raised.
    pub alarms: i64,
    /// How many gaps the record of it has.
    pub gaps: i64,
}

/// One bout's row.
#[derive(Debug, Clone, PartialEq)]
pub struct BoutRow {
    pub(super) row: i64,
    pub(super) number: u16,
    pub(super) station: i64,
    pub(super) machine: String,
    pub(super) protocol: String,
    pub(super) prescription: (String, i64),
    pub(super) began_us: i64,
    pub(super) ended_us: Option<i64>,
    pub(super) journal_format: u32,
    pub(super) build: String,
    pub(super) decisions: u32,
}

/// A block of a bout's journal with the checkpoint that it begins with.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    pub(super) number: u32,
    pub(super) checkpoint: Option<Checkpoint>,
    pub(super) pieces: Vec<Piece>,
}

/// A state that was written down.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Checkpoint {
    pub(super) at_us: i64,
    pub(super) replaces: bool,
    /// Or why it cannot be read.
    pub(super) state: Result<CoreState, String>,
}

/// What a list says of each session.
const SESSIONS: &str = "SELECT id, patient, kind, pre_rolled, clock_rate, state, end_reason, end_rule, began_wall_us, ended_wall_us,
    (coalesce(ended_us, (SELECT max(at_us) FROM events WHERE session_id = sessions.id AND run_id = sessions.run_id), began_us) - began_us),
    software, (SELECT group_concat(station) FROM (SELECT station FROM bouts WHERE session_id = sessions.id ORDER BY number)),
    (SELECT count(*) FROM events WHERE session_id = sessions.id AND kind = 'alarm-raised'),
    (SELECT count(*) FROM gaps WHERE session_id = sessions.id), (SELECT max(t_s) FROM samples JOIN bouts ON bouts.id = bout_id WHERE session_id = sessions.id)
    FROM sessions";

impl Archive {
    /// Opens a record that is there.
    ///
    /// # Errors
    /// Where there is none, or it is foreign, newer or damaged; each error says what to do.
    pub fn open(path: &Path) -> Result<Self, RecordsError> {
        Store::open_for_reading(path).map(|store| Self { store })
    }

    /// Opens the record that a command works on: the one that was named, else the gym's own.
    ///
    /// # Errors
    /// As [`Self::open`]; where there is none but the demonstration has one, the error says where that is.
    pub fn open_named(named: Option<&Path>) -> Result<Self, RecordsError> {
        let opened = Self::open(&location::resolve(named, Which::Gym)?);
        match (opened, named) {
            (Err(RecordsError::Absent { path, .. }), None) => {
                let demonstration = location::resolve(None, Which::Demonstration)?;
                let beside = if demonstration.exists() {
                    format!(" (the demonstration's is {})", demonstration.display())
                } else {
                    String::new()
                };
                Err(RecordsError::Absent { path, beside })
            }
            (opened, _) => opened,
        }
    }

    /// Every session, the latest first.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn sessions(&self) -> Result<Vec<SessionLine>, RecordsError> {
        self.query(
            &format!("{SESSIONS} ORDER BY began_wall_us DESC, id DESC"),
            [],
            line,
        )
    }

    /// The session of that id; a part of one will do where it fits a single session, and `last` is the latest.
    ///
    /// # Errors
    /// [`RecordsError::NoSession`] with the nearest one; or the file cannot be read.
    pub fn find(&self, asked: &str) -> Result<SessionLine, RecordsError> {
        let all = self.sessions()?;
        let wanted = asked.to_ascii_uppercase();
        if let Some(exact) = all.iter().find(|line| line.id == wanted) {
            return Ok(exact.clone());
        }
        if asked == "last"
            && let Some(last) = all.first()
        {
            return Ok(last.clone());
        }
        let mut fits = all.iter().filter(|line| line.id.contains(&wanted));
        if let (Some(one), None) = (fits.next(), fits.next())
            && wanted.len() >= 4
        {
            return Ok(one.clone());
        }
        let nearest = instead(&all, asked);
        Err(RecordsError::NoSession {
            id: asked.to_owned(),
            path: self.store.path.clone(),
            nearest,
        })
    }

    /// What is wrong with the chain of events, at most `limit` findings.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn findings(&self, limit: usize) -> Result<Vec<Finding>, RecordsError> {
        audit::check_chain(&self.store.connection, limit).map_err(|error| self.failed(error))
    }

    /// A session's bouts, in order.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn bouts(&self, session: &str) -> Result<Vec<BoutRow>, RecordsError> {
        self.query(
            "SELECT id, number, station, machine, protocol, prescription_id, prescription_version, began_us, ended_us, journal_format,
             build, decisions FROM bouts WHERE session_id = ?1 ORDER BY number",
            [session],
            |row| {
                Ok(BoutRow {
                    row: row.get(0)?,
                    number: row.get(1)?,
                    station: row.get(2)?,
                    machine: row.get(3)?,
                    protocol: row.get(4)?,
                    prescription: (row.get(5)?, row.get(6)?),
                    began_us: row.get(7)?,
                    ended_us: row.get(8)?,
                    journal_format: row.get(9)?,
                    build: row.get(10)?,
                    decisions: row.get(11)?,
                })
            },
        )
    }

    /// What a bout's journal begins with. Its texts are left empty.
    ///
    /// # Errors
    /// Where the file cannot be read, or another version wrote it in another form.
    pub(super) fn header(&self, bout: i64) -> Result<JournalHeader, RecordsError> {
        self.store
            .connection
            .query_row(
                "SELECT header_zstd FROM bouts WHERE id = ?1",
                [bout],
                |row| reading::header(row, 0),
            )
            .map_err(|error| self.failed(error))
    }

    /// The numbers of a bout's blocks, in order.
    pub(super) fn block_numbers(&self, bout: i64) -> Result<Vec<u32>, RecordsError> {
        self.query(
            "SELECT block FROM journal_blocks WHERE bout_id = ?1 UNION SELECT block FROM checkpoints WHERE bout_id = ?1 ORDER BY 1",
            [bout],
            |row| row.get(0),
        )
    }

    /// One block of a bout's journal.
    pub(super) fn block(&self, bout: i64, number: u32) -> Result<Block, RecordsError> {
        let marks = self
            .query(
                "SELECT at_us, replaces FROM checkpoints WHERE bout_id = ?1 AND block = ?2",
                params![bout, number],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?
            .into_iter()
            .next();
        let checkpoint = marks.map(|(at_us, replaces)| Checkpoint {
            at_us,
            replaces,
            state: packing::read_state(&self.store.connection, bout, number)
                .map_err(|error| error.to_string()),
        });
        let pieces = self.query(
            "SELECT piece, whole, first_us, last_us, turns, data FROM journal_blocks WHERE bout_id = ?1 AND block = ?2 ORDER BY piece",
            params![bout, number],
            |row| {
                Ok(Piece {
                    block: number,
                    piece: row.get(0)?,
                    whole: row.get(1)?,
                    first_us: reading::count(row, 2)?,
                    last_us: reading::count(row, 3)?,
                    turns: reading::count(row, 4)?,
                    data: row.get(5)?,
                })
            },
        )?;
        Ok(Block {
            number,
            checkpoint,
            pieces,
        })
    }

    /// The store, for reading.
    pub(super) const fn connection(&self) -> &Connection {
        &self.store.connection
    }

    /// What the store said of a reading, as a person needs it.
    pub(super) fn failed(&self, error: rusqlite::Error) -> RecordsError {
        self.store.failed("read", error)
    }

    /// The rows of a query.
    pub(super) fn query<T>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, RecordsError> {
        self.store
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_map(values, read)?.collect())
            .map_err(|error| self.failed(error))
    }
}

fn line(row: &Row<'_>) -> rusqlite::Result<SessionLine> {
    let began: i64 = row.get(8)?;
    let recorded_us: i64 = row.get(10)?;
    let sampled_s: Option<i64> = row.get(15)?;
    let stations: Option<String> = row.get(12)?;
    let state: String = row.get(5)?;
    let recorded = seconds(recorded_us);
    let sampled = sampled_s.map_or(0.0, |whole| seconds(whole.saturating_mul(1_000_000)));
    Ok(SessionLine {
        id: row.get(0)?,
        patient: row.get(1)?,
        kind: row.get(2)?,
        pre_rolled: row.get(3)?,
        clock_rate: row.get(4)?,
        seconds: if state == "ended" {
            recorded
        } else {
            recorded.max(sampled)
        },
        state,
        end_reason: row.get(6)?,
        end_rule: row.get(7)?,
        began: utc(began),
        ended: row.get::<_, Option<i64>>(9)?.map(utc),
        began_wall_micros: began,
        software: row.get(11)?,
        stations: stations
            .unwrap_or_default()
            .split(',')
            .filter_map(|number| number.parse().ok())
            .collect(),
        alarms: row.get(13)?,
        gaps: row.get(14)?,
    })
}

/// Microseconds as seconds.
pub(super) fn seconds(micros: i64) -> f64 {
    let size = protocols::vocabulary::number::from_u64(micros.unsigned_abs()) / 1e6;
    if micros < 0 { -size } else { size }
}

/// Wall time as RFC 3339, whole seconds, UTC.
fn utc(wall_micros: i64) -> String {
    let at = jiff::Timestamp::from_microsecond(wall_micros).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let whole = jiff::Timestamp::from_second(at.as_second()).unwrap_or(at);
    whole.to_string()
}

/// Wall time as people on this machine read it.
#[must_use]
pub fn local(wall_micros: i64, zone: &TimeZone) -> String {
    let at = jiff::Timestamp::from_microsecond(wall_micros).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let there = zone.to_datetime(at);
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}",
        there.year(),
        there.month(),
        there.day(),
        there.hour(),
        there.minute()
    )
}

/// What to ask for instead of what names no session, worded to follow.
fn instead(all: &[SessionLine], asked: &str) -> String {
    let wanted = asked.to_ascii_uppercase();
    let mut of_patient = all
        .iter()
        .filter(|line| line.patient.eq_ignore_ascii_case(asked));
    if let Some(latest) = of_patient.next() {
        return match of_patient.count() {
            0 => format!(": that is a patient, whose session is {}", latest.id),
            more => format!(
                ": that is a patient, of {} sessions; the latest is {}",
                more + 1,
                latest.id
            ),
        };
    }
    let fitting = all.iter().filter(|line| line.id.contains(&wanted)).count();
    if fitting > 0 {
        return format!(
            " by so little: {fitting} of {} ids have it; write at least four characters that one has alone",
            all.len()
        );
    }
    all.iter()
        .min_by_key(|line| distance(&wanted, &line.id))
        .map_or_else(
            || ": it has no session yet".to_owned(),
            |line| {
                format!(
                    "; the nearest is {}, and `station sessions` lists them all",
                    line.id
                )
            },
        )
}

/// How many letters have to be changed, added or left out to make one text the other.
fn distance(one: &str, other: &str) -> usize {
    let mut above: Vec<usize> = (0..=other.chars().count()).collect();
    for (row, letter) in one.chars().enumerate() {
        let mut left = row + 1;
        let mut next = vec![left];
        for (pair, candidate) in above.windows(2).zip(other.chars()) {
            let &[diagonal, over] = pair else { continue };
            left = (left + 1)
                .min(over + 1)
                .min(diagonal + usize::from(letter != candidate));
            next.push(left);
        }
        above = next;
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_changed_added_and_missing_letters() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn times_read_as_people_write_them() {
        let wall = super::super::fixtures::WALL;
        assert_eq!(utc(wall), "2026-11-23T14:31:07Z");
        assert_eq!(local(wall, &TimeZone::UTC), "2026-11-23 14:31");
    }
}
