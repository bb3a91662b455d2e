//! One second of a bout, as it was recorded.

use std::cmp::Ordering;

use control::input::HeartRateSource;
use control::view::{PhaseKind, Reason, Trust};

use super::super::codes;
use super::super::entry::MachineFigures;
use super::super::samples::SampleRow;

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
    /// How old it was, in milliseconds; `None` where there was none.
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
    /// What it reported; nothing of it where it was silent.
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

    /// What was let through and told to the machine, in thousandths of a MET above rest: nothing where a brake was told nothing, as it is
    /// under its least.
    #[must_use]
    pub const fn given_met_milli(&self) -> u32 {
        match self.told.power_w {
            Some(0) => 0,
            Some(_) | None => self.granted_met_milli,
        }
    }

    /// The power that the machine reported, in watts.
    #[must_use]
    pub fn power_w(&self) -> Option<f64> {
        self.reported.power_w.map(f64::from)
    }

    /// Whether the machine reported its load.
    #[must_use]
    pub const fn reports(&self) -> bool {
        self.reported.power_w.is_some() || self.reported.speed_mm_s.is_some()
    }

    /// The speed of the belt that it reported, in km/h.
    #[must_use]
    pub fn speed_kmh(&self) -> Option<f64> {
        let speed = self.reported.speed_mm_s?;
        Some(f64::from(speed) * 3.6 / 1_000.0)
    }

    /// The grade of the belt that it reported, in per cent.
    #[must_use]
    pub fn grade_percent(&self) -> Option<f64> {
        self.reported
            .grade_permille
            .map(|grade| f64::from(grade) / 10.0)
    }

    /// Where a heart rate that load may rise on stands against the zone of that second: less is below, equal within, greater above.
    #[must_use]
    pub fn against_zone(&self) -> Option<Ordering> {
        let (lower, upper) = self.zone_bpm?;
        let rate = self.trusted_heart_rate()?;
        Some(if rate < f64::from(lower) {
            Ordering::Less
        } else if rate > f64::from(upper) {
            Ordering::Greater
        } else {
            Ordering::Equal
        })
    }

    /// From warm-up to cool-down: the patient works.
    #[must_use]
    pub const fn is_exercise(&self) -> bool {
        is_exercise(self.phase)
    }

    /// The prescribed conditioning.
    #[must_use]
    pub const fn is_conditioning(&self) -> bool {
        matches!(self.phase, PhaseKind::Conditioning)
    }
}

/// From warm-up to cool-down: the patient works.
pub(in crate::records) const fn is_exercise(phase: PhaseKind) -> bool {
    matches!(
        phase,
        PhaseKind::WarmUp | PhaseKind::Conditioning | PhaseKind::CoolDown
    )
}

impl Second {
    /// A second as the record has it, at that place of the session.
    fn of(row: &SampleRow, t_us: i64) -> Result<Self, UnknownWord> {
        Ok(Self {
            t_us,
            t_s: row.t_s,
            phase: code(&row.phase)?,
            heart_rate_bpm: row.heart_rate_bpm,
            heart_rate_source: row.heart_rate_source.as_deref().map(code).transpose()?,
            heart_rate_trust: code(&row.heart_rate_trust)?,
            heart_rate_age_ms: row.heart_rate_age_ms,
            pulse_bpm: row.pulse_bpm,
            spo2_percent: row.spo2_percent,
            spo2_trust: code(&row.spo2_trust)?,
            target_heart_rate_bpm: row.target_heart_rate_bpm,
            zone_bpm: row.zone_lower_bpm.zip(row.zone_upper_bpm),
            proposed_met_milli: row.proposed_met_milli,
            granted_met_milli: row.granted_met_milli,
            reason: codes::read_reason(&row.reason)
                .ok_or_else(|| UnknownWord(row.reason.clone()))?,
            by_hand: row.by_hand,
            told: MachineFigures {
                power_w: row.told_power_w,
                speed_mm_s: row.told_speed_mm_s,
                grade_permille: row.told_grade_permille,
            },
            reported: MachineFigures {
                power_w: row.reported_power_w,
                speed_mm_s: row.reported_speed_mm_s,
                grade_permille: row.reported_grade_permille,
            },
            cadence_rpm: row.cadence_rpm,
        })
    }
}

/// The seconds of a bout that can be read; the others are among the faults of its seconds.
pub(super) fn of_rows(rows: &[SampleRow], place: impl Fn(i64) -> i64) -> Vec<Second> {
    rows.iter()
        .filter_map(|row| Second::of(row, place(row.at_us)).ok())
        .collect()
}

/// What is wrong with the words of a row; `None` where this program knows them all.
pub(in crate::records) fn unknown_word(row: &SampleRow) -> Option<String> {
    Second::of(row, 0).err().map(|error| error.to_string())
}

/// A word of the record that this program does not know: a newer one wrote it, or it is damaged.
#[derive(Debug, thiserror::Error)]
#[error("the word \"{0}\" is none of this program's")]
struct UnknownWord(String);

fn code<Code: serde::de::DeserializeOwned>(word: &str) -> Result<Code, UnknownWord> {
    codes::read(word).ok_or_else(|| UnknownWord(word.to_owned()))
}
