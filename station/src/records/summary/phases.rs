//! The phases of a bout, from its events.

use serde::Serialize;
use serde_json::Value;

use super::super::archive::{Archive, BoutRow, seconds};
use super::super::error::RecordsError;
use super::super::samples::SampleRow;

/// A phase, from when to when.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PhaseSpan {
    /// Its name.
    pub phase: String,
    /// Seconds after the bout began.
    pub from_s: f64,
    /// How long, in seconds.
    pub seconds: f64,
}

pub(super) fn phases(
    archive: &Archive,
    session: &str,
    bout: &BoutRow,
    end_us: i64,
    samples: &[SampleRow],
) -> Result<Vec<PhaseSpan>, RecordsError> {
    let changes = archive.query(
        "SELECT at_us, detail FROM events WHERE session_id = ?1 AND bout_id = ?2 AND kind = 'phase' ORDER BY id",
        rusqlite::params![session, bout.row],
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<String>>(1)?)),
    )?;
    let began_us = bout.began_us;
    let mut spans = Vec::new();
    let (mut phase, mut since) = ("idle".to_owned(), began_us);
    for (at_us, detail) in changes {
        push(&mut spans, &phase, since, at_us, began_us);
        since = at_us;
        let into = detail
            .and_then(|detail| serde_json::from_str::<Value>(&detail).ok())
            .and_then(|detail| detail.get("to")?.as_str().map(str::to_owned));
        phase = match into {
            Some(into) => into,
            // An event that does not say it as a code: the next sample does.
            None => phase_at(samples, at_us).unwrap_or_else(|| "unknown".to_owned()),
        };
    }
    push(&mut spans, &phase, since, end_us, began_us);
    Ok(spans)
}

fn phase_at(samples: &[SampleRow], at_us: i64) -> Option<String> {
    samples
        .iter()
        .find(|sample| sample.at_us >= at_us)
        .map(|sample| sample.phase.clone())
}

/// Adds a span that lasted.
fn push(spans: &mut Vec<PhaseSpan>, phase: &str, from_us: i64, to_us: i64, began_us: i64) {
    if to_us > from_us {
        spans.push(PhaseSpan {
            phase: phase.to_owned(),
            from_s: seconds(from_us - began_us),
            seconds: seconds(to_us - from_us),
        });
    }
}
