//! Corners: two things at once, an action out of its order, a figure at its edge.

use std::time::Duration;

use control::input::{Action, Entry, HeartRateSource, Input};
use control::outputs::Refusal;
use control::prescription::Mode;
use control::rules::RuleId;
use control::view::{PhaseKind, Trust};
use protocols::vocabulary::{
    BeatsPerMinute, MachineCommand, MachineLoad, MillimetresOfMercury, Reading, Watts,
};

use crate::bench::{Bench, constant, cycle, setup, treadmill};

fn under_way(belt: bool) -> Bench {
    let mut bench = Bench::new(if belt { treadmill() } else { cycle() });
    bench.begin(&setup(constant(), belt));
    bench.run_to(PhaseKind::Conditioning);
    bench.run(180);
    bench
}

#[test]
fn a_resume_that_is_refused_does_not_end_an_emergency_stop() {
    let mut bench = under_way(false);
    bench.act(Action::EmergencyStop).expect("always taken");
    bench
        .act(Action::Enter(Entry::PerceivedExertion(18)))
        .expect("on its scale");
    bench.act(Action::AcknowledgeAll).expect("always taken");
    bench.run(1);
    assert_eq!(bench.act(Action::Resume), Err(Refusal::ConditionHolds));
    assert!(bench.last.relay_open, "nobody has gone on");
    bench
        .act(Action::Enter(Entry::PerceivedExertion(12)))
        .expect("on its scale");
    bench.act(Action::Resume).expect("nothing holds any more");
    assert!(!bench.last.relay_open);
}

#[test]
fn a_resume_that_is_refused_does_not_end_a_pause() {
    let mut bench = under_way(false);
    bench
        .act(Action::Enter(Entry::Breathing(45)))
        .expect("on its scale");
    bench
        .act(Action::Enter(Entry::Claudication(3)))
        .expect("on its scale");
    assert_eq!(bench.station.phase(), PhaseKind::Paused);
    bench
        .act(Action::Enter(Entry::Claudication(0)))
        .expect("on its scale");
    bench.run(5);
    assert_eq!(bench.station.phase(), PhaseKind::Paused);
    assert_eq!(bench.act(Action::Resume), Err(Refusal::AcknowledgeFirst));
    bench.run(1);
    assert_eq!(bench.station.phase(), PhaseKind::Paused);
}

#[test]
fn rising_ectopy_takes_load_away_until_a_person_has_seen_it() {
    let mut bench = under_way(false);
    let before = bench.granted();
    bench
        .act(Action::Enter(Entry::Ectopy))
        .expect("on its scale");
    assert!(bench.granted() < before, "in the call that carries it");
    bench.run(20);
    assert!(
        (bench.granted() - (before - 1.0)).abs() < 0.11,
        "3 MET/min: {before} then {}",
        bench.granted()
    );
    bench
        .act(Action::Acknowledge(RuleId::Ectopy))
        .expect("raised");
    let least = bench.granted();
    bench.run(20);
    assert!(bench.granted() > least, "it comes back by the ramp");
}

#[test]
fn an_alarm_that_comes_again_is_not_acknowledged_yet() {
    let mut bench = under_way(false);
    bench.act(Action::Stop).expect("always taken");
    bench.act(Action::AcknowledgeAll).expect("always taken");
    bench.act(Action::Resume).expect("seen");
    bench.run(1);
    bench.act(Action::Stop).expect("always taken");
    let alarm = bench
        .station
        .alarms()
        .find(|alarm| alarm.rule == RuleId::OperatorStop)
        .expect("raised");
    assert!(!alarm.acknowledged);
    assert!(bench.last.alarms.raised.contains(RuleId::OperatorStop));
    assert_eq!(bench.act(Action::Acknowledge(RuleId::OperatorStop)), Ok(()));
}

#[test]
fn a_stop_that_follows_an_acknowledged_cool_down_has_to_be_seen_too() {
    let mut bench = under_way(false);
    bench.gain = 0.0;
    // Up by a beat a second, to stay plausible.
    bench.heart_rate = 100;
    bench.run(15);
    while bench.heart_rate < 142 {
        bench.heart_rate += 1;
        bench.run(1);
    }
    bench.run(8);
    assert!(bench.has_alarm(RuleId::HrStop), "{:?}", bench.raised);
    bench.act(Action::AcknowledgeAll).expect("always taken");
    while bench.station.phase() != PhaseKind::Stopped {
        bench.run(1);
    }
    let alarm = bench
        .station
        .alarms()
        .find(|alarm| alarm.rule == RuleId::HrStop)
        .expect("raised");
    assert!(!alarm.acknowledged);
    while bench.heart_rate > 90 {
        bench.heart_rate -= 1;
        bench.run(1);
    }
    bench.run(20);
    assert_eq!(bench.act(Action::Resume), Err(Refusal::AcknowledgeFirst));
}

