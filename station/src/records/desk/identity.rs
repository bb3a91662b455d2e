//! Who a pseudonym is. One table holds it; events tell that it was written, never what.

use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Map;

use super::by::By;
use super::error::DeskError;
use super::staff::authenticate;
use super::writer::{Desk, Told};
use crate::clock;
use crate::records::Archive;
use crate::records::entry::EventKind;
use crate::records::error::RecordsError;

/// Nobody has grown older, in full years.
const OLDEST: u16 = 122;

/// Who a pseudonym is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The name.
    pub name: String,
    /// The day of birth.
    pub born: Option<Date>,
    /// What the hospital calls the patient.
    pub hospital_id: Option<String>,
}

impl Identity {
    /// Full years on a day; `None` where the day of birth is not known or after it.
    #[must_use]
    pub fn age_on(&self, day: Date) -> Option<u16> {
        let born = self.born?;
        let had = (day.month(), day.day()) >= (born.month(), born.day());
        let years = i32::from(day.year()) - i32::from(born.year()) - i32::from(!had);
        u16::try_from(years).ok()
    }

    /// Full years where and when something began, in microseconds since 1970, UTC.
    #[must_use]
    pub fn age_at(&self, wall_us: i64, zone: &TimeZone) -> Option<u16> {
        let at = jiff::Timestamp::from_microsecond(wall_us).ok()?;
        self.age_on(zone.to_datetime(at).date())
    }
}

/// Who a pseudonym is, where somebody has written it down.
///
/// # Errors
/// Where the file cannot be read.
pub fn identity_of(archive: &Archive, pseudonym: &str) -> Result<Option<Identity>, RecordsError> {
    archive.read(|connection| standing(connection, pseudonym))
}

fn standing(connection: &Connection, pseudonym: &str) -> rusqlite::Result<Option<Identity>> {
    connection
        .query_row(
            "SELECT name, born, hospital_id FROM identities WHERE pseudonym = ?1",
            [pseudonym],
            |row| {
                let born: Option<String> = row.get(1)?;
                Ok(Identity {
                    name: row.get(0)?,
                    born: born.and_then(|born| born.parse().ok()),
                    hospital_id: row.get(2)?,
                })
            },
        )
        .optional()
}

/// What writing it down came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identified {
    /// Nobody had written it down.
    First,
    /// The same stood there.
    Same,
    /// Something else stood there: what of it is another now, in words, and never what it said.
    Replaced(Vec<&'static str>),
}

impl Identified {
    /// What follows who did it. No name is in it.
    fn words(&self) -> String {
        match self {
            Self::First => "wrote down who this pseudonym is".to_owned(),
            Self::Same => "wrote down who this pseudonym is, the same as before".to_owned(),
            Self::Replaced(what) => format!(
                "wrote down that this pseudonym is another than before: {}",
                what.join(", ")
            ),
        }
    }

    /// What of it is another now.
    fn replaced(&self) -> &[&'static str] {
        match self {
            Self::First | Self::Same => &[],
            Self::Replaced(what) => what,
        }
    }
}

/// Writes down who a pseudonym is, in the place of what was written before. That something was replaced, and what of it, is told; no name is.
///
/// # Errors
/// Where the id or the secret is wrong, the name or pseudonym cannot be, or the record cannot be written.
pub fn identify(
    path: &Path,
    by: &By,
    secret: &str,
    pseudonym: &str,
    identity: &Identity,
) -> Result<Identified, DeskError> {
    let identity = fitting(pseudonym, identity)?;
    let mut desk = Desk::open(path, by)?;
    authenticate(&mut desk, secret, None, "to write down who a pseudonym is")?;
    let written = desk.act(|act| {
        act.transaction.pragma_update(None, "secure_delete", true)?;
        let written = beside(standing(&act.transaction, pseudonym)?.as_ref(), &identity);
        act.tell(of_patient(pseudonym, &written.words(), written.replaced()))?;
        act.transaction.execute(
            "INSERT INTO identities (pseudonym, name, born, hospital_id, wall_us) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (pseudonym) DO UPDATE SET name = ?2, born = ?3, hospital_id = ?4, wall_us = ?5",
            params![
                pseudonym,
                identity.name,
                identity.born.map(|born| born.to_string()),
                identity.hospital_id,
                act.wall_us
            ],
        )?;
        Ok(written)
    })?;
    desk.empty_log();
    Ok(written)
}

