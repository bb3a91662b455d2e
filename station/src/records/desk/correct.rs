//! A correction: another row that stands for a measurement, with who wrote it and why. The first value stays and is shown on request.

use std::path::Path;

use control::input::Entry as Entered;
use rusqlite::params;
use serde_json::Map;

use super::by::By;
use super::error::DeskError;
use super::note::said;
use super::staff::authenticate;
use super::writer::{Desk, Told};
use crate::records::chain::{Hash, Hex, Sum};
use crate::records::codes::word;
use crate::records::entry::EventKind;
use crate::records::observe::Figures;
use crate::records::session::MeasurementRecord;

/// What a measurement should have said.
#[derive(Debug, Clone, Copy)]
pub struct Correction<'a> {
    /// Which of the session's measurements, from 1, in the order of the record.
    pub number: usize,
    /// The right value, of the same kind.
    pub value: Entered,
    /// Why.
    pub why: &'a str,
}

/// What the event of a correction carries: over the row that it tells of.
pub(super) fn hash(figures: (&str, i64, Option<i64>, bool), number: usize, why: &str) -> Hash {
    let mut sum = Sum::default();
    sum.text(Some(figures.0));
    sum.whole(Some(figures.1));
    sum.whole(figures.2);
    sum.whole(Some(i64::from(figures.3)));
    sum.whole(i64::try_from(number).ok());
    sum.text(Some(why));
    sum.finish()
}

/// Adds a correction; the number of the new measurement in its session.
///
/// # Errors
/// Where the id or the secret is wrong, there is no such measurement, it is of another kind or was corrected already, no reason is given, or
/// the record cannot be written.
pub fn correct(
    path: &Path,
    by: &By,
    secret: &str,
    session: &str,
    taken: &[MeasurementRecord],
    correction: &Correction<'_>,
) -> Result<usize, DeskError> {
    let why = said(correction.why, "reason")?;
    let number = correction.number;
    let wrong = correctable(session, taken, number)?;
    let figures = Figures::of(correction.value)
        .filter(|figures| word(&figures.kind) == wrong.kind)
        .ok_or_else(|| {
            DeskError::Unfit(format!(
                "measurement {number} is {}, and the new value is none",
                wrong.kind.replace('-', " ")
            ))
        })?;
    let mut desk = Desk::open(path, by)?;
    let author = authenticate(&mut desk, secret, Some(session), "to correct a measurement")?;
    let new = taken.len().saturating_add(1);
    let second = figures.second_value.map(i64::from);
    let sum = hash(
        (&wrong.kind, figures.value.into(), second, figures.symptoms),
        number,
        &why,
    );
    desk.act(|act| {
        let others: i64 = act.transaction.query_row(
            "SELECT count(*) FROM measurements JOIN bouts ON bouts.id = bout_id WHERE session_id = ?1",
            [session],
            |row| row.get(0),
        )?;
        if usize::try_from(others) != Ok(taken.len()) {
            return Err(DeskError::Unfit(
                "another measurement was added meanwhile: look again, and correct then".to_owned(),
            )
            .into());
        }
        // The event first: what is signed takes a row that stands for another as what an event told of alone.
        let mut detail = Map::new();
        detail.insert("measurement".to_owned(), new.into());
        detail.insert("replaces".to_owned(), number.into());
        detail.insert("sha256".to_owned(), Hex(&sum).to_string().into());
        let event = act.tell(Told {
            kind: EventKind::Correction,
            session: Some(session),
            words: format!("corrected measurement {number} ({})", wrong.kind.replace('-', " ")),
            detail,
        })?;
        act.transaction.execute(
            "INSERT INTO measurements (bout_id, at_us, t_s, phase, kind, value, second_value, unit, symptoms, replaces)
             SELECT bout_id, at_us, t_s, phase, kind, ?2, ?3, unit, ?4, id FROM measurements WHERE id = ?1",
            params![wrong.id, figures.value, figures.second_value, figures.symptoms],
        )?;
        let row = act.transaction.last_insert_rowid();
        act.transaction.execute(
            "INSERT INTO corrections (measurement_id, session_id, wall_us, by_id, by_name, why, event_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![row, session, act.wall_us, author.id, author.name, why, event],
        )?;
        Ok(new)
    })
}

/// The measurement of that number, where it holds.
fn correctable<'a>(
    session: &str,
    taken: &'a [MeasurementRecord],
    number: usize,
) -> Result<&'a MeasurementRecord, DeskError> {
    let wrong = number
        .checked_sub(1)
        .and_then(|place| taken.get(place))
        .ok_or_else(|| DeskError::NoMeasurement {
            session: session.to_owned(),
            number,
        })?;
    let later = taken
        .iter()
        .position(|other| other.replaces == Some(wrong.id));
    match later {
        Some(place) => Err(DeskError::CorrectedAlready {
            number,
            instead: place.saturating_add(1),
        }),
        None => Ok(wrong),
    }
}
