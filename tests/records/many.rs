//! A record of very many sessions: how long it takes to list and to search them, beside the same rows in plain tables of SQLite with
//! the indexes that anybody would give them.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use protocols::vocabulary::Timestamp;
use rusqlite::Connection;
use station::records::{Anchor, Archive, Recorder, RecorderOptions, SessionFilter};

use crate::timed;

/// 2026-11-23 14:31:07 UTC.
const WALL_US: i64 = 1_795_444_267_000_000;
/// A session every half an hour.
const APART_US: i64 = 1_800_000_000;
const DAY_US: i64 = 86_400_000_000;

/// Sessions with a bout each, six events of which two are alarms, the event of its end, and now and then a gap; 500 patients.
const FILL: &str = "
    INSERT INTO runs (id, software, clock_rate, began_wall_us) VALUES (9, 'bench', 1, 0);
    INSERT INTO texts VALUES (x'00', 'rules', x'00');
    INSERT INTO prescriptions VALUES ('p', 1, x'00', '', 0);
    CREATE TEMP TABLE n AS WITH RECURSIVE c (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n + 1 < ?1) SELECT n FROM c;
    INSERT OR IGNORE INTO patients SELECT printf('PAT%05d', n % 500), 0 FROM n;
    INSERT INTO sessions SELECT printf('S-%08d-%06d-ZZZZ', n, n), 9, printf('PAT%05d', n % 500), 'real', 0, 1, 'bench', n * 3600000000,
      1795444267000000 - n * 1800000000, n * 3600000000 + 2400000000, 1795444267000000 - n * 1800000000 + 2400000000, 'ended',
      CASE WHEN n % 50 = 0 THEN 'rule' ELSE 'completed' END, CASE WHEN n % 50 = 0 THEN 'spo2-floor' END FROM n;
    INSERT INTO bouts SELECT n + 1, printf('S-%08d-%06d-ZZZZ', n, n), 1, 9, n % 64, 'cycle', 'csafe', 'p', 1, x'00', 0, 1, 1, 'bench', 1,
      x'00', x'00', x'00' FROM n;
    INSERT INTO events SELECT n * 7 + e, printf('S-%08d-%06d-ZZZZ', n, n), n + 1, 9, n * 3600000000 + e, 0, e,
      CASE WHEN e < 3 THEN 'alarm-raised' ELSE 'decision' END, CASE WHEN n % 97 = 0 THEN 'hr-limit' ELSE 'cadence-low' END, 'medium', NULL, 1.0,
      2.0, 'an event of the bench, in words that are about as long as those of a session', NULL, zeroblob(32), zeroblob(32)
      FROM n, (SELECT 1 AS e UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6);
    INSERT INTO events SELECT n * 7 + 7, printf('S-%08d-%06d-ZZZZ', n, n), NULL, 9, n * 3600000000 + 9, 0, 9, 'session', NULL, NULL, NULL, NULL,
      NULL, 'the session ended: completed', NULL, zeroblob(32), zeroblob(32) FROM n;
    INSERT INTO gaps SELECT NULL, printf('S-%08d-%06d-ZZZZ', n, n), NULL, 9, 'journal', 0, 1, 1, 'bench' FROM n WHERE n % 100 = 0;
    INSERT INTO sample_blocks SELECT NULL, n + 1, b, b + 1, b, b, 600, 80000, zeroblob(2800), zeroblob(8)
      FROM n, (SELECT 1 AS b UNION SELECT 2 UNION SELECT 3 UNION SELECT 4);";

/// The same list of plain tables.
const PLAIN: &str = "SELECT id, patient, began_wall_us, end_reason, (SELECT count(*) FROM events WHERE session_id = sessions.id
    AND kind = 'alarm-raised'), (SELECT count(*) FROM gaps WHERE session_id = sessions.id) FROM sessions";

