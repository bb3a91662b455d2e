//! The date and time that a monitor prints: its own, never right, never to be used.

use core::time::Duration;

/// A clock that was switched on at midnight of the first of January 2026 (assumed). Its months have 28 days and all are January:
/// nobody is to read a date from it.
#[derive(Debug, Clone, Copy)]
pub(super) struct WallClock {
    pub(super) day: u64,
    pub(super) hour: u64,
    pub(super) minute: u64,
    pub(super) second: u64,
}

impl WallClock {
    /// After it was on for so long.
    pub(super) const fn after(on: Duration) -> Self {
        let seconds = on.as_secs();
        Self {
            day: seconds / 86_400 % 28 + 1,
            hour: seconds / 3_600 % 24,
            minute: seconds / 60 % 60,
            second: seconds % 60,
        }
    }

    /// `HH:MM:SS`.
    pub(super) fn time(&self) -> String {
        format!("{:02}:{:02}:{:02}", self.hour, self.minute, self.second)
    }

    /// `01/DD/26 HH:MM:SS`, as Masimo prints it.
    pub(super) fn american(&self) -> String {
        format!("01/{:02}/26 {}", self.day, self.time())
    }

    /// `DD-Jan-26 HH:MM:SS`, as Nellcor prints it.
    pub(super) fn with_month_name(&self) -> String {
        format!("{:02}-Jan-26 {}", self.day, self.time())
    }
}
