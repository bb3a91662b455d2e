//! What sits on the chest: the HRMI board, the Ivy monitor and Medlab's board.

use protocols::ivy_450c::{self, Frame};
use protocols::medlab_ecg::{BoardDecoder, Message};
use protocols::vocabulary::BeatsPerMinute;
use protocols::wire::Decoder;

use crate::host::{AsDevice, Host, NOBODY, RESTING, decoded};

#[test]
fn the_hrmi_board_speaks_when_it_is_asked_and_counts_seconds() {
    let mut host = Host::of("polar-hrmi");
    assert_eq!(host.ask(b"G1\r"), b"1 0 0\r");
    assert!(host.run(20_000).is_empty());
    assert_eq!(host.ask(b"G1\r"), b"1 20 75\r");
    assert_eq!(host.ask(b"G 3\r"), b"1 20 75 75 75\r");
    assert_eq!(host.ask(b"G0\r"), b"1 20\r");
    assert_eq!(host.ask(b"G\r"), b"1 20\r");
    assert_eq!(host.ask(b"V\r"), b"11\r");
    for command in [b"G33\r".as_slice(), b"X\r", b"M\r", b"I\r", b"G1"] {
        assert!(host.ask(command).is_empty(), "{command:?}");
    }
    assert_eq!(host.ask(b"\r"), b"1 20 75\r");
    assert!(host.ask(b"S0\r").is_empty());
    assert_eq!(host.ask(b"G0\r"), b"0 20\r");
    assert!(host.ask(b"S 1\r").is_empty());
    assert_eq!(host.ask(b"G0\r"), b"1 20\r");
    host.run(240_000);
    assert_eq!(host.ask(b"G0\r"), b"1 4\r");
    let answer = host.ask(b"G32\r");
    assert_eq!(answer.split(|byte| *byte == b' ').count(), 34);
}

#[test]
fn a_strap_that_is_gone_stands_three_seconds_and_is_then_no_signal() {
    let mut host = Host::of("polar-hrmi");
    host.run(20_000);
    host.body = NOBODY;
    host.run(2_000);
    assert_eq!(host.ask(b"G1\r"), b"1 22 75\r");
    host.run(2_500);
    assert_eq!(host.ask(b"G1\r"), b"3 24 0\r");
}

#[test]
fn the_second_firmware_answers_by_periods() {
    let mut host = Host::of("polar-hrmi-periods");
    host.run(20_000);
    assert_eq!(host.ask(b"G2\r"), b"1 20 800 800\r");
}

fn frames<D: AsDevice>(host: &mut Host<D>, millis: u64) -> Vec<Frame> {
    let mut decoder = ivy_450c::FrameDecoder::new();
    let mut found = Vec::new();
    decoder.feed(&host.run(millis), &mut |item| {
        found.push(item.content.expect("whole"));
    });
    found
}

#[test]
fn an_ivy_frame_has_nine_lines_and_a_peak_a_beat() {
    let mut host = Host::of("ivy-450c");
    host.run(20_000);
    let found = frames(&mut host, 60_000);
    assert_eq!(found.len(), 60);
    let text = core::str::from_utf8(found[0].text()).expect("text");
    assert_eq!(
        text,
        "HR=1;75;ECG-II-DIAG;\rRR=1;;;\rETCO2=1;;;\rSPO2=1;97;PR=75 ;\rNIBP=4;;;;;;\r\
         P1=3;;;;NO TRANSDUCER;\rP2=3;;;;NO TRANSDUCER;\rT1=1;;;\rT2=1;;;\r"
    );
    let ecg: Vec<u8> = found
        .iter()
        .flat_map(|it| it.waves().ecg().to_vec())
        .collect();
    let peaks = ecg
        .windows(2)
        .filter(|two| two[0] < 175 && two[1] == 175)
        .count();
    assert!((74..=76).contains(&peaks), "{peaks}");
    for frame in &found {
        let waves = frame.waves();
        let [one, two] = waves.pressures();
        assert!(one.iter().chain(two).all(|byte| *byte == 0xFB));
        assert!(waves.ecg().iter().all(|byte| (25..=175).contains(byte)));
        assert!(
            waves
                .plethysmogram()
                .iter()
                .all(|byte| (46..=126).contains(byte))
        );
        assert!(
            waves
                .respiration()
                .iter()
                .all(|byte| (68..=188).contains(byte))
        );
    }
}

