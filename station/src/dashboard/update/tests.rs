use std::time::Duration;

use control::input::{Action, Entry};
use control::rules::{LoadAct, Priority, RuleId};
use protocols::vocabulary::{MachineKind, MillimetresOfMercury};

use super::*;
use crate::dashboard::alarms::Bell;
use crate::dashboard::dialog::TIMES_OUT_AFTER;
use crate::dashboard::pictures;
use crate::dashboard::ui::StopState;
use crate::dashboard::view::Link;
use crate::gym::messages::Request;
use crate::gym::snapshot::{RecordHealth, Snapshot, StopProgress};

const NOW: u64 = pictures::AT.as_nanos();

/// A person at a dashboard.
struct Person {
    ui: Ui,
    snapshot: Snapshot,
    now: u64,
    link: Link,
    demo: bool,
}

impl Person {
    fn at(snapshot: Snapshot) -> Self {
        Self {
            ui: Ui::default(),
            snapshot,
            now: NOW,
            link: Link::Up,
            demo: false,
        }
    }

    fn seen(&self) -> Seen<'_> {
        Seen {
            snapshot: Some(&self.snapshot),
            now: self.now,
            link: self.link,
            ends_with_last_viewer: self.demo,
        }
    }

    /// Presses a key a quarter of a second after the one before; the gym goes on meanwhile.
    fn press(&mut self, key: Key) -> Vec<FromViewer> {
        self.wait(Duration::from_millis(250));
        self.press_now(key)
    }

    fn press_now(&mut self, key: Key) -> Vec<FromViewer> {
        let mut ui = self.ui.clone();
        let said = update(&mut ui, &self.seen(), key);
        self.ui = ui;
        said
    }

    fn wait(&mut self, lasts: Duration) {
        self.now += u64::try_from(lasts.as_nanos()).unwrap();
        self.snapshot.number += 1;
        self.snapshot.at = self.snapshot.clock.at(self.now);
        let mut ui = self.ui.clone();
        ui.tick(&self.seen());
        self.ui = ui;
    }

    fn type_text(&mut self, text: &str) {
        for character in text.chars() {
            assert_eq!(self.press(Key::Char(character)), []);
        }
    }

    fn text(&self) -> &str {
        match &self.ui.dialog {
            Some(Dialog::Entry(form)) => &form.text,
            other => panic!("no line to type into: {other:?}"),
        }
    }

    fn asks(&self) -> bool {
        matches!(self.ui.dialog, Some(Dialog::Question(_)))
    }

    fn remark(&self) -> &str {
        self.ui.remark.as_ref().map_or("", |remark| &remark.text)
    }
}

fn asked(said: &[FromViewer]) -> Vec<(u8, &Ask)> {
    said.iter()
        .map(|message| match message {
            FromViewer::Ask(request) => (request.station, &request.ask),
            FromViewer::Hello { .. } | FromViewer::Alive | FromViewer::Leave => {
                panic!("not a request: {message:?}")
            }
        })
        .collect()
}

fn one(said: Vec<FromViewer>) -> Request {
    match <[FromViewer; 1]>::try_from(said) {
        Ok([FromViewer::Ask(request)]) => request,
        other => panic!("not one request: {other:?}"),
    }
}

fn key(character: char) -> Key {
    Key::Char(character)
}

/// The keys that open each dialog there is, at station 1 of the eight.
fn dialogs() -> Vec<(&'static str, Vec<Key>)> {
    vec![
        ("wall", vec![]),
        ("station", vec![Key::Enter]),
        ("help", vec![key('?')]),
        ("blood pressure", vec![key('b')]),
        ("half a blood pressure", vec![key('b'), key('1'), key('2')]),
        ("exertion", vec![key('r')]),
        ("dyspnoea", vec![key('y')]),
        ("signs", vec![key('X')]),
        ("signs, searching", vec![key('X'), key('/'), key('a')]),
        ("sensors", vec![key('B')]),
        ("move", vec![key('m')]),
        ("more load", vec![key('+')]),
        ("cool-down", vec![key('e')]),
        ("resume", vec![key('c')]),
        ("silence all", vec![key('Z')]),
        ("leave", vec![key('q')]),
    ]
}

