//! Keys while something stands over the wall. Esc is always safe; the stop keys were taken before.

use control::input::{Action, Entry};

use super::entry;
use super::rows::{Row, rows, sign_field};
use super::session;
use crate::dashboard::dialog::{Choice, Dialog, EntryForm, List, Question, Subject};
use crate::dashboard::keys::Key;
use crate::dashboard::ui::Ui;
use crate::dashboard::view::Seen;
use crate::gym::messages::{Ask, FromViewer};
use crate::records::observe::entered_in_words;

/// The longest text that can be typed.
const TEXT_AT_MOST: usize = 24;

pub(super) fn key(ui: &mut Ui, seen: &Seen<'_>, key: Key) -> Vec<FromViewer> {
    // Taken out while the key is worked on, and put back where it stays open.
    match ui.dialog.take() {
        None => Vec::new(),
        Some(Dialog::Help(page)) => {
            ui.dialog = match key {
                Key::Tab | Key::Down | Key::Right | Key::PageDown => {
                    Some(Dialog::Help(page.wrapping_add(1)))
                }
                Key::BackTab | Key::Up | Key::Left | Key::PageUp => {
                    Some(Dialog::Help(page.saturating_sub(1)))
                }
                Key::Char(_)
                | Key::Ctrl(_)
                | Key::F(_)
                | Key::Enter
                | Key::Esc
                | Key::Backspace
                | Key::Home
                | Key::End => None,
            };
            Vec::new()
        }
        Some(Dialog::Question(asked)) => question(ui, seen, key, asked),
        Some(Dialog::Entry(form)) => typed(ui, seen, key, form),
        Some(Dialog::List(list)) => listed(ui, seen, key, list),
    }
}

/// Whether the patient is still the one that the dialog was opened about; says so where not.
fn is_same(ui: &mut Ui, seen: &Seen<'_>, about: &Subject) -> bool {
    let same = about.station == 0 || seen.session(about.station) == about.session.as_deref();
    if !same {
        ui.shout(
            seen,
            format!(
                "the session at station {} has changed: nothing was done",
                about.station
            ),
        );
    }
    same
}

fn question(ui: &mut Ui, seen: &Seen<'_>, key: Key, mut asked: Question) -> Vec<FromViewer> {
    match key {
        Key::Char('y' | 'Y') => return answer_yes(ui, seen, asked),
        Key::Enter if asked.yes => return answer_yes(ui, seen, asked),
        Key::Enter | Key::Esc | Key::Char('n' | 'N' | 'q') | Key::Ctrl('c') => {
            ui.say(seen, "No: nothing was done");
            return Vec::new();
        }
        Key::Left | Key::Right | Key::Tab | Key::BackTab => asked.yes = !asked.yes,
        Key::Char(_)
        | Key::Ctrl(_)
        | Key::F(_)
        | Key::Backspace
        | Key::Up
        | Key::Down
        | Key::Home
        | Key::End
        | Key::PageUp
        | Key::PageDown => {}
    }
    ui.dialog = Some(Dialog::Question(asked));
    Vec::new()
}

fn answer_yes(ui: &mut Ui, seen: &Seen<'_>, asked: Question) -> Vec<FromViewer> {
    if !is_same(ui, seen, &asked.about) {
        return Vec::new();
    }
    let moved = asked
        .load
        .zip(seen.station(asked.about.station))
        .is_some_and(|(then, station)| (station.view.granted.get() - then).abs() > 0.1);
    if moved {
        ui.shout(
            seen,
            "the load has moved meanwhile: nothing was done, ask again",
        );
        return Vec::new();
    }
    if asked.asks.is_empty() {
        return vec![FromViewer::Leave];
    }
    if asked.asks.iter().any(|(_, ask)| *ask == Ask::EndGym) {
        ui.ending = Some(seen.now);
    }
    let (what, of_gym) = (asked.what, asked.about.station == 0);
    asked
        .asks
        .into_iter()
        .map(|(station, ask)| {
            let place = if of_gym { 0 } else { station };
            ui.request_of(seen, place, (station, ask), &what)
        })
        .collect()
}

