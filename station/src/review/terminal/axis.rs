//! The axis of time: which seconds are on the screen, how many a cell holds, and where the cursor stands.
//!
//! Promises, whatever keys come: the cursor lies within the session and on the screen; a cell holds whole seconds; cells begin at the same
//! seconds while one moves along, so that a picture does not shimmer.

use std::ops::Range;

/// How many seconds a cell may hold.
const RUNGS: [i64; 30] = [
    1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 35, 40, 45, 50, 60, 75, 90, 120, 150, 180, 240,
    300, 600, 1_200, 3_600, 7_200, 21_600,
];

/// The axis of a session on a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Axis {
    /// The session's last second.
    length_s: i64,
    /// Cells of a row.
    cells: u16,
    /// Seconds of a cell.
    per_cell: i64,
    /// The first cell on the screen, counted from the session's beginning.
    first: i64,
    /// The second under the cursor.
    cursor_s: i64,
}

impl Axis {
    /// A whole session on so many cells, the cursor at its beginning.
    #[must_use]
    pub fn whole(length_s: i64, cells: u16) -> Self {
        let mut axis = Self {
            length_s: length_s.max(0),
            cells: cells.max(1),
            per_cell: 1,
            first: 0,
            cursor_s: 0,
        };
        axis.per_cell = axis.fitting();
        axis
    }

    /// The smallest cell by which everything fits on the screen.
    fn fitting(&self) -> i64 {
        let cells = i64::from(self.cells);
        let last = RUNGS.last().copied().unwrap_or(1);
        RUNGS
            .into_iter()
            .find(|rung| rung.saturating_mul(cells) > self.length_s)
            .unwrap_or(last)
    }

    /// On another screen. What showed everything goes on showing everything.
    pub fn resize(&mut self, cells: u16) {
        if cells.max(1) == self.cells {
            return;
        }
        let was_whole = self.is_whole();
        self.cells = cells.max(1);
        if was_whole {
            self.per_cell = self.fitting();
        }
        self.settle();
    }

    /// Another session's length beside this one's: as long as the longer of both.
    pub fn lengthen(&mut self, length_s: i64) {
        let was_whole = self.is_whole();
        self.length_s = length_s.max(0);
        self.cursor_s = self.cursor_s.min(self.length_s);
        if was_whole {
            self.per_cell = self.fitting();
        }
        self.settle();
    }

    /// Whether everything is on the screen by the smallest cell that does it.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.per_cell >= self.fitting()
    }

    /// Half of it, or twice as much, around the cursor.
    pub fn zoom(&mut self, closer: bool) {
        let column = self.cursor_s / self.per_cell - self.first;
        let wanted = if closer {
            let half = self.per_cell.saturating_mul(3) / 5;
            RUNGS.into_iter().rfind(|rung| *rung <= half.max(1))
        } else {
            let twice = self
                .per_cell
                .saturating_mul(5)
                .div_euclid(3)
                .max(self.per_cell + 1);
            RUNGS.into_iter().find(|rung| *rung >= twice)
        };
        self.per_cell = wanted.unwrap_or(self.per_cell).min(self.fitting());
        self.first = self.cursor_s / self.per_cell - column;
        self.settle();
    }

    /// The window by so many cells; the cursor stays on the screen.
    pub fn pan(&mut self, cells: i64) {
        self.first = self.first.saturating_add(cells).clamp(0, self.last_first());
        let window = self.window();
        self.cursor_s = self
            .cursor_s
            .clamp(window.start, window.end - 1)
            .clamp(0, self.length_s);
        self.settle();
    }

    /// The cursor by so many cells.
    pub fn step(&mut self, cells: i64) {
        self.to(self
            .cursor_s
            .saturating_add(cells.saturating_mul(self.per_cell)));
    }

    /// The cursor to a second; the window follows by as little as needed, with a little to see around it.
    pub fn to(&mut self, second: i64) {
        self.cursor_s = second.clamp(0, self.length_s);
        self.settle();
    }

    /// The cursor to a second, and the window so that it is in the middle where it was out of sight.
    pub fn jump(&mut self, second: i64) {
        let second = second.clamp(0, self.length_s);
        if !self.window().contains(&second) {
            self.first = second / self.per_cell - i64::from(self.cells) / 2;
        }
        self.to(second);
    }

    /// Cells as many as the screen has.
    #[must_use]
    pub const fn cells(&self) -> u16 {
        self.cells
    }

    /// Seconds of a cell.
    #[must_use]
    pub const fn per_cell(&self) -> i64 {
        self.per_cell
    }

    /// The second under the cursor.
    #[must_use]
    pub const fn cursor(&self) -> i64 {
        self.cursor_s
    }

    /// The session's last second.
    #[must_use]
    pub const fn length(&self) -> i64 {
        self.length_s
    }

    /// The seconds on the screen.
    #[must_use]
    pub fn window(&self) -> Range<i64> {
        let from = self.first.saturating_mul(self.per_cell);
        from..from.saturating_add(self.per_cell.saturating_mul(i64::from(self.cells)))
    }

    /// The seconds of a column.
    #[must_use]
    pub fn seconds_of(&self, column: u16) -> Range<i64> {
        let from = self
            .first
            .saturating_add(i64::from(column))
            .saturating_mul(self.per_cell);
        from..from.saturating_add(self.per_cell)
    }

    /// The column of a second; `None` where it is not on the screen.
    #[must_use]
    pub fn column_of(&self, second: i64) -> Option<u16> {
        let column = second.div_euclid(self.per_cell).saturating_sub(self.first);
        u16::try_from(column)
            .ok()
            .filter(|column| *column < self.cells)
    }

    /// The cursor's column.
    #[must_use]
    pub fn cursor_column(&self) -> u16 {
        self.column_of(self.cursor_s).unwrap_or(0)
    }

    /// The last cell that may stand first.
    fn last_first(&self) -> i64 {
        (self.length_s / self.per_cell + 1 - i64::from(self.cells)).max(0)
    }

    /// Within the session, and the cursor on the screen.
    fn settle(&mut self) {
        self.per_cell = self.per_cell.min(self.fitting());
        let cell = self.cursor_s / self.per_cell;
        let cells = i64::from(self.cells);
        self.first = self
            .first
            .clamp(cell - cells + 1, cell)
            .clamp(0, self.last_first());
    }
}

