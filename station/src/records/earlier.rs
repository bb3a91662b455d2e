//! Records of every earlier version are brought to this one, and nothing that they had is changed on the way.

use rusqlite::Connection;
use rusqlite::types::Value;

use super::archive::Archive;
use super::audit::check_chain;
use super::desk::{TrailFilter, members, trail};
use super::interchange::gather;
use super::recorder::Recorder;
use super::session::{SessionRecord, SignatureState};
use super::store::Store;
use super::verify::verify;

const FIRST: &str = include_str!("schema/001_first.sql");
const SECOND: &str = include_str!("schema/002_learned.sql");
const THIRD: &str = include_str!("schema/003_packed.sql");
const FOURTH: &str = include_str!("schema/004_imported.sql");
const FIFTH: &str = concat!(
    include_str!("schema/005_desk.sql"),
    include_str!("schema/005_wire.sql")
);

/// Each earlier version: its schema, step by step, and rows of that time.
const EARLIER: [(i64, &[&str], &str); 5] = [
    (1, &[FIRST], include_str!("earlier/version_1.sql")),
    (2, &[FIRST, SECOND], include_str!("earlier/version_2.sql")),
    (
        3,
        &[FIRST, SECOND, THIRD],
        include_str!("earlier/version_3.sql"),
    ),
    (
        4,
        &[FIRST, SECOND, THIRD, FOURTH],
        include_str!("earlier/version_4.sql"),
    ),
    (
        5,
        &[FIRST, SECOND, THIRD, FOURTH, FIFTH],
        include_str!("earlier/version_5.sql"),
    ),
];

/// A file as the program of that version left it.
pub(super) fn made_by(version: usize) -> (tempfile::TempDir, std::path::PathBuf) {
    let (number, steps, rows) = EARLIER[version - 1];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let connection = Connection::open(&path).unwrap();
    connection
        .pragma_update(None, "journal_mode", "WAL")
        .unwrap();
    for step in steps {
        connection.execute_batch(step).unwrap();
    }
    connection.execute_batch(rows).unwrap();
    connection
        .pragma_update(None, "user_version", number)
        .unwrap();
    connection.close().unwrap();
    (folder, path)
}

/// Every value of every table, by the columns that `like` has of it.
fn values(of: &Connection, like: &Connection) -> Vec<(String, Vec<Vec<Value>>)> {
    let tables: Vec<String> = like
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<rusqlite::Result<_>>()
        .unwrap();
    tables
        .into_iter()
        .map(|table| {
            let columns: Vec<String> = like
                .prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))
                .unwrap()
                .query_map([], |row| row.get(0))
                .unwrap()
                .collect::<rusqlite::Result<_>>()
                .unwrap();
            let rows = of
                .prepare(&format!(
                    "SELECT {0} FROM {table} ORDER BY {0}",
                    columns.join(", ")
                ))
                .unwrap()
                .query_map([], |row| {
                    (0..columns.len()).map(|column| row.get(column)).collect()
                })
                .unwrap()
                .collect::<rusqlite::Result<Vec<Vec<Value>>>>()
                .unwrap();
            (table, rows)
        })
        .collect()
}

#[test]
fn a_record_of_each_earlier_version_keeps_every_value() {
    for version in 1..=EARLIER.len() {
        let (_folder, path) = made_by(version);
        let (_other, untouched) = made_by(version);
        let before = Connection::open(untouched).unwrap();
        let expected = values(&before, &before);
        assert!(expected.iter().filter(|(_, rows)| !rows.is_empty()).count() >= 15);
        let store = Store::open_for_writing(&path).unwrap();
        assert_eq!(values(&store.connection, &before), expected, "{version}");
        assert_eq!(check_chain(&store.connection, 10).unwrap(), []);
        let broken: i64 = store
            .connection
            .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(broken, 0);
        // What a run was follows from what it told.
        let imports: i64 = store
            .connection
            .query_row(
                "SELECT count(*) FROM runs WHERE kind = 'import'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(imports, i64::from(version >= 4));
    }
}

#[test]
fn seconds_of_an_earlier_version_are_packed_by_the_next_gym_and_read_the_same() {
    for version in 1..=EARLIER.len() {
        let (_folder, path) = made_by(version);
        // An earlier version is read as it is, and not a byte of it changes.
        let bytes = std::fs::read(&path).unwrap();
        let seconds = |archive: &Archive| {
            let session = archive
                .query("SELECT session_id FROM bouts ORDER BY id", [], |row| {
                    row.get::<_, String>(0)
                })
                .unwrap()
                .remove(0);
            let bout = archive.bouts(&session).unwrap().remove(0).row;
            let record = SessionRecord::read(archive, &session).unwrap();
            assert_eq!(record.signature_state(), SignatureState::Unsigned);
            assert!(!gather(archive, &record.line).unwrap().is_empty());
            assert!(members(archive).unwrap().is_empty());
            assert!(!trail(archive, &TrailFilter::default()).unwrap().is_empty());
            archive.samples(bout).unwrap()
        };
        let archive = Archive::open(&path).unwrap();
        let before = seconds(&archive);
        assert_eq!(before.len(), 15, "{version}");
        assert_eq!(archive.sessions().unwrap().len(), 2);
        // The rows were cut short, so the times between them and what most events told of are missing: that is found.
        let cut = ["samples", "journal", "session", "measurement", "gap"];
        let found = verify(&archive, None).unwrap().findings;
        assert!(
            found.iter().all(|damage| cut.contains(&damage.what)),
            "{found:?}"
        );
        drop(archive);
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "{version}");
        let recorder = Recorder::open(&path, &super::fixtures::options()).unwrap();
        recorder.close(core::time::Duration::from_mins(1)).unwrap();
        let archive = Archive::open(&path).unwrap();
        assert_eq!(seconds(&archive), before, "{version}");
        let sessions = archive.sessions().unwrap();
        assert_eq!(sessions.len(), 2);
    }
}
