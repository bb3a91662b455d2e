//! The link finds, starts, loads and reads virtual machines of every manner.

use std::time::Duration;

use drivers::link::{Link, LinkEvent, Objection};
use drivers::machines::csafe::CsafeProfile;
use drivers::virtual_devices::VirtualDevice;
use drivers::virtual_devices::csafe::CsafeModel;
use protocols::csafe::code;
use protocols::vocabulary::{
    BeatsPerMinute, LoadControl, MachineCommand, MachineState, RevolutionsPerMinute, Watts,
};

use super::rig::{Rig, belt, power, riding, walking};

#[test]
fn a_machine_that_answers_is_identified_claimed_and_polled() {
    let mut rig = Rig::new(CsafeProfile::Bike, CsafeModel::ControllableBike);
    rig.link.handle_opened(rig.now);
    rig.pass(3_000);
    assert_eq!(rig.sent[0].codes(), [code::GET_STATUS]);
    assert!(rig.told(&LinkEvent::Up));
    let first_of = |code: u8| rig.sent_with(code)[0].at;
    assert!(first_of(code::GET_VERSION) < first_of(code::GET_CAPS));
    assert!(first_of(code::GET_CAPS) < first_of(code::GO_IDLE));
    assert!(first_of(code::GO_IDLE) < first_of(code::AUTO_UPLOAD));
    assert_eq!(rig.state(), MachineState::Standing);
    assert!(rig.sent_with(code::RESET).is_empty());
    rig.forget();
    rig.pass(10_000);
    assert_eq!(rig.sent_with(code::GET_POWER).len(), 20, "twice a second");
}

#[test]
fn nothing_is_sent_before_the_port_is_open_and_probes_go_on_until_somebody_answers() {
    let mut rig = Rig::new(CsafeProfile::Bike, CsafeModel::ControllableBike);
    rig.pass(1_000);
    assert!(rig.sent.is_empty());
    rig.cut = true;
    rig.link.handle_opened(rig.now);
    rig.pass(2_300);
    assert_eq!(rig.sent_with(code::GET_STATUS).len(), 5);
    assert!(!rig.told(&LinkEvent::Up));
    assert!(rig.told(&LinkEvent::Silent));
    rig.cut = false;
    rig.pass(1_000);
    assert!(rig.told(&LinkEvent::Up));
}

#[test]
fn a_bike_is_started_and_its_load_is_read_back() {
    let mut rig = Rig::bike();
    rig.command(MachineCommand::Start(power(25)));
    rig.pass(2_000);
    assert!(rig.told(&LinkEvent::Accepted(MachineCommand::Start(power(25)))));
    assert_eq!(rig.state(), MachineState::Running);
    rig.command(MachineCommand::SetLoad(power(75)));
    rig.pass(4_000);
    assert!(rig.told(&LinkEvent::Accepted(MachineCommand::SetLoad(power(75)))));
    let report = rig.last_report();
    assert_eq!(report.power, Watts::new(75));
    assert_eq!(report.cadence, RevolutionsPerMinute::new(60));
    assert_eq!(report.heart_rate, BeatsPerMinute::new(104));
    assert_eq!((report.speed, report.grade), (None, None));
    assert_eq!(rig.link.counters().refusals, 0);
    assert_eq!(rig.link.counters().time_outs, 0);
}

#[test]
fn a_belt_starts_at_its_slowest_and_follows_up() {
    let mut rig = Rig::treadmill();
    let load = belt(5.0, 2.5);
    rig.command(MachineCommand::Start(load));
    rig.pass(3_000);
    assert!(rig.told(&LinkEvent::Accepted(MachineCommand::Start(load))));
    let speed = rig.last_report().speed.expect("a speed");
    assert!((speed.kilometres_per_hour() - 0.5).abs() < 1e-9);
    rig.command(MachineCommand::SetLoad(load));
    rig.pass(12_000);
    assert!(rig.told(&LinkEvent::Accepted(MachineCommand::SetLoad(load))));
    let report = rig.last_report();
    let speed = report.speed.expect("a speed").kilometres_per_hour();
    let grade = report.grade.expect("a grade").get();
    assert!((speed - 5.0).abs() < 1e-9 && (grade - 2.5).abs() < 1e-9);
    assert!(rig.sent_with(code::GET_POWER).is_empty());
    assert!(rig.sent_with(code::GET_CADENCE).is_empty());
}

#[test]
fn questions_that_a_machine_in_use_leaves_out_are_asked_no_more() {
    let mut rig = riding(75);
    rig.pass(5_000);
    assert_eq!(rig.sent_with(code::GET_SPEED).len(), 0);
    assert!(rig.sent_with(code::GET_CADENCE).len() >= 9);
}

