//! The link against a sick line and a machine that refuses.

use std::time::Duration;

use drivers::link::{Link, LinkEvent, Objection};
use protocols::vocabulary::{MachineCommand, OnSilence};

use super::rig::{Rig, belt};

const SECOND: Duration = Duration::from_secs(1);
const UNWATCHED: LinkEvent = LinkEvent::Objected(Objection::Unwatched);

#[test]
fn one_lost_answer_does_not_stop_the_belt() {
    for lost in 0..12 {
        let mut rig = Rig::running(belt(30, 0.0));
        rig.run(Duration::from_millis(13 * lost));
        rig.lose_answers = 1;
        rig.run(SECOND * 5);
        assert_eq!(rig.link.counters().time_outs, 1);
        assert_eq!(rig.device.actual_load(), Some(belt(30, 0.0)));
        assert!(!rig.has(LinkEvent::Silent));
    }
}

#[test]
fn one_lost_request_does_not_stop_the_belt() {
    for lost in 0..12 {
        let mut rig = Rig::running(belt(30, 0.0));
        rig.run(Duration::from_millis(13 * lost));
        rig.lose_requests = 1;
        rig.run(SECOND * 5);
        assert_eq!(rig.device.actual_load(), Some(belt(30, 0.0)));
    }
}

#[test]
fn a_lost_stop_goes_out_again() {
    let mut rig = Rig::running(belt(30, 0.0));
    rig.lose_requests = 1;
    rig.tell(MachineCommand::EmergencyStop);
    rig.run(Duration::from_millis(300));
    assert_eq!(rig.sent_of(0xAA).len(), 2);
    assert!(rig.has(LinkEvent::Accepted(MachineCommand::EmergencyStop)));
}

#[test]
fn a_lost_load_goes_out_again() {
    let mut rig = Rig::running(belt(30, 0.0));
    rig.lose_requests = 1;
    let less = MachineCommand::SetLoad(belt(20, 0.0));
    rig.tell(less);
    rig.run(SECOND);
    assert_eq!(rig.sent_of(0xA3).len(), 2);
    assert!(rig.has(LinkEvent::Accepted(less)));
}

#[test]
fn a_machine_that_does_not_answer_is_silent_after_one_repetition() {
    let mut rig = Rig::running(belt(30, 0.0));
    rig.lose_answers = usize::MAX;
    let begun = rig.now;
    rig.run(SECOND);
    let (at, _) = rig
        .events
        .iter()
        .find(|(_, event)| *event == LinkEvent::Silent)
        .expect("silent");
    assert!(at.since(begun) <= Duration::from_millis(700));
    rig.run(SECOND * 5);
    assert_eq!(rig.count_of(LinkEvent::Silent), 1);
    rig.lose_answers = 0;
    rig.run(SECOND);
    assert_eq!(rig.count_of(LinkEvent::Up), 1);
    assert_eq!(rig.reported_load(), belt(30, 0.0));
    assert_eq!(rig.commands(), [0_u8; 0], "and it was not disturbed");
}

#[test]
fn a_start_of_a_machine_that_was_not_found_is_refused() {
    let mut rig = Rig::powered_for(SECOND);
    rig.lose_answers = usize::MAX;
    rig.run(SECOND * 2);
    let start = MachineCommand::Start(belt(5, 0.0));
    rig.tell(start);
    rig.lose_answers = 0;
    rig.run(SECOND * 20);
    assert!(rig.has(LinkEvent::Refused(start)));
    assert_eq!(rig.device.actual_load(), None);
}

#[test]
fn a_start_that_nobody_confirms_is_taken_back() {
    let mut rig = Rig::ready();
    let start = MachineCommand::Start(belt(5, 0.0));
    rig.tell(start);
    rig.run_until_sent(0xA0);
    rig.lose_answers = usize::MAX;
    rig.run(SECOND * 2);
    assert!(rig.has(LinkEvent::Refused(start)));
    rig.run(SECOND * 2);
    assert_eq!(rig.device.actual_load(), None, "the stop was heard");
}

#[test]
fn a_rejected_start_is_tried_once_more_after_another_stop() {
    let mut rig = Rig::ready();
    let start = MachineCommand::Start(belt(5, 0.0));
    // The machine lost power and another host was too quick for it: it rejects every start until a stop.
    rig.power_cycle();
    rig.other_host(b"\xA0");
    rig.sent.clear();
    rig.tell(start);
    rig.run(SECOND * 10);
    assert_eq!(rig.commands(), [0xA4, 0xA3, 0xA0, 0xA2, 0xA4, 0xA3, 0xA0]);
    let waited = rig.sent_of(0xA0)[1].at.since(rig.sent_of(0xA2)[0].at);
    assert!(waited >= SECOND * 4);
    assert!(rig.has(LinkEvent::Accepted(start)));
    assert_eq!(rig.link.counters().refusals, 1);
    assert_eq!(rig.device.actual_load(), Some(belt(5, 0.0)));
}

