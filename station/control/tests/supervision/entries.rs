//! What a person measures, sees or does acts in the call that carries it.

use control::input::Entry;
use control::input::Input;
use control::outputs::Refusal;
use control::rules::{LoadAct, Priority, RuleId};
use control::situation::Stimulus;
use control::supervisor::Supervisor;
use control::view::PhaseKind;

use super::bench::{Bench, pressure};

fn expect(bench: &Bench, rule: RuleId, act: LoadAct, tell: Priority) {
    assert_eq!(
        bench.supervisor.standing(rule),
        (Some(act), Some(tell)),
        "{rule}"
    );
    bench.expect_shown_limit(rule);
}

#[test]
fn pressure_over_its_stop_ends_in_cool_down_and_with_symptoms_stops() {
    for (systolic, diastolic, fires) in [
        (250, 100, false),
        (251, 100, true),
        (200, 115, false),
        (200, 116, true),
    ] {
        let mut bench = Bench::new();
        bench.pressure(systolic, diastolic);
        assert_eq!(
            bench.fires(RuleId::SbpHigh),
            fires,
            "{systolic}/{diastolic}"
        );
        if fires {
            expect(&bench, RuleId::SbpHigh, LoadAct::CoolDown, Priority::High);
        }
    }
    let mut bench = Bench::new();
    bench.enter(pressure(251, 100, true));
    expect(&bench, RuleId::SbpHigh, LoadAct::Stop, Priority::High);
    assert!(bench.supervisor.verdict().stop_latched);
}

#[test]
fn pressure_over_its_stop_needs_a_repeat_in_range_and_a_person() {
    let mut bench = Bench::new();
    bench.pressure(260, 100).seconds(10);
    bench.acknowledge(RuleId::SbpHigh);
    assert!(bench.fires(RuleId::SbpHigh), "still 260");
    bench.pressure(200, 90).second();
    assert!(!bench.fires(RuleId::SbpHigh));
}

#[test]
fn a_lower_stop_of_the_prescription_wins() {
    let mut bench = Bench::with(|bout| bout.prescription.systolic_stop = 200);
    bench.pressure(200, 90);
    assert!(!bench.fires(RuleId::SbpHigh));
    bench.pressure(201, 90);
    assert!(bench.fires(RuleId::SbpHigh));
}

#[test]
fn pressure_high_for_training_takes_load_away_until_the_next_in_range() {
    for (systolic, diastolic, fires) in [
        (220, 100, false),
        (221, 100, true),
        (200, 105, false),
        (200, 106, true),
    ] {
        let mut bench = Bench::new();
        bench.pressure(systolic, diastolic);
        assert_eq!(bench.fires(RuleId::SbpHighTraining), fires);
    }
    let mut bench = Bench::new();
    bench.pressure(230, 90).seconds(120);
    expect(
        &bench,
        RuleId::SbpHighTraining,
        LoadAct::Fall,
        Priority::Medium,
    );
    bench.pressure(215, 90).second();
    assert!(!bench.fires(RuleId::SbpHighTraining));
}

#[test]
fn pressure_that_drops_while_load_rose_ends_in_cool_down() {
    for (systolic, load, fires) in [(150, 3.0, false), (149, 3.0, true), (140, 2.0, false)] {
        let mut bench = Bench::new();
        bench.granted(2.0).pressure(160, 80);
        bench.granted(load).pressure(systolic, 80);
        assert_eq!(bench.fires(RuleId::SbpDrop), fires, "{systolic} at {load}");
    }
    let mut bench = Bench::new();
    bench.granted(2.0).pressure(160, 80);
    bench.granted(3.0).enter(pressure(140, 80, true));
    expect(&bench, RuleId::SbpDrop, LoadAct::Stop, Priority::High);
}

#[test]
fn pressure_that_does_not_rise_with_load_holds() {
    for (systolic, load, fires) in [(131, 3.0, false), (130, 3.0, true), (130, 2.9, false)] {
        let mut bench = Bench::new();
        bench.phase(PhaseKind::Ready).granted(0.0).pressure(130, 80);
        bench
            .phase(PhaseKind::Conditioning)
            .granted(load)
            .pressure(systolic, 85);
        assert_eq!(
            bench.fires(RuleId::SbpNoRise),
            fires,
            "{systolic} at {load}"
        );
    }
}

/// Every two minutes of an hour and a half: what rest and the lower loads were is asked for at the end as at the beginning.
#[test]
fn however_many_pressures_there_are_those_that_rules_hold_others_against_stay() {
    let mut bench = Bench::new();
    bench.phase(PhaseKind::Ready).granted(0.0).pressure(150, 80);
    bench.phase(PhaseKind::Conditioning);
    bench.granted(2.0).pressure(170, 80);
    for _ in 0..45 {
        bench.granted(3.0).pressure(165, 80);
    }
    let mut drops = bench.clone();
    drops.granted(3.0).pressure(159, 75);
    assert!(drops.fires(RuleId::SbpDrop), "against the 170 at 2 METs");
    assert!(!drops.fires(RuleId::PulsePressure));
    let mut narrows = bench.clone();
    narrows.granted(3.0).pressure(165, 85);
    assert!(narrows.fires(RuleId::PulsePressure), "against 90 at 2 METs");
    bench.granted(3.0).pressure(150, 70);
    assert!(bench.fires(RuleId::SbpNoRise), "against the 150 of rest");
}

