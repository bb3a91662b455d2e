use core::time::Duration;
use std::path::Path;

use control::input::Entry as Entered;
use protocols::vocabulary::Timestamp;
use rusqlite::Connection;

use super::*;
use crate::records::fixtures::{
    SECRET, Visit, WALL, archive_of_a_signed_visit, archive_of_a_visit, hire, options,
    without_triggers,
};
use crate::records::interchange::{gather, take};
use crate::records::list::SessionFilter;
use crate::records::purge::{Wanted, purge};
use crate::records::session::{MeasurementRecord, SessionRecord, SignatureState};
use crate::records::verify::{Verified, verify};
use crate::records::{Archive, Entry, Recorder};

fn anna() -> By {
    By::of(Some("anna"))
}

/// One session, signed or not.
fn all_before(before_wall_us: i64) -> Wanted {
    Wanted {
        before_wall_us,
        confirmed: 1,
        with_signed: true,
    }
}

fn state(archive: &Archive) -> SignatureState {
    SessionRecord::read(archive, "last")
        .unwrap()
        .signature_state()
}

fn whole(archive: &Archive) -> Verified {
    let verified = verify(archive, None).unwrap();
    assert_eq!(verified.findings, []);
    verified
}

fn count(archive: &Archive, sql: &str) -> i64 {
    archive.query(sql, [], |row| row.get(0)).unwrap()[0]
}

/// A person with a SQLite shell.
fn hand(archive: &Archive) -> Connection {
    let hand = Connection::open(archive.path()).unwrap();
    // As the shell has it from the beginning.
    hand.pragma_update(None, "foreign_keys", false).unwrap();
    hand
}

#[test]
fn nothing_of_a_signed_session_is_changed_by_plain_sql() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let hand = hand(&archive);
    let tables = [
        ("sessions", "began_us = began_us + 1"),
        ("bouts", "station = 7"),
        ("sample_blocks", "samples = 1"),
        ("events", "text = 'nothing'"),
        ("measurements", "value = 1"),
        ("journal_blocks", "turns = 1"),
        ("checkpoints", "at_us = 1"),
        ("learned", "mass_kg = 1.0"),
        ("notes", "text = 'nothing'"),
        ("corrections", "why = 'nothing'"),
        ("signatures", "meaning = 'approval'"),
        ("prescriptions", "text = 'nothing'"),
        ("texts", "kind = 'rules'"),
    ];
    for (table, change) in tables {
        let rows = count(&archive, &format!("SELECT count(*) FROM {table}"));
        assert!(rows > 0, "{table}");
        for sql in [
            format!("UPDATE {table} SET {change}"),
            format!("UPDATE OR REPLACE {table} SET {change}"),
            format!("DELETE FROM {table}"),
        ] {
            assert!(hand.execute(&sql, []).is_err(), "{sql}");
        }
    }
    whole(&archive);
}

#[test]
fn nothing_is_put_over_or_beside_the_rows_of_a_signed_session() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let hand = hand(&archive);
    for table in [
        "sessions",
        "bouts",
        "sample_blocks",
        "events",
        "measurements",
        "journal_blocks",
        "checkpoints",
        "learned",
        "notes",
        "corrections",
        "signatures",
    ] {
        let sql = format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}");
        assert!(hand.execute(&sql, []).is_err(), "{sql}");
    }
    for sql in [
        "INSERT INTO gaps (session_id, run_id, what, from_us, to_us, lost, reason) SELECT id, 1, 'journal', 0, 1, 1, '' FROM sessions",
        "INSERT INTO waveform_blocks SELECT id, 1, 'plethysmogram', 9, 0, 1, 0, 75, 1, x'00', NULL FROM sessions",
        "INSERT INTO samples (bout_id, at_us, t_s, phase, heart_rate_trust, spo2_trust, proposed_met_milli, granted_met_milli, reason, by_hand)
         SELECT id, 1, 1, 'ready', 'lost', 'lost', 0, 0, 'phase', 0 FROM bouts",
        "INSERT INTO learned_compared SELECT id, 'S', 1 FROM bouts",
        "INSERT INTO measurements (bout_id, at_us, t_s, phase, kind, value, unit, symptoms) SELECT id, 1, 1, 'ready', 'angina', 1, 'score', 0 FROM bouts",
        // A row that stands for another comes as a correction of the desk alone.
        "INSERT INTO measurements (bout_id, at_us, t_s, phase, kind, value, unit, symptoms, replaces)
         SELECT bout_id, at_us, t_s, phase, kind, 6, unit, symptoms, id FROM measurements WHERE id = 1",
    ] {
        assert!(hand.execute(sql, []).is_err(), "{sql}");
    }
    whole(&archive);
}

