//! What the core shows of itself.

use protocols::vocabulary::Timestamp;

use super::course::length_of;
use super::{InHand, Station};
use crate::controller::Controller;
use crate::phase::{Exercise, Phase};
use crate::view::{StationView, VitalView};

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
            resting_heart_rate: self.resting_heart_rate,
            target_heart_rate: self.target_heart_rate(),
            proposed: self.load.asked,
            granted: self.load.granted,
            told: self.drive.told(),
            machine: self.signals.machine(),
            by_hand: self.hand != InHand::Free,
            reason: self.load.binding,
            blood_pressure_due: self.blood_pressure_due,
            relay_open: self.relay_open,
            learned: self.learning.learned(),
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
        let (Phase::Exercise(exercise @ Exercise::Conditioning { .. }), Some(controller)) =
            (self.phase, self.controller.as_ref())
        else {
            return None;
        };
        match controller {
            Controller::Interval(interval) => interval
                .turn(
                    exercise
                        .before()
                        .saturating_add(now.since(self.phase_since)),
                )
                .map(|turn| (turn.number, turn.work)),
            Controller::Constant(_)
            | Controller::HeartRate(_)
            | Controller::Metabolic(_)
            | Controller::Hand(_) => None,
        }
    }
}