#[test]
fn leads_off_are_a_fault_in_the_next_frame_and_a_number_again_after_three_beats() {
    let mut host = Host::of("ivy-450c");
    host.run(20_000);
    host.body.strap_contact = false;
    host.run(1_000);
    let found = frames(&mut host, 1_000);
    assert!(
        found[0]
            .text()
            .starts_with(b"HR=1;;ECG-II-DIAG;LEAD FAULT\r")
    );
    assert!(found[0].waves().ecg().iter().all(|byte| *byte == 100));
    assert!(found[0].saturation().is_some());
    host.body = RESTING;
    let found = frames(&mut host, 5_000);
    assert_eq!(found[0].heart_rate(), None);
    assert_eq!(found[4].heart_rate().map(BeatsPerMinute::get), Some(75));
    host.body.finger_in = false;
    host.run(2_000);
    let found = frames(&mut host, 1_000);
    let text = core::str::from_utf8(found[0].text()).expect("text");
    assert!(text.contains("SPO2=1;;PR= ;\r"));
    assert!(
        found[0]
            .waves()
            .plethysmogram()
            .iter()
            .all(|byte| *byte == 86)
    );
}

fn messages<D: AsDevice>(host: &mut Host<D>, millis: u64) -> Vec<Message> {
    // Samples go on behind the marker that came before.
    let mut bytes = vec![0xF8];
    bytes.extend(host.run(millis));
    decoded::<BoardDecoder>(&bytes)
}

fn samples(messages: &[Message]) -> usize {
    let is_sample = |message: &&Message| matches!(message, Message::Sample(_));
    messages.iter().filter(is_sample).count()
}

#[test]
fn medlab_sends_samples_from_power_up_and_the_rate_from_the_third_beat() {
    let mut host = Host::of("medlab-ecg");
    let first = host.run(1_000);
    assert_eq!(first.first(), Some(&0xF8));
    assert!(first.iter().all(|byte| *byte <= 0xF8));
    let early = messages(&mut host, 500);
    assert_eq!(samples(&early), 50);
    assert!(early.iter().all(|it| matches!(it, Message::Sample(_))));
    let later = messages(&mut host, 2_000);
    assert!(later.contains(&Message::PulseRate(75)));
    host.body.heart_rate = 290.0;
    host.body.strap_heart_rate = 290;
    host.run(20_000);
    assert!(messages(&mut host, 1_000).contains(&Message::PulseRate(246)));
}

#[test]
fn medlab_changes_its_sample_rate_at_once() {
    let mut host = Host::of("medlab-ecg");
    for (command, a_second) in [(b"S0", 300), (b"S2", 50), (b"S1", 100)] {
        host.ask(command);
        let found = samples(&messages(&mut host, 10_000));
        assert!(found.abs_diff(a_second * 10) <= 3, "{command:?}: {found}");
    }
}

#[test]
fn medlab_says_each_second_that_the_leads_are_off_and_nothing_at_asystole() {
    let mut host = Host::of("medlab-ecg");
    host.run(10_000);
    host.body = NOBODY;
    host.run(250);
    let off = messages(&mut host, 10_000);
    let faults = off
        .iter()
        .filter(|it| **it == Message::Information(0x11))
        .count();
    assert_eq!(faults, 10);
    assert!(
        off.iter()
            .all(|it| matches!(it, Message::Sample(128) | Message::Information(0x11)))
    );
    host.body = RESTING;
    host.run(10_000);
    host.body.heart_rate = 0.0;
    host.body.strap_heart_rate = 0;
    host.run(4_000);
    let still = messages(&mut host, 10_000);
    assert_eq!(still.len(), samples(&still));
}

#[test]
fn medlab_simulates_until_it_is_told_not_to_and_answers_nothing() {
    let mut host = Host::of("medlab-ecg");
    host.run(10_000);
    assert!(host.ask(b"M").is_empty());
    host.run(500);
    let found = messages(&mut host, 10_000);
    let rates: Vec<_> = found
        .iter()
        .filter(|it| matches!(it, Message::PulseRate(_)))
        .collect();
    assert_eq!(rates.len(), 10);
    assert!(rates.iter().all(|it| **it == Message::PulseRate(60)));
    assert!(host.ask(b"NA0A1A2G0G1G2D1D056CT0T9P0P1xyz").is_empty());
    assert!(messages(&mut host, 2_000).contains(&Message::PulseRate(75)));
}

#[test]
fn the_board_for_respiration_adds_a_rate_a_second() {
    let mut host = Host::of("medlab-ecg-respiration");
    host.run(500);
    let found = messages(&mut host, 10_000);
    let breaths = found
        .iter()
        .filter(|it| matches!(it, Message::RespirationRate(_)))
        .count();
    assert_eq!(breaths, 10);
}
