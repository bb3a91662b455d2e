use core::time::Duration;

use protocols::vocabulary::Timestamp;

use super::super::fixtures::{Visit, WALL, archive_of, archive_of_a_visit, options, verified_rows};
use super::super::replay::{Replay, replay};
use super::super::{Entry, Recorder, SessionId, SessionRecord, summary};
use super::*;

/// What is found after somebody has been at the file.
fn after(sql: &str) -> Verified {
    let (_folder, archive) = archive_of_a_visit();
    let connection = rusqlite::Connection::open(archive.path()).unwrap();
    super::super::blocks::register(&connection).unwrap();
    connection.execute_batch(sql).unwrap();
    verified_rows(&archive)
}

fn only(verified: &Verified) -> &Damage {
    let [damage] = verified.findings.as_slice() else {
        panic!("{:?}", verified.findings)
    };
    damage
}

#[test]
fn a_record_that_nobody_touched_is_whole() {
    let verified = after("SELECT 1");
    assert_eq!(verified.findings, []);
    assert_eq!((verified.sessions, verified.whole_sessions), (1, 1));
    assert!(verified.seconds >= 500 && verified.events > 20);
}

#[test]
fn a_damaged_block_is_told_with_its_seconds_and_what_is_whole() {
    let verified = after("UPDATE sample_blocks SET data = zeroblob(100)");
    let damage = only(&verified);
    assert_eq!((damage.what, damage.bout), ("samples", Some(1)));
    assert!(damage.to_s.unwrap() > damage.from_s.unwrap() + 400.0);
    assert!(
        damage.whole.as_ref().unwrap().starts_with("0 of"),
        "{damage:?}"
    );
    assert_eq!(verified.whole_sessions, 0);

    let verified =
        after("UPDATE journal_blocks SET data = CAST(data || x'00' AS BLOB) WHERE block = 3");
    let damage = only(&verified);
    assert_eq!(damage.what, "journal");
    assert!(damage.because.contains("block 3"), "{damage:?}");
    assert!(damage.from_s.unwrap() > 100.0 && damage.to_s.unwrap() < 300.0);
    assert!(damage.whole.is_some());
}

#[test]
fn a_block_in_anothers_place_is_found_though_its_bytes_are_whole() {
    let verified = after(
        "UPDATE journal_blocks SET data = (SELECT data FROM journal_blocks WHERE block = 4),
         checksum = (SELECT checksum FROM journal_blocks WHERE block = 4) WHERE block = 3",
    );
    assert_eq!(only(&verified).what, "journal");
}

#[test]
fn a_damaged_checkpoint_is_named_with_those_that_rest_on_it() {
    let verified = after("UPDATE checkpoints SET state_zstd = zeroblob(9) WHERE block = 2");
    assert!(!verified.findings.is_empty());
    assert!(
        verified
            .findings
            .iter()
            .all(|damage| damage.what == "checkpoint"),
        "{:?}",
        verified.findings
    );
    assert!(verified.findings[0].because.contains("block 2"));
}

#[test]
fn what_is_missing_without_a_gap_is_a_finding() {
    let verified = after("DELETE FROM sample_blocks; DELETE FROM samples");
    let damage = only(&verified);
    assert!(damage.because.contains("not a second"), "{damage:?}");
    let verified = after(
        "DELETE FROM journal_blocks WHERE block = 2; DELETE FROM checkpoints WHERE block = 2",
    );
    assert!(
        verified
            .findings
            .iter()
            .any(|damage| damage.because.contains("blocks 2 to 2 are missing")),
        "{:?}",
        verified.findings
    );
}

