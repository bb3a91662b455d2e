//! What a patient's legs do on a cycle.

use protocols::vocabulary::MachineLoad;

use crate::virtual_devices::patient::RandomStream;

/// Cadence that patients keep, in revolutions a minute (choice).
const CADENCE: f64 = 60.0;
/// How far cadence comes in one step of 0.25 s, in revolutions a minute (choice).
const CADENCE_PER_STEP: f64 = 10.0;
/// Steps for which somebody who stopped of his own accord pedals again without load, so that a machine that paused goes on: 30 s
/// (choice).
const RESUMING_STEPS: u32 = 120;

/// The legs: they pedal whenever an ergometer is in use, at 60 a minute and a little about it.
#[derive(Debug, Clone)]
pub(super) struct Legs {
    random: RandomStream,
    cadence: f64,
    wander: f64,
    stopped_while_pedalling: bool,
    resuming: u32,
    pedalling: bool,
}

impl Legs {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            random: RandomStream::new(seed, 4),
            cadence: 0.0,
            wander: 0.0,
            stopped_while_pedalling: false,
            resuming: 0,
            pedalling: false,
        }
    }

    /// Revolutions a minute; 0 when not pedalling.
    pub(super) const fn cadence(&self) -> f64 {
        self.cadence
    }

    /// One step of 0.25 s; whether the patient pedals in it.
    pub(super) fn step(&mut self, load: Option<MachineLoad>, stopped: bool) -> bool {
        let in_use = matches!(load, Some(MachineLoad::Power(_)));
        if stopped {
            self.stopped_while_pedalling |= self.pedalling;
            self.pedalling = false;
        } else {
            if self.stopped_while_pedalling {
                self.stopped_while_pedalling = false;
                self.resuming = RESUMING_STEPS;
            }
            self.resuming = if in_use {
                0
            } else {
                self.resuming.saturating_sub(1)
            };
            self.pedalling = in_use || self.resuming > 0;
        }
        // A slow wander of 2 a minute about the cadence that is kept (choice).
        self.wander = 0.95 * self.wander + 0.62 * self.random.gaussian();
        let goal = if self.pedalling {
            CADENCE + self.wander
        } else {
            0.0
        };
        let change = (goal - self.cadence).clamp(-CADENCE_PER_STEP, CADENCE_PER_STEP);
        self.cadence = (self.cadence + change).max(0.0);
        self.pedalling
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocols::vocabulary::Watts;

    const IN_USE: Option<MachineLoad> = Some(MachineLoad::Power(Watts::ZERO));

    fn cadence_after(legs: &mut Legs, steps: u32, load: Option<MachineLoad>, stop: bool) -> f64 {
        for _ in 0..steps {
            legs.step(load, stop);
        }
        legs.cadence()
    }

    #[test]
    fn legs_turn_while_the_machine_is_in_use_and_stand_otherwise() {
        let mut legs = Legs::new(1);
        assert!(cadence_after(&mut legs, 40, None, false) < 0.1);
        for _ in 0..200 {
            let cadence = cadence_after(&mut legs, 12, IN_USE, false);
            assert!((48.0..=72.0).contains(&cadence), "{cadence}");
        }
        assert!(cadence_after(&mut legs, 12, None, false) < 0.1);
    }

    #[test]
    fn somebody_who_stopped_pedals_again_though_the_machine_has_paused() {
        let mut legs = Legs::new(1);
        cadence_after(&mut legs, 40, IN_USE, false);
        assert!(cadence_after(&mut legs, 12, IN_USE, true) < 0.1);
        assert!(cadence_after(&mut legs, 12, None, true) < 0.1);
        assert!(cadence_after(&mut legs, 12, None, false) > 40.0);
        assert!(cadence_after(&mut legs, 12, IN_USE, false) > 40.0);
        assert!(cadence_after(&mut legs, 12, None, false) < 0.1);
    }

    #[test]
    fn nobody_pedals_on_for_ever_on_a_machine_that_stays_at_rest() {
        let mut legs = Legs::new(1);
        cadence_after(&mut legs, 40, IN_USE, false);
        cadence_after(&mut legs, 4, IN_USE, true);
        assert!(cadence_after(&mut legs, RESUMING_STEPS + 12, None, false) < 0.1);
    }
}
