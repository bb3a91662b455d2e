//! Who a pseudonym is. One table holds it; events tell that it was written, never what.

use std::path::Path;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::params;
use serde_json::Map;

use super::by::By;
use super::error::DeskError;
use super::writer::{Desk, Told};
use crate::clock;
use crate::records::Archive;
use crate::records::entry::EventKind;
use crate::records::error::RecordsError;

/// The write-ahead log is emptied of what was forgotten where no reader stands in the way for longer.
const READERS_LEAVE: Duration = Duration::from_millis(100);

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
    let found = archive.query(
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
    )?;
    Ok(found.into_iter().next())
}

/// Writes down who a pseudonym is, in the place of what was written before.
///
/// # Errors
/// Where nobody of the staff is named, the name or pseudonym cannot be, or the record cannot be written.
pub fn identify(
    path: &Path,
    by: &By,
    pseudonym: &str,
    identity: &Identity,
) -> Result<(), DeskError> {
    let printable = |text: &str| !text.trim().is_empty() && !text.chars().any(char::is_control);
    let fits = printable(pseudonym)
        && printable(&identity.name)
        && identity.hospital_id.as_deref().is_none_or(printable);
    if !fits {
        return Err(DeskError::Unfit(
            "pseudonym, name and hospital id are words that can be printed".to_owned(),
        ));
    }
    if let Some(born) = identity.born.filter(|born| *born > clock::today()) {
        return Err(DeskError::Unfit(format!(
            "{born} is still to come, and is nobody's day of birth: write it as YYYY-MM-DD"
        )));
    }
    let mut desk = Desk::open(path, by)?;
    desk.member()?;
    desk.act(|act| {
        act.transaction.pragma_update(None, "secure_delete", true)?;
        act.tell(of_patient(pseudonym, "wrote down who this pseudonym is"))?;
        act.transaction.execute(
            "INSERT INTO identities (pseudonym, name, born, hospital_id, wall_us) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (pseudonym) DO UPDATE SET name = ?2, born = ?3, hospital_id = ?4, wall_us = ?5",
            params![
                pseudonym,
                identity.name.trim(),
                identity.born.map(|born| born.to_string()),
                identity.hospital_id.as_deref().map(str::trim),
                act.wall_us
            ],
        )?;
        Ok(())
    })?;
    empty_log(&desk);
    Ok(())
}

/// Forgets who a pseudonym is: what was written is overwritten in the file.
///
/// # Errors
/// Where nobody of the staff is named, nothing is known of the pseudonym, or the record cannot be written.
pub fn forget(path: &Path, by: &By, pseudonym: &str) -> Result<(), DeskError> {
    let mut desk = Desk::open(path, by)?;
    desk.member()?;
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
        ))?;
        Ok(())
    })?;
    empty_log(&desk);
    Ok(())
}

fn of_patient<'a>(pseudonym: &str, words: &str) -> Told<'a> {
    let mut detail = Map::new();
    detail.insert("patient".to_owned(), pseudonym.into());
    Told {
        kind: EventKind::Identity,
        session: None,
        words: words.to_owned(),
        detail,
    }
}

/// What stood there before is still in the write-ahead log until it is emptied: now, or by the next that closes the file.
fn empty_log(desk: &Desk) {
    let connection = desk.connection();
    // A gym that reads or writes at this moment comes first.
    drop(
        connection
            .busy_timeout(READERS_LEAVE)
            .and_then(|()| connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))),
    );
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
