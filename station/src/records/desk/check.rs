//! Whether what was written and signed at the desk is still what it was: each row against the event that told of it, each signature against the
//! session.

use std::collections::BTreeMap;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::staff::Listed;
use super::writer::ADDITIONS;
use super::{content, correct, sign};
use crate::records::audit::Finding;
use crate::records::chain::{Hash, Hex};
use crate::records::damaged::{has_keys, is_lasting, lost_of};
use crate::records::entry::EventKind;
use crate::records::error::RecordsError;
use crate::records::interchange::has_damaged_block;
use crate::records::list::utc;
use crate::records::proof::{self, Fault, Wrong};
use crate::records::reading::{self, Which, of_detail, rows};
use crate::records::told::{self, Found, NotAsTold};
use crate::records::{Archive, SessionRecord};

/// A row as it stands, to be held against its event.
struct Standing {
    /// What it is, in words.
    what: String,
    /// The event that told of it.
    event: i64,
    /// Over the row.
    hash: Hash,
    /// Whose it is by the row, id and printed name; `None` where the row does not say who acted.
    by: Option<(String, String)>,
    /// When, by the row.
    wall_us: i64,
}

/// What an event tells of a row of the desk.
struct Told {
    sum: Option<String>,
    by: Option<String>,
    name: Option<String>,
    wall_us: i64,
    /// How many notes, corrections and signatures its session had before it; `None` where an earlier version wrote it.
    additions: Option<usize>,
    kind: &'static str,
}

impl Told {
    /// Reads number, wall time, kind and detail.
    fn read(row: &Row<'_>) -> rusqlite::Result<(i64, Self)> {
        let detail: Value = reading::detail(row, 3)?;
        let text = |name: &str| detail.get(name).and_then(Value::as_str).map(str::to_owned);
        let kind = reading::text(row, 2)?;
        let told = Self {
            sum: text("sha256"),
            by: text("by"),
            name: text("name"),
            wall_us: row.get(1)?,
            additions: detail
                .get(ADDITIONS)
                .and_then(Value::as_u64)
                .and_then(|additions| usize::try_from(additions).ok()),
            kind: ADDED
                .into_iter()
                .find(|added| *added == kind)
                .unwrap_or(STAFF),
        };
        Ok((row.get(0)?, told))
    }

    /// Whether it tells of that row: what, whose, and when.
    fn is_of(&self, row: &Standing) -> bool {
        let same =
            |said: &Option<String>, there: &String| said.as_ref().is_none_or(|said| said == there);
        self.sum
            .as_ref()
            .is_some_and(|sum| *sum == Hex(&row.hash).to_string())
            && self.wall_us == row.wall_us
            && row
                .by
                .as_ref()
                .is_none_or(|(id, name)| same(&self.by, id) && same(&self.name, name))
    }
}

/// The kinds of events that tell of something added to a session.
const ADDED: [&str; 3] = ["note", "correction", "signature"];
/// The kind that tells of the staff list.
const STAFF: &str = "staff";

/// What is wrong with what events tell of a session and the desk wrote of it, or with the staff list where no session is named.
pub(in crate::records) fn check(
    archive: &Archive,
    session: Option<&str>,
) -> Result<Vec<NotAsTold>, RecordsError> {
    let found = archive.read(|connection| {
        if let Some(session) = session {
            return of_rows(connection, session);
        }
        let mut found = Found::default();
        staff(connection, &mut found)?;
        Ok(found)
    });
    found.map(|found| found.0)
}

/// What of a session is not what was recorded, written of it and signed, in words: its seconds, and its rows.
pub(in crate::records) fn of_session(
    connection: &Connection,
    session: &str,
) -> rusqlite::Result<Vec<String>> {
    let (seconds, found) = parts(connection, session)?;
    Ok(seconds
        .iter()
        .map(Fault::words)
        .chain(found.0.into_iter().map(|found| found.because))
        .collect())
}

/// What is wrong with its seconds, and with its rows.
fn parts(connection: &Connection, session: &str) -> rusqlite::Result<(Vec<Fault>, Found)> {
    Ok((
        proof::of_session(connection, session)?,
        of_rows(connection, session)?,
    ))
}

/// The rows of a session that are not what events tell of them, and what is not what was signed.
fn of_rows(connection: &Connection, session: &str) -> rusqlite::Result<Found> {
    let mut found = told::check(connection, session)?;
    for (kind, standing) in [
        ("note", notes(connection, session)?),
        ("correction", corrections(connection, session)?),
        ("signature", signatures(connection, session)?),
    ] {
        compare(connection, Some(session), kind, standing, &mut found)?;
    }
    left_out(connection, session, &mut found)?;
    contents(connection, session, &mut found)?;
    Ok(found)
}

