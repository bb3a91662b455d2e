//! A key in, wishes out: pure. What takes the record is asked for as a [`Wish`] and done by the loop.

use jiff::civil::Date;

use super::form::{Adding, Form, Outcome};
use super::keys::{self, Command};
use super::ui::{Over, Screen, Tab, Ui};
use super::view::Review;
use crate::dashboard::keys::Key;
use crate::records::SessionRecord;
use crate::records::replay::instant::clock;

/// What takes the record, or the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Leave.
    Leave,
    /// Another day, or the same anew; without one the latest.
    Day(Option<Date>),
    /// The sessions with this text alone; without one all.
    Search(Option<String>),
    /// Open this session.
    Open(String),
    /// Lay this session over the open one.
    LayOver(String),
    /// Lay the patient's visit before the open one over it.
    LayPreviousOver,
    /// Read the plethysmogram.
    Pleth,
    /// Read the patient's course.
    Course,
    /// The core at this second.
    Why(i64),
    /// Add this to the session.
    Add(Form),
}

/// What a key does.
pub fn update(ui: &mut Ui, review: &Review, key: Key) -> Vec<Wish> {
    ui.remark = None;
    if let Some(over) = ui.over.take() {
        return in_window(ui, over, key);
    }
    let Some(command) = keys::command(key) else {
        return Vec::new();
    };
    match (ui.screen, command) {
        (_, Command::Help) => {
            ui.over = Some(Over::Help(0));
            Vec::new()
        }
        (Screen::Day, _) => in_day(ui, review, command),
        (Screen::Session(_), Command::Back | Command::Leave) => {
            ui.screen = Screen::Day;
            Vec::new()
        }
        (Screen::Session(tab), Command::NextTab | Command::PreviousTab) => {
            to_tab(ui, review, tab.beside(command == Command::NextTab))
        }
        (Screen::Session(_), Command::Reread) => review
            .opened
            .iter()
            .map(|opened| Wish::Open(opened.id().to_owned()))
            .collect(),
        (Screen::Session(_), Command::Note) => form(ui, review, Adding::Note),
        (Screen::Session(_), Command::Correct) => form(ui, review, Adding::Correction),
        (Screen::Session(_), Command::Sign) => form(ui, review, Adding::Signature),
        (Screen::Session(Tab::Chart), _) => on_chart(ui, review, command),
        (Screen::Session(Tab::Events), _) => in_events(ui, review, command),
        (Screen::Session(Tab::Figures | Tab::Course), _) => {
            scroll(ui, command);
            Vec::new()
        }
    }
}

/// A form to add something to the session that is open.
fn form(ui: &mut Ui, review: &Review, adding: Adding) -> Vec<Wish> {
    let lines = match (adding, &review.opened) {
        (Adding::Correction, Some(opened)) => numbered(&opened.record),
        (Adding::Correction | Adding::Note | Adding::Signature, _) => Vec::new(),
    };
    if adding == Adding::Correction && lines.is_empty() {
        ui.say("nothing was measured: there is nothing to correct");
        return Vec::new();
    }
    ui.over = Some(Over::Form(Form::new(adding, &ui.by, lines)));
    Vec::new()
}

/// The measurements by their numbers, those that hold.
fn numbered(session: &SessionRecord) -> Vec<String> {
    let in_force: Vec<i64> = session
        .measurements_in_force()
        .map(|taken| taken.id)
        .collect();
    (1..)
        .zip(&session.measurements)
        .filter(|(_, taken)| in_force.contains(&taken.id))
        .map(|(number, taken): (usize, _)| {
            format!("{number:>3}  {}  {}", clock(taken.t_us), taken.words())
        })
        .collect()
}

fn to_tab(ui: &mut Ui, review: &Review, tab: Tab) -> Vec<Wish> {
    ui.screen = Screen::Session(tab);
    ui.scroll = 0;
    if tab == Tab::Course && review.course.is_none() {
        return vec![Wish::Course];
    }
    Vec::new()
}

/// Help, why, or a text that is typed.
fn in_window(ui: &mut Ui, over: Over, key: Key) -> Vec<Wish> {
    let closes = matches!(key, Key::Esc | Key::Char('q' | '?') | Key::Ctrl('c'));
    match over {
        Over::Search(text) => return typed(ui, text, key),
        Over::Form(form) => match form.key(key) {
            Outcome::Open(form) => ui.over = Some(Over::Form(form)),
            Outcome::Closed => ui.say("nothing was done"),
            Outcome::Done(form) => return vec![Wish::Add(form)],
        },
        Over::Help(_) | Over::Why { .. } if closes => {}
        Over::Help(page) => ui.over = Some(Over::Help(turned(page, key))),
        // The key that asked takes it away.
        Over::Why { .. } if key == Key::Char('w') || key == Key::Enter => {}
        Over::Why { lines, page } => {
            ui.over = Some(Over::Why {
                page: turned(page, key),
                lines,
            });
        }
    }
    Vec::new()
}

