//! The ordered limiters: each may only lower the load.

use core::time::Duration;

use control::input::{Entry, Input};
use control::prescription::Mode;
use control::rules::{LoadAct, RuleId};
use control::situation::{Bounds, LimitedLoad, Response, Stimulus};
use control::view::Reason;
use proptest::prelude::*;
use protocols::vocabulary::NetMets;

use super::bench::{Bench, mets, percent, rate};

/// Far from every limit.
pub(super) const WIDE: Bounds = Bounds {
    machine_ceiling: NetMets::MAX,
    plausibility_cap: None,
    rise: 30.0,
};

pub(super) fn dispose(bench: &mut Bench, proposed: f64, bounds: &Bounds) -> LimitedLoad {
    bench.situation.now = bench.now;
    let disposed = bench.supervisor.dispose(
        LimitedLoad::proposed(mets(proposed)),
        &bench.situation,
        &bench.signals,
        &bench.bout,
        bounds,
    );
    disposed.load
}

pub(super) fn expect(
    bench: &mut Bench,
    proposed: f64,
    bounds: &Bounds,
    granted: f64,
    reason: Reason,
) {
    let load = dispose(bench, proposed, bounds);
    assert!(
        (load.granted().get() - granted).abs() < 1e-6,
        "{} for {granted}, {reason:?}",
        load.granted()
    );
    assert_eq!(load.binding(), reason);
}

/// The same, with a number that moves where load does.
fn beating() -> Bench {
    let mut bench = well();
    bench.beats = true;
    bench
}

/// A denervated heart need not answer load, so that these scripts can leave it at one number.
fn well() -> Bench {
    let mut bench = Bench::with(|bout| bout.patient.denervated = true);
    bench.seconds(15);
    bench
}

#[test]
fn with_nothing_in_its_way_a_proposal_goes_through() {
    expect(&mut well(), 4.0, &WIDE, 4.0, Reason::AsProposed);
}

#[test]
fn the_ceilings_of_prescription_and_machine_cap() {
    expect(&mut well(), 7.0, &WIDE, 6.0, Reason::PrescribedCeiling);
    let bounds = Bounds {
        machine_ceiling: mets(5.0),
        ..WIDE
    };
    expect(&mut well(), 7.0, &bounds, 5.0, Reason::MachineCeiling);
}

#[test]
fn the_plausibility_cap_and_the_ramp_cap() {
    let bounds = Bounds {
        plausibility_cap: Some(mets(4.2)),
        ..WIDE
    };
    expect(&mut well(), 5.0, &bounds, 4.2, Reason::PlausibilityCap);
    let bounds = Bounds { rise: 0.05, ..WIDE };
    expect(&mut well(), 5.0, &bounds, 3.05, Reason::Ramp);
    expect(&mut well(), 2.0, &bounds, 2.0, Reason::AsProposed);
}

#[test]
fn a_stop_leaves_nothing_and_nothing_comes_back_before_a_person_resumed() {
    let mut bench = beating();
    bench.turn(&Input::Tick, Stimulus::StopKey);
    let stopped = Reason::Rule(RuleId::OperatorStop, LoadAct::Stop);
    expect(&mut bench, 4.0, &WIDE, 0.0, stopped);
    bench.acknowledge(RuleId::OperatorStop);
    bench.granted(0.0).seconds(60);
    expect(&mut bench, 4.0, &WIDE, 0.0, Reason::StopLatched);
    assert_eq!(bench.supervisor.resume(), Ok(()));
    let bounds = Bounds { rise: 0.1, ..WIDE };
    expect(&mut bench, 4.0, &bounds, 0.1, Reason::Ramp);
}

#[test]
fn a_wait_leaves_nothing_until_it_is_over() {
    let mut bench = well();
    bench.enter(Entry::Claudication(4));
    let waits = Reason::Rule(RuleId::Claudication, LoadAct::ZeroWait);
    expect(&mut bench, 4.0, &WIDE, 0.0, waits);
}