/// So many findings of the chain of events are said beside something else; `station verify` tells more.
const TOLD: usize = 5;

/// What of the record's events is not what was written, and what of these sessions not what was signed, in words. Who shows any of it says
/// this beside it.
///
/// # Errors
/// Where the file cannot be read.
pub fn not_as_written<'a>(
    archive: &Archive,
    sessions: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<String>, RecordsError> {
    let _view = archive.view()?;
    let chain = archive.findings(TOLD)?;
    let mut of_sessions = Vec::new();
    for session in sessions {
        let (seconds, rows) = archive.read(|connection| parts(connection, session))?;
        let lost = Unread {
            events: are_events_of(archive, session, &chain)?,
            seconds: seconds.iter().any(|fault| fault.wrong == Wrong::Damaged),
        };
        of_sessions.extend(seconds.iter().map(Fault::words));
        of_sessions.extend(as_far_as_read(archive, session, lost, rows.0)?.words);
    }
    // Events that went with a purge are missing where what tells of the purge is lost, and nobody took them out.
    let are_purges_lost = archive.has_lost("purged_events");
    let chain = chain.iter().filter(|finding| {
        !are_purges_lost || !matches!(finding, Finding::Missing { .. } | Finding::Purge { .. })
    });
    let mut told: Vec<String> = chain.map(ToString::to_string).collect();
    told.extend(of_sessions);
    if are_purges_lost {
        told.push("which events were purged cannot be read".to_owned());
    }
    Ok(told)
}

/// What of a session cannot be read, beside blocks and rows.
#[derive(Debug, Clone, Copy)]
struct Unread {
    /// Events that may tell of it.
    events: bool,
    /// Some of its seconds.
    seconds: bool,
}

/// What of a session is not what was recorded, written and signed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Altered {
    /// In words; empty where nothing is.
    pub words: Vec<String>,
    /// Parts of it cannot be read, and nobody can tell whether anything was altered.
    pub by_damage: bool,
    /// What is not as it was recorded is no part of what its figures rest on: what went over the wires, the journal, the plethysmogram.
    pub spares_figures: bool,
}

/// What was found, where all could be read that it was held against. Where rows, events or blocks are lost nobody is accused of having changed what
/// may only be lost: that is told instead, and `station verify` tells each.
fn as_far_as_read(
    archive: &Archive,
    session: &str,
    unread: Unread,
    found: Vec<NotAsTold>,
) -> Result<Altered, RecordsError> {
    if found.is_empty() {
        return Ok(Altered::default());
    }
    let damages = archive.damages().into_iter();
    let of_rows = damages.filter(|damage| damage.explains);
    let mut lost: Vec<String> = of_rows.map(|damage| damage.words).collect();
    if unread.events {
        lost.push("events of it cannot be read".to_owned());
    }
    if unread.seconds {
        lost.push("seconds of it are damaged".to_owned());
    }
    // A block that a disk has changed explains what rests on it alone.
    let is_explained: fn(&NotAsTold) -> bool = if lost.is_empty() {
        |found| found.rests_on_blocks
    } else {
        |_| true
    };
    let spares_figures = lost.is_empty();
    if archive.read(|connection| has_damaged_block(connection, session))? {
        lost.push("blocks of its wires, journal or plethysmogram are damaged".to_owned());
    }
    let (explained, others): (Vec<NotAsTold>, Vec<NotAsTold>) = found
        .into_iter()
        .partition(|found| !lost.is_empty() && is_explained(found));
    let differences = match explained.len() {
        0 => None,
        1 => Some("1 difference".to_owned()),
        count => Some(format!("{count} differences")),
    };
    let told = differences.map(|differences| {
        format!(
            "what is left cannot be held against what was written and signed ({}): station verify names {differences}",
            lost.join("; ")
        )
    });
    let is_damage_alone = others.is_empty();
    let others = others.into_iter().map(|found| found.because);
    Ok(Altered {
        by_damage: is_damage_alone,
        spares_figures: is_damage_alone && spares_figures,
        words: others.chain(told).collect(),
    })
}

const fn is_unread(finding: &Finding) -> bool {
    matches!(finding, Finding::Unread { .. })
}

/// What of a session is not what was recorded, written and signed, in words: its seconds, the rows that events tell of, what was added at the desk.
///
/// # Errors
/// Where the file cannot be read.
pub fn not_as_signed(archive: &Archive, session: &str) -> Result<Vec<String>, RecordsError> {
    archive.read(|connection| of_session(connection, session))
}

