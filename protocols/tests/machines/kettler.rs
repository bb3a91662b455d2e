//! Kettler: what is written, and the laws.

use proptest::collection::vec;
use proptest::prelude::*;
use protocols::ascii::ShortNumber;
use protocols::kettler::{
    Command, FieldNumber, HostDecoder, HostMessage, LONGEST_ENCODED, LetterCase, MachineDecoder,
    MachineMessage, StatusLine, Words,
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

fn number(number: u16) -> ShortNumber {
    ShortNumber::new(number).expect("in range")
}

#[test]
fn every_worked_example_reads_as_written() {
    const DOCUMENT: &str = include_str!("../../vectors/kettler/worked.json");
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
    assert_eq!((device, host), (16, 8));
}

#[test]
fn the_worked_commands_are_written_byte_for_byte() {
    let lower = |command| HostMessage {
        command,
        letter_case: LetterCase::Lower,
    };
    for (message, bytes) in [
        (HostMessage::new(Command::EnterPcMode), b"CM\r\n".as_slice()),
        (HostMessage::new(Command::Status), b"ST\r\n"),
        (
            HostMessage::new(Command::SetPower(number(75))),
            b"PW 75\r\n",
        ),
        (lower(Command::SetPower(number(100))), b"pw 100\r\n"),
        (
            HostMessage::new(Command::SetTime(number(130))),
            b"PT 0130\r\n",
        ),
        (
            HostMessage::new(Command::SetBaudRate(number(9_600))),
            b"BR9600\r\n",
        ),
        (lower(Command::Reset), b"rs\r\n"),
    ] {
        assert_eq!(host_bytes(&message), bytes);
        assert_eq!(messages(&mut HostDecoder::new(), bytes), [message]);
    }
}

#[test]
fn the_worked_status_line_has_all_its_fields_and_is_written_again() {
    let line = b"095\t060\t174\t002\t075\t0012\t01:12\t070\r\n";
    let found = messages(&mut MachineDecoder::new(), line);
    let [MachineMessage::Status(status)] = found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(status.target_watts.get(), 75);
    assert_eq!(status.distance_tenths.get(), 2);
    assert_eq!(status.energy_kilojoules.get(), 12);
    assert_eq!((status.minutes, status.seconds), (1, 12));
    assert!(!status.is_recovery);
    assert_eq!(machine_bytes(&found[0]), line);
}

#[test]
fn answers_in_words_are_told_apart() {
    let found = messages(
        &mut MachineDecoder::new(),
        b"ACK\r\nRUN\r\nERROR\r\nSDJB\tE5\r\n131\r\n",
    );
    let words = |text: &[u8]| MachineMessage::Words(Words::new(text).expect("fits"));
    assert_eq!(
        found,
        [
            MachineMessage::Acknowledged,
            MachineMessage::Running,
            MachineMessage::Refused,
            words(b"SDJB\tE5"),
            words(b"131"),
        ]
    );
}

#[test]
fn a_line_cut_off_anywhere_never_gives_a_reading() {
    let line = b"095\t060\t174\t002\t075\t0012\t01:12\t170\r\n";
    for from in 0..line.len() {
        for to in from..line.len() {
            let whole = (from, to + 2) == (0, line.len());
            let bytes = [&line[from..to], b"\r\n"].concat();
            for item in feed(&mut MachineDecoder::new(), &bytes) {
                let is_reading = item.content.is_ok_and(|it| it.report().is_some());
                assert_eq!(is_reading, whole, "{}", bytes.escape_ascii());
            }
        }
    }
}

#[test]
fn a_reset_forgets_the_line_that_was_begun() {
    let mut decoder = MachineDecoder::new();
    assert_eq!(feed(&mut decoder, b"095\t0"), []);
    decoder.reset();
    let items = feed(&mut decoder, b"ACK\r\n");
    assert_eq!(items[0].content, Ok(MachineMessage::Acknowledged));
    assert_eq!(items[0].offset, 5);
}

fn any_field() -> impl Strategy<Value = FieldNumber> {
    prop_oneof![0_u32..=999, 0_u32..=99_999]
        .prop_map(|number| FieldNumber::new(number).expect("in range"))
}

prop_compose! {
    fn any_status()(
        fields in [any_field(), any_field(), any_field(), any_field(), any_field(), any_field(), any_field()],
        minutes in 0_u16..=999, seconds in 0_u8..=99, is_recovery in any::<bool>(),
    ) -> MachineMessage {
        let [heart_rate, cadence, speed_tenths, distance_tenths, target_watts, energy_kilojoules, power_watts] = fields;
        MachineMessage::Status(StatusLine {
            heart_rate, cadence, speed_tenths, distance_tenths, target_watts, energy_kilojoules,
            minutes, seconds, is_recovery, power_watts,
        })
    }
}

fn any_message() -> impl Strategy<Value = MachineMessage> {
    prop_oneof![
        4 => any_status(),
        1 => prop::sample::select(vec![
            MachineMessage::Acknowledged,
            MachineMessage::Running,
            MachineMessage::Refused,
        ]),
        1 => "[A-Za-z][ -~]{5,79}".prop_map(|text| MachineMessage::Words(
            Words::new(text.as_bytes()).expect("fits")
        )),
    ]
}

fn any_command() -> impl Strategy<Value = Command> {
    let any_number = || (0_u16..=9_999).prop_map(number);
    prop_oneof![
        prop::sample::select(vec![
            Command::EnterPcMode,
            Command::EnterPcModeByCd,
            Command::EnterPcModeByCp,
            Command::Reset,
            Command::Identify,
            Command::Version,
            Command::Interface,
            Command::Calibration,
            Command::Status,
            Command::StartTraining,
            Command::Programs,
        ]),
        any_number().prop_map(Command::SetPower),
        any_number().prop_map(Command::SetDistance),
        any_number().prop_map(Command::SetTime),
        any_number().prop_map(Command::SetEnergy),
        any_number().prop_map(Command::SetBaudRate),
    ]
}

fn any_host_message() -> impl Strategy<Value = HostMessage> {
    let case = prop::sample::select(vec![LetterCase::Upper, LetterCase::Lower]);
    prop_oneof![
        8 => (any_command(), case)
            .prop_map(|(command, letter_case)| HostMessage { command, letter_case }),
        1 => "[E-OQ-Z][ -~]{4,79}".prop_map(|text| HostMessage::new(Command::Other(
            Words::new(text.as_bytes()).expect("fits")
        ))),
    ]
}

fn noise() -> impl Strategy<Value = Vec<u8>> {
    any_stream(
        b"PWpw STACK0123456789\t:;\r\n",
        &[
            b"095\t060\t174\t002\t075\t0012\t01:12\t070\r\n",
            b"095\t060\t174\t0",
            b"PW 75\r\n",
            b"SDJB\tE5\r\n",
            b"                                                                                 ",
        ],
    )
}

proptest! {
    #[test]
    fn any_bytes_keep_the_laws(bytes in noise(), cuts in any_cuts()) {
        check_laws(HostDecoder::new, &bytes, &cuts)?;
        for item in check_laws(MachineDecoder::new, &bytes, &cuts)? {
            if let Some(report) = item.content.ok().and_then(|message| message.report()) {
                check_range(&report, [510.0, 65_535.0, 65_535.0, 99_999.0 / 36.0, 0.0])?;
            }
        }
    }

    #[test]
    fn what_the_host_writes_is_read_back(theirs in vec(any_host_message(), 1..12)) {
        check_identity(HostDecoder::new(), &theirs, host_bytes)?;
    }

    #[test]
    fn what_the_machine_writes_is_read_back(ours in vec(any_message(), 1..12)) {
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
