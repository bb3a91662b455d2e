//! From a proposal to a command: the controller proposes at its beat, the supervisor disposes in every call, the machine is told.

use core::cmp::Ordering;
use core::time::Duration;

use protocols::vocabulary::{MachineLoad, NetMets, Timestamp, number};

use super::course::measured_now;
use super::facts::SAME;
use super::{Beaten, InHand, Station};
use crate::actuation::Actuation;
use crate::controller::{BEAT, Constant, Controller, FALL_PER_BEAT, Moment, rise_per_beat};
use crate::drive::{Nudge, Wanted};
use crate::load_history::Lowered;
use crate::outputs::{Beat, Outputs};
use crate::phase::{Event, Exercise, Phase, Waiting};
use crate::rules::{LoadAct, RuleId, RuleSet};
use crate::situation::{Bounds, LimitedLoad, Situation, Stimulus, Verdict};
use crate::view::{PhaseKind, Reason};

/// The ramp saves up so much time at most: a beat, and what the ticks around it may be late.
const SAVED_UP: f64 = 6.0;

/// 3 MET/min, in METs a second.
const FALL_PER_SECOND: f64 = FALL_PER_BEAT / 5.0;

/// These take load away because the heart falls.
const OF_A_FALLING_HEART: RuleSet = RuleSet::of(&[RuleId::HrLow, RuleId::HrPlunge, RuleId::HrFall]);

/// Seconds that the saturation is averaged over before load gives way: a finger lags by more than that anyway.
const GIVE_WAY_SECONDS: u16 = 5;

impl Station {
    /// The controller's turn. `Some` at a beat, with the law's figures where a law made it.
    pub(super) fn propose(&mut self, now: Timestamp) -> Option<Beaten> {
        self.save_up(now);
        let Phase::Exercise(exercise) = self.phase else {
            self.load.asked = NetMets::ZERO;
            self.load.short_of = None;
            return None;
        };
        if let Exercise::CoolDown { .. } = exercise {
            // What a rule took away in a cool-down does not come back.
            self.load.asked = self.load.asked.min(self.load.granted);
        }
        if now < self.load.beat_due {
            return None;
        }
        Some(Beaten {
            law: self.beat(now, exercise),
        })
    }

    fn beat(&mut self, now: Timestamp, exercise: Exercise) -> Option<Beat> {
        let next = self.load.beat_due + BEAT;
        self.load.beat_due = if next > now { next } else { now + BEAT };
        self.load.waits = false;
        let moment = self.moment(now, exercise);
        let (want, beat) = match exercise {
            Exercise::WarmUp { .. } => (self.towards_warm_up(&moment), None),
            Exercise::CoolDown { .. } => (self.towards_cool_down(&moment), None),
            Exercise::Conditioning { .. } => self.proposal_of_conditioning(&moment),
        };
        let want = NetMets::new(want).unwrap_or(NetMets::ZERO);
        self.load.asked = want;
        self.load.short_of = self.short_of(&moment, exercise, want);
        beat
    }

    /// What is asked for, before the ramp keeps anything from it.
    pub(super) fn ordered_or_asked(&self) -> NetMets {
        self.load.short_of.unwrap_or(self.load.asked)
    }

    /// What is ordered as a load, where `want` is as much of it as the ramp lets be asked for now.
    fn short_of(&self, moment: &Moment, exercise: Exercise, want: NetMets) -> Option<NetMets> {
        if let InHand::Held(_) = self.hand {
            return None;
        }
        let ordered = match exercise {
            Exercise::WarmUp { .. } => self.bout.as_ref()?.prescription.warm_up_load,
            Exercise::Conditioning { .. } => self.controller.as_ref()?.ordered(moment.elapsed)?,
            Exercise::CoolDown { .. } => return None,
        };
        let ordered = moment.within_limits(ordered.get());
        // What orders a load asks for all of it that one beat reaches: less than that is the ramp's doing.
        NetMets::new(ordered).filter(|_| want.get() < ordered - SAME)
    }

    fn towards_warm_up(&self, moment: &Moment) -> f64 {
        match (self.hand, self.bout.as_ref()) {
            (InHand::Held(hand), _) => hand.propose(moment),
            (InHand::Free | InHand::Capped(_), Some(bout)) => {
                Constant::new(bout.prescription.warm_up_load).propose(moment)
            }
            (InHand::Free | InHand::Capped(_), None) => 0.0,
        }
    }

    /// 3 MET/min down to the cool-down load: what a rule took away since the last beat is not taken twice.
    fn towards_cool_down(&self, moment: &Moment) -> f64 {
        let wanted = Constant::new(self.cool_down_load).propose(moment);
        let lowest = moment.applied - self.load.fall;
        moment.within_limits(if wanted < lowest { lowest } else { wanted })
    }

