//! The gym's alarms, worst first, always the last lines above the keys: each with its reason and the key that helps.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::text::{self, span};
use super::vitals;
use crate::dashboard::alarms::{self, Raised};
use crate::dashboard::view::View;
use crate::dashboard::words;
use crate::gym::snapshot::{RecordHealth, Snapshot};

/// From this width on alarms are told in full.
const WIDE: u16 = 100;

/// Draws them, and says how many rows they took.
pub(super) fn render(frame: &mut Frame<'_>, area: Rect, view: &View<'_>) -> u16 {
    let glyphs = view.theme.glyphs;
    let Some(snapshot) = view.seen.snapshot else {
        return 0;
    };
    let raised = alarms::all(snapshot);
    let rows = usize::from(area.height);
    let notices = notices(view, snapshot);
    if raised.is_empty() && notices.is_empty() {
        let line = Line::from(span(" no alarms", view.theme.quiet()));
        text::row(frame, area, 0, line, glyphs);
        return 1;
    }
    let mut lines: Vec<Line<'static>> = raised
        .iter()
        .map(|raised| alarm_line(view, raised, area.width))
        .collect();
    lines.extend(notices);
    if lines.len() > rows {
        let shown = rows.saturating_sub(1);
        let mut hidden: Vec<String> = raised
            .iter()
            .skip(shown)
            .map(|raised| {
                format!(
                    "{} {}",
                    words::mark(raised.alarm.priority),
                    raised.station.number
                )
            })
            .collect();
        let others = lines.len() - shown - hidden.len();
        if others > 0 {
            hidden.push(format!("! {others}"));
        }
        let more = lines.len() - shown;
        lines.truncate(shown);
        lines.push(Line::from(span(
            format!(" + {more} more: {}", hidden.join(", ")),
            view.theme.title(),
        )));
    }
    let mut taken = 0;
    for (row, line) in (0..area.height).zip(lines) {
        text::row(frame, area, row, line, glyphs);
        taken = row + 1;
    }
    taken
}

/// One alarm: mark, station, patient, what, how long, what it does to the load, and at the right end the key.
fn alarm_line(view: &View<'_>, raised: &Raised<'_>, width: u16) -> Line<'static> {
    let alarm = raised.alarm;
    let lit = view.seen.lit(alarm);
    let style = view.theme.alarm(alarm.priority, lit);
    let patient = raised
        .station
        .session
        .as_ref()
        .map_or("", |session| session.patient.as_str());
    let mut spans = vec![
        span(format!(" {:<3} ", words::mark(alarm.priority)), style),
        span(
            format!("{} {patient} ", raised.station.number),
            view.theme.title(),
        ),
    ];
    let was = vitals::was(alarm);
    let sentence = raised.sentence(width < WIDE);
    spans.push(span(format!("{was}{sentence}"), style));
    spans.push(span(
        format!(" {}", words::minutes(view.seen.age(alarm.since))),
        view.theme.plain(),
    ));
    let dot = view.theme.glyphs.dot;
    let advice = words::advice(alarm.rule, raised.station.view.phase);
    let advice = (!advice.is_empty()).then(|| span(format!("{dot}{advice}"), view.theme.plain()));
    if width < WIDE {
        let act = alarm.act.map(words::act);
        spans.extend(advice);
        spans.extend(act.map(|act| span(format!("{dot}{act}"), view.theme.quiet())));
    } else {
        let effect = effect(view, raised);
        spans.extend(effect.map(|effect| span(format!("{dot}{effect}"), view.theme.quiet())));
        spans.extend(advice);
    }
    text::ends(
        Line::from(spans),
        Line::from(help(view, raised)),
        width,
        view.theme.glyphs,
    )
}

/// What an alarm does to the load, with the load before it where the trend knows that.
fn effect(view: &View<'_>, raised: &Raised<'_>) -> Option<String> {
    let act = raised.alarm.act?;
    let words = words::act(act);
    let now = raised.station.view.granted.get();
    let before = raised
        .station
        .trend
        .iter()
        .rev()
        .find(|point| point.at <= raised.alarm.since)
        .map(|point| point.granted)
        .filter(|before| *before > now + 0.1);
    let told = raised
        .station
        .view
        .told
        .as_ref()
        .map(|told| format!(" ({})", words::load(told)))
        .unwrap_or_default();
    Some(match before {
        Some(before) => format!(
            "{words}: {before:.1} {} {now:.1} MET{told}",
            view.theme.glyphs.to
        ),
        None => words.to_owned(),
    })
}

/// The key that helps, with the key that selects the station first where it is not selected.
fn help(view: &View<'_>, raised: &Raised<'_>) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    if let Some(left) = alarms::silent_for(raised.alarm, view.seen.gym_now()) {
        spans.push(span(
            format!("sound off {}  ", words::minutes(left)),
            view.theme.quiet(),
        ));
    }
    if raised.alarm.acknowledged {
        spans.push(span("seen ", view.theme.quiet()));
        return spans;
    }
    let number = raised.station.number;
    if view.ui.selected != number {
        spans.push(span(format!("{number} "), view.theme.key()));
    }
    spans.push(span("a", view.theme.key()));
    spans.push(span(" acknowledge ", view.theme.quiet()));
    spans
}

/// What of the gym itself a person should know: after the alarms, worded apart from them.
fn notices(view: &View<'_>, snapshot: &Snapshot) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let RecordHealth::Failing { because } = &snapshot.record {
        lines.push(Line::from(span(
            format!(" ! NOT RECORDED: {because} "),
            view.theme.loud(),
        )));
    }
    let unguarded: Vec<String> = snapshot
        .stations
        .iter()
        .filter(|station| station.bench.unguarded)
        .map(|station| station.number.to_string())
        .collect();
    lines.extend(
        snapshot
            .notices
            .iter()
            .rev()
            .filter(|notice| notice.active)
            .map(|notice| Line::from(span(format!(" ! {}", notice.text), view.theme.notice()))),
    );
    if !unguarded.is_empty() {
        lines.push(Line::from(span(
            format!(
                " ! UNGUARDED {}: the machine keeps its load if this computer fails, and no relay takes it away: stay near",
                unguarded.join(", ")
            ),
            view.theme.notice(),
        )));
    }
    lines
}
