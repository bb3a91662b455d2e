//! A run in words and columns.

use std::cmp::Reverse;
use std::fmt::Write as _;

use crate::dashboard::words;
use crate::simulation::batch::Report;
use crate::simulation::summary::{Figures, Reached, Spread, Summary};

const HEADING: &str = "\
                 n   RMSE        of mean     power over 15 s    over mean          settling    never in band  high medium  low false broken unfin.
                     mean  95th  mean  95th         mean  95th  mean  95th worst   med.  90th          %";

/// The summary as a table: beats a minute, seconds, per cent.
pub(super) fn summary(summary: &Summary) -> String {
    let mut text = String::from(HEADING);
    for (condition, figures) in &summary.by_condition {
        row(&mut text, condition.name(), figures);
    }
    row(&mut text, "all but af", &summary.all_but_af);
    row(&mut text, "whole", &summary.whole);
    let whole = &summary.whole;
    let _ = write!(
        text,
        "\n\n{} sessions, {:.1} hours; {} with nothing wrong: {} high alarms in them, {:.2} medium an hour",
        whole.sessions,
        hours(whole),
        whole.sound,
        whole.alarms.high_when_sound,
        whole.alarms.medium_an_hour_when_sound,
    );
    if let Some(words) = unfinished(whole) {
        let _ = write!(text, "\n{words}.");
    }
    text
}

/// How many never came to their end, where there are any.
fn unfinished(figures: &Figures) -> Option<String> {
    (figures.unfinished > 0).then(|| {
        format!(
            "{} of {} never came to their end: stopped or paused, and nobody could go on",
            figures.unfinished, figures.sessions
        )
    })
}

fn hours(figures: &Figures) -> f64 {
    u32::try_from(figures.seconds).map_or(f64::INFINITY, f64::from) / 3_600.0
}

fn row(text: &mut String, name: &str, figures: &Figures) {
    let pair = |spread: Option<Spread>, digits: usize| match spread {
        Some(spread) => format!("{:>5.digits$} {:>5.digits$}", spread.mean, spread.p95),
        None => format!("{:>5} {:>5}", "-", "-"),
    };
    let one = |value: Option<f64>, digits: usize| {
        value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"))
    };
    let _ = write!(
        text,
        "\n{name:<13} {:>4}  {} {} {:>6}  {} {} {:>5}  {:>5} {:>5}  {:>5}  {:>6} {:>5} {:>6} {:>4} {:>5} {:>6} {:>6}",
        figures.sessions,
        pair(figures.rmse_bpm, 2),
        pair(figures.rmse_mean_bpm, 2),
        one(figures.control_power_bpm2, 3),
        pair(figures.overshoot_15s_bpm, 1),
        pair(figures.overshoot_mean_bpm, 1),
        one(figures.overshoot_mean_bpm.map(|spread| spread.worst), 1),
        one(figures.settling_s.map(|settling| settling.median), 0),
        one(figures.settling_s.map(|settling| settling.p90), 0),
        figures.never_settled,
        one(figures.in_band_percent, 1),
        figures.alarms.high,
        figures.alarms.medium,
        figures.alarms.low,
        figures.alarms.untrue,
        figures.violations,
        figures.unfinished,
    );
}

/// What a drawn session's figures and alarms are.
pub(super) fn told(figures: &Figures, reached: &Reached) -> String {
    let mut text = String::from("  ");
    if let Some(settling) = figures.settling_s {
        let _ = write!(
            text,
            "Within 5/min of the target after {:.0} s (nine of ten: {:.0} s); ",
            settling.median, settling.p90
        );
    }
    if let Some(in_band) = figures.in_band_percent {
        let _ = write!(
            text,
            "from minute 5 of conditioning to its end {in_band:.0} % of the time; "
        );
    }
    let alarms = figures.alarms;
    let _ = write!(
        text,
        "alarms in {} sessions: {} high, {} medium, {} low{}",
        figures.sessions,
        alarms.high,
        alarms.medium,
        alarms.low,
        if reached.alarms.is_empty() { '.' } else { ':' },
    );
    text.push_str(&alarms_by_rule(reached));
    if let Some(words) = unfinished(figures) {
        let _ = write!(text, "\n  {words}.");
    }
    text
}

/// The rules that raised the alarms, the most frequent first, a line each.
fn alarms_by_rule(reached: &Reached) -> String {
    let mut rules: Vec<_> = reached.alarms.iter().collect();
    // Of as many, the most urgent first.
    rules.sort_by_key(|((rule, priority), count)| (Reverse(**count), Reverse(*priority), *rule));
    let mut text = String::new();
    for ((rule, priority), count) in rules {
        let _ = write!(
            text,
            "\n    {count:>4} {:<6}  {} ({rule})",
            words::priority(*priority),
            words::rules::of(*rule).plain,
        );
    }
    text
}

/// What should never be, and how to see it again.
pub(super) fn violations(report: &Report) -> String {
    let mut text = String::new();
    for violation in &report.violations {
        let _ = writeln!(
            text,
            "session {} ({}): {} broken at {:.1} s: {}",
            report.session.number,
            report.session.id,
            violation.invariant,
            u32::try_from(violation.at_ms).map_or(f64::INFINITY, f64::from) / 1_000.0,
            violation.what
        );
    }
    let shown_by: Vec<String> = report
        .shown_by
        .iter()
        .map(|fault| {
            format!(
                "{} at {} s for {} s ({})",
                fault.kind.name(),
                fault.at_s,
                fault.for_s,
                fault.value
            )
        })
        .collect();
    let _ = write!(
        text,
        "  see it again with --only {}; it takes {}",
        report.session.number,
        if shown_by.is_empty() {
            "no fault at all".to_owned()
        } else {
            shown_by.join(", ")
        }
    );
    text
}
