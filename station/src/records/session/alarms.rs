//! The alarms of a session, each from its beginning to its end: the one way to follow them through the events.

use std::collections::BTreeMap;

use control::alarms::is_as_bad;
use control::rules::{LoadAct, RuleId};
use control::view::Reason;
use serde::Serialize;

use super::super::codes;
use super::super::replay::instant::clock;
use super::{BoutRecord, CorrectedFigure, EventRecord, SessionRecord};
use crate::dashboard::words;

/// An alarm, by the events of one bout that tell of it. What stood when a gym was lost and stands when the session goes on is two: nobody
/// knows what was between.
#[derive(Debug, Clone)]
pub struct Alarm<'a> {
    session: &'a SessionRecord,
    /// The first that tells of it: its raise, unless that is not in the bout.
    pub first: &'a EventRecord,
    /// Since when it was there, in microseconds after the session began.
    pub from_us: i64,
    /// Until when, as far as that was recorded.
    pub to_us: i64,
    /// How it began.
    pub beginning: Beginning,
    /// What told of it afterwards, up to its end.
    later: Vec<&'a EventRecord>,
    hardest: Option<LoadAct>,
    /// Its bout ends there in the record, because its gym was lost.
    broke_off: bool,
}

/// How an alarm began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Beginning {
    /// It was raised.
    Raised,
    /// It was there when the session went on after its gym had been lost.
    WentOn,
    /// It was raised, but that is not in the record.
    NotRecorded,
}

/// How an alarm ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// It was gone.
    Gone,
    /// The record breaks off with it: its gym was lost.
    BrokeOff,
    /// It was there to the end of its bout.
    Stayed,
    /// Events that may tell of it cannot be read.
    NotRead,
}

/// The worst of an alarm, where it was worse than what its rule saw first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Worst {
    /// What its rule saw then, in words.
    pub saw: String,
    /// The value, in the rule's own unit.
    pub value: Option<f64>,
    /// The limit that this value broke.
    pub limit: Option<f64>,
    /// By when, in microseconds after the session began: the first event that tells of it.
    pub t_us: i64,
    /// What the figure in it was corrected to later.
    pub corrected: Option<CorrectedFigure>,
    /// Events that may tell of worse cannot be read.
    #[serde(skip)]
    pub may_be_worse: bool,
}

impl Worst {
    /// In words, with the time in the session: `at worst SpO2 87.2 well below rest, by 21:15`.
    #[must_use]
    pub fn words(&self) -> String {
        let read = if self.may_be_worse {
            ", as far as can be read,"
        } else {
            ""
        };
        let words = format!("at worst{read} {}, by {}", self.saw, clock(self.t_us));
        match &self.corrected {
            Some(corrected) => format!("{words}, {}", corrected.words()),
            None => words,
        }
    }
}

impl Beginning {
    /// In words; `None` where it was raised, as alarms are.
    #[must_use]
    pub const fn words(self) -> Option<&'static str> {
        match self {
            Self::Raised => None,
            Self::WentOn => Some("there when the session went on"),
            Self::NotRecorded => Some("when it was raised is not in the record"),
        }
    }
}

impl Ending {
    /// In words, with the time when it ended; `None` where it was gone, as alarms are.
    #[must_use]
    pub fn words(self, at: &str) -> Option<String> {
        match self {
            Self::Gone => None,
            Self::BrokeOff => Some(format!("until the record breaks off at {at}")),
            Self::Stayed => Some("there to the end".to_owned()),
            Self::NotRead => Some("whether it ended cannot be read".to_owned()),
        }
    }
}

