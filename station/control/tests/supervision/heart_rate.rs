//! Rules of heart rate.

use control::input::HeartRateSource;
use control::prescription::Mode;
use control::rules::{LoadAct, Priority, RuleId};
use control::situation::Response;
use control::view::PhaseKind;

use super::bench::{Bench, rate};

fn with_defibrillator() -> Bench {
    Bench::with(|bout| {
        if let Some(limits) = bout.prescription.heart_rate.as_mut() {
            limits.icd_detection = Some(150.0);
        }
    })
}

/// Moves the heart rate by no more than the step rule allows, and lets it stand until every mean has it.
fn climb(bench: &mut Bench, from: u16, to: u16) {
    let mut at = from;
    while at != to {
        at = if at < to {
            (at + 2).min(to)
        } else {
            at.saturating_sub(2).max(to)
        };
        bench.heart_rate(at).second();
    }
    bench.seconds(20);
}

#[test]
fn over_its_zone_load_holds_after_twenty_seconds_of_the_mean_over_it() {
    let mut bench = Bench::new();
    climb(&mut bench, 100, 112);
    bench.seconds(60);
    assert!(!bench.fires(RuleId::HrOverZone), "112 is in the zone");
    // One reading of 113 among fifteen lifts the mean over 112.
    bench.heart_rate(113).expect_stages(RuleId::HrOverZone, 0);
    // Eight readings of 111 bring the mean under it again; then 20 s.
    bench.seconds(15).heart_rate(111);
    bench.now_is_whole().expect_end(RuleId::HrOverZone, 7 + 20);
}

#[test]
fn at_h_load_holds_falls_tells_and_ends_in_cool_down() {
    let mut bench = Bench::new();
    climb(&mut bench, 100, 119);
    bench.seconds(60);
    assert!(!bench.fires(RuleId::HrLimit), "119 is under H");
    bench.heart_rate(120).expect_stages(RuleId::HrLimit, 4);
    // The last stage latched: under H - 3 for long is not enough.
    climb(&mut bench, 120, 110);
    bench.seconds(60);
    assert_eq!(bench.act(RuleId::HrLimit), Some(LoadAct::CoolDown));
    bench.acknowledge(RuleId::HrLimit);
    assert!(!bench.fires(RuleId::HrLimit));
}

#[test]
fn under_h_less_three_for_fifteen_seconds_the_limit_ends_by_itself() {
    let mut bench = Bench::new();
    climb(&mut bench, 100, 119);
    bench.heart_rate(120).seconds(20);
    assert_eq!(bench.act(RuleId::HrLimit), Some(LoadAct::Fall));
    assert_eq!(bench.tell(RuleId::HrLimit), Some(Priority::Medium));
    bench.heart_rate(117).seconds(60);
    assert!(bench.fires(RuleId::HrLimit), "117 does not clear it");
    // All five of the mean have to be under 117 by one: the first reading of 116 makes the mean 116.8.
    bench.heart_rate(116).expect_end(RuleId::HrLimit, 15);
}

#[test]
fn a_condition_that_breaks_off_starts_its_time_anew() {
    let mut bench = Bench::new();
    climb(&mut bench, 100, 119);
    bench.heart_rate(120).seconds(8);
    assert_eq!(bench.act(RuleId::HrLimit), Some(LoadAct::Hold));
    bench.heart_rate(119).seconds(10);
    assert_eq!(
        bench.act(RuleId::HrLimit),
        Some(LoadAct::Hold),
        "not cleared"
    );
    bench.heart_rate(120).seconds(9);
    assert_eq!(bench.act(RuleId::HrLimit), Some(LoadAct::Hold));
    bench.second();
    assert_eq!(bench.act(RuleId::HrLimit), Some(LoadAct::Fall));
}

#[test]
fn a_denervated_heart_has_two_minutes_to_answer_the_reduction() {
    let mut bench = Bench::with(|bout| bout.patient.denervated = true);
    climb(&mut bench, 100, 119);
    bench.heart_rate(120).expect_stages(RuleId::HrLimit, 4);
}

#[test]
fn an_irregular_rhythm_is_judged_by_means_of_fifteen_seconds() {
    let mut bench = Bench::with(|bout| bout.patient.atrial_fibrillation = true);
    climb(&mut bench, 100, 119);
    bench.heart_rate(120).expect_stages(RuleId::HrLimit, 14);
}

