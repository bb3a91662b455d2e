//! Daum premium: what is written, and the laws.

use proptest::collection::vec;
use proptest::prelude::*;
use protocols::ascii::Text;
use protocols::daum_premium::{
    Command, Decimal, FrameDecoder, LONGEST_ENCODED, Message, Payload, TrainingData,
};
use protocols::vocabulary::Watts;
use protocols::wire::{Decoder, NoRoom, WireErrorKind};

use crate::vectors::run;
use crate::wires::{
    any_cuts, any_stream, bytes_of, check_found_after, check_identity, check_laws, feed, messages,
    numbers,
};

const WORKED: &str = "01 58 37 30 31 32 35 1D 31 30 38 1D 37 2E 35 30 1D 30 2E 30 1D 39 30 30 1D 36 32 2E 30 1D 37 35 1D \
    31 38 1D 37 30 1D 31 31 2E 35 1D 35 1D 31 1D 30 30 32 17";

fn bytes(message: &Message) -> Vec<u8> {
    let mut buffer = [0; LONGEST_ENCODED];
    message.encode(&mut buffer).expect("room").to_vec()
}

#[test]
fn every_worked_example_reads_as_written() {
    const DOCUMENT: &str = include_str!("../../vectors/daum-premium/worked.json");
    let of = |direction| {
        run(
            DOCUMENT,
            direction,
            |_| FrameDecoder::new(),
            Message::report,
            Message::exact,
        )
    };
    assert_eq!((of("device"), of("host")), (19, 17));
}

#[test]
fn the_worked_frames_are_written_byte_for_byte() {
    let on = Message::text(Command::LOAD_CONTROL, b"1").expect("text");
    for (message, worked) in [
        (
            Message::question(Command::PROTOCOL_VERSION),
            "01 56 30 30 38 32 17",
        ),
        (on, "01 53 32 30 31 33 30 17"),
        (
            Message::power(Watts::new(75).expect("in range")),
            "01 53 32 33 37 35 2E 30 30 33 34 17",
        ),
        (
            Message::question(Command::TRAINING_DATA),
            "01 58 37 30 39 31 17",
        ),
        (Message::Accepted, "06"),
        (Message::Refused, "15"),
        (
            Message::Frame {
                command: Command::TRAINING_DATA,
                payload: Payload::TrainingData(training_data()),
            },
            WORKED,
        ),
    ] {
        assert_eq!(bytes(&message), bytes_of(worked));
        let read = messages(&mut FrameDecoder::new(), &bytes_of(worked));
        assert_eq!(read, [message]);
    }
}

fn training_data() -> TrainingData {
    let whole = |number| Some(Decimal::whole(number));
    TrainingData {
        seconds: whole(125),
        heart_rate: Decimal::whole(108),
        speed: Decimal::hundredths(750),
        slope: Decimal::tenths(0),
        distance: whole(900),
        cadence: Decimal::tenths(620),
        power: Decimal::whole(75),
        physical_energy: whole(18),
        real_energy: whole(70),
        torque: Some(Decimal::tenths(115)),
        gear_and_one: whole(5),
        state: whole(1),
        speed_status: whole(0),
    }
}

#[test]
fn what_cannot_be_sent_is_not_made() {
    assert_eq!(Message::text(Command::GEAR, b""), None);
    assert_eq!(Message::text(Command::GEAR, b"\x17"), None);
    assert_eq!(Message::text(Command::GEAR, &[b'1'; 33]), None);
    let not_kept = Message::Frame {
        command: Command::BINARY,
        payload: Payload::NotKept(5),
    };
    assert_eq!(not_kept.encode(&mut [0; LONGEST_ENCODED]), Err(NoRoom));
    assert_eq!(Message::Accepted.encode(&mut []), Err(NoRoom));
}

#[test]
fn every_wrong_byte_of_the_worked_frame_is_an_error_or_the_same_sum() {
    let worked = bytes_of(WORKED);
    let mut caught = 0;
    for place in 1..worked.len() - 3 {
        let mut bytes = worked.clone();
        bytes[place] ^= 0x02;
        let items = feed(&mut FrameDecoder::new(), &bytes);
        assert_eq!(items.len(), 1, "{place}");
        let error = items[0].content.expect_err("a sum that is off by two");
        assert_eq!(error.kind, WireErrorKind::Checksum);
        caught += 1;
    }
    assert_eq!(caught, worked.len() - 4);
}

