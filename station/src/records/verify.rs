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
use super::reading::may_be_text;
use super::session::NO_GYM;
use super::{damaged, freelist, schema, told};

/// So many findings of a kind are told; where there are more, the file is beyond a list.
const MOST: usize = 100;

/// What a record was found to be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verified {
    /// Which record.
    pub record: PathBuf,
    /// How many sessions were looked at.
    pub sessions: usize,
    /// How many of them are whole, and proved to be.
    pub whole_sessions: usize,
    /// Sessions in which nothing is wrong, but of which no sum proves that they are all that was recorded: an earlier version recorded them.
    pub not_proved: Vec<String>,
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
    /// `file`, `schema`, `keys`, `events`, `staff`, `session`, `run`, `clock`, `header`, `prescription`, `text`, `samples`, `gap`, `measurement`, `learned`,
    /// `journal`, `checkpoint`, `plethysmogram`, `wire`, `note`, `correction`, `signature` or `import`.
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
        if findings.iter().any(|damage| damage.what == "file") || archive.has_other_texts() {
            // Each session is looked at by what can be read; where even that cannot be found out, the damage is told already.
            archive.stand_in()?;
        }
        archive.query(
            "SELECT id FROM sessions ORDER BY began_wall_us, id",
            [],
            |row| row.get(0),
        )?
    };
    let of_chain = of_events(archive, &sessions);
    findings.extend(of_chain.iter().map(|(damage, _)| damage.clone()));
    findings.extend(of_desk(archive, None));
    let mut verified = Verified {
        record: archive.path().to_owned(),
        sessions: sessions.len(),
        whole_sessions: 0,
        not_proved: Vec::new(),
        events: number(archive, "SELECT count(*) FROM events"),
        purged_events: number(
            archive,
            "SELECT coalesce(sum(last_event - first_event + 1), 0) FROM purged_events",
        ),
        seconds: 0,
        findings,
        gaps: gaps(archive, only.and(sessions.first()))?,
    };
    for session in &sessions {
        let (read, mut found) = session::look_at(archive, session);
        verified.seconds += read;
        let beside = of_desk(archive, Some(session));
        let of_its_events = of_chain.iter().any(|(_, whose)| whose.contains(session));
        found.extend(not_told_yet(&found, of_its_events, beside));
        if !found.is_empty() || of_its_events {
            verified.findings.append(&mut found);
        } else if archive
            .read(|connection| told::is_silent(connection, session))
            .unwrap_or(true)
        {
            verified.not_proved.push(session.clone());
        } else {
            verified.whole_sessions += 1;
        }
    }
    verified.gaps.extend(without_a_gym(archive, &sessions)?);
    let damage = archive.damage().into_iter();
    let damage = damage.map(|what| Damage::of_file("file", what));
    verified.findings.splice(0..0, damage);
    Ok(verified)
}

