//! The virtual machines, asked by hand.

use std::time::Duration;

use drivers::virtual_devices::csafe::{CsafeModel, VirtualCsafe};
use drivers::virtual_devices::{Body, DeviceOutput, VirtualDevice};
use proptest::collection::vec;
use proptest::prelude::*;
use protocols::csafe::{Fate, MachineDecoder, MachineFrame, State};
use protocols::vocabulary::{MachineLoad, Timestamp, Watts};
use protocols::wire::{Decoded, Decoder};

const GO_IDLE: &[u8] = &[0xF1, 0x82, 0x82, 0xF2];
const GO_IN_USE: &[u8] = &[0xF1, 0x85, 0x85, 0xF2];
const GO_FINISHED: &[u8] = &[0xF1, 0x86, 0x86, 0xF2];
const GET_STATUS: &[u8] = &[0xF1, 0x80, 0x80, 0xF2];
const EMPTY: &[u8] = &[0xF1, 0x00, 0xF2];
const SET_POWER_75: &[u8] = &[0xF1, 0x34, 0x03, 0x4B, 0x00, 0x58, 0x24, 0xF2];
const SET_SPEED_5_0: &[u8] = &[0xF1, 0x25, 0x03, 0x32, 0x00, 0x31, 0x25, 0xF2];
const SET_GRADE_2_5: &[u8] = &[0xF1, 0x28, 0x03, 0x19, 0x00, 0x4C, 0x7E, 0xF2];
const POLL: &[u8] = &[0xF1, 0xA5, 0xA8, 0xA7, 0xB0, 0xB4, 0xAE, 0xF2];

/// A virtual machine, its clock and its patient.
struct Bench {
    device: VirtualCsafe,
    now: Timestamp,
    body: Body,
}

impl Bench {
    fn new(model: CsafeModel) -> Self {
        Self {
            device: VirtualCsafe::new(model),
            now: Timestamp::from_secs(1),
            body: Body {
                heart_rate: 104.0,
                strap_heart_rate: 104,
                saturation: 97.0,
                cadence: 60.0,
                walking: true,
                strap_contact: true,
                finger_in: true,
                perfusion_good: true,
            },
        }
    }

    /// Lets time pass, and gives every frame the machine sent with the milliseconds after which it did.
    fn pass(&mut self, millis: u64) -> Vec<(u64, MachineFrame)> {
        let mut frames = Vec::new();
        for passed in 0..=millis {
            let now = self.now + Duration::from_millis(passed);
            if now.as_millis().is_multiple_of(250) {
                self.device.advance(now, &self.body);
            }
            let mut sent = Vec::new();
            while let DeviceOutput::Transmit(bytes) = self.device.poll_output(now) {
                sent.extend_from_slice(bytes);
            }
            MachineDecoder::new().feed(&sent, &mut |found: Decoded<MachineFrame>| {
                frames.push((passed, found.content.expect("a good frame")));
            });
        }
        self.now = self.now + Duration::from_millis(millis);
        frames
    }

    fn ask_slowly(&mut self, bytes: &[u8]) -> Vec<(u64, MachineFrame)> {
        self.device.handle_bytes(self.now, bytes);
        self.pass(200)
    }

    /// The one answer to a request, 5 ms after it.
    fn ask(&mut self, bytes: &[u8]) -> MachineFrame {
        let answers = self.ask_slowly(bytes);
        assert_eq!(answers.len(), 1, "one answer to {bytes:02X?}");
        assert_eq!(answers[0].0, 5);
        answers[0].1
    }

    fn status(&mut self, bytes: &[u8]) -> (bool, Fate, State) {
        let status = self.ask(bytes).status().expect("a status");
        (status.toggle, status.fate, status.state)
    }
}