#[test]
fn at_the_stop_limit_load_falls_at_once_and_stops_where_it_did_not_help() {
    let mut bench = Bench::new();
    climb(&mut bench, 100, 129);
    bench.seconds(60);
    assert!(!bench.fires(RuleId::HrStop), "129 is under S");
    bench.heart_rate(130).expect_stages(RuleId::HrStop, 2);
    assert!(bench.supervisor.verdict().stop_latched);
}

#[test]
fn the_stop_is_spared_where_the_heart_rate_fell_by_five() {
    let mut bench = Bench::new();
    climb(&mut bench, 100, 126);
    bench.heart_rate(134).seconds(9);
    assert_eq!(bench.act(RuleId::HrStop), Some(LoadAct::CoolDown));
    climb(&mut bench, 134, 130);
    bench.seconds(60);
    assert_eq!(
        bench.act(RuleId::HrStop),
        Some(LoadAct::Stop),
        "down by four is not enough"
    );

    let mut bench = Bench::new();
    climb(&mut bench, 100, 126);
    bench.heart_rate(134).second();
    bench.heart_rate(135).seconds(9);
    assert_eq!(bench.act(RuleId::HrStop), Some(LoadAct::CoolDown));
    climb(&mut bench, 135, 130);
    bench.seconds(60);
    assert_eq!(bench.act(RuleId::HrStop), Some(LoadAct::CoolDown));
}

#[test]
fn near_a_defibrillators_detection_load_falls_at_once_and_stops_after_three_seconds() {
    let mut bench = with_defibrillator();
    climb(&mut bench, 100, 139);
    assert!(!bench.fires(RuleId::HrIcd), "139 is more than 10 below");
    bench.heart_rate(140).expect_stages(RuleId::HrIcd, 0);
}

#[test]
fn near_a_defibrillators_detection_a_second_source_makes_it_stop_at_once() {
    // It agrees where it is within 10.
    for (pulse, act, tell) in [
        (130, LoadAct::Stop, Some(Priority::High)),
        (129, LoadAct::Fall, None),
    ] {
        let mut bench = with_defibrillator();
        bench.pulse = Some(rate(pulse));
        climb(&mut bench, 100, 139);
        bench.heart_rate(140);
        assert_ne!(bench.act(RuleId::HrIcd), Some(act), "{pulse}");
        bench.speak();
        assert_eq!(bench.act(RuleId::HrIcd), Some(act), "{pulse}");
        assert_eq!(bench.tell(RuleId::HrIcd), tell);
    }
}

#[test]
fn without_a_defibrillator_its_rule_is_off() {
    let mut bench = Bench::new();
    climb(&mut bench, 100, 180);
    assert!(!bench.fires(RuleId::HrIcd));
}

#[test]
fn a_slow_heart_under_load_holds_falls_and_ends_in_cool_down() {
    let mut bench = Bench::new();
    climb(&mut bench, 100, 40);
    bench.seconds(60);
    assert!(!bench.fires(RuleId::HrLow), "40 is not below 40");
    bench.heart_rate(39).expect_stages(RuleId::HrLow, 0);
}

/// Before there was a load a slow heart is no matter; then it is, whether a load is on or not.
#[test]
fn a_slow_heart_without_load_is_a_matter_once_exercise_has_begun() {
    for (phase, fires) in [
        (PhaseKind::Starting, false),
        (PhaseKind::WarmUp, true),
        (PhaseKind::Conditioning, true),
        (PhaseKind::CoolDown, true),
        (PhaseKind::Paused, true),
        (PhaseKind::Stopped, true),
        (PhaseKind::Recovery, true),
    ] {
        let mut bench = Bench::new();
        bench.granted(0.0).phase(phase);
        bench.situation.load_on = false;
        climb(&mut bench, 100, 40);
        bench.seconds(10);
        assert!(!bench.fires(RuleId::HrLow), "{phase:?}: 40 is not below 40");
        bench.heart_rate(39).seconds(16);
        let told = bench.tell(RuleId::HrLow);
        assert_eq!(told, fires.then_some(Priority::High), "{phase:?}");
    }
}

/// What it takes away is not its end.
#[test]
fn a_slow_heart_in_warm_up_is_told_of_though_its_load_went_with_that() {
    let mut bench = Bench::new();
    bench.phase(PhaseKind::WarmUp);
    climb(&mut bench, 100, 40);
    bench.heart_rate(39);
    for _ in 0..30 {
        if bench.act(RuleId::HrLow) < Some(LoadAct::Fall) {
            bench.second();
        }
    }
    bench.granted(1.0);
    bench.situation.load_on = false;
    bench.seconds(8);
    assert_eq!(bench.tell(RuleId::HrLow), Some(Priority::High));
}

