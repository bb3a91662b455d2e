//! Trust in heart rate: plausibility, age, standing still, cadence, two sources.

use core::time::Duration;

use control::input::{HeartRateSource, Input};
use control::rules::{LoadAct, Priority, RuleId};
use control::situation::Stimulus;
use control::view::{PhaseKind, Trust};
use proptest::prelude::*;
use protocols::vocabulary::{Absence, BeatsPerMinute, MachineReport, Reading, Timestamp};

use super::bench::{Bench, rate, report};

fn steady(value: u16) -> Bench {
    let mut bench = Bench::new();
    bench.heart_rate(value).seconds(15);
    bench
}

/// Seconds of good readings until the heart rate is trusted again.
fn seconds_to_trust(bench: &mut Bench) -> u64 {
    for second in 0..90 {
        bench.speak();
        if bench.signals.heart_rate_trusted(bench.now) {
            return second;
        }
        bench.now = bench.now + Duration::from_secs(1);
    }
    panic!("never trusted again");
}

#[test]
fn outside_thirty_to_two_hundred_and_twenty_nothing_is_believed() {
    for (value, believed) in [(30, true), (29, false), (220, true), (221, false)] {
        let mut bench = Bench::with(|bout| bout.patient.atrial_fibrillation = true);
        bench.heart_rate(value).second();
        assert_eq!(
            bench.signals.heart_rate_trusted(bench.now),
            believed,
            "{value}"
        );
        assert_eq!(bench.fires(RuleId::HrImplausible), !believed, "{value}");
    }
}

#[test]
fn an_implausible_source_is_trusted_again_after_ten_seconds_inside() {
    let mut bench = steady(100);
    bench.heart_rate(221).second();
    bench.heart_rate(100);
    assert_eq!(seconds_to_trust(&mut bench), 10);
    assert!(!bench.fires(RuleId::HrImplausible));
}

#[test]
fn a_glitch_on_the_way_makes_no_other_number_good() {
    // A strap that dries out: a value that cannot be, then about half the beats.
    let mut bench = steady(110);
    bench.heart_rate(225).second();
    bench.heart_rate(60).seconds(20);
    assert!(!bench.signals.heart_rate_trusted(bench.now));
    assert!(bench.fires(RuleId::HrStep));
    // The same the other way round.
    let mut bench = steady(110);
    bench.heart_rate(60).second();
    bench.heart_rate(225).second();
    bench.heart_rate(60).seconds(20);
    assert!(!bench.signals.heart_rate_trusted(bench.now));
    bench.heart_rate(110);
    assert_eq!(seconds_to_trust(&mut bench), 10);
}

#[test]
fn a_glitch_does_not_lengthen_what_a_step_takes_to_be_believed() {
    let mut bench = steady(100);
    bench.heart_rate(120).seconds(30);
    bench.heart_rate(225).second();
    bench.heart_rate(120);
    assert_eq!(seconds_to_trust(&mut bench), 29);
}

#[test]
fn more_than_eight_in_a_second_is_a_step() {
    for (to, step) in [(108, false), (109, true), (92, false), (91, true)] {
        let mut bench = steady(100);
        bench.heart_rate(to).second();
        assert_eq!(bench.fires(RuleId::HrStep), step, "{to}");
        assert_eq!(bench.signals.heart_rate_trusted(bench.now), !step, "{to}");
    }
}

#[test]
fn more_than_twenty_in_ten_seconds_is_a_step() {
    for (last, step) in [(120, false), (121, true)] {
        let mut bench = steady(100);
        for value in [105, 110, 115, last] {
            bench.heart_rate(value).second();
        }
        assert_eq!(bench.fires(RuleId::HrStep), step, "{last}");
    }
}

#[test]
fn in_an_irregular_rhythm_steps_are_what_it_does() {
    let mut bench = Bench::with(|bout| bout.patient.atrial_fibrillation = true);
    bench.heart_rate(80).seconds(15);
    bench.heart_rate(115).second();
    assert!(bench.signals.heart_rate_trusted(bench.now));
    assert!(!bench.fires(RuleId::HrStep));
}

#[test]
fn after_a_step_back_ten_good_seconds_bring_trust_back() {
    let mut bench = steady(100);
    bench.heart_rate(130).second();
    bench.heart_rate(100);
    assert_eq!(seconds_to_trust(&mut bench), 10);
}

#[test]
fn silence_breaks_the_run_that_brings_trust_back() {
    let mut bench = steady(100);
    bench.heart_rate(130).second();
    bench.heart_rate(100).seconds(8);
    bench.strap = None;
    bench.seconds(4);
    bench.heart_rate(100);
    assert_eq!(seconds_to_trust(&mut bench), 10);
}

