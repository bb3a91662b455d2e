//! Taking load away: stops, reductions, silence, lost leave and lost ports.

use std::time::Duration;

use drivers::link::{Link, LinkEvent};
use drivers::machines::csafe::CsafeProfile;
use drivers::virtual_devices::VirtualDevice;
use drivers::virtual_devices::csafe::CsafeModel;
use protocols::csafe::code;
use protocols::vocabulary::{MachineCommand, MachineState, Timestamp, Watts};

use super::rig::{Rig, belt, is_release, power, riding};

#[test]
fn a_stop_goes_out_in_the_turn_that_brings_it_while_an_answer_is_outstanding() {
    for offset in 0..600 {
        let mut rig = riding(75);
        rig.pass(offset);
        rig.forget();
        rig.command(MachineCommand::Stop);
        let first = rig.sent.first().expect("sent at once");
        assert_eq!(first.at, rig.now, "{offset} ms");
        assert!(first.preempts && is_release(&first.codes()));
        rig.pass(800);
        assert!(
            rig.told(&LinkEvent::Accepted(MachineCommand::Stop)),
            "{offset} ms"
        );
        rig.pass(3_000);
        assert_eq!(rig.device.actual_load(), None);
        assert_eq!(rig.state(), MachineState::Standing);
    }
}

#[test]
fn a_stop_between_the_steps_of_a_start_ends_the_start() {
    for offset in (0..800).step_by(7) {
        let mut rig = Rig::bike();
        rig.command(MachineCommand::Start(power(50)));
        rig.pass(offset);
        rig.command(MachineCommand::Stop);
        rig.pass(10_000);
        assert!(
            rig.told(&LinkEvent::Accepted(MachineCommand::Stop)),
            "{offset}"
        );
        assert_eq!(rig.state(), MachineState::Standing, "{offset}");
        assert_eq!(rig.device.actual_load(), None, "{offset}");
    }
}

#[test]
fn silence_is_told_after_three_polls_and_the_return_too() {
    let mut rig = riding(75);
    rig.cut = true;
    let since = rig.now;
    rig.pass(5_000);
    let silent = rig.when(&LinkEvent::Silent).since(since);
    assert!(silent >= Duration::from_millis(2_500) && silent <= Duration::from_millis(3_600));
    rig.forget();
    rig.cut = false;
    rig.pass(2_000);
    assert!(rig.told(&LinkEvent::Up));
    assert_eq!(rig.state(), MachineState::Running, "it kept its load");
    assert!(rig.sent_with(code::GO_IDLE).is_empty());
    assert!(rig.sent_with(code::RESET).is_empty());
    assert!(rig.link.counters().time_outs >= 6);
}

#[test]
fn a_rise_that_silence_swallowed_is_not_brought_up_again() {
    let mut rig = riding(50);
    rig.cut = true;
    rig.command(MachineCommand::SetLoad(power(120)));
    rig.pass(6_000);
    assert!(rig.told(&LinkEvent::Silent));
    rig.cut = false;
    rig.pass(6_000);
    assert_eq!(rig.last_report().power, Watts::new(50));
}

#[test]
fn a_reduction_that_silence_swallowed_goes_out_when_the_machine_is_back() {
    let mut rig = riding(120);
    rig.cut = true;
    rig.command(MachineCommand::SetLoad(power(50)));
    rig.pass(6_000);
    rig.cut = false;
    rig.pass(6_000);
    assert_eq!(rig.last_report().power, Watts::new(50));
    assert!(rig.told(&LinkEvent::Accepted(MachineCommand::SetLoad(power(50)))));
}

#[test]
fn without_leave_a_bike_is_released_two_seconds_after_its_end() {
    let mut rig = riding(75);
    rig.deciding = false;
    let last_leave = rig.now.as_millis() / 100 * 100;
    let due = Timestamp::from_millis(last_leave + 400 + 2_000);
    rig.pass(4_000);
    let release = rig
        .sent
        .iter()
        .find(|sent| is_release(&sent.codes()))
        .expect("released");
    assert_eq!(release.at, due);
    assert!(release.preempts);
    rig.pass(3_000);
    assert_eq!(rig.device.actual_load(), None);
    let releases = rig
        .sent
        .iter()
        .filter(|sent| is_release(&sent.codes()))
        .count();
    assert_eq!(releases, 1, "confirmed, so not repeated");
}

