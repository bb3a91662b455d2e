use std::path::Path;
use std::time::Duration;

use protocols::vocabulary::Timestamp;

use super::*;
use crate::records::desk::not_as_signed;
use crate::records::fixtures::{
    SECRET, Visit, WALL, archive_of_a_signed_visit, archive_of_a_visit, hire, options,
};
use crate::records::purge::{Wanted, purge};
use crate::records::session::SessionRecord;
use crate::records::{Archive, Recorder, RecordsError, SessionLine};

/// A visit's file, in a folder.
fn exported() -> (tempfile::TempDir, Archive, std::path::PathBuf) {
    let (folder, archive) = archive_of_a_visit();
    let file = folder.path().join("visit.jsonl");
    let line = archive.find("last").unwrap();
    std::fs::write(&file, gather(&archive, &line).unwrap()).unwrap();
    (folder, archive, file)
}

/// The same of another session: the second run of a record gives another id.
fn exported_by_another_run() -> (tempfile::TempDir, Archive, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let soon = Duration::from_mins(1);
    Recorder::open(&path, &options())
        .unwrap()
        .close(soon)
        .unwrap();
    let recorder = Recorder::open(&path, &options()).unwrap();
    let mut visit = Visit::begin(recorder.ids().next(WALL), Timestamp::from_secs(1));
    visit.whole();
    for entry in visit.take() {
        assert!(recorder.handle().send(entry));
    }
    recorder.close(soon).unwrap();
    let archive = Archive::open(&path).unwrap();
    let file = folder.path().join("visit.jsonl");
    let line = archive.find("last").unwrap();
    std::fs::write(&file, gather(&archive, &line).unwrap()).unwrap();
    (folder, archive, file)
}

/// The lines but for the first and the last, which say who wrote them and where.
fn inner(archive: &Archive) -> Vec<Line> {
    let bytes = gather(archive, &archive.find("last").unwrap()).unwrap();
    Read::of(&bytes).unwrap().lines
}

#[test]
fn every_table_of_a_session_has_its_lines() {
    let (_folder, archive, _) = exported();
    let lines = inner(&archive);
    for kind in [
        "run",
        "anchor",
        "session",
        "prescription",
        "text",
        "bout",
        "second",
        "event",
        "measurement",
        "learned",
        "journal",
        "checkpoint",
        "wire",
    ] {
        assert!(lines.iter().any(|line| line.kind == kind), "{kind}");
    }
    // Every column of every table that has to do with sessions is in them, but for those that are made anew.
    for rows in ROWS {
        let columns: Vec<String> = archive
            .query(
                &format!("SELECT name FROM pragma_table_info('{}')", rows.table),
                [],
                |row| row.get(0),
            )
            .unwrap();
        for column in columns {
            let made_anew = matches!(
                (rows.table, column.as_str()),
                ("gaps" | "notes" | "signatures", "id")
                    | ("prescriptions", "first_used_wall_us")
                    | (_, "checksum")
            );
            assert!(
                made_anew || rows.columns.contains(&column.as_str()),
                "{}.{column}",
                rows.table
            );
        }
    }
}

#[test]
fn a_session_that_is_taken_twice_over_gives_the_same_lines_and_figures() {
    let (folder, archive, file) = exported();
    let (first, second) = (
        folder.path().join("a.sqlite"),
        folder.path().join("b.sqlite"),
    );
    take(&file, &first, WALL, false).unwrap();
    let once = Archive::open(&first).unwrap();
    assert_eq!(inner(&once), inner(&archive));
    assert_eq!(once.findings(10).unwrap(), []);
    let again = folder.path().join("again.jsonl");
    let line = once.find("last").unwrap();
    std::fs::write(&again, gather(&once, &line).unwrap()).unwrap();
    // The second record holds another visit before, so that no number is the same there.
    let (theirs, _theirs, theirs_file) = exported_by_another_run();
    take(&theirs_file, &second, WALL, false).unwrap();
    take(&again, &second, WALL, false).unwrap();
    drop(theirs);
    let twice = Archive::open(&second).unwrap();
    let line = twice.find(&line.id).unwrap();
    let bytes = gather(&twice, &line).unwrap();
    assert_eq!(Read::of(&bytes).unwrap().lines, inner(&archive));
    assert_eq!(twice.findings(10).unwrap(), []);
    let (before, after) = (
        SessionRecord::read(&archive, "last").unwrap(),
        SessionRecord::read(&once, "last").unwrap(),
    );
    let of_elsewhere = SessionLine {
        imported: None,
        ..after.line.clone()
    };
    assert!(before.line.imported.is_none() && after.line.imported.is_some());
    assert_eq!(before.line, of_elsewhere);
    assert_eq!(
        before
            .seconds()
            .map(|(_, second)| second)
            .collect::<Vec<_>>(),
        after
            .seconds()
            .map(|(_, second)| second)
            .collect::<Vec<_>>()
    );
    assert_eq!(before.events.len(), after.events.len());
}

