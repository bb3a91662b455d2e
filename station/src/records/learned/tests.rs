use rusqlite::Connection;

use super::super::earlier::made_by;
use super::super::entry::Entry;
use super::super::fixtures::{Visit, WALL, options};
use super::super::summary::summarise;
use super::super::{Archive, Recorder, SessionIds};
use super::*;

/// A record with so many visits, each compared with those before, at these loads. Gives what was kept.
fn record_of(path: &std::path::Path, loads: &[f64]) -> Vec<Kept> {
    let recorder = Recorder::open(path, &options()).unwrap();
    let handle = recorder.handle();
    let mut ids: SessionIds = recorder.ids();
    let mut kept: Vec<Kept> = Vec::new();
    let mut at = Timestamp::from_secs(1);
    for (day, load) in (0_i64..).zip(loads) {
        let mut visit = Visit::begin(ids.next(WALL + day), at);
        visit.run(5);
        let compared = kept.iter().map(|kept| kept.bout).collect();
        let learned = visit.taught(*load, compared);
        visit.close();
        let mut entries = visit.take();
        let closes = entries.len() - 2;
        entries.insert(closes, Entry::Learned(Box::new(learned.clone())));
        for entry in entries {
            assert!(handle.send(entry));
        }
        at = visit.now + core::time::Duration::from_secs(1);
        kept.push(learned.kept);
    }
    recorder.close(core::time::Duration::from_mins(1)).unwrap();
    kept
}

#[test]
fn what_was_taught_is_read_back_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let kept = record_of(&path, &[4.0, 4.1]);
    let next = Recorder::open(&path, &options()).unwrap();
    assert_eq!(next.learned(), kept);
    drop(next);
}

#[test]
fn what_is_older_than_ninety_days_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let kept = record_of(&path, &[4.0]);
    let connection = Connection::open(&path).unwrap();
    let days = |days: i64| WALL + days * 86_400 * 1_000_000;
    assert_eq!(lately(&connection, days(90)).unwrap(), kept);
    assert_eq!(lately(&connection, days(91)).unwrap(), []);
}

#[test]
fn a_summary_says_what_was_found_on_the_day() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let kept = record_of(&path, &[4.0, 4.0, 4.0, 3.2]);
    let archive = Archive::open(&path).unwrap();
    let last = archive.find(kept[3].bout.session.as_str()).unwrap();
    let summary = summarise(&archive, last).unwrap();
    let learned = summary.bouts[0].learned.as_ref().unwrap();
    assert_eq!(learned.compared_with, 3);
    let texts: Vec<&str> = learned
        .findings
        .iter()
        .map(|found| found.text.as_str())
        .collect();
    assert_eq!(
        texts,
        ["20 W less at the same heart rate than in the last three sessions"]
    );
    let json = serde_json::to_value(learned).unwrap();
    let difference = &json["findings"][0]["load_at_same_heart_rate"]["difference_met"];
    assert!((difference.as_f64().unwrap() + 0.8).abs() < 1e-9, "{json}");
}

#[test]
fn what_a_bout_taught_cannot_be_changed_or_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    record_of(&path, &[4.0]);
    let connection = Connection::open(&path).unwrap();
    for change in [
        "UPDATE learned SET gain_bpm_per_met = 1",
        "DELETE FROM learned",
    ] {
        assert!(connection.execute(change, []).is_err(), "{change}");
    }
}

#[test]
fn a_record_of_the_first_version_is_read_and_brought_to_this_one() {
    let (_folder, path) = made_by(1);
    let archive = Archive::open(&path).unwrap();
    let session = archive.find("last").unwrap();
    let summary = summarise(&archive, session.clone()).unwrap();
    assert_eq!(summary.bouts[0].learned, None);
    drop(archive);
    let next = Recorder::open(&path, &options()).unwrap();
    assert_eq!(next.learned(), []);
    let mut visit = Visit::begin(next.ids().next(WALL), Timestamp::from_secs(1));
    visit.run(5);
    let learned = visit.taught(4.0, Vec::new());
    visit.close();
    let mut entries = visit.take();
    entries.insert(entries.len() - 2, Entry::Learned(Box::new(learned.clone())));
    for entry in entries {
        assert!(next.handle().send(entry));
    }
    next.close(core::time::Duration::from_mins(1)).unwrap();
    let archive = Archive::open(&path).unwrap();
    assert_eq!(
        archive.find(&session.id).unwrap(),
        session,
        "what was there is as it was"
    );
    let connection = Connection::open(&path).unwrap();
    assert_eq!(lately(&connection, WALL).unwrap(), [learned.kept]);
}