#[test]
fn every_table_that_speaks_of_a_session_is_locked() {
    let (_folder, archive) = archive_of_a_visit();
    let tables: Vec<String> = archive
        .query(
            "SELECT DISTINCT tables.name FROM sqlite_schema AS tables, pragma_foreign_key_list(tables.name) AS keys
             WHERE tables.type = 'table' AND keys.\"table\" IN ('sessions', 'bouts') ORDER BY 1",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert!(tables.len() >= 14, "{tables:?}");
    for table in tables.iter().filter(|table| !table.starts_with("imported")) {
        for what in ["INSERT", "UPDATE", "DELETE"] {
            let guards = format!(
                "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = '{table}' AND sql LIKE '%BEFORE {what} ON {table}%'"
            );
            assert!(count(&archive, &guards) > 0, "{what} on {table}");
        }
    }
}

#[test]
fn a_gym_cannot_go_on_with_a_signed_session_and_loses_nothing_in_silence() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let before = SessionRecord::read(&archive, "last").unwrap();
    let session = before.line.id.parse().unwrap();
    let recorder = Recorder::open(archive.path(), &options()).unwrap();
    assert_eq!(recorder.findings(), []);
    assert!(recorder.handle().send(Entry::SessionResumed {
        session,
        at: Timestamp::from_secs(700),
        wall_micros: WALL + 700_000_000,
    }));
    recorder.close(Duration::from_mins(1)).unwrap();
    let after = SessionRecord::read(&archive, "last").unwrap();
    assert_eq!(after.line, before.line);
    assert_eq!(after.events, before.events);
    whole(&archive);
    let refused = "SELECT count(*) FROM gaps WHERE session_id IS NULL AND reason LIKE '%the session is signed%'";
    assert_eq!(count(&archive, refused), 3);
}

#[test]
fn a_signature_rests_neither_on_packing_nor_on_the_record_it_stands_in() {
    let (folder, archive) = archive_of_a_visit();
    let session = archive.find("last").unwrap().id;
    let packed = content::of(archive.connection(), &session, i64::MAX).unwrap();
    let bout = archive.bouts(&session).unwrap()[0].row();
    let rows = archive.samples(bout).unwrap();
    let unpacking =
        crate::records::store::Store::open_beside(archive.path(), Duration::from_secs(1)).unwrap();
    unpacking
        .connection
        .execute_batch(
            "INSERT INTO samples SELECT bout_id, at_us, t_s, phase, heart_rate_bpm, heart_rate_source, heart_rate_trust, heart_rate_age_ms,
               pulse_bpm, spo2_percent, spo2_trust, target_heart_rate_bpm, zone_lower_bpm, zone_upper_bpm, proposed_met_milli,
               granted_met_milli, reason, by_hand, told_power_w, told_speed_mm_s, told_grade_permille, reported_power_w,
               reported_speed_mm_s, reported_grade_permille, cadence_rpm FROM session_samples;
             DELETE FROM sample_blocks;",
        )
        .unwrap();
    assert_eq!(archive.samples(bout).unwrap(), rows);
    assert_eq!(
        content::of(archive.connection(), &session, i64::MAX).unwrap(),
        packed
    );
    hire(&archive, "anna", "Anna Berg");
    let signed = sign(archive.path(), &anna(), SECRET, &session, Meaning::Approval).unwrap();
    assert_eq!(count(&archive, "SELECT count(*) FROM samples"), 0);
    assert_eq!(
        signed.sha256,
        crate::records::chain::Hex(&packed.hash).to_string()
    );
    // In another record, where its rows have other numbers.
    let file = folder.path().join("visit.jsonl");
    std::fs::write(
        &file,
        gather(&archive, &archive.find("last").unwrap()).unwrap(),
    )
    .unwrap();
    let other = folder.path().join("other.sqlite");
    Recorder::open(&other, &options())
        .unwrap()
        .close(Duration::from_mins(1))
        .unwrap();
    take(&file, &other, WALL, false).unwrap();
    let taken = Archive::open(&other).unwrap();
    whole(&taken);
    assert_eq!(state(&taken), SignatureState::Signed { additions: 0 });
    let record = SessionRecord::read(&taken, "last").unwrap();
    assert_eq!(record.signatures[0].name, "Anna Berg");
    assert!(hand(&taken).execute("DELETE FROM sessions", []).is_err());
}

