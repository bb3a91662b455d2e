//! `station replay ID --at M:SS`: why the load was what it was.

use std::process::ExitCode;

use protocols::vocabulary::MachineCommand;
use serde::Serialize;

use super::super::output;
use super::written;
use crate::records::replay::instant::{self, Instant, clock};
use crate::records::session::{CorrectedFigure, SessionRecord};
use crate::records::{Archive, RecordsError};
use crate::review::instant::{corrected, lines};

/// Reads `M:SS` or `H:MM:SS` as microseconds.
pub(super) fn time(text: &str) -> Result<i64, String> {
    let wrong = || format!("\"{text}\" is no time; write minutes and seconds, such as 12:34");
    let parts: Vec<i64> = text
        .split(':')
        .map(|part| part.parse::<u32>().map(i64::from))
        .collect::<Result<_, _>>()
        .map_err(|_| wrong())?;
    let seconds = match parts.as_slice() {
        [minutes, seconds @ 0..=59] => minutes * 60 + seconds,
        [hours, minutes @ 0..=59, seconds @ 0..=59] => (hours * 60 + minutes) * 60 + seconds,
        _ => return Err(wrong()),
    };
    Ok(seconds * 1_000_000)
}

pub(super) fn run(
    archive: &Archive,
    asked: &str,
    t_us: i64,
    json: bool,
) -> Result<ExitCode, RecordsError> {
    let session = SessionRecord::read(archive, asked)?;
    match instant::at(archive, &session, t_us)? {
        Err(none) => Ok(output::finding(&format_args!(
            "{} at {}: {none}",
            session.line.id,
            clock(t_us)
        ))),
        Ok(instant) => Ok(written(
            json,
            &Told::of(&session, &instant),
            || lines(&session, &instant),
            match instant.stale_us() {
                Some(_) => ExitCode::FAILURE,
                None => ExitCode::SUCCESS,
            },
        )),
    }
}

/// The instant for a program.
#[derive(Serialize)]
struct Told<'a> {
    session: &'a str,
    bout: u16,
    asked_s: f64,
    t_s: f64,
    /// Nothing is known of the time since.
    stale_s: Option<f64>,
    as_recorded: bool,
    view: &'a control::view::StationView,
    alarms: &'a [control::view::AlarmView],
    /// Those of which a figure was corrected later.
    corrected: Vec<Corrected>,
    held_by: Vec<Limit>,
    decision: Option<&'a control::outputs::Decision>,
    command: Option<&'a MachineCommand>,
}

#[derive(Serialize)]
struct Corrected {
    rule: control::rules::RuleId,
    later: CorrectedFigure,
}

#[derive(Serialize)]
struct Limit {
    reason: control::view::Reason,
    left_met: f64,
}

impl<'a> Told<'a> {
    fn of(session: &'a SessionRecord, instant: &'a Instant) -> Self {
        let told = session.alarms();
        let corrected = instant.alarms.iter().filter_map(|alarm| {
            let later = corrected((session, &told), instant, alarm)?;
            Some(Corrected {
                rule: alarm.rule,
                later,
            })
        });
        Self {
            session: &session.line.id,
            bout: instant.bout,
            asked_s: seconds(instant.asked_us),
            t_s: seconds(instant.t_us),
            stale_s: instant.stale_us().map(seconds),
            as_recorded: instant.as_recorded,
            view: &instant.view,
            alarms: &instant.alarms,
            corrected: corrected.collect(),
            held_by: instant
                .held_by
                .iter()
                .map(|(reason, left)| Limit {
                    reason: *reason,
                    left_met: left.get(),
                })
                .collect(),
            decision: instant.decision.as_ref().map(|(_, decision)| decision),
            command: instant.command.as_ref().map(|(_, command)| command),
        }
    }
}

fn seconds(micros: i64) -> f64 {
    crate::records::archive::seconds(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_minutes_and_seconds() {
        assert_eq!(time("12:34"), Ok(754_000_000));
        assert_eq!(time("0:00"), Ok(0));
        assert_eq!(time("1:02:03"), Ok(3_723_000_000));
        for wrong in ["", "12", "12:60", "-1:00", "a:00", "1:60:00", "1:2:3:4"] {
            assert!(time(wrong).unwrap_err().contains("12:34"), "{wrong}");
        }
    }
}
