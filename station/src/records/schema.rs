//! The tables, views, triggers and indexes of a record: made step by step, and held against what its version makes.
//!
//! Promises: each is compared by its text. A trigger that is gone keeps no row from being changed any more, a view that is another tells
//! queries something else, and neither leaves a mark in any row.

use std::collections::BTreeMap;
use std::fmt;

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use super::blocks;

/// What each version adds, the first first.
const STEPS: [&str; 6] = [
    include_str!("schema/001_first.sql"),
    include_str!("schema/002_learned.sql"),
    include_str!("schema/003_packed.sql"),
    include_str!("schema/004_imported.sql"),
    concat!(
        include_str!("schema/005_desk.sql"),
        include_str!("schema/005_wire.sql")
    ),
    include_str!("schema/006_corrected.sql"),
];

/// The version that this program writes: how many steps there are.
pub(super) const KNOWN_VERSION: i64 = 6;

/// Brings a record to this version.
pub(super) fn bring_to_this_version(
    connection: &mut Connection,
) -> Result<(), rusqlite_migration::Error> {
    steps().to_latest(connection)
}

fn steps() -> Migrations<'static> {
    STEPS.into_iter().map(M::up).collect()
}

/// A part of a record that is not what its version makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherPart {
    /// `table`, `view`, `trigger` or `index`.
    kind: String,
    name: String,
    how: How,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Missing,
    Other,
    Added,
}

impl fmt::Display for OtherPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, name, how } = self;
        let how = match how {
            How::Missing => "is missing",
            How::Other => "is not the one that this program makes",
            How::Added => "was added by somebody else",
        };
        write!(f, "the {kind} {name} {how}")?;
        if kind == "trigger" {
            f.write_str(": the file itself no longer refuses every change of its rows")?;
        }
        if kind == "view" {
            f.write_str(": do not trust what a query by hand says of it")?;
        }
        f.write_str(
            "; take the last backup, or export the sessions as jsonl and import them into a new record",
        )
    }
}

/// The same as one sentence for whoever opens the record; `None` where all is as it is made.
#[must_use]
pub fn in_a_sentence(parts: &[OtherPart]) -> Option<String> {
    let (first, more) = parts.split_first()?;
    let more = match more.len() {
        0 => String::new(),
        more => format!(" (and {more} more parts of the file: station verify names them)"),
    };
    Some(format!(
        "The record has been changed from outside: {first}{more}"
    ))
}

/// Every part by kind and name, and its text.
type Parts = BTreeMap<(String, String), Option<String>>;

fn parts(connection: &Connection) -> rusqlite::Result<Parts> {
    connection
        .prepare(
            "SELECT type, name, sql FROM main.sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
        )?
        .query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?
        .collect()
}

/// Of which version a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Version {
    /// As it says itself.
    pub(super) told: i64,
    /// By its parts: a later one where it has all of that one's, as the number is four bytes that a disk may have damaged.
    pub(super) is: i64,
}

impl Version {
    /// What is wrong with what it says, in words; `None` where nothing is.
    pub(super) fn fault(self) -> Option<String> {
        let Self { told, is } = self;
        (told != is).then(|| {
            format!(
                "the mark of its version is damaged: it says {told}, and its tables are those of version {is}"
            )
        })
    }
}

/// Of which version a record is.
///
/// # Errors
/// Where it cannot be read.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<Version> {
    let told: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if told >= KNOWN_VERSION {
        return Ok(Version { told, is: told });
    }
    let mut later = (told.saturating_add(1)..=KNOWN_VERSION).rev();
    let there = parts(connection)?;
    let has_all = |version: &i64| {
        let made = made_by(*version);
        made.is_ok_and(|made| {
            made.iter()
                .all(|(part, text)| there.get(part) == Some(text))
        })
    };
    let is = later.find(has_all).unwrap_or(told);
    Ok(Version { told, is })
}

