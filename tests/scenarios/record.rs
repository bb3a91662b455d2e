//! What the commands on a record say, seen from outside: lists, remedies, exit codes, and files that are left as they are.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use protocols::vocabulary::Timestamp;
use station::records::{
    Anchor, EndReason, Entry, Event, EventKind, Recorder, RecorderOptions, SessionKind,
    SessionOpened,
};

use crate::program::{Run, run_with, station};

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
    // Whoever keeps what was printed has it there too.
    let head = "NOT what was written and signed: event";
    assert!(run.stdout.contains(head), "{}", run.stdout);
}

/// Takes the content of the first page of a table or an index away.
fn damage(path: &Path, of: &str) {
    let (page, size) = rusqlite::Connection::open(path)
        .and_then(|connection| {
            connection.query_row(
                "SELECT rootpage, page_size FROM sqlite_schema, pragma_page_size WHERE name = ?1",
                [of],
                |row| Ok((row.get::<_, u32>(0)?, row.get::<_, u32>(1)?)),
            )
        })
        .expect("a shell can ask that");
    let [page, size] = [page, size].map(|number| usize::try_from(number).expect("small"));
    let mut bytes = std::fs::read(path).expect("it is there");
    bytes[(page - 1) * size..page * size].fill(0);
    std::fs::write(path, &bytes).expect("written");
}

#[test]
fn a_damaged_index_closes_no_session_and_is_told() {
    let record = record();
    damage(&record.path, "sessions_by_time");
    for arguments in [&["sessions", "--json"][..], &["show", "last"], &["verify"]] {
        let run = on(&record.path, arguments);
        assert_eq!(run.status, Some(1), "{arguments:?}");
        let told = "what leads to the rows of sessions is damaged, and no row is known to be lost";
        // Verify tells it among its findings.
        let (where_told, said) = if arguments == ["verify"] {
            (&run.stdout, "of 2 sessions whole")
        } else {
            (&run.stderr, record.ids[1].as_str())
        };
        assert!(where_told.contains(told), "{where_told}");
        assert!(run.stdout.contains(said), "{arguments:?}: {}", run.stdout);
    }
}

