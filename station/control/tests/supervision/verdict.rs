//! What the supervisor says of all rules together, and in which turn.

use core::time::Duration;

use control::input::{Entry, HeartRateSource, Input};
use control::rules::{LoadAct, RuleId};
use control::situation::{Bounds, LimitedLoad, Stimulus};
use control::view::PhaseKind;
use protocols::vocabulary::{MachineLoad, NetMets, Watts};

use super::bench::{Bench, mets, percent, rate, report};

#[test]
fn the_strongest_act_counts_and_of_equals_the_first_of_the_table() {
    let mut bench = Bench::new();
    bench.seconds(5);
    assert_eq!(bench.supervisor.verdict().act, None);
    assert!(!bench.supervisor.is_stopped());

    // Weaker first in the table, stronger behind it.
    bench.enter(Entry::PerceivedExertion(18));
    let weaker = bench.supervisor.verdict().act;
    assert!(weaker.is_some_and(|(act, rule)| act < LoadAct::Stop && rule == RuleId::RpeHigh));
    bench.enter(Entry::Symptom);
    let stopped = Some((LoadAct::Stop, RuleId::Symptom));
    assert_eq!(bench.supervisor.verdict().act, stopped);
    assert!(bench.supervisor.is_stopped());

    // Stronger first, weaker behind it.
    bench.situation.conditioning_over = true;
    bench.second();
    assert_eq!(bench.act(RuleId::TimeOver), Some(LoadAct::CoolDown));
    assert_eq!(bench.supervisor.verdict().act, stopped);

    // Two alike.
    bench.turn(&Input::Tick, Stimulus::StopKey);
    assert_eq!(bench.act(RuleId::OperatorStop), Some(LoadAct::Stop));
    assert_eq!(bench.supervisor.verdict().act, stopped);
    let acting = bench.supervisor.verdict().acting;
    for rule in [
        RuleId::RpeHigh,
        RuleId::Symptom,
        RuleId::TimeOver,
        RuleId::OperatorStop,
    ] {
        assert!(acting.contains(rule), "{rule}");
    }
}

/// The tenths of seconds, from now on, in which an act of this rule began.
fn begins(bench: &mut Bench, rule: RuleId, seconds: u64) -> Vec<u64> {
    let mut tenths = Vec::new();
    for tenth in 1..=seconds * 10 {
        bench.now = bench.now + Duration::from_millis(100);
        bench.turn(&Input::Tick, Stimulus::Tick);
        let mut began = bench.supervisor.verdict().began.contains(rule);
        if tenth % 10 == 5 {
            bench.read_rate(HeartRateSource::Strap, rate(100));
            began |= bench.supervisor.verdict().began.contains(rule);
            let sent_at = bench.now;
            let machine = Input::Machine {
                report: report(40, 60),
                sent_at,
            };
            bench.situation.machine_heard = Some(sent_at);
            bench.turn(&machine, Stimulus::Machine);
            began |= bench.supervisor.verdict().began.contains(rule);
        }
        if began {
            tenths.push(tenth);
        }
    }
    tenths
}

#[test]
fn an_act_begins_in_one_turn_and_a_stage_that_only_tells_begins_none() {
    let mut bench = Bench::new();
    bench.situation.told = Some(MachineLoad::Power(Watts::new(80).expect("in range")));
    bench.seconds(40);
    assert!(!bench.fires(RuleId::MachineBelowTarget));
    let begun = begins(&mut bench, RuleId::MachineBelowTarget, 60);
    assert_eq!(bench.act(RuleId::MachineBelowTarget), Some(LoadAct::Hold));
    assert_eq!(begun.len(), 1, "told after 15 s, held after 30: {begun:?}");
    assert!(begun[0] > 250, "{begun:?}");
}

#[test]
fn a_sign_is_judged_in_the_turn_that_brings_it_and_waits_for_no_tick() {
    let mut bench = Bench::new();
    bench.seconds(30);
    for value in 100..=150 {
        bench.now = bench.now + Duration::from_secs(1);
        bench.read_rate(HeartRateSource::Strap, rate(value));
    }
    assert!(bench.fires(RuleId::HrLimit));

    let mut bench = Bench::new();
    bench.seconds(30);
    for value in (80..=96).rev() {
        bench.now = bench.now + Duration::from_secs(1);
        let sent_at = bench.now;
        let reading = percent(value);
        bench.turn(&Input::Saturation { reading, sent_at }, Stimulus::Signals);
    }
    assert!(bench.fires(RuleId::Spo2Critical));
}

#[test]
fn what_was_entered_before_exercise_stays_until_the_session_is_over() {
    let mut bench = Bench::new();
    bench.phase(PhaseKind::Ready).seconds(5);
    bench.pressure(230, 120);
    assert!(bench.fires(RuleId::SbpHigh));
    // A person has seen it; the pressure is as high as before.
    bench.acknowledge(RuleId::SbpHigh);
    bench.seconds(5);
    assert!(bench.fires(RuleId::SbpHigh));
    bench.phase(PhaseKind::Finished).seconds(2);
    assert!(!bench.fires(RuleId::SbpHigh));
}

#[test]
fn a_machine_that_follows_is_not_blamed_for_a_new_bout() {
    let mut bench = Bench::new();
    bench.situation.told = Some(MachineLoad::Power(Watts::new(80).expect("in range")));
    bench.seconds(40);
    bench.supervisor.begin_bout();
    for _ in 0..30 {
        bench.tenth();
        assert!(!bench.fires(RuleId::MachineAboveTarget));
        assert!(!bench.fires(RuleId::MachineBelowTarget));
    }
}

#[test]
fn nobody_who_watches_is_counted_through_a_new_bout() {
    let fires_after = |begin: bool| {
        let mut bench = Bench::new();
        bench.seconds(5);
        bench.situation.watched = false;
        let mut tenths = 0;
        while !bench.fires(RuleId::NobodyWatches) {
            if begin && tenths == 15 {
                bench.supervisor.begin_bout();
            }
            bench.tenth();
            tenths += 1;
            assert!(tenths < 6_000, "it fires");
        }
        tenths
    };
    assert_eq!(fires_after(true), fires_after(false));
}

#[test]
fn a_fall_goes_on_from_what_is_left() {
    let mut bench = Bench::new();
    bench.situation.cool_down_load = mets(0.5);
    bench.granted(4.0).seconds(20);
    bench.enter(Entry::Angina(1));
    assert_eq!(bench.act(RuleId::Angina), Some(LoadAct::Fall));
    let bounds = Bounds {
        machine_ceiling: NetMets::MAX,
        plausibility_cap: None,
        rise: 0.0,
    };
    let fall_for = |bench: &mut Bench, tenths: u64| {
        for _ in 0..tenths {
            bench.tenth();
            bench.situation.now = bench.now;
            let left = bench.supervisor.dispose(
                LimitedLoad::proposed(mets(4.0)),
                &bench.situation,
                &bench.signals,
                &bench.bout,
                &bounds,
            );
            bench.situation.granted = left.load.granted();
        }
        bench.situation.granted.get()
    };
    let after_a_second = fall_for(&mut bench, 10);
    assert!((3.8..4.0).contains(&after_a_second), "{after_a_second}");
    // A person took half of it by hand: 3 MET a minute come off that, not off where it began.
    bench.granted(2.0);
    let after_twenty = fall_for(&mut bench, 200);
    assert!((0.9..1.1).contains(&after_twenty), "{after_twenty}");
}