#[test]
fn pulse_pressure_that_falls_with_rising_load_holds() {
    for (diastolic, fires) in [(89, false), (90, true)] {
        let mut bench = Bench::new();
        bench.granted(2.0).pressure(160, 80);
        bench.granted(2.1).pressure(160, diastolic);
        assert_eq!(bench.fires(RuleId::PulsePressure), fires, "{diastolic}");
    }
}

#[test]
fn pulse_pressure_that_falls_while_load_does_not_rise_is_no_matter() {
    for load in [2.0, 1.5] {
        let mut bench = Bench::new();
        bench.granted(2.0).pressure(160, 80);
        bench.granted(load).pressure(160, 100);
        assert!(!bench.fires(RuleId::PulsePressure), "{load}");
    }
}

#[test]
fn fast_breathing_or_a_jump_of_it_takes_load_away() {
    for (before, breaths, fires) in [
        (35, 40, false),
        (35, 41, true),
        (20, 29, false),
        (20, 30, true),
    ] {
        let mut bench = Bench::new();
        bench.enter(Entry::Breathing(before));
        assert!(!bench.fires(RuleId::Breathing));
        bench.enter(Entry::Breathing(breaths));
        assert_eq!(bench.fires(RuleId::Breathing), fires, "{before} {breaths}");
    }
}

#[test]
fn exertion_above_the_prescribed_takes_load_away_until_the_next_in_range() {
    let mut bench = Bench::new();
    bench.enter(Entry::PerceivedExertion(14));
    assert!(!bench.fires(RuleId::RpeHigh));
    bench.enter(Entry::PerceivedExertion(15)).seconds(100);
    expect(&bench, RuleId::RpeHigh, LoadAct::Fall, Priority::Medium);
    bench.enter(Entry::PerceivedExertion(16));
    expect(&bench, RuleId::RpeHigh, LoadAct::Fall, Priority::Medium);
    bench.enter(Entry::PerceivedExertion(17));
    expect(&bench, RuleId::RpeHigh, LoadAct::CoolDown, Priority::Medium);
    bench.enter(Entry::PerceivedExertion(14)).second();
    assert!(!bench.fires(RuleId::RpeHigh));
}

#[test]
fn dyspnoea_above_the_prescribed_takes_load_away() {
    let mut bench = Bench::new();
    bench.enter(Entry::Dyspnoea(6));
    assert!(!bench.fires(RuleId::DyspnoeaHigh));
    bench.enter(Entry::Dyspnoea(7));
    expect(
        &bench,
        RuleId::DyspnoeaHigh,
        LoadAct::Fall,
        Priority::Medium,
    );
    bench.enter(Entry::Dyspnoea(8));
    expect(
        &bench,
        RuleId::DyspnoeaHigh,
        LoadAct::CoolDown,
        Priority::Medium,
    );
    bench.enter(Entry::Dyspnoea(5)).second();
    assert!(!bench.fires(RuleId::DyspnoeaHigh));
}

#[test]
fn angina_takes_load_away_and_from_two_on_stops() {
    let mut bench = Bench::new();
    bench.enter(Entry::Angina(0));
    assert!(!bench.fires(RuleId::Angina));
    bench.enter(Entry::Angina(1));
    expect(&bench, RuleId::Angina, LoadAct::Fall, Priority::Medium);
    bench.enter(Entry::Angina(2));
    expect(&bench, RuleId::Angina, LoadAct::Stop, Priority::High);
    // No pain any more, and still a person has to acknowledge.
    bench.enter(Entry::Angina(0)).second();
    expect(&bench, RuleId::Angina, LoadAct::Stop, Priority::High);
    bench.acknowledge(RuleId::Angina);
    assert!(!bench.fires(RuleId::Angina));
    assert!(bench.supervisor.verdict().stop_latched);
}

#[test]
fn claudication_waits_until_the_pain_is_gone_and_a_person_resumes() {
    let mut bench = Bench::new();
    bench.enter(Entry::Claudication(2));
    assert!(!bench.fires(RuleId::Claudication));
    bench.enter(Entry::Claudication(3)).seconds(10);
    expect(
        &bench,
        RuleId::Claudication,
        LoadAct::ZeroWait,
        Priority::Low,
    );
    assert_eq!(bench.supervisor.resume(), Err(Refusal::ConditionHolds));
    bench.enter(Entry::Claudication(1)).seconds(10);
    assert_eq!(bench.supervisor.resume(), Err(Refusal::ConditionHolds));
    bench.enter(Entry::Claudication(0)).seconds(10);
    assert!(bench.fires(RuleId::Claudication), "nobody has resumed");
    assert_eq!(bench.supervisor.resume(), Ok(()));
    assert!(!bench.fires(RuleId::Claudication));
}

