//! The loop around a review: the terminal, the record, and the granting of wishes. What is drawn and what a key means is elsewhere.

use std::io;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::civil::Date;
use thiserror::Error;

use super::acts;
use super::day::{Day, Looking};
use super::form::Form;
use super::opened::Opened;
use super::panels;
use super::ui::{Over, Ui};
use super::update::{self, Wish};
use super::view::{CourseRead, Review, View};
use crate::dashboard::keys::Key;
use crate::dashboard::theme::Theme;
use crate::dashboard::watch::end_on_signal;
use crate::dashboard::watch::terminal::{self, Terminal, Waited};
use crate::records::archive::local_date;
use crate::records::desk::{By, Of};
use crate::records::replay::instant::{self, clock};
use crate::records::{Archive, RecordsError, SessionFilter};
use crate::review::course::{Course, Visit};
use crate::review::instant::lines;

/// How long a key is waited for before signals are looked at again.
const WAIT: Duration = Duration::from_millis(250);

/// What to begin with.
#[derive(Debug, Clone, Default)]
pub struct Begin {
    /// Whose sessions.
    pub looking: Looking,
    /// This day; without one the latest, or the session's own.
    pub day: Option<Date>,
    /// This session, open.
    pub session: Option<String>,
    /// Who sits here; nobody named is the user of this computer.
    pub by: Option<String>,
}

/// Why a review could not go on.
#[derive(Debug, Error)]
pub enum ReviewError {
    /// There is no terminal to draw on.
    #[error(
        "no terminal to draw on: `station show ID` and `station sessions` write lines, `station report` and `station export` write files"
    )]
    NoTerminal,
    /// The terminal failed.
    #[error("the terminal failed: {0}")]
    Terminal(#[source] io::Error),
    /// The record cannot be read.
    #[error(transparent)]
    Record(#[from] RecordsError),
}

/// Shows a review until the physiologist leaves, the terminal closes, or a signal comes. The terminal is restored on every way out.
///
/// # Errors
/// [`ReviewError`]: there is no usable terminal, no such session, or the record cannot be read.
pub fn run(archive: &Archive, theme: &Theme, begin: &Begin) -> Result<(), ReviewError> {
    if !terminal::is_there() {
        return Err(ReviewError::NoTerminal);
    }
    let mut sitting = Sitting::begin(archive, theme, begin)?;
    let ended = end_on_signal();
    let mut terminal = Terminal::enter().map_err(ReviewError::Terminal)?;
    let mut size = None;
    let mut dirty = true;
    loop {
        if ended.load(Ordering::Relaxed) {
            return Ok(());
        }
        let now = terminal.size().map_err(ReviewError::Terminal)?;
        if size != Some(now) {
            size = Some(now);
            dirty = true;
        }
        if dirty {
            sitting
                .ui
                .axis
                .resize(panels::chart::cells(now, &sitting.ui));
            let view = View {
                review: &sitting.review,
                ui: &sitting.ui,
                theme,
            };
            terminal
                .draw(|frame| panels::draw(frame, &view), false)
                .map_err(ReviewError::Terminal)?;
            dirty = false;
        }
        // What is still to be read waits for no key, and no key waits for it.
        let wait = if sitting.has_more() {
            Duration::ZERO
        } else {
            WAIT
        };
        match terminal.wait(wait).map_err(ReviewError::Terminal)? {
            Waited::Nothing => dirty |= sitting.read_more(),
            Waited::Gone => return Ok(()),
            Waited::Keys(keys) => {
                dirty = true;
                for key in keys {
                    if sitting.press(key) {
                        return Ok(());
                    }
                }
            }
        }
    }
}

/// What is in front, and the record behind it.
pub(super) struct Sitting<'a> {
    archive: &'a Archive,
    theme: &'a Theme,
    pub(super) review: Review,
    pub(super) ui: Ui,
    /// How much of the record was said to be damaged.
    damage_told: usize,
}