/// Lets the load follow what is granted for so many tenths, and gives what is left.
fn follow(bench: &mut Bench, proposed: f64, tenths: u32) -> f64 {
    for _ in 0..tenths {
        bench.tenth();
        let load = dispose(bench, proposed, &WIDE);
        bench.granted(load.granted().get());
    }
    bench.situation.granted.get()
}

#[test]
fn a_fall_begins_in_the_call_of_the_breach_and_takes_three_mets_a_minute() {
    let mut bench = beating();
    bench.enter(Entry::PerceivedExertion(15));
    let load = dispose(&mut bench, 4.0, &WIDE);
    assert!(load.granted().get() < 3.0, "at once");
    assert_eq!(load.binding(), Reason::Rule(RuleId::RpeHigh, LoadAct::Fall));
    bench.granted(load.granted().get());
    let after = follow(&mut bench, 4.0, 200);
    assert!((after - 2.0).abs() < 0.02, "{after} after 20 s");
    // Not below the cool-down load.
    let end = follow(&mut bench, 4.0, 600);
    assert!((end - 0.75).abs() < 1e-9, "{end}");
    // The next entry is in range: it comes back by the ramp.
    bench.enter(Entry::PerceivedExertion(12));
    bench.second();
    let bounds = Bounds { rise: 0.01, ..WIDE };
    expect(&mut bench, 4.0, &bounds, 0.76, Reason::Ramp);
}

#[test]
fn a_fall_rests_while_what_ends_it_is_waited_for() {
    let mut bench = beating();
    bench.oxygen(90).seconds(90);
    bench.supervisor.acknowledge(RuleId::Spo2Critical);
    bench.saturation = Some(percent(88));
    follow(&mut bench, 4.0, 120);
    bench.saturation = Some(percent(90));
    bench.now_is_whole();
    follow(&mut bench, 4.0, 10);
    let reached = bench.situation.granted.get();
    assert!(reached < 2.8);
    let load = dispose(&mut bench, 4.0, &WIDE);
    assert!((load.granted().get() - reached).abs() < 1e-9);
    let later = follow(&mut bench, 4.0, 250);
    assert!((later - reached).abs() < 1e-9, "{later} for {reached}");
    // The thirtieth second is over: load comes back.
    assert!(follow(&mut bench, 4.0, 60) > 3.9);
}

#[test]
fn a_lower_load_than_that_of_the_cool_down_does_not_rise_to_it() {
    let mut bench = well();
    bench.granted(0.5).enter(Entry::PerceivedExertion(15));
    expect(
        &mut bench,
        4.0,
        &WIDE,
        0.5,
        Reason::Rule(RuleId::RpeHigh, LoadAct::Fall),
    );
}

#[test]
fn load_does_not_rise_while_a_required_signal_is_not_trusted() {
    let mut bench = well();
    bench.strap = None;
    bench.seconds(3);
    bench.now = bench.now + Duration::from_millis(1);
    expect(
        &mut bench,
        4.0,
        &WIDE,
        3.0,
        Reason::Rule(RuleId::HrLost, LoadAct::Hold),
    );
    expect(&mut bench, 2.0, &WIDE, 2.0, Reason::AsProposed);

    let mut bench = well();
    bench.heart_rate(109).second();
    expect(&mut bench, 4.0, &WIDE, 3.0, Reason::SignalNotTrusted);

    let mut bench = well();
    bench.saturation = Some(percent(0));
    bench.now_is_whole();
    bench.speak();
    expect(
        &mut bench,
        4.0,
        &WIDE,
        3.0,
        Reason::Rule(RuleId::WeakPulse, LoadAct::Hold),
    );
}

#[test]
fn a_high_value_that_nobody_requires_nor_believes_still_forbids_a_rise() {
    let mut bench = Bench::with(|bout| bout.prescription.heart_rate_required = false);
    bench.seconds(15);
    bench.heart_rate(119).second();
    expect(&mut bench, 4.0, &WIDE, 4.0, Reason::AsProposed);
    bench.heart_rate(120).second();
    expect(&mut bench, 4.0, &WIDE, 3.0, Reason::SignalNotTrusted);
}

