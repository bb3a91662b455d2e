//! An ANT radio's answers, and what becomes of a strap behind it.

use std::time::Duration;

use drivers::catalogue::{Settings, ant_power};
use drivers::link::{Link, LinkEvent, LinkOutput};
use drivers::monitors::{Ant, AntLink, Sensor};
use drivers::virtual_devices::DeviceOutput;
use protocols::ant::{Data, DataKind, HeartRatePage, NetworkKey, RadioMessage};
use protocols::vocabulary::{
    Absence, BeatsPerMinute, LoadControl, MachineCommand, MachineLoad, Reading,
    RevolutionsPerMinute, Watts,
};

use crate::bench::START;
use crate::wire::{Wire, family, hex};

/// The answers to the set-up, in order.
const ANSWERS: [&str; 9] = [
    "A4 01 6F 20 EA",
    "A4 03 40 00 66 00 81",
    "A4 03 40 00 46 00 A1",
    "A4 03 40 00 42 00 A5",
    "A4 03 40 00 51 00 B6",
    "A4 03 40 00 45 00 A2",
    "A4 03 40 00 43 00 A4",
    "A4 03 40 00 44 00 A3",
    "A4 03 40 00 4B 00 AC",
];

/// 72 a minute, beat 42.
pub(crate) const PAGE: &str = "A4 09 4E 00 00 FF FF FF 00 5C 2A 48 22";

pub(crate) fn set_up(wire: &mut Wire) {
    for answer in ANSWERS {
        wire.bytes(&hex(answer));
    }
}

/// The same of channel 1, where it is the channel that is answered for.
const POWER_ANSWERS: [&str; 9] = [
    "A4 01 6F 20 EA",
    "A4 03 40 00 66 00 81",
    "A4 03 40 00 46 00 A1",
    "A4 03 40 01 42 00 A4",
    "A4 03 40 01 51 00 B7",
    "A4 03 40 01 45 00 A3",
    "A4 03 40 01 43 00 A5",
    "A4 03 40 01 44 00 A2",
    "A4 03 40 01 4B 00 AD",
];

/// A power meter's link whose radio is set up.
fn power_meter() -> Wire {
    let settings = vec![
        ("network_key", "00".repeat(8)),
        ("device_number", "1234".to_owned()),
    ];
    let mut wire = Wire::with((ant_power::FAMILY.link)(&Settings::new(settings)));
    for answer in POWER_ANSWERS {
        wire.bytes(&hex(answer));
    }
    wire
}

/// The reports of a machine so far: power and cadence.
fn reports(wire: &Wire) -> Vec<(Option<u16>, Option<u16>)> {
    let of = |(_, event): &_| {
        let LinkEvent::Machine { report, .. } = event else {
            return None;
        };
        let power = report.power.map(Watts::get);
        Some((power, report.cadence.map(RevolutionsPerMinute::get)))
    };
    wire.events.iter().filter_map(of).collect()
}

/// The sheet's page 16: 150 W at 85 a minute.
const POWER: &str = "A4 09 4E 01 10 07 FF 55 1A 04 96 00 D7";

#[test]
fn a_power_meters_channel_is_one_of_its_own_and_its_page_a_machines_report() {
    let mut wire = power_meter();
    let sent: Vec<_> = wire.sent_hex().into_iter().map(|(_, hex)| hex).collect();
    assert_eq!(
        sent[3..],
        [
            "A4 03 42 01 00 00 E4",
            "A4 05 51 01 D2 04 0B 00 2C",
            "A4 02 45 01 39 DB",
            "A4 03 43 01 F6 1F 0C",
            "A4 02 44 01 0C EF",
            "A4 01 4B 01 EF",
        ]
    );
    // A strap's page on its channel, and a torque page, are no report.
    wire.bytes(&hex(PAGE));
    wire.bytes(&hex("A4 09 4E 01 12 07 07 55 00 08 80 02 38"));
    assert_eq!(reports(&wire), []);
    wire.bytes(&hex(POWER));
    assert_eq!(reports(&wire), [(Some(150), Some(85))]);
    assert_eq!(wire.hearts(), []);
}

#[test]
fn a_power_that_is_repeated_while_nobody_pedals_is_none_after_three_seconds() {
    let mut wire = power_meter();
    for _ in 0..13 {
        wire.bytes(&hex(POWER));
        wire.wait(250);
    }
    let told = reports(&wire);
    assert_eq!(told[..12], [(Some(150), Some(85)); 12]);
    assert_eq!(told[12], (Some(0), Some(0)));
}

