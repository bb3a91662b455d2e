//! What signals keep of one bout for the next, sensors that are bound anew, and the clocks that stand while trust does.

use std::vec;

use core::time::Duration;

use protocols::vocabulary::{
    Absence, BeatsPerMinute, MachineReport, MachineState, OxygenSaturation, Reading,
    RevolutionsPerMinute, Timestamp,
};

use super::{Doubts, Found, Signals};
use crate::input::{HeartRateSource, Input};
use crate::prescription::{BoundSensors, BoutSetup};
use crate::rules::{RuleId, RuleSet};
use crate::station::bench::{held, setup};

const BOTH: BoundSensors = sensors(true, true);

const fn sensors(strap: bool, oximeter: bool) -> BoundSensors {
    BoundSensors { strap, oximeter }
}

fn bout(sensors: BoundSensors) -> BoutSetup {
    BoutSetup {
        sensors,
        ..setup(held())
    }
}

const fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn rate(source: HeartRateSource, value: u16, sent_at: Timestamp) -> Input {
    Input::HeartRate {
        source,
        reading: Reading::good(BeatsPerMinute::new(value).expect("in range")),
        sent_at,
    }
}

/// Takes a reading of a hundred in the instant in which it was sent.
fn hears(signals: &mut Signals, source: HeartRateSource, sent_at: Timestamp) -> bool {
    signals.take(sent_at, &rate(source, 100, sent_at))
}

fn hears_saturation(signals: &mut Signals, sent_at: Timestamp) {
    let reading = Reading::good(OxygenSaturation::new(96).expect("in range"));
    signals.take(sent_at, &Input::Saturation { reading, sent_at });
}

#[test]
fn the_next_patient_gets_the_machine_its_cadence_and_nothing_of_the_one_before() {
    let mut signals = Signals::new(&bout(BOTH));
    hears(&mut signals, HeartRateSource::Strap, at(1_000));
    hears_saturation(&mut signals, at(1_000));
    let report = MachineReport {
        cadence: RevolutionsPerMinute::new(71),
        ..MachineReport::of(MachineState::Running)
    };
    let sent_at = at(1_500);
    signals.take(sent_at, &Input::Machine { report, sent_at });
    let lasted = Duration::from_millis(1_001);
    signals.take(at(2_000), &Input::LoopGap { lasted });

    let next = signals.rebound(&bout(BOTH));
    assert_eq!(next.machine(), Some((report, sent_at)));
    assert_eq!(next.cadence, signals.cadence);
    assert_eq!(next.cadence.newest(), Some(1));
    assert!(next.lost_contact(at(2_000)), "of this very turn");
    // The supervisor looks when this number is another one: it must not come back to one that was seen.
    assert_eq!(next.taken(), signals.taken());
    assert_ne!(next.taken(), Signals::idle().taken());
    assert!(next.strap.latest.is_none() && next.saturation.latest.is_none());
    assert_eq!(next.lead(), None);
}

#[test]
fn bytes_that_were_sent_before_the_loop_stood_still_do_not_count_for_the_next_patient_either() {
    let mut signals = Signals::idle();
    let lasted = Duration::from_millis(251);
    signals.take(at(2_000), &Input::LoopGap { lasted });
    let mut next = signals.rebound(&bout(BOTH));
    for (sent_at, counts) in [(at(1_999), false), (at(2_000), true)] {
        let now = at(2_100);
        for source in [
            HeartRateSource::Strap,
            HeartRateSource::Oximeter,
            HeartRateSource::Machine,
        ] {
            let changed = next.take(now, &rate(source, 100, sent_at));
            assert_eq!(changed, counts, "{source:?}");
        }
        let reading = Reading::good(OxygenSaturation::new(96).expect("in range"));
        let changed = next.take(now, &Input::Saturation { reading, sent_at });
        assert_eq!(changed, counts, "saturation");
    }
}

#[test]
fn the_source_that_rules_of_doubt_look_at_changes_with_the_strap_and_without_one_with_the_oximeter()
{
    for (before, after, changes) in [
        (BOTH, BOTH, false),
        (BOTH, sensors(true, false), false),
        (BOTH, sensors(false, true), true),
        (sensors(false, true), BOTH, true),
        (sensors(false, true), sensors(false, true), false),
        (sensors(false, true), sensors(false, false), true),
        (sensors(false, false), sensors(false, true), true),
        (sensors(false, false), sensors(false, false), false),
    ] {
        let changed = Signals::new(&bout(before)).bind(at(1_000), after);
        assert_eq!(changed.judged, changes, "{before:?} {after:?}");
        assert_eq!(changed.strap, before.strap != after.strap);
        assert_eq!(changed.oximeter, before.oximeter != after.oximeter);
    }
}