#[test]
fn f8_stops_the_selected_station_in_every_mode_and_window() {
    for (name, keys) in dialogs() {
        let mut person = Person::at(pictures::eight());
        for key in keys {
            assert_eq!(person.press(key), [], "{name}");
        }
        let said = person.press(Key::F(8));
        assert_eq!(asked(&said), [(1, &Ask::Stop)], "{name}");
    }
}

#[test]
fn space_stops_wherever_no_text_is_typed() {
    for (name, keys) in dialogs() {
        let mut person = Person::at(pictures::eight());
        for key in keys {
            person.press(key);
        }
        let typing = person.ui.is_typing();
        let said = person.press(key(' '));
        let expected: &[(u8, &Ask)] = if typing { &[] } else { &[(1, &Ask::Stop)] };
        assert_eq!(asked(&said), expected, "{name}");
    }
}

#[test]
fn f8_while_typing_sends_the_stop_and_keeps_the_text() {
    let mut person = Person::at(pictures::eight());
    person.press(key('b'));
    person.type_text("128/7");
    assert_eq!(one(person.press(Key::F(8))).ask, Ask::Stop);
    assert_eq!(person.text(), "128/7");
    person.type_text("4");
    let request = one(person.press(Key::Enter));
    assert_eq!(
        request.ask,
        Ask::Act(Action::Enter(Entry::BloodPressure {
            systolic: MillimetresOfMercury::new(128).unwrap(),
            diastolic: MillimetresOfMercury::new(74).unwrap(),
            symptoms: false,
        }))
    );
}

#[test]
fn a_stop_takes_a_question_that_adds_load_away() {
    let mut person = Person::at(pictures::eight());
    person.press(key('+'));
    assert!(person.asks());
    person.press(Key::F(8));
    assert_eq!(person.ui.dialog, None);
    assert_eq!(
        person.press(key('y')),
        [],
        "the old question is not answered"
    );
}

#[test]
fn three_quick_presses_stop_all_and_a_held_key_does_not() {
    let mut person = Person::at(pictures::eight());
    assert_eq!(asked(&person.press(Key::F(8))), [(1, &Ask::Stop)]);
    assert_eq!(asked(&person.press(Key::F(8))), [(1, &Ask::Stop)]);
    assert_eq!(asked(&person.press(Key::F(8))), [(0, &Ask::StopAll)]);

    let mut slow = Person::at(pictures::eight());
    for _ in 0..4 {
        slow.wait(Duration::from_millis(900));
        assert_eq!(asked(&slow.press_now(Key::F(8))), [(1, &Ask::Stop)]);
    }

    let mut held = Person::at(pictures::eight());
    assert_eq!(asked(&held.press_now(Key::F(8))), [(1, &Ask::Stop)]);
    held.wait(Duration::from_millis(500));
    for _ in 0..30 {
        held.wait(Duration::from_millis(33));
        assert_eq!(asked(&held.press_now(Key::F(8))), [(1, &Ask::Stop)]);
    }
}

#[test]
fn the_space_bar_never_stops_all() {
    let mut person = Person::at(pictures::eight());
    for _ in 0..5 {
        assert_eq!(asked(&person.press(key(' '))), [(1, &Ask::Stop)]);
    }
}

#[test]
fn the_emergency_stop_needs_its_whole_chord_in_time() {
    let mut person = Person::at(pictures::eight());
    assert_eq!(person.press(Key::Ctrl('x')), []);
    assert!(person.remark().contains("EMERGENCY STOP of station 1"));
    assert_eq!(one(person.press(Key::Ctrl('x'))).ask, Ask::EmergencyStop);

    let mut late = Person::at(pictures::eight());
    late.press(Key::Ctrl('x'));
    late.wait(Duration::from_secs(4));
    assert_eq!(late.press(Key::Ctrl('x')), []);

    let mut other = Person::at(pictures::eight());
    other.press(Key::Ctrl('x'));
    other.press(key('3'));
    assert_eq!(
        other.press(Key::Ctrl('x')),
        [],
        "another key breaks the chord"
    );
}

