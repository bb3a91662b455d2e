//! The link against a treadmill that behaves.

use std::time::Duration;

use drivers::link::{Link, LinkEvent, Objection};
use protocols::vocabulary::{MachineCommand, MachineLoad, MachineState, Watts};

use super::rig::{Rig, belt};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_standing_machine_is_told_to_stop_and_nothing_else() {
    let rig = Rig::ready();
    assert_eq!(rig.commands(), [0xA2]);
    assert!(rig.stands());
    assert_eq!(rig.count_of(LinkEvent::Up), 1);
}

#[test]
fn every_quantity_is_asked_within_the_poll_interval() {
    let mut rig = Rig::running(belt(30, 2.0));
    rig.run(SECOND * 10);
    let interval = rig.link.capabilities().expect("a machine").poll_interval;
    for opcode in [0xC0, 0xC1, 0xC2] {
        let asked = rig.sent_of(opcode);
        assert!(asked.len() > 40);
        for pair in asked.windows(2) {
            assert!(pair[1].at.since(pair[0].at) <= interval, "{opcode:02X}");
        }
    }
    assert_eq!(rig.commands(), [0_u8; 0], "and nothing is told meanwhile");
}

#[test]
fn a_start_waits_four_seconds_after_the_stop_and_begins_slow_and_level() {
    let mut rig = Rig::powered_for(SECOND);
    rig.run(SECOND);
    let start = MachineCommand::Start(belt(5, 0.0));
    rig.tell(start);
    rig.run(SECOND * 5);
    assert_eq!(rig.commands(), [0xA2, 0xA4, 0xA3, 0xA0]);
    assert_eq!(rig.sent_of(0xA3)[0].bytes, b"\xA30005");
    assert_eq!(rig.sent_of(0xA4)[0].bytes, b"\xA40000");
    let waited = rig.sent_of(0xA0)[0].at.since(rig.sent_of(0xA2)[0].at);
    assert!(waited >= SECOND * 4, "{waited:?}");
    assert!(rig.has(LinkEvent::Accepted(start)));
    rig.run(SECOND * 2);
    assert_eq!(rig.device.actual_load(), Some(belt(5, 0.0)));
    assert_eq!(rig.last_report().state, MachineState::Running);
}

#[test]
fn a_start_with_a_faster_load_begins_at_the_minimum_and_goes_on_to_it() {
    let mut rig = Rig::ready();
    rig.tell(MachineCommand::Start(belt(20, 1.0)));
    rig.run(SECOND * 10);
    let speeds: Vec<_> = rig
        .sent_of(0xA3)
        .iter()
        .map(|sent| sent.bytes.clone())
        .collect();
    assert_eq!(speeds, [b"\xA30005".to_vec(), b"\xA30020".to_vec()]);
    assert!(rig.sent_of(0xA0)[0].at < rig.sent_of(0xA3)[1].at);
    assert_eq!(rig.reported_load(), belt(20, 1.0));
}

#[test]
fn a_load_is_told_rounded_down_acknowledged_and_read_back() {
    let mut rig = Rig::running(belt(30, 2.0));
    let load = MachineLoad::Belt {
        speed: protocols::vocabulary::MetresPerSecond::new(1.8).expect("in range"),
        grade: protocols::vocabulary::PercentGrade::new(4.3).expect("in range"),
    };
    rig.tell(MachineCommand::SetLoad(load));
    rig.run(SECOND * 10);
    assert!(rig.has(LinkEvent::Accepted(MachineCommand::SetLoad(load))));
    assert_eq!(rig.sent_of(0xA3)[0].bytes, b"\xA30040");
    assert_eq!(rig.sent_of(0xA4)[0].bytes, b"\xA40040");
    assert_eq!(rig.reported_load(), belt(40, 4.0));
}

#[test]
fn the_newest_load_replaces_one_that_waits() {
    let mut rig = Rig::running(belt(30, 2.0));
    for tenths in [31, 32, 33] {
        rig.link
            .handle_command(rig.now, MachineCommand::SetLoad(belt(tenths, 2.0)));
    }
    rig.run(SECOND);
    assert_eq!(rig.sent_of(0xA3).len(), 1);
    assert_eq!(rig.sent_of(0xA3)[0].bytes, b"\xA30033");
    assert!(rig.has(LinkEvent::Accepted(MachineCommand::SetLoad(belt(33, 2.0)))));
    assert!(!rig.has(LinkEvent::Accepted(MachineCommand::SetLoad(belt(31, 2.0)))));
}

#[test]
fn a_load_that_takes_away_goes_before_an_outstanding_poll() {
    let mut rig = Rig::running(belt(30, 2.0));
    rig.run_until_sent(0xC1);
    let less = MachineCommand::SetLoad(belt(20, 2.0));
    rig.tell(less);
    let last = rig.sent.last().expect("sent");
    assert!(last.preempts);
    assert_eq!(last.at, rig.now, "in the same turn");
    assert_eq!(last.bytes, b"\xA30020");
    rig.run(SECOND);
    assert!(rig.has(LinkEvent::Accepted(less)));
    assert_eq!(rig.link.counters().time_outs, 0, "the poll's answer counts");
    assert_eq!(rig.link.counters().framing_errors, 0);
}

