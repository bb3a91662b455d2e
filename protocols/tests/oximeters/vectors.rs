//! Every entry of every vector file, read and, where it is a worked example of a sheet, written back.

use protocols::wire::{Decoder, Field, Report};
use serde_json::{Value, json};

use crate::wires::{self, Wire};

/// What the source of an entry begins with that a sheet gives in full.
const WORKED: &str = "sheet of worked examples";

fn field<T, U: Into<Value>>(
    entry: &mut Value,
    name: &str,
    field: &Field<T>,
    get: impl Fn(&T) -> U,
) {
    match field {
        Field::Absent => {}
        Field::Missing => entry[name] = Value::Null,
        Field::Present(value) => entry[name] = get(value).into(),
    }
}

fn told(offset: u64, report: &Report<'_>) -> Value {
    let mut entry = json!({ "offset": offset, "message": report.message });
    field(&mut entry, "heart_rate_bpm", &report.heart_rate, |v| {
        v.get()
    });
    field(&mut entry, "spo2_percent", &report.saturation, |v| v.get());
    if !report.plethysmogram.is_empty() {
        entry["plethysmogram"] = report.plethysmogram.into();
    }
    if let Some(words) = report.quality {
        entry["quality"] = words.into();
    }
    entry
}

fn bytes(entry: &Value) -> Vec<u8> {
    let bytes: Vec<u8> = entry["bytes"]
        .as_str()
        .expect("bytes")
        .split_whitespace()
        .map(|byte| u8::from_str_radix(byte, 16).expect("hex"))
        .collect();
    if let Some(text) = entry["text"].as_str() {
        let text: Vec<u8> = text
            .chars()
            .map(|character| u8::try_from(character).expect("one byte"))
            .collect();
        assert_eq!(text, bytes, "{}", entry["name"]);
    }
    bytes
}

/// Holds every entry of one direction against what the decoder finds; how many entries there are, and how many worked ones
/// were written back byte for byte.
fn check<W: Wire>(document: &str, direction: &str) -> (usize, usize) {
    let document: Value = serde_json::from_str(document).expect("a document");
    let entries = document[direction].as_array().expect("entries");
    let mut written_back = 0;
    for entry in entries {
        let name = &entry["name"];
        let bytes = bytes(entry);
        let mut decoder = W::fresh();
        let mut found = Vec::new();
        let mut again = Vec::new();
        decoder.feed(&bytes, &mut |item| match &item.content {
            Ok(message) => {
                again.extend(W::encode(message));
                found.extend(W::report(message).map(|report| told(item.offset, &report)));
            }
            Err(error) => found.push(json!({
                "offset": item.offset,
                "error": serde_json::to_value(error.kind).expect("a word"),
                "skipped_bytes": error.skipped_bytes,
            })),
        });
        assert_eq!(Value::from(found), entry["expect"], "{name}");
        assert_eq!(Some(decoder.skipped()), entry["skipped"].as_u64(), "{name}");
        let is_worked = entry["source"]
            .as_str()
            .is_some_and(|source| source.starts_with(WORKED));
        if is_worked && entry["expect"] != json!([]) {
            assert_eq!(again, bytes, "{name}");
            written_back += 1;
        }
    }
    (entries.len(), written_back)
}

macro_rules! vectors {
    ($($name:ident: $wire:ty, $file:literal, $direction:literal, $entries:literal, $worked:literal;)+) => {
        $(#[test]
        fn $name() {
            let document = include_str!(concat!("../../vectors/", $file, "/worked.json"));
            assert_eq!(check::<$wire>(document, $direction), ($entries, $worked));
        })+
    };
}

vectors! {
    nonin_df1_reads_as_written: wires::NoninDf1, "nonin-df1", "device", 23, 2;
    nonin_df1_commands_read_as_written: wires::NoninHost, "nonin-df1", "host", 5, 5;
    nonin_df7_reads_as_written: wires::NoninDf7, "nonin-df7", "device", 26, 1;
    nonin_df7_commands_read_as_written: wires::NoninHost, "nonin-df7", "host", 5, 5;
    nonin_df8_reads_as_written: wires::NoninDf8, "nonin-df8", "device", 24, 3;
    nonin_df8_commands_read_as_written: wires::NoninHost, "nonin-df8", "host", 5, 5;
    nonin_df13_reads_as_written: wires::NoninDf13, "nonin-df13", "device", 30, 2;
    nonin_df13_commands_read_as_written: wires::NoninDf13Host, "nonin-df13", "host", 7, 5;
    nonin_ascii_reads_as_written: wires::NoninAscii, "nonin-ascii", "device", 54, 2;
    contec_5_reads_as_written: wires::Contec5, "contec-5", "device", 24, 4;
    contec_5_commands_read_as_written: wires::Contec5Host, "contec-5", "host", 2, 0;
    contec_9_reads_as_written: wires::Contec9, "contec-9", "device", 27, 4;
    contec_9_commands_read_as_written: wires::Contec9Host, "contec-9", "host", 16, 0;
    bci_5_reads_as_written: wires::Bci5, "bci-5", "device", 24, 5;
    masimo_reads_as_written: wires::Masimo, "masimo", "device", 72, 5;
    nellcor_reads_as_written: wires::Nellcor, "nellcor", "device", 64, 5;
    nellcor_menu_reads_as_written: wires::NellcorHost, "nellcor", "host", 2, 0;
}
