//! Where a session came from: that it was imported, out of which file, and whether as what was written and signed.
//!
//! Promises: what `imported`, `imported_numbers` and `imported_hashes` say is held against the event of the import; that they say nothing any more
//! is found too.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::SOFTWARE;
use super::chain::{EventRow, Hash, Hex};
use super::codes::word;
use super::entry::EventKind;
use super::list::utc;
use super::reading::{self, Which, of_detail};
use super::sums::Counted;
use super::told::Found;

/// What an import's event says of a session that is not what was written and signed: an earlier version says it in these words alone.
const NOT_AS_WRITTEN: &str = "though it is not what was written and signed";

/// Where a session came from that was recorded elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// When it was imported, UTC; `None` in disguise.
    pub at: Option<String>,
    /// It was not what was written and signed, and was taken as that.
    pub altered: bool,
}

impl Origin {
    /// Of a session; `None` where it was recorded here. What a damaged event tells is not known, and that it is damaged is among the findings
    /// about the chain.
    pub(super) fn of(connection: &Connection, session: &str) -> rusqlite::Result<Option<Self>> {
        let there: Option<(i64, i64)> = connection
            .prepare_cached("SELECT wall_us, event_id FROM imported WHERE session_id = ?1")?
            .query_row([session], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((wall_us, event)) = there else {
            return Ok(None);
        };
        let told = reading::events(
            connection,
            &Which {
                columns: "text",
                joined: "",
                condition: "id = ?1",
                values: &[&event],
                session: None,
            },
            |row| reading::text(row, 0),
        )?;
        Ok(Some(Self {
            at: Some(utc(wall_us)),
            altered: told.iter().any(|text| text.contains(NOT_AS_WRITTEN)),
        }))
    }

    /// In words, for people.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        if self.altered {
            "imported, though it was not what was written and signed"
        } else {
            "imported from another record"
        }
    }

    /// In one word, for tables.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        if self.altered { "altered" } else { "whole" }
    }
}

/// A file that a session was taken from.
#[derive(Debug)]
pub(super) struct From<'a> {
    /// The SHA-256 of its lines.
    pub(super) sha256: Hash,
    /// Its first line.
    pub(super) header: &'a str,
    /// The record that wrote it.
    pub(super) record: Value,
    /// The program that wrote it.
    pub(super) software: &'a str,
}

/// Tells that a session was taken, in an event of this record's own, and writes it down. The numbers and hashes that its rows had there are
/// written before.
pub(super) fn tell(
    connection: &Connection,
    session: &str,
    from: &From<'_>,
    wall_us: i64,
    altered: &[String],
) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO runs (software, clock_rate, began_wall_us, ended_wall_us, kind) VALUES (?1, 1, ?2, ?2, 'import')",
        params![SOFTWARE, wall_us],
    )?;
    let run = connection.last_insert_rowid();
    let text = format!("{session} was imported from a file of {}", from.software);
    let event = EventRow {
        run,
        wall_us,
        kind: word(&EventKind::Notice),
        text: if altered.is_empty() {
            text
        } else {
            format!("{text}, {NOT_AS_WRITTEN}: {}", altered.join("; "))
        },
        detail: Some(
            json!({
                "imported": session,
                "file_sha256": Hex(&from.sha256).to_string(),
                "of_record": from.record,
                "altered": altered,
                "header_sha256": sum_of_header(from.header),
                "rows": Counted::of_origin(connection, session)?,
            })
            .to_string(),
        ),
        ..EventRow::default()
    };
    let number = event.append(connection)?;
    connection.execute(
        "INSERT INTO imported (session_id, wall_us, file_sha256, header, event_id) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![session, wall_us, from.sha256, from.header, number],
    )?;
    Ok(())
}

fn sum_of_header(header: &str) -> String {
    Hex(&Sha256::digest(header).into()).to_string()
}

/// What is wrong with what the record says of where a session came from.
pub(super) fn check(
    connection: &Connection,
    session: &str,
    found: &mut Found,
) -> rusqlite::Result<()> {
    // An earlier import of a session that was purged since stands before all that there is of it now.
    let told = reading::events(
        connection,
        &Which {
            columns: "id, wall_us, detail",
            joined: "",
            condition: &format!(
                "session_id IS NULL AND kind = 'notice' AND {} = ?1 AND id > (SELECT min(id) FROM events WHERE session_id = ?1)",
                of_detail("imported")
            ),
            values: &[&session],
            session: None,
        },
        |row| {
            let detail: Value = reading::detail(row, 2)?;
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, detail))
        },
    )?;
    let there = connection
        .prepare_cached(
            "SELECT event_id, wall_us, lower(hex(file_sha256)), header FROM imported WHERE session_id = ?1",
        )?
        .query_row([session], |row| {
            let place: (i64, i64) = (row.get(0)?, row.get(1)?);
            let header = sum_of_header(&reading::text(row, 3)?);
            Ok((place, row.get::<_, String>(2)?, header))
        })
        .optional()?;
    let because = match (told.last(), there) {
        (None, None) => return Ok(()),
        (None, Some(_)) => "no event tells that it was imported".to_owned(),
        (Some((event, ..)), None) => {
            format!(
                "event {event} tells that it was imported, and the record does not say so any more"
            )
        }
        (Some((event, wall_us, detail)), Some((place, sum, header))) => {
            let said = |name: &str| detail.get(name).and_then(Value::as_str);
            // An earlier version said neither of these.
            let rows = match detail.get("rows") {
                Some(rows) => *rows == json!(Counted::of_origin(connection, session)?),
                None => true,
            };
            let is_header = said("header_sha256").is_none_or(|said| said == header);
            if rows
                && is_header
                && place == (*event, *wall_us)
                && said("file_sha256") == Some(sum.as_str())
            {
                return Ok(());
            }
            format!("where it was imported from is not what event {event} tells")
        }
    };
    found.push(("import", because));
    Ok(())
}
