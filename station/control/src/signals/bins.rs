//! One-second bins of a signal: the running one is replaced by each reading, those before stand.
//!
//! Promises: a mean over any window costs the same, as each bin carries the sum and the count of the trusted ones up to it. Sums
//! are whole numbers, so a mean does not depend on the way it was reached.

use protocols::vocabulary::number;
use serde::{Deserialize, Serialize};

use crate::arrays;
use crate::ring;

/// How far a bin's value can be relied on, in rising order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub(crate) enum Worth {
    /// No value came.
    #[default]
    Empty,
    /// A value came that nothing may rest on.
    Heard,
    /// Plausible by itself; a rule doubts its signal.
    Usable,
    /// Load may rest on it.
    Trusted,
}

/// One second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Bin {
    value: u16,
    worth: Worth,
    /// How many trusted bins there are up to this one, and their sum. Both wrap: only differences are used.
    trusted: u16,
    sum: u32,
}

/// A mean that is not divided yet: means are held against each other by the thousand, and told rarely.
#[derive(Debug, Clone, Copy)]
struct Sum {
    sum: u32,
    /// Never 0.
    count: u16,
}

impl Sum {
    fn is_above(self, other: Self) -> bool {
        let (own, others) = (
            u64::from(self.sum) * u64::from(other.count),
            u64::from(other.sum) * u64::from(self.count),
        );
        own.cmp(&others).is_gt()
    }

    fn mean(self) -> f64 {
        f64::from(self.sum) / f64::from(self.count)
    }
}

/// The last `N` seconds of a signal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bins<const N: usize> {
    newest: Option<u64>,
    #[serde(with = "arrays")]
    ring: [Bin; N],
}

impl<const N: usize> Bins<N> {
    pub(crate) const EMPTY: Self = Self {
        newest: None,
        ring: [Bin {
            value: 0,
            worth: Worth::Empty,
            trusted: 0,
            sum: 0,
        }; N],
    };

    /// The second of the newest bin.
    pub(crate) const fn newest(&self) -> Option<u64> {
        self.newest
    }

    /// Puts a value into the bin of its second. One that is older than the running bin is too late to be judged, and dropped.
    pub(crate) fn put(&mut self, second: u64, value: u16, worth: Worth) {
        let before = match self.newest {
            Some(newest) if second < newest => return,
            Some(newest) => self.fill(newest, second),
            None => Bin::default(),
        };
        let counts = worth == Worth::Trusted;
        let bin = Bin {
            value,
            worth,
            trusted: before.trusted.wrapping_add(u16::from(counts)),
            sum: before
                .sum
                .wrapping_add(if counts { u32::from(value) } else { 0 }),
        };
        self.set(second, bin);
        self.newest = Some(second);
    }

    /// What one second holds; `None` where it is to come or too long ago.
    pub(crate) fn at(&self, second: u64) -> Option<(u16, Worth)> {
        self.get(second).map(|bin| (bin.value, bin.worth))
    }

    /// Sum and count of the trusted bins among the `seconds` that end with `last`.
    pub(crate) fn trusted(&self, last: u64, seconds: u16) -> (u32, u16) {
        let Some(newest) = self.newest else {
            return (0, 0);
        };
        let end = self.get(last.min(newest)).unwrap_or_default();
        let start = match last.checked_sub(u64::from(seconds)) {
            Some(before) => self.get(before.min(newest)).unwrap_or_default(),
            None => Bin::default(),
        };
        (
            end.sum.wrapping_sub(start.sum),
            end.trusted.wrapping_sub(start.trusted),
        )
    }

    /// Mean of the `seconds` that end with `last`; `None` where fewer than half of them are trusted.
    pub(crate) fn mean(&self, last: u64, seconds: u16) -> Option<f64> {
        let (sum, count) = self.trusted(last, seconds);
        (count >= half(seconds)).then(|| f64::from(sum) / f64::from(count))
    }

