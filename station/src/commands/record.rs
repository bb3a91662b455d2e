//! The record that a command reads, and what is said of it where pages of it are damaged.

use std::path::Path;
use std::process::ExitCode;

use super::output;
use crate::records::{Archive, RecordsError};

/// Opens the record for a command that reads it, and says at its end what of the record was damaged: what was told is what could be read then, and
/// the command is no success, however else it ended.
///
/// # Errors
/// Where there is no record that can be opened; as the command.
pub(super) fn reading<E: From<RecordsError>>(
    named: Option<&Path>,
    command: impl FnOnce(&Archive) -> Result<ExitCode, E>,
) -> Result<ExitCode, E> {
    let archive = Archive::open_named(named)?;
    let outcome = command(&archive);
    let damage = archive.damage();
    if damage.is_empty() {
        return outcome;
    }
    let status = output::finding(&format_args!(
        "pages of the record are damaged, and what is told is what could be read ({}): keep the file as it is, run `station verify`, and go on with a backup",
        damage.join("; ")
    ));
    outcome.map(|_| status)
}
