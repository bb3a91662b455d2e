//! What the tests of all codecs share: bytes in, items out, and the laws as functions.

use std::fmt::Debug;

use proptest::collection::vec;
use proptest::prelude::*;
use protocols::vocabulary::{
    BeatsPerMinute, MetresPerSecond, PercentGrade, RevolutionsPerMinute, Watts,
};
use protocols::wire::{Decoded, Decoder, Field, Report, WireError, WireErrorKind};

/// Everything that `bytes` give when they come at once.
pub(crate) fn feed<D: Decoder>(decoder: &mut D, bytes: &[u8]) -> Vec<Decoded<D::Message>> {
    in_pieces(decoder, bytes, &[])
}

/// Everything that `bytes` give when they come in the pieces that `cuts` make.
pub(crate) fn in_pieces<D: Decoder>(
    decoder: &mut D,
    bytes: &[u8],
    cuts: &[usize],
) -> Vec<Decoded<D::Message>> {
    let mut items = Vec::new();
    let mut rest = bytes;
    for cut in cuts {
        let (piece, after) = rest.split_at((*cut).min(rest.len()));
        decoder.feed(piece, &mut |item| items.push(item));
        rest = after;
    }
    decoder.feed(rest, &mut |item| items.push(item));
    items
}

/// The messages of bytes that hold nothing else.
pub(crate) fn messages<D: Decoder>(decoder: &mut D, bytes: &[u8]) -> Vec<D::Message>
where
    D::Message: Debug,
{
    let items = feed(decoder, bytes).into_iter();
    items.map(|item| item.content.expect("a message")).collect()
}

/// An error of framing.
pub(crate) fn framing<M>(offset: u64, skipped_bytes: u32) -> Decoded<M> {
    Decoded {
        offset,
        content: Err(WireError {
            kind: WireErrorKind::Framing,
            skipped_bytes,
        }),
    }
}

pub(crate) fn bytes_of(hex: &str) -> Vec<u8> {
    hex.split_whitespace()
        .map(|pair| u8::from_str_radix(pair, 16).expect("hex"))
        .collect()
}

/// Where a stream is cut into pieces.
pub(crate) fn any_cuts() -> impl Strategy<Value = Vec<usize>> {
    vec(0_usize..9, 0..12)
}

/// Noise with `likely` bytes and pieces in it far more often than chance.
pub(crate) fn any_stream(
    likely: &'static [u8],
    pieces: &'static [&'static [u8]],
) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        any::<u8>().prop_map(|byte| vec![byte]),
        vec(prop::sample::select(likely.to_vec()), 1..8),
        prop::sample::select(pieces.to_vec()).prop_map(<[u8]>::to_vec),
    ];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Split anywhere, the same result; offsets in the order of the stream; nothing said of bytes that were not there.
pub(crate) fn check_laws<D>(
    fresh: impl Fn() -> D,
    bytes: &[u8],
    cuts: &[usize],
) -> Result<Vec<Decoded<D::Message>>, TestCaseError>
where
    D: Decoder,
    D::Message: Debug + PartialEq,
{
    let mut whole = fresh();
    let mut split = fresh();
    let items = feed(&mut whole, bytes);
    prop_assert_eq!(&items, &in_pieces(&mut split, bytes, cuts));
    prop_assert_eq!(whole.skipped(), split.skipped());
    let length = u64::try_from(bytes.len()).expect("small");
    let mut lost = whole.skipped();
    for item in &items {
        prop_assert!(item.offset < length);
        if let Err(error) = &item.content {
            prop_assert!(error.skipped_bytes > 0);
            prop_assert!(item.offset + u64::from(error.skipped_bytes) <= length);
            lost += u64::from(error.skipped_bytes);
        }
    }
    prop_assert!(items.is_sorted_by_key(|item| item.offset), "{:?}", items);
    prop_assert!(lost <= length, "{} bytes of {} lost", lost, length);
    Ok(items)
}

/// What is written is read back: the same messages, and nothing else.
pub(crate) fn check_identity<D>(
    mut decoder: D,
    messages: &[D::Message],
    encode: impl Fn(&D::Message) -> Vec<u8>,
) -> Result<(), TestCaseError>
where
    D: Decoder,
    D::Message: Debug + PartialEq + Copy,
{
    let mut bytes = Vec::new();
    let mut expected = Vec::new();
    for message in messages {
        expected.push(Decoded {
            offset: u64::try_from(bytes.len()).expect("small"),
            content: Ok(*message),
        });
        bytes.extend(encode(message));
    }
    prop_assert_eq!(feed(&mut decoder, &bytes), expected);
    prop_assert_eq!(decoder.skipped(), 0);
    Ok(())
}

/// After any garbage and `resync`, the message that follows is found at its place.
pub(crate) fn check_found_after<D>(
    mut decoder: D,
    garbage: &[u8],
    resync: &[u8],
    message: &D::Message,
    encode: impl Fn(&D::Message) -> Vec<u8>,
) -> Result<(), TestCaseError>
where
    D: Decoder,
    D::Message: Debug + PartialEq + Copy,
{
    let before = [garbage, resync].concat();
    let items = feed(&mut decoder, &[before.clone(), encode(message)].concat());
    let last = items.last().expect("the message at least");
    prop_assert_eq!(last.content, Ok(*message));
    prop_assert_eq!(last.offset, u64::try_from(before.len()).expect("small"));
    Ok(())
}

/// A report's numbers, in the order heart rate, power, cadence, speed, grade.
pub(crate) fn numbers(report: &Report<'_>) -> [Option<f64>; 5] {
    [
        number(report.heart_rate, BeatsPerMinute::as_f64),
        number(report.power, Watts::as_f64),
        number(report.cadence, RevolutionsPerMinute::as_f64),
        number(report.speed, MetresPerSecond::get),
        number(report.grade, PercentGrade::get),
    ]
}

/// Every number that is there lies between nothing and what its place in `most` says.
pub(crate) fn check_range(report: &Report<'_>, most: [f64; 5]) -> Result<(), TestCaseError> {
    for (number, most) in numbers(report).into_iter().zip(most) {
        prop_assert!(number.is_none_or(|number| (0.0..=most).contains(&number)));
    }
    Ok(())
}

fn number<T>(field: Field<T>, get: impl Fn(T) -> f64) -> Option<f64> {
    match field {
        Field::Present(value) => Some(get(value)),
        Field::Absent | Field::Missing => None,
    }
}