#[test]
fn a_load_that_adds_waits_its_turn() {
    let mut rig = Rig::running(belt(30, 2.0));
    rig.run_until_sent(0xC1);
    rig.tell(MachineCommand::SetLoad(belt(32, 2.0)));
    assert_eq!(rig.sent.last().expect("sent").bytes[0], 0xC1);
    rig.run(Duration::from_millis(50));
    assert_eq!(rig.sent_of(0xA3).len(), 1);
    assert!(!rig.sent_of(0xA3)[0].preempts);
}

#[test]
fn what_takes_away_is_told_before_what_adds() {
    let mut rig = Rig::running(belt(30, 2.0));
    rig.tell(MachineCommand::SetLoad(belt(35, 1.0)));
    rig.run(SECOND);
    assert_eq!(rig.commands(), [0xA4, 0xA3]);
}

#[test]
fn a_stop_at_the_minimum_is_a_stop_and_a_faster_belt_is_slowed_first() {
    let mut slow = Rig::running(belt(5, 0.0));
    slow.tell(MachineCommand::Stop);
    assert_eq!(slow.sent.last().expect("sent").bytes, b"\xA2");
    assert!(slow.sent.last().expect("sent").preempts);
    slow.run(SECOND * 3);
    assert!(slow.has(LinkEvent::Accepted(MachineCommand::Stop)));
    assert!(slow.stands());

    let mut fast = Rig::running(belt(30, 0.0));
    fast.tell(MachineCommand::Stop);
    assert_eq!(fast.sent.last().expect("sent").bytes, b"\xAA");
    fast.run(SECOND * 10);
    assert!(fast.stands());
}

#[test]
fn an_emergency_stop_goes_before_everything_and_is_repeated_until_the_belt_stands() {
    let mut rig = Rig::running(belt(30, 6.0));
    rig.run_until_sent(0xC2);
    rig.tell(MachineCommand::EmergencyStop);
    assert_eq!(rig.sent.last().expect("sent").bytes, b"\xAA");
    assert!(rig.sent.last().expect("sent").preempts);
    rig.run(SECOND * 9);
    assert!(rig.stands(), "does not wait for the elevation");
    let repeated = rig.sent_of(0xAA).len();
    assert!(repeated >= 4, "{repeated}");
    assert_eq!(
        rig.count_of(LinkEvent::Accepted(MachineCommand::EmergencyStop)),
        1
    );
    assert_eq!(rig.commands().last(), Some(&0xA2), "ready for a start");
    rig.sent.clear();
    rig.run(SECOND * 5);
    assert_eq!(rig.commands(), [0_u8; 0], "once");
}

#[test]
fn an_emergency_stop_of_a_slow_belt_is_the_auto_stop_too() {
    let mut rig = Rig::running(belt(5, 0.0));
    rig.tell(MachineCommand::EmergencyStop);
    assert_eq!(rig.sent.last().expect("sent").bytes, b"\xAA");
}

#[test]
fn the_release_is_the_auto_stop() {
    let mut rig = Rig::running(belt(30, 0.0));
    assert_eq!(rig.link.release_bytes(), b"\xAA");
    let release = rig.link.release_bytes();
    rig.other_host(release);
    rig.deciding = false;
    rig.run(SECOND * 10);
    assert_eq!(rig.device.actual_load(), None);
}

#[test]
fn past_the_leave_nothing_is_sent_and_the_belt_stops_by_itself() {
    let mut rig = Rig::running(belt(30, 5.0));
    rig.deciding = false;
    let decided = rig.now;
    rig.run(SECOND);
    rig.tell(MachineCommand::Stop);
    rig.run(SECOND * 10);
    let last = rig.sent.last().expect("sent").at;
    assert!(last.since(decided) < Duration::from_millis(400), "{last:?}");
    assert_eq!(rig.device.actual_load(), None);
}

#[test]
fn before_the_first_leave_nothing_is_sent() {
    let mut rig = Rig::powered_for(SECOND * 60);
    rig.deciding = false;
    rig.run(SECOND * 5);
    assert_eq!(rig.sent, []);
}

#[test]
fn after_a_lapse_the_belt_is_found_standing_and_no_old_load_is_told() {
    let mut rig = Rig::running(belt(30, 0.0));
    rig.deciding = false;
    rig.run(SECOND);
    let load = MachineCommand::SetLoad(belt(40, 0.0));
    rig.link.handle_command(rig.now, load);
    rig.run(SECOND * 9);
    assert!(rig.has(LinkEvent::Refused(load)));
    rig.deciding = true;
    rig.sent.clear();
    rig.run(SECOND * 10);
    assert!(rig.stands());
    assert_eq!(rig.commands(), [0xA2]);
    assert!(!rig.has(LinkEvent::Accepted(load)));
}

