//! The gym's alarms as one list, worst first; how fast they flash; when the bell rings.

use std::collections::BTreeSet;
use std::time::Duration;

use control::rules::{Priority, RuleId};
use control::view::AlarmView;
use protocols::vocabulary::Timestamp;

use super::view::Seen;
use super::words;
use super::words::rules::{self, Domain};
use crate::gym::snapshot::{RecordHealth, Snapshot, StationSnapshot};

/// Half a period of the flash of a high alarm: 2 Hz.
const HIGH_HALF: u64 = 250_000_000;
/// Half a period of the flash of a medium alarm: 0.6 Hz.
const MEDIUM_HALF: u64 = 833_000_000;
/// A high alarm rings again after this.
const RING_AGAIN: u64 = 3_000_000_000;

/// An alarm with its station.
#[derive(Debug, Clone, Copy)]
pub struct Raised<'a> {
    /// Where.
    pub station: &'a StationSnapshot,
    /// What.
    pub alarm: &'a AlarmView,
}

impl Raised<'_> {
    fn rank(&self) -> (u8, bool, bool, Domain, Timestamp, u8) {
        let urgency = match self.alarm.priority {
            Priority::High => 0,
            Priority::Medium => 1,
            Priority::Low => 2,
        };
        (
            urgency,
            self.alarm.acknowledged,
            !self.alarm.active,
            rules::of(self.alarm.rule).domain,
            self.alarm.since,
            self.station.number,
        )
    }

    /// What it tells, as short as it goes or in full: of a sensor that its station knows, with that sensor's name.
    #[must_use]
    pub fn sentence(&self, short: bool) -> String {
        let AlarmView {
            rule, value, limit, ..
        } = *self.alarm;
        let sentence = if short {
            words::alarm_short(rule, value, limit)
        } else {
            words::alarm(rule, value, limit)
        };
        if words::is_over(self.alarm) {
            return sentence;
        }
        words::notes::named(sentence, rule, &self.station.view)
    }

    /// Whether it calls: nobody has seen it.
    #[must_use]
    pub const fn calls(&self) -> bool {
        !self.alarm.acknowledged
    }
}

/// Every alarm of the gym, worst first: by priority, the unacknowledged before the acknowledged, the patient before the equipment.
#[must_use]
pub fn all(snapshot: &Snapshot) -> Vec<Raised<'_>> {
    let mut raised: Vec<_> = snapshot.stations.iter().flat_map(of_station).collect();
    raised.sort_by_key(Raised::rank);
    raised
}

/// The alarms of one station, worst first.
#[must_use]
pub fn at(station: &StationSnapshot) -> Vec<Raised<'_>> {
    let mut raised: Vec<_> = of_station(station).collect();
    raised.sort_by_key(Raised::rank);
    raised
}

fn of_station(station: &StationSnapshot) -> impl Iterator<Item = Raised<'_>> {
    station
        .alarms
        .iter()
        .map(move |alarm| Raised { station, alarm })
}

/// How many alarms of that priority there are.
#[must_use]
pub fn count(snapshot: &Snapshot, priority: Priority) -> usize {
    snapshot
        .stations
        .iter()
        .flat_map(|station| &station.alarms)
        .filter(|alarm| alarm.priority == priority)
        .count()
}

/// Whether an alarm is in the bright phase of its flash now. An acknowledged one and a low one stand still.
#[must_use]
pub fn lit(alarm: &AlarmView, now: u64) -> bool {
    match (alarm.acknowledged, alarm.priority) {
        (true, _) | (false, Priority::Low) => false,
        (false, priority) => flash(priority, now),
    }
}

/// The phase of the flash of that priority at a reading of `CLOCK_BOOTTIME`.
#[must_use]
pub const fn flash(priority: Priority, now: u64) -> bool {
    match priority {
        Priority::High => (now / HIGH_HALF).is_multiple_of(2),
        Priority::Medium => (now / MEDIUM_HALF).is_multiple_of(2),
        Priority::Low => false,
    }
}

/// How much longer an alarm's sound is off; `None` where it is not.
#[must_use]
pub fn silent_for(alarm: &AlarmView, now: Timestamp) -> Option<Duration> {
    alarm
        .silenced_until
        .filter(|until| *until > now)
        .map(|until| until.since(now))
}

/// When the bell rings. A high alarm that nobody acknowledged rings each 3 s, a medium one once; silence covers only the alarms
/// present, so that a new one rings. A gym that is not heard rings too: nobody would see its alarms. A record that fails rings once.
#[derive(Debug, Clone, Default)]
pub struct Bell {
    rang_at: Option<u64>,
    record_failed: bool,
    heard: BTreeSet<(u8, RuleId, Priority, Timestamp)>,
}

impl Bell {
    /// Whether the bell rings now.
    pub fn rings(&mut self, seen: &Seen<'_>) -> bool {
        let due = self
            .rang_at
            .is_none_or(|rang| seen.now.saturating_sub(rang) >= RING_AGAIN);
        let Some(snapshot) = seen.snapshot else {
            return false;
        };
        let now = seen.gym_now();
        let fails = matches!(snapshot.record, RecordHealth::Failing { .. });
        let mut calls = (!seen.is_live() && due) || (fails && !self.record_failed);
        self.record_failed = fails;
        let mut present = BTreeSet::new();
        for Raised { station, alarm } in all(snapshot) {
            let sounds = !alarm.acknowledged && silent_for(alarm, now).is_none();
            if alarm.priority == Priority::Low || !sounds {
                continue;
            }
            let name = (station.number, alarm.rule, alarm.priority, alarm.since);
            calls |= !self.heard.contains(&name) || (alarm.priority == Priority::High && due);
            present.insert(name);
        }
        self.heard = present;
        if calls {
            self.rang_at = Some(seen.now);
        }
        calls
    }
}
