use std::boxed::Box;
use std::vec::Vec;

use proptest::prelude::*;

use super::super::bench::{Patient, held, mets, setup};
use protocols::vocabulary::{BeatsPerMinute, LoadControl, Reading};

use crate::input::{Action, HeartRateSource, Input};
use crate::learning::{Doing, Learning};
use crate::outputs::Outputs;
use crate::prescription::{BoutSetup, EarlierGain, Mode};
use crate::view::PhaseKind;

fn after(earlier: EarlierGain) -> BoutSetup {
    BoutSetup {
        earlier: Some(earlier),
        ..setup(held())
    }
}

#[test]
fn gain_time_constant_and_the_steady_part_are_known_after_ten_minutes() {
    let mut patient = Patient::on(held());
    patient.run_to(PhaseKind::WarmUp);
    assert_eq!(patient.station.view().learned, None);
    patient.run_to(PhaseKind::Conditioning);
    patient.seconds(660);
    let learned = patient.station.view().learned.expect("long enough");
    // Its heart follows by 11 beats a minute for each MET, 60 s late.
    assert!(
        (learned.gain - 11.0).abs() < 2.0 * learned.gain_sd,
        "{learned:?}"
    );
    assert!((learned.gain - 11.0).abs() < 0.8, "{learned:?}");
    assert!((learned.tau_s - 60.0).abs() < 15.0, "{learned:?}");
    assert!(learned.drift.abs() < 2.0 * learned.drift_sd, "{learned:?}");
    let steady = learned.steady.expect("five minutes of it");
    assert!((steady.heart_rate - 105.0).abs() < 2.0, "{steady:?}");
    assert!(
        (steady.heart_rate - 71.0 - 11.0 * steady.load).abs() < 1.5,
        "{steady:?}"
    );
    assert!((350.0..=365.0).contains(&steady.seconds), "{steady:?}");
}

#[test]
fn nothing_is_learned_of_a_signal_that_is_not_trusted_nor_in_a_pause_nor_in_a_cool_down() {
    let mut patient = Patient::on(held());
    patient.run_to(PhaseKind::Conditioning);
    patient.seconds(400);
    patient.strap = false;
    patient.oximeter = false;
    patient.seconds(20);
    let lost = patient.station.learning.learned();
    patient.seconds(8);
    assert_eq!(patient.station.learning.learned(), lost);
    patient.strap = true;
    patient.oximeter = true;
    patient.seconds(60);
    assert_eq!(patient.station.phase(), PhaseKind::Conditioning);
    assert_ne!(patient.station.learning.learned(), lost, "it is back");
    patient.send(&Input::Operator(Action::Pause));
    let paused = patient.station.learning.learned();
    patient.seconds(30);
    assert_eq!(patient.station.learning.learned(), paused);
    patient.send(&Input::Operator(Action::AcknowledgeAll));
    patient.send(&Input::Operator(Action::Resume));
    assert_eq!(patient.station.phase(), PhaseKind::Conditioning);
    patient.seconds(110);
    assert_eq!(patient.station.learning.learned(), paused, "unsettled");
    patient.seconds(30);
    assert_ne!(patient.station.learning.learned(), paused);
    patient.send(&Input::Operator(Action::BeginCoolDown));
    patient.seconds(1);
    let over = patient.station.learning.learned();
    assert!(over.is_some());
    patient.seconds(60);
    assert_eq!(patient.station.learning.learned(), over);
}

#[test]
fn nothing_is_learned_of_a_pulse_that_stands_in_nor_of_a_load_that_nobody_commands() {
    let by_the_finger = |patient: &mut Patient| {
        for _ in 0..660 {
            patient.seconds(1);
            let beats = 70.0 + 11.0 * patient.reached;
            let beats = protocols::vocabulary::number::floor_to_u16(beats).expect("small");
            let sent_at = patient.now();
            patient.send(&Input::HeartRate {
                source: HeartRateSource::Oximeter,
                reading: Reading::good(BeatsPerMinute::new(beats).expect("in range")),
                sent_at,
            });
        }
    };
    let mut patient = Patient::on(held());
    patient.run_to(PhaseKind::WarmUp);
    let before = patient.station.learning.learned();
    assert_eq!(before, None);
    patient.strap = false;
    by_the_finger(&mut patient);
    assert!(patient.station.signals.oximeter_leads(), "it stands in");
    assert_eq!(patient.station.learning.learned(), None);
    let mut by_hand = Patient::on(Mode::Constant { target: mets(3.0) });
    by_hand.run_to(PhaseKind::WarmUp);
    by_hand.station.capabilities.control = LoadControl::ByHand;
    by_hand.seconds(660);
    assert_eq!(by_hand.station.learning.learned(), None);
}

#[test]
fn rest_is_rest_from_its_twentieth_second_on() {
    let mut patient = Patient::on(held());
    let mut rests_from = None;
    for tenth in 0..300_u64 {
        let doing = patient.station.doing(patient.now());
        assert!(matches!(doing, Doing::Resting | Doing::Other));
        if doing == Doing::Resting {
            rests_from.get_or_insert(tenth);
        } else {
            assert_eq!(rests_from, None);
        }
        patient.tenth();
    }
    assert_eq!(rests_from, Some(200));
}

