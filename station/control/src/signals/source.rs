//! One source of one vital sign: its bins, its plausibility, its age.

use core::time::Duration;

use protocols::vocabulary::{Absence, Quality, Timestamp};
use serde::{Deserialize, Serialize};

use super::bins::{Bins, Worth, as_seconds, second_of};
use super::trust::{DOUBTED_AFTER, Doubt, LOST_AFTER};
use crate::view::{Trust, VitalView};

/// A reading as its source judges it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Latest {
    /// The bare number, or why there is none.
    pub(crate) value: Result<u16, Absence>,
    /// What the device says of it.
    pub(crate) quality: Quality,
    /// When its bytes were sent.
    pub(crate) sent_at: Timestamp,
    /// What may rest on it.
    pub(crate) worth: Worth,
}

/// What another source says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Second {
    pub(crate) rate: f64,
    /// No rule looks at it: it speaks for a source that stepped only where it spoke for it before.
    pub(crate) is_unwatched: bool,
}

impl Second {
    fn agrees(&self, rate: f64) -> bool {
        libm::fabs(self.rate - rate) <= AGREES_WITHIN
    }
}

/// What a source has to know to judge a reading of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surroundings {
    /// The step rule is off: the rhythm is irregular.
    pub(crate) steps_allowed: bool,
    /// What another trusted source says, that is not known to stand still.
    pub(crate) second: Option<Second>,
    /// A rule of the supervisor doubts this source.
    pub(crate) doubted: bool,
}

/// A number that is said again and again. What is not heard, or heard without a number, neither moves it nor counts as its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Same {
    value: u16,
    /// It was first said then.
    first: Timestamp,
    /// It has stood since then, had it been heard all the time. What is heard counts until it is too old.
    since: Timestamp,
    heard: Timestamp,
}

impl Same {
    /// Another number of the same source.
    fn then(said: Option<Self>, value: u16, sent_at: Timestamp) -> Self {
        let new = Self {
            value,
            first: sent_at,
            since: sent_at,
            heard: sent_at,
        };
        said.filter(|said| said.value == value).map_or(new, |said| {
            let unheard = sent_at.since(said.heard).saturating_sub(DOUBTED_AFTER);
            Self {
                first: said.first,
                since: said.since + unheard,
                ..new
            }
        })
    }
}

/// One source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Source<const N: usize> {
    pub(crate) bins: Bins<N>,
    pub(crate) latest: Option<Latest>,
    pub(crate) doubt: Option<Doubt>,
    /// The last trusted reading.
    pub(crate) trusted_at: Option<Timestamp>,
    /// Trusted without a break since then.
    unbroken_since: Option<Timestamp>,
    /// The number that stands still.
    same: Option<Same>,
    /// Bytes sent before this do not count: the loop stood still.
    fresh_from: Timestamp,
}

/// A number that has stood for so long may be a dead one (`rules.toml`, `hr-stuck`).
pub(crate) const STUCK_AFTER: Duration = Duration::from_secs(45);

/// A second source agrees within this, in beats a minute (`rules.toml`, words).
const AGREES_WITHIN: f64 = 10.0;

impl<const N: usize> Source<N> {
    pub(crate) const EMPTY: Self = Self {
        bins: Bins::EMPTY,
        latest: None,
        doubt: None,
        trusted_at: None,
        unbroken_since: None,
        same: None,
        fresh_from: Timestamp::ZERO,
    };

    /// One that a person put on just now.
    pub(crate) const fn put_on(now: Timestamp) -> Self {
        Self {
            fresh_from: now,
            ..Self::EMPTY
        }
    }

    /// The same sensor, of which nothing was heard yet. What was sent before the loop last stood still counts for the next patient as
    /// little as for this one.
    pub(crate) const fn unheard(&self) -> Self {
        Self::put_on(self.fresh_from)
    }

    /// Takes a heart or pulse rate; says whether it counts. One sent before the latest, or before the loop stood still, does not.
    pub(crate) fn take_rate(
        &mut self,
        value: Result<u16, Absence>,
        quality: Quality,
        sent_at: Timestamp,
        around: Surroundings,
    ) -> bool {
        if self.is_too_late(sent_at) {
            return false;
        }
        let worth = match value {
            Err(_) => Worth::Empty,
            Ok(value) => match quality {
                Quality::Good | Quality::MarginalPerfusion => {
                    self.plausibility(value, sent_at, around)
                }
                Quality::LowPerfusion
                | Quality::Artefact
                | Quality::OutOfTrack
                | Quality::Frozen => Worth::Heard,
            },
        };
        self.keep(value, quality, sent_at, worth);
        true
    }