#[test]
fn load_does_not_rise_after_the_oximeter_took_over_nor_by_the_controller_at_all() {
    let mut bench = Bench::new();
    bench.pulse = Some(rate(100));
    bench.seconds(15);
    bench.strap = None;
    bench.seconds(33);
    expect(&mut bench, 4.0, &WIDE, 3.0, Reason::SignalNotTrusted);
    bench.seconds(3);
    expect(&mut bench, 4.0, &WIDE, 4.0, Reason::AsProposed);
    bench.bout.prescription.mode = Mode::HeartRateHeld {
        target: 110.0,
        assessed_gain: None,
        assessed_rest: None,
    };
    expect(&mut bench, 4.0, &WIDE, 3.0, Reason::SignalNotTrusted);
}

#[test]
fn load_does_not_rise_while_the_record_has_a_gap() {
    let mut bench = well();
    bench.situation.record_whole = false;
    expect(&mut bench, 4.0, &WIDE, 3.0, Reason::RecordGap);
}

#[test]
fn the_bound_of_prediction_is_that_of_the_sheet() {
    // At y = H: (120 - 70) / (1.3 * 10) = 3.846; at y = 100: (30 + 20 / 0.393) / 13 = 6.2223.
    let response = Some(Response {
        gain: 10.0,
        rest: 70.0,
    });
    let mut bench = Bench::with(|bout| bout.prescription.ceiling = mets(10.0));
    bench.seconds(15);
    bench.situation.response = response;
    expect(&mut bench, 9.0, &WIDE, 6.222_352, Reason::Prediction);
    let mut bench = Bench::with(|bout| bout.prescription.heart_rate_required = false);
    bench.granted(5.0);
    bench.heart_rate(120).seconds(15);
    bench.situation.response = response;
    expect(&mut bench, 5.0, &WIDE, 3.846_154, Reason::Prediction);
    bench.situation.response = None;
    let load = dispose(&mut bench, 5.0, &WIDE);
    assert_ne!(load.binding(), Reason::Prediction);
}

/// Gain and rest of the sheet's formula, at 5 METs: the bound is 5 where the mean of 10 s is 110.29.
fn predicting() -> Bench {
    let mut bench = well();
    bench.granted(5.0);
    bench.situation.response = Some(Response {
        gain: 10.0,
        rest: 70.0,
    });
    bench
}

#[test]
fn a_predicted_breach_lowers_load_in_the_call_of_its_reading_and_not_a_second_before() {
    let mut bench = predicting();
    // A beat a second: the mean of 10 s is 4.5 behind, 109.5 at 114 and 110.5 at 115.
    for rate in 101..=114 {
        bench.heart_rate(rate).second();
        bench.now = bench.now.before(Duration::from_millis(100));
        expect(&mut bench, 5.0, &WIDE, 5.0, Reason::AsProposed);
        bench.now = bench.now + Duration::from_millis(100);
    }
    // It holds before it lowers: ( 109.5 - 70 + (120 - 109.5) / 0.393 ) / 13.
    bench.now = bench.now.before(Duration::from_millis(100));
    expect(&mut bench, 6.0, &WIDE, 5.093_658, Reason::Prediction);
    bench.now = bench.now + Duration::from_millis(100);
    bench.heart_rate(115);
    let before = bench.now;
    bench.speak();
    assert_eq!(bench.now, before, "in its own call");
    expect(&mut bench, 5.0, &WIDE, 4.974_848, Reason::Prediction);
    assert!(!bench.fires(RuleId::HrLimit), "the limit is not met");
}

