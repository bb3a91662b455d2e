//! Whether a load swings to and fro: a loop whose gain is too high shakes the pedal before it harms anybody (`supervision.md`
//! section 6, U20).

use serde::{Deserialize, Serialize};

/// A change of load counts as a swing above this, in METs.
const SWING: f64 = 0.3;

/// More turns than four ...
const TURNS: usize = 5;

/// ... in so many beats: 5 min.
const WITHIN: u32 = 60;

/// The load's turns from up to down and back.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Swings {
    beat: u32,
    /// The lowest and the highest load since it last turned.
    range: Option<(f64, f64)>,
    rising: Option<bool>,
    /// The beats of the last turns, the newest first.
    turns: [Option<u32>; TURNS],
}

impl Swings {
    /// Looks at the load of one beat; says whether it has turned more than four times in 5 min. Then it counts anew.
    pub fn look(&mut self, load: f64) -> bool {
        self.beat = self.beat.saturating_add(1);
        let (low, high) = self.range.unwrap_or((load, load));
        let low = if load < low { load } else { low };
        let high = if load > high { load } else { high };
        let turned = match self.rising {
            Some(true) => high - load > SWING,
            Some(false) => load - low > SWING,
            None => high - low > SWING,
        };
        if !turned {
            self.range = Some((low, high));
            return false;
        }
        let first = self.rising.is_none();
        self.rising = Some(load - low > SWING);
        self.range = Some((load, load));
        if first {
            return false;
        }
        self.turns.rotate_right(1);
        let [newest, .., oldest] = &mut self.turns;
        *newest = Some(self.beat);
        let swings = oldest.is_some_and(|oldest| self.beat - oldest < WITHIN);
        if swings {
            *self = Self::default();
        }
        swings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a load that goes up and down by `size`, a turn every `beats` beats, is found within so many turns.
    fn found(size: f64, beats: u32, turns: u32) -> bool {
        let mut swings = Swings::default();
        let mut seen = false;
        for turn in 0..turns {
            for _ in 0..beats {
                seen |= swings.look(if turn % 2 == 0 { 3.0 } else { 3.0 + size });
            }
        }
        seen
    }

    #[test]
    fn more_than_four_turns_of_more_than_three_tenths_in_five_minutes_are_swings() {
        // The first move has no turn before it, so seven stretches have five turns.
        assert!(found(0.31, 10, 7));
        assert!(!found(0.31, 10, 6));
        assert!(!found(0.3, 10, 20));
        assert!(found(0.31, 14, 20), "five turns in 56 beats");
        assert!(!found(0.31, 15, 20), "five turns in 60 beats");
    }

    #[test]
    fn a_slow_climb_and_small_steps_are_none() {
        let mut swings = Swings::default();
        let mut load = 2.0;
        for beat in 0..600 {
            load += if beat % 2 == 0 { 0.12 } else { -0.1 };
            assert!(!swings.look(load), "{beat}");
        }
    }

    #[test]
    fn a_load_that_swings_down_first_is_found_as_well() {
        assert!(found(-0.31, 10, 7));
        assert!(!found(-0.31, 10, 6));
    }

    #[test]
    fn three_tenths_to_the_last_bit_are_no_swing() {
        let mut swings = Swings::default();
        for beat in 0..200 {
            let load = if beat % 4 < 2 { 0.0 } else { SWING };
            assert!(!swings.look(load), "{beat}");
        }
        // The first move counts from the lowest, whichever way it went before.
        let mut swings = Swings::default();
        let seen = [1.0, 0.9, 1.21, 0.8, 1.2, 0.8, 1.2, 0.8, 1.2].map(|load| swings.look(load));
        assert!(seen.contains(&true), "{seen:?}");
    }
}