fn typed(ui: &mut Ui, seen: &Seen<'_>, key: Key, mut form: EntryForm) -> Vec<FromViewer> {
    match key {
        Key::Esc | Key::Ctrl('c') => {
            ui.say(seen, "nothing was entered");
            return Vec::new();
        }
        Key::Enter => {
            if !is_same(ui, seen, &form.about) {
                return Vec::new();
            }
            match entry::parse(form.field, &form.text) {
                Ok(entry) => {
                    let ask = Ask::Act(Action::Enter(entry));
                    // Two units can be typed: what was understood stands in the answer.
                    let what = if matches!(entry, Entry::Glucose(_) | Entry::OxygenFlow(_)) {
                        entered_in_words(entry)
                    } else {
                        form.field.title().to_owned()
                    };
                    return vec![ui.request(seen, form.about.station, ask, &what)];
                }
                Err(wrong) => form.wrong = Some(wrong),
            }
        }
        Key::Backspace => {
            form.text.pop();
            form.wrong = None;
        }
        Key::Char(character) => {
            if entry::accepts(form.field, character) && form.text.chars().count() < TEXT_AT_MOST {
                form.text.push(character);
                form.wrong = None;
            }
        }
        Key::Ctrl(_)
        | Key::F(_)
        | Key::Tab
        | Key::BackTab
        | Key::Up
        | Key::Down
        | Key::Left
        | Key::Right
        | Key::Home
        | Key::End
        | Key::PageUp
        | Key::PageDown => {}
    }
    ui.dialog = Some(Dialog::Entry(form));
    Vec::new()
}

fn listed(ui: &mut Ui, seen: &Seen<'_>, key: Key, mut list: List) -> Vec<FromViewer> {
    match key {
        Key::Esc if list.typing || !list.filter.is_empty() => {
            list.typing = false;
            list.filter.clear();
        }
        Key::Esc | Key::Ctrl('c') => return Vec::new(),
        Key::Char('q') if !list.typing => return Vec::new(),
        Key::Up | Key::BackTab => mark(&mut list, seen, Step::Back),
        Key::Down | Key::Tab => mark(&mut list, seen, Step::On),
        Key::Char('/') if !list.typing => list.typing = true,
        Key::Enter if list.typing => {
            list.typing = false;
            mark(&mut list, seen, Step::Stay);
        }
        Key::Enter => return chosen(ui, seen, list),
        Key::Char('t') if !list.typing => tick(ui, seen, &mut list),
        Key::Backspace if list.typing => {
            list.filter.pop();
        }
        Key::Char(character) if list.typing => {
            if list.filter.chars().count() < TEXT_AT_MOST {
                list.filter.push(character);
            }
        }
        Key::Char(_)
        | Key::Ctrl(_)
        | Key::F(_)
        | Key::Backspace
        | Key::Left
        | Key::Right
        | Key::Home
        | Key::End
        | Key::PageUp
        | Key::PageDown => {}
    }
    ui.dialog = Some(Dialog::List(list));
    Vec::new()
}

#[derive(Clone, Copy)]
enum Step {
    On,
    Back,
    Stay,
}

/// The place of the marked row: the first where none is marked or the marked one is gone.
pub(in crate::dashboard) fn place(list: &List, rows: &[Row]) -> usize {
    rows.iter()
        .position(|row| Some(&row.name) == list.marked.as_ref())
        .unwrap_or(0)
}

fn mark(list: &mut List, seen: &Seen<'_>, step: Step) {
    let rows = rows(list, seen);
    let place = place(list, &rows);
    let place = match step {
        Step::On => (place + 1).min(rows.len().saturating_sub(1)),
        Step::Back => place.saturating_sub(1),
        Step::Stay => place,
    };
    list.marked = rows.get(place).map(|row| row.name.clone());
}