#[test]
fn a_machine_is_ready_and_its_toggle_flips_with_each_accepted_frame() {
    let mut bench = Bench::new(CsafeModel::ControllableBike);
    assert_eq!(
        bench.status(GET_STATUS),
        (true, Fate::Accepted, State::Ready)
    );
    assert_eq!(bench.status(GO_IDLE), (false, Fate::Accepted, State::Idle));
    assert_eq!(bench.status(EMPTY), (false, Fate::Accepted, State::Idle));
    assert_eq!(
        bench.status(GO_IN_USE),
        (true, Fate::Accepted, State::InUse)
    );
    let reset = [0xF1, 0x81, 0x81, 0xF2];
    assert_eq!(bench.status(&reset), (false, Fate::Accepted, State::Ready));
}

#[test]
fn a_controllable_bike_brings_its_power_within_three_seconds() {
    let mut bench = Bench::new(CsafeModel::ControllableBike);
    bench.ask(GO_IDLE);
    bench.ask(SET_POWER_75);
    assert_eq!(bench.device.actual_load(), None);
    bench.ask(GO_IN_USE);
    bench.pass(3_000);
    let answer = bench.ask(POLL);
    assert_eq!(answer.answer(0xB4), Some(&[75, 0, 0x58][..]));
    assert_eq!(answer.answer(0xA7), Some(&[60, 0, 0x52][..]));
    assert_eq!(answer.answer(0xB0), Some(&[104][..]));
    assert_eq!(answer.answer(0xA5), None);
    assert_eq!(answer.answer(0xA8), None);
    assert_eq!(
        bench.device.actual_load(),
        Watts::new(75).map(MachineLoad::Power)
    );
    bench.ask(&[0xF1, 0x34, 0x03, 0xF3, 0x00, 0x00, 0x58, 0x9F, 0xF2]);
    bench.pass(3_000);
    assert_eq!(
        bench.ask(POLL).answer(0xB4),
        Some(&[0xF0, 0, 0x58][..]),
        "240 W"
    );
}

#[test]
fn a_controllable_treadmill_ramps_half_a_unit_a_second() {
    let mut bench = Bench::new(CsafeModel::ControllableTreadmill);
    bench.ask(GO_IN_USE);
    bench.ask(SET_SPEED_5_0);
    bench.ask(SET_GRADE_2_5);
    bench.pass(10_000);
    let answer = bench.ask(POLL);
    assert_eq!(answer.answer(0xA5), Some(&[50, 0, 0x31][..]));
    assert_eq!(answer.answer(0xA8), Some(&[25, 0, 0x4C][..]));
    assert_eq!(answer.answer(0xA7), None);
    assert_eq!(answer.answer(0xB4), None);
    bench.ask(GO_FINISHED);
    bench.pass(4_000);
    let slowing = bench.ask(POLL).answer(0xA5).expect("speed")[0];
    assert!((28..=30).contains(&slowing), "4.2 s of 0.5 km/h: {slowing}");
    bench.pass(7_000);
    assert_eq!(bench.ask(POLL).answer(0xA5), Some(&[0, 0, 0x31][..]));
    assert_eq!(bench.device.actual_load(), None);
}

#[test]
fn a_console_keeps_silent_about_a_refusal_until_the_empty_frame() {
    let mut bench = Bench::new(CsafeModel::ConsoleTreadmill);
    bench.ask(GO_IDLE);
    bench.ask(GO_IN_USE);
    let before = bench.status(GET_STATUS);
    assert!(bench.ask_slowly(SET_SPEED_5_0).is_empty());
    assert_eq!(
        bench.status(EMPTY),
        (before.0, Fate::Rejected, State::InUse)
    );
    assert_eq!(bench.status(EMPTY).1, Fate::Accepted);
    assert!(bench.ask_slowly(SET_SPEED_5_0).is_empty());
    assert_eq!(
        bench.status(GET_STATUS).1,
        Fate::Accepted,
        "another good frame forgets it"
    );
}

#[test]
fn a_console_answers_a_goal_when_its_program_has_taken_it() {
    let mut bench = Bench::new(CsafeModel::ConsoleBike);
    bench.ask(GO_IDLE);
    let answers = bench.ask_slowly(SET_POWER_75);
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0].0, 100);
    let speed = bench.ask_slowly(SET_SPEED_5_0);
    assert!(speed.is_empty(), "speed is not a bike's");
}

