//! The Medlab board.

use proptest::collection::vec;
use proptest::prelude::*;
use protocols::exact::Exact;
use protocols::medlab_ecg::{
    BoardDecoder, Command, Curve, Gain, HIGHEST_DATA, HostDecoder, LEAD_OFF, LONGEST_COMMAND,
    LONGEST_MESSAGE, Lead, Message, Notch, SampleRate, TriggerDelay, WAVEFORM,
};

use crate::support::{accounts, bytes, entries, items, only, run, split_law, told};

const VECTORS: &str = include_str!("../../vectors/medlab-ecg/worked.json");

const COMMANDS: [Command; 22] = [
    Command::Normal,
    Command::Simulate,
    Command::SampleRate(SampleRate::ThreeHundred),
    Command::SampleRate(SampleRate::Hundred),
    Command::SampleRate(SampleRate::Fifty),
    Command::Gain(Gain::Zero),
    Command::Gain(Gain::One),
    Command::Gain(Gain::Two),
    Command::Lead(Lead::Three),
    Command::Lead(Lead::Two),
    Command::Lead(Lead::One),
    Command::Curve(Curve::Ecg),
    Command::Curve(Curve::Respiration),
    Command::Notch(Notch::FiftyHertz),
    Command::Notch(Notch::SixtyHertz),
    Command::Calibrate,
    Command::TriggerDelay(TriggerDelay::Zero),
    Command::TriggerDelay(TriggerDelay::One),
    Command::TriggerDelay(TriggerDelay::Two),
    Command::TriggerDelay(TriggerDelay::Nine),
    Command::PacemakerDetection(false),
    Command::PacemakerDetection(true),
];

/// The message with the marker that a sample needs.
fn written(message: Message) -> Vec<u8> {
    let mut buffer = [0; LONGEST_MESSAGE];
    let bytes = message.encode(&mut buffer).expect("room");
    match message {
        Message::Sample(_) => [&[WAVEFORM], bytes].concat(),
        Message::RespirationRate(_) | Message::PulseRate(_) | Message::Information(_) => {
            bytes.to_vec()
        }
    }
}

fn message() -> impl Strategy<Value = Message> {
    let byte = 0_u8..=HIGHEST_DATA;
    prop_oneof![
        byte.clone().prop_map(Message::Sample),
        byte.clone().prop_map(Message::RespirationRate),
        byte.clone().prop_map(Message::PulseRate),
        byte.prop_map(Message::Information),
        Just(Message::Information(LEAD_OFF)),
    ]
}

fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        vec(any::<u8>(), 0..40),
        vec(0xF6_u8..=0xFF, 0..10),
        vec(prop::sample::select(b"NMSAGD56CTP01239".to_vec()), 0..20),
        message().prop_map(written),
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

#[test]
fn every_worked_message_reads_as_written() {
    let count = run(VECTORS, "device", BoardDecoder::new, |offset, message| {
        Some(told(offset, &message.report()?, &Exact::NONE))
    });
    assert_eq!(count, 10);
}

#[test]
fn every_worked_command_reads_as_written_and_is_written_so() {
    let count = run(VECTORS, "host", HostDecoder::new, |offset, command| {
        Some(told(offset, &command.report(), &Exact::NONE))
    });
    assert_eq!(count, 3);
    for entry in entries(VECTORS, "host").iter().take(2) {
        let stream = bytes(entry["bytes"].as_str().expect("bytes"));
        let found = items(&mut HostDecoder::new(), &stream, &[]);
        let commands = found.iter().map(|item| item.content.expect("a command"));
        let again: Vec<u8> = commands
            .flat_map(|command| command.bytes().to_vec())
            .collect();
        assert_eq!(again, stream, "{}", entry["name"]);
    }
}

#[test]
fn samples_and_respiration_are_told_too() {
    let found = items(
        &mut BoardDecoder::new(),
        &[0xF8, 0x80, 0xF6, 0xF9, 0x10, 0x11],
        &[],
    );
    let messages: Vec<Message> = found
        .iter()
        .map(|item| item.content.expect("valid"))
        .collect();
    assert_eq!(
        messages,
        [
            Message::Sample(0x80),
            Message::Sample(0xF6),
            Message::RespirationRate(16)
        ]
    );
}

#[test]
fn every_command_reads_as_it_was_written() {
    for command in COMMANDS {
        let mut buffer = [0; LONGEST_COMMAND];
        let bytes = command.encode(&mut buffer).expect("room");
        assert_eq!(only(&mut HostDecoder::new(), bytes).content, Ok(command));
        let length = bytes.len();
        assert!(
            command
                .encode(&mut [0; LONGEST_COMMAND][..length - 1])
                .is_err()
        );
    }
}

#[test]
fn a_byte_that_would_be_a_marker_is_never_written_as_data() {
    for byte in HIGHEST_DATA..=u8::MAX {
        for message in [Message::Sample(byte), Message::PulseRate(byte)] {
            assert_eq!(written(message)[1], HIGHEST_DATA);
        }
    }
}

proptest! {
    #[test]
    fn the_boards_stream_may_be_split_anywhere(stream in stream(), pieces in vec(0_usize..20, 0..20)) {
        let (decoder, found) = split_law(BoardDecoder::new, &stream, &pieces)?;
        for rate in found.iter().filter_map(|item| item.content.ok()?.heart_rate()?.ok()) {
            prop_assert!((1..=246).contains(&rate.get()));
        }
        let length = |message: &Message| message.encode(&mut [0; LONGEST_MESSAGE]).expect("room").len();
        let mut counted = stream.clone();
        counted.retain(|byte| *byte != WAVEFORM);
        accounts(&decoder, &found, counted.len(), length, 2)?;
    }

    #[test]
    fn the_hosts_stream_may_be_split_anywhere(stream in stream(), pieces in vec(0_usize..20, 0..20)) {
        let (decoder, found) = split_law(HostDecoder::new, &stream, &pieces)?;
        accounts(&decoder, &found, stream.len(), |command| command.bytes().len(), 2)?;
    }

    #[test]
    fn after_any_garbage_a_message_reads_as_it_was_written(garbage in stream(), message in message()) {
        let mut decoder = BoardDecoder::new();
        items(&mut decoder, &garbage, &[]);
        let found = items(&mut decoder, &written(message), &[]);
        prop_assert_eq!(found.last().map(|item| item.content), Some(Ok(message)));
    }
}
