//! Looking ahead: heart rate and saturation 60 s from now, each with a band that is as wide as what was foretold was wrong before.
//!
//! Promises: what is foretold here is shown to people and to nothing else, so that it can neither raise nor lower a load; the bound that
//! lowers load on a predicted breach is the supervisor's own (`supervision.md` section 3) and does not look at this. Without a trusted
//! signal, or a known gain, nothing is foretold; without enough errors measured on this patient in this bout there is no band, and
//! without a band nothing is shown. Once a second, in whole steps: the same readings give the same figures, bit for bit.

mod outlook;
mod vital_signs;

use serde::{Deserialize, Serialize};

use outlook::Outlook;

use crate::situation::Response;

/// How far ahead is looked, in seconds.
pub const AHEAD_S: u16 = 60;

/// What is foretold, for 60 s from now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ahead {
    /// The mean that is foretold, in the sign's own unit.
    pub value: f64,
    /// Half the width of its band, in the same unit: of what was foretold in the last 5 min, nine of ten were not further off.
    pub half_width: f64,
}

/// What is looked at in one second; `None` where it is not trusted or not known.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Seen {
    /// The mean that predictions of heart rate rest on, in beats a minute.
    pub heart_rate: Option<f64>,
    /// How this patient's heart answers load.
    pub response: Option<Response>,
    /// The load that is on, in net METs; `None` where none is due and nothing is foretold.
    pub load: Option<f64>,
    /// The mean that predictions of saturation rest on, in per cent.
    pub saturation: Option<f64>,
}

/// What was foretold of one patient in one bout, and how wrong it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The second that was looked at last.
    second: Option<u64>,
    heart_rate: Outlook,
    saturation: Outlook,
}

impl Prediction {
    /// Nothing was foretold yet.
    pub const NONE: Self = Self {
        second: None,
        heart_rate: Outlook::NONE,
        saturation: Outlook::NONE,
    };

    /// Whether this second was not looked at yet. Seconds that were passed over count as seconds without a reading.
    #[must_use]
    pub fn is_due(&self, second: u64) -> bool {
        self.second.is_none_or(|last| second > last)
    }

    /// Looks at a second: what was foretold for it is held against what came, and what comes in 60 s is foretold. A second that was
    /// looked at is not looked at again.
    pub fn look(&mut self, second: u64, seen: &Seen) {
        if !self.is_due(second) {
            return;
        }
        let passed = self.second.map_or(1, |last| second - last);
        self.second = Some(second);
        let heart_rate = vital_signs::heart_rate(seen);
        self.heart_rate
            .look(second, passed, seen.heart_rate, heart_rate);
        let saturation = vital_signs::saturation(seen);
        self.saturation
            .look(second, passed, seen.saturation, saturation);
    }

    /// The heart rate 60 s after the second that was looked at last.
    #[must_use]
    pub fn heart_rate(&self) -> Option<Ahead> {
        self.heart_rate.ahead()
    }

    /// The saturation 60 s after the second that was looked at last.
    #[must_use]
    pub fn saturation(&self) -> Option<Ahead> {
        self.saturation.ahead()
    }
}

#[cfg(test)]
mod tests;