#[test]
fn after_a_step_that_stays_trust_waits_for_a_tenth_of_a_beat_a_second() {
    let mut bench = steady(100);
    // 20 up: within 15 + 0.1 t after 50 s, and good for 10 s from then.
    bench.heart_rate(120);
    assert_eq!(seconds_to_trust(&mut bench), 60);
}

#[test]
fn after_a_step_that_a_second_source_confirms_ten_seconds_are_enough() {
    // 21 up. By 9 less it confirms: the step itself, and ten seconds. By 11 less it does not: within 15 + 0.1 t after 60 s, and ten. And
    // a machine that was apart before the step confirms no step.
    for (before, after, seconds) in [(118, 122, 11), (118, 120, 60 + 10), (122, 122, 60 + 10)] {
        let mut bench = Bench::with(|bout| bout.sensors.oximeter = false);
        machine_feels(&mut bench, before);
        bench.heart_rate(110).seconds(15);
        machine_feels(&mut bench, after);
        bench.heart_rate(131);
        assert_eq!(seconds_to_trust(&mut bench), seconds, "{before}, {after}");
    }
}

#[test]
fn a_second_source_that_stands_still_confirms_nothing() {
    for (stood_s, seconds) in [(30, 11), (50, 20 + 10)] {
        let mut bench = Bench::with(|bout| bout.sensors.oximeter = false);
        bench.beats = true;
        machine_feels(&mut bench, 119);
        bench.heart_rate(110).seconds(stood_s);
        bench.beats = false;
        // 17 up from 111: within 15 + 0.1 t after 20 s.
        bench.heart_rate(128);
        assert_eq!(seconds_to_trust(&mut bench), seconds, "{stood_s}");
    }
}

fn machine_feels(bench: &mut Bench, rate: u16) {
    bench.machine = Some(MachineReport {
        heart_rate: BeatsPerMinute::new(rate),
        ..report(80, 71)
    });
}

#[test]
fn what_a_step_hides_is_lost_by_its_age() {
    let mut bench = steady(100);
    bench.heart_rate(130);
    let last = bench.now.before(Duration::from_secs(1));
    bench.expect_stages_from(RuleId::HrLost, last, false);
}

#[test]
fn a_required_heart_rate_that_is_silent_acts_by_its_age() {
    let mut bench = steady(100);
    bench.strap = None;
    let last = bench.now.before(Duration::from_secs(1));
    bench.expect_stages_from(RuleId::HrLost, last, false);
    assert_eq!(bench.signals.heart_rate_view(bench.now).trust, Trust::Lost);
    bench.heart_rate(100).now_is_whole();
    bench.acknowledge(RuleId::HrLost);
    bench.expect_end(RuleId::HrLost, 10);
}

#[test]
fn a_short_silence_ends_by_itself() {
    let mut bench = steady(100);
    bench.strap = None;
    bench.seconds(12);
    assert_eq!(bench.tell(RuleId::HrLost), Some(Priority::Medium));
    bench.heart_rate(100).expect_end(RuleId::HrLost, 10);
}

#[test]
fn a_lost_heart_rate_that_nobody_requires_is_no_matter() {
    let mut bench = Bench::with(|bout| bout.prescription.heart_rate_required = false);
    bench.seconds(10);
    bench.strap = None;
    bench.seconds(60);
    assert!(!bench.fires(RuleId::HrLost));
}

#[test]
fn old_bytes_are_as_old_as_they_were_sent() {
    let mut bench = steady(100);
    bench.strap = None;
    bench.seconds(20);
    let input = Input::HeartRate {
        source: HeartRateSource::Strap,
        reading: rate(100),
        sent_at: bench.now.before(Duration::from_secs(5)),
    };
    bench.turn(&input, Stimulus::Signals);
    assert!(!bench.signals.heart_rate_trusted(bench.now));
    assert_eq!(bench.act(RuleId::HrLost), Some(LoadAct::Fall));
}

