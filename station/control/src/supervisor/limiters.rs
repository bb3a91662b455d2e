//! The ordered limiters (`supervision.md` section 1): each may only lower the load, and says why. The last, rounding, is the actuator's.

use core::time::Duration;

use protocols::vocabulary::{NetMets, Timestamp};
use serde::{Deserialize, Serialize};

use super::Supervisor;
use crate::prescription::BoutSetup;
use crate::rules::engine::Progress;
use crate::rules::{HAPPENS_ONCE, LoadAct, RuleId, table};
use crate::signals::{Signals, as_seconds, second_of};
use crate::situation::{Bounds, Disposed, LimitedLoad, Situation};
use crate::view::Reason;

/// `fall`: 3 MET a minute, in METs a second (`rules.toml`).
const FALL_PER_SECOND: f64 = 3.0 / 60.0;
/// What a fall takes at once, ahead of its line and not beside it, so that even a light patient's ergometer is told a watt less in the
/// call that carries the breach.
const FALL_AT_ONCE: f64 = 0.1;
/// Share of its way that the heart rate goes in 30 s, by a time constant of 60 s (`supervision.md` section 3).
const GONE_IN_30_S: f64 = 0.393;
/// How much the gain may be underestimated (`supervision.md` section 3).
const GAIN_DOUBT: f64 = 1.3;

/// A machine that was found to give no more than so much is asked for more again after this, if no person asked before (choice).
const TRIED_AGAIN_AFTER: Duration = Duration::from_mins(10);

/// The most that a machine was found to give.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Given {
    most: NetMets,
    until: Timestamp,
}

/// So many seconds of reports are kept.
const GAVE_SECONDS: usize = 15;

/// What the machine gave, a value a second, since it was seen to give less than it is told.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Gave {
    of: [NetMets; GAVE_SECONDS],
    newest: Option<u64>,
    many: usize,
}

impl Gave {
    const NOTHING: Self = Self {
        of: [NetMets::ZERO; GAVE_SECONDS],
        newest: None,
        many: 0,
    };

    /// The first report of each second counts.
    fn note(&mut self, now: Timestamp, reported: NetMets) {
        let second = second_of(now);
        if self.newest.is_some_and(|newest| second <= newest) {
            return;
        }
        self.newest = Some(second);
        self.of.rotate_right(1);
        let [newest, ..] = &mut self.of;
        *newest = reported;
        self.many = self.many.saturating_add(1).min(GAVE_SECONDS);
    }

    /// As many were above it as below.
    fn middle(&self) -> Option<NetMets> {
        let mut sorted = self.of;
        let sorted = sorted.get_mut(..self.many)?;
        sorted.sort_unstable_by(|one, other| one.get().total_cmp(&other.get()));
        sorted.get(self.many / 2).copied()
    }
}

/// A fall under way.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Fall {
    ceiling: f64,
    ahead: f64,
    at: Timestamp,
}

impl Supervisor {
    /// Passes a proposal through every limiter but the rounding, which is the actuator's. What comes out is never above the proposal.
    pub fn dispose(
        &mut self,
        proposal: LimitedLoad,
        situation: &Situation,
        signals: &Signals,
        bout: &BoutSetup,
        bounds: &Bounds,
    ) -> Disposed {
        let mut load = proposal;
        // 1: ceilings.
        load.cap(bout.prescription.ceiling, Reason::PrescribedCeiling);
        load.cap(bounds.machine_ceiling, Reason::MachineCeiling);
        // 2 and 3: stops, latched or in force.
        let strongest = self.verdict().act;
        self.cap_to_nothing(&mut load, strongest);
        // 4: rules of vital signs, link, staleness and trust that take load away.
        self.cap_falling(&mut load, situation);
        self.cap_to_what_is_given(&mut load, situation);
        // 5: the heart rate foretold for 30 s ahead.
        let differ = bout.patient.atrial_fibrillation
            || self.standing.in_force().contains(RuleId::HrSourcesDiffer);
        if let Some(most) = predicted_bound(situation, signals, bout, differ) {
            load.cap(most, Reason::Prediction);
        }
        // 6: what the assessment explains.
        if let Some(cap) = bounds.plausibility_cap {
            load.cap(cap, Reason::PlausibilityCap);
        }
        // 7: no rise.
        let no_rise = no_rise(situation, signals, bout, strongest);
        if let Some(reason) = no_rise {
            load.cap(situation.granted, reason);
        }
        // 8: the ramp.
        let reached = situation.granted.get() + f64::max(bounds.rise, 0.0);
        load.cap(mets(reached), Reason::Ramp);
        Disposed {
            load,
            may_rise: no_rise.is_none(),
        }
    }

    fn cap_to_nothing(&self, load: &mut LimitedLoad, strongest: Option<(LoadAct, RuleId)>) {
        match strongest {
            Some((act @ (LoadAct::Stop | LoadAct::ZeroWait), rule)) => {
                load.cap(NetMets::ZERO, Reason::Rule(rule, act));
            }
            Some((LoadAct::Hold | LoadAct::Fall | LoadAct::CoolDown, _)) | None => {}
        }
        if self.stop_latched {
            load.cap(NetMets::ZERO, Reason::StopLatched);
        }
    }