/// Beside a strap an oximeter is looked at while it leads, and while it is doubted.
#[test]
fn an_oximeter_that_is_exchanged_beside_a_strap_is_another_source_where_it_was_looked_at() {
    let exchanged = |signals: &Signals| {
        let mut signals = signals.clone();
        signals.bind(at(60_000), sensors(true, false)).judged
    };
    let mut signals = Signals::new(&bout(BOTH));
    hears(&mut signals, HeartRateSource::Strap, at(1_000));
    hears(&mut signals, HeartRateSource::Oximeter, at(1_000));
    assert_eq!(signals.lead(), Some(HeartRateSource::Strap));
    assert!(!exchanged(&signals));
    let stuck = RuleSet::of(&[RuleId::HrStuck]);
    let found = Found {
        suspected: Doubts {
            strap: RuleSet::EMPTY,
            pulse: stuck,
        },
        over: Doubts::NONE,
    };
    let mut doubted = signals.clone();
    doubted.doubt(stuck, found, RuleSet::EMPTY, at(1_400));
    assert_eq!(doubted.lead(), Some(HeartRateSource::Strap));
    assert!(doubted.heart_rate_trusted(at(1_500)), "the strap is not");
    assert!(exchanged(&doubted));
    for second in 2..20 {
        hears(&mut signals, HeartRateSource::Oximeter, at(second * 1_000));
    }
    assert_eq!(signals.lead(), Some(HeartRateSource::Oximeter));
    assert!(exchanged(&signals));
}

#[test]
fn bytes_that_were_sent_before_a_strap_was_put_on_count_for_nothing() {
    let mut signals = Signals::new(&bout(sensors(false, true)));
    signals.bind(at(5_000), BOTH);
    let late = rate(HeartRateSource::Strap, 100, at(4_999));
    assert!(!signals.take(at(5_100), &late));
    assert!(!signals.heart_rate_trusted(at(5_100)));
    let fresh = rate(HeartRateSource::Strap, 100, at(5_000));
    assert!(signals.take(at(5_100), &fresh));
    assert!(signals.heart_rate_trusted(at(5_100)));
}

#[test]
fn where_a_strap_was_worn_at_any_time_of_the_bout_the_pulse_stands_in_for_it() {
    let oximeter = sensors(false, true);
    for (began, worn, stands_in) in [
        (BOTH, vec![oximeter], true),
        (oximeter, vec![BOTH, oximeter], true),
        (oximeter, vec![oximeter], false),
    ] {
        let mut signals = Signals::new(&bout(began));
        signals.tick(at(1_000));
        for bound in &worn {
            signals.bind(at(2_000), *bound);
        }
        assert_eq!(signals.lead(), Some(HeartRateSource::Oximeter));
        assert_eq!(signals.stands_in(), stands_in, "{began:?} {worn:?}");
    }
}

#[test]
fn a_strap_that_is_put_on_leads_at_once_unless_a_trusted_pulse_leads_already() {
    // Less than 5 s into the bout: the strap is not yet missed, so nothing but the lead itself keeps the pulse there.
    let strap = Some(HeartRateSource::Strap);
    let oximeter = Some(HeartRateSource::Oximeter);
    for (pulse_speaks, lead) in [(true, oximeter), (false, strap)] {
        let mut signals = Signals::new(&bout(sensors(false, true)));
        signals.tick(at(1_000));
        if pulse_speaks {
            hears(&mut signals, HeartRateSource::Oximeter, at(1_500));
        }
        assert_eq!(signals.lead(), oximeter);
        signals.bind(at(2_000), BOTH);
        assert_eq!(signals.lead(), lead, "{pulse_speaks}");
    }
}

#[test]
fn a_reading_without_a_value_stops_the_clock_of_the_heart_rate() {
    let mut signals = Signals::new(&bout(BOTH));
    hears(&mut signals, HeartRateSource::Strap, at(1_000));
    let nothing = Input::HeartRate {
        source: HeartRateSource::Strap,
        reading: Reading::Missing(Absence::NoContact),
        sent_at: at(2_000),
    };
    signals.take(at(2_000), &nothing);
    assert_eq!(signals.heart_rate_clock(at(9_000)), Duration::from_secs(1));
}

#[test]
fn a_doubt_stops_the_clock_of_what_it_doubts_in_its_own_turn() {
    let stopped = Duration::from_millis(400);
    let mut signals = Signals::new(&bout(BOTH));
    hears(&mut signals, HeartRateSource::Strap, at(1_000));
    hears_saturation(&mut signals, at(1_000));
    let mut other = signals.clone();

    let stuck = RuleSet::of(&[RuleId::HrStuck]);
    signals.doubt(stuck, Found::default(), RuleSet::EMPTY, at(1_400));
    assert_eq!(signals.heart_rate_clock(at(1_900)), stopped);
    assert_eq!(
        signals.saturation_clock(at(1_900)),
        Duration::from_millis(900)
    );

    let weak = RuleSet::of(&[RuleId::WeakPulse]);
    other.doubt(RuleSet::EMPTY, Found::default(), weak, at(1_400));
    assert_eq!(other.saturation_clock(at(1_900)), stopped);
    assert_eq!(
        other.heart_rate_clock(at(1_900)),
        Duration::from_millis(900)
    );
}