#[test]
fn the_selection_moves_by_selecting_keys_alone() {
    for row in keys::TABLE {
        for &key in row.keys {
            let selects = matches!(
                row.command,
                Command::Select
                    | Command::Next
                    | Command::Previous
                    | Command::Above
                    | Command::Below
            );
            let mut person = Person::at(pictures::eight());
            person.ui.selected = 3;
            person.press(key);
            if !selects {
                assert_eq!(person.ui.selected, 3, "{key:?}");
            }
        }
    }
    // A worse alarm elsewhere, a station that goes away: still the same.
    let mut person = Person::at(pictures::quiet());
    person.ui.selected = 5;
    person.snapshot = pictures::eight();
    person.wait(Duration::from_mins(1));
    assert_eq!(person.ui.selected, 5);
    person
        .snapshot
        .stations
        .retain(|station| station.number != 5);
    person.wait(Duration::from_secs(1));
    assert_eq!(person.ui.selected, 5);
    assert_eq!(asked(&person.press(Key::F(8))), [(5, &Ask::Stop)]);
}

#[test]
fn digits_and_arrows_select_by_place() {
    let mut person = Person::at(pictures::eight());
    person.ui.columns = 4;
    for (key, expected) in [
        (key('3'), 3),
        (Key::Right, 4),
        (Key::Down, 8),
        (Key::Right, 8),
        (Key::Up, 4),
        (Key::Left, 3),
        (Key::Tab, 4),
        (Key::BackTab, 3),
        (key('9'), 3),
    ] {
        assert_eq!(person.press(key), []);
        assert_eq!(person.ui.selected, expected, "{key:?}");
    }
}

#[test]
fn digits_in_a_window_do_not_select() {
    let mut person = Person::at(pictures::eight());
    person.press(key('+'));
    person.press(key('3'));
    assert_eq!(person.ui.selected, 1);
}

#[test]
fn what_takes_load_away_acts_at_once() {
    for (key, action) in [
        (key('p'), Action::Pause),
        (key('-'), Action::LoadDown),
        (key('<'), Action::TargetDown),
        (key('x'), Action::Enter(Entry::Symptom)),
    ] {
        let mut person = Person::at(pictures::eight());
        let request = one(person.press(key));
        assert_eq!((request.station, request.ask), (1, Ask::Act(action)));
        assert_eq!(request.snapshot, person.snapshot.number);
        assert_eq!(request.session.as_deref(), Some("2026-11-23-1"));
    }
}

/// Each key that asks, the station where it makes sense, and what a Yes sends.
fn questions() -> Vec<(char, u8, Ask)> {
    vec![
        ('+', 1, Ask::Act(Action::LoadUp)),
        ('>', 1, Ask::Act(Action::TargetUp)),
        ('s', 6, Ask::Act(Action::ConfirmStart)),
        ('d', 6, Ask::Act(Action::DoorChecked)),
        ('c', 8, Ask::Act(Action::Resume)),
        ('e', 1, Ask::Act(Action::BeginCoolDown)),
        ('f', 7, Ask::Act(Action::Finish)),
        ('f', 8, Ask::Close),
    ]
}

#[test]
fn every_question_is_answered_no_unless_a_person_says_yes() {
    for (character, station, ask) in questions() {
        for no in [Key::Enter, Key::Esc, key('n')] {
            let mut person = Person::at(pictures::eight());
            person.ui.selected = station;
            assert_eq!(person.press(key(character)), [], "{character}");
            assert!(person.asks(), "{character}");
            assert_eq!(person.press(no), [], "{character} {no:?}");
            assert_eq!(person.ui.dialog, None);
        }
        let mut person = Person::at(pictures::eight());
        person.ui.selected = station;
        person.press(key(character));
        let request = one(person.press(key('y')));
        assert_eq!((request.station, request.ask), (station, ask.clone()));

        let mut chosen = Person::at(pictures::eight());
        chosen.ui.selected = station;
        chosen.press(key(character));
        chosen.press(Key::Left);
        assert_eq!(one(chosen.press(Key::Enter)).ask, ask);
    }
}

