//! A session as lines of JSON with everything that the record has of it, out of one record and into another.
//!
//! Promises: what is taken back gives the same lines again, but for the first and the last; a file that was cut or changed is refused with the
//! line that it begins at, and so is a session that is there, a newer format, and an event whose hash does not hold. Everything is taken or
//! nothing. Deliberately absent: merging a session with one that is there.
//!
//! A line's fields are the columns of the record's tables, with the numbers that the rows have in the record that they came from first. Bytes
//! are base64, hashes hexadecimal digits; a column that is NULL has no field.

mod gather;
mod lines;
mod take;

use rusqlite::types::Value as Stored;

use super::checksum::{self, Checksum};
use super::damaged::is_lasting;

pub use self::gather::gather;
pub use self::lines::{Line, LineError, Lines, Read};
pub use self::take::{ImportError, Imported, take};

/// The number of this format: another one where a line of it means something else.
pub const FORMAT: i64 = 1;

/// The type of the first line.
pub const FIRST: &str = "station-session";
/// The type of the last line.
pub const LAST: &str = "end";

/// Lines of one type: rows of one table.
#[derive(Debug)]
struct Rows {
    /// The lines' type.
    kind: &'static str,
    /// The table that they come from and go to.
    table: &'static str,
    /// Its columns, each by its name in the lines.
    columns: &'static [&'static str],
    /// Which rows are a session's, and in which order; `?1` is the session.
    of_session: &'static str,
    /// Whether other rows speak of these by their `id`, which is another one in another record.
    numbered: bool,
}

const RUNS: &str = "SELECT run_id FROM sessions WHERE id = ?1 UNION SELECT run_id FROM bouts WHERE session_id = ?1
 UNION SELECT run_id FROM events WHERE session_id = ?1 AND kind NOT IN ('looked', 'exported', 'signature-refused')
 UNION SELECT run_id FROM gaps WHERE session_id = ?1
 UNION SELECT run_id FROM waveform_blocks WHERE session_id = ?1";

