//! The sessions of a record: listed, searched, and found by a part of an id.
//!
//! Promises: a hundred thousand of them are no burden. Everything that picks or orders them has an index; nothing walks through seconds.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use rusqlite::types::Value;
use rusqlite::{Connection, Params, Row, params_from_iter};
use serde::Serialize;

use super::archive::{Archive, seconds};
use super::damaged::{has_fewer, is_lasting};
use super::error::RecordsError;
use super::origin::Origin;
use super::sums::ToldSums;
use super::{proof, reading};
use crate::nearest::nearest;

/// One session in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SessionLine {
    /// Its id.
    pub id: String,
    /// The patient's pseudonym.
    pub patient: String,
    /// `real` or `virtual`.
    pub kind: String,
    /// Run on simulated time before its gym opened.
    pub pre_rolled: bool,
    /// How many times as fast as the wall clock its gym's time ran.
    pub clock_rate: i64,
    /// `open`, `ended` or `interrupted`.
    pub state: String,
    /// Why it ended; `None` while it is open.
    pub end_reason: Option<String>,
    /// The rule that ended it.
    pub end_rule: Option<String>,
    /// When it began, UTC, as RFC 3339.
    pub began: String,
    /// When it ended.
    pub ended: Option<String>,
    /// When it began, in microseconds since 1970, UTC.
    #[serde(skip)]
    pub began_wall_micros: i64,
    /// How long it lasted in its gym's time, in seconds; until the last that was recorded where it has not ended.
    pub seconds: f64,
    /// The program that recorded it.
    pub software: String,
    /// The stations of its bouts, in order.
    pub stations: Vec<i64>,
    /// How many alarms were raised. Written by a list alone: what has the alarms themselves has no other key for how many they are.
    #[serde(skip)]
    pub alarms: i64,
    /// How many gaps the record of it has; written likewise.
    #[serde(skip)]
    pub gaps: i64,
    /// Where it came from, where it was recorded elsewhere.
    pub imported: Option<Origin>,
}

/// Which sessions to list. Each part that is set narrows it down.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SessionFilter {
    /// Of this patient, by pseudonym.
    pub patient: Option<String>,
    /// Begun at this wall time or later, in microseconds since 1970, UTC.
    pub from_wall_us: Option<i64>,
    /// Begun before this wall time.
    pub before_wall_us: Option<i64>,
    /// `open`, `ended` or `interrupted`.
    pub state: Option<String>,
    /// With this text in the id, the patient's pseudonym, the reason or rule that ended it, or a rule that raised an alarm; upper and lower case
    /// are the same.
    pub search: Option<String>,
    /// Over, and nobody has signed.
    pub unsigned: bool,
    /// The latest so many.
    pub limit: Option<u32>,
}

/// What a list says of each session; of where it came from, whether it was recorded elsewhere.
const SESSIONS: &str = "SELECT id, patient, kind, pre_rolled, clock_rate, state, end_reason, end_rule, began_wall_us, ended_wall_us,
    (coalesce(ended_us, LAST, began_us) - began_us),
    software, (SELECT group_concat(station) FROM (SELECT station FROM bouts WHERE session_id = sessions.id ORDER BY number)),
    (SELECT count(*) FROM events WHERE session_id = sessions.id AND kind = 'alarm-raised'),
    (SELECT count(*) FROM gaps WHERE session_id = sessions.id),
    CASE WHEN state = 'ended' THEN NULL ELSE (SELECT max(last) FROM (
      SELECT t_s AS last FROM samples JOIN bouts ON bouts.id = bout_id WHERE session_id = sessions.id
      UNION ALL SELECT last_s FROM sample_blocks JOIN bouts ON bouts.id = bout_id WHERE session_id = sessions.id)) END,
    EXISTS (SELECT 1 FROM imported WHERE session_id = sessions.id)
    FROM sessions";

/// The last that was recorded of one that has not ended.
const LAST: &str =
    "(SELECT max(at_us) FROM events WHERE session_id = sessions.id AND run_id = sessions.run_id)";

/// What waits for a signature.
const UNSIGNED: &str =
    "state <> 'open' AND NOT EXISTS (SELECT 1 FROM signatures WHERE session_id = sessions.id)";

/// The latest first.
const ORDER: &str = "ORDER BY began_wall_us DESC, id DESC";

/// As many characters of an id name its session where no other has them.
const SHORTEST_PART: usize = 4;

