//! Stops, and the leave that runs out.

use drivers::link::LinkEvent;
use protocols::vocabulary::MachineCommand;

use super::rig::{Rig, power};
use super::stand_in::KINDS;

const STOP: MachineCommand = MachineCommand::Stop;

#[test]
fn a_stop_goes_out_in_its_turn_and_is_confirmed_by_the_machine() {
    for kind in KINDS {
        let mut rig = Rig::riding(kind, 100);
        rig.command(STOP);
        let first = rig.sent.first().expect("a stop in the same turn");
        assert!(first.preempts, "{kind:?}");
        assert_eq!(rig.machine.load(), kind.nothing(), "{kind:?}");
        assert!(!rig.told(&LinkEvent::Accepted(STOP)), "{kind:?}");
        rig.pass(6_000);
        assert_eq!(
            rig.count(&LinkEvent::Accepted(STOP)),
            1,
            "{kind:?} {:?}",
            rig.events
        );
        assert_eq!(rig.machine.load(), kind.nothing(), "{kind:?}");
    }
}

#[test]
fn a_machine_that_does_not_end_is_told_so_again_and_again_and_the_core_once() {
    for kind in KINDS {
        let mut rig = Rig::riding(kind, 100);
        rig.mood.endless = true;
        rig.command(STOP);
        rig.pass(30_000);
        let bursts = rig.sent.iter().filter(|sent| sent.preempts).count();
        assert!(bursts > 5, "{kind:?}: {bursts}");
        assert_eq!(rig.count(&LinkEvent::Refused(STOP)), 1, "{kind:?}");
        rig.mood.endless = false;
        rig.pass(4_000);
        assert!(rig.told(&LinkEvent::Accepted(STOP)), "{kind:?}");
    }
}

#[test]
fn a_stop_that_could_not_be_sent_goes_out_first_on_reopening() {
    for kind in KINDS {
        let mut rig = Rig::riding(kind, 100);
        rig.close();
        rig.command(STOP);
        rig.pass(2_000);
        assert!(rig.sent.is_empty());
        rig.open();
        let first = rig.sent.first().expect("something");
        assert!(first.preempts, "{kind:?}");
        rig.pass(8_000);
        assert_eq!(rig.machine.load(), kind.nothing(), "{kind:?}");
        assert!(rig.told(&LinkEvent::Accepted(STOP)), "{kind:?}");
    }
}

#[test]
fn two_seconds_past_the_leave_the_machine_is_released_and_again_while_it_is_not_renewed() {
    for kind in KINDS {
        let mut rig = Rig::riding(kind, 100);
        rig.deciding = false;
        rig.pass(2_200);
        assert_eq!(rig.machine.load(), 100, "{kind:?}");
        rig.pass(300);
        assert_eq!(rig.machine.load(), kind.nothing(), "{kind:?}");
        rig.pass(10_000);
        let bursts = rig.sent.iter().filter(|sent| sent.preempts).count();
        assert!(bursts >= 3, "{kind:?}: {bursts}");
        rig.forget();
        rig.command(MachineCommand::SetLoad(power(80)));
        assert!(rig.told(&LinkEvent::Refused(MachineCommand::SetLoad(power(80)))));
        rig.pass(2_000);
        assert_eq!(rig.machine.load(), kind.nothing(), "{kind:?}");
        rig.deciding = true;
        rig.pass(8_000);
        rig.command(MachineCommand::Start(power(80)));
        rig.pass(5_000);
        assert_eq!(rig.machine.load(), 80, "{kind:?}");
    }
}

#[test]
fn release_bytes_alone_let_go() {
    for kind in KINDS {
        let mut rig = Rig::riding(kind, 100);
        let release = rig.link.release_bytes();
        rig.machine.hear(release, rig.mood, &mut Vec::new());
        assert_eq!(rig.machine.load(), kind.nothing(), "{kind:?}");
    }
}

#[test]
fn a_core_that_says_its_stop_each_second_does_not_keep_it_from_being_through() {
    for kind in KINDS {
        let mut rig = Rig::riding(kind, 100);
        for _ in 0..6 {
            rig.command(STOP);
            rig.pass(1_000);
        }
        rig.pass(2_000);
        assert!(rig.told(&LinkEvent::Accepted(STOP)), "{kind:?}");
        let mut rig = Rig::riding(kind, 100);
        rig.mood.endless = true;
        for _ in 0..20 {
            rig.command(STOP);
            rig.pass(1_000);
        }
        assert!(rig.told(&LinkEvent::Refused(STOP)), "{kind:?}");
    }
}

