//! The staff list: who may write and sign. A member is added and retired, never changed; an id is given once.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use serde_json::{Map, Value};

use super::by::By;
use super::error::DeskError;
use super::secret::{self, Kept};
use super::writer::{Desk, Told};
use crate::records::Archive;
use crate::records::chain::{Hash, Hex, Sum};
use crate::records::entry::EventKind;
use crate::records::error::RecordsError;
use crate::records::list::utc;

/// The longest id, in letters.
const LONGEST_ID: usize = 16;

/// A member of the staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// The id.
    pub id: String,
    /// As it is printed under what they write and sign.
    pub name: String,
    /// What they are.
    pub role: String,
    /// When they were added, UTC.
    pub added: String,
    /// When they were retired.
    pub retired: Option<String>,
}

/// Somebody to be added.
#[derive(Debug, Clone, Copy)]
pub struct NewMember<'a> {
    /// The id.
    pub id: &'a str,
    /// The printed name.
    pub name: &'a str,
    /// What they are.
    pub role: &'a str,
    /// What they alone know.
    pub secret: &'a str,
}

/// A member as the table has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) role: String,
    pub(super) kept: Kept,
    pub(super) added_wall_us: i64,
    pub(super) retired_wall_us: Option<i64>,
    pub(super) event: i64,
}

impl Listed {
    /// The columns that [`Self::read`] expects, first to last.
    pub(super) const COLUMNS: &str = "id, name, role, salt, memory_kib, passes, secret_hash, added_wall_us, retired_wall_us, event_id";

    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            role: row.get(2)?,
            kept: Kept {
                salt: row.get(3)?,
                memory_kib: row.get(4)?,
                passes: row.get(5)?,
                hash: row.get(6)?,
            },
            added_wall_us: row.get(7)?,
            retired_wall_us: row.get(8)?,
            event: row.get(9)?,
        })
    }

    /// What the event that added them carries: over all that never changes.
    pub(super) fn hash(&self) -> Hash {
        let mut sum = Sum::default();
        for text in [&self.id, &self.name, &self.role] {
            sum.text(Some(text));
        }
        sum.bytes(&self.kept.salt);
        sum.whole(Some(i64::from(self.kept.memory_kib)));
        sum.whole(Some(i64::from(self.kept.passes)));
        sum.bytes(&self.kept.hash);
        sum.finish()
    }
}

impl From<Listed> for Member {
    fn from(listed: Listed) -> Self {
        Self {
            id: listed.id,
            name: listed.name,
            role: listed.role,
            added: utc(listed.added_wall_us),
            retired: listed.retired_wall_us.map(utc),
        }
    }
}

/// Everybody who is or was on the list, in the order in which they were added.
///
/// # Errors
/// Where the file cannot be read, or nobody is on the list and events tell of somebody: whoever is the first needs nobody's leave.
pub fn members(archive: &Archive) -> Result<Vec<Member>, RecordsError> {
    let listed = archive.query(
        &format!(
            "SELECT {} FROM staff ORDER BY added_wall_us, id",
            Listed::COLUMNS
        ),
        [],
        Listed::read,
    )?;
    if listed.is_empty() && archive.read(are_told)? {
        return Err(lost_list(archive.path()));
    }
    Ok(listed.into_iter().map(Member::from).collect())
}

/// Whether events tell of a staff list.
fn are_told(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM events WHERE session_id IS NULL AND kind = 'staff')",
        [],
        |row| row.get(0),
    )
}

/// Events tell of members, and none is there.
fn lost_list(path: &Path) -> RecordsError {
    RecordsError::Damaged {
        path: path.to_owned(),
        because: "events tell of a staff list, and nobody is on it".to_owned(),
    }
}

/// Adds somebody; where there is no record yet it is made. The first is added by whoever has the file; every other by a member of the list, with
/// their own secret in `proof`.
///
/// # Errors
/// Where id, name, role or secret cannot be taken, whoever adds them is not who they say, or the record cannot be written.
pub fn add_member(
    path: &Path,
    by: &By,
    proof: Option<&str>,
    new: NewMember<'_>,
) -> Result<Member, DeskError> {
    let (id, name, role) = fitting(&new)?;
    let kept = Kept::of(new.secret)?;
    let mut desk = Desk::open_or_make(path, by)?;
    prove(path, &mut desk, proof, "to add a member to the staff list")?;
    let listed = Listed {
        id,
        name,
        role,
        kept,
        added_wall_us: 0,
        retired_wall_us: None,
        event: 0,
    };
    desk.act(|act| {
        free(&act.transaction, &listed)?;
        let hash = listed.hash();
        let mut detail = Map::new();
        detail.insert("staff".to_owned(), listed.id.as_str().into());
        detail.insert("sha256".to_owned(), Hex(&hash).to_string().into());
        let event = act.tell(Told {
            kind: EventKind::Staff,
            session: None,
            words: format!(
                "added {} ({}), {}, to the staff list",
                listed.name, listed.id, listed.role
            ),
            detail,
        })?;
        act.transaction.execute(
            "INSERT INTO staff (id, name, role, salt, memory_kib, passes, secret_hash, added_wall_us, event_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                listed.id,
                listed.name,
                listed.role,
                listed.kept.salt,
                listed.kept.memory_kib,
                listed.kept.passes,
                listed.kept.hash,
                act.wall_us,
                event
            ],
        )?;
        Ok(Member::from(Listed {
            added_wall_us: act.wall_us,
            ..listed
        }))
    })
}

