//! What somebody changes in a file by SQL, whatever triggers stand in the way, and what tells of it.

use core::time::Duration;

use protocols::vocabulary::Timestamp;
use rusqlite::Connection;

use super::super::desk::{By, Meaning, altered, sign};
use super::super::fixtures::{
    SECRET, Visit, WALL, archive_of_a_signed_visit, archive_of_a_visit,
    archive_of_a_visit_in_three_gyms, hire, options, verified_rows, without_triggers,
};
use super::super::{EndReason, Entry, Recorder, SessionRecord};
use super::*;

/// Changes a file as somebody does who has it.
fn change(archive: &Archive, sql: &str) {
    without_triggers(archive.path()).execute_batch(sql).unwrap();
}

/// Whether the session is said not to be what was recorded by whoever proves, shows or signs it.
fn is_told(archive: &Archive, what: &str) -> bool {
    let verified = verified_rows(archive);
    let record = SessionRecord::read(archive, "last").unwrap();
    let found = verified.findings.iter();
    found.clone().any(|damage| damage.what == what)
        && verified.whole_sessions == 0
        && !altered(archive, &record).unwrap().words.is_empty()
}

#[test]
fn texts_that_a_bout_names_by_their_hash_are_hashed_again() {
    for (sql, what) in [
        (
            "UPDATE prescriptions SET text = replace(text, '3.5', '5.5')",
            "prescription",
        ),
        ("DELETE FROM prescriptions", "prescription"),
        (
            "UPDATE bouts SET prescription_sha256 = zeroblob(32)",
            "prescription",
        ),
        ("UPDATE texts SET zstd = zeroblob(50)", "text"),
        (
            "UPDATE texts SET zstd = (SELECT zstd FROM texts WHERE kind = 'rules')",
            "text",
        ),
        ("DELETE FROM texts WHERE kind = 'configuration'", "text"),
        ("UPDATE texts SET kind = 'rules'", "text"),
        ("UPDATE bouts SET rules_sha256 = zeroblob(32)", "text"),
    ] {
        let (_folder, archive) = archive_of_a_visit();
        change(&archive, sql);
        assert!(is_told(&archive, what), "{sql}");
    }
}

#[test]
fn a_session_whose_prescription_was_changed_is_not_signed() {
    let (_folder, archive) = archive_of_a_visit();
    hire(&archive, "anna", "Anna Berg");
    let session = archive.find("last").unwrap().id;
    change(
        &archive,
        "UPDATE prescriptions SET text = replace(text, '3.5', '5.5')",
    );
    let anna = By::of(Some("anna"));
    let refusal = sign(archive.path(), &anna, SECRET, &session, Meaning::Review).unwrap_err();
    assert!(refusal.to_string().contains("prescription"), "{refusal}");
}

#[test]
fn what_the_event_of_the_end_sums_up_is_held_by_it() {
    for (sql, what) in [
        ("UPDATE bouts SET decisions = 3", "header"),
        ("UPDATE bouts SET journal_format = 1", "header"),
        ("UPDATE bouts SET build = 'another'", "header"),
        (
            "UPDATE bouts SET header_zstd = CAST(header_zstd || x'00' AS BLOB)",
            "header",
        ),
        ("DELETE FROM journal_blocks WHERE block = 3", "journal"),
        (
            "DELETE FROM checkpoints WHERE block = (SELECT max(block) FROM checkpoints)",
            "checkpoint",
        ),
        ("DELETE FROM learned", "learned"),
        ("UPDATE learned SET gain_bpm_per_met = 25.0", "learned"),
        (
            "INSERT INTO learned_compared SELECT bout_id, session_id, 7 FROM learned",
            "learned",
        ),
        // Whoever computes the sum beside a block anew.
        (
            "UPDATE checkpoints SET replaces = 1, checksum = NULL",
            "checkpoint",
        ),
        (
            "UPDATE journal_blocks SET last_us = last_us + 1, checksum = NULL WHERE block = 3",
            "journal",
        ),
    ] {
        let (_folder, archive) = archive_of_a_visit();
        change(&archive, sql);
        assert!(is_told(&archive, what), "{sql}");
    }
}

#[test]
fn a_block_that_is_missing_between_two_checkpoints_is_named() {
    let (_folder, archive) = archive_of_a_visit();
    change(&archive, "DELETE FROM journal_blocks WHERE block = 3");
    let verified = verified_rows(&archive);
    let [damage] = verified.findings.as_slice() else {
        panic!("{:?}", verified.findings)
    };
    assert!(damage.because.contains("block 3 is missing"), "{damage:?}");
    let (from, to) = (damage.from_s.unwrap(), damage.to_s.unwrap());
    assert!((50.0..70.0).contains(&(to - from)), "{damage:?}");
}