/// A visit of three blocks of seconds and four of plethysmogram, after somebody has been at the file.
fn of_a_long_visit(sql: &str) -> Verified {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let recorder = Recorder::open(&path, &options()).unwrap();
    let handle = recorder.handle();
    let mut visit = Visit::begin(recorder.ids().next(WALL), Timestamp::from_secs(1));
    let begun = visit.take();
    assert!(begun.into_iter().all(|entry| handle.send(entry)));
    for second in 0..200 {
        assert!(handle.send(Entry::Plethysmogram {
            session: visit.session,
            at: visit.now + Duration::from_secs(second),
            rate_hz: 75,
            samples: vec![100; 75],
        }));
    }
    visit.run(1_300);
    visit.close();
    assert!(visit.take().into_iter().all(|entry| handle.send(entry)));
    recorder.close(Duration::from_mins(1)).unwrap();
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch(sql)
        .unwrap();
    verify(&Archive::open(&path).unwrap(), None).unwrap()
}

/// What is found of a visit whose gym stood still for so long.
fn after_standing_still(seconds: u64) -> (Verified, Replay) {
    let (_folder, archive) = archive_of(|visit| {
        visit.run(90);
        visit.stand_still(seconds);
        visit.run(100);
        visit.close();
    });
    let id = archive.find("last").unwrap().id;
    (
        verify(&archive, None).unwrap(),
        replay(&archive, &id).unwrap(),
    )
}

#[test]
fn a_gym_that_stood_still_says_so_in_a_gap_and_nothing_is_held_against_it() {
    // The second is longer than a block of the journal may be, and a state is due after it.
    for seconds in [15, 100] {
        let (verified, replayed) = after_standing_still(seconds);
        assert_eq!(verified.findings, [], "{seconds} s");
        let gap = verified.gaps.first().unwrap();
        let lost = i64::try_from(seconds - 1).unwrap();
        assert_eq!((gap.what.as_str(), gap.lost), ("samples", lost));
        assert_eq!(gap.reason, "the gym stood still");
        assert_eq!(verified.gaps.len(), 1);
        assert!(replayed.identical, "{seconds} s: {replayed:?}");
    }
}

/// Nobody has signed the session: no trigger keeps its rows.
#[test]
fn seconds_and_blocks_that_are_missing_at_an_end_are_found() {
    assert_eq!(of_a_long_visit("SELECT 1").findings, []);
    for (sql, what, because) in [
        (
            "DELETE FROM sample_blocks WHERE first_s < 500",
            "samples",
            "seconds are missing, and no gap tells why",
        ),
        (
            "DELETE FROM sample_blocks WHERE last_s > 1200",
            "samples",
            "seconds are missing, and no gap tells why",
        ),
        (
            "DELETE FROM journal_blocks WHERE block = (SELECT max(block) FROM journal_blocks);
             DELETE FROM checkpoints WHERE block > (SELECT max(block) FROM journal_blocks)",
            "journal",
            "the last blocks are missing: the bout goes on after them",
        ),
        (
            "DELETE FROM waveform_blocks WHERE block = 1",
            "plethysmogram",
            "blocks 1 to 1 are missing",
        ),
        (
            "DELETE FROM waveform_blocks WHERE block > 1",
            "plethysmogram",
            "blocks 2 to 3 are missing",
        ),
        (
            "DELETE FROM waveform_blocks",
            "plethysmogram",
            "blocks 0 to 3 are missing",
        ),
    ] {
        let verified = of_a_long_visit(sql);
        let findings = &verified.findings;
        assert_eq!(
            (findings[0].what, findings[0].because.as_str()),
            (what, because)
        );
        // The last checkpoint went with the last block.
        let beside = |damage: &Damage| damage.what == "checkpoint" && what == "journal";
        assert!(findings[1..].iter().all(beside), "{findings:?}");
    }
}