/// Sessions that are open while no gym writes to the record.
fn without_a_gym(archive: &Archive, sessions: &[String]) -> Result<Vec<KnownGap>, RecordsError> {
    if archive.is_being_written() {
        return Ok(Vec::new());
    }
    let open: Vec<String> =
        archive.query("SELECT id FROM sessions WHERE state = 'open'", [], |row| {
            row.get(0)
        })?;
    Ok(open
        .into_iter()
        .filter(|session| sessions.contains(session))
        .map(|session| KnownGap {
            session: Some(session),
            what: "journal".to_owned(),
            seconds: 0.0,
            lost: 0,
            reason: NO_GYM.to_owned(),
        })
        .collect())
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
    found.extend(
        freelist::fault(archive.connection(), archive.path())
            .map(|because| Damage::of_file("file", because)),
    );
    match archive.read(schema::other_parts) {
        Ok(parts) => found.extend(
            parts
                .iter()
                .map(|part| Damage::of_file("schema", part.to_string())),
        ),
        Err(RecordsError::Damaged { because, .. }) => {
            found.push(Damage::of_file("schema", because));
        }
        Err(error) => return Err(error),
    }
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

/// The chain of events: what is wrong with it, and whose events those may be.
fn of_events(archive: &Archive, sessions: &[String]) -> Vec<(Damage, Vec<String>)> {
    let found = match archive.findings(MOST) {
        Ok(found) => found,
        // Nothing is known of any event, so of no session.
        Err(error) => {
            return vec![(
                Damage::of_file("events", error.to_string()),
                sessions.to_vec(),
            )];
        }
    };
    found
        .iter()
        .map(|finding| {
            let (session, at_s) = of_event(archive, finding).unwrap_or_default();
            let because = finding.to_string();
            let whose = match (&session, finding) {
                (Some(session), _) => Whose::Of(vec![session.clone()]),
                (None, Finding::Missing { from, to } | Finding::Unread { from, to }) => {
                    whose(archive, *from, *to, sessions)
                }
                (None, _) => Whose::Of(Vec::new()),
            };
            let because = match (&session, &whose) {
                (Some(_), _) => because,
                (None, Whose::Of(all)) if all.is_empty() => because,
                (None, Whose::Of(all)) => format!("{because}; of {}", all.join(", ")),
                (None, Whose::Among(all)) => {
                    format!("{because}; among those of {}", all.join(", "))
                }
            };
            let (Whose::Of(whose) | Whose::Among(whose)) = whose;
            let damage = Damage {
                session,
                from_s: at_s,
                to_s: at_s,
                ..Damage::of_file("events", because)
            };
            (damage, whose)
        })
        .collect()
}

/// Sessions of which events are missing.
enum Whose {
    /// They are known to have been theirs.
    Of(Vec<String>),
    /// Some are, or may have been.
    Among(Vec<String>),
}

/// Whose events those were; where nobody knows it of some, every session that has others on both sides of them, and where not even that is known, each.
fn whose(archive: &Archive, from: i64, to: i64, sessions: &[String]) -> Whose {
    let known = archive
        .read(|connection| damaged::whose(connection, from, to))
        .unwrap_or_default();
    let mut all = match known {
        Some((known, false)) => return Whose::Of(known),
        Some((known, true)) => known,
        None => Vec::new(),
    };
    all.extend(around(archive, from, to).unwrap_or_else(|| sessions.to_vec()));
    all.sort_unstable();
    all.dedup();
    Whose::Among(all)
}

/// The sessions that have events on both sides of these.
fn around(archive: &Archive, from: i64, to: i64) -> Option<Vec<String>> {
    archive
        .query(
            "SELECT id FROM sessions WHERE (SELECT min(events.id) FROM events WHERE session_id = sessions.id) <= ?2
             AND (SELECT max(events.id) FROM events WHERE session_id = sessions.id) >= ?1 ORDER BY id",
            [from, to],
            |row| row.get(0),
        )
        .ok()
}

/// What was written and signed of a session, or the staff list.
fn of_desk(archive: &Archive, session: Option<&str>) -> Vec<Damage> {
    match desk::check(archive, session) {
        Ok(found) => found
            .into_iter()
            .map(|found| Damage {
                session: session.map(str::to_owned),
                bout: found.bout,
                ..Damage::of_file(found.what, found.because)
            })
            .collect(),
        Err(error) => vec![Damage::of_file("signature", error.to_string())],
    }
}

/// A sum over what was found to be damaged, event by event or block by block, tells nothing more: the others are findings too.
fn not_told_yet(found: &[Damage], are_events: bool, sums: Vec<Damage>) -> Vec<Damage> {
    let is_told = |damage: &Damage| {
        let mut found = found.iter();
        found.any(|other| (other.what, other.bout) == (damage.what, damage.bout))
            || (are_events && damage.what == "events")
    };
    sums.into_iter().filter(|damage| !is_told(damage)).collect()
}

/// Whose event it is, and when in the session it was, where that can still be told.
fn of_event(archive: &Archive, finding: &Finding) -> Option<(Option<String>, Option<f64>)> {
    let event = match finding {
        Finding::Changed { event } | Finding::Unlinked { event } => event,
        Finding::Unread { from, to } if from == to => from,
        Finding::Unread { .. }
        | Finding::Missing { .. }
        | Finding::Purge { .. }
        | Finding::EndChanged { .. }
        | Finding::EndUnknown { .. } => return None,
    };
    let (session, t_s) = archive
        .query(
            "SELECT session_id, t_s FROM events WHERE id = ?1",
            [event],
            |row| Ok((may_be_text(row, 0)?, row.get::<_, Option<i64>>(1)?)),
        )
        .ok()?
        .into_iter()
        .next()?;
    let t_s = t_s.map(|t_s| seconds(t_s.saturating_mul(1_000_000)));
    Some((session, t_s))
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
mod changed;
#[cfg(test)]
mod every_column;
#[cfg(test)]
mod tests;