/// After exercise the lower limit is 20 under the rest, and for whoever rests that low 5 under it.
#[test]
fn after_exercise_a_slow_heart_is_one_far_under_its_rest() {
    for (rest, lower, told_at) in [
        (None, 40.0, 39),
        (Some(70.0), 40.0, 49),
        (Some(55.0), 40.0, 39),
        (Some(42.0), 40.0, 36),
        (Some(47.0), 50.0, 41),
    ] {
        for (phase, limit) in [(PhaseKind::Stopped, told_at), (PhaseKind::Conditioning, 0)] {
            let mut bench = Bench::with(|bout| {
                if let Some(limits) = bout.prescription.heart_rate.as_mut() {
                    limits.lower = lower;
                }
            });
            bench.situation.resting_heart_rate = rest;
            bench.phase(phase);
            let exercise = if lower > 45.0 { 49 } else { 39 };
            let told_at = if limit == 0 { exercise } else { limit };
            climb(&mut bench, 100, told_at + 1);
            bench.seconds(20);
            assert!(!bench.fires(RuleId::HrLow), "{rest:?} {lower} {phase:?}");
            bench.heart_rate(told_at).seconds(18);
            assert!(bench.fires(RuleId::HrLow), "{rest:?} {lower} {phase:?}");
        }
    }
}

/// From 110 down by one each second.
fn plunge(bench: &mut Bench, to: u16) {
    bench.heart_rate(108).seconds(5);
    bench.heart_rate(110).seconds(40);
    for value in (to..110).rev() {
        bench.heart_rate(value).second();
    }
}

#[test]
fn a_plunge_of_more_than_twenty_in_thirty_seconds_acts() {
    let mut bench = Bench::new();
    plunge(&mut bench, 88);
    assert!(!bench.fires(RuleId::HrPlunge), "the mean is down by 20");
    bench.heart_rate(87).expect_stages(RuleId::HrPlunge, 0);
}

/// What was taken away explains four tenths of what those METs were worth, which is how far a heart goes in half a minute, and no more.
/// Nobody is believed to have a gain of 30.
#[test]
fn a_plunge_with_less_load_is_what_less_load_does_as_far_as_it_goes() {
    for (gain, lowered, to, fires) in [
        (None, 1.0, 87, false),
        (None, 1.0, 83, true),
        (None, 2.0, 82, false),
        (None, 2.0, 78, true),
        (Some(5.0), 2.0, 88, false),
        (Some(5.0), 2.0, 84, true),
        (Some(30.0), 2.0, 78, false),
        (Some(30.0), 2.0, 73, true),
        (None, 0.1, 90, false),
        (None, 0.1, 86, true),
    ] {
        let mut bench = if gain.is_some() {
            Bench::held()
        } else {
            Bench::new()
        };
        bench.beats = true;
        bench.situation.response = gain.map(|gain| Response { rest: 70.0, gain });
        bench.heart_rate(108).seconds(5);
        bench.heart_rate(110).seconds(40);
        bench.granted(3.0 - lowered);
        for value in (to..110).rev().step_by(2) {
            bench.heart_rate(value).second();
        }
        bench.heart_rate(to).seconds(4);
        assert_eq!(
            bench.fires(RuleId::HrPlunge),
            fires,
            "{gain:?} {lowered} {to}"
        );
    }
}

/// What the rule takes away itself does not explain what it acts upon.
#[test]
fn what_was_taken_away_since_it_began_explains_no_plunge() {
    let mut bench = Bench::new();
    plunge(&mut bench, 87);
    bench.seconds(6);
    assert_eq!(bench.act(RuleId::HrPlunge), Some(LoadAct::Fall));
    bench.granted(2.6).seconds(6);
    assert_eq!(bench.tell(RuleId::HrPlunge), Some(Priority::High));
}

#[test]
fn what_was_taken_away_long_ago_explains_no_plunge() {
    for (ago, fires) in [(80, false), (100, true)] {
        let mut bench = Bench::new();
        bench.beats = true;
        bench.heart_rate(108).seconds(5);
        bench.heart_rate(110).seconds(40);
        bench.granted(1.0).seconds(ago - 15);
        for value in (80..110).rev().step_by(2) {
            bench.heart_rate(value).second();
        }
        assert_eq!(bench.fires(RuleId::HrPlunge), fires, "{ago} s ago");
    }
}

