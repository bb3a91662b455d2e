//! What every protocol's tests share: the walk over a vector file, and the laws of a decoder.

use proptest::prelude::*;
use protocols::exact::Exact;
use protocols::wire::{Decoded, Decoder, Field, Report};
use serde_json::{Value, json};

/// What was found in one stream.
pub(crate) type Items<D> = Vec<Decoded<<D as Decoder>::Message>>;

/// All items of a stream fed in pieces of these sizes, the last piece being what is left.
pub(crate) fn items<D: Decoder>(decoder: &mut D, mut stream: &[u8], pieces: &[usize]) -> Items<D> {
    let mut found = Vec::new();
    for piece in pieces {
        let (now, later) = stream.split_at((*piece).min(stream.len()));
        decoder.feed(now, &mut |item| found.push(item));
        stream = later;
    }
    decoder.feed(stream, &mut |item| found.push(item));
    found
}

/// The one thing that these bytes are.
pub(crate) fn only<D: Decoder>(decoder: &mut D, bytes: &[u8]) -> Decoded<D::Message> {
    let mut found = items(decoder, bytes, &[]);
    assert_eq!(found.len(), 1, "{bytes:02X?}");
    found.remove(0)
}

/// A message as `station decode` prints it, without the list of what is missing.
pub(crate) fn told(offset: u64, report: &Report<'_>, exact: &Exact) -> Value {
    let mut entry = json!({ "offset": offset, "message": report.message });
    let rate = report.heart_rate;
    field(&mut entry, "heart_rate_bpm", rate, |v| v.get().into());
    field(&mut entry, "spo2_percent", report.saturation, |v| {
        v.get().into()
    });
    field(&mut entry, "power_watts", report.power, |v| v.get().into());
    field(&mut entry, "cadence_rpm", report.cadence, |v| {
        v.get().into()
    });
    let speed = report.speed;
    field(&mut entry, "speed_metres_per_second", speed, |v| {
        v.get().into()
    });
    field(&mut entry, "grade_percent", report.grade, |v| {
        v.get().into()
    });
    let finer = [
        ("heart_rate_bpm", exact.heart_rate_bpm),
        ("spo2_percent", exact.spo2_percent),
        ("power_watts", exact.power_watts),
        ("cadence_rpm", exact.cadence_rpm),
    ];
    for (name, number) in finer {
        if let Some(number) = number {
            entry[name] = number.into();
        }
    }
    if let Some(words) = report.quality {
        entry["quality"] = words.into();
    }
    entry
}

fn field<T>(entry: &mut Value, name: &str, field: Field<T>, value: impl Fn(T) -> Value) {
    match field {
        Field::Absent => {}
        Field::Missing => entry[name] = Value::Null,
        Field::Present(held) => entry[name] = value(held),
    }
}

/// Bytes that are written in hexadecimal.
pub(crate) fn bytes(text: &str) -> Vec<u8> {
    text.split_whitespace()
        .map(|byte| u8::from_str_radix(byte, 16).expect("hex"))
        .collect()
}

/// The entries of one direction of a vector file. Each has to name its source.
pub(crate) fn entries(document: &str, direction: &str) -> Vec<Value> {
    let document: Value = serde_json::from_str(document).expect("a document");
    let entries = document[direction].as_array().expect("entries").clone();
    for entry in &entries {
        assert!(entry["source"].is_string(), "{entry}");
    }
    entries
}

/// Holds every entry of one direction against what a fresh decoder finds, and says how many there are.
pub(crate) fn run<D: Decoder>(
    document: &str,
    direction: &str,
    fresh: impl Fn() -> D,
    tell: impl Fn(u64, &D::Message) -> Option<Value>,
) -> usize {
    let entries = entries(document, direction);
    for entry in &entries {
        let mut decoder = fresh();
        let stream = bytes(entry["bytes"].as_str().expect("bytes"));
        let found: Vec<Value> = items(&mut decoder, &stream, &[])
            .iter()
            .filter_map(|item| match &item.content {
                Ok(message) => tell(item.offset, message),
                Err(error) => Some(json!({
                    "offset": item.offset,
                    "error": serde_json::to_value(error.kind).expect("a word"),
                    "skipped_bytes": error.skipped_bytes,
                })),
            })
            .collect();
        assert_eq!(Value::from(found), entry["expect"], "{}", entry["name"]);
        let skipped = entry["skipped"].as_u64();
        assert_eq!(Some(decoder.skipped()), skipped, "{}", entry["name"]);
    }
    entries.len()
}

/// However a stream is split, the same is found and the same is skipped; a decoder that was used before and reset finds the
/// same too, at later offsets.
pub(crate) fn split_law<D: Decoder>(
    fresh: impl Fn() -> D,
    stream: &[u8],
    pieces: &[usize],
) -> Result<(D, Items<D>), TestCaseError>
where
    D::Message: PartialEq + core::fmt::Debug,
{
    let mut whole = fresh();
    let mut split = fresh();
    let mut single = fresh();
    let found = items(&mut whole, stream, &[]);
    prop_assert_eq!(&found, &items(&mut split, stream, pieces));
    prop_assert_eq!(&found, &items(&mut single, stream, &vec![1; stream.len()]));
    prop_assert_eq!(whole.skipped(), split.skipped());
    prop_assert_eq!(whole.skipped(), single.skipped());
    let (before, _) = stream.split_at(stream.len() / 2);
    let mut used = fresh();
    items(&mut used, before, &[]);
    used.reset();
    let later = u64::try_from(before.len()).expect("small");
    let again = items(&mut used, stream, &[]);
    prop_assert_eq!(again.len(), found.len());
    for (again, first) in again.iter().zip(&found) {
        prop_assert_eq!(&again.content, &first.content);
        prop_assert_eq!(again.offset, first.offset + later);
    }
    Ok((whole, found))
}

/// Each byte fed belongs to exactly one of: a message, an error, noise, or an end shorter than `unfinished`; and what was
/// found stands in the order of the stream.
pub(crate) fn accounts<D: Decoder>(
    decoder: &D,
    found: &Items<D>,
    fed: usize,
    message: impl Fn(&D::Message) -> usize,
    unfinished: usize,
) -> Result<(), TestCaseError> {
    let used: usize = found
        .iter()
        .map(|item| match &item.content {
            Ok(content) => message(content),
            Err(error) => usize::try_from(error.skipped_bytes).expect("small"),
        })
        .sum();
    let used = used + usize::try_from(decoder.skipped()).expect("small");
    prop_assert!(used <= fed, "{used} of {fed}");
    prop_assert!(fed - used < unfinished, "{used} of {fed}");
    prop_assert!(found.windows(2).all(|pair| pair[0].offset < pair[1].offset));
    Ok(())
}
