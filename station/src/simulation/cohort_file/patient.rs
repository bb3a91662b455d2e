//! The patients of a cohort.

use std::collections::BTreeMap;

use toml::Spanned;

use super::super::cohort::{SessionTimes, TrialPatient};
use super::events::{self, Place};
use super::kinds::{CONDITIONS, GREATEST_IN_TOML, Id, MACHINES, Seed};
use super::prescription::Patient;
use super::{parameters, prescription};
use crate::config::kind::{ListOf, Text};
use crate::config::mistake::Notation;
use crate::config::section::Section;

const PATIENTS: &str = "patients";

/// `None` where anything is wrong: it has been noted then.
pub(super) fn read_all(
    section: &Section<'_, '_>,
    session: Option<SessionTimes>,
) -> Option<Vec<TrialPatient>> {
    let before = section.findings().count();
    let notation = section.findings().form().notation;
    let listed = section.tables(PATIENTS);
    if listed.is_empty() && section.findings().count() == before {
        section.findings().mistake(
            &section.place(PATIENTS),
            format!("there is no patient in {}", section.name()),
            notation.list(PATIENTS),
        );
    }
    let mut ids = BTreeMap::new();
    let mut patients = Vec::new();
    for (one, number) in listed.into_iter().zip(1_usize..) {
        let id = one.required("id", &Id);
        let one = match &id {
            Some(id) => {
                check_twice(&one, id, number, &mut ids);
                one.named(format!("patient \"{}\"", id.get_ref()))
            }
            None => one,
        };
        patients.push(read(one, id.map(Spanned::into_inner), session));
    }
    patients.into_iter().collect()
}

/// Ids name files, and some disks do not tell small letters from capitals.
fn check_twice(
    section: &Section<'_, '_>,
    id: &Spanned<String>,
    number: usize,
    ids: &mut BTreeMap<String, usize>,
) {
    let name = id.get_ref();
    if let Some(first) = ids.get(&name.to_lowercase()) {
        let notation = section.findings().form().notation;
        section.findings().mistake(
            &id.span(),
            format!(
                "id \"{name}\" is that of {} too, capital letters apart",
                notation.item(PATIENTS, *first)
            ),
            "write an id of its own",
        );
    } else {
        ids.insert(name.to_lowercase(), number);
    }
}

fn read(
    section: Section<'_, '_>,
    id: Option<String>,
    session: Option<SessionTimes>,
) -> Option<TrialPatient> {
    let condition = section.required("condition", &CONDITIONS);
    let machine = section
        .required("machine", &MACHINES)
        .map(Spanned::into_inner);
    let greatest = match section.findings().form().notation {
        Notation::Toml => GREATEST_IN_TOML,
        Notation::Json => u64::MAX,
    };
    let seed = section.required("seed", &Seed(greatest));
    let hard = section.optional("hard", &ListOf(Text));
    let parameters = required_table(&section, "parameters").and_then(parameters::read);
    let patient = Patient {
        machine,
        session,
        parameters,
    };
    let prescription = required_table(&section, "prescription")
        .and_then(|section| prescription::read(section, &patient));
    let events = events::read(&section, Place { session, machine });
    section.finish();
    Some(TrialPatient {
        id: id?,
        condition: condition?.into_inner(),
        exercise: machine?,
        seed: seed?.into_inner(),
        hard: hard.map(Spanned::into_inner).unwrap_or_default(),
        parameters: parameters?,
        prescription: prescription?,
        events,
    })
}

fn required_table<'s, 't>(section: &Section<'s, 't>, key: &'static str) -> Option<Section<'s, 't>> {
    if !section.has(key) {
        section.missing(key, "{ ... }");
    }
    section.table(key)
}
