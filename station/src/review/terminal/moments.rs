//! A session's seconds in one row, whichever bout they are of, and what of them a stretch of time has.
//!
//! Promises: what is said of a stretch has the lowest and the highest of its seconds, so that what lasted one second is seen at any zoom;
//! nothing is carried over a second that is missing.

use std::ops::Range;

use crate::records::session::{BoutRecord, Hole, HoleKind, Second, SessionRecord};

/// A bout's first and last second may lie so far from its beginning and its end, in microseconds, and nothing is missing.
const EDGE_US: i64 = 2_000_000;

/// Seconds in order of their time.
#[derive(Debug, Clone, Default)]
pub struct Moments {
    /// Second after the session began; which bout, and which of its seconds, by place.
    order: Vec<(i64, usize, usize)>,
    /// From when to when bouts ran, in seconds, both ends in it.
    bouts: Vec<(i64, i64)>,
    /// Where there are no seconds, and what that is.
    holes: Vec<Hole>,
}

/// What a stretch of time has of a value.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Stretch {
    /// Lowest and highest value of it. The value of the second just before counts in where that is recorded, so that a step is drawn
    /// as one.
    pub extent: Option<(f64, f64)>,
    /// Some second of it was recorded.
    pub recorded: bool,
    /// Some second of it was recorded without the value.
    pub without: bool,
    /// Some second of it was not recorded, though a bout ran.
    pub unrecorded: bool,
    /// Nothing of it was recorded, and what that is.
    pub hole: Option<HoleKind>,
}

impl Moments {
    /// The seconds of a session.
    #[must_use]
    pub fn of(session: &SessionRecord) -> Self {
        let mut order: Vec<(i64, usize, usize)> = Vec::new();
        for (place, bout) in session.bouts.iter().enumerate() {
            let seconds = bout.seconds.iter().enumerate();
            order.extend(seconds.map(|(index, second)| (second.t_s, place, index)));
        }
        order.sort_unstable();
        let bouts = session.bouts.iter().filter_map(ran).collect();
        Self {
            order,
            bouts,
            holes: session.holes(),
        }
    }

    /// The last second that was recorded, after the session began; 0 where none was.
    #[must_use]
    pub fn last(&self) -> i64 {
        self.order.last().map_or(0, |(t_s, ..)| (*t_s).max(0))
    }

    /// The seconds of a stretch, each with its bout, as they stand in a session.
    #[must_use]
    pub fn within<'a>(
        &'a self,
        session: &'a SessionRecord,
        stretch: Range<i64>,
    ) -> impl DoubleEndedIterator<Item = (&'a BoutRecord, &'a Second)> {
        let from = self.order.partition_point(|(t_s, ..)| *t_s < stretch.start);
        let to = self.order.partition_point(|(t_s, ..)| *t_s < stretch.end);
        let order = self.order.get(from..to.max(from)).unwrap_or_default();
        order.iter().filter_map(|(_, bout, second)| {
            let bout = session.bouts.get(*bout)?;
            Some((bout, bout.seconds.get(*second)?))
        })
    }

    /// The second that was recorded at that time; `None` where none was.
    #[must_use]
    pub fn at<'a>(
        &'a self,
        session: &'a SessionRecord,
        t_s: i64,
    ) -> Option<(&'a BoutRecord, &'a Second)> {
        self.within(session, t_s..t_s.saturating_add(1)).next()
    }

    /// What a stretch has of a value.
    #[must_use]
    pub fn stretch(
        &self,
        session: &SessionRecord,
        stretch: Range<i64>,
        value: impl Fn(&BoutRecord, &Second) -> Option<f64>,
    ) -> Stretch {
        let mut found = Stretch::default();
        let mut last: Option<(u16, i64, Option<f64>)> = None;
        let mut counted: i64 = 0;
        let from = stretch.start.saturating_sub(1);
        for (bout, second) in self.within(session, from..stretch.end) {
            let here = value(bout, second);
            if second.t_s < stretch.start {
                last = Some((bout.number, second.t_s, here));
                continue;
            }
            counted += 1;
            found.recorded = true;
            found.without |= here.is_none();
            let before = last
                .filter(|(number, t_s, _)| *number == bout.number && *t_s + 1 >= second.t_s)
                .and_then(|(_, _, value)| value)
                .filter(|_| here.is_some());
            for value in here.into_iter().chain(before) {
                found.extent = Some(match found.extent {
                    Some((low, high)) => (low.min(value), high.max(value)),
                    None => (value, value),
                });
            }
            last = Some((bout.number, second.t_s, here));
        }
        let due: i64 = self
            .bouts
            .iter()
            .map(|(from, to)| ((*to + 1).min(stretch.end) - (*from).max(stretch.start)).max(0))
            .sum();
        found.unrecorded = counted < due;
        if !found.recorded {
            let due = found.unrecorded.then_some(HoleKind::NotRecorded);
            found.hole = self.hole(stretch).or(due);
        }
        found
    }

    /// What a stretch lies in that has no seconds.
    #[must_use]
    pub fn hole(&self, stretch: Range<i64>) -> Option<HoleKind> {
        let micros = |t_s: i64| t_s.saturating_mul(1_000_000);
        let mut holes = self.holes.iter();
        let hole = holes.find(|hole| {
            hole.from_us < micros(stretch.end) && hole.to_us > micros(stretch.start)
        })?;
        Some(hole.kind)
    }
}

