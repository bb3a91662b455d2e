//! Whether what a machine measures is still measured: while somebody works on it something has to move.
//!
//! A console may go on showing power and cadence after its user has stepped off (seen on a cross-trainer; a host takes a distance that
//! stands still for 15 s as stopped). A steady rider keeps both for long, too: what tells is the time of the exercise and the distance.

use std::time::Duration;

use protocols::vocabulary::Timestamp;

/// So long all stands still of what is no longer measured (qdomyos-zwift's figure).
const STANDS_STILL: Duration = Duration::from_secs(15);

/// What a report shows that moves while somebody works. `None` where it is not told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Signs {
    /// Of the exercise, in whatever the machine counts.
    pub(super) time: Option<u32>,
    /// In whatever the machine counts.
    pub(super) distance: Option<u32>,
    /// In 1/min.
    pub(super) cadence: Option<u16>,
    /// In watts.
    pub(super) power: Option<u16>,
    /// In 1/min.
    pub(super) heart_rate: Option<u16>,
}

/// What is to be made of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Live,
    /// All of it stands still; `first` where that was not so before.
    Frozen {
        first: bool,
    },
}

/// Since when nothing has moved.
#[derive(Debug, Default)]
pub(super) struct Standstill {
    seen: Signs,
    since: Option<Timestamp>,
    is_frozen: bool,
}

impl Standstill {
    /// A report with these signs was sent at `sent_at`, of a machine that is used or not.
    pub(super) fn judge(&mut self, sent_at: Timestamp, signs: Signs, is_used: bool) -> Verdict {
        let before = self.seen;
        self.seen = signs.or(before);
        let works = [self.seen.power, self.seen.cadence];
        let works = works.iter().flatten().any(|number| *number > 0);
        let since = match self.since {
            Some(since) if is_used && works && !self.seen.moved_from(&before) => since,
            Some(_) | None => {
                self.since = Some(sent_at);
                self.is_frozen = false;
                return Verdict::Live;
            }
        };
        if sent_at.since(since) < STANDS_STILL {
            return Verdict::Live;
        }
        Verdict::Frozen {
            first: !std::mem::replace(&mut self.is_frozen, true),
        }
    }

    /// It may be another machine, or have begun anew.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

impl Signs {
    /// With what was told before in place of what is not told now.
    fn or(self, before: Self) -> Self {
        Self {
            time: self.time.or(before.time),
            distance: self.distance.or(before.distance),
            cadence: self.cadence.or(before.cadence),
            power: self.power.or(before.power),
            heart_rate: self.heart_rate.or(before.heart_rate),
        }
    }

    /// A machine that counts neither time nor distance is judged by whatever else it tells.
    fn moved_from(&self, before: &Self) -> bool {
        let counts = self.time.is_some() || self.distance.is_some();
        self.time != before.time
            || self.distance != before.distance
            || self.cadence != before.cadence
            || (!counts && (self.power != before.power || self.heart_rate != before.heart_rate))
    }
}