/// What is damaged may be met after the document stands there: it is handed on once, and once in the trail.
#[test]
fn a_document_of_a_damaged_record_is_made_once() {
    let record = record();
    let patient = {
        let list = on(&record.path, &["sessions", "--json"]);
        let list: serde_json::Value = serde_json::from_str(&list.stdout).expect("a list");
        list[0]["patient"].as_str().expect("a pseudonym").to_owned()
    };
    damage(&record.path, "purged_events");
    let arguments = ["report", "--patient", &patient, "--output", "-"];
    let run = on(&record.path, &arguments);
    assert_eq!(run.status, Some(1));
    assert_eq!(run.stdout.matches("</html>").count(), 1);
    let told = "some rows of purged_events cannot be read";
    assert_eq!(run.stderr.matches(told).count(), 1, "{}", run.stderr);
    let trail = on(&record.path, &["audit", "--patient", &patient]);
    let exports = trail.stdout.matches("took this session out").count();
    assert_eq!(exports, 1, "{}", trail.stdout);
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

#[test]
fn a_list_is_narrowed_by_patient_day_text_and_number() {
    let record = record();
    let listed = |arguments: &[&str]| {
        let mut all = vec!["sessions", "--json"];
        all.extend(arguments);
        let run = on(&record.path, &all);
        assert_eq!(run.status, Some(0), "{}", run.stderr);
        let list: Vec<serde_json::Value> = serde_json::from_str(&run.stdout).expect("an array");
        list.len()
    };
    assert_eq!(listed(&["--patient", "K7PD2MX1"]), 1);
    assert_eq!(listed(&["--limit", "1"]), 1);
    assert_eq!(listed(&["--search", "staff"]), 2);
    assert_eq!(listed(&["--search", "mx0", "--state", "ended"]), 1);
    assert_eq!(listed(&["--from", "2026-11-22", "--to", "2026-11-24"]), 2);
    assert_eq!(listed(&["--day", "2025-01-01"]), 0);
    let none = on(&record.path, &["sessions", "--day", "2025-01-01"]);
    assert!(
        none.stdout.contains("no session of 2 fits"),
        "{}",
        none.stdout
    );
    for wrong in [
        &["--day", "yesterday"][..],
        &["--day", "2026-11-23", "--from", "2026-11-01"],
        &["--limit", "0"],
    ] {
        let mut all = vec!["sessions"];
        all.extend(wrong);
        assert_eq!(on(&record.path, &all).status, Some(2), "{wrong:?}");
    }
}

/// One rule for pseudonyms, wherever one is written.
#[test]
fn a_patient_is_found_in_any_case_and_an_unknown_one_is_answered_with_the_nearest() {
    let record = record();
    let out = record.path.with_file_name("out");
    let out = out.to_str().expect("text");
    for command in [
        &["sessions"][..],
        &["audit"],
        &["report", "--output", "-"],
        &["export", "--format", "csv", "--force", "--output", out],
    ] {
        let of = |patient: &str| {
            let all = [command, &["--patient", patient]].concat();
            on(&record.path, &all)
        };
        let (written, asked) = (of("K7PD2MX0"), of("k7pd2mx0"));
        assert_eq!((written.status, asked.status), (Some(0), Some(0)));
        if command == ["sessions"] {
            assert!(asked.stdout.contains("K7PD2MX0"), "{}", asked.stdout);
            assert_eq!(written.stdout, asked.stdout);
        }
        let unknown = of("k7pd2mxx");
        assert_eq!(unknown.status, Some(1), "{command:?}: {}", unknown.stdout);
        let nearest = "no patient k7pd2mxx";
        assert!(unknown.stderr.contains(nearest), "{}", unknown.stderr);
        let nearest = "the nearest is K7PD2MX0";
        assert!(unknown.stderr.contains(nearest), "{}", unknown.stderr);
    }
    for command in [
        &["review", "--patient"][..],
        &["identify", "--name", "Jane Doe", "--by", "anna"],
    ] {
        let unknown = on(&record.path, &[command, &["k7pd2mxx"]].concat());
        assert_eq!(unknown.status, Some(1));
        let nearest = "the nearest is K7PD2MX0";
        assert!(unknown.stderr.contains(nearest), "{}", unknown.stderr);
    }
}

#[test]
fn a_replay_with_another_prescription_advises_what_it_takes() {
    let record = record();
    let patients = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/example/patients");
    for (file, advice) in [
        ("nowhere.toml", "a folder of them, after --whatif"),
        (patients, "write --whatif with the one patient's file"),
    ] {
        let run = on(&record.path, &["replay", "last", "--whatif", file]);
        assert_eq!(run.status, Some(2), "{}", run.stderr);
        assert!(run.stderr.contains(advice), "{}", run.stderr);
        assert!(!run.stderr.contains("--patient"), "{}", run.stderr);
    }
}

#[test]
fn days_that_are_the_wrong_way_round_are_said_to_be() {
    let record = record();
    let run = on(
        &record.path,
        &["sessions", "--from", "2026-12-02", "--to", "2026-12-01"],
    );
    assert_eq!(run.status, Some(2));
    let wanted = "--from 2026-12-02 is after --to 2026-12-01";
    assert!(run.stderr.contains(wanted), "{}", run.stderr);
}

#[test]
fn a_disk_that_fills_in_a_backup_leaves_what_was_there_and_no_half_copy() {
    let record = record();
    let copy = record.path.with_file_name("copy.sqlite");
    let to = copy.to_str().expect("text");
    assert_eq!(on(&record.path, &["backup", to]).status, Some(0));
    let before = std::fs::read(&copy).expect("a copy");
    let names = || {
        let folder = std::fs::read_dir(copy.parent().expect("a folder")).expect("a folder");
        let mut names: Vec<_> = folder
            .map(|file| file.expect("a file").file_name())
            .collect();
        names.sort();
        names
    };
    let there = names();
    for more in [&["--force", to][..], &[&format!("{to}.other")]] {
        // A write past the limit fails, and is no signal that would end the program.
        let output = Command::new("sh")
            .args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\""])
            .arg(station().get_program())
            .args(["backup", "--record"])
            .arg(&record.path)
            .args(more)
            .stdin(Stdio::null())
            .output()
            .expect("the program runs");
        let run = Run::new(&output);
        assert_eq!(run.status, Some(1), "{}", run.stdout);
        let wanted = "nothing of it was left there: name a file in a folder";
        assert!(run.stderr.contains(wanted), "{}", run.stderr);
        assert_eq!(std::fs::read(&copy).expect("a copy"), before);
        assert_eq!(names(), there);
    }
}

