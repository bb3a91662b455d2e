//! Rules of keys, time and people.

use core::time::Duration;

use control::input::{Entry, Input};
use control::outputs::Refusal;
use control::rules::{LoadAct, Priority, RuleId};
use control::situation::Stimulus;
use control::view::PhaseKind;

use super::bench::Bench;

#[test]
fn an_open_stop_circuit_stops_and_opens_the_relay_until_a_person_has_reset_and_resumed() {
    let mut bench = Bench::new();
    bench.seconds(5);
    bench.situation.stop_circuit_open = true;
    bench.turn(&Input::StopCircuit { open: true }, Stimulus::Surroundings);
    assert_eq!(bench.act(RuleId::StopButton), Some(LoadAct::Stop));
    assert_eq!(bench.tell(RuleId::StopButton), Some(Priority::High));
    assert!(bench.supervisor.verdict().relay_open);
    bench.acknowledge(RuleId::StopButton);
    assert_eq!(bench.supervisor.resume(), Err(Refusal::StopCircuitOpen));
    bench.situation.stop_circuit_open = false;
    bench.second();
    assert!(!bench.fires(RuleId::StopButton));
    assert!(
        bench.supervisor.verdict().stop_latched,
        "nobody has resumed"
    );
    assert_eq!(bench.supervisor.resume(), Ok(()));
    assert!(!bench.supervisor.verdict().stop_latched);
}

#[test]
fn a_gym_that_closes_stops_and_calls_nobody() {
    let mut bench = Bench::new();
    bench.seconds(5);
    assert!(!bench.fires(RuleId::GymCloses));
    bench.situation.gym_closes = true;
    bench.turn(&Input::GymCloses { over: false }, Stimulus::Surroundings);
    assert_eq!(bench.act(RuleId::GymCloses), Some(LoadAct::Stop));
    assert_eq!(bench.tell(RuleId::GymCloses), None);
    assert!(bench.supervisor.verdict().stop_latched);
}

#[test]
fn conditioning_over_its_time_becomes_cool_down() {
    let mut bench = Bench::new();
    bench.seconds(5);
    bench.situation.conditioning_over = true;
    bench.second();
    assert_eq!(bench.act(RuleId::TimeOver), Some(LoadAct::CoolDown));
    assert_eq!(bench.tell(RuleId::TimeOver), Some(Priority::Low));
    bench.phase(PhaseKind::CoolDown).second();
    assert!(!bench.fires(RuleId::TimeOver));
}

#[test]
fn a_blood_pressure_that_is_two_minutes_late_is_told() {
    let mut bench = Bench::with(|bout| {
        bout.prescription.blood_pressure_interval = Some(Duration::from_mins(10));
    });
    let due = bench.now + Duration::from_secs(10);
    bench.situation.blood_pressure_due = Some(due);
    bench.expect_stages_from(RuleId::BpDue, due + Duration::from_mins(2), false);
    bench.situation.blood_pressure_due = Some(bench.now + Duration::from_mins(5));
    bench.second();
    assert!(!bench.fires(RuleId::BpDue));
}

#[test]
fn a_high_alarm_that_nobody_acknowledges_calls_again_and_ends_in_cool_down() {
    let mut bench = Bench::new();
    bench.oxygen(84).seconds(8);
    assert_eq!(bench.tell(RuleId::Spo2Critical), None);
    let raised = bench.now;
    bench.expect_stages_from(RuleId::Unacknowledged, raised, false);
    for seen in [RuleId::Spo2Critical, RuleId::Spo2Floor] {
        bench.acknowledge(seen);
    }
    bench.second();
    assert!(!bench.fires(RuleId::Unacknowledged));
}

#[test]
fn an_acknowledged_high_alarm_does_not_call_again() {
    let mut bench = Bench::new();
    bench.oxygen(84).seconds(20);
    bench.acknowledge(RuleId::Spo2Critical);
    bench.seconds(39);
    bench.acknowledge(RuleId::Spo2Critical);
    assert!(!bench.fires(RuleId::Unacknowledged));
}

