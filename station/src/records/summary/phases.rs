//! The phases of a bout.

use serde::Serialize;

use super::super::archive::seconds;
use super::super::codes::word;
use super::super::session::{BoutRecord, SessionRecord};

/// A phase, from when to when.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PhaseSpan {
    /// Its name.
    pub phase: String,
    /// Seconds after the bout began.
    pub from_s: f64,
    /// How long, in seconds.
    pub seconds: f64,
    /// How much of that was not recorded.
    pub unrecorded_s: f64,
}

pub(super) fn phases(session: &SessionRecord, bout: &BoutRecord) -> Vec<PhaseSpan> {
    session
        .phases()
        .iter()
        .filter(|span| span.bout == bout.number)
        .map(|span| PhaseSpan {
            phase: word(&span.phase),
            from_s: seconds(span.from_us - bout.from_us),
            seconds: seconds(span.length_us()),
            unrecorded_s: seconds(session.unrecorded_of(span)),
        })
        .collect()
}
