//! What links ask and when, and the sheets' rules with seconds in them.

use drivers::link::LinkEvent;
use protocols::vocabulary::{Absence, BeatsPerMinute, Quality, Reading};

use crate::sheets::first_of_each;
use crate::wire::{Wire, hex, monitors};

fn rate(rate: u16) -> Reading<BeatsPerMinute> {
    Reading::good(BeatsPerMinute::new(rate).expect("in range"))
}

fn lines(sent: Vec<(u128, String)>) -> Vec<String> {
    sent.into_iter()
        .map(|(at, hex)| format!("{at}: {hex}"))
        .collect()
}

const CONTEC_9: &str = "01 E0 86 B4 87 C8 E2 FF FF";

#[test]
fn monitors_that_speak_unasked_are_told_nothing() {
    for id in [
        "nonin-df1",
        "nonin-ascii",
        "contec-5",
        "bci-5",
        "masimo",
        "nellcor",
        "ivy-450c",
        "ble-2a37",
        "ble-2a5f",
    ] {
        let mut wire = Wire::of(id);
        wire.wait(60_000);
        assert_eq!(wire.sent, [], "{id}");
    }
}

#[test]
fn the_format_is_chosen_short_and_long_in_turns_until_a_packet_comes() {
    let mut wire = Wire::of("nonin-df7");
    wire.wait(5_000);
    assert_eq!(
        lines(wire.sent_hex()),
        ["0: 02 70 02 02 07 03", "5000: 02 70 04 02 07 21 9E 03"]
    );
    let mut wire = Wire::of("nonin-df8");
    wire.wait(5_000);
    assert_eq!(
        lines(wire.sent_hex()),
        ["0: 02 70 02 02 08 03", "5000: 02 70 04 02 08 21 9F 03"]
    );
    wire.sent.clear();
    for _ in 0..10 {
        wire.bytes(&hex("80 48 62 00"));
        wire.wait(1_000);
    }
    assert_eq!(wire.sent, []);
}

#[test]
fn a_spot_check_is_told_once_answered_each_time_and_never_from_memory() {
    let check = hex("00 02 00 0D 00 0E 14 18 05 11 09 1E 0C 00 02 00 00 48 00 62 21 03");
    let mut wire = Wire::of("nonin-df13");
    wire.sent.clear();
    for _ in 0..3 {
        wire.bytes(&check);
        wire.wait(4_000);
    }
    assert_eq!(wire.pulses(), [rate(72)]);
    assert_eq!(lines(wire.sent_hex()), ["0: 06", "4000: 06", "8000: 06"]);
    wire.events.clear();
    wire.bytes(&hex(
        "00 02 00 0D 00 0E 14 18 05 11 09 1E 0C 00 02 10 00 48 00 62 31 03",
    ));
    assert_eq!(wire.pulses(), [Reading::Missing(Absence::Stale)]);
}

#[test]
fn a_contec_is_stopped_started_once_it_is_quiet_and_kept_alive() {
    let mut wire = Wire::of("contec-9");
    wire.wait(150);
    // What still runs is nothing of now, and is waited out.
    wire.bytes(&hex(CONTEC_9).repeat(10));
    wire.wait(300);
    assert_eq!(wire.events, []);
    for _ in 0..600 {
        wire.bytes(&hex(CONTEC_9));
        wire.wait(16);
    }
    assert_eq!(
        lines(wire.sent_hex()),
        [
            "0: 7D 81 A7 80 80 80 80 80 80 7D 81 A2 80 80 80 80 80 80",
            "350: 7D 81 A1 80 80 80 80 80 80",
            "4450: 7D 81 AF 80 80 80 80 80 80",
            "8450: 7D 81 AF 80 80 80 80 80 80",
        ]
    );
    // Ten packets agree each 160 ms, and are believed once the pace has fitted for 1.8 s from the first byte on.
    assert_eq!(wire.pulses().len(), 51);
}

#[test]
fn a_contec_that_does_not_answer_is_started_three_times_and_then_anew() {
    let mut wire = Wire::of("contec-9");
    wire.wait(6_500);
    let (start, stop) = ("7D 81 A1 80 80 80 80 80 80", "7D 81 A7");
    let sent = wire.sent_hex();
    assert_eq!(
        lines(sent[1..4].to_vec()),
        [
            format!("200: {start}"),
            format!("2200: {start}"),
            format!("4200: {start}")
        ]
    );
    assert!(
        sent[4].0 == 6_200 && sent[4].1.starts_with(stop),
        "{sent:?}"
    );
    assert_eq!(wire.link.counters().time_outs, 3);
    let states: Vec<_> = wire.states().into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, [LinkEvent::Silent]);
}

#[test]
fn a_contec_that_ends_its_stream_has_no_value_from_then_on() {
    for (notice, absence) in [
        ("0D 80 81", Absence::NoContact),
        ("0D 80 80", Absence::Stale),
    ] {
        let mut wire = Wire::believed("contec-9");
        // A packet of another type ends at the next that begins.
        wire.bytes(&hex(notice));
        wire.bytes(&hex("01"));
        assert_eq!(wire.pulses(), [Reading::Missing(absence)]);
        wire.sent.clear();
        wire.wait(3_000);
        assert!(wire.sent_hex()[0].1.starts_with("7D 81 A7"));
    }
}

