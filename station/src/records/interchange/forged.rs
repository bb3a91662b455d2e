//! Files whose sums somebody computed anew after a change: no secret is in them, so what is left out has to be told by what stays.

use serde_json::{Map, Value};

use super::*;
use crate::records::Archive;
use crate::records::fixtures::{
    SECRET, WALL, archive_of_a_signed_visit, archive_of_a_visit, verified_rows,
};

/// What becomes of a line: its fields, or nothing.
type Change<'a> = &'a dyn Fn(&Line, &mut Map<String, Value>) -> bool;

/// Why a session's file is refused, each line of which went through `keep`; it is refused unless `--altered` is said.
pub(super) fn refusal(archive: &Archive, keep: Change<'_>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let line = archive.find("last").unwrap();
    let read = Read::of(&gather(archive, &line).unwrap()).unwrap();
    let mut forged = Lines::new();
    for line in &read.lines {
        let mut fields = line.fields.clone();
        if keep(line, &mut fields) {
            forged.push(&line.kind, &fields);
        }
    }
    let file = folder.path().join("forged.jsonl");
    std::fs::write(&file, forged.finish(read.header)).unwrap();
    let record = folder.path().join("new.sqlite");
    let refused = take(&file, &record, WALL, false);
    let refused = refused.map_or_else(|refusal| refusal.to_string(), |_| String::new());
    if !refused.is_empty() {
        assert!(take(&file, &record, WALL, true).is_ok());
    }
    refused
}

fn is(line: &Line, kind: &str, field: &str, value: i64) -> bool {
    line.kind == kind && line.fields.get(field) == Some(&Value::from(value))
}

#[test]
fn what_was_left_out_of_a_file_is_told_by_what_stays() {
    let (_folder, archive) = archive_of_a_visit();
    let last = archive
        .query("SELECT max(block) FROM checkpoints", [], |row| {
            row.get::<_, i64>(0)
        })
        .unwrap()[0];
    let alarm = |line: &Line| {
        let kind = line.fields.get("kind").and_then(Value::as_str);
        line.kind == "event" && kind.is_some_and(|kind| kind.starts_with("alarm-"))
    };
    let cases: [(Change<'_>, &str); 6] = [
        (&|_, _| true, ""),
        (&|line, _| !alarm(line), "events of its own"),
        (
            &|line, _| !is(line, "journal", "block", 3),
            "the journal of bout 1",
        ),
        (
            &|line, _| !is(line, "checkpoint", "block", last),
            "the state at the checkpoints of bout 1",
        ),
        (
            &|line, _| line.kind != "learned",
            "what was learned from bout 1",
        ),
        (
            &|line, fields| {
                if line.kind == "learned" {
                    fields.insert("gain_bpm_per_met".to_owned(), 55.5.into());
                }
                true
            },
            "what was learned from bout 1",
        ),
    ];
    for (keep, because) in cases {
        let refusal = refusal(&archive, keep);
        assert_eq!(refusal.is_empty(), because.is_empty(), "{refusal}");
        assert!(refusal.contains(because), "{refusal}");
    }
}

/// What came after a signature says how much came before it: only the last of it can be left out and not be missed.
#[test]
fn an_addition_that_was_left_out_with_its_event_is_told_by_the_next() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let anna = crate::records::desk::By::of(Some("anna"));
    let session = archive.find("last").unwrap().id;
    let note = |text: &str| {
        crate::records::desk::note(archive.path(), &anna, SECRET, &session, text).unwrap();
    };
    note("A second call: well.");
    let events: Vec<i64> = archive
        .query("SELECT event_id FROM notes ORDER BY id", [], |row| {
            row.get(0)
        })
        .unwrap();
    let without = |left_out: i64| {
        refusal(&archive, &|line, _| {
            !is(line, "note", "event_id", left_out) && !is(line, "event", "id", left_out)
        })
    };
    assert!(
        without(events[1]).contains("which tells of 4"),
        "{}",
        without(events[1])
    );
    assert_eq!(without(events[2]), "");
    let by_another = refusal(&archive, &|line, fields| {
        if is(line, "note", "event_id", events[2]) {
            fields.insert("by_name".to_owned(), "Dr Mallory".into());
        }
        true
    });
    assert!(
        by_another.contains("the note of Dr Mallory"),
        "{by_another}"
    );
}

/// That a session came from elsewhere is held by the event of its import.
#[test]
fn where_a_session_was_imported_from_is_held_by_an_event() {
    let (folder, archive) = archive_of_a_visit();
    let file = folder.path().join("visit.jsonl");
    let line = archive.find("last").unwrap();
    std::fs::write(&file, gather(&archive, &line).unwrap()).unwrap();
    for (sql, is_whole) in [
        ("SELECT 1", true),
        ("UPDATE imported SET wall_us = wall_us + 1", false),
        ("UPDATE imported SET file_sha256 = zeroblob(32)", false),
        ("UPDATE imported SET header = '{}'", false),
        ("UPDATE imported SET event_id = event_id - 1", false),
        ("DELETE FROM imported", false),
        (
            "DELETE FROM imported; DELETE FROM imported_hashes; DELETE FROM imported_numbers",
            false,
        ),
        ("UPDATE imported_numbers SET there = there + 1000", false),
        ("DELETE FROM imported_numbers WHERE kind = 'run'", false),
        ("UPDATE imported_hashes SET hash = zeroblob(32)", false),
        ("DELETE FROM imported_hashes", false),
    ] {
        let record = folder.path().join("new.sqlite");
        take(&file, &record, WALL, false).unwrap();
        let there = Archive::open(&record).unwrap();
        rusqlite::Connection::open(&record)
            .unwrap()
            .execute_batch(&format!(
                "DROP TRIGGER imported_stays; DROP TRIGGER imported_numbers_stay; DROP TRIGGER imported_hashes_stay; {sql}"
            ))
            .unwrap();
        let found = verified_rows(&there).findings;
        assert_eq!(found.is_empty(), is_whole, "{sql}: {found:?}");
        assert!(
            found.iter().all(|damage| damage.what == "import"),
            "{sql}: {found:?}"
        );
        drop(there);
        std::fs::remove_file(&record).unwrap();
    }
}