    /// The highest mean among those that end with the newest bin and with the `window` bins before it. What the ring no longer holds is
    /// not looked at.
    pub(crate) fn highest_mean(&self, seconds: u16, window: u16) -> Option<f64> {
        let newest = self.newest?;
        let reach = u64::from(window)
            .min(newest)
            .min(ring::length(&self.ring).saturating_sub(u64::from(seconds) + 1));
        // Before the first second of all stands what was never written.
        let mut start = ring::place(
            &self.ring,
            (newest + ring::length(&self.ring)).checked_sub(u64::from(seconds))?,
        )? + 1;
        let mut end = ring::place(&self.ring, newest)? + 1;
        let mut left = usize::try_from(reach + 1).ok()?;
        let enough = half(seconds);
        let mut highest: Option<Sum> = None;
        while left > 0 {
            // As far as neither runs into the ring's beginning.
            let run = left.min(end).min(start);
            let (ends, starts) = (
                self.ring.get(end - run..end)?,
                self.ring.get(start - run..start)?,
            );
            for (to, from) in ends.iter().zip(starts) {
                let mean = Sum {
                    sum: to.sum.wrapping_sub(from.sum),
                    count: to.trusted.wrapping_sub(from.trusted),
                };
                if mean.count >= enough && highest.is_none_or(|highest| mean.is_above(highest)) {
                    highest = Some(mean);
                }
            }
            left -= run;
            end = if end == run { N } else { end - run };
            start = if start == run { N } else { start - run };
        }
        highest.map(Sum::mean)
    }

    /// Mean of the bins worth `least` or more among the `seconds` that end with `last`; `None` where they are fewer than half.
    pub(crate) fn mean_of(&self, at_least: Worth, last: u64, seconds: u16) -> Option<f64> {
        let (sum, count) = self
            .values(last, seconds, at_least)
            .fold((0_u32, 0_u16), |(sum, count), value| {
                (sum + u32::from(value), count + 1)
            });
        (count >= half(seconds)).then(|| f64::from(sum) / f64::from(count))
    }

    /// The lowest and the highest value worth `least` or more among the `seconds` before `second`.
    pub(crate) fn range_before(
        &self,
        second: u64,
        seconds: u16,
        least: Worth,
    ) -> Option<(u16, u16)> {
        self.values(second.checked_sub(1)?, seconds, least)
            .fold(None, |found, value| match found {
                None => Some((value, value)),
                Some((low, high)) => Some((value.min(low), value.max(high))),
            })
    }

    /// The values worth so much or more among the `seconds` that end with `last`, the newest first.
    fn values(&self, last: u64, seconds: u16, worth: Worth) -> impl Iterator<Item = u16> {
        let at_least = worth.max(Worth::Heard);
        self.back(last, seconds)
            .filter(move |(_, worth)| *worth >= at_least)
            .map(|(value, _)| value)
    }

    /// What the ring holds of the `seconds` that end with `last`, the newest first, empty ones too.
    pub(crate) fn back(&self, last: u64, seconds: u16) -> impl Iterator<Item = (u16, Worth)> {
        let newest = self.newest.unwrap_or_default();
        let to_come = last.saturating_sub(newest);
        let last = last.min(newest);
        let held = ring::length(&self.ring).saturating_sub(newest - last);
        let many = u64::from(seconds)
            .saturating_sub(to_come)
            .min(last + 1)
            .min(held);
        ring::back_from(&self.ring, last)
            .take(usize::try_from(many).unwrap_or_default())
            .map(|bin| (bin.value, bin.worth))
    }

    /// The bin of a second that the ring still holds.
    fn get(&self, second: u64) -> Option<Bin> {
        let newest = self.newest?;
        if second > newest || newest - second >= ring::length(&self.ring) {
            return None;
        }
        ring::get(&self.ring, second)
    }

    fn set(&mut self, second: u64, bin: Bin) {
        ring::set(&mut self.ring, second, bin);
    }

    /// Writes the empty seconds between `newest` and `second`, and gives the bin before `second`.
    fn fill(&mut self, newest: u64, second: u64) -> Bin {
        if second == newest {
            return second
                .checked_sub(1)
                .and_then(|before| self.get(before))
                .unwrap_or_default();
        }
        let carried = Bin {
            worth: Worth::Empty,
            ..self.get(newest).unwrap_or_default()
        };
        for empty in (newest + 1).max(second.saturating_sub(ring::length(&self.ring)))..second {
            self.set(empty, carried);
        }
        carried
    }
}

/// How many bins of so many seconds have to count for their mean to: half of them, and one at the least.
fn half(seconds: u16) -> u16 {
    seconds.div_ceil(2).max(1)
}

/// The whole second that an instant lies in.
pub(crate) fn second_of(at: protocols::vocabulary::Timestamp) -> u64 {
    at.as_secs()
}

/// A whole number of seconds as a double.
pub(crate) fn as_seconds(duration: core::time::Duration) -> f64 {
    number::from_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)) / 1_000.0
}

#[cfg(test)]
mod tests;
