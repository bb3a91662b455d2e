//! What the core shows of itself.

use protocols::vocabulary::Timestamp;

use super::course::length_of;
use super::{InHand, Station};
use crate::controller::{Controller, Estimate, Target};
use crate::phase::Phase;
use crate::prescription::Mode;
use crate::view::{Notes, PhaseKind, Reason, StationView, VitalView};

impl Station {
    /// All that a dashboard may show, as of the last call. Ages are the viewer's to compute.
    #[must_use]
    pub fn view(&self) -> StationView {
        let now = self.now;
        StationView {
            phase: self.phase.kind(),
            phase_since: self.phase_since,
            phase_until: self.phase_until(),
            interrupted: self.phase.interrupted(),
            interval: self.interval(now),
            interlock: self.interlock(now),
            heart_rate: VitalView {
                ahead_60_s: self.heart_rate_ahead(now),
                ..self.signals.heart_rate_view(now)
            },
            pulse: self.signals.pulse_view(now),
            saturation: VitalView {
                ahead_60_s: self.saturation_ahead(now),
                ..self.signals.saturation_view(now)
            },
            machine_pulse: self.signals.machine_pulse_view(now),
            resting_heart_rate: self.resting_heart_rate,
            target_heart_rate: self.target_heart_rate(),
            proposed: self.ordered_or_asked(),
            granted: self.load.granted,
            told: self.drive.told(),
            machine: self.signals.machine(),
            by_hand: self.hand != InHand::Free,
            reason: self.reason(now),
            blood_pressure_due: self.blood_pressure_due,
            relay_open: self.relay_open,
            power_back_for: self.relay_trial_until.map(|until| until.since(now)),
            learned: self.learning.learned(),
            notes: self.notes(),
        }
    }

    /// Why the load is what it is. A law that holds a heart rate, and has none, asks for the load that is on: nothing has to be cut from it,
    /// and what keeps it there is the signal, or the rule that acts for want of it.
    fn reason(&self, now: Timestamp) -> Reason {
        let holds = self.phase.kind() == PhaseKind::Conditioning
            && matches!(self.controller, Some(Controller::HeartRate(_)))
            && !matches!(self.hand, InHand::Held(_));
        let is_blind = holds && self.measured_to_hold(now).is_none();
        match (self.load.binding, self.supervisor.verdict().act) {
            (Reason::AsProposed, Some((act, rule))) if is_blind => Reason::Rule(rule, act),
            (Reason::AsProposed, None) if is_blind => Reason::SignalNotTrusted,
            (binding, _) => binding,
        }
    }

    /// When the phase ends by itself.
    fn phase_until(&self) -> Option<Timestamp> {
        let bout = self.bout.as_ref()?;
        match self.phase {
            Phase::Starting(_) => Some(self.phase_since + bout.tuning.belt_warning),
            Phase::Exercise(exercise) => {
                Some(self.phase_since + length_of(exercise, bout).saturating_sub(exercise.before()))
            }
            Phase::Recovery => Some(self.phase_since + bout.tuning.recovery),
            Phase::Idle
            | Phase::Ready(_)
            | Phase::Finished
            | Phase::Paused { .. }
            | Phase::Stopped { .. } => None,
        }
    }

    /// Which interval it is, from 1, and whether it is its work.
    fn interval(&self, now: Timestamp) -> Option<(u16, bool)> {
        let controller = self
            .controller
            .as_ref()
            .filter(|_| self.phase.kind() == PhaseKind::Conditioning)?;
        controller
            .turn(self.conditioned(now))
            .map(|turn| (turn.number, turn.work))
    }

    /// What a person should know of the control of load, and no alarm says.
    fn notes(&self) -> Notes {
        let estimate = self.controller.as_ref().and_then(Controller::estimate);
        let ordered = self.bout.map(|bout| bout.prescription.mode);
        Notes {
            target: self
                .target()
                .filter(|_| self.phase.kind() == PhaseKind::Conditioning),
            target_ordered: ordered.and_then(|mode| self.ordered_target(mode)),
            gain_of_assessed: estimate.and_then(|estimate| estimate.of_assessed),
            smaller_load: estimate.is_some_and(Estimate::is_doubted),
            without_gain: self.is_without_gain(),
            slowed: matches!(&self.controller, Some(Controller::HeartRate(held)) if held.is_slowed()),
            irregular: self.signals.irregular(),
            stands_in: self.signals.stands_in(),
            strap_doubted_by: self.signals.strap_doubted_by(),
            agreement: self.signals.agreement(self.now),
        }
    }

    /// What the prescription asks for now.
    fn ordered_target(&self, mode: Mode) -> Option<Target> {
        let at_work = self.interval(self.now).is_some_and(|(_, work)| work);
        match mode {
            Mode::Constant { target } | Mode::MetHeld { target } => Some(Target::Load(target)),
            Mode::HeartRateHeld { target, .. } => Some(Target::HeartRate(target)),
            Mode::HeartRateInterval { work, .. } if at_work => Some(Target::HeartRate(work)),
            Mode::HeartRateInterval { recovery, .. } => Some(Target::HeartRate(recovery)),
            Mode::Interval { .. } | Mode::ByHand => None,
        }
    }
}

#[cfg(test)]
mod tests;
