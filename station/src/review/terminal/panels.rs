//! What is drawn of a review. Every panel is a function of its area and the view; nothing here keeps or asks anything.

mod bands;
pub(super) mod chart;
mod course;
mod cursor;
mod day;
mod events;
mod figures;
mod footer;
mod form;
mod header;
mod lane;
mod over;
mod pleth;
#[cfg(test)]
mod tests;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;

use super::ui::{Screen, Tab};
use super::view::View;
use crate::dashboard::panels::text::{self, span};
use crate::dashboard::theme::Theme;

/// Below this width or height nothing is drawn but how large the terminal has to be.
pub const SMALLEST: (u16, u16) = (80, 24);

/// Where the parts of the screen lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// What is open, in one line.
    pub header: Rect,
    /// The day, or a view of a session.
    pub body: Rect,
    /// What is said about the last key, and keys.
    pub footer: Rect,
}

/// The places on a screen of that size.
#[must_use]
pub fn places(area: Rect) -> Places {
    let [header, body, footer] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(2),
    ])
    .areas(area);
    Places {
        header,
        body,
        footer,
    }
}

/// Draws everything.
pub fn draw(frame: &mut Frame<'_>, view: &View<'_>) {
    let area = frame.area();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        let words = format!("the terminal has to be {}x{}", SMALLEST.0, SMALLEST.1);
        let line = Line::from(span(words, view.theme.title()));
        text::row(frame, area, 0, line, view.theme.glyphs);
        return;
    }
    let places = places(area);
    header::render(frame, places.header, view);
    match (view.ui.screen, view.opened()) {
        (Screen::Day, _) | (Screen::Session(_), None) => day::render(frame, places.body, view),
        (Screen::Session(Tab::Chart), Some(opened)) => {
            chart::render(frame, places.body, view, opened);
        }
        (Screen::Session(Tab::Events), Some(opened)) => {
            events::render(frame, places.body, view, opened);
        }
        (Screen::Session(Tab::Figures), Some(opened)) => {
            figures::render(frame, places.body, view, opened);
        }
        (Screen::Session(Tab::Course), Some(opened)) => {
            course::render(frame, places.body, view, opened);
        }
    }
    footer::render(frame, places.footer, view);
    if let Some(over) = &view.ui.over {
        over::render(frame, places.body, view, over);
    }
}

/// Minutes and seconds after a session began.
fn clock(t_s: i64) -> String {
    crate::records::replay::instant::clock(t_s.saturating_mul(1_000_000))
}

/// Lines from one on, as many as an area has rows; the last says where more stands. Gives how far it can be scrolled.
fn scrolled(
    frame: &mut Frame<'_>,
    area: Rect,
    theme: &Theme,
    lines: Vec<Line<'static>>,
    from: u16,
) {
    let rows = usize::from(area.height);
    let furthest = lines.len().saturating_sub(rows);
    let from = usize::from(from).min(furthest);
    let below = lines.len().saturating_sub(from + rows);
    for (row, line) in (0..area.height).zip(lines.into_iter().skip(from)) {
        text::row(frame, area, row, line, theme.glyphs);
    }
    if below > 0 {
        let words = format!(" {below} more lines: Down ");
        let width = u16::try_from(words.len()).unwrap_or(0).min(area.width);
        let place = Rect::new(area.right() - width, area.bottom() - 1, width, 1);
        text::row(
            frame,
            place,
            0,
            Line::from(span(words, theme.selected())),
            theme.glyphs,
        );
    }
}