    fn proposal_of_conditioning(&mut self, moment: &Moment) -> (f64, Option<Beat>) {
        let irregular = self.signals.is_irregular();
        match self.hand {
            InHand::Held(hand) => (hand.propose(moment), None),
            InHand::Free | InHand::Capped(_) => {
                self.controller.as_mut().map_or((0.0, None), |controller| {
                    controller.set_irregular(irregular);
                    controller.propose(moment)
                })
            }
        }
    }

    /// What the controller knows at this beat.
    fn moment(&self, now: Timestamp, exercise: Exercise) -> Moment {
        let least = self.least();
        Moment {
            applied: self.load.granted.max(least).get(),
            least: least.get(),
            most: self.most().get(),
            rise: rise_per_beat(self.ramp()).min(self.load.rise),
            measured: self.measured_to_hold(now),
            heart_rate_age: self
                .signals
                .heart_rate_trusted_at()
                .map(|heard| now.since(heard)),
            trusted_for: self.signals.heart_rate_trusted_for(now),
            elapsed: exercise
                .before()
                .saturating_add(now.since(self.phase_since)),
        }
    }

    /// The heart rate that a law may hold by. The oximeter's pulse stands in for the rules alone: to hold by it has to be prescribed.
    pub(super) fn measured_to_hold(&self, now: Timestamp) -> Option<f64> {
        let by_oximeter = self
            .bout
            .as_ref()
            .is_some_and(|bout| bout.prescription.holding.by_oximeter);
        let may_hold = by_oximeter || !self.signals.oximeter_leads();
        measured_now(&self.signals, now).filter(|_| may_hold)
    }

    /// How fast load may rise in this phase, in METs a minute.
    fn ramp(&self) -> f64 {
        let Some(bout) = self.bout.as_ref() else {
            return 0.0;
        };
        match self.phase.kind() {
            PhaseKind::WarmUp => bout.prescription.warm_up_ramp,
            // A cool-down that goes on after a stop comes back no faster than either phase before it would have.
            PhaseKind::CoolDown => bout
                .prescription
                .ramp_up
                .min(bout.prescription.warm_up_ramp),
            PhaseKind::Conditioning => bout.prescription.ramp_up,
            PhaseKind::Idle
            | PhaseKind::Ready
            | PhaseKind::Starting
            | PhaseKind::Recovery
            | PhaseKind::Finished
            | PhaseKind::Paused
            | PhaseKind::Stopped => 0.0,
        }
    }

    /// The ramp saves up what load may rise by, and what a cool-down may take in one beat.
    fn save_up(&mut self, now: Timestamp) {
        let passed = seconds(now.since(self.load.counted_until));
        let per_second = self.ramp() / 60.0;
        let saved = self.load.rise + passed * per_second;
        let most = SAVED_UP * per_second;
        self.load.rise = if saved > most { most } else { saved };
        let fall = self.load.fall + passed * FALL_PER_SECOND;
        self.load.fall = fall.min(FALL_PER_BEAT);
        self.load.counted_until = now;
    }

    /// The supervisor's turn: rules are judged, the phase follows the strongest, and what is left of the proposal is granted. The
    /// phase may have its beat in this very call, so that a cool-down begins in it.
    pub(super) fn dispose(
        &mut self,
        now: Timestamp,
        stimulus: Stimulus,
        beat: Option<Beaten>,
    ) -> Option<Beaten> {
        // What the machine gives stood until now: rules look at windows that end with this second.
        self.remember_load(now);
        let mut situation = self.situation(now);
        let verdict = self.supervisor.judge(
            &situation,
            stimulus,
            &mut self.signals,
            &self.history,
            self.bout.as_ref(),
        );
        let phase = self.phase.kind();
        self.settle_cool_down_load(stimulus, &verdict);
        self.wait_for_a_machine_that_halted(now);
        self.follow_rules(now, &verdict);
        let beat = if self.phase.kind() == phase {
            situation.cool_down_load = self.cool_down_load;
            beat
        } else {
            let begun = self.propose(now);
            situation = self.situation(now);
            begun.or(beat)
        };
        let mut limited = self.limit(&situation, &verdict);
        let may_not_walk = limited.granted() <= NetMets::ZERO && self.drive.is_belt();
        if may_not_walk && self.load_is_due() {
            let _ = self.move_on(now, Event::RuleWait);
            limited = self.limit(&self.situation(now), &verdict);
        }
        if self.load.may_rise && self.load.waits {
            self.load.beat_due = now;
        }
        let before = self.load.granted;
        self.load.granted = limited.granted();
        self.load.binding = limited.binding();
        self.load.held = limited.held();
        self.load.acting = verdict.acting;
        let base = before.max(self.least()).get();
        let risen = self.load.granted.get() - base;
        self.load.ramp = self.load.rise;
        self.load.rise = (self.load.rise - risen.max(0.0)).max(0.0);
        self.load.fall = (self.load.fall - (-risen).max(0.0)).max(0.0);
        if let Some(controller) = self.controller.as_mut()
            && self.phase.kind() == PhaseKind::Conditioning
        {
            controller.track(self.load.granted);
        }
        self.remember_load(now);
        beat
    }

