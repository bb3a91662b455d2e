//! Daum classic: what is written, and the laws.

use proptest::collection::vec;
use proptest::prelude::*;
use protocols::daum_classic::{
    Cockpit, Dialect, HostDecoder, HostMessage, LONGEST_MESSAGE, MachineDecoder, MachineMessage,
    Pedalling, Person, PowerStep, RunData,
};
use protocols::vocabulary::Watts;
use protocols::wire::Decoder;

use crate::vectors::{Set, nothing, run};
use crate::wires::{
    any_cuts, any_stream, bytes_of, check_identity, check_laws, check_range, feed, messages,
    numbers,
};

const COCKPITS: [Cockpit; 3] = [
    Cockpit {
        address: 0,
        dialect: Dialect::Current,
    },
    Cockpit {
        address: 0,
        dialect: Dialect::Old,
    },
    Cockpit {
        address: 0x40,
        dialect: Dialect::Current,
    },
];

fn host_bytes(cockpit: Cockpit, message: &HostMessage) -> Vec<u8> {
    let mut buffer = [0; LONGEST_MESSAGE];
    message.encode(cockpit, &mut buffer).expect("room").to_vec()
}

fn machine_bytes(cockpit: Cockpit, message: &MachineMessage) -> Vec<u8> {
    let mut buffer = [0; LONGEST_MESSAGE];
    message.encode(cockpit, &mut buffer).expect("room").to_vec()
}

#[test]
fn every_worked_example_reads_as_written() {
    const DOCUMENT: &str = include_str!("../../vectors/daum-classic/worked.json");
    let cockpit = |set: Set<'_>| Cockpit {
        address: set("address").map_or(0, |address| address.parse().expect("a number")),
        dialect: set("dialect")
            .and_then(|name| Dialect::from_name(&name))
            .unwrap_or_default(),
    };
    let device = run(
        DOCUMENT,
        "device",
        |set| MachineDecoder::new(cockpit(set)),
        MachineMessage::report,
        nothing,
    );
    let host = run(
        DOCUMENT,
        "host",
        |set| HostDecoder::new(cockpit(set)),
        HostMessage::report,
        nothing,
    );
    assert_eq!((device, host), (20, 10));
}

#[test]
fn the_worked_commands_are_written_byte_for_byte() {
    let [current, old, elsewhere] = COCKPITS;
    let step = |watts| HostMessage::SetPower(PowerStep::not_above(Watts::new(watts).expect("W")));
    for (cockpit, message, bytes) in [
        (current, HostMessage::FindAddress, "11"),
        (old, HostMessage::FindAddress, "11 00"),
        (current, step(75), "51 00 0F"),
        (current, step(79), "51 00 0F"),
        (current, step(0), "51 00 05"),
        (current, step(1_500), "51 00 A0"),
        (elsewhere, step(75), "51 40 0F"),
        (current, HostMessage::SetProgram(0), "23 00 00"),
        (current, HostMessage::ReadAll, "40 00"),
        (
            current,
            HostMessage::SetBikeType([0, 0, 1]),
            "69 00 00 00 01",
        ),
    ] {
        assert_eq!(host_bytes(cockpit, &message), bytes_of(bytes));
    }
}

#[test]
fn the_worked_run_data_has_all_its_fields_and_is_written_again() {
    let bytes = bytes_of("40 00 00 00 01 0F 3E 14 09 00 7D 00 0C 00 6C 00 05 00 00");
    let found = messages(&mut MachineDecoder::new(COCKPITS[0]), &bytes);
    let [MachineMessage::Run { data, .. }] = found[..] else {
        panic!("{found:?}");
    };
    assert_eq!((data.program, data.person, data.gear), (0, 0, 5));
    assert_eq!((data.distance_raw, data.seconds), (9, 125));
    assert_eq!(data.energy_raw, 12);
    assert_eq!(machine_bytes(COCKPITS[0], &found[0]), bytes);
    assert_eq!(machine_bytes(COCKPITS[1], &found[0]), bytes[..17]);
}

