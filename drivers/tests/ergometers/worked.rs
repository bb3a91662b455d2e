//! The sheets' worked bytes, as the links send and read them.

use drivers::link::LinkEvent;
use protocols::vocabulary::{LoadControl, MachineCommand, Watts};

use super::rig::{Rig, Unknown, power};
use super::stand_in::Kind;
use super::text;

#[test]
fn p10_starts_once_tells_the_load_each_second_and_ends_three_times() {
    let mut rig = Rig::new(Kind::P10);
    assert_eq!(rig.sent[0].bytes, b"\r");
    assert_eq!(rig.sent[1].bytes, b"I\r");
    rig.forget();
    rig.command(MachineCommand::Start(power(75)));
    rig.pass(5_000);
    assert_eq!(rig.sent_with(b"A075\r").len(), 1);
    assert_eq!(rig.sent_with(b"s\r").len(), 1);
    let told = rig.sent_with(b"W075\r").len();
    assert!((5..=6).contains(&told), "{told}");
    rig.forget();
    rig.command(MachineCommand::Stop);
    assert_eq!(rig.sent[0].bytes, b"\rW000\rF\r");
    rig.pass(1_000);
    assert_eq!(rig.sent_with(b"F\r").len(), 3);
    assert_eq!(rig.sent_with(b"W075").len(), 0);
    assert_eq!(rig.link.release_bytes(), b"\rW000\rF\rF\rF\r");
}

#[test]
fn a_start_that_a_reduction_crosses_does_not_say_s_twice() {
    for millis in 0..60 {
        let mut rig = Rig::new(Kind::P10);
        rig.command(MachineCommand::Start(power(75)));
        rig.pass(millis);
        rig.command(MachineCommand::SetLoad(power(50)));
        rig.pass(4_000);
        assert_eq!(rig.sent_with(b"s\r").len(), 1);
        assert_eq!(rig.machine.load(), 50);
    }
}

#[test]
fn an_er800s_is_not_told_to_start_twice_without_an_end() {
    let mut rig = Rig::with(Kind::P10.link(), Kind::P10.stand_in());
    rig.mood.mute = true;
    rig.open();
    rig.pass(60);
    rig.receive(b"V.3.3\r");
    rig.mood.mute = false;
    rig.pass(3_000);
    for watts in [75, 80] {
        rig.command(MachineCommand::Start(power(watts)));
        rig.pass(3_000);
        assert_eq!(rig.sent_with(b"s\r").len(), 1);
        assert_eq!(rig.machine.load(), watts);
    }
    rig.command(MachineCommand::Stop);
    rig.pass(2_000);
    rig.command(MachineCommand::Start(power(75)));
    rig.pass(2_000);
    assert_eq!(rig.sent_with(b"s\r").len(), 2);
}

#[test]
fn a_machine_that_says_nothing_known_of_itself_is_up_once_and_takes_loads() {
    let p10 = |bytes: &[u8]| bytes == b"I\r";
    let premium = |bytes: &[u8]| bytes.starts_with(b"\x01V00") || bytes.starts_with(b"\x01Y00");
    let classic = |bytes: &[u8]| bytes.starts_with(&[0x11]) || bytes.starts_with(&[0x73]);
    let monark = |bytes: &[u8]| bytes == b"id\r" || bytes == b"B\r";
    let cases: [(Kind, Unknown); 4] = [
        (Kind::P10, p10),
        (Kind::Premium, premium),
        (Kind::Classic, classic),
        (Kind::Monark, monark),
    ];
    for (kind, unknown) in cases {
        let mut rig = Rig::with(kind.link(), kind.stand_in());
        rig.unknown = Some(unknown);
        rig.open();
        rig.pass(30_000);
        assert_eq!(rig.count(&LinkEvent::Up), 1, "{kind:?}");
        assert_eq!(rig.count(&LinkEvent::Silent), 0, "{kind:?}");
        rig.command(MachineCommand::Start(power(75)));
        rig.pass(5_000);
        assert_eq!(rig.machine.load(), 75, "{kind:?}");
        rig.command(MachineCommand::Stop);
        rig.pass(5_000);
        assert!(
            rig.told(&LinkEvent::Accepted(MachineCommand::Stop)),
            "{kind:?}"
        );
    }
}