#[test]
fn a_board_is_asked_once_a_second_and_twice_as_often_while_it_does_not_answer() {
    let mut wire = Wire::of("polar-hrmi");
    for count in 0..3 {
        wire.wait(20);
        wire.bytes(format!("1 {count} 72\r").as_bytes());
        wire.wait(980);
    }
    wire.wait(3_500);
    let sent = wire.sent_hex();
    assert!(sent.iter().all(|(_, hex)| hex == "47 31 0D"));
    let at: Vec<_> = sent.iter().map(|(at, _)| *at).collect();
    assert_eq!(at, [0, 1_000, 2_000, 3_000, 3_500, 4_000, 5_000, 6_000]);
    let states: Vec<_> = wire
        .states()
        .into_iter()
        .map(|(at, state)| (at.as_millis(), state))
        .collect();
    assert_eq!(states, [(20, LinkEvent::Up), (4_520, LinkEvent::Silent)]);
}

#[test]
fn a_board_whose_count_stands_still_hangs_after_three_seconds() {
    let mut wire = Wire::of("polar-hrmi");
    for _ in 0..4 {
        wire.bytes(b"1 5 72\r");
        wire.wait(1_000);
    }
    let stale = Reading::Missing(Absence::Stale);
    assert_eq!(wire.hearts(), [rate(72), rate(72), rate(72), stale]);
    wire.bytes(b"1 6 72\r");
    assert_eq!(wire.hearts().last(), Some(&rate(72)));
}

#[test]
fn a_strap_that_sent_beats_and_sends_none_for_three_seconds_holds_its_rate() {
    let mut wire = Wire::of("ble-2a37");
    wire.bytes(b"2A37 16 48 00 04\n");
    for _ in 0..3 {
        wire.wait(1_000);
        wire.bytes(b"2A37 06 48\n");
    }
    let stale = Reading::Missing(Absence::Stale);
    assert_eq!(wire.hearts(), [rate(72), rate(72), rate(72), stale]);
    // One that never sends beats is not judged by them.
    let mut wire = Wire::of("ble-2a37");
    for _ in 0..6 {
        wire.bytes(b"2A37 06 48\n");
        wire.wait(1_000);
    }
    assert_eq!(wire.hearts(), [rate(72); 6]);
}

/// Samples for so many hundredths of a second times two.
fn samples(wire: &mut Wire, count: u32) {
    wire.bytes(&[0xF8]);
    for _ in 0..count {
        wire.bytes(&[0x80]);
        wire.wait(20);
    }
}

#[test]
fn an_ecg_board_is_told_to_measure_at_the_start_and_when_it_comes_back() {
    let told = "4E 53 32 47 31 35";
    let mut wire = Wire::of("medlab-ecg");
    samples(&mut wire, 50);
    assert_eq!(
        lines(wire.sent_hex()),
        [format!("0: {told}"), format!("0: {told}")]
    );
    wire.wait(10_000);
    wire.sent.clear();
    samples(&mut wire, 50);
    assert_eq!(wire.sent_hex().len(), 1);
    assert_eq!(wire.sent_hex()[0].1, told);
}

#[test]
fn without_beats_an_ecg_has_no_rate_after_three_seconds_and_none_before_the_first() {
    let mut wire = Wire::believed("medlab-ecg");
    samples(&mut wire, 40);
    let searching = Reading::Missing(Absence::Searching);
    assert_eq!(wire.hearts(), [searching]);
    wire.bytes(&[0xFA, 60]);
    samples(&mut wire, 50);
    wire.bytes(&[0xFA, 60]);
    wire.events.clear();
    // The last beat took a second: four of them have to pass.
    samples(&mut wire, 199);
    assert_eq!(wire.hearts(), []);
    samples(&mut wire, 60);
    let stale = Reading::Missing(Absence::Stale);
    assert_eq!(wire.hearts(), [stale, stale]);
    wire.bytes(&[0xFB, 0x11]);
    samples(&mut wire, 160);
    let no_contact = Reading::Missing(Absence::NoContact);
    assert_eq!(wire.hearts()[2..], [no_contact, no_contact]);
}

#[test]
fn an_ecgs_rate_that_its_beats_do_not_bear_out_for_three_is_doubted() {
    let mut wire = Wire::believed("medlab-ecg");
    let mut said = Vec::new();
    for _ in 0..6 {
        wire.bytes(&[0xFA, 90]);
        samples(&mut wire, 50);
        said.push(*wire.hearts().last().expect("a reading"));
    }
    let quality = |reading: &Reading<BeatsPerMinute>| match reading {
        Reading::Value { quality, .. } => *quality,
        Reading::Missing(absence) => panic!("{absence:?}"),
    };
    let good = Quality::Good;
    let doubted = Quality::Artefact;
    let qualities: Vec<_> = said.iter().map(quality).collect();
    assert_eq!(qualities, [good, good, good, doubted, doubted, doubted]);
}

