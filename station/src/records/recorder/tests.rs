use core::time::Duration;
use std::path::Path;

use rusqlite::Connection;

use super::super::fixtures::{Visit, WALL, options};
use super::super::*;
use super::*;
use control::input::{Action, Input};
use protocols::vocabulary::{
    BeatsPerMinute, MachineReport, MachineState, RevolutionsPerMinute, Timestamp, Watts,
};

const PATIENCE: Duration = Duration::from_mins(1);

fn count(connection: &Connection, sql: &str) -> i64 {
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

fn text(connection: &Connection, sql: &str) -> String {
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

fn phases(db: &Connection) -> Vec<String> {
    db.prepare("SELECT detail ->> '$.to' FROM events WHERE kind = 'phase' ORDER BY id")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

fn reader(path: &Path) -> Store {
    Store::open_for_reading(path).unwrap()
}

fn visit() -> Visit {
    Visit::begin(SessionIds::of_run(1).next(WALL), Timestamp::from_secs(1))
}

/// A recorder without its thread, so that a test says when it writes.
struct ByHand {
    worker: Worker,
    handle: RecorderHandle,
    path: std::path::PathBuf,
    folder: tempfile::TempDir,
}

impl ByHand {
    fn new(capacity: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.sqlite");
        let store = Store::open_for_writing(&path).unwrap();
        let run = begin_run(&store, &options()).unwrap();
        let (sender, receiver) = sync_channel(capacity);
        let shared = Arc::new(Shared::default());
        let writer = Writer::new(store, run, 1, options().anchor);
        Self {
            worker: Worker::new(writer, receiver, Arc::clone(&shared)),
            handle: RecorderHandle::new(sender, shared),
            path,
            folder,
        }
    }

    /// Hands everything over; says how many were not taken.
    fn send(&self, entries: Vec<Entry>) -> usize {
        entries
            .into_iter()
            .filter(|entry| !self.handle.try_send(entry.clone()))
            .count()
    }

    fn drain(&mut self) {
        self.worker.gather();
        self.worker.commit().unwrap();
    }
}

#[test]
fn a_whole_visit_can_be_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let recorder = Recorder::open(&path, &options()).unwrap();
    let handle = recorder.handle();
    let mut visit = Visit::begin(recorder.ids().next(WALL), Timestamp::from_secs(1));
    visit.whole();
    let entries = visit.take();
    let turns = entries
        .iter()
        .filter(|entry| matches!(entry, Entry::Turn(_)))
        .count();
    for entry in entries {
        assert!(handle.send(entry));
    }
    recorder.close(PATIENCE).unwrap();
    let store = reader(&path);
    let db = &store.connection;
    assert_eq!(
        text(db, "SELECT state || ' ' || end_reason FROM sessions"),
        "ended completed"
    );
    assert_eq!(
        count(db, "SELECT sum(turns) FROM journal_blocks"),
        i64::try_from(turns).unwrap()
    );
    assert_eq!(
        count(db, "SELECT count(*) FROM journal_blocks WHERE NOT whole"),
        0
    );
    assert_eq!(count(db, "SELECT count(*) FROM session_samples"), 500);
    assert_eq!(
        count(
            db,
            "SELECT value FROM measurements WHERE kind = 'perceived-exertion'"
        ),
        12
    );
    assert_eq!(
        text(
            db,
            "SELECT value || '/' || second_value || ' ' || unit FROM measurements WHERE kind = 'blood-pressure'"
        ),
        "142/78 mmHg"
    );
    assert_eq!(
        count(
            db,
            "SELECT count(*) FROM events WHERE kind = 'alarm-raised' AND rule = 'spo2-floor' AND value = 86.0"
        ),
        1
    );
    assert_eq!(
        phases(db),
        [
            "ready",
            "warm_up",
            "conditioning",
            "cool_down",
            "recovery",
            "finished"
        ]
    );
    assert_eq!(count(db, "SELECT count(*) FROM gaps"), 0);
    assert_eq!(audit::check_chain(db, 9).unwrap(), []);
    assert_eq!(count(db, "SELECT ended_wall_us IS NOT NULL FROM runs"), 1);
}

#[test]
fn what_is_shown_as_committed_is_there_after_the_gym_was_lost() {
    let mut hand = ByHand::new(100_000);
    let mut visit = visit();
    visit.run(130);
    assert_eq!(hand.send(visit.take()), 0);
    hand.drain();
    let committed = hand.handle.status().committed;
    assert_eq!(committed, visit.now);
    visit.run(5);
    hand.send(visit.take());
    assert!(hand.handle.status().behind >= Duration::from_secs(4));

    // What a kill leaves: the files as they are, with nothing closed.
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("record.sqlite");
    for suffix in ["", "-wal"] {
        let mut from = hand.path.clone().into_os_string();
        from.push(suffix);
        let mut to = copy.clone().into_os_string();
        to.push(suffix);
        std::fs::copy(from, to).unwrap();
    }
    let recorder = Recorder::open(&copy, &options()).unwrap();
    let [lost] = recorder.interrupted() else {
        panic!("{:?}", recorder.interrupted())
    };
    assert_eq!(
        (lost.session, lost.patient.as_str()),
        (visit.session, "K7PD2MXQ")
    );
    assert_eq!(
        lost.last_wall_micros,
        WALL + i64::try_from(committed.as_micros()).unwrap()
    );
    let bout = lost.bout.as_ref().unwrap();
    assert_eq!(
        (bout.bout, bout.station, bout.protocol.as_str()),
        (visit.bout, 2, "csafe")
    );
    assert_eq!(bout.header.setup, *visit.station.bout().unwrap());
    assert_eq!(bout.last_state.0, Timestamp::from_secs(120));
    assert!(bout.last_state.1.restore::<control::Station>().is_ok());
    assert_eq!(recorder.findings(), []);
    recorder.close(PATIENCE).unwrap();

    let store = reader(&copy);
    let db = &store.connection;
    assert_eq!(
        count(db, "SELECT max(last_us) FROM journal_blocks"),
        i64::try_from(committed.as_micros()).unwrap()
    );
    assert_eq!(count(db, "SELECT count(*) FROM session_samples"), 130);
    assert_eq!(text(db, "SELECT state FROM sessions"), "interrupted");
    assert_eq!(
        count(db, "SELECT from_us FROM gaps WHERE bout_id IS NOT NULL"),
        i64::try_from(committed.as_micros()).unwrap(),
        "what came after is said to be missing"
    );
    assert_eq!(
        count(db, "SELECT count(*) FROM bouts WHERE ended_us IS NULL"),
        0
    );
    drop(store);
    // The next gym finds nothing open any more.
    let again = Recorder::open(&copy, &options()).unwrap();
    assert_eq!(again.interrupted(), []);
}

#[test]
fn a_gym_that_was_lost_leaves_a_gap_from_its_last_second_to_where_the_session_goes_on() {
    const AWAY: Duration = Duration::from_secs(289);
    let mut hand = ByHand::new(100_000);
    let mut visit = visit();
    visit.run(130);
    hand.send(visit.take());
    hand.drain();
    let last = visit.now;
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("record.sqlite");
    for suffix in ["", "-wal"] {
        let from = store::beside(&hand.path, suffix);
        std::fs::copy(from, store::beside(&copy, suffix)).unwrap();
    }
    let read = || {
        let archive = Archive::open(&copy).unwrap();
        SessionRecord::read(&archive, "last").unwrap()
    };
    let before = read();
    assert_eq!(before.line.state, "open");
    assert_eq!(before.gaps.len(), 1);
    assert_eq!(before.gaps[0].reason, session::NO_GYM);

    let wall = |after: Duration| WALL + i64::try_from((last + after).as_micros()).unwrap();
    let began = Anchor {
        at: Timestamp::from_secs(5),
        wall_micros: wall(AWAY),
    };
    let later = RecorderOptions {
        anchor: began,
        ..options()
    };
    let recorder = Recorder::open(&copy, &later).unwrap();
    let found = read();
    let [gap] = found.gaps.as_slice() else {
        panic!("{:?}", found.gaps)
    };
    assert_eq!((gap.to_us - gap.from_us) / 1_000_000, 289, "{gap:?}");
    let resumed = Entry::SessionResumed {
        session: visit.session,
        at: began.at + Duration::from_secs(12),
        wall_micros: began.wall_micros + 12_000_000,
    };
    assert!(recorder.handle().send(resumed));
    recorder.close(PATIENCE).unwrap();
    let resumed = read();
    let lengths: Vec<i64> = resumed
        .gaps
        .iter()
        .map(|gap| (gap.to_us - gap.from_us) / 1_000_000)
        .collect();
    // The gym was closed with the session open: nobody goes on with it.
    assert_eq!(lengths, [289, 12, 0], "{:?}", resumed.gaps);
    // The fixture's session began by the wall a second later than its clocks say.
    let between = resumed.gaps[1].from_us - resumed.gaps[0].to_us;
    assert_eq!(between, 1_000_000, "{:?}", resumed.gaps);
    assert_eq!(resumed.recorded_and_missing_s(), (130, 301));
    let archive = Archive::open(&copy).unwrap();
    let verified = verify::verify(&archive, None).unwrap();
    assert_eq!(verified.findings, []);
}

/// As after an upgrade: what a lost gym wrote of its bout is in a form that this version does not know.
#[test]
fn a_bout_that_cannot_be_read_keeps_no_gym_from_opening() {
    for spoilt in [
        "UPDATE bouts SET header_zstd = x'00'",
        "UPDATE checkpoints SET state_zstd = x'00'",
        "UPDATE checkpoints SET base_block = 77, block = 78 WHERE block = 1",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.sqlite");
        let mut visit = visit();
        let recorder = Recorder::open(&path, &options()).unwrap();
        visit.run(30);
        visit.checkpoint(false);
        visit.run(1);
        for entry in visit.take() {
            assert!(recorder.handle().send(entry));
        }
        recorder.close(PATIENCE).unwrap();
        let db = Connection::open(&path).unwrap();
        db.execute_batch(spoilt).unwrap();
        drop(db);
        let next = Recorder::open(&path, &options()).expect(spoilt);
        let [lost] = next.interrupted() else {
            panic!("{spoilt}: {:?}", next.interrupted())
        };
        assert_eq!(lost.session, visit.session);
        assert_eq!(lost.bout, None, "{spoilt}");
        next.close(PATIENCE).unwrap();
        let store = reader(&path);
        assert_eq!(
            text(&store.connection, "SELECT state FROM sessions"),
            "interrupted"
        );
    }
}

#[test]
fn a_full_queue_leaves_a_gap_that_only_a_checkpoint_ends() {
    let mut hand = ByHand::new(200);
    let mut visit = visit();
    assert_eq!(hand.send(visit.take()), 0);
    hand.drain();
    visit.run(30);
    let first_lost = hand.send(visit.take());
    assert!(first_lost > 0);
    let status = hand.handle.status();
    assert!(!status.is_whole());
    assert_eq!(status.needs_checkpoint, [visit.bout]);
    hand.drain();
    // There is room again, and still no turn is taken: it would follow on nothing.
    visit.run(1);
    let lost_again = hand.send(visit.take());
    assert!(lost_again >= 10, "{lost_again}");
    visit.checkpoint(false);
    visit.run(3);
    assert_eq!(hand.send(visit.take()), 0);
    assert!(hand.handle.status().is_whole());
    hand.drain();
    let store = reader(&hand.path);
    let db = &store.connection;
    let lost = i64::try_from(first_lost + lost_again).unwrap();
    assert_eq!(
        count(db, "SELECT lost FROM gaps WHERE bout_id IS NOT NULL"),
        lost
    );
    assert!(count(db, "SELECT to_us - from_us FROM gaps") > 10_000_000);
    assert_eq!(
        count(db, "SELECT count(*) FROM events WHERE kind = 'gap'"),
        1
    );
    assert_eq!(
        count(db, "SELECT count(*) FROM checkpoints WHERE replaces"),
        1
    );
}

#[test]
fn what_people_entered_and_the_end_of_a_session_outlive_a_full_queue() {
    let mut hand = ByHand::new(60);
    let mut visit = visit();
    hand.send(visit.take());
    hand.drain();
    visit.run(20);
    visit.act(Action::Enter(control::input::Entry::PerceivedExertion(13)));
    visit.close();
    assert!(hand.send(visit.take()) > 0);
    assert!(
        !hand
            .handle
            .try_send(Entry::SessionOpened(Box::new(SessionOpened {
                session: SessionIds::of_run(9).next(WALL),
                patient: "OTHER".to_owned(),
                kind: SessionKind::Real,
                clock_rate: 1,
                pre_rolled: false,
                at: visit.now,
                wall_micros: WALL,
            })))
    );
    hand.drain();
    let store = reader(&hand.path);
    let db = &store.connection;
    assert_eq!(
        text(db, "SELECT group_concat(state) FROM sessions"),
        "ended"
    );
    assert_eq!(count(db, "SELECT value FROM measurements"), 13);
    assert_eq!(count(db, "SELECT count(*) FROM gaps"), 1);
}

#[test]
fn a_full_disk_is_said_loses_nothing_taken_and_is_over_when_there_is_room() {
    let mut hand = ByHand::new(100_000);
    let mut visit = visit();
    hand.send(visit.take());
    hand.drain();
    let limit = |worker: &Worker, pages: i64| {
        worker
            .writer
            .store
            .connection
            .query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))
            .unwrap();
    };
    limit(&hand.worker, 1);
    visit.run(300);
    assert_eq!(hand.send(visit.take()), 0);
    hand.worker.gather();
    let because = hand.worker.commit().unwrap_err();
    assert!(because.contains("full"), "{because}");
    let status = hand.handle.status();
    assert_eq!(status.failing, Some(because));
    assert!(!status.is_whole());
    assert!(hand.worker.commit().is_err());
    limit(&hand.worker, 1_000_000);
    hand.drain();
    assert!(hand.handle.status().is_whole());
    let store = reader(&hand.path);
    let db = &store.connection;
    assert_eq!(count(db, "SELECT count(*) FROM session_samples"), 300);
    assert_eq!(count(db, "SELECT count(*) FROM gaps"), 0);
    assert_eq!(audit::check_chain(db, 9).unwrap(), []);
}

