//! The link in Woodway's dialect.

use std::time::Duration;

use drivers::link::{Link, LinkEvent};
use drivers::machines::trackmaster::{SpeedUnit, TrackmasterSettings};
use drivers::virtual_devices::trackmaster::VirtualTrackmaster;
use drivers::virtual_devices::woodway::virtual_woodway;
use protocols::vocabulary::{MachineCommand, MachineState};

use super::rig::{BEGUN, Rig, belt};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_standing_machine_is_known_by_its_firmware_and_told_nothing() {
    let mut rig = Rig::woodway_powered_for(SECOND);
    rig.run(SECOND * 5);
    assert_eq!(rig.count_of(LinkEvent::Up), 1);
    assert_eq!(rig.sent_of(0xC3).len(), 1);
    assert_eq!(rig.commands(), [0_u8; 0]);
    assert!(rig.stands());
}

#[test]
fn each_dialect_knows_the_other() {
    let mut rig = Rig::of(
        TrackmasterSettings::woodway(),
        Box::new(VirtualTrackmaster::new(BEGUN, SpeedUnit::MilesPerHour)),
        SECOND * 10,
    );
    rig.run(SECOND * 3);
    assert!(rig.has(LinkEvent::OtherProtocol("trackmaster")));
    assert!(!rig.has(LinkEvent::Up));
    let start = MachineCommand::Start(belt(5, 0.0));
    rig.tell(start);
    assert!(rig.has(LinkEvent::Refused(start)));
    assert_eq!(rig.commands(), [0_u8; 0]);
    let mut rig = Rig::of(
        TrackmasterSettings::new(SpeedUnit::MilesPerHour),
        Box::new(virtual_woodway(BEGUN)),
        SECOND * 10,
    );
    rig.run(SECOND * 3);
    assert!(rig.has(LinkEvent::OtherProtocol("woodway")));
    assert!(!rig.has(LinkEvent::Up));
    assert_eq!(rig.commands(), [0_u8; 0]);
}

#[test]
fn a_start_is_level_and_slow_and_goes_on_to_its_load_with_the_timer() {
    let mut rig = Rig::woodway_powered_for(SECOND);
    rig.run(SECOND);
    let start = MachineCommand::Start(belt(20, 1.3));
    rig.tell(start);
    rig.run(SECOND * 10);
    assert_eq!(rig.commands(), [0xA4, 0xA3, 0xA0, 0xA4, 0xA3]);
    assert!(rig.has(LinkEvent::Accepted(start)));
    assert_eq!(
        rig.sent_of(0xA4)[1].bytes,
        b"\xA40013",
        "tenths of a per cent"
    );
    assert_eq!(rig.reported_load(), belt(20, 1.3));
}

#[test]
fn what_takes_away_goes_before_an_outstanding_poll() {
    let mut rig = Rig::woodway_running(belt(30, 2.0));
    rig.run_until_sent(0xC1);
    let less = MachineCommand::SetLoad(belt(20, 2.0));
    rig.tell(less);
    let last = rig.sent.last().expect("sent");
    assert!(last.preempts);
    assert_eq!((last.at, &last.bytes[..]), (rig.now, &b"\xA30020"[..]));
    rig.run(SECOND);
    assert!(rig.has(LinkEvent::Accepted(less)));
    assert_eq!(rig.link.counters().time_outs, 0);
}

#[test]
fn a_stop_slows_the_belt_to_a_stand_before_it_is_disengaged() {
    for (load, command) in [
        (belt(5, 0.0), MachineCommand::Stop),
        (belt(30, 3.0), MachineCommand::Stop),
        (belt(30, 3.0), MachineCommand::EmergencyStop),
    ] {
        let mut rig = Rig::woodway_running(load);
        rig.tell(command);
        let first = rig.sent.last().expect("sent");
        assert!(first.preempts);
        assert_eq!(first.bytes, b"\xAA");
        rig.run(Duration::from_millis(300));
        for _ in 0..200 {
            let disengages = !rig.sent_of(0xA2).is_empty();
            let moves = rig
                .last_report()
                .speed
                .is_some_and(|speed| speed.get() > 0.0);
            assert!(!(disengages && moves), "a belt that coasts");
            rig.run(Duration::from_millis(50));
        }
        assert!(rig.has(LinkEvent::Accepted(command)));
        assert!(rig.stands());
    }
}

#[test]
fn past_the_leave_nothing_is_sent_and_the_belt_stops_by_itself() {
    let mut rig = Rig::woodway_running(belt(30, 5.0));
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
fn a_timer_that_fired_is_silence_and_what_was_known_counts_no_more() {
    let mut rig = Rig::woodway_running(belt(30, 0.0));
    let load = MachineCommand::SetLoad(belt(31, 0.0));
    rig.run_until_sent(0xC1);
    rig.link.handle_command(rig.now, load);
    rig.disturb(b"\xBD");
    assert!(rig.has(LinkEvent::Silent));
    assert!(rig.has(LinkEvent::Refused(load)));
    rig.run(SECOND);
    assert_eq!(
        rig.count_of(LinkEvent::Up),
        1,
        "and it is asked anew who it is"
    );
}

#[test]
fn lost_requests_make_the_timer_fire_and_the_link_finds_the_belt_standing() {
    let mut rig = Rig::woodway_running(belt(20, 0.0));
    rig.lose_requests = 3;
    rig.run(SECOND * 8);
    assert!(rig.has(LinkEvent::Silent));
    assert!(rig.has(LinkEvent::Up));
    assert!(rig.stands());
    assert_eq!(rig.commands(), [0_u8; 0]);
}

#[test]
fn a_belt_that_runs_backwards_is_a_fault() {
    let mut rig = Rig::woodway_powered_for(SECOND * 60);
    rig.other_host(b"\xA33020\xA9");
    rig.run(SECOND * 10);
    let report = rig.last_report();
    assert_eq!(report.state, MachineState::Fault);
    assert!(
        report
            .speed
            .is_some_and(|speed| (speed.get() + 0.894_08).abs() < 1e-9)
    );
    rig.tell(MachineCommand::Stop);
    rig.run(SECOND * 10);
    assert!(rig.stands());
}

#[test]
fn a_start_without_timer_is_never_sent() {
    let mut rig = Rig::woodway_running(belt(30, 2.0));
    rig.tell(MachineCommand::SetLoad(belt(299, 29.9)));
    rig.run(SECOND * 90);
    assert_eq!(rig.reported_load(), belt(299, 29.9));
    rig.tell(MachineCommand::Stop);
    rig.run(SECOND * 90);
    assert!(rig.stands());
    assert_eq!(rig.sent_of(0xA9).len(), 0);
}
