//! One station by itself: big figures, limits, ten minutes of trend, everything that is known of it.

use control::view::PhaseKind;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::text::{self, span};
use super::trend::{self, Chart};
use super::{ahead, big, vitals};
use crate::dashboard::alarms;
use crate::dashboard::view::View;
use crate::dashboard::words;
use crate::gym::snapshot::{SessionSnapshot, StationSnapshot};

/// Rows of a chart with its heading: a lower one says nothing.
const CHART_ROWS: u16 = 4;

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
    let glyphs = view.theme.glyphs;
    let Some(station) = view.seen.station(view.ui.selected) else {
        let line = Line::styled("  no such station", view.theme.quiet());
        text::row(frame, area, 1, line, glyphs);
        return;
    };
    text::row(frame, area, 0, title(view, station), glyphs);
    let wide = area.width >= 110;
    let tall = wide && area.height >= 36;
    let rows = if tall { big::TALL_ROWS } else { big::ROWS };
    figures(frame, below(area, 1, rows + 2), view, station, (wide, rows));
    let mut next = rows + 3;
    if let Some(bar) = vitals::zone_bar(view, station, area.width.saturating_sub(2)) {
        let line = Line::from(span(format!(" {bar}"), view.theme.quiet()));
        text::row(frame, area, next, line, glyphs);
        next += 1;
    }
    let rest = below(area, next, area.height.saturating_sub(next));
    let left_width = rest.width / 2;
    let left = Rect::new(
        rest.x + 1,
        rest.y,
        left_width.saturating_sub(2),
        rest.height,
    );
    let right = Rect::new(
        rest.x + left_width,
        rest.y,
        rest.width - left_width,
        rest.height,
    );
    for (row, line) in (0..left.height).zip(facts(view, station, left.width)) {
        text::row(frame, left, row, line, glyphs);
    }
    charts(frame, right, view, station);
}

fn below(area: Rect, from: u16, rows: u16) -> Rect {
    Rect::new(
        area.x,
        area.y + from.min(area.height),
        area.width,
        rows.min(area.height.saturating_sub(from)),
    )
}