impl<'a> Alarm<'a> {
    /// The rule that raised it.
    #[must_use]
    pub fn rule(&self) -> &'a str {
        self.first.rule.as_deref().unwrap_or_default()
    }

    /// Every event that tells of it, in order.
    #[must_use]
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &'a EventRecord> {
        std::iter::once(self.first).chain(self.later.iter().copied())
    }

    /// The first acknowledgement.
    #[must_use]
    pub fn acknowledged(&self) -> Option<&'a EventRecord> {
        self.told("alarm-acknowledged").next()
    }

    /// Whether events that may tell of it cannot be read: what it is not said to have had it may have had.
    #[must_use]
    pub fn has_lost_events(&self) -> bool {
        let from = self.begins_behind();
        let after = |event: &EventRecord| {
            self.cleared().is_some_and(|cleared| cleared.id == event.id)
                || event.bout > self.first.bout
        };
        let end = self.session.events.iter().find(|event| after(event));
        let end = end.map_or(i64::MAX, |event| event.id);
        self.session.has_lost_between(from, end)
    }

    /// Behind which event all of it is: its raise; of one whose raise is not read the last that is of an earlier bout, as it may have been raised
    /// at any time of its own.
    fn begins_behind(&self) -> i64 {
        if self.beginning == Beginning::Raised {
            return self.first.id;
        }
        let before = self.session.events.iter().filter(|event| {
            event.id < self.first.id && event.bout.is_some() && event.bout < self.first.bout
        });
        before.map(|event| event.id).max().unwrap_or(0)
    }

    /// Whether when it began is in the record.
    #[must_use]
    pub const fn has_its_beginning(&self) -> bool {
        !matches!(self.beginning, Beginning::NotRecorded)
    }

    /// The event that tells that it was gone.
    #[must_use]
    pub fn cleared(&self) -> Option<&'a EventRecord> {
        self.told("alarm-cleared").next()
    }

    /// How it ended.
    #[must_use]
    pub fn ending(&self) -> Ending {
        match self.cleared() {
            Some(_) => Ending::Gone,
            None if self.has_lost_events() => Ending::NotRead,
            None if self.broke_off => Ending::BrokeOff,
            None => Ending::Stayed,
        }
    }

    /// How many times it called again.
    #[must_use]
    pub fn repeated(&self) -> usize {
        self.told("alarm-repeated").count()
    }

    /// The priority that it began with, as a word.
    #[must_use]
    pub fn first_priority(&self) -> Option<&'a str> {
        // What people did and how it went are told with the priority where the alarm was still there after it.
        self.events().find_map(|event| event.priority.as_deref())
    }

    /// The highest priority that it had, as a word: it only ever gets a higher one.
    #[must_use]
    pub fn priority(&self) -> Option<&'a str> {
        self.escalated()
            .map_or_else(|| self.first_priority(), |event| event.priority.as_deref())
    }

    /// When it came to that; `None` where it began with it.
    #[must_use]
    pub fn escalated(&self) -> Option<&'a EventRecord> {
        let mut later = self.later.iter().copied();
        later.rfind(|event| event.kind == "alarm-escalated")
    }

    /// What was worse than what its rule saw first, until it was gone; `None` where nothing was, as the words have it.
    #[must_use]
    pub fn worst(&self) -> Option<Worst> {
        let rule = RuleId::from_name(self.rule())?;
        let figures = |event: &EventRecord| (event.value, event.limit);
        let told = self.later.iter().copied();
        // A later event tells the same again: the first that has it tells when.
        let worst = told
            .filter(|event| event.value.is_some())
            .fold(self.first, |worst, told| {
                let other = figures(told) != figures(worst);
                if other && is_as_bad(rule, figures(told), figures(worst)) {
                    told
                } else {
                    worst
                }
            });
        let saw = worst
            .saw()
            .filter(|saw| self.first.saw().as_ref() != Some(saw))?;
        Some(Worst {
            saw,
            value: worst.value,
            limit: worst.limit,
            t_us: worst.t_us,
            corrected: self.corrected(worst),
            may_be_worse: self.has_lost_events(),
        })
    }

    /// What the figure that one of its events tells of was corrected to later.
    #[must_use]
    pub fn corrected(&self, told: &EventRecord) -> Option<CorrectedFigure> {
        self.session.corrected_later(told)
    }

    /// The most that its rule did to the load: it may begin by holding it and end by stopping.
    #[must_use]
    pub const fn hardest(&self) -> Option<LoadAct> {
        self.hardest
    }

    fn told(&self, kind: &'static str) -> impl Iterator<Item = &'a EventRecord> {
        self.events().filter(move |event| event.kind == kind)
    }

    /// Whether an event tells of this alarm: of the same rule in the same bout, and it has not gone yet.
    fn goes_on_with(&self, event: &EventRecord) -> bool {
        self.first.rule == event.rule && self.first.bout == event.bout && self.cleared().is_none()
    }

    /// That an event tells of an alarm that is not known yet.
    fn begun(session: &'a SessionRecord, event: &'a EventRecord) -> Self {
        let bout = session.bout_of(event);
        let went_on = |bout: &&BoutRecord| {
            let before = bout.number.saturating_sub(1);
            let mut bouts = session.bouts.iter();
            bouts.any(|other| other.number == before && other.broke_off)
        };
        let (beginning, from_us) = if event.kind == "alarm-raised" {
            (Beginning::Raised, event.t_us)
        } else if let Some(bout) = bout.filter(went_on) {
            (Beginning::WentOn, bout.from_us)
        } else {
            (Beginning::NotRecorded, event.t_us)
        };
        let alarm = Alarm {
            session,
            first: event,
            from_us,
            to_us: from_us,
            beginning,
            later: Vec::new(),
            hardest: act(event),
            broke_off: bout.is_some_and(|bout| bout.broke_off),
        };
        // What tells that it was there before may as well be what is lost.
        if beginning == Beginning::WentOn
            && session.has_lost_between(alarm.begins_behind(), event.id)
        {
            return Alarm {
                beginning: Beginning::NotRecorded,
                from_us: event.t_us,
                to_us: event.t_us,
                ..alarm
            };
        }
        alarm
    }

    fn ended(self) -> Self {
        let session = self.session;
        let bout = session.bout_of(self.first).and_then(|bout| bout.to_us);
        let to_us = self
            .cleared()
            .map(|event| event.t_us)
            .or(bout)
            .unwrap_or_else(|| session.length_us());
        Alarm { to_us, ..self }
    }
}