impl SessionFilter {
    /// Those that began from one day to another, both in it, as days are in that zone.
    ///
    /// # Errors
    /// Where there is no such day in the zone.
    pub fn of_days(
        self,
        from: Option<Date>,
        to: Option<Date>,
        zone: &TimeZone,
    ) -> Result<Self, jiff::Error> {
        let begins = |day: Date| {
            zone.to_timestamp(day.to_datetime(Time::midnight()))
                .map(Timestamp::as_microsecond)
        };
        let ends = |day: Date| day.tomorrow().and_then(begins);
        Ok(Self {
            from_wall_us: from.map(begins).transpose()?,
            before_wall_us: to.map(ends).transpose()?,
            ..self
        })
    }

    /// The condition, and its values in order.
    fn condition(&self) -> (String, Vec<Value>) {
        let mut parts = Vec::new();
        let mut values: Vec<Value> = Vec::new();
        if self.unsigned {
            parts.push(UNSIGNED.to_owned());
        }
        let mut narrow = |condition: &str, value: Value| {
            values.push(value);
            parts.push(condition.replace('?', &format!("?{}", values.len())));
        };
        if let Some(patient) = &self.patient {
            narrow("patient = ?", Value::Text(patient.clone()));
        }
        if let Some(from) = self.from_wall_us {
            narrow("began_wall_us >= ?", Value::Integer(from));
        }
        if let Some(before) = self.before_wall_us {
            narrow("began_wall_us < ?", Value::Integer(before));
        }
        if let Some(state) = &self.state {
            narrow("state = ?", Value::Text(state.clone()));
        }
        if let Some(search) = &self.search {
            narrow(
                "(instr(upper(id), ?) OR instr(upper(patient), ?) OR instr(upper(coalesce(end_reason, '')), ?)
                  OR instr(upper(coalesce(end_rule, '')), ?) OR EXISTS (SELECT 1 FROM events WHERE session_id = sessions.id
                  AND kind = 'alarm-raised' AND instr(upper(rule), ?)))",
                Value::Text(search.to_ascii_uppercase()),
            );
        }
        if parts.is_empty() {
            return (String::new(), values);
        }
        (format!("WHERE {}", parts.join(" AND ")), values)
    }
}

