//! What is open, in one line.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::ui::{Screen, Tab};
use super::super::view::View;
use crate::dashboard::panels::text::{self, span};

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
    let line = match (view.ui.screen, view.opened()) {
        (Screen::Session(tab), Some(opened)) => {
            let mut left = format!(" {}", opened.title(&view.theme.time_zone));
            let lacks = opened.lacks();
            if !lacks.is_empty() {
                left = format!("{left}, {lacks}");
            }
            text::ends(
                Line::from(span(left, view.theme.title())),
                tabs(view, tab),
                area.width,
                view.theme.glyphs,
            )
        }
        (Screen::Day | Screen::Session(_), _) => of_day(view, area.width),
    };
    text::row(frame, area, 0, line, view.theme.glyphs);
}

fn tabs(view: &View<'_>, open: Tab) -> Line<'static> {
    let mut spans = Vec::new();
    for (tab, name) in Tab::ALL {
        if tab == open {
            spans.push(span(format!("[{name}]"), view.theme.selected()));
        } else {
            spans.push(span(format!(" {name} "), view.theme.quiet()));
        }
    }
    Line::from(spans)
}

fn of_day(view: &View<'_>, width: u16) -> Line<'static> {
    let day = &view.review.day;
    let date = day.date.map_or_else(
        || "no session".to_owned(),
        |date| format!("{date} {}", weekday(date.weekday())),
    );
    let mut left = format!(" REVIEW {date}");
    let count = day.rows.len();
    let plural = if count == 1 { "" } else { "s" };
    left = format!("{left}{}{count} session{plural}", view.theme.glyphs.dot);
    let looking = &view.review.looking;
    if let Some(patient) = &looking.patient {
        left = format!("{left} of {patient}");
    }
    if let Some(text) = &looking.text {
        left = format!("{left} with \"{text}\" (Esc: all)");
    }
    let side = |day: Option<jiff::civil::Date>| day.map_or("--".to_owned(), |day| day.to_string());
    let right = format!("Left {} Right {} ", side(day.before), side(day.after));
    text::ends(
        Line::from(span(left, view.theme.title())),
        Line::from(span(right, view.theme.quiet())),
        width,
        view.theme.glyphs,
    )
}

const fn weekday(day: jiff::civil::Weekday) -> &'static str {
    use jiff::civil::Weekday;
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}