#[test]
fn after_a_gap_of_the_loop_nothing_counts_until_fresh_bytes_come() {
    let mut bench = steady(100);
    let gap = |bench: &mut Bench, lasted: u64| {
        let lasted = Duration::from_millis(lasted);
        bench.turn(&Input::LoopGap { lasted }, Stimulus::Surroundings);
    };
    gap(&mut bench, 250);
    assert!(bench.signals.heart_rate_trusted(bench.now));
    gap(&mut bench, 251);
    assert!(!bench.signals.heart_rate_trusted(bench.now));
    assert!(!bench.signals.saturation_trusted(bench.now));
    // What waited in the buffer was sent before.
    let input = Input::HeartRate {
        source: HeartRateSource::Strap,
        reading: rate(105),
        sent_at: bench.now.before(Duration::from_millis(50)),
    };
    let counted = bench.signals.heart_rate_mean(bench.now, 5);
    bench.turn(&input, Stimulus::Signals);
    assert!(!bench.signals.heart_rate_trusted(bench.now));
    assert_eq!(bench.signals.heart_rate_mean(bench.now, 5), counted);
    bench.now = bench.now + Duration::from_millis(100);
    bench.speak();
    assert!(bench.signals.heart_rate_trusted(bench.now));
}

#[test]
fn the_same_number_for_twenty_seconds_while_load_moves_holds() {
    let mut bench = Bench::new();
    bench.heart_rate(99).second();
    bench.heart_rate(100).second();
    bench.granted(3.2);
    bench.seconds(19);
    assert!(!bench.fires(RuleId::HrStill));
    bench.second();
    assert_eq!(bench.act(RuleId::HrStill), Some(LoadAct::Hold));
    assert_eq!(bench.tell(RuleId::HrStill), None);
    bench.heart_rate(101).second();
    assert!(!bench.fires(RuleId::HrStill));
}

#[test]
fn the_same_number_while_load_hardly_moves_is_no_matter() {
    let mut bench = Bench::new();
    bench.heart_rate(99).second();
    bench.heart_rate(100).second();
    bench.granted(3.19);
    bench.seconds(40);
    assert!(!bench.fires(RuleId::HrStill));
    assert!(!bench.fires(RuleId::HrStillLevel));
}

#[test]
fn the_same_number_for_forty_five_seconds_while_load_moves_is_doubted() {
    let mut bench = Bench::new();
    bench.heart_rate(99).second();
    bench.heart_rate(100).second();
    // As much as `hr-still` lets through before it holds, and not more.
    bench.granted(3.2);
    bench.seconds(44);
    assert!(!bench.fires(RuleId::HrStuck));
    assert!(bench.signals.heart_rate_trusted(bench.now));
    bench.second();
    assert_eq!(bench.tell(RuleId::HrStuck), Some(Priority::Low));
    assert!(!bench.signals.heart_rate_trusted(bench.now));
    assert_eq!(
        bench.signals.heart_rate_view(bench.now).doubted_by,
        Some(RuleId::HrStuck)
    );
    // The number moves: by itself again after ten seconds.
    let mut other = 100;
    for _ in 0..10 {
        other = 201 - other;
        bench.heart_rate(other).second();
        assert!(bench.fires(RuleId::HrStuck));
    }
    bench.heart_rate(103).second();
    assert!(!bench.fires(RuleId::HrStuck));
    bench.second();
    assert!(bench.signals.heart_rate_trusted(bench.now));
}

#[test]
fn a_number_that_moves_now_and_then_does_not_stand_still_any_more() {
    for readings_a_second in [1, 4] {
        let mut bench = steady(99);
        bench.heart_rate(100).second();
        bench.granted(3.3).seconds(46);
        assert!(bench.fires(RuleId::HrStuck));
        // As a strap says it: whole numbers, each for some seconds.
        for second in 0..12_u64 {
            bench.heart_rate(if second < 5 { 101 } else { 102 });
            bench.strap_speaks(readings_a_second);
        }
        assert!(!bench.fires(RuleId::HrStuck), "{readings_a_second} Hz");
    }
}

#[test]
fn a_denervated_heart_may_stand_still_while_its_load_waits() {
    let mut bench = Bench::with(|bout| bout.patient.denervated = true);
    bench.heart_rate(100).second();
    bench.granted(3.5).seconds(200);
    assert_eq!(bench.act(RuleId::HrStill), Some(LoadAct::Hold));
    assert_eq!(bench.tell(RuleId::HrStill), None);
    assert!(!bench.fires(RuleId::HrStuck));
    assert!(!bench.fires(RuleId::HrStillLevel));
}

#[test]
fn the_same_number_for_a_minute_at_level_load_is_asked_about() {
    let mut bench = Bench::new();
    bench.heart_rate(99).second();
    bench
        .heart_rate(100)
        .expect_stages(RuleId::HrStillLevel, 60);
    bench.heart_rate(101).second();
    assert!(!bench.fires(RuleId::HrStillLevel));
}