#[test]
fn a_start_without_leave_is_refused() {
    let mut rig = Rig::bike();
    rig.deciding = false;
    rig.pass(4_000);
    let start = MachineCommand::Start(power(50));
    rig.command(start);
    assert!(rig.told(&LinkEvent::Refused(start)));
    let load = MachineCommand::SetLoad(power(60));
    rig.command(load);
    assert!(rig.told(&LinkEvent::Refused(load)));
    rig.pass(4_000);
    assert!(rig.sent_with(code::GO_IN_USE).is_empty());
}

#[test]
fn with_leave_nothing_is_released() {
    let mut rig = riding(75);
    rig.pass(10_000);
    assert!(rig.sent_with(code::GO_FINISHED).is_empty());
}

#[test]
fn a_stop_that_could_not_be_sent_goes_first_when_the_port_is_back() {
    let mut rig = riding(75);
    rig.link.handle_closed(rig.now);
    rig.cut = true;
    rig.pass(500);
    rig.command(MachineCommand::Stop);
    rig.pass(1_000);
    assert!(rig.sent.is_empty(), "a closed port");
    rig.cut = false;
    rig.link.handle_opened(rig.now);
    rig.pass(3_000);
    assert!(rig.sent[0].preempts && is_release(&rig.sent[0].codes()));
    assert!(rig.told(&LinkEvent::Accepted(MachineCommand::Stop)));
    assert_eq!(rig.state(), MachineState::Standing);
}

#[test]
fn a_stop_that_was_not_answered_is_repeated_until_it_is() {
    let mut rig = riding(75);
    rig.cut = true;
    rig.command(MachineCommand::EmergencyStop);
    rig.pass(5_000);
    assert!(!rig.told(&LinkEvent::Accepted(MachineCommand::EmergencyStop)));
    assert!(rig.sent_with(code::GO_FINISHED).len() > 5);
    rig.cut = false;
    rig.pass(1_500);
    assert!(rig.told(&LinkEvent::Accepted(MachineCommand::EmergencyStop)));
    rig.pass(3_000);
    assert_eq!(rig.device.actual_load(), None);
}

#[test]
fn a_reduction_meant_for_a_closed_port_waits_and_a_rise_is_refused() {
    let mut rig = riding(100);
    rig.link.handle_closed(rig.now);
    rig.command(MachineCommand::SetLoad(power(120)));
    assert!(rig.told(&LinkEvent::Refused(MachineCommand::SetLoad(power(120)))));
    rig.command(MachineCommand::Start(power(25)));
    assert!(rig.told(&LinkEvent::Refused(MachineCommand::Start(power(25)))));
    rig.command(MachineCommand::SetLoad(power(40)));
    rig.pass(1_000);
    rig.forget();
    rig.link.handle_opened(rig.now);
    rig.pass(5_000);
    assert!(rig.sent[0].has(code::SET_POWER));
    assert_eq!(rig.last_report().power, Watts::new(40));
}

#[test]
fn a_machine_found_in_use_is_reported_moving_and_left_alone() {
    for (profile, model, load) in [
        (CsafeProfile::Bike, CsafeModel::ControllableBike, power(100)),
        (
            CsafeProfile::Treadmill,
            CsafeModel::ControllableTreadmill,
            belt(4.0, 2.0),
        ),
    ] {
        let mut before = Rig::new(profile, model).opened();
        before.command(MachineCommand::Start(load));
        before.pass(2_000);
        before.command(MachineCommand::SetLoad(load));
        before.pass(12_000);
        let mut rig = Rig::new(profile, model);
        rig.device = before.device;
        rig.now = before.now + Duration::from_secs(1);
        rig.link.handle_opened(rig.now);
        rig.pass(700);
        assert!(rig.reports()[0].is_moving(), "told by the first answer");
        rig.pass(5_000);
        assert!(rig.last_report().is_moving());
        let actual = rig.device.actual_load().expect("a load");
        assert!(!actual.takes_away_from(&load), "undisturbed: {actual:?}");
        for code in [
            code::RESET,
            code::GO_IDLE,
            code::GO_READY,
            code::AUTO_UPLOAD,
            code::GO_FINISHED,
            code::SET_POWER,
            code::SET_SPEED,
        ] {
            assert!(rig.sent_with(code).is_empty(), "{code:02X}");
        }
        rig.command(MachineCommand::Stop);
        rig.pass(12_000);
        assert!(rig.told(&LinkEvent::Accepted(MachineCommand::Stop)));
        assert!(!rig.last_report().is_moving());
    }
}