#[test]
fn what_is_added_later_is_marked_and_takes_nothing_from_the_signature() {
    let (_folder, archive) = archive_of_a_signed_visit();
    assert_eq!(state(&archive).to_string(), "signed, 1 addition since");
    let record = SessionRecord::read(&archive, "last").unwrap();
    assert_eq!(record.notes.len(), 2);
    assert!(!record.notes[0].after_signature && record.notes[1].after_signature);
    assert!(!record.corrections[0].after_signature);
    let session = &record.line.id;
    let correction = Correction {
        number: 1,
        value: Entered::PerceivedExertion(13),
        why: "typed 2 for 3",
    };
    let by_anna = |taken: &[MeasurementRecord], correction: &Correction<'_>| {
        correct(archive.path(), &anna(), SECRET, session, taken, correction)
    };
    let new = by_anna(&record.measurements, &correction).unwrap();
    assert_eq!(new, 4);
    assert_eq!(state(&archive), SignatureState::Signed { additions: 2 });
    whole(&archive);
    let again = SessionRecord::read(&archive, "last").unwrap();
    let held: Vec<(i64, bool)> = again
        .measurements_in_force()
        .map(|taken| (taken.value, again.correction(taken.id).is_some()))
        .collect();
    assert_eq!(held, [(124, true), (13, true)]);
    // The value that was corrected stays, and is not corrected a second time.
    assert_eq!(again.measurements[0].value, 12);
    let refusal = by_anna(&again.measurements, &correction).unwrap_err();
    assert!(
        matches!(
            refusal,
            DeskError::CorrectedAlready {
                number: 1,
                instead: 4
            }
        ),
        "{refusal}"
    );
    let kind = Correction {
        number: 3,
        ..correction
    };
    let refusal = by_anna(&again.measurements, &kind).unwrap_err();
    assert!(refusal.to_string().contains("blood pressure"), "{refusal}");
    // A second signature is over the additions too.
    hire(&archive, "lee", "Dr Sun Lee");
    let lee = By::of(Some("LEE"));
    sign(archive.path(), &lee, SECRET, session, Meaning::Approval).unwrap();
    assert_eq!(state(&archive), SignatureState::Signed { additions: 0 });
    whole(&archive);
    let twice = sign(archive.path(), &lee, SECRET, session, Meaning::Approval).unwrap_err();
    assert!(matches!(twice, DeskError::SignedAlready { .. }), "{twice}");
}

#[test]
fn only_who_is_on_the_list_and_has_the_secret_signs() {
    let (_folder, archive) = archive_of_a_visit();
    hire(&archive, "anna", "Anna Berg");
    hire(&archive, "lee", "Dr Sun Lee");
    let path = archive.path();
    let session = archive.find("last").unwrap().id;
    let refused = |by: &str, secret: &str| {
        sign(path, &By::of(Some(by)), secret, &session, Meaning::Review)
            .unwrap_err()
            .to_string()
    };
    // Nothing tells an id that is not there from a secret that is wrong.
    assert_eq!(refused("anna", "wrong horse"), refused("nobody", SECRET));
    retire_member(path, &anna(), Some(SECRET), "lee").unwrap();
    assert!(refused("lee", SECRET).contains("retired"));
    assert_eq!(refused("lee", "wrong horse"), refused("nobody", SECRET));
    assert!(matches!(
        note(path, &By::of(Some("lee")), SECRET, &session, "words"),
        Err(DeskError::Retired { .. })
    ));
    assert!(matches!(
        note(
            path,
            &By::Nobody {
                user: "root".to_owned()
            },
            SECRET,
            &session,
            "words"
        ),
        Err(DeskError::Nobody)
    ));
    assert_eq!(state(&archive), SignatureState::Unsigned);
    // Each attempt is told.
    let refusals = "SELECT count(*) FROM events WHERE kind = 'signature-refused'";
    assert_eq!(count(&archive, refusals), 6);
    whole(&archive);
    // The list is changed by its members alone, ids and printed names are not given twice.
    let new = |id, name| NewMember {
        id,
        name,
        role: "nurse",
        secret: SECRET,
    };
    let add = |proof, new| add_member(path, &anna(), proof, new).unwrap_err();
    assert!(matches!(
        add(Some("wrong horse"), new("bo", "Bo")),
        DeskError::Wrong
    ));
    assert!(matches!(
        add(Some(SECRET), new("lee", "Lee")),
        DeskError::IdTaken { .. }
    ));
    let namesake = add(Some(SECRET), new("anna2", "anna BERG"));
    assert!(
        matches!(namesake, DeskError::NameTaken { .. }),
        "{namesake}"
    );
}