#[test]
fn a_predicted_breach_clears_with_its_mean_and_load_comes_back_by_the_ramp() {
    let mut bench = predicting();
    for rate in 101..=115 {
        bench.heart_rate(rate).second();
    }
    bench.now = bench.now.before(Duration::from_millis(100));
    let lowered = dispose(&mut bench, 5.0, &WIDE).granted();
    bench.now = bench.now + Duration::from_millis(100);
    bench.granted(lowered.get());
    // The mean rises for three seconds more, and is under 110.29 again with the eighth reading of 109.
    bench.heart_rate(109);
    let mut seconds = 0;
    let bounds = Bounds { rise: 0.01, ..WIDE };
    loop {
        bench.second();
        seconds += 1;
        bench.now = bench.now.before(Duration::from_millis(100));
        let load = dispose(&mut bench, 5.0, &bounds);
        bench.now = bench.now + Duration::from_millis(100);
        if load.binding() == Reason::Ramp {
            let risen = load.granted().get() - lowered.get();
            assert!((risen - 0.01).abs() < 1e-9, "{risen}");
            break;
        }
        assert_eq!(load.binding(), Reason::Prediction);
        assert!(load.granted() <= lowered);
        assert!(seconds < 20);
    }
    assert_eq!(seconds, 8, "the mean of the last ten");
}

#[test]
fn nothing_is_predicted_from_a_heart_rate_that_is_not_trusted_or_too_few_seconds_of_it() {
    let predicts = |bench: &mut Bench| {
        bench.now = bench.now.before(Duration::from_millis(100));
        let binding = dispose(bench, 6.0, &WIDE).binding();
        bench.now = bench.now + Duration::from_millis(100);
        binding == Reason::Prediction
    };
    let at_115 = || {
        let mut bench = predicting();
        bench.bout.prescription.heart_rate_required = false;
        for rate in 101..=115 {
            bench.heart_rate(rate).second();
        }
        bench
    };
    assert!(predicts(&mut at_115()));
    let mut silent = at_115();
    silent.strap = None;
    silent.seconds(2);
    assert!(predicts(&mut silent), "its last reading still counts");
    silent.seconds(1);
    assert!(!predicts(&mut silent));
    let mut stepped = at_115();
    stepped.heart_rate(130).second();
    assert!(!predicts(&mut stepped));
    let mut without_limits = at_115();
    without_limits.bout.prescription.heart_rate = None;
    assert!(!predicts(&mut without_limits));
    // Back after a long silence: five of the ten seconds are half of them.
    let mut back = at_115();
    back.strap = None;
    back.seconds(20);
    back.heart_rate(116).seconds(4);
    assert!(!predicts(&mut back));
    back.second();
    assert!(predicts(&mut back));
}

#[test]
fn in_atrial_fibrillation_a_breach_is_predicted_from_fifteen_seconds() {
    let mut bench = Bench::with(|bout| bout.patient.atrial_fibrillation = true);
    bench.granted(5.0).seconds(20);
    bench.situation.response = Some(Response {
        gain: 10.0,
        rest: 70.0,
    });
    // Of 15 s nine at 117 and six at 100 make 110.2, ten make 111.3; of 10 s seven would do.
    bench.heart_rate(117).seconds(9);
    bench.now = bench.now.before(Duration::from_millis(100));
    expect(&mut bench, 5.0, &WIDE, 5.0, Reason::AsProposed);
    bench.now = bench.now + Duration::from_millis(100);
    bench.second();
    bench.now = bench.now.before(Duration::from_millis(100));
    let load = dispose(&mut bench, 5.0, &WIDE);
    assert_eq!(load.binding(), Reason::Prediction);
}

#[test]
fn the_grant_follows_a_machine_that_gives_less() {
    let mut bench = well();
    bench.machine = Some(super::bench::report(60, 60));
    bench.situation.reported = Some(mets(2.2));
    bench.seconds(29);
    assert!(dispose(&mut bench, 3.0, &WIDE).granted().get() > 2.9);
    bench.seconds(2);
    expect(&mut bench, 3.0, &WIDE, 2.2, Reason::MachineFollows);
}

