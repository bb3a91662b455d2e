//! Alarm signals: raised, escalated, acknowledged, silenced, repeated, cleared.
//!
//! Promises: the most urgent alarm comes first (I8). An alarm stays for 5 s at least, and until its raise is in the record. Silence covers
//! only what sounds now: a new or escalated alarm sounds. Acknowledgement is remembered until the alarm has gone, becomes more urgent, or its
//! rule fires anew: a person has seen only what was there to be seen.

use core::cmp::Reverse;
use core::time::Duration;

use protocols::vocabulary::Timestamp;
use serde::{Deserialize, Serialize};

use crate::arrays;
use crate::outputs::AlarmChanges;
use crate::rules::{LoadAct, Priority, RuleId, RuleSet};
use crate::situation::Tell;
use crate::view::AlarmView;

/// An alarm is shown for so long at least (I8).
const SHOWN_FOR: Duration = Duration::from_secs(5);
/// A high alarm that nobody acknowledges calls again after so long (`rules.toml`, `unacknowledged`).
const CALLS_AGAIN_AFTER: Duration = Duration::from_secs(30);
/// The longest silence.
const SILENCE_AT_MOST: Duration = Duration::from_mins(2);

/// The alarms of one station.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alarms {
    present: RuleSet,
    #[serde(with = "arrays")]
    by_rule: [Option<Alarm>; RuleId::COUNT],
    /// What persons did since the last update.
    pending: AlarmChanges,
}

/// Of these the lower of two values is the worse one; of all others the higher.
const LOWER_IS_WORSE: RuleSet = RuleSet::of(&[
    RuleId::HrLow,
    RuleId::HrPlunge,
    RuleId::HrFall,
    RuleId::HrNoRise,
    RuleId::HrNoRiseTold,
    RuleId::HrUnderTargetAtCap,
    RuleId::Spo2Floor,
    RuleId::Spo2Falling,
    RuleId::Spo2Critical,
    RuleId::Spo2Stop,
    RuleId::Spo2Fall,
    RuleId::MachineBelowTarget,
    RuleId::CadenceLow,
    RuleId::CadenceVeryLow,
    RuleId::CadenceStopped,
    RuleId::SbpDrop,
    RuleId::SbpNoRise,
    RuleId::PulsePressure,
]);

/// Why an alarm that is there calls anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    /// It has become more urgent.
    Urgent,
    /// Its rule came again, or does more, since a person saw it.
    Again,
}

/// One alarm.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Alarm {
    priority: Priority,
    since: Timestamp,
    /// It has this priority since then.
    urgent_since: Timestamp,
    called_at: Timestamp,
    value: Option<f64>,
    limit: Option<f64>,
    active: bool,
    latched: bool,
    acknowledged: bool,
    silenced_until: Option<Timestamp>,
    act: Option<LoadAct>,
}

impl Alarms {
    /// None.
    pub const NONE: Self = Self {
        present: RuleSet::EMPTY,
        by_rule: [None; RuleId::COUNT],
        pending: AlarmChanges {
            raised: RuleSet::EMPTY,
            escalated: RuleSet::EMPTY,
            acknowledged: RuleSet::EMPTY,
            silenced: RuleSet::EMPTY,
            cleared: RuleSet::EMPTY,
            repeated: RuleSet::EMPTY,
        },
    };

    /// Brings the alarms in line with what the rules tell now. To be called once in every turn; `record_whole` is whether everything
    /// is being recorded, as no alarm leaves before its raise is (I8).
    pub fn update(
        &mut self,
        now: Timestamp,
        tells: impl Iterator<Item = Tell>,
        record_whole: bool,
    ) -> AlarmChanges {
        let mut changes = core::mem::take(&mut self.pending);
        let mut told = RuleSet::EMPTY;
        for tell in tells {
            told.insert(tell.rule);
            self.present.insert(tell.rule);
            if let Some(slot) = self.by_rule.get_mut(tell.rule.index()) {
                match slot {
                    None => {
                        *slot = Some(Alarm::raised(&tell, now));
                        changes.raised.insert(tell.rule);
                    }
                    Some(alarm) => match alarm.follow(&tell, now) {
                        Some(Call::Urgent) => {
                            changes.escalated.insert(tell.rule);
                        }
                        Some(Call::Again) => {
                            changes.raised.insert(tell.rule);
                        }
                        None => {}
                    },
                }
            }
        }
        for rule in self.present.iter() {
            let Some(slot) = self.by_rule.get_mut(rule.index()) else {
                continue;
            };
            let Some(alarm) = slot else { continue };
            if !told.contains(rule) {
                alarm.active = false;
                alarm.act = None;
                if record_whole && now.since(alarm.since) >= SHOWN_FOR {
                    *slot = None;
                    self.present.remove(rule);
                    changes.cleared.insert(rule);
                }
            } else if alarm.calls_again(now) {
                changes.repeated.insert(rule);
            }
        }
        changes
    }

