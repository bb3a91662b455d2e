//! Who uses a command: named on the command line, else by the environment, else the user of this computer.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;

use super::output::{self, Output};
use super::secret::Secrets;
use crate::records::desk::{By, DeskError, members};
use crate::records::location;
use crate::records::{Archive, RecordsError};

/// The environment's word for who sits at this desk.
const STATION_STAFF: &str = "STATION_STAFF";

/// Who uses a command.
#[derive(Debug, Args)]
pub(in crate::commands) struct ByArgs {
    /// Who does this, by the id of `station staff list`; without it whom `STATION_STAFF` names, else the user of this computer
    #[arg(long, value_name = "WHO")]
    by: Option<String>,
}

impl ByArgs {
    /// Who it is.
    pub(in crate::commands) fn who(&self) -> By {
        who(self.by.as_deref())
    }

    /// The id that was named here or by the environment.
    pub(in crate::commands) fn named(&self) -> Option<String> {
        match self.who() {
            By::Named(id) => Some(id),
            By::Nobody { .. } => None,
        }
    }
}

/// Who acts, with the secret that proves it.
#[derive(Debug, Args)]
pub(in crate::commands) struct ProofArgs {
    #[command(flatten)]
    by: ByArgs,

    /// Read the secret from standard input
    #[arg(long)]
    secret_stdin: bool,
}

impl ProofArgs {
    /// Who it is.
    pub(in crate::commands) fn who(&self) -> By {
        self.by.who()
    }

    /// Whether the secret is typed at the terminal.
    pub(in crate::commands) const fn is_typed(&self) -> bool {
        !self.secret_stdin
    }

    /// Asks for the secret of who was named; whether it is theirs is found where it is used.
    ///
    /// # Errors
    /// Where nobody was named, nobody is on the record's staff list, or no secret came.
    pub(in crate::commands) fn proof(&self, archive: &Archive) -> Result<(By, String), DeskError> {
        let by = self.who();
        let By::Named(id) = &by else {
            return Err(DeskError::Nobody);
        };
        let nobody = members(archive)?.is_empty();
        archive.refuse_where_damaged()?;
        if nobody {
            return Err(DeskError::NoStaff);
        }
        let secret = Secrets::from(self.secret_stdin)
            .of(id)
            .map_err(|error| DeskError::NoSecret(error.to_string()))?;
        Ok((by, secret))
    }
}

/// Who it is, where a command takes nobody's name.
pub(in crate::commands) fn who(named: Option<&str>) -> By {
    let environment = std::env::var(STATION_STAFF).ok();
    By::of(named.or(environment.as_deref()))
}

/// Says on standard error that a look is not in the record, where it is not. What was asked for is shown all the same.
pub(in crate::commands) fn told(look: Result<(), DeskError>) {
    if let Err(error) = look {
        output::complain(&format_args!("this is not in the record's trail: {error}"));
    }
}

/// Where the record is that a command adds to: the one that was named, else the environment's, else the gym's own.
pub(in crate::commands) fn record(
    named: Option<&Path>,
) -> Result<std::path::PathBuf, RecordsError> {
    location::at_desk(named)
}

/// Says what was done.
pub(in crate::commands) fn done(line: &str) -> ExitCode {
    let mut out = Output::new();
    out.line(line);
    finished(out)
}

/// The status after everything was said.
pub(in crate::commands) fn finished(out: Output) -> ExitCode {
    match out.finish() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::finding(&format_args!(
            "it is done, and that could not be said: {error}"
        )),
    }
}
