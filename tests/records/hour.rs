//! Bytes an hour of session: the seconds as plain rows, and packed; how long it takes to read them, and to open a review of one session.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use protocols::vocabulary::{Timestamp, number};
use rusqlite::Connection;
use station::clock;
use station::records::{Anchor, Archive, Recorder, RecorderOptions, SampleRow};
use station::review::terminal::opened::Opened;

use crate::{busy, timed};

pub(crate) fn measure(stations: u8, minutes: u64) -> Result<Vec<String>, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("record.sqlite");
    record(&path, stations, minutes)?;
    let hours = figure(&path, "SELECT count(*) FROM samples")? / 3_600.0;
    let plain = alone(&path, &folder.path().join("plain.sqlite"), "samples")?;
    let (plain_ms, plain_rows) = timed(|| read(&path))?;
    while figure(&path, "SELECT count(*) FROM samples")? > 0.0 {
        // The sessions were left open; the next gym packs what an earlier one left.
        open(&path, stations, clock::boot_nanos())?.close(Duration::from_mins(1))?;
    }
    let packed = alone(&path, &folder.path().join("packed.sqlite"), "sample_blocks")?;
    let (packed_ms, packed_rows) = timed(|| read(&path))?;
    if plain_rows != packed_rows {
        return Err("what was packed is not what was plain".into());
    }
    let sum = |columns: &str, table: &str| {
        figure(
            &path,
            &format!("SELECT coalesce(sum({columns}), 0) FROM {table}"),
        )
    };
    let journal =
        sum("length(data)", "journal_blocks")? + sum("length(state_zstd)", "checkpoints")?;
    let waveforms = sum("length(data)", "waveform_blocks")?;
    let wires = sum("length(data)", "wire_blocks")?;
    let review = review(&path, &folder.path().join("plain.sqlite"))?;
    let mut lines = vec![
        format!("the seconds of {hours:.2} h of session | bytes an hour | ms to read an hour"),
        format!(
            "plain rows in SQLite | {:.0} | {:.2}",
            plain / hours,
            plain_ms / hours
        ),
        format!("packed | {:.0} | {:.2}", packed / hours, packed_ms / hours),
        format!(
            "plain / packed | {:.1} | {:.2}",
            plain / packed,
            plain_ms / packed_ms
        ),
        format!(
            "beside them, an hour of a station: {:.0} bytes of journal and checkpoints, {:.0} of waveforms, {:.0} of wires",
            journal / hours,
            waveforms / hours,
            wires / hours
        ),
    ];
    lines.extend(review);
    Ok(lines)
}

fn open(path: &Path, stations: u8, begins: u64) -> Result<Recorder, Box<dyn Error>> {
    Ok(Recorder::open(
        path,
        &RecorderOptions {
            stations: usize::from(stations),
            clock_rate: 1,
            anchor: Anchor {
                at: Timestamp::from_nanos(begins),
                wall_micros: clock::wall_micros(),
            },
        },
    )?)
}

/// A gym whose every station is busy, on simulated time, for so long.
pub(crate) fn record(path: &Path, stations: u8, minutes: u64) -> Result<(), Box<dyn Error>> {
    let begins = clock::boot_nanos();
    let recorder = open(path, stations, begins)?;
    let handle = recorder.handle();
    let (config, bodies) = busy::config(stations);
    let begins = Timestamp::from_nanos(begins);
    let mut simulated = busy::roll(
        &config,
        bodies,
        begins,
        clock::wall_micros(),
        recorder.ids(),
        &mut |entry| {
            let _taken = handle.send(entry);
        },
    )?;
    simulated.run_until(begins + Duration::from_secs(minutes * 60), &mut |entry| {
        let _taken = handle.send(entry);
    });
    Ok(recorder.close(Duration::from_mins(1))?)
}

/// How many bytes a file has that holds one table and its indexes alone.
fn alone(record: &Path, file: &Path, table: &str) -> Result<f64, Box<dyn Error>> {
    let connection = Connection::open(record)?;
    let schema: String = connection.query_row(
        "SELECT sql FROM sqlite_schema WHERE name = ?1",
        [table],
        |row| row.get(0),
    )?;
    let other = Connection::open(file)?;
    other.pragma_update(None, "foreign_keys", false)?;
    other.execute_batch(&schema)?;
    other.execute(
        "ATTACH ?1 AS record",
        [record.to_str().ok_or("a path of text")?],
    )?;
    other.execute_batch(&format!(
        "INSERT INTO main.{table} SELECT * FROM record.{table}; DETACH record; VACUUM;"
    ))?;
    drop(other);
    Ok(number::from_u64(std::fs::metadata(file)?.len()))
}

/// How long it takes to open a review of one session with its plethysmogram, beside the same rows and bytes out of plain tables.
fn review(record: &Path, plain: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let archive = Archive::open(record)?;
    let id = archive
        .sessions()?
        .into_iter()
        .next()
        .ok_or("a session")?
        .id;
    let bouts = archive.bouts(&id)?;
    let (plain_ms, seconds) = timed(|| -> Result<usize, Box<dyn Error>> {
        let rows = Connection::open(plain)?;
        let mut statement =
            rows.prepare("SELECT * FROM samples WHERE bout_id = ?1 ORDER BY t_s")?;
        let columns = statement.column_count();
        let mut count = 0;
        for bout in &bouts {
            let mut rows = statement.query([bout.row()])?;
            while let Some(row) = rows.next()? {
                for column in 0..columns {
                    let _value: rusqlite::types::Value = row.get(column)?;
                }
                count += 1;
            }
        }
        let connection = Connection::open(record)?;
        let mut waves =
            connection.prepare("SELECT data FROM waveform_blocks WHERE session_id = ?1")?;
        let data = waves.query_map([&id], |row| row.get::<_, Vec<u8>>(0))?;
        data.collect::<Result<Vec<_>, _>>()?;
        Ok(count)
    })?;
    let (opened_ms, opened) = timed(|| Opened::read(&archive, &id))?;
    if opened.record.seconds().count() != seconds {
        return Err("the review has other seconds than the plain rows".into());
    }
    let (pleth_ms, _) = timed(|| {
        let mut opened = opened.clone();
        opened.read_pleth(&archive).map(|()| opened)
    })?;
    let hour = number::from_u64(u64::try_from(seconds)?) / 3_600.0;
    Ok(vec![
        format!("to open a review of {hour:.2} h of session with pleth | ms"),
        format!("its rows and its waveform's bytes out of plain tables | {plain_ms:.2}"),
        format!("seconds, events, figures, verdict, marks | {opened_ms:.2}"),
        format!("and its plethysmogram | {:.2}", opened_ms + pleth_ms),
        format!("review / plain | {:.2}", (opened_ms + pleth_ms) / plain_ms),
    ])
}

fn figure(record: &Path, sql: &str) -> Result<f64, Box<dyn Error>> {
    let count: i64 = Connection::open(record)?.query_row(sql, [], |row| row.get(0))?;
    Ok(number::from_u64(u64::try_from(count)?))
}

/// Every second of every bout.
fn read(record: &Path) -> Result<Vec<SampleRow>, Box<dyn Error>> {
    let archive = Archive::open(record)?;
    let mut rows = Vec::new();
    for session in archive.sessions()? {
        for bout in archive.bouts(&session.id)? {
            rows.extend(archive.samples(bout.row())?);
        }
    }
    Ok(rows)
}