#[test]
fn a_number_that_follows_the_cadence_is_doubted_after_twenty_seconds() {
    let mut bench = Bench::new();
    bench.machine = Some(report(80, 60));
    bench.heart_rate(112).seconds(20);
    bench.heart_rate(120).seconds(5);
    // Cadence and the number move together: 60 to 65, 120 to 128.
    bench.machine = Some(report(80, 65));
    bench.heart_rate(128).seconds(15);
    assert!(!bench.fires(RuleId::HrCadenceLock));
    bench.second();
    assert_eq!(bench.act(RuleId::HrCadenceLock), Some(LoadAct::Hold));
    assert!(!bench.signals.heart_rate_trusted(bench.now));
    bench.machine = Some(report(80, 80));
    bench.expect_end(RuleId::HrCadenceLock, 10);
}

#[test]
fn a_number_that_happens_to_be_twice_the_cadence_is_believed() {
    let mut bench = Bench::new();
    bench.machine = Some(report(80, 60));
    bench.heart_rate(112).seconds(20);
    bench.heart_rate(120).seconds(120);
    assert!(!bench.fires(RuleId::HrCadenceLock));
}

#[test]
fn sources_that_differ_hold_and_those_far_apart_are_doubted() {
    let mut bench = Bench::new();
    bench.pulse = Some(rate(110));
    bench.heart_rate(100).seconds(60);
    assert!(!bench.fires(RuleId::HrSourcesDiffer), "by ten");

    let mut bench = Bench::new();
    bench.pulse = Some(rate(111));
    bench
        .heart_rate(100)
        .expect_stages(RuleId::HrSourcesDiffer, 4);
    assert!(!bench.fires(RuleId::HrSourcesApart));
    // One reading of 110 brings the mean of ten under eleven, and ten of them bring it to ten.
    bench.pulse = Some(rate(110));
    bench
        .now_is_whole()
        .expect_end(RuleId::HrSourcesDiffer, 9 + 15);

    let mut bench = Bench::new();
    bench.pulse = Some(rate(121));
    bench
        .heart_rate(100)
        .expect_stages(RuleId::HrSourcesApart, 4);
    assert!(!bench.signals.heart_rate_trusted(bench.now));
    bench.pulse = Some(rate(113));
    bench.now_is_whole().seconds(60);
    assert!(bench.fires(RuleId::HrSourcesApart), "13 apart");
    bench.pulse = Some(rate(110));
    bench.seconds(9).expect_end(RuleId::HrSourcesApart, 15);
}

#[test]
fn a_source_that_falls_silent_pauses_what_compares_it() {
    let mut bench = Bench::new();
    bench.pulse = Some(rate(115));
    bench.heart_rate(100).seconds(4 + 10);
    bench.pulse = Some(Reading::Missing(Absence::Searching));
    bench.seconds(4);
    bench.pulse = Some(rate(115));
    // Five seconds are left; the fifth reading is due with them.
    bench.seconds(5);
    assert!(!bench.fires(RuleId::HrSourcesDiffer));
    bench.second();
    assert!(bench.fires(RuleId::HrSourcesDiffer));
    // What ends it is paused as well.
    bench.pulse = Some(rate(109));
    bench.seconds(10 + 5);
    bench.pulse = Some(Reading::Missing(Absence::Searching));
    bench.seconds(60);
    assert!(bench.fires(RuleId::HrSourcesDiffer));
}

#[test]
fn a_cadence_that_comes_to_a_number_is_not_followed_by_it() {
    let mut bench = Bench::new();
    bench.machine = Some(report(80, 60));
    bench.heart_rate(112).seconds(20);
    bench.heart_rate(120).seconds(5);
    bench.machine = Some(report(80, 75));
    bench.seconds(15);
    bench.machine = Some(report(80, 60));
    bench.seconds(60);
    assert!(!bench.fires(RuleId::HrCadenceLock));
}

#[test]
fn in_an_irregular_rhythm_sources_may_differ_by_thirty() {
    let mut bench = Bench::with(|bout| bout.patient.atrial_fibrillation = true);
    bench.pulse = Some(rate(70));
    bench.heart_rate(100).seconds(90);
    assert!(!bench.fires(RuleId::HrSourcesDiffer));
    assert!(!bench.fires(RuleId::HrSourcesApart));
    let mut bench = Bench::with(|bout| bout.patient.atrial_fibrillation = true);
    bench.pulse = Some(rate(69));
    bench
        .heart_rate(100)
        .expect_stages(RuleId::HrSourcesDiffer, 14);
}

