//! Trust over time: how long a signal was trusted, and a doubt that ends after a run of good readings.

use core::time::Duration;

use protocols::vocabulary::Timestamp;
use serde::{Deserialize, Serialize};

use crate::rules::{RuleId, table};

/// Without a trusted reading for longer than this a signal is doubted: no rise (`supervision.md` 2.1, age).
pub(crate) const DOUBTED_AFTER: Duration = Duration::from_secs(3);
/// Without a trusted reading for longer than this a signal is lost (`supervision.md` 2.1, age).
pub(crate) const LOST_AFTER: Duration = Duration::from_secs(10);
/// A strap that was lost leads again after so long of good readings (`supervision.md` 2.1, return).
pub(crate) const RETURN_AFTER: Duration = Duration::from_secs(10);

/// How long a reading counts: until it is too old, and not in the instant in which it becomes so.
const COUNTS_FOR: Duration = Duration::from_nanos(2_999_999_999);

/// A clock that runs while a signal is trusted. The rules' `after_s` is measured by it, so that an untrusted second pauses them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct TrustClock {
    total: Duration,
    running_since: Option<Timestamp>,
}

impl TrustClock {
    /// One that has never run.
    pub(crate) const STOPPED: Self = Self {
        total: Duration::ZERO,
        running_since: None,
    };

    /// A trusted reading was sent.
    pub(crate) fn trusted(&mut self, sent_at: Timestamp) {
        self.total = self.at(sent_at);
        self.running_since = Some(sent_at);
    }

    /// A reading that is not to be trusted was sent, or trust ended.
    pub(crate) fn untrusted(&mut self, at: Timestamp) {
        self.total = self.at(at);
        self.running_since = None;
    }

    /// What the clock shows: a trusted reading counts on until it is too old.
    pub(crate) fn at(&self, now: Timestamp) -> Duration {
        let running = self
            .running_since
            .map_or(Duration::ZERO, |since| now.since(since).min(COUNTS_FOR));
        self.total.saturating_add(running)
    }
}

/// A source that a rule of plausibility doubts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Doubt {
    /// `hr-implausible` or `hr-step`.
    pub(crate) rule: RuleId,
    /// Since when.
    pub(crate) began: Timestamp,
    /// The value before the step.
    pub(crate) before: Option<f64>,
    /// A second source at which no rule looks agreed with that value.
    pub(crate) unwatched_agreed: bool,
    /// The run of good readings that may end it: the first of it, and the last.
    good: Option<(Timestamp, Timestamp)>,
}

impl Doubt {
    /// A step from a value, and whether a second source at which no rule looks agreed with that one.
    pub(crate) const fn stepped(
        began: Timestamp,
        before: Option<f64>,
        unwatched_agreed: bool,
    ) -> Self {
        Self {
            rule: RuleId::HrStep,
            began,
            before,
            unwatched_agreed,
            good: None,
        }
    }

    /// An implausible value. What the source stepped from, and when, is remembered: a glitch on the way makes no other number good.
    pub(crate) const fn implausible(sent_at: Timestamp, already: Option<Self>) -> Self {
        let doubt = match already {
            Some(doubt) => doubt,
            None => Self::stepped(sent_at, None, false),
        };
        Self {
            rule: RuleId::HrImplausible,
            good: None,
            ..doubt
        }
    }

    /// Counts one reading; says whether the run of good ones is long enough to trust the source again.
    pub(crate) fn is_over_after(&mut self, good: bool, sent_at: Timestamp) -> bool {
        if !good {
            self.good = None;
            return false;
        }
        let first = match self.good {
            Some((first, last)) if sent_at.since(last) <= DOUBTED_AFTER => first,
            Some(_) | None => sent_at,
        };
        self.good = Some((first, sent_at));
        let enough = table::row(self.rule).clear_s.unwrap_or_default();
        sent_at.since(first) >= Duration::from_secs(enough.into())
    }
}