/// An identity as it is kept.
fn fitting(pseudonym: &str, identity: &Identity) -> Result<Identity, DeskError> {
    let printable = |text: &str| !text.trim().is_empty() && !text.chars().any(char::is_control);
    let fits = printable(pseudonym)
        && printable(&identity.name)
        && identity.hospital_id.as_deref().is_none_or(printable);
    if !fits {
        return Err(DeskError::Unfit(
            "pseudonym, name and hospital id are words that can be printed".to_owned(),
        ));
    }
    if let Some(born) = identity.born {
        let today = clock::today();
        if born > today {
            return Err(DeskError::Unfit(format!(
                "{born} is still to come, and is nobody's day of birth: write it as YYYY-MM-DD"
            )));
        }
        if identity.age_on(today).is_some_and(|age| age > OLDEST) {
            return Err(DeskError::Unfit(format!(
                "whoever was born on {born} would be more than {OLDEST} years old: look at the year again"
            )));
        }
    }
    Ok(Identity {
        name: identity.name.trim().to_owned(),
        born: identity.born,
        hospital_id: identity
            .hospital_id
            .as_deref()
            .map(|id| id.trim().to_owned()),
    })
}

/// What writing one down makes of what stood there.
fn beside(before: Option<&Identity>, now: &Identity) -> Identified {
    let Some(before) = before else {
        return Identified::First;
    };
    let differing: Vec<&'static str> = [
        ("name", before.name != now.name),
        ("day of birth", before.born != now.born),
        ("hospital id", before.hospital_id != now.hospital_id),
    ]
    .into_iter()
    .filter_map(|(what, differs)| differs.then_some(what))
    .collect();
    if differing.is_empty() {
        Identified::Same
    } else {
        Identified::Replaced(differing)
    }
}

/// Forgets who a pseudonym is: what was written is overwritten in the file.
///
/// # Errors
/// Where the id or the secret is wrong, nothing is known of the pseudonym, or the record cannot be written.
pub fn forget(path: &Path, by: &By, secret: &str, pseudonym: &str) -> Result<(), DeskError> {
    let mut desk = Desk::open(path, by)?;
    authenticate(&mut desk, secret, None, "to forget who a pseudonym is")?;
    desk.act(|act| {
        act.transaction.pragma_update(None, "secure_delete", true)?;
        let gone = act
            .transaction
            .execute("DELETE FROM identities WHERE pseudonym = ?1", [pseudonym])?;
        if gone == 0 {
            return Err(DeskError::NoIdentity {
                pseudonym: pseudonym.to_owned(),
            }
            .into());
        }
        act.tell(of_patient(
            pseudonym,
            "had it forgotten who this pseudonym is",
            &[],
        ))?;
        Ok(())
    })?;
    // What stood there before is still in the write-ahead log until that is emptied.
    desk.empty_log();
    Ok(())
}

fn of_patient<'a>(pseudonym: &str, words: &str, replaced: &[&str]) -> Told<'a> {
    let mut detail = Map::new();
    detail.insert("patient".to_owned(), pseudonym.into());
    if !replaced.is_empty() {
        detail.insert("replaced".to_owned(), replaced.into());
    }
    Told {
        kind: EventKind::Identity,
        session: None,
        words: words.to_owned(),
        detail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_of_full_years() {
        let of = |born: Option<Date>| Identity {
            name: "Jane Doe".to_owned(),
            born,
            hospital_id: None,
        };
        let born = of(Some(jiff::civil::date(1950, 3, 2)));
        assert_eq!(born.age_on(jiff::civil::date(2026, 3, 1)), Some(75));
        assert_eq!(born.age_on(jiff::civil::date(2026, 3, 2)), Some(76));
        assert_eq!(born.age_on(jiff::civil::date(1949, 3, 2)), None);
        assert_eq!(of(None).age_on(jiff::civil::date(2026, 3, 2)), None);
    }
}
