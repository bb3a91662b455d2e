//! What a session came to: the verdict first, then every figure, `--` where there is none.

use control::rules::RuleId;
use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::opened::{Opened, mark};
use super::super::view::View;
use super::scrolled;
use crate::clinic::finding::Finding;
use crate::dashboard::panels::text::{self, span};
use crate::dashboard::words::{self, limiters};
use crate::records::archive::local;
use crate::records::codes;
use crate::records::figures::{SessionFigures, of_what_was_recorded};
use crate::records::length;
use crate::records::session::MeasurementRecord;

/// From this width on, figures stand in two columns.
const WIDE: u16 = 110;

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, view: &View<'_>, opened: &Opened) {
    let width = area.width.saturating_sub(2);
    let mut lines = Vec::new();
    for words in text::wrap(&opened.verdict().sentence(), width, 4) {
        lines.push(Line::from(span(format!(" {words}"), view.theme.title())));
    }
    let (recorded, missing) = opened.record.recorded_and_missing_s();
    if missing > 0 {
        for words in text::wrap(&of_what_was_recorded(recorded, missing), width, 4) {
            lines.push(Line::from(span(format!(" {words}"), view.theme.title())));
        }
    }
    lines.push(Line::default());
    let figures = table(opened);
    if area.width >= WIDE {
        let half = figures.len().div_ceil(2);
        let (left, right) = figures.split_at(half);
        let right = right.iter().map(Some).chain(std::iter::repeat(None));
        for (one, other) in left.iter().zip(right) {
            let other = other.map_or_else(String::new, figure);
            lines.push(Line::from(span(
                format!("{:<54} {other}", figure(one)),
                view.theme.plain(),
            )));
        }
    } else {
        lines.extend(
            figures
                .iter()
                .map(|row| Line::from(span(figure(row), view.theme.plain()))),
        );
    }
    for (heading, rows) in sections(opened, &view.theme.time_zone) {
        lines.push(Line::default());
        lines.push(Line::from(span(format!(" {heading}"), view.theme.title())));
        for row in rows {
            let wrapped = text::wrap(&row, width.saturating_sub(2), 6);
            lines.extend(
                wrapped
                    .into_iter()
                    .map(|words| Line::from(span(format!("   {words}"), view.theme.plain()))),
            );
        }
    }
    scrolled(frame, area, view.theme, lines, view.ui.scroll);
}

/// A name, a value and a unit.
type Row = (&'static str, Option<String>, &'static str);

fn figure((name, value, unit): &Row) -> String {
    let value = value.as_deref().unwrap_or("--");
    format!("  {name:<32} {value:>9} {unit}")
        .trim_end()
        .to_owned()
}

fn whole(value: Option<f64>) -> Option<String> {
    value.map(|value| format!("{value:.0}"))
}

fn share(percent: Option<f64>) -> Option<String> {
    percent.map(words::share)
}

fn tenth(value: Option<f64>) -> Option<String> {
    value.map(|value| format!("{value:.1}"))
}

fn pressure(pair: Option<(i64, i64)>) -> Option<String> {
    pair.map(|(systolic, diastolic)| format!("{systolic}/{diastolic}"))
}

fn table(opened: &Opened) -> Vec<Row> {
    let figures = opened.figures();
    let mut rows = times(figures, opened.verdict().is_by_load());
    // Without a bout, or on both kinds of machine, there is no slope.
    let slope_unit = opened
        .visit
        .bouts
        .first()
        .map_or("", |bout| words::slope_unit(bout.machine));
    rows.extend(heart(figures, slope_unit));
    rows.extend(load(figures));
    rows
}

