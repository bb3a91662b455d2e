//! The phases of a bout, from its events.

use serde::Serialize;
use serde_json::Value;

use super::super::archive::{Archive, seconds};
use super::super::error::RecordsError;

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
    bout: i64,
    began_us: i64,
    end_us: i64,
) -> Result<Vec<PhaseSpan>, RecordsError> {
    let changes = archive.query(
        "SELECT at_us, detail FROM events WHERE session_id = ?1 AND bout_id = ?2 AND kind = 'phase' ORDER BY id",
        rusqlite::params![session, bout],
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<String>>(1)?)),
    )?;
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
            None => phase_at(archive, bout, at_us)?.unwrap_or_else(|| "unknown".to_owned()),
        };
    }
    push(&mut spans, &phase, since, end_us, began_us);
    Ok(spans)
}

fn phase_at(archive: &Archive, bout: i64, at_us: i64) -> Result<Option<String>, RecordsError> {
    let found = archive.query(
        "SELECT phase FROM samples WHERE bout_id = ?1 AND at_us >= ?2 ORDER BY at_us LIMIT 1",
        [bout, at_us],
        |row| row.get(0),
    )?;
    Ok(found.into_iter().next())
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
