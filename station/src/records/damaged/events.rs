//! Events of a record in which pages of them, or of what leads to them, are damaged.
//!
//! What can be read of their keys stands in tables of their own, so that no index of the file is asked; the events behind them are read in their
//! place and in their order. Which are lost is told by the pages that fail, and by an index that names more than there are. Whose those were is told
//! by that index as well. Rows that somebody took away stand in neither, and are missing as ever: that is not damage.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension};

use super::super::chain::{EventRow, Hash};
use super::super::entry::EventKind;
use super::super::reading::{self, is_of_pages};
use super::super::sums::ToldSums;
use super::rows::{copy, walk};
use super::{Damage, is_beside, is_there};

/// What the record says of their end is of the same instant, as a command that looks adds one.
const SCHEMA: &str = "CREATE TEMP TABLE event_keys (id INTEGER PRIMARY KEY, session_id TEXT, kind TEXT, rule TEXT);
    CREATE INDEX temp.event_keys_of_session ON event_keys (session_id, id);
    CREATE TEMP TABLE events_lost (id INTEGER PRIMARY KEY, session_id TEXT);
    CREATE TEMP VIEW events AS
      SELECT keys.id AS id, keys.session_id AS session_id, own.bout_id AS bout_id, own.run_id AS run_id, own.at_us AS at_us,
        own.wall_us AS wall_us, own.t_s AS t_s, keys.kind AS kind, keys.rule AS rule, own.priority AS priority, own.act AS act,
        own.value AS value, own.limit_value AS limit_value, own.text AS text, own.detail AS detail,
        own.previous_hash AS previous_hash, own.hash AS hash
      FROM temp.event_keys AS keys CROSS JOIN main.events AS own NOT INDEXED ON own.id = keys.id;";

/// Stands where a session's id would for events that are the gym's own; nothing stands there where nobody knows whose they were.
const OF_THE_GYM: &str = "";

/// A page of the file holds fewer events than this.
const OF_A_PAGE: i64 = 1_000;

/// Where the record says of its end what cannot be, no more numbers than that are lost behind the last event that is there.
const MOST_BEHIND: i64 = 1_000_000;

/// Whether keys stand in for those of the file.
pub(in crate::records) fn has_keys(connection: &Connection) -> rusqlite::Result<bool> {
    is_beside(connection, "event_keys")
}

/// Whether the index of alarms leads to none, and there is one: what is searched and counted by it would be told as what never was. Of one that leads
/// to some, but to fewer than there are, only who goes through all events can tell.
pub(super) fn are_alarms_hidden(connection: &Connection) -> bool {
    let finds = |how: &str| {
        connection.query_row(
            &format!("SELECT EXISTS (SELECT 1 FROM main.events {how} WHERE kind = 'alarm-raised' AND session_id > '')"),
            [],
            |row| row.get::<_, bool>(0),
        )
    };
    // An earlier version has no such index; and where pages fail, readings do.
    matches!(finds("INDEXED BY alarms_of_session"), Ok(false))
        && matches!(finds("NOT INDEXED"), Ok(true))
}

/// Puts the keys beside the file; says what is damaged, nothing where nothing is.
pub(super) fn put(connection: &Connection) -> rusqlite::Result<Option<Damage>> {
    connection.execute_batch(SCHEMA)?;
    if is_there(connection, "record")? {
        connection
            .execute_batch("CREATE TEMP TABLE record AS SELECT * FROM main.record NOT INDEXED;")?;
    }
    let columns = ["id", "session_id", "kind", "rule"].map(str::to_owned);
    // What a gym wrote meanwhile is not of this instant.
    let written = reading::end(connection)?.map_or(i64::MAX - 1, |(written, _)| written);
    let copied = copy(connection, "events", "event_keys", &columns, written)?;
    let last: i64 = connection.query_row(
        "SELECT coalesce(max(id), 0) FROM temp.event_keys",
        [],
        |row| row.get(0),
    )?;
    let most = if written == i64::MAX - 1 {
        last
    } else {
        written.min(last.saturating_add(MOST_BEHIND))
    };
    let mut lose = connection.prepare("INSERT OR IGNORE INTO temp.events_lost (id) VALUES (?1)")?;
    for (from, to) in copied.lost {
        for number in from..=to.min(most) {
            lose.execute([number])?;
        }
        let beside = [
            (from.saturating_sub(OF_A_PAGE), from),
            (to, to.saturating_add(OF_A_PAGE)),
        ];
        for (from, to) in beside {
            for number in not_to_be_found(connection, from, to)? {
                connection.execute("DELETE FROM temp.event_keys WHERE id = ?1", [number])?;
                lose.execute([number])?;
            }
        }
    }
    let is_led_right = name(connection, most)?;
    connection.execute(
        "DELETE FROM temp.events_lost WHERE EXISTS (SELECT 1 FROM purged_events WHERE events_lost.id BETWEEN first_event AND last_event)",
        [],
    )?;
    let count: i64 = connection.query_row("SELECT count(*) FROM temp.events_lost", [], |row| {
        row.get(0)
    })?;
    let words = match (count, is_led_right) {
        (0, true) => return Ok(None),
        (0, false) => "an index of events is damaged, and no event is lost by that",
        _ => "pages of events are damaged, and which are lost stands with each session",
    };
    Ok(Some(Damage::without_loss(words.to_owned())))
}