#[test]
fn a_session_that_is_there_is_refused_and_the_record_stays() {
    let (folder, archive, file) = exported();
    drop(archive);
    let record = folder.path().join("record.sqlite");
    let refusal = take(&file, &record, WALL, false).unwrap_err();
    assert!(matches!(refusal, ImportError::There { .. }), "{refusal}");
    let archive = Archive::open(&record).unwrap();
    assert_eq!(archive.sessions().unwrap().len(), 1);
}

#[test]
fn what_was_cut_changed_or_forged_is_refused_with_its_line_and_makes_no_record() {
    let (folder, _archive, file) = exported();
    let record = folder.path().join("new.sqlite");
    let text = std::fs::read_to_string(&file).unwrap();
    let refused = |text: &str| {
        let file = folder.path().join("changed.jsonl");
        std::fs::write(&file, text).unwrap();
        let refusal = take(&file, &record, WALL, false).unwrap_err().to_string();
        assert!(!record.exists(), "{refusal}");
        refusal
    };
    let cut = refused(&text[..text.len() / 2]);
    assert!(cut.contains("cut") && cut.contains("line"), "{cut}");
    let place = text
        .lines()
        .position(|line| line.contains("\"heart_rate_bpm\":7"))
        .unwrap();
    let changed = refused(&text.replacen("\"heart_rate_bpm\":7", "\"heart_rate_bpm\":8", 1));
    assert!(
        changed.contains(&format!("line {}", place + 1)),
        "{changed}"
    );
    // Somebody who makes every sum anew still has the chain's hashes against him.
    let read = Read::of(text.as_bytes()).unwrap();
    let mut forged = Lines::new();
    let mut number = 0;
    for line in &read.lines {
        let mut fields = line.fields.clone();
        if line.kind == "event" && number == 0 {
            fields.insert("text".to_owned(), "nothing happened".into());
            number = line.number;
        }
        forged.push(&line.kind, &fields);
    }
    let forged = String::from_utf8(forged.finish(read.header)).unwrap();
    let refusal = refused(&forged);
    assert!(
        refusal.contains(&format!("line {number}: the event's hash")),
        "{refusal}"
    );
}

