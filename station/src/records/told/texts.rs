//! What a session's bouts name by a hash: the prescription's text, the configuration and the rules. Each is hashed again.

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use sha2::{Digest, Sha256};

use super::super::chain::Hash;
use super::super::reading::rows;
use super::Found;

/// A text that a bout names.
struct Named {
    bout: u16,
    said: Vec<u8>,
    /// Its hash as it stands there now; `None` where it is not there or cannot be unpacked.
    there: Option<Hash>,
    /// The kind that its row has; `None` of a prescription, and where nothing is there.
    kind: Option<String>,
}

/// What is wrong with the texts that a session's bouts name.
pub(super) fn of_texts(
    connection: &Connection,
    session: &str,
    found: &mut Found,
) -> rusqlite::Result<()> {
    for named in prescriptions(connection, session)? {
        if named.there.is_none_or(|there| there != *named.said) {
            let because = format!(
                "the text of the prescription of bout {} is not the one that was used: its SHA-256 is another",
                named.bout
            );
            found.of_bout("prescription", named.bout, because);
        }
    }
    for (what, column) in [
        ("configuration", "configuration_sha256"),
        ("rules", "rules_sha256"),
    ] {
        for named in texts(connection, session, what, column)? {
            let because = match (&named.there, &named.kind) {
                (Some(there), Some(kind)) if *there == *named.said => {
                    (kind != what).then(|| format!("stand in the record as {kind}"))
                }
                (Some(_), _) => {
                    Some("are not those that were used: their SHA-256 is another".to_owned())
                }
                (None, _) => Some("are not there, or cannot be unpacked".to_owned()),
            };
            if let Some(because) = because {
                let because = format!("the {what} of bout {} {because}", named.bout);
                found.of_bout("text", named.bout, because);
            }
        }
    }
    Ok(())
}

fn prescriptions(connection: &Connection, session: &str) -> rusqlite::Result<Vec<Named>> {
    rows(
        connection,
        "SELECT number, prescription_sha256, text FROM bouts LEFT JOIN prescriptions ON prescriptions.id = prescription_id
         AND version = prescription_version AND sha256 = prescription_sha256 WHERE session_id = ?1 ORDER BY number",
        [session],
        |row| {
            Ok(Named {
                bout: row.get(0)?,
                said: row.get(1)?,
                there: match row.get_ref(2)? {
                    ValueRef::Text(text) => Some(Sha256::digest(text).into()),
                    ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_) => None,
                },
                kind: None,
            })
        },
    )
}

fn texts(
    connection: &Connection,
    session: &str,
    what: &'static str,
    column: &str,
) -> rusqlite::Result<Vec<Named>> {
    rows(
        connection,
        &format!(
            "SELECT number, {column}, zstd, CASE WHEN configuration_sha256 = rules_sha256 THEN ?2 ELSE kind END
             FROM bouts LEFT JOIN texts ON sha256 = {column} WHERE session_id = ?1 ORDER BY number"
        ),
        [session, what],
        |row| {
            let packed: Option<Vec<u8>> = row.get(2)?;
            let text = packed.and_then(|packed| zstd::decode_all(packed.as_slice()).ok());
            Ok(Named {
                bout: row.get(0)?,
                said: row.get(1)?,
                there: text.map(|text| Sha256::digest(text).into()),
                kind: row.get(3)?,
            })
        },
    )
}
