//! I4 and I6.

use monitor::{Act, Charter, Invariant, Phase, Relay, Seen};
use protocols::vocabulary::{MachineCommand, MachineLoad};

use crate::desk::{Desk, belt, bike, treadmill, watts};

const STOP: Seen = Seen::Act(Act::Stop);
const EMERGENCY: Seen = Seen::Act(Act::EmergencyStop);

fn stopped() -> Desk {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.phase = Phase::Stopped;
    desk.answer(STOP, MachineCommand::SetLoad(watts(0)));
    desk.pass(5.0);
    desk.assert_sound();
    desk
}

fn set(load: MachineLoad) -> MachineCommand {
    MachineCommand::SetLoad(load)
}

#[test]
fn i6_a_stop_that_the_next_call_carries_out() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.see(STOP);
    desk.assert_now(Invariant::I6);
    desk.pass(0.1);
    desk.send(MachineCommand::Stop);
    assert_eq!(desk.breaches().len(), 1);
}

#[test]
fn i6_an_ergometer_goes_to_nothing() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.answer(STOP, set(watts(20)));
    desk.assert_now(Invariant::I6);
    desk.pass(60.0);
    assert_eq!(desk.breaches().len(), 1, "told once");
}

#[test]
fn i6_in_every_phase() {
    for phase in [
        Phase::WarmUp,
        Phase::Conditioning,
        Phase::CoolDown,
        Phase::Recovery,
        Phase::Paused,
    ] {
        let mut desk = Desk::cycling(&bike(), 60);
        desk.phase = phase;
        desk.pass(1.0);
        desk.see(STOP);
        desk.assert_now(Invariant::I6);
    }
}

#[test]
fn i6_a_stop_is_not_refused() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.turn(STOP, |left| {
        left.command = Some(MachineCommand::Stop);
        left.refused = true;
    });
    desk.assert_now(Invariant::I6);
}

#[test]
fn i6_with_nothing_on_there_is_nothing_to_do() {
    let mut desk = Desk::new(&bike());
    desk.pass(2.0);
    desk.turn(STOP, |left| left.refused = true);
    desk.see(EMERGENCY);
    desk.assert_sound();
}

#[test]
fn i6_a_belt_begins_to_slow() {
    let mut desk = Desk::walking(&treadmill(), 4.0);
    desk.see(STOP);
    desk.assert_now(Invariant::I6);
}

#[test]
fn i6_a_second_stop_within_a_step_asks_for_nothing_more() {
    let mut desk = Desk::walking(&treadmill(), 4.0);
    desk.answer(STOP, set(belt(3.9, 0.0)));
    desk.pass(0.1);
    desk.see(STOP);
    desk.assert_sound();
}

#[test]
fn i6_a_belt_that_slows_once_and_runs_on() {
    let mut desk = Desk::walking(&treadmill(), 3.6);
    let began = desk.now;
    desk.answer(STOP, set(belt(3.5, 0.0)));
    desk.pass(8.9);
    desk.assert_sound();
    desk.pass(10.0);
    // 1 m/s by 0.25 m/s², half as long again, and 3 s.
    desk.assert_within(Invariant::I6, began, [9.0, 9.2]);
}

#[test]
fn i6_an_emergency_stop_is_the_fastest_and_opens_the_relay() {
    let charter = Charter {
        has_relay: true,
        ..bike()
    };
    let mut desk = Desk::cycling(&charter, 60);
    desk.turn(EMERGENCY, |left| {
        left.command = Some(MachineCommand::EmergencyStop);
        left.relay = Some(Relay::Open);
    });
    desk.assert_sound();
    let mut desk = Desk::cycling(&charter, 60);
    desk.answer(EMERGENCY, MachineCommand::EmergencyStop);
    desk.assert_now(Invariant::I6);
    let mut desk = Desk::cycling(&bike(), 60);
    desk.answer(EMERGENCY, MachineCommand::Stop);
    desk.assert_now(Invariant::I6);
}