#[test]
fn what_goes_on_cannot_be_signed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let recorder = Recorder::open(&path, &options()).unwrap();
    let mut visit = Visit::begin(recorder.ids().next(WALL), Timestamp::from_secs(1));
    visit.run(5);
    for entry in visit.take() {
        assert!(recorder.handle().send(entry));
    }
    recorder.close(Duration::from_mins(1)).unwrap();
    let archive = Archive::open(&path).unwrap();
    hire(&archive, "anna", "Anna Berg");
    let session = archive.find("last").unwrap().id;
    let sign = || sign(&path, &anna(), SECRET, &session, Meaning::Review);
    assert!(matches!(sign(), Err(DeskError::Open { .. })));
    let before = archive.find("last").unwrap().seconds;
    looked(&archive, &anna(), &[Of::Session(&session)], "show", false).unwrap();
    note(&path, &anna(), SECRET, &session, "in the middle of it").unwrap();
    // The next gym finds it open; a minute later nobody goes on with it.
    Recorder::open(&path, &options())
        .unwrap()
        .close(Duration::from_mins(1))
        .unwrap();
    // What a desk wrote meanwhile is nothing that the gym was heard of by.
    let line = archive.find("last").unwrap();
    assert_eq!(line.state, "interrupted");
    assert!((line.seconds - before).abs() < 1.0, "{line:?}");
    assert!(sign().unwrap().interrupted);
    whole(&archive);
    let waiting = SessionFilter {
        unsigned: true,
        ..SessionFilter::default()
    };
    assert_eq!(archive.list(&waiting).unwrap(), []);
}

#[test]
fn what_a_gym_may_go_on_with_is_left_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let mut now = options();
    now.anchor.wall_micros = crate::clock::wall_micros();
    let recorder = Recorder::open(&path, &now).unwrap();
    let mut visit = Visit::begin(recorder.ids().next(WALL), Timestamp::from_secs(1));
    visit.run(5);
    for entry in visit.take() {
        assert!(recorder.handle().send(entry));
    }
    recorder.close(Duration::from_mins(1)).unwrap();
    let _next_gym = Recorder::open(&path, &now).unwrap();
    let archive = Archive::open(&path).unwrap();
    hire(&archive, "anna", "Anna Berg");
    let session = archive.find("last").unwrap().id;
    let refusal = sign(&path, &anna(), SECRET, &session, Meaning::Review).unwrap_err();
    assert!(
        matches!(refusal, DeskError::JustInterrupted { .. }),
        "{refusal}"
    );
    assert_eq!(state(&archive), SignatureState::Unsigned);
}

/// What is changed by hand, in which table, and as what it is found.
const CHANGES: [(&str, &str, &str, &str); 9] = [
    (
        "sessions",
        "UPDATE sessions SET end_reason = 'staff'",
        "signature",
        "is not what Anna Berg signed",
    ),
    (
        "bouts",
        "UPDATE bouts SET station = 9",
        "signature",
        "is not what Anna Berg signed",
    ),
    (
        "measurements",
        "UPDATE measurements SET value = 141 WHERE id = 1",
        "signature",
        "is not what Anna Berg signed",
    ),
    (
        "notes",
        "UPDATE notes SET text = 'Felt ill.' WHERE id = 1",
        "note",
        "the note of Anna Berg",
    ),
    ("notes", "DELETE FROM notes WHERE id = 2", "note", "is gone"),
    (
        "corrections",
        "UPDATE corrections SET why = 'for fun'",
        "correction",
        "measurement 2",
    ),
    (
        "signatures",
        "UPDATE signatures SET meaning = 'approval'",
        "signature",
        "the signature of Anna Berg",
    ),
    (
        "signatures",
        "DELETE FROM signatures",
        "signature",
        "is gone",
    ),
    (
        "staff",
        "UPDATE staff SET secret_hash = zeroblob(32)",
        "staff",
        "anna of the staff list",
    ),
];