fn tick(ui: &mut Ui, seen: &Seen<'_>, list: &mut List) {
    let rows = rows(list, seen);
    let Some(row) = rows.get(place(list, &rows)) else {
        return;
    };
    list.marked = Some(row.name.clone());
    if let Choice::Sensors { ticked, .. } = &mut list.choice {
        if let Some(why_not) = &row.why_not {
            ui.say(seen, format!("{} {why_not}", row.name));
        } else if ticked.contains(&row.name) {
            ticked.retain(|there| *there != row.name);
        } else {
            ticked.push(row.name.clone());
        }
    }
}

fn chosen(ui: &mut Ui, seen: &Seen<'_>, mut list: List) -> Vec<FromViewer> {
    if !is_same(ui, seen, &list.about) {
        return Vec::new();
    }
    let rows = rows(&list, seen);
    let row = rows.get(place(&list, &rows));
    if let Choice::Sensors {
        patient,
        prescription,
        ticked,
    } = &list.choice
    {
        let chosen = (patient.as_str(), prescription.as_str());
        session::confirm_open(ui, seen, list.about.clone(), chosen, ticked.clone());
        return Vec::new();
    }
    let Some(row) = row else {
        ui.dialog = Some(Dialog::List(list));
        return Vec::new();
    };
    if let Some(why_not) = &row.why_not {
        ui.say(seen, format!("{}: {why_not}", row.name));
        list.marked = Some(row.name.clone());
        ui.dialog = Some(Dialog::List(list));
        return Vec::new();
    }
    go_on(ui, seen, list, row)
}

fn go_on(ui: &mut Ui, seen: &Seen<'_>, list: List, row: &Row) -> Vec<FromViewer> {
    let next = |choice| {
        Some(Dialog::List(List {
            about: list.about.clone(),
            choice,
            filter: String::new(),
            typing: false,
            marked: None,
        }))
    };
    match list.choice {
        Choice::Patient => {
            ui.dialog = next(Choice::Prescription {
                patient: row.name.clone(),
            });
        }
        Choice::Prescription { patient } => {
            let ticked = seen.snapshot.map_or_else(Vec::new, |snapshot| {
                session::home_sensors(snapshot, list.about.station)
            });
            ui.dialog = next(Choice::Sensors {
                patient,
                prescription: row.name.clone(),
                ticked,
            });
        }
        Choice::Target => {
            if let Ok(station) = row.name.parse() {
                ui.dialog = next(Choice::TargetPrescription { station });
            }
        }
        Choice::TargetPrescription { station } => {
            session::confirm_move(ui, seen, list.about, station, &row.name);
        }
        Choice::Bind => return bind(ui, seen, list.about, row),
        Choice::Sign => return sign(ui, seen, list.about, row),
        Choice::Sensors { .. } => {}
    }
    Vec::new()
}

/// Taking a sensor off takes trust away, never adds load: it acts at once. Binding one asks.
fn bind(ui: &mut Ui, seen: &Seen<'_>, about: Subject, row: &Row) -> Vec<FromViewer> {
    if row.ticked == Some(true) {
        let ask = Ask::Bind {
            sensor: row.name.clone(),
            bound: false,
        };
        return vec![ui.request(seen, about.station, ask, "take sensor off")];
    }
    session::confirm_bind(ui, seen, about, &row.name);
    Vec::new()
}

fn sign(ui: &mut Ui, seen: &Seen<'_>, about: Subject, row: &Row) -> Vec<FromViewer> {
    if let Some(field) = sign_field(&row.name) {
        ui.dialog = Some(Dialog::Entry(EntryForm {
            about,
            field,
            text: String::new(),
            wrong: None,
        }));
        return Vec::new();
    }
    let entry = match row.name.as_str() {
        "poor-perfusion" => Entry::PoorPerfusion,
        "arrhythmia" => Entry::Arrhythmia,
        "ectopy" => Entry::Ectopy,
        _ => Entry::Symptom,
    };
    let ask = Ask::Act(Action::Enter(entry));
    vec![ui.request(seen, about.station, ask, "sign")]
}
