use std::boxed::Box;
use std::vec::Vec;

use proptest::prelude::*;

use super::super::bench::{Patient, held, mets, setup};
use crate::input::{Action, Input};
use crate::prediction::Prediction;
use crate::prescription::Mode;
use crate::rules::RuleId;
use crate::view::{PhaseKind, Reason};

#[test]
fn what_is_ahead_is_shown_from_three_minutes_of_load_to_its_end() {
    let mut patient = Patient::on(held());
    patient.run_to(PhaseKind::WarmUp);
    patient.seconds(178);
    assert_eq!(patient.knows(), (false, false));
    patient.seconds(3);
    assert_eq!(patient.knows(), (true, true));
    for phase in [PhaseKind::Conditioning, PhaseKind::CoolDown] {
        patient.run_to(phase);
        patient.seconds(60);
        assert_eq!(patient.knows(), (true, true), "{phase:?}");
    }
    patient.run_to(PhaseKind::Recovery);
    assert_eq!(patient.knows(), (false, false), "no load leads anywhere");
}

#[test]
fn what_is_ahead_comes_true_within_its_band() {
    let mut patient = Patient::on(held());
    patient.run_to(PhaseKind::Conditioning);
    patient.seconds(600);
    let (mut held, mut looked) = (0, 0);
    for _ in 0..8 {
        let view = patient.station.view();
        let (value, width) = view.heart_rate.ahead_60_s.expect("well known");
        assert!(width <= 6.0, "{width}");
        patient.seconds(60);
        let mean = patient
            .station
            .signals
            .foretelling_heart_rate(patient.now());
        let off = (mean.expect("trusted") - value).abs();
        held += u32::from(off <= width);
        looked += 1;
    }
    assert!(held + 1 >= looked, "{held} of {looked}");
}

#[test]
fn nothing_is_ahead_of_a_signal_that_is_not_trusted() {
    let mut patient = Patient::on(held());
    patient.run_to(PhaseKind::Conditioning);
    patient.seconds(60);
    assert_eq!(patient.knows(), (true, true));
    // A step of more than 8: the next reading is doubted, and nothing may rest on it from that call on.
    patient.added = 14.0;
    patient.seconds(1);
    assert_eq!(
        patient.station.view().heart_rate.trust,
        crate::view::Trust::Doubted
    );
    assert_eq!(patient.knows(), (false, true));
    patient.added = 0.0;
    patient.seconds(20);
    assert_eq!(patient.knows(), (true, true));
    patient.strap = false;
    patient.oximeter = false;
    patient.seconds(2);
    assert_eq!(patient.knows(), (true, true), "not yet old");
    patient.seconds(2);
    assert_eq!(patient.knows(), (false, false));
}

#[test]
fn without_a_gain_the_saturation_alone_is_foretold() {
    let mut patient = Patient::on(Mode::Constant { target: mets(3.0) });
    patient.run_to(PhaseKind::Conditioning);
    patient.seconds(60);
    assert_eq!(patient.knows(), (false, true));
}

#[test]
fn the_next_patient_begins_with_nothing_known() {
    let mut patient = Patient::on(held());
    patient.run_to(PhaseKind::Finished);
    assert_ne!(patient.station.prediction, Prediction::NONE);
    patient.send(&Input::Operator(Action::AcknowledgeAll));
    patient.send(&Input::Operator(Action::Begin(setup(held()))));
    assert_eq!(patient.station.phase(), PhaseKind::Ready);
    let fresh = &patient.station.prediction;
    assert_eq!((fresh.heart_rate(), fresh.saturation()), (None, None));
    patient.send(&Input::Operator(Action::DoorChecked));
    patient.send(&Input::Operator(Action::ConfirmStart));
    patient.run_to(PhaseKind::WarmUp);
    patient.seconds(120);
    assert_eq!(patient.knows(), (false, false));
}

#[test]
fn load_gives_way_to_a_predicted_breach_before_the_limit_is_met_and_comes_back_by_the_ramp() {
    let mut patient = Patient::on(held());
    patient.run_to(PhaseKind::Conditioning);
    patient.seconds(600);
    // In a person's hand, so that no law takes load away first.
    patient.send(&Input::Operator(Action::LoadUp));
    patient.seconds(30);
    let held = patient.station.view().granted.get();
    // Something that load does not explain, slowly enough for every other rule.
    while patient.station.view().reason != Reason::Prediction {
        patient.added += 0.02;
        patient.tenth();
        let mean = patient
            .station
            .signals
            .foretelling_heart_rate(patient.now());
        assert!(mean.expect("trusted") < 111.0, "the limit was met first");
    }
    let lowered = patient.station.view().granted.get();
    assert!(lowered < held, "{lowered} of {held}");
    let told = patient
        .station
        .alarms()
        .any(|alarm| alarm.rule == RuleId::HrLimit);
    assert!(!told, "the limit is not met");
    // It is over: load comes back, and no faster than the ramp.
    patient.added -= 6.0;
    let mut last = lowered;
    for _ in 0..600 {
        patient.tenth();
        let granted = patient.station.view().granted.get();
        assert!(granted - last <= 6.0 / 60.0 + 1e-9, "a step up");
        last = granted;
    }
    assert_eq!(patient.station.view().reason, Reason::AsProposed);
    assert!((last - held).abs() < 1e-9, "{last} of {held}");
}

/// What may happen in a second.
#[derive(Debug, Clone)]
enum Event {
    Heart(f64),
    Strap(bool),
    Oximeter(bool),
    Do(Box<Action>),
    Seconds(u64),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (-10.0_f64..30.0).prop_map(Event::Heart),
        1 => any::<bool>().prop_map(Event::Strap),
        1 => any::<bool>().prop_map(Event::Oximeter),
        2 => proptest::sample::select(std::vec![
            Action::Pause, Action::Resume, Action::LoadUp, Action::LoadDown, Action::Automatic,
            Action::BeginCoolDown, Action::Stop, Action::AcknowledgeAll,
        ]).prop_map(|action| Event::Do(Box::new(action))),
        6 => (1_u64..90).prop_map(Event::Seconds),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The same session, with what is foretold, without it, and with another patient's: every output is the same, so that none of it
    /// can raise or lower a load.
    #[test]
    fn what_is_foretold_changes_no_output(events in proptest::collection::vec(event(), 1..25)) {
        let mut other = Patient::on(held());
        other.added = 40.0;
        other.run_to(PhaseKind::WarmUp);
        let stranger = other.station.prediction;
        let mut runs: Vec<Patient> = (0..3).map(|_| Patient::on(held())).collect();
        let start = [Event::Seconds(280), Event::Seconds(280)];
        for event in start.into_iter().chain(events) {
            runs[1].station.prediction = Prediction::NONE;
            runs[2].station.prediction = stranger.clone();
            for patient in &mut runs {
                match &event {
                    Event::Heart(added) => patient.added = *added,
                    Event::Strap(on) => patient.strap = *on,
                    Event::Oximeter(on) => patient.oximeter = *on,
                    Event::Do(action) => patient.send(&Input::Operator(action.as_ref().clone())),
                    Event::Seconds(seconds) => patient.seconds(*seconds),
                }
            }
            prop_assert_eq!(&runs[0].said, &runs[1].said);
            prop_assert_eq!(&runs[0].said, &runs[2].said);
            for patient in &mut runs {
                patient.said.clear();
            }
        }
    }
}
