//! `station capture`, and what reads its files: the wire once more, byte for byte.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use drivers::port::{Direction, capture_file};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::house::{House, Viewer};
use crate::premises::{gym, patient};
use crate::program::{Plugged, run_with, station};

/// The bytes of a capture, and how many pieces they came in.
fn kept(file: &Path) -> (Vec<u8>, usize) {
    let text = fs::read_to_string(file).unwrap_or_default();
    // The last line may be on its way.
    let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
    let pieces: Vec<_> = whole
        .lines()
        .skip(1)
        .filter_map(|line| capture_file::from_line(line).expect("a line that can be read"))
        .collect();
    let mut times: Vec<_> = pieces.iter().map(|piece| piece.at).collect();
    times.sort_unstable();
    assert!(times.iter().eq(pieces.iter().map(|piece| &piece.at)));
    let count = pieces.len();
    (
        pieces.into_iter().flat_map(|piece| piece.bytes).collect(),
        count,
    )
}

#[test]
fn what_came_over_a_port_is_kept_and_read_and_played_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("oximeter.txt");
    let name = file.to_str().unwrap();
    let oximeter = Plugged::start(&["nonin-df2"]);
    let mut capture = station()
        .args(["capture", "-o", name, "--protocol", "nonin-df2"])
        .arg(&oximeter.port)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Three whole packets of 25 frames of five bytes.
    while kept(&file).0.len() < 500 {
        assert!(capture.try_wait().unwrap().is_none(), "it goes on");
        std::thread::yield_now();
    }
    kill_process(Pid::from_child(&capture), Signal::INT).unwrap();
    let ended = capture.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    let oximeter_port = oximeter.port.clone();
    drop(oximeter);

    let heading = fs::read_to_string(&file).unwrap();
    let port = oximeter_port.display();
    assert!(heading.starts_with(&format!(
        "station-capture 1\n# port {port}\n# protocol nonin-df2\n# line 9600 8N1\n"
    )));
    let (bytes, _) = kept(&file);

    let decoded = run_with(&["decode", "--protocol", "nonin-df2", name], b"");
    let raw = run_with(&["decode", "--protocol", "nonin-df2"], &bytes);
    assert_eq!(decoded.stdout, raw.stdout, "as the bytes alone");
    let first: Value = serde_json::from_str(decoded.lines()[0]).unwrap();
    assert_eq!(first["message"], "packet", "{first}");

    let again = Plugged::start(&["replay", name]);
    let mut port = File::open(&again.port).unwrap();
    let mut heard = vec![0; bytes.len()];
    port.read_exact(&mut heard).unwrap();
    assert_eq!(heard, bytes);
}

