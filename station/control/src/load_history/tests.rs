//! What a history of loads answers, at its edges.

use super::*;

/// A history that began at second 100 with these loads, one a second.
fn of(loads: &[f64]) -> LoadHistory {
    let mut history = LoadHistory::EMPTY;
    for (second, load) in (100_u64..).zip(loads) {
        push(&mut history, second, *load);
    }
    history
}

fn push(history: &mut LoadHistory, second: u64, load: f64) {
    lower(history, second, load, Lowered::ForOtherReasons);
}

fn lower(history: &mut LoadHistory, second: u64, load: f64, lowered: Lowered) {
    let load = NetMets::new(load).expect("in range");
    history.push(Timestamp::from_secs(second), load, lowered);
}

fn is(found: Option<f64>, expected: f64) -> bool {
    found.is_some_and(|found| (found - expected).abs() < 1e-9)
}

#[test]
fn nothing_was_granted_before_it_began() {
    let empty = LoadHistory::EMPTY;
    assert_eq!(empty.at(0), None);
    assert_eq!(empty.mean(60), None);
    assert_eq!(empty.min(10, 0), None);
    assert!(!empty.is_level(10) && !empty.is_rising(10) && empty.taken_away(10, 0) <= 0.0);
    let history = of(&[2.0, 3.0, 4.0]);
    assert!(is(history.at(0), 4.0) && is(history.at(2), 2.0));
    assert_eq!(history.at(3), None);
    assert_eq!(history.at(200), None);
}

#[test]
fn what_stood_fills_the_seconds_between_two_grants() {
    let mut history = of(&[2.0]);
    push(&mut history, 105, 4.0);
    for ago in 1..=5 {
        assert!(is(history.at(ago), 2.0), "{ago} s ago");
    }
    assert!(is(history.at(0), 4.0));
    // A later grant of the same second takes its place; one of before changes no other second.
    push(&mut history, 105, 3.0);
    assert!(is(history.at(0), 3.0) && is(history.at(1), 2.0));
    push(&mut history, 103, 2.5);
    assert!(is(history.at(0), 2.5) && is(history.at(1), 2.0) && is(history.at(2), 2.0));
    assert!(is(history.at(5), 2.0), "it reaches as far back as before");
}

#[test]
fn it_keeps_as_many_seconds_as_it_says_and_no_more() {
    let mut history = of(&[2.0]);
    push(&mut history, 10_000, 4.0);
    push(&mut history, 10_001, 5.0);
    let kept = u16::try_from(KEPT).expect("small");
    assert!(is(history.at(1), 4.0));
    assert!(is(history.at(2), 2.0));
    assert!(is(history.at(kept - 1), 2.0));
    assert_eq!(history.at(kept), None);
    // The mean of all that is kept: two, and the rest at 2.0.
    let mean = 2.0 + (2.0 + 3.0) / f64::from(kept);
    assert!(is(history.mean(u16::MAX), mean));
    let mut long = LoadHistory::EMPTY;
    for second in 0..1_000 {
        push(
            &mut long,
            second,
            1.0 + f64::from(u16::try_from(second % 8).expect("small")),
        );
    }
    assert!(
        is(long.at(0), 8.0) && is(long.at(3), 5.0),
        "it goes round and round"
    );
}

#[test]
fn a_mean_is_of_the_last_seconds_or_of_what_there_is() {
    let history = of(&[2.0, 4.0, 6.0]);
    assert!(is(history.mean(1), 6.0));
    assert!(is(history.mean(2), 5.0));
    assert!(is(history.mean(3), 4.0));
    assert!(is(history.mean(60), 4.0));
    assert_eq!(history.mean(0), None);
}

#[test]
fn least_and_most_are_of_the_window_both_ends_included() {
    let history = of(&[2.0, 5.0, 3.0, 4.0]);
    assert!(is(history.min(3, 0), 2.0) && is(history.max(3, 0), 5.0));
    assert!(is(history.min(2, 0), 3.0) && is(history.max(1, 0), 4.0));
    assert!(is(history.min(3, 2), 2.0) && is(history.max(1, 1), 3.0));
    assert!(is(history.min(300, 0), 2.0), "it begins where it begins");
    assert_eq!(history.min(300, 4), None);
    assert!((history.moved_by(2) - 2.0).abs() < 1e-9);
    assert!((LoadHistory::EMPTY.moved_by(2)).abs() < 1e-9);
}

#[test]
fn a_tenth_of_a_met_is_what_counts_as_moved() {
    // A tenth up: rising, and still level. More: rising, not level. A tenth down: nothing was taken away, and it is not rising.
    for (loads, rising, level, taken) in [
        ([2.0, 2.0, 2.0], false, true, 0.0),
        ([2.0, 2.05, 2.1], true, true, 0.0),
        ([2.0, 2.05, 2.099], false, true, 0.0),
        ([2.0, 2.05, 2.11], true, false, 0.0),
        ([2.1, 2.0, 2.0], false, true, 0.0),
        ([2.11, 2.0, 2.0], false, false, 0.11),
        ([2.2, 2.0, 2.15], true, false, 0.2),
    ] {
        let history = of(&loads);
        assert_eq!(history.is_rising(2), rising, "{loads:?}");
        assert_eq!(history.is_level(2), level, "{loads:?}");
        assert!((history.taken_away(2, 0) - taken).abs() < 1e-9, "{loads:?}");
    }
}

#[test]
fn what_was_taken_away_is_the_deepest_fall_of_a_window_that_may_end_before_now() {
    let history = of(&[5.0, 4.0, 4.5, 3.0, 3.0, 1.0]);
    for (seconds, ago, taken) in [
        (5, 0, 4.0),
        (1, 0, 2.0),
        (5, 1, 2.0),
        (2, 1, 1.5),
        (1, 1, 0.0),
        (1, 4, 1.0),
        (300, 4, 1.0),
        (5, 300, 0.0),
    ] {
        let found = history.taken_away(seconds, ago);
        assert!(
            (found - taken).abs() < 1e-9,
            "{seconds} s up to {ago} s ago: {found}"
        );
    }
}

#[test]
fn was_at_least_looks_at_both_ends_of_its_window() {
    let history = of(&[1.0, 3.0, 3.0, 3.0]);
    assert!(history.was_at_least(3.0, 2));
    assert!(!history.was_at_least(3.0, 3));
    assert!(!history.was_at_least(3.1, 0));
}

#[test]
fn what_was_taken_because_the_heart_fell_counts_as_not_taken() {
    let mut history = of(&[5.0]);
    for (second, load) in [(110, 4.0), (120, 3.0)] {
        lower(&mut history, second, load, Lowered::ForAFallingHeart);
    }
    assert!(is(history.at(0), 3.0) && history.taken_away(60, 0) <= 0.0);
    push(&mut history, 130, 2.5);
    assert!(is(Some(history.taken_away(60, 0)), 0.5));
    // What goes up again and comes down for another reason counts in full.
    lower(&mut history, 140, 4.0, Lowered::ForAFallingHeart);
    push(&mut history, 150, 2.0);
    assert!(is(Some(history.taken_away(60, 0)), 2.0));
    assert!(is(history.min(60, 0), 2.0) && is(history.max(60, 0), 5.0));
    // What a person took before it and after it is one.
    let mut history = of(&[6.0]);
    push(&mut history, 110, 4.0);
    lower(&mut history, 120, 3.0, Lowered::ForAFallingHeart);
    push(&mut history, 130, 2.0);
    assert!(is(Some(history.taken_away(60, 0)), 3.0));
}
