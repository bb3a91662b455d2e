//! What a signature is over: everything that a session has, as rows say it, in a fixed order.
//!
//! It does not rest on pages, on numbers that rows have in one record, or on whether seconds are packed: a backup, a purge of others, a move to another
//! record and a migration leave it as it is. What is read of a session is not part of it.

use rusqlite::{Connection, params};

use crate::records::chain::{Hash, Sum};
use crate::records::entry::EventKind;
use crate::records::samples;

/// The number of this form: another one where a session would give another hash. Signatures keep the number of theirs.
pub(in crate::records) const FORM: i64 = 1;

/// Tables in the order of the form: a name and a query. `?1` is the session, `?2` the number of the first event that does not count any more.
const PARTS: &[(&str, &str)] = &[
    (
        "session",
        "SELECT id, patient, kind, pre_rolled, clock_rate, software, began_us, began_wall_us, ended_us, ended_wall_us, state,
         end_reason, end_rule FROM sessions WHERE id = ?1",
    ),
    (
        "prescription",
        "SELECT id, version, sha256, text FROM prescriptions WHERE (id, version, sha256) IN
         (SELECT prescription_id, prescription_version, prescription_sha256 FROM bouts WHERE session_id = ?1) ORDER BY id, version, sha256",
    ),
    (
        "bout",
        "SELECT number, station, machine, protocol, prescription_id, prescription_version, prescription_sha256, began_us, ended_us,
         journal_format, build, decisions, configuration_sha256, rules_sha256, header_zstd FROM bouts WHERE session_id = ?1 ORDER BY number",
    ),
    (
        "measurement",
        "SELECT number, at_us, t_s, phase, kind, value, second_value, unit, symptoms,
         (SELECT count(*) FROM measurements AS other JOIN bouts AS its ON its.id = other.bout_id
          WHERE its.session_id = ?1 AND other.id <= taken.replaces AND taken.replaces IS NOT NULL)
         FROM measurements AS taken JOIN bouts ON bouts.id = bout_id WHERE session_id = ?1
         AND NOT EXISTS (SELECT 1 FROM corrections WHERE measurement_id = taken.id AND event_id >= ?2) ORDER BY taken.id",
    ),
    (
        "correction",
        "SELECT wall_us, by_id, by_name, why FROM corrections WHERE session_id = ?1 AND event_id < ?2 ORDER BY measurement_id",
    ),
    (
        "note",
        "SELECT wall_us, by_id, by_name, text FROM notes WHERE session_id = ?1 AND event_id < ?2 ORDER BY id",
    ),
    (
        "signature",
        "SELECT wall_us, by_id, by_name, meaning, form, sha256 FROM signatures WHERE session_id = ?1 AND event_id < ?2 ORDER BY id",
    ),
    (
        "gap",
        "SELECT number, what, from_us, to_us, lost, reason FROM gaps LEFT JOIN bouts ON bouts.id = bout_id WHERE gaps.session_id = ?1
         ORDER BY gaps.id",
    ),
    (
        "learned",
        "SELECT bout, patient, machine, mass_kg, irregular, assessed_gain_bpm_per_met, gain_bpm_per_met, gain_sd_bpm_per_met, tau_s, tau_sd_s,
         drift_bpm_per_min, drift_sd_bpm_per_min, steady_s, steady_middle_s, steady_heart_rate_bpm, steady_load_met, steady_power_w,
         steady_speed_m_s, steady_grade_percent FROM learned WHERE session_id = ?1 ORDER BY bout",
    ),
    (
        "compared",
        "SELECT number, learned_compared.session_id, learned_compared.bout FROM learned_compared JOIN bouts ON bouts.id = bout_id
         WHERE bouts.session_id = ?1 ORDER BY 1, 2, 3",
    ),
    (
        "journal",
        "SELECT number, block, piece, whole, first_us, last_us, turns, data FROM journal_blocks JOIN bouts ON bouts.id = bout_id
         WHERE session_id = ?1 ORDER BY number, block, piece",
    ),
    (
        "checkpoint",
        "SELECT number, block, at_us, replaces, base_block, state_zstd FROM checkpoints JOIN bouts ON bouts.id = bout_id
         WHERE session_id = ?1 ORDER BY number, block",
    ),
    (
        "waveform",
        "SELECT kind, block, piece, whole, first_us, rate_hz, samples, data FROM waveform_blocks WHERE session_id = ?1
         ORDER BY run_id, kind, block, piece",
    ),
    (
        "wire",
        "SELECT number, device, block, piece, whole, wire_blocks.protocol, settings, first_us, last_us, records, data FROM wire_blocks
         JOIN bouts ON bouts.id = bout_id WHERE session_id = ?1 ORDER BY number, device, block, piece",
    ),
];

/// What a session comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::records) struct Content {
    pub(in crate::records) hash: Hash,
    /// Blocks of seconds that cannot be unpacked: the hash says nothing of what stood in them.
    pub(in crate::records) damaged: usize,
}

/// The hash over everything that a session had before the event of that number.
pub(in crate::records) fn of(
    connection: &Connection,
    session: &str,
    before_event: i64,
) -> rusqlite::Result<Content> {
    let mut sum = Sum::default();
    sum.whole(Some(FORM));
    for (name, query) in PARTS {
        part(&mut sum, connection, name, query, session, before_event)?;
    }
    let events = format!(
        "SELECT number, at_us, wall_us, t_s, events.kind, rule, priority, act, value, limit_value, text, detail FROM events
         LEFT JOIN bouts ON bouts.id = bout_id WHERE events.session_id = ?1 AND events.id < ?2 AND events.kind NOT IN ({}) ORDER BY events.id",
        EventKind::OF_READING
    );
    part(
        &mut sum,
        connection,
        "event",
        &events,
        session,
        before_event,
    )?;
    let bouts: Vec<i64> = connection
        .prepare_cached("SELECT id FROM bouts WHERE session_id = ?1 ORDER BY number")?
        .query_map([session], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut damaged = 0;
    for bout in bouts {
        let seconds = samples::joined(connection, bout)?;
        damaged += seconds.damaged.len();
        sum.text(Some("seconds"));
        for row in &seconds.rows {
            row.add_to(&mut sum);
        }
    }
    Ok(Content {
        hash: sum.finish(),
        damaged,
    })
}

fn part(
    sum: &mut Sum,
    connection: &Connection,
    name: &str,
    query: &str,
    session: &str,
    before_event: i64,
) -> rusqlite::Result<()> {
    sum.text(Some(name));
    let mut statement = connection.prepare_cached(query)?;
    let columns = statement.column_count();
    let has_limit = statement.parameter_count() > 1;
    let mut rows = if has_limit {
        statement.query(params![session, before_event])?
    } else {
        statement.query([session])?
    };
    while let Some(row) = rows.next()? {
        sum.row(row, columns)?;
    }
    Ok(())
}