/// So many minutes or seconds between two ticks.
const TICKS: [i64; 12] = [
    5, 10, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600,
];

/// Where a time stands on the axis: columns with their seconds, at least so many cells apart.
#[must_use]
pub fn ticks(axis: &Axis, apart: u16) -> Vec<(u16, i64)> {
    let wanted = axis.per_cell().saturating_mul(i64::from(apart));
    let widest = TICKS.last().copied().unwrap_or(1);
    let step = TICKS
        .into_iter()
        .find(|step| *step >= wanted)
        .unwrap_or(widest);
    let window = axis.window();
    let first = window.start.div_euclid(step);
    let end = window
        .end
        .min(axis.length().saturating_add(1))
        .div_euclid(step);
    (first..=end)
        .map(|number| number.saturating_mul(step))
        .filter(|second| window.contains(second) && *second <= axis.length())
        .filter_map(|second| Some((axis.column_of(second)?, second)))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone)]
    enum Move {
        Zoom(bool),
        Pan(i64),
        Step(i64),
        To(i64),
        Jump(i64),
        Resize(u16),
        Lengthen(i64),
    }

    fn moves() -> impl Strategy<Value = Move> {
        prop_oneof![
            any::<bool>().prop_map(Move::Zoom),
            (-500_i64..500).prop_map(Move::Pan),
            (-500_i64..500).prop_map(Move::Step),
            (-10_000_i64..20_000).prop_map(Move::To),
            (-10_000_i64..20_000).prop_map(Move::Jump),
            (0_u16..300).prop_map(Move::Resize),
            (0_i64..20_000).prop_map(Move::Lengthen),
        ]
    }

    proptest! {
        #[test]
        fn the_cursor_stays_in_the_session_and_on_the_screen(
            length in 0_i64..20_000, cells in 1_u16..250, keys in prop::collection::vec(moves(), 0..60),
        ) {
            let mut axis = Axis::whole(length, cells);
            prop_assert!(axis.is_whole());
            for key in keys {
                match key {
                    Move::Zoom(closer) => axis.zoom(closer),
                    Move::Pan(by) => axis.pan(by),
                    Move::Step(by) => axis.step(by),
                    Move::To(second) => axis.to(second),
                    Move::Jump(second) => axis.jump(second),
                    Move::Resize(cells) => axis.resize(cells),
                    Move::Lengthen(length) => axis.lengthen(length),
                }
                let window = axis.window();
                prop_assert!((0..=axis.length()).contains(&axis.cursor()), "{axis:?}");
                prop_assert!(window.contains(&axis.cursor()), "{axis:?}");
                prop_assert!(window.start >= 0 && window.start % axis.per_cell() == 0);
                prop_assert_eq!(axis.column_of(axis.cursor()), Some(axis.cursor_column()));
                let mut next = window.start;
                for column in 0..axis.cells() {
                    let seconds = axis.seconds_of(column);
                    prop_assert_eq!(seconds.start, next);
                    prop_assert_eq!(axis.column_of(seconds.start), Some(column));
                    prop_assert_eq!(axis.column_of(seconds.end - 1), Some(column));
                    next = seconds.end;
                }
                prop_assert_eq!(next, window.end);
            }
        }

        #[test]
        fn closer_and_back_leaves_the_cursor_where_it_was(length in 1_i64..20_000, at in 0_i64..20_000) {
            let mut axis = Axis::whole(length, 70);
            axis.to(at);
            let cursor = axis.cursor();
            for _ in 0..12 {
                axis.zoom(true);
            }
            prop_assert_eq!(axis.cursor(), cursor);
            prop_assert_eq!(axis.per_cell(), 1);
            for _ in 0..12 {
                axis.zoom(false);
            }
            prop_assert_eq!(axis.cursor(), cursor);
            prop_assert!(axis.is_whole());
        }
    }

    #[test]
    fn a_jump_out_of_sight_lands_in_the_middle() {
        let mut axis = Axis::whole(3_600, 60);
        for _ in 0..8 {
            axis.zoom(true);
        }
        assert_eq!(axis.window(), 0..60);
        axis.jump(1_800);
        assert_eq!(axis.cursor(), 1_800);
        assert_eq!(axis.cursor_column(), 30);
        axis.jump(1_810);
        assert_eq!(
            axis.cursor_column(),
            40,
            "what is in sight does not move the window"
        );
    }

    #[test]
    fn ticks_are_whole_minutes_and_apart() {
        let axis = Axis::whole(2_400, 70);
        let ticks = ticks(&axis, 8);
        assert_eq!(axis.per_cell(), 35);
        let seconds: Vec<i64> = ticks.iter().map(|(_, second)| *second).collect();
        assert_eq!(
            seconds,
            [0, 300, 600, 900, 1_200, 1_500, 1_800, 2_100, 2_400]
        );
        assert!(ticks.windows(2).all(|pair| pair[1].0 - pair[0].0 >= 8));
    }
}
