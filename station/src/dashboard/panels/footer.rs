//! What is to be said about the last key, and the keys: how to stop which station always first.

use control::view::PhaseKind;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::text::{self, span};
use crate::dashboard::dialog::{Choice, Dialog};
use crate::dashboard::keys::{self, Command};
use crate::dashboard::view::View;

pub(super) fn remark(frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
    let line = if view.ui.ending.is_some() {
        Line::from(span(
            " ending every session safely, one moment ",
            view.theme.loud(),
        ))
    } else if let Some(remark) = view.ui.remark(view.seen.now) {
        let style = if remark.loud {
            view.theme.loud()
        } else {
            view.theme.title()
        };
        Line::from(span(format!(" {} ", remark.text), style))
    } else {
        return;
    };
    text::row(frame, area, 0, line, view.theme.glyphs);
}

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
    let mut first = vec![stop(view)];
    let second;
    if let Some(open) = &view.ui.dialog {
        first.extend(hints(view, &dialog_keys(open)));
        second = hints(
            view,
            &[if view.ui.is_typing() {
                "F8 stops also while you type".to_owned()
            } else {
                "F8 F8 F8 STOP ALL".to_owned()
            }],
        );
    } else {
        let here: Vec<String> = here(view).into_iter().map(keys::hint).collect();
        first.extend(hints(view, &here));
        second = hints(
            view,
            &[
                "1-9 select".to_owned(),
                "F8 F8 F8 STOP ALL".to_owned(),
                keys::hint(Command::Open),
                "? help".to_owned(),
                keys::hint(Command::Leave),
            ],
        );
    }
    text::row(frame, area, 0, Line::from(first), view.theme.glyphs);
    text::row(frame, area, 1, Line::from(second), view.theme.glyphs);
}

/// How to stop which station, now.
pub(super) fn stop(view: &View<'_>) -> Span<'static> {
    let key = if view.ui.is_typing() { "F8" } else { "Space" };
    span(
        format!(" {key} STOP {} ", view.ui.selected),
        view.theme.selected(),
    )
}

/// Keys with their words, from `key word`.
fn hints(view: &View<'_>, hints: &[String]) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    for (index, hint) in hints.iter().enumerate() {
        let dot = if index == 0 {
            " "
        } else {
            view.theme.glyphs.dot
        };
        spans.push(span(dot, view.theme.quiet()));
        let (key, word) = hint.split_once(' ').unwrap_or((hint, ""));
        spans.push(span(key.to_owned(), view.theme.key()));
        spans.push(span(format!(" {word}"), view.theme.quiet()));
    }
    spans
}

/// The commands that make sense at the selected station now.
fn here(view: &View<'_>) -> Vec<Command> {
    let Some(station) = view.seen.station(view.ui.selected) else {
        return vec![Command::Select];
    };
    let mut commands = Vec::new();
    if station.alarms.iter().any(|alarm| !alarm.acknowledged) {
        commands.extend([Command::Acknowledge, Command::Silence]);
    }
    if station.session.is_none() {
        commands.push(Command::NewSession);
        return commands;
    }
    commands.extend_from_slice(match station.view.phase {
        PhaseKind::Idle => &[Command::Finish][..],
        PhaseKind::Ready | PhaseKind::Starting => &[
            Command::DoorCheck,
            Command::Start,
            Command::BloodPressure,
            Command::Bind,
            Command::Finish,
        ],
        PhaseKind::WarmUp | PhaseKind::Conditioning => &[
            Command::Pause,
            Command::LoadDown,
            Command::LoadUp,
            Command::BloodPressure,
            Command::Exertion,
            Command::Dyspnoea,
            Command::Symptom,
            Command::CoolDown,
        ],
        PhaseKind::CoolDown | PhaseKind::Recovery => &[
            Command::BloodPressure,
            Command::Exertion,
            Command::Dyspnoea,
            Command::Symptom,
            Command::Pause,
            Command::Finish,
        ],
        PhaseKind::Finished => &[Command::BloodPressure, Command::Move, Command::Finish],
        PhaseKind::Paused | PhaseKind::Stopped => &[
            Command::Resume,
            Command::BloodPressure,
            Command::Sign,
            Command::CoolDown,
            Command::Finish,
        ],
    });
    if station.view.by_hand {
        commands.push(Command::Automatic);
    }
    commands
}

fn dialog_keys(open: &Dialog) -> Vec<String> {
    let words: &[&str] = match open {
        Dialog::Help => &["Esc close"],
        Dialog::Question(_) => &["y Yes", "n No", "Esc No"],
        Dialog::Entry(_) => &["Enter take it", "Esc nothing"],
        Dialog::List(list) if list.typing => &["Enter done", "Esc all"],
        Dialog::List(list) => match list.choice {
            Choice::Sensors { .. } => &["t tick", "Enter go on", "↑↓ mark", "Esc nothing"],
            Choice::Patient
            | Choice::Prescription { .. }
            | Choice::Target
            | Choice::TargetPrescription { .. }
            | Choice::Bind
            | Choice::Sign => &["Enter choose", "↑↓ mark", "/ search", "Esc nothing"],
        },
    };
    words.iter().map(|word| (*word).to_owned()).collect()
}
