//! Sums of products, and what they say: rest, gain and climb by least squares for each of eight time constants.

use serde::{Deserialize, Serialize};

use super::{DRIFT_BOUNDS, GAIN_BOUNDS, Learned, TAU_BOUNDS};
use crate::controller::bounded;

/// The time constants that are tried, in seconds: each √2 of the one before, about.
const TRIED: usize = 8;
const TAUS: [f64; TRIED] = [20.0, 28.0, 40.0, 57.0, 80.0, 113.0, 160.0, 240.0];

/// Heart rates are summed up as their distance from here, so that little is lost in sums of squares.
const CENTRE: f64 = 100.0;

/// What is taken of every patient before anything was seen, and how far it may be off: rest, from the centre; gain; and climb for each
/// MET-minute. The cohort's gains are 13.1 ± 5.6; its climb 0.06 of the gain in 25 min, more or less (`heart-rate-dynamics.md` 3.5).
const BEFORE: [f64; 3] = [-25.0, 12.0, 0.04];
const BEFORE_SD: [f64; 3] = [30.0, 10.0, 0.05];

/// The places of that list as numbers.
const PLACES: [f64; TRIED] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];

/// The time constant before anything was seen, as a place in the list of them, and how far it may be off.
const TAU_BEFORE: f64 = 4.0;
const TAU_BEFORE_SD: f64 = 1.5;

/// Readings that follow one another within this many sums say the same: 40 s of slow variability (`heart-rate-dynamics.md` 3.3).
const ALIKE: f64 = 8.0;

/// The variance of a reading is taken to be at least this, in squares of beats a minute.
const LEAST_VARIANCE: f64 = 1.0;

/// The model is not quite true: shares of the figure that are added to its uncertainty; measured on the reference cohort
/// (`tests/law/learning.rs`).
const GAIN_FLOOR: f64 = 0.06;
const TAU_FLOOR: f64 = 0.2;

/// The same of the climb, in beats a minute in each minute.
const DRIFT_FLOOR: f64 = 0.05;

/// In atrial fibrillation every figure is known so much less well: the answer itself is steeper and overshoots (choice).
const IRREGULAR: f64 = 2.0;

/// What a reading's variance is taken to be before it is measured.
const FIRST_VARIANCE: f64 = 9.0;

/// The costs of the time constants bend no less than this: else they would say nothing of it.
const FLAT: f64 = 1.0 / (TAU_BEFORE_SD * TAU_BEFORE_SD);

/// So many sums are needed: 5 min.
const ENOUGH: f64 = 60.0;

/// A gain that is known less well than this is not told: half of it.
const WORTH_TELLING: f64 = 0.5;

/// One time constant's part.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Tried {
    /// The load, filtered by it.
    filtered: f64,
    sum: f64,
    square: f64,
    by_done: f64,
    by_rate: f64,
}

/// All sums.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Sums {
    /// MET-minutes.
    done: f64,
    count: f64,
    /// The load of the sums under load, and how many they are.
    load: f64,
    loaded: f64,
    sum_done: f64,
    square_done: f64,
    done_by_rate: f64,
    sum_rate: f64,
    square_rate: f64,
    tried: [Tried; TRIED],
}

/// What one time constant leads to.
#[derive(Debug, Clone, Copy, Default)]
struct Solution {
    /// Rest, gain, climb.
    is: [f64; 3],
    variance: [f64; 3],
    /// What it leaves unexplained, in squares.
    left: f64,
    /// The same and how far it is from what was taken before, each in its own variance.
    cost: f64,
}

impl Sums {
    pub(super) const NONE: Self = Self {
        done: 0.0,
        count: 0.0,
        load: 0.0,
        loaded: 0.0,
        sum_done: 0.0,
        square_done: 0.0,
        done_by_rate: 0.0,
        sum_rate: 0.0,
        square_rate: 0.0,
        tried: [Tried {
            filtered: 0.0,
            sum: 0.0,
            square: 0.0,
            by_done: 0.0,
            by_rate: 0.0,
        }; TRIED],
    };

    /// A second under this load.
    pub(super) fn live(&mut self, load: f64) {
        self.done += load / 60.0;
        for (tried, tau) in self.tried.iter_mut().zip(TAUS) {
            tried.filtered += (load - tried.filtered) / tau;
        }
    }