impl Archive {
    /// Every session, the latest first.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn sessions(&self) -> Result<Vec<SessionLine>, RecordsError> {
        self.list(&SessionFilter::default())
    }

    /// The sessions that a filter lets through, the latest first.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn list(&self, filter: &SessionFilter) -> Result<Vec<SessionLine>, RecordsError> {
        let (condition, mut values) = filter.condition();
        values.push(Value::Integer(filter.limit.map_or(-1, i64::from)));
        let limit = values.len();
        let listed = || {
            self.lines(
                &format!("{condition} {ORDER} LIMIT ?{limit}"),
                params_from_iter(values.iter()),
            )
        };
        let found = listed()?;
        if found.is_empty() && self.is_misled("sessions")? {
            return listed();
        }
        Ok(found)
    }

    /// The same session with the gaps that damage left in it among its own. All its blocks are read for that, which takes longer than the list:
    /// who has many sessions to tell of tells each as soon as it is known.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn with_damage(&self, line: SessionLine) -> Result<SessionLine, RecordsError> {
        let glance = |connection: &Connection| {
            let told = ToldSums::of(connection, &line.id)?;
            let lost = proof::lost_at_a_glance(connection, &line.id, &told)?;
            let is_short = line.state != "open" && has_fewer(connection, &line.id, &told)?;
            Ok((lost, is_short))
        };
        let (lost, is_short) = self.read(|connection| match glance(connection) {
            // Pages of it are damaged: something is missing, and the others are to be listed all the same.
            Err(error) if is_lasting(connection, &error) => Ok((1, false)),
            looked => looked,
        })?;
        // Only where something is damaged may events be lost that are not counted.
        let is_to_be_asked = is_short || !self.damage().is_empty();
        let lacks_events = i64::from(is_to_be_asked && self.lacks_events(&line.id)?);
        Ok(SessionLine {
            gaps: line.gaps + lost + lacks_events,
            ..line
        })
    }

    /// The sessions of a condition, each with where it came from.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "values are handed over as to SQLite itself"
    )]
    fn lines(
        &self,
        which: &str,
        values: impl Params + Clone,
    ) -> Result<Vec<SessionLine>, RecordsError> {
        let lines = self.read(|connection| {
            let list = |last: &str| {
                let sql = format!("{} {which}", SESSIONS.replace("LAST", last));
                let read = |row: &Row<'_>| Ok((line(row)?, row.get::<_, bool>(16)?));
                reading::rows(connection, &sql, values.clone(), read)
            };
            match list(LAST) {
                // Where its last event is lost its seconds tell how long it was.
                Err(error) if is_lasting(connection, &error) => list("NULL"),
                lines => lines,
            }
        })?;
        let with_origin = |(mut line, is_imported): (SessionLine, bool)| {
            if is_imported {
                line.imported = self.read(|connection| Origin::of(connection, &line.id))?;
            }
            Ok(line)
        };
        lines.into_iter().map(with_origin).collect()
    }

    /// When the last session began that a filter would let through before its time, and the first after it; wall times in microseconds
    /// since 1970, UTC. `None` where there is none, or the filter has no end on that side.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn beside(
        &self,
        filter: &SessionFilter,
    ) -> Result<(Option<i64>, Option<i64>), RecordsError> {
        let find = |which: &str, side: SessionFilter| {
            let (condition, values) = side.condition();
            let found = self.query(
                &format!("SELECT {which}(began_wall_us) FROM sessions {condition}"),
                params_from_iter(values),
                |row| row.get::<_, Option<i64>>(0),
            )?;
            Ok::<_, RecordsError>(found.into_iter().flatten().next())
        };
        let side = |from_wall_us, before_wall_us| SessionFilter {
            from_wall_us,
            before_wall_us,
            ..filter.clone()
        };
        let before = match filter.from_wall_us {
            Some(from) => find("max", side(None, Some(from)))?,
            None => None,
        };
        let after = match filter.before_wall_us {
            Some(before) => find("min", side(Some(before), None))?,
            None => None,
        };
        Ok((before, after))
    }

    /// How many sessions the record has.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn session_count(&self) -> Result<u64, RecordsError> {
        let counted = self.query("SELECT count(*) FROM sessions", [], |row| {
            reading::count(row, 0)
        })?;
        Ok(counted.into_iter().next().unwrap_or_default())
    }

    /// The session of that id; a part of one will do where it fits a single session, and `last` is the latest.
    ///
    /// # Errors
    /// [`RecordsError::NoSession`] with the nearest one; or the file cannot be read.
    pub fn find(&self, asked: &str) -> Result<SessionLine, RecordsError> {
        let found = match self.look_for(asked) {
            Err(RecordsError::NoSession { .. }) if self.is_misled("sessions")? => {
                self.look_for(asked)?
            }
            found => found?,
        };
        self.hold_events(&found.id)?;
        Ok(found)
    }

    fn look_for(&self, asked: &str) -> Result<SessionLine, RecordsError> {
        let wanted = asked.to_ascii_uppercase();
        let some = |condition: &str, limit: u32| {
            self.lines(
                &format!("WHERE {condition} {ORDER} LIMIT {limit}"),
                [&wanted],
            )
        };
        if let Some(exact) = some("id = ?1", 1)?.into_iter().next() {
            return Ok(exact);
        }
        if asked == "last"
            && let Some(last) = some("?1 = 'LAST'", 1)?.into_iter().next()
        {
            return Ok(last);
        }
        if wanted.len() >= SHORTEST_PART
            && let [one] = some("instr(id, ?1)", 2)?.as_slice()
        {
            return Ok(one.clone());
        }
        Err(RecordsError::NoSession {
            id: asked.to_owned(),
            path: self.path().to_owned(),
            nearest: match self.sessions()?.as_slice() {
                [] if !self.damage().is_empty() => ": none of its sessions can be read".to_owned(),
                all => instead(all, asked),
            },
        })
    }

    /// The patient of that pseudonym, as the record has it; upper and lower case are the same where no two patients differ in it alone.
    ///
    /// # Errors
    /// [`RecordsError::NoPatient`] with the nearest one; or the file cannot be read.
    pub fn patient(&self, asked: &str) -> Result<String, RecordsError> {
        let asked = asked.trim();
        let all: Vec<String> = self.query(
            "SELECT pseudonym FROM patients UNION SELECT pseudonym FROM identities UNION SELECT DISTINCT patient FROM sessions ORDER BY 1",
            [],
            |row| row.get(0),
        )?;
        let alike: Vec<&String> = all
            .iter()
            .filter(|patient| patient.eq_ignore_ascii_case(asked))
            .collect();
        if let Some(exact) = alike.iter().find(|patient| **patient == asked) {
            return Ok((*exact).clone());
        }
        if let [one] = alike.as_slice() {
            return Ok((*one).clone());
        }
        let nearest = nearest(asked, &all, String::as_str);
        Err(RecordsError::NoPatient {
            pseudonym: asked.to_owned(),
            path: self.path().to_owned(),
            nearest: nearest.map_or_else(
                || ": it has no patient yet".to_owned(),
                |patient| {
                    format!(
                        "; the nearest is {patient}, and `station sessions` lists all sessions with their patients"
                    )
                },
            ),
        })
    }
}

