//! The laws that hold for every direction of every protocol, whatever comes.

use proptest::collection::vec;
use proptest::prelude::*;
use protocols::wire::{Decoded, Decoder, Field, WireError};

use crate::wires::{self, NoninDf7, NoninDf13, Wire, items};

/// Streams in which messages, damaged messages and what looks like their begins are as likely as noise.
fn stream<W: Wire + 'static>() -> BoxedStrategy<Vec<u8>> {
    let special = vec![
        0x00_u8, 0x01, 0x02, 0x03, 0x06, 0x0C, 0x0D, 0x0A, 0x0E, 0x15, 0x20, 0x2A, 0x2D, 0x30,
        0x31, 0x39, 0x3D, 0x7D, 0x7F, 0x80, 0x81, 0xA1, 0xF2, 0xF5, 0xF6, 0xFF,
    ];
    let damaged = (W::message(), any::<prop::sample::Index>(), 0_u8..8);
    let cut = (W::message(), any::<prop::sample::Index>());
    let piece = prop_oneof![
        vec(any::<u8>(), 0..40),
        vec(prop::sample::select(special), 0..40),
        vec(0x20_u8..0x7F, 0..200),
        W::message().prop_map(|message| W::encode(&message)),
        damaged.prop_map(|(message, at, bit)| {
            let mut bytes = W::encode(&message);
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            bytes
        }),
        cut.prop_map(|(message, at)| {
            let bytes = W::encode(&message);
            bytes[..at.index(bytes.len())].to_vec()
        }),
        Just(b"SPO2=09".to_vec()),
        Just(b"09/15/10 15:10:29 ".to_vec()),
        Just(b"12-NOV-98 ".to_vec()),
        Just(vec![0x00, 0x02, 0x00, 0x0D, 0x00, 0x40]),
        Just(vec![0x02, 0xF3, 0x03, 0x18, 0x05, 0x09, 0x03]),
    ];
    vec(piece, 0..8).prop_map(|pieces| pieces.concat()).boxed()
}

fn wide(count: usize) -> u64 {
    u64::try_from(count).expect("small")
}

/// The same result however a stream is split; every byte in at most one thing.
fn splitting_changes_nothing<W: Wire>(
    stream: &[u8],
    pieces: &[usize],
) -> Result<(), TestCaseError> {
    let mut whole = W::fresh();
    let mut split = W::fresh();
    let found = items(&mut whole, stream, &[]);
    prop_assert_eq!(&found, &items(&mut split, stream, pieces));
    prop_assert_eq!(whole.skipped(), split.skipped());
    let used: u64 = found
        .iter()
        .map(|item| match &item.content {
            Ok(message) => wide(W::encode(message).len()),
            Err(WireError { skipped_bytes, .. }) => u64::from(*skipped_bytes),
        })
        .sum();
    if let Some(unfinished) = W::UNFINISHED {
        let used = used + whole.skipped();
        prop_assert!(used <= wide(stream.len()), "{used} of {}", stream.len());
        prop_assert!(
            wide(stream.len()) - used < wide(unfinished),
            "{used} of {}",
            stream.len()
        );
    }
    Ok(())
}

/// No value out of the sheet's range, no quality that is not sorted, no offset that goes back.
fn values_are_in_range<W: Wire>(stream: &[u8]) -> Result<(), TestCaseError> {
    let mut last = 0;
    for Decoded { offset, content } in items(&mut W::fresh(), stream, &[]) {
        prop_assert!(offset >= last && offset < wide(stream.len()));
        last = offset;
        let Ok(message) = content else {
            continue;
        };
        let Some(report) = W::report(&message) else {
            continue;
        };
        if let Field::Present(rate) = report.heart_rate {
            prop_assert!(W::RATES.contains(&rate.get()), "{rate}");
        }
        if let Field::Present(saturation) = report.saturation {
            prop_assert!((W::LEAST_SATURATION..=100).contains(&saturation.get()));
        }
        if let Some(quality) = report.quality {
            prop_assert!(
                quality.windows(2).all(|pair| pair[0] < pair[1]),
                "{quality:?}"
            );
        }
    }
    Ok(())
}

/// What is written is read, and nothing else.
fn written_is_read<W: Wire>(message: &W::Message) -> Result<(), TestCaseError> {
    let mut decoder = W::fresh();
    let found = items(&mut decoder, &W::encode(message), &[]);
    prop_assert_eq!(found.len(), 1);
    prop_assert_eq!(found[0].offset, 0);
    prop_assert_eq!(&found[0].content, &Ok(message.clone()));
    prop_assert_eq!(decoder.skipped(), 0);
    Ok(())
}

/// After garbage every message is read that begins behind what the sheet allows to be lost.
fn garbage_ends<W: Wire>(garbage: &[u8], messages: &[W::Message]) -> Result<(), TestCaseError> {
    let mut decoder = W::fresh();
    items(&mut decoder, garbage, &[]);
    let mut begin = 0;
    let mut wanted = Vec::new();
    let mut found = Vec::new();
    for message in messages {
        let bytes = W::encode(message);
        if begin >= W::LOST_BYTES {
            wanted.push(message.clone());
        }
        begin += bytes.len();
        let items = items(&mut decoder, &bytes, &[]);
        found.extend(items.into_iter().filter_map(|item| item.content.ok()));
    }
    prop_assert!(
        found.ends_with(&wanted),
        "{found:?} has to end with {wanted:?}"
    );
    Ok(())
}

