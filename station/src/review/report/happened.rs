//! What happened, by number: the marks of the chart and the table under it. Alarms with what was done about them, and what people did.

use control::input::{Action, Entry};
use control::rules::{LoadAct, Priority};
use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::visit::Visit;
use super::words::{clock, decimal, lasted, when};
use crate::dashboard::words::{self, capital};
use crate::records::codes;
use crate::records::session::{Ending, EventRecord};
use crate::records::summary::AlarmSummary;
use crate::review::export::span::SECOND_US;

/// Something with a number.
pub(super) struct Mark<'a> {
    /// From 1, in the order of time.
    pub(super) number: usize,
    /// When, in microseconds after the session began.
    pub(super) t_us: i64,
    /// What.
    pub(super) what: What<'a>,
}

/// What has a number.
pub(super) enum What<'a> {
    /// An alarm.
    Alarm(&'a AlarmSummary),
    /// Something that a person did.
    Action(&'a EventRecord),
}

/// Everything with a number, in the order of time.
pub(super) fn marks(visit: &Visit) -> Vec<Mark<'_>> {
    let alarms = visit.alarms.iter().map(|alarm| {
        (
            alarm.t_s.unwrap_or(0).saturating_mul(SECOND_US),
            What::Alarm(alarm),
        )
    });
    let actions = visit
        .record
        .events
        .iter()
        .filter(|event| event.kind == "operator" && deserves_a_mark(event))
        .map(|event| (event.t_us, What::Action(event)));
    let mut all: Vec<(i64, What<'_>)> = alarms.chain(actions).collect();
    all.sort_by_key(|(t_us, _)| *t_us);
    (1..)
        .zip(all)
        .map(|(number, (t_us, what))| Mark { number, t_us, what })
        .collect()
}

/// What belongs to every session, what is told with its alarm, and what stands among the entries has no mark of its own.
fn deserves_a_mark(event: &EventRecord) -> bool {
    let action: Option<Action> = event
        .detail
        .clone()
        .and_then(|detail| serde_json::from_value(detail).ok());
    match action {
        Some(
            Action::DoorChecked
            | Action::ConfirmStart
            | Action::Begin(_)
            | Action::Acknowledge(_)
            | Action::AcknowledgeAll
            | Action::Silence(_),
        ) => false,
        Some(Action::Enter(entry)) => matches!(
            entry,
            Entry::PoorPerfusion | Entry::Ectopy | Entry::Arrhythmia | Entry::Symptom
        ),
        Some(
            Action::Pause
            | Action::Resume
            | Action::LoadUp
            | Action::LoadDown
            | Action::TargetUp
            | Action::TargetDown
            | Action::Automatic
            | Action::BeginCoolDown
            | Action::Finish
            | Action::Stop
            | Action::EmergencyStop,
        ) => true,
        // Taking the station has no detail; another version's action is shown rather than left out.
        None => event.detail.is_some(),
    }
}

/// The table under the chart.
pub(super) fn table(visit: &Visit, marks: &[Mark<'_>], zone: &TimeZone) -> Markup {
    let are_lost = visit.record.has_lost_events();
    html! {
        h2 { "Alarms and what was done" }
        @if are_lost { p.notice { "Events that may tell of more cannot be read." } }
        @if marks.is_empty() {
            @if !are_lost {
                p { "No alarm was raised, and nobody had to do anything beside starting the session." }
            }
        } @else {
            table.wide {
                thead { tr { th { "No." } th { "Time" } th { "What" } th { "What was done" } } }
                tbody { @for mark in marks { (row(mark, zone)) } }
            }
        }
    }
}

fn row(mark: &Mark<'_>, zone: &TimeZone) -> Markup {
    html! {
        tr {
            td.number { (mark.number) }
            td.number { (clock(mark.t_us)) }
            @match mark.what {
                What::Alarm(alarm) => { (of_alarm(alarm, zone)) },
                What::Action(event) => { td { "Staff: " (event.text) } td {} },
            }
        }
    }
}

fn of_alarm(alarm: &AlarmSummary, zone: &TimeZone) -> Markup {
    let priority = alarm.raised_priority.as_deref().unwrap_or("unknown");
    let mark = alarm
        .raised_priority
        .as_deref()
        .and_then(codes::read::<Priority>)
        .map_or("", words::mark);
    let done = done(alarm).join(". ");
    html! {
        td {
            b { (mark) " " (priority) } ": " (alarm.saw) " "
            @if let Some(corrected) = &alarm.corrected {
                "\u{2014} " (corrected.words_with(|wall_us| when(wall_us, zone))) " "
            }
            @if let Some(worst) = &alarm.worst { "\u{2014} " (worst.words()) " " }
            span.code { "(" (alarm.rule) ")" }
        }
        td { (done) "." }
    }
}

/// By the supervisor with the load, and by people.
fn done(alarm: &AlarmSummary) -> Vec<String> {
    let mut done = Vec::new();
    done.extend(alarm.beginning.words().map(capital));
    if let (Some(priority), Some(after)) = (&alarm.priority, alarm.escalated_after_s) {
        done.push(format!("Of {priority} priority after {}", lasted(after)));
    }
    let act = alarm
        .hardest_act
        .as_deref()
        .and_then(codes::read::<LoadAct>);
    if let Some(act) = act {
        let mut load = capital(words::act(act));
        if let (Some(granted), Some(least)) = (alarm.granted_met, alarm.least_granted_met)
            && granted - least > 0.005
        {
            load = format!(
                "{load} from {} to {} MET above rest",
                decimal(granted, 2),
                decimal(least, 2)
            );
        }
        done.push(load);
    }
    done.push(match alarm.acknowledged_after_s {
        Some(after) => format!("Acknowledged after {}", lasted(after)),
        None if alarm.acknowledged => "Acknowledged".to_owned(),
        None if alarm.events_are_lost => {
            "Whether anybody acknowledged it cannot be read".to_owned()
        }
        None => "Nobody acknowledged it".to_owned(),
    });
    // Acknowledging is said already.
    let people: Vec<&str> = alarm
        .actions
        .iter()
        .map(String::as_str)
        .filter(|action| !action.starts_with("acknowledges"))
        .collect();
    if !people.is_empty() {
        done.push(format!("Staff: {}", people.join(", ")));
    }
    if alarm.repeated > 0 {
        let times = if alarm.repeated == 1 {
            "once"
        } else {
            "more than once"
        };
        done.push(format!("Called again {times}"));
    }
    done.extend(
        alarm
            .cleared_after_s
            .map(|after| format!("Gone after {}", lasted(after))),
    );
    let until = clock(alarm.until_t_s.saturating_mul(SECOND_US));
    if alarm.ending == Ending::Gone && alarm.cleared_after_s.is_none() {
        done.push(format!("Gone at {until}"));
    }
    done.extend(alarm.ending.words(&until).map(|words| capital(&words)));
    if alarm.events_are_lost {
        done.push(capital(AlarmSummary::MORE_MAY_BE_LOST));
    }
    done
}