fn line(row: &Row<'_>) -> rusqlite::Result<SessionLine> {
    let began: i64 = row.get(8)?;
    let recorded_us: i64 = row.get(10)?;
    let sampled_s: Option<i64> = row.get(15)?;
    let stations: Option<String> = row.get(12)?;
    let state: String = row.get(5)?;
    let recorded = seconds(recorded_us);
    let sampled = sampled_s.map_or(0.0, |whole| seconds(whole.saturating_mul(1_000_000)));
    Ok(SessionLine {
        id: row.get(0)?,
        patient: row.get(1)?,
        kind: row.get(2)?,
        pre_rolled: row.get(3)?,
        clock_rate: row.get(4)?,
        seconds: if state == "ended" {
            recorded
        } else {
            recorded.max(sampled)
        },
        state,
        end_reason: row.get(6)?,
        end_rule: row.get(7)?,
        began: utc(began),
        ended: row.get::<_, Option<i64>>(9)?.map(utc),
        began_wall_micros: began,
        software: row.get(11)?,
        stations: stations
            .unwrap_or_default()
            .split(',')
            .filter_map(|number| number.parse().ok())
            .collect(),
        alarms: row.get(13)?,
        gaps: row.get(14)?,
        imported: None,
    })
}

/// Wall time as RFC 3339, whole seconds, UTC.
pub(super) fn utc(wall_micros: i64) -> String {
    let at = Timestamp::from_microsecond(wall_micros).unwrap_or(Timestamp::UNIX_EPOCH);
    let whole = Timestamp::from_second(at.as_second()).unwrap_or(at);
    whole.to_string()
}

/// What to ask for instead of what names no session, worded to follow.
fn instead(all: &[SessionLine], asked: &str) -> String {
    let wanted = asked.to_ascii_uppercase();
    let mut of_patient = all
        .iter()
        .filter(|line| line.patient.eq_ignore_ascii_case(asked));
    if let Some(latest) = of_patient.next() {
        return match of_patient.count() {
            0 => format!(": that is a patient, whose session is {}", latest.id),
            more => format!(
                ": that is a patient, of {} sessions; the latest is {}",
                more + 1,
                latest.id
            ),
        };
    }
    let fitting = all.iter().filter(|line| line.id.contains(&wanted)).count();
    if fitting > 0 {
        return format!(
            " by so little: {fitting} of {} ids have it; write at least four characters that one has alone",
            all.len()
        );
    }
    nearest(asked, all, |line| &line.id).map_or_else(
        || ": it has no session yet".to_owned(),
        |line| {
            format!(
                "; the nearest is {}, and `station sessions` lists them all",
                line.id
            )
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_among_the_gaps_of_a_list_that_says_so() {
        for damage in [
            "UPDATE sample_blocks SET data = zeroblob(length(data))",
            "DELETE FROM sample_blocks",
        ] {
            let (_folder, archive) = super::super::fixtures::archive_of_a_visit();
            let gaps = || {
                let lines = archive.sessions().unwrap().into_iter();
                lines
                    .map(|line| archive.with_damage(line).unwrap().gaps)
                    .collect::<Vec<_>>()
            };
            assert_eq!(gaps(), [0]);
            Connection::open(archive.path())
                .unwrap()
                .execute_batch(damage)
                .unwrap();
            assert_eq!(gaps(), [1], "{damage}");
        }
    }

    #[test]
    fn times_are_whole_seconds_of_utc() {
        assert_eq!(utc(super::super::fixtures::WALL), "2026-11-23T14:31:07Z");
    }
}
