//! A pure delay of a whole number of steps.

use protocols::vocabulary::number::floor_to_u16;

use super::{DELAY_MAX_S, STEP_S, clamp, round};

/// Gives each value back so many steps after it came; nothing (0) before that.
#[derive(Debug, Clone)]
pub(super) struct DelayLine {
    ring: Vec<f64>,
    position: usize,
}

impl DelayLine {
    /// A delay of so many seconds, rounded to whole steps.
    pub(super) fn of_seconds(seconds: f64) -> Self {
        let steps = round(clamp(seconds, 0.0, DELAY_MAX_S) / STEP_S);
        let steps = floor_to_u16(steps).unwrap_or(0);
        Self {
            ring: vec![0.0; usize::from(steps) + 1],
            position: 0,
        }
    }

    /// Takes this step's value and gives the delayed one: write, advance, read.
    pub(super) fn pass(&mut self, value: f64) -> f64 {
        if let Some(slot) = self.ring.get_mut(self.position) {
            *slot = value;
        }
        self.position += 1;
        if self.position >= self.ring.len() {
            self.position = 0;
        }
        self.ring.get(self.position).copied().unwrap_or(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_comes_back_after_its_delay_and_not_before() {
        let mut line = DelayLine::of_seconds(0.6);
        let out: Vec<f64> = [1.0, 2.0, 3.0, 4.0].map(|value| line.pass(value)).to_vec();
        assert_eq!(out, vec![0.0, 0.0, 1.0, 2.0]);
    }

    #[test]
    fn no_delay_gives_the_value_of_the_step_itself() {
        let mut line = DelayLine::of_seconds(0.1);
        assert!((line.pass(7.0) - 7.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_delay_that_is_no_number_is_none() {
        let mut line = DelayLine::of_seconds(f64::NAN);
        assert!((line.pass(7.0) - 7.0).abs() < f64::EPSILON);
    }
}