/// Who faints does so after exercise too, sitting there without a load.
#[test]
fn a_plunge_after_exercise_calls_as_well() {
    for phase in [PhaseKind::Recovery, PhaseKind::Paused, PhaseKind::Stopped] {
        let mut bench = Bench::new();
        bench.granted(0.0).phase(phase);
        bench.situation.load_on = false;
        plunge(&mut bench, 88);
        assert!(!bench.fires(RuleId::HrPlunge), "{phase:?}");
        bench.heart_rate(87).seconds(12);
        assert_eq!(
            bench.tell(RuleId::HrPlunge),
            Some(Priority::High),
            "{phase:?}"
        );
    }
}

#[test]
fn a_fall_of_ten_in_a_minute_at_level_load_holds_and_then_falls() {
    let mut bench = Bench::new();
    bench.heart_rate(105).second();
    bench.heart_rate(110).seconds(70);
    bench.heart_rate(103).seconds(15);
    bench.heart_rate(101).seconds(15);
    assert!(!bench.fires(RuleId::HrFall));
    let mut short = bench.clone();
    short.seconds(30);
    assert!(!short.fires(RuleId::HrFall), "down by nine");
    bench = Bench::new();
    bench.heart_rate(105).second();
    bench.heart_rate(110).seconds(70);
    bench.heart_rate(103).seconds(15);
    bench.heart_rate(100).expect_stages(RuleId::HrFall, 14);
}

/// The work of an interval is over, and the heart comes down for minutes: through the recovery, and into the next work. It may in a
/// minute by ten and by 0.74 of what the METs were worth that were taken away: 18 beats each where nobody knows better.
#[test]
fn a_heart_falls_that_comes_down_by_ten_more_than_what_was_taken_away_was_worth() {
    for (gain, recovery, work_again_after, by, fires) in [
        (None, 2.0, None, 58, false),
        (None, 2.0, None, 72, true),
        (None, 2.0, Some(60), 58, false),
        (None, 1.5, None, 75, false),
        (Some(12.0), 2.0, None, 45, false),
        (Some(12.0), 2.0, None, 60, true),
        (Some(18.0), 2.0, None, 55, false),
        (Some(30.0), 2.0, None, 68, true),
        (Some(4.0), 2.0, None, 45, true),
    ] {
        let mut bench = if gain.is_some() {
            Bench::held()
        } else {
            Bench::new()
        };
        bench.beats = true;
        bench.situation.response = gain.map(|gain| Response { rest: 70.0, gain });
        bench.granted(3.0).heart_rate(139).second();
        bench.heart_rate(140).seconds(120);
        bench.granted(recovery);
        for second in 0..170_u16 {
            if work_again_after.is_some_and(|after| second >= after) {
                bench.granted(3.0);
            }
            bench.heart_rate(140 - second * by / 170).second();
        }
        let case = (gain, recovery, work_again_after, by);
        assert_eq!(bench.fires(RuleId::HrFall), fires, "{case:?}");
    }
}

#[test]
fn what_was_taken_away_three_minutes_ago_explains_no_fall() {
    for (ago, fires) in [(140, false), (240, true)] {
        let mut bench = Bench::new();
        bench.beats = true;
        bench.heart_rate(119).second();
        bench.heart_rate(120).seconds(60);
        bench.granted(1.0).seconds(ago - 60);
        for second in 0..90_u16 {
            bench.heart_rate(120 - second / 4).second();
        }
        assert_eq!(bench.fires(RuleId::HrFall), fires, "{ago} s ago");
    }
}

/// At the bottom a heart falls no more. What the fall took away stays away until the heart is where the load that is left would have it, or
/// a person has the patient go on.
#[test]
fn a_heart_that_stays_where_it_fell_to_is_not_back() {
    for (lies_at, is_back) in [(60, false), (87, true)] {
        let mut bench = Bench::held();
        bench.beats = true;
        bench.situation.response = Some(Response {
            rest: 70.0,
            gain: 12.0,
        });
        bench.granted(5.0).heart_rate(129).second();
        bench.heart_rate(130).seconds(80);
        for second in 0..(130 - lies_at) {
            bench.heart_rate(130 - second).second();
        }
        bench.granted(2.0).heart_rate(lies_at).seconds(30);
        assert!(bench.fires(RuleId::HrFall));
        for rule in [RuleId::HrFall, RuleId::HrPlunge] {
            bench.acknowledge(rule);
        }
        bench.seconds(120);
        assert_eq!(bench.fires(RuleId::HrFall), !is_back, "{lies_at}");
        let waiting: Vec<RuleId> = bench.supervisor.in_force().iter().collect();
        for rule in waiting {
            bench.acknowledge(rule);
        }
        // Not even a belt, that moves only where it may walk on, is kept by it.
        bench.phase(PhaseKind::Stopped).seconds(30);
        assert_eq!(bench.supervisor.resume_unless(LoadAct::Hold), Ok(()));
        bench.phase(PhaseKind::Conditioning);
        bench.seconds(5);
        assert!(!bench.fires(RuleId::HrFall), "{lies_at}");
    }
}

