//! No question that is asked moves or changes anybody, whoever stands there and however the line is set.

use core::time::Duration;
use std::collections::BTreeSet;

use drivers::catalogue::{FAMILIES, Family};
use drivers::detect::{BYTE_GAP, PROBES};
use drivers::port::LineSettings;

use crate::receivers::harm;
use crate::uart::{OnError, Receiver, received};

/// Every way in which a receiver at `line` may hear.
fn receivers(line: LineSettings) -> Vec<Receiver> {
    let mut all = Vec::new();
    for sample_eighths in [3, 4, 5] {
        for clock_percent in [98, 100, 102] {
            for low_stop_is_a_start in [false, true] {
                for on_error in [OnError::Deliver, OnError::Drop, OnError::Null] {
                    all.push(Receiver {
                        line,
                        sample_eighths,
                        clock_percent,
                        low_stop_is_a_start,
                        on_error,
                    });
                }
            }
        }
    }
    all
}

/// What `receiver` may hear of `question`: its bytes apart as they are sent, and at half of that, as an adapter may bunch them.
fn hearings(question: &[u8], line: LineSettings, receiver: Receiver) -> BTreeSet<Vec<u8>> {
    [BYTE_GAP / 2, BYTE_GAP]
        .into_iter()
        .map(|gap| received(question, line, bits(gap, line), receiver))
        .collect()
}

/// How many bits of rest a time is.
fn bits(time: Duration, line: LineSettings) -> usize {
    let micros = usize::try_from(time.as_micros()).expect("a short time");
    let baud = usize::try_from(line.baud).expect("a small number");
    micros * baud / 1_000_000
}

#[test]
fn no_question_moves_or_changes_anybody_at_any_setting() {
    let mut pairs = 0_u32;
    let mut harms = BTreeSet::new();
    for probe in PROBES {
        for question in probe.questions {
            for family in FAMILIES {
                for line in family.lines {
                    pairs += 1;
                    let heard: BTreeSet<Vec<u8>> = receivers(*line)
                        .into_iter()
                        .flat_map(|receiver| hearings(question, probe.line, receiver))
                        .collect();
                    for bytes in heard {
                        for harm in harm(family.id, &bytes) {
                            harms.insert(format!(
                                "{probe:?} {question:02X?} -> {} at {line}: {bytes:02X?} is {harm}",
                                family.id
                            ));
                        }
                    }
                }
            }
        }
    }
    assert!(pairs > 1_000, "{pairs}");
    assert!(harms.is_empty(), "{harms:#?}");
}

/// A machine does not forget what came before: all questions in their order, as a port that answers nothing gets them. A Daum does, after
/// 50 ms (its sheet, A3, assumed), and more than that lies between two questions: for it the test above is the whole row.
#[test]
fn neither_does_the_whole_row_of_them() {
    let mut harms = BTreeSet::new();
    let with_memory = |family: &&Family| family.id != "daum-classic";
    for family in FAMILIES.iter().filter(with_memory) {
        for line in family.lines {
            let rows: BTreeSet<Vec<u8>> = receivers(*line)
                .into_iter()
                .map(|receiver| {
                    PROBES
                        .iter()
                        .filter_map(|probe| Some((probe.questions.first()?, probe.line)))
                        .flat_map(|(question, from)| {
                            received(question, from, bits(BYTE_GAP, from), receiver)
                        })
                        .collect()
                })
                .collect();
            for bytes in rows {
                for harm in harm(family.id, &bytes) {
                    harms.insert(format!("{} at {line}: {harm} in {bytes:02X?}", family.id));
                }
            }
        }
    }
    assert!(harms.is_empty(), "{harms:#?}");
}

/// Why the bytes of a question stand apart.
#[test]
fn bytes_close_together_would_start_a_belt() {
    let found = receivers(LineSettings::plain(4_800))
        .into_iter()
        .flat_map(|receiver| {
            (0..4).map(move |gap| received(b"USB\r\n", LineSettings::plain(19_200), gap, receiver))
        })
        .any(|bytes| !harm("trackmaster", &bytes).is_empty());
    assert!(found, "USB at four times the rate holds an A0");
}

/// The other way round: the test would find a question that does.
#[test]
fn a_start_of_the_belt_would_be_found() {
    for receiver in receivers(LineSettings::plain(4_800)) {
        let bytes = received(&[0xA0], LineSettings::plain(4_800), 0, receiver);
        assert!(!harm("trackmaster", &bytes).is_empty(), "{receiver:?}");
    }
    let found = receivers(LineSettings::plain(9_600))
        .into_iter()
        .flat_map(|receiver| hearings(b"Y0085\x17", LineSettings::plain(9_600), receiver))
        .any(|bytes| !harm("medlab-ecg", &bytes).is_empty());
    assert!(found, "the 5 of a check sum sets a notch");
}
