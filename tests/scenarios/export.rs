//! Sessions leave the record as files and come back, seen from outside: whole or not at all, never over what is there, never half.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use protocols::vocabulary::Timestamp;
use station::records::{
    Anchor, EndReason, Entry, Recorder, RecorderOptions, SessionKind, SessionOpened,
};

use crate::program::{Run, run_with, station};

/// 2026-11-23 14:31:07 UTC.
const WALL: i64 = 1_795_444_267_000_000;

/// So many seconds of waveform make an export that does not fit into the small disk below.
const SECONDS: u64 = 1_800;

pub(crate) struct Record {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) id: String,
}

/// A record of one session.
fn record() -> Record {
    record_of("K7PD2MXQ", SECONDS)
}

/// A record of one session of that patient, with so many seconds of waveform.
pub(crate) fn record_of(patient: &str, seconds: u64) -> Record {
    let folder = tempfile::tempdir().expect("a folder");
    let options = RecorderOptions {
        stations: 1,
        clock_rate: 1,
        anchor: Anchor {
            at: Timestamp::ZERO,
            wall_micros: WALL,
        },
    };
    let path = folder.path().join("record.sqlite");
    let recorder = Recorder::open(&path, &options).expect("a new record");
    let handle = recorder.handle();
    let session = recorder.ids().next(WALL);
    let at = Timestamp::ZERO;
    assert!(handle.send(Entry::SessionOpened(Box::new(SessionOpened {
        session,
        patient: patient.to_owned(),
        kind: SessionKind::Virtual,
        clock_rate: 1,
        pre_rolled: false,
        at,
        wall_micros: WALL,
    }))));
    let mut value = 1_u32;
    for second in 0..seconds {
        // Nothing that a compressor would make small.
        let samples = std::iter::repeat_with(|| {
            value = value.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            u16::from_be_bytes([value.to_be_bytes()[0], value.to_be_bytes()[1]])
        });
        assert!(handle.send(Entry::Plethysmogram {
            session,
            at: at + Duration::from_secs(second),
            rate_hz: 75,
            samples: samples.take(75).collect(),
        }));
    }
    assert!(handle.send(Entry::SessionClosed {
        session,
        at: at + Duration::from_secs(SECONDS),
        wall_micros: WALL + 1_800_000_000,
        reason: EndReason::Staff,
    }));
    recorder.close(Duration::from_mins(1)).expect("written");
    Record {
        folder,
        id: session.to_string(),
    }
}

impl Record {
    pub(crate) fn at(&self, name: &str) -> String {
        let path = self.folder.path().join(name);
        path.to_str().expect("text").to_owned()
    }

    fn export(&self, more: &[&str]) -> Run {
        let record = self.at("record.sqlite");
        let mut all = vec!["export", "--record", &record];
        all.extend(more);
        run_with(&all, b"")
    }

    fn import(&self, file: &str, record: &str) -> Run {
        let (file, record) = (self.at(file), self.at(record));
        run_with(&["import", &file, "--record", &record], b"")
    }

    /// The lines of an export but for its first and last, which say who wrote them.
    fn lines(&self, record: &str) -> Vec<String> {
        let record = self.at(record);
        let arguments = [
            "export", &self.id, "--format", "jsonl", "--output", "-", "--record", &record,
        ];
        let run = run_with(&arguments, b"");
        assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
        let lines: Vec<String> = run.stdout.lines().map(str::to_owned).collect();
        lines[1..lines.len() - 1].to_vec()
    }

    /// What people are told of the session: as a list, as a summary, and as reports of it and of its day.
    fn told(&self, record: &str) -> Vec<String> {
        let (record, page) = (self.at(record), self.at("page.html"));
        let run = |arguments: &[&str]| {
            let all = [arguments, &["--record", &record]].concat();
            let run = run_with(&all, b"");
            assert_eq!(run.status, Some(0), "{}", run.stderr);
            run.stdout
        };
        let report = |what: &[&str]| {
            run(&[&["report"], what, &["--output", &page, "--force"]].concat());
            std::fs::read_to_string(&page).expect("a page")
        };
        vec![
            run(&["sessions"]),
            run(&["show", "last"]),
            report(&["last"]),
            report(&["--day", "last"]),
        ]
    }