/// Sessions that are rolled on simulated time wait for the record: on a disk that is full they end, and do not stand still for ever.
#[test]
fn who_waits_for_a_record_that_cannot_be_written_does_not_wait_for_ever() {
    let mut hand = ByHand::new(8);
    let mut visit = visit();
    visit.run(300);
    let mut entries = visit.take().into_iter();
    let store = &hand.worker.writer.store.connection;
    store
        .query_row("PRAGMA max_page_count = 1", [], |_| Ok(()))
        .unwrap();
    // What was taken waits, as there may be room again.
    while hand.worker.commit().is_ok() {
        assert!(hand.handle.send(entries.next().unwrap()));
        hand.worker.gather();
    }
    let taken: Vec<bool> = entries.map(|entry| hand.handle.send(entry)).collect();
    let room = taken.iter().filter(|taken| **taken).count();
    assert!(room <= 8 && taken.len() > 100, "{room} of {}", taken.len());
}

#[test]
fn a_row_that_the_store_refuses_becomes_a_gap_and_keeps_nothing_else_out() {
    let mut hand = ByHand::new(100_000);
    let mut visit = visit();
    visit.run(2);
    let entries = visit.take();
    let again = entries[0].clone();
    hand.send(entries);
    hand.send(vec![again]);
    hand.drain();
    let store = reader(&hand.path);
    let db = &store.connection;
    assert_eq!(count(db, "SELECT count(*) FROM sessions"), 1);
    assert_eq!(text(db, "SELECT what FROM gaps"), "session");
    assert_eq!(count(db, "SELECT count(*) FROM session_samples"), 2);
}

