//! Intervals by heart rate, and targets that a person moves.

use control::controller::Target;
use control::input::Action;
use control::outputs::Refusal;
use control::prescription::{BoutSetup, Mode};
use control::view::{PhaseKind, Reason};

use crate::bench::{Bench, constant, cycle, heart_rate_held, mets, setup, treadmill};
use crate::bumpless::four_by_four;

fn conditioning(bout: &BoutSetup) -> Bench {
    let belt = bout.prescription.belt.is_some();
    let mut bench = Bench::new(if belt { treadmill() } else { cycle() });
    bench.begin(bout);
    bench.run_to(PhaseKind::Conditioning);
    bench
}

fn rate(bench: &Bench) -> f64 {
    bench.station.view().target_heart_rate.expect("a target")
}

#[test]
fn intervals_by_heart_rate_take_turns_and_lead_to_both_targets() {
    let mut bout = setup(four_by_four(), false);
    bout.prescription.ramp_up = 4.0;
    bout.prescription.conditioning = core::time::Duration::from_mins(8);
    let mut bench = conditioning(&bout);
    bench.run(110);
    let view = bench.station.view();
    assert_eq!(view.interval, Some((1, true)));
    assert!((rate(&bench) - 112.0).abs() < 1e-9);
    let first_work = bench.granted();
    assert!(first_work > 3.0, "{first_work}");
    bench.run(20);
    assert_eq!(bench.station.view().interval, Some((1, false)));
    assert!((rate(&bench) - 95.0).abs() < 1e-9);
    assert!(bench.granted() < first_work - 0.5, "recovery at once");
    bench.run(220);
    assert_eq!(bench.station.view().interval, Some((2, true)));
    assert!(
        (bench.granted() - first_work).abs() > 0.02,
        "the second work is trimmed: {first_work}"
    );
}

#[test]
fn each_beat_of_an_interval_by_heart_rate_has_its_figures_in_the_journal() {
    let mut bench = conditioning(&setup(four_by_four(), false));
    let mut beats = 0;
    for _ in 0..200 {
        for input in bench.due() {
            bench.send(&input);
            if let Some(beat) = bench.last.decision.and_then(|decision| decision.beat) {
                beats += 1;
                assert!((beat.reference - 112.0).abs() < 1e-9, "{beat:?}");
                assert!(beat.feed_forward > 1.0, "{beat:?}");
            }
        }
    }
    assert_eq!(beats, 4);
}

#[test]
fn a_held_target_moves_by_two_within_its_zone_and_the_load_follows_slowly() {
    let mut bench = conditioning(&setup(heart_rate_held(), false));
    bench.run(240);
    let before = bench.granted();
    for target in [107.0, 109.0, 111.0, 113.0, 115.0] {
        bench.act(Action::TargetUp).expect("inside the zone");
        assert!((rate(&bench) - target).abs() < 1e-9);
    }
    assert_eq!(bench.act(Action::TargetUp), Err(Refusal::LimitReached));
    assert!(bench.granted() <= before + 1e-9, "never a step");
    bench.run(120);
    assert!(bench.granted() > before + 0.2, "and it follows");
    for _ in 0..12 {
        bench.act(Action::TargetDown).expect("above rest");
    }
    let notes = bench.station.view().notes;
    assert_eq!(notes.target, Some(Target::HeartRate(91.0)));
    assert_eq!(notes.target_ordered, Some(Target::HeartRate(105.0)));
    let high = bench.granted();
    bench.run(120);
    assert!(bench.granted() < high - 0.3);
    for _ in 0..20 {
        let _ = bench.act(Action::TargetDown);
    }
    assert_eq!(bench.act(Action::TargetDown), Err(Refusal::LimitReached));
    assert!(rate(&bench) > 78.0, "{}", rate(&bench));
}

#[test]
fn without_a_zone_a_target_stays_five_below_the_limit() {
    let mut bout = setup(heart_rate_held(), false);
    if let Some(limits) = bout.prescription.heart_rate.as_mut() {
        limits.zone = None;
        limits.upper = 112.0;
    }
    let mut bench = conditioning(&bout);
    bench.act(Action::TargetUp).expect("to 107");
    assert_eq!(bench.act(Action::TargetUp), Err(Refusal::LimitReached));
    assert!((rate(&bench) - 107.0).abs() < 1e-9);
}

#[test]
fn a_load_that_is_a_target_moves_by_five_watts_and_stays_under_its_ceiling() {
    let mut bout = setup(constant(), false);
    bout.prescription.ceiling = mets(3.7);
    let mut bench = conditioning(&bout);
    let step = 10.8 * 5.0 / (3.5 * 80.0);
    bench.act(Action::TargetDown).expect("above the least");
    let moved = mets(3.5 - step);
    assert_eq!(bench.station.view().notes.target, Some(Target::Load(moved)));
    bench.act(Action::TargetUp).expect("back");
    bench.act(Action::TargetUp).expect("a step more");
    bench.act(Action::TargetUp).expect("what is left of one");
    assert_eq!(bench.act(Action::TargetUp), Err(Refusal::LimitReached));
    bench.run(300);
    assert!((bench.granted() - 3.7).abs() < 1e-9);
    let mode = Mode::MetHeld { target: mets(3.0) };
    let mut bench = conditioning(&setup(mode, true));
    bench.act(Action::TargetUp).expect("there is room");
    let moved = Target::Load(mets(3.25));
    assert_eq!(bench.station.view().notes.target, Some(moved));
}

