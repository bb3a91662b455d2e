//! A heart-rate strap: its own average, and whether its beats still come.

use core::ops::RangeInclusive;
use core::time::Duration;

use protocols::ant::{HeartRatePage, PAGE_BYTES, Profile};
use protocols::vocabulary::{Absence, Quality, Reading, Timestamp};

use super::Tells;
use crate::monitors::standstill::Standstill;
use crate::monitors::stream::Readings;
use crate::monitors::trust::reading;

/// A beat count that stands still for so long, or for [`INTERVALS_STILL`] times the last interval if that is longer, is of a held rate
/// \[assumed\].
const STILL: Duration = Duration::from_secs(3);
const INTERVALS_STILL: u32 = 3;
/// Intervals of 30 to 240 beats a minute, in milliseconds; others are gaps and stretch nothing \[assumed\].
const INTERVALS: RangeInclusive<u16> = 250..=2_000;

/// What a strap's pages came to.
#[derive(Debug, Default)]
pub struct Beats {
    count: Standstill,
    last: Option<HeartRatePage>,
    /// The last time between two beats, in milliseconds.
    interval: u16,
}

impl Tells for Beats {
    const PROFILE: Profile = Profile::HeartRate;

    /// A page's rate. The strap's 0 is a search while beats still come, and no contact once they stand still.
    fn judge(&mut self, sent_at: Timestamp, page: [u8; PAGE_BYTES]) -> Readings {
        let page = HeartRatePage::from_bytes(page);
        let interval = self.last.and_then(|last| page.interval_since(&last));
        if let Some(interval) = interval.filter(|interval| INTERVALS.contains(interval)) {
            self.interval = interval;
        }
        self.last = Some(page);
        let of_beats = Duration::from_millis(self.interval.into()) * INTERVALS_STILL;
        let is_still = self.count.lasts(page.beat_count, sent_at) >= STILL.max(of_beats);
        let rate = match page.heart_rate() {
            Ok(_) if is_still => Err(Absence::Stale),
            Err(Absence::Searching) if is_still => Err(Absence::NoContact),
            rate => rate,
        };
        Readings::of_heart(reading(Ok(Quality::Good), rate))
    }

    fn lost(&mut self) -> Readings {
        *self = Self::default();
        Readings::of_heart(Reading::Missing(Absence::NoContact))
    }
}