#[test]
fn i6_the_stop_circuit_takes_load_away() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.see(Seen::StopCircuit { open: true });
    desk.assert_now(Invariant::I6);
}

#[test]
fn i4_load_after_a_stop_that_nobody_acknowledged() {
    let mut desk = stopped();
    desk.phase = Phase::Conditioning;
    desk.answer(Seen::Act(Act::Resume), set(watts(20)));
    desk.assert_now(Invariant::I4);
}

#[test]
fn i4_load_after_a_stop_that_nobody_resumed() {
    let mut desk = stopped();
    desk.see(Seen::Act(Act::AcknowledgeAll));
    desk.pass(1.0);
    desk.load(watts(20));
    desk.assert_now(Invariant::I4);
}

#[test]
fn i4_a_resume_before_the_acknowledgement_does_not_count() {
    let mut desk = stopped();
    desk.see(Seen::Act(Act::Resume));
    desk.see(Seen::Act(Act::AcknowledgeAll));
    desk.load(watts(20));
    desk.assert_now(Invariant::I4);
}

#[test]
fn i4_nor_does_one_that_was_refused() {
    let mut desk = stopped();
    desk.see(Seen::Act(Act::AcknowledgeAll));
    desk.turn(Seen::Act(Act::Resume), |left| left.refused = true);
    desk.load(watts(20));
    desk.assert_now(Invariant::I4);
}

#[test]
fn i4_acknowledged_and_resumed() {
    let mut desk = stopped();
    desk.load(watts(0));
    desk.see(Seen::Act(Act::AcknowledgeAll));
    desk.phase = Phase::Conditioning;
    desk.answer(Seen::Act(Act::Resume), set(watts(20)));
    desk.assert_sound();
}

#[test]
fn i4_a_stop_of_a_rule_counts_as_well() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.phase = Phase::Stopped;
    desk.send(MachineCommand::Stop);
    desk.pass(10.0);
    desk.assert_sound();
    desk.phase = Phase::Conditioning;
    desk.load(watts(20));
    desk.assert_now(Invariant::I4);
}

#[test]
fn answer_a_rule_that_stops_and_leaves_the_load() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.phase = Phase::Stopped;
    desk.pass(0.1);
    desk.assert_now(Invariant::Answer);
}

#[test]
fn answer_a_rule_that_stops_a_belt_which_runs_on() {
    let mut desk = Desk::walking(&treadmill(), 3.6);
    desk.phase = Phase::Stopped;
    desk.pass(0.1);
    let began = desk.now;
    desk.pass(20.0);
    desk.assert_within(Invariant::Answer, began, [8.9, 9.2]);
}

#[test]
fn i4_a_belts_way_down_is_not_a_load_asked_for() {
    let mut desk = Desk::walking(&treadmill(), 4.0);
    desk.answer(STOP, set(belt(3.9, 0.0)));
    desk.pass(0.3);
    desk.load(belt(3.8, 0.0));
    desk.assert_sound();
    desk.pass(0.3);
    desk.load(belt(3.9, 0.0));
    assert!(
        desk.breaches()
            .iter()
            .all(|breach| breach.invariant == Invariant::I4 && breach.at == desk.now)
    );
    assert_eq!(desk.breaches().len(), 1);
}

#[test]
fn i4_never_while_the_stop_circuit_is_open() {
    let mut desk = Desk::new(&bike());
    desk.pass(2.0);
    desk.see(Seen::StopCircuit { open: true });
    desk.send(MachineCommand::Start(watts(20)));
    desk.assert_now(Invariant::I4);
    let mut desk = Desk::new(&bike());
    desk.pass(2.0);
    desk.see(Seen::StopCircuit { open: true });
    desk.see(Seen::StopCircuit { open: false });
    desk.send(MachineCommand::Start(watts(20)));
    desk.assert_sound();
}