#[test]
fn a_question_that_nobody_answers_is_a_no() {
    for (character, station, _) in questions() {
        let mut person = Person::at(pictures::eight());
        person.ui.selected = station;
        person.press(key(character));
        person.wait(
            TIMES_OUT_AFTER
                .checked_sub(Duration::from_millis(1))
                .unwrap(),
        );
        assert!(person.asks(), "{character}: too early");
        person.wait(Duration::from_millis(1));
        assert!(!person.asks(), "{character}");
        // The late Yes is a key like any other: it opens dyspnoea and sends nothing.
        assert_eq!(person.press(key('y')), []);
    }
}

#[test]
fn a_question_names_the_patient_the_old_and_the_new_value() {
    let mut person = Person::at(pictures::eight());
    person.press(key('+'));
    let Some(Dialog::Question(question)) = &person.ui.dialog else {
        panic!("no question");
    };
    assert_eq!(question.title, "MORE LOAD: station 1, K7PD, bike?");
    assert_eq!(question.lines[0], "load now 2.90 net MET (62 W)");
    assert!(question.lines[1].starts_with("then about 3.15 net MET"));
}

#[test]
fn a_yes_to_what_is_no_longer_so_does_nothing() {
    let mut moved = Person::at(pictures::eight());
    moved.press(key('+'));
    moved.snapshot.stations[0].view.granted = pictures::over_limit(1).view.granted;
    assert_eq!(moved.press(key('y')), []);
    assert!(moved.remark().contains("load has moved"));

    let mut other = Person::at(pictures::eight());
    other.press(key('+'));
    other.snapshot.stations[0].session.as_mut().unwrap().id = "another".to_owned();
    assert_eq!(other.press(key('y')), []);
    assert!(other.remark().contains("session at station 1 has changed"));

    let mut typed = Person::at(pictures::eight());
    typed.press(key('r'));
    typed.type_text("13");
    typed.snapshot.stations[0].session = None;
    assert_eq!(typed.press(Key::Enter), []);
}

#[test]
fn acknowledging_names_the_alarms_that_were_seen() {
    let mut person = Person::at(pictures::eight());
    person.ui.selected = 3;
    assert_eq!(
        asked(&person.press(key('a'))),
        [(3, &Ask::Act(Action::Acknowledge(RuleId::HrLimit)))]
    );
    person.ui.selected = 1;
    assert_eq!(person.press(key('a')), []);
    assert!(
        person.remark().contains("the alarm is at 3"),
        "{}",
        person.remark()
    );
}

#[test]
fn a_target_that_is_moved_while_the_load_is_set_by_hand_names_the_key_that_comes_first() {
    let mut person = Person::at(pictures::eight());
    let view = &mut person.snapshot.stations[0].view;
    (view.by_hand, view.notes.target) = (true, None);
    assert_eq!(person.press(key('>')), []);
    assert!(!person.asks());
    assert!(
        person.remark().contains("A (automatic) first"),
        "{}",
        person.remark()
    );
}

#[test]
fn silence_lasts_two_minutes_and_silencing_all_asks() {
    let mut person = Person::at(pictures::eight());
    person.ui.selected = 3;
    let silence = Ask::Act(Action::Silence(Duration::from_mins(2)));
    assert_eq!(asked(&person.press(key('z'))), [(3, &silence)]);
    assert_eq!(person.press(key('Z')), []);
    assert!(person.asks());
    let said = person.press(key('y'));
    assert_eq!(
        asked(&said),
        [2, 3, 5, 8].map(|station| (station, &silence))
    );
    let FromViewer::Ask(last) = said.last().unwrap() else {
        panic!("a request");
    };
    let mut ui = person.ui.clone();
    ui.answered(&person.seen(), last.number, None);
    let remark = ui.remark.unwrap().text;
    assert_eq!(remark, "gym: silence every station for 2 min: taken");
}

