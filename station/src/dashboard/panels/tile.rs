//! One station on the wall. The alarm line is always its last; what does not fit is left out from the bottom up.

use control::view::PhaseKind;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::border;
use ratatui::text::Line;
use ratatui::widgets::{Block, Borders};

use super::text::{self, span};
use super::{ahead, big, signs, trend, vitals};
use crate::dashboard::alarms;
use crate::dashboard::view::View;
use crate::dashboard::words;
use crate::gym::snapshot::StationSnapshot;

/// A tile of this height has a border.
const BORDERED: u16 = 6;
/// The inside of a tile with room for big figures.
const ROOMY: (u16, u16) = (26, 11);
/// The inside of a tile with room for figures of twice the width.
const WIDE: u16 = 48;
/// Rows left below the vital signs from which the load is a big figure too.
const LOAD_FROM: u16 = 12;
/// Rows left below everything from which the heart rate's trend is drawn.
const CHART_FROM: u16 = 4;

/// ASCII borders, for fonts without lines.
pub(super) const ASCII_BORDER: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};
/// ASCII borders of what is selected.
pub(super) const ASCII_SELECTED: border::Set<'static> = border::Set {
    top_left: "#",
    top_right: "#",
    bottom_left: "#",
    bottom_right: "#",
    vertical_left: "#",
    vertical_right: "#",
    horizontal_top: "=",
    horizontal_bottom: "=",
};

pub(super) fn render(
    frame: &mut Frame<'_>,
    area: Rect,
    view: &View<'_>,
    station: &StationSnapshot,
) {
    let bordered = area.height >= BORDERED;
    let crowded = area.width < 40 && station.bench.unguarded;
    let title = title(view, station, (bordered, crowded));
    let inner = if bordered {
        let block = Block::new()
            .borders(Borders::ALL)
            .border_set(border_set(view, station))
            .border_style(border_style(view, station));
        let inner = block.inner(area);
        frame.render_widget(block, area);
        let width = area.width.saturating_sub(2);
        let title = text::cut(title, width, view.theme.glyphs);
        let place = Rect::new(area.x + 1, area.y, width, 1);
        frame.render_widget(title, place);
        Rect::new(inner.x, inner.y, inner.width, inner.height)
    } else {
        let wide = Rect::new(area.x, area.y, area.width.saturating_sub(1), area.height);
        text::row(frame, wide, 0, title, view.theme.glyphs);
        Rect::new(
            wide.x + 1,
            wide.y + 1,
            wide.width.saturating_sub(1),
            wide.height.saturating_sub(1),
        )
    };
    inside(frame, inner, view, station, bordered);
}

fn is_selected(view: &View<'_>, station: &StationSnapshot) -> bool {
    view.ui.selected == station.number
}

fn border_set(view: &View<'_>, station: &StationSnapshot) -> border::Set<'static> {
    match (is_selected(view, station), view.theme.glyphs.ascii) {
        (true, false) => border::THICK,
        (false, false) => border::PLAIN,
        (true, true) => ASCII_SELECTED,
        (false, true) => ASCII_BORDER,
    }
}

fn border_style(view: &View<'_>, station: &StationSnapshot) -> Style {
    let worst = alarms::at(station).first().copied();
    match worst {
        Some(raised) => view.theme.alarm(raised.alarm.priority, false),
        None if is_selected(view, station) => view.theme.title(),
        None => view.theme.quiet(),
    }
}

/// `▶3 ZB40 bike · conditioning 20:10 left ***`
fn title(
    view: &View<'_>,
    station: &StationSnapshot,
    (bordered, crowded): (bool, bool),
) -> Line<'static> {
    let selected = is_selected(view, station);
    let style = if selected {
        view.theme.selected()
    } else {
        view.theme.title()
    };
    let pointer = if selected {
        view.theme.glyphs.selected
    } else {
        " "
    };
    let mut spans = Vec::new();
    let number = station.number;
    let machine = words::machine(station.machine.kind);
    let who = match &station.session {
        Some(session) if bordered && !crowded => {
            format!("{pointer}{number} {} {machine} ", session.patient)
        }
        // A low tile has no room for the machine: the unit of its load tells it.
        Some(session) => format!("{pointer}{number} {} ", session.patient),
        None => format!("{pointer}{number} free {machine} "),
    };
    spans.push(span(who, style));
    if let Some(raised) = alarms::at(station).first() {
        let style = view
            .theme
            .alarm(raised.alarm.priority, view.seen.lit(raised.alarm));
        spans.push(span(
            format!(" {} ", words::mark(raised.alarm.priority)),
            style,
        ));
    }
    let found = !vitals::findings(station).is_empty();
    // An alarm is what the eye has to find first.
    if bordered && !crowded && found && alarms::at(station).is_empty() {
        spans.push(span(" finding ", view.theme.notice()));
    }
    if !bordered && station.session.is_some() {
        spans.push(span(
            format!(" {}", vitals::phase(view, station)),
            phase_style(view, station),
        ));
    }
    if station.bench.unguarded && station.session.is_some() {
        spans.push(span(" UNGUARDED", view.theme.notice()));
    }
    Line::from(spans)
}

