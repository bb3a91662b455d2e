//! How the recorder is doing, as the gym asks it at each turn of its own.

use std::time::Duration;

use protocols::vocabulary::Timestamp;

use super::identity::BoutId;
use crate::gym::snapshot::RecordHealth;

/// How the recorder is doing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecorderStatus {
    /// Everything that was handed over up to then, in the gym's time, is on the disk.
    pub committed: Timestamp,
    /// Why the store cannot be written now; it is tried again each second.
    pub failing: Option<String>,
    /// Bouts whose journal has a hole: something was lost, and it is not whole again before a checkpoint of each is taken.
    pub needs_checkpoint: Vec<BoutId>,
    /// Entries lost since the recorder was opened, because the queue was full.
    pub lost: u64,
    /// How far the disk is behind what was handed over, in the gym's time.
    pub behind: Duration,
}

impl RecorderStatus {
    /// Whether everything is being recorded: the store can be written and no journal has a hole. This is what the core is told
    /// by `Input::Record`.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.failing.is_none() && self.needs_checkpoint.is_empty()
    }

    /// The same for the wall.
    #[must_use]
    pub fn health(&self) -> RecordHealth {
        let because = match (&self.failing, self.needs_checkpoint.len()) {
            (Some(because), 0) => because.clone(),
            (Some(because), bouts) => {
                format!("{because}; what happens now is lost to the journal of {bouts} bout(s)")
            }
            (None, 0) => {
                return RecordHealth::Recording {
                    committed: self.committed,
                };
            }
            (None, bouts) => format!("the journal of {bouts} bout(s) has a gap"),
        };
        RecordHealth::Failing { because }
    }
}
