//! What people measured and asked, with what was corrected later.

use serde::Serialize;

use super::super::archive::Archive;
use super::super::entry::MeasurementKind;
use super::super::error::RecordsError;
use super::{SessionClock, SessionRecord};

/// Something that a person measured or asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MeasurementRecord {
    /// Its row in the record.
    pub id: i64,
    /// During which bout.
    pub bout: u16,
    /// When, in microseconds after the session began.
    pub t_us: i64,
    /// In which phase.
    pub phase: String,
    /// What it is, by the words of [`crate::records::MeasurementKind`].
    pub kind: String,
    /// The figure.
    pub value: i64,
    /// The second figure: diastolic pressure.
    pub second_value: Option<i64>,
    /// Their unit.
    pub unit: String,
    /// With symptoms beside it.
    pub symptoms: bool,
    /// The row that it stands for, where it is a correction.
    pub replaces: Option<i64>,
    /// It was corrected, and what to cannot be read: it does not hold.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub correction_is_lost: bool,
}

impl MeasurementRecord {
    /// Both figures of a blood pressure, in mmHg: systolic and diastolic. `None` of what has no second figure.
    #[must_use]
    pub fn pressure(&self) -> Option<(i64, i64)> {
        Some((self.value, self.second_value?))
    }

    /// In words: `blood pressure 142/78 mmHg`.
    #[must_use]
    pub fn words(&self) -> String {
        let name = self.kind.replace('-', " ");
        let figures = figures(self.value, self.second_value, &self.unit, self.symptoms);
        format!("{name} {figures}")
    }
}

/// What was measured with its unit, as people write it.
pub(crate) fn figures(value: i64, second: Option<i64>, unit: &str, symptoms: bool) -> String {
    let (value, unit) = MeasurementKind::written(unit, value);
    let second = second.map_or_else(String::new, |second| format!("/{second}"));
    let unit = if unit == "score" { "" } else { unit };
    let symptoms = if symptoms { ", with symptoms" } else { "" };
    format!("{}{symptoms}", format!("{value}{second} {unit}").trim_end())
}

impl SessionRecord {
    /// The measurements that hold: those that no later one stands for.
    pub fn measurements_in_force(&self) -> impl Iterator<Item = &MeasurementRecord> {
        self.measurements
            .iter()
            .filter(|taken| self.corrected(taken).is_none() && !taken.correction_is_lost)
    }

    /// The measurement that stands for another; `None` where that holds as it is.
    #[must_use]
    pub fn corrected(&self, taken: &MeasurementRecord) -> Option<&MeasurementRecord> {
        self.measurements
            .iter()
            .find(|other| other.replaces == Some(taken.id))
    }
}

pub(super) fn read(
    archive: &Archive,
    session: &str,
    clock: &SessionClock,
) -> Result<Vec<MeasurementRecord>, RecordsError> {
    archive.query(
        "SELECT measurements.id, number, run_id, at_us, phase, kind, value, second_value, unit, symptoms, replaces
         FROM measurements JOIN bouts ON bouts.id = bout_id WHERE session_id = ?1 ORDER BY measurements.id",
        [session],
        |row| {
            Ok(MeasurementRecord {
                id: row.get(0)?,
                bout: row.get(1)?,
                t_us: clock.place(row.get(2)?, row.get(3)?),
                phase: row.get(4)?,
                kind: row.get(5)?,
                value: row.get(6)?,
                second_value: row.get(7)?,
                unit: row.get(8)?,
                symptoms: row.get(9)?,
                replaces: row.get(10)?,
                correction_is_lost: false,
            })
        },
    )
}