#[test]
fn a_row_that_is_not_what_its_event_tells_is_found_in_a_session_that_nobody_signed() {
    for (sql, what) in [
        ("UPDATE measurements SET value = 118 WHERE kind = 'blood-pressure'", "measurement"),
        ("UPDATE measurements SET phase = 'recovery' WHERE kind = 'blood-pressure'", "measurement"),
        ("UPDATE measurements SET at_us = at_us + 60000000, t_s = t_s + 60", "measurement"),
        ("DELETE FROM measurements WHERE kind = 'perceived-exertion'", "measurement"),
        (
            "INSERT INTO measurements (bout_id, at_us, t_s, phase, kind, value, unit, symptoms)
             SELECT bout_id, at_us, t_s, phase, kind, 14, unit, symptoms FROM measurements WHERE kind = 'perceived-exertion'",
            "measurement",
        ),
        (
            "INSERT INTO measurements (bout_id, at_us, t_s, phase, kind, value, unit, symptoms, replaces)
             SELECT bout_id, at_us, t_s, phase, kind, 14, unit, symptoms, id FROM measurements WHERE kind = 'perceived-exertion'",
            "measurement",
        ),
        ("INSERT INTO patients VALUES ('XXXXXXXX', 0); UPDATE sessions SET patient = 'XXXXXXXX'", "session"),
        ("UPDATE sessions SET end_reason = 'patient'", "session"),
        ("UPDATE sessions SET end_rule = 'hr-limit'", "session"),
        ("UPDATE sessions SET state = 'open', ended_us = NULL, ended_wall_us = NULL, end_reason = NULL", "session"),
        ("UPDATE sessions SET ended_wall_us = ended_wall_us + 1", "session"),
        ("UPDATE sessions SET began_wall_us = began_wall_us - 86400000000", "session"),
        ("UPDATE bouts SET station = 5", "session"),
        ("UPDATE bouts SET ended_us = ended_us - 1000000", "session"),
    ] {
        let verified = after(sql);
        let found = verified.findings.iter();
        let found: Vec<_> = found.filter(|damage| damage.what == what).collect();
        assert!(!found.is_empty(), "{sql}: {:?}", verified.findings);
        assert!(found.iter().all(|damage| damage.session.is_some()));
    }
}

#[test]
fn a_changed_event_and_a_key_to_nothing_are_told() {
    let verified =
        after("DROP TRIGGER events_stay; UPDATE events SET text = 'all was well' WHERE id = 5");
    let damage = only(&verified);
    assert_eq!(damage.what, "events");
    assert!(damage.session.is_some() && damage.because.contains("event 5"));
    let verified = after("PRAGMA foreign_keys = OFF; DELETE FROM patients");
    assert!(
        !verified.findings.is_empty()
            && verified
                .findings
                .iter()
                .all(|damage| damage.what == "keys" && damage.because.contains("of patients")),
        "{:?}",
        verified.findings
    );
}

/// Bytes of the file are changed under the store, as a sick disk does it.
#[test]
fn bytes_that_a_disk_has_changed_are_found_and_the_rest_is_read() {
    let (_folder, archive) = archive_of_a_visit();
    let path = archive.path().to_owned();
    let data: Vec<Vec<u8>> = archive
        .query("SELECT data FROM sample_blocks", [], |row| row.get(0))
        .unwrap();
    drop(archive);
    rusqlite::Connection::open(&path)
        .unwrap()
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let wanted = &data[0][100..132];
    let place = bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
        .unwrap();
    bytes[place] ^= 0x10;
    std::fs::write(&path, bytes).unwrap();
    let archive = Archive::open(&path).unwrap();
    let verified = verify(&archive, Some("last")).unwrap();
    assert_eq!(only(&verified).what, "samples");
    let line = archive.find("last").unwrap();
    let summary = summary::summarise(&archive, line).unwrap();
    assert!(!summary.alarms.is_empty() && !summary.measurements.is_empty());
    assert!(
        summary
            .gaps
            .iter()
            .any(|gap| gap.reason.contains("damaged"))
    );
}

