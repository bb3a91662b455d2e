//! Every worked example of every protocol through the program. Those of CSAFE and Trackmaster are written in forms of their
//! own and stand beside this.

use serde_json::Value;

use super::{check, decode};

/// Each protocol's id, how many examples there are from the device and from the host, and its file.
const WORKED: [(&str, [usize; 2], &str); 27] = [
    (
        "woodway",
        [14, 7],
        include_str!("../../../protocols/vectors/woodway/worked.json"),
    ),
    (
        "ergoline",
        [24, 15],
        include_str!("../../../protocols/vectors/ergoline/worked.json"),
    ),
    (
        "daum-classic",
        [20, 10],
        include_str!("../../../protocols/vectors/daum-classic/worked.json"),
    ),
    (
        "daum-premium",
        [19, 17],
        include_str!("../../../protocols/vectors/daum-premium/worked.json"),
    ),
    (
        "kettler",
        [16, 8],
        include_str!("../../../protocols/vectors/kettler/worked.json"),
    ),
    (
        "monark",
        [15, 12],
        include_str!("../../../protocols/vectors/monark/worked.json"),
    ),
    (
        "computrainer",
        [16, 14],
        include_str!("../../../protocols/vectors/computrainer/worked.json"),
    ),
    (
        "waterrower",
        [14, 4],
        include_str!("../../../protocols/vectors/waterrower/worked.json"),
    ),
    (
        "nonin-df1",
        [23, 5],
        include_str!("../../../protocols/vectors/nonin-df1/worked.json"),
    ),
    (
        "nonin-df2",
        [26, 10],
        include_str!("../../../protocols/vectors/nonin-df2/worked.json"),
    ),
    (
        "nonin-df7",
        [26, 5],
        include_str!("../../../protocols/vectors/nonin-df7/worked.json"),
    ),
    (
        "nonin-df8",
        [24, 5],
        include_str!("../../../protocols/vectors/nonin-df8/worked.json"),
    ),
    (
        "nonin-df13",
        [30, 7],
        include_str!("../../../protocols/vectors/nonin-df13/worked.json"),
    ),
    (
        "nonin-ascii",
        [54, 0],
        include_str!("../../../protocols/vectors/nonin-ascii/worked.json"),
    ),
    (
        "contec-5",
        [24, 2],
        include_str!("../../../protocols/vectors/contec-5/worked.json"),
    ),
    (
        "contec-9",
        [27, 16],
        include_str!("../../../protocols/vectors/contec-9/worked.json"),
    ),
    (
        "bci-5",
        [24, 0],
        include_str!("../../../protocols/vectors/bci-5/worked.json"),
    ),
    (
        "masimo",
        [72, 0],
        include_str!("../../../protocols/vectors/masimo/worked.json"),
    ),
    (
        "nellcor",
        [64, 2],
        include_str!("../../../protocols/vectors/nellcor/worked.json"),
    ),
    (
        "zephyr-hxm",
        [15, 0],
        include_str!("../../../protocols/vectors/zephyr-hxm/worked.json"),
    ),
    (
        "polar-hrmi",
        [12, 6],
        include_str!("../../../protocols/vectors/polar-hrmi/worked.json"),
    ),
    (
        "ant",
        [27, 15],
        include_str!("../../../protocols/vectors/ant/worked.json"),
    ),
    (
        "ivy-450c",
        [13, 0],
        include_str!("../../../protocols/vectors/ivy-450c/worked.json"),
    ),
    (
        "medlab-ecg",
        [10, 3],
        include_str!("../../../protocols/vectors/medlab-ecg/worked.json"),
    ),
    (
        "ble-2a37",
        [14, 0],
        include_str!("../../../protocols/vectors/ble-2a37/worked.json"),
    ),
    (
        "ble-2a5f",
        [18, 0],
        include_str!("../../../protocols/vectors/ble-2a5f/worked.json"),
    ),
    (
        "ble-2ad2",
        [13, 19],
        include_str!("../../../protocols/vectors/ble-2ad2/worked.json"),
    ),
];

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
    for (protocol, counts, document) in WORKED {
        let document: Value = serde_json::from_str(document).expect("a document");
        for (direction, count) in ["device", "host"].into_iter().zip(counts) {
            assert_eq!(
                check_worked(&document, protocol, direction),
                count,
                "{protocol} from {direction}"
            );
        }
    }
}

#[test]
fn protocols_are_listed_by_the_ids_of_the_index() {
    let run = decode(&["--list"], &[]);
    assert_eq!(run.status, Some(0));
    let ids: Vec<&str> = ["csafe", "trackmaster"]
        .into_iter()
        .chain(WORKED.map(|(protocol, _, _)| protocol))
        .collect();
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
