//! A station's figures with their limits, in words and marks that every view shares.

use control::input::HeartRateSource;
use control::rules::{LoadAct, Priority};
use control::view::{AlarmView, Reason};
use protocols::vocabulary::{MachineLoad, Watts};
use ratatui::style::Style;
use ratatui::text::Line;

use super::text::{self, span};
use crate::clinic::finding::Finding;
use crate::dashboard::ahead;
use crate::dashboard::alarms::{self, Raised};
use crate::dashboard::ui::StopState;
use crate::dashboard::view::{Figure, Freshness, REPORT_LIMIT, View};
use crate::dashboard::words;
use crate::gym::snapshot::{Limits, StationSnapshot};

/// Below this a trend is level, in beats a minute each minute.
const LEVEL: f64 = 2.0;

/// A vital sign, ready to be drawn.
pub(super) struct Sign {
    pub(super) figure: Figure,
    /// The number's style: its own colour, its alarm's, or dim.
    pub(super) style: Style,
    /// Its limits.
    pub(super) limits: String,
    /// An arrow and a word, where it is live and its trend is known.
    pub(super) trend: Option<(&'static str, &'static str)>,
    /// What has to be said beside it.
    pub(super) remark: String,
    /// The same where there is no room for all of it.
    pub(super) brief: String,
}

pub(super) fn heart_rate(view: &View<'_>, station: &StationSnapshot) -> Sign {
    let vital = &station.view.heart_rate;
    let figure = view.seen.vital(vital);
    let [up, level, down] = view.theme.glyphs.trend;
    let trend = match vital.trend_per_minute.filter(|_| figure.is_live()) {
        Some(slope) if slope > LEVEL => Some((up, "rising")),
        Some(slope) if slope < -LEVEL => Some((down, "falling")),
        Some(_) => Some((level, "steady")),
        None => None,
    };
    let (remark, brief) = of_heart_rate(&figure, station);
    Sign {
        style: style_of(view, station, "HR", &figure, view.theme.heart()),
        figure,
        limits: station
            .session
            .as_ref()
            .map(|session| heart_rate_limits(view, &session.limits))
            .unwrap_or_default(),
        trend,
        remark,
        brief,
    }
}

/// What has to be said beside a heart rate, with the name of the sensor that has to be looked at, and the same in a few words.
fn of_heart_rate(figure: &Figure, station: &StationSnapshot) -> (String, String) {
    let vital = &station.view.heart_rate;
    let notes = &station.view.notes;
    let remark = figure.remark();
    let same = |words: String| (words.clone(), words);
    let sensor = words::notes::sensor_to_look_at(vital);
    if let Some(sensor) = sensor.filter(|_| !remark.is_empty()) {
        return match figure {
            Figure::Value { age: None, .. } => {
                (format!("{sensor} {remark}"), format!("{sensor} doubtful"))
            }
            Figure::Value { .. } => same(remark),
            Figure::Missing { .. } | Figure::NoSensor => (format!("{sensor} {remark}"), remark),
        };
    }
    match vital.source {
        _ if !remark.is_empty() => same(remark),
        _ if vital.mean_15_s.is_some() => same("mean of 15 s".to_owned()),
        Some(HeartRateSource::Strap) | None => same(String::new()),
        Some(source) => {
            let by = format!("by {}", words::source(source));
            // What a person has to do something about comes first: the end is what a narrow place cuts.
            match notes.strap_doubted_by {
                _ if !notes.stands_in => same(by),
                Some(_) => (format!("strap doubted: {by}"), by),
                None => (format!("strap lost: {by}"), by),
            }
        }
    }
}

pub(super) fn saturation(view: &View<'_>, station: &StationSnapshot) -> Sign {
    let figure = view.seen.vital(&station.view.saturation);
    let floor = station
        .session
        .as_ref()
        .and_then(|session| session.limits.saturation_floor);
    Sign {
        style: style_of(view, station, "SpO2", &figure, view.theme.oxygen()),
        figure,
        limits: floor
            .map(|floor| format!("{}{}", view.theme.glyphs.at_least, words::whole(floor)))
            .unwrap_or_default(),
        trend: None,
        remark: figure.remark(),
        brief: figure.remark(),
    }
}