impl<'a> Sitting<'a> {
    pub(super) fn begin(
        archive: &'a Archive,
        theme: &'a Theme,
        begin: &Begin,
    ) -> Result<Self, RecordsError> {
        let zone = &theme.time_zone;
        let session = match &begin.session {
            Some(asked) => Some(archive.find(asked)?),
            None => None,
        };
        let own = session
            .as_ref()
            .map(|line| local_date(line.began_wall_micros, zone));
        let day = Day::read(archive, &begin.looking, begin.day.or(own), zone)?;
        let mut sitting = Self {
            archive,
            theme,
            review: Review {
                looking: begin.looking.clone(),
                day,
                opened: None,
                other: None,
                course: None,
            },
            ui: Ui {
                by: begin.by.clone().unwrap_or_default(),
                ..Ui::default()
            },
            damage_told: 0,
        };
        if let Some(line) = session {
            sitting.open(&line.id)?;
        }
        sitting.tell_damage();
        Ok(sitting)
    }

    /// Obeys a key; says whether the person leaves.
    pub(super) fn press(&mut self, key: Key) -> bool {
        for wish in update::update(&mut self.ui, &self.review, key) {
            if wish == Wish::Leave {
                return true;
            }
            if let Err(error) = self.grant(wish) {
                self.ui.shout(error.to_string());
            }
            self.tell_damage();
        }
        false
    }

    /// Says which pages of the record are damaged, where that was not said yet.
    fn tell_damage(&mut self) {
        let damage = self.archive.damage();
        if damage.len() > self.damage_told {
            self.damage_told = damage.len();
            self.ui.shout(format!(
                "pages of the record are damaged ({}): see station verify",
                damage.join("; ")
            ));
        }
    }

    fn grant(&mut self, wish: Wish) -> Result<(), RecordsError> {
        self.archive.renew()?;
        match wish {
            Wish::Leave => {}
            Wish::Day(date) => {
                let zone = &self.theme.time_zone;
                self.review.day = Day::read(self.archive, &self.review.looking, date, zone)?;
            }
            Wish::Search(text) => {
                self.review.looking.text = text;
                let zone = &self.theme.time_zone;
                let looking = &self.review.looking;
                // The same day where it has one that fits, else the latest that has.
                let here = Day::read(self.archive, looking, self.review.day.date, zone)?;
                self.review.day = if here.rows.is_empty() {
                    Day::read(self.archive, looking, None, zone)?
                } else {
                    here
                };
            }
            Wish::Open(id) => self.open(&id)?,
            Wish::LayOver(id) => self.lay_over(&id)?,
            Wish::LayPreviousOver => self.lay_previous_over()?,
            Wish::Pleth => {
                if let Some(opened) = &mut self.review.opened {
                    opened.read_pleth(self.archive)?;
                }
            }
            Wish::Course => self.begin_course()?,
            Wish::Why(second) => self.why(second)?,
            Wish::Add(form) => self.add(form)?,
        }
        Ok(())
    }

    fn open(&mut self, id: &str) -> Result<(), RecordsError> {
        let mut opened = Opened::read(self.archive, id)?;
        let before = self.review.opened.as_ref();
        let is_same = before.is_some_and(|before| before.id() == opened.id());
        if before.is_some_and(|before| is_same && before.pleth.is_some()) {
            opened.read_pleth(self.archive)?;
        }
        update::opened(&mut self.ui, opened.length_s(), is_same);
        if !is_same {
            self.review.other = None;
            self.review.course = None;
            self.ui.pleth = false;
        }
        self.ui.marked = Some(opened.id().to_owned());
        if !is_same {
            self.looked(&Of::Session(opened.id()));
        }
        self.review.opened = Some(opened);
        let marked = self.ui.to_lay_over.clone().filter(|other| other != id);
        if let Some(other) = marked.filter(|_| !is_same) {
            self.lay_over(&other)?;
        }
        Ok(())
    }

    /// Tells the record that somebody looked; where it cannot be told, the screen says so, and shows all the same.
    fn looked(&mut self, of: &Of<'_>) {
        let by = By::of(Some(&self.ui.by));
        if let Some(words) = acts::look(self.archive, &by, *of) {
            self.ui.say(words);
        }
    }

