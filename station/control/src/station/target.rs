//! A person moves what conditioning asks for, a step at a time. The load follows as it follows any target: by the reference's own 90 s,
//! by the ramp, or with the next interval; never in a step up.

use protocols::vocabulary::{MachineKind, NetMets};

use super::{InHand, Station};
use crate::controller::{Controller, Target};
use crate::outputs::Refusal;
use crate::phase::{Exercise, Phase};
use crate::prescription::{BoutSetup, Mode};

/// A step of a target in heart rate, in beats a minute (choice).
const STEP_RATE: f64 = 2.0;

/// A step of one load on a cycle, in watts (choice); on a belt, and of a metabolic rate, it is the step of a load by hand.
const STEP_WATTS: f64 = 5.0;

/// Where no zone is prescribed a person moves a target this close to the upper limit and no closer, in beats a minute (choice).
const BELOW_LIMIT: f64 = 5.0;

/// A target in heart rate stays so far above rest, in beats a minute (choice): below, no load could reach it.
const ABOVE_REST: f64 = 10.0;

impl Station {
    /// Moves the target a step up or down, as far as zone, limits and ceilings let it.
    pub(super) fn move_target(&mut self, up: bool) -> Result<(), Refusal> {
        let (Phase::Exercise(Exercise::Conditioning { .. }), Some(bout)) = (self.phase, self.bout)
        else {
            return Err(Refusal::NotNow);
        };
        let target = self.target().ok_or(Refusal::NoTarget)?;
        if up && (self.supervisor.verdict().act.is_some() || !self.record_whole) {
            return Err(Refusal::LimitReached);
        }
        let moved = match target {
            Target::HeartRate(rate) => {
                let (low, high) = self.rates(&bout);
                moved(rate, STEP_RATE, up, (low, high)).map(Target::HeartRate)
            }
            Target::Load(load) => {
                let limits = (self.least().get(), self.most().get());
                moved(load.get(), self.load_step(&bout), up, limits)
                    .and_then(NetMets::new)
                    .map(Target::Load)
            }
        };
        let moved = moved.ok_or(Refusal::LimitReached)?;
        let elapsed = self.conditioned(self.now);
        if let Some(controller) = self.controller.as_mut() {
            controller.move_target(elapsed, moved);
        }
        self.wait_for_the_beat();
        Ok(())
    }

    /// What conditioning asks for now, where a person may move it: not what a hand holds, nor a load that only stands in for a heart
    /// rate that nobody can hold.
    pub(super) fn target(&self) -> Option<Target> {
        let bout = self.bout.as_ref()?;
        if matches!(self.hand, InHand::Held(_)) || self.is_without_gain() {
            return None;
        }
        match (bout.prescription.mode, self.controller.as_ref()?) {
            (Mode::ByHand, _) => None,
            (_, controller) => controller.target(self.conditioned(self.now)),
        }
    }

    /// A heart rate was to be held, and neither assessment nor warm-up gave a gain: the warm-up's load stays.
    pub(super) fn is_without_gain(&self) -> bool {
        let holds = self
            .bout
            .is_some_and(|bout| bout.prescription.mode.holds_heart_rate());
        holds && matches!(self.controller, Some(Controller::Constant(_)))
    }

    /// Between which heart rates a person may move the target: up to the zone's end where there is one, and below the upper limit.
    fn rates(&self, bout: &BoutSetup) -> (f64, f64) {
        let rest = self
            .controller
            .as_ref()
            .and_then(Controller::estimate)
            .map_or(0.0, |estimate| estimate.rest);
        let limits = bout.prescription.heart_rate;
        let by_limit = limits.map_or(0.0, |limits| limits.upper - BELOW_LIMIT);
        let high = match limits.and_then(|limits| limits.zone) {
            Some((_, upper)) if upper < by_limit => upper,
            Some(_) | None => by_limit,
        };
        let high = match self.recovery_below() {
            Some(work) if work < high => work,
            Some(_) | None => high,
        };
        (rest + ABOVE_REST, high)
    }

    /// In the recovery of heart-rate intervals: the target of work, which recovery does not pass.
    fn recovery_below(&self) -> Option<f64> {
        match self.controller.as_ref()? {
            Controller::HeartRateInterval(interval) => {
                let turn = interval.turn(self.conditioned(self.now));
                let at_work = turn.is_some_and(|turn| turn.work);
                (!at_work).then(|| interval.work_target())
            }
            Controller::Constant(_)
            | Controller::HeartRate(_)
            | Controller::Metabolic(_)
            | Controller::Interval(_)
            | Controller::Hand(_) => None,
        }
    }

    fn load_step(&self, bout: &BoutSetup) -> f64 {
        let constant = matches!(bout.prescription.mode, Mode::Constant { .. });
        if constant && self.capabilities.kind == MachineKind::Cycle {
            10.8 * STEP_WATTS / (3.5 * bout.patient.mass.get())
        } else {
            bout.tuning.hand_step
        }
    }
}

/// A step further inside `(low, high)`; `None` where there is no room. What is outside already is led back by the other way alone.
fn moved(from: f64, step: f64, up: bool, (low, high): (f64, f64)) -> Option<f64> {
    let wanted = if up { from + step } else { from - step };
    let to = match (up, wanted > high, wanted < low) {
        (true, true, _) => high,
        (false, _, true) => low,
        (true, false, _) | (false, _, false) => wanted,
    };
    let moves = if up { to > from } else { to < from };
    moves.then_some(to)
}

#[cfg(test)]
mod tests;