/// What a machine was found to give is its ceiling for ten minutes, and not for the call in which they are over.
#[test]
fn what_a_machine_was_found_to_give_is_its_ceiling_for_ten_minutes() {
    let mut bench = well();
    bench.machine = Some(super::bench::report(60, 60));
    bench.situation.reported = Some(mets(2.2));
    bench.seconds(31);
    expect(&mut bench, 3.0, &WIDE, 2.2, Reason::MachineFollows);
    let over = bench.situation.now + Duration::from_mins(10);
    bench.machine = Some(super::bench::report(80, 60));
    bench.situation.reported = Some(mets(3.0));
    while bench.now < over.before(Duration::from_millis(100)) {
        bench.tenth();
    }
    assert!(!bench.fires(RuleId::MachineBelowTarget));
    expect(&mut bench, 3.0, &WIDE, 2.2, Reason::MachineFollows);
    bench.tenth();
    expect(&mut bench, 3.0, &WIDE, 3.0, Reason::AsProposed);
}

#[derive(Debug, Clone)]
enum Step {
    Heart(u16),
    Oxygen(u8),
    NoStrap,
    NoFinger,
    Exertion(u8),
    Stop,
    Acknowledge,
    Resume,
    Seconds(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => prop_oneof![95_u16..=105, 115_u16..=135, 30_u16..=230].prop_map(Step::Heart),
        3 => prop_oneof![94_u8..=98, 78_u8..=92].prop_map(Step::Oxygen),
        1 => Just(Step::NoStrap),
        1 => Just(Step::NoFinger),
        1 => (12_u8..=18).prop_map(Step::Exertion),
        1 => Just(Step::Stop),
        2 => Just(Step::Acknowledge),
        1 => Just(Step::Resume),
        4 => (1_u8..=20).prop_map(Step::Seconds),
    ]
}

/// A step begins; gives how many tenths of a second it lasts.
fn take(bench: &mut Bench, step: &Step) -> u32 {
    match step {
        Step::Heart(value) => bench.strap = Some(rate(*value)),
        Step::Oxygen(value) => bench.saturation = Some(percent(*value)),
        Step::NoStrap => bench.strap = None,
        Step::NoFinger => bench.saturation = Some(super::bench::no_finger()),
        Step::Exertion(rating) => {
            bench.enter(Entry::PerceivedExertion(*rating));
        }
        Step::Stop => bench.turn(&Input::Tick, Stimulus::StopKey),
        Step::Acknowledge => {
            for alarm in bench
                .alarms
                .iter()
                .map(|alarm| alarm.rule)
                .collect::<Vec<_>>()
            {
                bench.acknowledge(alarm);
            }
        }
        Step::Resume => {
            let _ = bench.supervisor.resume();
        }
        Step::Seconds(seconds) => return u32::from(*seconds) * 10,
    }
    1
}

proptest! {
    /// Each moment of any session, judged with a prediction and without: with it there is never more.
    #[test]
    fn a_prediction_never_raises_what_is_granted(
        steps in proptest::collection::vec(step(), 1..60),
        proposed in 0.0_f64..8.0,
        rise in 0.0_f64..0.2,
        gain in 0.0_f64..60.0,
        rest in 40.0_f64..120.0,
    ) {
        let mut bench = Bench::held();
        let bounds = Bounds { rise, ..WIDE };
        for step in steps {
            let tenths = take(&mut bench, &step);
            for _ in 0..tenths {
                bench.tenth();
                bench.now = bench.now.before(Duration::from_millis(100));
                let mut without = bench.clone();
                without.situation.response = None;
                bench.situation.response = Some(Response { gain, rest });
                let foreseen = dispose(&mut bench, proposed, &bounds).granted();
                let blind = dispose(&mut without, proposed, &bounds).granted();
                prop_assert!(foreseen <= blind, "{foreseen} with, {blind} without");
                bench.granted(foreseen.get());
                bench.now = bench.now + Duration::from_millis(100);
            }
        }
    }

    /// Whatever happens: never above the proposal, the ceilings, the cap or the ramp; nothing while a stop is latched; no rise while a
    /// required signal is not trusted.
    #[test]
    fn limiters_never_raise(
        steps in proptest::collection::vec(step(), 1..60),
        proposed in 0.0_f64..8.0,
        cap in proptest::option::of(1.0_f64..6.0),
        machine in 2.0_f64..8.0,
        rise in 0.0_f64..0.2,
    ) {
        let mut bench = Bench::new();
        let bounds = Bounds {
            machine_ceiling: mets(machine),
            plausibility_cap: cap.map(mets),
            rise,
        };
        for step in steps {
            let tenths = take(&mut bench, &step);
            for _ in 0..tenths {
                bench.tenth();
                // What this turn judged holds for the instant that it was judged in.
                bench.now = bench.now.before(Duration::from_millis(100));
                let before = bench.situation.granted.get();
                let granted = dispose(&mut bench, proposed, &bounds).granted().get();
                prop_assert!(granted <= proposed + 1e-12);
                prop_assert!(granted <= 6.0_f64.min(machine) + 1e-12);
                prop_assert!(cap.is_none_or(|cap| granted <= cap + 1e-12));
                prop_assert!(granted <= before + rise + 1e-12);
                if bench.supervisor.verdict().stop_latched {
                    prop_assert!(granted <= 0.0);
                }
                if !bench.signals.heart_rate_trusted(bench.now)
                    || !bench.signals.saturation_trusted(bench.now)
                {
                    prop_assert!(granted <= before + 1e-12);
                }
                bench.granted(granted);
                bench.now = bench.now + Duration::from_millis(100);
            }
        }
    }
}

