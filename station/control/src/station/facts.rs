//! Where the session stands, as far as rules ask.

use core::time::Duration;

use protocols::vocabulary::{NetMets, Timestamp};

use super::Station;
use crate::actuation::Actuation;
use crate::controller::Target;
use crate::phase::{Exercise, Phase};
use crate::prescription::Prescription;
use crate::situation::{Response, Situation};
use crate::view::PhaseKind;

/// Conditioning may last so much longer than prescribed, in per cent, before a rule says so.
const OVER_PER_CENT: u32 = 110;

/// Two loads closer than this are the same, in METs.
pub(super) const SAME: f64 = 1e-6;

/// How long conditioning may last before `time-over`.
pub(crate) fn allowed_conditioning(ordered: &Prescription) -> Duration {
    ordered.conditioning.saturating_mul(OVER_PER_CENT) / 100
}

impl Station {
    /// Where the session stands, as far as rules ask.
    pub(super) fn situation(&self, now: Timestamp) -> Situation {
        let report = self.signals.machine().map(|(report, _)| report);
        let granted = self.load.granted;
        let least = self.least();
        let reported = match (report.as_ref(), self.drive.actuation()) {
            (Some(report), Some(actuation)) => actuation.reported(report),
            _ => None,
        };
        let held = self.capabilities.held_at_least();
        let moves = report.is_some_and(|report| {
            report.power.is_some_and(|power| power > held)
                || report.speed.is_some_and(|speed| speed.get().abs() > 0.0)
        });
        // The least that a brake holds is a load to a patient, though the controller cannot go below it.
        let unloaded = self
            .drive
            .actuation()
            .map_or(NetMets::ZERO, Actuation::least);
        let conditioned = self.conditioned(now);
        let conditioning_over = self.bout.as_ref().is_some_and(|bout| {
            let ordered = &bout.prescription;
            conditioned > ordered.conditioning && conditioned > allowed_conditioning(ordered)
        });
        Situation {
            now,
            phase: self.phase.kind(),
            phase_since: self.phase_since,
            exercising: self.phase.is_exercising(),
            conditioning_over,
            target: self.judged_target(),
            granted,
            load_on: granted.get() > unloaded.get() + SAME || moves,
            at_minimum: granted.get() <= least.get() + SAME,
            at_cap: granted.get() >= self.most().get() - SAME,
            cool_down_load: self.cool_down_load,
            blood_pressure_due: self.blood_pressure_due,
            watched: self.watched,
            stop_circuit_open: self.stop_circuit_open,
            fault: self.fault,
            emergency: self.drive.is_emergency(),
            gym_closes: self.gym_closes,
            machine_heard: self.machine_heard,
            capabilities: self.capabilities,
            told: self.drive.told(),
            out_of_use: self.drive.stopped_by_itself() || self.drive.is_let_go(),
            reported,
            resting_heart_rate: self.resting_heart_rate,
            response: self.response(),
            unacknowledged_since: self.alarms.unacknowledged_since(),
            record_whole: self.record_whole,
        }
    }

    /// How this patient's heart answers load, once the controller knows it: what earlier sessions taught is no part of it, as a limit
    /// rests on this.
    pub(super) fn response(&self) -> Option<Response> {
        let estimate = self.controller.as_ref()?.estimate()?;
        Some(Response {
            gain: estimate.gain_of_today,
            rest: estimate.rest,
        })
    }

    /// The heart rate that the phase asks for.
    pub(super) fn target_heart_rate(&self) -> Option<f64> {
        let controller = self
            .controller
            .as_ref()
            .filter(|_| self.phase.kind() == PhaseKind::Conditioning)?;
        match controller.target(self.conditioned(self.now)) {
            Some(Target::HeartRate(rate)) => Some(rate),
            Some(Target::Load(_)) | None => None,
        }
    }

    /// The same for the rules that name a target. In the recovery of intervals there is none: a heart that comes down from work is above
    /// it by nature, and what comes down too slowly has rules of its own.
    fn judged_target(&self) -> Option<f64> {
        let recovers = self
            .controller
            .as_ref()
            .and_then(|controller| controller.turn(self.conditioned(self.now)))
            .is_some_and(|turn| !turn.work);
        self.target_heart_rate().filter(|_| !recovers)
    }

    /// Time spent in conditioning.
    pub(super) fn conditioned(&self, now: Timestamp) -> Duration {
        match self.phase {
            Phase::Exercise(exercise @ Exercise::Conditioning { .. }) => exercise
                .before()
                .saturating_add(now.since(self.phase_since)),
            Phase::Exercise(Exercise::WarmUp { .. } | Exercise::CoolDown { .. })
            | Phase::Idle
            | Phase::Ready(_)
            | Phase::Starting(_)
            | Phase::Recovery
            | Phase::Finished
            | Phase::Paused { .. }
            | Phase::Stopped { .. } => Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests;
