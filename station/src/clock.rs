//! The only clock reads of Station.
//!
//! `CLOCK_BOOTTIME` counts through suspend, so a lid that was closed is time that has passed for a patient; the wall clock is for
//! records alone.

use std::time::Duration;

use jiff::civil::Date;
use protocols::vocabulary::Timestamp;
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// Nanoseconds of `CLOCK_BOOTTIME`: the same in every process of this machine until it restarts.
#[must_use]
pub fn boot_nanos() -> u64 {
    let now = clock_gettime(ClockId::Boottime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    let nanos = u64::try_from(now.tv_nsec).unwrap_or(0);
    seconds.saturating_mul(1_000_000_000).saturating_add(nanos)
}

/// Wall time as microseconds since 1970, UTC. For records and for the corner of the wall, never for control.
#[must_use]
pub fn wall_micros() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}

/// The day of the wall clock, where this machine stands: what prescriptions are in force is asked of it.
#[must_use]
pub fn today() -> Date {
    jiff::ZonedDateTime::now().date()
}

/// Why days and times are those of UTC though the environment names a zone, where that is so: this machine has none of that name.
#[must_use]
pub fn unknown_zone() -> Option<String> {
    let named = std::env::var("TZ").ok().filter(|named| !named.is_empty())?;
    jiff::tz::TimeZone::try_system().err().map(|_| {
        format!(
            "this machine has no time zone {named} (TZ): days and times are those of UTC; a zone is named as TZ=Europe/Berlin, and the system's package tzdata has them"
        )
    })
}

/// A day of the wall clock, where this machine stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Which.
    pub date: Date,
    /// Its last instant has passed then: microseconds since 1970, UTC.
    pub ends_micros: i64,
}

impl Day {
    /// The date at an instant of this day or of the next.
    #[must_use]
    pub fn date_at(&self, wall_micros: i64) -> Date {
        if wall_micros < self.ends_micros {
            self.date
        } else {
            self.date.tomorrow().unwrap_or(self.date)
        }
    }
}

/// The day that it is now. To be asked again each minute: a day is not of 24 hours everywhere, and clocks are set.
#[must_use]
pub fn day() -> Day {
    let now = jiff::ZonedDateTime::now();
    let ends = now
        .tomorrow()
        .and_then(|tomorrow| tomorrow.start_of_day())
        .unwrap_or_else(|_| now.clone());
    Day {
        date: now.date(),
        ends_micros: ends.timestamp().as_microsecond(),
    }
}

/// How a gym's time follows from the machine's: handed to every viewer, so that each computes ages by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GymClock {
    /// `CLOCK_BOOTTIME`, in nanoseconds, at `gym_nanos`.
    pub boot_nanos: u64,
    /// The gym's time at that instant, in nanoseconds: more than nothing where the gym was rolled before.
    pub gym_nanos: u64,
    /// How many times as fast as the machine's the gym's time runs: 1, but for virtual devices.
    pub rate: u32,
}

impl GymClock {
    /// A gym's clock that shows `at` now.
    #[must_use]
    pub fn starting_at(at: Timestamp, rate: u32) -> Self {
        Self {
            boot_nanos: boot_nanos(),
            gym_nanos: at.as_nanos(),
            rate,
        }
    }

    /// The same clock, showing now what it showed when it began.
    #[must_use]
    pub fn begun_anew(&self) -> Self {
        Self {
            boot_nanos: boot_nanos(),
            ..*self
        }
    }

    /// The gym's time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.at(boot_nanos())
    }

    /// The gym's time at a reading of `CLOCK_BOOTTIME`.
    #[must_use]
    pub fn at(&self, boot_nanos: u64) -> Timestamp {
        let passed = boot_nanos
            .saturating_sub(self.boot_nanos)
            .saturating_mul(u64::from(self.rate));
        Timestamp::from_nanos(self.gym_nanos.saturating_add(passed))
    }

    /// How long, by the machine's clock, until the gym's clock shows `then`.
    #[must_use]
    pub fn until(&self, then: Timestamp) -> Duration {
        then.since(self.now()) / self.rate.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_its_midnight() {
        let day = Day {
            date: jiff::civil::date(2026, 2, 28),
            ends_micros: 1_000,
        };
        assert_eq!(day.date_at(999), day.date);
        assert_eq!(day.date_at(1_000), jiff::civil::date(2026, 3, 1));
    }

    #[test]
    fn the_day_of_now_ends_within_the_longest_of_days() {
        let day = day();
        let left = day.ends_micros - wall_micros();
        assert!(left <= 26 * 3_600 * 1_000_000, "{left}");
        assert!(day.date <= today());
    }

    #[test]
    fn a_faster_gym_lives_more_seconds_in_the_same_time() {
        let clock = GymClock {
            boot_nanos: 5_000,
            gym_nanos: 1_000,
            rate: 30,
        };
        assert_eq!(clock.at(5_100), Timestamp::from_nanos(4_000));
        assert_eq!(clock.at(4_000), Timestamp::from_nanos(1_000));
    }
}