#[test]
fn entries_are_typed_and_a_wrong_one_is_not_taken() {
    let mut person = Person::at(pictures::eight());
    person.press(key('r'));
    person.type_text("23");
    assert_eq!(person.press(Key::Enter), []);
    assert_eq!(person.text(), "23");
    person.press(Key::Backspace);
    person.press(Key::Backspace);
    person.type_text("1x3");
    assert_eq!(person.text(), "13", "letters are not digits");
    assert_eq!(
        one(person.press(Key::Enter)).ask,
        Ask::Act(Action::Enter(Entry::PerceivedExertion(13)))
    );
    person.press(key('y'));
    person.type_text("4");
    assert_eq!(
        one(person.press(Key::Enter)).ask,
        Ask::Act(Action::Enter(Entry::Dyspnoea(4)))
    );
}

#[test]
fn letters_typed_into_a_field_never_act() {
    let mut person = Person::at(pictures::eight());
    person.press(key('b'));
    for row in keys::TABLE {
        for &key in row.keys {
            if matches!(key, Key::Char(_)) {
                assert_eq!(person.press(key), [], "{key:?}");
            }
        }
    }
    assert!(person.ui.is_typing());
    assert_eq!(person.ui.selected, 1);
}

fn mark(person: &mut Person, name: &str) {
    for _ in 0..20 {
        person.press(Key::Up);
    }
    for _ in 0..20 {
        let Some(Dialog::List(list)) = &person.ui.dialog else {
            panic!("no list");
        };
        let rows = rows::rows(list, &person.seen());
        if rows[place(list, &rows)].name == name {
            return;
        }
        person.press(Key::Down);
    }
    panic!("{name} is not in the list");
}

#[test]
fn a_new_session_shows_both_identifiers_and_needs_a_yes() {
    let mut person = Person::at(pictures::quiet());
    person.snapshot = pictures::gym(vec![pictures::free(4, MachineKind::Cycle)]);
    person.ui.selected = 4;
    person.press(key('n'));
    mark(&mut person, "M2QX");
    person.press(Key::Enter);
    mark(&mut person, "walk-1");
    person.press(Key::Enter);
    assert!(person.remark().contains("not for this machine"));
    mark(&mut person, "moderate-2");
    person.press(Key::Enter);
    // Both sensors hang at this station and are ticked; one is taken off.
    mark(&mut person, "oximeter-4");
    person.press(key('t'));
    assert_eq!(person.press(Key::Enter), []);
    let Some(Dialog::Question(question)) = &person.ui.dialog else {
        panic!("no question");
    };
    let text = question.lines.join("\n");
    assert!(
        text.contains("M2QX") && text.contains("born 1944"),
        "{text}"
    );
    assert!(!question.yes);
    let mut no = Person {
        ui: person.ui.clone(),
        snapshot: person.snapshot.clone(),
        ..person
    };
    assert_eq!(no.press(Key::Enter), []);
    let request = one(person_yes(no.snapshot, &person.ui, no.now));
    assert_eq!(
        request.ask,
        Ask::Open {
            patient: "M2QX".to_owned(),
            second_identifier: "born 1944".to_owned(),
            prescription: "moderate-2".to_owned(),
            sensors: vec!["strap-4".to_owned()],
        }
    );
}

fn person_yes(snapshot: Snapshot, ui: &Ui, now: u64) -> Vec<FromViewer> {
    let mut person = Person::at(snapshot);
    person.ui = ui.clone();
    person.now = now;
    person.press(key('y'))
}

#[test]
fn a_patient_who_exercises_elsewhere_cannot_be_chosen() {
    let mut person = Person::at(pictures::eight());
    person.ui.selected = 4;
    person.press(key('n'));
    mark(&mut person, "K7PD");
    assert_eq!(person.press(Key::Enter), []);
    assert!(person.remark().contains("is at station 1"));
    assert!(matches!(person.ui.dialog, Some(Dialog::List(_))));
}

#[test]
fn what_is_out_of_force_cannot_be_chosen_and_says_since_when() {
    let mut person = Person::at(pictures::eight());
    person.snapshot = pictures::gym(vec![pictures::free(4, MachineKind::Cycle)]);
    person.ui.selected = 4;
    let patients = &mut person.snapshot.patients;
    let free = patients
        .iter_mut()
        .find(|patient| patient.pseudonym == "M2QX")
        .expect("one who is free");
    free.prescriptions[0].out_of_force = Some("ended on 2026-03-01".to_owned());
    person.press(key('n'));
    mark(&mut person, "M2QX");
    assert_eq!(person.press(Key::Enter), []);
    let remark = person.remark();
    assert!(remark.contains("ended on 2026-03-01"), "{remark}");
    assert!(
        matches!(&person.ui.dialog, Some(Dialog::List(list)) if list.choice == crate::dashboard::dialog::Choice::Patient)
    );
}