    /// Takes a saturation: from 50 to 100 % it may be used (`supervision.md` 2.1, range), whatever flags `weak-pulse` doubts.
    pub(crate) fn take_saturation(
        &mut self,
        value: Result<u16, Absence>,
        quality: Quality,
        sent_at: Timestamp,
        doubted: bool,
    ) -> bool {
        if self.is_too_late(sent_at) {
            return false;
        }
        let worth = match value {
            Err(_) => Worth::Empty,
            // Beats that stand still make a number that does.
            Ok(_) if quality == Quality::Frozen => Worth::Heard,
            Ok(50..=100) if doubted => Worth::Usable,
            Ok(50..=100) => Worth::Trusted,
            Ok(_) => Worth::Heard,
        };
        self.keep(value, quality, sent_at, worth);
        true
    }

    /// The loop stood still until `now`: nothing counts until bytes come that were sent after.
    pub(crate) fn stood_still(&mut self, now: Timestamp) {
        self.fresh_from = now;
        self.unbroken_since = None;
    }

    /// Whether load may rest on it now.
    pub(crate) fn is_trusted(&self, now: Timestamp) -> bool {
        self.latest.is_some_and(|latest| {
            latest.worth == Worth::Trusted
                && now.since(latest.sent_at) < DOUBTED_AFTER
                && latest.sent_at >= self.fresh_from
        })
    }

    /// Its trust now, as a person is shown it.
    pub(crate) fn trust(&self, now: Timestamp) -> Trust {
        if self.is_trusted(now) {
            return Trust::Trusted;
        }
        match self.trusted_at {
            Some(at) if now.since(at) < LOST_AFTER => Trust::Doubted,
            Some(_) | None => Trust::Lost,
        }
    }

    /// How long it has been trusted without a break.
    pub(crate) fn trusted_for(&self, now: Timestamp) -> Duration {
        match self.unbroken_since {
            Some(since) if self.is_trusted(now) => now.since(since),
            Some(_) | None => Duration::ZERO,
        }
    }

    /// The latest trusted value, while it is trusted.
    pub(crate) fn value(&self, now: Timestamp) -> Option<f64> {
        self.latest
            .filter(|_| self.is_trusted(now))
            .and_then(|latest| latest.value.ok())
            .map(f64::from)
    }

    /// Whether it agrees with a value now.
    pub(crate) fn agrees(&self, value: f64, now: Timestamp) -> bool {
        self.value(now)
            .is_some_and(|own| libm::fabs(own - value) <= AGREES_WITHIN)
    }

    /// What its latest reading is worth.
    pub(crate) fn latest_worth(&self) -> Worth {
        self.latest.map_or(Worth::Empty, |latest| latest.worth)
    }

    /// The same, of a number that has moved of late: one that stands still says nothing of another source.
    pub(crate) fn moving_value(&self, now: Timestamp) -> Option<f64> {
        let moves = self
            .same_since()
            .is_some_and(|since| now.since(since) < STUCK_AFTER);
        self.value(now).filter(|_| moves)
    }

    /// It as a person is shown it.
    pub(crate) fn view(&self, now: Timestamp) -> VitalView {
        let trust = self.trust(now);
        let latest = self.latest;
        let stale = self.is_stale(now);
        VitalView {
            value: self.shown(now),
            sent_at: latest.map(|latest| latest.sent_at),
            trust,
            doubted_by: self.doubt.map(|doubt| doubt.rule),
            quality: latest
                .filter(|latest| !stale && latest.value.is_ok())
                .map(|latest| latest.quality)
                .filter(|quality| *quality > Quality::MarginalPerfusion),
            mean_15_s: None,
            absence: match latest.map(|latest| latest.value) {
                Some(Err(absence)) if !stale => Some(absence),
                Some(Ok(_)) if !stale => None,
                Some(_) | None => Some(Absence::Stale),
            },
            source: None,
            trend_per_minute: self.trend_per_minute(now),
            ahead_60_s: None,
        }
    }

    /// The value as a person is shown it, whatever the trust in it.
    pub(crate) fn shown(&self, now: Timestamp) -> Option<f64> {
        let latest = self.latest.filter(|_| !self.is_stale(now))?;
        latest.value.ok().map(f64::from)
    }

    fn is_stale(&self, now: Timestamp) -> bool {
        self.latest.is_some_and(|latest| {
            now.since(latest.sent_at) >= LOST_AFTER || latest.sent_at < self.fresh_from
        })
    }

    /// Mean of the last 15 s against that of the 60 s before them, whose middles lie 37.5 s apart.
    fn trend_per_minute(&self, now: Timestamp) -> Option<f64> {
        let last = self
            .bins
            .newest()
            .filter(|newest| newest.saturating_add(3) >= second_of(now))?;
        let recent = self.bins.mean(last, 15)?;
        let before = self.bins.mean(last.checked_sub(15)?, 60)?;
        Some((recent - before) * (60.0 / 37.5))
    }

