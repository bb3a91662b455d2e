//! What bouts taught of their patients, as rows and back: written at a bout's end, read when a gym opens and when a session is shown.

use control::learning::{Learned, OnMachine, Steady};
use protocols::vocabulary::{MachineKind, Timestamp};
use rusqlite::{Connection, Row, params};

use super::archive::Archive;
use super::codes::word;
use super::error::RecordsError;
use super::identity::{BoutId, SessionId};
use super::reading;

/// What is older says little of the patient of today, in microseconds: 90 days (choice).
const OUTDATED_US: i64 = 90 * 86_400 * 1_000_000;

/// What a bout taught, and whose bout it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The patient's pseudonym.
    pub patient: String,
    /// Which bout.
    pub bout: BoutId,
    /// On which kind of machine.
    pub machine: MachineKind,
    /// Whether the patient was a virtual one.
    pub is_virtual: bool,
    /// What it taught.
    pub learned: Learned,
}

/// What a bout taught, as it goes into the record.
#[derive(Debug, Clone, PartialEq)]
pub struct LearnedBout {
    /// What, and whose.
    pub kept: Kept,
    /// When the bout ended.
    pub at: Timestamp,
    /// With what it was judged.
    pub judged: Judged,
}

/// What a bout's findings rest on, beside what it taught.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The patient's weight on that day.
    pub mass_kg: f64,
    /// Atrial fibrillation.
    pub irregular: bool,
    /// The gain that was assessed, in beats a minute for each net MET.
    pub assessed_gain: Option<f64>,
    /// The earlier bouts that it was compared with.
    pub compared: Vec<BoutId>,
}

const COLUMNS: &str = "learned.session_id, learned.bout, learned.patient, learned.machine, sessions.kind, gain_bpm_per_met, gain_sd_bpm_per_met,
    tau_s, tau_sd_s, drift_bpm_per_min, drift_sd_bpm_per_min, steady_s, steady_middle_s, steady_heart_rate_bpm, steady_load_met,
    steady_power_w, steady_speed_m_s, steady_grade_percent FROM learned JOIN sessions ON sessions.id = learned.session_id";

/// Writes a row, and one for each bout that it was compared with.
///
/// # Errors
/// What the store said.
pub(super) fn write(
    connection: &Connection,
    row: i64,
    ended: &LearnedBout,
) -> rusqlite::Result<()> {
    let (kept, judged) = (&ended.kept, &ended.judged);
    let learned = &kept.learned;
    let steady = learned.steady.as_ref();
    let (power, speed, grade) = match steady.map(|steady| steady.machine) {
        Some(OnMachine::Watts(power)) => (Some(power), None, None),
        Some(OnMachine::Belt { speed, grade }) => (None, Some(speed), Some(grade)),
        Some(OnMachine::Nothing) | None => (None, None, None),
    };
    connection
        .prepare_cached(
            "INSERT INTO learned VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)",
        )?
        .execute(params![
            row,
            kept.bout.session.as_str(),
            kept.bout.number,
            kept.patient,
            word(&kept.machine),
            judged.mass_kg,
            judged.irregular,
            judged.assessed_gain,
            learned.gain,
            learned.gain_sd,
            learned.tau_s,
            learned.tau_sd,
            learned.drift,
            learned.drift_sd,
            steady.map(|steady| steady.seconds),
            steady.map(|steady| steady.middle_s),
            steady.map(|steady| steady.heart_rate),
            steady.map(|steady| steady.load),
            power,
            speed,
            grade
        ])?;
    for earlier in &judged.compared {
        connection
            .prepare_cached("INSERT INTO learned_compared VALUES (?1, ?2, ?3)")?
            .execute(params![row, earlier.session.as_str(), earlier.number])?;
    }
    Ok(())
}

/// What the sessions of the last 90 days taught, the oldest first.
///
/// # Errors
/// What the store said.
pub(super) fn lately(connection: &Connection, wall_us: i64) -> rusqlite::Result<Vec<Kept>> {
    connection
        .prepare(&format!(
            "SELECT {COLUMNS} WHERE began_wall_us >= ?1 ORDER BY began_wall_us, learned.session_id, learned.bout"
        ))?
        .query_map([wall_us.saturating_sub(OUTDATED_US)], kept)?
        .collect()
}

/// What a bout taught, with what it was judged, and the bouts that it was compared with, the oldest first. `None` where it taught nothing,
/// or an earlier version wrote the record.
///
/// # Errors
/// Where the file cannot be read.
pub(crate) fn of_bout(
    archive: &Archive,
    bout: i64,
) -> Result<Option<(Kept, Judged, Vec<Learned>)>, RecordsError> {
    let found = archive.query(
        &format!("SELECT {COLUMNS} WHERE bout_id = ?1"),
        [bout],
        kept,
    )?;
    let Some(found) = found.into_iter().next() else {
        return Ok(None);
    };
    let earlier = archive.query(
        &format!(
            "SELECT {COLUMNS} JOIN learned_compared ON learned_compared.session_id = learned.session_id
             AND learned_compared.bout = learned.bout WHERE learned_compared.bout_id = ?1 ORDER BY began_wall_us"
        ),
        [bout],
        kept,
    )?;
    let judged = archive.query(
        "SELECT mass_kg, irregular, assessed_gain_bpm_per_met FROM learned WHERE bout_id = ?1",
        [bout],
        |row| {
            Ok(Judged {
                mass_kg: row.get(0)?,
                irregular: row.get(1)?,
                assessed_gain: row.get(2)?,
                compared: earlier.iter().map(|kept| kept.bout).collect(),
            })
        },
    )?;
    let earlier = earlier.into_iter().map(|kept| kept.learned).collect();
    Ok(judged
        .into_iter()
        .next()
        .map(|judged| (found, judged, earlier)))
}

fn kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    let session: SessionId = reading::session_id(row, 0)?;
    let machine: String = row.get(3)?;
    Ok(Kept {
        patient: row.get(2)?,
        bout: BoutId {
            session,
            number: row.get(1)?,
        },
        machine: if machine == "cycle" {
            MachineKind::Cycle
        } else {
            MachineKind::Treadmill
        },
        is_virtual: row.get::<_, String>(4)? == "virtual",
        learned: Learned {
            gain: row.get(5)?,
            gain_sd: row.get(6)?,
            tau_s: row.get(7)?,
            tau_sd: row.get(8)?,
            drift: row.get(9)?,
            drift_sd: row.get(10)?,
            steady: steady(row)?,
        },
    })
}

fn steady(row: &Row<'_>) -> rusqlite::Result<Option<Steady>> {
    let Some(seconds) = row.get(11)? else {
        return Ok(None);
    };
    let (power, speed): (Option<f64>, Option<f64>) = (row.get(15)?, row.get(16)?);
    Ok(Some(Steady {
        seconds,
        middle_s: row.get(12)?,
        heart_rate: row.get(13)?,
        load: row.get(14)?,
        machine: match (power, speed) {
            (Some(power), _) => OnMachine::Watts(power),
            (None, Some(speed)) => OnMachine::Belt {
                speed,
                grade: row.get(17)?,
            },
            (None, None) => OnMachine::Nothing,
        },
    }))
}

#[cfg(test)]
mod tests;
