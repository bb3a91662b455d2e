//! Whether what the event of a session's end sums up is still that: what each bout began with, its journal, its wires, what was learned from it;
//! the plethysmogram, how the clocks were read, and the session's own events.

use rusqlite::{Connection, OptionalExtension};

use super::super::damaged::is_lasting;
use super::super::sums::{self, Counted, OfBout, PARTS, ToldSums};
use super::Found;

/// How what is there differs from what an event tells of; nothing where it does not. Where a disk has damaged it, that is said.
fn differs(
    connection: &Connection,
    there: rusqlite::Result<Counted>,
    expected: &Counted,
) -> rusqlite::Result<Option<String>> {
    Ok(match there {
        Err(error) if is_lasting(connection, &error) => Some(format!("cannot be read: {error}")),
        there => match there? {
            there if there == *expected => None,
            there if there.count == expected.count => Some("was changed".to_owned()),
            there => Some(format!(
                "is in {} rows, not {}",
                there.count, expected.count
            )),
        },
    })
}

/// What of a session is not what the events of its end sum up.
pub(super) fn of_sums(
    connection: &Connection,
    session: &str,
    told: &ToldSums,
    found: &mut Found,
) -> rusqlite::Result<()> {
    for (bout, (of_bout, event)) in &told.bouts {
        let row: Option<i64> = connection
            .prepare_cached("SELECT id FROM bouts WHERE session_id = ?1 AND number = ?2")?
            .query_row((session, bout), |row| row.get(0))
            .optional()?;
        if let Some(row) = row {
            of_one_bout(connection, (*bout, row), of_bout, *event, found)?;
        } else {
            let because = format!("bout {bout}, which event {event} tells of, is gone");
            found.of_bout("session", *bout, because);
        }
    }
    for (run, expected, event) in &told.clocks {
        let there = Counted::of_clock(connection, *run, expected.count);
        if let Some(how) = differs(connection, there, expected)? {
            let because =
                format!("how the clocks were read in run {run} {how}: event {event} tells of it");
            found.push(("clock", because));
        }
        let put_in = put_into_clock(connection, (*run, expected.count), *event)?;
        if put_in > 0 {
            let because = format!(
                "{put_in} readings of the clocks in run {run} stand behind those that event {event} tells of, and are of a time before it: they were added"
            );
            found.push(("clock", because));
        }
    }
    for (run, expected, event) in &told.waveforms {
        let there = Counted::of_waveform(connection, session, *run);
        if let Some(how) = differs(connection, there, expected)? {
            let because = format!("the plethysmogram {how}: event {event} tells of it");
            found.push(("plethysmogram", because));
        }
    }
    for (expected, event) in &told.events {
        let there = match Counted::of_events(connection, session, *event) {
            // The chain tells which of them.
            Err(error) if is_lasting(connection, &error) => continue,
            there => there?,
        };
        if there != *expected {
            let because = if there.count == expected.count {
                format!("the session's own events are not those that event {event} tells of")
            } else {
                format!(
                    "the session has {} events of its own before event {event}, which tells of {}",
                    there.count, expected.count
                )
            };
            found.push(("events", because));
        }
    }
    Ok(())
}

/// How many readings of a run's clocks stand behind the first so many, though they are of a time that an event sums up: of a run that was lost
/// nothing comes after them.
fn put_into_clock(
    connection: &Connection,
    (run, first): (i64, i64),
    event: i64,
) -> rusqlite::Result<i64> {
    connection
        .prepare_cached(
            "SELECT count(*) FROM (SELECT at_us FROM clock_anchors WHERE run_id = ?1 ORDER BY rowid LIMIT -1 OFFSET ?2)
             WHERE at_us < coalesce((SELECT at_us FROM events WHERE id = ?3 AND run_id = ?1), 9223372036854775807)",
        )?
        .query_row((run, first, event), |row| row.get(0))
}

fn of_one_bout(
    connection: &Connection,
    (bout, row): (u16, i64),
    of_bout: &OfBout,
    event: i64,
    found: &mut Found,
) -> rusqlite::Result<()> {
    let there = Counted::of_wire(connection, row);
    if let Some(how) = differs(connection, there, &of_bout.wire)? {
        let because =
            format!("what went over the wires of bout {bout} {how}: event {event} tells of it");
        found.of_bout("wire", bout, because);
    }
    for part in &PARTS {
        let Some(expected) = of_bout.rows.get(part.name) else {
            continue;
        };
        let there = Counted::of_part(connection, part, row);
        if let Some(how) = differs(connection, there, expected)? {
            let turns = if part.name == "journal" {
                of_turns(connection, row, of_bout)
            } else {
                String::new()
            };
            let because = format!(
                "{} {how}{turns}: event {event} tells of it",
                part.of_bout(bout)
            );
            found.of_bout(part.what, bout, because);
        }
    }
    Ok(())
}

/// How many turns are there, where they are not as many as were.
fn of_turns(connection: &Connection, row: i64, of_bout: &OfBout) -> String {
    // Where they cannot be counted, the journal cannot be read, and that is said.
    match (sums::turns(connection, row).ok(), of_bout.turns) {
        (Some(there), Some(expected)) if there != expected => {
            format!(" and has {there} turns of {expected}")
        }
        _ => String::new(),
    }
}
