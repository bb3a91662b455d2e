//! What was settled, and changed.

use core::time::Duration;

use monitor::{Charter, Invariant, Ramp, Times};
use protocols::vocabulary::NetMets;

use crate::desk::{Desk, bike, watts};

#[test]
fn a_ramp_is_above_nothing() {
    for figure in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(Ramp::per_minute(figure), None);
    }
    assert!(Ramp::per_minute(0.2) < Ramp::per_minute(1.0));
}

#[test]
fn a_faster_clock_makes_ages_longer_and_rules_as_they_were() {
    let times = Times::default();
    let faster = times.at_clock_rate(10);
    assert_eq!(faster.live, Duration::from_secs(30));
    assert_eq!(faster.no_rise_after, Duration::from_secs(30));
    assert_eq!(faster.heart_rate_falls_after, Duration::from_secs(100));
    assert_eq!(faster.saturation_falls_after, Duration::from_mins(5));
    assert_eq!(faster.machine_no_rise_after, Duration::from_secs(30));
    assert_eq!(faster.machine_lost_after, Duration::from_secs(50));
    assert_eq!(faster.leave, Duration::from_secs(4));
    assert_eq!(faster.alarm_stands, times.alarm_stands);
    assert_eq!(times.at_clock_rate(1), times);
}

#[test]
fn a_changed_prescription_holds_from_the_next_turn() {
    let mut desk = Desk::cycling(&bike(), 60);
    let lower = Charter {
        ceiling: NetMets::new(3.0).expect("in range"),
        ..*desk.monitor.charter()
    };
    desk.monitor.amend(lower);
    desk.pass(5.0);
    desk.assert_sound();
    desk.load(watts(61));
    desk.assert_now(Invariant::I1);
}
