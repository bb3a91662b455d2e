//! What stands beside a session: gaps and runs.

use rusqlite::Connection;
use serde_json::Value;

use super::super::reading::rows;
use super::{FOUND_OPEN, Found, GOES_ON, LOST, NOT_ON_YET, SINCE, Told, UNTIL, gap, told};

/// A gap as its row has it.
struct Gap {
    run: i64,
    bout: Option<i64>,
    /// The bout of its run that ended when it began: the one that was lost with its gym.
    broke_off: Option<i64>,
    what: String,
    between_us: (i64, i64),
    lost: i64,
    reason: String,
}

impl Gap {
    /// Whether one of the session's own events tells of it: that it was found open, or that it goes on.
    fn is_told_by(&self, event: &Told, run_before: Option<i64>) -> bool {
        let number = |name: &str| event.detail.get(name).and_then(Value::as_i64);
        let (from_us, to_us) = self.between_us;
        if (self.what.as_str(), self.lost) != ("journal", 0) {
            return false;
        }
        match (event.text.as_str(), self.reason.as_str()) {
            (FOUND_OPEN, LOST) => {
                // An earlier version told only when the last was.
                let last = number("last_us").unwrap_or_default();
                run_before.is_none_or(|run| run == self.run)
                    && self.bout == self.broke_off
                    && (from_us, to_us) == (last, number(UNTIL).unwrap_or(last))
            }
            (GOES_ON, NOT_ON_YET) => {
                (self.run, self.bout, Some(from_us), to_us)
                    == (event.run, None, number(SINCE), event.at_us)
            }
            _ => false,
        }
    }
}

/// Whether one of the session's own events says of when nothing was recorded: it has its row. Those of earlier versions do not say so.
fn tells_of_a_gap(event: &Told) -> bool {
    let says = |name: &str| event.detail.get(name).is_some_and(Value::is_i64);
    match event.text.as_str() {
        FOUND_OPEN => says(UNTIL),
        GOES_ON => says(SINCE),
        _ => false,
    }
}

/// What was not recorded: each row has its event, and each event its row.
pub(super) fn of_gaps(
    connection: &Connection,
    session: &str,
    its_own: &[Told],
    found: &mut Found,
) -> rusqlite::Result<()> {
    let gaps = rows(
        connection,
        "SELECT run_id, what, from_us, to_us, lost, reason, bout_id,
           (SELECT max(id) FROM bouts WHERE bouts.session_id = ?1 AND bouts.run_id = gaps.run_id AND ended_us = from_us)
         FROM gaps WHERE session_id = ?1 ORDER BY id",
        [session],
        |row| {
            Ok(Gap {
                run: row.get(0)?,
                what: row.get(1)?,
                between_us: (row.get(2)?, row.get(3)?),
                lost: row.get(4)?,
                reason: row.get(5)?,
                bout: row.get(6)?,
                broke_off: row.get(7)?,
            })
        },
    )?;
    let mut events = told(connection, session, "kind = 'gap'")?;
    let befores = std::iter::once(None).chain(its_own.iter().map(|event| Some(event.run)));
    let mut own: Vec<(&Told, Option<i64>)> = its_own.iter().zip(befores).collect();
    for row in gaps {
        let (from_us, to_us) = row.between_us;
        let words = gap(
            &row.what,
            row.lost,
            to_us.saturating_sub(from_us),
            &row.reason,
        );
        let place = events
            .iter()
            .position(|event| (event.run, event.at_us, &event.text) == (row.run, to_us, &words));
        if let Some(place) = place {
            events.remove(place);
            continue;
        }
        let place = own
            .iter()
            .position(|(event, before)| row.is_told_by(event, *before));
        if let Some(place) = place {
            own.remove(place);
        } else {
            found.push((
                "gap",
                format!(
                    "no event tells of the gap of the {} ({})",
                    row.what, row.reason
                ),
            ));
        }
    }
    let left = own.into_iter().map(|(event, _)| event);
    let untold = left.filter(|event| tells_of_a_gap(event));
    for event in events.iter().chain(untold) {
        let because = format!(
            "the gap that event {} tells of is gone, or was changed",
            event.id
        );
        found.push(("gap", because));
    }
    Ok(())
}

/// What recorded it: each run says the same as the session and the bouts that were recorded in it, of which earlier versions have the number alone.
pub(super) fn of_runs(
    connection: &Connection,
    session: &str,
    found: &mut Found,
) -> rusqlite::Result<()> {
    let differing = rows(
        connection,
        "SELECT DISTINCT runs.id, runs.software, said FROM
           (SELECT run_id, software AS said FROM sessions WHERE id = ?1 UNION SELECT run_id, build FROM bouts WHERE session_id = ?1)
         JOIN runs ON runs.id = run_id WHERE runs.software NOT IN (said, 'station ' || said)",
        [session],
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?)),
    )?;
    for (run, software, said) in differing {
        found.push((
            "run",
            format!("run {run} is said to be of {software}, and what was recorded in it of {said}"),
        ));
    }
    Ok(())
}
