//! Whether the heart beats irregularly though nobody wrote it down: ectopy, or atrial fibrillation.
//!
//! No device here tells single beats, so it is seen from second to second: the mean change of a strap's number over a minute. In the
//! reference cohort a regular rhythm stays below 1.9 beats a minute, in exercise too; atrial fibrillation changes by 3.8. What is seen
//! makes means longer and says so; it calls nobody, and switches off no rule.

use serde::{Deserialize, Serialize};

use super::bins::{Bins, Worth};

/// Seconds that are looked at.
const LOOKS_BACK: u16 = 60;

/// Pairs of seconds that have to be there.
const ENOUGH: u16 = 40;

/// A mean change of so much or more is irregular, in beats a minute from one second to the next.
const IRREGULAR_FROM: f64 = 2.5;

/// It is regular again below this.
const REGULAR_BELOW: f64 = 1.8;

/// What a minute of a strap shows of the rhythm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Rhythm {
    second: u64,
    irregular: bool,
}

impl Rhythm {
    pub(crate) const UNKNOWN: Self = Self {
        second: 0,
        irregular: false,
    };

    /// Whether it was seen to be irregular.
    pub(crate) const fn is_irregular(self) -> bool {
        self.irregular
    }

    /// Looks once a second at what the strap has said. Values that a rule doubts count here: an irregular rhythm is what makes steps.
    pub(crate) fn look<const N: usize>(&mut self, bins: &Bins<N>) {
        let Some(newest) = bins.newest().filter(|newest| *newest != self.second) else {
            return;
        };
        self.second = newest;
        // The running second may still change: it is left out.
        let Some(last) = newest.checked_sub(1) else {
            return;
        };
        let (mut sum, mut count) = (0_u32, 0_u16);
        let mut later: Option<u16> = None;
        for (value, worth) in bins.back(last, LOOKS_BACK) {
            let value = (worth >= Worth::Heard && (30..=220).contains(&value)).then_some(value);
            if let (Some(one), Some(other)) = (later, value) {
                sum += u32::from(one.abs_diff(other));
                count += 1;
            }
            later = value;
        }
        if count < ENOUGH {
            return;
        }
        let change = f64::from(sum) / f64::from(count);
        self.irregular = if self.irregular {
            change >= REGULAR_BELOW
        } else {
            change >= IRREGULAR_FROM
        };
    }
}
