//! Whether the events of a record are those that were written, all of them, in their order.

use std::collections::BTreeMap;
use std::fmt;

use rusqlite::Connection;

use super::chain::{EventRow, Hash};
use super::purge::ranges::{self as purges, Range};

/// Something about the events that cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A row is not what was written.
    Changed {
        /// The row's number.
        event: i64,
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
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { event } => {
                write!(f, "event {event} was changed after it was written")
            }
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
        }
    }
}

/// Walks the chain of events and says what is wrong with it, at most `limit` findings.
///
/// # Errors
/// Where the store cannot be read.
pub fn check_chain(connection: &Connection, limit: usize) -> rusqlite::Result<Vec<Finding>> {
    let mut findings = purges::check(connection)?;
    let purged = purges::ranges(connection)?;
    let mut statement = connection.prepare(&format!(
        "SELECT {}, id, previous_hash, hash FROM events ORDER BY id",
        EventRow::columns()
    ))?;
    let mut rows = statement.query([])?;
    let mut end = End {
        event: 0,
        hash: [0; 32],
    };
    while let Some(row) = rows.next()? {
        if findings.len() >= limit {
            return Ok(findings);
        }
        let event = EventRow::read(row)?;
        let (id, previous, hash): (i64, Hash, Hash) = (row.get(14)?, row.get(15)?, row.get(16)?);
        end.pass(&purged, &mut findings);
        let expected = end.event.saturating_add(1);
        if id > expected {
            findings.push(Finding::Missing {
                from: expected,
                to: id - 1,
            });
        } else if previous != end.hash {
            findings.push(Finding::Unlinked { event: id });
        }
        if event.hash(id, &previous) != hash {
            findings.push(Finding::Changed { event: id });
        }
        end = End { event: id, hash };
    }
    end.pass(&purged, &mut findings);
    let (last, last_hash) = (end.event, end.hash);
    let (written, written_hash): (i64, Hash) =
        connection.query_row("SELECT last_event, last_hash FROM record", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    if (last, last_hash) != (written, written_hash) {
        findings.push(Finding::EndChanged {
            found: last,
            written,
        });
    }
    Ok(findings)
}

/// How far the chain was followed.
struct End {
    event: i64,
    hash: Hash,
}

impl End {
    /// Goes over the events that come next and were purged.
    fn pass(&mut self, purged: &BTreeMap<i64, Range>, findings: &mut Vec<Finding>) {
        while let Some(range) = purged.get(&self.event.saturating_add(1)) {
            if range.previous_hash != self.hash {
                findings.push(Finding::Unlinked { event: range.first });
            }
            self.event = range.last;
            self.hash = range.last_hash;
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
