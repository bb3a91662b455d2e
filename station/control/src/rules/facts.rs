//! What conditions may ask, and how they answer.

use protocols::vocabulary::Timestamp;

use crate::load_history::LoadHistory;
use crate::prescription::{BoutSetup, HeartRateLimits};
use crate::rules::table;
use crate::rules::{RuleId, RuleSet};
use crate::signals::Signals;
use crate::situation::Situation;
use crate::supervisor::memory::Memory;
use crate::view::PhaseKind;

/// What the conditions of vital signs may ask.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) now: Timestamp,
    pub(crate) situation: &'a Situation,
    pub(crate) signals: &'a Signals,
    pub(crate) history: &'a LoadHistory,
    pub(crate) memory: &'a Memory,
    pub(crate) bout: &'a BoutSetup,
    /// Rules that have fired and are not over.
    pub(crate) in_force: RuleSet,
    /// Since when the condition of the rule that is looked at holds, if it does.
    pub(crate) holds_from: Option<Timestamp>,
}

/// Whether a condition holds. A signal that is not trusted answers nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// Nobody can tell now.
    Unknown,
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// What one look at a condition found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Judged {
    /// The rule's condition.
    pub(crate) holds: Truth,
    /// What ends the rule.
    pub(crate) clears: Truth,
    /// The condition of its escalation, beside its own.
    pub(crate) escalates: bool,
    /// It has been true since then, where that is not now.
    pub(crate) since: Option<Timestamp>,
    /// It happens, and does not last: only a person's acknowledgement ends the rule.
    pub(crate) once: bool,
    /// What ends it need not be waited for: the signals have done so already, or it does not apply any more.
    pub(crate) over: bool,
    /// The value that it looked at.
    pub(crate) value: Option<f64>,
    /// The limit that it held the value against.
    pub(crate) limit: Option<f64>,
}

impl Judged {
    /// Nobody can tell now.
    pub(crate) const UNKNOWN: Self = Self {
        holds: Truth::Unknown,
        clears: Truth::Unknown,
        escalates: false,
        since: None,
        once: false,
        over: false,
        value: None,
        limit: None,
    };

    /// It does not apply now, and what it did ends.
    pub(crate) const OFF: Self = Self {
        holds: Truth::No,
        over: true,
        ..Self::UNKNOWN
    };

    /// The condition holds or does not; what ends it is that it no longer does.
    pub(crate) fn that(holds: bool) -> Self {
        Self {
            holds: holds.into(),
            clears: (!holds).into(),
            ..Self::UNKNOWN
        }
    }

    /// Like [`Self::that`], of a value against a limit.
    pub(crate) fn of(holds: bool, value: f64, limit: f64) -> Self {
        Self {
            value: Some(value),
            limit: Some(limit),
            ..Self::that(holds)
        }
    }

    /// It happened, this once.
    pub(crate) fn happened() -> Self {
        Self {
            once: true,
            ..Self::that(true)
        }
    }

    /// What ends it is this.
    pub(crate) fn clears_when(mut self, clears: bool) -> Self {
        self.clears = clears.into();
        self
    }

    /// Its escalation holds too.
    pub(crate) fn escalates_when(mut self, escalates: bool) -> Self {
        self.escalates = escalates;
        self
    }

    /// Whether a rule that is idle stays as it is by this.
    pub(crate) fn is_quiet(&self) -> bool {
        self.holds == Truth::No
    }

    /// It has been true since then.
    pub(crate) fn true_since(mut self, since: Timestamp) -> Self {
        self.since = Some(since);
        self
    }
}

impl Situation {
    /// A patient exercises, waits in between, or recovers: the rules of vital signs are on. Before, the check at the door and the
    /// start interlock judge; after, the bout is over.
    pub(crate) fn is_under_way(&self) -> bool {
        match self.phase {
            PhaseKind::Starting
            | PhaseKind::WarmUp
            | PhaseKind::Conditioning
            | PhaseKind::CoolDown
            | PhaseKind::Recovery
            | PhaseKind::Paused
            | PhaseKind::Stopped => true,
            PhaseKind::Idle | PhaseKind::Ready | PhaseKind::Finished => false,
        }
    }

    /// Nobody is to be treated any more.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.phase, PhaseKind::Idle | PhaseKind::Finished)
    }
}

impl Facts<'_> {
    /// How many one-second values the rule's mean takes for this patient.
    pub(crate) fn mean_seconds(&self, id: RuleId) -> u16 {
        table::row(id).mean_for(&self.bout.patient)
    }

    /// The heart rate as the rule looks at it; `None` where it is not trusted or too few seconds of the mean are.
    pub(crate) fn heart_rate(&self, id: RuleId) -> Option<f64> {
        let value = self.signals.heart_rate(self.now)?;
        match self.mean_seconds(id) {
            0 => Some(value),
            seconds => self.mean_ago(seconds, 0),
        }
    }

    /// For an upper limit: the higher of two sources that differ.
    pub(crate) fn highest_heart_rate(&self, id: RuleId) -> Option<f64> {
        // In atrial fibrillation a pulse falls short of the beats, or a strap of the pulse: the higher counts, however little it is.
        self.of_both(id, self.bout.patient.atrial_fibrillation, f64::max)
    }

    /// For a lower limit: the lower of two sources that differ.
    pub(crate) fn lowest_heart_rate(&self, id: RuleId) -> Option<f64> {
        self.of_both(id, false, f64::min)
    }

    /// Mean of so many seconds of the leading source, as it was so many seconds ago.
    pub(crate) fn mean_ago(&self, seconds: u16, ago: u16) -> Option<f64> {
        let bins = &self.signals.leading()?.bins;
        bins.mean(bins.newest()?.checked_sub(u64::from(ago))?, seconds)
    }

    /// The highest mean of the last `window` seconds.
    pub(crate) fn highest_mean(&self, seconds: u16, window: u16) -> Option<f64> {
        self.signals.leading()?.bins.highest_mean(seconds, window)
    }

    /// Limits in heart rate, tighter while the oximeter's pulse stands in for the strap.
    pub(crate) fn heart_rate_limits(&self) -> Option<HeartRateLimits> {
        let tighter = self.signals.tighter_by();
        let limits = self.bout.prescription.heart_rate?;
        Some(HeartRateLimits {
            upper: limits.upper - tighter,
            icd_detection: limits.icd_detection.map(|icd| icd - tighter),
            ..limits
        })
    }

    /// Both sources' means of so many seconds, where both are good and fresh.
    pub(crate) fn both_sources(&self, seconds: u16) -> Option<(f64, f64)> {
        self.signals.both_sources(self.now, seconds)
    }

    fn of_both(&self, id: RuleId, always: bool, choose: impl Fn(f64, f64) -> f64) -> Option<f64> {
        let value = self.heart_rate(id)?;
        if !always && !self.in_force.contains(RuleId::HrSourcesDiffer) {
            return Some(value);
        }
        let seconds = self.mean_seconds(id).max(1);
        Some(match self.both_sources(seconds) {
            Some((strap, pulse)) => choose(value, choose(strap, pulse)),
            None => value,
        })
    }
}