    /// Everything in the folder that is no part of the record.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.folder.path())
            .expect("a folder")
            .map(|file| {
                file.expect("an entry")
                    .file_name()
                    .into_string()
                    .expect("text")
            })
            .filter(|name| !name.starts_with("record.sqlite"))
            .collect();
        names.sort();
        names
    }
}

#[test]
fn a_session_leaves_and_comes_back_with_the_same_lines() {
    let record = record();
    let file = record.at("visit.jsonl");
    let run = record.export(&["last", "--format", "jsonl", "--output", &file]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(run.lines(), [file.as_str()]);
    let run = record.import("visit.jsonl", "other.sqlite");
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains(&record.id), "{}", run.stdout);
    assert_eq!(record.lines("other.sqlite"), record.lines("record.sqlite"));
    let waveforms = record.lines("record.sqlite");
    assert!(waveforms.iter().any(|line| line.contains("\"waveform\"")));
    let other = record.at("other.sqlite");
    let shown = run_with(&["show", "last", "--record", &other], b"");
    assert_eq!(
        shown.status,
        Some(0),
        "the chain is whole: {}",
        shown.stderr
    );
    for (place, is_imported) in [("record.sqlite", false), ("other.sqlite", true)] {
        for words in record.told(place) {
            assert_eq!(words.contains("imported from"), is_imported, "{words}");
        }
        let (from, folder) = (record.at(place), record.at("tables"));
        let export = [
            "export", "last", "--format", "csv", "--force", "--record", &from,
        ];
        run_with(&[&export[..], &["--output", &folder]].concat(), b"");
        let summary = std::fs::read_to_string(Path::new(&folder).join("summary.csv"));
        let summary = summary.expect("a summary");
        assert!(
            summary
                .lines()
                .next()
                .is_some_and(|names| names.contains(",imported,"))
        );
        assert_eq!(summary.contains(",whole,"), is_imported, "{summary}");
        let listed = run_with(&["sessions", "--json", "--record", &record.at(place)], b"");
        let listed: serde_json::Value = serde_json::from_str(&listed.stdout).expect("JSON");
        assert_eq!(listed[0]["imported"].is_object(), is_imported, "{listed}");
    }
    let again = record.import("visit.jsonl", "other.sqlite");
    assert_eq!(again.status, Some(1));
    assert!(again.stderr.contains("already"), "{}", again.stderr);
}