/// A gym that was lost has told nothing: the one that finds its session open does.
#[test]
fn a_session_that_was_found_open_is_held_and_so_is_one_that_went_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let soon = Duration::from_mins(1);
    let open = || Recorder::open(&path, &options()).unwrap();
    let recorder = open();
    let mut visit = Visit::begin(recorder.ids().next(WALL), Timestamp::from_secs(1));
    visit.run(200);
    let send = |recorder: &Recorder, entries: Vec<Entry>| {
        let handle = recorder.handle();
        assert!(entries.into_iter().all(|entry| handle.send(entry)));
    };
    send(&recorder, visit.take());
    recorder.close(soon).unwrap();
    let recorder = open();
    assert_eq!(recorder.interrupted().len(), 1);
    let interrupted = std::fs::read(path_of_copy(&path)).unwrap();
    let later = Timestamp::from_secs(5);
    send(
        &recorder,
        vec![
            Entry::SessionResumed {
                session: visit.session,
                at: later,
                wall_micros: WALL + 300_000_000,
            },
            Entry::SessionClosed {
                session: visit.session,
                at: later,
                wall_micros: WALL + 300_000_000,
                reason: EndReason::Staff,
            },
        ],
    );
    recorder.close(soon).unwrap();
    let went_on = std::fs::read(path_of_copy(&path)).unwrap();
    for bytes in [interrupted, went_on] {
        for (sql, what) in [
            ("SELECT 1", ""),
            ("DELETE FROM journal_blocks WHERE block = 1", "journal"),
            ("UPDATE bouts SET decisions = 1", "header"),
            (
                "DELETE FROM checkpoints WHERE block = (SELECT max(block) FROM checkpoints)",
                "checkpoint",
            ),
        ] {
            let copy = folder.path().join("copy.sqlite");
            std::fs::write(&copy, &bytes).unwrap();
            let archive = Archive::open(&copy).unwrap();
            change(&archive, sql);
            if what.is_empty() {
                let verified = verified_rows(&archive);
                assert_eq!((verified.findings, verified.whole_sessions), (vec![], 1));
            } else {
                assert!(is_told(&archive, what), "{sql}");
            }
        }
    }
}

/// What a lost gym left out hangs on these rows: which bout goes on with which, when an alarm ended, how long nobody recorded.
#[test]
fn the_gaps_of_a_lost_gym_are_held_by_the_events_that_found_it_and_went_on() {
    let (_folder, archive) = archive_of_a_visit_in_three_gyms();
    let bytes = std::fs::read(path_of_copy(archive.path())).unwrap();
    let gaps: i64 = Connection::open(archive.path())
        .unwrap()
        .query_row("SELECT count(*) FROM gaps", [], |row| row.get(0))
        .unwrap();
    assert!(gaps >= 4, "two gyms were lost, and two went on: {gaps}");
    let changes = [
        "DELETE FROM gaps WHERE id = (SELECT id FROM gaps ORDER BY id LIMIT 1 OFFSET {n})",
        "UPDATE gaps SET bout_id = iif(bout_id IS NULL, (SELECT min(id) FROM bouts), NULL)
         WHERE id = (SELECT id FROM gaps ORDER BY id LIMIT 1 OFFSET {n})",
        "UPDATE gaps SET lost = lost + 5 WHERE id = (SELECT id FROM gaps ORDER BY id LIMIT 1 OFFSET {n})",
        "UPDATE gaps SET what = 'samples' WHERE id = (SELECT id FROM gaps ORDER BY id LIMIT 1 OFFSET {n})",
        "INSERT INTO gaps (session_id, bout_id, run_id, what, from_us, to_us, lost, reason)
         SELECT session_id, bout_id, run_id, what, from_us, to_us, lost, reason FROM gaps ORDER BY id LIMIT 1 OFFSET {n}",
    ];
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.sqlite");
    std::fs::write(&copy, &bytes).unwrap();
    let untouched = Archive::open(&copy).unwrap();
    assert_eq!(verified_rows(&untouched).findings, vec![]);
    drop(untouched);
    for change_of in changes {
        for n in 0..gaps {
            std::fs::write(&copy, &bytes).unwrap();
            let archive = Archive::open(&copy).unwrap();
            let sql = change_of.replace("{n}", &n.to_string());
            change(&archive, &sql);
            let findings = verified_rows(&archive).findings;
            assert!(
                findings.iter().any(|found| found.what == "gap"),
                "{sql}: {findings:?}"
            );
        }
    }
}

/// A copy of the record as it is now, beside it.
fn path_of_copy(path: &std::path::Path) -> PathBuf {
    let copy = path.with_extension("now");
    drop(std::fs::remove_file(&copy));
    Connection::open(path)
        .unwrap()
        .execute("VACUUM INTO ?1", [copy.to_str().unwrap()])
        .unwrap();
    copy
}

