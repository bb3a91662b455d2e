//! Every column of every table is changed by SQL, of a signed session and of one that nobody signed: `verify` finds each, but for those of one
//! list.

use std::collections::BTreeSet;
use std::path::Path;

use core::time::Duration;

use control::input::{Action, Entry as Entered};
use protocols::vocabulary::Timestamp;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::super::desk::{By, Identity, Meaning, identify, note, sign};
use super::super::fixtures::{SECRET, Visit, WALL, hire, options, verified_rows, without_triggers};
use super::super::interchange::{gather, take};
use super::super::purge::{Wanted, purge};
use super::super::{BoutId, CoreState, Entry, Recorder, SessionId};
use super::*;

/// What nothing in the record holds, and why. The documents name the same.
const HELD_BY_NOTHING: &[(&str, &[&str], &str)] = &[
    ("record", &["only"], "a key that keeps the table at one row"),
    (
        "runs",
        &[
            "software",
            "clock_rate",
            "began_wall_us",
            "ended_wall_us",
            "kind",
        ],
        "no event tells of a run; sessions and bouts have software and rate of theirs themselves, and those are held",
    ),
    (
        "patients",
        &["first_seen_wall_us"],
        "no event tells of a patient; when each session began is held",
    ),
    (
        "prescriptions",
        &["first_used_wall_us"],
        "no event tells of a first use; when each bout began is held",
    ),
    (
        "identities",
        &["pseudonym", "name", "born", "hospital_id", "wall_us"],
        "who a patient is may be changed and forgotten, so that no event has anything of it",
    ),
    ("gaps", &["id"], "a number that nothing names"),
    ("notes", &["id"], "a number that nothing names"),
    ("sample_blocks", &["id"], "a number that nothing names"),
    ("signatures", &["id"], "a number that nothing names"),
];

const DAY_US: i64 = 86_400_000_000;

/// Seconds are packed here; those that are not yet have a test of their own.
const EMPTY: &[&str] = &["samples"];

/// A short visit with everything that a session can have.
fn visit(
    recorder: &Recorder,
    session: SessionId,
    (at_s, began_wall_us): (u64, i64),
    earlier: Vec<BoutId>,
) -> BoutId {
    let handle = recorder.handle();
    let mut visit = Visit::begin(session, Timestamp::from_secs(at_s));
    visit.run(20);
    visit.wire();
    visit.act(Action::ConfirmStart);
    visit.run(60);
    visit.act(Action::Enter(Entered::PerceivedExertion(12)));
    visit.run(20);
    visit.act(Action::Finish);
    visit.run(3);
    let mut entries = visit.take();
    for entry in &mut entries {
        if let Entry::SessionOpened(opened) = entry {
            opened.wall_micros = began_wall_us;
        }
    }
    assert!(entries.into_iter().all(|entry| handle.send(entry)));
    let stray = BoutId {
        number: 7,
        ..visit.bout
    };
    for entry in [
        Entry::Plethysmogram {
            session: visit.session,
            at: visit.now,
            rate_hz: 75,
            samples: vec![100; 75],
        },
        Entry::Checkpoint {
            bout: stray,
            now: visit.now,
            state: CoreState::of(&visit.station).unwrap(),
            replaces: false,
        },
        Entry::Learned(Box::new(visit.taught(3.5, earlier))),
    ] {
        assert!(handle.send(entry));
    }
    visit.close();
    assert!(visit.take().into_iter().all(|entry| handle.send(entry)));
    visit.bout
}

