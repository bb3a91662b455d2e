//! What happened in a session, as marks on its axis and as rows of a list.

use control::rules::{Priority, RuleId};
use control::view::PhaseKind;

use crate::dashboard::words;
use crate::records::archive::whole_second;
use crate::records::codes;
use crate::records::session::{Alarm, EventRecord, MeasurementRecord, SessionRecord, Worst};

/// What kind of thing a mark tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    /// An alarm was raised with that priority, or came to it.
    Alarm(Priority),
    /// A person measured or asked something; a letter says what.
    Entry(char),
    /// A person pressed a key.
    Person,
    /// A person's key was refused.
    Refused,
    /// A pause or a stop began.
    Pause,
    /// Another phase began.
    Phase,
    /// Something was not recorded, or cannot be read any more.
    Gap,
    /// A link, a notice, a session's own event.
    Notice,
    /// A decision, or a command to the machine.
    Load,
    /// An alarm was acknowledged, silenced, came again or went.
    AlarmLater,
}

/// One mark.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Seconds after the session began.
    pub t_s: i64,
    /// What kind.
    pub kind: MarkKind,
    /// In words.
    pub text: String,
}

impl Mark {
    /// What stands on the axis: `***` for a high alarm, `b` for a blood pressure.
    #[must_use]
    pub fn sign(&self) -> String {
        match self.kind {
            MarkKind::Alarm(priority) => words::mark(priority).to_owned(),
            MarkKind::Entry(letter) => letter.to_string(),
            MarkKind::Person => "k".to_owned(),
            MarkKind::Refused => "!".to_owned(),
            MarkKind::Pause => "P".to_owned(),
            MarkKind::Phase => "|".to_owned(),
            MarkKind::Gap => "g".to_owned(),
            MarkKind::Notice => "i".to_owned(),
            MarkKind::Load => "l".to_owned(),
            MarkKind::AlarmLater => "a".to_owned(),
        }
    }

    /// Whether `n` stops there.
    #[must_use]
    pub const fn is_alarm(&self) -> bool {
        matches!(self.kind, MarkKind::Alarm(_))
    }

    /// Whether `e` stops there, and the list shows it without being asked: all but what the load did by itself and what became of alarms.
    #[must_use]
    pub const fn is_main(&self) -> bool {
        !matches!(
            self.kind,
            MarkKind::Load | MarkKind::AlarmLater | MarkKind::Notice
        )
    }

    /// Whether it stands in the row of what people did.
    #[must_use]
    pub const fn is_of_people(&self) -> bool {
        matches!(
            self.kind,
            MarkKind::Entry(_)
                | MarkKind::Person
                | MarkKind::Refused
                | MarkKind::Pause
                | MarkKind::Gap
        )
    }
}

/// Every mark of a session, in order of time.
#[must_use]
pub fn of(session: &SessionRecord) -> Vec<Mark> {
    let mut marks: Vec<Mark> = session
        .alarms()
        .iter()
        .filter_map(|alarm| was_there_already(session, alarm))
        .collect();
    let worst = session.worst_by_event();
    marks.extend(
        session
            .events
            .iter()
            // What was measured stands as a measurement already.
            .filter(|event| session.entered(event).is_none())
            .filter_map(|event| of_event(session, event, worst.get(&event.id))),
    );
    marks.extend(
        session
            .measurements
            .iter()
            .map(|taken| of_measurement(session, taken)),
    );
    marks.extend(session.gaps.iter().map(|gap| Mark {
        t_s: whole_second(gap.from_us),
        kind: MarkKind::Gap,
        text: format!("gap: {}, because {}", gap.what, gap.reason),
    }));
    marks.sort_by_key(|mark| mark.t_s);
    marks
}

/// The beginning of an alarm that no event of its bout calls one.
fn was_there_already(session: &SessionRecord, alarm: &Alarm<'_>) -> Option<Mark> {
    let there = alarm.beginning.words()?;
    if alarm.first.kind == "alarm-escalated" {
        return None;
    }
    let priority = alarm.first_priority().and_then(codes::read);
    Some(Mark {
        t_s: whole_second(alarm.from_us),
        kind: MarkKind::Alarm(priority.unwrap_or(Priority::Low)),
        text: of_alarm(
            session,
            alarm.first,
            &format!(", {there}"),
            alarm.worst().as_ref(),
        )?,
    })
}

fn of_event(session: &SessionRecord, event: &EventRecord, worst: Option<&Worst>) -> Option<Mark> {
    let kind = match event.kind.as_str() {
        "alarm-raised" | "alarm-escalated" => {
            let priority = event.priority.as_deref().and_then(codes::read);
            MarkKind::Alarm(priority.unwrap_or(Priority::Low))
        }
        kind if kind.starts_with("alarm-") => MarkKind::AlarmLater,
        "phase" => match entered(event) {
            Some(PhaseKind::Paused | PhaseKind::Stopped) => MarkKind::Pause,
            Some(_) | None => MarkKind::Phase,
        },
        "operator" => MarkKind::Person,
        "refused" => MarkKind::Refused,
        "decision" | "command" => MarkKind::Load,
        // A gap has a row of its own.
        "gap" => return None,
        _ => MarkKind::Notice,
    };
    Some(Mark {
        t_s: whole_second(event.t_us),
        text: text(session, event, worst),
        kind,
    })
}

