//! Colours, marks and glyphs. Red and yellow belong to alarms alone; nothing is told by colour alone.

use control::rules::Priority;
use ratatui::style::{Color, Modifier, Style};

/// How the dashboard looks on this terminal.
#[derive(Debug, Clone)]
pub struct Theme {
    /// Colours are allowed; without them bold, dim and reverse do their work.
    pub colour: bool,
    /// The glyphs.
    pub glyphs: &'static Glyphs,
    /// The zone of the clock in the corner.
    pub time_zone: jiff::tz::TimeZone,
}

/// A set of glyphs.
#[derive(Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// Only ASCII is used.
    pub ascii: bool,
    /// Before a heart rate.
    pub heart: &'static str,
    /// Before a saturation.
    pub oxygen: &'static str,
    /// Between two facts of a line.
    pub dot: &'static str,
    /// Before the number of the selected station.
    pub selected: &'static str,
    /// From one value to another.
    pub to: &'static str,
    /// Between the ends of a range.
    pub range: &'static str,
    /// At most.
    pub at_most: &'static str,
    /// At least.
    pub at_least: &'static str,
    /// Rises, level, falls.
    pub trend: [&'static str; 3],
    /// Recorded.
    pub recorded: &'static str,
    /// Cut here.
    pub ellipsis: &'static str,
    /// A bar: left end, line, marker, right end, zone.
    pub bar: [&'static str; 5],
    /// On a bar: where a value is foretold to be.
    pub foretold: &'static str,
    /// Between a number and how far it may be off.
    pub give_or_take: &'static str,
    /// Eighths of a cell, from one to all.
    pub eighths: [&'static str; 8],
    /// A limit's line in a trend.
    pub limit: &'static str,
    /// Ticked, not ticked.
    pub ticks: [&'static str; 2],
    /// A chart's own.
    pub chart: Chart,
}

/// The glyphs of a chart over time, a cell each.
#[derive(Debug, PartialEq, Eq)]
pub struct Chart {
    /// Nothing was recorded.
    pub hatch: &'static str,
    /// Recorded without a value.
    pub without: &'static str,
    /// Within the zone.
    pub shade: &'static str,
    /// What was asked for.
    pub asked: &'static str,
    /// Of the session that is laid over.
    pub other: &'static str,
    /// Under the cursor.
    pub cursor: &'static str,
    /// A value where there are no dots within a cell.
    pub value: &'static str,
    /// One session of many.
    pub point: &'static str,
    /// One of which the record is not whole.
    pub not_whole: &'static str,
    /// The session that is open, among others.
    pub this: &'static str,
    /// Nothing held the load back.
    pub free: &'static str,
    /// Between two phases.
    pub border: &'static str,
}

/// For fonts with blocks and arrows.
pub const UNICODE: Glyphs = Glyphs {
    ascii: false,
    heart: "♥",
    oxygen: "O₂",
    dot: " · ",
    selected: "▶",
    to: "→",
    range: "–",
    at_most: "≤",
    at_least: "≥",
    trend: ["↗", "→", "↘"],
    recorded: "●",
    ellipsis: "…",
    bar: ["▕", "─", "█", "▏", "━"],
    foretold: "▒",
    give_or_take: "±",
    eighths: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    limit: "╌",
    ticks: ["[■]", "[ ]"],
    chart: Chart {
        hatch: "╱",
        without: "×",
        shade: "░",
        asked: "─",
        other: "∘",
        cursor: "│",
        value: "•",
        point: "●",
        not_whole: "○",
        this: "◆",
        free: "·",
        border: "│",
    },
};

/// For fonts that have ASCII alone.
pub const ASCII: Glyphs = Glyphs {
    ascii: true,
    heart: "HR",
    oxygen: "O2",
    dot: " | ",
    selected: ">",
    to: "->",
    range: "-",
    at_most: "<=",
    at_least: ">=",
    trend: ["^", "=", "v"],
    recorded: "o",
    ellipsis: "~",
    bar: ["[", "-", "#", "]", "="],
    foretold: ":",
    give_or_take: "+-",
    eighths: [".", ".", ":", ":", "|", "|", "#", "#"],
    limit: "-",
    ticks: ["[x]", "[ ]"],
    chart: Chart {
        hatch: "/",
        without: "x",
        shade: ":",
        asked: "=",
        other: "o",
        cursor: "|",
        value: "*",
        point: "*",
        not_whole: "o",
        this: "@",
        free: ".",
        border: "|",
    },
};

impl Theme {
    /// With or without colour, for a font with or without blocks.
    #[must_use]
    pub const fn new(colour: bool, ascii: bool, time_zone: jiff::tz::TimeZone) -> Self {
        Self {
            colour,
            glyphs: if ascii { &ASCII } else { &UNICODE },
            time_zone,
        }
    }

    fn coloured(&self, style: Style, colour: Color) -> Style {
        if self.colour { style.fg(colour) } else { style }
    }

    /// Plain text.
    #[must_use]
    pub fn plain(&self) -> Style {
        Style::new()
    }

    /// What is said beside the numbers.
    #[must_use]
    pub fn quiet(&self) -> Style {
        self.coloured(Style::new(), Color::Gray)
    }

    /// What is old or not in force.
    #[must_use]
    pub fn stale(&self) -> Style {
        self.coloured(Style::new().add_modifier(Modifier::DIM), Color::DarkGray)
    }

    /// A heart rate.
    #[must_use]
    pub fn heart(&self) -> Style {
        self.coloured(Style::new().add_modifier(Modifier::BOLD), Color::LightGreen)
    }

    /// A saturation.
    #[must_use]
    pub fn oxygen(&self) -> Style {
        self.coloured(Style::new().add_modifier(Modifier::BOLD), Color::LightCyan)
    }

    /// A load.
    #[must_use]
    pub fn load(&self) -> Style {
        self.coloured(Style::new().add_modifier(Modifier::BOLD), Color::White)
    }

    /// A key that helps.
    #[must_use]
    pub fn key(&self) -> Style {
        self.coloured(Style::new().add_modifier(Modifier::BOLD), Color::White)
    }

    /// The selected station, the selected row, the chosen answer.
    #[must_use]
    pub fn selected(&self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED | Modifier::BOLD)
    }

    /// A title that is not selected.
    #[must_use]
    pub fn title(&self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// Trouble of this screen or of the gym itself, and what must not be overlooked.
    #[must_use]
    pub fn loud(&self) -> Style {
        let style = Style::new().add_modifier(Modifier::BOLD);
        if self.colour {
            style.fg(Color::White).bg(Color::Red)
        } else {
            style.add_modifier(Modifier::REVERSED)
        }
    }

    /// Said once, steadily: the demonstration, a machine without a guard.
    #[must_use]
    pub fn notice(&self) -> Style {
        self.coloured(
            Style::new().add_modifier(Modifier::BOLD),
            Color::LightMagenta,
        )
    }

    /// An alarm. `lit` is the bright phase of its flash; both phases can be read.
    #[must_use]
    pub fn alarm(&self, priority: Priority, lit: bool) -> Style {
        let bold = Style::new().add_modifier(Modifier::BOLD);
        match (priority, lit, self.colour) {
            (Priority::High, true, true) => bold.fg(Color::White).bg(Color::Red),
            (Priority::High, false, true) => bold.fg(Color::LightRed),
            (Priority::Medium, true, true) => bold.fg(Color::Black).bg(Color::Yellow),
            (Priority::Medium, false, true) => bold.fg(Color::Yellow),
            (Priority::Low, _, true) => Style::new().fg(Color::Cyan),
            (Priority::High | Priority::Medium, true, false) => {
                bold.add_modifier(Modifier::REVERSED)
            }
            (Priority::High | Priority::Medium, false, false) => bold,
            (Priority::Low, _, false) => Style::new(),
        }
    }

    /// A number that broke its limit: brighter than its alarm's text.
    #[must_use]
    pub fn broken(&self, priority: Priority, lit: bool) -> Style {
        match priority {
            Priority::Low => self.heart(),
            Priority::Medium | Priority::High => self.alarm(priority, lit),
        }
    }
}