fn style_of(
    view: &View<'_>,
    station: &StationSnapshot,
    quantity: &str,
    figure: &Figure,
    own: Style,
) -> Style {
    if !figure.is_live() {
        return view.theme.stale();
    }
    let broken = alarms::at(station).into_iter().find(|raised| {
        raised.alarm.active && words::rules::of(raised.alarm.rule).quantity == quantity
    });
    match broken {
        Some(raised) if raised.alarm.priority > Priority::Low => {
            let lit = view.seen.lit(raised.alarm);
            view.theme.broken(raised.alarm.priority, lit)
        }
        Some(_) | None => own,
    }
}

impl Sign {
    /// What stands below a big figure: what has to be said, else the trend.
    pub(super) fn below(&self) -> String {
        match (self.remark.is_empty(), self.trend) {
            (false, _) => self.remark.clone(),
            (true, Some((arrow, word))) => format!("{arrow} {word}"),
            (true, None) => String::new(),
        }
    }

    /// Its trend's arrow.
    pub(super) fn arrow(&self) -> &'static str {
        self.trend.map_or("", |(arrow, _)| arrow)
    }
}

/// Zone and limits: `96–112 ≤122`.
fn heart_rate_limits(view: &View<'_>, limits: &Limits) -> String {
    let glyphs = view.theme.glyphs;
    let zone = limits.zone.map(|(low, high)| {
        format!(
            "{}{}{}",
            words::whole(low),
            glyphs.range,
            words::whole(high)
        )
    });
    let upper = limits
        .heart_rate_upper
        .map(|upper| format!("{}{}", glyphs.at_most, words::whole(upper)));
    [zone, upper]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The load that the machine was told: `62 W`; dashes where nobody can say.
pub(super) fn told(view: &View<'_>, station: &StationSnapshot) -> Option<(String, Style)> {
    let load = station.view.told.as_ref()?;
    let snapshot = view.seen.snapshot?;
    let words = match held(station) {
        Some(watts) => format!("{}, brake holds {watts} W", words::load(load)),
        None => words::load(load),
    };
    Some(match view.seen.freshness(snapshot.at, REPORT_LIMIT) {
        Freshness::Live => (words, view.theme.load()),
        Freshness::Aged(_) => (words, view.theme.stale()),
        Freshness::Gone(_) => ("--".to_owned(), view.theme.stale()),
    })
}

/// The watts that are left on a brake that cannot let go and was told nothing.
fn held(station: &StationSnapshot) -> Option<u16> {
    let told_nothing = station.view.told == Some(MachineLoad::Power(Watts::ZERO));
    let held = station.machine.capabilities.held_at_least();
    (told_nothing && held > Watts::ZERO).then_some(held.get())
}

/// The load as a figure with its unit; the grade of a belt stands beside the unit.
pub(super) fn load_figure(view: &View<'_>, station: &StationSnapshot) -> (String, String, Style) {
    let Some((words, style)) = told(view, station) else {
        return ("--".to_owned(), String::new(), view.theme.stale());
    };
    let met = match held(station) {
        Some(watts) => format!("brake holds {watts} W"),
        None => format!("{:.1} net MET", station.view.granted.get()),
    };
    match &station.view.told {
        Some(MachineLoad::Power(watts)) if words != "--" => {
            (watts.get().to_string(), format!("W  {met}"), style)
        }
        Some(MachineLoad::Belt { speed, grade }) if words != "--" => (
            format!("{:.1}", speed.kilometres_per_hour()),
            format!("km/h at {:.1} %  {met}", grade.get()),
            style,
        ),
        Some(MachineLoad::Power(_) | MachineLoad::Belt { .. }) | None => {
            ("--".to_owned(), String::new(), style)
        }
    }
}

/// What the machine itself reports: `given 61 W · 58 /min`, aged where it is old.
pub(super) fn given(view: &View<'_>, station: &StationSnapshot) -> Option<(String, Style)> {
    let (report, sent_at) = station.view.machine.as_ref()?;
    let mut parts: Vec<String> = Vec::new();
    let mut same = false;
    match station.view.told {
        Some(MachineLoad::Belt { .. }) => {
            if let Some(speed) = report.speed {
                let grade = report
                    .grade
                    .map(|grade| format!(" {:.1} %", grade.get()))
                    .unwrap_or_default();
                parts.push(format!("{:.1} km/h{grade}", speed.kilometres_per_hour()));
                let told = station.view.told.as_ref().map(words::load);
                if told.as_deref() == parts.first().map(String::as_str) {
                    parts.clear();
                    parts.push("given".to_owned());
                    same = true;
                }
            }
        }
        Some(MachineLoad::Power(_)) | None => {
            parts.extend(report.power.map(|power| format!("{} W", power.get())));
            parts.extend(
                report
                    .speed
                    .map(|speed| format!("{:.1} km/h", speed.kilometres_per_hour())),
            );
        }
    }
    if let Some(cadence) = report.cadence {
        parts.push(format!("{} rpm", cadence.get()));
    }
    let (gives, gave) = if parts.is_empty() || same {
        ("", "")
    } else {
        ("gives ", "gave ")
    };
    if parts.is_empty() {
        parts.push(words::machine_state(report.state).to_owned());
    }
    let parts = parts.join(" ");
    Some(match view.seen.freshness(*sent_at, REPORT_LIMIT) {
        Freshness::Live => (format!("{gives}{parts}"), view.theme.quiet()),
        Freshness::Aged(age) => (
            format!("{gave}{parts} {} ago", words::minutes(age)),
            view.theme.stale(),
        ),
        Freshness::Gone(age) => (
            format!("gives --  lost {}", words::minutes(age)),
            view.theme.stale(),
        ),
    })
}

/// The phase with the time that is left of it.
pub(super) fn phase(view: &View<'_>, station: &StationSnapshot) -> String {
    let core = &station.view;
    let name = words::phase(core.phase);
    match core.phase_until {
        Some(until) => format!("{name} {} left", words::minutes(view.seen.left(until))),
        None if station.session.is_some() => {
            format!("{name} {}", words::minutes(view.seen.age(core.phase_since)))
        }
        None => name.to_owned(),
    }
}

/// Why the load is what it is; while something else has to be said first, that.
pub(super) fn why(station: &StationSnapshot, short: bool) -> String {
    let session = station.session.as_ref();
    if session.is_some_and(|session| session.was_interrupted) {
        return "interrupted by a restart: c resume, or f close".to_owned();
    }
    if station.view.phase == control::view::PhaseKind::Ready {
        return words::awaited(&station.view.interlock, false);
    }
    // The rule that acts is told by the alarm line below, where that is the one shown.
    let shown = alarms::at(station).first().map(|raised| raised.alarm.rule);
    if short
        && let Reason::Rule(rule, act) = station.view.reason
        && shown == Some(rule)
        && act != LoadAct::Stop
    {
        return words::act(act).to_owned();
    }
    words::reason(&station.view, &station.alarms)
}

/// What the bout shows beside the ones before it, in a few words each.
pub(super) fn findings(station: &StationSnapshot) -> Vec<String> {
    let session = station.session.iter();
    session
        .flat_map(|session| &session.findings)
        .map(Finding::short)
        .collect()
}

/// The last entries: `BP 128/74 9 min ago`.
pub(super) fn entries(view: &View<'_>, station: &StationSnapshot) -> Vec<String> {
    let Some(session) = &station.session else {
        return Vec::new();
    };
    let last = &session.entries;
    let ago = |at| words::ago(view.seen.age(at));
    let mut entries = Vec::new();
    if let Some(((systolic, diastolic), at)) = last.blood_pressure {
        entries.push(format!("BP {systolic}/{diastolic} {} ago", ago(at)));
    }
    if let Some(due) = station.view.blood_pressure_due {
        let left = view.seen.left(due);
        if left.is_zero() {
            entries.push("BP due: b".to_owned());
        } else if left.as_secs() < 120 {
            entries.push(format!("BP due in {}", words::ago(left)));
        }
    }
    if let Some((exertion, at)) = last.exertion {
        entries.push(format!("RPE {exertion} {} ago", ago(at)));
    }
    if let Some((dyspnoea, at)) = last.dyspnoea {
        entries.push(format!("dyspnoea {dyspnoea} {} ago", ago(at)));
    }
    entries
}

/// How a stop stands, in words, and whether it must not be overlooked. A confirmed one is told while the station stands stopped.
pub(super) fn stop(view: &View<'_>, station: &StationSnapshot) -> Option<(String, bool)> {
    let state = view.ui.stop_state(&view.seen, station.number)?;
    let stopped = station.view.phase == control::view::PhaseKind::Stopped;
    match state {
        StopState::Asked | StopState::Taken => Some(("STOP asked".to_owned(), true)),
        StopState::Unheard => Some(("Use the machine's STOP: gym is silent".to_owned(), true)),
        StopState::Sent(waited) => Some((
            format!("STOP sent, machine not yet: {}", words::minutes(waited)),
            true,
        )),
        StopState::Confirmed(age) if stopped || age.as_secs() < 10 => Some((
            format!("STOP confirmed by machine {} ago", words::ago(age)),
            false,
        )),
        StopState::Confirmed(_) => None,
    }
}

/// What is wrong with the station's equipment apart from alarms.
pub(super) fn equipment(station: &StationSnapshot) -> Vec<String> {
    use crate::gym::snapshot::LinkHealth;
    let mut remarks = Vec::new();
    if station.view.relay_open {
        remarks.push("RELAY OPEN".to_owned());
    }
    if station.bench.unguarded {
        remarks.push("UNGUARDED".to_owned());
    }
    if station.machine.link != LinkHealth::Up {
        remarks.push(format!("machine: {}", words::link(&station.machine.link)));
    }
    for sensor in &station.sensors {
        if sensor.link != LinkHealth::Up {
            remarks.push(format!("{}: {}", sensor.name, words::link(&sensor.link)));
        }
    }
    remarks
}

/// Said before an alarm whose condition is over.
pub(super) fn was(alarm: &AlarmView) -> &'static str {
    if words::is_over(alarm) { "was: " } else { "" }
}

