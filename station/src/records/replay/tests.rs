use core::time::Duration;

use control::outputs::Refusal;
use protocols::vocabulary::Timestamp;

use super::super::fixtures::{Visit, WALL, options};
use super::super::{Entry, Recorder, SessionIds};
use super::*;

fn whole_visit() -> Vec<Entry> {
    let mut visit = Visit::begin(SessionIds::of_run(1).next(WALL), Timestamp::from_secs(1));
    visit.whole();
    visit.take()
}

fn replayed(entries: Vec<Entry>, also: &str) -> Replay {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let recorder = Recorder::open(&path, &options()).unwrap();
    let handle = recorder.handle();
    for entry in entries {
        assert!(handle.send(entry));
    }
    recorder.close(Duration::from_mins(1)).unwrap();
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch(also)
        .unwrap();
    let archive = Archive::open(&path).unwrap();
    let id = archive.find("last").unwrap().id;
    replay(&archive, &id).unwrap()
}

/// The place of the turn that comes after so many.
fn turn_at(entries: &[Entry], after: usize) -> usize {
    entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| matches!(entry, Entry::Turn(_)))
        .nth(after)
        .unwrap()
        .0
}

#[test]
fn a_whole_visit_comes_out_the_same() {
    let entries = whole_visit();
    let count = |wanted: fn(&Entry) -> bool| {
        u64::try_from(entries.iter().filter(|entry| wanted(entry)).count()).unwrap()
    };
    let turns = count(|entry| matches!(entry, Entry::Turn(_)));
    let checkpoints = count(|entry| matches!(entry, Entry::Checkpoint { .. }));
    assert!(turns > 6_000 && checkpoints > 6, "{turns} {checkpoints}");
    let found = replayed(entries, "");
    assert!(found.identical);
    assert_eq!(
        found.bouts,
        [BoutReplay {
            bout: 1,
            turns,
            checkpoints,
            restarts: 0,
            difference: None
        }]
    );
}

#[test]
fn a_planted_difference_is_found_in_its_turn_and_field() {
    let mut entries = whole_visit();
    let place = turn_at(&entries, 2_345);
    let Entry::Turn(turn) = &mut entries[place] else {
        panic!("a turn")
    };
    turn.outputs.refused = Some(Refusal::LimitReached);
    let found = replayed(entries, "");
    assert!(!found.identical);
    let Some(Difference::Outputs { turn, fields, .. }) = &found.bouts[0].difference else {
        panic!("{found:?}")
    };
    assert_eq!(*turn, 2_345);
    let [field] = fields.as_slice() else {
        panic!("{fields:?}")
    };
    assert_eq!(field.field, "refused");
    assert_eq!(field.recorded, json!("LimitReached"));
    assert_eq!(field.replayed, Value::Null);
}

#[test]
fn an_input_that_is_missing_is_noticed() {
    let mut entries = whole_visit();
    let place = entries
        .iter()
        .position(|entry| {
            matches!(entry, Entry::Turn(turn)
                if turn.input == control::input::Input::Operator(control::input::Action::ConfirmStart))
        })
        .unwrap();
    entries.remove(place);
    let found = replayed(entries, "");
    assert!(found.bouts[0].difference.is_some());
}

#[test]
fn a_state_that_was_put_in_place_begins_anew_and_any_other_must_fit() {
    let mut visit = Visit::begin(SessionIds::of_run(1).next(WALL), Timestamp::from_secs(1));
    visit.run(30);
    let mut entries = visit.take();
    // What the record never saw: the station lived on for a while.
    visit.run(3);
    visit.take();
    visit.checkpoint(true);
    visit.run(30);
    entries.extend(visit.take());
    let found = replayed(entries.clone(), "");
    assert!(found.identical, "{found:?}");
    assert_eq!(found.bouts[0].restarts, 1);
    let found = replayed(
        entries,
        "UPDATE checkpoints SET replaces = 0, checksum = NULL",
    );
    assert!(
        matches!(found.bouts[0].difference, Some(Difference::State { .. })),
        "{found:?}"
    );
}

#[test]
fn a_journal_of_other_decisions_is_said_and_not_judged() {
    let found = replayed(whole_visit(), "UPDATE bouts SET decisions = 4711");
    assert!(!found.identical);
    assert!(matches!(
        found.bouts[0].difference,
        Some(Difference::OtherDecisions {
            recorded: 4_711,
            known: control::DECISIONS,
            ..
        })
    ));
}

#[test]
fn states_of_another_form_are_said_to_be_and_not_read() {
    let mut entries = whole_visit();
    for entry in &mut entries {
        if let Entry::BoutOpened(opened) = entry {
            opened.header.state_format = control::FORMAT - 1;
        }
    }
    let found = replayed(entries, "");
    assert_eq!(
        found.bouts[0].difference,
        Some(Difference::OtherFormat {
            recorded: control::FORMAT - 1,
            known: control::FORMAT,
        })
    );
    assert_eq!(found.bouts[0].turns, 0);
}

#[test]
fn a_missing_and_a_damaged_block_are_named() {
    let found = replayed(
        whole_visit(),
        "DELETE FROM journal_blocks WHERE block = 3; DELETE FROM checkpoints WHERE block = 3",
    );
    assert!(
        matches!(
            found.bouts[0].difference,
            Some(Difference::Unreadable { block: 3, .. })
        ),
        "{found:?}"
    );
    let found = replayed(
        whole_visit(),
        "UPDATE journal_blocks SET data = zeroblob(40) WHERE block = 2",
    );
    assert!(
        matches!(
            found.bouts[0].difference,
            Some(Difference::Unreadable { block: 2, .. })
        ),
        "{found:?}"
    );
    // What comes after it is proved all the same, from the next state on.
    assert!(
        found.bouts[0].restarts == 1 && found.bouts[0].turns > 5_000,
        "{found:?}"
    );
}
