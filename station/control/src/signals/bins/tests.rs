//! The ring against a plain list of every second that was ever put in.

use std::collections::BTreeMap;
use std::vec::Vec;

use proptest::prelude::*;

use super::{Bins, Worth};

/// Short, so that a script goes round it several times; no power of two, so that no place fits by chance.
const LENGTH: u16 = 7;

type Ring = Bins<7>;

/// Every second, for ever, and its value.
#[derive(Debug, Default)]
struct Plain {
    newest: Option<u64>,
    said: BTreeMap<u64, (u16, Worth)>,
}

impl Plain {
    fn put(&mut self, second: u64, value: u16, worth: Worth) {
        if self.newest.is_none_or(|newest| second >= newest) {
            self.said.insert(second, (value, worth));
            self.newest = Some(second);
        }
    }

    fn is_held(&self, second: u64) -> bool {
        self.newest
            .is_some_and(|newest| second <= newest && second + u64::from(LENGTH) > newest)
    }

    /// What may be asked for, without the number of a second in which none came.
    fn at(&self, second: u64) -> Option<(Option<u16>, Worth)> {
        self.is_held(second)
            .then(|| bare(self.said.get(&second).copied().unwrap_or_default()))
    }

    /// The seconds that end with `last`, the newest first.
    fn seconds(last: u64, seconds: u16) -> impl Iterator<Item = u64> {
        (0..u64::from(seconds)).filter_map(move |ago| last.checked_sub(ago))
    }

    /// The values of so much worth or more among what is held.
    fn values(&self, last: u64, seconds: u16, worth: Worth) -> Vec<u16> {
        Self::seconds(last, seconds)
            .filter(|second| self.is_held(*second))
            .filter_map(|second| self.said.get(&second))
            .filter(|(_, own)| *own != Worth::Empty && *own >= worth)
            .map(|(value, _)| *value)
            .collect()
    }

    fn mean(values: &[u16], seconds: u16) -> Option<f64> {
        let count = u16::try_from(values.len()).expect("a short script");
        let sum: u32 = values.iter().copied().map(u32::from).sum();
        (count > 0 && count * 2 >= seconds).then(|| f64::from(sum) / f64::from(count))
    }

    fn mean_of(&self, worth: Worth, last: u64, seconds: u16) -> Option<f64> {
        Self::mean(&self.values(last, seconds, worth), seconds)
    }

    fn highest_mean(&self, seconds: u16, window: u16) -> Option<f64> {
        let newest = self.newest?;
        // A mean needs the bin before its first second: one that the ring has lost makes it unknown.
        (0..=window)
            .filter(|ago| ago + seconds < LENGTH)
            .filter_map(|ago| {
                self.mean_of(Worth::Trusted, newest.checked_sub(u64::from(ago))?, seconds)
            })
            .reduce(f64::max)
    }
}

/// A second in which no value came has no number, whatever lies in its bin.
fn bare((value, worth): (u16, Worth)) -> (Option<u16>, Worth) {
    ((worth != Worth::Empty).then_some(value), worth)
}

fn worth() -> impl Strategy<Value = Worth> {
    prop_oneof![
        1 => Just(Worth::Empty),
        1 => Just(Worth::Heard),
        1 => Just(Worth::Usable),
        4 => Just(Worth::Trusted),
    ]
}

/// Seconds from one value to the next: mostly one, or the same again, with gaps up to some rounds, and some that come too late.
fn step() -> impl Strategy<Value = i64> {
    prop_oneof![
        8 => Just(1_i64),
        2 => Just(0),
        2 => 2_i64..=4,
        1 => 5_i64..=22,
        1 => -9_i64..=-1,
    ]
}

/// A script of seconds, values and worths, from the first second of all or a later one.
fn script() -> impl Strategy<Value = Vec<(u64, u16, Worth)>> {
    let began = prop_oneof![Just(0_u64), 0_u64..40];
    let steps = proptest::collection::vec((step(), 0_u16..=250, worth()), 1..30);
    (began, steps).prop_map(|(began, steps)| {
        let mut newest = began;
        steps
            .into_iter()
            .map(|(step, value, worth)| {
                let second = newest.saturating_add_signed(step);
                newest = newest.max(second);
                (second, value, worth)
            })
            .collect()
    })
}

