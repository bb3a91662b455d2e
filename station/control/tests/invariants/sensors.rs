//! Sensors that are put on, taken off or exchanged in the middle of a bout.

use control::input::Input;
use control::prescription::{BoundSensors, BoutSetup};
use control::rules::{LoadAct, RuleId};
use control::view::{PhaseKind, Reason, Trust};

use crate::bench::{Bench, constant, cycle, setup};

const BOTH: BoundSensors = BoundSensors {
    strap: true,
    oximeter: true,
};
const STRAP: BoundSensors = BoundSensors {
    strap: true,
    oximeter: false,
};
const OXIMETER: BoundSensors = BoundSensors {
    strap: false,
    oximeter: true,
};

/// Three minutes into conditioning.
fn under_way(change: impl FnOnce(&mut BoutSetup)) -> Bench {
    let mut bench = rising(change);
    bench.run(180);
    bench
}

/// Conditioning has begun, and load is on its way up.
fn rising(change: impl FnOnce(&mut BoutSetup)) -> Bench {
    let mut setup = setup(constant(), false);
    change(&mut setup);
    let mut bench = Bench::new(cycle());
    bench.begin(&setup);
    bench.run_to(PhaseKind::Conditioning);
    bench
}

/// On a strap, with a saturation that is not required.
fn on_a_strap(setup: &mut BoutSetup) {
    setup.sensors = STRAP;
    setup.prescription.saturation_required = false;
}

/// Load is on its way up for many minutes.
fn slowly(setup: &mut BoutSetup) {
    setup.prescription.ramp_up = 0.3;
}

fn not_required(setup: &mut BoutSetup) {
    setup.prescription.saturation_required = false;
}

/// Saturation sinks there, slowly enough for no rule of its fall.
fn sink(bench: &mut Bench, towards: u8) {
    while bench.saturation > towards {
        bench.saturation -= 1;
        bench.run(20);
    }
}

fn bind(bench: &mut Bench, bound: BoundSensors) {
    bench.send(&Input::Sensors { bound });
}

/// Up to and with the call that carries the next saturation.
fn next_saturation(bench: &mut Bench) {
    bench.tenth();
    while bench.tenths % 10 != 5 {
        bench.tenth();
    }
}

#[test]
fn an_oximeter_that_is_put_on_in_a_bout_is_judged_from_its_first_reading() {
    let mut bench = under_way(on_a_strap);
    let before = bench.told_watts();
    bench.saturation = 83;
    bench.run(10);
    assert_eq!(bench.told_watts(), before, "nobody wears it yet");
    assert_eq!(bench.station.view().saturation.trust, Trust::Absent);
    bind(&mut bench, BOTH);
    assert_eq!(bench.station.view().saturation.value, None, "nor has read");
    next_saturation(&mut bench);
    assert_eq!(bench.station.view().saturation.value, Some(83.0));
    assert!(bench.told_watts() < before);
    assert_eq!(
        bench.station.view().reason,
        Reason::Rule(RuleId::Spo2Critical, LoadAct::Fall)
    );
}

#[test]
fn an_oximeter_that_is_put_on_does_not_become_required() {
    let mut bench = under_way(on_a_strap);
    bind(&mut bench, BOTH);
    bench.run(5);
    let before = bench.granted();
    bench.oximeter_on = false;
    bench.run(90);
    assert!(!bench.has_alarm(RuleId::Spo2Lost));
    assert!((bench.granted() - before).abs() < 1e-9);
}

#[test]
fn a_strap_that_is_exchanged_is_a_signal_lost_until_the_new_one_speaks() {
    let mut bench = under_way(slowly);
    bind(&mut bench, OXIMETER);
    let before = bench.granted();
    bench.run(5);
    assert_eq!(
        bench.station.view().reason,
        Reason::Rule(RuleId::HrLost, LoadAct::Hold)
    );
    bench.run(4);
    assert!((bench.granted() - before).abs() < 1e-9, "no rise, no fall");
    bench.run(5);
    let fallen = bench.granted();
    assert!(fallen < before);
    assert!(bench.has_alarm(RuleId::HrLost));
    // The new one says something else altogether: it is held against nothing that the old one said.
    bench.heart_rate += 25;
    bind(&mut bench, BOTH);
    bench.run(2);
    assert_eq!(bench.station.view().heart_rate.trust, Trust::Trusted);
    assert_eq!(bench.station.view().heart_rate.doubted_by, None);
    bench.run(40);
    assert!(!bench.has_alarm(RuleId::HrLost));
    assert!(bench.granted() > fallen);
}

