//! `WaterRower`: what is written, and the laws.

use proptest::collection::vec;
use proptest::prelude::*;
use protocols::waterrower::{
    Address, DistanceUnit, HostDecoder, HostMessage, LONGEST_ENCODED, MachineDecoder,
    MachineMessage, Model, Register, Size, Words, address,
};
use protocols::wire::Decoder;

use crate::vectors::{nothing, run};
use crate::wires::{
    any_cuts, any_stream, check_found_after, check_identity, check_laws, check_range, feed,
    messages,
};

fn host_bytes(message: &HostMessage) -> Vec<u8> {
    let mut buffer = [0; LONGEST_ENCODED];
    message.encode(&mut buffer).expect("room").to_vec()
}

fn machine_bytes(message: &MachineMessage) -> Vec<u8> {
    let mut buffer = [0; LONGEST_ENCODED];
    message.encode(&mut buffer).expect("room").to_vec()
}

#[test]
fn every_worked_example_reads_as_written() {
    const DOCUMENT: &str = include_str!("../../vectors/waterrower/worked.json");
    let device = run(
        DOCUMENT,
        "device",
        |_| MachineDecoder::new(),
        MachineMessage::report,
        MachineMessage::exact,
    );
    let host = run(
        DOCUMENT,
        "host",
        |_| HostDecoder::new(),
        HostMessage::report,
        nothing,
    );
    assert_eq!((device, host), (14, 4));
}

#[test]
fn the_worked_lines_are_written_byte_for_byte() {
    for (message, bytes) in [
        (HostMessage::Start, b"USB\r\n".as_slice()),
        (
            HostMessage::Read {
                size: Size::Double,
                address: address::HEART_RATE,
            },
            b"IRD1A0\r\n",
        ),
        (
            HostMessage::SetDistance {
                unit: DistanceUnit::Metres,
                goal: 800,
            },
            b"WSI10320\r\n",
        ),
        (HostMessage::SetTime(600), b"WSU0258\r\n"),
        (HostMessage::Identify, b"IV?\r\n"),
    ] {
        assert_eq!(host_bytes(&message), bytes);
        assert_eq!(messages(&mut HostDecoder::new(), bytes), [message]);
    }
    let value = |size, address, value| {
        MachineMessage::Value(Register::new(size, address, value).expect("fits"))
    };
    for (message, bytes) in [
        (MachineMessage::Hello, b"_WR_\r\n".as_slice()),
        (
            value(Size::Double, address::HEART_RATE, 110),
            b"IDD1A0006E\r\n",
        ),
        (value(Size::Double, address::POWER, 85), b"IDD0880055\r\n"),
        (
            value(Size::Single, address::STROKE_RATE, 22),
            b"IDS1A916\r\n",
        ),
        (
            value(Size::Triple, address::ENERGY, 0x01_0203),
            b"IDT08A010203\r\n",
        ),
        (
            MachineMessage::Model(Model::new(4, 2, 10).expect("in range")),
            b"IV40210\r\n",
        ),
        (MachineMessage::Pulses(0x1A), b"P1A\r\n"),
    ] {
        assert_eq!(machine_bytes(&message), bytes);
        assert_eq!(messages(&mut MachineDecoder::new(), bytes), [message]);
    }
}

#[test]
fn what_does_not_fit_is_not_made() {
    assert_eq!(Address::new(0x1000), None);
    assert_eq!(Register::new(Size::Single, address::POWER, 0x100), None);
    assert_eq!(Model::new(4, 100, 0), None);
}

#[test]
fn a_request_of_another_form_is_another_line() {
    for line in ["IRX1A0", "IRD1A", "IRD1A00", "WSI50320", "WSU258", "usb"] {
        let found = messages(&mut HostDecoder::new(), format!("{line}\r\n").as_bytes());
        let words = Words::new(line.as_bytes()).expect("fits");
        assert_eq!(found, [HostMessage::Other(words)]);
    }
}

#[test]
fn a_reset_forgets_the_line_that_was_begun() {
    let mut decoder = MachineDecoder::new();
    assert_eq!(feed(&mut decoder, b"IDD08"), []);
    decoder.reset();
    let items = feed(&mut decoder, b"PING\r\n");
    assert_eq!(items[0].content, Ok(MachineMessage::Ping));
    assert_eq!(items[0].offset, 5);
}

