use core::time::Duration;
use std::path::PathBuf;

use protocols::vocabulary::Timestamp;

use super::super::fixtures::{
    SECRET, Visit, WALL, archive_of_a_signed_visit, closed, hire, options,
};
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
    hire(&Archive::open(&path).unwrap(), "archivist", "Archivist");
    (folder, path)
}

/// What is not signed, taken away by the archivist.
fn purged(path: &Path, before_wall_us: i64, confirmed: u64) -> Result<Purged, DeskError> {
    let wanted = Wanted {
        before_wall_us,
        confirmed,
        with_signed: false,
    };
    purge(path, &By::of(Some("archivist")), SECRET, wanted)
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
        purged(&path, before, 3),
        Err(DeskError::Record(RecordsError::PurgeDiffers {
            found: 2,
            confirmed: 3
        }))
    ));
    assert_eq!(purged(&path, before, 2).unwrap(), foreseen);

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
        told[0].starts_with("Archivist (archivist) purged 2 sessions with 2 bouts"),
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
    purged(&path, WALL + DAY_US / 2, 1).unwrap();
    purged(&path, WALL + DAY_US + DAY_US / 2, 1).unwrap();
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
    purged(&path, WALL + DAY_US / 2, 1).unwrap();
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
        purged(&path, WALL + DAY_US / 2, 1),
        Err(DeskError::Record(RecordsError::InUse { .. }))
    ));
    drop(recorder);
    let nowhere = path.with_extension("none");
    assert!(purged(&nowhere, WALL, 0).is_err());
    assert!(!nowhere.exists());
}

#[test]
fn who_purges_proves_who_they_are() {
    let (_folder, path) = three_visits();
    let wanted = Wanted {
        before_wall_us: WALL + DAY_US / 2,
        confirmed: 1,
        with_signed: true,
    };
    let try_as = |who: Option<&str>, secret: &str| purge(&path, &By::of(who), secret, wanted);
    assert!(matches!(
        try_as(Some("Nobody At All"), SECRET),
        Err(DeskError::Wrong)
    ));
    assert!(matches!(
        try_as(Some("archivist"), "wrong horse"),
        Err(DeskError::Wrong)
    ));
    assert!(matches!(try_as(None, SECRET), Err(DeskError::Nobody)));
    let archive = Archive::open(&path).unwrap();
    assert_eq!(archive.sessions().unwrap().len(), 3);
    let refused = "SELECT count(*) FROM events WHERE kind = 'signature-refused' AND text LIKE '%to purge sessions'";
    assert_eq!(count(&archive, refused), 2);
    assert_eq!(verify(&archive, None).unwrap().findings, []);
}

#[test]
fn what_is_signed_goes_only_where_that_was_said() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let before = WALL + DAY_US;
    assert_eq!(foresee(&archive, before).unwrap().signed, 1);
    let path = closed(archive);
    let by = By::of(Some("anna"));
    let with_signed = |with_signed| {
        let wanted = Wanted {
            before_wall_us: before,
            confirmed: 1,
            with_signed,
        };
        purge(&path, &by, SECRET, wanted)
    };
    assert!(matches!(
        with_signed(false),
        Err(DeskError::Record(RecordsError::PurgeSigned {
            signed: 1,
            of: 1
        }))
    ));
    assert_eq!(
        Archive::open(&path).unwrap().sessions().unwrap().len(),
        1,
        "nothing has gone"
    );
    assert_eq!(with_signed(true).unwrap().signed, 1);
    let archive = Archive::open(&path).unwrap();
    assert_eq!(verify(&archive, None).unwrap().findings, []);
    let told = "SELECT count(*) FROM events WHERE kind = 'purge' AND text LIKE 'Anna Berg (anna) purged 1 sessions%1 of the sessions were signed'
                AND json_extract(detail, '$.proved')";
    assert_eq!(count(&archive, told), 1);
}
