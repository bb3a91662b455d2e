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

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
    let glyphs = view.theme.glyphs;
    if let Some(words) = lost(view, area.width >= 100) {
        let line = Line::from(format!(" {words}")).style(view.theme.loud());
        frame.buffer_mut().set_style(area, view.theme.loud());
        text::row(frame, area, 0, line, glyphs);
        return;
    }
    let Some(snapshot) = view.seen.snapshot else {
        return;
    };
    let full = area.width >= 100;
    let line = text::ends(
        left(view, snapshot, full),
        right(view, snapshot, full),
        area.width,
        glyphs,
    );
    text::row(frame, area, 0, line, glyphs);
}

/// What is said where the gym is not heard; `None` while it is.
pub(super) fn lost(view: &View<'_>, full: bool) -> Option<String> {
    let lost_for = view.seen.lost_for()?;
    if view.seen.snapshot.is_none() || !full {
        return Some(match view.seen.link {
            Link::Connecting if view.seen.snapshot.is_none() => "connecting to the gym".to_owned(),
            Link::Up if view.seen.snapshot.is_none() => {
                "connected, waiting for the first picture".to_owned()
            }
            Link::Connecting | Link::Up | Link::Lost { .. } => format!(
                "NO CONNECTION TO THE GYM for {}: use the stop buttons at the machines",
                words::minutes(lost_for)
            ),
        });
    }
    let dash = if view.theme.glyphs.ascii { "-" } else { "—" };
    Some(format!(
        "NO CONNECTION TO THE GYM for {} {dash} use the stop buttons at the machines {dash} what you see is old; \
         the machines stay under control of the gym process while it runs",
        words::minutes(lost_for)
    ))
}

fn left(view: &View<'_>, snapshot: &Snapshot, full: bool) -> Line<'static> {
    let dot = view.theme.glyphs.dot;
    let mut spans = vec![span(format!(" {}", snapshot.gym), view.theme.title())];
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
    let exercising = update::exercising(snapshot);
    spans.push(span(
        format!("{dot}{exercising} of {} exercise", snapshot.stations.len()),
        view.theme.quiet(),
    ));
    Line::from(spans)
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