#[test]
fn a_power_meter_refuses_every_load_as_only_a_person_sets_it() {
    let mut wire = power_meter();
    wire.bytes(&hex(POWER));
    wire.sent.clear();
    let capabilities = wire.link.capabilities().expect("a machine");
    assert_eq!(capabilities.control, LoadControl::ByHand);
    assert!(wire.link.release_bytes().is_empty());
    let load = MachineLoad::Power(Watts::new(50).expect("in range"));
    for command in [
        MachineCommand::Start(load),
        MachineCommand::SetLoad(load),
        MachineCommand::Stop,
    ] {
        wire.events.clear();
        wire.link.handle_command(wire.now, command);
        wire.wait(10);
        let said: Vec<_> = wire.events.iter().map(|(_, event)| *event).collect();
        assert_eq!(said, [LinkEvent::Refused(command)]);
    }
    assert_eq!(wire.sent, []);
}

/// The link at the virtual radio, through its own set-up: somebody pedals, and stops.
#[test]
fn a_power_meters_link_reads_its_virtual_device() {
    let told = || {
        Settings::new(vec![
            ("network_key", "11".repeat(8)),
            ("device_number", "4711".to_owned()),
        ])
    };
    let mut link = (ant_power::FAMILY.link)(&told());
    let mut device = (ant_power::FAMILY.models[0].build)(START, &told());
    let mut body = crate::bench::RESTING;
    let mut now = START;
    let mut seen = Vec::new();
    link.handle_opened(now);
    for quarter in 0..80 {
        body.cadence = if quarter < 40 { 62.0 } else { 0.0 };
        device.advance(now, &body);
        for _ in 0..25 {
            now = now + Duration::from_millis(10);
            while let DeviceOutput::Transmit(bytes) = device.poll_output(now) {
                link.handle_bytes(now, now, bytes);
            }
            loop {
                match link.poll_output(now) {
                    LinkOutput::Transmit(bytes) | LinkOutput::Preempt(bytes) => {
                        device.handle_bytes(now, bytes);
                    }
                    LinkOutput::Event(LinkEvent::Machine { report, .. }) => {
                        seen.push((quarter, report.power.map(Watts::get)));
                    }
                    LinkOutput::Event(_) => {}
                    LinkOutput::Wait(_) => break,
                }
            }
        }
    }
    let at = |quarter: i32| seen.iter().rfind(|(at, _)| *at <= quarter);
    assert_eq!(at(38).map(|(_, power)| *power), Some(Some(62)), "{seen:?}");
    assert_eq!(at(79).map(|(_, power)| *power), Some(Some(0)), "{seen:?}");
    assert_eq!(device.actual_load(), None);
}

fn rate(rate: u16) -> Reading<BeatsPerMinute> {
    Reading::good(BeatsPerMinute::new(rate).expect("in range"))
}

#[test]
fn a_radio_is_set_up_message_by_message_each_answered_before_the_next() {
    let mut wire = Wire::of("ant");
    let zeros = "00 ".repeat(15);
    assert_eq!(wire.sent_hex(), [(0, format!("{zeros}A4 01 4A 00 EF"))]);
    set_up(&mut wire);
    let sent: Vec<_> = wire.sent_hex().into_iter().map(|(_, hex)| hex).collect();
    assert_eq!(
        sent[1..],
        [
            "A4 02 66 00 01 C1",
            "A4 09 46 00 00 00 00 00 00 00 00 00 EB",
            "A4 03 42 00 00 00 E5",
            "A4 05 51 00 D2 04 78 00 5E",
            "A4 02 45 00 39 DA",
            "A4 03 43 00 86 1F 7D",
            "A4 02 44 00 0C EE",
            "A4 01 4B 00 EE",
        ]
    );
    wire.bytes(&hex(PAGE));
    assert_eq!(wire.hearts(), [rate(72)]);
}

#[test]
fn an_answer_is_waited_for_twice_and_then_all_begins_anew() {
    let mut wire = Wire::of("ant");
    wire.bytes(&hex(ANSWERS[0]));
    wire.bytes(&hex(ANSWERS[1]));
    wire.sent.clear();
    wire.wait(6_000);
    let zeros = "00 ".repeat(15);
    let key = "A4 09 46 00 00 00 00 00 00 00 00 00 EB".to_owned();
    assert_eq!(
        wire.sent_hex(),
        [
            (500, key),
            (5_500, format!("{zeros}A4 01 4A 00 EF")),
            (6_000, "A4 02 66 00 01 C1".to_owned()),
        ]
    );
}

