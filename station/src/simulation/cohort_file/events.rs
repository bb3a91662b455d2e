//! What goes wrong, by time.

use drivers::virtual_devices::patient::Exercise;
use toml::Spanned;

use super::super::cohort::SessionTimes;
use super::super::fault::{Fault, FaultKind};
use super::MANUAL;
use super::kinds::NoValue;
use crate::config::kind::{Number, Text};
use crate::config::section::{Section, nearest};

const SECONDS: Number = Number(0.0..=100_000.0, "seconds");

/// Where it happens. What is `None` is not known, and not judged.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) session: Option<SessionTimes>,
    pub(super) machine: Option<Exercise>,
}

/// The events of a table, those left out that are wrong: they have been noted then.
pub(super) fn read(section: &Section<'_, '_>, place: Place) -> Vec<Fault> {
    let owner = section.name();
    let named = |event: Section<'_, '_>| {
        let name = format!("{} of {owner}", event.name());
        read_one(event.named(name), place)
    };
    section
        .tables("events")
        .into_iter()
        .filter_map(named)
        .collect()
}

fn read_one(section: Section<'_, '_>, place: Place) -> Option<Fault> {
    let kind = read_kind(&section);
    let at = section.required("at_s", &SECONDS).map(Spanned::into_inner);
    let is_momentary = kind.is_some_and(FaultKind::is_momentary);
    let lasts = if is_momentary {
        Some(section.or_default("for_s", &SECONDS, 0.0).into_inner())
    } else {
        section.required("for_s", &SECONDS).map(Spanned::into_inner)
    };
    let value = if let Some(kind) = kind {
        read_value(&section, kind)
    } else {
        section.excuse(["value"]);
        None
    };
    if let (Some(kind), Some(machine)) = (kind, place.machine) {
        check_machine(&section, kind, machine);
    }
    if let (Some(at), Some(session)) = (at, place.session) {
        warn_of_end(&section, at, session);
    }
    if !is_momentary && lasts.is_some_and(|seconds| seconds <= 0.0) {
        section.findings().warning(
            &section.place("for_s"),
            "for_s is 0: the event never happens",
            "write how many seconds it lasts, or delete the event",
        );
    }
    section.finish();
    Some(Fault {
        at_s: at?,
        for_s: lasts?,
        kind: kind?,
        value: value?,
    })
}

fn read_kind(section: &Section<'_, '_>) -> Option<FaultKind> {
    let word = section.required("kind", &Text)?;
    let kind = FaultKind::of_name(word.get_ref());
    if kind.is_none() {
        let names = FaultKind::ALL.map(FaultKind::name);
        section.findings().mistake(
            &word.span(),
            format!(
                "kind is \"{}\", which is not known here",
                word.get_ref().escape_debug()
            ),
            match nearest(word.get_ref(), &names) {
                Some(near) => format!("write \"{near}\""),
                None => format!("write one of the kinds in {MANUAL}"),
            },
        );
    }
    kind
}

fn read_value(section: &Section<'_, '_>, kind: FaultKind) -> Option<f64> {
    let Some((low, high)) = kind.range() else {
        return if section.has("value") {
            section
                .optional("value", &NoValue(kind))
                .map(Spanned::into_inner)
        } else {
            Some(0.0)
        };
    };
    let range = Number(low..=high, kind.unit());
    let value = section.required("value", &range)?;
    let number = *value.get_ref();
    if kind.is_whole() && number.fract().abs() > 0.0 {
        section.findings().mistake(
            &value.span(),
            format!(
                "value is {number}, and {} is told in whole numbers",
                kind.name()
            ),
            format!("write {} or {}", number.floor(), number.ceil()),
        );
    }
    Some(number)
}

fn check_machine(section: &Section<'_, '_>, kind: FaultKind, machine: Exercise) {
    if !kind.fits(machine) {
        let notation = section.findings().form().notation;
        section.findings().mistake(
            &section.place("kind"),
            format!(
                "{} needs pedals, and the machine is a treadmill",
                kind.name()
            ),
            format!(
                "delete the event, or write {} for the patient",
                notation.assigned("machine", "\"cycle\"")
            ),
        );
    }
}

fn warn_of_end(section: &Section<'_, '_>, at: f64, session: SessionTimes) {
    let end = session.total_s();
    if at >= f64::from(end) {
        section.findings().warning(
            &section.place("at_s"),
            format!("at_s is {at}, and the session ends at {end}"),
            format!("write an at_s below {end}, or see that a longer session is meant"),
        );
    }
}
