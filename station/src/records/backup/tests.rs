use core::time::Duration;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use protocols::vocabulary::Timestamp;

use super::super::fixtures::{Visit, WALL, archive_of_a_visit, options};
use super::super::{Recorder, RecorderStatus};
use super::*;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    files
}

#[test]
fn a_copy_made_while_a_gym_writes_is_whole_and_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let to = tempfile::tempdir().unwrap();
    let copy = to.path().join("copy.sqlite");
    let recorder = Recorder::open(&path, &options()).unwrap();
    let handle = recorder.handle();
    let mut visit = Visit::begin(recorder.ids().next(WALL), Timestamp::from_secs(1));
    visit.run(60);
    for entry in visit.take() {
        assert!(handle.send(entry));
    }
    let wait = |until: Timestamp| {
        while handle.status().committed < until {
            assert_eq!(handle.status().failing, RecorderStatus::default().failing);
            std::thread::yield_now();
        }
    };
    wait(visit.now);
    let made = backup(&path, &copy, false).unwrap();
    assert_eq!(
        (made.verified.sessions, made.verified.findings.len()),
        (1, 0)
    );
    assert!(made.verified.seconds >= 59);
    assert_eq!(files(to.path()), std::slice::from_ref(&copy));
    let rights = std::fs::metadata(&copy).unwrap().permissions().mode();
    assert_eq!(rights & 0o777, 0o600);
    // The gym has gone on meanwhile, and goes on.
    visit.run(60);
    for entry in visit.take() {
        assert!(handle.send(entry));
    }
    wait(visit.now);
    recorder.close(Duration::from_mins(1)).unwrap();
    let state = |path: &Path| Archive::open(path).unwrap().find("last").unwrap();
    assert!(state(&path).seconds > state(&copy).seconds + 50.0);
}

#[test]
fn what_is_there_is_replaced_only_by_a_whole_copy_and_when_told_so() {
    let (folder, archive) = archive_of_a_visit();
    let record = archive.path().to_owned();
    let copy = folder.path().join("copy.sqlite");
    backup(&record, &copy, false).unwrap();
    assert!(matches!(
        backup(&record, &copy, false),
        Err(RecordsError::BackupThere { .. })
    ));
    backup(&record, &copy, true).unwrap();
    let good = std::fs::read(&copy).unwrap();
    Connection::open(&record)
        .unwrap()
        .execute_batch("UPDATE sample_blocks SET data = zeroblob(9)")
        .unwrap();
    assert!(matches!(
        backup(&record, &copy, true),
        Err(RecordsError::BackupKept { .. })
    ));
    assert_eq!(std::fs::read(&copy).unwrap(), good);
    let other = folder.path().join("damaged.sqlite");
    assert_eq!(
        backup(&record, &other, false)
            .unwrap()
            .verified
            .findings
            .len(),
        1
    );
}

#[test]
fn the_record_itself_is_never_taken_for_its_backup() {
    let (folder, archive) = archive_of_a_visit();
    let record = archive.path().to_owned();
    let link = folder.path().join("link.sqlite");
    std::os::unix::fs::symlink(&record, &link).unwrap();
    for to in [&record, &link] {
        assert!(matches!(
            backup(&record, to, true),
            Err(RecordsError::BackupOfItself { .. })
        ));
    }
    assert_eq!(verify(&archive, None).unwrap().findings, []);
}

#[test]
fn where_it_cannot_be_written_nothing_half_is_left() {
    let (_folder, archive) = archive_of_a_visit();
    let to = tempfile::tempdir().unwrap();
    let copy = to.path().join("copy.sqlite");
    // The name under which it is made is taken.
    let (taken, _) = making::begin(&copy).unwrap();
    std::fs::write(&taken, "somebody's").unwrap();
    let refusal = backup(archive.path(), &copy, false).unwrap_err();
    assert!(
        matches!(refusal, RecordsError::BackupFailed { .. }),
        "{refusal}"
    );
    assert_eq!(files(to.path()), std::slice::from_ref(&taken));
    assert_eq!(std::fs::read(&taken).unwrap(), b"somebody's");
    let nowhere = to.path().join("no/such/folder/copy.sqlite");
    assert!(backup(archive.path(), &nowhere, false).is_err());
}

#[test]
fn a_file_beside_the_copy_stays_whose_it_is() {
    let (_folder, archive) = archive_of_a_visit();
    let to = tempfile::tempdir().unwrap();
    let copy = to.path().join("copy.sqlite");
    let other = beside(&copy, ".new");
    std::fs::write(&other, "somebody's").unwrap();
    backup(archive.path(), &copy, false).unwrap();
    assert_eq!(files(to.path()), [copy, other.clone()]);
    assert_eq!(std::fs::read(&other).unwrap(), b"somebody's");
}
