//! Somewhere to walk for a patient who is on no machine, so that the values of a monitor alone move.

use core::time::Duration;

use protocols::vocabulary::{MachineLoad, MetresPerSecond, PercentGrade, Timestamp};

use super::{Body, DeviceOutput, VirtualDevice};

/// Standing, then walking, again and again.
const ROUND: Duration = Duration::from_mins(4);
/// Standing at the beginning of each round.
const REST: Duration = Duration::from_mins(1);
/// On the level, 2 net METs for a patient of mean economy (ACSM's walking equation).
const WALKING_METRES_PER_SECOND: f64 = 7.0 / 6.0;

/// A course: one minute of rest, three of walking at 2 net METs, from the beginning again. It takes the place of the machine in a
/// rig, has no wire, and says nothing.
#[derive(Debug, Clone)]
pub struct WalkingCourse {
    begun: Timestamp,
    now: Timestamp,
}

impl WalkingCourse {
    /// A course whose first rest begins at `begun`.
    #[must_use]
    pub const fn new(begun: Timestamp) -> Self {
        Self { begun, now: begun }
    }
}

impl VirtualDevice for WalkingCourse {
    fn handle_bytes(&mut self, _now: Timestamp, _bytes: &[u8]) {}

    fn advance(&mut self, now: Timestamp, _body: &Body) {
        self.now = self.now.max(now);
    }

    fn poll_output(&mut self, _now: Timestamp) -> DeviceOutput<'_> {
        DeviceOutput::Wait(Timestamp::NEVER)
    }

    fn actual_load(&self) -> Option<MachineLoad> {
        let into_round = self.now.since(self.begun).as_nanos() % ROUND.as_nanos();
        (into_round >= REST.as_nanos()).then_some(())?;
        Some(MachineLoad::Belt {
            speed: MetresPerSecond::new(WALKING_METRES_PER_SECOND)?,
            grade: PercentGrade::ZERO,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::virtual_devices::patient::{Condition, VirtualPatient, net_mets};
    use crate::virtual_devices::rig::VirtualRig;

    #[test]
    fn a_patient_rests_for_a_minute_and_walks_for_three_and_the_heart_follows() {
        let drawn = Condition::Healthy.draw(1000);
        let patient = VirtualPatient::new(drawn.parameters, 1000);
        let mut rig = VirtualRig::new(Timestamp::ZERO, 1, patient);
        rig.add_machine(Box::new(WalkingCourse::new(Timestamp::ZERO)));
        let mut rates = Vec::new();
        for second in 0..=720_u64 {
            rig.advance(Timestamp::from_secs(second));
            // The body shows what was done in the step that has just ended.
            let walked = second > 0 && (second - 1) % 240 >= 60;
            assert_eq!(rig.body().walking, walked, "{second}");
            rates.push(rig.patient().mean_heart_rate());
        }
        assert!(
            rates[239] > rates[59] + 10.0,
            "{} {}",
            rates[59],
            rates[239]
        );
        assert!(
            rates[479] > rates[299] + 5.0,
            "{} {}",
            rates[299],
            rates[479]
        );
    }

    #[test]
    fn walking_costs_two_mets_at_mean_economy() {
        let mut course = WalkingCourse::new(Timestamp::ZERO);
        let mut drawn = Condition::Healthy.draw(1000).parameters;
        drawn.economy = 1.0;
        assert!(net_mets(&drawn, course.actual_load(), false) < 1e-9);
        course.now = Timestamp::from_secs(60);
        assert!((net_mets(&drawn, course.actual_load(), false) - 2.0).abs() < 1e-9);
    }
}