#[test]
fn a_pause_does_not_stretch_the_time_after_which_an_ecg_has_no_rate() {
    let mut wire = Wire::believed("medlab-ecg");
    wire.bytes(&[0xFA, 60]);
    samples(&mut wire, 500);
    wire.bytes(&[0xFA, 60]);
    wire.events.clear();
    samples(&mut wire, 160);
    assert_eq!(wire.hearts(), [Reading::Missing(Absence::Stale)]);
}

#[test]
fn a_port_that_was_opened_anew_knows_nothing_of_the_count_before() {
    let mut wire = Wire::of("polar-hrmi");
    wire.bytes(b"1 5 72\r");
    wire.wait(1_000);
    wire.link.handle_closed(wire.now);
    wire.wait(10_000);
    wire.events.clear();
    wire.link.handle_opened(wire.now);
    wire.bytes(b"1 5 72\r");
    assert_eq!(wire.hearts(), [rate(72)]);
}

#[test]
fn a_closed_port_hears_and_asks_nothing() {
    for family in monitors() {
        let mut wire = Wire::ready(family.id);
        wire.link.handle_closed(wire.now);
        wire.sent.clear();
        wire.events.clear();
        for example in first_of_each() {
            wire.bytes(&example.bytes);
        }
        wire.wait(60_000);
        assert_eq!(
            (&wire.sent, &wire.events),
            (&vec![], &vec![]),
            "{}",
            family.id
        );
    }
}

#[test]
fn a_contec_that_falls_silent_is_started_again_three_times_before_all_begins_anew() {
    let mut wire = Wire::ready("contec-9");
    wire.bytes(&hex(CONTEC_9).repeat(10));
    wire.sent.clear();
    wire.wait(7_500);
    let start = "7D 81 A1 80 80 80 80 80 80";
    let sent = wire.sent_hex();
    assert_eq!(
        lines(sent[..3].to_vec()),
        [
            format!("1250: {start}"),
            format!("3250: {start}"),
            format!("5250: {start}")
        ]
    );
    assert!(sent[3].1.starts_with("7D 81 A7"), "{sent:?}");
}

#[test]
fn a_spot_check_device_is_told_its_format_twice_at_the_most() {
    let told = ["0: 02 70 02 02 0D 03", "5000: 02 70 04 02 0D 60 E3 03"];
    let mut wire = Wire::of("nonin-df13");
    wire.wait(60_000);
    assert_eq!(lines(wire.sent_hex()), told);
    let mut wire = Wire::of("nonin-df13");
    wire.bytes(&hex(
        "00 02 00 0D 00 0E 14 18 05 11 09 1E 0C 00 02 00 00 48 00 62 21 03",
    ));
    wire.wait(60_000);
    assert_eq!(lines(wire.sent_hex()), [told[0], "0: 06"]);
}

#[test]
fn a_spot_check_that_comes_again_at_an_opened_port_is_no_new_reading() {
    let check = hex("00 02 00 0D 00 0E 14 18 05 11 09 1E 0C 00 02 00 00 48 00 62 21 03");
    let mut wire = Wire::of("nonin-df13");
    wire.bytes(&check);
    wire.link.handle_closed(wire.now);
    wire.wait(30_000);
    wire.events.clear();
    wire.link.handle_opened(wire.now);
    wire.bytes(&check);
    assert_eq!(wire.pulses(), []);
}

#[test]
fn a_contec_whose_line_never_falls_silent_is_started_after_two_seconds() {
    let mut wire = Wire::of("contec-9");
    for _ in 0..25 {
        wire.bytes(&hex(CONTEC_9));
        wire.wait(100);
    }
    assert_eq!(wire.sent_hex()[1].0, 2_000);
}

#[test]
fn a_strap_is_not_judged_by_the_beats_before_its_port_was_opened() {
    let mut wire = Wire::of("ble-2a37");
    wire.bytes(b"2A37 16 48 00 04\n");
    wire.link.handle_closed(wire.now);
    wire.wait(10_000);
    wire.events.clear();
    wire.link.handle_opened(wire.now);
    wire.bytes(b"2A37 06 48\n");
    assert_eq!(wire.hearts(), [rate(72)]);
}

#[test]
fn one_beat_that_bears_the_rate_out_begins_the_count_of_odd_ones_anew() {
    let mut wire = Wire::believed("medlab-ecg");
    for said in [60, 90, 90, 60, 90, 90, 60] {
        wire.bytes(&[0xFA, said]);
        samples(&mut wire, 50);
    }
    let readings = wire.hearts();
    assert_eq!(readings.len(), 7);
    let is_good = |reading: &Reading<BeatsPerMinute>| {
        matches!(
            reading,
            Reading::Value {
                quality: Quality::Good,
                ..
            }
        )
    };
    assert!(readings.iter().all(is_good), "{readings:?}");
}