/// It fell under 110 - 10, and lies there to the last bit: over it is over it, and not at it.
#[test]
fn a_heart_that_lies_just_where_it_fell_to_is_not_back() {
    for (lies_at, is_back) in [(100, false), (101, true)] {
        let mut bench = Bench::held();
        bench.situation.response = Some(Response {
            rest: 70.0,
            gain: 12.0,
        });
        bench.heart_rate(109).second();
        bench.heart_rate(110).seconds(80);
        climb(&mut bench, 110, 98);
        bench.seconds(20);
        assert!(bench.fires(RuleId::HrFall));
        let told = bench
            .supervisor
            .tells()
            .find(|told| told.rule == RuleId::HrFall);
        let limit = told.and_then(|told| told.limit);
        assert!(
            limit.is_some_and(|limit| limit.total_cmp(&100.0).is_eq()),
            "{limit:?}"
        );
        bench.acknowledge(RuleId::HrFall);
        climb(&mut bench, 98, lies_at);
        bench.seconds(120);
        assert_eq!(bench.fires(RuleId::HrFall), !is_back, "{lies_at}");
    }
}

/// A cool-down takes load away, and its own heart rate explains itself; more than that is a fall there as well.
#[test]
fn a_heart_falls_in_a_cool_down_too() {
    for (by, fires) in [(8, false), (20, true)] {
        let mut bench = Bench::new();
        bench.beats = true;
        bench.phase(PhaseKind::CoolDown).granted(1.0);
        bench.heart_rate(109).second();
        bench.heart_rate(110).seconds(200);
        for second in 0..60_u16 {
            bench.heart_rate(110 - second * by / 60).second();
        }
        bench.seconds(15);
        assert_eq!(bench.fires(RuleId::HrFall), fires, "by {by}");
    }
}

#[test]
fn a_jump_of_more_than_thirty_in_ten_seconds_holds_and_asks() {
    let mut bench = Bench::new();
    bench.heart_rate(80).seconds(70);
    bench.heart_rate(110).seconds(20);
    assert!(!bench.fires(RuleId::HrJump), "by thirty");

    let mut bench = Bench::new();
    bench.heart_rate(80).seconds(70);
    bench.heart_rate(111).expect_stages(RuleId::HrJump, 2);
    assert!(!bench.signals.heart_rate_trusted(bench.now));
}

#[test]
fn a_jump_that_a_second_source_confirms_takes_load_away() {
    let mut bench = Bench::new();
    bench.pulse = Some(rate(104));
    bench.heart_rate(80).seconds(10);
    bench.heart_rate(112).seconds(3);
    assert_eq!(bench.act(RuleId::HrJump), Some(LoadAct::Fall));
    assert_eq!(bench.tell(RuleId::HrJump), Some(Priority::Medium));
}

#[test]
fn a_jump_after_more_load_is_what_more_load_does() {
    let mut bench = Bench::new();
    bench.heart_rate(80).seconds(70);
    bench.granted(3.1).seconds(30);
    bench.heart_rate(120).seconds(20);
    assert!(!bench.fires(RuleId::HrJump));
}

#[test]
fn a_rise_that_load_does_not_explain_is_told_after_thirty_seconds() {
    let mut bench = Bench::held();
    bench.situation.response = Some(Response {
        gain: 10.0,
        rest: 70.0,
    });
    bench.seconds(60);
    // Half a beat a second. By the means of ten, the rise over 30 s ago passes 10 with the reading of second 25: it is then
    // (0 + 0 + 1 + 1 + ... + 12)/10-wise 10.2 above 100, which was foretold to stay.
    let mut values = vec![100.0; 60];
    values.extend((0..120).map(|second| f64::from(100 + second / 2)));
    let mean = |last: usize| values[last - 9..=last].iter().sum::<f64>() / 10.0;
    let first = (60..180)
        .find(|now| {
            let then = mean(now - 30);
            mean(*now) - (then + 0.283 * (100.0 - then)) > 10.0
        })
        .expect("it rises");
    for second in 60..first + 30 {
        bench
            .heart_rate(100 + u16::try_from((second - 60) / 2).expect("short"))
            .second();
        assert!(!bench.fires(RuleId::HrUnexplained), "second {second}");
    }
    bench
        .heart_rate(100 + u16::try_from((first - 30) / 2).expect("short"))
        .second();
    assert_eq!(bench.tell(RuleId::HrUnexplained), Some(Priority::Low));
}

