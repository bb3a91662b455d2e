//! The core as it stood at an instant of a session, in words: why the load was what it was.

use control::rules::RuleId;
use control::view::{AlarmView, Trust, VitalView};
use protocols::vocabulary::{Absence, MachineCommand};

use crate::dashboard::words;
use crate::records::archive::seconds;
use crate::records::replay::instant::{Instant, clock};
use crate::records::session::{Alarm, CorrectedFigure, EventRecord, SessionRecord};

/// Where the figures of a line begin.
const INDENT: &str = "            ";

/// Of which instant it is; and where nothing is known of that one, of which else.
fn title(session: &str, instant: &Instant) -> Vec<String> {
    let asked = clock(instant.asked_us);
    let mut lines = vec![format!("{session}, bout {}, at {asked}", instant.bout)];
    if let Some(stale_us) = instant.stale_us() {
        lines.push(format!(
            "NOT RECORDED: no turn stands in the record for {:.0} s before {asked}.",
            seconds(stale_us)
        ));
        lines.push(format!(
            "What follows is the state of {}, and says nothing of {asked}:",
            clock(instant.t_us)
        ));
    }
    lines
}

/// Everything that the core knew and decided, a line each; what goes on stands under its beginning.
#[must_use]
pub fn lines(session: &SessionRecord, instant: &Instant) -> Vec<String> {
    let view = &instant.view;
    let since = instant.now.since(view.phase_since);
    let mut lines = title(&session.line.id, instant);
    lines.extend([
        format!(
            "phase       {} for {}",
            words::phase(view.phase),
            words::minutes(since)
        ),
        format!("heart rate  {}", vital(instant, &view.heart_rate, "/min")),
    ]);
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
    let told = session.alarms();
    lines.extend(instant.alarms.iter().map(|alarm| {
        let acknowledged = if alarm.acknowledged {
            ", acknowledged"
        } else {
            ""
        };
        let corrected = corrected((session, &told), instant, alarm);
        let corrected =
            corrected.map_or_else(String::new, |corrected| format!("; {}", corrected.words()));
        format!(
            "alarm       {} {}, for {}{acknowledged}{corrected}",
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

/// What the figure that an alarm shows then was corrected to later, among the alarms of its session.
#[must_use]
pub fn corrected(
    (session, alarms): (&SessionRecord, &[Alarm<'_>]),
    instant: &Instant,
    alarm: &AlarmView,
) -> Option<CorrectedFigure> {
    let mut of_it = alarms.iter().rev().filter(|told| {
        told.rule() == alarm.rule.name()
            && told.first.bout == Some(instant.bout)
            && told.from_us <= instant.t_us
    });
    // A later event of the same alarm may tell a worse figure.
    let shown = |event: &&EventRecord| (event.value, event.limit) == (alarm.value, alarm.limit);
    let told = of_it.next()?.events().find(shown)?;
    session.corrected_later(told)
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
    let age = match (vital.age(instant.now), vital.value, vital.absence) {
        (Some(age), Some(_), _) => format!(", {:.1} s old", age.as_secs_f64()),
        // Its source is silent; that it says there is none has no age worth telling.
        (Some(age), None, Some(Absence::Stale)) => {
            format!(", last heard {:.1} s before", age.as_secs_f64())
        }
        (Some(_) | None, ..) => String::new(),
    };
    format!("{value}{source}, {trust}{age}")
}

/// Each limit that lowered what was asked for, in their order.
fn limits(instant: &Instant) -> Vec<String> {
    if instant.held_by.is_empty() {
        return vec!["held by     nothing: no more was asked for".to_owned()];
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
            "machine     told {} longer ago than the minute that is run again here",
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