#[test]
fn a_refusal_begins_anew_and_no_page_counts_before_the_channel_is_open() {
    let mut wire = Wire::of("ant");
    for answer in &ANSWERS[..3] {
        wire.bytes(&hex(answer));
    }
    wire.bytes(&hex("A4 03 40 00 42 15 B0"));
    wire.bytes(&hex(PAGE));
    assert_eq!(wire.hearts(), []);
    wire.sent.clear();
    wire.wait(5_000);
    assert_eq!(wire.sent.len(), 1);
    assert!(wire.sent[0].1.ends_with(&hex("A4 01 4A 00 EF")));
}

#[test]
fn without_a_key_or_a_number_nothing_is_ever_sent_nor_believed() {
    let key = || ("network_key", "00".repeat(8));
    let number = || ("device_number", "1234".to_owned());
    for told in [vec![], vec![key()], vec![number()]] {
        let mut wire = Wire::with((family("ant").link)(&Settings::new(told)));
        wire.bytes(&hex(PAGE));
        wire.wait(60_000);
        assert_eq!(wire.sent, []);
        assert_eq!(wire.hearts(), []);
        let states: Vec<_> = wire.states().into_iter().map(|(_, state)| state).collect();
        assert_eq!(states, [LinkEvent::Silent]);
    }
}

#[test]
fn another_strap_another_channel_and_another_kind_are_nobody() {
    let mut wire = Wire::ready("ant");
    // 14 bytes with the sender: number 1235, then 1234.
    wire.bytes(&hex(
        "A4 0E 4E 00 00 FF FF FF 00 5C 2A 48 80 D3 04 78 01 0B",
    ));
    wire.bytes(&hex("A4 09 4E 01 10 07 FF 55 1A 04 96 00 D7"));
    wire.bytes(&hex("A4 09 4E 02 10 19 28 0C 7C 15 FF 35 6F"));
    assert_eq!(wire.hearts(), []);
    wire.bytes(&hex(
        "A4 0E 4E 00 00 FF FF FF 00 5C 2A 48 80 D2 04 78 01 0A",
    ));
    assert_eq!(wire.hearts(), [rate(72)]);
}

#[test]
fn a_rate_whose_beats_stand_still_is_stale_after_three_seconds() {
    let mut wire = Wire::ready("ant");
    for _ in 0..13 {
        wire.bytes(&hex(PAGE));
        wire.wait(250);
    }
    let readings = wire.hearts();
    assert_eq!(readings[..12], [rate(72); 12]);
    assert_eq!(readings[12], Reading::Missing(Absence::Stale));
}

#[test]
fn a_lost_strap_is_no_contact_and_a_closed_channel_is_assigned_anew() {
    let mut wire = Wire::ready("ant");
    wire.bytes(&hex(PAGE));
    wire.bytes(&hex("A4 03 40 00 01 02 E4"));
    assert_eq!(wire.hearts(), [rate(72)]);
    wire.bytes(&hex("A4 03 40 00 01 08 EE"));
    let no_contact = Reading::Missing(Absence::NoContact);
    assert_eq!(wire.hearts(), [rate(72), no_contact]);
    wire.sent.clear();
    wire.bytes(&hex("A4 03 40 00 01 01 E7"));
    wire.bytes(&hex("A4 03 40 00 01 07 E1"));
    wire.bytes(&hex("A4 03 40 00 41 00 A6"));
    let sent: Vec<_> = wire.sent_hex().into_iter().map(|(_, hex)| hex).collect();
    assert_eq!(sent, ["A4 01 41 00 E4", "A4 03 42 00 00 00 E5"]);
}

#[test]
fn a_radio_that_begins_anew_by_itself_is_set_up_again() {
    let mut wire = Wire::ready("ant");
    wire.sent.clear();
    wire.bytes(&hex("A4 01 6F 00 CA"));
    assert_eq!(wire.sent_hex()[0].1, "A4 02 66 00 01 C1");
}

#[test]
fn a_radio_that_says_nothing_at_all_any_more_is_set_up_anew() {
    let mut wire = Wire::ready("ant");
    wire.bytes(&hex(PAGE));
    wire.sent.clear();
    wire.wait(39_999);
    assert_eq!(wire.sent, []);
    wire.wait(1);
    assert!(wire.sent[0].1.ends_with(&hex("A4 01 4A 00 EF")));
}

