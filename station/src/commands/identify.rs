//! `station identify`: who a pseudonym is.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use jiff::civil::Date;
use serde::Serialize;

use super::day::date;
use super::output;
use super::record::reading;
use super::staffed::{self, ProofArgs};
use crate::records::Archive;
use crate::records::desk::{
    By, DeskError, Identified, Identity, Of, forget, identify, identity_of, looked,
};

const EXAMPLES: &str = "\
Examples:
  station identify K7PD2MXQ --name \"Jane Doe\" --born 1950-03-02 --by anna
  station identify K7PD2MXQ --by anna
  station identify K7PD2MXQ --forget --by anna

The pseudonym is one that the record has a session of. Without --name and --forget it
says who the pseudonym is; to write and to forget take the secret of who does it, typed
at the terminal. That a name was replaced is in the trail, and never which. Names stand in one table of
the record; they are shown where --names asks for them, and that is in the trail.
To forget overwrites what the record has; backups keep what they have.

Exit status: 0 when done, 1 where it could not be, 2 for wrong usage.";

/// Write down, show or forget who a pseudonym is.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct IdentifyArgs {
    /// The pseudonym
    #[arg(value_name = "PSEUDONYM")]
    pseudonym: String,

    /// The name
    #[arg(long, value_name = "NAME", conflicts_with = "forget")]
    name: Option<String>,

    /// The day of birth
    #[arg(long, value_name = "YYYY-MM-DD", requires = "name", value_parser = date)]
    born: Option<Date>,

    /// What the hospital calls the patient
    #[arg(long, value_name = "ID", requires = "name")]
    hospital_id: Option<String>,

    /// Forget who it is
    #[arg(long)]
    forget: bool,

    #[command(flatten)]
    by: ProofArgs,

    /// The record; without it the one that `STATION_RECORD` names, else the gym's own in the user's data folder
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

/// Writes it down, shows it or forgets it.
///
/// # Errors
/// Where whoever writes or forgets does not prove to be of the staff, nothing is known, or the record cannot be read or written; the error says what to do.
pub fn run(args: &IdentifyArgs) -> Result<ExitCode, DeskError> {
    reading(args.record.as_deref(), |archive| with(archive, args))
}

fn with(archive: &Archive, args: &IdentifyArgs) -> Result<ExitCode, DeskError> {
    let pseudonym = archive.patient(&args.pseudonym)?;
    let pseudonym = pseudonym.as_str();
    if !args.forget && args.name.is_none() {
        return shown(archive, &args.by.who(), pseudonym);
    }
    let (by, secret) = args.by.proof(archive)?;
    if args.forget {
        forget(archive.path(), &by, &secret, pseudonym)?;
        return Ok(staffed::done(&format!(
            "nobody knows from this record who {pseudonym} is any more; backups keep what they have"
        )));
    }
    let identity = Identity {
        name: args.name.clone().unwrap_or_default(),
        born: args.born,
        hospital_id: args.hospital_id.clone(),
    };
    let written = identify(archive.path(), &by, &secret, pseudonym, &identity)?;
    Ok(staffed::done(&match written {
        Identified::First => format!("it is written down who {pseudonym} is"),
        Identified::Same => format!("that is who {pseudonym} was said to be already"),
        Identified::Replaced(what) => format!(
            "who {pseudonym} is was written down before: its {} is another now, and the first is gone but from backups",
            what.join(" and ")
        ),
    }))
}

/// Says who the pseudonym is; that somebody looked is in the trail.
fn shown(archive: &Archive, by: &By, pseudonym: &str) -> Result<ExitCode, DeskError> {
    let Some(identity) = identity_of(archive, pseudonym)? else {
        return Ok(output::finding(&DeskError::NoIdentity {
            pseudonym: pseudonym.to_owned(),
        }));
    };
    staffed::told(looked(
        archive,
        by,
        &[Of::Patient(pseudonym)],
        "identify",
        true,
    ));
    Ok(staffed::done(&format!(
        "{pseudonym} is {}",
        words(&identity)
    )))
}

/// Who somebody is, for programs.
#[derive(Debug, Serialize)]
pub(in crate::commands) struct Named<'a> {
    name: &'a str,
    born: Option<String>,
    hospital_id: Option<&'a str>,
}

impl<'a> Named<'a> {
    pub(in crate::commands) fn of(identity: &'a Identity) -> Self {
        Self {
            name: &identity.name,
            born: identity.born.map(|born| born.to_string()),
            hospital_id: identity.hospital_id.as_deref(),
        }
    }
}

/// Who somebody is, in words.
pub(in crate::commands) fn words(identity: &Identity) -> String {
    let born = identity
        .born
        .map_or_else(String::new, |born| format!(", born {born}"));
    let hospital = identity
        .hospital_id
        .as_deref()
        .map_or_else(String::new, |id| format!(", hospital id {id}"));
    format!("{}{born}{hospital}", identity.name)
}
