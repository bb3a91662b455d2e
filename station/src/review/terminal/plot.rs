//! A lane of cells, drawn in layers: what lies deeper is drawn first and gives way. Dots within a cell where the font has them.

use protocols::vocabulary::number::floor_to_u16;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Dots of a cell, across and down.
const ACROSS: u16 = 2;
const DOWN: u16 = 4;

/// The lowest and the highest value of a lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// At the lower edge.
    pub low: f64,
    /// At the upper edge.
    pub high: f64,
}

impl Scale {
    /// Over some values, at least so wide; a lane without values is as wide as that.
    #[must_use]
    pub fn over(values: impl IntoIterator<Item = f64>, least: (f64, f64)) -> Self {
        let (low, high) = values
            .into_iter()
            .filter(|value| value.is_finite())
            .fold(least, |(low, high), value| {
                (low.min(value), high.max(value))
            });
        Self { low, high }
    }

    /// The level of a value among so many, from below; what lies outside stands at the edge.
    #[must_use]
    pub fn level(&self, value: f64, levels: u16) -> u16 {
        let part = ((value - self.low) / (self.high - self.low).max(1e-9)).clamp(0.0, 1.0);
        floor_to_u16(part * f64::from(levels.saturating_sub(1)) + 0.5).unwrap_or(0)
    }
}

/// A cell that may be drawn on.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cell {
    dots: u8,
    glyph: Option<&'static str>,
    style: Style,
}

impl Cell {
    const EMPTY: Self = Self {
        dots: 0,
        glyph: None,
        style: Style::new(),
    };
}

/// A lane of cells.
#[derive(Debug, Clone)]
pub struct Plot {
    cells: Vec<Cell>,
    columns: u16,
    rows: u16,
    scale: Scale,
    /// Dots within a cell are drawn; else a glyph a cell.
    fine: bool,
}

impl Plot {
    /// An empty lane.
    #[must_use]
    pub fn new(columns: u16, rows: u16, scale: Scale, fine: bool) -> Self {
        Self {
            cells: vec![Cell::EMPTY; usize::from(columns) * usize::from(rows)],
            columns,
            rows,
            scale,
            fine,
        }
    }

    /// How many columns of dots a cell has.
    #[must_use]
    pub const fn across(fine: bool) -> u16 {
        if fine { ACROSS } else { 1 }
    }

    fn cell(&mut self, column: u16, row: u16) -> Option<&mut Cell> {
        if column >= self.columns || row >= self.rows {
            return None;
        }
        let place = usize::from(row) * usize::from(self.columns) + usize::from(column);
        self.cells.get_mut(place)
    }

    /// The row of a value, from above.
    #[must_use]
    pub fn row_of(&self, value: f64) -> u16 {
        if self.fine {
            let levels = self.rows.saturating_mul(DOWN);
            (levels.saturating_sub(1) - self.scale.level(value, levels)) / DOWN
        } else {
            self.rows.saturating_sub(1) - self.scale.level(value, self.rows)
        }
    }

    /// Fills the rows from one value to another in a column.
    pub fn band(
        &mut self,
        column: u16,
        (low, high): (f64, f64),
        glyph: &'static str,
        style: Style,
    ) {
        for row in self.row_of(high)..=self.row_of(low) {
            self.put(column, row, glyph, style);
        }
    }

    /// A level in a column: a limit, a target.
    pub fn mark(&mut self, column: u16, value: f64, glyph: &'static str, style: Style) {
        let row = self.row_of(value);
        self.put(column, row, glyph, style);
    }

    /// A glyph in each row of a column.
    pub fn fill(&mut self, column: u16, glyph: &'static str, style: Style) {
        for row in 0..self.rows {
            self.put(column, row, glyph, style);
        }
    }

    /// A glyph in the lowest cell of a column.
    pub fn foot(&mut self, column: u16, glyph: &'static str, style: Style) {
        self.put(column, self.rows.saturating_sub(1), glyph, style);
    }

    /// From the lowest to the highest value of a stretch: a column of dots (`part` of a cell's two), or a glyph in each row that they reach.
    pub fn extent(
        &mut self,
        column: u16,
        part: u16,
        (low, high): (f64, f64),
        glyph: &'static str,
        style: Style,
    ) {
        if !self.fine {
            self.band(column, (low, high), glyph, style);
            return;
        }
        let levels = self.rows.saturating_mul(DOWN);
        for level in self.scale.level(low, levels)..=self.scale.level(high, levels) {
            let dot = levels.saturating_sub(1) - level;
            let bit = bit(part, dot % DOWN);
            if let Some(cell) = self.cell(column, dot / DOWN) {
                cell.dots |= bit;
                cell.glyph = None;
                cell.style = style;
            }
        }
    }