/// An alarm of one station in a line: mark and what at the left, how long and what of its sound at the right.
pub(super) fn alarm_line(
    view: &View<'_>,
    raised: &Raised<'_>,
    (width, short): (u16, bool),
) -> Line<'static> {
    let alarm = raised.alarm;
    let style = view.theme.alarm(alarm.priority, view.seen.lit(alarm));
    let sentence = raised.sentence(short);
    let what = format!("{} {}{sentence} ", words::mark(alarm.priority), was(alarm));
    let mut after = Vec::new();
    let silent = alarms::silent_for(alarm, view.seen.gym_now());
    if let Some(left) = silent {
        after.push(span(
            format!("sound off {} ", words::minutes(left)),
            view.theme.quiet(),
        ));
    } else if alarm.acknowledged {
        after.push(span("seen ", view.theme.quiet()));
    }
    // Two times beside each other leave a tile no room for what it is; the gym's own line has both.
    if silent.is_none() || !short {
        after.push(span(
            words::minutes(view.seen.age(alarm.since)),
            view.theme.plain(),
        ));
    }
    text::ends(
        Line::from(span(what, style)),
        Line::from(after),
        width,
        view.theme.glyphs,
    )
}

/// Where a heart rate lies between its limits, as a bar: zone, limit, marker, and the band in which it is foretold.
pub(super) fn zone_bar(view: &View<'_>, station: &StationSnapshot, width: u16) -> Option<String> {
    let limits = &station.session.as_ref()?.limits;
    let (zone_low, zone_high) = limits.zone?;
    let upper = limits.heart_rate_upper.unwrap_or(zone_high + 15.0);
    let (low, high) = (zone_low - 20.0, upper + 10.0);
    let cells = width.checked_sub(2).filter(|cells| *cells >= 10)?;
    let cell = |value: f64| {
        let part = ((value - low) / (high - low)).clamp(0.0, 1.0);
        protocols::vocabulary::number::floor_to_u16(part * f64::from(cells - 1) + 0.5).unwrap_or(0)
    };
    let [left, line, marker, right, zone] = view.theme.glyphs.bar;
    let value = match view.seen.vital(&station.view.heart_rate) {
        Figure::Value { value, .. } => Some(cell(value)),
        Figure::Missing { .. } | Figure::NoSensor => None,
    };
    let (from, to, limit) = (cell(zone_low), cell(zone_high), cell(upper));
    let band = ahead::heart_rate(&view.seen, station).map(|foretold| {
        let (lowest, highest) = foretold.ends();
        cell(lowest)..=cell(highest)
    });
    let inside: String = (0..cells)
        .map(|here| {
            if value == Some(here) {
                marker
            } else if here == limit {
                "|"
            } else if band.as_ref().is_some_and(|band| band.contains(&here)) {
                view.theme.glyphs.foretold
            } else if (from..=to).contains(&here) {
                zone
            } else {
                line
            }
        })
        .collect();
    Some(format!("{left}{inside}{right}"))
}
