//! The end of the chain of events as one line, to be kept elsewhere: with it a cut end and a chain that was computed anew are found later.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::records::Archive;
use crate::records::chain::{Hash, Hex};
use crate::records::error::RecordsError;
use crate::records::list::utc;
use crate::records::reading;

/// What the line begins with.
const MARK: &str = "station-head";

/// The end of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Head {
    /// The number of the last event; 0 where there was none.
    pub event: i64,
    /// Its hash, in hexadecimal digits.
    pub hash: String,
    /// Its wall time, UTC; `None` where there was none.
    pub at: Option<String>,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at.as_deref().unwrap_or("-");
        write!(f, "{MARK} {} {} {at}", self.event, self.hash)
    }
}

/// A text that is no such line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("that is no line of `station head`: it looks like `{MARK} 1234 HASH 2026-11-23T14:31:07Z`")]
pub struct HeadError;

impl FromStr for Head {
    type Err = HeadError;

    fn from_str(text: &str) -> Result<Self, HeadError> {
        let mut words = text.split_whitespace();
        let (Some(MARK), Some(event), Some(hash), Some(at), None) = (
            words.next(),
            words.next(),
            words.next(),
            words.next(),
            words.next(),
        ) else {
            return Err(HeadError);
        };
        let event = event.parse().ok().filter(|event| *event >= 0);
        let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        Ok(Self {
            event: event.filter(|_| is_hash).ok_or(HeadError)?,
            hash: hash.to_ascii_lowercase(),
            at: Some(at.to_owned()).filter(|at| at != "-"),
        })
    }
}

/// What has become of an end that was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "found", rename_all = "kebab-case")]
pub enum Told {
    /// It is there, with that hash, and so many events came after it.
    There {
        /// How many.
        later: i64,
    },
    /// It went with a purge that the chain tells of.
    Purged {
        /// The number of the event that tells of the purge.
        purge: i64,
        /// When, UTC.
        at: String,
        /// What that event says.
        text: String,
        /// Whether its own hash could still be compared: only the last of a range that went can.
        compared: bool,
    },
    /// The chain ends before it: its end was cut off.
    Cut {
        /// The last event that is there.
        last: i64,
    },
    /// It is there, with that hash, and happened at another time than the line says: the line is not as it was kept.
    Misdated {
        /// When, UTC.
        at: String,
    },
    /// There is an event of that number with another hash: the chain was computed anew, or it is another record.
    Other,
    /// It is missing from the middle, and no purge tells of it.
    Missing,
}

impl Told {
    /// Whether the record goes on from what was kept.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        matches!(self, Self::There { .. } | Self::Purged { .. })
    }
}

/// The end of the record's chain.
///
/// # Errors
/// Where the file cannot be read, or what tells its end is lost.
pub fn head(archive: &Archive) -> Result<Head, RecordsError> {
    let _view = archive.view()?;
    let Some((event, hash)) = archive.read(reading::end)? else {
        return Err(RecordsError::Damaged {
            path: archive.path().to_owned(),
            because: "what tells how it ends is lost".to_owned(),
        });
    };
    let at = archive.query("SELECT wall_us FROM events WHERE id = ?1", [event], |row| {
        row.get::<_, i64>(0)
    })?;
    Ok(Head {
        event,
        hash: Hex(&hash).to_string(),
        at: at.first().copied().map(utc),
    })
}

/// What has become of an end that was kept. Whether the chain up to now is whole is [`Archive::findings`].
///
/// # Errors
/// Where the file cannot be read.
pub fn check_head(archive: &Archive, kept: &Head) -> Result<Told, RecordsError> {
    let _view = archive.view()?;
    let last_there = archive
        .query("SELECT max(id) FROM events", [], |row| {
            row.get::<_, Option<i64>>(0)
        })?
        .into_iter()
        .flatten()
        .next()
        .unwrap_or_default();
    let last = archive
        .read(reading::end)?
        .map_or(last_there, |(event, _)| event);
    if kept.event > last {
        return Ok(Told::Cut { last });
    }
    let later = last.saturating_sub(kept.event);
    if kept.event == 0 {
        return Ok(Told::There { later });
    }
    let there = archive.query(
        "SELECT hash, wall_us FROM events WHERE id = ?1",
        [kept.event],
        |row| Ok((row.get::<_, Hash>(0)?, row.get::<_, i64>(1)?)),
    )?;
    if let Some((hash, wall_us)) = there.first() {
        let at = utc(*wall_us);
        return Ok(if Hex(hash).to_string() != kept.hash {
            Told::Other
        } else if kept.at.as_ref().is_some_and(|kept| !is_same(kept, &at)) {
            Told::Misdated { at }
        } else {
            Told::There { later }
        });
    }
    let purged = archive.query(
        "SELECT last_event, last_hash, purge_event, wall_us, text FROM purged_events JOIN events ON events.id = purge_event
         WHERE ?1 BETWEEN first_event AND last_event AND events.kind = 'purge' AND purge_event > ?1",
        [kept.event],
        |row| {
            Ok((
                row.get(0)?,
                row.get::<_, Hash>(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
            ))
        },
    )?;
    let purged: Option<(i64, Hash, i64, i64, String)> = purged.into_iter().next();
    Ok(match purged {
        Some((last, hash, ..)) if last == kept.event && Hex(&hash).to_string() != kept.hash => {
            Told::Other
        }
        Some((last, _, purge, wall_us, text)) => Told::Purged {
            purge,
            at: utc(wall_us),
            text,
            compared: last == kept.event,
        },
        None if last_there < kept.event => Told::Cut { last: last_there },
        None => Told::Missing,
    })
}

/// Whether two texts of RFC 3339 tell the same instant: there are several ways to write one.
fn is_same(one: &str, other: &str) -> bool {
    let instant = |text: &str| text.parse::<jiff::Timestamp>().ok();
    one == other || instant(one).is_some_and(|one| instant(other) == Some(one))
}
