//! A box over what lies beneath, with a title.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::symbols::border;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders};

use super::clear;
use super::text::{self, span};
use super::tile::ASCII_BORDER;
use crate::dashboard::theme::Theme;

/// Cells that the border of a box and the blanks inside it take of its width.
pub(crate) const BESIDE: u16 = 4;

/// A box in the middle of the body with a title, as wide and high as its content needs. Gives its inside.
pub(crate) fn window(
    frame: &mut Frame<'_>,
    body: Rect,
    theme: &Theme,
    title: &str,
    (width, height): (u16, u16),
) -> Rect {
    let title_width = u16::try_from(Span::raw(title).width()).unwrap_or(u16::MAX);
    let width = width
        .max(title_width.saturating_add(2))
        .saturating_add(BESIDE)
        .min(body.width);
    let height = height.saturating_add(2).min(body.height);
    let area = Rect::new(
        body.x + (body.width - width) / 2,
        body.y + (body.height - height) / 2,
        width,
        height,
    );
    clear(frame, area);
    let border = if theme.glyphs.ascii {
        ASCII_BORDER
    } else {
        border::DOUBLE
    };
    let block = Block::new()
        .borders(Borders::ALL)
        .border_set(border)
        .border_style(theme.title());
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let line = Line::from(span(format!(" {title} "), theme.title()));
    let place = Rect::new(area.x + 1, area.y, area.width.saturating_sub(2), 1);
    text::row(frame, place, 0, line, theme.glyphs);
    Rect::new(
        inner.x + 1,
        inner.y,
        inner.width.saturating_sub(2),
        inner.height,
    )
}

/// Cells of the widest of some lines.
pub(crate) fn width_of(lines: &[String]) -> u16 {
    lines
        .iter()
        .map(|line| Span::raw(line.as_str()).width())
        .max()
        .and_then(|width| u16::try_from(width).ok())
        .unwrap_or(0)
}