#[test]
fn a_bout_that_changes_its_prescription_under_the_same_version_keeps_both_texts() {
    let mut hand = ByHand::new(100_000);
    let mut visit = visit();
    let mut entries = visit.take();
    let Some(Entry::BoutOpened(first)) = entries.get(1).cloned() else {
        panic!("a bout")
    };
    let mut second = first.clone();
    second.bout.number = 2;
    second.prescription.text.push_str("# changed\n");
    entries.insert(2, Entry::BoutOpened(second));
    hand.send(entries);
    hand.drain();
    let store = reader(&hand.path);
    let db = &store.connection;
    assert_eq!(
        count(db, "SELECT count(DISTINCT text) FROM prescriptions"),
        2
    );
    assert_eq!(count(db, "SELECT count(*) FROM texts"), 2);
    let changed = hand
        .worker
        .writer
        .store
        .connection
        .execute("UPDATE prescriptions SET text = ''", []);
    assert!(changed.unwrap_err().to_string().contains("never changed"));
}

#[test]
fn two_runs_on_one_file_make_different_ids() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let mut made = Vec::new();
    for _ in 0..2 {
        let recorder = Recorder::open(&path, &options()).unwrap();
        made.push(recorder.ids().next(WALL));
        recorder.close(PATIENCE).unwrap();
    }
    assert_ne!(made[0], made[1]);
}