#[test]
fn what_was_taken_is_marked_in_the_chain_and_its_hashes_are_kept() {
    let (folder, archive, file) = exported();
    let record = folder.path().join("new.sqlite");
    take(&file, &record, WALL, false).unwrap();
    let taken = Archive::open(&record).unwrap();
    let said: Vec<String> = taken
        .query(
            "SELECT events.text FROM imported JOIN events ON events.id = event_id",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert!(said[0].contains("was imported"), "{said:?}");
    let hashes = |archive: &Archive, sql: &str| -> Vec<[u8; 32]> {
        archive.query(sql, [], |row| row.get(0)).unwrap()
    };
    assert_eq!(
        hashes(&taken, "SELECT hash FROM imported_hashes ORDER BY event_id"),
        hashes(
            &archive,
            "SELECT hash FROM events WHERE session_id IS NOT NULL ORDER BY id"
        )
    );
}

#[test]
fn a_record_in_use_takes_nothing() {
    let (folder, archive, file) = exported();
    drop(archive);
    let record = folder.path().join("new.sqlite");
    let _held = crate::records::store::Store::open_for_writing(&record).unwrap();
    let refusal = take(&file, &record, WALL, false).unwrap_err();
    assert!(
        matches!(refusal, ImportError::Record(RecordsError::InUse { .. })),
        "{refusal}"
    );
    let none = take(Path::new("/nowhere.jsonl"), &record, WALL, false).unwrap_err();
    assert!(matches!(none, ImportError::Unread { .. }), "{none}");
}

#[test]
fn the_sums_beside_blocks_are_those_of_their_new_numbers_and_damage_stays_damage() {
    let (folder, archive, _) = exported();
    drop(archive);
    let path = folder.path().join("record.sqlite");
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch("UPDATE journal_blocks SET checksum = zeroblob(8) WHERE block = 2;")
        .unwrap();
    let archive = Archive::open(&path).unwrap();
    let file = folder.path().join("damaged.jsonl");
    let line = archive.find("last").unwrap();
    std::fs::write(&file, gather(&archive, &line).unwrap()).unwrap();
    // Another session before, so that no number is the same there.
    let (_theirs, _archive, theirs_file) = exported_by_another_run();
    let record = folder.path().join("new.sqlite");
    take(&theirs_file, &record, WALL, false).unwrap();
    take(&file, &record, WALL, false).unwrap();
    let taken = Archive::open(&record).unwrap();
    let bytes = gather(&taken, &taken.find(&line.id).unwrap()).unwrap();
    let found = Read::of(&bytes).unwrap().lines;
    assert_eq!(found, inner(&archive));
    assert_eq!(
        found
            .iter()
            .filter(|line| line.fields.contains_key(DAMAGED))
            .count(),
        1
    );
    let without: Vec<i64> = taken
        .query(
            "SELECT count(*) FROM journal_blocks WHERE checksum IS NULL",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(without, [0]);
}

#[test]
fn a_session_that_was_taken_can_be_purged() {
    let (folder, _archive, file) = exported();
    let record = folder.path().join("new.sqlite");
    take(&file, &record, WALL, false).unwrap();
    let after = WALL + 10_000_000_000;
    let fitter = crate::records::desk::By::of(Some("fitter"));
    hire(&Archive::open(&record).unwrap(), "fitter", "Fitter");
    let wanted = Wanted {
        before_wall_us: after,
        confirmed: 1,
        with_signed: true,
    };
    assert_eq!(purge(&record, &fitter, SECRET, wanted).unwrap().sessions, 1);
    let archive = Archive::open(&record).unwrap();
    assert_eq!(archive.findings(10).unwrap(), []);
    take(&file, &record, WALL, false).unwrap();
}

/// What of a session is not what was written and signed is said where it is taken, and not only where somebody proves the record later.
#[test]
fn a_session_that_is_not_what_was_written_and_signed_is_refused_or_taken_as_such() {
    for (made, change, because) in [
        (
            archive_of_a_visit(),
            "UPDATE measurements SET value = 118 WHERE kind = 'blood-pressure'",
            "measurement 2",
        ),
        (
            archive_of_a_signed_visit(),
            "DROP TRIGGER signed_learned_stay; DROP TRIGGER learned_stays; UPDATE learned SET gain_bpm_per_met = 20.0",
            "is not what Anna Berg signed",
        ),
    ] {
        let (folder, archive) = made;
        rusqlite::Connection::open(archive.path())
            .unwrap()
            .execute_batch(change)
            .unwrap();
        let file = folder.path().join("altered.jsonl");
        let line = archive.find("last").unwrap();
        std::fs::write(&file, gather(&archive, &line).unwrap()).unwrap();
        let record = folder.path().join("new.sqlite");
        let refusal = take(&file, &record, WALL, false).unwrap_err();
        assert!(matches!(refusal, ImportError::Altered { .. }), "{refusal}");
        assert!(refusal.to_string().contains(because), "{refusal}");
        assert_eq!(Archive::open(&record).unwrap().session_count().unwrap(), 0);
        let taken = take(&file, &record, WALL, true).unwrap();
        assert!(taken.altered.join("; ").contains(because), "{taken:?}");
        let there = Archive::open(&record).unwrap();
        assert_eq!(not_as_signed(&there, &line.id).unwrap(), taken.altered);
        let said: Vec<String> = there
            .query(
                "SELECT events.text FROM imported JOIN events ON events.id = event_id",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert!(said[0].contains("though it is not what"), "{said:?}");
        let origin = there.find("last").unwrap().imported.unwrap();
        assert!(origin.altered && origin.at.is_some());
    }
}

#[test]
fn the_seconds_of_what_is_taken_are_packed_and_proved() {
    let (folder, archive) = archive_of_a_visit();
    let line = archive.find("last").unwrap();
    let file = folder.path().join("visit.jsonl");
    std::fs::write(&file, gather(&archive, &line).unwrap()).unwrap();
    let record = folder.path().join("new.sqlite");
    take(&file, &record, WALL, false).unwrap();
    let there = Archive::open(&record).unwrap();
    let count = |sql: &str| -> i64 { there.query(sql, [], |row| row.get(0)).unwrap()[0] };
    assert_eq!(count("SELECT count(*) FROM samples"), 0);
    assert!(count("SELECT count(*) FROM sample_blocks") > 0);
    let verified = crate::records::verify::verify(&there, None).unwrap();
    assert_eq!((verified.findings.len(), verified.whole_sessions), (0, 1));
}

#[test]
fn a_session_with_lost_seconds_is_taken_only_as_what_it_is() {
    let (folder, archive) = archive_of_a_visit();
    rusqlite::Connection::open(archive.path())
        .unwrap()
        .execute_batch("DELETE FROM sample_blocks")
        .unwrap();
    let line = archive.find("last").unwrap();
    let file = folder.path().join("lost.jsonl");
    std::fs::write(&file, gather(&archive, &line).unwrap()).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.lines().next().unwrap().contains("\"findings\""));
    let record = folder.path().join("new.sqlite");
    let refusal = take(&file, &record, WALL, false).unwrap_err();
    assert!(matches!(refusal, ImportError::Altered { .. }), "{refusal}");
}
