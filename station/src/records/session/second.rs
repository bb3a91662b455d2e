//! One second of a bout, as it was recorded.

use control::input::HeartRateSource;
use control::view::{PhaseKind, Reason, Trust};
use rusqlite::Row;
use rusqlite::types::Type;

use super::super::archive::Archive;
use super::super::codes;
use super::super::entry::MachineFigures;
use super::super::error::RecordsError;
use super::super::reading::unreadable;

/// One second of a bout. What was not there is `None`, never a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Second {
    /// When, in microseconds after the session began.
    pub t_us: i64,
    /// Whole seconds after the session began, to the nearest.
    pub t_s: i64,
    /// The phase.
    pub phase: PhaseKind,
    /// The heart rate that counts, in beats a minute.
    pub heart_rate_bpm: Option<u16>,
    /// Whose it is.
    pub heart_rate_source: Option<HeartRateSource>,
    /// How far it can be relied on.
    pub heart_rate_trust: Trust,
    /// How old it was, in milliseconds.
    pub heart_rate_age_ms: Option<u32>,
    /// The oximeter's pulse, in beats a minute.
    pub pulse_bpm: Option<u16>,
    /// Saturation, in per cent.
    pub spo2_percent: Option<u8>,
    /// How far it can be relied on.
    pub spo2_trust: Trust,
    /// The heart rate asked for, in beats a minute.
    pub target_heart_rate_bpm: Option<u16>,
    /// Zone in heart rate, lower and upper end, in beats a minute.
    pub zone_bpm: Option<(u16, u16)>,
    /// What the phase or the controller asked for, in thousandths of a MET above rest.
    pub proposed_met_milli: u32,
    /// What was let through, in the same unit.
    pub granted_met_milli: u32,
    /// What decided it.
    pub reason: Reason,
    /// Whether the load was in a person's hand.
    pub by_hand: bool,
    /// What the machine was told last.
    pub told: MachineFigures,
    /// What it reported last.
    pub reported: MachineFigures,
    /// Cadence, in revolutions a minute.
    pub cadence_rpm: Option<u16>,
}

impl Second {
    /// The heart rate where load may rise on it, in beats a minute.
    #[must_use]
    pub fn trusted_heart_rate(&self) -> Option<f64> {
        self.heart_rate_bpm
            .filter(|_| self.heart_rate_trust == Trust::Trusted)
            .map(f64::from)
    }

    /// The saturation where load may rise on it, in per cent.
    #[must_use]
    pub fn trusted_spo2(&self) -> Option<f64> {
        self.spo2_percent
            .filter(|_| self.spo2_trust == Trust::Trusted)
            .map(f64::from)
    }

    /// From warm-up to cool-down: the patient works.
    #[must_use]
    pub const fn is_exercise(&self) -> bool {
        matches!(
            self.phase,
            PhaseKind::WarmUp | PhaseKind::Conditioning | PhaseKind::CoolDown
        )
    }

    /// The prescribed conditioning.
    #[must_use]
    pub const fn is_conditioning(&self) -> bool {
        matches!(self.phase, PhaseKind::Conditioning)
    }
}

pub(super) fn read(
    archive: &Archive,
    bout: i64,
    place: impl Fn(i64) -> i64,
) -> Result<Vec<Second>, RecordsError> {
    archive.query(
        "SELECT at_us, t_s, phase, heart_rate_bpm, heart_rate_source, heart_rate_trust, heart_rate_age_ms, pulse_bpm, spo2_percent,
           spo2_trust, target_heart_rate_bpm, zone_lower_bpm, zone_upper_bpm, proposed_met_milli, granted_met_milli, reason, by_hand,
           told_power_w, told_speed_mm_s, told_grade_permille, reported_power_w, reported_speed_mm_s, reported_grade_permille, cadence_rpm
         FROM samples WHERE bout_id = ?1 ORDER BY at_us",
        [bout],
        |row| {
            Ok(Second {
                t_us: place(row.get(0)?),
                t_s: row.get(1)?,
                phase: code(row, 2)?,
                heart_rate_bpm: row.get(3)?,
                heart_rate_source: optional(row, 4)?,
                heart_rate_trust: code(row, 5)?,
                heart_rate_age_ms: row.get(6)?,
                pulse_bpm: row.get(7)?,
                spo2_percent: row.get(8)?,
                spo2_trust: code(row, 9)?,
                target_heart_rate_bpm: row.get(10)?,
                zone_bpm: row
                    .get::<_, Option<u16>>(11)?
                    .zip(row.get::<_, Option<u16>>(12)?),
                proposed_met_milli: row.get(13)?,
                granted_met_milli: row.get(14)?,
                reason: reason(row, 15)?,
                by_hand: row.get(16)?,
                told: MachineFigures {
                    power_w: row.get(17)?,
                    speed_mm_s: row.get(18)?,
                    grade_permille: row.get(19)?,
                },
                reported: MachineFigures {
                    power_w: row.get(20)?,
                    speed_mm_s: row.get(21)?,
                    grade_permille: row.get(22)?,
                },
                cadence_rpm: row.get(23)?,
            })
        },
    )
}

/// A word of the record that this program does not know: a newer one wrote it, or it is damaged.
#[derive(Debug, thiserror::Error)]
#[error("the word \"{0}\" is none of this program's")]
struct UnknownWord(String);

fn code<Code: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Code> {
    let word: String = row.get(column)?;
    codes::read(&word).ok_or_else(|| unreadable(column, Type::Text, UnknownWord(word)))
}

fn optional<Code: serde::de::DeserializeOwned>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<Code>> {
    match row.get::<_, Option<String>>(column)? {
        None => Ok(None),
        Some(_) => code(row, column).map(Some),
    }
}

fn reason(row: &Row<'_>, column: usize) -> rusqlite::Result<Reason> {
    let word: String = row.get(column)?;
    codes::read_reason(&word).ok_or_else(|| unreadable(column, Type::Text, UnknownWord(word)))
}
