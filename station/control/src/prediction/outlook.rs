//! One sign's outlook: what was foretold for each second to come, and by how much what came was off.

use protocols::vocabulary::number;
use serde::{Deserialize, Serialize};

use super::{AHEAD_S, Ahead};
use crate::arrays;

/// Errors of so many seconds are kept: 5 min (choice).
const KEPT_S: usize = 300;
/// So many of them have to be known for a band: 2 min (choice).
const ENOUGH: u16 = 120;
/// So many of ten were not further off than half the band (choice).
const OF_TEN: u16 = 9;
/// No band is narrower than this on either side: readings are whole numbers, and what is shown is rounded to one.
const NARROWEST: u8 = 1;
/// No error was measured in that second.
const UNKNOWN: u8 = u8::MAX;
/// The largest error that is told apart. A band as wide as this would say nothing, and is none.
const WORST: u8 = 60;

/// Forecasts of the seconds to come, and the errors of those that came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Outlook {
    /// What was foretold for each of the next 60 s, by its second.
    #[serde(with = "arrays")]
    foretold: [Option<f64>; 60],
    /// How far off it was, by its second: whole units, rounded up.
    #[serde(with = "arrays")]
    errors: [u8; KEPT_S],
    latest: Option<f64>,
}

impl Outlook {
    pub(super) const NONE: Self = Self {
        foretold: [None; 60],
        errors: [UNKNOWN; KEPT_S],
        latest: None,
    };

    /// What came in this second, `passed` seconds after the one before, and what is foretold for 60 s after it.
    pub(super) fn look(
        &mut self,
        second: u64,
        passed: u64,
        came: Option<f64>,
        foretold: Option<f64>,
    ) {
        let kept = number_of(&self.errors);
        for skipped in 1..passed.min(kept + 1) {
            let skipped = second.saturating_sub(skipped);
            put(&mut self.errors, skipped, UNKNOWN);
            put(&mut self.foretold, skipped, None);
        }
        let expected = place(&self.foretold, second)
            .and_then(|place| self.foretold.get(place).copied())
            .flatten();
        let error = match (came, expected) {
            (Some(came), Some(expected)) => rounded_up(libm::fabs(came - expected)),
            (None, _) | (_, None) => UNKNOWN,
        };
        put(&mut self.errors, second, error);
        put(&mut self.foretold, second, foretold);
        self.latest = foretold;
    }

    /// What is foretold, where enough errors are known to say how far it may be off.
    pub(super) fn ahead(&self) -> Option<Ahead> {
        Some(Ahead {
            value: self.latest?,
            half_width: self.half_width()?,
        })
    }

    /// The least whole number that nine of ten known errors do not exceed.
    fn half_width(&self) -> Option<f64> {
        let known = || self.errors.iter().filter(|error| **error != UNKNOWN);
        let count = u16::try_from(known().count()).unwrap_or(u16::MAX);
        if count < ENOUGH {
            return None;
        }
        // Each error is one of a few whole numbers: they are counted, not sorted.
        let mut of_size = [0_u16; 61];
        for error in known() {
            if let Some(slot) = of_size.get_mut(usize::from(*error)) {
                *slot += 1;
            }
        }
        let mut within = 0_u16;
        for (size, many) in (0_u8..WORST).zip(of_size) {
            within += many;
            if within * 10 >= count * OF_TEN {
                return Some(f64::from(size.max(NARROWEST)));
            }
        }
        None
    }
}

/// An error in whole units, rounded up; at most [`WORST`].
fn rounded_up(error: f64) -> u8 {
    let whole = libm::ceil(error);
    number::floor_to_u16(whole)
        .and_then(|whole| u8::try_from(whole).ok())
        .map_or(WORST, |whole| whole.min(WORST))
}

fn put<T>(ring: &mut [T], second: u64, value: T) {
    if let Some(slot) = place(ring, second).and_then(|place| ring.get_mut(place)) {
        *slot = value;
    }
}

fn place<T>(ring: &[T], second: u64) -> Option<usize> {
    usize::try_from(second % number_of(ring).max(1)).ok()
}

fn number_of<T>(ring: &[T]) -> u64 {
    u64::try_from(ring.len()).unwrap_or(u64::MAX)
}

const _: () = assert!(AHEAD_S == 60, "as many seconds to come are kept");