#[test]
fn a_radio_that_cannot_tell_the_sender_is_set_up_without() {
    let mut wire = Wire::of("ant");
    wire.bytes(&hex(ANSWERS[0]));
    wire.sent.clear();
    wire.wait(1_000);
    let sent: Vec<_> = wire.sent_hex().into_iter().map(|(_, hex)| hex).collect();
    assert_eq!(sent[0], "A4 02 66 00 01 C1");
    assert!(sent[1].starts_with("A4 09 46"), "{sent:?}");
}

#[test]
fn no_link_ever_shows_the_networks_key() {
    let key = NetworkKey::from_hexadecimal("A1B2C3D4E5F60718").expect("a key");
    let mut link = AntLink::of(Ant::new(Sensor::new(key, 1234)));
    link.handle_opened(START);
    let mut shown = Vec::new();
    let mut key_sent = false;
    for answer in [""].iter().chain(&ANSWERS) {
        link.handle_bytes(START, START, &hex(answer));
        while let LinkOutput::Transmit(bytes) = link.poll_output(START) {
            key_sent |= bytes.windows(2).any(|pair| pair == [0xA1, 0xB2]);
        }
        shown.push(format!("{link:?} {link:X?}"));
    }
    assert!(key_sent);
    for text in shown {
        let text = text.to_uppercase();
        assert!(
            !text.contains("A1, B2") && !text.contains("161, 178"),
            "{text}"
        );
        assert!(!text.contains("A1B2"), "{text}");
    }
}

/// A page 0 with this beat time, count and rate.
fn page(beat_time: u16, beat_count: u8, rate: u8) -> Vec<u8> {
    let page = HeartRatePage {
        toggle: false,
        number: 0,
        detail: [0xFF; 3],
        beat_time,
        beat_count,
        heart_rate_raw: rate,
    };
    let data = Data::new(DataKind::Broadcast, 0, page.bytes());
    let mut bytes = [0; 40];
    let frame = RadioMessage::Data(data).frame();
    frame.encode(&mut bytes).expect("room").to_vec()
}

#[test]
fn slow_beats_get_three_of_their_intervals_and_a_gap_stretches_nothing() {
    // 1536/1024 s lie between two beats, then 5 s.
    for (interval, held_for) in [(1_536, 4_500), (5_120, 3_000)] {
        let mut wire = Wire::ready("ant");
        wire.bytes(&page(1_000, 1, 40));
        wire.wait(u64::from(interval) * 1_000 / 1_024);
        wire.bytes(&page(1_000 + interval, 2, 40));
        wire.wait(held_for - 250);
        wire.bytes(&page(1_000 + interval, 2, 40));
        assert_eq!(wire.hearts(), [rate(40); 3], "{interval}");
        wire.wait(250);
        wire.bytes(&page(1_000 + interval, 2, 40));
        assert_eq!(
            wire.hearts()[3],
            Reading::Missing(Absence::Stale),
            "{interval}"
        );
    }
}

#[test]
fn no_rate_is_a_search_while_beats_come_and_no_contact_once_they_stand() {
    let mut wire = Wire::ready("ant");
    wire.bytes(&page(1_000, 1, 0));
    wire.wait(1_000);
    wire.bytes(&page(2_000, 2, 0));
    wire.wait(3_000);
    wire.bytes(&page(2_000, 2, 0));
    let searching = Reading::Missing(Absence::Searching);
    let no_contact = Reading::Missing(Absence::NoContact);
    assert_eq!(wire.hearts(), [searching, searching, no_contact]);
}

#[test]
fn an_answer_to_what_was_not_asked_yet_opens_nothing() {
    let mut wire = Wire::of("ant");
    for answer in ANSWERS.iter().skip(1) {
        wire.bytes(&hex(answer));
    }
    assert_eq!(wire.sent.len(), 1);
    // All in one read: the second answer is to nothing that was sent.
    let all: Vec<_> = ANSWERS.iter().flat_map(|answer| hex(answer)).collect();
    wire.bytes(&all);
    assert_eq!(wire.sent.len(), 2);
    wire.bytes(&hex(PAGE));
    assert_eq!(wire.hearts(), []);
}

#[test]
fn a_radio_that_still_speaks_is_left_to_its_search() {
    let mut wire = Wire::ready("ant");
    wire.sent.clear();
    for _ in 0..20 {
        wire.bytes(&hex("A4 03 40 00 01 02 E4"));
        wire.wait(10_000);
    }
    assert_eq!(wire.sent, []);
}
