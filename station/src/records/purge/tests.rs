use core::time::Duration;
use std::path::PathBuf;

use protocols::vocabulary::Timestamp;

use super::super::fixtures::{Visit, WALL, options};
use super::super::verify::verify;
use super::super::{Entry, Recorder};
use super::*;

const DAY_US: i64 = 86_400_000_000;

/// A record of three visits on three days, two of them at the same time as far as the gym's clock goes, so that their events interleave.
fn three_visits() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let recorder = Recorder::open(&path, &options()).unwrap();
    let handle = recorder.handle();
    let mut ids = recorder.ids();
    let mut entries: Vec<Vec<Entry>> = Vec::new();
    for day in 0..3 {
        let began = WALL + day * DAY_US;
        let mut visit = Visit::begin(ids.next(began), Timestamp::from_secs(1));
        visit.whole();
        let mut of_visit = visit.take();
        for entry in &mut of_visit {
            if let Entry::SessionOpened(opened) = entry {
                opened.wall_micros = began;
                opened.patient = format!("PATIENT{day}");
            }
            if let Entry::Learned(learned) = entry {
                learned.kept.patient = format!("PATIENT{day}");
            }
        }
        entries.push(of_visit);
    }
    let longest = entries.iter().map(Vec::len).max().unwrap();
    for place in 0..longest {
        for of_visit in &entries {
            if let Some(entry) = of_visit.get(place) {
                assert!(handle.send(entry.clone()));
            }
        }
    }
    recorder.close(Duration::from_mins(1)).unwrap();
    (folder, path)
}

fn count(archive: &Archive, sql: &str) -> i64 {
    archive.query(sql, [], |row| row.get(0)).unwrap()[0]
}

#[test]
fn what_is_old_goes_with_all_that_rests_on_it_and_the_rest_stays_provable() {
    let (_folder, path) = three_visits();
    let archive = Archive::open(&path).unwrap();
    let events = count(&archive, "SELECT last_event FROM record");
    let before = WALL + DAY_US + DAY_US / 2;
    let foreseen = foresee(&archive, before).unwrap();
    assert_eq!(
        (foreseen.sessions, foreseen.bouts, foreseen.patients),
        (2, 2, 2)
    );
    drop(archive);
    assert!(matches!(
        purge(&path, before, 3, "Archivist"),
        Err(RecordsError::PurgeDiffers {
            found: 2,
            confirmed: 3
        })
    ));
    assert_eq!(purge(&path, before, 2, "Archivist").unwrap(), foreseen);

    let archive = Archive::open(&path).unwrap();
    let verified = verify(&archive, None).unwrap();
    assert_eq!(verified.findings, []);
    assert_eq!(
        (verified.sessions, verified.purged_events),
        (1, foreseen.events)
    );
    assert_eq!(count(&archive, "SELECT last_event FROM record"), events + 1);
    assert_eq!(archive.sessions().unwrap()[0].patient, "PATIENT2");
    for (table, left) in [
        ("patients", 1),
        ("bouts", 1),
        ("learned", 1),
        ("prescriptions", 1),
        ("sample_blocks", 1),
    ] {
        let there = count(&archive, &format!("SELECT count(*) FROM {table}"));
        assert_eq!(there, left, "{table}");
    }
    let told: Vec<String> = archive
        .query("SELECT text FROM events WHERE kind = 'purge'", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(told.len(), 1);
    assert!(
        told[0].starts_with("Archivist purged 2 sessions"),
        "{told:?}"
    );
    // Not a trace of a patient is left in the file.
    let bytes = std::fs::read(&path).unwrap();
    let has = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
    assert!(!has(b"PATIENT0") && !has(b"PATIENT1") && has(b"PATIENT2"));
}

#[test]
fn the_record_goes_on_after_a_purge_and_a_second_one_too() {
    let (_folder, path) = three_visits();
    purge(&path, WALL + DAY_US / 2, 1, "Archivist").unwrap();
    purge(&path, WALL + DAY_US + DAY_US / 2, 1, "Archivist").unwrap();
    let recorder = Recorder::open(&path, &options()).unwrap();
    assert_eq!(recorder.findings(), []);
    let handle = recorder.handle();
    let mut visit = Visit::begin(recorder.ids().next(WALL), Timestamp::from_secs(1));
    visit.whole();
    for entry in visit.take() {
        assert!(handle.send(entry));
    }
    recorder.close(Duration::from_mins(1)).unwrap();
    let archive = Archive::open(&path).unwrap();
    assert_eq!(verify(&archive, None).unwrap().findings, []);
    assert_eq!(archive.sessions().unwrap().len(), 2);
}

#[test]
fn what_was_purged_cannot_be_told_otherwise_afterwards() {
    let (_folder, path) = three_visits();
    purge(&path, WALL + DAY_US / 2, 1, "Archivist").unwrap();
    let hand = Connection::open(&path).unwrap();
    assert!(hand.execute("DELETE FROM purged_events", []).is_err());
    assert!(hand.execute("DELETE FROM events", []).is_err());
    hand.execute_batch(
        "DROP TRIGGER purged_events_are_kept;
         DELETE FROM purged_events WHERE first_event = (SELECT max(first_event) FROM purged_events)",
    )
    .unwrap();
    let archive = Archive::open(&path).unwrap();
    let found = archive.findings(10).unwrap();
    assert!(
        found
            .iter()
            .any(|finding| matches!(finding, super::super::audit::Finding::Purge { .. })),
        "{found:?}"
    );
}

#[test]
fn nothing_is_purged_while_a_gym_writes_and_what_is_open_stays() {
    let (_folder, path) = three_visits();
    let recorder = Recorder::open(&path, &options()).unwrap();
    assert!(matches!(
        purge(&path, WALL + DAY_US / 2, 1, "Archivist"),
        Err(RecordsError::InUse { .. })
    ));
    drop(recorder);
    let nowhere = path.with_extension("none");
    assert!(purge(&nowhere, WALL, 0, "Archivist").is_err());
    assert!(!nowhere.exists());
}
