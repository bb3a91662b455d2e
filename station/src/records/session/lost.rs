//! Rows of a session that events tell of and that cannot be read: what is lost is never told as what never was.

use control::input::Action;
use serde::Serialize;

use super::super::archive::Archive;
use super::super::error::RecordsError;
use super::super::observe::Figures;
use super::desk::{Added, ToldOf};
use super::{EventRecord, MeasurementRecord};

/// How many rows of each kind events tell of beyond those that can be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LostRows {
    /// Notes.
    pub notes: usize,
    /// Who corrected what.
    pub corrections: usize,
    /// Signatures.
    pub signatures: usize,
    /// What people measured and asked, and the values that it was corrected to.
    pub measurements: usize,
}

impl LostRows {
    pub(super) fn of(
        added: &Added,
        events: &[EventRecord],
        measurements: &[MeasurementRecord],
    ) -> Self {
        let told = |kind: ToldOf| added.told.values().filter(|told| told.of == kind).count();
        let entered = events.iter().filter(|event| is_of_an_entry(event)).count();
        let corrected = told(ToldOf::Correction);
        Self {
            notes: told(ToldOf::Note).saturating_sub(added.notes.len()),
            corrections: corrected.saturating_sub(added.corrections.len()),
            signatures: told(ToldOf::Signature).saturating_sub(added.signatures.len()),
            measurements: (entered + corrected).saturating_sub(measurements.len()),
        }
    }

    /// Whether it is an index of these tables alone that hides some: then what can be read stands in from then on, and all is to be read again.
    pub(super) fn are_only_hidden(self, archive: &Archive) -> Result<bool, RecordsError> {
        for (table, lost) in [
            ("notes", self.notes),
            ("corrections", self.corrections),
            ("signatures", self.signatures),
            ("measurements", self.measurements),
        ] {
            if lost > 0 && archive.is_misled(table)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn is_of_an_entry(event: &EventRecord) -> bool {
    if event.kind != "operator" {
        return false;
    }
    let action = event.detail.clone().map(serde_json::from_value::<Action>);
    matches!(action, Some(Ok(Action::Enter(entry))) if Figures::of(entry).is_some())
}

/// Marks what was corrected where the new value is lost, as far as its number can be told. Says below which number the measurements that are there
/// have the numbers that they had: from the first that is lost on they move.
pub(super) fn mark(added: &Added, lost: LostRows, measurements: &mut [MeasurementRecord]) -> usize {
    let is_there = |row: i64| measurements.iter().any(|taken| taken.id == row);
    let of_lost: Vec<(Option<usize>, usize)> = added
        .corrections
        .iter()
        .filter(|correction| !is_there(correction.measurement))
        .map(|correction| {
            let told = added.told.get(&correction.event);
            let number = told.and_then(|told| told.number).unwrap_or(0);
            (told.and_then(|told| told.replaces), number)
        })
        .collect();
    if of_lost.len() != lost.measurements {
        return 0;
    }
    let first_lost = of_lost.iter().map(|(_, number)| *number).min();
    let sure_below = first_lost.unwrap_or(usize::MAX);
    for (replaces, _) in of_lost {
        if let Some(taken) = replaces
            .filter(|number| *number < sure_below)
            .and_then(|number| number.checked_sub(1))
            .and_then(|place| measurements.get_mut(place))
        {
            taken.correction_is_lost = true;
        }
    }
    sure_below
}
