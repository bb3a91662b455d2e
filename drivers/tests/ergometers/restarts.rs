//! A machine that begins anew in the middle of an exercise; and what a stop leaves on the line.

use drivers::link::{LinkEvent, Objection};
use protocols::vocabulary::{MachineCommand, MachineState};

use super::rig::{Rig, power};
use super::stand_in::Kind;

#[test]
fn a_kettler_that_left_its_pc_mode_is_lost_and_found_and_can_be_started_again() {
    let mut rig = Rig::riding(Kind::Kettler, 100);
    rig.machine = Kind::Kettler.stand_in();
    let set = MachineCommand::SetLoad(power(110));
    rig.command(set);
    rig.pass(3_000);
    assert_eq!(rig.count(&LinkEvent::Silent), 1, "{:?}", rig.events);
    assert_eq!(rig.count(&LinkEvent::Up), 1, "{:?}", rig.events);
    assert!(rig.told(&LinkEvent::Refused(set)), "{:?}", rig.events);
    assert!(rig.told(&LinkEvent::Objected(Objection::OutOfUse)));
    assert_eq!(rig.machine.load(), 25);
    // It is pedalled against its own 25 W, and is out of use all the same: a core that hears it run would never start it. What is less
    // than the 100 W of before is more than that.
    rig.forget();
    let less = MachineCommand::SetLoad(power(35));
    rig.command(less);
    rig.pass(5_000);
    assert!(rig.told(&LinkEvent::Refused(less)), "{:?}", rig.events);
    assert!(rig.sent_with(b"PW").is_empty(), "{:?}", rig.sent);
    assert_eq!(rig.machine.load(), 25);
    let states: Vec<MachineState> = rig.reports().iter().map(|report| report.state).collect();
    assert!(states.len() > 2, "{:?}", rig.events);
    assert!(
        states.iter().all(|state| *state == MachineState::Standing),
        "{states:?}"
    );
    let start = MachineCommand::Start(power(50));
    rig.command(start);
    rig.pass(3_000);
    assert!(rig.told(&LinkEvent::Accepted(start)), "{:?}", rig.events);
    assert_eq!(rig.machine.load(), 50);
    let last = rig.reports().last().map(|report| report.state);
    assert_eq!(last, Some(MachineState::Running));
    rig.command(MachineCommand::Stop);
    rig.pass(6_000);
    assert!(rig.told(&LinkEvent::Accepted(MachineCommand::Stop)));
    assert_eq!(rig.count(&LinkEvent::Silent), 0, "once was enough");
}

#[test]
fn a_kettler_that_began_anew_while_it_was_away_is_found_out_of_use_by_the_first_load_that_it_refuses()
 {
    let mut rig = Rig::riding(Kind::Kettler, 100);
    rig.close();
    rig.machine = Kind::Kettler.stand_in();
    rig.open();
    rig.pass(5_000);
    assert!(rig.told(&LinkEvent::Up), "{:?}", rig.events);
    rig.forget();
    // What its core tells a machine that is back.
    let again = MachineCommand::SetLoad(power(100));
    rig.command(again);
    rig.pass(8_000);
    assert!(rig.told(&LinkEvent::Refused(again)), "{:?}", rig.events);
    assert_eq!(rig.count(&LinkEvent::Silent), 1, "{:?}", rig.events);
    let last = rig.reports().last().map(|report| report.state);
    assert_eq!(last, Some(MachineState::Standing), "{:?}", rig.events);
    let start = MachineCommand::Start(power(50));
    rig.command(start);
    rig.pass(3_000);
    assert!(rig.told(&LinkEvent::Accepted(start)), "{:?}", rig.events);
    assert_eq!(rig.machine.load(), 50);
}

#[test]
fn a_kettler_that_never_took_a_power_is_not_lost_by_a_refusal() {
    let mut rig = Rig::new(Kind::Kettler);
    let set = MachineCommand::SetLoad(power(60));
    rig.forget();
    rig.command(set);
    rig.pass(3_000);
    assert!(rig.told(&LinkEvent::Refused(set)), "{:?}", rig.events);
    assert_eq!(rig.count(&LinkEvent::Silent), 0);
}

#[test]
fn an_ergoline_that_is_idle_while_it_is_pedalled_is_lost_and_found_and_started_again() {
    for (kind, tells, starts) in [(Kind::P10, b"W", &b"s\r"[..]), (Kind::P3, b"X", b"s\r")] {
        let mut rig = Rig::riding(kind, 100);
        rig.machine = kind.stand_in();
        rig.pass(12_000);
        assert_eq!(rig.count(&LinkEvent::Silent), 1, "{:?}", rig.events);
        assert_eq!(rig.count(&LinkEvent::Up), 1, "{:?}", rig.events);
        rig.forget();
        let set = MachineCommand::SetLoad(power(110));
        rig.command(set);
        rig.pass(3_000);
        assert!(rig.told(&LinkEvent::Refused(set)), "{:?}", rig.events);
        assert!(rig.sent_with(tells).is_empty(), "{:?}", rig.sent);
        let start = MachineCommand::Start(power(50));
        rig.command(start);
        rig.pass(5_000);
        assert_eq!(rig.sent_with(starts).len(), 1);
        assert_eq!(rig.machine.load(), 50);
        assert!(rig.told(&LinkEvent::Accepted(start)), "{:?}", rig.events);
        rig.forget();
        rig.command(set);
        rig.pass(20_000);
        assert_eq!(rig.machine.load(), 110);
        assert_eq!(rig.count(&LinkEvent::Silent), 0);
    }
}

#[test]
fn an_ergoline_at_rest_under_a_load_is_not_lost() {
    for kind in [Kind::P10, Kind::P3] {
        let mut rig = Rig::riding(kind, 100);
        rig.mood.cadence = 0;
        rig.machine = kind.stand_in();
        rig.pass(20_000);
        assert_eq!(rig.count(&LinkEvent::Silent), 0, "{:?}", rig.events);
    }
}

#[test]
fn what_a_healthy_monark_says_to_a_stop_is_in_its_protocol() {
    for into in (0..1_000).step_by(70) {
        let mut rig = Rig::riding(Kind::Monark, 90);
        rig.pass(into);
        rig.command(MachineCommand::Stop);
        rig.pass(6_000);
        assert!(rig.told(&LinkEvent::Accepted(MachineCommand::Stop)));
        let counters = rig.link.counters();
        assert_eq!(counters.skipped_bytes, 0, "{into}: {counters:?}");
        assert_eq!(counters.framing_errors, 0, "{into}: {counters:?}");
    }
}