fn times(figures: &SessionFigures, by_load: bool) -> Vec<Row> {
    // A zone beside an ordered load is nobody's order.
    let [within, below, above] = if by_load {
        [
            "in the zone (order by load)",
            "below the zone (order by load)",
            "above the zone (order by load)",
        ]
    } else {
        ["in the zone", "below the zone", "above the zone"]
    };
    let zone = figures.zone.as_ref();
    let missing = &figures.unrecorded;
    let minutes = |minutes: f64| tenth((minutes > 0.0).then_some(minutes));
    let recorded = figures.completed_recorded_percent;
    let recorded = recorded.filter(|_| missing.exercise_min() > 0.0);
    let rows = vec![
        ("warm-up", tenth(Some(figures.warm_up_min)), "min"),
        ("warm-up, not recorded", minutes(missing.warm_up_min), "min"),
        ("conditioning", tenth(Some(figures.conditioning_min)), "min"),
        (
            "conditioning, not recorded",
            minutes(missing.conditioning_min),
            "min",
        ),
        ("cool-down", tenth(Some(figures.cool_down_min)), "min"),
        (
            "cool-down, not recorded",
            minutes(missing.cool_down_min),
            "min",
        ),
        ("paused", tenth(Some(figures.paused_min)), "min"),
        ("paused, not recorded", minutes(missing.paused_min), "min"),
        (
            "of the ordered minutes",
            share(figures.completed_percent),
            "%",
        ),
        ("of the ordered minutes, recorded", share(recorded), "%"),
        (
            "of the ordered work let through",
            share(figures.ordered_work_percent),
            "%",
        ),
        (within, share(zone.map(|zone| zone.in_percent)), "%"),
        (below, tenth(zone.map(|zone| zone.below_min)), "min"),
        (above, tenth(zone.map(|zone| zone.above_min)), "min"),
        (
            "heart rate trusted",
            share(figures.heart_rate_cover_percent),
            "%",
        ),
        ("saturation trusted", share(figures.spo2_cover_percent), "%"),
    ];
    // What is not missing has no row.
    let is_there = |(name, value, _): &Row| value.is_some() || !name.ends_with("recorded");
    rows.into_iter().filter(is_there).collect()
}

fn heart(figures: &SessionFigures, slope_unit: &'static str) -> Vec<Row> {
    let (heart, spo2) = (&figures.heart_rate, &figures.saturation);
    let (pressures, scores) = (&figures.pressure, &figures.scores);
    let score = |value: Option<i64>| value.map(|value| value.to_string());
    vec![
        ("heart rate at rest", whole(heart.rest_bpm), "/min"),
        ("mean", whole(heart.mean_bpm), "/min"),
        ("peak", whole(heart.peak_bpm), "/min"),
        ("at the end", whole(heart.end_bpm), "/min"),
        ("recovery in 1 min", whole(heart.recovery_1_min_bpm), "/min"),
        (
            "of heart-rate reserve",
            whole(heart.reserve_mean_percent),
            "%",
        ),
        (
            "slope against load",
            heart.slope.map(|slope| format!("{slope:.2}")),
            slope_unit,
        ),
        ("blood pressure at rest", pressure(pressures.rest), "mmHg"),
        ("highest", pressure(pressures.peak), "mmHg"),
        ("after", pressure(pressures.after), "mmHg"),
        (
            "rate-pressure product",
            whole(pressures.rate_pressure_product),
            "mmHg/min",
        ),
        ("saturation at rest", whole(spo2.rest_percent), "%"),
        ("mean saturation", whole(spo2.mean_percent), "%"),
        ("lowest", whole(spo2.nadir_percent), "%"),
        ("below the floor", tenth(spo2.below_floor_min), "min"),
        ("perceived exertion, mean", tenth(scores.exertion_mean), ""),
        ("highest exertion", score(scores.exertion_peak), ""),
        ("highest dyspnoea", score(scores.dyspnoea_peak), ""),
        ("highest angina", score(scores.angina_peak), ""),
    ]
}

fn load(figures: &SessionFigures) -> Vec<Row> {
    let dose = &figures.dose;
    vec![
        ("power, mean", whole(dose.power_mean_w), "W"),
        ("power, highest minute", whole(dose.power_peak_w), "W"),
        ("speed, mean", tenth(dose.speed_mean_kmh), "km/h"),
        ("grade, mean", tenth(dose.grade_mean_percent), "%"),
        ("METs, mean", tenth(dose.met_mean), "MET"),
        ("METs, highest minute", tenth(dose.met_peak), "MET"),
        ("MET-minutes", whole(dose.met_minutes), ""),
        ("energy", whole(dose.energy_kcal), "kcal"),
        ("work", whole(dose.work_kj), "kJ"),
        ("distance", whole(dose.distance_m), "m"),
        (
            "load reported, of exercise",
            share(dose.reported_percent),
            "%",
        ),
    ]
}

