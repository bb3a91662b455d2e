//! Alarm signals: raised, escalated, acknowledged, silenced, repeated, cleared.
//!
//! Promises: the most urgent alarm comes first (I8). An alarm stays for 5 s at least. Silence covers only what sounds now: a new or
//! escalated alarm sounds. Acknowledgement is remembered until the alarm has gone or becomes more urgent.

use core::time::Duration;

use protocols::vocabulary::Timestamp;
use serde::{Deserialize, Serialize};

use crate::outputs::AlarmChanges;
use crate::rules::RuleId;
use crate::situation::Tell;
use crate::view::AlarmView;

/// The alarms of one station.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alarms {
    oldest: Option<Timestamp>,
}

impl Alarms {
    /// None.
    pub const NONE: Self = Self { oldest: None };

    /// Brings the alarms in line with what the rules tell now. To be called once in every turn; `record_whole` is whether everything
    /// is being recorded, as no alarm leaves before its raise is (I8).
    pub fn update(
        &mut self,
        now: Timestamp,
        tells: impl Iterator<Item = Tell>,
        record_whole: bool,
    ) -> AlarmChanges {
        let _ = (now, tells, record_whole);
        AlarmChanges::default()
    }

    /// Somebody has seen this alarm. Says whether there was one that nobody had. Reported by the next [`Self::update`].
    pub fn acknowledge(&mut self, rule: RuleId) -> bool {
        let _ = rule;
        false
    }

    /// Every alarm that sounds now is silent for so long, two minutes at most. Reported by the next [`Self::update`].
    pub fn silence(&mut self, now: Timestamp, lasts: Duration) {
        let _ = (now, lasts);
    }

    /// Since when the oldest high alarm has gone unacknowledged.
    #[must_use]
    pub fn unacknowledged_since(&self) -> Option<Timestamp> {
        self.oldest
    }

    /// Whether a latched alarm waits for a person.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        false
    }

    /// Every alarm, the most urgent first, and the oldest first among those.
    pub fn iter(&self) -> impl Iterator<Item = AlarmView> {
        core::iter::empty()
    }
}