#[test]
fn a_new_session_without_a_record_is_refused_before_the_first_question() {
    let mut person = Person::at(pictures::eight());
    person.snapshot = pictures::gym(vec![pictures::free(4, MachineKind::Cycle)]);
    person.snapshot.record = RecordHealth::Failing {
        because: "disk full".to_owned(),
    };
    person.ui.selected = 4;
    assert_eq!(person.press(key('n')), []);
    assert!(person.ui.dialog.is_none());
    let remark = person.remark();
    assert!(
        remark.contains("disk full") && remark.contains("no session starts"),
        "{remark}"
    );
}

#[test]
fn the_filter_takes_letters_and_its_mark_stays_with_its_row() {
    let mut person = Person::at(pictures::eight());
    person.ui.selected = 4;
    person.press(key('n'));
    person.press(key('/'));
    person.type_text("zb");
    person.press(Key::Enter);
    let marked = |person: &Person| match &person.ui.dialog {
        Some(Dialog::List(list)) => list.marked.clone(),
        other => panic!("no list: {other:?}"),
    };
    assert_eq!(marked(&person).as_deref(), Some("ZB40"));
    person.snapshot.patients.remove(0);
    person.wait(Duration::from_secs(1));
    assert_eq!(marked(&person).as_deref(), Some("ZB40"));
}

#[test]
fn a_session_moves_to_a_free_station_after_a_yes() {
    let mut person = Person::at(pictures::eight());
    person.press(key('m'));
    mark(&mut person, "2");
    assert_eq!(person.press(Key::Enter), []);
    assert!(person.remark().contains("M2QX is there"));
    mark(&mut person, "4");
    person.press(Key::Enter);
    mark(&mut person, "moderate-2");
    person.press(Key::Enter);
    assert!(person.asks());
    let request = one(person.press(key('y')));
    assert_eq!(request.station, 1);
    assert_eq!(
        request.ask,
        Ask::MoveTo {
            station: 4,
            prescription: "moderate-2".to_owned()
        }
    );
}

#[test]
fn binding_a_sensor_asks_and_taking_one_off_does_not() {
    let mut person = Person::at(pictures::eight());
    person.press(key('B'));
    mark(&mut person, "strap-1");
    let request = one(person.press(Key::Enter));
    assert_eq!(
        request.ask,
        Ask::Bind {
            sensor: "strap-1".to_owned(),
            bound: false
        }
    );
    person.press(key('B'));
    mark(&mut person, "strap-2");
    person.press(Key::Enter);
    assert!(person.remark().contains("serves station 2"));
    mark(&mut person, "strap-4");
    assert_eq!(person.press(Key::Enter), []);
    assert!(person.asks());
    assert_eq!(
        one(person.press(key('y'))).ask,
        Ask::Bind {
            sensor: "strap-4".to_owned(),
            bound: true
        }
    );
}

#[test]
fn leaving_asks_where_somebody_would_be_left_alone() {
    let mut demo = Person::at(pictures::eight());
    demo.demo = true;
    assert_eq!(demo.press(key('q')), []);
    assert!(demo.asks());
    assert_eq!(one(demo.press(key('y'))).ask, Ask::EndGym);
    assert!(demo.ui.ending.is_some());
    assert_eq!(
        one(demo.press(Key::F(8))).ask,
        Ask::Stop,
        "stops still work"
    );

    let mut last = Person::at(pictures::eight());
    assert_eq!(last.press(key('q')), []);
    assert_eq!(last.press(key('y')), [FromViewer::Leave]);

    let mut others = Person::at(pictures::eight());
    others.snapshot.viewers = 2;
    assert_eq!(others.press(key('q')), [FromViewer::Leave]);
}