    fn remember_load(&mut self, now: Timestamp) {
        // In the cool-down that such a rule began, all is taken because of it.
        let taken_by_rule = self.phase.kind() == PhaseKind::CoolDown
            || matches!(
                self.load.binding,
                Reason::Rule(_, LoadAct::Fall | LoadAct::CoolDown)
            );
        let heart_falls = !self.load.acting.intersection(OF_A_FALLING_HEART).is_empty();
        let lowered = if taken_by_rule && heart_falls {
            Lowered::ForAFallingHeart
        } else {
            Lowered::ForOtherReasons
        };
        self.history.push(now, self.given(), lowered);
    }

    /// What the machine gives of the load that is granted: a brake that begins at 25 W gives nothing below that. Rules that look for
    /// the heart's answer to load look at this.
    pub(super) fn given(&self) -> NetMets {
        let told = self.drive.told().zip(self.drive.actuation());
        let given = told.map(|(load, actuation)| actuation.net_mets(&load));
        given.map_or(self.load.granted, |given| given.min(self.load.granted))
    }

    /// What stopped by itself or at its own keys does not begin again by itself: a rule's wait, which would end so on an ergometer, becomes
    /// a person's.
    fn wait_for_a_machine_that_halted(&mut self, now: Timestamp) {
        let by_itself = match self.phase {
            Phase::Exercise(_) => true,
            Phase::Paused { by, .. } => by == Waiting::Rule,
            Phase::Idle
            | Phase::Ready(_)
            | Phase::Starting(_)
            | Phase::Recovery
            | Phase::Finished
            | Phase::Stopped { .. } => false,
        };
        if by_itself && self.drive.has_halted() {
            let _ = self.move_on(now, Event::Pause);
        }
    }

    const fn load_is_due(&self) -> bool {
        matches!(self.phase, Phase::Exercise(_))
    }

    /// The phase follows the strongest act.
    fn follow_rules(&mut self, now: Timestamp, verdict: &Verdict) {
        let act = verdict.act.map(|(act, _)| act);
        let event = if verdict.stop_latched || act == Some(LoadAct::Stop) {
            Some(Event::RuleStop)
        } else {
            match act {
                Some(LoadAct::ZeroWait) => Some(Event::RuleWait),
                Some(LoadAct::CoolDown) => Some(Event::RuleCoolDown),
                Some(LoadAct::Hold | LoadAct::Fall) | None => match self.phase {
                    Phase::Paused {
                        by: Waiting::Rule, ..
                    } => Some(Event::RuleWaitOver),
                    Phase::Idle
                    | Phase::Ready(_)
                    | Phase::Starting(_)
                    | Phase::Exercise(_)
                    | Phase::Recovery
                    | Phase::Finished
                    | Phase::Paused {
                        by: Waiting::Person,
                        ..
                    }
                    | Phase::Stopped { .. } => None,
                },
                Some(LoadAct::Stop) => None,
            }
        };
        if let Some(event) = event {
            // A rule's events have a meaning in every phase.
            let _ = self.move_on(now, event);
        }
    }

    /// The cool-down load follows conditioning until load is taken away: what was granted before that is what it is a share of. A mean
    /// of a minute moves little between two readings: ticks leave it as it is.
    fn settle_cool_down_load(&mut self, stimulus: Stimulus, verdict: &Verdict) {
        let falls = verdict.act.is_some_and(|(act, _)| act >= LoadAct::Fall);
        if self.phase.kind() == PhaseKind::Conditioning && !falls && stimulus != Stimulus::Tick {
            self.cool_down_load = self.settled_cool_down_load();
        }
    }

