//! I5: what is lost takes load away.

use monitor::{Act, AlarmChange, AlarmId, Charter, Invariant, Priority, Relay, Seen};
use protocols::vocabulary::{LoadControl, MachineCommand};

use crate::desk::{Desk, belt, bike, treadmill, watts};

#[test]
fn i5_a_lost_heart_rate_takes_load_away() {
    let mut desk = Desk::cycling(&bike(), 80);
    desk.heart_rate = None;
    let began = desk.now;
    desk.pass(9.0);
    desk.assert_sound();
    desk.pass(30.0);
    desk.assert_within(Invariant::I5, began, [12.0, 20.0]);
    assert_eq!(desk.breaches().len(), 1);
}

#[test]
fn i5_one_step_down_is_not_enough() {
    let mut desk = Desk::cycling(&bike(), 80);
    desk.heart_rate = None;
    let began = desk.now;
    desk.pass(10.0);
    desk.load(watts(77));
    desk.pass(30.0);
    desk.assert_within(Invariant::I5, began, [14.0, 20.0]);
}

#[test]
fn i5_a_lost_saturation_has_longer() {
    let mut desk = Desk::cycling(&bike(), 80);
    desk.saturation = None;
    let began = desk.now;
    desk.pass(60.0);
    desk.assert_within(Invariant::I5, began, [31.0, 40.0]);
}

#[test]
fn i5_at_the_cool_down_load_nothing_further_need_go() {
    let mut desk = Desk::cycling(&bike(), 22);
    desk.heart_rate = None;
    desk.pass(120.0);
    desk.assert_sound();
}

#[test]
fn i5_a_slow_belt_walks_on() {
    let mut desk = Desk::walking(&treadmill(), 1.6);
    desk.heart_rate = None;
    desk.pass(120.0);
    desk.assert_sound();
    let mut desk = Desk::walking(&treadmill(), 4.0);
    desk.heart_rate = None;
    let began = desk.now;
    desk.pass(60.0);
    desk.assert_within(Invariant::I5, began, [12.0, 20.0]);
}

#[test]
fn i5_a_silent_machine_is_asked_for_no_more() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.answers = false;
    desk.pass(2.0);
    desk.load(watts(61));
    desk.assert_sound();
    desk.pass(2.2);
    desk.load(watts(62));
    desk.assert_now(Invariant::I5);
}

#[test]
fn i5_a_silent_machine_is_stopped() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.answers = false;
    let began = desk.now;
    desk.pass(30.0);
    desk.assert_within(Invariant::I5, began, [5.0, 7.1]);
}

#[test]
fn i5_or_cut_off_or_slowed() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.answers = false;
    desk.pass(5.5);
    desk.turn(Seen::Tick, |left| left.relay = Some(Relay::Open));
    desk.pass(30.0);
    desk.assert_sound();
    let mut desk = Desk::walking(&treadmill(), 4.0);
    desk.answers = false;
    desk.pass(5.5);
    desk.load(belt(3.9, 0.0));
    desk.pass(5.0);
    desk.assert_sound();
}

const PROMPT: &[AlarmChange] = &[AlarmChange::Raised {
    id: AlarmId(3),
    priority: Priority::Medium,
    latched: false,
}];
const AWARE: &[AlarmChange] = &[AlarmChange::Raised {
    id: AlarmId(3),
    priority: Priority::Low,
    latched: false,
}];
const URGENT: &[AlarmChange] = &[AlarmChange::Raised {
    id: AlarmId(3),
    priority: Priority::High,
    latched: true,
}];

fn by_hand() -> Desk {
    let mut charter = bike();
    charter.machine.control = LoadControl::ByHand;
    let mut desk = Desk::new(&charter);
    desk.gives = Some(watts(60));
    desk.pass(5.0);
    desk.assert_sound();
    desk.heart_rate = None;
    desk
}

#[test]
fn i5_where_nothing_can_be_commanded_a_person_is_called() {
    let mut desk = by_hand();
    let began = desk.now;
    desk.pass(30.0);
    desk.assert_within(Invariant::I5, began, [10.0, 14.0]);
}

#[test]
fn i5_and_called_again_urgently() {
    let mut desk = by_hand();
    let began = desk.now;
    desk.pass(10.0);
    desk.raise(PROMPT, 3);
    desk.pass(28.0);
    desk.assert_sound();
    desk.pass(30.0);
    desk.assert_within(Invariant::I5, began, [41.0, 44.0]);
}

#[test]
fn i5_a_call_that_is_acknowledged_need_not_be_repeated() {
    let mut desk = by_hand();
    desk.pass(10.0);
    desk.raise(PROMPT, 3);
    desk.pass(10.0);
    desk.turn(Seen::Act(Act::AcknowledgeAll), |left| {
        left.alarms = &[AlarmChange::Acknowledged { id: AlarmId(3) }];
    });
    desk.pass(60.0);
    desk.assert_sound();
}

#[test]
fn i5_an_alarm_to_be_aware_of_calls_nobody() {
    let mut desk = by_hand();
    let began = desk.now;
    desk.pass(10.0);
    desk.raise(AWARE, 3);
    desk.pass(30.0);
    desk.assert_within(Invariant::I5, began, [10.0, 14.0]);
}

#[test]
fn i5_called_as_it_should() {
    let mut desk = by_hand();
    desk.pass(10.0);
    desk.raise(PROMPT, 3);
    desk.pass(20.0);
    desk.raise(URGENT, 3);
    desk.pass(60.0);
    desk.assert_sound();
}

#[test]
fn i5_the_relay_ends_it() {
    let charter = Charter {
        has_relay: true,
        ..*by_hand().monitor.charter()
    };
    let mut desk = by_hand();
    desk.monitor.amend(charter);
    desk.pass(10.0);
    desk.turn(Seen::Tick, |left| left.relay = Some(Relay::Open));
    desk.pass(60.0);
    desk.assert_sound();
}

#[test]
fn i5_a_machine_that_can_only_be_ended_is_ended() {
    let mut charter = bike();
    charter.machine.control = LoadControl::EndedOnly;
    let mut desk = Desk::new(&charter);
    desk.gives = Some(watts(60));
    desk.pass(5.0);
    desk.heart_rate = None;
    desk.pass(10.0);
    let mut left_on = desk.monitor.clone();
    desk.send(MachineCommand::Stop);
    desk.pass(60.0);
    desk.assert_sound();
    core::mem::swap(&mut desk.monitor, &mut left_on);
    desk.pass(5.0);
    assert!(
        desk.breaches()
            .iter()
            .any(|breach| breach.invariant == Invariant::I5)
    );
}

#[test]
fn i5_a_stop_needs_no_signals() {
    let mut desk = Desk::cycling(&bike(), 60);
    (desk.heart_rate, desk.saturation) = (None, None);
    desk.pass(5.0);
    desk.send(MachineCommand::Stop);
    desk.pass(100.0);
    desk.assert_sound();
}