#[test]
fn a_stop_of_which_nothing_is_heard_goes_out_again_and_the_core_is_told() {
    for kind in KINDS {
        let mut rig = Rig::riding(kind, 100);
        rig.mood.mute = true;
        rig.command(STOP);
        rig.pass(20_000);
        let bursts = rig.sent.iter().filter(|sent| sent.preempts).count();
        assert!(bursts >= 5, "{kind:?}: {bursts}");
        assert!(!rig.told(&LinkEvent::Accepted(STOP)), "{kind:?}");
        assert_eq!(rig.count(&LinkEvent::Refused(STOP)), 1, "{kind:?}");
        assert_eq!(rig.count(&LinkEvent::Silent), 1, "{kind:?}");
        rig.mood.mute = false;
        rig.pass(10_000);
        assert!(rig.told(&LinkEvent::Accepted(STOP)), "{kind:?}");
    }
}

/// A core that finds a machine pedalled although nobody exercises says its stop again; whoever starts just then is not refused for it.
#[test]
fn a_start_that_falls_into_a_stop_of_ours_comes_after_it() {
    for kind in KINDS {
        for (said_at, newer) in [(0, 80), (30, 60), (150, 80), (400, 60)] {
            let mut rig = Rig::riding(kind, 100);
            rig.command(STOP);
            rig.pass(said_at);
            let start = MachineCommand::Start(power(70));
            rig.command(start);
            rig.pass(20);
            let load = MachineCommand::SetLoad(power(newer));
            let most = newer.max(70);
            rig.command(load);
            let mut highest = 0;
            for _ in 0..80 {
                rig.pass(100);
                highest = highest.max(rig.machine.load());
            }
            let told = (kind, said_at, &rig.events);
            assert!(
                rig.told(&LinkEvent::Accepted(start)) || rig.told(&LinkEvent::Accepted(load)),
                "{told:?}"
            );
            assert_eq!(rig.count(&LinkEvent::Refused(start)), 0, "{told:?}");
            assert_eq!(rig.count(&LinkEvent::Refused(load)), 0, "{told:?}");
            assert_eq!(rig.machine.load(), newer, "{told:?}");
            assert!(highest <= most, "{told:?}: {highest}");
        }
    }
}

#[test]
fn a_start_that_waits_for_a_stop_is_refused_once_the_machine_does_not_obey_and_comes_no_more() {
    for kind in KINDS {
        let mut rig = Rig::riding(kind, 100);
        rig.mood.endless = true;
        rig.command(STOP);
        let start = MachineCommand::Start(power(50));
        rig.command(start);
        rig.pass(30_000);
        assert_eq!(
            rig.count(&LinkEvent::Refused(start)),
            1,
            "{kind:?} {:?}",
            rig.events
        );
        rig.command(start);
        assert_eq!(rig.count(&LinkEvent::Refused(start)), 2, "{kind:?}");
        rig.mood.endless = false;
        rig.pass(8_000);
        assert!(rig.told(&LinkEvent::Accepted(STOP)), "{kind:?}");
        assert_eq!(rig.machine.load(), kind.nothing(), "{kind:?}");
    }
}

#[test]
fn a_start_that_waits_for_a_stop_comes_no_more_once_the_leave_is_over() {
    for kind in KINDS {
        let mut rig = Rig::riding(kind, 100);
        rig.command(STOP);
        let start = MachineCommand::Start(power(60));
        let load = MachineCommand::SetLoad(power(80));
        rig.command(start);
        rig.command(load);
        rig.deciding = false;
        // Nothing is through before the leave is over.
        rig.mood.mute = true;
        rig.pass(2_500);
        assert_eq!(rig.count(&LinkEvent::Refused(start)), 1, "{kind:?}");
        rig.mood.mute = false;
        for _ in 0..15_000 {
            rig.pass(1);
            assert!(
                rig.machine.load() <= kind.nothing(),
                "{kind:?} {:?}",
                rig.sent
            );
        }
        assert!(rig.told(&LinkEvent::Accepted(STOP)), "{kind:?}");
        rig.command(start);
        assert_eq!(rig.count(&LinkEvent::Refused(start)), 2, "{kind:?}");
    }
}
