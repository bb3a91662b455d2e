//! Cohorts and lists of faults as files, JSON or TOML: read, checked, and written.
//!
//! Promises: both notations go through the same checks; every mistake is told, not the first alone, with its line, both figures
//! where two conflict, and what to write; an unknown key or kind is a mistake. What is read can be simulated: no figure is
//! infinite or beyond what the patient's model and the core can mean. Form: `heart-rate-dynamics.md` 3.6.
//!
//! Deliberately absent: whether a prescription suits a person. A trial may hold a heart rate that no clinic would.

mod events;
mod kinds;
mod parameters;
mod patient;
mod prescription;
mod session;
mod values;
mod write;

use std::path::Path;

use super::cohort::{Cohort, SessionTimes};
use super::fault::Fault;
use crate::config::mistake::{Findings, Form, Mistake, Notation};
use crate::config::section::Section;
use crate::config::{json, source};
use events::Place;
use kinds::{Format, NURSES};

/// Where the keys of these files are told.
const MANUAL: &str = "docs/simulation.md";

/// What was read, and what deserves a look although it is allowed.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked<T> {
    /// What was read.
    pub value: T,
    /// What a person should know of it.
    pub warnings: Vec<Mistake>,
}

/// Why nothing was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What has to be put right, by line; at least one.
    pub mistakes: Vec<Mistake>,
    /// What deserves a look besides.
    pub warnings: Vec<Mistake>,
}

/// Reads a cohort.
///
/// # Errors
///
/// Every mistake of the file, by line.
pub fn read(path: &Path) -> Result<Cohort, Vec<Mistake>> {
    examine(path)
        .map(|checked| checked.value)
        .map_err(|refused| refused.mistakes)
}

/// As [`read`], with the warnings, also where there are mistakes.
///
/// # Errors
///
/// Every mistake, and every warning.
pub fn examine(path: &Path) -> Result<Checked<Cohort>, Refused> {
    examine_form(path, "the cohort's file", read_cohort)
}

/// Reads a list of faults, to be laid over each patient's own.
///
/// # Errors
///
/// Every mistake of the file, by line.
pub fn read_faults(path: &Path) -> Result<Vec<Fault>, Vec<Mistake>> {
    examine_faults(path, None)
        .map(|checked| checked.value)
        .map_err(|refused| refused.mistakes)
}

/// As [`read_faults`], with the warnings, also where there are mistakes. With the times of the session, faults that begin after
/// its end are warned of.
///
/// # Errors
///
/// Every mistake, and every warning.
pub fn examine_faults(
    path: &Path,
    session: Option<SessionTimes>,
) -> Result<Checked<Vec<Fault>>, Refused> {
    let place = Place {
        session,
        machine: None,
    };
    examine_form(path, "the faults' file", |section| {
        section.required("format", &Format);
        if !section.has("events") {
            section.missing("events", "[{ ... }]");
        }
        let faults = events::read(&section, place);
        section.finish();
        Some(faults)
    })
}

fn examine_form<T>(
    path: &Path,
    name: &'static str,
    read: impl FnOnce(Section<'_, '_>) -> Option<T>,
) -> Result<Checked<T>, Refused> {
    let form = |notation| Form {
        notation,
        name,
        manual: MANUAL,
    };
    let text = source::read_of_form(path, form(Notation::Toml)).map_err(|mistake| Refused {
        mistakes: vec![mistake],
        warnings: Vec::new(),
    })?;
    let named_json = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let notation = if named_json || json::is_meant(&text) {
        Notation::Json
    } else {
        Notation::Toml
    };
    let findings = Findings::of_form(path, &text, form(notation));
    let table = match notation {
        Notation::Json => json::parse(&findings),
        Notation::Toml => source::parse(&findings),
    };
    let value = table.and_then(|table| {
        let section = Section::new(&findings, name.to_owned(), 0..0, &table);
        read(section)
    });
    let (mistakes, warnings) = findings.into_parts();
    match value {
        Some(value) if mistakes.is_empty() => Ok(Checked { value, warnings }),
        Some(_) | None => Err(Refused { mistakes, warnings }),
    }
}

fn read_cohort(section: Section<'_, '_>) -> Option<Cohort> {
    section.required("format", &Format);
    let session = session::read(&section);
    let nurse = section
        .optional("nurse", &NURSES)
        .map(toml::Spanned::into_inner)
        .unwrap_or_default();
    let patients = patient::read_all(&section, session);
    section.finish();
    Some(Cohort {
        session: session?,
        nurse,
        patients: patients?,
    })
}

#[cfg(test)]
mod tests;
