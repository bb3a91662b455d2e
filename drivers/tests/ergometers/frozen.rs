//! Ergometers whose line stands still, its time too: a Kettler's `mm:ss`, a Daum's seconds.

use drivers::link::{LinkEvent, Objection};

use super::rig::Rig;
use super::stand_in::{Kind, Time};

const FROZEN: LinkEvent = LinkEvent::Objected(Objection::Frozen);

const TIMED: [Kind; 3] = [Kind::Kettler, Kind::Classic, Kind::Premium];

#[test]
fn a_line_that_stands_still_for_fifteen_seconds_is_no_report_and_that_is_said_once() {
    for kind in TIMED {
        let mut rig = Rig::riding(kind, 100);
        rig.mood.time = Time::Stands;
        rig.pass(14_000);
        assert!(rig.reports().len() >= 13, "{kind:?}");
        assert!(!rig.told(&FROZEN), "{kind:?}");
        rig.pass(3_000);
        rig.events.retain(|(_, event)| *event == FROZEN);
        rig.pass(60_000);
        assert!(rig.reports().is_empty(), "{kind:?}: {:?}", rig.reports());
        assert_eq!(rig.count(&FROZEN), 1, "{kind:?}");
        rig.mood.time = Time::Goes;
        rig.forget();
        rig.pass(5_000);
        assert!(rig.reports().len() >= 4, "{kind:?}");
    }
    assert!(Objection::Frozen.stands_alone());
    assert!(Objection::Frozen.to_string().contains("its time"));
}

#[test]
fn a_steady_rider_is_reported_as_long_as_time_goes_on() {
    for kind in TIMED {
        let mut rig = Rig::riding(kind, 100);
        rig.pass(60_000);
        assert!(rig.reports().len() >= 59, "{kind:?}");
        assert!(!rig.told(&FROZEN), "{kind:?}");
    }
}

#[test]
fn a_machine_whose_time_stands_still_is_reported_while_cadence_moves() {
    for kind in TIMED {
        let mut rig = Rig::riding(kind, 100);
        rig.mood.time = Time::Stands;
        for second in 0..60 {
            rig.mood.cadence = 60 + second / 10 % 2;
            rig.pass(1_000);
        }
        assert!(!rig.told(&FROZEN), "{kind:?}");
        assert!(rig.reports().len() >= 59, "{kind:?}");
    }
}