#[test]
fn exercise_that_nobody_watches_holds_and_ends_in_cool_down() {
    let mut bench = Bench::new();
    bench.seconds(5);
    bench.situation.watched = false;
    let alone = bench.now;
    bench.expect_stages_from(RuleId::NobodyWatches, alone + Duration::from_secs(5), false);
    bench.situation.watched = true;
    bench.second();
    assert!(!bench.fires(RuleId::NobodyWatches));
}

#[test]
fn an_empty_station_needs_no_watching() {
    let mut bench = Bench::new();
    bench.phase(PhaseKind::Ready);
    bench.situation.watched = false;
    bench.seconds(60);
    assert!(!bench.fires(RuleId::NobodyWatches));
}

#[test]
fn a_turn_that_failed_stops_and_opens_the_relay() {
    let mut bench = Bench::new();
    bench.situation.fault = true;
    bench.turn(&Input::Fault, Stimulus::Surroundings);
    assert_eq!(bench.act(RuleId::ControllerFault), Some(LoadAct::Stop));
    assert!(bench.supervisor.verdict().relay_open);
}

#[test]
fn a_turn_more_than_a_second_late_is_a_fault() {
    for (late, fault) in [(1_000, false), (1_001, true)] {
        let mut bench = Bench::new();
        bench.seconds(5);
        let lasted = Duration::from_millis(late);
        bench.turn(&Input::LoopGap { lasted }, Stimulus::Surroundings);
        assert_eq!(bench.fires(RuleId::ControllerFault), fault, "{late} ms");
        bench.seconds(60);
        assert_eq!(bench.fires(RuleId::ControllerFault), fault, "{late} ms");
    }
}

#[test]
fn a_new_bout_forgets_the_patient_and_keeps_the_stop() {
    let mut bench = Bench::new();
    bench.pressure(260, 100);
    bench.turn(&Input::Tick, Stimulus::StopKey);
    bench.supervisor.begin_bout();
    assert!(!bench.fires(RuleId::SbpHigh));
    assert!(bench.fires(RuleId::OperatorStop));
    assert!(bench.supervisor.verdict().stop_latched);
}

#[test]
fn without_a_bout_the_keys_work_all_the_same() {
    let mut bench = Bench::new();
    bench.phase(PhaseKind::Idle);
    let verdict = bench.supervisor.judge(
        &bench.situation,
        Stimulus::StopKey,
        &mut bench.signals,
        &bench.history,
        None,
    );
    assert!(verdict.stop_latched);
}

#[test]
fn what_was_written_down_goes_on_as_if_nothing_had_happened() {
    let mut bench = Bench::new();
    bench.oxygen(88).seconds(8);
    bench.heart_rate(108).second();
    let bytes = postcard::to_allocvec(&(
        &bench.signals,
        &bench.supervisor,
        &bench.history,
        &bench.alarms,
    ))
    .expect("fits");
    let mut other = bench.clone();
    (other.signals, other.supervisor, other.history, other.alarms) =
        postcard::from_bytes(&bytes).expect("comes back");
    assert_eq!(other, bench);
    bench.seconds(60);
    other.seconds(60);
    assert_eq!(other, bench);
}
#[test]
fn what_a_session_left_behind_ends_with_it_but_for_what_a_person_has_to_see() {
    let mut bench = Bench::new();
    bench.oxygen(90).seconds(70);
    bench.oxygen(88).seconds(20);
    bench.enter(Entry::PerceivedExertion(15));
    bench.pressure(251, 100);
    bench.phase(PhaseKind::Finished);
    (bench.strap, bench.saturation, bench.machine) = (None, None, None);
    bench.seconds(40);
    let left: Vec<_> = bench.supervisor.in_force().iter().collect();
    assert_eq!(left, [RuleId::SbpHigh, RuleId::Unacknowledged]);
    bench.acknowledge(RuleId::SbpHigh).second();
    assert!(bench.supervisor.in_force().is_empty());
}