/// What a record has of those that its version makes, and others beside them, that is not so.
///
/// # Errors
/// Where it cannot be read.
pub(super) fn other_parts(connection: &Connection) -> rusqlite::Result<Vec<OtherPart>> {
    let version = version(connection)?.is;
    let there = parts(connection)?;
    let expected = made_by(version)?;
    let missing_or_other = expected.iter().filter_map(|(part, text)| {
        let how = match there.get(part) {
            None => How::Missing,
            Some(found) if found != text => How::Other,
            Some(_) => return None,
        };
        Some((part, how))
    });
    let added = there
        .keys()
        .filter(|part| !expected.contains_key(*part))
        .map(|part| (part, How::Added));
    Ok(missing_or_other
        .chain(added)
        .map(|((kind, name), how)| OtherPart {
            kind: kind.clone(),
            name: name.clone(),
            how,
        })
        .collect())
}

/// What a record of a version has, as its steps make it.
fn made_by(version: i64) -> rusqlite::Result<Parts> {
    let steps = usize::try_from(version).unwrap_or_default();
    let made = Connection::open_in_memory()?;
    blocks::register(&made)?;
    for step in STEPS.iter().take(steps) {
        made.execute_batch(step)?;
    }
    parts(&made)
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{archive_of_a_signed_visit, closed, options, without_triggers};
    use super::super::verify::verify;
    use super::super::{Archive, Recorder};
    use super::*;

    /// A signed visit, after somebody has been at the file.
    fn after(change: impl FnOnce(&std::path::Path)) -> (tempfile::TempDir, Archive) {
        let (folder, archive) = archive_of_a_signed_visit();
        let path = closed(archive);
        change(&path);
        let archive = Archive::open(&path).unwrap();
        (folder, archive)
    }

    fn run(sql: &'static str) -> impl FnOnce(&std::path::Path) {
        move |path| Connection::open(path).unwrap().execute_batch(sql).unwrap()
    }

    fn found(archive: &Archive) -> Vec<String> {
        let verified = verify(archive, None).unwrap();
        assert!(
            verified
                .findings
                .iter()
                .all(|damage| damage.what == "schema")
        );
        // The rows are what they were, and proved.
        assert_eq!(verified.whole_sessions, 1);
        verified
            .findings
            .into_iter()
            .map(|damage| damage.because)
            .collect()
    }

    #[test]
    fn a_record_without_its_triggers_is_told_by_verify_and_by_the_gym_that_opens_it() {
        let (_folder, archive) = after(|path| drop(without_triggers(path)));
        let findings = found(&archive);
        assert!(findings.len() > 50, "{}", findings.len());
        let all = findings.join("\n");
        assert!(
            all.contains("the trigger events_stay is missing: the file itself no longer refuses")
        );
        assert!(all.contains("import them into a new record"));
        let path = closed(archive);
        let recorder = Recorder::open(&path, &options()).unwrap();
        let told = in_a_sentence(recorder.other_parts()).unwrap();
        assert!(
            told.contains("is missing") && told.contains("station verify"),
            "{told}"
        );
        recorder.close(core::time::Duration::from_mins(1)).unwrap();
    }

    #[test]
    fn a_view_that_tells_something_else_is_found() {
        let (_folder, archive) = after(run(
            "DROP VIEW session_samples; CREATE VIEW session_samples AS SELECT 99 AS spo2_percent",
        ));
        let [view] = found(&archive).try_into().unwrap();
        assert!(
            view.starts_with("the view session_samples is not the one"),
            "{view}"
        );
    }

    #[test]
    fn what_somebody_added_is_found_and_a_record_as_it_is_made_is_not() {
        let (_folder, archive) = after(run(
            "CREATE TRIGGER quiet BEFORE INSERT ON notes BEGIN SELECT RAISE(IGNORE); END",
        ));
        let [trigger] = found(&archive).try_into().unwrap();
        assert!(
            trigger.starts_with("the trigger quiet was added by somebody else"),
            "{trigger}"
        );
        let (_folder, archive) = after(run("ANALYZE"));
        assert_eq!(found(&archive), Vec::<String>::new());
    }

    #[test]
    fn the_steps_are_sound_and_the_version_is_their_number() {
        steps().validate().unwrap();
        assert_eq!(i64::try_from(STEPS.len()), Ok(KNOWN_VERSION));
    }
}