fn phase_style(view: &View<'_>, station: &StationSnapshot) -> Style {
    if !view.seen.is_live() {
        return view.theme.stale();
    }
    match station.view.phase {
        PhaseKind::Stopped | PhaseKind::Paused => view.theme.title(),
        PhaseKind::Idle
        | PhaseKind::Ready
        | PhaseKind::Starting
        | PhaseKind::WarmUp
        | PhaseKind::Conditioning
        | PhaseKind::CoolDown
        | PhaseKind::Recovery
        | PhaseKind::Finished => view.theme.quiet(),
    }
}

fn inside(
    frame: &mut Frame<'_>,
    area: Rect,
    view: &View<'_>,
    station: &StationSnapshot,
    bordered: bool,
) {
    let glyphs = view.theme.glyphs;
    // From below: the worst alarm, and in a roomy tile the next ones above it.
    let raised = alarms::at(station);
    let most = if area.height >= ROOMY.1 { 3 } else { 1 };
    let shown = raised.len().min(most);
    let below = u16::try_from(shown).unwrap_or(0).min(area.height);
    let room = area.height - below;
    for (place, raised) in raised.iter().take(shown).enumerate() {
        let from_below = u16::try_from(place).unwrap_or(0) + 1;
        let line = vitals::alarm_line(view, raised, (area.width, true));
        text::row(
            frame,
            area,
            area.height.saturating_sub(from_below),
            line,
            glyphs,
        );
    }
    let above = Rect::new(area.x, area.y, area.width, room);
    if station.session.is_none() {
        free(frame, above, view, station);
        return;
    }
    let used = figures(frame, above, view, station);
    let rest = text::below(above, used);
    let big_load = rest.width >= WIDE && rest.height >= LOAD_FROM;
    let rest = if big_load {
        load(frame, rest, view, station);
        text::below(rest, 1 + big::ROWS)
    } else {
        rest
    };
    let lines = facts(view, station, rest, (bordered, used > 1, big_load));
    let taken = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    for (row, line) in (0..rest.height).zip(lines) {
        text::row(frame, rest, row, line, glyphs);
    }
    let chart = text::below(rest, taken);
    if chart.height >= CHART_FROM && !station.trend.is_empty() {
        trend::render(frame, chart, view, &trend::heart_rate(view, station));
    }
}

/// The load as a big figure.
fn load(frame: &mut Frame<'_>, area: Rect, view: &View<'_>, station: &StationSnapshot) {
    let (digits, unit, style) = vitals::load_figure(view, station);
    let mut label = vec![span(format!("LOAD {unit}  "), view.theme.quiet())];
    label.extend(vitals::given(view, station).map(|(given, style)| span(given, style)));
    text::row(frame, area, 0, Line::from(label), view.theme.glyphs);
    let place = text::below(area, 1);
    let place = Rect::new(place.x, place.y, place.width, place.height.min(big::ROWS));
    big::render(frame, place, (&digits, style), true, view.theme);
}

fn free(frame: &mut Frame<'_>, area: Rect, view: &View<'_>, station: &StationSnapshot) {
    let quiet = view.theme.quiet();
    let mut lines: Vec<Line<'static>> = vec![
        Line::from(span(station.name.clone(), quiet)),
        Line::from(vec![
            span("n", view.theme.key()),
            span(" new session", quiet),
        ]),
    ];
    if let Some((given, style)) = vitals::given(view, station) {
        lines.push(Line::from(span(given, style)));
    }
    let equipment = vitals::equipment(station);
    lines.extend(
        equipment
            .into_iter()
            .map(|remark| Line::from(span(remark, view.theme.quiet()))),
    );
    if let Some((stop, loud)) = vitals::stop(view, station) {
        let style = if loud { view.theme.loud() } else { quiet };
        lines.insert(0, Line::from(span(stop, style)));
    }
    for (row, line) in (0..area.height).zip(lines) {
        text::row(frame, area, row, line, view.theme.glyphs);
    }
}

