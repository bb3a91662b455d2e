//! What is shown of a phase's end.

use std::vec::Vec;

use super::*;
use crate::controller::Hand;
use crate::prescription::Mode;
use crate::rules::{LoadAct, RuleId};
use crate::station::bench::{Patient, held, mets, setup};

#[test]
fn the_end_of_a_phase_is_shown_where_it_ends_by_itself() {
    let mut patient = Patient::on(held());
    patient.seconds(5);
    assert_eq!(
        patient.station.view().phase_until,
        None,
        "a person confirms"
    );
    let ordered = setup(held()).prescription;
    for (phase, lasts) in [
        (PhaseKind::WarmUp, ordered.warm_up),
        (PhaseKind::Conditioning, ordered.conditioning),
        (PhaseKind::CoolDown, ordered.cool_down),
    ] {
        patient.run_to(phase);
        patient.seconds(20);
        let view = patient.station.view();
        assert_eq!(
            view.phase_until,
            Some(view.phase_since + lasts),
            "{phase:?}"
        );
    }
}

#[test]
fn what_the_machine_says_is_shown_while_it_is_live() {
    let mut patient = Patient::on(held());
    patient.run_to(PhaseKind::Conditioning);
    let view = patient.station.view();
    assert!(view.reported(patient.now()).is_some());
    let later = patient.now() + core::time::Duration::from_mins(1);
    assert_eq!(view.reported(later), None);
}

#[test]
fn a_held_load_whose_heart_rate_is_lost_is_kept_by_the_signal_or_its_rule_until_there_is_one_again()
{
    let mut patient = Patient::on(held());
    patient.run_to(PhaseKind::Conditioning);
    patient.seconds(120);
    patient.strap = false;
    let mut reasons = Vec::new();
    for tenth in 0..500 {
        patient.strap = tenth > 200;
        patient.tenth();
        let reason = patient.station.view().reason;
        if patient.station.measured_to_hold(patient.now()).is_none() {
            assert_ne!(reason, Reason::AsProposed);
        }
        if reasons.last() != Some(&reason) {
            reasons.push(reason);
        }
    }
    let of = |act| Reason::Rule(RuleId::HrLost, act);
    assert_eq!(
        reasons,
        [
            Reason::AsProposed,
            Reason::SignalNotTrusted,
            of(LoadAct::Hold),
            of(LoadAct::Fall),
            Reason::AsProposed,
        ]
    );
}

/// A load that is ordered, a load in a person's hand, and a phase in which no heart rate is held wait for no signal.
#[test]
fn a_load_that_no_heart_rate_leads_is_as_proposed_without_one() {
    let blind = |mode, phase| {
        let mut patient = Patient::on(mode);
        patient.run_to(phase);
        patient.seconds(30);
        patient.station.load.binding = Reason::AsProposed;
        patient.station.signals = patient.station.signals.rebound(&setup(mode));
        assert_eq!(patient.station.measured_to_hold(patient.now()), None);
        patient
    };
    let constant = Mode::Constant { target: mets(3.0) };
    for (mode, phase, hand, reason) in [
        (
            held(),
            PhaseKind::Conditioning,
            InHand::Free,
            Reason::SignalNotTrusted,
        ),
        (
            constant,
            PhaseKind::Conditioning,
            InHand::Free,
            Reason::AsProposed,
        ),
        (
            held(),
            PhaseKind::CoolDown,
            InHand::Free,
            Reason::AsProposed,
        ),
        (
            held(),
            PhaseKind::Conditioning,
            InHand::Held(Hand::new(mets(2.0))),
            Reason::AsProposed,
        ),
    ] {
        let mut patient = blind(mode, phase);
        patient.station.hand = hand;
        assert_eq!(
            patient.station.reason(patient.now()),
            reason,
            "{mode:?} {phase:?}"
        );
    }
}
