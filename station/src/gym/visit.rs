//! A visit of one patient: one session, bout after bout, each at a station.

use std::time::Duration;

use protocols::vocabulary::Timestamp;

use crate::clinic::{Patient, ResolvedPrescription};
use crate::records::SessionId;

/// A session on a station. It moves along with its patient.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    /// The session's id in the record.
    pub(super) session: SessionId,
    /// The patient.
    pub(super) patient: Patient,
    /// What is ordered for this bout.
    pub(super) prescription: ResolvedPrescription,
    /// Which bout this is, from 1.
    pub(super) bout: u16,
    /// When the session began.
    pub(super) since: Timestamp,
    /// It was found unfinished when the gym started.
    pub(super) was_interrupted: bool,
    /// The bout is closed in the record: nothing more of it is written.
    pub(super) bout_closed: bool,
    /// The second of the last sample.
    pub(super) sampled: Option<u64>,
}

/// How long the gym waits at its end for machines to come to rest.
pub(super) const END_LIMIT: Duration = Duration::from_secs(20);