#[test]
fn a_consoles_silent_refusal_is_found_out_and_reported() {
    for (profile, model, start, more) in [
        (
            CsafeProfile::Bike,
            CsafeModel::ConsoleBike,
            power(25),
            power(75),
        ),
        (
            CsafeProfile::Treadmill,
            CsafeModel::ConsoleTreadmill,
            belt(0.5, 0.0),
            belt(3.0, 1.0),
        ),
    ] {
        let mut rig = Rig::new(profile, model).opened();
        rig.command(MachineCommand::Start(start));
        rig.pass(3_000);
        assert!(rig.told(&LinkEvent::Accepted(MachineCommand::Start(start))));
        assert_eq!(rig.state(), MachineState::Running);
        rig.forget();
        rig.command(MachineCommand::SetLoad(more));
        rig.pass(2_000);
        assert!(rig.told(&LinkEvent::Refused(MachineCommand::SetLoad(more))));
        assert!(!rig.told(&LinkEvent::Accepted(MachineCommand::SetLoad(more))));
        assert!(
            !rig.told(&LinkEvent::Silent),
            "no answer to a write is no lost link"
        );
        assert_eq!(rig.link.counters().refusals, 1);
        rig.command(MachineCommand::Stop);
        rig.pass(1_000);
        assert!(rig.told(&LinkEvent::Accepted(MachineCommand::Stop)));
        assert_eq!(rig.state(), MachineState::Standing);
    }
}

#[test]
fn a_load_outside_the_machine_is_refused_at_once_by_a_controllable_one() {
    let mut rig = riding(75);
    rig.command(MachineCommand::SetLoad(belt(5.0, 0.0)));
    assert!(rig.told(&LinkEvent::Refused(MachineCommand::SetLoad(belt(5.0, 0.0)))));
    assert!(rig.sent_with(code::SET_POWER).is_empty());
    assert!(rig.sent_with(code::SET_SPEED).is_empty());
}

#[test]
fn a_reduction_preempts_and_a_rise_waits_its_turn() {
    let mut rig = riding(100);
    rig.pass(503);
    rig.forget();
    rig.command(MachineCommand::SetLoad(power(60)));
    assert!(rig.sent[0].preempts && rig.sent[0].has(code::SET_POWER));
    rig.command(MachineCommand::SetLoad(power(80)));
    rig.command(MachineCommand::SetLoad(power(90)));
    rig.pass(1_000);
    let writes = rig.sent_with(code::SET_POWER);
    assert_eq!(writes.len(), 2, "the newest of two rises alone");
    assert!(!writes[1].preempts);
    assert!(rig.told(&LinkEvent::Accepted(MachineCommand::SetLoad(power(90)))));
    assert!(!rig.told(&LinkEvent::Accepted(MachineCommand::SetLoad(power(80)))));
    rig.pass(3_000);
    assert_eq!(rig.last_report().power, Watts::new(90));
}

#[test]
fn a_belt_slowed_in_quick_steps_is_still_read() {
    let mut rig = walking(6.0, 0.0);
    let mut speed = 6.0;
    while speed > 1.0 {
        speed -= 0.1;
        rig.command(MachineCommand::SetLoad(belt(speed, 0.0)));
        assert!(rig.sent.last().expect("sent").preempts);
        rig.pass(111);
    }
    let gaps: Vec<_> = rig
        .events
        .iter()
        .filter(|(_, event)| matches!(event, LinkEvent::Machine { .. }))
        .map(|(at, _)| *at)
        .collect();
    let longest = gaps
        .windows(2)
        .map(|pair| pair[1].since(pair[0]))
        .max()
        .expect("reports");
    assert!(longest < Duration::from_millis(1_500), "{longest:?}");
    rig.pass(12_000);
    let speed = rig.last_report().speed.expect("a speed");
    assert!(speed.kilometres_per_hour() < 1.0 + 1e-9);
}

#[test]
fn frames_that_do_not_pre_empt_keep_their_distance_and_one_is_in_flight() {
    let mut rig = Rig::treadmill();
    rig.command(MachineCommand::Start(belt(2.0, 1.0)));
    rig.pass(5_000);
    rig.command(MachineCommand::SetLoad(belt(2.0, 1.0)));
    rig.pass(5_000);
    for pair in rig.sent.windows(2) {
        if !pair[1].preempts {
            let gap = pair[1].at.since(pair[0].at);
            assert!(gap >= Duration::from_millis(100), "{pair:?}");
        }
    }
}

#[test]
fn garbage_between_frames_is_counted_and_gives_no_value() {
    let mut rig = riding(75);
    for step in 0..20_u64 {
        rig.pass(37 + step);
        rig.receive(&[0x55, 0xF2, 0x00, 0xF1, 0xB4, 0x03]);
    }
    rig.pass(2_000);
    assert!(
        rig.reports()
            .iter()
            .all(|report| report.power == Watts::new(75))
    );
    assert!(rig.link.counters().skipped_bytes >= 60);
    assert!(rig.link.counters().framing_errors > 0);
    assert!(!rig.told(&LinkEvent::Silent));
}

