//! What the supervisor says of all rules together, and in which turn.

use core::time::Duration;

use control::input::{Entry, HeartRateSource, Input};
use control::rules::{LoadAct, RuleId};
use control::situation::Stimulus;
use control::view::PhaseKind;
use protocols::vocabulary::{MachineLoad, Watts};

use super::bench::{Bench, percent, rate, report};

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
    bench.seconds(5);
    assert!(bench.fires(RuleId::SbpHigh));
    bench.acknowledge(RuleId::SbpHigh);
    bench.phase(PhaseKind::Finished).seconds(2);
    assert!(!bench.fires(RuleId::SbpHigh));
}
