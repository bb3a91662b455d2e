//! What lies over the screen: the help, why, a text that is typed.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::keys::{Section, TABLE};
use super::super::ui::Over;
use super::super::view::View;
use super::form;
use crate::dashboard::panels::help::{key_lines, paged};
use crate::dashboard::panels::text::{self, span};
use crate::dashboard::panels::window::window;
use crate::dashboard::words::limiters::Group;

pub(super) fn render(frame: &mut Frame<'_>, body: Rect, view: &View<'_>, over: &Over) {
    match over {
        Over::Help(page) => {
            paged(frame, body, view.theme, *page, "Help", |width| {
                help(view, width)
            });
        }
        Over::Why { lines, page } => {
            paged(frame, body, view.theme, *page, "Why", |width| {
                why(view, lines, width)
            });
        }
        Over::Form(open) => form::render(frame, body, view, open),
        Over::Search(typed) => search(frame, body, view, typed),
    }
}

fn help(view: &View<'_>, width: u16) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let heading = |words: &str| Line::from(span(words.to_owned(), view.theme.title()));
    for (section, name) in Section::ALL {
        lines.push(heading(name));
        let rows = TABLE.iter().filter(|row| row.section == section);
        for row in rows.filter(|row| !row.shown.is_empty()) {
            lines.extend(key_lines(view.theme, width, row.shown, row.says));
        }
    }
    lines.push(heading("What held the load back, by letter"));
    for group in Group::ALL.into_iter().rev() {
        let letter = group.letter().to_string();
        lines.extend(key_lines(view.theme, width, &letter, group.name()));
    }
    lines.push(heading("Marks"));
    for (mark, says) in marks(view) {
        lines.extend(key_lines(view.theme, width, mark, says));
    }
    lines
}

fn marks(view: &View<'_>) -> Vec<(&'static str, &'static str)> {
    let glyphs = view.theme.glyphs;
    let chart = &glyphs.chart;
    vec![
        ("*** ** *", "an alarm: high, medium, low; + more than one"),
        (
            "b r y s",
            "blood pressure, perceived exertion, dyspnoea, another sign that was entered",
        ),
        (
            "k ! P g",
            "a person's key, one that was refused, a pause or stop, a gap in the record",
        ),
        (chart.shade, "the zone of that second"),
        (
            glyphs.limit,
            "limit of the heart rate, ceiling of the load, floor of the saturation",
        ),
        (
            chart.asked,
            "asked for: target, load of phase or controller, what the machine was told",
        ),
        (chart.other, "the session that is laid over"),
        (
            chart.without,
            "a second without a value: the signal was lost",
        ),
        (
            chart.hatch,
            "no seconds: not recorded, between bouts, or the gym lost",
        ),
    ]
}

fn why(view: &View<'_>, lines: &[String], width: u16) -> Vec<Line<'static>> {
    lines
        .iter()
        .flat_map(|line| folded(line, width))
        .map(|line| Line::from(span(line, view.theme.plain())))
        .collect()
}

/// A line with a name in front, in as many as it needs; the later ones stand under the first one's words.
fn folded(line: &str, width: u16) -> Vec<String> {
    const NAME: usize = 12;
    let (name, words) = match line.char_indices().nth(NAME) {
        Some((place, _)) => line.split_at(place),
        None => (line, ""),
    };
    // A sentence has no name in front.
    let named = words.is_empty() || name.ends_with(' ');
    if !named {
        return text::wrap(line, width.saturating_sub(1), 8);
    }
    let room = width.saturating_sub(13);
    let mut head = name.to_owned();
    text::wrap(words, room, 8)
        .into_iter()
        .map(|words| {
            let line = format!("{head}{words}");
            head = " ".repeat(NAME);
            line
        })
        .collect()
}

fn search(frame: &mut Frame<'_>, body: Rect, view: &View<'_>, typed: &str) {
    let inner = window(frame, body, view.theme, "Search the record", (56, 3));
    let line = Line::from(span(format!("/ {typed}_"), view.theme.selected()));
    text::row(frame, inner, 0, line, view.theme.glyphs);
    let how = "a text of the id, the patient, the reason it ended,";
    let more = "or a rule: spo2-floor. Empty: every session.";
    for (row, words) in [(1, how), (2, more)] {
        let line = Line::from(span(words, view.theme.quiet()));
        text::row(frame, inner, row, line, view.theme.glyphs);
    }
}
