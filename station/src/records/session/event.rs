//! What happened in a session, in the order of the chain.

use std::collections::BTreeMap;
use std::fmt;

use rusqlite::Row;
use serde::Serialize;
use serde_json::Value;

use super::super::archive::Archive;
use super::super::audit::Finding;
use super::super::damaged::of_nobody;
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

/// Events that cannot be read, between two that can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LostEvents {
    /// The number of the first.
    pub(super) from: i64,
    /// The number of the last.
    pub(super) to: i64,
    /// How many.
    pub(super) count: i64,
    /// They were of this session; else nobody knows whose they were.
    pub(super) are_own: bool,
}

impl fmt::Display for LostEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            from, to, count, ..
        } = *self;
        if count == to - from + 1 {
            Finding::Unread { from, to }.fmt(f)?;
        } else {
            write!(
                f,
                "{count} of the events {from} to {to} cannot be read: the file is damaged there"
            )?;
        }
        if !self.are_own {
            f.write_str(", and whether that was of this session nobody can tell")?;
        }
        Ok(())
    }
}

/// The events of a session.
#[derive(Debug, Default)]
pub(super) struct ReadEvents {
    pub(super) events: Vec<EventRecord>,
    /// Which stood among them and are lost with a page of the file, in order.
    pub(super) lost: Vec<LostEvents>,
    /// What is wrong with its own.
    pub(super) unread: Vec<String>,
}

impl ReadEvents {
    fn lose(&mut self, event: i64, are_own: bool) {
        let read = self.events.last().map_or(0, |read| read.id);
        match self.lost.last_mut() {
            Some(lost) if lost.from > read && lost.are_own == are_own => {
                lost.to = event;
                lost.count += 1;
            }
            Some(_) | None => self.lost.push(LostEvents {
                from: event,
                to: event,
                count: 1,
                are_own,
            }),
        }
    }

    /// Without what is lost before its beginning and behind its end, where those can be read.
    fn within(mut self) -> Self {
        let begins = |event: &&EventRecord| event.kind == "session" && event.text == told::BEGAN;
        if let Some(beginning) = self.events.first().filter(begins) {
            self.lost.retain(|lost| lost.to > beginning.id);
        }
        let ends = |event: &&EventRecord| {
            event.kind == "session"
                && event.bout.is_none()
                && !matches!(event.text.as_str(), told::BEGAN | told::GOES_ON)
        };
        if let Some(end) = self.events.last().filter(ends) {
            self.lost.retain(|lost| lost.from < end.id);
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
        session: Some(session),
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
        let of_nobody = of_nobody(connection)?;
        let is_own = |id: i64| of_nobody.as_ref().is_some_and(|all| !all.contains(&id));
        reading::each_event(connection, &which, read, |id, event| match event {
            Ok(event) => all.events.push(event),
            Err(error) if reading::is_of_pages(&error) => all.lose(id, is_own(id)),
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
