//! Monark: what is written, and the laws.

use proptest::collection::vec;
use proptest::prelude::*;
use protocols::ascii::ShortNumber;
use protocols::monark::{
    Asked, Force, HostDecoder, HostMessage, LONGEST_ENCODED, MachineDecoder, MachineMessage, Words,
};
use protocols::wire::Decoder;

use crate::vectors::{nothing, run};
use crate::wires::{
    any_cuts, any_stream, check_found_after, check_identity, check_laws, check_range, feed,
    messages,
};

const ASKED: [Option<Asked>; 4] = [
    None,
    Some(Asked::Power),
    Some(Asked::Cadence),
    Some(Asked::HeartRate),
];

fn number(number: u16) -> ShortNumber {
    ShortNumber::new(number).expect("in range")
}

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
    const DOCUMENT: &str = include_str!("../../vectors/monark/worked.json");
    let device = run(
        DOCUMENT,
        "device",
        |set| {
            let asked = set("asked").and_then(|name| Asked::from_name(&name));
            MachineDecoder::new(asked)
        },
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
    assert_eq!((device, host), (15, 12));
}

#[test]
fn the_worked_commands_are_written_byte_for_byte() {
    let force = |tenths| HostMessage::SetForce(Force::from_tenths(tenths).expect("in range"));
    for (message, bytes) in [
        (HostMessage::Identify, b"id\r".as_slice()),
        (HostMessage::AskServo, b"servo\r"),
        (HostMessage::SetPower(number(75)), b"power 75\r"),
        (HostMessage::SetPower(number(0)), b"power 0\r"),
        (HostMessage::AskPower, b"power\r"),
        (HostMessage::AskHeartRate, b"pulse\r"),
        (HostMessage::AskCadence, b"pedal\r"),
        (force(15), b"kp 1.5\r"),
        (force(0), b"kp 0.0\r"),
        (HostMessage::Blank, b"\r"),
    ] {
        assert_eq!(host_bytes(&message), bytes);
        assert_eq!(messages(&mut HostDecoder::new(), bytes), [message]);
    }
    assert_eq!(Force::from_tenths(71), None);
}

#[test]
fn a_number_out_of_any_question_is_words() {
    let found = messages(&mut MachineDecoder::new(None), b"74\r\r");
    assert_eq!(
        found,
        [
            MachineMessage::Words(Words::new(b"74").expect("fits")),
            MachineMessage::Words(Words::new(b"").expect("fits")),
        ]
    );
}

#[test]
fn what_was_asked_is_told_line_by_line() {
    let mut decoder = MachineDecoder::new(Some(Asked::Power));
    assert_eq!(
        feed(&mut decoder, b"74\r1")[0].content,
        Ok(MachineMessage::Power(number(74)))
    );
    decoder.set_asked(Some(Asked::HeartRate));
    assert_eq!(
        feed(&mut decoder, b"10\r")[0].content,
        Ok(MachineMessage::HeartRate(number(110)))
    );
    assert_eq!(feed(&mut decoder, b"6"), []);
    decoder.reset();
    decoder.set_asked(Some(Asked::Cadence));
    let items = feed(&mut decoder, b"60\r");
    assert_eq!(items[0].content, Ok(MachineMessage::Cadence(number(60))));
    assert_eq!(items[0].offset, 8);
}

fn any_number() -> impl Strategy<Value = ShortNumber> {
    (0_u16..=9_999).prop_map(number)
}

fn any_words() -> impl Strategy<Value = Words> {
    "[C-Za-hl-oq-z][ -~]{9,59}".prop_map(|text| Words::new(text.as_bytes()).expect("fits"))
}

fn any_host_message() -> impl Strategy<Value = HostMessage> {
    prop_oneof![
        prop::sample::select(vec![
            HostMessage::Identify,
            HostMessage::AskServo,
            HostMessage::AskPower,
            HostMessage::AskCadence,
            HostMessage::AskHeartRate,
            HostMessage::AskLoad,
            HostMessage::Blank,
        ]),
        any_number().prop_map(HostMessage::SetPower),
        (0_u8..=70).prop_map(|tenths| HostMessage::SetForce(
            Force::from_tenths(tenths).expect("in range")
        )),
        any_words().prop_map(HostMessage::Other),
    ]
}

fn noise() -> impl Strategy<Value = Vec<u8>> {
    any_stream(
        b"power id0123456789 .-\r\n\x11\x13",
        &[b"power 75\r", b"74\r", b"kp 1.5\r", b"LC7 novo\r"],
    )
}

proptest! {
    #[test]
    fn any_bytes_keep_the_laws(bytes in noise(), cuts in any_cuts()) {
        check_laws(HostDecoder::new, &bytes, &cuts)?;
        for asked in ASKED {
            for item in check_laws(|| MachineDecoder::new(asked), &bytes, &cuts)? {
                prop_assert!(asked.is_some() || item.content.is_ok(), "no error without a question");
                if let Some(report) = item.content.ok().and_then(|message| message.report()) {
                    check_range(&report, [510.0, 9_999.0, 9_999.0, 0.0, 0.0])?;
                }
            }
        }
    }

    #[test]
    fn what_the_host_writes_is_read_back(theirs in vec(any_host_message(), 1..12)) {
        check_identity(HostDecoder::new(), &theirs, host_bytes)?;
    }

    #[test]
    fn what_the_bike_writes_is_read_back(
        numbers in vec(any_number(), 1..12),
        words in vec(any_words(), 1..12),
    ) {
        let of = |message: fn(ShortNumber) -> MachineMessage| -> Vec<MachineMessage> {
            numbers.iter().copied().map(message).collect()
        };
        let decoder = |asked| MachineDecoder::new(Some(asked));
        check_identity(decoder(Asked::Power), &of(MachineMessage::Power), machine_bytes)?;
        check_identity(decoder(Asked::Cadence), &of(MachineMessage::Cadence), machine_bytes)?;
        check_identity(decoder(Asked::HeartRate), &of(MachineMessage::HeartRate), machine_bytes)?;
        let words: Vec<MachineMessage> = words.into_iter().map(MachineMessage::Words).collect();
        check_identity(MachineDecoder::new(None), &words, machine_bytes)?;
    }

    #[test]
    fn the_line_behind_the_next_end_is_found_after_any_garbage(
        garbage in noise(),
        watts in any_number(),
        theirs in any_host_message(),
    ) {
        let ours = MachineMessage::Power(watts);
        let decoder = MachineDecoder::new(Some(Asked::Power));
        check_found_after(decoder, &garbage, b"\r", &ours, machine_bytes)?;
        check_found_after(HostDecoder::new(), &garbage, b"\r", &theirs, host_bytes)?;
    }
}
