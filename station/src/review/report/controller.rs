//! What the controller did, and what a session taught of its patient, in words.

use control::prescription::Mode;
use maud::{Markup, html};

use super::chart::Holder;
use super::visit::Visit;
use super::words::{decimal, held_by, lasted};
use crate::records::session::{BoutRecord, Second};
use crate::records::summary::LearnedSummary;

/// How the load was led, and what came of it.
pub(super) fn section(visit: &Visit, holders: &[Holder]) -> Markup {
    html! {
        h2 { "What the controller did" }
        @for bout in &visit.record.bouts { p { (of_bout(bout, visit.record.bouts.len() > 1)) } }
        p { (held_back(visit, holders)) }
        @for (number, learned) in &visit.learned { (taught(*number, learned, visit.learned.len() > 1)) }
        @if visit.learned.is_empty() {
            p { "Nothing was learned of the patient's heart: there was too little steady exercise with a trusted heart rate, or its load hardly changed." }
        }
    }
}

fn of_bout(bout: &BoutRecord, several: bool) -> String {
    let orders = bout
        .seconds
        .iter()
        .filter(|second| second.is_exercise())
        .map(|second| &second.told)
        .fold((0_u32, None), |(count, last), told| {
            (
                count + u32::from(last.is_some_and(|last| last != told)),
                Some(told),
            )
        })
        .0;
    let mode = bout
        .setup
        .as_ref()
        .map_or("led the load", |setup| led(&setup.prescription.mode));
    let by_hand = bout.seconds.iter().filter(|second| second.by_hand).count();
    let named = if several {
        format!("Bout {}: it ", bout.number)
    } else {
        "It ".to_owned()
    };
    let hand = if by_hand > 0 {
        "; for a part of the time a person set the load"
    } else {
        ""
    };
    if !bout.seconds.iter().any(Second::is_exercise) {
        return format!("{named}led nothing: nobody exercised.");
    }
    format!(
        "{named}{mode}, and told the machine another load {orders} times during exercise{hand}."
    )
}

const fn led(mode: &Mode) -> &'static str {
    match mode {
        Mode::Constant { .. } => "led the load to the one that was ordered and held it there",
        Mode::HeartRateHeld { .. } => "moved the load so that the heart rate held its target",
        Mode::HeartRateInterval { .. } => {
            "set loads of work and recovery for the heart rates that were ordered"
        }
        Mode::MetHeld { .. } => "held the metabolic rate that was ordered",
        Mode::Interval { .. } => {
            "took turns of work and recovery, as far as the ordered ramp let the load follow"
        }
        Mode::ByHand => "left the load to a person's hand, and limited it",
    }
}

fn held_back(visit: &Visit, holders: &[Holder]) -> String {
    let Some(first) = holders.first() else {
        return if visit.figures.conditioning_min > 0.0 {
            "In conditioning nothing held the load back.".to_owned()
        } else {
            "There was no conditioning.".to_owned()
        };
    };
    format!(
        "In conditioning, something held the load back for {} in all; the longest, for {}: {}.",
        lasted(holders.iter().map(|holder| f64::from(holder.seconds)).sum()),
        lasted(first.seconds.into()),
        held_by(&first.reason)
    )
}

fn taught(number: u16, learned: &LearnedSummary, several: bool) -> Markup {
    let (gain, sd) = (learned.gain_bpm_per_met, learned.gain_sd_bpm_per_met);
    let against = learned.assessed_gain_bpm_per_met.map_or_else(
        || "; none was assessed".to_owned(),
        |assessed| format!("; the assessment says {}", decimal(assessed, 1)),
    );
    let steady = learned.steady.as_ref().map(|steady| {
        let machine = match (steady.power_w, steady.speed_kmh, steady.grade_percent) {
            (Some(power), _, _) => format!("{} W", decimal(power, 0)),
            (None, Some(speed), Some(grade)) => {
                format!("{} km/h at {} %", decimal(speed, 1), decimal(grade, 1))
            }
            _ => "its load".to_owned(),
        };
        format!(
            " From minute 5 of conditioning on, the heart rate was {} /min at {machine} ({} MET with rest).",
            decimal(steady.heart_rate_bpm, 0),
            decimal(steady.load_met + 1.0, 1)
        )
    });
    html! {
        p {
            @if several { "Bout " (number) ": " }
            "The heart answered one MET more with " (decimal(gain, 1)) " \u{b1} " (decimal(sd, 1)) " beats/min" (against)
            ". It took " (decimal(learned.tau_s, 0)) " \u{b1} " (decimal(learned.tau_sd_s, 0)) " s to follow by about two thirds, and at a steady load it climbed by "
            (decimal(learned.drift_bpm_per_min, 1)) " \u{b1} " (decimal(learned.drift_sd_bpm_per_min, 1)) " beats/min each minute."
            @if let Some(steady) = steady { (steady) }
            @if learned.compared_with > 0 && learned.findings.is_empty() {
                " Nothing in that differs from " (learned.compared_with) " earlier session" @if learned.compared_with > 1 { "s" } " by more than chance."
            }
        }
    }
}

/// What stands out beside earlier sessions, for the top of the page.
pub(super) fn findings(visit: &Visit) -> Vec<&str> {
    visit
        .learned
        .iter()
        .flat_map(|(_, learned)| &learned.findings)
        .map(|finding| finding.text.as_str())
        .collect()
}
