//! What is drawn. Every panel is a function of its area and the view; nothing here keeps or asks anything.

mod ahead;
mod alarms;
mod big;
mod dialog;
pub(crate) mod footer;
mod header;
pub(crate) mod help;
mod signs;
mod small;
mod station;
#[cfg(test)]
mod tests;
pub(crate) mod text;
mod tile;
mod trend;
mod vitals;
mod wall;
pub(crate) mod window;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::widgets::Clear;

use super::ui::Screen;
use super::view::View;

/// Below this width or height only alarms, the worst stations and STOP are drawn.
pub const SMALLEST: (u16, u16) = (80, 24);

/// Where the parts of the screen lie. The places never depend on what is to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// The gym in one line.
    pub header: Rect,
    /// Wall or station.
    pub body: Rect,
    /// The gym's alarms, worst first.
    pub alarms: Rect,
    /// What is to be said about the last key.
    pub remark: Rect,
    /// Keys.
    pub footer: Rect,
}

impl Places {
    /// The place of the remark where the alarms took so many rows: a row that they left is its too.
    fn remark_with(&self, taken: u16) -> Rect {
        let left = self.alarms.height.saturating_sub(taken).min(1);
        Rect {
            y: self.remark.y - left,
            height: self.remark.height + left,
            ..self.remark
        }
    }
}

/// The places on a screen of that size.
#[must_use]
pub fn places(area: Rect) -> Places {
    let alarms = (4 + area.height.saturating_sub(24) / 8).min(10);
    let [header, body, alarms, remark, footer] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(alarms),
        Constraint::Length(1),
        Constraint::Length(2),
    ])
    .areas(area);
    Places {
        header,
        body,
        alarms,
        remark,
        footer,
    }
}

/// Draws everything.
pub fn draw(frame: &mut Frame<'_>, view: &View<'_>) {
    let area = frame.area();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        small::render(frame, area, view);
        return;
    }
    let places = places(area);
    header::render(frame, places.header, view);
    match view.ui.screen {
        Screen::Wall => wall::render(frame, places.body, view),
        Screen::Station => station::render(frame, places.body, view),
    }
    let taken = alarms::render(frame, places.alarms, view);
    footer::remark(frame, places.remark_with(taken), view);
    footer::render(frame, places.footer, view);
    // A dialog lies over the body alone: alarms and the stop key are never covered.
    if let Some(open) = &view.ui.dialog {
        dialog::render(frame, places.body, view, open);
    }
}

/// How many stations stand beside each other on a screen of that size.
#[must_use]
pub fn columns(area: Rect, stations: usize) -> u16 {
    wall::columns(places(area).body, stations)
}

/// Empties an area before something is drawn over it.
fn clear(frame: &mut Frame<'_>, area: Rect) {
    frame.render_widget(Clear, area);
}
