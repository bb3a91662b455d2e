//! A copy of a record, made while a gym writes to it.
//!
//! Promises: the gym is not kept from writing; the copy is a record at one instant, looked through before it stands under its name; whatever
//! goes wrong, nothing half is left, and nothing that was there is lost.

use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use serde::Serialize;

use super::archive::Archive;
use super::error::RecordsError;
use super::store::{Store, beside, lock_where_one_is};
use super::verify::{Verified, verify};
use crate::making;

/// What was copied.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BackedUp {
    /// How many bytes the copy has.
    pub bytes: u64,
    /// What it was found to be.
    #[serde(flatten)]
    pub verified: Verified,
}

/// Copies a record to a file, which is replaced only where `force` says so.
///
/// # Errors
/// Where the record cannot be read, the file is there already, it is the record itself, or it cannot be written. A copy with findings is made all
/// the same, but never takes the place of another.
pub fn backup(record: &Path, to: &Path, force: bool) -> Result<BackedUp, RecordsError> {
    let source = Store::open_for_reading(record)?;
    if is_same(record, to) {
        return Err(RecordsError::BackupOfItself {
            path: to.to_owned(),
        });
    }
    if to.exists() && !force {
        return Err(RecordsError::BackupThere {
            path: to.to_owned(),
        });
    }
    // A gym may be writing to what is to be replaced.
    let _lock = lock_where_one_is(to)?;
    let (fresh, _) = making::begin(to).map_err(|error| RecordsError::BackupFailed {
        path: to.to_owned(),
        because: error.to_string(),
    })?;
    let made = make(&source, &fresh, to);
    if made.is_err() {
        clear(&fresh);
    }
    made
}

fn make(source: &Store, fresh: &Path, to: &Path) -> Result<BackedUp, RecordsError> {
    let failed = |because: String| RecordsError::BackupFailed {
        path: to.to_owned(),
        because,
    };
    copy(&source.connection, fresh).map_err(failed)?;
    // The copy has no name yet: what cannot be looked through is the record's own.
    let of_the_record = |error: RecordsError| {
        if let RecordsError::Damaged { because, .. } = error {
            return RecordsError::Damaged {
                path: source.path.clone(),
                because,
            };
        }
        error
    };
    let archive = Archive::open(fresh).map_err(of_the_record)?;
    let mut verified = verify(&archive, None).map_err(of_the_record)?;
    drop(archive);
    to.clone_into(&mut verified.record);
    if !verified.findings.is_empty() && to.exists() {
        return Err(RecordsError::BackupKept {
            path: to.to_owned(),
        });
    }
    let put = || -> std::io::Result<u64> {
        let file = File::open(fresh)?;
        file.sync_all()?;
        let bytes = file.metadata()?.len();
        // What stood beside an earlier file of that name is not this one's.
        clear_beside(to);
        std::fs::rename(fresh, to)?;
        let folder = to
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
        Ok(bytes)
    };
    let bytes = put().map_err(|error| failed(error.to_string()))?;
    Ok(BackedUp { bytes, verified })
}

/// Copies every page as it stands at one instant. Readers do not hold up the writer of a write-ahead log, so it is done in one go: in steps it would
/// begin anew with each commit of the gym.
fn copy(source: &Connection, fresh: &Path) -> Result<(), String> {
    let said = |error: rusqlite::Error| error.to_string();
    let mut copy = Connection::open(fresh).map_err(said)?;
    let step = Backup::new(source, &mut copy)
        .and_then(|backup| backup.step(-1))
        .map_err(said)?;
    if step != StepResult::Done {
        return Err("the record is busy: try again".to_owned());
    }
    // One file by itself, with nothing beside it.
    copy.pragma_update(None, "journal_mode", "DELETE")
        .map_err(said)?;
    copy.close().map_err(|(_, error)| said(error))
}

/// Whether both names lead to the same file.
fn is_same(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| {
        std::fs::metadata(path)
            .ok()
            .map(|found| (found.dev(), found.ino()))
    };
    place(one).is_some_and(|one| place(other) == Some(one))
}

/// Removes a file and what SQLite keeps beside it, where they are there.
fn clear(path: &Path) {
    drop(std::fs::remove_file(path));
    clear_beside(path);
}

fn clear_beside(path: &Path) {
    for end in ["-wal", "-shm", "-journal"] {
        drop(std::fs::remove_file(beside(path, end)));
    }
}

#[cfg(test)]
mod tests;