#[test]
fn a_rise_that_is_explained_again_for_fifteen_seconds_ends_its_notice() {
    let mut bench = Bench::held();
    bench.situation.response = Some(Response {
        gain: 10.0,
        rest: 70.0,
    });
    bench.seconds(60);
    climb(&mut bench, 100, 130);
    while !bench.fires(RuleId::HrUnexplained) {
        bench
            .heart_rate(130 + u16::try_from(bench.now.as_secs() % 2).expect("small"))
            .second();
    }
    // At once 40 lower: what was foretold 30 s ago was a good deal more.
    bench.situation.response = Some(Response {
        gain: 20.0,
        rest: 120.0,
    });
    bench.now_is_whole().expect_end(RuleId::HrUnexplained, 15);
}

/// A heart rate that lives, so that no rule of stillness speaks.
fn alive(bench: &mut Bench, around: u16, seconds: u64) {
    for second in 0..seconds {
        bench
            .heart_rate(around + u16::try_from(second % 2).expect("small"))
            .second();
    }
}

#[test]
fn load_that_rose_without_an_answer_holds_and_then_doubts_the_heart_rate() {
    let mut bench = Bench::new();
    bench.granted(2.0);
    alive(&mut bench, 100, 300);
    bench.granted(3.0);
    alive(&mut bench, 100, 120);
    assert!(!bench.fires(RuleId::HrNoRise));
    alive(&mut bench, 100, 1);
    assert_eq!(bench.act(RuleId::HrNoRise), Some(LoadAct::Hold));
    alive(&mut bench, 100, 59);
    assert!(!bench.fires(RuleId::HrNoRiseTold));
    alive(&mut bench, 100, 1);
    assert_eq!(bench.act(RuleId::HrNoRiseTold), Some(LoadAct::Hold));
    alive(&mut bench, 100, 29);
    assert_eq!(bench.tell(RuleId::HrNoRiseTold), None);
    assert!(bench.signals.heart_rate_trusted(bench.now));
    alive(&mut bench, 100, 1);
    assert_eq!(bench.tell(RuleId::HrNoRiseTold), Some(Priority::Medium));
    assert!(!bench.signals.heart_rate_trusted(bench.now));
}

/// A patient at 2 METs, then a heart rate that answers 1.5 METs more by so many beats.
fn answered_by(gain: Known, beats: u16) -> Bench {
    let mut bench = Bench::with(|bout| {
        bout.prescription.mode = Mode::HeartRateHeld {
            target: 110.0,
            assessed_gain: match gain {
                Known::Nowhere => None,
                Known::Assessed(gain) => Some(gain),
                Known::Today(gain) => Some(4.0 * gain),
            },
            assessed_rest: Some(70.0),
        };
    });
    if let Known::Today(gain) = gain {
        bench.situation.response = Some(Response { gain, rest: 70.0 });
    }
    bench.granted(2.0);
    alive(&mut bench, 100, 300);
    bench.granted(3.5);
    alive(&mut bench, 100, 60);
    // The whole of the minute that is looked at has the answer.
    alive(&mut bench, 100 + beats, 181 + 30 - 60 - 1);
    bench
}

/// By whom it is known how much a heart answers, in beats a minute for each MET.
#[derive(Debug, Clone, Copy)]
enum Known {
    Nowhere,
    Assessed(f64),
    Today(f64),
}

/// 1.5 METs are worth 6 beats to a heart of 4 a MET: two of them are a third, and an answer. What is ordered is 5.
#[test]
fn a_heart_that_answers_little_by_its_nature_is_spared_and_a_dead_strap_on_it_is_not() {
    let sound = [
        (Known::Assessed(4.0), 2),
        (Known::Today(4.0), 2),
        (Known::Nowhere, 5),
        (Known::Assessed(12.0), 5),
    ];
    for (gain, beats) in sound {
        let mut bench = answered_by(gain, beats);
        alive(&mut bench, 100 + beats, 60);
        assert!(!bench.fires(RuleId::HrNoRiseTold), "{gain:?} {beats}");
        // One beat less, or none, is no answer: told half a minute after the three, and not a second before.
        for less in [beats - 1, 0] {
            let mut bench = answered_by(gain, less);
            assert_eq!(bench.tell(RuleId::HrNoRiseTold), None, "{gain:?} {less}");
            alive(&mut bench, 100 + less, 1);
            let told = bench.tell(RuleId::HrNoRiseTold);
            assert_eq!(told, Some(Priority::Medium), "{gain:?} {less}");
            assert!(!bench.signals.heart_rate_trusted(bench.now), "{gain:?}");
        }
    }
}