#[test]
fn a_finished_machine_can_be_started_again() {
    let mut rig = riding(75);
    rig.command(MachineCommand::Stop);
    rig.pass(5_000);
    rig.command(MachineCommand::Start(power(30)));
    rig.pass(5_000);
    assert!(rig.told(&LinkEvent::Accepted(MachineCommand::Start(power(30)))));
    assert_eq!(rig.state(), MachineState::Running);
    assert_eq!(rig.last_report().power, Watts::new(30));
}

#[test]
fn a_pause_is_reported_and_a_stop_ends_it() {
    let mut rig = riding(75);
    rig.body.cadence = 0.0;
    rig.pass(8_000);
    assert_eq!(rig.state(), MachineState::Paused);
    rig.command(MachineCommand::Stop);
    rig.pass(1_000);
    assert!(rig.told(&LinkEvent::Accepted(MachineCommand::Stop)));
    rig.body.cadence = 60.0;
    rig.pass(5_000);
    assert_eq!(rig.state(), MachineState::Standing);
    assert_eq!(rig.device.actual_load(), None);
}

#[test]
fn a_stop_whose_outcome_was_unknown_when_the_port_went_goes_first_when_it_is_back() {
    for after in [10, 300, 900] {
        let mut rig = riding(75);
        rig.cut = true;
        rig.command(MachineCommand::Stop);
        rig.pass(after);
        rig.link.handle_closed(rig.now);
        rig.pass(100);
        rig.forget();
        rig.cut = false;
        rig.link.handle_opened(rig.now);
        rig.pass(2_000);
        assert!(rig.sent[0].preempts && is_release(&rig.sent[0].codes()));
        assert!(rig.told(&LinkEvent::Accepted(MachineCommand::Stop)));
    }
}

#[test]
fn a_machine_that_does_not_stop_is_told_again_and_again_and_the_core_once() {
    let mut rig = riding(75);
    rig.mute = true;
    rig.command(MachineCommand::Stop);
    let start = MachineCommand::Start(power(50));
    let load = MachineCommand::SetLoad(power(60));
    rig.command(start);
    rig.command(load);
    for _ in 0..60 {
        rig.pass(100);
        // It says that it is in use, whatever it is asked.
        rig.receive(&[0xF1, 0x05, 0x05, 0xF2]);
    }
    let bursts: Vec<_> = rig
        .sent
        .iter()
        .filter(|sent| is_release(&sent.codes()))
        .map(|sent| sent.at)
        .collect();
    assert!(bursts.len() >= 6, "{bursts:?}");
    assert!(bursts[2].since(bursts[0]) < Duration::from_secs(1));
    let refused = LinkEvent::Refused(MachineCommand::Stop);
    let times = rig.events.iter().filter(|(_, event)| *event == refused);
    assert_eq!(times.count(), 1);
    assert!(rig.told(&LinkEvent::Refused(start)));
    assert!(rig.told(&LinkEvent::Refused(load)));
    rig.forget();
    rig.command(start);
    assert!(rig.told(&LinkEvent::Refused(start)));
    rig.mute = false;
    rig.pass(6_000);
    assert!(rig.told(&LinkEvent::Accepted(MachineCommand::Stop)));
    assert!(
        rig.sent_with(code::GO_IN_USE).is_empty(),
        "it comes no more"
    );
    assert_eq!(rig.device.actual_load(), None);
}

#[test]
fn no_load_and_no_start_goes_out_before_a_stop_is_through() {
    let mut rig = riding(75);
    rig.mute = true;
    rig.command(MachineCommand::Stop);
    rig.command(MachineCommand::SetLoad(power(90)));
    rig.command(MachineCommand::Start(power(50)));
    rig.command(MachineCommand::SetLoad(power(40)));
    rig.pass(1_200);
    assert!(
        rig.sent_with(code::SET_POWER)
            .iter()
            .all(|sent| is_release(&sent.codes()))
    );
    assert!(rig.sent_with(code::GO_IN_USE).is_empty());
    rig.mute = false;
    rig.pass(5_000);
    let stopped = rig.when(&LinkEvent::Accepted(MachineCommand::Stop));
    let started = rig.when(&LinkEvent::Accepted(MachineCommand::Start(power(50))));
    assert!(stopped < started);
    assert_eq!(rig.last_report().power, Watts::new(40));
}

#[test]
fn an_answer_between_silent_polls_begins_the_count_anew() {
    let mut rig = riding(75);
    for _ in 0..4 {
        rig.cut = true;
        rig.pass(2_400);
        rig.cut = false;
        rig.pass(1_200);
    }
    assert!(!rig.told(&LinkEvent::Silent));
    assert!(rig.link.counters().time_outs >= 8);
}