/// The texts of a visit's events, in their order.
fn texts(visit: &mut Visit) -> Vec<String> {
    let entries = visit.take();
    let mut texts = Vec::new();
    for entry in entries {
        if let Entry::Event(event) = entry {
            texts.push(event.text);
        }
    }
    texts
}

#[test]
fn a_target_that_was_moved_and_what_is_noted_stand_in_the_events() {
    let mut visit = visit();
    visit.run(75);
    visit.act(Action::ConfirmStart);
    visit.run(130);
    visit.act(Action::TargetDown);
    let said = texts(&mut visit);
    assert!(
        said.iter()
            .any(|text| text.starts_with("target a step down: now ")),
        "{said:?}"
    );
    // The oximeter gives no pulse here: the machine's differs from the strap's.
    for _ in 0..40 {
        visit.run(1);
        let report = MachineReport {
            heart_rate: BeatsPerMinute::new(150),
            power: Watts::new(60),
            cadence: RevolutionsPerMinute::new(60),
            ..MachineReport::of(MachineState::Running)
        };
        let sent_at = visit.now;
        visit.input(Input::Machine { report, sent_at });
    }
    let said = texts(&mut visit);
    let noted = said
        .iter()
        .filter(|text| *text == "the sources of heart rate differ");
    assert_eq!(noted.count(), 1, "{said:?}");
}