/// A wave over the answer that passes within half a minute holds the load for as long and calls nobody.
#[test]
fn a_wave_that_hides_the_answer_for_less_than_half_a_minute_calls_nobody() {
    let mut bench = Bench::new();
    bench.granted(2.0);
    alive(&mut bench, 100, 300);
    bench.granted(3.0);
    alive(&mut bench, 100, 181);
    assert_eq!(bench.act(RuleId::HrNoRiseTold), Some(LoadAct::Hold));
    alive(&mut bench, 108, 1);
    for second in 0..60 {
        alive(&mut bench, 116, 1);
        assert_eq!(bench.tell(RuleId::HrNoRiseTold), None, "{second}");
        assert!(bench.signals.heart_rate_trusted(bench.now), "{second}");
    }
    assert!(!bench.fires(RuleId::HrNoRiseTold));
}

#[test]
fn an_answer_that_came_for_fifteen_seconds_ends_the_hold() {
    let mut bench = Bench::new();
    bench.granted(2.0);
    alive(&mut bench, 100, 300);
    bench.granted(2.5);
    alive(&mut bench, 100, 121);
    assert_eq!(bench.act(RuleId::HrNoRise), Some(LoadAct::Hold));
    // By the means of fifteen, 100.5 has become 103.5 or more when 13 of them are 104 or 103.
    let mut seconds = 0;
    while bench.fires(RuleId::HrNoRise) {
        alive(&mut bench, 104, 1);
        seconds += 1;
        assert!(seconds < 60, "it does not end");
    }
    assert_eq!(seconds, 28);
}

#[test]
fn load_that_rose_with_an_answer_is_well() {
    let mut bench = Bench::new();
    bench.granted(2.0);
    alive(&mut bench, 100, 300);
    bench.granted(2.5);
    alive(&mut bench, 103, 200);
    assert!(!bench.fires(RuleId::HrNoRise));
    assert!(!bench.fires(RuleId::HrNoRiseTold));
}

#[test]
fn a_slow_recovery_is_told_a_minute_after_the_end() {
    for (after, slow) in [(108, true), (107, false)] {
        let mut bench = Bench::new();
        climb(&mut bench, 100, 120);
        bench.phase(PhaseKind::CoolDown);
        climb(&mut bench, 120, after);
        let passed = bench.now.since(bench.situation.phase_since).as_secs();
        bench.seconds(60 - passed);
        assert!(!bench.fires(RuleId::HrRecovery));
        bench.second();
        assert_eq!(bench.fires(RuleId::HrRecovery), slow, "{after}");
        assert_eq!(bench.supervisor.keeps_cool_down(), slow);
    }
}

#[test]
fn a_slow_recovery_is_told_two_minutes_after_the_end() {
    for (after, slow) in [(98, true), (97, false)] {
        let mut bench = Bench::new();
        climb(&mut bench, 100, 120);
        bench.phase(PhaseKind::CoolDown);
        climb(&mut bench, 120, after);
        let passed = bench.now.since(bench.situation.phase_since).as_secs();
        bench.seconds(120 - passed);
        assert!(!bench.fires(RuleId::HrRecovery));
        bench.second();
        assert_eq!(bench.fires(RuleId::HrRecovery), slow, "{after}");
    }
}

#[test]
fn over_target_at_the_least_load_is_told_after_a_minute() {
    let mut bench = Bench::held();
    bench.situation.at_minimum = true;
    climb(&mut bench, 100, 115);
    bench.seconds(120);
    assert!(!bench.fires(RuleId::HrOverTargetAtMinimum));
    bench
        .heart_rate(116)
        .expect_stages(RuleId::HrOverTargetAtMinimum, 0);
    bench.heart_rate(114).now_is_whole().seconds(60);
    assert!(
        bench.fires(RuleId::HrOverTargetAtMinimum),
        "114 is over 113"
    );
    // The fifteenth reading of 113 leaves nothing above it in the mean; then 15 s.
    bench
        .heart_rate(113)
        .expect_end(RuleId::HrOverTargetAtMinimum, 14 + 15);
}

