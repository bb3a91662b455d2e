//! A session in a form that other programs read. One table names the forms; each is a function of plain data to bytes.
//!
//! Promises: a value that was not recorded is missing in every form, never 0; a unit stands in a heading, a field's name or the form's own
//! place for it; a patient is a pseudonym where nobody asked for names. To add a form: one function, one line in [`FORMATS`].

mod csv;
mod edf;
pub mod fhir;
pub mod files;
pub mod fit;
#[cfg(test)]
pub(in crate::review) mod fixtures;
mod jsonl;
#[cfg(test)]
pub(super) mod samples;
pub(super) mod span;
pub mod telling;
pub mod write;

use std::path::PathBuf;

use crate::records::desk::Identity;
use crate::records::error::RecordsError;
use crate::records::figures::SessionFigures;
use crate::records::session::{GapRecord, Waveform};
use crate::records::{Archive, SessionRecord};

/// What a form is made of: one session.
#[derive(Debug)]
pub struct Export<'a> {
    /// The session. Where it is de-identified, what must not leave is already gone from it.
    pub session: &'a SessionRecord,
    /// What it came to, from the whole of it.
    pub figures: &'a SessionFigures,
    /// Its plethysmogram, in pieces without a hole.
    pub waveforms: &'a [Waveform],
    /// Blocks of it that cannot be unpacked any more.
    pub damaged: &'a [GapRecord],
    /// Whether pseudonym, id, dates, free text, staff and hashes are to be left out. The session's `line.id` and `line.patient` are then a
    /// random key's, its times begin in [`crate::records::session::Disguise::YEAR`], and every text of it is empty; a form that writes hashes leaves them out.
    pub deidentified: bool,
    /// The patient's age in full years when the session began, where the day of birth is known.
    pub age: Option<u16>,
    /// Who the patient is, where names were asked for and it is known; never where it is de-identified.
    pub identity: Option<&'a Identity>,
    /// The record that it comes from, for what the plain data does not hold. Not to be asked where it is de-identified.
    pub archive: &'a Archive,
}

/// One file of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name in the folder; empty where the form is a single file.
    pub name: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Part {
    /// The only file of a form.
    #[must_use]
    pub const fn only(bytes: Vec<u8>) -> Self {
        Self { name: "", bytes }
    }
}

/// A form that a session can be written in.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// What `--format` calls it.
    pub name: &'static str,
    /// What it is, for people.
    pub about: &'static str,
    /// Its files' ending; `None` where it is a folder of several.
    pub ending: Option<&'static str>,
    /// Whether it has a place for who the patient is.
    pub takes_names: bool,
    /// What of the free text that people wrote it carries.
    pub free_text: FreeText,
    /// Writes it.
    pub write: fn(&Export<'_>) -> Result<Vec<Part>, ExportError>,
}

/// What of the words that people wrote a form carries: notes, and why measurements were corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FreeText {
    /// It has no place for them.
    None,
    /// They are in it where somebody asks for them.
    Asked,
    /// It is the whole record: they are in it.
    Always,
}

/// Every form, in the order that help lists them.
pub const FORMATS: &[Format] = &[
    Format {
        name: "csv",
        about: "a folder of tables with units in their headings, and a dictionary",
        ending: None,
        takes_names: true,
        free_text: FreeText::Asked,
        write: csv::write,
    },
    Format {
        name: "edf",
        about: "EDF+: signals a second a record with the oximeter's waveform, and annotations",
        ending: Some("edf"),
        takes_names: true,
        free_text: FreeText::None,
        write: edf::write,
    },
    Format {
        name: "jsonl",
        about: "everything, notes and names of staff too, a JSON object a line; station import takes it back",
        ending: Some("jsonl"),
        takes_names: false,
        free_text: FreeText::Always,
        write: jsonl::write,
    },
    Format {
        name: "fit",
        about: "a FIT activity, for what reads the files of watches and bicycle computers",
        ending: Some("fit"),
        takes_names: true,
        free_text: FreeText::None,
        write: fit::form,
    },
    Format {
        name: "fhir",
        about: "a FHIR R4 bundle in JSON, for hospital systems",
        ending: Some("json"),
        takes_names: true,
        free_text: FreeText::None,
        write: fhir::form,
    },
];

impl Format {
    /// The form of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }
}

/// Why a session was not written. No file is left half.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The record.
    #[error(transparent)]
    Record(#[from] RecordsError),
    /// The form cannot hold what the session has.
    #[error("{session} cannot be written as {format}: {because}")]
    Unfit {
        /// Which session.
        session: String,
        /// As what.
        format: &'static str,
        /// What does not fit, and what to do.
        because: String,
    },
    /// Something is there already.
    #[error("{path} is there already: name another with --output, or write over it with --force")]
    There {
        /// Where.
        path: PathBuf,
    },
    /// What is there is no file that could be written over.
    #[error(
        "{path} is no {wanted}: name another with --output (`--output -` writes a single file to standard output)"
    )]
    Occupied {
        /// Where.
        path: PathBuf,
        /// What was wanted there.
        wanted: &'static str,
    },
    /// The folder that it is to stand in is missing.
    #[error(
        "the folder {folder} is not there, and it is not made: it may be on a disk that nobody has connected; connect that, or make the folder with mkdir -p, or name another with --output"
    )]
    Nowhere {
        /// Which.
        folder: PathBuf,
    },
    /// Standard output is one file.
    #[error("{format} here is more than one file: name a folder with --output, not `-`")]
    Several {
        /// As what.
        format: &'static str,
    },
    /// The system has no random numbers.
    #[error("no random key can be made ({because}), so nothing can be de-identified")]
    NoKey {
        /// What the system said.
        because: std::io::Error,
    },
    /// The system refused.
    #[error("cannot write {path}: {because}; nothing was left there")]
    Unwritten {
        /// Where.
        path: PathBuf,
        /// What the system said.
        because: std::io::Error,
    },
}

#[cfg(test)]
mod tests;