#[test]
fn what_a_person_sees_stops_or_takes_load_away_until_a_person_acknowledges() {
    for (entry, rule, act) in [
        (Entry::PoorPerfusion, RuleId::PoorPerfusion, LoadAct::Stop),
        (Entry::Ectopy, RuleId::Ectopy, LoadAct::Fall),
        (Entry::Arrhythmia, RuleId::Arrhythmia, LoadAct::Stop),
        (Entry::Symptom, RuleId::Symptom, LoadAct::Stop),
    ] {
        let mut bench = Bench::new();
        bench.enter(entry);
        expect(&bench, rule, act, Priority::High);
        let latched = bench.supervisor.verdict().stop_latched;
        assert_eq!(latched, act == LoadAct::Stop, "{rule}");
        bench.seconds(100);
        expect(&bench, rule, act, Priority::High);
        if latched {
            assert_eq!(bench.supervisor.resume(), Err(Refusal::AcknowledgeFirst));
        }
        for seen in [rule, RuleId::Unacknowledged] {
            bench.acknowledge(seen);
        }
        assert!(!bench.fires(rule));
        assert_eq!(bench.supervisor.verdict().stop_latched, latched);
        assert_eq!(bench.supervisor.resume(), Ok(()));
        assert!(!bench.supervisor.verdict().stop_latched);
    }
}

/// Brings it in every phase, and looks at what it did in its own call.
fn in_every_phase(stop: Stimulus, rule: RuleId, priority: Priority, look: impl Fn(&Bench)) {
    for phase in PhaseKind::ALL {
        let mut bench = Bench::new();
        bench.phase(phase);
        bench.turn(&Input::Tick, stop);
        expect(&bench, rule, LoadAct::Stop, priority);
        assert!(bench.supervisor.verdict().stop_latched);
        assert!(bench.supervisor.verdict().began.contains(rule));
        look(&bench);
    }
}

#[test]
fn the_stop_key_stops_in_every_phase_and_in_the_same_call() {
    in_every_phase(
        Stimulus::StopKey,
        RuleId::OperatorStop,
        Priority::Medium,
        |_| {},
    );
}

#[test]
fn the_emergency_stop_stops_opens_the_relay_and_calls_in_every_phase_and_in_the_same_call() {
    in_every_phase(
        Stimulus::EmergencyStop,
        RuleId::EmergencyStop,
        Priority::High,
        |bench| {
            assert!(bench.supervisor.verdict().relay_open);
            assert!(!bench.fires(RuleId::OperatorStop));
        },
    );
}

#[test]
fn an_entry_off_its_scale_is_refused() {
    for entry in [
        Entry::PerceivedExertion(5),
        Entry::PerceivedExertion(21),
        Entry::Dyspnoea(11),
        Entry::Angina(5),
        Entry::Claudication(5),
        Entry::Breathing(0),
        Entry::Glucose(19),
        Entry::Glucose(601),
        Entry::OxygenFlow(15_001),
        pressure(80, 80, false),
        pressure(80, 0, false),
    ] {
        assert_eq!(
            Supervisor::check(entry),
            Err(Refusal::OutOfRange),
            "{entry:?}"
        );
    }
    for entry in [
        Entry::PerceivedExertion(6),
        Entry::PerceivedExertion(20),
        Entry::Dyspnoea(10),
        Entry::Claudication(4),
        Entry::Breathing(99),
        Entry::Glucose(20),
        Entry::Glucose(600),
        Entry::OxygenFlow(0),
        Entry::OxygenFlow(15_000),
        pressure(120, 80, false),
        Entry::Symptom,
    ] {
        assert_eq!(Supervisor::check(entry), Ok(()), "{entry:?}");
    }
}

/// Glucose and oxygen are kept for people: whatever they are, nothing stands after them that did not stand before.
#[test]
fn no_rule_looks_at_glucose_or_oxygen() {
    let mut bench = Bench::new();
    bench.seconds(10);
    let before = bench.supervisor.verdict();
    for entry in [
        Entry::Glucose(20),
        Entry::Glucose(600),
        Entry::OxygenFlow(0),
        Entry::OxygenFlow(15_000),
    ] {
        bench.enter(entry).second();
        assert_eq!(bench.supervisor.verdict(), before, "{entry:?}");
    }
}

#[test]
fn an_entry_of_another_kind_ends_nothing() {
    let mut bench = Bench::new();
    bench.enter(Entry::PerceivedExertion(15));
    bench.enter(Entry::Dyspnoea(2)).pressure(140, 80);
    bench.seconds(60);
    assert!(bench.fires(RuleId::RpeHigh));
}
