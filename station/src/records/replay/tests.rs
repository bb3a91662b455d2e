use core::time::Duration;

use control::input::{Action, Input};
use control::outputs::Refusal;
use protocols::vocabulary::Timestamp;

use super::super::fixtures::{
    Visit, WALL, archive_of, archive_of_a_visit, archive_of_lost_gyms, closed, correct, hire,
    options, pressure,
};
use super::super::session::SessionRecord;
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
                if turn.input == Input::Operator(Action::ConfirmStart))
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

/// What `look` finds in a whole visit after somebody was at the file.
fn looked_at<T>(sql: &str, look: impl FnOnce(&Archive, &str) -> T) -> T {
    let (_folder, archive) = archive_of_a_visit();
    let path = closed(archive);
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch(sql)
        .unwrap();
    let archive = Archive::open(&path).unwrap();
    let id = archive.find("last").unwrap().id;
    look(&archive, &id)
}

#[test]
fn turns_that_are_missing_are_named_though_the_states_around_them_are_there() {
    let sql = "DELETE FROM journal_blocks WHERE block = 3";
    let is_named = |difference: &Option<Difference>| matches!(difference, Some(Difference::Unreadable { block: 3, because }) if because == "its turns are missing");
    let replayed = looked_at(sql, |archive, id| replay(archive, id).unwrap());
    let bout = &replayed.bouts[0];
    assert!(
        !replayed.identical && is_named(&bout.difference),
        "{bout:?}"
    );
    assert!(bout.restarts == 1 && bout.turns > 5_000, "{bout:?}");
    let history = looked_at(sql, |archive, id| {
        let row = archive.bouts(id).unwrap().remove(0);
        history::bout(archive, id, &row).unwrap()
    });
    assert!(is_named(&history.unfollowed), "{:?}", history.unfollowed);
    assert!(history.turns > 5_000 && history.changed.is_empty());
}

#[test]
fn a_bout_without_a_turn_proves_nothing() {
    let sql = "DELETE FROM journal_blocks; DELETE FROM checkpoints";
    let replayed = looked_at(sql, |archive, id| replay(archive, id).unwrap());
    assert!(!replayed.identical, "{replayed:?}");
    let history = looked_at(sql, |archive, id| {
        let row = archive.bouts(id).unwrap().remove(0);
        history::bout(archive, id, &row).unwrap()
    });
    assert!(history.unfollowed.is_some());
}

#[test]
fn an_instant_of_which_nothing_was_recorded_is_not_answered_with_one_of_before() {
    let (_folder, archive) = archive_of(|visit| {
        visit.run(90);
        visit.stand_still(40);
        visit.run(20);
        visit.close();
    });
    let session = SessionRecord::read(&archive, "last").unwrap();
    let at = |seconds: i64| {
        let instant = instant::at(&archive, &session, seconds * 1_000_000);
        let instant = instant.unwrap().unwrap();
        let lines = crate::review::instant::lines(&session, &instant).join("\n");
        (instant.stale_us(), lines)
    };
    let (stale, lines) = at(120);
    assert_eq!(stale, Some(30_000_000));
    for words in [
        "at 2:00",
        "NOT RECORDED: no turn stands in the record for 30 s before 2:00",
        "the state of 1:30",
    ] {
        assert!(lines.contains(words), "{lines}");
    }
    for seconds in [60, 90, 131, 150] {
        let (stale, lines) = at(seconds);
        assert_eq!(stale, None, "{seconds} s");
        assert!(!lines.contains("NOT RECORDED"), "{lines}");
    }
}

#[test]
fn what_is_told_of_a_second_has_happened_in_its_answer_and_a_corrected_figure_says_so() {
    let (_folder, archive) = archive_of(|visit| {
        visit.run(75);
        visit.act(Action::ConfirmStart);
        visit.run(150);
        visit.now = visit.now + Duration::from_millis(200);
        visit.act(Action::Enter(pressure(252, 80)));
        visit.now = visit.now + Duration::from_millis(800);
        visit.run(5);
        visit.close();
    });
    hire(&archive, "anna", "Anna Berg");
    correct(&archive, 1, pressure(152, 80));
    let session = SessionRecord::read(&archive, "last").unwrap();
    let raised = session.alarms()[0].from_us;
    assert_eq!(raised % 1_000_000, 200_000);
    let instant = instant::at(&archive, &session, raised - 200_000);
    let lines = crate::review::instant::lines(&session, &instant.unwrap().unwrap()).join("\n");
    assert!(lines.contains("cool-down for 00:00"), "{lines}");
    assert!(
        lines.contains("systolic 252")
            && lines.contains("; corrected afterwards to blood pressure 152/80 mmHg"),
        "{lines}"
    );
}

#[test]
fn every_second_that_is_told_of_a_bout_has_an_answer_wherever_in_it_the_bout_began() {
    // The bout begins 0.4 s after a second of its session, and ends within one.
    let (_folder, archive) = archive_of_lost_gyms(&[
        |visit| {
            visit.run(20);
            visit.now = visit.now + Duration::from_millis(400);
            visit.input(Input::Tick);
        },
        |visit| {
            visit.run(10);
            visit.close();
        },
    ]);
    let session = SessionRecord::read(&archive, "last").unwrap();
    let [_, goes_on] = session.bouts.as_slice() else {
        panic!("{:?}", session.bouts)
    };
    let begins = goes_on.from_us;
    assert_eq!(begins % 1_000_000, 400_000);
    let at = |t_us| instant::at(&archive, &session, t_us).unwrap();
    let told = begins - 400_000;
    let instant = at(told).unwrap();
    assert_eq!((instant.bout, instant.t_us), (2, begins));
    assert_eq!(instant.stale_us(), None);
    // What is refused names spans that are answered.
    let refused = at(told - 5_000_000).unwrap_err().to_string();
    let wanted = format!(", {} to ", instant::clock(told));
    assert!(refused.contains(&wanted), "{wanted} in {refused}");
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
