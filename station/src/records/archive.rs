//! A record opened for reading: its sessions, and what belongs to one.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use protocols::vocabulary::MachineKind;
use rusqlite::{Connection, OptionalExtension, Params, Row, Transaction, params};

use super::audit::{self, Finding};
use super::damaged::from_both_ends;
use super::entry::{CoreState, JournalHeader};
use super::error::RecordsError;
use super::journal::Piece;
use super::location::{self, Which};
use super::packing;
use super::reading::{self, is_of_pages};
use super::store::{self, Store};
use super::{checksum, codes};

/// A record, for reading.
#[derive(Debug)]
pub struct Archive {
    store: Store,
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

impl BoutRow {
    /// Which bout of its session, from 1.
    #[must_use]
    pub const fn number(&self) -> u16 {
        self.number
    }

    /// Cycle or treadmill; `None` where this program does not know the kind.
    #[must_use]
    pub fn machine(&self) -> Option<MachineKind> {
        codes::read(&self.machine)
    }

    /// Its row in the record: what [`Archive::samples`] is asked with.
    #[must_use]
    pub const fn row(&self) -> i64 {
        self.row
    }
}

/// A block of a bout's journal with the checkpoint that it begins with.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    pub(super) number: u32,
    pub(super) checkpoint: Option<Checkpoint>,
    pub(super) pieces: Vec<Piece>,
    /// What is wrong with it, by its checksums.
    pub(super) fault: Option<&'static str>,
}

/// A state that was written down.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Checkpoint {
    pub(super) at_us: i64,
    pub(super) replaces: bool,
    /// Or why it cannot be read.
    pub(super) state: Result<CoreState, String>,
}

/// What was read, or that a damaged page stands in the way.
fn or_damaged<T>(read: rusqlite::Result<T>) -> rusqlite::Result<Result<T, &'static str>> {
    match read {
        Err(error) if is_of_pages(&error) => Ok(Err("the file is damaged there")),
        read => read.map(Ok),
    }
}

