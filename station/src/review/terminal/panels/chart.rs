//! A session over time: lanes, bands of phases and of what held the load back, marks, the axis, and what stands at the cursor.

use protocols::vocabulary::MachineKind;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::super::lanes::Shown;
use super::super::opened::Opened;
use super::super::ui::Ui;
use super::super::view::View;
use super::{bands, cursor, lane, places, pleth};
use crate::dashboard::panels::text::{self, span};
use crate::records::archive::local;

/// Cells for names and figures at the left of lanes and bands.
pub(super) const LABEL: u16 = 11;

/// From this width on, what stands at the cursor has a column of its own.
const WIDE: u16 = 150;
/// Cells of that column.
const ASIDE: u16 = 58;

/// From this height on, there is a legend, and more is said of the cursor.
const HIGH: u16 = 36;

/// A lane has so many rows at least.
const LANE: u16 = 3;

/// Rows of the plethysmogram.
const PLETH: u16 = 6;

/// Where the parts of the chart lie.
struct Parts {
    legend: Rect,
    lanes: Rect,
    pleth: Rect,
    bands: Rect,
    cursor: Rect,
}

fn parts(area: Rect, ui: &Ui) -> Parts {
    let (chart, aside) = if area.width >= WIDE {
        let [chart, aside] =
            Layout::horizontal([Constraint::Fill(1), Constraint::Length(ASIDE)]).areas(area);
        (chart, Some(aside))
    } else {
        (area, None)
    };
    let under = match (aside.is_some(), area.height >= HIGH) {
        (true, _) => 0,
        (false, true) => 9,
        (false, false) => 4,
    };
    let [legend, lanes, pleth, bands, below] = Layout::vertical([
        Constraint::Length(u16::from(area.height >= HIGH || ui.laid_over)),
        Constraint::Fill(1),
        Constraint::Length(if ui.pleth { PLETH } else { 0 }),
        Constraint::Length(bands::ROWS),
        Constraint::Length(under),
    ])
    .areas(chart);
    Parts {
        legend,
        lanes,
        pleth,
        bands,
        cursor: aside.unwrap_or(below),
    }
}

/// How many cells the axis of time has on a screen of that size.
#[must_use]
pub(in crate::review::terminal) fn cells(screen: Rect, ui: &Ui) -> u16 {
    let lanes = parts(places(screen).body, ui).lanes;
    lanes.width.saturating_sub(LABEL).max(1)
}

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, view: &View<'_>, opened: &Opened) {
    let parts = parts(area, view.ui);
    legend(frame, parts.legend, view, opened);
    let room = usize::from(parts.lanes.height / LANE).max(1);
    let shown: Vec<_> = view.ui.lanes().take(room).collect();
    let heights = vec![Constraint::Fill(1); shown.len()];
    let areas = Layout::vertical(heights).split(parts.lanes);
    let machine = opened
        .bout_at(view.ui.axis.cursor())
        .map_or(MachineKind::Cycle, |bout| bout.machine);
    for (lane, place) in shown.into_iter().zip(areas.iter()) {
        lane::render(frame, *place, view, opened, Shown { lane, machine });
    }
    if view.ui.pleth {
        pleth::render(frame, parts.pleth, view, opened);
    }
    bands::render(frame, parts.bands, view, opened);
    cursor::render(frame, parts.cursor, view, opened);
}

/// Which glyph is whose, and which letters the band of what held the load back has here.
fn legend(frame: &mut Frame<'_>, area: Rect, view: &View<'_>, opened: &Opened) {
    if area.height == 0 {
        return;
    }
    let glyphs = view.theme.glyphs;
    let mut spans: Vec<Span<'static>> = Vec::new();
    if let Some(other) = view.other() {
        let line = &other.record.line;
        let whose = if line.patient == opened.record.line.patient {
            String::new()
        } else {
            format!("{} ", line.patient)
        };
        let began = local(line.began_wall_micros, &view.theme.time_zone);
        let words = format!(" {} laid over: {whose}{began} ", glyphs.chart.other);
        spans.push(span(words, view.theme.notice()));
    }
    let words = format!(
        " {} asked {} limit {} zone {} no value {} no seconds ",
        glyphs.chart.asked,
        glyphs.limit,
        glyphs.chart.shade,
        glyphs.chart.without,
        glyphs.chart.hatch
    );
    spans.push(span(words, view.theme.quiet()));
    let held: Vec<String> = bands::groups(opened)
        .into_iter()
        .map(|group| format!("{} {}", group.letter(), group.name()))
        .collect();
    if !held.is_empty() {
        let words = format!(" held by: {}", held.join(", "));
        spans.push(span(words, view.theme.quiet()));
    }
    text::row(frame, area, 0, Line::from(spans), glyphs);
}