#[test]
fn what_was_changed_behind_the_triggers_is_found() {
    let (folder, archive) = archive_of_a_signed_visit();
    let bytes = std::fs::read(crate::records::fixtures::closed(archive)).unwrap();
    for (table, change, what, because) in CHANGES {
        let path = folder.path().join("changed.sqlite");
        std::fs::write(&path, &bytes).unwrap();
        let hand = Connection::open(&path).unwrap();
        let guards: Vec<String> = hand
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1")
            .unwrap()
            .query_map([table], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        for guard in guards {
            hand.execute_batch(&format!("DROP TRIGGER {guard}"))
                .unwrap();
        }
        assert!(hand.execute(change, []).unwrap() > 0, "{change}");
        drop(hand);
        let found = verify(&Archive::open(&path).unwrap(), None)
            .unwrap()
            .findings;
        assert!(
            found
                .iter()
                .any(|damage| damage.what == what && damage.because.contains(because)),
            "{change}: {found:?}"
        );
    }
}

#[test]
fn a_line_of_a_head_with_another_time_is_not_the_one_that_was_printed() {
    let (_folder, archive) = archive_of_a_visit();
    let kept = head(&archive).unwrap();
    let at = kept.at.clone().unwrap();
    let other_time = Head {
        at: Some("2026-11-23T14:31:07Z".to_owned()),
        ..kept
    };
    let told = check_head(&archive, &other_time).unwrap();
    assert_eq!(told, Told::Misdated { at });
    assert!(!told.is_sound());
}

#[test]
fn the_head_shows_a_cut_end_and_a_chain_that_was_made_anew() {
    let (_folder, archive) = archive_of_a_visit();
    let kept: Head = head(&archive).unwrap().to_string().parse().unwrap();
    assert_eq!(
        check_head(&archive, &kept).unwrap(),
        Told::There { later: 0 }
    );
    hire(&archive, "anna", "Anna Berg");
    assert_eq!(
        check_head(&archive, &kept).unwrap(),
        Told::There { later: 1 }
    );
    let before = WALL + 86_400_000_000;
    let path = archive.path().to_owned();
    // A purge that the chain tells of, and a line of which only the number is right.
    let (_other, purged) = archive_of_a_visit();
    let last = head(&purged).unwrap();
    let inner = Head {
        event: last.event - 1,
        ..last.clone()
    };
    assert_eq!(check_head(&purged, &inner).unwrap(), Told::Other);
    hire(&purged, "anna", "Anna Berg");
    purge(purged.path(), &anna(), SECRET, all_before(before)).unwrap();
    let told = check_head(&purged, &last).unwrap();
    assert!(
        matches!(told, Told::Purged { compared: true, .. }),
        "{told:?}"
    );
    let told = check_head(&purged, &inner).unwrap();
    assert!(
        matches!(
            told,
            Told::Purged {
                compared: false,
                ..
            }
        ),
        "{told:?}"
    );
    let other = Head {
        hash: "0".repeat(64),
        ..last
    };
    assert_eq!(check_head(&purged, &other).unwrap(), Told::Other);
    // The end cut off, and the record's own mark with it: no check of the file itself finds that.
    let hand = hand(&archive);
    hand.execute_batch(
        "DROP TRIGGER events_are_kept; DROP TRIGGER staff_are_kept; DROP TRIGGER events_stay;",
    )
    .unwrap();
    hand.execute_batch(
        "DELETE FROM staff; DELETE FROM events WHERE id > (SELECT max(id) - 4 FROM events);
         UPDATE record SET last_event = (SELECT max(id) FROM events), last_hash = (SELECT hash FROM events ORDER BY id DESC LIMIT 1);",
    )
    .unwrap();
    let cut = Archive::open(&path).unwrap();
    assert_eq!(cut.findings(10).unwrap(), []);
    assert_eq!(
        check_head(&cut, &kept).unwrap(),
        Told::Cut {
            last: kept.event - 3
        }
    );
    // And grown again to the same length.
    for _ in 0..3 {
        looked(&cut, &anna(), &[Of::Record], "show", false).unwrap();
    }
    assert_eq!(cut.findings(10).unwrap(), []);
    assert_eq!(check_head(&cut, &kept).unwrap(), Told::Other);
}

#[test]
fn a_purge_takes_names_notes_and_signatures_along() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let other = Identity {
        name: "Bob Roe".to_owned(),
        born: None,
        hospital_id: None,
    };
    identify(archive.path(), &anna(), SECRET, "T5RW", &other).unwrap();
    // An earlier version did not ask whose pseudonym it is.
    let jane = identity_of(&archive, "K7PD2MXQ").unwrap().unwrap();
    identify(archive.path(), &anna(), SECRET, "k7pd2mxq", &jane).unwrap();
    looked(
        &archive,
        &anna(),
        &[Of::Patient("K7PD2MXQ")],
        "sessions",
        true,
    )
    .unwrap();
    let path = crate::records::fixtures::closed(archive);
    let gone = purge(&path, &anna(), SECRET, all_before(WALL + 86_400_000_000)).unwrap();
    let archive = Archive::open(&path).unwrap();
    let verified = whole(&archive);
    assert_eq!(
        (verified.sessions, verified.purged_events),
        (0, gone.events)
    );
    for table in ["notes", "corrections", "signatures"] {
        assert_eq!(
            count(&archive, &format!("SELECT count(*) FROM {table}")),
            0,
            "{table}"
        );
    }
    assert_eq!(identity_of(&archive, "k7pd2mxq").unwrap(), None);
    // Somebody who has not come yet is still known.
    assert_eq!(identity_of(&archive, "T5RW").unwrap(), Some(other));
    let path = crate::records::fixtures::closed(archive);
    let bytes = std::fs::read(path).unwrap();
    let has = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
    for text in [
        b"Jane Doe".as_slice(),
        b"H-4711",
        b"K7PD2MXQ",
        b"Felt well.",
    ] {
        assert!(!has(text), "{}", String::from_utf8_lossy(text));
    }
    assert!(has(b"Anna Berg"));
}