#[test]
fn under_target_at_the_cap_is_told_after_three_minutes() {
    let mut bench = Bench::held();
    bench.situation.at_cap = true;
    climb(&mut bench, 100, 105);
    bench.seconds(240);
    assert!(!bench.fires(RuleId::HrUnderTargetAtCap));
    bench
        .heart_rate(104)
        .expect_stages(RuleId::HrUnderTargetAtCap, 0);
    // All fifteen of the mean have to be 105: fifteen readings; then 15 s.
    bench.heart_rate(105).now_is_whole();
    bench.expect_end(RuleId::HrUnderTargetAtCap, 14 + 15);
}

#[test]
fn a_doubted_or_silent_heart_rate_fires_no_limit_and_pauses_those_that_wait() {
    let mut bench = Bench::new();
    climb(&mut bench, 100, 119);
    bench.heart_rate(120).seconds(8);
    assert_eq!(bench.act(RuleId::HrLimit), Some(LoadAct::Hold));
    // Contact is lost for a second: the fall comes a second later.
    bench.strap = Some(protocols::vocabulary::Reading::Missing(
        protocols::vocabulary::Absence::NoContact,
    ));
    bench.second();
    bench.heart_rate(120).second();
    assert_eq!(bench.act(RuleId::HrLimit), Some(LoadAct::Hold));
    bench.second();
    assert_eq!(bench.act(RuleId::HrLimit), Some(LoadAct::Fall));
    // Silence: `hr-lost` takes over, and what the limit did stays.
    bench.strap = None;
    bench.seconds(60);
    assert_eq!(bench.act(RuleId::HrLimit), Some(LoadAct::Fall));
    assert_eq!(bench.tell(RuleId::HrLimit), None);
    assert_eq!(bench.act(RuleId::HrLost), Some(LoadAct::CoolDown));
}

#[test]
fn outside_a_session_no_rule_of_heart_rate_speaks() {
    for phase in [PhaseKind::Ready, PhaseKind::Finished] {
        let mut bench = Bench::new();
        bench.phase(phase);
        climb(&mut bench, 100, 140);
        assert!(bench.supervisor.in_force().is_empty(), "{phase:?}");
    }
}

#[test]
fn while_sources_differ_the_higher_counts_above_and_the_lower_below() {
    let mut bench = Bench::new();
    bench.pulse = Some(rate(122));
    climb(&mut bench, 100, 110);
    bench.seconds(20);
    assert!(bench.fires(RuleId::HrSourcesDiffer));
    assert!(bench.fires(RuleId::HrLimit), "the pulse is over H");
    assert_eq!(bench.signals.lead(), Some(HeartRateSource::Strap));
}

#[test]
fn a_number_that_cannot_be_is_no_jump() {
    let mut bench = Bench::new();
    bench.heart_rate(100).seconds(70);
    bench.heart_rate(225).seconds(5);
    assert!(bench.fires(RuleId::HrImplausible));
    assert!(!bench.fires(RuleId::HrJump));
    assert!(!bench.fires(RuleId::HrStep), "nor a step");
}

#[test]
fn the_minute_of_recovery_begins_with_the_end_of_exercise_and_not_with_that_of_the_cool_down() {
    let mut bench = Bench::new();
    climb(&mut bench, 100, 120);
    bench.phase(PhaseKind::CoolDown).seconds(30);
    bench.phase(PhaseKind::Recovery).seconds(30);
    assert!(!bench.fires(RuleId::HrRecovery));
    bench.second();
    assert!(bench.fires(RuleId::HrRecovery), "120 after a minute");
}

#[test]
fn exercise_that_went_on_has_another_end() {
    let mut bench = Bench::new();
    climb(&mut bench, 100, 120);
    bench.phase(PhaseKind::CoolDown).seconds(50);
    bench.phase(PhaseKind::Conditioning).seconds(30);
    bench.phase(PhaseKind::CoolDown).seconds(60);
    assert!(!bench.fires(RuleId::HrRecovery), "a minute of this one");
    bench.second();
    assert!(bench.fires(RuleId::HrRecovery));
}

#[test]
fn a_look_at_recovery_that_comes_fifteen_seconds_late_tells_nothing() {
    // Nothing is trusted when the minute is over. After a silence the mean of five needs three readings: it is there at 74, or at 75 s.
    for (silent_until, told) in [(72, true), (73, false)] {
        let mut bench = Bench::new();
        climb(&mut bench, 100, 120);
        bench.phase(PhaseKind::CoolDown).seconds(50);
        bench.strap = None;
        bench.seconds(silent_until - 50);
        bench.heart_rate(118).seconds(5);
        assert_eq!(bench.fires(RuleId::HrRecovery), told, "{silent_until}");
    }
}