    /// A trusted heart rate.
    pub(super) fn add(&mut self, heart_rate: f64, load: f64) {
        let rate = heart_rate - CENTRE;
        self.count += 1.0;
        if load > 0.0 {
            self.load += load;
            self.loaded += 1.0;
        }
        self.sum_done += self.done;
        self.square_done += self.done * self.done;
        self.done_by_rate += self.done * rate;
        self.sum_rate += rate;
        self.square_rate += rate * rate;
        for tried in &mut self.tried {
            tried.sum += tried.filtered;
            tried.square += tried.filtered * tried.filtered;
            tried.by_done += tried.filtered * self.done;
            tried.by_rate += tried.filtered * rate;
        }
    }

    /// What the sums say; `None` while that would be a guess.
    pub(super) fn learned(&self, irregular: bool) -> Option<Learned> {
        if self.count < ENOUGH || self.loaded < 1.0 {
            return None;
        }
        let worse = if irregular { IRREGULAR } else { 1.0 };
        let mut solutions = [Solution::default(); TRIED];
        let variance = self.variance()?;
        for ((solution, tried), place) in solutions.iter_mut().zip(&self.tried).zip(PLACES) {
            *solution = self.solve(tried, variance)?;
            solution.cost += square((place - TAU_BEFORE) / TAU_BEFORE_SD);
        }
        let valley = Valley::of(&solutions)?;
        let [_, gain, climb] = valley.is;
        let [_, gain_variance, climb_variance] = valley.variance;
        let gain = bounded(gain, GAIN_BOUNDS.0, GAIN_BOUNDS.1);
        let gain_sd = root(gain_variance + square(GAIN_FLOOR * gain));
        let tau_sd = root(square(valley.tau_sd) + square(TAU_FLOOR * valley.tau));
        let load = self.load / self.loaded;
        let learned = Learned {
            gain,
            gain_sd: worse * gain_sd,
            tau_s: bounded(valley.tau, TAU_BOUNDS.0, TAU_BOUNDS.1),
            tau_sd: worse * tau_sd,
            drift: bounded(climb * load, DRIFT_BOUNDS.0, DRIFT_BOUNDS.1),
            drift_sd: worse * root(square(load) * climb_variance + square(DRIFT_FLOOR)),
            steady: None,
        };
        let finite = [
            learned.gain,
            learned.gain_sd,
            learned.tau_s,
            learned.tau_sd,
            learned.drift,
            learned.drift_sd,
        ];
        (finite.iter().all(|figure| figure.is_finite())
            && learned.gain_sd < WORTH_TELLING * learned.gain)
            .then_some(learned)
    }

    /// The variance of a reading: what the best of the time constants leaves unexplained.
    fn variance(&self) -> Option<f64> {
        let mut least = f64::MAX;
        for tried in &self.tried {
            let left = self.solve(tried, FIRST_VARIANCE)?.left;
            if left < least {
                least = left;
            }
        }
        let variance = least / self.count;
        Some(if variance > LEAST_VARIANCE {
            variance
        } else {
            LEAST_VARIANCE
        })
    }

    /// Least squares with what was taken before, for one time constant.
    fn solve(&self, tried: &Tried, variance: f64) -> Option<Solution> {
        let weight = 1.0 / (variance * ALIKE);
        let before = BEFORE_SD.map(|sd| 1.0 / (sd * sd));
        let products = [
            [self.count, tried.sum, self.sum_done],
            [tried.sum, tried.square, tried.by_done],
            [self.sum_done, tried.by_done, self.square_done],
        ];
        let by_rate = [self.sum_rate, tried.by_rate, self.done_by_rate];
        let mut matrix = products.map(|row| row.map(|product| product * weight));
        let mut right = by_rate.map(|product| product * weight);
        for (((row, right), place), (prior, mean)) in matrix
            .iter_mut()
            .zip(&mut right)
            .zip(0_usize..)
            .zip(before.iter().zip(BEFORE))
        {
            if let Some(diagonal) = row.get_mut(place) {
                *diagonal += prior;
            }
            *right += prior * mean;
        }
        let inverse = inverted(&matrix)?;
        let is = inverse.map(|row| dot(&row, &right));
        let left = self.square_rate - 2.0 * dot(&is, &by_rate)
            + dot(&is, &products.map(|row| dot(&row, &is)));
        let off: f64 = is
            .iter()
            .zip(BEFORE)
            .zip(before)
            .fold(0.0, |sum, ((is, mean), prior)| {
                sum + square(is - mean) * prior
            });
        let [[rest, ..], [_, gain, _], [.., climb]] = inverse;
        Some(Solution {
            is,
            variance: [rest, gain, climb],
            left,
            cost: left * weight + off,
        })
    }
}

