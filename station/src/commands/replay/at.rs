//! `station replay ID --at M:SS`: why the load was what it was.

use std::process::ExitCode;

use control::rules::RuleId;
use control::view::{Trust, VitalView};
use protocols::vocabulary::MachineCommand;
use serde::Serialize;

use super::super::output;
use super::written;
use crate::dashboard::words;
use crate::records::replay::instant::{self, Instant, clock};
use crate::records::session::SessionRecord;
use crate::records::{Archive, RecordsError};

/// Where the figures of a line begin.
const INDENT: &str = "            ";

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
            &Told::of(&session.line.id, &instant),
            || lines(&session.line.id, &instant),
            ExitCode::SUCCESS,
        )),
    }
}

/// The instant for a program.
#[derive(Serialize)]
struct Told<'a> {
    session: &'a str,
    bout: u16,
    t_s: f64,
    as_recorded: bool,
    view: &'a control::view::StationView,
    alarms: &'a [control::view::AlarmView],
    held_by: Vec<Limit>,
    decision: Option<&'a control::outputs::Decision>,
    command: Option<&'a MachineCommand>,
}

#[derive(Serialize)]
struct Limit {
    reason: control::view::Reason,
    left_met: f64,
}

impl<'a> Told<'a> {
    fn of(session: &'a str, instant: &'a Instant) -> Self {
        Self {
            session,
            bout: instant.bout,
            t_s: seconds(instant.t_us),
            as_recorded: instant.as_recorded,
            view: &instant.view,
            alarms: &instant.alarms,
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

fn lines(session: &str, instant: &Instant) -> Vec<String> {
    let view = &instant.view;
    let since = instant.now.since(view.phase_since);
    let mut lines = vec![
        format!(
            "{session}, bout {}, at {}",
            instant.bout,
            clock(instant.t_us)
        ),
        format!(
            "phase       {} for {}",
            words::phase(view.phase),
            words::minutes(since)
        ),
        format!("heart rate  {}", vital(instant, &view.heart_rate, "/min")),
    ];
    if view.pulse.trust != Trust::Absent {
        lines.push(format!(
            "pulse       {}",
            vital(instant, &view.pulse, "/min")
        ));
    }
    lines.push(format!(
        "saturation  {}",
        vital(instant, &view.saturation, "%")
    ));
    if let Some(target) = view.target_heart_rate {
        lines.push(format!("target      {target:.0} /min"));
    }
    lines.push(format!(
        "asked for   {:.2} MET above rest{}",
        view.proposed.get(),
        if view.by_hand { ", by hand" } else { "" }
    ));
    lines.extend(limits(instant));
    lines.push(format!(
        "let through {:.2} MET above rest",
        view.granted.get()
    ));
    lines.push(format!(
        "because     {}",
        words::reason(view, &instant.alarms)
    ));
    lines.extend(machine(instant));
    lines.extend(acting(instant));
    lines.extend(instant.alarms.iter().map(|alarm| {
        let acknowledged = if alarm.acknowledged {
            ", acknowledged"
        } else {
            ""
        };
        format!(
            "alarm       {} {}, for {}{acknowledged}",
            words::priority(alarm.priority),
            words::alarm(alarm.rule, alarm.value, alarm.limit),
            words::ago(instant.now.since(alarm.since))
        )
    }));
    lines.extend(
        words::notes::of(view)
            .into_iter()
            .map(|note| format!("note        {note}")),
    );
    if !instant.as_recorded {
        lines.push(
            "This version decides otherwise than the one that ran: `station replay ID` shows where first.".to_owned(),
        );
    }
    lines
}

fn vital(instant: &Instant, vital: &VitalView, unit: &str) -> String {
    let value = match (vital.value, vital.absence) {
        (Some(value), _) => format!("{value:.0} {unit}"),
        (None, Some(why)) => format!("-- ({})", words::absence(why)),
        (None, None) => "--".to_owned(),
    };
    let trust = match vital.trust {
        Trust::Trusted => "trusted".to_owned(),
        Trust::Doubted => format!("doubted: {}", words::notes::doubt(vital)),
        Trust::Lost => "lost".to_owned(),
        Trust::Absent => "nobody measures it".to_owned(),
    };
    let source = vital.source.map_or_else(String::new, |source| {
        format!(" by the {}", words::source(source))
    });
    let age = vital.age(instant.now).map_or_else(String::new, |age| {
        format!(", {:.1} s old", age.as_secs_f64())
    });
    format!("{value}{source}, {trust}{age}")
}

/// Each limit that lowered what was asked for, in their order.
fn limits(instant: &Instant) -> Vec<String> {
    if instant.held_by.is_empty() {
        return vec!["held by     nothing".to_owned()];
    }
    instant
        .held_by
        .iter()
        .enumerate()
        .map(|(place, (reason, left))| {
            let head = if place == 0 { "held by     " } else { INDENT };
            let view = control::view::StationView {
                reason: *reason,
                ..instant.view
            };
            format!(
                "{head}{:.2} MET left by: {}",
                left.get(),
                words::reason(&view, &instant.alarms)
            )
        })
        .collect()
}

fn machine(instant: &Instant) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some((t_us, command)) = &instant.command {
        let told = match command {
            MachineCommand::Start(load) => format!("to start with {}", words::load(load)),
            MachineCommand::SetLoad(load) => words::load(load),
            MachineCommand::Stop => "to stop".to_owned(),
            MachineCommand::EmergencyStop => "its fastest stop".to_owned(),
        };
        lines.push(format!("machine     told {told} at {}", clock(*t_us)));
    } else if let Some(load) = &instant.view.told {
        lines.push(format!(
            "machine     told {}, before the minute shown here",
            words::load(load)
        ));
    }
    if let Some((report, sent_at)) = &instant.view.machine {
        let power = report.power.map(|power| format!("{} W", power.get()));
        let speed = report
            .speed
            .map(|speed| format!("{:.1} km/h", speed.kilometres_per_hour()));
        let grade = report.grade.map(|grade| format!("{:.1} %", grade.get()));
        let said: Vec<String> = [power, speed, grade].into_iter().flatten().collect();
        lines.push(format!(
            "{INDENT}reported {}, {:.1} s ago",
            if said.is_empty() {
                "no load".to_owned()
            } else {
                said.join(" ")
            },
            instant.now.since(*sent_at).as_secs_f64()
        ));
    }
    lines
}

/// Rules that act on the load.
fn acting(instant: &Instant) -> Option<String> {
    let (_, decision) = instant.decision.as_ref()?;
    let acting: Vec<&str> = decision.acting.iter().map(RuleId::name).collect();
    (!acting.is_empty()).then(|| format!("rules       {} act on the load", acting.join(", ")))
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
