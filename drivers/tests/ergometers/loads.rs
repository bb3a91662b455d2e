//! Loads: taken, refused, lost, replaced.

use drivers::link::LinkEvent;
use protocols::vocabulary::{MachineCommand, MachineState, OnSilence, Watts};

use super::rig::{Rig, power};
use super::stand_in::{KINDS, Kind};

fn set(watts: u16) -> MachineCommand {
    MachineCommand::SetLoad(power(watts))
}

#[test]
fn a_load_is_accepted_when_the_machine_says_that_it_is_in_force() {
    for kind in KINDS {
        let mut rig = Rig::riding(kind, 60);
        rig.command(set(120));
        assert!(!rig.told(&LinkEvent::Accepted(set(120))), "{kind:?}");
        rig.pass(4_000);
        assert_eq!(rig.machine.load(), 120, "{kind:?}");
        assert_eq!(rig.count(&LinkEvent::Accepted(set(120))), 1, "{kind:?}");
        assert!(!rig.told(&LinkEvent::Refused(set(120))), "{kind:?}");
    }
}

#[test]
fn a_load_that_is_not_taken_is_refused_and_is_not_told_again() {
    for kind in KINDS {
        let mut rig = Rig::riding(kind, 60);
        rig.mood.stubborn = true;
        rig.command(set(120));
        rig.pass(15_000);
        assert_eq!(rig.count(&LinkEvent::Refused(set(120))), 1, "{kind:?}");
        assert!(!rig.told(&LinkEvent::Accepted(set(120))), "{kind:?}");
        assert!(rig.link.counters().refusals > 0);
        rig.mood.stubborn = false;
        rig.pass(5_000);
        assert_eq!(rig.machine.load(), 60, "{kind:?}");
    }
}

/// 2 W a second.
const fn ramp_from_150(second: u16, down: bool) -> u16 {
    if down {
        150 - 2 * second
    } else {
        150 + 2 * second
    }
}

/// Each load of a ramp comes before the machine had its time to take the one before it.
#[test]
fn a_machine_that_stops_following_in_a_ramp_is_found_out_in_twice_its_time() {
    for kind in KINDS {
        for down in [false, true] {
            let mut rig = Rig::riding(kind, 150);
            rig.mood.stubborn = true;
            let mut refused = 0;
            for second in 1..=21 {
                rig.command(set(ramp_from_150(second, down)));
                rig.pass(1_000);
                refused += rig.refused_loads();
            }
            assert!(refused > 0, "{kind:?} {down}: {:?}", rig.events);
        }
    }
}

#[test]
fn a_machine_that_follows_a_ramp_some_seconds_late_is_not_refused() {
    for kind in [Kind::P10, Kind::P3, Kind::Monark] {
        for down in [false, true] {
            let mut rig = Rig::riding(kind, 150);
            for second in 1..=40 {
                rig.mood.stubborn = second % 5 != 0;
                rig.command(set(ramp_from_150(second, down)));
                rig.pass(1_000);
            }
            assert_eq!(rig.refused_loads(), 0, "{kind:?} {down}: {:?}", rig.events);
        }
    }
}

#[test]
fn the_newest_load_wins() {
    for kind in KINDS {
        let mut rig = Rig::riding(kind, 60);
        rig.command(set(120));
        rig.command(set(150));
        rig.command(set(90));
        rig.command(set(110));
        rig.pass(5_000);
        assert_eq!(rig.machine.load(), 110, "{kind:?}");
        assert!(rig.told(&LinkEvent::Accepted(set(110))), "{kind:?}");
    }
}

#[test]
fn a_load_that_takes_away_goes_out_in_its_turn() {
    for kind in KINDS {
        for millis in [0, 7, 13, 333, 505, 760, 999] {
            let mut rig = Rig::riding(kind, 120);
            rig.pass(millis);
            rig.forget();
            rig.command(set(60));
            let first = rig.sent.first().expect("in the same turn");
            assert!(first.preempts, "{kind:?}");
            rig.pass(5_000);
            assert_eq!(rig.machine.load(), 60, "{kind:?}");
            assert!(rig.told(&LinkEvent::Accepted(set(60))), "{kind:?}");
        }
    }
}

#[test]
fn reductions_that_follow_each_other_fast_do_not_keep_each_other_from_arriving() {
    for kind in KINDS {
        let mut rig = Rig::riding(kind, 200);
        rig.baud = Some(kind.baud());
        let mut asked = 200;
        for _ in 0..25 {
            asked -= 5;
            rig.command(set(asked));
            rig.pass(100);
            let behind = rig.machine.load() - asked;
            // So much is asked for in a second.
            assert!(behind <= 50, "{kind:?}: {behind} W behind {asked} W");
        }
        rig.pass(3_000);
        assert_eq!(rig.machine.load(), asked, "{kind:?}");
        assert!(rig.told(&LinkEvent::Accepted(set(asked))), "{kind:?}");
    }
}

