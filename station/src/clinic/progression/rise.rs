//! By how much a figure rose, and against what: a rise within days by the session before, a slow creep by earlier ones together.

use super::Facts;

/// A slow rise is seen against so many sessions together, so that no single quiet one decides (choice).
const EARLIER: usize = 3;
/// They are the last of those that lie so many days back or longer, or the first where none does (choice).
const EARLIER_DAYS: f64 = 28.0;

/// The newest value beside the one before it, and beside the mean of earlier ones.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rise {
    newest: f64,
    before: f64,
    earlier: Option<Earlier>,
}

/// The mean of some earlier sessions.
#[derive(Debug, Clone, Copy)]
struct Earlier {
    mean: f64,
    of: usize,
    /// They lie weeks back; else they are the first.
    is_weeks_back: bool,
}

impl Rise {
    /// Of sessions, the earliest first; `None` where the newest has no value, or no other has.
    pub(super) fn of(sessions: &[Facts], value: impl Fn(&Facts) -> Option<f64>) -> Option<Self> {
        let (newest, earlier) = sessions.split_last()?;
        let all: Vec<(f64, f64)> = earlier
            .iter()
            .filter_map(|facts| Some((facts.day, value(facts)?)))
            .collect();
        Some(Self {
            newest: value(newest)?,
            before: all.last()?.1,
            earlier: Earlier::of(&all, newest.day),
        })
    }

    /// Whether the newest lies so much above one of them.
    pub(super) fn is_of(&self, limit: f64) -> bool {
        let earlier = self.earlier.map(|earlier| earlier.mean);
        let against = core::iter::once(self.before).chain(earlier);
        against
            .into_iter()
            .any(|value| self.newest - value >= limit)
    }

    /// Which figure, and against which.
    pub(super) fn words(&self) -> String {
        let words = format!(
            "{:.1}, against {:.1} of the session before",
            self.newest, self.before
        );
        let Some(earlier) = self.earlier else {
            return words;
        };
        let which = match (earlier.is_weeks_back, earlier.of) {
            (true, 1) => "the session four weeks back".to_owned(),
            (true, of) => format!("{of} sessions four weeks back"),
            (false, of) => format!("the first {of} sessions"),
        };
        format!("{words} and {:.1} of {which}", earlier.mean)
    }
}

impl Earlier {
    /// Of days and values, the earliest first; `None` where that would be the session before alone.
    fn of(all: &[(f64, f64)], newest_day: f64) -> Option<Self> {
        let back = all.partition_point(|(day, _)| newest_day - day >= EARLIER_DAYS);
        let is_weeks_back = back > 0;
        let chosen = if is_weeks_back {
            all.get(back.saturating_sub(EARLIER)..back)?
        } else {
            all.get(..all.len().min(EARLIER))?
        };
        let (sum, count) = chosen.iter().fold((0.0, 0.0), |(sum, count), (_, value)| {
            (sum + value, count + 1.0)
        });
        (all.len() > 1 && count > 0.0).then(|| Self {
            mean: sum / count,
            of: chosen.len(),
            is_weeks_back,
        })
    }
}