pub(crate) fn measure(sessions: u32) -> Result<Vec<String>, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("record.sqlite");
    fill(&path, sessions)?;
    let plain = folder.path().join("plain.sqlite");
    copy_plain(&path, &plain)?;
    let day = WALL_US - DAY_US * 10;
    let questions = [
        ("the latest 50", SessionFilter { limit: Some(50), ..SessionFilter::default() }, "ORDER BY began_wall_us DESC LIMIT 50".to_owned()),
        ("all", SessionFilter::default(), "ORDER BY began_wall_us DESC".to_owned()),
        (
            "of one patient",
            SessionFilter { patient: Some("PAT00042".to_owned()), ..SessionFilter::default() },
            "WHERE patient = 'PAT00042' ORDER BY began_wall_us DESC".to_owned(),
        ),
        (
            "of one day",
            SessionFilter { from_wall_us: Some(day), before_wall_us: Some(day + DAY_US), ..SessionFilter::default() },
            format!("WHERE began_wall_us >= {day} AND began_wall_us < {} ORDER BY began_wall_us DESC", day + DAY_US),
        ),
        (
            "with the text hr-limit",
            SessionFilter { search: Some("hr-limit".to_owned()), ..SessionFilter::default() },
            "WHERE instr(id || patient || end_reason || coalesce(end_rule, ''), 'hr-limit') OR EXISTS (SELECT 1 FROM events
             WHERE session_id = sessions.id AND kind = 'alarm-raised' AND instr(rule, 'hr-limit')) ORDER BY began_wall_us DESC"
                .to_owned(),
        ),
    ];
    let mut lines = vec![format!(
        "{sessions} sessions, {} apart | found | ms, plain rows | ms, record",
        minutes(APART_US)
    )];
    for (name, filter, sql) in questions {
        let (record_ms, found) = timed(|| -> Result<usize, Box<dyn Error>> {
            Ok(Archive::open(&path)?.list(&filter)?.len())
        })?;
        let (plain_ms, plain_found) = timed(|| -> Result<usize, rusqlite::Error> {
            let connection = Connection::open(&plain)?;
            let mut statement = connection.prepare(&format!("{PLAIN} {sql}"))?;
            let rows = statement.query_map([], |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, String>(1)?,
                    row.get::<_, i64>(2)?,
                    row.get::<_, i64>(4)?,
                ))
            })?;
            rows.collect::<Result<Vec<_>, _>>().map(|rows| rows.len())
        })?;
        if found != plain_found {
            return Err(
                format!("{name}: {found} sessions, and {plain_found} in plain rows").into(),
            );
        }
        lines.push(format!("{name} | {found} | {plain_ms:.1} | {record_ms:.1}"));
    }
    lines.extend(damage(&path)?);
    Ok(lines)
}

/// What `station sessions` does beside: it looks at the blocks of every session before it tells of it.
fn damage(path: &Path) -> Result<[String; 2], Box<dyn Error>> {
    let looked = |limit| {
        timed(|| -> Result<usize, Box<dyn Error>> {
            let archive = Archive::open(path)?;
            let filter = SessionFilter {
                limit,
                ..SessionFilter::default()
            };
            let lines = archive.list(&filter)?.into_iter();
            let looked: Result<Vec<_>, _> = lines.map(|line| archive.with_damage(line)).collect();
            Ok(looked?.len())
        })
    };
    let (screen_ms, screen) = looked(Some(50))?;
    let (all_ms, all) = looked(None)?;
    Ok([
        format!("the latest 50, their blocks looked at | {screen} | | {screen_ms:.1}"),
        format!("all, likewise (told one by one) | {all} | | {all_ms:.1}"),
    ])
}

fn minutes(micros: i64) -> String {
    format!("{} min", micros / 60_000_000)
}

/// A record as the program makes it, filled by hand.
fn fill(path: &Path, sessions: u32) -> Result<(), Box<dyn Error>> {
    let recorder = Recorder::open(
        path,
        &RecorderOptions {
            stations: 1,
            clock_rate: 1,
            anchor: Anchor {
                at: Timestamp::ZERO,
                wall_micros: WALL_US,
            },
        },
    )?;
    recorder.close(Duration::from_secs(10))?;
    let mut connection = Connection::open(path)?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(&FILL.replace("?1", &sessions.to_string()))?;
    transaction.commit()?;
    Ok(())
}

/// The same rows in plain tables; what belongs to a session is found by its id.
fn copy_plain(record: &Path, plain: &Path) -> Result<(), Box<dyn Error>> {
    let connection = Connection::open(plain)?;
    connection.execute(
        "ATTACH ?1 AS record",
        [record.to_str().ok_or("a path of text")?],
    )?;
    connection.execute_batch(
        "CREATE TABLE sessions AS SELECT * FROM record.sessions;
         CREATE TABLE events AS SELECT * FROM record.events;
         CREATE TABLE gaps AS SELECT * FROM record.gaps;
         CREATE INDEX events_of_session ON events (session_id);
         CREATE INDEX gaps_of_session ON gaps (session_id);
         DETACH record;",
    )?;
    Ok(())
}