/// A record with a signed session, one that nobody signed, one that was imported, and one that was purged.
fn made(folder: &Path) -> Archive {
    let (elsewhere, path) = (
        folder.join("elsewhere.sqlite"),
        folder.join("record.sqlite"),
    );
    let soon = Duration::from_mins(1);
    let open = |path: &Path| Recorder::open(path, &options()).unwrap();
    open(&elsewhere).close(soon).unwrap();
    let recorder = open(&elsewhere);
    visit(&recorder, recorder.ids().next(WALL), (1, WALL), Vec::new());
    recorder.close(soon).unwrap();
    let file = folder.join("visit.jsonl");
    let there = Archive::open(&elsewhere).unwrap();
    let line = there.find("last").unwrap();
    std::fs::write(&file, gather(&there, &line).unwrap()).unwrap();

    let recorder = open(&path);
    let mut ids = recorder.ids();
    let first = visit(&recorder, ids.next(WALL), (1, WALL), Vec::new());
    visit(&recorder, ids.next(WALL), (301, WALL - DAY_US), Vec::new());
    let second = visit(&recorder, ids.next(WALL), (601, WALL), vec![first]);
    recorder.close(soon).unwrap();
    take(&file, &path, WALL, false).unwrap();
    let archive = Archive::open(&path).unwrap();
    hire(&archive, "anna", "Anna Berg");
    hire(&archive, "lee", "Lee Ohm");
    let anna = By::of(Some("anna"));
    desk::retire_member(&path, &anna, Some(SECRET), "lee").unwrap();
    for bout in [first, second] {
        let session = bout.session.to_string();
        note(&path, &anna, SECRET, &session, "Felt well.").unwrap();
        let taken = super::super::SessionRecord::read(&archive, &session).unwrap();
        let correction = desk::Correction {
            number: 1,
            value: Entered::PerceivedExertion(13),
            why: "read from the wrong line",
        };
        desk::correct(
            &path,
            &anna,
            SECRET,
            &session,
            &taken.measurements,
            &correction,
        )
        .unwrap();
    }
    let session = first.session.to_string();
    sign(&path, &anna, SECRET, &session, Meaning::Review).unwrap();
    let wanted = Wanted {
        before_wall_us: WALL - DAY_US / 2,
        confirmed: 1,
        with_signed: false,
    };
    assert_eq!(purge(&path, &anna, SECRET, wanted).unwrap().sessions, 1);
    let identity = Identity {
        name: "Jane Doe".to_owned(),
        born: Some(jiff::civil::date(1950, 3, 2)),
        hospital_id: Some("H-4711".to_owned()),
    };
    identify(&path, &anna, SECRET, "K7PD2MXQ", &identity).unwrap();
    archive
}

/// A table: its columns, and what names a row of it.
struct Table {
    name: String,
    columns: Vec<String>,
    key: Vec<String>,
}