/// The sums of an earlier version say less: what they do not say is not proved, and is no damage.
#[test]
fn what_the_sums_of_an_earlier_version_leave_open_is_not_proved() {
    let (_folder, archive) = archive_of_a_visit();
    let session = archive.find("last").unwrap().id;
    let check = || told::check(archive.connection(), &session).unwrap().0;
    let is_silent = || told::is_silent(archive.connection(), &session).unwrap();
    assert_eq!((check(), is_silent()), (Vec::new(), false));
    change(
        &archive,
        "UPDATE events SET detail = json_remove(detail, '$.sums.events', '$.sums.waveform', '$.sums.bouts[0].rows', '$.sums.bouts[0].turns')
         WHERE detail LIKE '%sums%'",
    );
    assert_eq!((check(), is_silent()), (Vec::new(), true));
    change(&archive, "UPDATE learned SET gain_bpm_per_met = 25.0");
    assert_eq!((check(), is_silent()), (Vec::new(), true));
    change(&archive, "DELETE FROM wire_blocks");
    assert_eq!(check().len(), 1);
}

/// Who, when and how much: what the event of an addition tells beside its words.
#[test]
fn whose_an_addition_is_and_when_it_was_made_is_held_by_its_event() {
    let signed_or_not = |sql: &str| {
        let (folder, archive) = archive_of_a_signed_visit();
        change(&archive, sql);
        (folder, archive)
    };
    let take_back = "DELETE FROM signatures; DELETE FROM events WHERE kind = 'signature';";
    for (sql, what) in [
        ("UPDATE notes SET by_name = 'Dr Mallory'", "note"),
        ("UPDATE notes SET by_id = 'mallory' WHERE id = 2", "note"),
        ("UPDATE notes SET wall_us = wall_us - 86400000000", "note"),
        (
            "UPDATE corrections SET by_name = 'Dr Mallory'",
            "correction",
        ),
        ("UPDATE corrections SET by_id = 'mallory'", "correction"),
        ("UPDATE corrections SET wall_us = wall_us + 1", "correction"),
        (
            "INSERT INTO corrections SELECT 99, session_id, wall_us, by_id, by_name, why, event_id FROM corrections",
            "correction",
        ),
        ("UPDATE corrections SET measurement_id = 99", "correction"),
        (
            "UPDATE signatures SET wall_us = wall_us - 2592000000000",
            "signature",
        ),
    ] {
        let (_folder, archive) = signed_or_not(sql);
        assert!(is_told(&archive, what), "{sql}");
        if what != "signature" {
            let (_folder, archive) = signed_or_not(&format!("{take_back} {sql}"));
            assert!(is_told(&archive, what), "not signed: {sql}");
        }
    }
}

#[test]
fn who_is_of_the_staff_and_since_when_is_held_by_the_events_of_the_list() {
    let (_folder, archive) = archive_of_a_visit();
    hire(&archive, "anna", "Anna Berg");
    hire(&archive, "lee", "Lee Ohm");
    let anna = By::of(Some("anna"));
    desk::retire_member(archive.path(), &anna, Some(SECRET), "lee").unwrap();
    assert_eq!(verified_rows(&archive).findings, []);
    for (sql, again) in [
        (
            "UPDATE staff SET retired_wall_us = NULL WHERE id = 'lee'",
            "",
        ),
        (
            "UPDATE staff SET retired_wall_us = 7 WHERE id = 'lee'",
            "UPDATE staff SET retired_wall_us = (SELECT wall_us FROM events WHERE text LIKE '%retired lee%') WHERE id = 'lee'",
        ),
        (
            "UPDATE staff SET retired_wall_us = 7 WHERE id = 'anna'",
            "UPDATE staff SET retired_wall_us = NULL WHERE id = 'anna'",
        ),
        (
            "UPDATE staff SET added_wall_us = added_wall_us - 1 WHERE id = 'anna'",
            "",
        ),
    ] {
        change(&archive, sql);
        let found = verified_rows(&archive).findings;
        assert!(found.iter().all(|damage| damage.what == "staff"), "{sql}");
        assert!(!found.is_empty(), "{sql}");
        change(&archive, again);
    }
}

/// Once a session is signed, its signature tells too.
#[test]
fn a_signed_session_is_held_as_well() {
    let (_folder, archive) = archive_of_a_signed_visit();
    assert_eq!(verified_rows(&archive).findings, []);
    change(&archive, "UPDATE learned SET gain_bpm_per_met = 25.0");
    assert!(is_told(&archive, "learned") && is_told(&archive, "signature"));
}
