//! The prescription whose values are asked for: found among the patients' files, or refused with what to write.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use control::prescription::PatientFacts;
use control::rules::table::Rule;
use control::rules::values::{self, Values};
use jiff::civil::Date;

use crate::clinic::patient::{self, Folder};
use crate::clinic::{Patient, ResolvedPrescription};
use crate::commands::output;
use crate::config::Mistake;
use crate::nearest::nearest;

/// One prescription, and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::commands) struct Chosen {
    /// The patient's first identifier.
    pub(in crate::commands) pseudonym: String,
    /// What changes the meaning of rules.
    pub(in crate::commands) facts: PatientFacts,
    /// What was ordered.
    pub(in crate::commands) ordered: ResolvedPrescription,
}

/// Why there is none.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::commands) enum Refused {
    /// The patients' files have mistakes.
    Mistakes(Vec<Mistake>),
    /// It is not there, or not in force.
    NotThere(String),
    /// It was asked for among what is not there.
    NoFile(String),
    /// More has to be said: which of these of the files.
    Several {
        /// The files.
        path: PathBuf,
        /// What fits, in words.
        fitting: String,
    },
}

impl Chosen {
    /// `asked` is a patient's file, or an id among the `patients`.
    pub(in crate::commands) fn find(
        asked: &str,
        patients: Option<&Path>,
        pseudonym: Option<&str>,
        day: Date,
    ) -> Result<Self, Refused> {
        let (path, id) = match patients {
            Some(path) => (path, Some(asked)),
            None => (Path::new(asked), None),
        };
        if id.is_none() && !path.exists() {
            return Err(Refused::NoFile(asked.to_owned()));
        }
        let folder = read(path, day)?;
        let all = candidates(&folder.patients);
        let fit: Vec<&Self> = all
            .iter()
            .filter(|one| id.is_none_or(|id| one.ordered.id == id))
            .filter(|one| pseudonym.is_none_or(|name| one.pseudonym == name))
            .collect();
        match fit.as_slice() {
            [one] => Ok((*one).clone()),
            [] => Err(Refused::NotThere(none_fits(path, &folder, &all, (id, day)))),
            several => Err(Refused::Several {
                path: path.to_owned(),
                fitting: named(several.iter().copied()),
            }),
        }
    }

    /// What a rule comes to for it.
    pub(in crate::commands) fn values(&self, rule: &Rule) -> Values {
        let ordered = &self.ordered;
        values::of(rule, &ordered.prescription, &self.facts, ordered.machine)
    }
}

impl Refused {
    /// Says so on standard error, as `station check` does, where the command has the options `--prescription`, `--patients` and `--patient`.
    pub(in crate::commands) fn tell(&self) -> ExitCode {
        match self {
            Self::Mistakes(mistakes) => {
                for mistake in mistakes {
                    output::complain(mistake);
                }
                ExitCode::FAILURE
            }
            Self::NotThere(what) => output::finding(what),
            Self::NoFile(asked) => output::wrong_usage(&format_args!(
                "there is no file '{asked}'; write a patient's file, or --patients PATH where '{asked}' is a prescription's id"
            )),
            Self::Several { path, fitting } => output::wrong_usage(&format_args!(
                "{0} has more than one of these: {fitting}; write --prescription ID --patients {0} --patient PSEUDONYM",
                path.display()
            )),
        }
    }
}

fn read(path: &Path, day: Date) -> Result<Folder, Refused> {
    let folder = if path.is_dir() {
        patient::read_folder(path, day).map_err(|error| {
            Refused::NotThere(format!("{} cannot be read: {error}", path.display()))
        })?
    } else {
        patient::read_one(path, day)
    };
    if folder.mistakes.is_empty() {
        Ok(folder)
    } else {
        Err(Refused::Mistakes(folder.mistakes))
    }
}

fn candidates(patients: &[Patient]) -> Vec<Chosen> {
    patients
        .iter()
        .flat_map(|patient| {
            patient.prescriptions.iter().map(|ordered| Chosen {
                pseudonym: patient.pseudonym.clone(),
                facts: patient.facts,
                ordered: ordered.clone(),
            })
        })
        .collect()
}

fn none_fits(
    path: &Path,
    folder: &Folder,
    all: &[Chosen],
    (id, day): (Option<&str>, Date),
) -> String {
    if let (true, Some(warning)) = (all.is_empty(), folder.warnings.first()) {
        return format!(
            "no prescription in {} is in force on {day}: {warning}",
            path.display()
        );
    }
    if all.is_empty() {
        return format!(
            "there is no prescription in {}; write one under [[prescription]]",
            path.display()
        );
    }
    let nearest = id
        .filter(|id| all.iter().all(|one| one.ordered.id != *id))
        .and_then(|id| nearest(id, all, |one| &one.ordered.id));
    match (id, nearest) {
        (Some(id), Some(nearest)) => format!(
            "no prescription '{id}' is in force on {day} in {}; the nearest is {}; there are {}",
            path.display(),
            nearest.ordered.id,
            named(all)
        ),
        (_, None) | (None, _) => format!(
            "no such prescription is in force on {day} in {}; there are {}",
            path.display(),
            named(all)
        ),
    }
}

fn named<'a>(all: impl IntoIterator<Item = &'a Chosen>) -> String {
    let names: Vec<String> = all
        .into_iter()
        .map(|one| format!("{} of {}", one.ordered.id, one.pseudonym))
        .collect();
    names.join(", ")
}
