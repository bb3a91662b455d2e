//! I1 and I14.

use monitor::{Author, Charter, Invariant};
use protocols::vocabulary::{MetresPerSecond, NetMets, PercentGrade};

use crate::desk::{Desk, belt, bike, treadmill, watts};

#[test]
fn i1_a_watt_above_the_prescriptions_ceiling() {
    // 5 net METs at 80 kg: (5 * 3.5 - 3.5) * 80 / 10.8 = 103.7 W.
    let mut desk = Desk::cycling(&bike(), 102);
    desk.load(watts(103));
    desk.assert_sound();
    desk.pass(5.0);
    desk.load(watts(104));
    desk.assert_now(Invariant::I1);
}

#[test]
fn i1_above_what_the_machine_can() {
    let mut charter = bike();
    charter.ceiling = NetMets::new(20.0).expect("in range");
    charter.machine.power = charter.machine.power.map(|mut range| {
        range.max = protocols::vocabulary::Watts::new(50).expect("in range");
        range
    });
    let mut desk = Desk::cycling(&charter, 50);
    desk.pass(5.0);
    desk.load(watts(51));
    desk.assert_now(Invariant::I1);
}

#[test]
fn i1_faster_or_steeper_than_prescribed() {
    let charter = Charter {
        fastest: MetresPerSecond::from_kilometres_per_hour(3.0),
        steepest: PercentGrade::new(1.0),
        ..treadmill()
    };
    let mut desk = Desk::walking(&charter, 3.0);
    desk.pass(60.0);
    desk.load(belt(3.0, 0.5));
    desk.assert_sound();
    desk.pass(10.0);
    desk.load(belt(3.1, 0.5));
    desk.assert_now(Invariant::I1);
}

#[test]
fn i1_a_load_that_the_machine_does_not_have() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.load(belt(0.1, 0.0));
    assert!(
        desk.breaches()
            .iter()
            .any(|breach| breach.invariant == Invariant::I1)
    );
}

#[test]
fn i14_less_work_on_a_steeper_belt() {
    let mut desk = Desk::walking(&treadmill(), 4.0);
    desk.load(belt(3.9, 0.0));
    desk.pass(2.0);
    desk.assert_sound();
    desk.load(belt(3.3, 0.5));
    desk.assert_now(Invariant::I14);
}

#[test]
fn i14_less_work_on_a_faster_belt() {
    let mut desk = Desk::walking(&treadmill(), 3.0);
    desk.pass(30.0);
    desk.load(belt(3.0, 0.5));
    desk.pass(2.0);
    desk.assert_sound();
    desk.load(belt(3.1, 0.0));
    desk.assert_now(Invariant::I14);
}

#[test]
fn i14_a_rule_raises_nothing() {
    let mut desk = Desk::walking(&treadmill(), 3.0);
    desk.author = Author::Rule;
    desk.pass(5.0);
    desk.load(belt(2.9, 0.0));
    desk.load(belt(2.9, 0.0));
    desk.assert_sound();
    desk.pass(20.0);
    desk.load(belt(3.0, 0.0));
    desk.assert_now(Invariant::I14);
}

#[test]
fn i14_a_rise_may_lose_a_step_of_speed_to_rounding() {
    let mut desk = Desk::walking(&treadmill(), 3.8);
    for grade in [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5] {
        desk.pass(10.0);
        desk.load(belt(3.8, grade));
    }
    desk.pass(10.0);
    // 2.950 net METs, then 2.949: what was granted was more than the first and less than one step above the second.
    desk.load(belt(3.6, 4.0));
    desk.assert_sound();
    desk.pass(10.0);
    desk.load(belt(3.2, 4.5));
    desk.assert_now(Invariant::I14);
}

#[test]
fn i2_dividing_anew_counts_as_a_rise() {
    let mut desk = Desk::walking(&treadmill(), 4.0);
    desk.heart_rate = None;
    desk.pass(5.0);
    // 0.5 % more at 3.7 km/h is 1.92 net METs, after 1.90; at 3.6 km/h it is 1.87.
    desk.load(belt(3.6, 0.5));
    desk.assert_now(Invariant::I2);
}

#[test]
fn i14_a_permitted_rise_may_divide_anew() {
    let mut desk = Desk::walking(&treadmill(), 4.0);
    desk.pass(20.0);
    // 0.5 % more at 3.7 km/h is 1.92 METs, after 1.90.
    desk.load(belt(3.7, 0.5));
    desk.assert_sound();
}
