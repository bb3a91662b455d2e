//! A signature: who stands for a session, with what meaning, over a hash of all that the session had.
//!
//! Only what is over and packed is signed; from then on the file itself refuses every change of the session's rows. A file that somebody took
//! its locks from is signed all the same, as the hash proves what it was, and says so.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde_json::Map;

use super::by::By;
use super::content::{self, FORM};
use super::error::DeskError;
use super::staff::authenticate;
use super::writer::{Act, ActError, Desk, Told};
use crate::clock;
use crate::records::chain::{Hash, Hex, Sum};
use crate::records::entry::EventKind;
use crate::records::schema::{in_a_sentence, other_parts};
use crate::records::verify::{Damage, verify};
use crate::records::{Archive, blocks};

/// A session that was found interrupted is left to its gym for so long, in microseconds.
const GYM_MAY_GO_ON_US: i64 = 60_000_000;

/// What a signature stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Who signs led the session.
    Authorship,
    /// Who signs has looked through it.
    Review,
    /// Who signs agrees with it.
    Approval,
    /// Who signs answers for it.
    Responsibility,
}

impl Meaning {
    /// Every meaning.
    pub const ALL: [Self; 4] = [
        Self::Authorship,
        Self::Review,
        Self::Approval,
        Self::Responsibility,
    ];

    /// Its word, in the record and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Authorship => "authorship",
            Self::Review => "review",
            Self::Approval => "approval",
            Self::Responsibility => "responsibility",
        }
    }

    /// The meaning of that word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|meaning| meaning.word() == word)
    }
}

/// What was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signed {
    /// The session.
    pub session: String,
    /// The printed name.
    pub name: String,
    /// The meaning.
    pub meaning: &'static str,
    /// The hash over the session's content, in hexadecimal digits.
    pub sha256: String,
    /// The number of the event that tells of it.
    pub event: i64,
    /// Whether the session was interrupted.
    pub interrupted: bool,
    /// Where the file does not hold what is signed as a record does: what of it is another, and what to do.
    pub changed_from_outside: Option<String>,
}

/// What the event of a signature carries: over the row that it tells of.
pub(super) fn hash(by: (&str, &str), meaning: &str, form: i64, sha256: &[u8]) -> Hash {
    let mut sum = Sum::default();
    sum.text(Some(by.0));
    sum.text(Some(by.1));
    sum.text(Some(meaning));
    sum.whole(Some(form));
    sum.bytes(sha256);
    sum.finish()
}

/// Signs a session as it stands.
///
/// # Errors
/// Where the session is open or damaged, the id or the secret is wrong, the person was retired or has signed exactly this already, or the record
/// cannot be written.
pub fn sign(
    path: &Path,
    by: &By,
    secret: &str,
    session: &str,
    meaning: Meaning,
) -> Result<Signed, DeskError> {
    let mut desk = Desk::open(path, by)?;
    let signer = authenticate(&mut desk, secret, Some(session), "to sign this session")?;
    over(desk.connection(), session, clock::wall_micros()).map_err(|error| told(&desk, error))?;
    pack(&mut desk, session)?;
    proved(path, session)?;
    let parts = other_parts(desk.connection()).map_err(|error| desk.failed(error))?;
    let changed_from_outside = in_a_sentence(&parts);
    desk.act(|act| {
        over(&act.transaction, session, act.wall_us)?;
        let content = whole(&act.transaction, session)?;
        if signed_already(act, session, &signer.id)? {
            return Err(DeskError::SignedAlready {
                session: session.to_owned(),
                name: signer.name.clone(),
            }
            .into());
        }
        let word = meaning.word();
        let sum = hash((&signer.id, &signer.name), word, FORM, &content);
        let mut detail = Map::new();
        detail.insert("meaning".to_owned(), word.into());
        detail.insert("form".to_owned(), FORM.into());
        detail.insert("content_sha256".to_owned(), Hex(&content).to_string().into());
        detail.insert("sha256".to_owned(), Hex(&sum).to_string().into());
        let event = act.tell(Told {
            kind: EventKind::Signature,
            session: Some(session),
            words: format!("signed this session: {word}"),
            detail,
        })?;
        act.transaction.execute(
            "INSERT INTO signatures (session_id, wall_us, by_id, by_name, meaning, form, sha256, event_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![session, act.wall_us, signer.id, signer.name, word, FORM, content, event],
        )?;
        Ok(Signed {
            session: session.to_owned(),
            name: signer.name.clone(),
            meaning: word,
            sha256: Hex(&content).to_string(),
            event,
            interrupted: is_interrupted(&act.transaction, session)?,
            changed_from_outside: changed_from_outside.clone(),
        })
    })
}

