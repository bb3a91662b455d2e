//! What is to be said about the last key, and the keys: how to stop which station always first.

use control::view::PhaseKind;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::text::{self, span};
use crate::dashboard::dialog::{Choice, Dialog};
use crate::dashboard::keys::{self, Command};
use crate::dashboard::theme::Theme;
use crate::dashboard::view::View;

pub(super) fn remark(frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
    let (words, loud) = if view.ui.ending.is_some() {
        ("ending every session safely, one moment", true)
    } else if let Some(remark) = view.ui.remark(view.seen.now) {
        (remark.text.as_str(), remark.loud)
    } else {
        return;
    };
    let style = if loud {
        view.theme.loud()
    } else {
        view.theme.title()
    };
    // The last row is always its own; what is longer begins in the one above, where that is free.
    let lines = text::wrap(words, area.width.saturating_sub(2), area.height.into());
    let rows = u16::try_from(lines.len()).unwrap_or(area.height);
    let first = area.height.saturating_sub(rows);
    for (row, line) in (first..area.height).zip(lines) {
        let line = Line::from(span(format!(" {line} "), style));
        text::row(frame, area, row, line, view.theme.glyphs);
    }
}

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
    let (mut here, general) = match &view.ui.dialog {
        Some(open) => {
            let stops = if view.ui.is_typing() {
                "F8 stops also while you type"
            } else {
                "F8F8F8 STOP ALL"
            };
            (dialog_keys(open), vec![stops.to_owned()])
        }
        None => (
            here(view).into_iter().map(keys::hint).collect(),
            vec![
                "1-9 select".to_owned(),
                "F8F8F8 STOP ALL".to_owned(),
                keys::hint(Command::Open),
                "? help".to_owned(),
                keys::hint(Command::Leave),
            ],
        ),
    };
    let mut first = vec![stop(view)];
    let room = usize::from(area.width).saturating_sub(Line::from(first.clone()).width());
    let fit = hints(view.theme, &here, room);
    first.extend(fit.0);
    text::row(frame, area, 0, Line::from(first), view.theme.glyphs);
    // What the first line has no room for stands in the second, after what always stands there.
    here.drain(..fit.1);
    let all: Vec<String> = general.into_iter().chain(here).collect();
    let second = hints(view.theme, &all, usize::from(area.width)).0;
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

/// Keys with their words, from `key word`: as many whole ones as fit, and how many those are.
pub(crate) fn hints(theme: &Theme, hints: &[String], room: usize) -> (Vec<Span<'static>>, usize) {
    let mut spans: Vec<Span<'static>> = Vec::new();
    let mut used = 0;
    for (index, hint) in hints.iter().enumerate() {
        let dot = if index == 0 { " " } else { theme.glyphs.dot };
        let (key, word) = hint.split_once(' ').unwrap_or((hint, ""));
        let parts = [
            span(dot, theme.quiet()),
            span(key.to_owned(), theme.key()),
            span(format!(" {word}"), theme.quiet()),
        ];
        used += parts.iter().map(Span::width).sum::<usize>();
        if used > room {
            return (spans, index);
        }
        spans.extend(parts);
    }
    (spans, hints.len())
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
    if station.view.phase == PhaseKind::Ready {
        let waits = station.view.interlock;
        commands.extend(waits.door_check.then_some(Command::DoorCheck));
        commands.extend(waits.confirmation.then_some(Command::Start));
    }
    commands.extend_from_slice(match station.view.phase {
        PhaseKind::Idle => &[Command::Finish][..],
        PhaseKind::Ready | PhaseKind::Starting => {
            &[Command::BloodPressure, Command::Bind, Command::Finish]
        }
        PhaseKind::WarmUp | PhaseKind::Conditioning => &[
            Command::Pause,
            Command::LoadDown,
            Command::Symptom,
            Command::BloodPressure,
            Command::Exertion,
            Command::LoadUp,
            Command::Dyspnoea,
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
    if station.view.phase == PhaseKind::Conditioning && station.view.notes.target.is_some() {
        commands.extend([Command::TargetDown, Command::TargetUp]);
    }
    commands
}

fn dialog_keys(open: &Dialog) -> Vec<String> {
    let words: &[&str] = match open {
        Dialog::Help(_) => &["Esc close", "Tab next page"],
        Dialog::Question(_) => &["y Yes", "n No", "Esc No"],
        Dialog::Entry(_) => &["Enter take it", "Esc nothing"],
        Dialog::List(list) if list.typing => &["Enter done", "Esc all"],
        Dialog::List(list) => match list.choice {
            Choice::Sensors { .. } => &["t tick", "Enter go on", "Tab mark", "Esc nothing"],
            Choice::Patient
            | Choice::Prescription { .. }
            | Choice::Target
            | Choice::TargetPrescription { .. }
            | Choice::Bind
            | Choice::Sign => &["Enter choose", "Tab mark", "/ search", "Esc nothing"],
        },
    };
    words.iter().map(|word| (*word).to_owned()).collect()
}
