//! Means over seconds that follow one another. A second that is missing is in none of them, and no mean reaches over it.

use protocols::vocabulary::number::from_u64;

use super::super::session::Second;

/// A value a second, with a place for each that was not recorded.
pub(crate) struct Lane(Vec<Option<f64>>);

impl Lane {
    /// The values of some seconds, in order.
    pub(crate) fn of<'a>(
        seconds: impl IntoIterator<Item = &'a Second>,
        value: impl Fn(&Second) -> Option<f64>,
    ) -> Self {
        let (mut lane, mut next) = (Vec::new(), None);
        for second in seconds {
            if next.is_some_and(|next| next != second.t_s) {
                lane.push(None);
            }
            lane.push(value(second));
            next = Some(second.t_s.saturating_add(1));
        }
        Self(lane)
    }

    /// The mean of every second that has the value.
    pub(crate) fn mean(&self) -> Option<f64> {
        mean(self.0.iter().copied().flatten())
    }

    /// How many seconds have the value.
    pub(crate) fn count(&self) -> usize {
        self.0.iter().flatten().count()
    }

    /// The sum of every second that has the value.
    pub(crate) fn sum(&self) -> Option<f64> {
        self.0
            .iter()
            .copied()
            .flatten()
            .reduce(|sum, next| sum + next)
    }

    /// The highest mean of so many seconds on end; of single seconds where nothing lasted so long.
    pub(crate) fn highest(&self, seconds: usize) -> Option<f64> {
        self.means(seconds).into_iter().reduce(f64::max)
    }

    /// The lowest mean of so many seconds on end; of single seconds where nothing lasted so long.
    pub(crate) fn lowest(&self, seconds: usize) -> Option<f64> {
        self.means(seconds).into_iter().reduce(f64::min)
    }

    fn means(&self, seconds: usize) -> Vec<f64> {
        let of = |length: usize| -> Vec<f64> {
            self.0
                .windows(length.max(1))
                .filter_map(|run| run.iter().copied().collect::<Option<Vec<f64>>>())
                .filter_map(mean)
                .collect()
        };
        let lasting = of(seconds);
        if lasting.is_empty() { of(1) } else { lasting }
    }
}

/// The mean of some values; `None` of none.
pub(super) fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0_u64);
    for value in values {
        sum += value;
        count += 1;
    }
    (count > 0).then(|| sum / from_u64(count))
}

/// A count as a number.
pub(super) fn number(count: usize) -> f64 {
    from_u64(u64::try_from(count).unwrap_or(u64::MAX))
}

/// The slope of a straight line through points, by least squares; `None` where they do not lie apart.
pub(super) fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let x = mean(points.iter().map(|point| point.0))?;
    let y = mean(points.iter().map(|point| point.1))?;
    let (mut along, mut across) = (0.0, 0.0);
    for (at, value) in points {
        along += (at - x) * (at - x);
        across += (at - x) * (value - y);
    }
    (along > 0.0).then(|| across / along)
}
