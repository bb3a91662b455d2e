//! `station decode`: the worked bytes of every protocol through the real program, and what wrong use gets.

mod worked;

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::program::{Run, run_with, station};

const CSAFE: &str = include_str!("../../protocols/vectors/csafe/worked.json");
const TRACKMASTER: &str = include_str!("../../protocols/vectors/trackmaster/worked.json");

/// How long a line may take that has to come: far longer than it ever does.
const DEADLINE: Duration = Duration::from_mins(1);

fn decode(arguments: &[&str], input: &[u8]) -> Run {
    let arguments: Vec<&str> = ["decode"].iter().chain(arguments).copied().collect();
    run_with(&arguments, input)
}

fn decode_hex(arguments: &[&str], text: &str) -> Run {
    let arguments: Vec<&str> = ["--hex"].iter().chain(arguments).copied().collect();
    decode(&arguments, text.as_bytes())
}

fn bytes(text: &str) -> Vec<u8> {
    text.split_whitespace()
        .map(|byte| u8::from_str_radix(byte, 16).expect("hex"))
        .collect()
}

fn objects(run: &Run) -> Vec<Value> {
    let lines = run.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("an object a line"))
        .collect()
}

/// Adds what the program says of values that are null.
fn with_missing(mut object: Value) -> Value {
    let missing: Vec<Value> = object
        .as_object()
        .expect("an object")
        .iter()
        .filter(|(_, value)| value.is_null())
        .map(|(key, _)| key.as_str().into())
        .collect();
    if !missing.is_empty() {
        object["missing"] = missing.into();
    }
    object
}

fn sorted_missing(mut object: Value) -> Value {
    if let Some(missing) = object.get_mut("missing").and_then(Value::as_array_mut) {
        missing.sort_by_key(ToString::to_string);
    }
    object
}

/// Runs one worked example and holds everything that comes out against what is written.
fn check(arguments: &[&str], text: &str, expected: &[Value], what: &str) {
    let run = decode_hex(arguments, text);
    let found: Vec<Value> = objects(&run).into_iter().map(sorted_missing).collect();
    let expected: Vec<Value> = expected
        .iter()
        .map(|object| sorted_missing(with_missing(object.clone())))
        .collect();
    assert_eq!(found, expected, "{what}");
    let has_errors = expected.iter().any(|object| object.get("error").is_some());
    let is_noise = expected.is_empty() && run.stderr.contains("bytes of noise");
    assert_eq!(
        run.status,
        Some(i32::from(has_errors || is_noise)),
        "{what}"
    );
}

fn end(entry: &Value) -> (&'static str, &'static str) {
    match entry["direction"].as_str() {
        Some("host") => ("host", "command"),
        Some("machine") => ("device", "answer"),
        _ => panic!("a direction: {entry}"),
    }
}

