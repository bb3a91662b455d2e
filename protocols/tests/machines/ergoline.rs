//! Ergoline: what is written, and the laws.

use proptest::collection::vec;
use proptest::prelude::*;
use protocols::ascii::ShortNumber;
use protocols::ergoline::{
    Asked, HostDecoder, HostMessage, LONGEST_ENCODED, MachineDecoder, MachineMessage,
    PressureRecord, Style, ThreeDigits, Variant, Words,
};
use protocols::wire::Decoder;

use crate::vectors::{Set, nothing, run};
use crate::wires::{
    any_cuts, any_stream, check_found_after, check_identity, check_laws, check_range, feed,
    messages, numbers,
};

const VARIANTS: [Variant; 3] = [Variant::P10, Variant::P3, Variant::P4];

fn number(number: u16) -> ShortNumber {
    ShortNumber::new(number).expect("in range")
}

fn host_bytes(message: &HostMessage) -> Vec<u8> {
    let mut buffer = [0; LONGEST_ENCODED];
    message.encode(&mut buffer).expect("room").to_vec()
}

fn machine_bytes(style: Style, message: &MachineMessage) -> Vec<u8> {
    let mut buffer = [0; LONGEST_ENCODED];
    message.encode(style, &mut buffer).expect("room").to_vec()
}

#[test]
fn every_worked_example_reads_as_written() {
    const DOCUMENT: &str = include_str!("../../vectors/ergoline/worked.json");
    let variant = |set: Set<'_>| {
        set("variant").map_or(Variant::P10, |name| {
            Variant::from_name(&name).expect("a variant")
        })
    };
    let device = run(
        DOCUMENT,
        "device",
        |set| {
            let asked = set("asked").and_then(|name| Asked::from_name(&name));
            MachineDecoder::new(variant(set), asked)
        },
        MachineMessage::report,
        MachineMessage::exact,
    );
    let host = run(
        DOCUMENT,
        "host",
        |set| HostDecoder::new(variant(set)),
        HostMessage::report,
        nothing,
    );
    assert_eq!((device, host), (24, 15));
}

#[test]
fn a_host_writes_three_digits_without_a_space() {
    assert_eq!(host_bytes(&HostMessage::SetLoad(number(75))), b"W075\r");
    assert_eq!(host_bytes(&HostMessage::SetLoad(number(0))), b"W000\r");
    assert_eq!(host_bytes(&HostMessage::SetLoad(number(1_200))), b"W1200\r");
    assert_eq!(
        host_bytes(&HostMessage::SetInitialLoad(number(25))),
        b"A025\r"
    );
    assert_eq!(host_bytes(&HostMessage::Start), b"s\r");
    assert_eq!(host_bytes(&HostMessage::AskPedalSpeed), b"D\r");
    assert_eq!(host_bytes(&HostMessage::End), b"F\r");
    let preset = ThreeDigits::new(50).expect("in range");
    assert_eq!(host_bytes(&HostMessage::Preset(preset)), b"050\r");
}

#[test]
fn an_ergometer_writes_as_its_style_says() {
    let p10 = Style::default();
    let spaced = Style {
        is_spaced: true,
        ..p10
    };
    let p3 = Style {
        variant: Variant::P3,
        is_spaced: false,
    };
    let p4 = Style {
        variant: Variant::P4,
        is_spaced: false,
    };
    let speed = MachineMessage::PedalSpeed(number(62));
    assert_eq!(machine_bytes(p10, &speed), b"n062\r");
    assert_eq!(machine_bytes(spaced, &speed), b"n 062\r");
    assert_eq!(machine_bytes(p3, &speed), b"n062\r\n");
    let record = MachineMessage::Record(PressureRecord {
        number: number(1),
        systolic: number(135),
        diastolic: number(85),
        pulse: number(92),
    });
    assert_eq!(
        machine_bytes(p4, &record),
        b"NR.01,SYST:135mmHg,DIAST:085mmHg,Pulse:092/min\r\n"
    );
    assert_eq!(
        machine_bytes(p3, &record),
        b"NR.01,SYST:135mmHg,DIAST:085mmHg,Puls:092/min\r\n"
    );
}

#[test]
fn pressures_and_identifications_are_messages_without_a_reading() {
    let found = messages(
        &mut MachineDecoder::new(Variant::P10, None),
        b"O145\rU085\r0900P10V243\r",
    );
    assert_eq!(
        found,
        [
            MachineMessage::Systolic(number(145)),
            MachineMessage::Diastolic(number(85)),
            MachineMessage::Other(Words::new(b"0900P10V243").expect("fits")),
        ]
    );
    assert!(found.iter().all(|message| message.report().is_none()));
}

#[test]
fn what_was_asked_can_be_told_between_two_lines() {
    let mut decoder = MachineDecoder::new(Variant::P3, None);
    let echo = feed(&mut decoder, b"075\r\n")[0].content.expect("an echo");
    assert_eq!(echo.report(), None);
    decoder.set_asked(Some(Asked::Load));
    let load = feed(&mut decoder, b"075\r\n")[0].content.expect("a load");
    assert_eq!(numbers(&load.report().expect("a load"))[1], Some(75.0));
}

#[test]
fn a_reset_forgets_the_line_that_was_begun() {
    let mut decoder = MachineDecoder::new(Variant::P10, None);
    assert_eq!(feed(&mut decoder, b"B1"), []);
    decoder.reset();
    let items = feed(&mut decoder, b"B075\r");
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].offset, 2);
    assert_eq!(items[0].content, Ok(MachineMessage::Load(number(75))));
}

fn any_number() -> impl Strategy<Value = ShortNumber> {
    (0_u16..=9_999).prop_map(number)
}