/// The same of a session that was read already: its seconds are not read again.
///
/// # Errors
/// Where the file cannot be read.
pub fn altered(archive: &Archive, record: &SessionRecord) -> Result<Altered, RecordsError> {
    let rows = check(archive, Some(&record.line.id))?;
    let unread = Unread {
        events: are_events_lost(archive, record, &rows)?,
        seconds: record.has_damaged_seconds(),
    };
    let of_rows = as_far_as_read(archive, &record.line.id, unread, rows)?;
    Ok(Altered {
        by_damage: of_rows.by_damage || of_rows.words.is_empty() && unread.seconds,
        spares_figures: record.damage.is_empty() && of_rows.spares_figures,
        words: record.damage.iter().cloned().chain(of_rows.words).collect(),
    })
}

/// Whether events are lost that may tell of a session, or of what was added to it later: those stand behind its end. Looked for where something was
/// found alone.
fn are_events_lost(
    archive: &Archive,
    record: &SessionRecord,
    found: &[NotAsTold],
) -> Result<bool, RecordsError> {
    if found.is_empty() || record.has_lost_events() {
        return Ok(record.has_lost_events());
    }
    let chain = archive.findings(usize::MAX)?;
    are_events_of(archive, &record.line.id, &chain)
}

/// Whether lost events may be a session's: where it is known whose they were, whether any was.
fn are_events_of(
    archive: &Archive,
    session: &str,
    chain: &[Finding],
) -> Result<bool, RecordsError> {
    if !chain.iter().any(is_unread) {
        return Ok(false);
    }
    archive.read(|connection| {
        Ok(!has_keys(connection)? || !lost_of(connection, Some(session))?.is_empty())
    })
}

/// Each row has its event, with its hash, and each event its row.
fn compare(
    connection: &Connection,
    session: Option<&str>,
    kind: &'static str,
    standing: Vec<Standing>,
    found: &mut Found,
) -> rusqlite::Result<()> {
    let mut told: BTreeMap<i64, Told> = reading::events(
        connection,
        &Which {
            columns: "id, wall_us, kind, detail",
            joined: "",
            condition: &format!(
                "kind = ?1 AND session_id IS ?2 AND {} IS NULL",
                of_detail("retired")
            ),
            values: &[&kind, &session],
            session,
        },
        Told::read,
    )?
    .into_iter()
    .collect();
    for row in standing {
        match told.remove(&row.event) {
            Some(told) if told.is_of(&row) => {}
            Some(_) => found.push((
                kind,
                format!("{} is not what event {} tells", row.what, row.event),
            )),
            None => found.push((kind, format!("no event tells of {}", row.what))),
        }
    }
    for event in told.keys() {
        found.push((kind, format!("what event {event} tells of is gone")));
    }
    Ok(())
}

/// Each of these events says how many came before it: one that was left out, with its row, shows by those after it.
fn left_out(connection: &Connection, session: &str, found: &mut Found) -> rusqlite::Result<()> {
    let told = reading::events(
        connection,
        &Which {
            columns: "id, wall_us, kind, detail",
            joined: "",
            condition: &format!("session_id = ?1 AND kind IN ({})", EventKind::OF_ADDITIONS),
            values: &[&session],
            session: Some(session),
        },
        Told::read,
    )?;
    for (there, (event, told)) in told.iter().enumerate() {
        if let Some(expected) = told.additions.filter(|expected| *expected != there) {
            let because = format!(
                "{there} notes, corrections and signatures are there before event {event}, which tells of {expected}"
            );
            found.push((told.kind, because));
        }
    }
    Ok(())
}

/// The staff list: who was added and who was retired, when.
fn staff(connection: &Connection, found: &mut Found) -> rusqlite::Result<()> {
    let mut retired: BTreeMap<Option<String>, (i64, i64)> = reading::events(
        connection,
        &Which {
            columns: &format!("{}, wall_us, id", of_detail("staff")),
            joined: "",
            condition: &format!("kind = ?1 AND {} IS NOT NULL", of_detail("retired")),
            values: &[&STAFF],
            session: None,
        },
        |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))),
    )?
    .into_iter()
    .collect();
    let listed = rows(
        connection,
        &format!("SELECT {} FROM staff", Listed::COLUMNS),
        [],
        Listed::read,
    )?;
    for member in &listed {
        let id = &member.id;
        let because = match (member.retired_wall_us, retired.remove(&Some(id.clone()))) {
            (Some(there), Some((told, _))) if there == told => continue,
            (None, None) => continue,
            (Some(_), None) => format!("no event tells that {id} was retired"),
            (_, Some((_, event))) => {
                format!("{id} of the staff list was retired otherwise than event {event} tells")
            }
        };
        found.push((STAFF, because));
    }
    let standing = listed.into_iter().map(|listed| Standing {
        what: format!("{} of the staff list", listed.id),
        event: listed.event,
        hash: listed.hash(),
        by: None,
        wall_us: listed.added_wall_us,
    });
    compare(connection, None, STAFF, standing.collect(), found)
}

