//! `CompuTrainer`: what is written, and the laws.

use proptest::collection::vec;
use proptest::prelude::*;
use protocols::computrainer::{
    Buttons, HostDecoder, HostMessage, Kind, Load, MESSAGE_BYTES, MachineDecoder, MachineMessage,
    Mode, Setting, Telemetry, Tidings, Value, ergometer_set,
};
use protocols::vocabulary::Watts;
use protocols::wire::Decoder;

use crate::vectors::{nothing, run};
use crate::wires::{
    any_cuts, any_stream, bytes_of, check_found_after, check_identity, check_laws, check_range,
    feed, messages,
};

fn host_bytes(message: HostMessage) -> Vec<u8> {
    let mut buffer = [0; 9];
    message.encode(&mut buffer).expect("room").to_vec()
}

fn machine_bytes(message: &MachineMessage) -> Vec<u8> {
    let mut buffer = [0; MESSAGE_BYTES];
    message.encode(&mut buffer).expect("room").to_vec()
}

fn load(watts: u16) -> Option<Load> {
    Watts::new(watts).and_then(Load::new)
}

fn kind(number: u8) -> Kind {
    Kind::new(number).expect("in range")
}

fn value(number: u16) -> Value {
    Value::new(number).expect("in range")
}

#[test]
fn every_worked_example_reads_as_written() {
    const DOCUMENT: &str = include_str!("../../vectors/computrainer/worked.json");
    let device = run(
        DOCUMENT,
        "device",
        |_| MachineDecoder::new(),
        MachineMessage::report,
        nothing,
    );
    let host = run(
        DOCUMENT,
        "host",
        |_| HostDecoder::new(),
        HostMessage::report,
        nothing,
    );
    assert_eq!((device, host), (16, 14));
}

#[test]
fn the_worked_set_is_written_byte_for_byte() {
    let set = ergometer_set(load(100).expect("in range"));
    let written: Vec<u8> = set
        .iter()
        .flat_map(|setting| host_bytes(HostMessage::Setting(*setting)))
        .collect();
    let worked = "6D 00 00 0A 08 00 E0  65 00 00 0A 10 00 E0  00 00 00 0A 18 5D C1  33 00 00 0A 24 1E E0 \
        6A 00 00 0A 2C 5F E0  41 00 00 0A 34 00 E0  2D 00 00 0A 38 10 C2  03 00 00 0A 40 32 E0";
    assert_eq!(written, bytes_of(worked));
}

#[test]
fn the_worked_loads_are_written_byte_for_byte() {
    for (watts, worked) in [
        (50, "1C 00 00 0A 40 19 E0"),
        (75, "10 00 00 0A 40 25 C1"),
        (150, "6A 00 00 0A 40 4B E0"),
        (300, "1F 00 00 0A 40 16 C2"),
    ] {
        let set = ergometer_set(load(watts).expect("in range"));
        let last = HostMessage::Setting(set[7]);
        assert_eq!(host_bytes(last), bytes_of(worked));
        assert_eq!(set[7].load(), Watts::new(watts));
    }
    assert_eq!((load(49), load(1_501)), (None, None));
    assert!(load(1_500).is_some());
}

#[test]
fn the_worked_telemetry_is_written_byte_for_byte() {
    for (of, number, worked) in [
        (Telemetry::POWER, 150, "00 00 00 00 10 4B 80"),
        (Telemetry::POWER, 300, "00 00 00 00 10 16 82"),
        (Telemetry::HEART_RATE, 118, "00 00 00 00 18 3B 80"),
        (Telemetry::CADENCE, 72, "00 00 00 00 30 24 80"),
        (Telemetry::SPEED, 400, "00 00 00 00 08 48 82"),
        (Telemetry::SENSORS, 0xC00, "00 00 00 00 5E 00 80"),
    ] {
        let message = MachineMessage::Telemetry(Telemetry::new(of, value(number)));
        assert_eq!(machine_bytes(&message), bytes_of(worked));
    }
    let sensors = Telemetry::new(Telemetry::SENSORS, value(0xC00));
    assert_eq!(
        sensors.tidings(),
        Tidings::Sensors {
            cadence: true,
            heart_rate: true
        }
    );
}

#[test]
fn buttons_are_single_bits_whose_lowest_rides_in_the_last_byte() {
    let found = messages(
        &mut MachineDecoder::new(),
        &bytes_of("00 00 00 04 10 4B 84 00 00 00 18 10 4B 80"),
    );
    let buttons: Vec<Buttons> = found
        .iter()
        .map(|message| match message {
            MachineMessage::Telemetry(telemetry) => telemetry.buttons,
            MachineMessage::Greeting => panic!("no greeting"),
        })
        .collect();
    assert!(buttons[0].reset() && buttons[0].plus() && !buttons[0].f1());
    assert!(buttons[1].f2() && buttons[1].minus() && !buttons[1].f3());
}

#[test]
fn greetings_are_told_where_they_end_and_end_nothing() {
    let found = feed(&mut HostDecoder::new(), b"RaRacerMate");
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].offset, found[0].content),
        (2, Ok(HostMessage::Greeting))
    );
    let mut decoder = MachineDecoder::new();
    let found = feed(&mut decoder, b"LinkUp\x80");
    assert_eq!(found[0].content, Ok(MachineMessage::Greeting));
    assert!(matches!(found[1].content, Ok(MachineMessage::Telemetry(_))));
    assert_eq!(decoder.skipped(), 0);
}

