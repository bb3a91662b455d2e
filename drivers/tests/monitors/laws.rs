//! What holds of every monitor's link.

use std::time::Duration;

use drivers::link::LinkEvent;

use crate::bench::START;
use crate::sheets::{df7, first_of_each};
use crate::wire::{HELD, UNPROVED, Wire, hex};

#[test]
fn bytes_split_anywhere_give_the_same_readings() {
    for example in first_of_each() {
        let mut whole = Wire::believed(example.id);
        whole.bytes(&example.bytes);
        whole.wait(HELD);
        for place in 0..=example.bytes.len() {
            let mut wire = Wire::believed(example.id);
            wire.bytes(&example.bytes[..place]);
            wire.bytes(&example.bytes[place..]);
            wire.wait(HELD);
            let shown = format!("{} at {place}", example.id);
            assert_eq!(wire.saturations(), whole.saturations(), "{shown}");
            assert_eq!(wire.pulses(), whole.pulses(), "{shown}");
            assert_eq!(wire.hearts(), whole.hearts(), "{shown}");
            assert_eq!(wire.states(), whole.states(), "{shown}");
        }
    }
}

#[test]
fn silence_is_told_once_and_one_microsecond_after_the_sheets_limit() {
    let limits = [
        ("nonin-df1", 2_500),
        ("nonin-df7", 1_000),
        ("nonin-df8", 2_500),
        ("nonin-df13", 10_000),
        ("nonin-ascii", 2_500),
        ("contec-5", 1_000),
        ("contec-9", 1_000),
        ("bci-5", 1_000),
        ("masimo", 3_000),
        ("nellcor", 5_000),
        ("polar-hrmi", 2_500),
        ("ivy-450c", 3_000),
        ("medlab-ecg", 3_000),
        ("ble-2a37", 3_000),
        ("ble-2a5f", 3_000),
        ("ant", 3_000),
    ];
    for example in first_of_each() {
        let (_, limit) = limits
            .iter()
            .find(|(id, _)| *id == example.id)
            .expect("a limit");
        let mut wire = Wire::believed(example.id);
        wire.bytes(&example.bytes);
        let came = wire.now;
        wire.wait(HELD);
        // What stands behind the last message ages it.
        let last = wire
            .events
            .iter()
            .filter_map(|(_, event)| {
                if let LinkEvent::PulseRate { sent_at, .. } | LinkEvent::HeartRate { sent_at, .. } =
                    event
                {
                    Some(*sent_at)
                } else {
                    None
                }
            })
            .next_back()
            .expect("a reading");
        // Of these each message is a sign of life, with or without a reading.
        let last = if UNPROVED.iter().any(|(id, ..)| *id == example.id) {
            came
        } else {
            last
        };
        wire.events.clear();
        wire.wait(60_000);
        let expected = last.since(START) + Duration::from_millis(*limit) + Duration::from_micros(1);
        assert_eq!(
            wire.states(),
            [(expected, LinkEvent::Silent)],
            "{}",
            example.id
        );
    }
}

#[test]
fn a_message_that_waited_in_a_buffer_makes_nobody_live() {
    for example in first_of_each() {
        let mut wire = Wire::ready(example.id);
        let sent_at = wire.now;
        wire.wait(20_000);
        wire.events.clear();
        wire.link.handle_bytes(wire.now, sent_at, &example.bytes);
        wire.wait(100);
        assert_eq!(wire.states(), [], "{}", example.id);
    }
}

#[test]
fn an_oximeter_in_another_format_is_named_and_its_bytes_are_no_values() {
    for id in ["nonin-df1", "masimo", "polar-hrmi", "medlab-ecg", "ant"] {
        let mut wire = Wire::ready(id);
        for _ in 0..12 {
            wire.bytes(&df7(0x80, 72, 97));
            wire.wait(330);
        }
        let states: Vec<_> = wire.states().into_iter().map(|(_, state)| state).collect();
        assert!(
            states.contains(&LinkEvent::OtherProtocol("nonin-df7")),
            "{id}: {states:?}"
        );
        wire.events.clear();
        wire.bytes(&df7(0x80, 72, 97));
        assert_eq!((wire.hearts(), wire.pulses()), (vec![], vec![]), "{id}");
    }
}

#[test]
fn the_printers_form_of_a_masimo_is_named() {
    let mut wire = Wire::ready("masimo");
    wire.bytes(b"SpO2=097 PR=069 PI=04.69 EXC=800:SET\r\n");
    let states: Vec<_> = wire.states().into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, [LinkEvent::OtherProtocol("masimo ASCII 2")]);
}

#[test]
fn nobody_is_named_beside_a_monitor_whose_own_messages_are_proof() {
    let mut wire = Wire::ready("nonin-ascii");
    wire.bytes(b"SPO2=098 HR=072\r\n");
    wire.events.clear();
    wire.bytes(&df7(0x80, 72, 97));
    assert_eq!(wire.events, []);
}

#[test]
fn half_a_message_of_before_names_nobody_at_an_opened_port() {
    let packet = df7(0x80, 72, 97);
    let (first, second) = packet.split_at(60);
    let mut wire = Wire::ready("masimo");
    wire.bytes(first);
    wire.link.handle_closed(wire.now);
    wire.link.handle_opened(wire.now);
    wire.bytes(second);
    assert_eq!(wire.states(), []);
}

#[test]
fn messages_at_another_pace_than_their_formats_are_no_values() {
    for (id, packet, millis) in UNPROVED {
        for (pace, of) in [(21, 10), (1, 2)] {
            let mut wire = Wire::ready(id);
            wire.bytes(if id == "medlab-ecg" { &[0xF8] } else { &[] });
            for count in 1..60_000 * of / (millis * pace) {
                // A beat a second where it is beats that are told.
                let is_beat = id == "medlab-ecg" && count % 40 == 0;
                wire.bytes(&hex(if is_beat { "FA 48 F8 80" } else { packet }));
                wire.wait(millis * pace / of);
            }
            let shown = format!("{id} at {pace}/{of}");
            assert_eq!((wire.hearts(), wire.pulses()), (vec![], vec![]), "{shown}");
            assert_eq!(wire.saturations(), [], "{shown}");
        }
    }
}

#[test]
fn a_value_waits_until_nothing_follows_it_where_its_format_is_silent() {
    for (id, packet, _) in &UNPROVED[..2] {
        let mut wire = Wire::believed(id);
        wire.bytes(&hex(packet));
        wire.wait(HELD - 1);
        assert_eq!(wire.events, [], "{id}");
        wire.wait(1);
        assert_eq!(wire.pulses().len(), 1, "{id}");
        // A format 7 begins where the next packet is due.
        wire.wait(799);
        wire.events.clear();
        wire.bytes(&hex(packet));
        wire.wait(150);
        wire.bytes(&df7(0x80, 72, 97));
        wire.wait(1_000);
        assert_eq!(
            (wire.pulses(), wire.saturations()),
            (vec![], vec![]),
            "{id}"
        );
    }
}