#[test]
fn a_reading_from_the_future_does_not_stay_live() {
    let mut bench = under_way(false);
    let ahead = bench.now() + Duration::from_hours(1);
    bench.send(&Input::HeartRate {
        source: HeartRateSource::Strap,
        reading: Reading::good(BeatsPerMinute::new(100).expect("in range")),
        sent_at: ahead,
    });
    bench.strap_on = false;
    bench.run(15);
    assert_eq!(bench.station.view().heart_rate.trust, Trust::Lost);
    assert!(bench.has_alarm(RuleId::HrLost));
}

#[test]
fn a_hand_that_lowered_the_warm_up_can_raise_the_conditioning() {
    let mut bench = Bench::new(cycle());
    bench.begin(&setup(Mode::ByHand, false));
    bench.run(60);
    bench.act(Action::LoadDown).expect("in warm-up");
    bench.run_to(PhaseKind::Conditioning);
    bench.run(10);
    assert!(bench.granted() < 1.8, "what a hand took stays away");
    for _ in 0..6 {
        bench.act(Action::LoadUp).expect("there is room");
    }
    bench.run(180);
    assert!(bench.granted() > 2.5, "{}", bench.granted());
}

#[test]
fn a_machine_that_refused_a_command_and_answers_is_there() {
    let mut bench = under_way(false);
    let command = MachineCommand::SetLoad(MachineLoad::Power(Watts::ZERO));
    bench.send(&Input::Refused { command });
    bench.run(10);
    bench.act(Action::Pause).expect("in exercise");
    bench.run(10);
    assert_eq!(
        bench.act(Action::Resume),
        Err(Refusal::AcknowledgeFirst),
        "somebody has to have seen it"
    );
    bench.act(Action::AcknowledgeAll).expect("taken");
    assert_eq!(bench.act(Action::Resume), Ok(()));
}

#[test]
fn lungs_near_their_floor_from_the_start_still_get_a_warm_up() {
    let mut bench = Bench::new(cycle());
    let mut lungs = setup(constant(), false);
    lungs.patient.lung_disease = true;
    bench.saturation = 90;
    bench.begin(&lungs);
    bench.run(120);
    // 15 % less for a point under floor and three.
    assert!(
        (bench.granted() - 0.85 * 1.8).abs() < 1e-9,
        "{}",
        bench.granted()
    );
}

#[test]
fn a_gain_is_not_taken_from_a_warm_up_that_was_not() {
    let mut bench = Bench::new(cycle());
    let mut short = setup(
        Mode::HeartRateHeld {
            target: 105.0,
            assessed_gain: None,
            assessed_rest: None,
        },
        false,
    );
    short.prescription.warm_up = Duration::ZERO;
    bench.act(Action::Begin(short)).expect("free");
    bench.act(Action::DoorChecked).expect("ready");
    bench.act(Action::ConfirmStart).expect("ready");
    bench.run_to(PhaseKind::Conditioning);
    bench.run(2);
    assert_eq!(bench.station.view().target_heart_rate, None);
}

#[test]
fn a_laxer_prescription_does_not_raise_the_pressure_that_ends_it() {
    let mut bench = Bench::new(cycle());
    let mut lax = setup(constant(), false);
    lax.prescription.systolic_stop = 300;
    bench.begin(&lax);
    bench.run(60);
    bench
        .act(Action::Enter(Entry::BloodPressure {
            systolic: MillimetresOfMercury::new(255).expect("in range"),
            diastolic: MillimetresOfMercury::new(90).expect("in range"),
            symptoms: false,
        }))
        .expect("on its scale");
    assert!(bench.has_alarm(RuleId::SbpHigh));
}

#[test]
fn a_machine_that_is_asked_once_in_an_age_is_judged_all_the_same() {
    let mut slow = cycle();
    slow.poll_interval = Duration::MAX;
    slow.averaging.delay = Duration::from_secs(1);
    let mut bench = Bench::new(slow);
    bench.begin(&setup(constant(), false));
    bench.run(30);
    assert_eq!(bench.station.phase(), PhaseKind::WarmUp);
}
