//! The seconds of a bout as the record has them, every column typed: the one way to read them.

use rusqlite::{Connection, Row, params};
use serde::Serialize;

use super::archive::Archive;
use super::blocks::{self, Stored};
use super::chain::Sum;
use super::damaged::is_lasting;
use super::error::RecordsError;
use super::proof::{self, HOLE_US};
use super::reading::is_of_pages;

/// One second of a bout, as it stands in the record. What was not there is `None`, never a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SampleRow {
    /// When, in microseconds of the gym's time.
    pub at_us: i64,
    /// Whole seconds since the session began.
    pub t_s: i64,
    /// The phase, as a word.
    pub phase: String,
    /// The heart rate that counts, in beats a minute.
    pub heart_rate_bpm: Option<u16>,
    /// Whose it is, as a word.
    pub heart_rate_source: Option<String>,
    /// `trusted`, `doubted`, `lost` or `absent`.
    pub heart_rate_trust: String,
    /// How old it is, in milliseconds; `None` where there is none.
    pub heart_rate_age_ms: Option<u32>,
    /// The oximeter's pulse, in beats a minute.
    pub pulse_bpm: Option<u16>,
    /// Saturation, in per cent.
    pub spo2_percent: Option<u8>,
    /// `trusted`, `doubted`, `lost` or `absent`.
    pub spo2_trust: String,
    /// The heart rate asked for, in beats a minute.
    pub target_heart_rate_bpm: Option<u16>,
    /// The zone's lower end, in beats a minute.
    pub zone_lower_bpm: Option<u16>,
    /// Its upper end.
    pub zone_upper_bpm: Option<u16>,
    /// What was asked for, in thousandths of a MET above rest.
    pub proposed_met_milli: u32,
    /// What was let through, in the same unit.
    pub granted_met_milli: u32,
    /// What decided it, in a word, or a rule with what it does.
    pub reason: String,
    /// Whether the load is in a person's hand.
    pub by_hand: bool,
    /// Power that the machine was told last, in watts.
    pub told_power_w: Option<u16>,
    /// Speed that it was told last, in millimetres a second.
    pub told_speed_mm_s: Option<i32>,
    /// Grade that it was told last, in thousandths.
    pub told_grade_permille: Option<i32>,
    /// Power that it reported, in watts; `None` where it was silent.
    pub reported_power_w: Option<u16>,
    /// Speed that it reported, in millimetres a second.
    pub reported_speed_mm_s: Option<i32>,
    /// Grade that it reported, in thousandths.
    pub reported_grade_permille: Option<i32>,
    /// Cadence, in revolutions a minute.
    pub cadence_rpm: Option<u16>,
}

/// The columns that [`SampleRow::read`] expects, first to last.
const COLUMNS: &str = "at_us, t_s, phase, heart_rate_bpm, heart_rate_source, heart_rate_trust, heart_rate_age_ms, pulse_bpm, spo2_percent,
    spo2_trust, target_heart_rate_bpm, zone_lower_bpm, zone_upper_bpm, proposed_met_milli, granted_met_milli, reason, by_hand, told_power_w,
    told_speed_mm_s, told_grade_permille, reported_power_w, reported_speed_mm_s, reported_grade_permille, cadence_rpm";