#[test]
fn a_reset_forgets_the_frame_that_was_begun() {
    let mut decoder = FrameDecoder::new();
    assert_eq!(feed(&mut decoder, b"\x01X70"), []);
    decoder.reset();
    let items = feed(&mut decoder, b"\x06");
    assert_eq!(
        (items[0].offset, items[0].content),
        (4, Ok(Message::Accepted))
    );
}

fn any_decimal() -> impl Strategy<Value = Decimal> {
    prop_oneof![
        any::<u16>().prop_map(Decimal::whole),
        any::<u32>().prop_map(Decimal::hundredths),
        any::<i32>().prop_map(Decimal::tenths),
    ]
}

prop_compose! {
    fn any_training_data()(
        ours in [any_decimal(), any_decimal(), any_decimal(), any_decimal(), any_decimal()],
        others in vec(prop::option::of(any_decimal()), 8),
    ) -> TrainingData {
        let [heart_rate, speed, slope, cadence, power] = ours;
        TrainingData {
            seconds: others[0], heart_rate, speed, slope, distance: others[1], cadence, power,
            physical_energy: others[2], real_energy: others[3], torque: others[4], gear_and_one: others[5],
            state: others[6], speed_status: others[7],
        }
    }
}

fn any_message() -> impl Strategy<Value = Message> {
    let command = prop::sample::select(vec![
        Command::PROTOCOL_VERSION,
        Command::DASHBOARD_VERSION,
        Command::DEVICE_TYPE,
        Command::BIKE_TYPE,
        Command::LOAD_CONTROL,
        Command::GEAR,
    ]);
    prop_oneof![
        Just(Message::Accepted),
        Just(Message::Refused),
        command.clone().prop_map(Message::question),
        any_decimal().prop_map(|watts| Message::Frame {
            command: Command::POWER,
            payload: Payload::Power(watts),
        }),
        any_training_data().prop_map(|data| Message::Frame {
            command: Command::TRAINING_DATA,
            payload: Payload::TrainingData(data),
        }),
        (command, "[ -~]{1,32}").prop_map(|(command, text)| Message::Frame {
            command,
            payload: Payload::Short(Text::new(text.as_bytes()).expect("fits")),
        }),
    ]
}

fn noise() -> impl Strategy<Value = Vec<u8>> {
    const LONG: &[u8] = &[b'7'; 299];
    any_stream(
        b"\x01\x06\x15\x17\x1D0123456789.-SVXYM",
        &[
            b"\x01V0082\x17",
            b"\x01S2375.0034\x17",
            b"\x01S23",
            b"\x01X70",
            LONG,
        ],
    )
}

proptest! {
    #[test]
    fn any_bytes_keep_the_laws(bytes in noise(), cuts in any_cuts()) {
        for item in check_laws(FrameDecoder::new, &bytes, &cuts)? {
            let Some(report) = item.content.ok().and_then(|message| message.report()) else { continue };
            let [rate, power, cadence, speed, grade] = numbers(&report);
            prop_assert!(rate.is_none_or(|rate| (1.0..=510.0).contains(&rate)));
            for number in [power, cadence].into_iter().flatten() {
                prop_assert!((0.0..=65_535.0).contains(&number));
            }
            for number in [speed, grade].into_iter().flatten() {
                prop_assert!(number.abs() <= 33_000.0);
            }
        }
    }

    #[test]
    fn what_is_written_is_read_back(all in vec(any_message(), 1..12)) {
        check_identity(FrameDecoder::new(), &all, bytes)?;
    }

    #[test]
    fn the_frame_behind_any_garbage_is_found(garbage in noise(), data in any_training_data()) {
        let message = Message::Frame {
            command: Command::TRAINING_DATA,
            payload: Payload::TrainingData(data),
        };
        check_found_after(FrameDecoder::new(), &garbage, b"", &message, bytes)?;
    }
}