    /// Somebody has seen this alarm. Says whether there was one that nobody had. Told by the next [`Self::update`].
    pub fn acknowledge(&mut self, rule: RuleId) -> bool {
        match self.by_rule.get_mut(rule.index()) {
            Some(Some(alarm)) if !alarm.acknowledged => {
                alarm.acknowledged = true;
                self.pending.acknowledged.insert(rule);
                true
            }
            Some(_) | None => false,
        }
    }

    /// Every alarm that sounds now is silent for so long, two minutes at most. Told by the next [`Self::update`].
    pub fn silence(&mut self, now: Timestamp, lasts: Duration) {
        let until = now + lasts.min(SILENCE_AT_MOST);
        for rule in self.present.iter() {
            if let Some(Some(alarm)) = self.by_rule.get_mut(rule.index()) {
                alarm.silenced_until = Some(until);
                self.pending.silenced.insert(rule);
            }
        }
    }

    /// Since when the oldest high alarm has gone unacknowledged. `unacknowledged` itself is none.
    #[must_use]
    pub fn unacknowledged_since(&self) -> Option<Timestamp> {
        self.present
            .without(RuleSet::of(&[RuleId::Unacknowledged]))
            .iter()
            .filter_map(|rule| self.get(rule))
            .filter(|alarm| alarm.priority == Priority::High && !alarm.acknowledged)
            .map(|alarm| alarm.urgent_since)
            .min()
    }

    /// Whether a latched alarm waits for a person.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.present
            .iter()
            .filter_map(|rule| self.get(rule))
            .any(|alarm| alarm.latched && !alarm.acknowledged)
    }

    /// Every alarm: the most urgent first, of those what nobody has acknowledged, of those the oldest.
    pub fn iter(&self) -> impl Iterator<Item = AlarmView> {
        let mut order = [None; RuleId::COUNT];
        for (place, rule) in order.iter_mut().zip(self.present.iter()) {
            *place = self.get(rule).map(|alarm| (rule, *alarm));
        }
        order.sort_unstable_by_key(|place| {
            place.map_or((Reverse(None), true, Timestamp::NEVER, None), |found| {
                let (rule, alarm) = found;
                (
                    Reverse(Some(alarm.priority)),
                    alarm.acknowledged,
                    alarm.since,
                    Some(rule),
                )
            })
        });
        order
            .into_iter()
            .flatten()
            .map(|(rule, alarm)| alarm.view(rule))
    }

    fn get(&self, rule: RuleId) -> Option<&Alarm> {
        self.by_rule.get(rule.index())?.as_ref()
    }
}

/// Whether a value and the limit that it broke are as bad as others of the same rule, or worse: by how far the value is beyond its limit.
/// Where there is nothing to weigh, the later one counts.
#[must_use]
pub fn is_as_bad(
    rule: RuleId,
    (value, limit): (Option<f64>, Option<f64>),
    (before, its_limit): (Option<f64>, Option<f64>),
) -> bool {
    let beyond = |value: f64, limit: f64| {
        if LOWER_IS_WORSE.contains(rule) {
            limit - value
        } else {
            value - limit
        }
    };
    match (value.zip(limit), before.zip(its_limit)) {
        (Some((value, limit)), Some((before, its_limit))) => {
            beyond(value, limit) >= beyond(before, its_limit)
        }
        (None, _) | (_, None) => true,
    }
}

impl Alarm {
    fn raised(tell: &Tell, now: Timestamp) -> Self {
        Self {
            priority: tell.priority,
            since: now,
            urgent_since: now,
            called_at: now,
            value: tell.value,
            limit: tell.limit,
            active: tell.active,
            latched: tell.latched,
            acknowledged: false,
            silenced_until: None,
            act: tell.act,
        }
    }

    /// Follows what is told; says whether it calls anew: it has become more urgent, or what a person saw was not this.
    fn follow(&mut self, tell: &Tell, now: Timestamp) -> Option<Call> {
        let call = if tell.priority > self.priority {
            Some(Call::Urgent)
        } else if self.acknowledged && !tell.seen {
            self.since = now;
            Some(Call::Again)
        } else {
            None
        };
        if call.is_some() {
            self.priority = self.priority.max(tell.priority);
            self.urgent_since = now;
            self.called_at = now;
            self.acknowledged = false;
            self.silenced_until = None;
        }
        let kept = (self.value, self.limit);
        if call == Some(Call::Again) || is_as_bad(tell.rule, (tell.value, tell.limit), kept) {
            self.value = tell.value;
            self.limit = tell.limit;
        }
        self.active = tell.active;
        self.latched = tell.latched;
        self.act = tell.act;
        call
    }

    fn calls_again(&mut self, now: Timestamp) -> bool {
        let calls = self.priority == Priority::High
            && !self.acknowledged
            && now.since(self.called_at) >= CALLS_AGAIN_AFTER;
        if calls {
            self.called_at = now;
        }
        calls
    }

    const fn view(&self, rule: RuleId) -> AlarmView {
        AlarmView {
            rule,
            priority: self.priority,
            since: self.since,
            value: self.value,
            limit: self.limit,
            active: self.active,
            latched: self.latched,
            acknowledged: self.acknowledged,
            silenced_until: self.silenced_until,
            act: self.act,
        }
    }
}