#[test]
fn a_target_is_not_raised_while_a_rule_acts_nor_moved_where_there_is_none() {
    let mut bench = conditioning(&setup(heart_rate_held(), false));
    bench.saturation = 87;
    bench.run(3);
    assert_eq!(bench.act(Action::TargetUp), Err(Refusal::LimitReached));
    bench.act(Action::TargetDown).expect("less is always taken");
    for mode in [
        Mode::ByHand,
        Mode::Interval {
            work: mets(3.0),
            work_for: core::time::Duration::from_mins(1),
            recovery: mets(2.0),
            recovery_for: core::time::Duration::from_mins(1),
            repeats: 5,
        },
    ] {
        let mut bench = conditioning(&setup(mode, false));
        assert_eq!(bench.act(Action::TargetDown), Err(Refusal::NoTarget));
        assert_eq!(bench.station.view().notes.target, None);
    }
    let mut bench = Bench::new(cycle());
    bench.begin(&setup(heart_rate_held(), false));
    assert_eq!(bench.act(Action::TargetDown), Err(Refusal::NotNow));
    let mut bench = conditioning(&setup(heart_rate_held(), false));
    bench.act(Action::LoadUp).expect("there is room");
    assert_eq!(bench.act(Action::TargetDown), Err(Refusal::NoTarget));
}

#[test]
fn in_intervals_the_target_of_the_turn_moves_and_recovery_stays_under_work() {
    let mut bench = conditioning(&setup(four_by_four(), false));
    bench.run(10);
    bench.act(Action::TargetDown).expect("above rest");
    assert!((rate(&bench) - 110.0).abs() < 1e-9);
    bench.run(120);
    for _ in 0..8 {
        let _ = bench.act(Action::TargetUp);
    }
    assert!((rate(&bench) - 110.0).abs() < 1e-9, "{}", rate(&bench));
    bench.run(120);
    assert!(
        (rate(&bench) - 110.0).abs() < 1e-9,
        "work's as it was moved"
    );
}

#[test]
fn a_dead_band_leaves_the_load_where_it_is() {
    let moved = |dead_band: f64| {
        let mut bout = setup(heart_rate_held(), false);
        bout.prescription.holding.dead_band = dead_band;
        bout.prescription.conditioning = core::time::Duration::from_mins(40);
        let mut bench = conditioning(&bout);
        bench.run(900);
        let mut sum = 0.0;
        for _ in 0..120 {
            let before = bench.granted();
            bench.run(5);
            sum += (bench.granted() - before).abs();
        }
        sum
    };
    let (without, with) = (moved(0.0), moved(1.0));
    assert!(with < 0.6 * without, "{without} and {with}");
}

#[test]
fn a_gain_that_does_not_fit_and_one_that_is_missing_are_said() {
    let mut bout = setup(heart_rate_held(), false);
    bout.prescription.mode = Mode::HeartRateHeld {
        target: 105.0,
        assessed_gain: Some(30.0),
        assessed_rest: Some(70.0),
    };
    let notes = conditioning(&bout).station.view().notes;
    assert!(notes.smaller_load, "{notes:?}");
    assert!(notes.gain_of_assessed.is_some_and(|share| share < 0.6));
    let fits = conditioning(&setup(heart_rate_held(), false));
    assert!(!fits.station.view().notes.smaller_load);
    bout.prescription.mode = Mode::HeartRateHeld {
        target: 105.0,
        assessed_gain: None,
        assessed_rest: None,
    };
    bout.prescription.heart_rate_required = false;
    let mut bench = Bench::new(cycle());
    bench.strap_on = false;
    bench.begin(&bout);
    bench.run_to(PhaseKind::Conditioning);
    assert!(bench.station.view().notes.without_gain);
    assert_eq!(bench.act(Action::TargetUp), Err(Refusal::NoTarget));
}

/// Where nobody wears a strap it is the same: a pulse from a moving finger has to be prescribed to lead the load.
#[test]
fn without_a_strap_too_it_has_to_be_prescribed() {
    for by_oximeter in [false, true] {
        let mut bout = setup(heart_rate_held(), false);
        bout.prescription.holding.by_oximeter = by_oximeter;
        bout.sensors.strap = false;
        let mut bench = Bench::new(cycle());
        bench.strap_on = false;
        bench.pulse = Some(0);
        bench.begin(&bout);
        bench.run_to(PhaseKind::Conditioning);
        let before = bench.granted();
        bench.run(60);
        assert_eq!(bench.granted() > before + 0.1, by_oximeter);
    }
}

/// A strap that is lost while the oximeter gives a good pulse: the load rises on it only where that is prescribed, and after 30 s.
#[test]
fn the_oximeters_pulse_holds_a_heart_rate_only_where_that_is_prescribed() {
    for by_oximeter in [false, true] {
        let mut bout = setup(heart_rate_held(), false);
        bout.prescription.holding.by_oximeter = by_oximeter;
        bout.prescription.conditioning = core::time::Duration::from_mins(40);
        let mut bench = conditioning(&bout);
        bench.pulse = Some(0);
        bench.run(30);
        bench.strap_on = false;
        bench.run(6);
        assert!(bench.station.view().notes.stands_in);
        let taken_over = bench.granted();
        bench.run(28);
        assert!(bench.granted() <= taken_over + 1e-9, "no rise for 30 s");
        bench.run(60);
        assert_eq!(bench.granted() > taken_over + 0.1, by_oximeter);
        if !by_oximeter {
            assert_eq!(bench.station.view().reason, Reason::SignalNotTrusted);
        }
    }
}
