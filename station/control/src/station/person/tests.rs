//! What a person asks for, at the edges of what is taken.

use core::time::Duration;

use protocols::vocabulary::{Capabilities, LoadControl, PowerRange};

use super::*;
use crate::input::Input;
use crate::station::bench::{Patient, cycle, held, mets, setup};
use crate::view::PhaseKind;

fn asks(patient: &mut Patient, action: Action) -> Option<Refusal> {
    patient.send(&Input::Operator(action));
    patient.said.last().and_then(|said| said.refused)
}

/// In conditioning at 3 MET.
fn steady() -> Patient {
    let mut patient = Patient::on(Mode::Constant { target: mets(3.0) });
    patient.run_to(PhaseKind::Conditioning);
    patient.seconds(120);
    patient
}

#[test]
fn a_brake_that_holds_what_is_ordered_to_the_last_bit_may_be_pedalled() {
    let brake = Capabilities {
        control: LoadControl::CommandedFromLeast,
        power: Some(PowerRange {
            min: Watts::new(25).expect("in range"),
            max: Watts::new(400).expect("in range"),
            step: 5,
        }),
        ..cycle()
    };
    let bout = setup(Mode::Constant { target: mets(4.0) });
    let actuation = Actuation::new(&brake, bout.patient.mass, None).expect("it fits");
    let costs = actuation.net_mets(&MachineLoad::Power(brake.held_at_least()));
    for (warm_up, refusal) in [
        (costs, None),
        (mets(costs.get() - 0.01), Some(Refusal::BrakeHoldsMore)),
    ] {
        let mut patient = Patient::on(held());
        patient.station = Station::new(brake);
        let mut bout = bout;
        bout.prescription.warm_up_load = warm_up;
        assert_eq!(
            asks(&mut patient, Action::Begin(bout)),
            refusal,
            "{warm_up:?}"
        );
    }
}

#[test]
fn a_load_at_which_the_machine_gives_nothing_is_not_begun_with() {
    let brake = cycle();
    let mass = setup(held()).patient.mass;
    let actuation = Actuation::new(&brake, mass, None).expect("it fits");
    let range = brake.power.expect("a brake");
    assert!(range.min > Watts::ZERO);
    let least = actuation.net_mets(&MachineLoad::Power(range.min));
    let under = mets(least.get() - 0.01);
    let turns = |work, recovery| Mode::Interval {
        work,
        work_for: Duration::from_mins(1),
        recovery,
        recovery_for: Duration::from_mins(1),
        repeats: 5,
    };
    let target = |target| Mode::Constant { target };
    let more = mets(4.0);
    for (mode, ceiling, refusal) in [
        (target(least), more, None),
        (target(under), more, Some(Refusal::OrdersUnderItsLeast)),
        (target(more), under, Some(Refusal::OrdersUnderItsLeast)),
        (
            Mode::MetHeld { target: under },
            more,
            Some(Refusal::OrdersUnderItsLeast),
        ),
        // Recovery without load is a recovery.
        (turns(more, under), more, None),
        (
            turns(under, under),
            more,
            Some(Refusal::OrdersUnderItsLeast),
        ),
        (held(), more, None),
        (held(), under, Some(Refusal::OrdersUnderItsLeast)),
        (Mode::ByHand, under, Some(Refusal::OrdersUnderItsLeast)),
    ] {
        let mut patient = Patient::on(held());
        patient.station = Station::new(brake);
        let mut bout = setup(mode);
        bout.prescription.ceiling = ceiling;
        bout.prescription.warm_up_load = bout.prescription.warm_up_load.min(ceiling);
        assert_eq!(
            asks(&mut patient, Action::Begin(bout)),
            refusal,
            "{mode:?} up to {ceiling:?}"
        );
    }
}

#[test]
fn no_hand_raises_the_load_while_the_record_has_a_hole() {
    let mut patient = steady();
    patient.send(&Input::Record { whole: false });
    assert_eq!(
        asks(&mut patient, Action::LoadUp),
        Some(Refusal::LimitReached)
    );
    patient.send(&Input::Record { whole: true });
    assert_eq!(asks(&mut patient, Action::LoadUp), None);
}

#[test]
fn a_key_lets_nothing_through_that_was_held_back_before() {
    let mut patient = steady();
    let station = &mut patient.station;
    let on = station.load.granted;
    station.hand = InHand::Capped(on);
    station.load.asked = mets(on.get() + 0.4);
    (station.load.rise, station.load.beat_due) = (0.1, Timestamp::NEVER);
    assert_eq!(asks(&mut patient, Action::LoadUp), None);
    assert_eq!(patient.station.load.granted, on);
}

#[test]
fn an_ordinary_cool_down_may_be_ended_and_a_stop_only_once_it_was_seen() {
    let mut patient = steady();
    assert_eq!(asks(&mut patient, Action::BeginCoolDown), None);
    assert_eq!(patient.station.phase(), PhaseKind::CoolDown);
    assert_eq!(asks(&mut patient, Action::Finish), None);
    assert_ne!(patient.station.phase(), PhaseKind::CoolDown);
    // A stop whose alarm waits to be seen.
    let mut patient = steady();
    patient.send(&Input::Operator(Action::Enter(Entry::Symptom)));
    patient.seconds(2);
    assert_eq!(patient.station.phase(), PhaseKind::Stopped);
    assert!(patient.station.alarms.is_waiting());
    assert_eq!(
        asks(&mut patient, Action::Finish),
        Some(Refusal::AcknowledgeFirst)
    );
    assert_eq!(asks(&mut patient, Action::AcknowledgeAll), None);
    assert!(!patient.station.alarms.is_waiting());
    assert_eq!(asks(&mut patient, Action::Finish), None);
}

#[test]
fn a_fault_is_seen_by_whoever_acknowledges_it_and_by_no_other_word() {
    let mut patient = steady();
    patient.send(&Input::Fault);
    patient.seconds(1);
    assert!(patient.station.fault);
    let _not_raised = asks(&mut patient, Action::Acknowledge(RuleId::HrLimit));
    assert!(patient.station.fault);
    assert_eq!(
        asks(&mut patient, Action::Acknowledge(RuleId::ControllerFault)),
        None
    );
    assert!(!patient.station.fault);
}
