//! Every worked example of every protocol through the program. Those of CSAFE and Trackmaster are written in forms of their
//! own and stand beside this.

use std::fs;
use std::path::Path;

use drivers::catalogue::FAMILIES;
use serde_json::Value;

use super::{check, decode};

/// Whose examples stand elsewhere: in forms of their own, or, of a radio, under its own name.
const ELSEWHERE: [&str; 3] = ["csafe", "trackmaster", "ant-power"];

/// The worked examples of a protocol.
fn worked(protocol: &str) -> Value {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocols/vectors");
    let file = vectors.join(protocol).join("worked.json");
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{protocol}: {error}"));
    serde_json::from_str(&text).expect("a document")
}

/// Every vector of one direction, with what it tells the decoder.
fn check_worked(document: &Value, protocol: &str, direction: &str) -> usize {
    let entries = document[direction].as_array();
    let entries = entries.map(Vec::as_slice).unwrap_or_default();
    for entry in entries {
        let told: Vec<String> = entry["set"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, value)| format!("{key}={}", value.as_str().expect("text")))
            .collect();
        let mut arguments = vec!["--protocol", protocol, "--from", direction];
        arguments.extend(told.iter().flat_map(|one| ["--set", one.as_str()]));
        check(
            &arguments,
            entry["bytes"].as_str().expect("bytes"),
            entry["expect"].as_array().expect("objects"),
            entry["name"].as_str().expect("a name"),
        );
    }
    entries.len()
}

#[test]
fn every_worked_example_of_every_protocol() {
    let mut examples = 0;
    for family in FAMILIES {
        if ELSEWHERE.contains(&family.id) {
            continue;
        }
        let document = worked(family.id);
        let from_device = check_worked(&document, family.id, "device");
        assert!(from_device > 0, "{}", family.id);
        examples += from_device + check_worked(&document, family.id, "host");
    }
    assert!(examples >= 836, "{examples}");
}

#[test]
fn protocols_are_listed_by_the_ids_of_the_index() {
    let run = decode(&["--list"], &[]);
    assert_eq!(run.status, Some(0));
    let ids: Vec<&str> = FAMILIES.iter().map(|family| family.id).collect();
    for id in &ids {
        assert!(
            run.lines().iter().any(|line| line.starts_with(id)),
            "{id}: {}",
            run.stdout
        );
    }
    let run = decode(&["--list", "--json"], &[]);
    let listed: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let listed = listed.as_array().expect("an array");
    let named: Vec<&str> = listed.iter().filter_map(|row| row["id"].as_str()).collect();
    assert_eq!(named, ids);
    assert!(listed.iter().all(|row| row["what"].is_string()));
}
