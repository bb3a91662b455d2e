//! A virtual machine that a relay takes the power from, and gives it back.

#[cfg(test)]
mod cut {
    use std::time::Duration;

    use drivers::virtual_devices::csafe::{CsafeModel, VirtualCsafe};
    use drivers::virtual_devices::patient::{Condition, VirtualPatient};
    use drivers::virtual_devices::rig::{RigOutput, VirtualRig};
    use drivers::virtual_devices::trackmaster::VirtualTrackmaster;
    use drivers::virtual_devices::{VirtualDevice, VirtualNoninDf2};
    use protocols::csafe::{Fate, MachineDecoder, MachineFrame, State, Status};
    use protocols::trackmaster::SpeedUnit;
    use protocols::vocabulary::{MachineLoad, Timestamp};
    use protocols::wire::Decoder;

    const GO_IN_USE: &[u8] = &[0xF1, 0x85, 0x85, 0xF2];
    const GET_STATUS: &[u8] = &[0xF1, 0x80, 0x80, 0xF2];
    const GET_GRADE: &[u8] = &[0xF1, 0xA8, 0xA8, 0xF2];
    const SET_SPEED_5_0: &[u8] = &[0xF1, 0x25, 0x03, 0x32, 0x00, 0x31, 0x25, 0xF2];
    const SET_GRADE_2_5: &[u8] = &[0xF1, 0x28, 0x03, 0x19, 0x00, 0x4C, 0x7E, 0xF2];
    const SET_POWER_75: &[u8] = &[0xF1, 0x34, 0x03, 0x4B, 0x00, 0x58, 0x24, 0xF2];

    struct Gym {
        rig: VirtualRig,
        now: Timestamp,
    }

    impl Gym {
        fn with(machine: Box<dyn VirtualDevice>) -> Self {
            let drawn = Condition::Cad.draw(2000);
            let patient = VirtualPatient::new(drawn.parameters, 2000);
            let mut rig = VirtualRig::new(Timestamp::ZERO, 1, patient);
            assert_eq!(rig.add_machine(machine), 0);
            Self {
                rig,
                now: Timestamp::ZERO,
            }
        }

        fn csafe(model: CsafeModel) -> Self {
            Self::with(Box::new(VirtualCsafe::new(model)))
        }

        /// Lets so much time pass, and gives what the machine sent.
        fn pass(&mut self, millis: u64) -> Vec<u8> {
            let end = self.now + Duration::from_millis(millis);
            let mut sent = Vec::new();
            loop {
                match self.rig.poll_output(self.now) {
                    RigOutput::Transmit { device: 0, bytes } => sent.extend_from_slice(bytes),
                    RigOutput::Transmit { .. } => {}
                    RigOutput::Wait(next) if next > end => break,
                    RigOutput::Wait(next) => self.now = next,
                    plug @ (RigOutput::Unplug { .. } | RigOutput::PlugIn { .. }) => {
                        panic!("{plug:?}")
                    }
                }
            }
            self.now = end;
            sent
        }

        fn ask(&mut self, bytes: &[u8]) -> Vec<u8> {
            self.rig.handle_bytes(self.now, 0, bytes);
            self.pass(50)
        }

        fn power(&mut self, on: bool) {
            self.rig.set_machine_power(self.now, on);
        }

        /// The belt in metres a second; `None` where the patient has nothing to do.
        fn speed(&self) -> Option<f64> {
            match self.rig.actual_load() {
                Some(MachineLoad::Belt { speed, .. }) => Some(speed.get()),
                Some(power @ MachineLoad::Power(_)) => panic!("a belt has no {power:?}"),
                None => None,
            }
        }

        /// Watches the belt coast to a stand: it never jumps and never speeds up.
        fn coasts_to_a_stand(&mut self, within_quarters: u32) {
            let mut speed = self.speed().expect("the belt runs");
            for _ in 0..within_quarters {
                self.pass(250);
                let next = self.speed().unwrap_or(0.0);
                assert!(next <= speed, "{speed} then {next}");
                assert!(speed - next < 0.3, "{speed} then {next}");
                speed = next;
            }
            assert_eq!(self.rig.actual_load(), None);
        }
    }

    fn frames(bytes: &[u8]) -> Vec<MachineFrame> {
        let mut frames = Vec::new();
        MachineDecoder::new().feed(bytes, &mut |item| {
            frames.push(item.content.expect("a good frame"));
        });
        frames
    }

    fn status(gym: &mut Gym) -> Status {
        let answer = frames(&gym.ask(GET_STATUS));
        assert_eq!(answer.len(), 1);
        answer[0].status().expect("a status")
    }