impl SampleRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            at_us: row.get(0)?,
            t_s: row.get(1)?,
            phase: row.get(2)?,
            heart_rate_bpm: row.get(3)?,
            heart_rate_source: row.get(4)?,
            heart_rate_trust: row.get(5)?,
            heart_rate_age_ms: row.get(6)?,
            pulse_bpm: row.get(7)?,
            spo2_percent: row.get(8)?,
            spo2_trust: row.get(9)?,
            target_heart_rate_bpm: row.get(10)?,
            zone_lower_bpm: row.get(11)?,
            zone_upper_bpm: row.get(12)?,
            proposed_met_milli: row.get(13)?,
            granted_met_milli: row.get(14)?,
            reason: row.get(15)?,
            by_hand: row.get(16)?,
            told_power_w: row.get(17)?,
            told_speed_mm_s: row.get(18)?,
            told_grade_permille: row.get(19)?,
            reported_power_w: row.get(20)?,
            reported_speed_mm_s: row.get(21)?,
            reported_grade_permille: row.get(22)?,
            cadence_rpm: row.get(23)?,
        })
    }

    /// Adds every column to a sum, as signatures and the events of a session's end have it.
    pub(super) fn add_to(&self, sum: &mut Sum) {
        let Self {
            at_us,
            t_s,
            phase,
            heart_rate_bpm,
            heart_rate_source,
            heart_rate_trust,
            heart_rate_age_ms,
            pulse_bpm,
            spo2_percent,
            spo2_trust,
            target_heart_rate_bpm,
            zone_lower_bpm,
            zone_upper_bpm,
            proposed_met_milli,
            granted_met_milli,
            reason,
            by_hand,
            told_power_w,
            told_speed_mm_s,
            told_grade_permille,
            reported_power_w,
            reported_speed_mm_s,
            reported_grade_permille,
            cadence_rpm,
        } = self;
        for text in [
            Some(phase),
            heart_rate_source.as_ref(),
            Some(heart_rate_trust),
            Some(spo2_trust),
            Some(reason),
        ] {
            sum.text(text.map(String::as_str));
        }
        for whole in [
            Some(*at_us),
            Some(*t_s),
            heart_rate_bpm.map(i64::from),
            heart_rate_age_ms.map(i64::from),
            pulse_bpm.map(i64::from),
            spo2_percent.map(i64::from),
            target_heart_rate_bpm.map(i64::from),
            zone_lower_bpm.map(i64::from),
            zone_upper_bpm.map(i64::from),
            Some(i64::from(*proposed_met_milli)),
            Some(i64::from(*granted_met_milli)),
            Some(i64::from(*by_hand)),
            told_power_w.map(i64::from),
            told_speed_mm_s.map(i64::from),
            told_grade_permille.map(i64::from),
            reported_power_w.map(i64::from),
            reported_speed_mm_s.map(i64::from),
            reported_grade_permille.map(i64::from),
            cadence_rpm.map(i64::from),
        ] {
            sum.whole(whole);
        }
    }
}

/// The plain rows of a bout, in order, at most so many.
pub(super) fn plain(
    connection: &Connection,
    bout: i64,
    limit: usize,
) -> rusqlite::Result<Vec<SampleRow>> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM samples WHERE bout_id = ?1 ORDER BY at_us LIMIT ?2"
        ))?
        .query_map(
            params![bout, i64::try_from(limit).unwrap_or(i64::MAX)],
            SampleRow::read,
        )?
        .collect()
}

/// Seconds of a bout that were recorded and cannot be read any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DamagedSeconds {
    /// Time of the first of them, in microseconds of the gym's time.
    pub from_us: i64,
    /// Time of the last.
    pub to_us: i64,
    /// The first of them, in seconds since the session began.
    pub from_s: i64,
    /// The last.
    pub to_s: i64,
    /// How many there were.
    pub lost: i64,
    /// What is wrong with them.
    pub because: String,
}

/// The seconds of a bout: those that can be read, and those that cannot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seconds {
    /// Every second that can be read, in order.
    pub rows: Vec<SampleRow>,
    /// What is damaged: a gap, never an absence.
    pub damaged: Vec<DamagedSeconds>,
}

impl Archive {
    /// Every second of a bout that can be read, packed and plain alike, in order. Where a block is damaged its seconds are not among them:
    /// [`Self::seconds_of`] says which.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn samples(&self, bout: i64) -> Result<Vec<SampleRow>, RecordsError> {
        self.seconds_of(bout).map(|seconds| seconds.rows)
    }

    /// Every second of a bout, and what of them is damaged.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn seconds_of(&self, bout: i64) -> Result<Seconds, RecordsError> {
        self.read(|connection| joined(connection, bout))
    }
}

/// The blocks of a bout and the plain rows, as one.
pub(super) fn joined(connection: &Connection, bout: i64) -> rusqlite::Result<Seconds> {
    // One view of the file, so that seconds that are being packed are neither missed nor read twice.
    let _view = connection
        .is_autocommit()
        .then(|| connection.unchecked_transaction())
        .transpose()?;
    let mut seconds = Seconds::default();
    let (stored, is_short) = blocks::of_bout(connection, bout)?;
    for block in stored {
        seconds.add(block);
    }
    each_plain(connection, bout, &mut seconds)?;
    seconds.rows.sort_by_key(|row| row.at_us);
    if is_short {
        let lost = around(connection, bout, &seconds)?;
        seconds.damaged.extend(lost);
    }
    Ok(seconds)
}