/// The numbers of events that who walks through them passes and who looks for them by number does not find: on a page where the number of another is
/// damaged. They are lost as that one is, as whoever reads events looks for them so.
fn not_to_be_found(connection: &Connection, from: i64, to: i64) -> rusqlite::Result<Vec<i64>> {
    let keys: Vec<i64> = reading::rows(
        connection,
        "SELECT id FROM temp.event_keys WHERE id BETWEEN ?1 AND ?2",
        [from, to],
        |row| row.get(0),
    )?;
    let mut look = connection.prepare("SELECT 1 FROM main.events NOT INDEXED WHERE id = ?1")?;
    let mut missing = Vec::new();
    for number in keys {
        match look.exists([number]) {
            Ok(true) => {}
            // What it holds cannot be read, and who reads it is told so.
            Err(error) if is_of_pages(&error) => {}
            Ok(false) => missing.push(number),
            Err(error) => return Err(error),
        }
    }
    Ok(missing)
}

/// Holds the keys against the index by session: what it names and is not there is lost, and of that session. Says whether the indexes lead to what
/// is there.
fn name(connection: &Connection, most: i64) -> rusqlite::Result<bool> {
    let mut is_key =
        connection.prepare("SELECT session_id IS ?2 FROM temp.event_keys WHERE id = ?1")?;
    let mut lose = connection
        .prepare("INSERT OR REPLACE INTO temp.events_lost (id, session_id) VALUES (?1, ?2)")?;
    let (mut named, mut fits) = (0_i64, true);
    let is_read = walk(
        connection,
        "SELECT session_id, id FROM main.events INDEXED BY events_of_session",
        |row| {
            let (session, id): (Option<String>, i64) = (reading::may_be_text(row, 0)?, row.get(1)?);
            named += i64::from(session.is_some());
            let key: Option<bool> = is_key
                .query_row((id, &session), |row| row.get(0))
                .optional()?;
            if key == Some(true) {
                return Ok(());
            }
            fits = false;
            // Of one that is there its own hash tells whose it is.
            let is_lost = key.is_none() || !is_as_written(connection, id)?;
            if is_lost && (1..=most).contains(&id) {
                let whose = session.as_deref().unwrap_or(OF_THE_GYM);
                lose.execute((id, whose))?;
            }
            Ok(())
        },
    )?;
    let (there, alarms): (i64, i64) = connection.query_row(
        "SELECT count(*), coalesce(sum(kind = 'alarm-raised'), 0) FROM temp.event_keys WHERE session_id > ''",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let of_alarms = connection.query_row(
        "SELECT count(rule) FROM main.events INDEXED BY alarms_of_session WHERE kind = 'alarm-raised' AND session_id > ''",
        [],
        |row| row.get::<_, i64>(0),
    );
    // An earlier version has no such index.
    let leads_to_alarms = match of_alarms {
        Err(error) => !is_of_pages(&error),
        Ok(found) => found == alarms,
    };
    Ok(is_read && fits && named == there && leads_to_alarms)
}

/// Whether an event that is there is what was written.
fn is_as_written(connection: &Connection, id: i64) -> rusqlite::Result<bool> {
    let columns = EventRow::columns();
    let read = connection
        .prepare_cached(&format!(
            "SELECT {columns}, previous_hash, hash FROM main.events NOT INDEXED WHERE id = ?1"
        ))?
        .query_row([id], |row| {
            let (previous, hash): (Hash, Hash) = (row.get(14)?, row.get(15)?);
            Ok(EventRow::read(row)?.hash(id, &previous) == hash)
        });
    match read.optional() {
        Err(error) if is_of_pages(&error) => Ok(false),
        read => Ok(read?.unwrap_or(false)),
    }
}

/// The numbers of events that are lost, of a session or of whoever: those of which nobody knows whose they were are among each.
pub(in crate::records) fn lost_of(
    connection: &Connection,
    session: Option<&str>,
) -> rusqlite::Result<BTreeSet<i64>> {
    let all = reading::rows(
        connection,
        "SELECT id FROM temp.events_lost WHERE ?1 IS NULL OR session_id IS NULL OR session_id = ?1",
        [session],
        |row| row.get(0),
    )?;
    Ok(all.into_iter().collect())
}

/// The sessions that had events of a span of numbers, there or lost, and whether nobody knows it of some; `None` where no keys stand in.
pub(in crate::records) fn whose(
    connection: &Connection,
    from: i64,
    to: i64,
) -> rusqlite::Result<Option<(Vec<String>, bool)>> {
    if !has_keys(connection)? {
        return Ok(None);
    }
    let owned = format!(
        "SELECT id, coalesce(session_id, '{OF_THE_GYM}') AS session FROM temp.event_keys WHERE id BETWEEN ?1 AND ?2
         UNION ALL SELECT id, session_id FROM temp.events_lost WHERE id BETWEEN ?1 AND ?2 AND session_id IS NOT NULL"
    );
    let known: i64 = connection.query_row(
        &format!("SELECT count(DISTINCT id) FROM ({owned})"),
        [from, to],
        |row| row.get(0),
    )?;
    let sessions = reading::rows(
        connection,
        &format!(
            "SELECT DISTINCT session FROM ({owned}) WHERE session <> '{OF_THE_GYM}' ORDER BY 1"
        ),
        [from, to],
        |row| row.get(0),
    )?;
    Ok(Some((sessions, known <= to.saturating_sub(from))))
}

/// Those of which nobody knows whose they were; `None` where no keys stand in, and nobody knows it of any.
pub(in crate::records) fn of_nobody(
    connection: &Connection,
) -> rusqlite::Result<Option<BTreeSet<i64>>> {
    if !has_keys(connection)? {
        return Ok(None);
    }
    let all = reading::rows(
        connection,
        "SELECT id FROM temp.events_lost WHERE session_id IS NULL",
        [],
        |row| row.get(0),
    )?;
    Ok(Some(all.into_iter().collect()))
}

/// The next event behind a number; `None` where there is none.
pub(in crate::records) fn next_key(
    connection: &Connection,
    after: i64,
) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT id FROM temp.event_keys WHERE id > ?1 ORDER BY id LIMIT 1")?
        .query_row([after], |row| row.get(0))
        .optional()
}