/// What stands in words, each under its heading.
fn sections(opened: &Opened, zone: &TimeZone) -> Vec<(&'static str, Vec<String>)> {
    let figures = opened.figures();
    let none = |rows: Vec<String>| {
        if rows.is_empty() {
            vec!["none".to_owned()]
        } else {
            rows
        }
    };
    let held = figures.held_back_s.iter().filter_map(|(word, seconds)| {
        let reason = codes::read_reason(word)?;
        limiters::Group::of(reason)?;
        let time = length::minutes(*seconds);
        Some(format!("{time:>6}  {} ({word})", limiters::of(reason)))
    });
    let alarms = figures.alarms.iter().map(|count| {
        let plain = RuleId::from_name(&count.rule).map_or("", |rule| words::rules::of(rule).plain);
        let priority = count.priority.as_deref().unwrap_or("");
        format!(
            "{}x {priority} {plain} ({}), longest {:.0} s",
            count.count, count.rule, count.longest_s
        )
    });
    let mut alarms: Vec<String> = alarms.collect();
    if let Some(median) = figures.acknowledged_median_s {
        let words = format!(
            "{} acknowledged, after {median:.0} s (median)",
            figures.acknowledged
        );
        alarms.push(words);
    }
    if opened.record.has_lost_events() {
        alarms.push("events that may tell of more cannot be read".to_owned());
    }
    let taught = opened
        .visit
        .bouts
        .iter()
        .filter_map(|bout| bout.taught.as_ref());
    let findings = taught.flat_map(|taught| taught.findings.iter().map(Finding::text));
    let gaps = opened.record.gaps.iter().map(|gap| {
        let seconds = gap.to_us.saturating_sub(gap.from_us).max(0) / 1_000_000;
        format!("{}, {seconds} s: {}", gap.what, gap.reason)
    });
    let goals = opened
        .visit
        .bouts
        .last()
        .map(|bout| bout.ordered.goals.clone())
        .unwrap_or_default();
    vec![
        (
            "What held the load back in conditioning",
            none(held.collect()),
        ),
        ("Alarms", none(alarms)),
        ("Findings", none(findings.collect())),
        ("Gaps", none(gaps.collect())),
        ("Goals", none(goals)),
        ("Notes", none(notes(opened, zone))),
        ("Corrections", none(corrections(opened, zone))),
        ("Signatures", none(signatures(opened, zone))),
    ]
}

/// Who did something at the desk, when, and whether that was after a signature.
fn by(wall_us: i64, name: &str, after_signature: bool, zone: &TimeZone) -> String {
    let after = if after_signature {
        ", after the signature"
    } else {
        ""
    };
    format!("{} {name}{after}", local(wall_us, zone))
}

fn notes(opened: &Opened, zone: &TimeZone) -> Vec<String> {
    opened
        .record
        .notes
        .iter()
        .map(|note| {
            let by = by(note.wall_us, &note.author(), note.after_signature, zone);
            format!("{by}: {}", note.text.replace('\n', " "))
        })
        .collect()
}

fn corrections(opened: &Opened, zone: &TimeZone) -> Vec<String> {
    let record = &opened.record;
    record
        .corrections
        .iter()
        .map(|correction| {
            let by = by(
                correction.wall_us,
                &correction.author(),
                correction.after_signature,
                zone,
            );
            let found = |id: i64| record.measurements.iter().find(|taken| taken.id == id);
            let new = found(correction.measurement);
            let old = new.and_then(|new| found(new.replaces?));
            let words =
                |taken: Option<&_>| taken.map_or_else(|| "--".to_owned(), MeasurementRecord::words);
            format!(
                "{by}: {} stands for {}: {}",
                words(new),
                words(old),
                correction.why
            )
        })
        .collect()
}

fn signatures(opened: &Opened, zone: &TimeZone) -> Vec<String> {
    let signed = opened.record.signatures.iter().map(|signature| {
        let when = local(signature.wall_us, zone);
        format!(
            "{when} {} ({}), {}",
            signature.name, signature.by, signature.meaning
        )
    });
    let mut lines: Vec<String> = signed.collect();
    if !lines.is_empty() {
        lines.push(opened.record.signature_state().to_string());
    }
    let mark = mark(&opened.visit);
    let altered = opened.visit.altered.iter();
    lines.extend(altered.map(|because| format!("{mark}: {because}")));
    lines
}
