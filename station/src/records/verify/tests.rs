use super::super::fixtures::archive_of_a_visit;
use super::*;

/// What is found after somebody has been at the file.
fn after(sql: &str) -> Verified {
    let (_folder, archive) = archive_of_a_visit();
    rusqlite::Connection::open(archive.path())
        .unwrap()
        .execute_batch(sql)
        .unwrap();
    verify(&archive, None).unwrap()
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
    assert!(only(&verified).because.contains("not a second"));
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
    let summary = super::super::summary::summarise(&archive, line).unwrap();
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