    /// Behind everything: where a column's cells are empty.
    pub fn behind(&mut self, column: u16, glyph: &'static str, style: Style) {
        for row in 0..self.rows {
            if let Some(cell) = self.cell(column, row)
                && cell.dots == 0
                && cell.glyph.is_none()
            {
                *cell = Cell {
                    dots: 0,
                    glyph: Some(glyph),
                    style,
                };
            }
        }
    }

    fn put(&mut self, column: u16, row: u16, glyph: &'static str, style: Style) {
        if let Some(cell) = self.cell(column, row) {
            *cell = Cell {
                dots: 0,
                glyph: Some(glyph),
                style,
            };
        }
    }

    /// Draws it at an area's upper left corner.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect) {
        let width = usize::from(self.columns.max(1));
        for (row, cells) in (0..area.height).zip(self.cells.chunks(width)) {
            for (column, cell) in (0..area.width).zip(cells) {
                let Some(place) = buffer.cell_mut((area.x + column, area.y + row)) else {
                    continue;
                };
                if cell.dots != 0 {
                    let dots = char::from_u32(0x2800 + u32::from(cell.dots)).unwrap_or(' ');
                    place.set_char(dots).set_style(cell.style);
                } else if let Some(glyph) = cell.glyph {
                    place.set_symbol(glyph).set_style(cell.style);
                }
            }
        }
    }
}

/// The bit of a dot in a cell of braille: by column, and by row from above.
const fn bit(column: u16, row: u16) -> u8 {
    match (column, row) {
        (0, 0) => 0x01,
        (0, 1) => 0x02,
        (0, 2) => 0x04,
        (0, _) => 0x40,
        (_, 0) => 0x08,
        (_, 1) => 0x10,
        (_, 2) => 0x20,
        (_, _) => 0x80,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(plot: &Plot, columns: u16, rows: u16) -> Vec<String> {
        let area = Rect::new(0, 0, columns, rows);
        let mut buffer = Buffer::empty(area);
        plot.draw(&mut buffer, area);
        (0..rows)
            .map(|row| {
                (0..columns)
                    .map(|column| buffer[(column, row)].symbol())
                    .collect()
            })
            .collect()
    }

    #[test]
    fn a_value_stands_where_the_scale_has_it() {
        let scale = Scale {
            low: 0.0,
            high: 11.0,
        };
        let mut plot = Plot::new(3, 3, scale, true);
        plot.extent(0, 0, (0.0, 0.0), "*", Style::new());
        plot.extent(1, 1, (11.0, 11.0), "*", Style::new());
        plot.extent(2, 0, (0.0, 11.0), "*", Style::new());
        assert_eq!(drawn(&plot, 3, 3), [" ⠈⡇", "  ⡇", "⡀ ⡇"]);
        assert_eq!(
            (plot.row_of(0.0), plot.row_of(5.0), plot.row_of(11.0)),
            (2, 1, 0)
        );
    }

    #[test]
    fn what_is_drawn_later_covers_and_what_lies_behind_does_not() {
        let scale = Scale {
            low: 0.0,
            high: 2.0,
        };
        let mut plot = Plot::new(1, 3, scale, false);
        plot.band(0, (0.0, 2.0), ":", Style::new());
        plot.mark(0, 1.0, "-", Style::new());
        plot.extent(0, 0, (2.0, 2.0), "*", Style::new());
        plot.behind(0, "|", Style::new());
        assert_eq!(drawn(&plot, 1, 3), ["*", "-", ":"]);
        let mut empty = Plot::new(1, 2, scale, false);
        empty.foot(0, "x", Style::new());
        empty.behind(0, "|", Style::new());
        assert_eq!(drawn(&empty, 1, 2), ["|", "x"]);
    }

    #[test]
    fn what_lies_outside_stands_at_the_edge_and_a_flat_scale_is_one() {
        let scale = Scale {
            low: 5.0,
            high: 5.0,
        };
        assert_eq!(scale.level(5.0, 10), 0);
        assert_eq!(scale.level(f64::NAN, 10), 0);
        let scale = Scale::over([70.0, f64::NAN, 130.0], (60.0, 120.0));
        assert_eq!(
            scale,
            Scale {
                low: 60.0,
                high: 130.0
            }
        );
        assert_eq!((scale.level(0.0, 8), scale.level(500.0, 8)), (0, 7));
    }
}
