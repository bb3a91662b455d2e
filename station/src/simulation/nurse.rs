//! The trial's virtual nurse (`controllers.md` 4.1): sees alarms, acknowledges, and lets a session go on when signals are trusted again. Before
//! that the patient is asked again for what was complained of, and told to pedal.

use std::time::Duration;

use control::input::{Action, Entry};
use control::view::{AlarmView, PhaseKind, StationView, Trust};
use protocols::vocabulary::Timestamp;

use super::cohort::NurseKind;
use control::rules::{Priority, RuleId};

/// The usual nurse comes to an alarm after so long, the hasty one after so long.
const COMES_AFTER: Duration = Duration::from_secs(30);
const HASTY_AFTER: Duration = Duration::from_secs(3);
/// The usual nurse lets it go on once signals have been trusted for so long.
const TRUSTED_FOR: Duration = Duration::from_secs(10);
/// A start that was confirmed and did not come is confirmed again after so long.
const CONFIRMS_AGAIN: Duration = Duration::from_secs(30);
/// Conditioning that has less left than this is not gone back to.
const WORTH_RESUMING: Duration = Duration::from_secs(30);
/// Pain, breathlessness and exertion of who rests are over after so long. The patient's model knows nothing of them.
const COMPLAINT_LASTS: Duration = Duration::from_mins(3);

/// What a nurse has in mind.
#[derive(Debug, Clone)]
pub struct Nurse {
    kind: NurseKind,
    trusted_since: Option<Timestamp>,
    tried: Timestamp,
    told_to_pedal: bool,
    /// How long conditioning is to last, and how long it has lasted.
    ordered: Duration,
    conditioned: Duration,
}

impl Nurse {
    /// A nurse who has read the prescription: conditioning lasts `ordered`.
    #[must_use]
    pub const fn new(kind: NurseKind, ordered: Duration) -> Self {
        Self {
            kind,
            trusted_since: None,
            tried: Timestamp::ZERO,
            told_to_pedal: false,
            ordered,
            conditioned: Duration::ZERO,
        }
    }

    /// What the nurse does now, looking once a second. An absent nurse has begun the session and gone.
    pub fn look(
        &mut self,
        now: Timestamp,
        view: &StationView,
        alarms: impl Iterator<Item = AlarmView>,
    ) -> Option<Action> {
        let rests = matches!(view.phase, PhaseKind::Paused | PhaseKind::Stopped);
        self.told_to_pedal &= rests;
        if view.phase == PhaseKind::Conditioning {
            self.conditioned = self.conditioned.saturating_add(Duration::from_secs(1));
        }
        let trusted = trusted(view.heart_rate.trust) && trusted(view.saturation.trust);
        if trusted {
            self.trusted_since.get_or_insert(now);
        } else {
            self.trusted_since = None;
        }
        let (comes_after, trusted_for) = match self.kind {
            NurseKind::Absent => return None,
            NurseKind::Usual => (COMES_AFTER, TRUSTED_FOR),
            NurseKind::Hasty => (HASTY_AFTER, Duration::ZERO),
        };
        let mut is_called = false;
        let mut asks = None;
        for alarm in alarms {
            let since = now.since(alarm.since);
            if !alarm.acknowledged && (alarm.priority == Priority::High || alarm.latched) {
                is_called |= since >= comes_after;
            } else if rests && since >= COMPLAINT_LASTS {
                asks = asks.or(answer_at_rest(alarm.rule));
            }
        }
        if is_called {
            return Some(Action::AcknowledgeAll);
        }
        let long_enough = self
            .trusted_since
            .is_some_and(|since| now.since(since) >= trusted_for);
        let may_try = now.since(self.tried) >= trusted_for;
        let wants = match view.phase {
            PhaseKind::Paused | PhaseKind::Stopped => long_enough && may_try,
            PhaseKind::CoolDown => {
                let left = self.ordered.saturating_sub(self.conditioned);
                long_enough && may_try && left >= WORTH_RESUMING
            }
            PhaseKind::Ready => {
                let forgotten = now.since(self.tried) >= CONFIRMS_AGAIN;
                if forgotten && view.interlock.confirmation {
                    self.tried = now;
                    return Some(Action::ConfirmStart);
                }
                false
            }
            PhaseKind::Idle
            | PhaseKind::Starting
            | PhaseKind::WarmUp
            | PhaseKind::Conditioning
            | PhaseKind::Recovery
            | PhaseKind::Finished => false,
        };
        wants.then(|| {
            self.tried = now;
            if let Some(entry) = asks {
                return Action::Enter(entry);
            }
            self.told_to_pedal = rests;
            Action::Resume
        })
    }

    /// Whether the patient, who sits still while the session is stopped or paused, has been told to pedal: from the first time that it was to
    /// go on until it does.
    #[must_use]
    pub const fn tells_to_pedal(&self) -> bool {
        self.told_to_pedal
    }
}

/// What who rests says of it when asked again; `None` where nobody asks the patient for it.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "nobody complained of anything else"
)]
const fn answer_at_rest(rule: RuleId) -> Option<Entry> {
    match rule {
        RuleId::Angina => Some(Entry::Angina(0)),
        RuleId::DyspnoeaHigh => Some(Entry::Dyspnoea(0)),
        RuleId::RpeHigh => Some(Entry::PerceivedExertion(6)),
        _ => None,
    }
}

/// Good enough for a nurse: what nobody measures cannot be waited for.
const fn trusted(trust: Trust) -> bool {
    matches!(trust, Trust::Trusted | Trust::Absent)
}