#[test]
fn what_happened_once_takes_load_away_until_a_person_has_seen_it() {
    let mut bench = beating();
    bench.enter(Entry::Ectopy);
    // 3 METs a minute, of which the first is taken at once.
    let after = follow(&mut bench, 4.0, 200);
    assert!((after - 2.0).abs() < 0.02, "{after} after 20 s");
    bench.acknowledge(RuleId::Ectopy);
    assert!(follow(&mut bench, 4.0, 10) > 3.9);
}

#[test]
fn a_latched_rule_that_is_over_takes_nothing_more_though_nobody_has_seen_it() {
    let mut bench = beating();
    bench.oxygen(89).seconds(20);
    bench.oxygen(84).now_is_whole();
    follow(&mut bench, 4.0, 40);
    bench.oxygen(95);
    follow(&mut bench, 4.0, 20);
    assert!(bench.fires(RuleId::Spo2Critical), "nobody has seen it");
    let reached = bench.situation.granted.get();
    assert!(reached > 1.0, "{reached}");
    let later = follow(&mut bench, 4.0, 200);
    assert!((later - reached).abs() < 1e-9, "{later} for {reached}");
}

#[test]
fn a_heart_that_does_not_answer_load_foretells_nothing() {
    let mut bench = predicting();
    bench.situation.response = Some(Response {
        gain: 0.0,
        rest: 200.0,
    });
    expect(&mut bench, 5.0, &WIDE, 5.0, Reason::AsProposed);
}

/// As for every upper limit: while two sources differ, and in atrial fibrillation always, the higher one counts.
#[test]
fn of_two_sources_that_differ_the_higher_is_foretold_from() {
    // At y = 118: (48 + 2 / 0.393) / 13 = 4.0838; at 108: (38 + 12 / 0.393) / 13 = 5.2719; at 100: 6.2224.
    for (fibrillates, pulse, bound) in [
        (false, 108, 6.222_352),
        (false, 118, 4.083_774),
        (true, 108, 5.271_873),
        (true, 118, 4.083_774),
    ] {
        let mut bench = Bench::with(|bout| {
            bout.prescription.ceiling = mets(10.0);
            bout.patient.atrial_fibrillation = fibrillates;
        });
        bench.granted(9.0);
        bench.pulse = Some(rate(pulse));
        bench.seconds(40);
        assert_eq!(
            bench.fires(RuleId::HrSourcesDiffer),
            !fibrillates && pulse > 110
        );
        bench.situation.response = Some(Response {
            gain: 10.0,
            rest: 70.0,
        });
        expect(&mut bench, 9.0, &WIDE, bound, Reason::Prediction);
    }
}
