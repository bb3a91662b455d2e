//! The sources of heart rate weighed against each other: strap, oximeter's pulse, and the machine's own, which never leads.
//!
//! What acts on a difference of strap and oximeter are rules; this says which of three stands alone, so that a person knows where to
//! look, and whether the machine's pulse speaks for or against a strap that is alone.

use core::time::Duration;

use protocols::vocabulary::Timestamp;
use serde::{Deserialize, Serialize};

use super::Signals;
use super::bins::{Bins, Worth};
use super::source::Source;
use super::trust::DOUBTED_AFTER;
use crate::input::HeartRateSource;
use crate::view::Agreement;

/// Seconds of the means, and by how much they may differ (`supervision.md` 2.2).
const REGULAR: (u16, f64) = (10, 10.0);
/// The same in an irregular rhythm, where a pulse falls short of the beats.
const IRREGULAR: (u16, f64) = (30, 30.0);

/// A difference is told once it has lasted so long (`rules.toml`, `hr-sources-differ`).
const TOLD_AFTER: Duration = Duration::from_secs(15);

/// Since when the sources differ, and which is apart from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Weighing {
    since: Option<Timestamp>,
    alone: Option<(HeartRateSource, Timestamp)>,
}

impl Weighing {
    pub(crate) const LEVEL: Self = Self {
        since: None,
        alone: None,
    };
}

impl Signals {
    /// How the sources stand to each other now.
    #[must_use]
    pub fn agreement(&self, now: Timestamp) -> Agreement {
        let lasted = |since: Timestamp| now.since(since) >= TOLD_AFTER;
        let means = self.means(now);
        let sources = [means.strap, means.oximeter, means.machine];
        if sources.iter().flatten().count() < 2 {
            // What was heard before one fell silent tells nothing of now.
            return means;
        }
        Agreement {
            differ: self.weighing.since.is_some_and(lasted),
            alone: self
                .weighing
                .alone
                .filter(|(_, since)| lasted(*since))
                .map(|(source, _)| source),
            ..means
        }
    }

    /// Looks whether they differ now, and whether one stands alone.
    pub(super) fn weigh(&mut self, now: Timestamp) {
        let (_, limit) = self.measure();
        let means = self.means(now);
        let known = [
            (HeartRateSource::Strap, means.strap),
            (HeartRateSource::Oximeter, means.oximeter),
            (HeartRateSource::Machine, means.machine),
        ];
        let mut alone = None;
        let mut differ = false;
        for (source, own) in known {
            let Some(own) = own else { continue };
            let mut others = known
                .iter()
                .filter(|(other, _)| *other != source)
                .filter_map(|(_, mean)| *mean);
            let (first, second) = (others.next(), others.next());
            let apart = |other: f64| libm::fabs(own - other) > limit;
            differ |= first.is_some_and(apart) || second.is_some_and(apart);
            if let (Some(first), Some(second)) = (first, second)
                && apart(first)
                && apart(second)
                && libm::fabs(first - second) <= limit
            {
                alone = Some(source);
            }
        }
        self.weighing = Weighing {
            since: differ.then(|| self.weighing.since.unwrap_or(now)),
            alone: alone.map(|source| match self.weighing.alone {
                Some((before, since)) if before == source => (source, since),
                Some(_) | None => (source, now),
            }),
        };
    }

    fn measure(&self) -> (u16, f64) {
        if self.is_irregular() {
            IRREGULAR
        } else {
            REGULAR
        }
    }

    fn means(&self, now: Timestamp) -> Agreement {
        let (seconds, _) = self.measure();
        let bound = self.bound;
        Agreement {
            strap: mean(&self.strap, now, seconds).filter(|_| bound.strap),
            oximeter: mean(&self.pulse, now, seconds).filter(|_| bound.oximeter),
            machine: mean(&self.grips, now, seconds),
            differ: false,
            alone: None,
        }
    }
}

/// The mean of a source that is good and fresh, whatever a rule thinks of it.
fn mean<const N: usize>(source: &Source<N>, now: Timestamp, seconds: u16) -> Option<f64> {
    let latest = source.latest?;
    let fresh = latest.worth >= Worth::Usable && now.since(latest.sent_at) < DOUBTED_AFTER;
    let bins: &Bins<N> = &source.bins;
    bins.newest()
        .filter(|_| fresh)
        .and_then(|newest| bins.mean_of(Worth::Usable, newest, seconds))
}