    /// `fall` and `cool_down` take 3 MET a minute from what is granted, until what ends them holds. It comes back by the ramp.
    fn cap_falling(&mut self, load: &mut LimitedLoad, situation: &Situation) {
        let falling = self
            .standing
            .fired()
            .filter(|(id, progress)| progress.lasts() || waits_to_be_seen(*id, progress))
            .filter_map(|(id, progress)| Some((progress.act(table::row(id))?, id)))
            .filter(|(act, _)| *act >= LoadAct::Fall)
            .max_by(|one, other| one.0.cmp(&other.0).then(other.1.cmp(&one.1)));
        let Some((act, rule)) = falling else {
            self.fall = None;
            return;
        };
        let granted = situation.granted.get();
        let fall = match self.fall {
            Some(fall) => fall.after(situation.now),
            None => Fall {
                ceiling: granted - FALL_AT_ONCE,
                ahead: FALL_AT_ONCE,
                at: situation.now,
            },
        };
        let floor = f64::min(situation.cool_down_load.get(), granted);
        let ceiling = f64::max(f64::min(fall.ceiling, granted), floor);
        self.fall = Some(Fall { ceiling, ..fall });
        load.cap(mets(ceiling), Reason::Rule(rule, act));
    }

    /// A machine that has given less than it was told for long enough: the grant follows down to what it gave in the middle of its reports since
    /// that was seen, and no further: one that gives a share of what it is told would be led down to nothing, and one report too low or too
    /// high would stand for as long as the ceiling does. What it was found to give stays its ceiling for a while, or load would go up and
    /// down with each try.
    fn cap_to_what_is_given(&mut self, load: &mut LimitedLoad, situation: &Situation) {
        let now = situation.now;
        let in_force = self.standing.in_force();
        if !in_force.contains(RuleId::MachineBelowTarget) {
            self.gave = None;
        } else if let Some(reported) = situation.reported {
            self.gave.get_or_insert(Gave::NOTHING).note(now, reported);
        }
        if self.lags() {
            let is_new = self.standing.began().contains(RuleId::MachineBelowTarget);
            let known = self.given.filter(|_| !is_new).map(|given| given.most);
            let gave = self.gave.as_ref().and_then(Gave::middle);
            let most = match (known, gave) {
                (Some(known), Some(gave)) => Some(known.max(gave)),
                (known, gave) => known.or(gave),
            };
            let until = now + TRIED_AGAIN_AFTER;
            self.given = most.map(|most| Given { most, until });
        }
        self.given = self.given.filter(|given| now < given.until);
        if let Some(given) = self.given {
            load.cap(given.most, Reason::MachineFollows);
        }
    }

    /// The machine gives less than it is told, and has for so long that load holds.
    fn lags(&self) -> bool {
        self.standing(RuleId::MachineBelowTarget).0.is_some()
    }

    /// A person wants to see whether the machine gives more than it was found to.
    pub(crate) fn try_again(&mut self) {
        if !self.lags() {
            self.given = None;
        }
    }
}

impl Fall {
    /// The fall at a later time.
    fn after(self, now: Timestamp) -> Self {
        let due = FALL_PER_SECOND * as_seconds(now.since(self.at));
        Self {
            ceiling: self.ceiling - f64::max(due - self.ahead, 0.0),
            ahead: f64::max(self.ahead - due, 0.0),
            at: now,
        }
    }
}

/// Why load must not rise now, where it must not.
fn no_rise(
    situation: &Situation,
    signals: &Signals,
    bout: &BoutSetup,
    strongest: Option<(LoadAct, RuleId)>,
) -> Option<Reason> {
    let ordered = &bout.prescription;
    let now = situation.now;
    let doubted = ordered.heart_rate_required && !signals.heart_rate_trusted(now)
        || ordered.saturation_required && !signals.saturation_trusted(now)
        || signals.took_over_lately(now)
        || signals.oximeter_leads()
            && ordered.mode.holds_heart_rate()
            && !ordered.holding.by_oximeter
        || is_high_though_doubted(signals, bout, now);
    if let Some((act, rule)) = strongest {
        Some(Reason::Rule(rule, act))
    } else if doubted {
        Some(Reason::SignalNotTrusted)
    } else if situation.record_whole {
        None
    } else {
        Some(Reason::RecordGap)
    }
}

/// What happened once and was over in that moment lasts until a person has seen it.
fn waits_to_be_seen(id: RuleId, progress: &Progress) -> bool {
    HAPPENS_ONCE.contains(id) && progress.waits(table::row(id))
}

/// The most load that keeps the worst heart rate foretold for 30 s ahead under H (`supervision.md` section 3):
/// `( y - rest + (H - y) / 0.393 ) / (1.3 k)`. `None` where gain, limit or the mean of 10 s (15 s in atrial fibrillation) are missing. Of two
/// sources that `differ` the higher counts, as for every upper limit.
fn predicted_bound(
    situation: &Situation,
    signals: &Signals,
    bout: &BoutSetup,
    differ: bool,
) -> Option<NetMets> {
    let response = situation.response.filter(|response| response.gain > 0.0)?;
    let limits = bout.prescription.heart_rate?;
    let leading = signals.foretelling_heart_rate(situation.now)?;
    let seconds = table::row(RuleId::HrSourcesDiffer).mean_s;
    let rate = signals
        .both_sources(situation.now, seconds)
        .filter(|_| differ)
        .map_or(leading, |(strap, pulse)| leading.max(strap).max(pulse));
    let upper = limits.upper - signals.tighter_by();
    let above_rest = rate - response.rest + (upper - rate) / GONE_IN_30_S;
    Some(mets(above_rest / (GAIN_DOUBT * response.gain)))
}

/// A high value forbids a rise even where it is not trusted (`safety.md`, notes on the table).
fn is_high_though_doubted(signals: &Signals, bout: &BoutSetup, now: Timestamp) -> bool {
    let Some(limits) = bout.prescription.heart_rate else {
        return false;
    };
    signals
        .heart_rate_shown(now)
        .is_some_and(|rate| rate >= limits.upper - signals.tighter_by())
}

/// A load, kept within what can be held.
fn mets(value: f64) -> NetMets {
    NetMets::new(value.max(0.0)).unwrap_or(NetMets::MAX)
}
