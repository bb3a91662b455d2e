//! Time as an input: nobody below the shell can read a clock.

use core::ops::Add;
use core::time::Duration;

use serde::{Deserialize, Serialize};

/// Nanoseconds since the gym's start, brought by the caller.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The gym's start.
    pub const ZERO: Self = Self(0);
    /// Later than anything that happens.
    pub const NEVER: Self = Self(u64::MAX);

    /// So many nanoseconds since the gym's start.
    #[must_use]
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// So many microseconds since the gym's start. Saturates.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros.saturating_mul(1_000))
    }

    /// So many milliseconds since the gym's start. Saturates.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000_000))
    }

    /// So many seconds since the gym's start. Saturates.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1_000_000_000))
    }

    /// Nanoseconds since the gym's start.
    #[must_use]
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Whole microseconds since the gym's start, rounded down.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.0 / 1_000
    }

    /// Whole milliseconds since the gym's start, rounded down.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0 / 1_000_000
    }

    /// Whole seconds since the gym's start, rounded down.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0 / 1_000_000_000
    }

    /// The same instant rounded down to whole microseconds: the resolution of the journal.
    #[must_use]
    pub const fn rounded_to_micros(self) -> Self {
        Self(self.0 / 1_000 * 1_000)
    }

    /// How long after `earlier` this is; nothing where it is before.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// This much earlier; the gym's start at the least.
    #[must_use]
    pub fn before(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(nanos_of(by)))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    /// Saturates at [`Timestamp::NEVER`].
    fn add(self, by: Duration) -> Self {
        Self(self.0.saturating_add(nanos_of(by)))
    }
}

/// A duration in nanoseconds; saturates after 584 years.
fn nanos_of(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_never_go_below_nothing() {
        let early = Timestamp::from_millis(5);
        let late = Timestamp::from_secs(1);
        assert_eq!(late.since(early), Duration::from_millis(995));
        assert_eq!(early.since(late), Duration::ZERO);
        assert_eq!(early.before(Duration::from_secs(1)), Timestamp::ZERO);
    }

    #[test]
    fn sums_stop_at_the_end_of_time() {
        assert_eq!(Timestamp::NEVER + Duration::from_secs(1), Timestamp::NEVER);
    }

    #[test]
    fn the_journals_resolution_rounds_down() {
        assert_eq!(
            Timestamp::from_nanos(1_999).rounded_to_micros(),
            Timestamp::from_micros(1)
        );
    }
}