#[test]
fn what_is_forgotten_is_not_in_the_file_any_more() {
    let (folder, archive) = archive_of_a_signed_visit();
    forget(archive.path(), &anna(), SECRET, "K7PD2MXQ").unwrap();
    assert!(matches!(
        forget(archive.path(), &anna(), SECRET, "K7PD2MXQ"),
        Err(DeskError::NoIdentity { .. })
    ));
    drop(archive);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(8).any(|window| window == b"Jane Doe"));
    }
}

#[test]
fn a_name_stands_in_its_own_table_alone() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let tables: Vec<String> = archive
        .query(
            "SELECT name FROM sqlite_schema WHERE type = 'table'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    for table in tables {
        let columns: Vec<String> = archive
            .query(
                &format!("SELECT name FROM pragma_table_info('{table}')"),
                [],
                |row| row.get(0),
            )
            .unwrap();
        for column in columns {
            let found = count(
                &archive,
                &format!(
                    "SELECT count(*) FROM \"{table}\" WHERE instr(CAST(\"{column}\" AS TEXT), 'Jane Doe') OR instr(CAST(\"{column}\" AS TEXT), 'H-4711')"
                ),
            );
            assert_eq!(
                found > 0,
                table == "identities"
                    && column != "pseudonym"
                    && column != "born"
                    && column != "wall_us",
                "{table}.{column}"
            );
        }
    }
}

#[test]
fn who_looked_is_told_of_the_session_and_is_no_part_of_it() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let session = archive.find("last").unwrap();
    let before = gather(&archive, &session).unwrap();
    let nobody = By::Nobody {
        user: "ada".to_owned(),
    };
    let stranger = By::of(Some("bo"));
    for by in [&nobody, &stranger] {
        looked(&archive, by, &[Of::Session(&session.id)], "show", false).unwrap();
        exported(&archive, by, &[Of::Session(&session.id)], "fhir", true).unwrap();
    }
    assert_eq!(gather(&archive, &session).unwrap(), before);
    let of = TrailFilter {
        patient: Some("K7PD2MXQ".to_owned()),
        ..TrailFilter::default()
    };
    let told = trail(&archive, &of).unwrap();
    let texts: Vec<&str> = told
        .iter()
        .rev()
        .take(4)
        .map(|entry| entry.text.as_str())
        .collect();
    assert_eq!(
        texts,
        [
            "bo (not on the staff list) took this session out as fhir, with names",
            "bo (not on the staff list) looked at this session (show)",
            "user ada of this computer (nobody was named) took this session out as fhir, with names",
            "user ada of this computer (nobody was named) looked at this session (show)",
        ]
    );
    let proved = |kind: &str| {
        let entry = told.iter().find(|entry| entry.kind == kind).unwrap();
        (entry.proved, entry.text.contains("(anna, not proved)"))
    };
    assert_eq!(proved("signature"), (Some(true), false));
    for kind in ["note", "correction", "identity"] {
        assert_eq!(proved(kind), (Some(true), false), "{kind}");
    }
    assert_eq!(proved("looked"), (Some(false), true));
    assert!(told.iter().any(|entry| entry.kind == "identity"));
    assert!(
        told.iter()
            .any(|entry| entry.kind == "operator" && entry.by.is_none())
    );
    let of = TrailFilter {
        by: Some("Anna".to_owned()),
        ..TrailFilter::default()
    };
    assert!(
        trail(&archive, &of)
            .unwrap()
            .iter()
            .all(|entry| entry.by.as_deref() == Some("anna"))
    );
    // A process at the desk is a run of its own, and none that was lost.
    assert_eq!(
        count(
            &archive,
            "SELECT count(*) FROM runs WHERE kind = 'desk' AND ended_wall_us IS NULL"
        ),
        0
    );
    assert_eq!(
        count(&archive, "SELECT count(*) FROM runs WHERE kind = 'gym'"),
        1
    );
}