    /// Adds what was typed, and reads the session again; what was not taken stays to be mended, without its secret.
    fn add(&mut self, mut form: Form) -> Result<(), RecordsError> {
        let Some(opened) = &self.review.opened else {
            return Ok(());
        };
        let id = opened.id().to_owned();
        match acts::act(self.archive, &opened.record, &form) {
            Ok(done) => {
                form.text("by").clone_into(&mut self.ui.by);
                self.open(&id)?;
                if let Some(row) = self
                    .review
                    .day
                    .rows
                    .iter_mut()
                    .find(|row| row.line.id == id)
                {
                    row.told = None;
                }
                self.ui.say(done);
            }
            Err(error) => {
                form.wrong = Some(error.to_string());
                for field in form.fields.iter_mut().filter(|field| field.secret) {
                    field.text.clear();
                }
                self.ui.over = Some(Over::Form(form));
            }
        }
        Ok(())
    }

    fn lay_over(&mut self, id: &str) -> Result<(), RecordsError> {
        let other = Opened::read(self.archive, id)?;
        self.looked(&Of::Session(id));
        let own = self.review.opened.as_ref().map_or(0, Opened::length_s);
        self.ui.axis.lengthen(own.max(other.length_s()));
        self.ui.laid_over = true;
        self.review.other = Some(other);
        Ok(())
    }

    fn lay_previous_over(&mut self) -> Result<(), RecordsError> {
        let Some(opened) = &self.review.opened else {
            return Ok(());
        };
        let line = &opened.record.line;
        let before = self.archive.list(&SessionFilter {
            patient: Some(line.patient.clone()),
            before_wall_us: Some(line.began_wall_micros),
            limit: Some(1),
            ..SessionFilter::default()
        })?;
        let Some(id) = before.into_iter().next().map(|line| line.id) else {
            self.ui
                .say("no earlier visit of this patient: mark a session in the day with o");
            return Ok(());
        };
        self.lay_over(&id)
    }

    fn begin_course(&mut self) -> Result<(), RecordsError> {
        let Some(opened) = &self.review.opened else {
            return Ok(());
        };
        let line = &opened.record.line;
        let mut unread = self.archive.list(&SessionFilter {
            patient: Some(line.patient.clone()),
            before_wall_us: Some(line.began_wall_micros.saturating_add(1)),
            ..SessionFilter::default()
        })?;
        unread.retain(|line| line.state != "open");
        let patient = line.patient.clone();
        self.review.course = Some(CourseRead {
            unread,
            ..CourseRead::default()
        });
        self.looked(&Of::Patient(&patient));
        Ok(())
    }

    fn why(&mut self, second: i64) -> Result<(), RecordsError> {
        let Some(opened) = &self.review.opened else {
            return Ok(());
        };
        let t_us = second.saturating_mul(1_000_000);
        let told = instant::at(self.archive, &opened.record, t_us)?;
        let lines = match told {
            Ok(instant) => lines(&opened.record, &instant),
            Err(none) => vec![format!("at {}: {none}", clock(t_us))],
        };
        self.ui.over = Some(Over::Why { lines, page: 0 });
        Ok(())
    }

    pub(super) fn has_more(&self) -> bool {
        let course = self.review.course.as_ref();
        self.review.day.unread().is_some() || course.is_some_and(|read| !read.unread.is_empty())
    }

    /// Reads one session of those still to read, the course's first: somebody waits for it.
    pub(super) fn read_more(&mut self) -> bool {
        let is_new = self.read_next();
        self.tell_damage();
        is_new
    }

    fn read_next(&mut self) -> bool {
        if let Some(read) = &mut self.review.course
            && let Some(line) = read.unread.pop()
        {
            let id = line.id.clone();
            match Visit::read(self.archive, line) {
                Ok(visit) => read.visits.push(visit),
                Err(error) => read.failed.push((id, error.to_string())),
            }
            read.course = Some(Course::of(read.visits.clone()));
            return true;
        }
        self.review.day.read_one(self.archive)
    }
}