#[test]
fn a_file_that_was_cut_or_changed_says_its_line_and_makes_no_record() {
    let record = record();
    let file = record.at("visit.jsonl");
    record.export(&["last", "--format", "jsonl", "--output", &file]);
    let text = std::fs::read_to_string(&file).expect("a file");
    let place = 1 + text
        .lines()
        .position(|line| line.contains("\"end_reason\":\"staff\""))
        .expect("a session");
    for (changed, words) in [
        (
            text.replacen("\"staff\"", "\"patient\"", 1),
            format!("line {place}"),
        ),
        (text[..text.len() - 200].to_owned(), "it was cut".to_owned()),
    ] {
        std::fs::write(record.at("changed.jsonl"), changed).expect("written");
        let run = record.import("changed.jsonl", "other.sqlite");
        assert_eq!((run.status, run.stdout.as_str()), (Some(1), ""));
        assert!(run.stderr.contains(&words), "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    }
    assert_eq!(record.names(), ["changed.jsonl", "visit.jsonl"]);
}

#[test]
fn tables_go_into_a_folder_and_nothing_is_written_over_without_force() {
    let record = record();
    let folder = record.at("tables");
    let arguments = ["last", "--format", "csv", "--output", &folder];
    let run = record.export(&arguments);
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(run.lines().len(), 8);
    let summary = Path::new(&folder).join("summary.csv");
    std::fs::write(&summary, "mine").expect("written");
    let run = record.export(&arguments);
    assert_eq!(run.status, Some(1));
    assert!(run.stderr.contains("--force"), "{}", run.stderr);
    assert_eq!(std::fs::read(&summary).expect("a file"), b"mine");
    let run = record.export(&["last", "--format", "csv", "--output", &folder, "--force"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let text = std::fs::read_to_string(&summary).expect("a file");
    assert!(text.contains(&record.id), "{text}");
}

#[test]
fn a_waveform_alone_makes_a_file_of_edf_for_its_owner_alone() {
    let record = record();
    let file = record.at("visit.edf");
    let run = record.export(&["last", "--format", "edf", "--output", &file]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    let bytes = std::fs::read(&file).expect("a file");
    assert!(bytes.starts_with(b"0       K7PD2MXQ X X X "));
    let mode = std::fs::metadata(&file)
        .expect("a file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_disk_that_fills_leaves_what_was_there_and_no_half_file() {
    let record = record();
    let file = record.at("visit.jsonl");
    std::fs::write(&file, "old").expect("written");
    // 64 or 128 kilobytes, by the shell: a write past that fails, and is no signal that would end the program.
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 128; exec \"$0\" \"$@\""])
        .arg(station().get_program())
        .args(["export", "last", "--format", "jsonl", "--force"])
        .args(["--output", &file, "--record", &record.at("record.sqlite")])
        .stdin(Stdio::null())
        .output()
        .expect("the program runs");
    let run = Run::new(&output);
    assert_eq!(run.status, Some(1), "{}", run.stderr);
    assert!(
        run.stderr.contains("nothing was left there"),
        "{}",
        run.stderr
    );
    assert_eq!(std::fs::read(&file).expect("a file"), b"old");
    assert_eq!(record.names(), ["visit.jsonl"]);
}

#[test]
fn what_names_no_session_or_no_form_is_said_with_what_to_do() {
    let record = record();
    let file = record.at("visit.edf");
    let mut wrong = record.id.clone();
    wrong.pop();
    wrong.push('!');
    let run = record.export(&[&wrong, "--format", "csv", "--output", &file]);
    assert_eq!(run.status, Some(1));
    assert!(run.stderr.contains(&record.id), "{}", run.stderr);
    let run = record.export(&["--day", "2001-01-01", "--format", "csv", "--output", &file]);
    assert_eq!(run.status, Some(1));
    assert!(run.stderr.contains("station sessions"), "{}", run.stderr);
    assert_eq!(record.names(), Vec::<String>::new());
    let run = record.export(&["last", "--format", "docx", "--output", &file]);
    assert_eq!(run.status, Some(2));
    assert!(run.stderr.contains("jsonl"), "{}", run.stderr);
    assert_eq!(
        record
            .export(&["--format", "csv", "--output", &file])
            .status,
        Some(2)
    );
}

#[test]
fn a_patients_sessions_go_deidentified_into_a_folder_without_a_name() {
    let record = record();
    let folder = record.at("out");
    let arguments = [
        "--patient",
        "k7pd2mxq",
        "--format",
        "jsonl",
        "--output",
        &folder,
        "--deidentified",
    ];
    let run = record.export(&arguments);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let [path] = run.lines()[..] else {
        panic!("{}", run.stdout)
    };
    let name = Path::new(path)
        .file_name()
        .and_then(|name| name.to_str())
        .expect("a name");
    let text = std::fs::read_to_string(path).expect("a file");
    for secret in ["K7PD2MXQ", "20261123", "2026-11-23"] {
        assert!(!name.contains(secret) && !text.contains(secret), "{secret}");
    }
    let file = Path::new("out").join(name);
    let back = record.import(file.to_str().expect("text"), "other.sqlite");
    assert_eq!(back.status, Some(1));
    assert!(back.stderr.contains("de-identified"), "{}", back.stderr);
}

#[test]
fn a_bundle_goes_to_standard_output_and_a_session_without_seconds_makes_no_activity() {
    let record = record();
    let run = record.export(&["last", "--format", "fhir", "--output", "-"]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    let bundle: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(bundle["resourceType"], "Bundle");
    assert_eq!(bundle["type"], "collection");
    assert!(run.stdout.contains("K7PD2MXQ"));
    let hidden = record.export(&[
        "last",
        "--format",
        "fhir",
        "--output",
        "-",
        "--deidentified",
    ]);
    assert_eq!(hidden.status, Some(0));
    assert!(!hidden.stdout.contains("K7PD2MXQ") && !hidden.stdout.contains(&record.id));

    let file = record.at("visit.fit");
    let run = record.export(&["last", "--format", "fit", "--output", &file]);
    assert_eq!(run.status, Some(1));
    assert!(run.stderr.contains("station show"), "{}", run.stderr);
    assert_eq!(record.names(), Vec::<String>::new());
}