/// Whether a session that is over has fewer events of its own, as they are led to, than the event of its end tells of, or none that tells of its end.
/// Of one that goes on nobody can tell, nor of one whose version counted none.
pub(super) fn is_short(connection: &Connection, session: &str) -> rusqlite::Result<bool> {
    match count_short(connection, session) {
        // They cannot even be counted.
        Err(error) if is_of_pages(&error) => Ok(true),
        is_short => is_short,
    }
}

fn count_short(connection: &Connection, session: &str) -> rusqlite::Result<bool> {
    let is_over: Option<bool> = connection
        .prepare_cached("SELECT state <> 'open' FROM sessions WHERE id = ?1")?
        .query_row([session], |row| row.get(0))
        .optional()?;
    if is_over != Some(true) {
        return Ok(false);
    }
    has_fewer(connection, session, &ToldSums::of(connection, session)?)
}

/// Whether a session that is over has fewer events of its own than its end tells of, or no end.
pub(in crate::records) fn has_fewer(
    connection: &Connection,
    session: &str,
    told: &ToldSums,
) -> rusqlite::Result<bool> {
    if !told.has_end {
        return Ok(true);
    }
    // An index may lead to what is another's: the event itself tells.
    let mut count = connection.prepare_cached(&format!(
        "SELECT count(*) FROM events WHERE id IN (SELECT id FROM events WHERE session_id = ?1 AND id < ?2) AND +session_id = ?1 AND kind NOT IN ({})",
        EventKind::OF_READING
    ))?;
    for (expected, event) in &told.events {
        let there: i64 = count.query_row((session, event), |row| row.get(0))?;
        if there < expected.count {
            return Ok(true);
        }
    }
    Ok(false)
}