fn any_words() -> impl Strategy<Value = Words> {
    "[0-9a-mo-zX][ -~]{3,59}"
        .prop_filter("letters of any variant", |text| {
            !["X", "s"].iter().any(|letter| text.starts_with(letter))
        })
        .prop_map(|text| Words::new(text.as_bytes()).expect("fits"))
}

fn any_p10_host_message() -> impl Strategy<Value = HostMessage> {
    prop_oneof![
        any_number().prop_map(HostMessage::SetLoad),
        any_number().prop_map(HostMessage::SetIncrement),
        any_number().prop_map(HostMessage::SetInitialLoad),
        any_number().prop_map(HostMessage::SetPulseLimit),
        prop::sample::select(vec![
            HostMessage::StartWithPressure,
            HostMessage::Start,
            HostMessage::AskLoad,
            HostMessage::AskPedalSpeed,
            HostMessage::AskHeartRate,
            HostMessage::AskSystolic,
            HostMessage::AskDiastolic,
            HostMessage::End,
            HostMessage::Identify,
        ]),
        any_words().prop_map(HostMessage::Other),
    ]
}

fn any_p3_host_message() -> impl Strategy<Value = HostMessage> {
    prop_oneof![
        (0_u16..=999)
            .prop_map(|digits| HostMessage::Preset(ThreeDigits::new(digits).expect("in range"))),
        prop::sample::select(vec![
            HostMessage::AnnouncePreset,
            HostMessage::Start,
            HostMessage::StartWithPressure,
            HostMessage::AskAppliedLoad,
            HostMessage::AskPedalSpeed,
            HostMessage::AskHeartRate,
            HostMessage::AskRecord,
            HostMessage::End,
            HostMessage::Identify,
            HostMessage::IdentifyByY,
        ]),
        any_words().prop_map(HostMessage::Other),
    ]
}

fn any_p10_message() -> impl Strategy<Value = MachineMessage> {
    prop_oneof![
        any_number().prop_map(MachineMessage::Load),
        any_number().prop_map(MachineMessage::PedalSpeed),
        any_number().prop_map(MachineMessage::HeartRate),
        any_number().prop_map(MachineMessage::Systolic),
        any_number().prop_map(MachineMessage::Diastolic),
        any_words().prop_map(MachineMessage::Other),
    ]
}

fn any_p3_message() -> impl Strategy<Value = MachineMessage> {
    prop_oneof![
        any_number().prop_map(MachineMessage::PedalSpeed),
        any_number().prop_map(MachineMessage::HeartRate),
        (0_u16..=999).prop_map(|digits| MachineMessage::Digits {
            number: ThreeDigits::new(digits).expect("in range"),
            asked: Some(Asked::Load),
        }),
        [any_number(), any_number(), any_number(), any_number()].prop_map(
            |[number, systolic, diastolic, pulse]| MachineMessage::Record(PressureRecord {
                number,
                systolic,
                diastolic,
                pulse,
            })
        ),
        any_words().prop_map(MachineMessage::Other),
    ]
}

fn noise() -> impl Strategy<Value = Vec<u8>> {
    any_stream(
        b"BnHOUWLAPSsDFIXMY 0123456789\r\n",
        &[
            b"W075\r",
            b"n 062\r\n",
            b"075\r\n",
            b"NR.01,SYST:135mmHg,DIAST:085mmHg,Pulse:092/min\r\n",
            b"                                                             ",
        ],
    )
}

proptest! {
    #[test]
    fn any_bytes_keep_the_laws(bytes in noise(), cuts in any_cuts()) {
        for variant in VARIANTS {
            check_laws(|| HostDecoder::new(variant), &bytes, &cuts)?;
            let machine = || MachineDecoder::new(variant, Some(Asked::Load));
            for item in check_laws(machine, &bytes, &cuts)? {
                if let Some(report) = item.content.ok().and_then(|message| message.report()) {
                    check_range(&report, [510.0, 9_999.0, 9_999.0, 0.0, 0.0])?;
                }
            }
        }
    }

    #[test]
    fn what_the_host_writes_is_read_back(
        p10 in vec(any_p10_host_message(), 1..12),
        p3 in vec(any_p3_host_message(), 1..12),
    ) {
        check_identity(HostDecoder::new(Variant::P10), &p10, host_bytes)?;
        check_identity(HostDecoder::new(Variant::P3), &p3, host_bytes)?;
    }

    #[test]
    fn what_the_ergometer_writes_is_read_back(
        p10 in vec(any_p10_message(), 1..12),
        p3 in vec(any_p3_message(), 1..12),
        is_spaced in any::<bool>(),
    ) {
        let style = Style { variant: Variant::P10, is_spaced };
        let decoder = MachineDecoder::new(Variant::P10, None);
        check_identity(decoder, &p10, |message| machine_bytes(style, message))?;
        for variant in [Variant::P3, Variant::P4] {
            let style = Style { variant, is_spaced };
            let decoder = MachineDecoder::new(variant, Some(Asked::Load));
            // The line feed behind a line belongs to none: the next one begins after it.
            let bytes: Vec<u8> = p3.iter().flat_map(|message| machine_bytes(style, message)).collect();
            prop_assert_eq!(messages(&mut decoder.clone(), &bytes), p3.clone());
        }
    }

    #[test]
    fn the_line_behind_the_next_end_is_found_after_any_garbage(
        garbage in noise(),
        ours in any_p10_message(),
        theirs in any_p10_host_message(),
    ) {
        let style = Style::default();
        let decoder = MachineDecoder::new(Variant::P10, None);
        check_found_after(decoder, &garbage, b"\r", &ours, |it| machine_bytes(style, it))?;
        check_found_after(HostDecoder::new(Variant::P10), &garbage, b"\r", &theirs, host_bytes)?;
    }
}