#[test]
fn a_record_is_verified_backed_up_and_purged_from_the_command_line() {
    let record = record();
    let copy = record.path.with_file_name("copy.sqlite");
    let to = copy.to_str().expect("text");
    let run = on(&record.path, &["verify"]);
    assert_eq!(run.status, Some(0), "{}{}", run.stdout, run.stderr);
    assert!(
        run.stdout.contains("2 of 2 sessions whole"),
        "{}",
        run.stdout
    );
    assert_eq!(on(&record.path, &["backup", to]).status, Some(0));
    let again = on(&record.path, &["backup", to]);
    assert_eq!(again.status, Some(1));
    assert!(again.stderr.contains("--force"), "{}", again.stderr);

    let foreseen = on(&record.path, &["purge", "--before", "2026-12-24"]);
    assert_eq!(foreseen.status, Some(0));
    assert!(
        foreseen.stdout.contains("2 sessions would go")
            && foreseen.stdout.contains("--confirm 2 --by WHO"),
        "{}",
        foreseen.stdout
    );
    let confirm = ["purge", "--before", "2026-12-24", "--confirm"];
    let unsigned = on(&record.path, &[&confirm[..], &["2"]].concat());
    assert_eq!(unsigned.status, Some(1), "nobody was named");
    let secret = b"correct horse\ncorrect horse\n";
    let record_of = ["--record", record.path.to_str().expect("text")];
    let as_archivist = |arguments: &[&str]| {
        let who = ["--by", "archivist", "--secret-stdin"];
        let all = [arguments, &who, &record_of].concat();
        run_with(&all, secret)
    };
    let add = [
        "staff",
        "add",
        "archivist",
        "--name",
        "Archivist",
        "--role",
        "archivist",
    ];
    let added = as_archivist(&add);
    assert_eq!(added.status, Some(0), "{}", added.stderr);
    let other = as_archivist(&[&confirm[..], &["1"]].concat());
    assert_eq!(other.status, Some(1), "{}", other.stdout);
    assert!(
        other.stderr.contains("nothing was purged"),
        "{}",
        other.stderr
    );
    let done = as_archivist(&[&confirm[..], &["2"]].concat());
    assert_eq!(done.status, Some(0), "{}", done.stderr);
    let verified = on(&record.path, &["verify", "--json"]);
    assert_eq!(verified.status, Some(0), "{}", verified.stdout);
    let verified: serde_json::Value = serde_json::from_str(&verified.stdout).expect("an object");
    assert_eq!(verified["sessions"], 0);
    assert!(verified["purged_events"].as_u64() > Some(0), "{verified}");

    // The copy has kept what went, and a change to it is found.
    rusqlite::Connection::open(&copy)
        .expect("the copy")
        .execute_batch(
            "DROP TRIGGER events_stay; UPDATE events SET text = 'all was well' WHERE id = 2",
        )
        .expect("a hand that changes it");
    let found = on(&copy, &["verify"]);
    assert_eq!(found.status, Some(1), "{}", found.stdout);
    assert!(
        found.stdout.contains("event 2 was changed"),
        "{}",
        found.stdout
    );
}
