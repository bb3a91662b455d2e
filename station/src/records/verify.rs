//! Whether a record is what was written, all of it: which session, which seconds are damaged, and what is still whole.
//!
//! Promises: one damaged place hides no other; whatever can be read is read. Nothing is repaired here.

mod session;

use std::path::PathBuf;

use serde::Serialize;

use super::archive::{Archive, seconds};
use super::audit::Finding;
use super::desk;
use super::error::RecordsError;

/// So many findings of a kind are told; where there are more, the file is beyond a list.
const MOST: usize = 100;

/// What a record was found to be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verified {
    /// Which record.
    pub record: PathBuf,
    /// How many sessions were looked at.
    pub sessions: usize,
    /// How many of them are whole.
    pub whole_sessions: usize,
    /// How many events the chain has, those of purged sessions not counted.
    pub events: u64,
    /// How many events a purge took away.
    pub purged_events: u64,
    /// How many seconds of sessions could be read.
    pub seconds: u64,
    /// What is wrong.
    pub findings: Vec<Damage>,
    /// What was not recorded, as the record itself says: no damage.
    pub gaps: Vec<KnownGap>,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Damage {
    /// Of which session; `None` where it is the file itself or its events.
    pub session: Option<String>,
    /// Of which bout of it.
    pub bout: Option<u16>,
    /// `file`, `keys`, `events`, `staff`, `session`, `header`, `samples`, `journal`, `checkpoint`, `plethysmogram`, `wire`, `note`, `correction` or
    /// `signature`.
    pub what: &'static str,
    /// The first second of the session that is damaged.
    pub from_s: Option<f64>,
    /// The last.
    pub to_s: Option<f64>,
    /// What is wrong.
    pub because: String,
    /// What of the same is still whole.
    pub whole: Option<String>,
}

/// Something that was not recorded, as a row says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KnownGap {
    /// Of which session; `None`: the gym's own.
    pub session: Option<String>,
    /// What.
    pub what: String,
    /// How long, in seconds.
    pub seconds: f64,
    /// How many entries; 0 where nobody knows.
    pub lost: i64,
    /// Why.
    pub reason: String,
}

impl Damage {
    /// Of the file as a whole.
    fn of_file(what: &'static str, because: String) -> Self {
        Self {
            session: None,
            bout: None,
            what,
            from_s: None,
            to_s: None,
            because,
            whole: None,
        }
    }
}

/// Looks at a record, or at one session of it and the chain of events.
///
/// # Errors
/// Where not even the list of sessions can be read; where there is no such session.
pub fn verify(archive: &Archive, only: Option<&str>) -> Result<Verified, RecordsError> {
    let _view = archive.view()?;
    let mut findings = Vec::new();
    let sessions = if let Some(asked) = only {
        vec![archive.find(asked)?.id]
    } else {
        findings.extend(of_file(archive)?);
        archive.query(
            "SELECT id FROM sessions ORDER BY began_wall_us, id",
            [],
            |row| row.get(0),
        )?
    };
    findings.extend(of_events(archive));
    findings.extend(of_desk(archive, None));
    let (mut whole_sessions, mut seconds) = (0, 0);
    for session in &sessions {
        let (read, mut found) = session::look_at(archive, session);
        seconds += read;
        found.extend(of_desk(archive, Some(session)));
        whole_sessions += usize::from(found.is_empty());
        findings.append(&mut found);
    }
    Ok(Verified {
        record: archive.path().to_owned(),
        sessions: sessions.len(),
        whole_sessions,
        events: number(archive, "SELECT count(*) FROM events"),
        purged_events: number(
            archive,
            "SELECT coalesce(sum(last_event - first_event + 1), 0) FROM purged_events",
        ),
        seconds,
        findings,
        gaps: gaps(archive, only.and(sessions.first()))?,
    })
}

/// The pages of the file, and the rows that name others.
fn of_file(archive: &Archive) -> Result<Vec<Damage>, RecordsError> {
    let pages = archive.query(&format!("PRAGMA integrity_check({MOST})"), [], |row| {
        row.get::<_, String>(0)
    });
    let mut found: Vec<Damage> = match pages {
        Ok(lines) => lines
            .into_iter()
            .filter(|line| line != "ok")
            .map(|line| Damage::of_file("file", line))
            .collect(),
        Err(RecordsError::Damaged { because, .. }) => vec![Damage::of_file("file", because)],
        Err(error) => return Err(error),
    };
    let keys = archive.query(
        &format!("SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2 LIMIT {MOST}"),
        [],
        |row| {
            Ok(format!(
                "{} rows of {} name rows of {} that are not there",
                row.get::<_, i64>(2)?,
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?
            ))
        },
    );
    match keys {
        Ok(lines) => found.extend(lines.into_iter().map(|line| Damage::of_file("keys", line))),
        Err(RecordsError::Damaged { because, .. }) => {
            found.push(Damage::of_file("keys", because));
        }
        Err(error) => return Err(error),
    }
    Ok(found)
}

/// The chain of events.
fn of_events(archive: &Archive) -> Vec<Damage> {
    match archive.findings(MOST) {
        Ok(found) => found
            .iter()
            .map(|finding| Damage {
                session: session_of(archive, finding),
                ..Damage::of_file("events", finding.to_string())
            })
            .collect(),
        Err(error) => vec![Damage::of_file("events", error.to_string())],
    }
}

/// What was written and signed of a session, or the staff list.
fn of_desk(archive: &Archive, session: Option<&str>) -> Vec<Damage> {
    match desk::check(archive, session) {
        Ok(found) => found
            .into_iter()
            .map(|(what, because)| Damage {
                session: session.map(str::to_owned),
                ..Damage::of_file(what, because)
            })
            .collect(),
        Err(error) => vec![Damage::of_file("signature", error.to_string())],
    }
}

/// Whose event it is, where that can still be told.
fn session_of(archive: &Archive, finding: &Finding) -> Option<String> {
    let (Finding::Changed { event } | Finding::Unlinked { event }) = finding else {
        return None;
    };
    archive
        .query(
            "SELECT session_id FROM events WHERE id = ?1",
            [event],
            |row| row.get::<_, Option<String>>(0),
        )
        .ok()?
        .into_iter()
        .next()
        .flatten()
}

/// A count; 0 where it cannot be had, because the file is damaged, which stands among the findings.
fn number(archive: &Archive, sql: &str) -> u64 {
    archive
        .query(sql, [], |row| super::reading::count(row, 0))
        .ok()
        .and_then(|counts| counts.into_iter().next())
        .unwrap_or_default()
}

fn gaps(archive: &Archive, only: Option<&String>) -> Result<Vec<KnownGap>, RecordsError> {
    archive.query(
        "SELECT session_id, what, to_us - from_us, lost, reason FROM gaps WHERE ?1 IS NULL OR session_id = ?1 ORDER BY id",
        [only],
        |row| {
            Ok(KnownGap {
                session: row.get(0)?,
                what: row.get(1)?,
                seconds: seconds(row.get(2)?),
                lost: row.get(3)?,
                reason: row.get(4)?,
            })
        },
    )
}

#[cfg(test)]
mod tests;