    /// What is left of the proposal, and why.
    fn limit(&mut self, situation: &Situation, verdict: &Verdict) -> LimitedLoad {
        let now = situation.now;
        self.load.may_rise = false;
        let mut proposal = LimitedLoad::proposed(self.ordered_or_asked());
        proposal.cap(self.load.asked, Reason::Ramp);
        let (Phase::Exercise(_), Some(bout)) = (self.phase, self.bout.as_ref()) else {
            proposal = LimitedLoad::proposed(NetMets::MAX);
            let why = match verdict.act {
                Some((act, rule)) if act >= LoadAct::ZeroWait => Reason::Rule(rule, act),
                Some(_) | None if verdict.stop_latched => Reason::StopLatched,
                Some(_) | None => Reason::Phase,
            };
            proposal.cap(NetMets::ZERO, why);
            return proposal;
        };
        if let InHand::Capped(ceiling) = self.hand {
            proposal.cap(ceiling, Reason::Hand);
        }
        if bout.patient.lung_disease {
            let saturation = self
                .signals
                .saturation_mean(now, GIVE_WAY_SECONDS)
                .map(|(mean, _)| mean);
            let floor = bout.prescription.saturation_floor;
            // Who rests near the floor is near it before there is any load: then it is a share of the warm-up's.
            let on = self.load.granted.max(bout.prescription.warm_up_load);
            if let Some(ceiling) = self.give_way.ceiling(saturation, floor, on) {
                proposal.cap(ceiling.max(self.least()), Reason::SaturationNearFloor);
            }
        }
        let bounds = self.bounds();
        let disposed = self
            .supervisor
            .dispose(proposal, situation, &self.signals, bout, &bounds);
        self.load.may_rise = disposed.may_rise;
        let on = self.load.granted.max(self.least());
        self.load.waits |= !disposed.may_rise && self.load.asked > on;
        let mut limited = disposed.load;
        if self.load.may_rise && self.load.waits {
            limited.cap(on, Reason::Ramp);
        }
        if !self.load.may_rise
            && let Some(on) = self.drive.on_the_way_up()
        {
            // Where nothing may rise, a belt does not go on to what it had not reached, nor make up for it afterwards.
            limited.cap(on.max(self.least()), limited.binding());
        }
        limited
    }

    fn bounds(&self) -> Bounds {
        let below = self.least().get() - self.load.granted.get();
        let up_to_least = if below > 0.0 { below } else { 0.0 };
        Bounds {
            machine_ceiling: self
                .drive
                .actuation()
                .map_or(NetMets::ZERO, Actuation::most),
            plausibility_cap: self.plausibility_cap(),
            rise: up_to_least + self.load.rise,
        }
    }

    fn plausibility_cap(&self) -> Option<NetMets> {
        match (self.phase.kind(), self.hand) {
            (PhaseKind::Conditioning, InHand::Free | InHand::Capped(_)) => self
                .controller
                .as_ref()
                .and_then(Controller::plausibility_cap),
            _ => None,
        }
    }

    /// The least load above nothing, which a brake that cannot let go holds from its start on.
    pub(super) fn least(&self) -> NetMets {
        let held = MachineLoad::Power(self.capabilities.held_at_least());
        self.drive.actuation().map_or(NetMets::ZERO, |actuation| {
            actuation.least().max(actuation.net_mets(&held))
        })
    }

    /// The least of every ceiling now.
    pub(super) fn most(&self) -> NetMets {
        let (Some(bout), Some(actuation)) = (self.bout.as_ref(), self.drive.actuation()) else {
            return NetMets::ZERO;
        };
        let most = actuation.most().min(bout.prescription.ceiling);
        self.plausibility_cap().map_or(most, |cap| most.min(cap))
    }

    /// How much a load has to differ to be told, in METs. The heart-rate law moves at every beat, and a busy load disturbs; what was
    /// ordered as a load is told to the last watt.
    fn command_step(&self) -> f64 {
        match (self.hand, self.target_heart_rate(), self.bout.as_ref()) {
            (InHand::Free | InHand::Capped(_), Some(_), Some(bout)) => bout.tuning.command_step,
            (InHand::Free | InHand::Capped(_) | InHand::Held(_), _, _) => 0.0,
        }
    }

    /// The machine is told what this call decided.
    pub(super) fn say(
        &mut self,
        now: Timestamp,
        before: NetMets,
        nudge: Nudge,
        outputs: &mut Outputs,
    ) {
        let wanted = match self.phase {
            Phase::Exercise(_) => Wanted::Load {
                granted: self.load.granted,
                at_once: self.load.binding != Reason::AsProposed,
                moved: self
                    .load
                    .granted
                    .partial_cmp(&before)
                    .unwrap_or(Ordering::Equal),
                may_rise: self.load.may_rise,
                step: self.command_step(),
            },
            Phase::Paused { .. } => Wanted::Nothing,
            Phase::Stopped { .. } => Wanted::Stop,
            Phase::Idle
            | Phase::Ready(_)
            | Phase::Starting(_)
            | Phase::Recovery
            | Phase::Finished => {
                if self.supervisor.is_stopped() {
                    Wanted::Stop
                } else {
                    Wanted::Rest
                }
            }
        };
        let report = self.signals.machine();
        self.drive.say(now, wanted, nudge, report, outputs);
    }
}

/// A duration in seconds, to the millisecond.
fn seconds(duration: Duration) -> f64 {
    number::from_u64(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)) / 1_000_000.0
}

#[cfg(test)]
mod tests;