#[test]
fn the_third_byte_behind_a_reset_waits_for_nobody() {
    let mut decoder = MachineDecoder::new(COCKPITS[0]);
    let reset = feed(&mut decoder, b"\x12\x00");
    assert_eq!(reset[0].content, Ok(MachineMessage::Reset));
    let behind = feed(&mut decoder, b"\x80");
    let pedalling = Pedalling::from_byte(0x80);
    assert_eq!(
        behind[0].content,
        Ok(MachineMessage::BehindReset(pedalling))
    );
    assert_eq!(behind[0].offset, 2);
    assert!(!pedalling.is_on(Dialect::Current));
    // Behind a silence it belongs to nothing.
    feed(&mut decoder, b"\x12\x00");
    decoder.reset();
    assert_eq!(feed(&mut decoder, b"\x01"), [crate::wires::framing(5, 1)]);
}

#[test]
fn silence_ends_what_is_unfinished() {
    let mut decoder = MachineDecoder::new(COCKPITS[0]);
    assert_eq!(feed(&mut decoder, b"\x40\x00\x00\x00\x01"), []);
    decoder.reset();
    let items = feed(&mut decoder, b"\x51\x00\x0F");
    assert_eq!(
        items[0].content,
        Ok(MachineMessage::Power(PowerStep::from_byte(0x0F)))
    );
    assert_eq!(items[0].offset, 5);
}

#[test]
fn an_echo_is_kept_byte_by_byte() {
    let person = Person([0, 40, 0, 180, 80, 0, 0, 0, 0, 0, 140, 0, 0]);
    let echo = MachineMessage::Person {
        echo: person,
        pedalling: Pedalling::NO,
    };
    let bytes = machine_bytes(COCKPITS[0], &echo);
    assert_eq!(bytes.len(), 16);
    let sent = host_bytes(COCKPITS[0], &HostMessage::SetPerson(person));
    assert_eq!(bytes[..15], sent);
    assert_eq!(
        messages(&mut MachineDecoder::new(COCKPITS[0]), &bytes),
        [echo]
    );
}

fn any_host_message() -> impl Strategy<Value = HostMessage> {
    prop_oneof![
        prop::sample::select(vec![
            HostMessage::FindAddress,
            HostMessage::CheckCockpit,
            HostMessage::Reset,
            HostMessage::Start,
            HostMessage::Stop,
            HostMessage::ReadAll,
            HostMessage::Version,
        ]),
        any::<u8>().prop_map(HostMessage::SetProgram),
        any::<[u8; 13]>().prop_map(|bytes| HostMessage::SetPerson(Person(bytes))),
        any::<u8>().prop_map(|step| HostMessage::SetPower(PowerStep::from_byte(step))),
        any::<u8>().prop_map(HostMessage::SetGear),
        any::<[u8; 4]>().prop_map(HostMessage::SetSlope),
        any::<[u8; 3]>().prop_map(HostMessage::SetTime),
        any::<[u8; 3]>().prop_map(HostMessage::SetDate),
        any::<[u8; 3]>().prop_map(HostMessage::SetBikeType),
    ]
}

prop_compose! {
    fn any_run_data(dialect: Dialect)(
        bytes in any::<[u8; 9]>(), numbers in any::<[u16; 3]>(), reserved in any::<[u8; 2]>(),
    ) -> MachineMessage {
        let [program, person, pedalling, power, cadence_raw, speed_raw, heart_rate_raw, pulse_state, gear] = bytes;
        let [distance_raw, seconds, energy_raw] = numbers;
        MachineMessage::Run {
            data: RunData {
                program, person, pedalling: Pedalling::from_byte(pedalling), power: PowerStep::from_byte(power),
                cadence_raw, speed_raw, distance_raw, seconds, energy_raw, heart_rate_raw, pulse_state, gear,
                reserved: if dialect == Dialect::Current { reserved } else { [0; 2] },
            },
            dialect,
        }
    }
}

fn any_message(dialect: Dialect) -> impl Strategy<Value = MachineMessage> {
    let pedalling = || any::<u8>().prop_map(Pedalling::from_byte);
    prop_oneof![
        any::<u8>().prop_map(MachineMessage::Address),
        any::<u8>().prop_map(MachineMessage::CockpitVersion),
        Just(MachineMessage::Reset),
        pedalling().prop_map(MachineMessage::Started),
        pedalling().prop_map(MachineMessage::Stopped),
        (any::<u8>(), pedalling()).prop_map(move |(number, pedalling)| MachineMessage::Program {
            number,
            pedalling: (dialect == Dialect::Current).then_some(pedalling),
        }),
        (any::<[u8; 13]>(), pedalling()).prop_map(|(echo, pedalling)| MachineMessage::Person {
            echo: Person(echo),
            pedalling,
        }),
        any_run_data(dialect),
        any::<u8>().prop_map(|step| MachineMessage::Power(PowerStep::from_byte(step))),
        any::<u8>().prop_map(MachineMessage::Gear),
        any::<[u8; 4]>().prop_map(MachineMessage::Slope),
        Just(MachineMessage::TimeSet),
        Just(MachineMessage::DateSet),
        any::<u8>().prop_map(MachineMessage::BikeType),
        (any::<[u8; 8]>(), any::<u8>()).prop_map(|(serial_number, cockpit_type)| {
            MachineMessage::Version {
                serial_number,
                cockpit_type,
            }
        }),
    ]
}