#[test]
fn a_copy_for_keeping_and_an_earlier_record_stay_as_they_are_when_somebody_looks() {
    let (folder, archive) = archive_of_a_visit();
    let copy = folder.path().join("copy.sqlite");
    crate::records::backup::backup(archive.path(), &copy, false).unwrap();
    let (_older, older) = crate::records::earlier::made_by(2);
    for path in [&copy, &older] {
        let bytes = std::fs::read(path).unwrap();
        let archive = Archive::open(path).unwrap();
        let refusal = looked(&archive, &anna(), &[Of::Record], "show", false).unwrap_err();
        assert!(refusal.to_string().contains("left as it is"), "{refusal}");
        drop(archive);
        assert_eq!(&std::fs::read(path).unwrap(), &bytes);
        // An act makes a record of it again.
        let first = NewMember {
            id: "anna",
            name: "Anna Berg",
            role: "nurse",
            secret: SECRET,
        };
        add_member(path, &anna(), None, first).unwrap();
        let archive = Archive::open(path).unwrap();
        looked(&archive, &anna(), &[Of::Record], "show", false).unwrap();
    }
}

#[test]
fn a_gym_and_a_desk_write_at_once_and_lose_nothing() {
    let (_folder, archive) = archive_of_a_visit();
    hire(&archive, "anna", "Anna Berg");
    let path = archive.path().to_owned();
    let first = archive.find("last").unwrap().id;
    let recorder = Recorder::open(&path, &options()).unwrap();
    let handle = recorder.handle();
    let mut visit = Visit::begin(
        recorder.ids().next(WALL + 60_000_000),
        Timestamp::from_secs(1),
    );
    visit.whole();
    let entries = visit.take();
    let (there, session) = (path.clone(), first.clone());
    let desk = std::thread::spawn(move || desk_work(&there, &session));
    for entry in entries {
        assert!(handle.send(entry));
    }
    let notes = desk.join().unwrap();
    let status = handle.status();
    assert!(status.failing.is_none(), "{status:?}");
    recorder.close(Duration::from_mins(1)).unwrap();
    let archive = Archive::open(&path).unwrap();
    let verified = whole(&archive);
    assert_eq!((verified.sessions, verified.gaps.len()), (2, 0));
    assert_eq!(
        SessionRecord::read(&archive, &first).unwrap().notes.len(),
        notes
    );
    let seconds: Vec<usize> = archive
        .sessions()
        .unwrap()
        .iter()
        .map(|line| {
            let record = SessionRecord::of(&archive, line.clone()).unwrap();
            record.seconds().count()
        })
        .collect();
    assert_eq!(seconds[0], seconds[1]);
}

/// Notes, looks and a signature, one after the other; how many notes.
fn desk_work(path: &Path, session: &str) -> usize {
    let archive = Archive::open(path).unwrap();
    for number in 0..20 {
        note(path, &anna(), SECRET, session, &format!("note {number}")).unwrap();
        looked(&archive, &anna(), &[Of::Session(session)], "show", false).unwrap();
    }
    sign(path, &anna(), SECRET, session, Meaning::Authorship).unwrap();
    20
}

#[test]
fn a_day_of_birth_that_is_still_to_come_is_nobodys() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let before = identity_of(&archive, "K7PD2MXQ").unwrap();
    let unborn = Identity {
        name: "Jane Doe".to_owned(),
        born: crate::clock::today().tomorrow().ok(),
        hospital_id: None,
    };
    let refusal = identify(archive.path(), &anna(), SECRET, "K7PD2MXQ", &unborn).unwrap_err();
    assert!(refusal.to_string().contains("still to come"), "{refusal}");
    assert_eq!(identity_of(&archive, "K7PD2MXQ").unwrap(), before);
    let born_today = Identity {
        born: Some(crate::clock::today()),
        ..unborn
    };
    identify(archive.path(), &anna(), SECRET, "K7PD2MXQ", &born_today).unwrap();
}

