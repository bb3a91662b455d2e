//! Why something was not done at the desk.

use crate::records::error::RecordsError;

/// Why it was not done. The record is as it was, but for the event that tells that somebody was refused.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The record.
    #[error(transparent)]
    Record(#[from] RecordsError),
    /// Nobody was named.
    #[error(
        "who does this has to be named: write --by WHO, or set STATION_STAFF; `station staff list` has the ids"
    )]
    Nobody,
    /// The id is not on the staff list.
    #[error(
        "no member of the staff has the id {id}: `station staff list` has them all, `station staff add` adds one"
    )]
    NotStaff {
        /// As it was given.
        id: String,
    },
    /// Nobody is on the staff list.
    #[error(
        "nobody is on the staff list yet, so nobody can prove who they are: station staff add ID --name NAME --role ROLE"
    )]
    NoStaff,
    /// The person was retired.
    #[error("{id} was retired from the staff list: name somebody who is on it")]
    Retired {
        /// Who.
        id: String,
    },
    /// Either is wrong, and which is not told.
    #[error(
        "the id or the secret is wrong: nothing was done, and the record has that it was tried"
    )]
    Wrong,
    /// The id is taken, now or earlier.
    #[error("the id {id} was given already, and an id is given once: choose another")]
    IdTaken {
        /// Which.
        id: String,
    },
    /// Somebody prints under that name.
    #[error(
        "{name} is on the staff list as {id}: retire that one first, or print another name, so that a signature tells who it is"
    )]
    NameTaken {
        /// The name.
        name: String,
        /// Whose it is.
        id: String,
    },
    /// What was given cannot be taken.
    #[error("{0}")]
    Unfit(String),
    /// The session goes on.
    #[error("{session} is still open: it can be signed when it has ended")]
    Open {
        /// Which.
        session: String,
    },
    /// The session was lost a moment ago.
    #[error(
        "{session} was found interrupted a moment ago, and its gym may go on with it: try again in a minute"
    )]
    JustInterrupted {
        /// Which.
        session: String,
    },
    /// What was recorded cannot be read any more, or is not what was recorded.
    #[error(
        "{session} is not whole and cannot be signed as it is ({because}): `station verify --session {session}` says all; restore a backup that has it whole"
    )]
    Damaged {
        /// Which.
        session: String,
        /// The first of what is wrong.
        because: String,
    },
    /// The person has signed exactly this already.
    #[error("{name} has signed {session} as it stands already, and nothing was added since")]
    SignedAlready {
        /// Which.
        session: String,
        /// Who.
        name: String,
    },
    /// There is no such measurement.
    #[error("{session} has no measurement {number}: `station show {session}` numbers them")]
    NoMeasurement {
        /// Of which session.
        session: String,
        /// Which.
        number: usize,
    },
    /// It was corrected.
    #[error(
        "measurement {number} was corrected already: correct number {instead}, which stands for it"
    )]
    CorrectedAlready {
        /// Which.
        number: usize,
        /// The one that holds.
        instead: usize,
    },
    /// Nothing is known of the pseudonym.
    #[error("nobody has written down who {pseudonym} is")]
    NoIdentity {
        /// Which.
        pseudonym: String,
    },
    /// Nobody's secret came.
    #[error("{0}")]
    NoSecret(String),
    /// The system has no random numbers.
    #[error("no random salt can be made ({0}), so no secret can be kept")]
    NoSalt(std::io::Error),
    /// The secret cannot be hashed here.
    #[error("the secret cannot be worked on: {0}; free some memory and try again")]
    NoHash(String),
}
