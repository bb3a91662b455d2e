//! What stands at the cursor: every value with its source and its age, what was asked and let through, and why.

use control::view::Trust;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::marks::Mark;
use super::super::opened::Opened;
use super::super::view::View;
use super::clock;
use crate::dashboard::panels::text::{self, span};
use crate::dashboard::words;
use crate::records::archive::local;
use crate::records::entry::MachineFigures;
use crate::records::session::{BoutRecord, HoleKind, Second};
use crate::review::because::because;

/// From this height on, each value has a line.
const FULL: u16 = 7;

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, view: &View<'_>, opened: &Opened) {
    let t_s = view.ui.axis.cursor();
    let width = area.width.saturating_sub(1);
    let lines = match opened.at(t_s) {
        None => nothing(view, opened, t_s, width),
        Some((bout, second)) if area.height >= FULL => full(view, opened, (bout, second), width),
        Some((bout, second)) => compact(view, opened, (bout, second)),
    };
    let columns = if area.height < 12 && area.width >= 100 {
        2
    } else {
        1
    };
    if columns == 1 {
        for (row, (words, strong)) in (0..area.height).zip(lines) {
            put(frame, area, row, view, &words, strong);
        }
        return;
    }
    // Two columns: the values, and beside them why and what happened.
    let half = area.width / 2;
    let (left, right): (Vec<_>, Vec<_>) = lines.into_iter().partition(|(words, _)| is_value(words));
    for (column, lines) in [(0, left), (half, right)] {
        let place = Rect::new(area.x + column, area.y, half, area.height);
        for (row, (words, strong)) in (0..area.height).zip(lines) {
            put(frame, place, row, view, &words, strong);
        }
    }
}

fn put(frame: &mut Frame<'_>, area: Rect, row: u16, view: &View<'_>, words: &str, strong: bool) {
    let style = if strong {
        view.theme.title()
    } else {
        view.theme.plain()
    };
    let line = Line::from(span(format!(" {words}"), style));
    text::row(frame, area, row, line, view.theme.glyphs);
}

/// Names of the values, each as wide as the others.
const VALUES: [&str; 9] = [
    "heart rate  ",
    "pulse       ",
    "saturation  ",
    "target      ",
    "asked for   ",
    "let through ",
    "told        ",
    "reported    ",
    "cadence     ",
];

fn is_value(words: &str) -> bool {
    VALUES.iter().any(|name| words.starts_with(name))
}

type Lines = Vec<(String, bool)>;

/// When it is, in the session and by the clock.
fn head(view: &View<'_>, opened: &Opened, t_s: i64) -> String {
    let wall_us = opened.record.wall_us(t_s.saturating_mul(1_000_000));
    let wall = local(wall_us, &view.theme.time_zone);
    let time = wall.split(' ').nth(1).unwrap_or("--");
    let phase = opened.phase_at(t_s).map_or("no bout", words::phase);
    format!("{} ({time}) {phase}", clock(t_s))
}

/// Why there is nothing.
fn nothing(view: &View<'_>, opened: &Opened, t_s: i64, width: u16) -> Lines {
    let mut lines = vec![(format!("{} --", head(view, opened, t_s)), true)];
    let words = match opened.gap_at(t_s) {
        Some(gap) => format!("not recorded: {}, because {}", gap.what, gap.reason),
        None => opened
            .moments
            .hole(t_s..t_s.saturating_add(1))
            .filter(|kind| *kind != HoleKind::NotRecorded)
            .map_or_else(
                || "nothing was recorded of this second".to_owned(),
                |kind| format!("no second: {}", kind.words()),
            ),
    };
    lines.extend(
        text::wrap(&words, width, 4)
            .into_iter()
            .map(|line| (line, false)),
    );
    lines.extend(wrapped(events(view, opened), width));
    lines
}

fn wrapped(lines: Vec<String>, width: u16) -> impl Iterator<Item = (String, bool)> {
    lines
        .into_iter()
        .flat_map(move |words| text::wrap(&words, width, 2))
        .map(|words| (words, false))
}

/// Everything in few lines.
fn compact(view: &View<'_>, opened: &Opened, (bout, second): (&BoutRecord, &Second)) -> Lines {
    let dot = view.theme.glyphs.dot;
    let phase = opened.phase_at(second.t_s).map_or("no bout", words::phase);
    let mut values = vec![
        format!("{} {phase}", clock(second.t_s)),
        format!("HR {}", heart_rate(second, true)),
        format!("SpO2 {}", saturation(second, true)),
    ];
    values.extend(second.pulse_bpm.map(|pulse| format!("pulse {pulse}")));
    let mut load = Vec::new();
    load.extend(aim(second));
    load.push(format!(
        "asked {} given {} MET",
        met(second.proposed_met_milli),
        met(second.granted_met_milli)
    ));
    load.push(format!("told {}", figures(&second.told)));
    let cadence = second.cadence_rpm.map(|cadence| format!(" {cadence} rpm"));
    load.push(format!(
        "reports {}{}",
        figures(&second.reported),
        cadence.unwrap_or_default()
    ));
    let mut lines = vec![
        (values.join(dot), true),
        (load.join(dot), false),
        (why(opened, bout, second), true),
    ];
    lines.extend(
        events(view, opened)
            .into_iter()
            .take(1)
            .map(|words| (words, false)),
    );
    lines
}