#[test]
fn a_reset_forgets_what_was_shifted_in() {
    let mut decoder = MachineDecoder::new();
    assert_eq!(feed(&mut decoder, b"\0\0\0\0\x10\x4B"), []);
    decoder.reset();
    assert_eq!(feed(&mut decoder, b"\x80"), [crate::wires::framing(6, 1)]);
}

fn any_telemetry() -> impl Strategy<Value = MachineMessage> {
    (any::<[u8; 3]>(), any::<u8>(), 0_u8..16, 0_u16..4_096).prop_map(
        |(spin_scan, buttons, of, number)| {
            MachineMessage::Telemetry(Telemetry {
                spin_scan,
                buttons: Buttons::from_byte(buttons),
                kind: kind(of),
                value: value(number),
            })
        },
    )
}

fn any_setting() -> impl Strategy<Value = HostMessage> {
    let mode = prop_oneof![
        Just(Mode::ERGOMETER),
        Just(Mode::SLOPE),
        Just(Mode::CALIBRATION),
        (0_u8..0x80).prop_map(|byte| Mode::from_byte(byte).expect("in range")),
    ];
    (mode, 0_u8..16, 0_u16..4_096).prop_map(|(mode, of, number)| {
        HostMessage::Setting(Setting {
            mode,
            kind: kind(of),
            value: value(number),
        })
    })
}

fn noise() -> impl Strategy<Value = Vec<u8>> {
    any_stream(
        &[0, 1, 0x0A, 0x10, 0x40, 0x4B, 0x7F, 0x80, 0xC1, 0xE0, 0xFF],
        &[
            b"LinkUp",
            b"RacerMate",
            b"\x03\x00\x00\x0A\x40\x32\xE0",
            b"\x00\x00\x00\x00\x10\x4B\x80",
        ],
    )
}

proptest! {
    #[test]
    fn any_bytes_keep_the_laws(bytes in noise(), cuts in any_cuts()) {
        // A greeting is told before the message whose bytes it may be, and so may stand out of order: it is left out.
        let bytes: Vec<u8> = bytes.into_iter().filter(|byte| !b"RL".contains(byte)).collect();
        check_laws(HostDecoder::new, &bytes, &cuts)?;
        let mut decoder = MachineDecoder::new();
        let items = feed(&mut decoder, &bytes);
        prop_assert_eq!(&items, &check_laws(MachineDecoder::new, &bytes, &cuts)?);
        let mut used = decoder.skipped();
        for item in &items {
            used += match &item.content {
                Ok(_) => 7,
                Err(error) => u64::from(error.skipped_bytes),
            };
            if let Some(report) = item.content.ok().and_then(|message| message.report()) {
                check_range(&report, [255.0, 4_095.0, 255.0, 36.855, 0.0])?;
            }
        }
        let unfinished = u64::try_from(bytes.len()).expect("small") - used;
        prop_assert!(unfinished <= 9, "{} bytes are nowhere", unfinished);
    }

    #[test]
    fn how_bytes_with_greetings_are_split_changes_nothing(bytes in noise(), cuts in any_cuts()) {
        let mut whole = HostDecoder::new();
        let mut split = HostDecoder::new();
        prop_assert_eq!(
            feed(&mut whole, &bytes),
            crate::wires::in_pieces(&mut split, &bytes, &cuts)
        );
        prop_assert_eq!(whole.skipped(), split.skipped());
    }

    #[test]
    fn what_the_host_writes_is_read_back(theirs in vec(any_setting(), 1..12)) {
        let mut all = vec![HostMessage::Greeting];
        all.extend(theirs);
        check_identity(HostDecoder::new(), &all, |it| host_bytes(*it))?;
    }

    #[test]
    fn what_the_machine_writes_is_read_back(ours in vec(any_telemetry(), 1..12)) {
        let mut all = vec![MachineMessage::Greeting];
        all.extend(ours);
        check_identity(MachineDecoder::new(), &all, machine_bytes)?;
    }

    #[test]
    fn the_message_behind_any_garbage_is_found(
        garbage in noise(), ours in any_telemetry(), theirs in any_setting(),
    ) {
        check_found_after(MachineDecoder::new(), &garbage, b"", &ours, machine_bytes)?;
        check_found_after(HostDecoder::new(), &garbage, b"", &theirs, |it| host_bytes(*it))?;
    }

    #[test]
    fn a_flipped_bit_of_a_setting_is_found_or_is_one_that_the_check_does_not_cover(
        theirs in any_setting(), byte in 0_usize..7, bit in 0_u8..7,
    ) {
        // Bytes 1 and 2 with their low bits, the low bit of byte 3 and bit 40 of the last byte are not summed.
        let is_covered = match byte {
            1 | 2 => false,
            6 => !matches!(bit, 2..=4 | 6),
            _ => true,
        };
        let mut bytes = host_bytes(theirs);
        bytes[byte] ^= 1 << bit;
        let items = feed(&mut HostDecoder::new(), &bytes);
        prop_assert_eq!(items[0].content.is_err(), is_covered);
    }
}
