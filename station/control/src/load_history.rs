//! What was granted, second by second, for rules that ask whether load rose, fell or stayed.

use protocols::vocabulary::{NetMets, Timestamp};
use serde::{Deserialize, Serialize};

use crate::arrays;
use crate::ring;
use crate::signals::second_of;

/// Seconds kept: the longest look back of a rule is 300 s.
const KEPT: usize = 384;
/// Load counts as moved from here on, in METs (`rules.toml`, words: level, rising, not lowered).
const MOVED: f64 = 0.1;
/// Differences of sums of steps are compared with so much slack, in METs.
const SLACK: f64 = 1e-9;

/// The granted load of the last six minutes, a value a second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoadHistory {
    began: u64,
    newest: Option<u64>,
    #[serde(with = "arrays")]
    ring: [f64; KEPT],
    /// All that rules of a falling heart had taken away of the bout by then, in METs: added to the load it is as if they had taken nothing.
    #[serde(with = "arrays")]
    answered: [f64; KEPT],
}

/// Why load came down, where it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lowered {
    /// A heart may fall because of it: a person, the prescription, the controller, or a rule of something else.
    ForOtherReasons,
    /// Because the heart falls: it explains no fall.
    ForAFallingHeart,
}

impl LoadHistory {
    /// Nothing was granted yet.
    pub const EMPTY: Self = Self {
        began: 0,
        newest: None,
        ring: [0.0; KEPT],
        answered: [0.0; KEPT],
    };

    /// From `now` on this much is granted. What was granted before stood until now.
    pub fn push(&mut self, now: Timestamp, granted: NetMets, lowered: Lowered) {
        let second = second_of(now);
        let load = granted.get();
        let Some(newest) = self.newest else {
            self.began = second;
            self.newest = Some(second);
            self.set(second, load, 0.0);
            return;
        };
        let stood = self.at_second(newest).unwrap_or_default();
        let answered = ring::get(&self.answered, newest).unwrap_or_default();
        let more = match lowered {
            Lowered::ForAFallingHeart => f64::max(stood - load, 0.0),
            Lowered::ForOtherReasons => 0.0,
        };
        let first = (newest + 1).max(second.saturating_sub(ring::length(&self.ring)));
        for between in first..second {
            self.set(between, stood, answered);
        }
        let at = second.max(newest);
        self.newest = Some(at);
        self.set(at, load, answered + more);
    }

    /// The least granted from `from` to `to` seconds ago; `None` where nothing was granted as long ago.
    #[must_use]
    pub fn min(&self, from: u16, to: u16) -> Option<f64> {
        self.fold(from, to, |kept, load| if load < kept { load } else { kept })
    }

    /// The most granted from `from` to `to` seconds ago; `None` where nothing was granted as long ago.
    #[must_use]
    pub fn max(&self, from: u16, to: u16) -> Option<f64> {
        self.fold(from, to, |kept, load| if load > kept { load } else { kept })
    }

    /// Mean of what was granted in the last `seconds`, or since it began where that is shorter.
    #[must_use]
    pub fn mean(&self, seconds: u16) -> Option<f64> {
        let (sum, count) = self
            .back_from_newest(seconds)
            .fold((0.0, 0_u16), |(sum, count), load| (sum + load, count + 1));
        (count > 0).then(|| sum / f64::from(count))
    }

    /// What was granted so many seconds ago.
    #[must_use]
    pub fn at(&self, seconds_ago: u16) -> Option<f64> {
        self.at_second(self.newest?.checked_sub(u64::from(seconds_ago))?)
    }

    /// Up by 0.1 MET or more within the last `seconds`.
    #[must_use]
    pub fn is_rising(&self, seconds: u16) -> bool {
        self.now_and(seconds, |now, lowest, _| now - lowest >= MOVED - SLACK)
    }

    /// Within 0.1 MET for the last `seconds`.
    #[must_use]
    pub fn is_level(&self, seconds: u16) -> bool {
        self.now_and(seconds, |_, lowest, highest| {
            highest - lowest <= MOVED + SLACK
        })
    }

    /// By how much it moved within the last `seconds`, or since it began where that is shorter.
    #[must_use]
    pub fn moved_by(&self, seconds: u16) -> f64 {
        match (self.min(seconds, 0), self.max(seconds, 0)) {
            (Some(lowest), Some(highest)) => highest - lowest,
            _ => 0.0,
        }
    }

    /// Whether all of the last `seconds` was so much or more, as far as it is kept. Sums of steps may fall short by the last bits.
    #[must_use]
    pub fn was_at_least(&self, least: f64, seconds: u16) -> bool {
        self.back_from_newest(seconds.saturating_add(1))
            .all(|load| load >= least - SLACK)
    }

    /// By how much it came down at the most at any time of the `seconds` up to `ago` seconds ago, whatever it did afterwards, in METs; a
    /// tenth of a MET or less is nothing, and so is what came down [because the heart fell](Lowered::ForAFallingHeart).
    #[must_use]
    pub fn taken_away(&self, seconds: u16, ago: u16) -> f64 {
        let window = seconds.saturating_add(ago).saturating_add(1);
        let answered = self.back_in(&self.answered, window);
        let (most, _) = self
            .back_from_newest(window)
            .zip(answered)
            .map(|(load, answered)| load + answered)
            .skip(ago.into())
            .fold((0.0, f64::INFINITY), |(most, lowest), load| {
                let lowest = f64::min(lowest, load);
                (f64::max(most, load - lowest), lowest)
            });
        if most > MOVED + SLACK { most } else { 0.0 }
    }

    fn now_and(&self, seconds: u16, judge: impl Fn(f64, f64, f64) -> bool) -> bool {
        match (self.at(0), self.min(seconds, 0), self.max(seconds, 0)) {
            (Some(now), Some(lowest), Some(highest)) => judge(now, lowest, highest),
            _ => false,
        }
    }

    /// Folds what was granted from `from` to `to` seconds ago. A window that reaches back before the beginning begins there.
    fn fold(&self, from: u16, to: u16, better: impl Fn(f64, f64) -> f64) -> Option<f64> {
        self.back_from_newest(from.saturating_add(1))
            .skip(to.into())
            .reduce(better)
    }

    /// What was granted in the last `seconds`, the newest first, as far as it is kept.
    fn back_from_newest(&self, seconds: u16) -> impl Iterator<Item = f64> {
        self.back_in(&self.ring, seconds)
    }

    fn back_in<'a>(
        &self,
        kept_in: &'a [f64; KEPT],
        seconds: u16,
    ) -> impl Iterator<Item = f64> + use<'a> {
        let kept = self.newest.map_or(0, |newest| newest - self.began + 1);
        let many = u64::from(seconds).min(kept).min(ring::length(kept_in));
        ring::back_from(kept_in, self.newest.unwrap_or_default())
            .take(usize::try_from(many).unwrap_or_default())
            .copied()
    }

    fn at_second(&self, second: u64) -> Option<f64> {
        let newest = self.newest?;
        if second > newest || second < self.began || newest - second >= ring::length(&self.ring) {
            return None;
        }
        ring::get(&self.ring, second)
    }

    fn set(&mut self, second: u64, load: f64, answered: f64) {
        ring::set(&mut self.ring, second, load);
        ring::set(&mut self.answered, second, answered);
    }
}

#[cfg(test)]
mod tests;
