//! What happened in a session, in the order of the chain.

use std::collections::BTreeMap;

use rusqlite::Row;
use serde::Serialize;
use serde_json::Value;

use super::super::archive::Archive;
use super::super::entry::EventKind;
use super::super::error::RecordsError;
use super::super::reading::{self, Which};
use super::super::{chain, told};
use super::SessionClock;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventRecord {
    /// Its number in the chain.
    pub id: i64,
    /// Of which bout; `None` for the session's own.
    pub bout: Option<u16>,
    /// When, in microseconds after the session began.
    pub t_us: i64,
    /// Its session went on then: it is no event of a gym that found the session as another had left it.
    #[serde(skip)]
    pub in_session: bool,
    /// Wall time, in microseconds since 1970, UTC.
    pub wall_us: i64,
    /// What kind of thing, by the words of [`EventKind`].
    pub kind: String,
    /// The rule that it speaks of.
    pub rule: Option<String>,
    /// The alarm's priority.
    pub priority: Option<String>,
    /// What the rule does to the load.
    pub act: Option<String>,
    /// The value that made it, in the rule's own unit.
    pub value: Option<f64>,
    /// The limit that it broke, in the same unit.
    pub limit: Option<f64>,
    /// In words.
    pub text: String,
    /// In full.
    pub detail: Option<Value>,
    /// Its hash in the chain.
    #[serde(serialize_with = "hex")]
    pub hash: [u8; 32],
}

/// The events of a session.
#[derive(Debug, Default)]
pub(super) struct ReadEvents {
    pub(super) events: Vec<EventRecord>,
    /// Which stood among them and are lost with a page of the file, from and to: whose they were, nobody knows any more.
    pub(super) lost: Vec<(i64, i64)>,
    /// What is wrong with its own.
    pub(super) unread: Vec<String>,
}

impl ReadEvents {
    fn lose(&mut self, event: i64) {
        match self.lost.last_mut() {
            Some((_, to)) if *to == event - 1 => *to = event,
            Some(_) | None => self.lost.push((event, event)),
        }
    }

    /// Without what is lost before its beginning and behind its end, where those can be read.
    fn within(mut self) -> Self {
        let begins = |event: &&EventRecord| event.kind == "session" && event.text == told::BEGAN;
        if let Some(beginning) = self.events.first().filter(begins) {
            self.lost.retain(|(_, to)| *to > beginning.id);
        }
        let ends = |event: &&EventRecord| {
            event.kind == "session"
                && event.bout.is_none()
                && !matches!(event.text.as_str(), told::BEGAN | told::GOES_ON)
        };
        if let Some(end) = self.events.last().filter(ends) {
            self.lost.retain(|(from, _)| *from < end.id);
        }
        self
    }
}

/// The events that can be read, and which of them cannot.
pub(super) fn read(
    archive: &Archive,
    session: &str,
    clock: &SessionClock,
    bouts: &BTreeMap<i64, u16>,
) -> Result<ReadEvents, RecordsError> {
    let which = Which {
        columns: "id, bout_id, run_id, at_us, wall_us, t_s, kind, rule, priority, act, value, limit_value, text, detail, hash",
        joined: "",
        condition: &format!(
            "session_id = ?1 AND kind NOT IN ({})",
            EventKind::OF_THE_DESK
        ),
        values: &[&session],
    };
    let read = |row: &Row<'_>| {
        let bout: Option<i64> = row.get(1)?;
        let wall_us = row.get(4)?;
        let in_session = row.get::<_, Option<i64>>(5)?.is_some();
        Ok(EventRecord {
            id: row.get(0)?,
            bout: bout.and_then(|bout| bouts.get(&bout).copied()),
            t_us: if in_session {
                clock.place(row.get(2)?, row.get(3)?)
            } else {
                clock.by_wall(wall_us)
            },
            in_session,
            wall_us,
            kind: reading::text(row, 6)?,
            rule: reading::may_be_text(row, 7)?,
            priority: reading::may_be_text(row, 8)?,
            act: reading::may_be_text(row, 9)?,
            value: row.get(10)?,
            limit: row.get(11)?,
            text: reading::text(row, 12)?,
            detail: reading::detail(row, 13)?,
            hash: row.get(14)?,
        })
    };
    archive.read(|connection| {
        let mut all = ReadEvents::default();
        reading::each_event(connection, &which, read, |id, event| match event {
            Ok(event) => all.events.push(event),
            Err(error) if reading::is_of_pages(&error) => all.lose(id),
            Err(error) => all
                .unread
                .push(format!("event {id} cannot be read: {error}")),
        })?;
        Ok(all.within())
    })
}

pub(super) fn hex<S: serde::Serializer>(hash: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&chain::Hex(hash))
}
