//! What the event of a session's end tells of what was recorded before it: how many events the session has of its own, what each bout began
//! with, how many seconds it has, how much its journal and its wires, what it taught, how often both clocks were read; each with a sum over all
//! of it.
//!
//! Promises: what was changed, added or taken away after a session's end is found, packed or not, in this record and in another that took the
//! session: no sum rests on numbers that rows have in one record. Where an earlier version recorded the session its events carry none or not all
//! of this, and that is not proved then. Deliberately absent: what was changed while the session went on.

use std::collections::BTreeMap;

use rusqlite::{Connection, Params, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::chain::{Hex, Sum};
use super::entry::EventKind;
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
    /// The turns of its journal; `None` where an earlier version wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) turns: Option<i64>,
    /// The rest, by the names of [`PARTS`]; what an earlier version did not sum up is not there.
    #[serde(default)]
    pub(super) rows: BTreeMap<String, Counted>,
}

/// The rows of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sums {
    bouts: Vec<OfBout>,
    /// Of the run that the session ended in, up to then.
    clock: Counted,
    /// The session's own events before this one; `None` where an earlier version wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    events: Option<Counted>,
    /// The plethysmogram of the run that the session ended in; `None` where an earlier version wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waveform: Option<Counted>,
}

/// A part of a bout that is summed up.
pub(super) struct Part {
    /// Its name in the event's detail.
    pub(super) name: &'static str,
    /// What a finding about it is of.
    pub(super) what: &'static str,
    /// In words, with # for the bout's number.
    words: &'static str,
    /// Its rows without what is numbered in one record alone; ?1 is the bout's row.
    sql: &'static str,
}

/// Parts of a bout, beside its seconds and wires. A part that is added here is not proved in what was recorded before.
pub(super) const PARTS: [Part; 5] = [
    Part {
        name: "bout",
        what: "header",
        words: "what bout # began with",
        sql: "SELECT number, station, machine, protocol, prescription_id, prescription_version, prescription_sha256, began_us, journal_format,
              build, decisions, configuration_sha256, rules_sha256, header_zstd FROM bouts WHERE id = ?1",
    },
    Part {
        name: "journal",
        what: "journal",
        words: "the journal of bout #",
        sql: "SELECT block, piece, whole, first_us, last_us, turns, data FROM journal_blocks WHERE bout_id = ?1 ORDER BY block, piece",
    },
    Part {
        name: "checkpoints",
        what: "checkpoint",
        words: "the state at the checkpoints of bout #",
        sql: "SELECT block, at_us, replaces, base_block, state_zstd FROM checkpoints WHERE bout_id = ?1 ORDER BY block",
    },
    Part {
        name: "learned",
        what: "learned",
        words: "what was learned from bout #",
        sql: "SELECT session_id, bout, patient, machine, mass_kg, irregular, assessed_gain_bpm_per_met, gain_bpm_per_met, gain_sd_bpm_per_met,
              tau_s, tau_sd_s, drift_bpm_per_min, drift_sd_bpm_per_min, steady_s, steady_middle_s, steady_heart_rate_bpm, steady_load_met,
              steady_power_w, steady_speed_m_s, steady_grade_percent FROM learned WHERE bout_id = ?1",
    },
    Part {
        name: "compared",
        what: "learned",
        words: "what bout # was compared with",
        sql: "SELECT session_id, bout FROM learned_compared WHERE bout_id = ?1 ORDER BY session_id, bout",
    },
];

impl Part {
    /// In words, of the bout of that number.
    pub(super) fn of_bout(&self, number: u16) -> String {
        self.words.replace('#', &number.to_string())
    }
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

    /// Of a part of a bout.
    pub(super) fn of_part(
        connection: &Connection,
        part: &Part,
        bout: i64,
    ) -> rusqlite::Result<Self> {
        Self::of_rows(connection, part.sql, [bout])
    }