#[test]
fn a_pseudonym_is_found_in_any_case_and_an_unknown_one_is_told_the_nearest() {
    let (_folder, archive) = archive_of_a_signed_visit();
    assert_eq!(archive.patient(" k7pd2mxq ").unwrap(), "K7PD2MXQ");
    let unknown = archive.patient("k7pd2mxx").unwrap_err().to_string();
    assert!(unknown.contains("the nearest is K7PD2MXQ"), "{unknown}");
    // Two that differ in nothing else are told apart by it.
    hand(&archive)
        .execute("INSERT INTO patients VALUES ('k7pd2mxq', 0)", [])
        .unwrap();
    assert_eq!(archive.patient("k7pd2mxq").unwrap(), "k7pd2mxq");
    assert_eq!(archive.patient("K7PD2MXQ").unwrap(), "K7PD2MXQ");
    assert!(archive.patient("K7pd2mxq").is_err());
}

/// Whoever is the first on the list needs nobody's leave: a list that was lost, or taken away, makes nobody the first.
#[test]
fn nobody_is_the_first_where_events_tell_of_a_staff_list() {
    let (_folder, archive) = archive_of_a_visit();
    hire(&archive, "anna", "Anna Berg");
    let path = crate::records::fixtures::closed(archive);
    without_triggers(&path)
        .execute("DELETE FROM staff", [])
        .unwrap();
    let new = NewMember {
        id: "mallory",
        name: "Mallory",
        role: "nurse",
        secret: SECRET,
    };
    let refused = add_member(&path, &By::of(Some("mallory")), None, new).unwrap_err();
    let words = refused.to_string();
    assert!(words.contains("nobody is on it"), "{words}");
    let archive = Archive::open(&path).unwrap();
    let refused = members(&archive).unwrap_err().to_string();
    assert!(refused.contains("nobody is on it"), "{refused}");
}

#[test]
fn what_cannot_be_proved_is_not_signed() {
    for change in [
        "DELETE FROM sample_blocks",
        "DELETE FROM clock_anchors",
        "DROP TRIGGER events_stay; UPDATE events SET text = 'all was well' WHERE id = 5",
    ] {
        let (_folder, archive) = archive_of_a_visit();
        hire(&archive, "anna", "Anna Berg");
        let session = archive.find("last").unwrap().id;
        Connection::open(archive.path())
            .unwrap()
            .execute_batch(change)
            .unwrap();
        let anna = By::of(Some("anna"));
        let refused = sign(archive.path(), &anna, SECRET, &session, Meaning::Review);
        let refused = refused.unwrap_err();
        assert!(matches!(refused, DeskError::Damaged { .. }), "{refused}");
        assert!(refused.to_string().contains("station verify"), "{refused}");
        let signed = SessionRecord::read(&archive, &session).unwrap().signatures;
        assert_eq!(signed, []);
    }
}

/// Somebody still reads, as every command of the desk does while it writes.
#[test]
fn what_the_desk_wrote_is_in_the_file_itself_at_once() {
    let (folder, archive) = archive_of_a_visit();
    hire(&archive, "anna", "Anna Berg");
    let session = archive.find("last").unwrap().id;
    let anna = By::of(Some("anna"));
    note(archive.path(), &anna, SECRET, &session, "Felt well.").unwrap();
    let copy = folder.path().join("copy.sqlite");
    std::fs::copy(archive.path(), &copy).unwrap();
    let copied = Archive::open(&copy).unwrap();
    let notes = SessionRecord::read(&copied, "last").unwrap().notes;
    assert_eq!(notes.len(), 1);
    drop(archive);
}

#[test]
fn who_signs_a_record_whose_locks_are_gone_is_told_so_and_what_to_do() {
    let (_folder, archive) = archive_of_a_visit();
    hire(&archive, "anna", "Anna Berg");
    let id = archive.find("last").unwrap().id;
    let signed = || sign(archive.path(), &anna(), SECRET, &id, Meaning::Review).unwrap();
    assert_eq!(signed().changed_from_outside, None);
    note(archive.path(), &anna(), SECRET, &id, "Felt well.").unwrap();
    drop(without_triggers(archive.path()));
    let told = signed().changed_from_outside.unwrap();
    for wanted in [
        "is missing: the file itself no longer refuses every change of its rows",
        "take the last backup",
    ] {
        assert!(told.contains(wanted), "{told}");
    }
}
