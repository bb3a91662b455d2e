//! `station demo --day`: a day of eight patients and the weeks before, in the demonstration's record, without a dashboard.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use protocols::vocabulary::Timestamp;

use super::output::Output;
use super::serve::open_record;
use crate::clock;
use crate::gym::demo::People;
use crate::gym::demo::day::{self, Visit};
use crate::records::RecordsError;
use crate::records::archive::Archive;
use crate::records::location::{self, Which};

/// The gym of the demonstration opens at nine.
const OPENS_AT: i8 = 9;

/// And its day is over two hours later, at most.
const LASTS_HOURS: i8 = 2;

/// What was rolled is written within this.
const ROLLED_WITHIN: Duration = Duration::from_mins(5);

/// Rolls the day and the weeks before it into the record, and says where they are.
///
/// # Errors
/// Where the record cannot be written; the error says what to do.
pub(super) fn run(record: Option<&Path>, weeks: u32) -> Result<ExitCode, RecordsError> {
    let path = location::resolve(record, Which::Demonstration)?;
    let zone = TimeZone::system();
    let today = day_of(&zone);
    let visits = day::visits(weeks);
    if let Some(date) = rolled_before(&path, &visits, today, &zone)? {
        return Ok(super::output::finding(&format_args!(
            "{} has a rolled day of {date} already, whole or in part: give another record with --record FILE",
            path.display()
        )));
    }
    let (_, mut people) = day::gym();
    for visit in visits {
        roll(&path, visit, today, &zone, &mut people)?;
    }
    let mut out = Output::new();
    for line in told(&path, today)? {
        out.line(&line);
    }
    Ok(match out.finish() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            super::output::finding(&format_args!("the list could not be written: {error}"))
        }
    })
}

/// A date of these visits at which the record has sessions that were rolled: rolled twice, each of them would stand there twice.
fn rolled_before(
    path: &Path,
    visits: &[Visit],
    today: Date,
    zone: &TimeZone,
) -> Result<Option<Date>, RecordsError> {
    if !path.exists() {
        return Ok(None);
    }
    let sessions = Archive::open(path)?.sessions()?;
    Ok(visits.iter().map(|visit| visit.date(today)).find(|date| {
        let opens = opened(*date, zone);
        let closes = opens + i64::from(LASTS_HOURS) * 3_600_000_000;
        sessions.iter().any(|session| {
            session.pre_rolled && (opens..closes).contains(&session.began_wall_micros)
        })
    }))
}

/// Today, where the gym's day can be over by now; else the day before.
fn day_of(zone: &TimeZone) -> Date {
    let now = zone.to_datetime(
        jiff::Timestamp::from_microsecond(clock::wall_micros())
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH),
    );
    if now.hour() >= OPENS_AT + LASTS_HOURS {
        now.date()
    } else {
        now.date().saturating_sub(1.day())
    }
}

/// When the gym opened on that day, in microseconds since 1970, UTC.
fn opened(date: Date, zone: &TimeZone) -> i64 {
    let at = date.at(OPENS_AT, 0, 0, 0);
    zone.to_timestamp(at)
        .map_or(0, jiff::Timestamp::as_microsecond)
}

fn roll(
    path: &Path,
    visit: Visit,
    today: Date,
    zone: &TimeZone,
    people: &mut People,
) -> Result<(), RecordsError> {
    let date = visit.date(today);
    let wall_micros = opened(date, zone);
    let begins = Timestamp::from_secs(1);
    let recorder = open_record(path, day::STATIONS, 1, begins, wall_micros)?;
    let handle = recorder.handle();
    day::roll(
        visit,
        people,
        begins,
        wall_micros,
        clock::day(),
        recorder.ids(),
        &mut |entry| {
            // The recorder ends only after the gym.
            let _taken = handle.send(entry);
        },
    );
    recorder.close(ROLLED_WITHIN)
}

/// What there is now, and what to do with it.
fn told(path: &Path, today: Date) -> Result<Vec<String>, RecordsError> {
    let sessions = Archive::open(path)?.sessions()?;
    let patients: std::collections::BTreeSet<&str> = sessions
        .iter()
        .map(|session| session.patient.as_str())
        .collect();
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    Ok(vec![
        format!(
            "{} sessions of {} patients in {}; the day is {today}",
            sessions.len(),
            patients.len(),
            path.display()
        ),
        "for the commands of this shell:".to_owned(),
        format!("  export STATION_RECORD='{}'", path.display()),
        "  station review".to_owned(),
        "  station report last".to_owned(),
    ])
}
