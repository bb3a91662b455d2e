//! What was ordered: the prescriptions of a session as far as their texts and the core's terms tell them.

use maud::{Markup, html};

use super::visit::Visit;
use super::words::{decimal, machine, maybe};
use crate::clinic::equations;
use crate::clinic::ordered::Ordered;
use crate::records::session::BoutRecord;

/// The prescriptions, each with its bouts.
pub(super) fn section(visit: &Visit) -> Markup {
    html! {
        h2 { "What was ordered" }
        @for (name, ordered) in visit.ordered() {
            (of_text(&name, &ordered))
        }
        @for bout in &visit.record.bouts { (of_bout(bout, visit.record.bouts.len() > 1)) }
    }
}

fn of_text(name: &str, ordered: &Ordered) -> Markup {
    let told = [
        ("diagnosis", &ordered.diagnosis),
        ("class of risk", &ordered.risk_class),
        ("written by", &ordered.author),
        ("signed by", &ordered.signer),
        ("on", &ordered.signed_at),
        ("holds until", &ordered.valid_until),
        ("why this version", &ordered.change_reason),
    ];
    let words = |key: &str, value: &str| {
        if matches!(key, "diagnosis" | "class of risk") {
            value.replace('_', " ")
        } else {
            value.to_owned()
        }
    };
    html! {
        p.ordered {
            b { "Prescription " (name) }
            @for (key, value) in told {
                @if let Some(value) = value { "; " (key) " " (words(key, value)) }
            }
            "."
        }
        @if !ordered.goals.is_empty() {
            p { "Goals: " }
            ul { @for goal in &ordered.goals { li { (goal) } } }
        }
    }
}

fn of_bout(bout: &BoutRecord, several: bool) -> Markup {
    let Some(setup) = &bout.setup else {
        return html! { p { "Bout " (bout.number) ": what was ordered was written by another version and cannot be read." } };
    };
    let ordered = &setup.prescription;
    let minutes = |length: std::time::Duration| decimal(length.as_secs_f64() / 60.0, 1);
    let zone = ordered.heart_rate.and_then(|limits| limits.zone);
    let exertion = Ordered::read(&bout.prescription.text).perceived_exertion;
    html! {
        p {
            @if several { "Bout " (bout.number) ", " }
            (machine(bout)) ": "
            (minutes(ordered.warm_up)) " + " (minutes(ordered.conditioning)) " + " (minutes(ordered.cool_down))
            " min of warm-up, conditioning and cool-down"
            @if let Some((low, high)) = zone { "; zone " (decimal(low, 0)) " to " (decimal(high, 0)) " /min" }
            @if let Some(limits) = ordered.heart_rate { "; heart rate limit " (decimal(limits.upper, 0)) " /min" }
            "; ceiling " (decimal(equations::gross(ordered.ceiling), 1)) " MET"
            @if setup.sensors.oximeter { "; saturation floor " (decimal(ordered.saturation_floor, 0)) " %" }
            @if let Some((low, high)) = exertion { "; perceived exertion " (maybe(Some(low), 0)) " to " (maybe(Some(high), 0)) }
            "."
        }
    }
}