/// Everything that is kept of a session, each after what it speaks of.
const ROWS: &[Rows] = &[
    Rows {
        kind: "run",
        table: "runs",
        columns: &[
            "id",
            "software",
            "clock_rate",
            "began_wall_us",
            "ended_wall_us",
            "kind",
        ],
        of_session: "id IN (SELECT run_id FROM of_session) ORDER BY id",
        numbered: true,
    },
    Rows {
        kind: "anchor",
        table: "clock_anchors",
        columns: &["run_id", "at_us", "wall_us"],
        of_session: "run_id IN (SELECT run_id FROM of_session) ORDER BY run_id, rowid",
        numbered: false,
    },
    Rows {
        kind: "session",
        table: "sessions",
        columns: &[
            "id",
            "run_id",
            "patient",
            "kind",
            "pre_rolled",
            "clock_rate",
            "software",
            "began_us",
            "began_wall_us",
            "ended_us",
            "ended_wall_us",
            "state",
            "end_reason",
            "end_rule",
        ],
        of_session: "id = ?1",
        numbered: false,
    },
    Rows {
        kind: "prescription",
        table: "prescriptions",
        columns: &["id", "version", "sha256", "text"],
        of_session: "(id, version, sha256) IN
          (SELECT prescription_id, prescription_version, prescription_sha256 FROM bouts WHERE session_id = ?1) ORDER BY id, version, sha256",
        numbered: false,
    },
    Rows {
        kind: "text",
        table: "texts",
        columns: &["sha256", "kind", "zstd"],
        of_session: "sha256 IN (SELECT configuration_sha256 FROM bouts WHERE session_id = ?1
          UNION SELECT rules_sha256 FROM bouts WHERE session_id = ?1) ORDER BY sha256",
        numbered: false,
    },
    Rows {
        kind: "bout",
        table: "bouts",
        columns: &[
            "id",
            "session_id",
            "number",
            "run_id",
            "station",
            "machine",
            "protocol",
            "prescription_id",
            "prescription_version",
            "prescription_sha256",
            "began_us",
            "ended_us",
            "journal_format",
            "build",
            "decisions",
            "configuration_sha256",
            "rules_sha256",
            "header_zstd",
        ],
        of_session: "session_id = ?1 ORDER BY number",
        numbered: true,
    },
    Rows {
        kind: "second",
        table: "samples",
        columns: &[
            "bout_id",
            "at_us",
            "t_s",
            "phase",
            "heart_rate_bpm",
            "heart_rate_source",
            "heart_rate_trust",
            "heart_rate_age_ms",
            "pulse_bpm",
            "spo2_percent",
            "spo2_trust",
            "target_heart_rate_bpm",
            "zone_lower_bpm",
            "zone_upper_bpm",
            "proposed_met_milli",
            "granted_met_milli",
            "reason",
            "by_hand",
            "told_power_w",
            "told_speed_mm_s",
            "told_grade_permille",
            "reported_power_w",
            "reported_speed_mm_s",
            "reported_grade_permille",
            "cadence_rpm",
        ],
        // The archive reads them, packed and plain alike.
        of_session: "",
        numbered: false,
    },
    Rows {
        kind: "event",
        table: "events",
        columns: &[
            "id",
            "session_id",
            "bout_id",
            "run_id",
            "at_us",
            "wall_us",
            "t_s",
            "kind",
            "rule",
            "priority",
            "act",
            "value",
            "limit_value",
            "text",
            "detail",
            "previous_hash",
            "hash",
        ],
        // Who read it is told by the record that it was read in.
        of_session: "session_id = ?1 AND kind NOT IN ('looked', 'exported', 'signature-refused') ORDER BY id",
        numbered: true,
    },
    Rows {
        kind: "measurement",
        table: "measurements",
        columns: &[
            "id",
            "bout_id",
            "at_us",
            "t_s",
            "phase",
            "kind",
            "value",
            "second_value",
            "unit",
            "symptoms",
            "replaces",
        ],
        of_session: "bout_id IN (SELECT id FROM bouts WHERE session_id = ?1) ORDER BY id",
        numbered: true,
    },
    Rows {
        kind: "gap",
        table: "gaps",
        columns: &[
            "session_id",
            "bout_id",
            "run_id",
            "what",
            "from_us",
            "to_us",
            "lost",
            "reason",
        ],
        of_session: "session_id = ?1 ORDER BY id",
        numbered: false,
    },
    Rows {
        kind: "learned",
        table: "learned",
        columns: &[
            "bout_id",
            "session_id",
            "bout",
            "patient",
            "machine",
            "mass_kg",
            "irregular",
            "assessed_gain_bpm_per_met",
            "gain_bpm_per_met",
            "gain_sd_bpm_per_met",
            "tau_s",
            "tau_sd_s",
            "drift_bpm_per_min",
            "drift_sd_bpm_per_min",
            "steady_s",
            "steady_middle_s",
            "steady_heart_rate_bpm",
            "steady_load_met",
            "steady_power_w",
            "steady_speed_m_s",
            "steady_grade_percent",
        ],
        of_session: "session_id = ?1 ORDER BY bout",
        numbered: false,
    },
    Rows {
        kind: "compared",
        table: "learned_compared",
        columns: &["bout_id", "session_id", "bout"],
        of_session: "bout_id IN (SELECT id FROM bouts WHERE session_id = ?1) ORDER BY bout_id, session_id, bout",
        numbered: false,
    },
    Rows {
        kind: "journal",
        table: "journal_blocks",
        columns: &[
            "bout_id", "block", "piece", "whole", "first_us", "last_us", "turns", "data",
        ],
        of_session: "bout_id IN (SELECT id FROM bouts WHERE session_id = ?1) ORDER BY bout_id, block, piece",
        numbered: false,
    },
    Rows {
        kind: "checkpoint",
        table: "checkpoints",
        columns: &[
            "bout_id",
            "block",
            "at_us",
            "replaces",
            "base_block",
            "state_zstd",
        ],
        of_session: "bout_id IN (SELECT id FROM bouts WHERE session_id = ?1) ORDER BY bout_id, block",
        numbered: false,
    },
    Rows {
        kind: "waveform",
        table: "waveform_blocks",
        columns: &[
            "session_id",
            "run_id",
            "kind",
            "block",
            "piece",
            "whole",
            "first_us",
            "rate_hz",
            "samples",
            "data",
        ],
        of_session: "session_id = ?1 ORDER BY run_id, kind, block, piece",
        numbered: false,
    },
    Rows {
        kind: "wire",
        table: "wire_blocks",
        columns: &[
            "bout_id", "device", "block", "piece", "whole", "protocol", "settings", "first_us",
            "last_us", "records", "data",
        ],
        of_session: "bout_id IN (SELECT id FROM bouts WHERE session_id = ?1) ORDER BY bout_id, device, block, piece",
        numbered: false,
    },
    Rows {
        kind: "note",
        table: "notes",
        columns: &["session_id", "wall_us", "by_id", "by_name", "text", "event_id"],
        of_session: "session_id = ?1 ORDER BY id",
        numbered: false,
    },
    Rows {
        kind: "correction",
        table: "corrections",
        columns: &[
            "measurement_id",
            "session_id",
            "wall_us",
            "by_id",
            "by_name",
            "why",
            "event_id",
        ],
        of_session: "session_id = ?1 ORDER BY event_id",
        numbered: false,
    },
    // The last: from here on the record refuses more rows of the session.
    Rows {
        kind: "signature",
        table: "signatures",
        columns: &[
            "session_id",
            "wall_us",
            "by_id",
            "by_name",
            "meaning",
            "form",
            "sha256",
            "event_id",
        ],
        of_session: "session_id = ?1 ORDER BY id",
        numbered: false,
    },
];

