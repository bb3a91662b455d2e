//! Where each rule stands: how far it has come, whether time can change it, whether it has fired.

use core::time::Duration;

use protocols::vocabulary::Timestamp;
use serde::{Deserialize, Serialize};

use super::{HEART_RATE, MACHINE, SATURATION};
use crate::arrays;
use crate::rules::engine::Progress;
use crate::rules::facts::Judged;
use crate::rules::table::{self, Doubted};
use crate::rules::{LoadAct, RuleId, RuleSet};
use crate::signals::Signals;

/// Every rule's progress.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Standing {
    #[serde(with = "arrays")]
    progress: [Progress; RuleId::COUNT],
    /// Rules that time can change.
    live: RuleSet,
    /// Rules that have fired and are not over.
    in_force: RuleSet,
    began: RuleSet,
}

impl Standing {
    /// Nothing has happened yet.
    pub(super) fn new() -> Self {
        Self {
            progress: [Progress::default(); RuleId::COUNT],
            live: RuleSet::EMPTY,
            in_force: RuleSet::EMPTY,
            began: RuleSet::EMPTY,
        }
    }

    /// Rules that time can change.
    pub(super) const fn live(&self) -> RuleSet {
        self.live
    }

    /// Rules that have fired and are not over.
    pub(super) const fn in_force(&self) -> RuleSet {
        self.in_force
    }

    /// Since when a rule's condition holds.
    pub(super) fn holds_from(&self, id: RuleId) -> Option<Timestamp> {
        self.progress.get(id.index())?.from
    }

    /// What a rule that has begun held its value against last.
    pub(super) fn limit(&self, id: RuleId) -> Option<f64> {
        let progress = self.progress.get(id.index())?;
        progress.limit.filter(|_| !progress.is_idle())
    }

    /// Rules whose act began in this turn.
    pub(super) const fn began(&self) -> RuleSet {
        self.began
    }

    /// No act has begun in this turn yet.
    pub(super) const fn begin_turn(&mut self) {
        self.began = RuleSet::EMPTY;
    }

    /// Most rules of most turns are passed over: nothing held and nothing does, so nothing has a time to be kept.
    #[inline]
    pub(super) fn take_in(
        &mut self,
        id: RuleId,
        judged: &Judged,
        signals: &Signals,
        now: Timestamp,
    ) {
        if !judged.is_quiet() || self.live.contains(id) {
            self.keep(id, judged, (clock(id, signals, now), now));
        }
    }

    #[cold]
    fn keep(&mut self, id: RuleId, judged: &Judged, (clock, now): (Duration, Timestamp)) {
        if let Some(progress) = self.progress.get_mut(id.index()) {
            let row = table::row(id);
            progress.look(row, judged, clock);
            if let Some(since) = judged.since.filter(|_| progress.holds()) {
                progress.holds_since(wall(since));
            }
            progress.from = progress.from.or(Some(now)).filter(|_| progress.holds());
            if judged.once {
                progress.advance(row, false, clock);
                progress.passes(clock);
                self.began.insert(id);
            }
        }
        self.sort(id);
    }

    /// Lets every timer run. A lost signal starts those of its own rules again.
    pub(super) fn run(&mut self, signals: &Signals, now: Timestamp, denervated: bool) {
        for id in self.live.iter() {
            let clock = clock(id, signals, now);
            if let Some(progress) = self.progress.get_mut(id.index()) {
                let row = table::row(id);
                let before = progress.act(row);
                let came = progress.advance(row, denervated, clock);
                if came && progress.act(row) > before {
                    self.began.insert(id);
                }
                if came {
                    self.start_again(id);
                }
            }
            self.sort(id);
        }
    }

    /// Whether a stop rule is in force.
    pub(super) fn stops(&self) -> bool {
        self.fired()
            .any(|(id, progress)| progress.act(table::row(id)) == Some(LoadAct::Stop))
    }

    fn start_again(&mut self, lost: RuleId) {
        let rules = if lost == RuleId::HrLost {
            HEART_RATE
        } else if lost == RuleId::Spo2Lost {
            SATURATION
        } else if lost == RuleId::MachineLost {
            MACHINE
        } else {
            return;
        };
        for id in self.live.intersection(rules).iter() {
            if let Some(progress) = self.progress.get_mut(id.index()) {
                progress.start_again();
            }
        }
    }

    /// Keeps the sets in line with where a rule stands.
    fn sort(&mut self, id: RuleId) {
        let Some(progress) = self.progress.get(id.index()) else {
            return;
        };
        if progress.is_idle() {
            self.live.remove(id);
        } else {
            self.live.insert(id);
        }
        if progress.is_in_force() {
            self.in_force.insert(id);
        } else {
            self.in_force.remove(id);
        }
    }

    /// What a rule did is over, and nothing of it is kept.
    pub(super) fn forget(&mut self, id: RuleId) {
        if let Some(progress) = self.progress.get_mut(id.index()) {
            *progress = Progress::default();
        }
        self.sort(id);
    }

    /// A person has seen this rule's alarm.
    pub(super) fn acknowledge(&mut self, id: RuleId) {
        if let Some(progress) = self.progress.get_mut(id.index()) {
            progress.acknowledge();
        }
    }

    /// Every rule that has fired and is not over.
    pub(super) fn fired(&self) -> impl Iterator<Item = (RuleId, &Progress)> {
        self.in_force
            .iter()
            .filter_map(|id| Some((id, self.progress.get(id.index())?)))
    }

    /// The rules that take trust away from a signal. Those of plausibility have done so in the signals.
    pub(super) fn doubting(&self, signal: Doubted) -> RuleSet {
        let mut rules = RuleSet::EMPTY;
        for (id, progress) in self.fired() {
            if progress.doubts(table::row(id)) == Some(signal) {
                rules.insert(id);
            }
        }
        rules.without(RuleSet::of(&[RuleId::HrImplausible, RuleId::HrStep]))
    }
}

/// The clock that measures a rule's time: it stands while the rule's signal is not trusted.
fn clock(id: RuleId, signals: &Signals, now: Timestamp) -> Duration {
    if HEART_RATE.contains(id) {
        signals.heart_rate_clock(now)
    } else if SATURATION.contains(id) {
        signals.saturation_clock(now)
    } else {
        wall(now)
    }
}

fn wall(at: Timestamp) -> Duration {
    at.since(Timestamp::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(10);

    #[test]
    fn what_is_quiet_leaves_no_trace() {
        let mut standing = Standing::new();
        standing.take_in(RuleId::SbpHigh, &Judged::that(false), &Signals::idle(), NOW);
        standing.run(&Signals::idle(), NOW, false);
        assert_eq!(standing, Standing::new());
    }

    #[test]
    fn a_rule_that_is_over_waits_for_nothing() {
        let signals = Signals::idle();
        let mut standing = Standing::new();
        standing.take_in(RuleId::RpeHigh, &Judged::that(true), &signals, NOW);
        standing.run(&signals, NOW, false);
        assert!(standing.in_force().contains(RuleId::RpeHigh));
        assert!(standing.live().contains(RuleId::RpeHigh));
        standing.take_in(RuleId::RpeHigh, &Judged::that(false), &signals, NOW);
        standing.run(&signals, NOW, false);
        assert_eq!(standing.in_force(), RuleSet::EMPTY);
        assert_eq!(standing.live(), RuleSet::EMPTY);
    }
}