#[test]
fn an_end_that_the_gym_refuses_can_be_asked_for_again() {
    let mut demo = Person::at(pictures::eight());
    demo.demo = true;
    demo.press(key('q'));
    let request = one(demo.press(key('y')));
    let mut ui = std::mem::take(&mut demo.ui);
    let because = "the screen was more than 2 s old; look again and repeat";
    ui.answered(&demo.seen(), request.number, Some(because));
    demo.ui = ui;
    assert_eq!(demo.ui.ending, None);
    assert_eq!(demo.press(key('q')), []);
    assert_eq!(one(demo.press(key('y'))).ask, Ask::EndGym);
}

#[test]
fn on_an_old_picture_only_stops_are_tried() {
    for (link, silent) in [
        (Link::Lost { since: NOW }, Duration::ZERO),
        (Link::Up, Duration::from_millis(1_100)),
    ] {
        let mut person = Person::at(pictures::eight());
        person.link = link;
        person.now += u64::try_from(silent.as_nanos()).unwrap();
        for character in ['a', 'p', 'x', '+', 'b', 'n'] {
            assert_eq!(person.press_now(key(character)), [], "{character}");
            assert_eq!(person.ui.dialog, None);
        }
        let said = person.press_now(Key::F(8));
        assert_eq!(asked(&said), [(1, &Ask::Stop)]);
        let mut ui = person.ui.clone();
        ui.not_sent(&person.seen(), &said[0]);
        assert_eq!(ui.stop_state(&person.seen(), 1), None);
        assert!(ui.remark.as_ref().unwrap().loud);
        assert!(ui.remark.unwrap().text.contains("STOP NOT SENT"));
    }
}

#[test]
fn a_stop_is_asked_then_sent_then_confirmed() {
    let mut person = Person::at(pictures::eight());
    let state = |person: &Person| person.ui.stop_state(&person.seen(), 1);
    assert_eq!(state(&person), None);
    person.press(Key::F(8));
    assert_eq!(state(&person), Some(StopState::Asked));
    person.wait(Duration::from_secs(2));
    assert_eq!(state(&person), Some(StopState::Unheard));
    let asked = person.seen().gym_now().before(Duration::from_secs(2));
    person.snapshot.stations[0].stop = Some(StopProgress {
        asked,
        sent: None,
        confirmed: None,
    });
    assert_eq!(state(&person), Some(StopState::Taken));
    let stop = person.snapshot.stations[0].stop.as_mut().unwrap();
    stop.sent = Some(asked);
    assert_eq!(
        state(&person),
        Some(StopState::Sent(Duration::from_secs(2)))
    );
    let now = person.seen().gym_now();
    person.snapshot.stations[0].stop.as_mut().unwrap().confirmed = Some(now);
    assert_eq!(state(&person), Some(StopState::Confirmed(Duration::ZERO)));
    // A later stop is not taken for the one that was confirmed.
    person.wait(Duration::from_secs(30));
    person.press(Key::F(8));
    assert_eq!(state(&person), Some(StopState::Asked));
}

#[test]
fn a_stop_that_the_gym_has_shown_says_nothing_of_the_session_that_follows() {
    let mut person = Person::at(pictures::gym(vec![pictures::free(1, MachineKind::Cycle)]));
    person.press(Key::F(8));
    let asked = person.seen().gym_now();
    person.snapshot.stations[0].stop = Some(StopProgress {
        asked,
        sent: Some(asked),
        confirmed: Some(asked),
    });
    person.wait(Duration::from_secs(3));
    let age = Duration::from_secs(3);
    let state = |person: &Person| person.ui.stop_state(&person.seen(), 1);
    assert_eq!(state(&person), Some(StopState::Confirmed(age)));
    person.snapshot.stations[0] = pictures::ready(1);
    person.wait(Duration::from_secs(3));
    assert_eq!(state(&person), None);
}

#[test]
fn a_stop_that_the_gym_never_shows_is_spoken_of_for_a_minute_whoever_comes() {
    let mut person = Person::at(pictures::gym(vec![pictures::free(1, MachineKind::Cycle)]));
    person.press(Key::F(8));
    person.snapshot.stations[0] = pictures::ready(1);
    let state = |person: &Person| person.ui.stop_state(&person.seen(), 1);
    person.wait(Duration::from_secs(59));
    assert_eq!(state(&person), Some(StopState::Unheard));
    person.wait(Duration::from_secs(1));
    assert_eq!(state(&person), None);
}

