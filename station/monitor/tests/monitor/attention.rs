//! I12, I13, and the answers to a gap of the record and to nobody watching.

use core::time::Duration;

use monitor::{Act, Invariant, Phase, Seen};
use protocols::vocabulary::MachineCommand;

use crate::desk::{Desk, bike, watts};

#[test]
fn i12_a_station_in_use_is_not_taken_again() {
    let mut desk = Desk::cycling(&bike(), 30);
    desk.turn(Seen::Act(Act::Begin), |left| left.refused = true);
    desk.assert_sound();
    desk.see(Seen::Act(Act::Begin));
    desk.assert_now(Invariant::I12);
}

#[test]
fn i12_a_free_one_is() {
    let mut desk = Desk::new(&bike());
    for phase in [Phase::Idle, Phase::Finished] {
        desk.phase = phase;
        desk.pass(1.0);
        desk.phase = Phase::Ready;
        desk.see(Seen::Act(Act::Begin));
    }
    desk.assert_sound();
}

/// A tick that gives leave for so many milliseconds.
fn leave(desk: &mut Desk, input: Seen, millis: u64) {
    let until = desk.now + Duration::from_millis(millis);
    desk.turn(input, |left| left.leave_until = Some(until));
}

#[test]
fn i13_leave_lasts_400_ms() {
    let mut desk = Desk::cycling(&bike(), 30);
    leave(&mut desk, Seen::Tick, 400);
    desk.assert_sound();
    leave(&mut desk, Seen::Tick, 401);
    desk.assert_now(Invariant::I13);
}

#[test]
fn i13_a_turn_that_failed_gives_none() {
    let mut desk = Desk::cycling(&bike(), 30);
    desk.pass(1.0);
    desk.turn(Seen::Fault, |left| {
        left.leave_until = None;
        left.command = Some(MachineCommand::Stop);
    });
    desk.assert_sound();
    desk.now = desk.now + Duration::from_millis(100);
    leave(&mut desk, Seen::Tick, 400);
    desk.assert_now(Invariant::I13);
}

#[test]
fn i13_until_a_person_has_acknowledged_and_resumed() {
    let mut desk = Desk::cycling(&bike(), 30);
    let silent = |left: &mut monitor::Left<'static>| left.leave_until = None;
    desk.turn(Seen::Fault, |left| {
        silent(left);
        left.command = Some(MachineCommand::Stop);
    });
    desk.phase = Phase::Stopped;
    desk.turn(Seen::Act(Act::AcknowledgeAll), silent);
    desk.phase = Phase::Conditioning;
    desk.answer(Seen::Act(Act::Resume), MachineCommand::Start(watts(20)));
    desk.pass(1.0);
    desk.assert_sound();
}

#[test]
fn answer_a_rise_across_a_gap_of_the_record() {
    let mut desk = Desk::cycling(&bike(), 30);
    desk.see(Seen::Record { whole: false });
    desk.load(watts(29));
    desk.pass(5.0);
    desk.assert_sound();
    desk.load(watts(31));
    desk.assert_now(Invariant::Answer);
}

#[test]
fn answer_a_rise_with_nobody_watching() {
    let mut desk = Desk::cycling(&bike(), 30);
    desk.see(Seen::Watched(false));
    desk.pass(5.0);
    desk.load(watts(32));
    desk.assert_sound();
    desk.pass(5.0);
    desk.load(watts(34));
    desk.assert_now(Invariant::Answer);
    desk.see(Seen::Watched(true));
    desk.pass(5.0);
    desk.load(watts(36));
    assert_eq!(desk.breaches().len(), 1);
}