impl Rows {
    /// The query of a session's rows.
    fn query(&self) -> String {
        let with = if self.of_session.contains("of_session") {
            format!("WITH of_session AS ({RUNS}) ")
        } else {
            String::new()
        };
        let sum = if self.has_sum() { ", checksum" } else { "" };
        format!(
            "{with}SELECT {}{sum} FROM {} WHERE {}",
            self.columns.join(", "),
            self.table,
            self.of_session
        )
    }

    /// Whether a sum stands beside each row.
    fn has_sum(&self) -> bool {
        matches!(self.kind, "journal" | "checkpoint" | "waveform" | "wire")
    }

    /// Of which kind the rows are that a column speaks of by their number.
    fn speaks_of(&self, column: &str) -> Option<&'static str> {
        match column {
            "run_id" => Some("run"),
            "bout_id" => Some("bout"),
            "event_id" => Some("event"),
            "measurement_id" => Some("measurement"),
            "replaces" if self.kind == "measurement" => Some("measurement"),
            "id" if self.numbered => Some(self.kind),
            _ => None,
        }
    }
}

/// The sum that stands beside a row of bytes: over its whole numbers in the order of its columns, then its bytes. `None` where the table has no
/// sums.
fn sum(rows: &Rows, stored: impl Fn(&str) -> Option<Stored>) -> Option<Checksum> {
    let bytes = match rows.kind {
        "journal" | "waveform" | "wire" => "data",
        "checkpoint" => "state_zstd",
        _ => return None,
    };
    let place: Vec<i64> = rows
        .columns
        .iter()
        .filter(|column| {
            !matches!(
                **column,
                "session_id" | "kind" | "device" | "protocol" | "settings"
            ) && **column != bytes
        })
        .map(|column| match stored(column) {
            Some(Stored::Integer(number)) => number,
            Some(Stored::Null | Stored::Real(_) | Stored::Text(_) | Stored::Blob(_)) | None => {
                i64::MIN
            }
        })
        .collect();
    match stored(bytes) {
        Some(Stored::Blob(bytes)) => Some(checksum::of(&place, &bytes)),
        Some(Stored::Null | Stored::Integer(_) | Stored::Real(_) | Stored::Text(_)) | None => None,
    }
}

/// Whether a block of a session cannot be read, or is not what the sum beside it says: a disk has changed it, and what rests on it is not held against
/// anybody. Its seconds apart, of which [`super::proof`] tells.
///
/// # Errors
/// Where the file cannot be read.
pub(super) fn has_damaged_block(
    connection: &rusqlite::Connection,
    session: &str,
) -> rusqlite::Result<bool> {
    for rows in ROWS.iter().filter(|rows| rows.has_sum()) {
        let mut statement = connection.prepare(&rows.query())?;
        let mut read = statement.query([session])?;
        loop {
            match read.next() {
                Ok(None) => break,
                Ok(Some(row)) if gather::is_damaged(rows, row)? => return Ok(true),
                Ok(Some(_)) => {}
                Err(error) if is_lasting(connection, &error) => return Ok(true),
                Err(error) => return Err(error),
            }
        }
    }
    Ok(false)
}

/// The field that says of a row of bytes that its sum did not fit where it came from: it does not fit here either.
const DAMAGED: &str = "damaged";

/// How a column's bytes stand in a line.
fn is_hash(column: &str) -> bool {
    column.ends_with("hash") || column.ends_with("sha256")
}

#[cfg(test)]
mod forged;
#[cfg(test)]
mod tests;
