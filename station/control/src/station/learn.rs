//! Learning the patient, once a second: what is learned is shown and recorded, and does nothing in this bout.

use core::time::Duration;

use protocols::vocabulary::{MachineLoad, Timestamp};

use super::Station;
use super::course::{REST_FROM, measured_now};
use crate::learning::{Doing, OnMachine, Seen};
use crate::phase::{Exercise, Phase};
use crate::signals::second_of;

impl Station {
    /// Looks at what this call has brought and decided, in the first call of each second.
    pub(super) fn learn(&mut self, now: Timestamp) {
        let second = second_of(now);
        let Some(bout) = self.bout.as_ref() else {
            return;
        };
        if !self.learning.is_due(second) {
            return;
        }
        // What a machine that takes no commands gives is its patient's own affair.
        let knows_load = self.capabilities.control.is_commanded();
        let trusted = self.signals.heart_rate_trusted(now) && !self.signals.stands_in();
        let seen = Seen {
            heart_rate: measured_now(&self.signals, now).filter(|_| trusted && knows_load),
            load: self.given().get(),
            machine: match self.drive.told() {
                Some(MachineLoad::Power(power)) => OnMachine::Watts(power.as_f64()),
                Some(MachineLoad::Belt { speed, grade }) => OnMachine::Belt {
                    speed: speed.get(),
                    grade: grade.get(),
                },
                None => OnMachine::Nothing,
            },
            doing: self.doing(now),
            irregular: bout.patient.atrial_fibrillation,
        };
        self.learning.look(second, &seen);
    }

    fn doing(&self, now: Timestamp) -> Doing {
        let stretch = now.since(self.phase_since);
        match self.phase {
            Phase::Ready(_) if stretch >= REST_FROM => Doing::Resting,
            Phase::Exercise(Exercise::WarmUp { .. }) => Doing::WarmingUp,
            Phase::Exercise(exercise @ Exercise::Conditioning { .. }) => {
                let conditioned: Duration = exercise.before().saturating_add(stretch);
                Doing::Conditioning(conditioned.as_secs())
            }
            Phase::Paused { .. } | Phase::Stopped { .. } => Doing::Waiting,
            Phase::Ready(_)
            | Phase::Starting(_)
            | Phase::Exercise(Exercise::CoolDown { .. })
            | Phase::Idle
            | Phase::Recovery
            | Phase::Finished => Doing::Other,
        }
    }
}

#[cfg(test)]
mod tests;
