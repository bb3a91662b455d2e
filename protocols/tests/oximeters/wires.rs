//! One shape for every direction of every protocol: its decoder, its encoder, and messages to try them with.

mod bci_5;
mod contec;
mod masimo;
mod nellcor;
mod nonin;
mod nonin_ascii;

use std::ops::RangeInclusive;

use proptest::prelude::*;
use protocols::five_byte;
use protocols::printed::Number;
use protocols::vocabulary::{BeatsPerMinute, OxygenSaturation};
use protocols::wire::{Decoded, Decoder, Report};

pub(crate) use bci_5::Bci5;
pub(crate) use contec::{Contec5, Contec5Host, Contec9, Contec9Host};
pub(crate) use masimo::Masimo;
pub(crate) use nellcor::{Nellcor, NellcorHost};
pub(crate) use nonin::{NoninDf1, NoninDf7, NoninDf8, NoninDf13, NoninDf13Host, NoninHost};
pub(crate) use nonin_ascii::NoninAscii;

/// One direction of a protocol.
pub(crate) trait Wire {
    /// Its decoder.
    type Decoder: Decoder<Message = Self::Message>;
    /// What it finds.
    type Message: Clone + std::fmt::Debug + PartialEq;

    /// The rates that it may give.
    const RATES: RangeInclusive<u16> = 18..=321;
    /// The least saturation that it may give.
    const LEAST_SATURATION: u8 = 0;
    /// How many bytes behind any garbage may be lost to it.
    const LOST_BYTES: usize = 0;
    /// How many bytes may be unfinished at the end; `None` where line ends and the like belong to nothing.
    const UNFINISHED: Option<usize> = None;

    fn fresh() -> Self::Decoder;
    fn encode(message: &Self::Message) -> Vec<u8>;
    fn report(message: &Self::Message) -> Option<Report<'_>>;
    fn message() -> BoxedStrategy<Self::Message>;
}

/// All items of a stream fed in pieces of these sizes, the last piece being what is left.
pub(crate) fn items<D: Decoder>(
    decoder: &mut D,
    mut stream: &[u8],
    pieces: &[usize],
) -> Vec<Decoded<D::Message>> {
    let mut found = Vec::new();
    for piece in pieces {
        let (now, later) = stream.split_at((*piece).min(stream.len()));
        decoder.feed(now, &mut |item| found.push(item));
        stream = later;
    }
    decoder.feed(stream, &mut |item| found.push(item));
    found
}

/// The messages of a stream without an error.
pub(crate) fn messages<W: Wire>(stream: &[u8]) -> Vec<W::Message> {
    items(&mut W::fresh(), stream, &[])
        .into_iter()
        .map(|item| item.content.expect("no error"))
        .collect()
}

/// Implements what every direction has alike.
macro_rules! codec {
    ($message:ty, $decoder:ty, $fresh:expr, $report:expr) => {
        type Decoder = $decoder;
        type Message = $message;

        fn fresh() -> Self::Decoder {
            $fresh
        }

        fn encode(message: &Self::Message) -> Vec<u8> {
            let mut buffer = [0; 256];
            message.encode(&mut buffer).expect("room").to_vec()
        }

        fn report(message: &Self::Message) -> Option<Report<'_>> {
            let report: fn(&Self::Message) -> Option<Report<'_>> = $report;
            report(message)
        }
    };
}

use codec;

fn rate() -> impl Strategy<Value = Option<BeatsPerMinute>> {
    prop_oneof![
        Just(None),
        (18_u16..=321).prop_map(BeatsPerMinute::new),
        prop::sample::select(vec![127_u16, 128, 129, 255, 256]).prop_map(BeatsPerMinute::new),
    ]
}

fn saturation() -> impl Strategy<Value = Option<OxygenSaturation>> {
    prop_oneof![Just(None), (0_u8..=100).prop_map(OxygenSaturation::new)]
}

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        Just(Number::DASHES),
        (0_u16..=Number::MOST).prop_map(|number| Number::new(number).expect("three digits")),
    ]
}

/// Characters of a form: `0` is any digit, `A` any capital.
fn characters<const LENGTH: usize>(
    form: &'static [u8; LENGTH],
) -> impl Strategy<Value = [u8; LENGTH]> {
    prop::collection::vec(any::<u8>(), LENGTH).prop_map(move |drawn| {
        core::array::from_fn(|place| match form[place] {
            b'0' => b'0' + drawn[place] % 10,
            b'A' => b'A' + drawn[place] % 26,
            other => other,
        })
    })
}

/// Content in which every number fits its place; `most` is the largest saturation byte.
fn content<F: five_byte::PacketFlags + 'static>(
    most: u8,
) -> impl Strategy<Value = five_byte::Content<F>> {
    (
        any::<bool>(),
        any::<u8>(),
        0_u8..16,
        0_u8..128,
        0_u8..16,
        any::<u8>(),
        0_u8..=most,
    )
        .prop_map(
            |(beat, mask, signal_strength, waveform, bar_graph, rate_raw, saturation_raw)| {
                five_byte::Content {
                    beat,
                    flags: F::from_mask(mask),
                    signal_strength,
                    waveform,
                    bar_graph,
                    rate_raw,
                    saturation_raw,
                }
            },
        )
}
