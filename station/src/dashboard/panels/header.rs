//! The gym in one line; where the gym is not heard, that, and nothing quieter.

use control::rules::Priority;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::text::{self, span};
use crate::dashboard::alarms;
use crate::dashboard::update;
use crate::dashboard::view::{Link, View};
use crate::dashboard::words;
use crate::gym::snapshot::{RecordHealth, Snapshot};

/// So much of the gym's name stands before who exercises is cut.
const NAME_AT_LEAST: usize = 16;

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
    let glyphs = view.theme.glyphs;
    if let Some(words) = lost(view, area.width) {
        let line = Line::from(format!(" {words}")).style(view.theme.loud());
        frame.buffer_mut().set_style(area, view.theme.loud());
        text::row(frame, area, 0, line, glyphs);
        return;
    }
    let Some(snapshot) = view.seen.snapshot else {
        return;
    };
    let full = area.width >= 100;
    let right = right(view, snapshot, full);
    let room = usize::from(area.width).saturating_sub(right.width() + 1);
    let line = text::ends(left(view, snapshot, full, room), right, area.width, glyphs);
    text::row(frame, area, 0, line, glyphs);
}

/// What is said where the gym is not heard, as much as fits; `None` while it is.
pub(super) fn lost(view: &View<'_>, width: u16) -> Option<String> {
    let lost_for = view.seen.lost_for()?;
    if view.seen.snapshot.is_none() {
        match view.seen.link {
            Link::Connecting => return Some("connecting to the gym".to_owned()),
            Link::Up => return Some("connected, waiting for the first picture".to_owned()),
            Link::Lost { .. } => {}
        }
    }
    let dash = if view.theme.glyphs.ascii { "-" } else { "—" };
    let mut words = format!("NO CONNECTION TO THE GYM for {}", words::minutes(lost_for));
    for more in [
        format!(" {dash} use the stop buttons at the machines"),
        format!(" {dash} what you see is old"),
        "; the machines stay under control of the gym process while it runs".to_owned(),
    ] {
        if Span::raw(words.as_str()).width() + Span::raw(more.as_str()).width()
            >= usize::from(width)
        {
            break;
        }
        words.push_str(&more);
    }
    Some(words)
}

/// The gym's name, its alarms, who exercises. Where it is too much, the name gives way, then who exercises: the alarms are cut last.
fn left(view: &View<'_>, snapshot: &Snapshot, full: bool, room: usize) -> Line<'static> {
    let dot = view.theme.glyphs.dot;
    let mut spans = Vec::new();
    let word = |priority| {
        if full {
            format!(" {}", words::priority(priority))
        } else {
            String::new()
        }
    };
    for priority in [Priority::High, Priority::Medium, Priority::Low] {
        let count = alarms::count(snapshot, priority);
        if count > 0 {
            spans.push(span(dot, view.theme.quiet()));
            spans.push(span(
                format!("{count} {}{}", words::mark(priority), word(priority)),
                view.theme.alarm(priority, false),
            ));
        }
    }
    let of_alarms: usize = spans.iter().map(Span::width).sum();
    let exercising = update::exercising(snapshot);
    spans.push(span(
        format!("{dot}{exercising} of {} exercise", snapshot.stations.len()),
        view.theme.quiet(),
    ));
    let of_all: usize = spans.iter().map(Span::width).sum();
    let room = room
        .saturating_sub(of_all)
        .max(NAME_AT_LEAST.min(room.saturating_sub(of_alarms)));
    let room = u16::try_from(room).unwrap_or(u16::MAX);
    let name = Line::from(span(format!(" {}", snapshot.gym), view.theme.title()));
    let mut line = text::cut(name, room, view.theme.glyphs);
    line.extend(spans);
    line
}

fn right(view: &View<'_>, snapshot: &Snapshot, full: bool) -> Line<'static> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    if snapshot.virtual_devices {
        let what = if full {
            "DEMO virtual devices  "
        } else {
            "DEMO virtual  "
        };
        spans.push(span(what, view.theme.notice()));
    }
    if snapshot.clock.rate > 1 {
        spans.push(span(
            format!("{}x  ", snapshot.clock.rate),
            view.theme.notice(),
        ));
    }
    match &snapshot.record {
        RecordHealth::Recording { committed } => {
            let age = view.seen.age(*committed) / snapshot.clock.rate.max(1);
            if age.as_secs() >= 5 {
                spans.push(span(
                    format!("record {} behind", words::ago(age)),
                    view.theme.loud(),
                ));
            } else {
                spans.push(span(
                    format!("recorded {}", view.theme.glyphs.recorded),
                    view.theme.quiet(),
                ));
            }
        }
        RecordHealth::Failing { .. } => spans.push(span("NOT RECORDED", view.theme.loud())),
    }
    if let Some(clock) = clock(view) {
        spans.push(span(format!("  {clock} "), view.theme.title()));
    }
    Line::from(spans)
}

/// The time of day where the screen hangs.
pub(super) fn clock(view: &View<'_>) -> Option<String> {
    let micros = view.seen.wall_micros()?;
    let zoned = jiff::Timestamp::from_microsecond(micros)
        .ok()?
        .to_zoned_datetime(view.theme.time_zone.clone());
    Some(zoned.strftime("%H:%M:%S").to_string())
}
