//! Whole sessions without a breach.

use core::time::Duration;

use monitor::{Act, AlarmChange, AlarmId, Phase, Priority, Pulse, Relay, Seen};
use protocols::vocabulary::MachineCommand;

use crate::desk::{Desk, belt, bike, treadmill, watts};

#[test]
fn a_session_on_a_bike_is_passed_over() {
    let mut desk = Desk::new(&bike());
    desk.phase = Phase::Idle;
    desk.pass(3.0);
    desk.phase = Phase::Ready;
    desk.see(Seen::Act(Act::Begin));
    desk.pass(30.0);
    desk.phase = Phase::WarmUp;
    desk.answer(
        Seen::Act(Act::ConfirmStart),
        MachineCommand::Start(watts(20)),
    );
    for load in (22..=80).step_by(2) {
        desk.pass(5.0);
        desk.load(watts(load));
    }
    desk.phase = Phase::Conditioning;
    desk.pass(600.0);
    desk.phase = Phase::CoolDown;
    for load in (20..=77).rev().step_by(3) {
        desk.pass(2.0);
        desk.load(watts(load));
    }
    desk.pass(300.0);
    desk.phase = Phase::Recovery;
    desk.send(MachineCommand::Stop);
    desk.pass(120.0);
    desk.phase = Phase::Finished;
    desk.see(Seen::Act(Act::Finish));
    desk.pass(5.0);
    desk.assert_sound();
}

#[test]
fn a_session_on_a_belt_with_a_stop_and_a_return_is_passed_over() {
    const RAISED: &[AlarmChange] = &[AlarmChange::Raised {
        id: AlarmId(7),
        priority: Priority::Medium,
        latched: true,
    }];
    const ACKNOWLEDGED: &[AlarmChange] = &[
        AlarmChange::Acknowledged { id: AlarmId(7) },
        AlarmChange::Cleared { id: AlarmId(7) },
    ];
    let mut desk = Desk::walking(&treadmill(), 4.0);
    desk.phase = Phase::Stopped;
    desk.alarm_shown = Some(AlarmId(7));
    desk.turn(Seen::Act(Act::Stop), |left| {
        left.alarms = RAISED;
        left.command = Some(MachineCommand::SetLoad(belt(3.9, 0.0)));
    });
    for tenths in (10..39).rev() {
        desk.pass(0.1);
        desk.load(belt(f64::from(tenths) / 10.0, 0.0));
        desk.pass(0.1);
    }
    desk.send(MachineCommand::Stop);
    desk.pass(20.0);
    desk.alarm_shown = None;
    desk.turn(Seen::Act(Act::Acknowledge(AlarmId(7))), |left| {
        left.alarms = ACKNOWLEDGED;
    });
    desk.pass(10.0);
    desk.phase = Phase::Conditioning;
    desk.answer(
        Seen::Act(Act::Resume),
        MachineCommand::Start(belt(1.0, 0.0)),
    );
    desk.pass(3.0);
    desk.load(belt(1.1, 0.0));
    desk.pass(10.0);
    desk.assert_sound();
}

#[test]
fn sensors_that_come_and_go_are_no_breach_while_load_goes_down() {
    let mut desk = Desk::cycling(&bike(), 80);
    desk.heart_rate = None;
    desk.pass(10.5);
    for load in (20..80).rev() {
        desk.pass(0.7);
        desk.load(watts(load));
    }
    desk.pass(60.0);
    desk.heart_rate = Some(90);
    desk.saturation = None;
    desk.pass(120.0);
    desk.saturation = Some(95);
    desk.pass(2.0);
    desk.load(watts(22));
    desk.assert_sound();
}

#[test]
fn the_oximeters_pulse_stands_in_for_the_strap() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.heart_rate = None;
    for load in [61, 63, 65, 67, 69] {
        for _ in 0..5 {
            desk.heart(Pulse::Oximeter, 90);
            desk.pass(1.0);
        }
        desk.load(watts(load));
    }
    desk.assert_sound();
}

#[test]
fn times_that_bind_nobody_overflow_nowhere() {
    let mut charter = bike();
    let times = &mut charter.times;
    for time in [
        &mut times.no_rise_after,
        &mut times.machine_no_rise_after,
        &mut times.machine_lost_after,
        &mut times.trust_returns,
        &mut times.heart_rate_mean,
        &mut times.heart_rate_stop_mean,
        &mut times.below_target_holds_after,
        &mut times.above_target_stops_after,
        &mut times.unwatched_holds_after,
        &mut times.call_escalates_after,
        &mut times.leave,
        &mut times.live,
    ] {
        *time = Duration::MAX;
    }
    let mut desk = Desk::cycling(&charter, 60);
    desk.answers = false;
    desk.pass(60.0);
    desk.load(watts(62));
    desk.assert_sound();
}

#[test]
fn a_machine_that_falls_silent_and_is_stopped_and_cut_off_is_no_breach() {
    let mut desk = Desk::cycling(
        &monitor::Charter {
            has_relay: true,
            ..bike()
        },
        80,
    );
    desk.answers = false;
    desk.pass(5.0);
    desk.phase = Phase::Stopped;
    desk.turn(Seen::Tick, |left| {
        left.command = Some(MachineCommand::Stop);
        left.relay = Some(Relay::Open);
    });
    desk.pass(60.0);
    desk.answers = true;
    desk.pass(60.0);
    desk.assert_sound();
}