fn turned(page: u8, key: Key) -> u8 {
    match key {
        Key::Tab | Key::Down | Key::PageDown | Key::Char('j' | ' ') => page.wrapping_add(1),
        Key::BackTab | Key::Up | Key::PageUp | Key::Char('k') => page.saturating_sub(1),
        Key::Char(_)
        | Key::Ctrl(_)
        | Key::F(_)
        | Key::Enter
        | Key::Esc
        | Key::Backspace
        | Key::Left
        | Key::Right
        | Key::Home
        | Key::End => page,
    }
}

/// No search is longer.
const LONGEST: usize = 40;

fn typed(ui: &mut Ui, mut text: String, key: Key) -> Vec<Wish> {
    match key {
        Key::Enter => {
            let text = text.trim().to_owned();
            return vec![Wish::Search((!text.is_empty()).then_some(text))];
        }
        Key::Esc | Key::Ctrl(_) => return Vec::new(),
        Key::Backspace => {
            text.pop();
        }
        Key::Char(letter) if text.chars().count() < LONGEST => text.push(letter),
        Key::Char(_)
        | Key::F(_)
        | Key::Tab
        | Key::BackTab
        | Key::Up
        | Key::Down
        | Key::Left
        | Key::Right
        | Key::Home
        | Key::End
        | Key::PageUp
        | Key::PageDown => {}
    }
    ui.over = Some(Over::Search(text));
    Vec::new()
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "keys of other views do nothing in this one"
)]
fn in_day(ui: &mut Ui, review: &Review, command: Command) -> Vec<Wish> {
    let rows = &review.day.rows;
    let here = review.marked(ui);
    let last = rows.len().saturating_sub(1);
    let mark = |ui: &mut Ui, place: usize| {
        ui.marked = rows.get(place.min(last)).map(|row| row.line.id.clone());
    };
    match command {
        Command::Back if review.looking.text.is_some() => return vec![Wish::Search(None)],
        Command::Leave => return vec![Wish::Leave],
        Command::Back => ui.say("q leaves"),
        Command::Up => mark(ui, here.saturating_sub(1)),
        Command::Down => mark(ui, here + 1),
        Command::Home => mark(ui, 0),
        Command::End => mark(ui, last),
        Command::Left => return to_day(ui, review.day.before, "before"),
        Command::Right => return to_day(ui, review.day.after, "after"),
        Command::Search => {
            let text = review.looking.text.clone().unwrap_or_default();
            ui.over = Some(Over::Search(text));
        }
        Command::Reread => return vec![Wish::Day(review.date())],
        Command::Open => {
            let row = rows.get(here);
            return row
                .map(|row| Wish::Open(row.line.id.clone()))
                .into_iter()
                .collect();
        }
        Command::Over => {
            let id = rows.get(here).map(|row| row.line.id.clone());
            if ui.to_lay_over == id {
                ui.to_lay_over = None;
                ui.say("no session is laid over");
            } else if let Some(id) = id {
                ui.say(format!("{id} is laid over the session that is opened next"));
                ui.to_lay_over = Some(id);
            }
        }
        _ => {}
    }
    Vec::new()
}

fn to_day(ui: &mut Ui, day: Option<Date>, which: &str) -> Vec<Wish> {
    if day.is_none() {
        ui.say(format!("no session on a day {which} this one"));
        return Vec::new();
    }
    ui.marked = None;
    vec![Wish::Day(day)]
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "keys of other views do nothing in this one"
)]
fn on_chart(ui: &mut Ui, review: &Review, command: Command) -> Vec<Wish> {
    let half = (i64::from(ui.axis.cells()) / 2).max(1);
    match command {
        Command::Left => ui.axis.step(-1),
        Command::Right => ui.axis.step(1),
        Command::SecondLeft => ui.axis.to(ui.axis.cursor() - 1),
        Command::SecondRight => ui.axis.to(ui.axis.cursor() + 1),
        Command::PageLeft => ui.axis.pan(-half),
        Command::PageRight => ui.axis.pan(half),
        Command::Home => ui.axis.to(0),
        Command::End => ui.axis.to(ui.axis.length()),
        Command::Closer => ui.axis.zoom(true),
        Command::Wider => ui.axis.zoom(false),
        Command::Whole => {
            while !ui.axis.is_whole() {
                ui.axis.zoom(false);
            }
        }
        Command::NextAlarm => to_mark(ui, review, true, true),
        Command::PreviousAlarm => to_mark(ui, review, true, false),
        Command::NextEvent => to_mark(ui, review, false, true),
        Command::PreviousEvent => to_mark(ui, review, false, false),
        Command::Lane(digit) => lane(ui, digit),
        Command::Why => return vec![Wish::Why(ui.axis.cursor())],
        Command::Pleth => {
            ui.pleth = !ui.pleth;
            let unread = review
                .opened
                .as_ref()
                .is_some_and(|opened| opened.pleth.is_none());
            if ui.pleth && unread {
                return vec![Wish::Pleth];
            }
        }
        Command::Over => return over(ui, review),
        _ => {}
    }
    Vec::new()
}

