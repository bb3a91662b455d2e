//! Answers to what people enter, and to a heart rate that is too low.

use monitor::{Act, Charter, Entered, EntryLimits, Invariant, Phase, Seen};
use protocols::vocabulary::{BeatsPerMinute, MachineCommand};

use crate::desk::{Desk, bike, treadmill, watts};

const fn pressure(systolic: u16, diastolic: u16, symptoms: bool) -> Entered {
    Entered::Pressure {
        systolic,
        diastolic,
        symptoms,
    }
}

fn enters(entered: Entered) -> Seen {
    Seen::Act(Act::Entry(entered))
}

#[test]
fn answer_what_ends_exercise_takes_everything_in_its_call() {
    for entered in [
        Entered::Illness,
        Entered::Angina(2),
        pressure(251, 80, true),
        pressure(180, 116, true),
    ] {
        let mut desk = Desk::cycling(&bike(), 60);
        desk.see(enters(entered));
        desk.assert_now(Invariant::Answer);
        let mut sound = Desk::cycling(&bike(), 60);
        sound.phase = Phase::Stopped;
        sound.answer(enters(entered), MachineCommand::SetLoad(watts(0)));
        sound.pass(10.0);
        sound.assert_sound();
        // And a person has to see to it.
        sound.answer(Seen::Act(Act::Resume), MachineCommand::SetLoad(watts(20)));
        sound.assert_now(Invariant::I4);
    }
}

#[test]
fn answer_what_asks_for_less_takes_load_away() {
    for entered in [
        Entered::Exertion(15),
        Entered::Dyspnoea(7),
        Entered::Angina(1),
        Entered::Breathing(41),
        Entered::Ectopy,
        pressure(221, 80, false),
        pressure(180, 106, true),
        pressure(251, 80, false),
    ] {
        let charter = Charter {
            entries: EntryLimits {
                exertion: 14,
                ..EntryLimits::default()
            },
            ..bike()
        };
        let mut desk = Desk::cycling(&charter, 80);
        let began = desk.now;
        desk.see(enters(entered));
        desk.pass(60.0);
        // Three seconds to begin, and what need not be sent.
        desk.assert_within(Invariant::Answer, began, [3.0, 12.0]);
        assert_eq!(desk.breaches().len(), 1, "{entered:?}");
    }
}

#[test]
fn answer_what_is_in_range_asks_for_nothing() {
    let mut desk = Desk::cycling(&bike(), 80);
    for entered in [
        Entered::Exertion(16),
        Entered::Dyspnoea(6),
        Entered::Angina(0),
        Entered::Breathing(40),
        Entered::Claudication(2),
        pressure(220, 105, true),
    ] {
        desk.see(enters(entered));
        desk.pass(30.0);
    }
    // Off its scale, and not taken.
    desk.turn(enters(Entered::Angina(5)), |left| left.refused = true);
    desk.pass(30.0);
    desk.assert_sound();
}

#[test]
fn answer_the_next_rating_in_range_ends_it_and_a_complaint_needs_a_person() {
    for (entered, then) in [
        (Entered::Exertion(18), enters(Entered::Exertion(13))),
        (Entered::Dyspnoea(8), enters(Entered::Dyspnoea(3))),
        (pressure(230, 80, false), enters(pressure(180, 80, false))),
        (Entered::Angina(1), Seen::Act(Act::AcknowledgeAll)),
    ] {
        let mut desk = Desk::cycling(&bike(), 80);
        desk.see(enters(entered));
        desk.pass(3.0);
        desk.see(then);
        desk.pass(60.0);
        desk.assert_sound();
    }
    let mut desk = Desk::cycling(&bike(), 80);
    desk.see(enters(Entered::Angina(1)));
    desk.pass(1.0);
    desk.see(enters(Entered::Angina(0)));
    let began = desk.now;
    desk.pass(60.0);
    desk.assert_within(Invariant::Answer, began, [2.0, 12.0]);
}

#[test]
fn answer_pain_of_walking_at_its_limit_lets_go() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.see(enters(Entered::Claudication(3)));
    desk.assert_now(Invariant::Answer);
    let mut desk = Desk::cycling(&bike(), 60);
    desk.phase = Phase::Paused;
    desk.answer(
        enters(Entered::Claudication(3)),
        MachineCommand::SetLoad(watts(0)),
    );
    desk.pass(5.0);
    desk.assert_sound();
}

#[test]
fn answer_a_belt_that_an_entry_stops_has_to_stand_in_time() {
    let mut desk = Desk::walking(&treadmill(), 3.6);
    let began = desk.now;
    desk.see(enters(Entered::Illness));
    desk.assert_sound();
    desk.pass(30.0);
    desk.assert_within(Invariant::Answer, began, [9.0, 9.2]);
}

#[test]
fn answer_a_heart_rate_under_its_lower_limit_takes_load_away() {
    let charter = Charter {
        heart_rate_low: BeatsPerMinute::new(50),
        ..bike()
    };
    let mut desk = Desk::cycling(&charter, 80);
    desk.heart_rate = Some(50);
    desk.pass(60.0);
    desk.assert_sound();
    desk.heart_rate = Some(49);
    let began = desk.now;
    desk.pass(60.0);
    desk.assert_within(Invariant::Answer, began, [20.0, 32.0]);
}