/// From which second to which a bout's seconds have to be there.
fn ran(bout: &BoutRecord) -> Option<(i64, i64)> {
    let second = |us: i64| us.div_euclid(1_000_000);
    let first = bout.seconds.first().map(|second| second.t_s);
    let last = bout.seconds.last().map(|second| second.t_s);
    let begins = second(bout.from_us.saturating_add(EDGE_US));
    let ends = bout.to_us.map(|end| second(end.saturating_sub(EDGE_US)));
    let from = first.map_or(begins, |first| first.min(begins));
    let to = last.max(ends)?;
    (to >= from).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::review::export::fixtures::made;

    fn saturation(_: &BoutRecord, second: &Second) -> Option<f64> {
        second.spo2_percent.map(f64::from)
    }

    #[test]
    fn a_short_fall_is_seen_at_any_zoom_and_a_hole_is_never_joined() {
        let made = made();
        let session = SessionRecord::read(&made.archive, "last").unwrap();
        let moments = Moments::of(&session);
        let lowest = session
            .seconds()
            .filter_map(|(_, second)| second.spo2_percent)
            .min()
            .map(f64::from);
        for width in [1, 2, 7, 30, 60, 300, 1_000] {
            let mut low: Option<f64> = None;
            for column in 0..=(moments.last() / width) {
                let of = column * width..(column + 1) * width;
                let found = moments.stretch(&session, of.clone(), saturation);
                let values = moments
                    .within(&session, of.clone())
                    .filter_map(|(bout, second)| saturation(bout, second));
                let count = values.count();
                assert_eq!(found.extent.is_some(), count > 0, "{of:?}");
                low = low
                    .into_iter()
                    .chain(found.extent.map(|(low, _)| low))
                    .reduce(f64::min);
            }
            assert_eq!(low, lowest, "cells of {width} s");
        }
        // The fixture's hole: ten seconds that were never recorded.
        let hole = moments.stretch(&session, 200..209, saturation);
        assert_eq!(hole.extent, None);
        assert!(hole.unrecorded && !hole.recorded);
        let across = moments.stretch(&session, 190..230, saturation);
        assert!(across.unrecorded && across.recorded);
        // Nobody wore the oximeter between two bouts: nothing is missing there.
        let between = moments.stretch(&session, 560..590, saturation);
        assert!(!between.unrecorded, "{between:?}");
        assert_eq!(between.hole, Some(HoleKind::BetweenBouts));
        assert_eq!(
            (hole.hole, across.hole),
            (Some(HoleKind::NotRecorded), None)
        );
    }

    proptest! {
        #[test]
        fn a_stretch_is_never_wider_than_its_seconds_and_the_one_before(from in 0_i64..800, length in 1_i64..400) {
            thread_local! {
                static MADE: (crate::review::export::fixtures::Made, SessionRecord) = {
                    let made = made();
                    let session = SessionRecord::read(&made.archive, "last").unwrap();
                    (made, session)
                };
            }
            MADE.with(|(_, session)| {
                let moments = Moments::of(session);
                let rate = |_: &BoutRecord, second: &Second| second.heart_rate_bpm.map(f64::from);
                let found = moments.stretch(session, from..from + length, rate);
                let seen: Vec<f64> = moments
                    .within(session, from - 1..from + length)
                    .filter_map(|(bout, second)| rate(bout, second))
                    .collect();
                if let Some((low, high)) = found.extent {
                    assert!(low <= high && seen.contains(&low) && seen.contains(&high));
                }
                for value in moments.within(session, from..from + length).filter_map(|(bout, second)| rate(bout, second)) {
                    let (low, high) = found.extent.unwrap();
                    assert!((low..=high).contains(&value));
                }
            });
        }
    }
}