#[test]
fn a_controllable_machine_tells_a_refusal_at_once_and_once_more() {
    let mut bench = Bench::new(CsafeModel::ControllableBike);
    let too_much = [0xF1, 0x34, 0x03, 0x91, 0x01, 0x58, 0xFF, 0xF2];
    assert_eq!(bench.status(&too_much).1, Fate::Rejected, "401 W");
    assert_eq!(bench.status(EMPTY).1, Fate::Rejected);
    assert_eq!(bench.status(EMPTY).1, Fate::Accepted);
    let too_little = [0xF1, 0x34, 0x03, 0x18, 0x00, 0x58, 0x77, 0xF2];
    assert_eq!(bench.status(&too_little).1, Fate::Rejected, "24 W");
    let most = [0xF1, 0x34, 0x03, 0x90, 0x01, 0x58, 0xFE, 0xF2];
    assert_eq!(bench.status(&most).1, Fate::Accepted, "400 W");
    let nothing = [0xF1, 0x34, 0x03, 0x00, 0x00, 0x58, 0x6F, 0xF2];
    assert_eq!(bench.status(&nothing).1, Fate::Accepted, "0 W");
}

#[test]
fn bad_frames_get_no_answer_and_are_told_when_asked() {
    let mut bench = Bench::new(CsafeModel::ControllableBike);
    let wrong_sum = [0xF1, 0x80, 0x81, 0xF2];
    assert!(bench.ask_slowly(&wrong_sum).is_empty());
    assert_eq!(bench.status(EMPTY), (false, Fate::Bad, State::Ready));
    let wrong_count = [0xF1, 0x82, 0x20, 0x01, 0x05, 0xA6, 0xF2];
    assert!(bench.ask_slowly(&wrong_count).is_empty());
    assert_eq!(
        bench.status(EMPTY),
        (false, Fate::Bad, State::Ready),
        "nothing of it is done"
    );
    assert!(bench.ask_slowly(&[0xF1, 0x80]).is_empty());
    assert!(bench.ask_slowly(&[0x80, 0xF2]).is_empty());
    assert_eq!(bench.status(EMPTY).1, Fate::Bad, "unfinished for 150 ms");
}

#[test]
fn the_first_refused_command_of_a_frame_ends_it_and_those_before_stand() {
    let mut bench = Bench::new(CsafeModel::ControllableBike);
    let idle_have_id_have_id_in_use = [0xF1, 0x82, 0x83, 0x83, 0x85, 0x85 ^ 0x82, 0xF2];
    assert_eq!(
        bench.status(&idle_have_id_have_id_in_use),
        (false, Fate::Rejected, State::HaveId)
    );
    bench.pass(10_000);
    assert_eq!(
        bench.status(GET_STATUS).2,
        State::Idle,
        "10 s without GOINUSE"
    );
}

#[test]
fn a_bike_pauses_without_pedalling_and_goes_on_with_it() {
    let mut bench = Bench::new(CsafeModel::ControllableBike);
    bench.ask(GO_IN_USE);
    bench.pass(3_000);
    bench.body.cadence = 0.0;
    bench.pass(5_000);
    assert_eq!(bench.status(GET_STATUS).2, State::InUse);
    bench.pass(2_000);
    assert_eq!(bench.status(GET_STATUS).2, State::Paused);
    bench.body.cadence = 50.0;
    bench.pass(4_000);
    assert_eq!(bench.status(GET_STATUS).2, State::InUse);
    assert_eq!(bench.ask(POLL).answer(0xB4), Some(&[25, 0, 0x58][..]));
    bench.body.cadence = 0.0;
    bench.pass(6_500);
    bench.pass(219_000);
    assert_eq!(bench.status(GET_STATUS).2, State::Paused);
    bench.pass(1_500);
    assert_eq!(bench.status(GET_STATUS).2, State::Finished);
    bench.pass(220_500);
    assert_eq!(bench.status(GET_STATUS).2, State::Ready);
}