#[test]
fn a_refusal_is_said_aloud_with_its_station() {
    let mut person = Person::at(pictures::eight());
    let request = one(person.press(key('p')));
    let mut ui = person.ui.clone();
    ui.answered(&person.seen(), request.number, Some("not in this phase"));
    let remark = ui.remark.unwrap();
    assert!(remark.loud);
    assert_eq!(remark.text, "station 1: pause NOT done: not in this phase");
}

#[test]
fn a_high_alarm_rings_until_somebody_has_seen_it_and_a_medium_one_once() {
    let mut person = Person::at(pictures::quiet());
    let mut bell = Bell::default();
    assert!(!bell.rings(&person.seen()));
    person.snapshot.stations[1] = pictures::low_saturation(2);
    assert!(bell.rings(&person.seen()), "medium: once");
    for _ in 0..20 {
        person.wait(Duration::from_secs(1));
        assert!(!bell.rings(&person.seen()), "medium: not again");
    }
    person.snapshot.stations[2] = pictures::over_limit(3);
    assert!(bell.rings(&person.seen()), "high: at once");
    person.wait(Duration::from_millis(2_900));
    assert!(!bell.rings(&person.seen()));
    person.wait(Duration::from_millis(100));
    assert!(bell.rings(&person.seen()), "high: again");
    let now = person.seen().gym_now();
    person.snapshot.stations[2].alarms[0].silenced_until = Some(now + Duration::from_mins(2));
    person.wait(Duration::from_secs(10));
    assert!(!bell.rings(&person.seen()), "silenced");
    person.snapshot.stations[4].alarms = vec![pictures::alarm(
        RuleId::Spo2Critical,
        Priority::High,
        1,
        None,
        Some(LoadAct::CoolDown),
    )];
    assert!(
        bell.rings(&person.seen()),
        "silence covers the present ones alone"
    );
    person.snapshot.stations[4].alarms[0].acknowledged = true;
    person.wait(Duration::from_secs(10));
    assert!(!bell.rings(&person.seen()), "acknowledged");
    person.wait(Duration::from_mins(2));
    assert!(bell.rings(&person.seen()), "the silence is over");
}

#[test]
fn leaving_counts_every_open_session_and_speaks_of_one_as_of_one() {
    let first_line = |snapshot: Snapshot, demo: bool| {
        let mut person = Person::at(snapshot);
        person.demo = demo;
        person.snapshot.viewers = 1;
        person.press(key('q'));
        match &person.ui.dialog {
            Some(Dialog::Question(question)) => question.lines[0].clone(),
            _ => String::new(),
        }
    };
    // A stopped session is open too: it is ended with the others.
    let two = || pictures::gym(vec![pictures::over_limit(1), pictures::stopped(2)]);
    assert_eq!(
        first_line(two(), true),
        "2 sessions are under way: each is ended safely."
    );
    let one = || pictures::gym(vec![pictures::over_limit(1)]);
    assert_eq!(
        first_line(one(), true),
        "1 session is under way: it is ended safely."
    );
    assert_eq!(
        first_line(one(), false),
        "1 patient exercises. With nobody watching, an alarm"
    );
    assert_eq!(
        first_line(pictures::empty(), true),
        "No session is under way."
    );
}

#[test]
fn a_record_that_fails_rings_once_each_time() {
    let mut person = Person::at(pictures::quiet());
    let mut bell = Bell::default();
    assert!(!bell.rings(&person.seen()));
    let whole = person.snapshot.record.clone();
    for time in ["first", "second"] {
        person.snapshot.record = RecordHealth::Failing {
            because: "disk full".to_owned(),
        };
        assert!(bell.rings(&person.seen()), "the {time} time");
        person.wait(Duration::from_secs(10));
        assert!(!bell.rings(&person.seen()), "once");
        person.snapshot.record = whole.clone();
        assert!(!bell.rings(&person.seen()));
    }
}