/// A line for each.
fn full(
    view: &View<'_>,
    opened: &Opened,
    (bout, second): (&BoutRecord, &Second),
    width: u16,
) -> Lines {
    let place = format!(
        "{}, bout {}, station {}, {}",
        head(view, opened, second.t_s),
        bout.number,
        bout.station,
        words::machine(bout.machine)
    );
    let mut values = vec![
        format!("heart rate  {}", heart_rate(second, false)),
        format!("saturation  {}", saturation(second, false)),
        format!(
            "asked for   {} MET above rest{}",
            met(second.proposed_met_milli),
            if second.by_hand { ", by hand" } else { "" }
        ),
        format!(
            "let through {} MET above rest",
            met(second.granted_met_milli)
        ),
        format!("told        {}", figures(&second.told)),
        format!("reported    {}", figures(&second.reported)),
    ];
    if let Some(pulse) = second.pulse_bpm {
        values.insert(1, format!("pulse       {pulse} /min by the oximeter"));
    }
    values.extend(target(second).map(|target| format!("target      HR {target}")));
    values.extend(
        second
            .cadence_rpm
            .map(|cadence| format!("cadence     {cadence} rpm")),
    );
    let mut lines = vec![(place, true)];
    lines.extend(values.into_iter().map(|words| (words, false)));
    let half = if width >= 99 { width / 2 } else { width };
    let because = text::wrap(&why(opened, bout, second), half.saturating_sub(1), 4);
    lines.extend(because.into_iter().map(|words| (words, true)));
    lines.extend(wrapped(events(view, opened), half.saturating_sub(1)));
    lines
}

fn why(opened: &Opened, bout: &BoutRecord, second: &Second) -> String {
    let alarms = opened.record.alarms();
    format!("why: {}", because(bout, second, &alarms))
}

fn heart_rate(second: &Second, short: bool) -> String {
    let trust = second.heart_rate_trust;
    let Some(rate) = second.heart_rate_bpm else {
        return format!("-- {}", words::trust(trust));
    };
    let source = second.heart_rate_source.map_or("", words::source);
    let age = second.heart_rate_age_ms.map_or_else(String::new, |age| {
        let seconds = f64::from(age) / 1_000.0;
        format!(" {seconds:.1} s")
    });
    if short {
        return format!("{rate} {source} {}{age}", words::trust(trust));
    }
    let old = if age.is_empty() { "" } else { " old" };
    let comma = if age.is_empty() { "" } else { "," };
    format!(
        "{rate} /min by the {source}, {}{comma}{age}{old}",
        words::trust(trust)
    )
}

fn saturation(second: &Second, short: bool) -> String {
    let trust = words::trust(second.spo2_trust);
    match (second.spo2_percent, second.spo2_trust) {
        (None, Trust::Absent) => trust.to_owned(),
        (None, _) => format!("-- {trust}"),
        (Some(percent), _) if short => format!("{percent} {trust}"),
        (Some(percent), _) => format!("{percent} % by the oximeter, {trust}"),
    }
}

/// The same as short as it goes: `aim 104 in 96-112`.
fn aim(second: &Second) -> Option<String> {
    let target = second.target_heart_rate_bpm;
    match (target, second.zone_bpm) {
        (Some(target), Some((lower, upper))) => Some(format!("aim {target} in {lower}-{upper}")),
        (Some(target), None) => Some(format!("aim {target}")),
        (None, Some((lower, upper))) => Some(format!("zone {lower}-{upper}")),
        (None, None) => None,
    }
}

/// The heart rate asked for, and the zone.
fn target(second: &Second) -> Option<String> {
    let zone = second
        .zone_bpm
        .map(|(lower, upper)| format!("zone {lower} to {upper}"));
    let target = second
        .target_heart_rate_bpm
        .map(|target| target.to_string());
    let parts: Vec<String> = target.into_iter().chain(zone).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn met(milli: u32) -> String {
    format!("{:.2}", f64::from(milli) / 1_000.0)
}

fn figures(machine: &MachineFigures) -> String {
    let power = machine.power_w.map(|power| format!("{power} W"));
    let speed = machine
        .speed_mm_s
        .map(|speed| format!("{:.1} km/h", f64::from(speed) * 3.6 / 1_000.0));
    let grade = machine
        .grade_permille
        .map(|grade| format!("{:.1} %", f64::from(grade) / 10.0));
    let parts: Vec<String> = [power, speed, grade].into_iter().flatten().collect();
    if parts.is_empty() {
        "--".to_owned()
    } else {
        parts.join(" ")
    }
}

/// What happened in the cursor's cell, that of its own second first, then the alarms; the first says how many more there are.
fn events(view: &View<'_>, opened: &Opened) -> Vec<String> {
    let axis = &view.ui.axis;
    let cell = axis.seconds_of(axis.cursor_column());
    let mut here: Vec<&Mark> = opened
        .marks
        .iter()
        .filter(|mark| mark.is_main() && cell.contains(&mark.t_s))
        .collect();
    here.sort_by_key(|mark| (mark.t_s != axis.cursor(), !mark.is_alarm(), mark.t_s));
    let more = here.len().saturating_sub(1);
    here.iter()
        .enumerate()
        .map(|(place, mark)| {
            let many = match (place, more) {
                (0, 1..) => format!("(+{more}) "),
                _ => String::new(),
            };
            format!("{} {many}{} {}", clock(mark.t_s), mark.sign(), mark.text)
        })
        .collect()
}