/// The least cost among the time constants, and how steeply it rises around it.
struct Valley {
    is: [f64; 3],
    variance: [f64; 3],
    tau: f64,
    tau_sd: f64,
}

impl Valley {
    fn of(solutions: &[Solution; TRIED]) -> Option<Self> {
        let mut place = 0;
        let mut best = solutions.first()?;
        for (there, solution) in solutions.iter().enumerate() {
            if solution.cost < best.cost {
                (place, best) = (there, solution);
            }
        }
        let tau = *TAUS.get(place)?;
        let beside = |place: Option<usize>| {
            place.and_then(|place| Some((solutions.get(place)?, *TAUS.get(place)?)))
        };
        // At either end of the list the one neighbour stands for both.
        let (below, above) = match (beside(place.checked_sub(1)), beside(Some(place + 1))) {
            (Some(below), Some(above)) => (below, above),
            (Some(one), None) | (None, Some(one)) => (one, one),
            (None, None) => return None,
        };
        let bend = above.0.cost + below.0.cost - 2.0 * best.cost;
        let bend = if bend > FLAT { bend } else { FLAT };
        let step = bounded((below.0.cost - above.0.cost) / (2.0 * bend), -0.5, 0.5);
        let towards = if step > 0.0 {
            above.1 - tau
        } else {
            tau - below.1
        };
        // A cost is twice a log likelihood: its bend is twice the reciprocal of a variance.
        let step_variance = 2.0 / bend;
        let spacing = (above.1 - below.1) / 2.0;
        let spacing = if spacing > 0.0 { spacing } else { tau / 3.0 };
        let mut variance = best.variance;
        for ((variance, below), above) in variance.iter_mut().zip(below.0.is).zip(above.0.is) {
            *variance += square((above - below) / 2.0) * step_variance;
        }
        Some(Self {
            is: best.is,
            variance,
            tau: tau + step * towards,
            tau_sd: spacing * root(step_variance),
        })
    }
}

/// The inverse of a symmetric matrix by its adjugate; `None` where it has none.
#[expect(
    clippy::many_single_char_names,
    reason = "the six of a symmetric matrix, as they are named everywhere"
)]
fn inverted(matrix: &[[f64; 3]; 3]) -> Option<[[f64; 3]; 3]> {
    let [[a, b, c], [_, d, e], [_, _, f]] = *matrix;
    let first = d * f - e * e;
    let second = c * e - b * f;
    let third = b * e - c * d;
    let determinant = a * first + b * second + c * third;
    if !(determinant > 0.0 && determinant.is_finite()) {
        return None;
    }
    let fourth = a * f - c * c;
    let fifth = b * c - a * e;
    let sixth = a * d - b * b;
    Some(
        [
            [first, second, third],
            [second, fourth, fifth],
            [third, fifth, sixth],
        ]
        .map(|row| row.map(|minor| minor / determinant)),
    )
}

fn dot(one: &[f64; 3], other: &[f64; 3]) -> f64 {
    one.iter()
        .zip(other)
        .fold(0.0, |sum, (one, other)| sum + one * other)
}

fn square(value: f64) -> f64 {
    value * value
}

/// The square root by Newton's steps, as the core has no other. Nothing for what is not above nothing.
fn root(value: f64) -> f64 {
    if !(value > 0.0 && value.is_finite()) {
        return 0.0;
    }
    let mut root = if value > 1.0 { value } else { 1.0 };
    for _ in 0..64 {
        root = 0.5 * (root + value / root);
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_is_the_root() {
        for value in [1e-12, 0.25, 1.0, 2.0, 9.0, 1e6, 1e15] {
            assert!((root(value) / value.sqrt() - 1.0).abs() < 1e-12, "{value}");
        }
        for value in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(root(value).abs() < f64::MIN_POSITIVE);
        }
    }

    #[test]
    fn an_inverse_is_one() {
        let matrix = [[4.0, 1.0, 0.5], [1.0, 3.0, -0.25], [0.5, -0.25, 2.0]];
        let inverse = inverted(&matrix).expect("it has one");
        for (place, row) in matrix.iter().enumerate() {
            let back = inverse.map(|column| dot(row, &column));
            for (other, value) in back.iter().enumerate() {
                let wanted = f64::from(u8::from(place == other));
                assert!((value - wanted).abs() < 1e-12, "{back:?}");
            }
        }
        assert!(inverted(&[[1.0; 3]; 3]).is_none());
        assert!(inverted(&[[f64::NAN; 3]; 3]).is_none());
    }
}