#[test]
fn a_damaged_waveform_of_a_session_that_went_on_in_another_run_is_told_on_the_sessions_own_clock() {
    let verified = after(
        "INSERT INTO runs (id, software, clock_rate, began_wall_us) SELECT 7, software, 1, began_wall_us FROM sessions;
         INSERT INTO events (id, session_id, run_id, at_us, wall_us, t_s, kind, text, previous_hash, hash)
           SELECT 100000, id, 7, 40000000, began_wall_us + 1000000000, 1000, 'session', 'the session goes on', zeroblob(32), zeroblob(32)
           FROM sessions;
         INSERT INTO waveform_blocks
           SELECT id, 7, 'plethysmogram', 0, 0, 1, 50000000, 75, 750, x'00', NULL FROM sessions;",
    );
    let damage: Vec<&Damage> = verified
        .findings
        .iter()
        .filter(|damage| damage.what == "plethysmogram")
        .collect();
    let [damage] = damage.as_slice() else {
        panic!("{:?}", verified.findings)
    };
    assert_eq!((damage.from_s, damage.to_s), (Some(1_010.0), Some(1_020.0)));
}

/// What is told of the only session by whoever shows it.
fn told_of(archive: &Archive) -> Vec<String> {
    let line = archive.find("last").unwrap();
    summary::summarise(archive, line).unwrap().findings
}

#[test]
fn whoever_opens_a_session_is_told_of_the_seconds_that_are_missing() {
    let (_folder, archive) = archive_of_a_visit();
    let whole = SessionRecord::read(&archive, "last").unwrap();
    assert_eq!((whole.damage.len(), whole.gaps.len()), (0, 0));
    assert_eq!(told_of(&archive), Vec::<String>::new());
    rusqlite::Connection::open(archive.path())
        .unwrap()
        .execute_batch("DELETE FROM sample_blocks")
        .unwrap();
    let lost = SessionRecord::read(&archive, "last").unwrap();
    let [gap] = lost.gaps.as_slice() else {
        panic!("{:?}", lost.gaps)
    };
    assert!(gap.is_damage && gap.is_of_seconds(), "{gap:?}");
    assert_eq!((gap.bout, gap.from_us), (Some(1), lost.bouts[0].from_us));
    assert_eq!(Some(gap.to_us), lost.bouts[0].to_us);
    assert!(gap.reason.contains("are missing"), "{gap:?}");
    let (recorded, missing) = lost.recorded_and_missing_s();
    assert_eq!(recorded, 0);
    assert!((499..505).contains(&missing), "{missing}");
    assert_eq!(told_of(&archive), lost.damage);
}

/// No sum of SQLite's and no trigger keeps these: the events of the session's end tell of them.
#[test]
fn what_stands_beside_the_chain_is_held_against_what_its_events_tell() {
    let added = "INSERT INTO samples SELECT bout_id, at_us + 1, t_s, phase, 250, heart_rate_source, heart_rate_trust, heart_rate_age_ms,
         pulse_bpm, spo2_percent, spo2_trust, target_heart_rate_bpm, zone_lower_bpm, zone_upper_bpm, proposed_met_milli, granted_met_milli,
         reason, by_hand, told_power_w, told_speed_mm_s, told_grade_permille, 900, reported_speed_mm_s, reported_grade_permille, cadence_rpm
         FROM session_samples WHERE t_s BETWEEN 200 AND 260";
    for (sql, what) in [
        (added, "samples"),
        (
            "INSERT INTO gaps (session_id, run_id, what, from_us, to_us, lost, reason)
             SELECT id, run_id, 'journal', 0, 1000000, 0, 'the cat' FROM sessions",
            "gap",
        ),
        ("DELETE FROM wire_blocks", "wire"),
        ("DELETE FROM clock_anchors", "clock"),
        ("UPDATE clock_anchors SET wall_us = wall_us + 1", "clock"),
        (
            "INSERT INTO clock_anchors SELECT run_id, at_us + 1000000, wall_us + 3600000000 FROM clock_anchors",
            "clock",
        ),
        ("UPDATE runs SET software = 'station 0.0.1'", "run"),
    ] {
        let verified = after(sql);
        let found: Vec<_> = verified.findings.iter().map(|damage| damage.what).collect();
        assert!(found.contains(&what), "{sql}: {:?}", verified.findings);
        assert_eq!(verified.whole_sessions, 0, "{sql}");
    }
}

