//! The beats of a heart whose momentary rate is known.

use core::time::Duration;

use protocols::vocabulary::{Timestamp, number};

/// Beats are made for at most so much time in one go: a device that nobody polled for longer was asleep, and so was its heart.
const LONGEST_STEP: Duration = Duration::from_secs(10);

/// Faster than any heart; a rate above it counts as this, so that work stays bounded.
const FASTEST: f64 = 400.0;

const MICROS_A_SECOND: f64 = 1_000_000.0;

/// A heart's place in its beat, moved along by integrating its rate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pulse {
    /// Part of the current beat that is over, 0 to 1.
    phase: f64,
    at: Timestamp,
}

impl Pulse {
    /// A heart whose next beat is one beat away.
    pub(super) const fn new(at: Timestamp) -> Self {
        Self { phase: 0.0, at }
    }

    /// Part of the current beat that is over, 0 to 1.
    pub(super) const fn phase(&self) -> f64 {
        self.phase
    }

    /// Goes on to `to` at `rate` beats a minute, and tells when each beat on the way was. A time that was reached already does
    /// nothing; a rate that is none makes no beats.
    pub(super) fn advance(&mut self, to: Timestamp, rate: f64, on_beat: &mut dyn FnMut(Timestamp)) {
        let from = self.at.max(to.before(LONGEST_STEP));
        let step = to.since(from);
        self.at = self.at.max(to);
        if !(rate.is_finite() && rate > 0.0) {
            return;
        }
        let beats_a_second = rate.min(FASTEST) / 60.0;
        let begun = self.phase;
        self.phase += step.as_secs_f64() * beats_a_second;
        let mut beats = 0.0;
        while self.phase >= 1.0 {
            self.phase -= 1.0;
            beats += 1.0;
            let seconds = (beats - begun) / beats_a_second;
            let micros = number::floor_to_u32(seconds * MICROS_A_SECOND).unwrap_or(0);
            on_beat((from + Duration::from_micros(micros.into())).min(to));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beats_fall_where_the_rate_puts_them_however_time_is_cut() {
        for step_millis in [1_u64, 13, 250, 1_000] {
            let mut pulse = Pulse::new(Timestamp::ZERO);
            let mut beats = Vec::new();
            let mut now = 0;
            while now < 60_000 {
                now = (now + step_millis).min(60_000);
                pulse.advance(Timestamp::from_millis(now), 72.0, &mut |at| beats.push(at));
            }
            assert!((71..=72).contains(&beats.len()), "{}", beats.len());
            for (index, beat) in (1_u64..).zip(&beats) {
                let ideal = index * 60_000_000 / 72;
                assert!(beat.as_micros().abs_diff(ideal) <= 2, "{beat:?}");
            }
        }
    }

    #[test]
    fn a_heart_without_a_rate_does_not_beat() {
        for rate in [0.0, -3.0, f64::NAN, f64::INFINITY] {
            let mut pulse = Pulse::new(Timestamp::ZERO);
            pulse.advance(Timestamp::from_secs(9), rate, &mut |_| {
                panic!("a beat at {rate}")
            });
        }
    }

    #[test]
    fn a_long_sleep_makes_ten_seconds_of_beats() {
        let mut pulse = Pulse::new(Timestamp::ZERO);
        let mut count = 0;
        pulse.advance(Timestamp::from_secs(86_400), 60.0, &mut |_| count += 1);
        assert_eq!(count, 10);
    }
}