/// A machine that says nothing unasked: its conversation with a gym is the only capture of it.
#[test]
fn what_a_gym_and_a_machine_said_is_kept_read_and_played_again() {
    let ergometer = Plugged::start(&["kettler"]);
    let port = ergometer.port.to_str().unwrap().to_owned();
    let house = House::new(
        &gym(&[("machine = \"kettler\"", &port)]),
        &[patient("P-1", 30.0)],
    );
    let gym = house.open(&[]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.until("the ergometer's answers", |picture| {
        picture.stations[0].machine.line.messages > 5
    });
    assert!(gym.end());
    drop(ergometer);

    let file = house.captures().join("port-0.capture");
    let text = fs::read_to_string(&file).unwrap();
    let begins =
        format!("station-capture 1\n# port {port}\n# protocol kettler\n# line 9600 8N1\n# began ");
    assert!(text.starts_with(&begins), "{text}");
    // Another run keeps what this one kept.
    let again = house.open(&[]);
    assert!(again.end());
    let earlier = fs::read_to_string(house.captures().join("port-0.1.capture")).unwrap();
    assert_eq!(earlier, text);
    assert_ne!(fs::read_to_string(&file).unwrap(), text);
    fs::write(&file, &text).unwrap();
    let name = file.to_str().unwrap();
    // Of a host that asks its questions are no messages, and its release at the end is one.
    for (from, least) in [("host", 1), ("device", 5)] {
        let decoded = run_with(
            &["decode", "--protocol", "kettler", "--from", from, name],
            b"",
        );
        assert_eq!(decoded.status, Some(0), "{from}: {decoded:?}");
        assert!(decoded.lines().len() >= least, "{from}: {decoded:?}");
    }
    let answers: Vec<u8> = text
        .lines()
        .skip(1)
        .filter_map(|line| capture_file::from_line(line).unwrap())
        .filter(|piece| piece.direction == Direction::FromDevice)
        .flat_map(|piece| piece.bytes)
        .collect();
    let again = Plugged::start(&["replay", name]);
    let mut port = File::open(&again.port).unwrap();
    let mut heard = vec![0; answers.len()];
    port.read_exact(&mut heard).unwrap();
    assert_eq!(heard, answers);
}

#[test]
fn a_capture_of_another_version_is_never_read_as_bytes() {
    for text in [
        "station-capture 9\n0.000000 < 01 50 61\n",
        "28848850550 < 01 50 61\n",
    ] {
        let run = run_with(&["decode", "--protocol", "nonin-df2"], text.as_bytes());
        assert_eq!(run.status, Some(1), "{run:?}");
        assert_eq!(run.stdout, "");
        assert!(run.stderr.contains("station-capture 1"), "{run:?}");
    }
}

#[test]
fn a_device_that_has_to_be_asked_is_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ergometer.txt");
    let ergometer = Plugged::start(&["kettler"]);
    let run = run_with(
        &[
            "capture",
            ergometer.port.to_str().unwrap(),
            "-o",
            file.to_str().unwrap(),
            "--protocol",
            "kettler",
            "--seconds",
            "1",
        ],
        b"",
    );
    assert_eq!(run.status, Some(0), "{run:?}");
    for words in [
        "kettler speaks when it is asked",
        "0 bytes in 0 pieces",
        "nothing was asked",
        "station serve --config GYM --capture FOLDER",
    ] {
        assert!(run.stderr.contains(words), "{words}: {run:?}");
    }
}

#[test]
fn a_capture_tells_apart_which_end_spoke() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("belt.txt");
    let text =
        "station-capture 1\n# a note\n0.000000 > C1\n0.010000 < D1 30 30\n0.012000 < 32 35\n";
    fs::write(&file, text).unwrap();
    let name = file.to_str().unwrap();
    let decode = |from: &str| {
        let unit = ["--set", "speed_unit=mph", "--from", from, name];
        run_with(
            &[&["decode", "--protocol", "trackmaster"], &unit[..]].concat(),
            b"",
        )
    };
    let device = decode("device");
    assert_eq!(device.status, Some(0), "{device:?}");
    assert!(device.stdout.contains("1.1176"), "{device:?}");
    assert_eq!(decode("host").stdout, "");
}

#[test]
fn what_cannot_be_captured_or_played_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.txt");
    fs::write(&file, "mine").unwrap();
    let name = file.to_str().unwrap();
    for (arguments, status, words) in [
        (
            &["capture", "/dev/no-such-port", "-o", name][..],
            1,
            "plug it in",
        ),
        (
            &["capture", "/dev/null", "-o", name, "--protocol", "morse"],
            2,
            "write one of",
        ),
        (
            &["virtual", "replay", name, "--pty"],
            2,
            "is no file of station capture",
        ),
        (&["virtual", "replay", "--pty"], 2, "needs a file"),
        (&["virtual", "nonin-df2", name, "--pty"], 2, "leave"),
    ] {
        let run = run_with(arguments, b"");
        assert_eq!(run.status, Some(status), "{arguments:?}: {run:?}");
        assert!(run.stderr.contains(words), "{arguments:?}: {run:?}");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");

    let device = Plugged::start(&["nonin-df2"]);
    let port = device.port.to_str().unwrap();
    let taken = run_with(&["capture", port, "-o", name], b"");
    assert_eq!(taken.status, Some(1), "{taken:?}");
    assert!(taken.stderr.contains("is there already"), "{taken:?}");
    let new = folder.path().join("new.txt");
    let limit = [
        "capture",
        port,
        "-o",
        new.to_str().unwrap(),
        "--seconds",
        "1",
    ];
    assert_eq!(run_with(&limit, b"").status, Some(0));
}