fn title(view: &View<'_>, station: &StationSnapshot) -> Line<'static> {
    let dot = view.theme.glyphs.dot;
    let mut spans = vec![span(
        format!(
            "{}STATION {} {} ",
            view.theme.glyphs.selected, station.number, station.name
        ),
        view.theme.selected(),
    )];
    match &station.session {
        Some(session) => {
            let (bout, bouts) = session.bout;
            spans.push(span(
                format!(" {}{dot}{}", session.patient, vitals::phase(view, station)),
                view.theme.title(),
            ));
            spans.push(span(
                format!("{dot}{}{dot}bout {bout} of {bouts}", session.prescription),
                view.theme.quiet(),
            ));
        }
        None => spans.push(span(" free: n new session", view.theme.quiet())),
    }
    Line::from(spans)
}

/// Heart rate, saturation and load beside each other: label and limits above, what has to be said below.
fn figures(
    frame: &mut Frame<'_>,
    area: Rect,
    view: &View<'_>,
    station: &StationSnapshot,
    (wide, rows): (bool, u16),
) {
    let glyphs = view.theme.glyphs;
    let (heart, oxygen) = (
        vitals::heart_rate(view, station),
        vitals::saturation(view, station),
    );
    // A finger shows the blood of a while ago: a saturation that falls is lower than it looks.
    let lag = match oxygen.below() {
        remark if remark.is_empty() && oxygen.figure.is_live() => words::notes::oximeter_lag(),
        remark => remark,
    };
    let (load, unit, load_style) = vitals::load_figure(view, station);
    let target = match station.view.target_heart_rate {
        Some(target) => format!("  target {}", words::whole(target)),
        None => String::new(),
    };
    let load_remark = vitals::given(view, station).map_or_else(String::new, |(given, _)| given);
    let columns: [(String, String, Style, String); 3] = [
        (
            format!("HR  {}", heart.limits),
            heart.figure.digits(),
            heart.style,
            format!("{}{target}", heart.below()),
        ),
        (
            format!("SpO2  {}", oxygen.limits),
            oxygen.figure.digits(),
            oxygen.style,
            lag,
        ),
        (format!("LOAD  {unit}"), load, load_style, load_remark),
    ];
    // Heart rate and load have more to say than the saturation.
    let third = area.width / 3;
    let widths = [third, third - third / 4, area.width - 2 * third + third / 4];
    let mut left = area.x;
    for (width, (label, digits, style, remark)) in widths.into_iter().zip(columns) {
        let column = Rect::new(left + 1, area.y, width.saturating_sub(2), area.height);
        left += width;
        text::row(
            frame,
            column,
            0,
            Line::from(span(label, view.theme.quiet())),
            glyphs,
        );
        let figure = Rect::new(column.x, column.y + 1, column.width, rows);
        let wide = wide && big::width(&digits, true) <= column.width;
        big::render(frame, figure, (&digits, style), wide, view.theme);
        let line = Line::from(span(remark, view.theme.quiet()));
        text::row(frame, column, rows + 1, line, glyphs);
    }
}

/// Everything in words, most important first.
fn facts(view: &View<'_>, station: &StationSnapshot, width: u16) -> Vec<Line<'static>> {
    let mut lines: Vec<Line<'static>> = Vec::new();
    if let Some((stop, loud)) = vitals::stop(view, station) {
        let style = if loud {
            view.theme.loud()
        } else {
            view.theme.title()
        };
        lines.push(Line::from(span(stop, style)));
    }
    for raised in alarms::at(station) {
        lines.push(vitals::alarm_line(view, &raised, (width, false)));
        let advice = words::advice(raised.alarm.rule, station.view.phase);
        if !advice.is_empty() {
            lines.push(Line::from(span(
                format!("    {advice}"),
                view.theme.plain(),
            )));
        }
    }
    if let Some(session) = &station.session {
        if station.view.phase == PhaseKind::Ready {
            lines.extend(check_list(view, station));
        } else {
            lines.extend(
                text::wrap(&vitals::why(station, false), width, 2)
                    .into_iter()
                    .map(|line| Line::from(span(line, view.theme.title()))),
            );
        }
        lines.extend(of_session(view, station, session, width));
    } else if let Some((given, style)) = vitals::given(view, station) {
        lines.push(Line::from(span(format!("machine {given}"), style)));
    }
    lines.extend(equipment(view, station, width));
    lines
}

/// What still keeps the session from starting, each with its key.
fn check_list(view: &View<'_>, station: &StationSnapshot) -> Vec<Line<'static>> {
    let waits = words::interlock(&station.view.interlock);
    if waits.is_empty() {
        return vec![Line::from(span(
            "Nothing to wait for: it starts.",
            view.theme.title(),
        ))];
    }
    let [_, open] = view.theme.glyphs.ticks;
    let heading = if station.view.interlock.confirmation {
        "Waiting for:"
    } else {
        "STARTS BY ITSELF after:"
    };
    let mut lines = vec![Line::from(span(heading, view.theme.title()))];
    lines.extend(
        waits
            .into_iter()
            .map(|wait| Line::from(span(format!("  {open} {wait}"), view.theme.plain()))),
    );
    lines
}

fn of_session(
    view: &View<'_>,
    station: &StationSnapshot,
    session: &SessionSnapshot,
    width: u16,
) -> Vec<Line<'static>> {
    let quiet = view.theme.quiet();
    let core = &station.view;
    let mut lines = ahead::lines(view, station, (width, true));
    let entries = vitals::entries(view, station);
    lines.extend(
        text::pack(&entries, width, view.theme.glyphs.dot)
            .into_iter()
            .map(|line| Line::from(span(line, quiet))),
    );
    lines.extend(
        session
            .findings
            .iter()
            .flat_map(|finding| text::wrap(&format!("FINDING: {}", finding.text()), width, 5))
            .map(|line| Line::from(span(line, view.theme.notice()))),
    );
    let mut say = |text: String| lines.push(Line::from(span(text, quiet)));
    if (core.proposed.get() - core.granted.get()).abs() > 0.05 {
        say(format!(
            "asked {:.1}, given {:.1}, max {:.1} net MET",
            core.proposed.get(),
            core.granted.get(),
            session.limits.ceiling_met
        ));
    }
    let rest = core
        .resting_heart_rate
        .map(|rest| format!("HR at rest {}", words::whole(rest)));
    let pulse = view.seen.vital(&core.pulse);
    let pulse = pulse
        .is_live()
        .then(|| format!("oximeter's pulse {}", pulse.digits()));
    let machine = view.seen.vital(&core.machine_pulse);
    let machine = machine
        .is_live()
        .then(|| format!("machine's pulse {}", machine.digits()));
    let beside: Vec<String> = [rest, pulse, machine].into_iter().flatten().collect();
    if !beside.is_empty() {
        say(beside.join(view.theme.glyphs.dot));
    }
    for note in words::notes::of(core) {
        for line in text::wrap(&note, width, 2) {
            say(line);
        }
    }
    say(format!(
        "RPE wanted up to {}{}session {}",
        session.limits.exertion_upper,
        view.theme.glyphs.dot,
        words::minutes(view.seen.age(session.since))
    ));
    lines
}

fn equipment(view: &View<'_>, station: &StationSnapshot, width: u16) -> Vec<Line<'static>> {
    let quiet = view.theme.quiet();
    let mut texts = Vec::new();
    if station.view.relay_open {
        texts.push(span(
            "RELAY OPEN: the machine has no power",
            view.theme.loud(),
        ));
    }
    if station.bench.unguarded {
        let words = "UNGUARDED: this machine keeps its load if this computer fails, and no relay takes it away: stay near";
        texts.extend(
            text::wrap(words, width, 3)
                .into_iter()
                .map(|line| span(line, view.theme.notice())),
        );
    }
    texts.push(span(
        format!(
            "machine {} {}: {}{}",
            station.machine.protocol,
            station.machine.port,
            words::link(&station.machine.link),
            words::line(&station.machine.line)
        ),
        quiet,
    ));
    for sensor in &station.sensors {
        texts.push(span(
            format!(
                "{} {}: {}{}",
                words::device(sensor.role),
                sensor.name,
                words::link(&sensor.link),
                words::line(&sensor.line)
            ),
            quiet,
        ));
    }
    texts
        .into_iter()
        .map(|text: Span<'static>| Line::from(text))
        .collect()
}

fn charts(frame: &mut Frame<'_>, area: Rect, view: &View<'_>, station: &StationSnapshot) {
    let limits = station.session.as_ref().map(|session| session.limits);
    let points = &station.trend;
    let live = view.seen.is_live();
    let own = |style: Style| if live { style } else { view.theme.stale() };
    let charts = [
        trend::heart_rate(view, station),
        Chart {
            name: "SpO2",
            points: points.iter().map(|point| point.saturation).collect(),
            span: (84.0, 100.0),
            limit: limits.and_then(|limits| limits.saturation_floor),
            style: own(view.theme.oxygen()),
            tenths: false,
        },
        Chart {
            name: "load, net MET",
            points: points.iter().map(|point| Some(point.granted)).collect(),
            span: (0.0, 2.0),
            limit: limits.map(|limits| limits.ceiling_met),
            style: own(view.theme.load()),
            tenths: true,
        },
    ];
    let count = (area.height / CHART_ROWS).clamp(1, 3);
    let height = area.height / count;
    for (place, chart) in (0..count).zip(&charts) {
        let part = Rect::new(area.x, area.y + place * height, area.width, height);
        trend::render(frame, part, view, chart);
    }
}