#[test]
fn the_oximeter_takes_over_from_a_silent_strap_after_five_seconds() {
    let mut bench = Bench::new();
    bench.pulse = Some(rate(98));
    bench.seconds(20);
    bench.strap = None;
    bench.seconds(4);
    assert_eq!(bench.signals.lead(), Some(HeartRateSource::Strap));
    bench.second();
    assert_eq!(bench.signals.lead(), Some(HeartRateSource::Oximeter));
    assert!(bench.signals.heart_rate_trusted(bench.now));
    assert!(bench.signals.took_over_lately(bench.now));
    assert!(libm_is(bench.signals.tighter_by(), 5.0));
    bench.seconds(30);
    assert!(!bench.signals.took_over_lately(bench.now));
    // The strap leads again after ten seconds of trust.
    bench.heart_rate(100).seconds(10);
    assert_eq!(bench.signals.lead(), Some(HeartRateSource::Oximeter));
    bench.second();
    assert_eq!(bench.signals.lead(), Some(HeartRateSource::Strap));
    assert!(libm_is(bench.signals.tighter_by(), 0.0));
}

#[test]
fn while_the_oximeter_stands_in_h_is_tighter_by_five() {
    let mut bench = Bench::new();
    bench.pulse = Some(rate(114));
    bench.heart_rate(114).seconds(20);
    bench.strap = None;
    bench.seconds(30);
    assert!(!bench.fires(RuleId::HrLimit), "114 is under 115");
    bench.pulse = Some(rate(115));
    bench.seconds(5);
    assert!(bench.fires(RuleId::HrLimit));
}

fn libm_is(value: f64, expected: f64) -> bool {
    (value - expected).abs() < 1e-9
}

#[derive(Debug, Clone)]
enum Said {
    Value(u16),
    Nothing,
    Silence,
    Old(u16, u64),
    Gap(u64),
}

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![
        6 => (95_u16..=105).prop_map(Said::Value),
        1 => (20_u16..=240).prop_map(Said::Value),
        1 => Just(Said::Nothing),
        2 => Just(Said::Silence),
        1 => ((90_u16..=110), (0_u64..20_000)).prop_map(|(value, age)| Said::Old(value, age)),
        1 => (0_u64..2_000).prop_map(Said::Gap),
    ]
}

proptest! {
    /// Whatever comes, a trusted heart rate is younger than three seconds, plausible, and was sent after the loop last stood still.
    #[test]
    fn trust_never_rests_on_anything_stale(script in proptest::collection::vec(said(), 1..120)) {
        let mut bench = Bench::new();
        let mut stood_still = Timestamp::ZERO;
        let mut fresh: Option<(u16, Timestamp)> = None;
        for said in script {
            match said {
                Said::Value(value) => {
                    let reading = Reading::good(BeatsPerMinute::new(value).expect("in range"));
                    bench.read_rate(HeartRateSource::Strap, reading);
                    fresh = Some((value, bench.now));
                }
                Said::Nothing => {
                    bench.read_rate(HeartRateSource::Strap, Reading::Missing(Absence::NoContact));
                    fresh = None;
                }
                Said::Silence => {}
                Said::Old(value, age) => {
                    let sent_at = bench.now.before(Duration::from_millis(age));
                    let reading = Reading::good(BeatsPerMinute::new(value).expect("in range"));
                    let input = Input::HeartRate { source: HeartRateSource::Strap, reading, sent_at };
                    bench.turn(&input, Stimulus::Signals);
                    if fresh.is_some_and(|(_, last)| sent_at >= last) && sent_at >= stood_still {
                        fresh = Some((value, sent_at));
                    }
                }
                Said::Gap(millis) => {
                    let lasted = Duration::from_millis(millis);
                    bench.turn(&Input::LoopGap { lasted }, Stimulus::Surroundings);
                    if millis > 250 {
                        stood_still = bench.now;
                    }
                }
            }
            for _ in 0..10 {
                bench.turn(&Input::Tick, Stimulus::Tick);
                if bench.signals.heart_rate_trusted(bench.now) {
                    let at = bench.signals.heart_rate_trusted_at().expect("trusted");
                    prop_assert!(bench.now.since(at) < Duration::from_secs(3));
                    prop_assert!(at >= stood_still);
                    let value = bench.signals.heart_rate(bench.now).expect("trusted");
                    prop_assert!((30.0..=220.0).contains(&value));
                }
                bench.now = bench.now + Duration::from_millis(100);
            }
        }
    }
}

#[test]
fn a_number_that_stands_still_is_asked_about_in_exercise_alone() {
    let mut bench = Bench::new();
    bench.phase(PhaseKind::Recovery);
    bench.heart_rate(99).second();
    bench.heart_rate(100).seconds(90);
    assert!(!bench.fires(RuleId::HrStillLevel));
}