#[test]
fn the_next_patient_begins_with_nothing_learned() {
    let mut patient = Patient::on(held());
    patient.run_to(PhaseKind::Finished);
    assert!(
        patient.station.view().learned.is_some(),
        "it stands to be recorded"
    );
    patient.send(&Input::Operator(Action::AcknowledgeAll));
    patient.send(&Input::Operator(Action::Begin(setup(held()))));
    assert_eq!(patient.station.view().learned, None);
}

#[test]
fn what_earlier_sessions_taught_moves_the_law_and_no_limit() {
    let assessed = |assessed_gain| {
        let mode = Mode::HeartRateHeld {
            target: 105.0,
            assessed_gain,
            assessed_rest: Some(70.0),
        };
        move |earlier| BoutSetup {
            earlier,
            ..setup(mode)
        }
    };
    for setup in [assessed(Some(10.0)), assessed(None)] {
        let entered = |earlier| {
            let mut patient = Patient::beginning(&setup(earlier));
            patient.run_to(PhaseKind::Conditioning);
            patient.seconds(10);
            patient
        };
        let taught = |gain| Some(EarlierGain { gain, gain_sd: 1.0 });
        let without = entered(None);
        for gain in [1.0, 7.0, 15.0, 60.0] {
            let with = entered(taught(gain));
            assert_ne!(
                with.station.controller, without.station.controller,
                "the law looks at it"
            );
            assert_eq!(with.station.response(), without.station.response());
            assert_eq!(with.station.most(), without.station.most());
            assert!(with.station.most() < mets(6.0), "the plausibility cap");
        }
    }
}

#[test]
fn what_earlier_sessions_taught_is_a_figure_that_makes_sense_or_no_bout_begins() {
    for (gain, gain_sd, sound) in [
        (12.0, 1.5, true),
        (f64::NAN, 1.5, false),
        (0.0, 1.5, false),
        (12.0, 0.0, false),
        (12.0, f64::INFINITY, false),
    ] {
        assert_eq!(after(EarlierGain { gain, gain_sd }).is_sound(), sound);
    }
}

/// What may happen.
#[derive(Debug, Clone)]
enum Event {
    Heart(f64),
    Strap(bool),
    Do(Box<Action>),
    Seconds(u64),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (-10.0_f64..30.0).prop_map(Event::Heart),
        1 => any::<bool>().prop_map(Event::Strap),
        2 => proptest::sample::select(std::vec![
            Action::Pause, Action::Resume, Action::LoadUp, Action::LoadDown, Action::Automatic,
            Action::BeginCoolDown, Action::Stop, Action::AcknowledgeAll,
        ]).prop_map(|action| Event::Do(Box::new(action))),
        6 => (1_u64..90).prop_map(Event::Seconds),
    ]
}

fn play(patient: &mut Patient, event: &Event) {
    match event {
        Event::Heart(added) => patient.added = *added,
        Event::Strap(on) => patient.strap = *on,
        Event::Do(action) => patient.send(&Input::Operator(action.as_ref().clone())),
        Event::Seconds(seconds) => patient.seconds(*seconds),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// The same session, with what is learned in it, without it, and with another patient's: every output is the same, so that none
    /// of it can raise or lower a load.
    #[test]
    fn what_is_learned_changes_no_output(events in proptest::collection::vec(event(), 1..20)) {
        let mut other = Patient::on(held());
        other.added = 40.0;
        other.run_to(PhaseKind::WarmUp);
        other.seconds(280);
        let stranger = other.station.learning;
        let mut runs: Vec<Patient> = (0..3).map(|_| Patient::on(held())).collect();
        let start = [Event::Seconds(280), Event::Seconds(280)];
        for event in start.into_iter().chain(events) {
            runs[1].station.learning = Learning::NONE;
            runs[2].station.learning = stranger;
            for patient in &mut runs {
                play(patient, &event);
            }
            prop_assert_eq!(&runs[0].said, &runs[1].said);
            prop_assert_eq!(&runs[0].said, &runs[2].said);
            for patient in &mut runs {
                patient.said.clear();
            }
        }
    }

    /// Whatever earlier sessions are said to have taught: no alarm, no act, no ceiling comes of it where the law has no say, which is
    /// everywhere but in conditioning with the heart rate held.
    #[test]
    fn where_the_law_has_no_say_earlier_sessions_change_no_output(
        gain in 0.1_f64..100.0,
        gain_sd in 0.01_f64..50.0,
        events in proptest::collection::vec(event(), 1..15),
    ) {
        let constant = setup(Mode::Constant { target: mets(3.0) });
        let taught = BoutSetup { earlier: Some(EarlierGain { gain, gain_sd }), ..constant };
        let mut runs: Vec<Patient> = [constant, taught].iter().map(Patient::beginning).collect();
        let start = [Event::Seconds(280), Event::Seconds(280)];
        for event in start.into_iter().chain(events) {
            for patient in &mut runs {
                play(patient, &event);
            }
            let said: Vec<&Vec<Outputs>> = runs.iter().map(|patient| &patient.said).collect();
            prop_assert_eq!(said[0], said[1]);
        }
    }
}