/// Retires somebody: what they wrote and signed stays, and nothing more can be signed with the id.
///
/// # Errors
/// Where the id is not on the list or was retired, whoever does it is not who they say, or the record cannot be written.
pub fn retire_member(path: &Path, by: &By, proof: Option<&str>, id: &str) -> Result<(), DeskError> {
    let id = id.trim().to_lowercase();
    let mut desk = Desk::open(path, by)?;
    let there = listed(desk.connection(), &id).map_err(|error| desk.failed(error))?;
    match there {
        None => return Err(DeskError::NotStaff { id }),
        Some(listed) if listed.retired_wall_us.is_some() => return Err(DeskError::Retired { id }),
        Some(_) => {}
    }
    prove(
        path,
        &mut desk,
        proof,
        "to retire a member of the staff list",
    )?;
    desk.act(|act| {
        let mut detail = Map::new();
        detail.insert("staff".to_owned(), id.as_str().into());
        detail.insert("retired".to_owned(), true.into());
        act.tell(Told {
            kind: EventKind::Staff,
            session: None,
            words: format!("retired {id} from the staff list"),
            detail,
        })?;
        act.transaction.execute(
            "UPDATE staff SET retired_wall_us = ?2 WHERE id = ?1",
            params![id, act.wall_us],
        )?;
        Ok(())
    })
}

/// Whoever changes the list has to be on it and to prove it, once somebody is.
fn prove(path: &Path, desk: &mut Desk, proof: Option<&str>, wanted: &str) -> Result<(), DeskError> {
    let is_empty: bool = desk
        .connection()
        .query_row("SELECT NOT EXISTS (SELECT 1 FROM staff)", [], |row| {
            row.get(0)
        })
        .map_err(|error| desk.failed(error))?;
    if is_empty {
        if are_told(desk.connection()).map_err(|error| desk.failed(error))? {
            return Err(lost_list(path).into());
        }
        return Ok(());
    }
    authenticate(desk, proof.unwrap_or_default(), None, wanted).map(|_| ())
}

/// Who it is, where the secret is theirs and they are on the list of that record: for what is done to the record from elsewhere than the desk.
/// What an event tells of them begins with the words, and has the fields in its detail.
pub(in crate::records) fn prove_to(
    path: &Path,
    by: &By,
    secret: &str,
    wanted: &str,
) -> Result<(String, Map<String, Value>), DeskError> {
    let mut desk = Desk::open(path, by)?;
    authenticate(&mut desk, secret, None, wanted)?;
    let who = desk.who()?;
    Ok((who.words.clone(), who.fields()))
}

/// Whoever acts, where the secret is theirs; otherwise the attempt is told in the record. An unknown id takes as long as a wrong secret, and is
/// answered with the same words.
pub(super) fn authenticate(
    desk: &mut Desk,
    secret: &str,
    session: Option<&str>,
    wanted: &str,
) -> Result<Listed, DeskError> {
    let By::Named(id) = desk.by().clone() else {
        return Err(DeskError::Nobody);
    };
    let there = listed(desk.connection(), &id).map_err(|error| desk.failed(error))?;
    let fits = secret::fits(there.as_ref().map(|listed| &listed.kept), secret)?;
    desk.prove(fits);
    match there.filter(|_| fits) {
        Some(listed) if listed.retired_wall_us.is_none() => Ok(listed),
        found => {
            desk.act(|act| {
                let because = if found.is_some() {
                    "was retired"
                } else {
                    "was not proved"
                };
                act.tell(Told {
                    kind: EventKind::SignatureRefused,
                    session,
                    words: format!("{because} and was refused {wanted}"),
                    detail: Map::<String, Value>::new(),
                })?;
                Ok(())
            })?;
            Err(if found.is_some() {
                DeskError::Retired { id }
            } else {
                DeskError::Wrong
            })
        }
    }
}

fn listed(connection: &Connection, id: &str) -> rusqlite::Result<Option<Listed>> {
    connection
        .query_row(
            &format!("SELECT {} FROM staff WHERE id = ?1", Listed::COLUMNS),
            [id],
            Listed::read,
        )
        .optional()
}

/// Id, name and role as they are kept.
fn fitting(new: &NewMember<'_>) -> Result<(String, String, String), DeskError> {
    let id = new.id.trim().to_lowercase();
    let fits = (2..=LONGEST_ID).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.');
    if !fits {
        return Err(DeskError::Unfit(format!(
            "\"{id}\" cannot be an id: it has 2 to {LONGEST_ID} letters, digits, hyphens or points, such as a.berg"
        )));
    }
    let said = |what: &str, text: &str| {
        let text = text.trim();
        if text.is_empty() || text.chars().any(char::is_control) {
            Err(DeskError::Unfit(format!(
                "the {what} is missing or holds what cannot be printed"
            )))
        } else {
            Ok(text.to_owned())
        }
    };
    Ok((id, said("name", new.name)?, said("role", new.role)?))
}

/// Nobody has or had the id, and nobody who is on the list prints that name.
fn free(connection: &Connection, new: &Listed) -> Result<(), super::writer::ActError> {
    if listed(connection, &new.id)?.is_some() {
        return Err(DeskError::IdTaken { id: new.id.clone() }.into());
    }
    let namesake: Option<String> = connection
        .query_row(
            "SELECT id FROM staff WHERE retired_wall_us IS NULL AND lower(name) = lower(?1)",
            [&new.name],
            |row| row.get(0),
        )
        .optional()?;
    match namesake {
        Some(id) => Err(DeskError::NameTaken {
            name: new.name.clone(),
            id,
        }
        .into()),
        None => Ok(()),
    }
}