#[test]
fn p3_presets_digit_by_digit_and_applies() {
    let mut rig = Rig::new(Kind::P3);
    rig.forget();
    rig.command(MachineCommand::Start(power(75)));
    rig.pass(1_500);
    assert_eq!(rig.sent_with(b"X\r075\r").len(), 1);
    assert_eq!(rig.sent_with(b"s\r").len(), 1);
}

#[test]
fn an_ergometer_that_is_set_to_another_interface_takes_no_load() {
    let mut rig = Rig::with(Kind::P10.link(), Kind::P3.stand_in()).opened();
    let capabilities = rig.link.capabilities().expect("a machine");
    assert_eq!(capabilities.control, LoadControl::ByHand);
    let start = MachineCommand::Start(power(75));
    rig.command(start);
    assert!(rig.told(&LinkEvent::Refused(start)));
    assert!(rig.sent_with(b"W").is_empty());
}

#[test]
fn daum_classic_rounds_down_and_never_lets_a_cut_off_power_swallow_a_stop() {
    let mut rig = Rig::riding(Kind::Classic, 75);
    assert_eq!(rig.sent, []);
    rig.command(MachineCommand::SetLoad(power(99)));
    rig.pass(200);
    assert_eq!(rig.sent_with(&[0x51, 0x00, 0x13]).len(), 1);
    // A power whose last byte was discarded with the stop behind it.
    rig.machine.hear(&[0x51, 0x00], rig.mood, &mut Vec::new());
    rig.command(MachineCommand::Stop);
    assert_eq!(rig.sent.last().expect("a stop").bytes, [5, 5, 0x51, 0, 5]);
    assert_eq!(rig.machine.load(), 25);
    assert_eq!(
        rig.link.release_bytes(),
        [5, 5, 0x51, 0x00, 0x05, 0x22, 0x00]
    );
}

#[test]
fn daum_classic_run_data_with_something_behind_it_is_dropped() {
    let run = [
        0x40, 0x00, 0x00, 0x00, 0x01, 0x0F, 0x3E, 0x14, 0x09, 0x00, 0x7D, 0x00, 0x0C, 0x00, 0x6C,
        0x00, 0x05, 0x00, 0x00,
    ];
    let mut rig = Rig::new(Kind::Classic);
    rig.mood.mute = true;
    rig.pass(60);
    rig.forget();
    rig.receive(&run);
    rig.pass(20);
    rig.receive(&[0x51]);
    rig.pass(100);
    assert!(rig.reports().is_empty());
    rig.receive(&run);
    assert!(rig.reports().is_empty());
    rig.pass(60);
    let report = *rig.reports().last().expect("a report");
    assert_eq!(report.power, Watts::new(75));
    assert_eq!(report.heart_rate.expect("a rate").get(), 108);
}

#[test]
fn daum_premium_acknowledges_frames_and_asks_for_a_broken_one_again() {
    let mut rig = Rig::new(Kind::Premium);
    assert_eq!(
        rig.sent[0].bytes,
        [0x01, 0x56, 0x30, 0x30, 0x38, 0x32, 0x17]
    );
    assert!(rig.sent.iter().any(|sent| sent.bytes == [0x06]));
    rig.forget();
    rig.command(MachineCommand::Start(power(75)));
    rig.pass(500);
    let s20 = [0x01, 0x53, 0x32, 0x30, 0x31, 0x33, 0x30, 0x17];
    let s23 = [
        0x01, 0x53, 0x32, 0x33, 0x37, 0x35, 0x2E, 0x30, 0x30, 0x33, 0x34, 0x17,
    ];
    assert_eq!(rig.sent_with(&s20).len(), 1);
    assert_eq!(rig.sent_with(&s23).len(), 1);
    rig.forget();
    rig.receive(&[0x01, 0x58, 0x37, 0x30, 0x39, 0x32, 0x17]);
    assert_eq!(rig.sent[0].bytes, [0x15]);
    assert_eq!(rig.link.counters().checksum_errors, 1);
}

