//! Figures that can be read from three metres.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use tui_big_text::{BigText, PixelSize};

use crate::dashboard::theme::Theme;

/// Rows of a big figure.
pub(super) const ROWS: u16 = 4;
/// Rows of a figure twice as big.
pub(super) const TALL_ROWS: u16 = 8;

/// ASCII digits, five rows of three cells each, for fonts without blocks: a bit a cell, the left one the highest.
const DIGITS: [(char, [u8; 4]); 13] = [
    ('0', [0b111, 0b101, 0b101, 0b111]),
    ('1', [0b010, 0b110, 0b010, 0b111]),
    ('2', [0b110, 0b001, 0b010, 0b111]),
    ('3', [0b111, 0b011, 0b001, 0b111]),
    ('4', [0b101, 0b101, 0b111, 0b001]),
    ('5', [0b111, 0b110, 0b001, 0b110]),
    ('6', [0b100, 0b111, 0b101, 0b111]),
    ('7', [0b111, 0b001, 0b010, 0b010]),
    ('8', [0b111, 0b111, 0b101, 0b111]),
    ('9', [0b111, 0b101, 0b111, 0b001]),
    ('-', [0b000, 0b111, 0b000, 0b000]),
    ('.', [0b000, 0b000, 0b000, 0b010]),
    (' ', [0b000, 0b000, 0b000, 0b000]),
];

/// Cells that a figure takes.
pub(super) fn width(text: &str, wide: bool) -> u16 {
    let cells: u16 = if wide { 8 } else { 4 };
    u16::try_from(text.chars().count())
        .unwrap_or(u16::MAX)
        .saturating_mul(cells)
}

/// Draws a figure at the upper left of an area: four rows, or eight where it is `wide` and the area has them.
pub(super) fn render(
    frame: &mut Frame<'_>,
    area: Rect,
    (text, style): (&str, Style),
    wide: bool,
    theme: &Theme,
) {
    if theme.glyphs.ascii {
        ascii(frame, area, text, style);
        return;
    }
    let pixels = match (wide, area.height >= TALL_ROWS) {
        (true, true) => PixelSize::Full,
        (true, false) => PixelSize::HalfHeight,
        (false, _) => PixelSize::Quadrant,
    };
    let figure = BigText::builder()
        .pixel_size(pixels)
        .style(style)
        .lines(vec![Line::raw(text.to_owned())])
        .build();
    frame.render_widget(figure, area);
}

fn ascii(frame: &mut Frame<'_>, area: Rect, text: &str, style: Style) {
    for row in 0..ROWS.min(area.height) {
        let mut line = String::new();
        for character in text.chars() {
            let bits = DIGITS
                .iter()
                .find(|(digit, _)| *digit == character)
                .and_then(|(_, rows)| rows.get(usize::from(row)))
                .copied()
                .unwrap_or(0);
            for bit in [0b100, 0b010, 0b001] {
                // The digit itself is the ink: where the shape is too coarse to be sure of, the letters say it.
                line.push(if bits & bit == 0 { ' ' } else { character });
            }
            line.push(' ');
        }
        let place = Rect::new(area.x, area.y + row, area.width, 1);
        frame.render_widget(Line::styled(line, style), place);
    }
}