    /// Of a session's own events before that one, without those that tell of reading.
    pub(super) fn of_events(
        connection: &Connection,
        session: &str,
        before_event: i64,
    ) -> rusqlite::Result<Self> {
        Self::of_rows(
            connection,
            &format!(
                "SELECT number, at_us, wall_us, t_s, events.kind, rule, priority, act, value, limit_value, text, detail FROM events
                 LEFT JOIN bouts ON bouts.id = bout_id WHERE events.session_id = ?1 AND events.id < ?2
                 AND events.kind NOT IN ({}) ORDER BY events.id",
                EventKind::OF_READING
            ),
            params![session, before_event],
        )
    }

    /// Of what a run recorded of a session's plethysmogram.
    pub(super) fn of_waveform(
        connection: &Connection,
        session: &str,
        run: i64,
    ) -> rusqlite::Result<Self> {
        Self::of_rows(
            connection,
            "SELECT kind, block, piece, whole, first_us, rate_hz, samples, data FROM waveform_blocks WHERE session_id = ?1 AND run_id = ?2
             ORDER BY kind, block, piece",
            params![session, run],
        )
    }

    /// Of where an imported session came from: the numbers and the hashes that its rows had there.
    pub(super) fn of_origin(connection: &Connection, session: &str) -> rusqlite::Result<[Self; 2]> {
        let of = |sql: &str| Self::of_rows(connection, sql, [session]);
        Ok([
            of(
                "SELECT kind, here, there FROM imported_numbers WHERE session_id = ?1 ORDER BY kind, here",
            )?,
            of(
                "SELECT event_id, previous_hash, hash FROM imported_hashes WHERE session_id = ?1 ORDER BY event_id",
            )?,
        ])
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
                let parts = PARTS.iter().map(|part| {
                    let counted = Counted::of_part(connection, part, row)?;
                    Ok((part.name.to_owned(), counted))
                });
                Ok(OfBout {
                    bout,
                    turns: Some(turns(connection, row)?),
                    rows: parts.collect::<rusqlite::Result<_>>()?,
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
            events: Some(Counted::of_events(connection, session, i64::MAX)?),
            waveform: Some(Counted::of_waveform(connection, session, run)?),
        })
    }

    /// Whether they are of everything that this version sums up.
    fn prove_all(&self) -> bool {
        let all_parts = |of_bout: &OfBout| {
            let mut parts = PARTS.iter();
            parts.all(|part| of_bout.rows.contains_key(part.name))
        };
        self.events.is_some() && self.waveform.is_some() && self.bouts.iter().all(all_parts)
    }

    /// The same for an event's detail; nothing where the file does not give them, which is no reason not to write the event.
    pub(super) fn detail(connection: &Connection, session: &str, run: i64) -> Option<Value> {
        serde_json::to_value(Self::of(connection, session, run).ok()?).ok()
    }
}

/// How many turns a bout's journal has.
pub(super) fn turns(connection: &Connection, bout: i64) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("SELECT coalesce(sum(turns), 0) FROM journal_blocks WHERE bout_id = ?1")?
        .query_row([bout], |row| row.get(0))
}

/// What a session's events tell of its rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct ToldSums {
    /// By bout: the rows, and the event that tells of them.
    pub(super) bouts: BTreeMap<u16, (OfBout, i64)>,
    /// By run: the readings of both clocks, and the event.
    pub(super) clocks: Vec<(i64, Counted, i64)>,
    /// By run: its plethysmogram, and the event.
    pub(super) waveforms: Vec<(i64, Counted, i64)>,
    /// The session's own events before one, and that one.
    pub(super) events: Vec<(Counted, i64)>,
    /// An event tells that the session is over.
    pub(super) has_end: bool,
    /// The session is over, and the event of its end tells nothing of them, or not of all that this version would.
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
            let is_of_the_end = !matches!(text.as_str(), told::BEGAN | told::GOES_ON);
            told.is_silent = is_of_the_end && !sums.as_ref().is_some_and(Sums::prove_all);
            told.has_end |= is_of_the_end;
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
                let waveform = of_run.zip(sums.waveform);
                told.waveforms
                    .extend(waveform.map(|(run, waveform)| (run, waveform, event)));
                told.events
                    .extend(sums.events.map(|events| (events, event)));
            }
            run_before = Some(run);
        }
        Ok(told)
    }
}