#[test]
fn seconds_are_packed_a_block_at_a_time_when_their_session_is_over_and_not_before() {
    let mut hand = ByHand::new(100_000);
    let mut visit = visit();
    visit.run(700);
    assert_eq!(hand.send(visit.take()), 0);
    hand.drain();
    assert!(!hand.worker.writer.pack_one());
    visit.close();
    assert_eq!(hand.send(visit.take()), 0);
    hand.worker.gather();
    // The end is staged, and not yet written.
    assert!(!hand.worker.writer.pack_one());
    hand.worker.commit().unwrap();
    let there = |hand: &ByHand| {
        let store = reader(&hand.path);
        let db = &store.connection;
        (
            count(db, "SELECT count(*) FROM samples"),
            count(db, "SELECT count(*) FROM sample_blocks"),
            count(db, "SELECT count(*) FROM session_samples"),
        )
    };
    assert_eq!(there(&hand), (700, 0, 700));
    assert!(hand.worker.writer.pack_one());
    assert_eq!(there(&hand), (100, 1, 700));
    assert!(hand.worker.writer.pack_one());
    assert_eq!(there(&hand), (0, 2, 700));
    assert!(!hand.worker.writer.pack_one());
}

#[test]
fn what_an_earlier_gym_left_as_plain_rows_is_packed_by_the_next() {
    let mut hand = ByHand::new(100_000);
    let mut visit = visit();
    visit.run(30);
    assert_eq!(hand.send(visit.take()), 0);
    hand.drain();
    let path = hand.path.clone();
    let folder = hand.folder;
    // A gym that is lost: its session is interrupted when the next one opens.
    drop(hand.worker);
    let store = reader(&path);
    assert_eq!(count(&store.connection, "SELECT count(*) FROM samples"), 30);
    drop(store);
    let recorder = Recorder::open(&path, &options()).unwrap();
    assert_eq!(recorder.interrupted().len(), 1);
    recorder.close(PATIENCE).unwrap();
    let archive = Archive::open(&path).unwrap();
    let session = archive.find("last").unwrap();
    assert!(session.state == "interrupted" && session.seconds >= 29.0);
    let bout = archive.bouts(&session.id).unwrap().remove(0).row();
    assert_eq!(archive.samples(bout).unwrap().len(), 30);
    drop(folder);
}
