//! What is said about the last key, and the keys that help here.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::keys::{self, Command, Section};
use super::super::ui::{Over, Screen, Tab};
use super::super::view::View;
use crate::dashboard::panels::footer::hints;
use crate::dashboard::panels::text::{self, span};

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
    let here = here(view);
    let (first, shown) = hints(view.theme, &here, usize::from(area.width));
    let mut rest: Vec<String> = Vec::new();
    // While something is typed, these keys are letters.
    if view.ui.over.is_none() {
        let general = [Command::Help, Command::Leave];
        rest.extend(general.map(|command| keys::hint(command, Section::Screen)));
        if matches!(view.ui.screen, Screen::Session(_)) {
            let added = [Command::Note, Command::Correct, Command::Sign];
            rest.extend(added.map(|command| keys::hint(command, Section::Session)));
        }
    }
    rest.extend(here.into_iter().skip(shown));
    let (second, _) = hints(view.theme, &rest, usize::from(area.width));
    text::row(frame, area, 0, Line::from(first), view.theme.glyphs);
    // What is said about the last key stands where the general keys are otherwise.
    let line = match &view.ui.remark {
        Some((words, true)) => Line::from(span(format!(" {words} "), view.theme.loud())),
        Some((words, false)) => Line::from(span(format!(" {words} "), view.theme.title())),
        None => Line::from(second),
    };
    text::row(frame, area, 1, line, view.theme.glyphs);
}

fn here(view: &View<'_>) -> Vec<String> {
    let of = |section: Section, commands: &[Command]| -> Vec<String> {
        commands
            .iter()
            .map(|command| keys::hint(*command, section))
            .collect()
    };
    match (&view.ui.over, view.ui.screen) {
        (Some(Over::Search(_)), _) => vec!["Enter search".to_owned(), "Esc nothing".to_owned()],
        (Some(Over::Form(_)), _) => [
            "Enter next field, then done",
            "Up field before",
            "Esc nothing",
        ]
        .map(str::to_owned)
        .into_iter()
        .collect(),
        (Some(Over::Help(_) | Over::Why { .. }), _) => {
            vec!["Esc close".to_owned(), "Tab next page".to_owned()]
        }
        (None, Screen::Day) => of(
            Section::Day,
            &[
                Command::Open,
                Command::Left,
                Command::Right,
                Command::Search,
                Command::Over,
            ],
        ),
        (None, Screen::Session(Tab::Chart)) => {
            let mut keys = of(
                Section::Chart,
                &[
                    Command::NextAlarm,
                    Command::NextEvent,
                    Command::Why,
                    Command::Closer,
                    Command::Whole,
                    Command::Pleth,
                    Command::Over,
                    Command::Lane(1),
                ],
            );
            keys.insert(0, keys::hint(Command::NextTab, Section::Screen));
            keys
        }
        (None, Screen::Session(Tab::Events)) => {
            let mut keys = of(Section::Lists, &[Command::Open, Command::Load]);
            keys.insert(0, keys::hint(Command::NextTab, Section::Screen));
            keys.push(keys::hint(Command::Why, Section::Chart));
            keys
        }
        (None, Screen::Session(Tab::Figures | Tab::Course)) => vec![
            keys::hint(Command::NextTab, Section::Screen),
            "Up Down scroll".to_owned(),
        ],
    }
}