impl EventRecord {
    /// What an alarm's rule saw, with its figures, in the words of every document: `diastolic 118 over stop limit 115`. The rule's name where
    /// this version knows no such rule; `None` where the event speaks of no rule.
    #[must_use]
    pub fn saw(&self) -> Option<String> {
        let name = self.rule.as_deref()?;
        Some(RuleId::from_name(name).map_or_else(
            || name.to_owned(),
            |rule| words::alarm(rule, self.value, self.limit),
        ))
    }
}

impl SessionRecord {
    /// The worst of every alarm that has one, by the id of the event that tells of the alarm first.
    #[must_use]
    pub fn worst_by_event(&self) -> BTreeMap<i64, Worst> {
        let alarms = self.alarms();
        let worst = |alarm: &Alarm<'_>| Some((alarm.first.id, alarm.worst()?));
        alarms.iter().filter_map(worst).collect()
    }
}

pub(super) fn follow(session: &SessionRecord) -> Vec<Alarm<'_>> {
    let mut alarms: Vec<Alarm<'_>> = Vec::new();
    for event in session.events.iter().filter(|event| event.rule.is_some()) {
        let told = event.kind.starts_with("alarm-");
        let open = alarms
            .iter_mut()
            .rev()
            .find(|alarm| alarm.goes_on_with(event));
        match open {
            Some(alarm) if event.kind != "alarm-raised" => {
                alarm.hardest = alarm.hardest.max(act(event));
                if told {
                    alarm.later.push(event);
                }
            }
            // Raised; or its beginning is not in the bout.
            Some(_) | None if told => alarms.push(Alarm::begun(session, event)),
            Some(_) | None => {}
        }
    }
    // What stood already when a bout began is told by a later event. A stable sort.
    alarms.sort_by_key(|alarm| alarm.from_us);
    alarms.into_iter().map(Alarm::ended).collect()
}

/// What the rule of an event did to the load. A stage that acts and does not call again stands in no alarm's event, but in the decision's.
fn act(event: &EventRecord) -> Option<LoadAct> {
    if let Some(act) = &event.act {
        return codes::read(act);
    }
    let binding = event.detail.as_ref()?.get("decision")?.get("binding")?;
    let Reason::Rule(_, act) = serde_json::from_value(binding.clone()).ok()? else {
        return None;
    };
    Some(act)
}