/// A reset forgets what is unfinished, and keeps counting.
fn a_reset_forgets<W: Wire>(message: &W::Message, cut: usize) -> Result<(), TestCaseError> {
    let bytes = W::encode(message);
    let begun = &bytes[..cut % bytes.len()];
    let mut decoder = W::fresh();
    let before = items(&mut decoder, begun, &[]);
    decoder.reset();
    let found = items(&mut decoder, &bytes, &[]);
    // A host's messages of several bytes may hold whole ones of fewer.
    if before.is_empty() {
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(found[0].offset, wide(begun.len()));
        prop_assert_eq!(&found[0].content, &Ok(message.clone()));
    }
    Ok(())
}

macro_rules! laws {
    ($($name:ident: $wire:ty;)+) => {
        $(mod $name {
            use super::*;

            proptest! {
                #[test]
                fn a_stream_may_be_split_anywhere(
                    stream in stream::<$wire>(), pieces in vec(0_usize..60, 0..20), single in any::<bool>(),
                ) {
                    let pieces = if single { vec![1; stream.len()] } else { pieces };
                    splitting_changes_nothing::<$wire>(&stream, &pieces)?;
                }

                #[test]
                fn whatever_comes_values_are_in_range(stream in stream::<$wire>()) {
                    values_are_in_range::<$wire>(&stream)?;
                }

                #[test]
                fn what_is_written_is_read(message in <$wire>::message()) {
                    written_is_read::<$wire>(&message)?;
                }

                #[test]
                fn a_reset_forgets_what_is_unfinished(message in <$wire>::message(), cut in any::<usize>()) {
                    a_reset_forgets::<$wire>(&message, cut)?;
                }
            }
        })+
    };
}

laws! {
    nonin_df1: wires::NoninDf1;
    nonin_df7: NoninDf7;
    nonin_df8: wires::NoninDf8;
    nonin_df13: NoninDf13;
    nonin_df13_host: wires::NoninDf13Host;
    nonin_host: wires::NoninHost;
    nonin_ascii: wires::NoninAscii;
    contec_5: wires::Contec5;
    contec_5_host: wires::Contec5Host;
    contec_9: wires::Contec9;
    contec_9_host: wires::Contec9Host;
    bci_5: wires::Bci5;
    masimo: wires::Masimo;
    nellcor: wires::Nellcor;
    nellcor_host: wires::NellcorHost;
}

macro_rules! found_after_garbage {
    ($($name:ident: $wire:ty;)+) => {
        proptest! {
            $(#[test]
            fn $name(garbage in stream::<$wire>(), messages in vec(<$wire>::message(), 24)) {
                garbage_ends::<$wire>(&garbage, &messages)?;
            })+
        }
    };
}

found_after_garbage! {
    nonin_df1_is_read_after_garbage: wires::NoninDf1;
    nonin_df8_is_read_after_garbage: wires::NoninDf8;
    nonin_df13_is_read_after_garbage: NoninDf13;
    nonin_ascii_is_read_after_garbage: wires::NoninAscii;
    contec_5_is_read_after_garbage: wires::Contec5;
    contec_5_host_is_read_after_garbage: wires::Contec5Host;
    contec_9_is_read_after_garbage: wires::Contec9;
    contec_9_host_is_read_after_garbage: wires::Contec9Host;
    bci_5_is_read_after_garbage: wires::Bci5;
    masimo_is_read_after_garbage: wires::Masimo;
    nellcor_is_read_after_garbage: wires::Nellcor;
    nellcor_host_is_read_after_garbage: wires::NellcorHost;
}

/// Whether a shifted window of these packets passes for a frame of format 7.
fn has_a_false_frame(packets: &[<NoninDf7 as Wire>::Message]) -> bool {
    let stream: Vec<u8> = packets.iter().flat_map(NoninDf7::encode).collect();
    stream.windows(5).enumerate().any(|(place, window)| {
        let sum = window[..4]
            .iter()
            .fold(0, |sum: u8, byte| sum.wrapping_add(*byte));
        place % 5 != 0 && window[0] >= 0x80 && sum == window[4]
    })
}

proptest! {
    #[test]
    fn nonin_df7_is_read_after_garbage_within_two_packets(
        garbage in stream::<NoninDf7>(),
        packets in vec(NoninDf7::message(), 3)
            .prop_filter("no chance frames", |packets| !has_a_false_frame(packets)),
    ) {
        garbage_ends::<NoninDf7>(&garbage, &packets)?;
    }

    #[test]
    fn nonin_df7_is_read_after_chance_frames_of_its_own_within_four_packets(
        garbage in stream::<NoninDf7>(), packets in vec(NoninDf7::message(), 4),
    ) {
        let mut decoder = NoninDf7::fresh();
        items(&mut decoder, &garbage, &[]);
        let mut found = Vec::new();
        for packet in &packets {
            found.extend(items(&mut decoder, &NoninDf7::encode(packet), &[]));
        }
        prop_assert!(found.iter().any(|item| item.content == Ok(packets[3])));
    }

    #[test]
    fn one_flipped_bit_never_becomes_a_packet_of_nonin_df7(
        packet in NoninDf7::message(), at in any::<prop::sample::Index>(), bit in 0_u8..8,
    ) {
        let mut bytes = NoninDf7::encode(&packet);
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let found = items(&mut NoninDf7::fresh(), &bytes, &[]);
        prop_assert!(found.iter().all(|item| item.content.is_err()));
    }

    #[test]
    fn one_flipped_bit_never_becomes_a_spot_check(
        check in NoninDf13::message(), at in any::<prop::sample::Index>(), bit in 0_u8..8,
    ) {
        let mut bytes = NoninDf13::encode(&check);
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let found = items(&mut NoninDf13::fresh(), &bytes, &[]);
        prop_assert!(found.iter().all(|item| item.content.is_err()));
    }
}