fn written(script: &[(u64, u16, Worth)]) -> (Ring, Plain) {
    let (mut bins, mut plain) = (Ring::EMPTY, Plain::default());
    for (second, value, worth) in script {
        bins.put(*second, *value, *worth);
        plain.put(*second, *value, *worth);
    }
    (bins, plain)
}

proptest! {
    #[test]
    fn each_second_holds_what_came_last_in_it_and_those_before_the_ring_hold_nothing(
        script in script(),
    ) {
        let (bins, plain) = written(&script);
        prop_assert_eq!(bins.newest(), plain.newest);
        let newest = plain.newest.expect("a script puts something");
        for last in newest.saturating_sub(20)..=newest + 10 {
            prop_assert_eq!(bins.at(last).map(bare), plain.at(last), "second {}", last);
            for seconds in 0..=3 * LENGTH {
                let held: Vec<_> = Plain::seconds(last, seconds)
                    .filter_map(|second| plain.at(second))
                    .collect();
                let back: Vec<_> = bins.back(last, seconds).map(bare).collect();
                prop_assert_eq!(back, held, "{} until {}", seconds, last);
            }
        }
    }

    #[test]
    fn sums_means_and_ranges_are_those_of_a_plain_list(script in script()) {
        let (bins, plain) = written(&script);
        let newest = plain.newest.expect("a script puts something");
        for last in newest.saturating_sub(20)..=newest + 10 {
            for seconds in 0..=3 * LENGTH {
                for least in [Worth::Empty, Worth::Heard, Worth::Usable, Worth::Trusted] {
                    prop_assert_eq!(
                        bins.mean_of(least, last, seconds),
                        plain.mean_of(least, last, seconds)
                    );
                    let range = last.checked_sub(1).and_then(|before| {
                        let values = plain.values(before, seconds, least);
                        Some((*values.iter().min()?, *values.iter().max()?))
                    });
                    prop_assert_eq!(bins.range_before(last, seconds, least), range);
                }
            }
            // Sums need the bin before their first second as well.
            for seconds in 0..LENGTH {
                let all_held = last
                    .checked_sub(u64::from(seconds))
                    .is_none_or(|before| before > newest || plain.is_held(before));
                if all_held && (last > newest || plain.is_held(last)) {
                    let values: Vec<_> = Plain::seconds(last, seconds)
                        .filter_map(|second| plain.said.get(&second))
                        .filter(|(_, worth)| *worth == Worth::Trusted)
                        .map(|(value, _)| *value)
                        .collect();
                    let sum: u32 = values.iter().copied().map(u32::from).sum();
                    let (found, count) = bins.trusted(last, seconds);
                    prop_assert_eq!((found, usize::from(count)), (sum, values.len()));
                    prop_assert_eq!(bins.mean(last, seconds), Plain::mean(&values, seconds));
                }
            }
        }
    }

    #[test]
    fn the_highest_mean_is_the_highest_of_all_that_the_ring_can_tell(script in script()) {
        let (bins, plain) = written(&script);
        for seconds in 0..LENGTH {
            for window in 0..=2 * LENGTH {
                prop_assert_eq!(
                    bins.highest_mean(seconds, window),
                    plain.highest_mean(seconds, window),
                    "of {} within {}", seconds, window
                );
            }
        }
    }
}

#[test]
fn a_ring_without_a_second_tells_nothing() {
    let bins = Ring::EMPTY;
    assert_eq!(bins.newest(), None);
    assert_eq!(bins.at(0), None);
    assert_eq!(bins.trusted(10, 5), (0, 0));
    assert_eq!(bins.mean(10, 5), None);
    assert_eq!(bins.mean_of(Worth::Heard, 10, 5), None);
    assert_eq!(bins.highest_mean(3, 5), None);
    assert_eq!(bins.range_before(10, 5, Worth::Heard), None);
}

#[test]
fn means_stay_true_when_the_count_of_a_long_day_begins_anew() {
    // After 65 536 trusted seconds, 18 hours, the count that each bin carries is at nothing again.
    let mut bins = Ring::EMPTY;
    for second in 0..65_540_u64 {
        bins.put(
            second,
            if second % 2 == 0 { 100 } else { 110 },
            Worth::Trusted,
        );
        if second >= 65_530 {
            assert_eq!(bins.mean(second, 4), Some(105.0), "{second}");
            assert_eq!(bins.highest_mean(4, 2), Some(105.0), "{second}");
        }
    }
}
