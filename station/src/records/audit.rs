//! Whether the events of a record are those that were written, all of them, in their order.

use std::collections::BTreeMap;
use std::fmt;

use rusqlite::Connection;

use super::chain::{EventRow, Hash};
use super::purge::ranges::{self as purges, Range};
use super::reading::{self, Which};

/// Something about the events that cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A row is not what was written.
    Changed {
        /// The row's number.
        event: i64,
    },
    /// Rows cannot be read: the file is damaged there.
    Unread {
        /// The first of them.
        from: i64,
        /// The last of them.
        to: i64,
    },
    /// Rows are missing.
    Missing {
        /// The first of them.
        from: i64,
        /// The last of them.
        to: i64,
    },
    /// A row does not follow the one before it: one of both was put in, or taken from elsewhere.
    Unlinked {
        /// The row's number.
        event: i64,
    },
    /// What is said to have been purged is not what the event of that purge tells.
    Purge {
        /// The event.
        event: i64,
    },
    /// The last rows are not those that the record ends with.
    EndChanged {
        /// The last row that is there.
        found: i64,
        /// The last row that was written.
        written: i64,
    },
    /// What tells how the record ends is lost.
    EndUnknown {
        /// The last row that is there.
        found: i64,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { event } => {
                write!(f, "event {event} was changed after it was written")
            }
            Self::Unread { from, to } if from == to => {
                write!(f, "event {from} cannot be read: the file is damaged there")
            }
            Self::Unread { from, to } => write!(
                f,
                "events {from} to {to} cannot be read: the file is damaged there"
            ),
            Self::Missing { from, to } if from == to => write!(f, "event {from} is missing"),
            Self::Missing { from, to } => write!(f, "events {from} to {to} are missing"),
            Self::Unlinked { event } => {
                write!(f, "event {event} does not follow the one before it")
            }
            Self::Purge { event } => write!(
                f,
                "what was purged is not what event {event} tells of that purge"
            ),
            Self::EndChanged { found, written } => write!(
                f,
                "the record ends with event {found}, but event {written} was the last written"
            ),
            Self::EndUnknown { found } => write!(
                f,
                "the record ends with event {found}, and whether that was the last written is lost"
            ),
        }
    }
}

/// Walks the chain of events and says what is wrong with it, at most `limit` findings. What cannot be read is a finding, and the walk goes on
/// after it.
///
/// # Errors
/// Where the store cannot be read at all.
pub fn check_chain(connection: &Connection, limit: usize) -> rusqlite::Result<Vec<Finding>> {
    let purged = purges::ranges(connection)?;
    let mut walk = Walk {
        purged: &purged,
        findings: purges::check(connection)?,
        limit,
        event: 0,
        hash: Some([0; 32]),
    };
    reading::each_event(
        connection,
        &Which {
            columns: &format!("{}, previous_hash, hash", EventRow::columns()),
            joined: "",
            condition: "1",
            values: &[],
            session: None,
        },
        |row| Ok((EventRow::read(row)?, row.get(14)?, row.get(15)?)),
        |id, event| walk.take(id, event),
    )?;
    walk.pass();
    let found = walk.event;
    match reading::end(connection)? {
        Some((written, hash)) if found != written || walk.hash.is_some_and(|last| last != hash) => {
            walk.add(Finding::EndChanged { found, written });
        }
        Some(_) => {}
        None => walk.add(Finding::EndUnknown { found }),
    }
    Ok(walk.findings)
}

/// How far the chain was followed.
struct Walk<'a> {
    purged: &'a BTreeMap<i64, Range>,
    findings: Vec<Finding>,
    limit: usize,
    event: i64,
    /// `None` after what cannot be read.
    hash: Option<Hash>,
}

