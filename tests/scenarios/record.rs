//! What the commands on a record say, seen from outside: lists, remedies, exit codes, and files that are left as they are.

use std::path::{Path, PathBuf};
use std::time::Duration;

use protocols::vocabulary::Timestamp;
use station::records::{
    Anchor, EndReason, Entry, Event, EventKind, Recorder, RecorderOptions, SessionKind,
    SessionOpened,
};

use crate::program::{Run, run_with};

/// 2026-11-23 14:31:07 UTC.
const WALL: i64 = 1_795_444_267_000_000;

struct Record {
    _folder: tempfile::TempDir,
    path: PathBuf,
    ids: Vec<String>,
}

/// A record of two sessions that nobody did anything in.
fn record() -> Record {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("record.sqlite");
    let options = RecorderOptions {
        stations: 1,
        clock_rate: 1,
        anchor: Anchor {
            at: Timestamp::ZERO,
            wall_micros: WALL,
        },
    };
    let recorder = Recorder::open(&path, &options).expect("a new record");
    let handle = recorder.handle();
    let mut maker = recorder.ids();
    let mut ids = Vec::new();
    for number in 0..2_u32 {
        let session = maker.next(WALL + i64::from(number) * 60_000_000);
        let at = Timestamp::from_secs(u64::from(number) * 60);
        let opened = SessionOpened {
            session,
            patient: format!("K7PD2MX{number}"),
            kind: SessionKind::Virtual,
            clock_rate: 1,
            pre_rolled: false,
            at,
            wall_micros: WALL,
        };
        assert!(handle.try_send(Entry::SessionOpened(Box::new(opened))));
        let event = Event {
            bout: None,
            at,
            kind: EventKind::Notice,
            rule: None,
            priority: None,
            act: None,
            value: None,
            limit: None,
            text: "a word".to_owned(),
            detail: None,
        };
        assert!(handle.try_send(Entry::Event(Box::new(event))));
        assert!(handle.try_send(Entry::SessionClosed {
            session,
            at: at + Duration::from_secs(50),
            wall_micros: WALL + 50_000_000,
            reason: EndReason::Staff,
        }));
        ids.push(session.to_string());
    }
    recorder.close(Duration::from_mins(1)).expect("written");
    Record {
        _folder: folder,
        path,
        ids,
    }
}

fn on(path: &Path, arguments: &[&str]) -> Run {
    let mut all: Vec<&str> = arguments.to_vec();
    all.push("--record");
    all.push(path.to_str().expect("text"));
    run_with(&all, b"")
}

#[test]
fn sessions_are_listed_as_an_array_of_objects_with_an_id() {
    let record = record();
    let run = on(&record.path, &["sessions", "--json"]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    let list: Vec<serde_json::Value> = serde_json::from_str(&run.stdout).expect("an array");
    let mut ids: Vec<&str> = list.iter().filter_map(|line| line["id"].as_str()).collect();
    ids.sort_unstable();
    let mut made: Vec<&str> = record.ids.iter().map(String::as_str).collect();
    made.sort_unstable();
    assert_eq!(ids, made);
    assert!(
        list.iter()
            .all(|line| line["state"] == "ended" && line["end_reason"] == "staff")
    );
}

#[test]
fn a_session_is_shown_by_a_part_of_its_id_and_an_unknown_one_names_the_nearest() {
    let record = record();
    let mark = record.ids[0].rsplit('-').next().expect("a mark");
    let run = on(&record.path, &["show", mark, "--json"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let shown: serde_json::Value = serde_json::from_str(&run.stdout).expect("an object");
    assert_eq!(shown["id"], record.ids[0].as_str());
    let run = on(&record.path, &["replay", mark]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("identical"), "{}", run.stdout);

    let mut wrong = record.ids[1].clone();
    wrong.pop();
    wrong.push('!');
    for command in ["show", "replay"] {
        let run = on(&record.path, &[command, &wrong]);
        assert_eq!((run.status, run.stdout.as_str()), (Some(1), ""));
        assert!(run.stderr.contains(&record.ids[1]), "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    }
}

#[test]
fn a_patient_and_a_part_of_many_ids_are_told_for_what_they_are() {
    let record = record();
    let sessions: Vec<serde_json::Value> =
        serde_json::from_str(&on(&record.path, &["sessions", "--json"]).stdout).expect("an array");
    let latest = sessions[0]["id"].as_str().expect("an id");
    let patient = sessions[0]["patient"].as_str().expect("a patient");
    let run = on(&record.path, &["show", patient]);
    assert_eq!(run.status, Some(1));
    assert!(
        run.stderr.contains("that is a patient") && run.stderr.contains(latest),
        "{}",
        run.stderr
    );
    let run = on(&record.path, &["show", "S-20"]);
    assert_eq!(run.status, Some(1));
    assert!(run.stderr.contains("2 of 2 ids have it"), "{}", run.stderr);
}

#[test]
fn an_event_that_was_changed_by_hand_is_a_finding() {
    let record = record();
    rusqlite::Connection::open(&record.path)
        .and_then(|connection| {
            connection.execute_batch(
                "DROP TRIGGER events_stay; UPDATE events SET text = 'another word' WHERE text = 'a word'",
            )
        })
        .expect("a shell can do that");
    let run = on(&record.path, &["show", "last"]);
    assert_eq!(run.status, Some(1));
    assert!(
        run.stderr.contains("was changed after it was written"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_cannot_be_read_is_said_with_a_remedy_and_left_as_it_is() {
    let record = record();
    let folder = record.path.parent().expect("a folder");
    let newer = folder.join("newer.sqlite");
    std::fs::copy(&record.path, &newer).expect("a copy");
    rusqlite::Connection::open(&newer)
        .and_then(|connection| connection.pragma_update(None, "user_version", 99))
        .expect("marked");
    let foreign = folder.join("letter.txt");
    std::fs::write(&foreign, "Dear all").expect("written");
    for (path, words) in [
        (&newer, "written by a newer Station"),
        (&foreign, "is not a record of Station"),
        (&folder.join("none.sqlite"), "there is no record"),
    ] {
        let before = std::fs::read(path).ok();
        for arguments in [&["sessions"][..], &["show", "last"], &["replay", "last"]] {
            let run = on(path, arguments);
            assert_eq!((run.status, run.stdout.as_str()), (Some(1), ""));
            assert!(run.stderr.contains(words), "{}", run.stderr);
            assert!(run.stderr.contains("--record"), "{}", run.stderr);
        }
        assert_eq!(std::fs::read(path).ok(), before, "{}", path.display());
    }
}

#[test]
fn wrong_usage_is_exit_status_two() {
    assert_eq!(run_with(&["show"], b"").status, Some(2));
    assert_eq!(run_with(&["sessions", "--all"], b"").status, Some(2));
}