fn any_address() -> impl Strategy<Value = Address> {
    prop_oneof![
        prop::sample::select(vec![
            address::POWER,
            address::HEART_RATE,
            address::STROKE_RATE,
            address::MEAN_SPEED,
        ]),
        (0_u16..=0xFFF).prop_map(|address| Address::new(address).expect("in range")),
    ]
}

fn any_size() -> impl Strategy<Value = Size> {
    prop::sample::select(vec![Size::Single, Size::Double, Size::Triple])
}

fn any_message() -> impl Strategy<Value = MachineMessage> {
    prop_oneof![
        6 => (any_size(), any_address(), any::<u32>()).prop_map(|(size, address, value)| {
            let value = value % (size.most() + 1);
            MachineMessage::Value(Register::new(size, address, value).expect("fits"))
        }),
        2 => prop::sample::select(vec![
            MachineMessage::Hello,
            MachineMessage::Accepted,
            MachineMessage::Refused,
            MachineMessage::Ping,
            MachineMessage::StrokeStart,
            MachineMessage::StrokeEnd,
        ]),
        1 => any::<u8>().prop_map(MachineMessage::Pulses),
        1 => (0_u8..=9, 0_u8..=99, 0_u8..=99).prop_map(|(series, major, minor)| {
            MachineMessage::Model(Model::new(series, major, minor).expect("in range"))
        }),
        1 => "[A-H][ -~]{6,39}".prop_map(|text| MachineMessage::Words(
            Words::new(text.as_bytes()).expect("fits")
        )),
    ]
}

fn any_host_message() -> impl Strategy<Value = HostMessage> {
    let unit = prop::sample::select(vec![
        DistanceUnit::Metres,
        DistanceUnit::Miles,
        DistanceUnit::Kilometres,
        DistanceUnit::Strokes,
    ]);
    prop_oneof![
        prop::sample::select(vec![
            HostMessage::Start,
            HostMessage::Exit,
            HostMessage::Reset,
            HostMessage::Identify,
        ]),
        (any_size(), any_address()).prop_map(|(size, address)| HostMessage::Read { size, address }),
        (unit, any::<u16>()).prop_map(|(unit, goal)| HostMessage::SetDistance { unit, goal }),
        any::<u16>().prop_map(HostMessage::SetTime),
        "[a-z][ -~]{6,39}"
            .prop_map(|text| HostMessage::Other(Words::new(text.as_bytes()).expect("fits"))),
    ]
}

fn noise() -> impl Strategy<Value = Vec<u8>> {
    any_stream(
        b"IDSDTRPW0123456789ABCDEFabcdef\r\n",
        &[
            b"IDD1A0006E\r\n",
            b"IDS1A0FF\r\n",
            b"IDD14AFFFF\r\n",
            b"IDD08",
            b"PING\r\n",
            b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ],
    )
}

proptest! {
    #[test]
    fn any_bytes_keep_the_laws(bytes in noise(), cuts in any_cuts()) {
        for item in check_laws(HostDecoder::new, &bytes, &cuts)? {
            prop_assert!(item.content.is_ok(), "nothing of the host is an error");
        }
        for item in check_laws(MachineDecoder::new, &bytes, &cuts)? {
            if let Some(report) = item.content.ok().and_then(|message| message.report()) {
                check_range(&report, [510.0, 65_535.0, 255.0, 655.35, 0.0])?;
            }
        }
    }

    #[test]
    fn what_the_host_writes_is_read_back(theirs in vec(any_host_message(), 1..12)) {
        check_identity(HostDecoder::new(), &theirs, host_bytes)?;
    }

    #[test]
    fn what_the_monitor_writes_is_read_back(ours in vec(any_message(), 1..12)) {
        check_identity(MachineDecoder::new(), &ours, machine_bytes)?;
    }

    #[test]
    fn the_line_behind_the_next_end_is_found_after_any_garbage(
        garbage in noise(),
        ours in any_message(),
        theirs in any_host_message(),
    ) {
        check_found_after(MachineDecoder::new(), &garbage, b"\n", &ours, machine_bytes)?;
        check_found_after(HostDecoder::new(), &garbage, b"\n", &theirs, host_bytes)?;
    }
}