/// Draws the vital signs, big where there is room. Gives the rows it took.
fn figures(frame: &mut Frame<'_>, area: Rect, view: &View<'_>, station: &StationSnapshot) -> u16 {
    let glyphs = view.theme.glyphs;
    let (heart, oxygen) = (
        vitals::heart_rate(view, station),
        vitals::saturation(view, station),
    );
    if area.width < ROOMY.0 || area.height + 3 < ROOMY.1 {
        let line = signs::line(view, station, (&heart, &oxygen), area.width);
        text::row(frame, area, 0, line, glyphs);
        return 1;
    }
    let wide = area.width >= WIDE;
    // The saturation takes what three digits take; the heart rate, whose limits are longer, the rest.
    let right = if wide {
        area.width / 2
    } else {
        big::width("100", false)
    };
    let left = area.width - right;
    let columns = [
        (
            Rect::new(area.x, area.y, left, area.height),
            glyphs.heart,
            &heart,
        ),
        (
            Rect::new(area.x + left, area.y, right, area.height),
            "SpO2",
            &oxygen,
        ),
    ];
    for (column, name, sign) in columns {
        let label = Line::from(vec![
            span(format!("{name} "), view.theme.quiet()),
            span(sign.limits.clone(), view.theme.plain()),
        ]);
        text::row(frame, column, 0, label, glyphs);
        let place = Rect::new(column.x, column.y + 1, column.width, big::ROWS);
        let digits = sign.figure.digits();
        big::render(frame, place, (&digits, sign.style), wide, view.theme);
        let style = if sign.remark.is_empty() {
            view.theme.quiet()
        } else {
            view.theme.stale()
        };
        let remark = Line::from(span(sign.below(), style));
        text::row(frame, column, 1 + big::ROWS, remark, glyphs);
    }
    2 + big::ROWS
}

/// Everything but figures and alarms, most important first.
fn facts(
    view: &View<'_>,
    station: &StationSnapshot,
    area: Rect,
    (bordered, big_figures, big_load): (bool, bool, bool),
) -> Vec<Line<'static>> {
    let quiet = if view.seen.is_live() {
        view.theme.quiet()
    } else {
        view.theme.stale()
    };
    let width = area.width;
    let roomy = area.height >= 5;
    let mut lines: Vec<Line<'static>> = Vec::new();
    if let Some((stop, loud)) = vitals::stop(view, station) {
        let style = if loud {
            view.theme.loud()
        } else {
            view.theme.title()
        };
        lines.push(Line::from(span(stop, style)));
    }
    let why = vitals::why(station, true);
    let mut load = Vec::new();
    let told = vitals::told(view, station).filter(|_| !big_load);
    if let Some((told, style)) = told {
        load.push(span(format!("{told}  "), style));
    }
    if roomy {
        if !big_load {
            load.extend(vitals::given(view, station).map(|(given, style)| span(given, style)));
            lines.push(Line::from(load));
        }
        lines.extend(
            text::wrap(&why, width, 2)
                .into_iter()
                .map(|line| Line::from(span(line, quiet))),
        );
    } else {
        load.push(span(why, quiet));
        lines.push(Line::from(load));
        if area.height >= 3 {
            lines.extend(
                vitals::given(view, station).map(|(given, style)| Line::from(span(given, style))),
            );
        }
        if let Some(last) = lines.last_mut() {
            add_finding(view, station, last, width);
        }
    }
    if bordered {
        lines.push(Line::from(span(
            vitals::phase(view, station),
            phase_style(view, station),
        )));
    }
    if let Some(bar) = vitals::zone_bar(view, station, width).filter(|_| roomy) {
        lines.push(Line::from(span(bar, quiet)));
    }
    if roomy {
        lines.extend(ahead::lines(view, station, (width, big_figures)));
    }
    let entries = vitals::entries(view, station);
    if roomy {
        lines.extend(
            entries
                .into_iter()
                .map(|entry| Line::from(span(entry, quiet))),
        );
    } else if !entries.is_empty() {
        lines.push(Line::from(span(entries.join(view.theme.glyphs.dot), quiet)));
    }
    lines.extend(remarks(station, roomy).map(|remark| Line::from(span(remark, quiet))));
    lines
}

/// Adds to a line of a low tile what was found: in full where that has room, else that something was, and the key that shows it.
fn add_finding(view: &View<'_>, station: &StationSnapshot, line: &mut Line<'static>, width: u16) {
    let found = vitals::findings(station);
    // An alarm is what the eye has to find first.
    if found.is_empty() || !alarms::at(station).is_empty() {
        return;
    }
    let dot = view.theme.glyphs.dot;
    let room = usize::from(width).saturating_sub(line.width());
    let fits = [
        found.join(dot),
        "finding: Enter".to_owned(),
        "finding".to_owned(),
    ]
    .map(|words| format!("{dot}{words}"))
    .into_iter()
    .find(|words| Line::from(words.as_str()).width() <= room);
    line.spans
        .extend(fits.map(|words| span(words, view.theme.notice())));
}

/// What the bout shows beside earlier ones, where there is room, and what is to be known of the equipment.
fn remarks(station: &StationSnapshot, roomy: bool) -> impl Iterator<Item = String> {
    let found = vitals::findings(station).into_iter().filter(move |_| roomy);
    found
        .chain(vitals::equipment(station))
        .filter(|remark| remark != "UNGUARDED")
}
