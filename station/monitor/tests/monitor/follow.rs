//! I11: a machine that does not follow.

use monitor::{Invariant, Phase, Seen};
use protocols::vocabulary::{MachineCommand, NetMets};

use crate::desk::{Desk, belt, bike, per_minute, treadmill, watts};

#[test]
fn i11_no_rise_for_a_machine_that_gives_less() {
    let mut desk = Desk::cycling(&bike(), 80);
    // 10 W, and 3.2 W for what was granted and not sent, and for a report on its way.
    desk.gives = Some(watts(66));
    desk.pass(30.0);
    desk.load(watts(81));
    desk.assert_sound();
    desk.pass(8.0);
    desk.load(watts(82));
    desk.assert_now(Invariant::I11);
}

#[test]
fn i11_within_the_figures_of_the_rule_it_follows() {
    let mut desk = Desk::cycling(&bike(), 80);
    desk.gives = Some(watts(68));
    desk.pass(60.0);
    desk.load(watts(80));
    desk.gives = Some(watts(68));
    desk.pass(60.0);
    desk.load(watts(81));
    desk.assert_sound();
}

#[test]
fn i11_one_report_in_between_begins_anew() {
    let mut desk = Desk::cycling(&bike(), 80);
    desk.gives = Some(watts(60));
    desk.pass(30.0);
    desk.gives = None;
    desk.pass(2.0);
    desk.gives = Some(watts(60));
    desk.pass(30.0);
    desk.load(watts(82));
    desk.assert_sound();
}

#[test]
fn i11_followed_down_it_may_rise_again() {
    let mut desk = Desk::cycling(&bike(), 80);
    desk.gives = Some(watts(60));
    desk.pass(40.0);
    desk.load(watts(60));
    desk.gives = None;
    desk.pass(8.0);
    desk.load(watts(62));
    desk.assert_sound();
}

#[test]
fn i11_a_belt_that_is_flatter_than_asked() {
    let mut desk = Desk::walking(&treadmill(), 3.0);
    desk.pass(40.0);
    desk.load(belt(3.0, 0.5));
    for grade in [1.0, 1.5, 2.0] {
        desk.pass(20.0);
        desk.load(belt(3.0, grade));
    }
    desk.gives = Some(belt(3.0, 0.0));
    desk.pass(45.0);
    desk.load(belt(3.1, 2.0));
    desk.assert_now(Invariant::I11);
}

#[test]
fn i11_a_machine_that_gives_more_is_stopped() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.gives = Some(watts(80));
    let began = desk.now;
    desk.pass(60.0);
    desk.assert_within(Invariant::I11, began, [10.0, 12.0]);
    assert_eq!(desk.breaches().len(), 1);
}

#[test]
fn i11_stopped_in_time() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.gives = Some(watts(80));
    desk.pass(6.0);
    desk.phase = Phase::Stopped;
    desk.answer(Seen::Tick, MachineCommand::Stop);
    desk.pass(60.0);
    desk.assert_sound();
}

#[test]
fn i11_a_machine_may_take_its_time_to_come_down() {
    let mut desk = Desk::walking(&treadmill(), 5.0);
    desk.gives = Some(belt(5.0, 0.0));
    for tenths in (30..50).rev() {
        desk.load(belt(f64::from(tenths) / 10.0, 0.0));
        desk.pass(0.2);
    }
    // By its slew the belt is at 3.0 km/h after 5.5 s.
    for tenths in (30..50).rev() {
        desk.gives = Some(belt(f64::from(tenths) / 10.0, 0.0));
        desk.pass(0.3);
    }
    desk.pass(30.0);
    desk.assert_sound();
}

#[test]
fn i11_a_belt_that_is_slower_than_asked() {
    // 0.3 km/h by the rule and 0.3 for what was granted and not sent, and for a report on its way.
    for (given, breach) in [(3.5, false), (3.3, true)] {
        let mut desk = Desk::walking(&treadmill(), 4.0);
        desk.gives = Some(belt(given, 0.0));
        desk.pass(40.0);
        desk.load(belt(4.1, 0.0));
        if breach {
            desk.assert_now(Invariant::I11);
        } else {
            desk.assert_sound();
        }
    }
}

#[test]
fn i11_a_belt_that_is_faster_than_asked_is_slowed() {
    let mut desk = Desk::walking(&treadmill(), 3.0);
    desk.gives = Some(belt(4.0, 0.0));
    desk.pass(6.0);
    desk.load(belt(2.9, 0.0));
    desk.pass(60.0);
    desk.assert_sound();
}

#[test]
fn i11_a_belt_slowed_before_is_not_slowed_for_it() {
    let mut desk = Desk::walking(&treadmill(), 3.0);
    desk.load(belt(2.9, 0.0));
    desk.pass(2.0);
    desk.gives = Some(belt(4.0, 0.0));
    let began = desk.now;
    desk.pass(60.0);
    desk.assert_within(Invariant::I11, began, [10.0, 12.0]);
}

#[test]
fn i11_a_slow_machine_may_be_as_slow_as_it_is() {
    let mut charter = bike();
    charter.machine.slew.watts_per_second = 0.05;
    let mut desk = Desk::cycling(&charter, 30);
    desk.gives = Some(watts(21));
    for load in (32..50).step_by(2) {
        desk.pass(6.0);
        desk.load(watts(load));
    }
    desk.assert_sound();
    let mut charter = treadmill();
    charter.machine.slew.grade_percent_per_second = 0.01;
    let mut desk = Desk::walking(&charter, 3.0);
    desk.gives = Some(belt(3.0, 0.0));
    for half_percents in 1..7_u8 {
        desk.pass(20.0);
        desk.load(belt(3.0, f64::from(half_percents) / 2.0));
    }
    desk.pass(5.0);
    desk.load(belt(3.1, 3.0));
    desk.assert_sound();
}

#[test]
fn i11_a_silence_begins_anew() {
    let mut desk = Desk::cycling(&bike(), 80);
    desk.gives = Some(watts(60));
    desk.pass(30.0);
    desk.answers = false;
    desk.pass(4.0);
    desk.answers = true;
    desk.pass(30.0);
    desk.load(watts(82));
    desk.assert_sound();
}

#[test]
fn i11_at_high_power_a_tenth_of_it_is_near_enough() {
    for (given, breach) in [(156, false), (152, true)] {
        let mut charter = bike();
        charter.ceiling = NetMets::MAX;
        charter.warm_up = per_minute(6.0);
        let mut desk = Desk::cycling(&charter, 180);
        desk.gives = Some(watts(given));
        desk.pass(40.0);
        desk.load(watts(181));
        if breach {
            desk.assert_now(Invariant::I11);
        } else {
            desk.assert_sound();
        }
    }
}

#[test]
fn i11_the_grade_of_a_belt_that_stands_is_nobodys_load() {
    let mut desk = Desk::walking(&treadmill(), 2.0);
    desk.gives = Some(belt(0.0, 4.0));
    desk.pass(20.0);
    desk.assert_sound();
    desk.gives = Some(belt(1.9, 4.0));
    desk.pass(20.0);
    assert!(
        desk.breaches()
            .iter()
            .any(|breach| breach.invariant == Invariant::I11)
    );
}