#[test]
fn a_reduction_whose_answer_is_lost_reaches_the_machine_that_hears_again() {
    for kind in KINDS {
        let mut rig = Rig::riding(kind, 120);
        rig.close();
        rig.command(set(60));
        rig.pass(1_000);
        rig.open();
        rig.pass(5_000);
        assert_eq!(rig.machine.load(), 60, "{kind:?}");
    }
}

#[test]
fn a_reduction_that_was_lost_is_one_although_more_was_asked_for_since() {
    for kind in KINDS {
        let mut rig = Rig::riding(kind, 120);
        rig.close();
        rig.command(set(60));
        rig.command(set(80));
        rig.pass(500);
        rig.open();
        assert!(
            rig.sent.first().is_some_and(|sent| sent.preempts),
            "{kind:?}"
        );
        rig.pass(5_000);
        assert_eq!(rig.machine.load(), 80, "{kind:?}");
    }
}

#[test]
fn a_load_that_adds_and_comes_while_nobody_answers_is_refused() {
    for kind in KINDS {
        let mut rig = Rig::riding(kind, 60);
        rig.mood.mute = true;
        rig.pass(8_000);
        assert_eq!(rig.count(&LinkEvent::Silent), 1, "{kind:?}");
        assert!(rig.link.counters().time_outs >= 2, "{kind:?}");
        rig.forget();
        rig.command(set(120));
        assert!(rig.told(&LinkEvent::Refused(set(120))), "{kind:?}");
        rig.pass(5_000);
        assert!(rig.machine.load() <= 60, "{kind:?}");
        assert!(!rig.told(&LinkEvent::Silent), "{kind:?}: told once");
        rig.mood.mute = false;
        rig.pass(5_000);
        assert_eq!(rig.count(&LinkEvent::Up), 1, "{kind:?}");
        assert!(rig.machine.load() <= 60, "{kind:?}");
    }
}

#[test]
fn a_load_with_its_answer_lost_counts_as_unchanged() {
    for kind in KINDS {
        let mut rig = Rig::riding(kind, 60);
        rig.mood.mute = true;
        rig.command(set(120));
        rig.pass(10_000);
        assert!(!rig.told(&LinkEvent::Accepted(set(120))), "{kind:?}");
        assert_eq!(rig.count(&LinkEvent::Silent), 1, "{kind:?}");
        assert!(rig.told(&LinkEvent::Refused(set(120))), "{kind:?}");
    }
}

#[test]
fn less_than_the_machine_can_hold_is_the_least_it_can_and_refused() {
    for kind in [Kind::Classic, Kind::Premium, Kind::Kettler, Kind::Trainer] {
        let mut rig = Rig::riding(kind, 100);
        rig.command(set(10));
        rig.pass(12_000);
        assert_eq!(rig.machine.load(), kind.nothing(), "{kind:?}");
        assert!(rig.told(&LinkEvent::Refused(set(10))), "{kind:?}");
        let mut rig = Rig::new(kind);
        rig.command(MachineCommand::Start(power(10)));
        assert!(rig.told(&LinkEvent::Refused(MachineCommand::Start(power(10)))));
    }
}

#[test]
fn nothing_can_be_told_where_the_machine_knows_it() {
    for kind in [Kind::P10, Kind::P3, Kind::Monark] {
        let mut rig = Rig::riding(kind, 100);
        rig.command(set(0));
        rig.pass(3_000);
        assert_eq!(rig.machine.load(), 0, "{kind:?}");
        assert!(rig.told(&LinkEvent::Accepted(set(0))), "{kind:?}");
    }
}

#[test]
fn reports_say_what_the_machine_says() {
    for kind in KINDS {
        let mut rig = Rig::riding(kind, 100);
        rig.pass(2_500);
        let report = *rig.reports().last().expect("a report");
        assert_eq!(report.power, Watts::new(100), "{kind:?}");
        assert_eq!(report.cadence.expect("cadence").get(), 60, "{kind:?}");
        assert!(report.heart_rate.is_some(), "{kind:?}");
        assert_eq!(report.speed, None, "{kind:?}: a bike has no belt");
        assert_eq!(report.state, MachineState::Running);
        assert!(rig.reports().len() >= 2, "{kind:?}");
        let capabilities = rig.link.capabilities().expect("a machine");
        assert_eq!(capabilities.on_silence, OnSilence::KeepsLoad);
        rig.command(MachineCommand::Stop);
        rig.mood.cadence = 0;
        rig.pass(8_000);
        if matches!(kind, Kind::P10 | Kind::P3 | Kind::Monark | Kind::Classic) {
            let report = *rig.reports().last().expect("a report");
            assert_eq!(report.state, MachineState::Standing, "{kind:?}");
        }
    }
}
