//! A number that follows the pedals instead of the heart: when it is suspected, and when not.

use core::time::Duration;

use control::input::Input;
use control::rules::RuleId;
use control::situation::Stimulus;

use super::bench::{Bench, report};

/// A second in which cadence and number are these.
fn second(bench: &mut Bench, cadence: u16, rate: u16) {
    bench.machine = Some(report(80, cadence));
    bench.heart_rate(rate).second();
}

fn seconds(bench: &mut Bench, cadence: u16, rate: u16, count: usize) {
    for _ in 0..count {
        second(bench, cadence, rate);
    }
}

/// At twice the cadence of 60 for a while, and not come there by a step.
fn near() -> Bench {
    let mut bench = Bench::new();
    seconds(&mut bench, 60, 112, 10);
    seconds(&mut bench, 60, 119, 30);
    assert!(!bench.fires(RuleId::HrCadenceLock));
    bench
}

#[test]
fn a_change_of_five_in_ten_seconds_that_the_number_follows_is_suspect() {
    let mut bench = near();
    // 60 last now and 65 first ten seconds later, in steps of one.
    for after in 1..=10_u16 {
        let turns = 60
            + [0, 1, 1, 2, 2, 3, 3, 4, 4, 4, 5]
                .get(usize::from(after))
                .copied()
                .unwrap_or(5);
        assert!(!bench.fires(RuleId::HrCadenceLock));
        second(&mut bench, turns, 2 * turns);
    }
    second(&mut bench, 65, 130);
    assert!(bench.fires(RuleId::HrCadenceLock));
}

/// The cadence changes by five: half of that, or of twice that, is following, whichever of the two the number is near.
#[test]
fn half_of_the_way_is_following_and_less_is_not() {
    let fires = |(from, to): (u16, u16), (before, after): (u16, u16)| {
        let mut bench = Bench::new();
        // Not come there by a step.
        for rate in [before - 12, before - 6] {
            seconds(&mut bench, from, rate, 10);
        }
        seconds(&mut bench, from, before, 30);
        assert!(!bench.fires(RuleId::HrCadenceLock));
        seconds(&mut bench, to, after, 24);
        bench.fires(RuleId::HrCadenceLock)
    };
    assert!(fires((90, 95), (90, 93)));
    assert!(!fires((90, 95), (91, 93)));
    assert!(fires((60, 65), (122, 127)));
    assert!(!fires((60, 65), (123, 127)));
}

#[test]
fn a_change_of_four_is_not() {
    let mut bench = near();
    seconds(&mut bench, 64, 127, 60);
    assert!(!bench.fires(RuleId::HrCadenceLock));
}

#[test]
fn a_number_that_comes_after_the_pedals_by_some_seconds_follows_them() {
    // 70 at once, and 140 three seconds later, which is a moment, or six, which is a while.
    for late in [1, 4] {
        let mut bench = near();
        seconds(&mut bench, 70, 119, late);
        second(&mut bench, 70, 126);
        second(&mut bench, 70, 133);
        seconds(&mut bench, 70, 139, 24);
        assert!(bench.fires(RuleId::HrCadenceLock), "{late}");
    }
}

#[test]
fn what_changed_in_the_second_in_which_it_came_near_is_followed() {
    let mut bench = Bench::new();
    seconds(&mut bench, 50, 122, 20);
    // Near from here on: 122 is within 3 of twice 60.
    second(&mut bench, 60, 122);
    // And a second later: 128 of twice 65. What was before it came near is no change that it followed.
    seconds(&mut bench, 65, 128, 22);
    assert!(bench.fires(RuleId::HrCadenceLock));
}

#[test]
fn a_step_while_it_is_near_is_not_what_it_began_with() {
    let mut bench = Bench::new();
    // At the cadence itself for long, then at twice the cadence: a strap that counts each beat once more.
    seconds(&mut bench, 64, 80, 10);
    for value in [74, 68] {
        seconds(&mut bench, 64, value, 10);
    }
    seconds(&mut bench, 64, 64, 30);
    seconds(&mut bench, 64, 128, 28);
    assert!(bench.fires(RuleId::HrStep));
    assert!(!bench.fires(RuleId::HrCadenceLock));
}

#[test]
fn a_step_onto_twice_the_cadence_is_what_it_begins_with() {
    let mut bench = Bench::new();
    seconds(&mut bench, 65, 100, 20);
    seconds(&mut bench, 65, 130, 20);
    assert!(!bench.fires(RuleId::HrCadenceLock));
    second(&mut bench, 65, 130);
    assert!(bench.fires(RuleId::HrCadenceLock));
}

#[test]
fn pedals_that_stand_are_followed_by_nothing() {
    let mut bench = Bench::new();
    bench.situation.load_on = false;
    seconds(&mut bench, 0, 3, 20);
    seconds(&mut bench, 5, 3, 30);
    assert!(!bench.fires(RuleId::HrCadenceLock));
}

#[test]
fn a_strap_that_was_silent_for_three_seconds_begins_anew() {
    // Suspect since the cadence changed, near for less than 20 s.
    let mut bench = Bench::new();
    seconds(&mut bench, 60, 112, 10);
    seconds(&mut bench, 60, 119, 5);
    seconds(&mut bench, 65, 127, 5);
    let silence = |bench: &mut Bench, milliseconds: u64| {
        // The strap spoke a second ago; the machine speaks before it does.
        let age = Duration::from_millis(milliseconds);
        bench.now = bench.now.before(Duration::from_secs(1)) + age;
        let report = report(80, 65);
        let input = Input::Machine {
            report,
            sent_at: bench.now,
        };
        bench.turn(&input, Stimulus::Machine);
    };
    let mut broken = bench.clone();
    silence(&mut bench, 2_900);
    seconds(&mut bench, 65, 127, 15);
    assert!(bench.fires(RuleId::HrCadenceLock));
    silence(&mut broken, 3_000);
    seconds(&mut broken, 65, 127, 60);
    assert!(!broken.fires(RuleId::HrCadenceLock));
}