/// The seconds as a record has them whose gym was closed before it packed them.
fn unpacked(archive: &Archive) {
    let connection = rusqlite::Connection::open(archive.path()).unwrap();
    super::super::blocks::register(&connection).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE plain AS SELECT * FROM session_samples; DELETE FROM sample_blocks;
             INSERT INTO samples SELECT bout_id, at_us, t_s, phase, heart_rate_bpm, heart_rate_source, heart_rate_trust, heart_rate_age_ms,
               pulse_bpm, spo2_percent, spo2_trust, target_heart_rate_bpm, zone_lower_bpm, zone_upper_bpm, proposed_met_milli,
               granted_met_milli, reason, by_hand, told_power_w, told_speed_mm_s, told_grade_permille, reported_power_w, reported_speed_mm_s,
               reported_grade_permille, cadence_rpm FROM plain;
             DROP TABLE plain",
        )
        .unwrap();
}

#[test]
fn seconds_that_are_not_packed_are_held_against_the_sums_and_each_is_read_by_itself() {
    for (sql, because) in [
        ("SELECT 1", None),
        (
            "UPDATE samples SET heart_rate_bpm = 250, reported_power_w = 400 WHERE t_s BETWEEN 200 AND 210",
            Some("are not those that event"),
        ),
        (
            "UPDATE samples SET reason = 'as_propnsed' WHERE t_s = 200",
            Some("none of this program's"),
        ),
        (
            "UPDATE samples SET heart_rate_bpm = 70000 WHERE t_s = 200",
            Some("out of range"),
        ),
    ] {
        let (_folder, archive) = archive_of_a_visit();
        unpacked(&archive);
        let before = SessionRecord::read(&archive, "last")
            .unwrap()
            .seconds()
            .count();
        rusqlite::Connection::open(archive.path())
            .unwrap()
            .execute_batch(sql)
            .unwrap();
        let verified = verify(&archive, None).unwrap();
        let Some(because) = because else {
            assert_eq!((verified.findings.len(), verified.whole_sessions), (0, 1));
            continue;
        };
        let damage = only(&verified);
        assert!(damage.because.contains(because), "{damage:?}");
        let record = SessionRecord::read(&archive, "last").unwrap();
        let lost = before - record.seconds().count();
        assert_eq!(lost, record.gaps.len(), "{sql}");
        assert!(told_of(&archive)[0].contains(because), "{sql}");
    }
}

#[test]
fn what_an_earlier_version_recorded_is_not_proved() {
    let verified = after(
        "DROP TRIGGER events_stay; UPDATE events SET detail = json_remove(detail, '$.sums') WHERE detail LIKE '%sums%'",
    );
    // The event itself was changed here.
    assert_eq!(only(&verified).what, "events");
    let (_folder, archive) = archive_of_a_visit();
    let silent = |archive: &Archive| {
        let session = archive.find("last").unwrap().id;
        told::is_silent(archive.connection(), &session).unwrap()
    };
    assert!(!silent(&archive));
    rusqlite::Connection::open(archive.path())
        .unwrap()
        .execute_batch(
            "DROP TRIGGER events_stay; UPDATE events SET detail = json_remove(detail, '$.sums') WHERE detail LIKE '%sums%'",
        )
        .unwrap();
    assert!(silent(&archive));
}