fn notes(connection: &Connection, session: &str) -> rusqlite::Result<Vec<Standing>> {
    rows(
        connection,
        "SELECT by_id, by_name, wall_us, text, event_id FROM notes WHERE session_id = ?1",
        [session],
        |row| {
            let (id, name): (String, String) = (row.get(0)?, row.get(1)?);
            let (wall_us, text): (i64, String) = (row.get(2)?, row.get(3)?);
            Ok(Standing {
                what: format!("the note of {name} at {}", utc(wall_us)),
                event: row.get(4)?,
                hash: Sha256::digest(text).into(),
                by: Some((id, name)),
                wall_us,
            })
        },
    )
}

fn corrections(connection: &Connection, session: &str) -> rusqlite::Result<Vec<Standing>> {
    rows(
        connection,
        "SELECT coalesce(kind, ''), coalesce(value, 0), second_value, coalesce(symptoms, 0), why, event_id, by_id, by_name, wall_us,
           (SELECT count(*) FROM measurements AS other JOIN bouts ON bouts.id = other.bout_id
            WHERE session_id = ?1 AND other.id <= taken.replaces)
         FROM corrections LEFT JOIN measurements AS taken ON taken.id = measurement_id WHERE session_id = ?1",
        [session],
        |row| {
            let kind: String = row.get(0)?;
            let why: String = row.get(4)?;
            let (id, name): (String, String) = (row.get(6)?, row.get(7)?);
            let number: i64 = row.get(9)?;
            Ok(Standing {
                what: format!("the correction of measurement {number} by {name}"),
                event: row.get(5)?,
                by: Some((id, name)),
                wall_us: row.get(8)?,
                hash: correct::hash(
                    (&kind, row.get(1)?, row.get(2)?, row.get(3)?),
                    usize::try_from(number).unwrap_or_default(),
                    &why,
                ),
            })
        },
    )
}

fn signatures(connection: &Connection, session: &str) -> rusqlite::Result<Vec<Standing>> {
    rows(
        connection,
        "SELECT by_id, by_name, meaning, form, sha256, event_id, wall_us FROM signatures WHERE session_id = ?1",
        [session],
        |row| {
            let (id, name): (String, String) = (row.get(0)?, row.get(1)?);
            let meaning: String = row.get(2)?;
            let sum = match row.get_ref(4)? {
                ValueRef::Blob(bytes) => bytes.to_vec(),
                ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Text(_) => {
                    Vec::new()
                }
            };
            Ok(Standing {
                what: format!("the signature of {name}"),
                event: row.get(5)?,
                hash: sign::hash((&id, &name), &meaning, row.get(3)?, &sum),
                by: Some((id, name)),
                wall_us: row.get(6)?,
            })
        },
    )
}

/// The session is still what each signature was put under.
fn contents(connection: &Connection, session: &str, found: &mut Found) -> rusqlite::Result<()> {
    let signed: Vec<(String, i64, i64, Vec<u8>, i64)> = rows(
        connection,
        "SELECT by_name, wall_us, form, sha256, event_id FROM signatures WHERE session_id = ?1 ORDER BY id",
        [session],
        |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
            ))
        },
    )?;
    for (name, wall_us, form, sum, event) in signed {
        if form != content::FORM {
            found.push((
                "signature",
                format!("the signature of {name} is of form {form}, and this Station knows {}: use a newer one", content::FORM),
            ));
            continue;
        }
        let now = match content::of(connection, session, event) {
            // Other signatures and sessions are looked at all the same.
            Err(error) if is_lasting(connection, &error) => {
                let because = format!(
                    "what {name} signed at {} cannot be read: {error}",
                    utc(wall_us)
                );
                found.push_of_content(because);
                continue;
            }
            now => now?,
        };
        if now.hash.as_slice() != sum {
            let because = format!("the session is not what {name} signed at {}", utc(wall_us));
            found.push_of_content(because);
        }
    }
    Ok(())
}