impl Walk<'_> {
    fn add(&mut self, finding: Finding) {
        if self.findings.len() < self.limit {
            self.findings.push(finding);
        }
    }

    /// The next event, or why it cannot be read.
    fn take(&mut self, id: i64, read: rusqlite::Result<(EventRow, Hash, Hash)>) {
        self.pass();
        if id <= self.event {
            return;
        }
        let expected = self.event.saturating_add(1);
        if id > expected {
            self.add(Finding::Missing {
                from: expected,
                to: id - 1,
            });
        }
        self.event = id;
        let Ok((event, previous, hash)) = read else {
            self.unread(id);
            return;
        };
        if id == expected && self.hash.is_some_and(|last| last != previous) {
            self.add(Finding::Unlinked { event: id });
        }
        if event.hash(id, &previous) != hash {
            self.add(Finding::Changed { event: id });
        }
        self.hash = Some(hash);
    }

    fn unread(&mut self, event: i64) {
        self.hash = None;
        match self.findings.last_mut() {
            Some(Finding::Unread { to, .. }) if *to == event - 1 => *to = event,
            Some(_) | None => self.add(Finding::Unread {
                from: event,
                to: event,
            }),
        }
    }

    /// Goes over the events that come next and were purged.
    fn pass(&mut self) {
        while let Some(range) = self.purged.get(&self.event.saturating_add(1)) {
            if self.hash.is_some_and(|hash| hash != range.previous_hash) {
                self.add(Finding::Unlinked { event: range.first });
            }
            self.event = range.last;
            self.hash = Some(range.last_hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::store::Store;
    use super::*;

    fn record_of_events(count: i64) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_for_writing(&folder.path().join("record.sqlite")).unwrap();
        let connection = &store.connection;
        connection
            .execute("INSERT INTO runs (id, software, clock_rate, began_wall_us) VALUES (1, 'test', 1, 0)", [])
            .unwrap();
        for number in 0..count {
            let event = EventRow {
                run: 1,
                at_us: number,
                kind: "notice".to_owned(),
                text: format!("notice {number}"),
                value: Some(0.1),
                ..EventRow::default()
            };
            event.append(connection).unwrap();
        }
        // What a person with a SQLite shell would do first.
        connection
            .execute_batch("DROP TRIGGER events_stay; DROP TRIGGER events_are_kept;")
            .unwrap();
        (folder, store)
    }

    fn findings_after(sql: &str) -> Vec<Finding> {
        let (_folder, store) = record_of_events(6);
        store.connection.execute_batch(sql).unwrap();
        check_chain(&store.connection, 10).unwrap()
    }

    #[test]
    fn a_chain_that_nobody_touched_has_no_findings() {
        assert_eq!(findings_after("SELECT 1"), []);
    }

    #[test]
    fn a_changed_row_is_found_whichever_column_it_is() {
        for change in [
            "text = 'nothing happened'",
            "at_us = at_us + 1",
            "rule = 'hr-limit'",
            "value = 0.2",
            "value = NULL",
            "kind = 'link'",
            "detail = ''",
            "wall_us = 5",
        ] {
            let found = findings_after(&format!("UPDATE events SET {change} WHERE id = 3"));
            assert_eq!(found, [Finding::Changed { event: 3 }], "{change}");
        }
    }

    #[test]
    fn missing_rows_are_found_and_named() {
        assert_eq!(
            findings_after("DELETE FROM events WHERE id IN (2, 3)"),
            [Finding::Missing { from: 2, to: 3 }]
        );
        assert_eq!(
            findings_after("DELETE FROM events WHERE id = 1"),
            [Finding::Missing { from: 1, to: 1 }]
        );
    }

    #[test]
    fn rows_that_are_cut_off_at_the_end_are_found() {
        assert_eq!(
            findings_after("DELETE FROM events WHERE id >= 5"),
            [Finding::EndChanged {
                found: 4,
                written: 6
            }]
        );
    }

    #[test]
    fn a_row_that_was_hashed_anew_breaks_the_link_to_the_next() {
        let (_folder, store) = record_of_events(4);
        let connection = &store.connection;
        let (event, previous): (EventRow, Hash) = connection
            .query_row(
                &format!(
                    "SELECT {}, previous_hash FROM events WHERE id = 2",
                    EventRow::columns()
                ),
                [],
                |row| Ok((EventRow::read(row)?, row.get(14)?)),
            )
            .unwrap();
        let forged = EventRow {
            text: "nothing".to_owned(),
            ..event
        };
        connection
            .execute(
                "UPDATE events SET text = 'nothing', hash = ?1 WHERE id = 2",
                [forged.hash(2, &previous)],
            )
            .unwrap();
        assert_eq!(
            check_chain(connection, 10).unwrap(),
            [Finding::Unlinked { event: 3 }]
        );
    }

    #[test]
    fn the_store_itself_refuses_to_change_or_delete_an_event() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_for_writing(&folder.path().join("record.sqlite")).unwrap();
        store
            .connection
            .execute("INSERT INTO runs (id, software, clock_rate, began_wall_us) VALUES (1, 'test', 1, 0)", [])
            .unwrap();
        let event = EventRow {
            run: 1,
            ..EventRow::default()
        };
        event.append(&store.connection).unwrap();
        for sql in ["UPDATE events SET text = ''", "DELETE FROM events"] {
            assert!(store.connection.execute(sql, []).is_err(), "{sql}");
        }
    }
}
