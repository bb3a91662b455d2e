//! What the physiologist has in front: which view, where the cursor stands, what lies over it. Pure data; the record is not in it.

use super::axis::Axis;
use super::form::Form;

/// Which screen is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// The list of a day.
    Day,
    /// A session.
    Session(Tab),
}

/// Which view of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Over time.
    Chart,
    /// What happened.
    Events,
    /// What it came to.
    Figures,
    /// The patient's weeks.
    Course,
}

impl Tab {
    /// The views in order, with their names.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Chart, "chart"),
        (Self::Events, "events"),
        (Self::Figures, "figures"),
        (Self::Course, "course"),
    ];

    /// The next, or the one before; the last is followed by the first.
    #[must_use]
    pub fn beside(self, next: bool) -> Self {
        let here = Self::ALL.iter().position(|(tab, _)| *tab == self);
        let count = Self::ALL.len();
        let step = if next { 1 } else { count - 1 };
        let place = here.map(|here| (here + step) % count);
        place
            .and_then(|place| Self::ALL.get(place))
            .map_or(self, |(tab, _)| *tab)
    }
}

/// A lane of the chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Heart rate, with zone and limit.
    HeartRate,
    /// Load, asked for and actual.
    Load,
    /// Saturation, with floor.
    Saturation,
    /// Power or speed, told and reported.
    Machine,
    /// Cadence, or grade.
    Cadence,
}

impl Lane {
    /// The lanes from above to below, as the digits name them.
    pub const ALL: [Self; 5] = [
        Self::HeartRate,
        Self::Load,
        Self::Saturation,
        Self::Machine,
        Self::Cadence,
    ];
}

/// What lies over the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Over {
    /// The help, at this page; a page past the last is the first again.
    Help(u8),
    /// Why the load was what it was, in lines, at this page.
    Why {
        /// The lines.
        lines: Vec<String>,
        /// The page.
        page: u8,
    },
    /// Something is added to the session.
    Form(Form),
    /// The text that is searched for, as far as it is typed.
    Search(String),
}

/// What the physiologist has in front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ui {
    /// Which screen.
    pub screen: Screen,
    /// The marked row of the day, by its session.
    pub marked: Option<String>,
    /// The session that is marked to be laid over.
    pub to_lay_over: Option<String>,
    /// The axis of the session that is open.
    pub axis: Axis,
    /// Which lanes are hidden, by their place.
    pub hidden: [bool; Lane::ALL.len()],
    /// The plethysmogram is shown.
    pub pleth: bool,
    /// The other session is shown.
    pub laid_over: bool,
    /// The list of events has all of them.
    pub all_events: bool,
    /// The first line of figures and of the course that is on the screen.
    pub scroll: u16,
    /// What lies over the screen.
    pub over: Option<Over>,
    /// Who sits here, where that is known.
    pub by: String,
    /// What is to be said about the last key, and whether it must not be overlooked.
    pub remark: Option<(String, bool)>,
}

impl Default for Ui {
    fn default() -> Self {
        Self {
            screen: Screen::Day,
            marked: None,
            to_lay_over: None,
            axis: Axis::whole(0, 1),
            hidden: [false; Lane::ALL.len()],
            pleth: false,
            laid_over: false,
            all_events: false,
            scroll: 0,
            over: None,
            by: String::new(),
            remark: None,
        }
    }
}

impl Ui {
    /// Says something about the last key.
    pub fn say(&mut self, text: impl Into<String>) {
        self.remark = Some((text.into(), false));
    }

    /// Says something that must not be overlooked.
    pub fn shout(&mut self, text: impl Into<String>) {
        self.remark = Some((text.into(), true));
    }

    /// The lanes that are not hidden, from above to below.
    pub fn lanes(&self) -> impl Iterator<Item = Lane> {
        Lane::ALL
            .into_iter()
            .zip(self.hidden)
            .filter(|(_, hidden)| !hidden)
            .map(|(lane, _)| lane)
    }
}
