//! Who did what, as the chain has it: what was done at the desk, and what people did at the gym.

use rusqlite::types::Value as Stored;
use rusqlite::{Row, ToSql};
use serde::Serialize;
use serde_json::Value;

use crate::records::Archive;
use crate::records::error::RecordsError;
use crate::records::list::utc;
use crate::records::reading::{self, Which};

/// The kinds of events that a person made.
const KINDS: &str = "'looked', 'exported', 'note', 'correction', 'signature', 'signature-refused', 'staff', 'identity', 'purge', 'operator',
 'refused', 'alarm-acknowledged', 'alarm-silenced'";

/// Which part of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrailFilter {
    /// Of this session, by its whole id.
    pub session: Option<String>,
    /// Of this patient, by pseudonym: of each session, and of who the patient is.
    pub patient: Option<String>,
    /// At this wall time or later, in microseconds since 1970, UTC.
    pub from_wall_us: Option<i64>,
    /// Before this wall time.
    pub before_wall_us: Option<i64>,
    /// By this member of the staff or user.
    pub by: Option<String>,
}

impl TrailFilter {
    /// What narrows it down but for who acted, and its values in order. What is asked for most has an index.
    fn condition(&self) -> (String, Vec<Stored>) {
        let mut condition = String::new();
        let mut values: Vec<Stored> = Vec::new();
        let mut narrow = |part: &str, value: Stored| {
            values.push(value);
            condition.push_str(" AND ");
            condition.push_str(&part.replace('?', &format!("?{}", values.len())));
        };
        if let Some(session) = &self.session {
            narrow("session_id = ?", Stored::Text(session.clone()));
        }
        if let Some(patient) = &self.patient {
            narrow(
                &format!(
                    "(session_id IN (SELECT id FROM sessions WHERE patient = ?) OR (session_id IS NULL AND {} = ?))",
                    reading::of_detail("patient")
                ),
                Stored::Text(patient.clone()),
            );
        }
        if let Some(from) = self.from_wall_us {
            narrow("wall_us >= ?", Stored::Integer(from));
        }
        if let Some(before) = self.before_wall_us {
            narrow("wall_us < ?", Stored::Integer(before));
        }
        (condition, values)
    }
}

/// Something that somebody did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The event's number in the chain.
    pub event: i64,
    /// When, UTC.
    pub at: String,
    /// When, in microseconds since 1970, UTC.
    #[serde(skip)]
    pub wall_us: i64,
    /// The kind of event.
    pub kind: String,
    /// Of which session.
    pub session: Option<String>,
    /// Of which patient, by pseudonym.
    pub patient: Option<String>,
    /// By whom: an id of the staff list, a user of the computer, or what was given; `None` for people at the gym, whom the record does not name.
    pub by: Option<String>,
    /// `staff`, `system-user` or `unknown`; `None` for people at the gym, and for a purge by an earlier version.
    #[serde(rename = "as")]
    pub how: Option<String>,
    /// Whether they gave their secret; `None` for people at the gym, and where an earlier version wrote it.
    pub proved: Option<bool>,
    /// In words.
    pub text: String,
}

/// The trail, the first first.
///
/// # Errors
/// Where the file cannot be read.
pub fn trail(archive: &Archive, filter: &TrailFilter) -> Result<Vec<Entry>, RecordsError> {
    let (condition, values) = filter.condition();
    let values: Vec<&dyn ToSql> = values.iter().map(|value| -> &dyn ToSql { value }).collect();
    let which = Which {
        columns: &format!(
            "events.id, wall_us, events.kind, session_id, coalesce(patient, {}), detail, text",
            reading::of_detail("patient")
        ),
        joined: "LEFT JOIN sessions ON sessions.id = session_id",
        condition: &format!("events.kind IN ({KINDS}) {condition}"),
        values: &values,
        session: None,
    };
    let mut entries = archive.read(|connection| reading::events(connection, &which, read))?;
    if let Some(by) = &filter.by {
        entries.retain(|entry| {
            entry
                .by
                .as_ref()
                .is_some_and(|acted| acted.eq_ignore_ascii_case(by.trim()))
        });
    }
    Ok(entries)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let wall_us: i64 = row.get(1)?;
    let kind = reading::text(row, 2)?;
    let detail: Value = reading::detail(row, 5)?;
    // What the gym's events say in their detail is the core's, not a person's name.
    let at_the_gym = matches!(
        kind.as_str(),
        "operator" | "refused" | "alarm-acknowledged" | "alarm-silenced"
    );
    let said = |name: &str| {
        detail
            .get(name)
            .filter(|_| !at_the_gym)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    Ok(Entry {
        event: row.get(0)?,
        at: utc(wall_us),
        wall_us,
        by: said("by"),
        how: said("as"),
        proved: detail
            .get("proved")
            .filter(|_| !at_the_gym)
            .and_then(Value::as_bool),
        kind,
        session: reading::may_be_text(row, 3)?,
        patient: reading::may_be_text(row, 4)?,
        text: reading::text(row, 6)?,
    })
}
