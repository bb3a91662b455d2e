//! A key in, requests out: pure. The stop keys come before everything else, in every mode.

mod dialogs;
pub mod entry;
pub mod rows;
mod session;
mod station;
#[cfg(test)]
mod tests;

pub(super) use dialogs::place;
pub(super) use session::exercising;

use super::dialog::Dialog;
use super::keys::{self, Command, Key};
use super::ui::{Screen, Ui};
use super::view::Seen;
use crate::gym::messages::{Ask, FromViewer};

/// The second half of a chord has to come within this, in nanoseconds.
pub const CHORD_WITHIN: u64 = 3_000_000_000;
/// Three stops within this are a stop of all, in nanoseconds.
const THREE_WITHIN: u64 = 1_500_000_000;
/// A key that is held repeats between these, in nanoseconds (choice: keyboards repeat 20 to 40 times a second): such a press does not
/// count towards a stop of all.
const REPEATS: std::ops::RangeInclusive<u64> = 15_000_000..=60_000_000;

/// What a key does: changes of this viewer's own state, and what is sent to the gym, in order.
pub fn update(ui: &mut Ui, seen: &Seen<'_>, key: Key) -> Vec<FromViewer> {
    ui.tick(seen);
    let is_stop = key == Key::F(8) || (key == Key::Char(' ') && !ui.is_typing());
    if is_stop {
        return stop(ui, seen, key);
    }
    if key == Key::Ctrl('x') {
        return emergency(ui, seen);
    }
    ui.emergency_armed = None;
    if ui.ending.is_some() {
        return Vec::new();
    }
    if ui.dialog.is_some() {
        return dialogs::key(ui, seen, key);
    }
    match keys::command(key) {
        None => Vec::new(),
        Some(command) => obey(ui, seen, key, command),
    }
}

fn stop(ui: &mut Ui, seen: &Seen<'_>, key: Key) -> Vec<FromViewer> {
    if key == Key::F(8) && is_third(ui, seen.now) {
        ui.stop_presses.clear();
        close_what_adds_load(ui, None);
        for station in seen.snapshot.iter().flat_map(|snapshot| &snapshot.stations) {
            ui.stop_asked(station.number, seen.now);
        }
        ui.shout(seen, "STOP ALL: every station");
        return vec![ui.request(seen, 0, Ask::StopAll, "STOP ALL")];
    }
    let station = ui.selected;
    close_what_adds_load(ui, Some(station));
    ui.stop_asked(station, seen.now);
    ui.shout(seen, format!("STOP {station}"));
    vec![ui.request(seen, station, Ask::Stop, "STOP")]
}

fn is_third(ui: &mut Ui, now: u64) -> bool {
    let held = ui
        .stop_presses
        .last()
        .is_some_and(|last| REPEATS.contains(&now.saturating_sub(*last)));
    ui.stop_presses
        .retain(|press| now.saturating_sub(*press) <= THREE_WITHIN);
    if held {
        // The last press stays as young as the key is held: letting go and pressing again is a new press.
        if let Some(last) = ui.stop_presses.last_mut() {
            *last = now;
        }
        return false;
    }
    ui.stop_presses.push(now);
    ui.stop_presses.len() >= 3
}

fn close_what_adds_load(ui: &mut Ui, station: Option<u8>) {
    let closes = match &ui.dialog {
        Some(Dialog::Question(question)) => {
            question.adds_load && station.is_none_or(|station| station == question.about.station)
        }
        Some(Dialog::Help(_) | Dialog::Entry(_) | Dialog::List(_)) | None => false,
    };
    if closes {
        ui.dialog = None;
    }
}

fn emergency(ui: &mut Ui, seen: &Seen<'_>) -> Vec<FromViewer> {
    let station = ui.selected;
    let armed = ui
        .emergency_armed
        .take()
        .is_some_and(|armed| seen.now.saturating_sub(armed) <= CHORD_WITHIN);
    if !armed {
        ui.emergency_armed = Some(seen.now);
        ui.shout(
            seen,
            format!("Ctrl-X once more: EMERGENCY STOP of station {station} (its relay opens)"),
        );
        return Vec::new();
    }
    close_what_adds_load(ui, Some(station));
    ui.stop_asked(station, seen.now);
    ui.shout(seen, format!("EMERGENCY STOP {station}"));
    vec![ui.request(seen, station, Ask::EmergencyStop, "EMERGENCY STOP")]
}

fn obey(ui: &mut Ui, seen: &Seen<'_>, key: Key, command: Command) -> Vec<FromViewer> {
    match command {
        Command::Stop => return stop(ui, seen, key),
        Command::EmergencyStop => return emergency(ui, seen),
        Command::Select => select_digit(ui, seen, key),
        Command::Next => select_by(ui, seen, 1),
        Command::Previous => select_by(ui, seen, -1),
        Command::Above => select_by(ui, seen, -i32::from(ui.columns)),
        Command::Below => select_by(ui, seen, i32::from(ui.columns)),
        Command::Open => {
            ui.screen = match ui.screen {
                Screen::Wall => Screen::Station,
                Screen::Station => Screen::Wall,
            };
        }
        Command::Back => ui.screen = Screen::Wall,
        Command::Help => ui.dialog = Some(Dialog::Help(0)),
        Command::Leave => return session::leave(ui, seen),
        Command::Acknowledge
        | Command::Silence
        | Command::SilenceAll
        | Command::NewSession
        | Command::DoorCheck
        | Command::Start
        | Command::Pause
        | Command::Resume
        | Command::LoadUp
        | Command::LoadDown
        | Command::TargetUp
        | Command::TargetDown
        | Command::Automatic
        | Command::CoolDown
        | Command::Finish
        | Command::BloodPressure
        | Command::Exertion
        | Command::Dyspnoea
        | Command::Symptom
        | Command::Sign
        | Command::Move
        | Command::Bind => {
            if !seen.is_live() {
                ui.shout(seen, "no connection to the gym: only stops are tried");
                return Vec::new();
            }
            return station::obey(ui, seen, command);
        }
    }
    Vec::new()
}

fn select_digit(ui: &mut Ui, seen: &Seen<'_>, key: Key) {
    let Key::Char(character) = key else {
        return;
    };
    let number = character
        .to_digit(10)
        .and_then(|digit| u8::try_from(digit).ok());
    let Some(number) = number else {
        return;
    };
    if seen.station(number).is_some() {
        ui.selected = number;
    } else {
        ui.say(seen, format!("there is no station {number}"));
    }
}

/// Moves the selection by so many places. It stays where it is at either end: a wall does not turn around.
fn select_by(ui: &mut Ui, seen: &Seen<'_>, by: i32) {
    let Some(snapshot) = seen.snapshot else {
        return;
    };
    let place = snapshot
        .stations
        .iter()
        .position(|station| station.number == ui.selected);
    let Some(place) = place else {
        if let Some(first) = snapshot.stations.first() {
            ui.selected = first.number;
        }
        return;
    };
    let moved = i32::try_from(place)
        .ok()
        .and_then(|place| place.checked_add(by))
        .and_then(|place| usize::try_from(place).ok())
        .and_then(|place| snapshot.stations.get(place));
    if let Some(station) = moved {
        ui.selected = station.number;
    }
}
