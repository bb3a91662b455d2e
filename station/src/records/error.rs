//! What can be wrong with a record, and what to do about it.

use std::path::PathBuf;

/// Why a record cannot be used. Each says what to do; none has changed the file.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    /// The folder for the record cannot be made.
    #[error(
        "cannot make the folder {folder} for the record: {because}; name another place with --record FILE"
    )]
    Folder {
        /// Which.
        folder: PathBuf,
        /// What the system said.
        because: std::io::Error,
    },
    /// No folder for data is known.
    #[error(
        "no folder for data is known: set HOME or XDG_DATA_HOME, or name the record with --record FILE"
    )]
    NoHome,
    /// There is no such file.
    #[error("there is no record at {path}: name the one you mean with --record FILE{beside}")]
    Absent {
        /// Where.
        path: PathBuf,
        /// Another one that is there, worded to follow.
        beside: String,
    },
    /// Another gym writes to it.
    #[error(
        "another gym is writing to {path}: close it, or name another record with --record FILE"
    )]
    InUse {
        /// Which.
        path: PathBuf,
    },
    /// The file cannot be opened.
    #[error(
        "cannot open the record {path}: {because}; check its permissions, or name another with --record FILE"
    )]
    Unopened {
        /// Which.
        path: PathBuf,
        /// What the system or the store said.
        because: String,
    },
    /// The file is something else.
    #[error(
        "{path} is not a record of Station and is left as it is: name another file with --record FILE"
    )]
    Foreign {
        /// Which.
        path: PathBuf,
    },
    /// A newer Station has written it.
    #[error(
        "{path} was written by a newer Station (record version {found}, this one knows {known}) and is left as it is: use that \
             Station, or name another record with --record FILE"
    )]
    Newer {
        /// Which.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The version of this program.
        known: i64,
    },
    /// An earlier Station has written it, and it is not the gym that opens it.
    #[error(
        "{path} was written by an earlier Station and is left as it is: a gym that opens it brings it to this version"
    )]
    Earlier {
        /// Which.
        path: PathBuf,
    },
    /// It is a copy for keeping, not the record that a gym writes to.
    #[error(
        "{path} is a copy for keeping and is left as it is: a gym that opens it makes a record of it again"
    )]
    Copy {
        /// Which.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error(
        "the record {path} is damaged ({because}) and is left as it is: keep a copy of it, restore the last backup, or name a \
             new record with --record FILE"
    )]
    Damaged {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        because: String,
    },
    /// The store failed.
    #[error("the record {path} cannot be {operation}: {because}")]
    Store {
        /// Which.
        path: PathBuf,
        /// What was tried.
        operation: &'static str,
        /// What the store said.
        because: rusqlite::Error,
    },
    /// Not everything was written when time was up.
    #[error("the record {path} was not written to its end: {because}")]
    Unfinished {
        /// Which.
        path: PathBuf,
        /// Why.
        because: String,
    },
    /// Something is there already where a backup is to stand.
    #[error(
        "{path} is there already and is left as it is: name another file, or replace it with --force"
    )]
    BackupThere {
        /// Where.
        path: PathBuf,
    },
    /// A backup would overwrite what it is made of.
    #[error("{path} is the record itself: name another file for its backup")]
    BackupOfItself {
        /// Where.
        path: PathBuf,
    },
    /// A backup could not be written; nothing of it was left.
    #[error(
        "the backup {path} could not be written: {because}; nothing of it was left there: name a file in a folder that is there and may be written to, on a disk with room for it"
    )]
    BackupFailed {
        /// Where.
        path: PathBuf,
        /// Why.
        because: String,
    },
    /// The record is damaged, and a backup of it would replace an earlier one.
    #[error(
        "the record is damaged, so {path} is not replaced by a copy of it: name another file, and see station verify"
    )]
    BackupKept {
        /// Where.
        path: PathBuf,
    },
    /// There are not as many sessions to purge as were confirmed.
    #[error(
        "sessions that would go now: {found}, not {confirmed}, so nothing was purged: look again without --confirm"
    )]
    PurgeDiffers {
        /// How many there are.
        found: u64,
        /// How many a person confirmed.
        confirmed: u64,
    },
    /// Some of the sessions to purge are signed.
    #[error(
        "signed sessions among them: {signed} of {of}, so nothing was purged: where they have been kept as long as the law asks, write --with-signed too"
    )]
    PurgeSigned {
        /// How many are.
        signed: u64,
        /// Of so many.
        of: u64,
    },
    /// No patient has that pseudonym.
    #[error("no patient {pseudonym} in {path}{nearest}")]
    NoPatient {
        /// As it was asked for.
        pseudonym: String,
        /// Which record.
        path: PathBuf,
        /// The nearest one, worded to follow.
        nearest: String,
    },
    /// No such session.
    #[error("no session {id} in {path}{nearest}")]
    NoSession {
        /// As it was asked for.
        id: String,
        /// In which file.
        path: PathBuf,
        /// The nearest one, worded to follow.
        nearest: String,
    },
}