/// One byte of one event's text, as a sick disk changes it.
#[test]
fn an_event_that_is_no_text_any_more_is_named_and_everything_else_opens() {
    let (_folder, archive) = archive_of_a_visit();
    let whole = SessionRecord::read(&archive, "last").unwrap();
    rusqlite::Connection::open(archive.path())
        .unwrap()
        .execute_batch(
            "DROP TRIGGER events_stay; UPDATE events SET text = CAST(x'61ff62' AS TEXT), detail = CAST(x'7bff' AS TEXT) WHERE id = 9",
        )
        .unwrap();
    let verified = verified_rows(&archive);
    let damage = &verified.findings[0];
    assert_eq!(damage.what, "events");
    assert!(damage.because.starts_with("event 9 "), "{damage:?}");
    assert_eq!(damage.session.as_deref(), Some(whole.line.id.as_str()));
    assert!(damage.from_s.is_some(), "{damage:?}");
    assert_eq!(verified.whole_sessions, 0);
    let record = SessionRecord::read(&archive, "last").unwrap();
    assert_eq!(record.events.len(), whole.events.len());
    assert!(told_of(&archive)[0].contains("event 9 "));
    let trail = desk::trail(&archive, &desk::TrailFilter::default());
    assert!(!trail.unwrap().is_empty());
}

/// A whole page of events is gone: those on it are told by number, and the others are read.
#[test]
fn events_on_a_damaged_page_are_told_and_the_others_are_read() {
    let (_folder, archive) = archive_of_a_visit();
    let whole = SessionRecord::read(&archive, "last").unwrap();
    let path = super::super::fixtures::closed(archive);
    damage_the_page_of_its_middle(&path, &whole);
    let archive = Archive::open(&path).unwrap();
    let record = SessionRecord::read(&archive, "last").unwrap();
    let read = record.events.len();
    assert!(read > 0 && read < whole.events.len(), "{read}");
    let verified = verify(&archive, None).unwrap();
    assert_eq!(verified.whole_sessions, 0);
    let told = verified
        .findings
        .iter()
        .find(|damage| damage.what == "events")
        .unwrap();
    assert!(
        told.because.contains("cannot be read") && told.because.contains(&whole.line.id),
        "{told:?}"
    );
}

/// The page with the event in the middle of a session's, the last of such words in the file.
fn damage_the_page_of_its_middle(path: &std::path::Path, whole: &SessionRecord) {
    let mut later = whole.events.iter().skip(whole.events.len() / 2);
    let middle = later.find(|event| event.text.len() > 12).unwrap();
    let middle = middle.text.clone();
    let size = super::super::fixtures::page_size(path);
    let mut bytes = std::fs::read(path).unwrap();
    let mut places = bytes.windows(middle.len());
    let place = places.rposition(|window| window == middle.as_bytes());
    let page = place.unwrap() / size * size;
    bytes[page..page + 8].fill(0xee);
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn a_damaged_page_of_one_sessions_events_closes_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let recorder = Recorder::open(&path, &options()).unwrap();
    let mut ids = recorder.ids();
    let visits = [1, 2_000].map(|at| {
        let mut visit = Visit::begin(ids.next(WALL), Timestamp::from_secs(at));
        visit.whole();
        for entry in visit.take() {
            assert!(recorder.handle().send(entry));
        }
        visit.session
    });
    recorder.close(Duration::from_mins(1)).unwrap();
    let of = |archive: &Archive, session: SessionId| {
        let line = archive.find(session.as_str()).unwrap();
        summary::summarise(archive, line).unwrap()
    };
    let archive = Archive::open(&path).unwrap();
    let whole = SessionRecord::read(&archive, visits[1].as_str()).unwrap();
    let before = of(&archive, visits[0]);
    damage_the_page_of_its_middle(&super::super::fixtures::closed(archive), &whole);
    let archive = Archive::open(&path).unwrap();
    let after = of(&archive, visits[0]);
    assert_eq!(after.measurements, before.measurements);
    assert!(
        !after
            .findings
            .iter()
            .any(|found| found.contains("measurement")),
        "{:?}",
        after.findings
    );
    // What its own lost events may have told is not held against its measurements.
    let of_phases = |found: &String| found.contains("of another phase");
    let damaged = of(&archive, visits[1]);
    assert!(
        !damaged.findings.iter().any(of_phases),
        "{:?}",
        damaged.findings
    );
    let verified = verify(&archive, None).unwrap();
    assert_eq!((verified.sessions, verified.whole_sessions), (2, 1));
}