fn tables(connection: &Connection) -> Vec<Table> {
    let texts = |sql: &str| -> Vec<String> {
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<rusqlite::Result<_>>().unwrap()
    };
    texts("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .into_iter()
        .map(|name| {
            let columns = texts(&format!("SELECT name FROM pragma_table_info('{name}')"));
            let mut key = texts(&format!(
                "SELECT name FROM pragma_table_info('{name}') WHERE pk > 0 ORDER BY pk"
            ));
            if key.is_empty() {
                key.push("rowid".to_owned());
            }
            Table { name, columns, key }
        })
        .collect()
}

impl Table {
    /// A row in the middle of those of a signed session and of those of the others; any row where the table knows no session.
    fn rows(&self, connection: &Connection) -> Vec<Vec<Value>> {
        let has = |column: &str| self.columns.iter().any(|there| there == column);
        let session = if has("session_id") {
            "session_id"
        } else if has("bout_id") {
            "(SELECT session_id FROM bouts WHERE bouts.id = bout_id)"
        } else if self.name == "sessions" {
            "id"
        } else {
            "NULL"
        };
        let mut found = Vec::new();
        for which in ["IN", "NOT IN"] {
            let sql = format!(
                "SELECT {} FROM {} WHERE coalesce({session}, '') {which} (SELECT session_id FROM signatures)",
                self.key.join(", "),
                self.name
            );
            let mut statement = connection.prepare(&sql).unwrap();
            let all: Vec<Vec<Value>> = statement
                .query_map([], |row| {
                    (0..self.key.len()).map(|column| row.get(column)).collect()
                })
                .unwrap()
                .collect::<rusqlite::Result<_>>()
                .unwrap();
            found.extend(all.get(all.len() / 2).cloned());
        }
        found
    }

    /// Changes one value of one row.
    fn change(&self, connection: &Connection, column: &str, key: &[Value]) {
        let row: Vec<String> = (1..)
            .zip(&self.key)
            .map(|(place, key)| format!("{key} IS ?{place}"))
            .collect();
        let place = format!("FROM {} WHERE {}", self.name, row.join(" AND "));
        let values = || rusqlite::params_from_iter(key);
        let value: Value = connection
            .query_row(&format!("SELECT {column} {place}"), values(), |row| {
                row.get(0)
            })
            .unwrap();
        let kind: String = connection
            .query_row(
                "SELECT type FROM pragma_table_info(?1) WHERE name = ?2",
                [&self.name, column],
                |row| row.get(0),
            )
            .unwrap();
        let another = match (value, kind.as_str()) {
            (Value::Null, "INTEGER") => Value::Integer(7),
            (Value::Null, "REAL") => Value::Real(7.5),
            (Value::Null, "BLOB") => Value::Blob(vec![0; 8]),
            (Value::Null, _) => Value::Text("x".to_owned()),
            (Value::Integer(number @ (0 | 1)), _) if !self.key.iter().any(|key| key == column) => {
                Value::Integer(1 - number)
            }
            (Value::Integer(number), _) => Value::Integer(number + 1_000_003),
            (Value::Real(number), _) => Value::Real(number + 1.0),
            (Value::Text(text), _) => Value::Text(text + "x"),
            (Value::Blob(mut bytes), _) => {
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                Value::Blob(bytes)
            }
        };
        let sql = format!(
            "UPDATE {} SET {column} = ?{} WHERE {}",
            self.name,
            key.len() + 1,
            row.join(" AND ")
        );
        let all = key.iter().chain(std::iter::once(&another));
        let changed = connection
            .execute(&sql, rusqlite::params_from_iter(all))
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        assert_eq!(changed, 1, "{sql}");
    }
}

#[test]
fn what_is_changed_in_any_column_is_found_but_for_what_the_list_names() {
    let folder = tempfile::tempdir().unwrap();
    let archive = made(folder.path());
    assert_eq!(verify(&archive, None).unwrap().findings, []);
    let path = super::super::fixtures::closed(archive);
    let connection = without_triggers(&path);
    let tables = tables(&connection);
    let mut rows = Vec::new();
    let mut empty: Vec<&str> = Vec::new();
    for table in &tables {
        let found = table.rows(&connection);
        if found.is_empty() {
            empty.push(&table.name);
        }
        rows.push(found);
    }
    drop(connection);
    empty.sort_unstable();
    assert_eq!(empty, EMPTY);
    let whole = std::fs::read(&path).unwrap();
    let changed = folder.path().join("changed.sqlite");
    let mut unheld = BTreeSet::new();
    for (table, rows) in tables.iter().zip(&rows) {
        for (column, key) in table
            .columns
            .iter()
            .flat_map(|column| rows.iter().map(move |key| (column, key)))
        {
            for beside in ["", "-wal", "-shm"] {
                drop(std::fs::remove_file(
                    folder.path().join(format!("changed.sqlite{beside}")),
                ));
            }
            std::fs::write(&changed, &whole).unwrap();
            let connection = Connection::open(&changed).unwrap();
            connection
                .execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
                .unwrap();
            table.change(&connection, column, key);
            drop(connection);
            let verified = verified_rows(&Archive::open(&changed).unwrap());
            if verified.findings.is_empty() {
                unheld.insert((table.name.as_str(), column.as_str()));
            }
        }
    }
    let listed: BTreeSet<(&str, &str)> = HELD_BY_NOTHING
        .iter()
        .flat_map(|(table, columns, _)| columns.iter().map(move |column| (*table, *column)))
        .collect();
    assert_eq!(unheld, listed);
    let document = include_str!("../../../../docs/records.md");
    for (table, column) in listed {
        assert!(
            document.contains(&format!("`{table}.{column}`"))
                || document.contains(&format!("`{table}.*`")),
            "{table}.{column}"
        );
    }
}