/// Where packed seconds stood on damaged pages: where none are, and nothing else tells why.
fn around(
    connection: &Connection,
    bout: i64,
    seconds: &Seconds,
) -> rusqlite::Result<Vec<DamagedSeconds>> {
    let (began, ended, origin): (i64, i64, i64) = connection.query_row(
        "SELECT bouts.began_us, coalesce(bouts.ended_us, bouts.began_us), sessions.began_us
         FROM bouts JOIN sessions ON sessions.id = session_id WHERE bouts.id = ?1",
        [bout],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let origin = seconds.rows.first().map_or(origin, |first| {
        first
            .at_us
            .saturating_sub(first.t_s.saturating_mul(SECOND_US))
    });
    let second = |at: i64| (at - origin + SECOND_US / 2).div_euclid(SECOND_US);
    let mut known = proof::known_gaps(connection, bout)?;
    known.extend(
        seconds
            .damaged
            .iter()
            .map(|lost| (lost.from_us, lost.to_us)),
    );
    let times = seconds.rows.iter().map(|row| row.at_us);
    let befores = std::iter::once(began.saturating_sub(SECOND_US)).chain(times.clone());
    // The last second may stand at the end itself.
    let afters = times.map(|at| (at, at - SECOND_US)).chain([(ended, ended)]);
    let lost = befores.zip(afters).filter(|(before, (after, _))| {
        let is_explained = known.iter().any(|gap| proof::meet(*gap, (*before, *after)));
        after.saturating_sub(*before) > HOLE_US && !is_explained
    });
    Ok(lost
        .map(|(before, (_, to_us))| {
            let begins_us = before + SECOND_US;
            let from_s = second(begins_us);
            let lost = (second(to_us) - from_s).max(0) + 1;
            DamagedSeconds {
                from_us: begins_us,
                to_us,
                from_s,
                to_s: from_s + lost - 1,
                lost,
                because: "the file is damaged there".to_owned(),
            }
        })
        .collect())
}

/// A second, in microseconds.
const SECOND_US: i64 = 1_000_000;

impl Seconds {
    fn add(&mut self, stored: Stored) {
        match stored.rows {
            Ok(rows) => self.rows.extend(rows),
            Err(error) => self.damaged.push(DamagedSeconds {
                from_us: stored.block.first_us,
                to_us: stored.block.last_us,
                from_s: stored.block.first_s,
                to_s: stored.block.last_s,
                lost: stored.block.samples,
                because: error.to_string(),
            }),
        }
    }
}

/// The plain rows of a bout, each read by itself. Where pages of the file are damaged they are read from both ends, as far as that goes.
fn each_plain(connection: &Connection, bout: i64, seconds: &mut Seconds) -> rusqlite::Result<()> {
    let mut ends: [Option<(i64, i64)>; 2] = [None, None];
    for (order, end) in ["ASC", "DESC"].into_iter().zip(&mut ends) {
        let mut walk = || -> rusqlite::Result<()> {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM samples WHERE bout_id = ?1 ORDER BY at_us {order}"
            ))?;
            let mut rows = statement.query([bout])?;
            while let Some(row) = rows.next()? {
                let place: (i64, i64) = (row.get(0)?, row.get(1)?);
                *end = Some(place);
                match SampleRow::read(row) {
                    Ok(second) => seconds.rows.push(second),
                    Err(error) => seconds.damaged.push(DamagedSeconds {
                        from_us: place.0,
                        to_us: place.0,
                        from_s: place.1,
                        to_s: place.1,
                        lost: 1,
                        because: error.to_string(),
                    }),
                }
            }
            Ok(())
        };
        let Err(error) = walk() else {
            return Ok(());
        };
        if end.is_none() || order == "DESC" {
            let mut damaged = unread(connection, bout, error)?;
            let [first, last] = ends;
            if let Some((at_us, t_s)) = first {
                (damaged.from_us, damaged.from_s) = (at_us, t_s);
            }
            if let Some((at_us, t_s)) = last {
                (damaged.to_us, damaged.to_s) = (at_us, t_s);
            }
            seconds.damaged.push(damaged);
            return Ok(());
        }
        if !is_of_pages(&error) {
            return Err(error);
        }
    }
    Ok(())
}

/// Where the file's own pages are damaged, nobody knows which seconds of the bout stood there.
fn unread(
    connection: &Connection,
    bout: i64,
    error: rusqlite::Error,
) -> rusqlite::Result<DamagedSeconds> {
    if !is_lasting(connection, &error) {
        return Err(error);
    }
    connection.query_row(
        "SELECT bouts.began_us, coalesce(bouts.ended_us, bouts.began_us), (bouts.began_us - sessions.began_us) / 1000000,
         (coalesce(bouts.ended_us, bouts.began_us) - sessions.began_us) / 1000000
         FROM bouts JOIN sessions ON sessions.id = session_id WHERE bouts.id = ?1",
        [bout],
        |row| {
            Ok(DamagedSeconds {
                from_us: row.get(0)?,
                to_us: row.get(1)?,
                from_s: row.get(2)?,
                to_s: row.get(3)?,
                lost: 0,
                because: format!("the file is damaged there: {error}"),
            })
        },
    )
}