    /// When the number that has not moved since was first said.
    pub(crate) fn same_from(&self) -> Option<Timestamp> {
        self.same.map(|same| same.first)
    }

    /// Since when its number has not moved.
    pub(crate) fn same_since(&self) -> Option<Timestamp> {
        self.same.map(|same| same.since)
    }

    fn is_too_late(&self, sent_at: Timestamp) -> bool {
        sent_at < self.fresh_from || self.latest.is_some_and(|latest| sent_at < latest.sent_at)
    }

    fn keep(
        &mut self,
        value: Result<u16, Absence>,
        quality: Quality,
        sent_at: Timestamp,
        worth: Worth,
    ) {
        let silent = self
            .latest
            .is_none_or(|latest| sent_at.since(latest.sent_at) > DOUBTED_AFTER);
        if worth == Worth::Trusted {
            self.trusted_at = Some(sent_at);
            if silent || self.unbroken_since.is_none() {
                self.unbroken_since = Some(sent_at);
            }
        } else {
            self.unbroken_since = None;
        }
        if let Ok(value) = value {
            self.same = Some(Same::then(self.same, value, sent_at));
        }
        self.bins
            .put(second_of(sent_at), value.unwrap_or_default(), worth);
        self.latest = Some(Latest {
            value,
            quality,
            sent_at,
            worth,
        });
    }

    /// `hr-implausible` and `hr-step`: what a rate of good quality is worth.
    fn plausibility(&mut self, value: u16, sent_at: Timestamp, around: Surroundings) -> Worth {
        if !(30..=220).contains(&value) {
            self.doubt = Some(Doubt::implausible(sent_at, self.doubt));
            return Worth::Heard;
        }
        if !around.steps_allowed
            && self.doubt.is_some_and(|doubt| doubt.before.is_none())
            && self.is_step(value, second_of(sent_at))
        {
            self.doubt = Some(self.stepped(sent_at, around));
            return Worth::Heard;
        }
        let rate = f64::from(value);
        if let Some(doubt) = self.doubt.as_mut() {
            let near = match doubt.before {
                None => true,
                Some(before) => {
                    let seconds = as_seconds(sent_at.since(doubt.began));
                    libm::fabs(rate - before) <= 15.0 + 0.1 * seconds
                        || around.second.is_some_and(|second| {
                            let may_speak = !second.is_unwatched || doubt.unwatched_agreed;
                            may_speak && second.agrees(rate)
                        })
                }
            };
            if !doubt.is_over_after(near, sent_at) {
                return Worth::Heard;
            }
            self.doubt = None;
        } else if !around.steps_allowed && self.is_step(value, second_of(sent_at)) {
            self.doubt = Some(self.stepped(sent_at, around));
            return Worth::Heard;
        }
        if around.doubted {
            Worth::Usable
        } else {
            Worth::Trusted
        }
    }

    /// A step from the last value that can be relied on, and whether a source at which no rule looks was with it there: what the oximeter
    /// agreed with says nothing of the machine's pulse.
    fn stepped(&self, sent_at: Timestamp, around: Surroundings) -> Doubt {
        let before = self.last_usable(sent_at);
        let unwatched_agreed = before
            .zip(around.second)
            .is_some_and(|(before, second)| second.is_unwatched && second.agrees(before));
        Doubt::stepped(sent_at, before, unwatched_agreed)
    }

    /// The last value of the ten seconds before that a step can be measured from.
    fn last_usable(&self, sent_at: Timestamp) -> Option<f64> {
        let second = second_of(sent_at);
        (0..=10)
            .filter_map(|ago| self.bins.at(second.checked_sub(ago)?))
            .find(|(_, worth)| *worth >= Worth::Usable)
            .map(|(value, _)| f64::from(value))
    }

    /// More than 8 from the second before, or more than 20 from any of the last ten.
    fn is_step(&self, value: u16, second: u64) -> bool {
        let far = |limit: u16| {
            move |(low, high): (u16, u16)| {
                value > low.saturating_add(limit) || high > value.saturating_add(limit)
            }
        };
        let running = self
            .bins
            .at(second)
            .filter(|(_, worth)| *worth >= Worth::Usable)
            .map(|(value, _)| (value, value));
        let before = self.bins.range_before(second, 1, Worth::Usable);
        running.is_some_and(far(8))
            || before.is_some_and(far(8))
            || self
                .bins
                .range_before(second, 10, Worth::Usable)
                .is_some_and(far(20))
    }
}
