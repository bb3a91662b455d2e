//! Every worked example of a protocol, byte for byte.

use protocols::exact::Exact;
use protocols::wire::{Decoder, Field, Report};
use serde_json::{Value, json};

use crate::wires::{bytes_of, feed};

/// What an entry tells the decoder, by its key.
pub(crate) type Set<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A number as JSON has it: a whole one without a point.
fn plain(number: f64) -> Value {
    let text = format!("{number}");
    text.parse::<u64>().map_or(json!(number), Value::from)
}

fn put<T>(
    entry: &mut Value,
    name: &str,
    field: Field<T>,
    exact: Option<f64>,
    get: impl Fn(T) -> Value,
) {
    match (field, exact) {
        (Field::Absent, _) => assert_eq!(exact, None, "{name} is not carried"),
        (_, Some(exact)) => entry[name] = plain(exact),
        (Field::Missing, None) => entry[name] = Value::Null,
        (Field::Present(value), None) => entry[name] = get(value),
    }
}

fn told(offset: u64, report: &Report<'_>, exact: Exact) -> Value {
    let mut entry = json!({ "offset": offset, "message": report.message });
    put(
        &mut entry,
        "heart_rate_bpm",
        report.heart_rate,
        exact.heart_rate_bpm,
        |it| it.get().into(),
    );
    put(
        &mut entry,
        "power_watts",
        report.power,
        exact.power_watts,
        |it| it.get().into(),
    );
    put(
        &mut entry,
        "cadence_rpm",
        report.cadence,
        exact.cadence_rpm,
        |it| it.get().into(),
    );
    put(
        &mut entry,
        "speed_metres_per_second",
        report.speed,
        None,
        |it| it.get().into(),
    );
    put(&mut entry, "grade_percent", report.grade, None, |it| {
        it.get().into()
    });
    assert_eq!(report.saturation, Field::Absent);
    entry
}

/// Runs every entry of one direction, each through a decoder made for its settings, and counts them.
pub(crate) fn run<D: Decoder>(
    document: &str,
    direction: &str,
    fresh: impl Fn(Set<'_>) -> D,
    report: impl Fn(&D::Message) -> Option<Report<'static>>,
    exact: impl Fn(&D::Message) -> Exact,
) -> usize {
    let document: Value = serde_json::from_str(document).expect("a document");
    let entries = document[direction].as_array().expect("entries");
    for entry in entries {
        let name = entry["name"].as_str().expect("a name");
        assert!(entry["source"].is_string(), "{name}");
        let set = |key: &str| entry["set"][key].as_str().map(str::to_owned);
        let mut decoder = fresh(&set);
        let bytes = bytes_of(entry["bytes"].as_str().expect("bytes"));
        let mut found = Vec::new();
        for item in feed(&mut decoder, &bytes) {
            match &item.content {
                Ok(message) => {
                    found.extend(report(message).map(|it| told(item.offset, &it, exact(message))));
                }
                Err(error) => found.push(json!({
                    "offset": item.offset,
                    "error": serde_json::to_value(error.kind).expect("a word"),
                    "skipped_bytes": error.skipped_bytes,
                })),
            }
        }
        assert_eq!(Value::from(found), entry["expect"], "{name}");
        assert_eq!(
            Some(decoder.skipped()),
            entry["skipped"].as_u64(),
            "noise of {name}"
        );
    }
    entries.len()
}

/// Of a protocol whose numbers all fit their units.
pub(crate) fn nothing<M>(_: &M) -> Exact {
    Exact::NONE
}