#[test]
fn numbers_that_no_unit_holds_are_told_as_sent() {
    let run = decode(&["--protocol", "daum-premium"], b"\x01S2375.5039\x17");
    assert_eq!(
        run.lines(),
        [r#"{"offset":0,"message":"power","power_watts":75.5}"#]
    );
    let run = decode(&["--protocol", "ergoline"], b"H9999\rH000\r");
    assert_eq!(
        run.lines(),
        [
            r#"{"offset":0,"message":"heart_rate","heart_rate_bpm":9999}"#,
            r#"{"offset":6,"message":"heart_rate","heart_rate_bpm":null,"missing":["heart_rate_bpm"]}"#,
        ]
    );
}

#[test]
fn each_line_of_hex_is_one_bluetooth_value() {
    let run = decode_hex(&["--protocol", "ble-2a37"], "00 48\n00\n00 49\n");
    assert_eq!(
        run.lines(),
        [
            r#"{"offset":0,"message":"heart_rate_measurement","heart_rate_bpm":72}"#,
            r#"{"offset":2,"error":"framing","skipped_bytes":1}"#,
            r#"{"offset":3,"message":"heart_rate_measurement","heart_rate_bpm":73}"#,
        ]
    );
    let run = decode(&["--protocol", "ble-2a37"], b"\x00\x48");
    assert_eq!(
        run.lines(),
        [r#"{"offset":0,"message":"heart_rate_measurement","heart_rate_bpm":72}"#]
    );
}

#[test]
fn every_worked_example_of_csafe() {
    let entries: Vec<Value> = serde_json::from_str(CSAFE).expect("entries");
    assert!(entries.len() > 60);
    for entry in &entries {
        let text = entry["hex"].as_str().expect("bytes");
        let (from, message) = end(entry);
        let expected = &entry["expected"];
        let objects = match (&expected["report"], expected.get("error")) {
            (_, Some(error)) => vec![json!({
                "offset": 0, "error": error, "skipped_bytes": expected["skipped_bytes"],
            })],
            (Value::Object(fields), None) => {
                let mut object = json!({"offset": 0, "message": message});
                for (key, value) in fields {
                    object[key] = value.clone();
                }
                vec![object]
            }
            _ => vec![],
        };
        check(
            &["--protocol", "csafe", "--from", from],
            text,
            &objects,
            text,
        );
    }
}

#[test]
fn every_worked_example_of_trackmaster() {
    let entries: Vec<Value> = serde_json::from_str(TRACKMASTER).expect("entries");
    assert!(entries.len() > 12);
    for entry in &entries {
        let text = entry["hex"].as_str().expect("bytes");
        let (from, _) = end(entry);
        let fields = ["speed_metres_per_second", "grade_percent", "error"];
        let found = fields.iter().find(|key| entry.get(**key).is_some());
        let unit = entry["speed_unit"].as_str();
        let set = format!("speed_unit={}", unit.unwrap_or("mph"));
        let run = decode_hex(
            &["--protocol", "trackmaster", "--from", from, "--set", &set],
            text,
        );
        let objects = objects(&run);
        match found {
            None => assert_eq!((objects.len(), run.status), (0, Some(0)), "{text}"),
            Some(key) => {
                assert_eq!(objects.len(), 1, "{text}");
                assert_eq!(objects[0][*key], entry[*key], "{text}");
                assert_eq!(run.status, Some(i32::from(*key == "error")), "{text}");
            }
        }
    }
}

#[test]
fn lines_are_as_promised_to_the_letter() {
    let five = "F1 85 A5 03 32 00 31 A8 03 19 00 4C A7 03 00 00 52 B0 01 68 B4 03 3E 00 58 20 F2";
    let run = decode_hex(
        &["--protocol", "csafe"],
        &format!("{five} F1 05 B0 01 71 C4 F2 99 F1 85 A7 03 3C 00 52 B4 03 C2 01 59 62 F2"),
    );
    assert_eq!(
        run.lines(),
        [
            r#"{"offset":0,"message":"answer","heart_rate_bpm":104,"power_watts":62,"cadence_rpm":0,"speed_metres_per_second":1.3888888888888888,"grade_percent":2.5}"#,
            r#"{"offset":27,"error":"checksum","skipped_bytes":7}"#,
            r#"{"offset":35,"message":"answer","power_watts":null,"cadence_rpm":60,"missing":["power_watts"]}"#,
        ]
    );
    assert_eq!(run.stderr, "station: bytes of noise skipped: 1\n");
    assert_eq!(run.status, Some(1));
}

#[test]
fn a_speed_whose_unit_was_not_told_is_missing() {
    let run = decode_hex(&["--protocol", "trackmaster"], "D1 30 30 32 35");
    assert_eq!(
        run.lines(),
        [
            r#"{"offset":0,"message":"actual_speed","speed_metres_per_second":null,"missing":["speed_metres_per_second"]}"#
        ]
    );
    assert_eq!(run.status, Some(0));
}

#[test]
fn a_message_that_the_next_opcode_cuts_off_and_a_refusal_are_errors() {
    let run = decode_hex(
        &["--protocol", "trackmaster"],
        "D1 30 D2 30 31 30 30 BE BF D2 30 3A 30 D0 32",
    );
    assert_eq!(
        run.lines(),
        [
            r#"{"offset":0,"error":"framing","skipped_bytes":2}"#,
            r#"{"offset":2,"message":"actual_elevation","grade_percent":10.0}"#,
            r#"{"offset":7,"error":"out_of_range","skipped_bytes":1}"#,
            r#"{"offset":8,"error":"illegal_command","skipped_bytes":1}"#,
            r#"{"offset":9,"error":"framing","skipped_bytes":3}"#,
        ]
    );
    assert_eq!(run.status, Some(1));
}

#[test]
fn what_a_host_says_is_another_language() {
    let power = "F1 34 03 4B 00 58 24 F2";
    let told = decode_hex(&["--protocol", "csafe", "--from", "host"], power);
    assert_eq!(
        told.lines(),
        [r#"{"offset":0,"message":"command","power_watts":75}"#]
    );
    assert_eq!(told.status, Some(0));
    let strap = decode_hex(&["--protocol", "zephyr-hxm", "--from", "host"], "02 26 37");
    assert_eq!(strap.stdout, "");
    assert_eq!(
        strap.stderr,
        "station: bytes of noise skipped: 3\nstation: nothing of the input is zephyr-hxm; look at --protocol, --from and --set\n"
    );
    assert_eq!(strap.status, Some(1));
}

#[test]
fn a_capture_of_another_protocol_is_a_finding_that_names_it() {
    let capture =
        b"station-capture 1\n# port /dev/ttyUSB0\n# protocol csafe\n# line 9600 8N1\n0.000000 < F1 01 80 81 F2\n";
    let other = decode(&["--protocol", "zephyr-hxm"], capture);
    assert_eq!(other.stdout, "");
    assert!(
        other
            .stderr
            .ends_with("nothing of the input is zephyr-hxm: the file says that it is csafe; write --protocol csafe\n"),
        "{}",
        other.stderr
    );
    assert_eq!(other.status, Some(1));
    let nothing = decode(&["--protocol", "zephyr-hxm"], b"");
    assert_eq!((nothing.stderr.as_str(), nothing.status), ("", Some(0)));
}

#[test]
fn a_file_standard_input_and_text_give_the_same() {
    let text = "F1 05 B0 01 71 C5 F2";
    let raw = bytes(text);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("wire.bin");
    std::fs::write(&path, &raw).expect("a file");
    let path = path.to_str().expect("text");
    let from_file = decode(&["--protocol", "csafe", path], &[]);
    assert_eq!(
        from_file.lines(),
        [r#"{"offset":0,"message":"answer","heart_rate_bpm":113}"#]
    );
    assert_eq!(from_file, decode(&["--protocol", "csafe"], &raw));
    assert_eq!(from_file, decode_hex(&["--protocol", "csafe"], text));
    let packed = text.replace(' ', "").to_lowercase();
    assert_eq!(from_file, decode_hex(&["--protocol", "csafe"], &packed));
}

#[test]
fn from_a_live_pipe_each_line_comes_before_the_next_byte() {
    let frame = bytes("F1 05 B0 01 71 C5 F2");
    let mut child = station()
        .args(["decode", "--protocol", "csafe"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let stdout = child.stdout.take().expect("a pipe");
    let (sender, lines) = sync_channel(16);
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines() {
            drop(sender.send(line.expect("text")));
        }
    });
    for turn in 0..3 {
        // A frame in two pieces: the first ends in the middle of a message.
        for piece in [&frame[..4], &frame[4..]] {
            stdin.write_all(piece).expect("the program reads");
            stdin.flush().expect("the program reads");
        }
        let line = lines.recv_timeout(DEADLINE).expect("a line at once");
        let offset = turn * frame.len();
        assert_eq!(
            line,
            format!(r#"{{"offset":{offset},"message":"answer","heart_rate_bpm":113}}"#)
        );
    }
    drop(stdin);
    assert_eq!(child.wait().expect("an end").code(), Some(0));
}

#[test]
fn a_reader_who_goes_away_ends_it_quietly() {
    let mut child = station()
        .args(["decode", "--protocol", "csafe"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("a pipe");
    let frame = bytes("F1 05 B0 01 71 C5 F2");
    // It ends by itself: sooner or later the pipe to it is closed.
    while stdin.write_all(&frame).is_ok() {}
    let run = child.wait_with_output().expect("an end");
    assert_eq!(run.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&run.stderr), "");
}

#[cfg(target_os = "linux")]
#[test]
fn memory_is_bounded_however_much_comes() {
    const MEBIBYTE: usize = 1 << 20;
    let mut child = station()
        .args(["decode", "--protocol", "nonin-df2"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    for _ in 0..48 {
        stdin.write_all(&vec![0x55; MEBIBYTE]).expect("it reads");
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).expect("status");
    drop(stdin);
    assert_eq!(child.wait().expect("an end").code(), Some(1));
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes: usize = peak
        .and_then(|peak| peak.trim().strip_suffix("kB"))
        .and_then(|peak| peak.trim().parse().ok())
        .expect("a peak");
    assert!(kibibytes < 32 * 1024, "{kibibytes} KiB for 48 MiB");
}

#[test]
fn wrong_use_is_told_with_what_to_write_and_exits_2() {
    let cases: [(&[&str], &str, &[&str]); 8] = [
        (
            &["--protocol", "csave"],
            "",
            &["\"csave\"", "csafe, trackmaster, woodway", "zephyr-hxm"],
        ),
        (&[], "", &["--protocol"]),
        (
            &["--protocol", "csafe", "--from", "nurse"],
            "",
            &["host", "device"],
        ),
        (
            &["--protocol", "trackmaster", "--set", "unit=mph"],
            "",
            &["\"unit\"", "speed_unit"],
        ),
        (
            &["--protocol", "trackmaster", "--set", "speed_unit=knots"],
            "",
            &["\"knots\"", "mph, km/h"],
        ),
        (
            &["--protocol", "csafe", "--hex"],
            "F1\n80 8G",
            &["line 2, column 5", "'G'"],
        ),
        (
            &["--protocol", "csafe", "--hex"],
            "F1 8",
            &["line 1, column 4"],
        ),
        (
            &["--protocol", "csafe", "no/such/file"],
            "",
            &["no/such/file", "standard input"],
        ),
    ];
    for (arguments, input, words) in cases {
        let run = decode(arguments, input.as_bytes());
        assert_eq!(run.status, Some(2), "{arguments:?}: {run:?}");
        assert_eq!(run.stdout, "", "{arguments:?}");
        for word in words {
            assert!(run.stderr.contains(word), "{word} in {run:?}");
        }
    }
}

#[test]
fn what_stands_before_a_broken_digit_is_decoded() {
    let run = decode_hex(&["--protocol", "csafe"], "F1 05 B0 01 71 C5 F2 xx");
    assert_eq!(
        run.lines(),
        [r#"{"offset":0,"message":"answer","heart_rate_bpm":113}"#]
    );
    assert_eq!(run.status, Some(2));
}

#[test]
fn the_examples_of_the_help_work() {
    let run = decode(&["--help"], &[]);
    assert_eq!(run.status, Some(0));
    let (_, example) = run
        .stdout
        .split_once("echo '")
        .expect("an example with its bytes");
    let (text, rest) = example.split_once("' | station decode ").expect("a pipe");
    let arguments = rest.lines().next().expect("a line");
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let shown = decode(&arguments, text.as_bytes());
    assert_eq!(
        shown.lines(),
        [r#"{"offset":0,"message":"answer","heart_rate_bpm":104}"#]
    );
    assert_eq!(shown.status, Some(0));
}
