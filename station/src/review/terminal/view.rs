//! What is drawn from: the day, the session that is open, the one laid over it, the patient's course, and what is in front.

use jiff::civil::Date;

use super::day::{Day, Looking};
use super::opened::Opened;
use super::ui::Ui;
use crate::dashboard::theme::Theme;
use crate::records::list::SessionLine;
use crate::review::course::{Course, Visit};

/// All that a review has read.
#[derive(Debug, Clone)]
pub struct Review {
    /// Whose sessions are looked at.
    pub looking: Looking,
    /// The day in front.
    pub day: Day,
    /// The session that is open.
    pub opened: Option<Opened>,
    /// The one that is laid over it.
    pub other: Option<Opened>,
    /// The course of its patient, as far as it was read.
    pub course: Option<CourseRead>,
}

/// A course that is read session by session, so that no key waits for it.
#[derive(Debug, Clone, Default)]
pub struct CourseRead {
    /// What was not read yet, the earliest last.
    pub unread: Vec<SessionLine>,
    /// What was.
    pub visits: Vec<Visit>,
    /// What of it is seen.
    pub course: Option<Course>,
    /// Sessions that cannot be read: id, and why.
    pub failed: Vec<(String, String)>,
}

/// What one frame is drawn from.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// What was read.
    pub review: &'a Review,
    /// What is in front.
    pub ui: &'a Ui,
    /// Colours and glyphs.
    pub theme: &'a Theme,
}

impl<'a> View<'a> {
    /// The session that is open.
    #[must_use]
    pub fn opened(&self) -> Option<&'a Opened> {
        self.review.opened.as_ref()
    }

    /// The one laid over it, where it is shown.
    #[must_use]
    pub fn other(&self) -> Option<&'a Opened> {
        self.review.other.as_ref().filter(|_| self.ui.laid_over)
    }
}

impl Review {
    /// The place of the marked row: where none is, the first.
    #[must_use]
    pub fn marked(&self, ui: &Ui) -> usize {
        ui.marked
            .as_deref()
            .and_then(|id| self.day.place(id))
            .unwrap_or(0)
    }

    /// The day in front.
    #[must_use]
    pub const fn date(&self) -> Option<Date> {
        self.day.date
    }
}