/// The state that a block begins with; or why it cannot be read.
fn checkpoint(
    connection: &Connection,
    bout: i64,
    number: u32,
) -> rusqlite::Result<Option<Checkpoint>> {
    let marks = connection
        .prepare_cached(
            "SELECT at_us, replaces FROM checkpoints WHERE bout_id = ?1 AND block = ?2",
        )?
        .query_row(params![bout, number], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(marks.map(|(at_us, replaces)| Checkpoint {
        at_us,
        replaces,
        state: packing::read_state(connection, bout, number).map_err(|error| error.to_string()),
    }))
}

/// The pieces of a block, each with what is wrong with it by its checksum.
fn pieces(
    connection: &Connection,
    bout: i64,
    number: u32,
) -> rusqlite::Result<Vec<(Piece, Option<&'static str>)>> {
    reading::rows(
        connection,
        "SELECT piece, whole, first_us, last_us, turns, data, checksum FROM journal_blocks WHERE bout_id = ?1 AND block = ?2 ORDER BY piece",
        params![bout, number],
        |row| {
            let piece = Piece {
                block: number,
                piece: row.get(0)?,
                whole: row.get(1)?,
                first_us: reading::count(row, 2)?,
                last_us: reading::count(row, 3)?,
                turns: reading::count(row, 4)?,
                data: row.get(5)?,
            };
            let stored: Option<Vec<u8>> = row.get(6)?;
            let fault = checksum::fault(stored.as_deref(), piece.checksum(bout));
            Ok((piece, fault))
        },
    )
}

impl Archive {
    /// Opens a record that is there.
    ///
    /// # Errors
    /// Where there is none, or it is foreign, newer or damaged; each error says what to do.
    pub fn open(path: &Path) -> Result<Self, RecordsError> {
        let archive = Store::open_for_reading(path).map(|store| Self { store })?;
        archive.look_through()?;
        Ok(archive)
    }

    /// Opens the record that a command at a desk works on: the one that was named, else the environment's, else the gym's own.
    ///
    /// # Errors
    /// As [`Self::open`]; where there is none but the demonstration has one, the error says where that is.
    pub fn open_named(named: Option<&Path>) -> Result<Self, RecordsError> {
        let opened = Self::open(&location::at_desk(named)?);
        match (
            opened,
            named.map(Path::to_owned).or_else(location::by_environment),
        ) {
            (Err(RecordsError::Absent { path, .. }), None) => {
                let demonstration = location::resolve(None, Which::Demonstration)?;
                let beside = if demonstration.exists() {
                    format!(
                        " (the demonstration's is {0}: --record {0}, or for every command of this shell export STATION_RECORD={0})",
                        demonstration.display()
                    )
                } else {
                    String::new()
                };
                Err(RecordsError::Absent { path, beside })
            }
            (opened, _) => opened,
        }
    }

    /// What is wrong with the chain of events, at most `limit` findings.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn findings(&self, limit: usize) -> Result<Vec<Finding>, RecordsError> {
        let _view = self.view()?;
        let check = || self.read(|connection| audit::check_chain(connection, limit));
        let found = check()?;
        // What a disk damaged may look as if somebody had changed it or taken it away.
        if !found.is_empty() && self.is_misled("events")? {
            return check();
        }
        Ok(found)
    }

    /// Holds the record as it is at one instant, while a gym goes on writing, for as long as what is returned lives. `None` inside of another.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub(crate) fn view(&self) -> Result<Option<Transaction<'_>>, RecordsError> {
        self.store
            .connection
            .is_autocommit()
            .then(|| self.store.connection.unchecked_transaction())
            .transpose()
            .map_err(|error| self.failed(error))
    }

    /// A session's bouts, in order.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn bouts(&self, session: &str) -> Result<Vec<BoutRow>, RecordsError> {
        self.read(|connection| bouts(connection, session))
    }

    /// What a bout's journal begins with. Its texts are left empty.
    ///
    /// # Errors
    /// Where the file cannot be read, or another version wrote it in another form.
    pub(super) fn header(&self, bout: i64) -> Result<JournalHeader, RecordsError> {
        self.read(|connection| {
            connection.query_row(
                "SELECT header_zstd FROM bouts WHERE id = ?1",
                [bout],
                |row| reading::header(row, 0),
            )
        })
    }

    /// Whether what a bout's journal begins with can be unpacked, whichever version wrote it.
    pub(super) fn check_header(&self, bout: i64) -> Result<(), RecordsError> {
        self.read(|connection| {
            connection.query_row(
                "SELECT header_zstd FROM bouts WHERE id = ?1",
                [bout],
                |row| reading::unpacked(row, 0).map(|_| ()),
            )
        })
    }

    /// The numbers of a bout's blocks, in order: of those that have turns, and of those of which the checkpoint alone is there. Whether one is
    /// missing is for whoever reads them: between two checkpoints there are turns. Where pages are damaged, those around them.
    pub(super) fn block_numbers(&self, bout: i64) -> Result<Vec<u32>, RecordsError> {
        self.read(|connection| {
            let mut numbers = BTreeSet::new();
            for table in ["journal_blocks", "checkpoints"] {
                from_both_ends(
                    connection,
                    |order| {
                        format!(
                            "SELECT block FROM {table} WHERE bout_id = {bout} ORDER BY block{order}"
                        )
                    },
                    |row| {
                        numbers.insert(row.get(0)?);
                        Ok(())
                    },
                )?;
            }
            Ok(numbers.into_iter().collect())
        })
    }

    /// One block of a bout's journal; with a fault where pages of it are damaged.
    pub(super) fn block(&self, bout: i64, number: u32) -> Result<Block, RecordsError> {
        let (checkpoint, pieces) = self.read(|connection| {
            Ok((
                or_damaged(checkpoint(connection, bout, number))?,
                or_damaged(pieces(connection, bout, number))?,
            ))
        })?;
        let fault = match (&checkpoint, &pieces) {
            (Err(fault), _) | (_, Err(fault)) => Some(*fault),
            (Ok(_), Ok(pieces)) => pieces.iter().find_map(|(_, fault)| *fault),
        };
        let pieces = pieces.unwrap_or_default().into_iter();
        Ok(Block {
            number,
            checkpoint: checkpoint.unwrap_or_default(),
            pieces: pieces.map(|(piece, _)| piece).collect(),
            fault,
        })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.store.path
    }

    /// Whether a gym writes to it at this moment.
    #[must_use]
    pub fn is_being_written(&self) -> bool {
        store::is_locked(&self.store.path)
    }

    /// The store, for reading.
    pub(crate) const fn connection(&self) -> &Connection {
        &self.store.connection
    }

    /// What the store said of a reading, as a person needs it.
    pub(super) fn failed(&self, error: rusqlite::Error) -> RecordsError {
        self.store.failed("read", error)
    }

    /// The rows of a query.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "values are handed over as to SQLite itself"
    )]
    pub(super) fn query<T>(
        &self,
        sql: &str,
        values: impl Params + Clone,
        mut read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, RecordsError> {
        self.read(|connection| reading::rows(connection, sql, values.clone(), &mut read))
    }
}

/// The whole second that an instant is told by, to the nearest: what the record's `t_s` is, and what every list, chart and report names.
#[must_use]
pub fn whole_second(micros: i64) -> i64 {
    micros.saturating_add(500_000).div_euclid(1_000_000)
}

/// A session's bouts, in order.
pub(super) fn bouts(connection: &Connection, session: &str) -> rusqlite::Result<Vec<BoutRow>> {
    reading::rows(
        connection,
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

/// Microseconds as seconds.
pub(crate) fn seconds(micros: i64) -> f64 {
    let size = protocols::vocabulary::number::from_u64(micros.unsigned_abs()) / 1e6;
    if micros < 0 { -size } else { size }
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

/// How far the times of a zone are from UTC at a wall time, in microseconds since 1970, UTC: `UTC`, `UTC+1`, `UTC−3:30`.
#[must_use]
pub fn offset(wall_micros: i64, zone: &TimeZone) -> String {
    let at = jiff::Timestamp::from_microsecond(wall_micros).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let east = zone.to_offset(at).seconds();
    let (sign, size) = if east < 0 {
        ('\u{2212}', -east)
    } else {
        ('+', east)
    };
    match (size / 3600, size / 60 % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

/// The day of a wall time, in microseconds since 1970, UTC, where the reader is.
#[must_use]
pub fn local_date(wall_micros: i64, zone: &TimeZone) -> Date {
    let at = jiff::Timestamp::from_microsecond(wall_micros).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    zone.to_datetime(at).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_people_write_them() {
        let wall = super::super::fixtures::WALL;
        assert_eq!(local(wall, &TimeZone::UTC), "2026-11-23 14:31");
    }
}
