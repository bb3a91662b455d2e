//! The sources of heart rate that rules of doubt look at: the strap where one is worn, and the oximeter's pulse where it leads, says
//! otherwise, or was dead of late.

use super::RuleId;
use super::facts::{Facts, Judged, Truth};
use super::plausibility::pulse_was_dead;
use crate::signals::{KEPT, Source};
use crate::supervisor::memory::CadenceLock;

/// A source, and whether it follows the pedals.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) source: &'a Source<KEPT>,
    pub(super) lock: &'a CadenceLock,
}

/// Both that are looked at.
pub(super) struct Sources<'a> {
    pub(super) primary: Option<Seen<'a>>,
    pub(super) stand_in: Option<Seen<'a>>,
}

impl<'a> Sources<'a> {
    pub(super) fn of(facts: &Facts<'a>) -> Self {
        let (signals, memory) = (facts.signals, facts.memory);
        let seen = |source, lock| Seen { source, lock };
        let lock = if signals.is_strap_worn() {
            &memory.strap_lock
        } else {
            &memory.pulse_lock
        };
        let suspicious = facts.in_force.contains(RuleId::HrSourcesDiffer) || pulse_was_dead(facts);
        Self {
            primary: signals.primary().map(|source| seen(source, lock)),
            stand_in: signals
                .stand_in(suspicious)
                .map(|source| seen(source, &memory.pulse_lock)),
        }
    }

    /// The one that load rests on.
    pub(super) fn leading(&self, facts: &Facts<'_>) -> Option<Seen<'a>> {
        if facts.signals.oximeter_leads() {
            self.stand_in.or(self.primary)
        } else {
            self.primary
        }
    }

    /// What is found of each.
    pub(super) fn each(
        &self,
        judge: impl Fn(Seen<'a>) -> Option<Judged>,
    ) -> (Option<Judged>, Option<Judged>) {
        (
            self.primary.and_then(&judge),
            self.stand_in.and_then(&judge),
        )
    }
}

/// A rule holds where it does of one of the sources, and is over where it is of both; of one that it doubts and that says nothing now
/// nobody can tell.
pub(super) fn of_each<'a>(
    id: RuleId,
    facts: &Facts<'a>,
    judge: impl Fn(Seen<'a>) -> Option<Judged>,
) -> Option<Judged> {
    let Sources { primary, stand_in } = Sources::of(facts);
    let Some(stand_in) = stand_in else {
        return judge(primary?);
    };
    let doubted = facts.signals.heart_rate_doubts();
    let (strap, pulse) = (primary.and_then(&judge), judge(stand_in));
    let is_awaited = strap.is_none() && doubted.strap.contains(id)
        || pulse.is_none() && doubted.pulse.contains(id);
    let mut judged = match (strap, pulse) {
        (Some(strap), Some(pulse)) => {
            let worse = if strap.holds == Truth::Yes && pulse.holds != Truth::Yes {
                strap
            } else {
                pulse
            };
            Judged {
                clears: both(strap.clears, pulse.clears),
                ..worse
            }
        }
        (Some(alone), None) | (None, Some(alone)) => alone,
        (None, None) => return None,
    };
    if is_awaited {
        judged.clears = Truth::Unknown;
        if judged.holds == Truth::No {
            judged.holds = Truth::Unknown;
        }
    }
    Some(judged)
}

fn both(one: Truth, other: Truth) -> Truth {
    match (one, other) {
        (Truth::Yes, Truth::Yes) => Truth::Yes,
        (Truth::No, _) | (_, Truth::No) => Truth::No,
        (Truth::Unknown, _) | (_, Truth::Unknown) => Truth::Unknown,
    }
}