/// To the next mark, or the one before: to the second that it tells of.
fn to_mark(ui: &mut Ui, review: &Review, alarms: bool, next: bool) {
    let Some(opened) = &review.opened else {
        return;
    };
    let cursor = ui.axis.cursor();
    let fits = |t_s: i64| if next { t_s > cursor } else { t_s < cursor };
    let mut marks = opened
        .marks
        .iter()
        .filter(|mark| {
            if alarms {
                mark.is_alarm()
            } else {
                mark.is_main()
            }
        })
        .filter(|mark| fits(mark.t_s));
    let found = if next {
        marks.next()
    } else {
        marks.next_back()
    };
    if let Some(mark) = found {
        ui.axis.jump(mark.t_s);
    } else {
        let what = if alarms { "alarm" } else { "event" };
        let side = if next { "after" } else { "before" };
        ui.say(format!("no {what} {side} this"));
    }
}

fn lane(ui: &mut Ui, digit: u8) {
    let Some(place) = usize::from(digit).checked_sub(1) else {
        return;
    };
    let shown = ui.lanes().count();
    if let Some(hidden) = ui.hidden.get_mut(place) {
        if !*hidden && shown == 1 {
            ui.say("one lane stays");
        } else {
            *hidden = !*hidden;
        }
    }
}

fn over(ui: &mut Ui, review: &Review) -> Vec<Wish> {
    if ui.laid_over {
        ui.laid_over = false;
        return Vec::new();
    }
    if review.other.is_some() {
        ui.laid_over = true;
        return Vec::new();
    }
    // A session laid over itself shows one curve where two are looked for.
    let opened = review.opened.as_ref().map(super::opened::Opened::id);
    let marked = ui.to_lay_over.as_deref().filter(|id| Some(*id) != opened);
    vec![match marked {
        Some(id) => Wish::LayOver(id.to_owned()),
        None => Wish::LayPreviousOver,
    }]
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "keys of other views do nothing in this one"
)]
fn in_events(ui: &mut Ui, review: &Review, command: Command) -> Vec<Wish> {
    match command {
        Command::Up | Command::PreviousEvent => by_rows(ui, review, -1),
        Command::Down | Command::NextEvent => by_rows(ui, review, 1),
        Command::PageLeft => by_rows(ui, review, -10),
        Command::PageRight => by_rows(ui, review, 10),
        Command::Home => by_rows(ui, review, i64::MIN),
        Command::End => by_rows(ui, review, i64::MAX),
        Command::NextAlarm => to_mark(ui, review, true, true),
        Command::PreviousAlarm => to_mark(ui, review, true, false),
        Command::Load => ui.all_events = !ui.all_events,
        Command::Open => ui.screen = Screen::Session(Tab::Chart),
        Command::Why => return vec![Wish::Why(ui.axis.cursor())],
        _ => {}
    }
    Vec::new()
}

/// Up or down the list of events by so many rows: the cursor goes to the second of that row.
fn by_rows(ui: &mut Ui, review: &Review, by: i64) {
    let Some(opened) = &review.opened else {
        return;
    };
    let times: Vec<i64> = opened
        .marks
        .iter()
        .filter(|mark| ui.all_events || mark.is_main())
        .map(|mark| mark.t_s)
        .collect();
    let cursor = ui.axis.cursor();
    // Rows of one second are one step: the cursor stands on seconds.
    let mut distinct = times.clone();
    distinct.dedup();
    let after = distinct.partition_point(|t_s| *t_s <= cursor);
    let here = i64::try_from(after).unwrap_or(0) - 1;
    let on_row = distinct.get(after.wrapping_sub(1)) == Some(&cursor);
    // From between two rows, up goes to the one above.
    let step = if by < 0 && !on_row {
        by.saturating_add(1)
    } else {
        by
    };
    let last = i64::try_from(distinct.len()).unwrap_or(0) - 1;
    let wanted = here.saturating_add(step).clamp(0, last.max(0));
    let found = usize::try_from(wanted)
        .ok()
        .and_then(|place| distinct.get(place));
    if let Some(t_s) = found {
        ui.axis.jump(*t_s);
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "keys of other views do nothing in this one"
)]
fn scroll(ui: &mut Ui, command: Command) {
    ui.scroll = match command {
        Command::Up => ui.scroll.saturating_sub(1),
        Command::Down => ui.scroll.saturating_add(1),
        Command::PageLeft => ui.scroll.saturating_sub(10),
        Command::PageRight => ui.scroll.saturating_add(10),
        Command::Home => 0,
        _ => ui.scroll,
    };
}

/// Opens the screen of a session that was just read, and puts its axis in front: anew, or where it was when it was read again.
pub fn opened(ui: &mut Ui, length_s: i64, is_same: bool) {
    if ui.screen == Screen::Day {
        ui.screen = Screen::Session(Tab::Chart);
        ui.scroll = 0;
    }
    if is_same {
        ui.axis.lengthen(length_s);
    } else {
        ui.axis = super::axis::Axis::whole(length_s, ui.axis.cells());
        ui.laid_over = false;
    }
}