    #[test]
    fn a_bike_lets_go_at_once_and_comes_back_as_just_switched_on() {
        let mut gym = Gym::csafe(CsafeModel::ControllableBike);
        let fresh = status(&mut Gym::csafe(CsafeModel::ControllableBike));
        gym.ask(SET_POWER_75);
        gym.ask(GO_IN_USE);
        gym.pass(10_000);
        let load = gym.rig.actual_load();
        assert!(matches!(load, Some(MachineLoad::Power(watts)) if watts.get() == 75));
        gym.power(false);
        assert_eq!(gym.rig.actual_load(), None);
        assert_eq!(gym.ask(GET_STATUS), []);
        assert_eq!(gym.ask(GO_IN_USE), []);
        assert_eq!(gym.pass(30_000), []);
        assert_eq!(gym.rig.actual_load(), None);
        assert!(gym.rig.body().cadence < 0.1, "nobody pedals a dead bike");
        gym.power(true);
        assert_eq!(gym.pass(5_000), [], "it does not speak by itself");
        assert_eq!(gym.rig.actual_load(), None);
        let state = status(&mut gym);
        assert_eq!(state, fresh);
        assert_eq!((state.fate, state.state), (Fate::Accepted, State::Ready));
        gym.ask(GO_IN_USE);
        gym.pass(10_000);
        let load = gym.rig.actual_load();
        assert!(
            matches!(load, Some(MachineLoad::Power(watts)) if watts.get() == 25),
            "the old power is forgotten: {load:?}"
        );
    }

    #[test]
    fn a_csafe_belt_coasts_to_a_stand_and_needs_a_new_start() {
        let mut gym = Gym::csafe(CsafeModel::ControllableTreadmill);
        gym.ask(SET_SPEED_5_0);
        gym.ask(SET_GRADE_2_5);
        gym.ask(GO_IN_USE);
        gym.pass(20_000);
        assert!(gym.speed().expect("it runs") > 1.38);
        gym.rig.handle_bytes(gym.now, 0, GET_STATUS);
        gym.power(false);
        assert_eq!(gym.pass(50), [], "an answer that was due is lost");
        gym.coasts_to_a_stand(12);
        gym.power(true);
        gym.pass(2_000);
        assert_eq!(status(&mut gym).state, State::Ready);
        assert_eq!(gym.speed(), Some(0.0), "the lift comes down");
        gym.pass(10_000);
        assert_eq!(gym.rig.actual_load(), None);
        let grade = frames(&gym.ask(GET_GRADE));
        let grade = grade[0].report().expect("a grade").grade;
        assert_eq!(format!("{grade:?}"), "Present(PercentGrade(0.0))");
    }

    #[test]
    fn a_trackmaster_coasts_to_a_stand_and_rejects_a_start_too_soon() {
        let machine = VirtualTrackmaster::new(Timestamp::ZERO, SpeedUnit::MilesPerHour);
        let mut gym = Gym::with(Box::new(machine));
        assert_eq!(gym.pass(4_000), [0x54]);
        assert_eq!(gym.ask(b"\xA30030"), [0xB3]);
        assert_eq!(gym.ask(&[0xA1]), [0xB1]);
        gym.pass(10_000);
        assert!(gym.speed().expect("it runs") > 1.3);
        gym.power(false);
        assert_eq!(gym.ask(&[0xC0]), []);
        gym.coasts_to_a_stand(12);
        assert_eq!(gym.ask(&[0xA1, 0xC0]), []);
        assert_eq!(gym.rig.actual_load(), None);
        gym.power(true);
        assert_eq!(gym.pass(10), [0x54]);
        assert_eq!(gym.ask(&[0xC0]), b"\xD01");
        assert_eq!(gym.ask(&[0xA0]), [0xBF]);
        assert_eq!(gym.rig.actual_load(), None);
        assert_eq!(gym.ask(&[0xC3]), b"\xD30005");
    }

    #[test]
    fn power_that_is_as_it_was_changes_nothing_and_a_monitor_goes_on() {
        let mut gym = Gym::csafe(CsafeModel::ControllableBike);
        gym.rig
            .add_monitor(Box::new(VirtualNoninDf2::new(Timestamp::ZERO)));
        gym.ask(SET_POWER_75);
        gym.ask(GO_IN_USE);
        gym.pass(5_000);
        gym.power(true);
        let state = status(&mut gym);
        assert_eq!(state.state, State::InUse);
        gym.power(false);
        gym.power(false);
        let mut packets = 0;
        let end = gym.now + Duration::from_secs(3);
        while gym.now < end {
            match gym.rig.poll_output(gym.now) {
                RigOutput::Wait(next) => gym.now = next,
                RigOutput::Transmit { device, .. } => {
                    assert_eq!(device, 1, "the machine is dead");
                    packets += 1;
                }
                plug @ (RigOutput::Unplug { .. } | RigOutput::PlugIn { .. }) => panic!("{plug:?}"),
            }
        }
        assert!(packets > 8, "{packets}");
    }
}