#[test]
fn a_start_that_is_rejected_again_is_reported_and_given_up() {
    let mut rig = Rig::ready();
    let start = MachineCommand::Start(belt(5, 0.0));
    rig.tell(start);
    for _ in 0..2 {
        rig.run_until_sent(0xA0);
        // The machine rejects it: what ours would have said is lost, and it is as after power-up.
        rig.lose_requests = 0;
        rig.lose_answers = 1;
        rig.disturb(b"\xBF");
        rig.run(Duration::from_millis(10));
        rig.power_cycle();
    }
    rig.run(SECOND * 10);
    assert!(rig.has(LinkEvent::Refused(start)));
    assert_eq!(rig.sent_of(0xA0).len(), 2);
}

#[test]
fn a_refused_value_is_reported_and_goes_out_again_only_where_the_core_asks_for_it_again() {
    let mut rig = Rig::running(belt(30, 0.0));
    rig.tell(MachineCommand::SetLoad(belt(40, 0.0)));
    let refused = MachineCommand::SetLoad(belt(40, 0.0));
    rig.run_until_sent(0xA3);
    rig.lose_answers = 1;
    rig.disturb(b"\xBE");
    rig.run(Duration::from_millis(20));
    assert!(rig.has(LinkEvent::Refused(refused)));
    rig.run(SECOND);
    assert_eq!(rig.sent_of(0xA3).len(), 1, "never by itself");
    // What it would not do once it may do now, and only the machine can say so.
    rig.tell(refused);
    rig.run(SECOND);
    assert_eq!(rig.sent_of(0xA3).len(), 2);
    assert_eq!(rig.count_of(LinkEvent::Refused(refused)), 1);
    assert!(rig.has(LinkEvent::Accepted(refused)));
    let other = MachineCommand::SetLoad(belt(35, 0.0));
    rig.tell(other);
    rig.run(SECOND);
    assert!(rig.has(LinkEvent::Accepted(other)));
}

#[test]
fn an_answer_to_nothing_is_waited_out_and_then_the_status_is_asked() {
    let mut rig = Rig::running(belt(30, 0.0));
    rig.run_until_sent(0xC1);
    let noise_at = rig.now;
    rig.lose_answers = 1;
    rig.disturb(b"\xB8");
    rig.sent.clear();
    rig.run(Duration::from_millis(49));
    assert_eq!(rig.sent, [], "50 ms of silence first");
    rig.run(Duration::from_millis(30));
    let first = &rig.sent[0];
    assert_eq!(first.bytes, b"\xC0");
    assert!(first.at.since(noise_at) >= Duration::from_millis(50));
}

#[test]
fn half_an_answer_is_counted_and_asked_for_again() {
    let mut rig = Rig::running(belt(30, 0.0));
    rig.run_until_sent(0xC1);
    rig.lose_answers = 1;
    rig.disturb(b"\xD103x");
    rig.events.clear();
    rig.run(SECOND * 2);
    assert_eq!(rig.link.counters().framing_errors, 1);
    assert_eq!(rig.reported_load(), belt(30, 0.0));
    assert_eq!(rig.device.actual_load(), Some(belt(30, 0.0)));
}

#[test]
fn garbage_without_end_does_not_stop_the_belt_and_is_no_value() {
    let mut rig = Rig::running(belt(30, 0.0));
    for step in 0..400_u32 {
        let noise = [0xB5 + u8::try_from(step % 5).unwrap(), b'9'];
        rig.disturb(&noise);
        rig.run(Duration::from_millis(10));
    }
    for pair in rig.sent.windows(2) {
        let pause = pair[1].at.since(pair[0].at);
        assert!(pause <= Duration::from_millis(300), "{pause:?}");
    }
    rig.run(SECOND);
    assert_eq!(rig.device.actual_load(), Some(belt(30, 0.0)));
    assert!(rig.link.counters().skipped_bytes > 100);
}

