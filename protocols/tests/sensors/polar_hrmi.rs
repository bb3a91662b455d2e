//! The HRMI board.

use proptest::collection::vec;
use proptest::prelude::*;
use protocols::exact::Exact;
use protocols::polar_hrmi::{
    Algorithm, Answer, AnswerDecoder, Command, HISTORY, HostDecoder, LONGEST_ANSWER,
    LONGEST_COMMAND, Status,
};
use protocols::wire::{Decoder, WireErrorKind};

use crate::support::{accounts, bytes, entries, items, only, run, split_law, told};

const VECTORS: &str = include_str!("../../vectors/polar-hrmi/worked.json");

/// Bytes after which a line is given up.
const LONGEST_LINE: usize = 160;

fn written(answer: &Answer) -> Vec<u8> {
    let mut buffer = [0; LONGEST_ANSWER];
    answer.encode(&mut buffer).expect("room").to_vec()
}

fn answer() -> impl Strategy<Value = Answer> {
    (any::<u8>(), any::<u8>(), vec(any::<u8>(), 1..=HISTORY)).prop_map(|(status, count, rates)| {
        Answer::new(Status(status), count, &rates).expect("rates")
    })
}

fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        vec(any::<u8>(), 0..40),
        vec(prop::sample::select(b"0123456789 \r\nGSV".to_vec()), 0..40),
        answer().prop_map(|answer| written(&answer)),
        vec(prop::sample::select(b"0123456789 ".to_vec()), 150..400),
    ];
    vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

#[test]
fn every_worked_answer_reads_as_written() {
    let count = run(VECTORS, "device", AnswerDecoder::new, |offset, answer| {
        Some(told(offset, &answer.report(), &Exact::NONE))
    });
    assert_eq!(count, 12);
}

#[test]
fn every_worked_command_reads_as_written_and_is_written_so() {
    let count = run(VECTORS, "host", HostDecoder::new, |offset, command| {
        Some(told(offset, &command.report(), &Exact::NONE))
    });
    assert_eq!(count, 6);
    for entry in entries(VECTORS, "host") {
        let stream = bytes(entry["bytes"].as_str().expect("bytes"));
        let found = items(&mut HostDecoder::new(), &stream, &[]);
        let commands: Option<Vec<Command>> = found.iter().map(|item| item.content.ok()).collect();
        let (Some(commands), None) = (commands, entry.get("not_canonical")) else {
            continue;
        };
        let mut again = Vec::new();
        for command in commands {
            again.extend_from_slice(command.encode(&mut [0; LONGEST_COMMAND]).expect("room"));
        }
        assert_eq!(again, stream, "{}", entry["name"]);
    }
}

#[test]
fn an_answer_tells_status_count_and_every_rate() {
    let found = only(&mut AnswerDecoder::new(), b"1 33 72 71 71 70\r");
    let answer = found.content.expect("an answer");
    assert!(answer.status.averaged() && !answer.status.no_signal());
    assert_eq!(answer.count, 33);
    assert_eq!(answer.rates_raw().collect::<Vec<_>>(), [72, 71, 71, 70]);
}

#[test]
fn a_line_that_is_too_long_is_one_error_and_its_rest_is_dropped() {
    let mut stream = vec![b'7'; 500];
    stream.extend_from_slice(b"\r1 5 72\r");
    let mut decoder = AnswerDecoder::new();
    let found = items(&mut decoder, &stream, &[]);
    assert_eq!(found.len(), 2);
    let error = found[0].content.expect_err("an error");
    assert_eq!(
        (error.kind, error.skipped_bytes),
        (WireErrorKind::Framing, 161)
    );
    assert_eq!(decoder.skipped(), 340);
    assert_eq!(found[1].offset, 501);
    // A line of just 160 bytes is judged as a line.
    let mut stream = vec![b'7'; LONGEST_LINE];
    stream.push(b'\r');
    let error = only(&mut AnswerDecoder::new(), &stream)
        .content
        .expect_err("an error");
    assert_eq!(error.skipped_bytes, 161);
}

proptest! {
    #[test]
    fn the_boards_stream_may_be_split_anywhere(stream in stream(), pieces in vec(0_usize..60, 0..20)) {
        let (decoder, found) = split_law(AnswerDecoder::new, &stream, &pieces)?;
        for answer in found.iter().filter_map(|item| item.content.ok()) {
            if let Ok(rate) = answer.heart_rate() {
                prop_assert!((30..=240).contains(&rate.get()));
            }
        }
        // Zeros in front of a number are read and not written, so an answer may have been longer than it is written.
        let errors: usize = found.iter().filter_map(|item| item.content.err())
            .map(|error| usize::try_from(error.skipped_bytes).expect("small")).sum();
        let skipped = usize::try_from(decoder.skipped()).expect("small");
        let answers: usize = found.iter().filter_map(|item| item.content.ok()).map(|answer| written(&answer).len()).sum();
        prop_assert!(errors + skipped + answers <= stream.len());
    }

    #[test]
    fn the_hosts_stream_may_be_split_anywhere(stream in stream(), pieces in vec(0_usize..60, 0..20)) {
        split_law(HostDecoder::new, &stream, &pieces)?;
    }

    #[test]
    fn bytes_that_are_no_answer_are_errors_or_skipped(stream in vec(0x3A_u8..=0xFF, 0..600), ends in vec(any::<prop::sample::Index>(), 0..6)) {
        let mut stream = stream;
        for end in ends {
            if !stream.is_empty() {
                let at = end.index(stream.len());
                stream[at] = b'\r';
            }
        }
        let (decoder, found) = split_law(AnswerDecoder::new, &stream, &[])?;
        prop_assert!(found.iter().all(|item| item.content.is_err()));
        accounts(&decoder, &found, stream.len(), |_| 0, LONGEST_LINE + 1)?;
    }

    #[test]
    fn an_answer_reads_as_it_was_written(answer in answer()) {
        let found = only(&mut AnswerDecoder::new(), &written(&answer));
        prop_assert_eq!(found.content, Ok(answer));
    }

    #[test]
    fn a_command_reads_as_it_was_written(choice in 0_usize..9, argument in any::<u8>()) {
        let command = [
            Command::heart_rates(argument % 33).expect("up to 32"),
            Command::SetAlgorithm(Algorithm::Raw), Command::SetAlgorithm(Algorithm::Averaged), Command::Version,
            Command::AnalogueInput(argument), Command::PortDirection(argument), Command::PortIn, Command::Mode,
            Command::PortOut(argument),
        ][choice];
        let mut buffer = [0; LONGEST_COMMAND];
        let bytes = command.encode(&mut buffer).expect("room");
        prop_assert_eq!(only(&mut HostDecoder::new(), bytes).content, Ok(command));
    }

    #[test]
    fn after_any_garbage_the_second_answer_is_read(garbage in stream(), answers in [answer(), answer()]) {
        let mut decoder = AnswerDecoder::new();
        items(&mut decoder, &garbage, &[]);
        items(&mut decoder, &written(&answers[0]), &[]);
        let found = items(&mut decoder, &written(&answers[1]), &[]);
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(found[0].content, Ok(answers[1]));
    }
}