#[test]
fn bytes_that_were_sent_before_a_sensor_was_put_on_count_for_nothing() {
    let mut bench = under_way(on_a_strap);
    bench.saturation = 83;
    bench.tenth();
    while bench.tenths % 10 != 5 {
        bench.tenth();
    }
    let sent_before = bench.now();
    bench.tenth();
    bind(&mut bench, BOTH);
    let percent = protocols::vocabulary::OxygenSaturation::new(83).expect("in range");
    bench.send(&Input::Saturation {
        reading: protocols::vocabulary::Reading::good(percent),
        sent_at: sent_before,
    });
    assert_eq!(bench.station.view().saturation.value, None);
}

#[test]
fn where_the_strap_is_taken_off_the_pulse_stands_in_and_does_not_lead_as_its_equal() {
    let mut bench = under_way(slowly);
    bench.pulse = Some(0);
    bench.run(20);
    let before = bench.granted();
    assert!(before < 3.4, "it is still on its way up");
    bind(&mut bench, OXIMETER);
    bench.run(29);
    assert!(
        (bench.granted() - before).abs() < 1e-9,
        "no rise for half a minute"
    );
    assert!(!bench.has_alarm(RuleId::HrLost));
    bench.run(10);
    assert!(bench.granted() > before);
    // H is 130: the pulse that stands in is held to 125.
    bench.gain = 0.0;
    let (pulse, limit) = (126, RuleId::HrLimit);
    while bench.heart_rate < pulse {
        bench.heart_rate += 1;
        bench.run(1);
    }
    bench.run(20);
    assert!(bench.has_alarm(limit), "{:?}", bench.raised);
}

#[test]
fn a_required_oximeter_that_is_taken_off_is_lost_from_then_on_and_not_since_the_bout_began() {
    let mut bench = under_way(slowly);
    bind(&mut bench, STRAP);
    bench.run(8);
    assert!(!bench.has_alarm(RuleId::Spo2Lost));
    assert_eq!(
        bench.station.view().reason,
        Reason::Rule(RuleId::Spo2Lost, LoadAct::Hold)
    );
    bench.run(4);
    assert!(bench.has_alarm(RuleId::Spo2Lost));
    bench.run(45);
    assert_eq!(bench.station.phase(), PhaseKind::Conditioning);
    bench.run(10);
    assert_eq!(bench.station.phase(), PhaseKind::CoolDown);
}

#[test]
fn what_a_saturation_took_away_does_not_come_back_by_taking_the_oximeter_off() {
    let mut bench = under_way(not_required);
    sink(&mut bench, 87);
    let fallen = bench.granted();
    bind(&mut bench, STRAP);
    bench.run(30);
    assert!(bench.granted() <= fallen);
    assert!(bench.has_alarm(RuleId::Spo2Floor));
    let left = bench.granted();
    bench.saturation = 96;
    bind(&mut bench, BOTH);
    bench.run(60);
    assert!(!bench.has_alarm(RuleId::Spo2Floor));
    assert!(bench.granted() > left);
}

#[test]
fn load_that_gave_way_near_the_floor_does_not_come_back_unseen() {
    let mut bench = under_way(|setup| {
        not_required(setup);
        setup.patient.lung_disease = true;
    });
    let before = bench.granted();
    sink(&mut bench, 89);
    let given_way = bench.granted();
    assert!(given_way < before);
    bind(&mut bench, STRAP);
    bench.run(60);
    assert!(bench.granted() <= given_way);
    bench.saturation = 96;
    bind(&mut bench, BOTH);
    bench.run(60);
    assert!(bench.granted() > given_way);
}

#[test]
fn what_doubted_a_sensor_ends_with_it() {
    let mut bench = rising(not_required);
    bench.stuck = Some(bench.heart_rate + 12);
    bench.run(60);
    assert!(bench.has_alarm(RuleId::HrStuck), "{:?}", bench.raised);
    bench.stuck = None;
    bind(&mut bench, OXIMETER);
    bind(&mut bench, BOTH);
    bench.run(2);
    assert!(!bench.has_alarm(RuleId::HrStuck));
    assert_eq!(bench.station.view().heart_rate.trust, Trust::Trusted);
    bench.weak = true;
    bench.run(12);
    assert!(bench.has_alarm(RuleId::WeakPulse));
    bind(&mut bench, STRAP);
    bench.run(1);
    assert!(!bench.has_alarm(RuleId::WeakPulse));
}

#[test]
fn two_sources_that_differed_are_one_when_one_of_them_is_taken_off() {
    for (left, keeps) in [(STRAP, false), (OXIMETER, false), (BOTH, true)] {
        let mut bench = rising(not_required);
        bench.pulse = Some(12);
        bench.run(30);
        assert!(bench.has_alarm(RuleId::HrSourcesDiffer));
        bind(&mut bench, left);
        bench.run(2);
        assert_eq!(bench.has_alarm(RuleId::HrSourcesDiffer), keeps, "{left:?}");
    }
}