#[test]
fn a_concept2_takes_no_load_and_its_reads_are_told() {
    let mut rig = Rig::new(CsafeProfile::Bike, CsafeModel::Concept2).opened();
    let capabilities = rig.link.capabilities().expect("a machine");
    assert_eq!(capabilities.control, LoadControl::ByHand);
    rig.command(MachineCommand::SetLoad(power(75)));
    assert!(rig.told(&LinkEvent::Refused(MachineCommand::SetLoad(power(75)))));
    rig.pass(1_000);
    assert_eq!(rig.last_report().power, Watts::new(96));
    assert_eq!(rig.last_report().cadence, RevolutionsPerMinute::new(24));
}

#[test]
fn a_machine_used_at_its_own_keys_refuses_by_its_state() {
    let mut rig = riding(75);
    rig.mute = true;
    rig.pass(1_200);
    rig.receive(&[0xF1, 0x89, 0x89, 0xF2]);
    assert_eq!(rig.state(), MachineState::ByHand);
    rig.pass(300);
    rig.command(MachineCommand::Start(power(25)));
    assert!(rig.told(&LinkEvent::Refused(MachineCommand::Start(power(25)))));
    rig.command(MachineCommand::SetLoad(power(60)));
    rig.pass(50);
    rig.receive(&[0xF1, 0x09, 0x09, 0xF2]);
    rig.receive(&[0xF1, 0x89, 0x89, 0xF2]);
    assert!(rig.told(&LinkEvent::Objected(Objection::Answered {
        code: "state 8",
        means: "used at its own keys",
    })));
    assert!(rig.told(&LinkEvent::Refused(MachineCommand::SetLoad(power(60)))));
    assert!(!rig.told(&LinkEvent::Accepted(MachineCommand::SetLoad(power(60)))));
}

#[test]
fn a_machine_that_tells_the_fate_of_the_frame_before_is_believed_with_its_next_frame() {
    let mut rig = riding(75);
    rig.mute = true;
    rig.command(MachineCommand::SetLoad(power(80)));
    while !rig
        .sent
        .last()
        .is_some_and(|sent| sent.has(code::SET_POWER))
    {
        assert!(rig.sent.len() < 5);
        rig.pass(20);
        // Polls are answered, so that the line is free for the write.
        if rig
            .sent
            .last()
            .is_some_and(|sent| sent.has(code::GET_POWER))
        {
            rig.receive(&[0xF1, 0x05, 0xB0, 0x01, 0x71, 0xC5, 0xF2]);
        }
    }
    rig.receive(&[0xF1, 0x85, 0x85, 0xF2]);
    assert!(rig.told(&LinkEvent::Accepted(MachineCommand::SetLoad(power(80)))));
    rig.pass(200);
    rig.receive(&[0xF1, 0x15, 0x15, 0xF2]);
    assert!(rig.told(&LinkEvent::Objected(Objection::Answered {
        code: "fate 10",
        means: "not allowed, or out of range now",
    })));
    assert!(rig.told(&LinkEvent::Refused(MachineCommand::SetLoad(power(80)))));
}

#[test]
fn a_write_that_the_line_spoilt_is_sent_once_more() {
    let mut rig = riding(75);
    rig.command(MachineCommand::SetLoad(power(80)));
    rig.cut = true;
    for _ in 0..400 {
        rig.pass(1);
        if rig
            .sent
            .last()
            .is_some_and(|sent| sent.has(code::SET_POWER))
        {
            break;
        }
    }
    rig.pass(20);
    rig.cut = false;
    // What reached the machine of it was bad.
    rig.device
        .handle_bytes(rig.now, &[0xF1, 0x34, 0x03, 0x50, 0x00, 0x58, 0x00, 0xF2]);
    rig.pass(2_000);
    assert_eq!(rig.sent_with(code::SET_POWER).len(), 2);
    assert!(rig.told(&LinkEvent::Accepted(MachineCommand::SetLoad(power(80)))));
}

#[test]
fn readings_are_never_taken_for_the_answer_to_a_write() {
    let mut rig = riding(75);
    rig.mute = true;
    let command = MachineCommand::SetLoad(power(60));
    rig.command(command);
    rig.receive(&[0xF1, 0x05, 0xB0, 0x01, 0x71, 0xC5, 0xF2]);
    assert!(!rig.told(&LinkEvent::Accepted(command)));
    rig.receive(&[0xF1, 0x05, 0x05, 0xF2]);
    rig.receive(&[0xF1, 0x85, 0x85, 0xF2]);
    assert!(rig.told(&LinkEvent::Accepted(command)));
}

#[test]
fn the_answer_to_a_superseded_write_is_not_taken_for_the_answer_to_the_new_one() {
    let mut rig = riding(75);
    rig.mute = true;
    let (older, newer) = (
        MachineCommand::SetLoad(power(70)),
        MachineCommand::SetLoad(power(60)),
    );
    // The poll that may be outstanding is not answered barely, so the first bare status is the older write's.
    rig.command(older);
    rig.command(newer);
    rig.receive(&[0xF1, 0x85, 0x85, 0xF2]);
    assert!(!rig.told(&LinkEvent::Accepted(newer)));
    rig.receive(&[0xF1, 0x15, 0x15, 0xF2]);
    assert!(rig.told(&LinkEvent::Refused(newer)));
    assert!(!rig.told(&LinkEvent::Accepted(newer)));
}