#[test]
fn after_a_short_lapse_less_is_told_before_the_belt_has_said_that_it_runs() {
    let mut rig = Rig::running(belt(30, 0.0));
    rig.deciding = false;
    while rig
        .sent
        .last()
        .is_none_or(|sent| rig.now < sent.at + SECOND)
    {
        rig.run(Duration::from_millis(50));
    }
    rig.deciding = true;
    rig.link.renew_leave(rig.now + Duration::from_millis(400));
    rig.run(Duration::from_millis(1));
    rig.sent.clear();
    rig.events.clear();
    let more = MachineCommand::SetLoad(belt(31, 0.0));
    rig.tell(more);
    assert!(rig.has(LinkEvent::Refused(more)), "it may stand");
    let less = MachineCommand::SetLoad(belt(25, 0.0));
    rig.tell(less);
    assert!(!rig.has(LinkEvent::Refused(less)));
    let first = rig
        .sent
        .iter()
        .find(|sent| sent.bytes.first() == Some(&0xA3));
    assert!(
        first.is_some_and(|sent| sent.preempts && sent.bytes == b"\xA30025"),
        "{:?}",
        rig.sent
    );
}

#[test]
fn a_belt_found_running_is_reported_left_alone_and_can_be_brought_down() {
    let mut rig = Rig::powered_for(SECOND * 60);
    rig.other_host(b"\xA30040\xA40030\xA1");
    rig.run(SECOND * 20);
    assert_eq!(rig.commands(), [0_u8; 0], "not disturbed");
    assert!(rig.has(LinkEvent::Up));
    assert!(rig.last_report().is_moving());
    assert_eq!(rig.reported_load(), belt(40, 3.0));
    for tenths in (5..=40).rev() {
        rig.tell(MachineCommand::SetLoad(belt(tenths, 3.0)));
        rig.run(Duration::from_millis(200));
    }
    rig.run(SECOND);
    assert_eq!(rig.reported_load(), belt(5, 3.0));
    rig.sent.clear();
    rig.tell(MachineCommand::Stop);
    rig.run(SECOND * 2);
    assert_eq!(rig.sent_of(0xAA).len(), 0);
    assert!(rig.stands());
}

#[test]
fn a_start_while_the_belt_runs_is_refused() {
    let mut rig = Rig::running(belt(20, 0.0));
    let start = MachineCommand::Start(belt(5, 0.0));
    rig.tell(start);
    rig.run(SECOND);
    assert!(rig.has(LinkEvent::Refused(start)));
    assert_eq!(rig.commands(), [0_u8; 0]);
}

#[test]
fn a_speed_for_a_belt_that_stands_is_refused_and_a_flatter_one_taken() {
    let mut rig = Rig::running(belt(5, 5.0));
    rig.tell(MachineCommand::Stop);
    rig.run(SECOND * 10);
    rig.sent.clear();
    let faster = MachineCommand::SetLoad(belt(30, 5.0));
    rig.tell(faster);
    rig.run(SECOND);
    assert!(rig.has(LinkEvent::Refused(faster)));
    assert!(rig.has(LinkEvent::Objected(Objection::OutOfUse)));
    let steeper = MachineCommand::SetLoad(belt(0, 8.0));
    rig.tell(steeper);
    rig.run(SECOND);
    assert!(rig.has(LinkEvent::Refused(steeper)));
    let flat = MachineCommand::SetLoad(belt(0, 0.0));
    rig.tell(flat);
    rig.run(SECOND * 11);
    assert!(rig.has(LinkEvent::Accepted(flat)));
    assert_eq!(rig.commands(), [0xA4]);
    assert_eq!(rig.reported_load(), belt(0, 0.0));
}

#[test]
fn a_load_in_watts_is_refused() {
    let mut rig = Rig::running(belt(20, 0.0));
    let watts = MachineCommand::SetLoad(MachineLoad::Power(Watts::ZERO));
    rig.tell(watts);
    assert!(rig.has(LinkEvent::Refused(watts)));
}

#[test]
fn a_speed_near_the_set_one_is_the_set_one() {
    let mut rig = Rig::running(belt(20, 0.0));
    rig.tell(MachineCommand::SetLoad(belt(40, 0.0)));
    rig.run(Duration::from_millis(3_700));
    let Some(MachineLoad::Belt { speed, .. }) = rig.device.actual_load() else {
        panic!("a belt");
    };
    assert!(speed.get() < 3.9 * 0.447_04, "it is not there yet");
    assert_eq!(rig.reported_load(), belt(40, 0.0));
}

#[test]
fn a_speed_changed_at_the_machines_keys_is_told_again() {
    let mut rig = Rig::running(belt(20, 0.0));
    rig.other_host(b"\xA30040");
    rig.run(SECOND * 5);
    assert_eq!(rig.reported_load(), belt(40, 0.0));
    rig.tell(MachineCommand::SetLoad(belt(20, 0.0)));
    rig.run(SECOND * 5);
    assert_eq!(rig.reported_load(), belt(20, 0.0));
}