fn entered(event: &EventRecord) -> Option<PhaseKind> {
    codes::read(event.detail.as_ref()?.get("to")?.as_str()?)
}

/// An alarm as it is told everywhere; anything else by its own words.
fn text(session: &SessionRecord, event: &EventRecord, worst: Option<&Worst>) -> String {
    let alarm = match event.kind.as_str() {
        "alarm-raised" => of_alarm(session, event, "", worst),
        "alarm-escalated" => of_alarm(session, event, " has a higher priority now", worst),
        _ => None,
    };
    alarm.unwrap_or_else(|| event.text.clone())
}

/// An alarm's rule with what it saw and did, and how it stands with it; `None` where this version knows no such rule.
fn of_alarm(
    session: &SessionRecord,
    event: &EventRecord,
    how: &str,
    worst: Option<&Worst>,
) -> Option<String> {
    let rule = RuleId::from_name(event.rule.as_deref()?)?;
    let act: Option<control::rules::LoadAct> = event.act.as_deref().and_then(codes::read);
    let act = act.map_or_else(String::new, |act| format!(", {}", words::act(act)));
    let saw = event.saw()?;
    let mut text = format!("{saw}{act} ({rule}{how})");
    let corrected = session.corrected_later(event);
    let corrected = corrected.map(|corrected| corrected.words());
    let worst = worst.map(Worst::words);
    for more in [corrected, worst].into_iter().flatten() {
        text = format!("{text}; {more}");
    }
    Some(text)
}

fn of_measurement(session: &SessionRecord, taken: &MeasurementRecord) -> Mark {
    let letter = match taken.kind.as_str() {
        "blood-pressure" => 'b',
        "perceived-exertion" => 'r',
        "dyspnoea" => 'y',
        _ => 's',
    };
    let mut text = taken.words();
    if session.corrected(taken).is_some() {
        text.push_str(" (corrected later)");
    }
    if taken.replaces.is_some() {
        text.push_str(" (a correction)");
    }
    Mark {
        t_s: whole_second(taken.t_us),
        kind: MarkKind::Entry(letter),
        text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::fixtures::archive_of_a_visit;
    use crate::review::export::fixtures::made;

    #[test]
    fn every_alarm_and_every_entry_of_a_visit_has_one_mark() {
        let (_folder, archive) = archive_of_a_visit();
        let session = SessionRecord::read(&archive, "last").unwrap();
        let marks = of(&session);
        let raised = session
            .events
            .iter()
            .filter(|event| matches!(event.kind.as_str(), "alarm-raised" | "alarm-escalated"))
            .count();
        assert!(raised > 0);
        assert_eq!(marks.iter().filter(|mark| mark.is_alarm()).count(), raised);
        let entries = marks
            .iter()
            .filter(|mark| matches!(mark.kind, MarkKind::Entry(_)));
        assert_eq!(entries.count(), session.measurements.len());
        assert!(marks.is_sorted_by_key(|mark| mark.t_s));
        let floor = marks
            .iter()
            .find(|mark| mark.text.contains("spo2-floor") && mark.is_alarm());
        let floor = floor.unwrap();
        assert!(
            floor.text.starts_with("SpO2 86 at floor 88"),
            "{}",
            floor.text
        );
        assert_eq!(floor.sign(), "**");
        assert!(
            marks
                .iter()
                .any(|mark| mark.text == "blood pressure 142/78 mmHg")
        );
    }

    #[test]
    fn an_alarm_has_one_time_in_every_list_and_its_own_priority() {
        let (_folder, archive) = archive_of_a_visit();
        let mut session = SessionRecord::read(&archive, "last").unwrap();
        let place = session
            .events
            .iter()
            .position(|event| {
                event.kind == "alarm-raised" && event.rule.as_deref() == Some("spo2-floor")
            })
            .unwrap();
        for (into_second, expected) in [(300_000, 0), (650_000, 1)] {
            let whole = session.events[place].t_us.div_euclid(1_000_000);
            session.events[place].t_us = whole * 1_000_000 + into_second;
            session.events[place].priority = Some("medium".to_owned());
            let mark = of(&session)
                .into_iter()
                .find(|mark| mark.is_alarm() && mark.text.contains("spo2-floor"))
                .unwrap();
            assert_eq!(mark.t_s, whole + expected);
            assert_eq!(mark.kind, MarkKind::Alarm(Priority::Medium));
            let alarms = crate::records::summary::AlarmSummary::of_session(&session);
            let told = alarms.iter().find(|alarm| alarm.rule == "spo2-floor");
            assert_eq!(told.unwrap().t_s, Some(mark.t_s));
            // At the cursor on the mark the alarm is there.
            let raised = crate::review::because::raised_at;
            let there = session.alarms();
            let at = |t_s| raised(&there, 1, t_s).any(|alarm| alarm.rule() == "spo2-floor");
            assert!(at(mark.t_s) && !at(mark.t_s - 1));
            session.events[place].t_us = whole * 1_000_000;
        }
    }

    #[test]
    fn a_gap_has_a_mark_that_says_why() {
        let made = made();
        let session = SessionRecord::read(&made.archive, "last").unwrap();
        let marks = of(&session);
        let gap = marks
            .iter()
            .find(|mark| mark.kind == MarkKind::Gap)
            .unwrap();
        assert!(gap.text.contains("Nurse Joy pulled a plug"), "{}", gap.text);
        assert!(gap.is_main() && gap.is_of_people());
    }
}