#[test]
fn kettler_enters_pc_mode_before_a_load_and_rounds_down_to_five_watts() {
    let mut rig = Rig::new(Kind::Kettler);
    rig.forget();
    rig.command(MachineCommand::Start(power(79)));
    rig.pass(500);
    assert_eq!(rig.sent_with(b"CM\r\n").len(), 1);
    assert_eq!(rig.sent_with(b"PW 75\r\n").len(), 1);
    rig.command(MachineCommand::Stop);
    assert_eq!(rig.sent.last().expect("a stop").bytes, b"\r\nPW 25\r\n");
}

#[test]
fn old_kettler_firmware_is_found_out_and_spoken_to_in_its_letters() {
    let mut rig = Rig::with(Kind::Kettler.link(), Box::new(text::Kettler::old())).opened();
    assert!(rig.told(&LinkEvent::Up));
    rig.command(MachineCommand::Start(power(100)));
    rig.pass(4_000);
    assert_eq!(rig.machine.load(), 100);
    assert!(!rig.sent_with(b"pw 100\r\n").is_empty());
    rig.command(MachineCommand::Stop);
    assert_eq!(rig.machine.load(), 25);
    rig.pass(4_000);
    assert!(rig.told(&LinkEvent::Accepted(MachineCommand::Stop)));
}

#[test]
fn kettler_is_asked_for_a_status_line_only_a_second_after_the_port_was_opened() {
    let mut rig = Rig::with(Kind::Kettler.link(), Kind::Kettler.stand_in());
    rig.open();
    rig.pass(999);
    assert!(rig.sent.is_empty());
    rig.pass(2);
    assert_eq!(rig.sent[0].bytes, b"ID\r\n");
}

#[test]
fn monark_is_asked_in_its_words_and_never_told_a_force() {
    let mut rig = Rig::new(Kind::Monark);
    let asked: Vec<_> = rig.sent.iter().map(|sent| sent.bytes.clone()).collect();
    for word in [
        b"id\r".as_slice(),
        b"servo\r",
        b"power\r",
        b"pulse\r",
        b"pedal\r",
    ] {
        assert!(asked.iter().any(|bytes| bytes == word));
    }
    rig.command(MachineCommand::Start(power(75)));
    rig.pass(2_000);
    assert!(!rig.sent_with(b"power 75\r").is_empty());
    assert!(rig.sent_with(b"kp").is_empty());
}

#[test]
fn a_monark_that_is_read_alone_takes_no_load() {
    for machine in [text::Monark::new("lt2"), text::Monark::by_hand()] {
        let mut rig = Rig::with(Kind::Monark.link(), Box::new(machine)).opened();
        let start = MachineCommand::Start(power(75));
        rig.command(start);
        assert!(rig.told(&LinkEvent::Refused(start)));
        rig.pass(2_000);
        assert!(rig.sent_with(b"power 75").is_empty());
        assert!(!rig.reports().is_empty());
        let capabilities = rig.link.capabilities().expect("a machine");
        assert_eq!(capabilities.control, LoadControl::ByHand);
    }
}

#[test]
fn computrainer_is_greeted_and_told_its_whole_set_twice_a_second() {
    let mut rig = Rig::new(Kind::Trainer);
    assert_eq!(rig.sent[0].bytes, b"RacerMate");
    rig.command(MachineCommand::Start(power(100)));
    rig.pass(500);
    rig.forget();
    rig.pass(3_000);
    let last = [0x03, 0x00, 0x00, 0x0A, 0x40, 0x32, 0xE0];
    let sets = rig.sent_with(&last);
    assert!((5..=7).contains(&sets.len()), "{}", sets.len());
    assert!(sets.iter().all(|sent| sent.bytes.len() == 56));
    // Slope mode and calibration are never sent.
    assert!(
        rig.sent
            .iter()
            .all(|sent| sent.bytes.chunks(7).all(|message| message[3] == 0x0A))
    );
}