fn noise() -> impl Strategy<Value = Vec<u8>> {
    any_stream(
        &[
            0x00, 0x01, 0x10, 0x11, 0x12, 0x21, 0x22, 0x23, 0x40, 0x51, 0x69, 0x73, 0x80, 0xD3,
        ],
        &[
            b"\x51\x00\x0F",
            b"\x12\x00\x80",
            b"\x40\x00\x00\x00\x01\x0F\x3E\x14\x09\x00\x7D\x00\x0C\x00\x6C\x00\x05\x00\x00",
            b"\x40\x00\x00\x00\x01\xFF\xFF\xFF\x09\x00\x7D\x00\x0C\x00\xFF\x00\x05\x00\x00",
        ],
    )
}

proptest! {
    #[test]
    fn any_bytes_keep_the_laws(bytes in noise(), cuts in any_cuts()) {
        for cockpit in COCKPITS {
            let mut used = 0;
            for item in check_laws(|| HostDecoder::new(cockpit), &bytes, &cuts)? {
                used += item.content.map_or(1, |message| host_bytes(cockpit, &message).len());
            }
            prop_assert!(bytes.len() - used < LONGEST_MESSAGE);
            used = 0;
            for item in check_laws(|| MachineDecoder::new(cockpit), &bytes, &cuts)? {
                used += item.content.map_or(1, |message| machine_bytes(cockpit, &message).len());
                let Ok(message) = item.content else { continue };
                let Some(report) = message.report() else { continue };
                if matches!(message, MachineMessage::Run { .. }) {
                    check_range(&report, [199.0, 800.0, 199.0, 27.5, 0.0])?;
                    let power = numbers(&report)[1].expect("always there");
                    prop_assert!(!(0.5..25.0).contains(&power));
                } else {
                    check_range(&report, [0.0, 1_275.0, 0.0, 0.0, 0.0])?;
                }
            }
            prop_assert!(bytes.len() - used < LONGEST_MESSAGE);
        }
    }

    #[test]
    fn what_the_host_writes_is_read_back(theirs in vec(any_host_message(), 1..12)) {
        for cockpit in COCKPITS {
            check_identity(HostDecoder::new(cockpit), &theirs, |it| host_bytes(cockpit, it))?;
        }
    }

    #[test]
    fn what_the_cockpit_writes_is_read_back(
        current in vec(any_message(Dialect::Current), 1..12),
        old in vec(any_message(Dialect::Old), 1..12),
    ) {
        for cockpit in COCKPITS {
            let ours = if cockpit.dialect == Dialect::Old { &old } else { &current };
            check_identity(MachineDecoder::new(cockpit), ours, |it| machine_bytes(cockpit, it))?;
        }
    }

    #[test]
    fn behind_a_silence_the_next_message_is_found_after_any_garbage(
        garbage in noise(),
        ours in any_message(Dialect::Current),
        theirs in any_host_message(),
    ) {
        let [cockpit, ..] = COCKPITS;
        let place = u64::try_from(garbage.len()).expect("small");
        let mut decoder = MachineDecoder::new(cockpit);
        feed(&mut decoder, &garbage);
        decoder.reset();
        let items = feed(&mut decoder, &machine_bytes(cockpit, &ours));
        prop_assert_eq!(items.len(), 1);
        prop_assert_eq!((items[0].offset, items[0].content), (place, Ok(ours)));
        let mut decoder = HostDecoder::new(cockpit);
        feed(&mut decoder, &garbage);
        decoder.reset();
        let items = feed(&mut decoder, &host_bytes(cockpit, &theirs));
        prop_assert_eq!(items.len(), 1);
        prop_assert_eq!((items[0].offset, items[0].content), (place, Ok(theirs)));
    }
}