#[test]
fn nothing_is_sent_unasked_unless_the_host_switched_it_on() {
    let mut bench = Bench::new(CsafeModel::ControllableBike);
    bench.body.cadence = 0.0;
    bench.ask(GO_IN_USE);
    assert!(bench.pass(7_000).is_empty());
    bench.ask(GO_FINISHED);
    bench.ask(&[0xF1, 0x01, 0x01, 0x51, 0x51, 0xF2]);
    bench.ask(GO_IDLE);
    bench.ask(GO_IN_USE);
    let unasked = bench.pass(7_000);
    assert_eq!(unasked.len(), 1);
    assert_eq!(
        unasked[0].1.status().map(|status| status.state),
        Some(State::Paused)
    );
}

#[test]
fn reads_are_answered_as_the_table_says_and_others_left_out() {
    let mut bench = Bench::new(CsafeModel::ConsoleTreadmill);
    let caps = bench.ask(&[0xF1, 0x70, 0x01, 0x00, 0x71, 0xF2]);
    assert_eq!(caps.answer(0x70), Some(&[0x20, 0x20, 5][..]));
    let version = bench.ask(&[0xF1, 0x91, 0x91, 0xF2]);
    assert_eq!(version.answer(0x91), Some(&[0xFF, 1, 1, 1, 0][..]));
    let left_out = bench.ask(&[0xF1, 0xAA, 0xAA, 0xF2]);
    assert_eq!(left_out.items().count(), 0);
    let grade_at_rest = bench.ask(POLL);
    assert_eq!(grade_at_rest.answer(0xA8), Some(&[0, 0, 0x4A][..]));
    let extended = bench.ask(&[0xF0, 0xFD, 0x00, 0x93, 0x93, 0xF2]);
    let addresses = extended.addresses().expect("answered extended");
    assert_eq!((addresses.destination, addresses.source), (0x00, 0xFD));
    assert_eq!(extended.answer(0x93), Some(&[0][..]));
    assert!(
        bench
            .ask_slowly(&[0xF0, 0x07, 0x00, 0x93, 0x93, 0xF2])
            .is_empty()
    );
}

#[test]
fn a_concept2_tells_the_fate_of_the_frame_before() {
    let mut bench = Bench::new(CsafeModel::Concept2);
    assert_eq!(
        bench.status(GO_FINISHED).1,
        Fate::Accepted,
        "refused, told later"
    );
    assert_eq!(
        bench.status(GO_IN_USE),
        (true, Fate::Rejected, State::InUse)
    );
    assert_eq!(bench.status(SET_POWER_75).1, Fate::Accepted);
    bench.pass(10_000);
    let answer = bench.ask(POLL);
    assert_eq!(answer.answer(0xA7), Some(&[24, 0, 0x54][..]));
    assert_eq!(answer.answer(0xB4), Some(&[96, 0, 0x58][..]), "not 75 W");
    assert_eq!(answer.answer(0xA5), None);
    let wrapped = bench.ask(&[0xF1, 0x1A, 0x03, 0xA0, 0xA3, 0xBF, 0xA5, 0xF2]);
    let inside = wrapped.answer(0x1A).expect("a wrapper");
    assert_eq!(inside.len(), 17);
    assert_eq!(
        (inside[0], inside[1], inside[7], inside[8]),
        (0xA0, 5, 0xA3, 5)
    );
    assert_eq!(&inside[14..], &[0xBF, 1, 2]);
}

proptest! {
    #[test]
    fn any_bytes_leave_a_machine_that_still_answers(bytes in vec(any::<u8>(), 0..200)) {
        let mut bench = Bench::new(CsafeModel::ControllableTreadmill);
        bench.ask_slowly(&bytes);
        bench.pass(200);
        prop_assert!(bench.ask_slowly(GET_STATUS).len() == 1);
    }
}