#[test]
fn a_stop_is_not_held_up_by_a_line_out_of_step() {
    let mut rig = Rig::running(belt(30, 0.0));
    rig.disturb(b"\xB8\xB8");
    rig.tell(MachineCommand::EmergencyStop);
    let last = rig.sent.last().expect("sent");
    assert_eq!(
        (last.at, last.bytes.as_slice()),
        (rig.now, b"\xAA".as_slice())
    );
}

#[test]
fn a_stop_that_could_not_be_sent_goes_out_first_on_the_return() {
    let mut rig = Rig::running(belt(30, 0.0));
    rig.link.handle_closed(rig.now);
    rig.sent.clear();
    rig.tell(MachineCommand::Stop);
    rig.run(Duration::from_millis(200));
    assert_eq!(rig.sent, [], "nothing while there is no port");
    rig.link.handle_opened(rig.now);
    rig.run(SECOND);
    assert_eq!(rig.sent[0].bytes, b"\xAA", "the speed is not known");
    rig.run(SECOND * 10);
    assert!(rig.stands());
}

#[test]
fn a_port_that_returns_gets_no_old_load() {
    let mut rig = Rig::running(belt(30, 0.0));
    rig.link.handle_closed(rig.now);
    let load = MachineCommand::SetLoad(belt(20, 0.0));
    rig.tell(load);
    assert!(rig.has(LinkEvent::Refused(load)));
    rig.run(SECOND * 10);
    rig.link.handle_opened(rig.now);
    rig.sent.clear();
    rig.run(SECOND * 2);
    assert_eq!(rig.commands(), [0xA2]);
    assert!(rig.stands());
}

#[test]
fn a_machine_of_the_other_dialect_is_named_and_never_started() {
    let mut rig = Rig::powered_for(SECOND * 60);
    rig.lose_requests = usize::MAX;
    let mut asked = 0;
    for _ in 0..5_000 {
        rig.run(Duration::from_millis(1));
        if rig.sent.len() > asked {
            asked = rig.sent.len();
            match rig.sent[asked - 1].bytes[0] {
                0xC0 => rig.disturb(b"\xD01"),
                0xC4 => rig.disturb(b"\xBF"),
                other => panic!("{other:02X} was sent to an unknown machine"),
            }
        }
    }
    assert_eq!(rig.count_of(LinkEvent::OtherProtocol("woodway")), 1);
    assert!(!rig.has(LinkEvent::Up));
    let start = MachineCommand::Start(belt(5, 0.0));
    rig.tell(start);
    assert!(rig.has(LinkEvent::Refused(start)));
}

#[test]
fn copies_of_commands_are_understood() {
    let mut rig = Rig::running(belt(30, 0.0));
    rig.other_host(b"\xAC");
    let load = MachineCommand::SetLoad(belt(33, 1.0));
    rig.tell(load);
    rig.run(SECOND * 5);
    assert!(rig.has(LinkEvent::Accepted(load)));
    assert_eq!(rig.reported_load(), belt(33, 1.0));
    assert_eq!(rig.link.counters().framing_errors, 0);
}

#[test]
fn a_belt_that_runs_without_its_watchdog_is_told_once_and_keeps_its_load() {
    let mut rig = Rig::running(belt(30, 0.0));
    let watched = rig.link.capabilities().expect("a machine").on_silence;
    assert!(matches!(watched, OnSilence::StopsAfter(_)));
    rig.run(SECOND * 5);
    assert!(!rig.has(UNWATCHED));
    rig.other_host(b"\xA1");
    rig.run(SECOND * 10);
    assert_eq!(rig.count_of(UNWATCHED), 1, "{:?}", rig.events);
    let now = rig.link.capabilities().expect("a machine").on_silence;
    assert_eq!(now, OnSilence::KeepsLoad);
    assert!(Objection::Unwatched.stands_alone());
    assert!(Objection::Unwatched.to_string().contains("watchdog"));
    rig.tell(MachineCommand::Stop);
    rig.run(SECOND * 20);
    assert!(rig.stands());
    assert_eq!(
        rig.link.capabilities().expect("a machine").on_silence,
        watched
    );
}

#[test]
fn a_belt_without_its_watchdog_is_stopped_two_seconds_past_the_leave() {
    let mut rig = Rig::running(belt(30, 0.0));
    rig.other_host(b"\xA1");
    rig.run(SECOND * 2);
    assert!(rig.has(UNWATCHED));
    rig.deciding = false;
    rig.sent.clear();
    rig.run(Duration::from_millis(2_200));
    assert_eq!(rig.commands(), [0_u8; 0]);
    rig.run(SECOND * 20);
    assert_eq!(rig.device.actual_load(), None, "{:?}", rig.commands());
}