/// Only what can be proved is signed: nothing of it is damaged, missing or changed, nor the chain that it stands in.
fn proved(path: &Path, session: &str) -> Result<(), DeskError> {
    let verified = verify(&Archive::open(path)?, Some(session))?;
    let of_another = |damage: &Damage| {
        let whose = damage.session.as_deref();
        whose.is_some_and(|whose| whose != session)
    };
    match verified.findings.iter().find(|damage| !of_another(damage)) {
        None => Ok(()),
        Some(damage) => Err(DeskError::Damaged {
            session: session.to_owned(),
            because: damage.because.clone(),
        }),
    }
}

fn told(desk: &Desk, error: ActError) -> DeskError {
    match error {
        ActError::Store(error) => desk.failed(error).into(),
        ActError::Desk(error) => error,
    }
}

/// Only what is over is signed, and what was interrupted only when no gym goes on with it any more.
fn over(connection: &Connection, session: &str, now_us: i64) -> Result<(), ActError> {
    let (state, found_us): (String, Option<i64>) = connection.query_row(
        "SELECT state, (SELECT max(wall_us) FROM events WHERE session_id = sessions.id AND kind = 'session') FROM sessions WHERE id = ?1",
        [session],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    // The gym's clock may be a little ahead of this one.
    let lately =
        found_us.is_some_and(|found| now_us.saturating_sub(found).abs() < GYM_MAY_GO_ON_US);
    let session = session.to_owned();
    match state.as_str() {
        "interrupted" if lately => Err(DeskError::JustInterrupted { session }.into()),
        "ended" | "interrupted" => Ok(()),
        _ => Err(DeskError::Open { session }.into()),
    }
}

fn is_interrupted(connection: &Connection, session: &str) -> rusqlite::Result<bool> {
    connection.query_row(
        "SELECT state = 'interrupted' FROM sessions WHERE id = ?1",
        [session],
        |row| row.get(0),
    )
}

/// Packs what a gym has left as plain rows, a block a transaction, as the gym does.
fn pack(desk: &mut Desk, session: &str) -> Result<(), DeskError> {
    let bouts: Vec<i64> = desk
        .connection()
        .prepare("SELECT id FROM bouts WHERE session_id = ?1")
        .and_then(|mut statement| {
            statement
                .query_map([session], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()
        })
        .map_err(|error| desk.failed(error))?;
    for bout in bouts {
        loop {
            match blocks::pack_next(desk.connection_to_write(), bout) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => return Err(desk.failed(error).into()),
            }
        }
    }
    Ok(())
}

/// The hash over all of it, where all of it can be read and is packed.
fn whole(connection: &Connection, session: &str) -> Result<Hash, ActError> {
    let plain: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM samples JOIN bouts ON bouts.id = bout_id WHERE session_id = ?1)",
        [session],
        |row| row.get(0),
    )?;
    let content = content::of(connection, session, i64::MAX)?;
    if content.damaged > 0 || plain {
        return Err(DeskError::Damaged {
            session: session.to_owned(),
            because: "not all of its seconds can be read and packed".to_owned(),
        }
        .into());
    }
    Ok(content.hash)
}

/// Whether the person's signature is the last that was added.
fn signed_already(act: &Act<'_>, session: &str, id: &str) -> rusqlite::Result<bool> {
    let last: Option<String> = act
        .transaction
        .query_row(
            &format!(
                "SELECT signatures.by_id FROM events LEFT JOIN signatures ON signatures.event_id = events.id WHERE events.session_id = ?1
                 AND kind NOT IN ({}) ORDER BY events.id DESC LIMIT 1",
                EventKind::OF_READING
            ),
            [session],
            |row| row.get(0),
        )
        .optional()?
        .flatten();
    Ok(last.as_deref() == Some(id))
}
