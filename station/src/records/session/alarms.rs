//! The alarms of a session, each from its raise to its end: the one way to follow them through the events.

use control::rules::LoadAct;

use super::super::codes;
use super::{EventRecord, SessionRecord};

/// An alarm, by the events that tell of it.
#[derive(Debug, Clone)]
pub struct Alarm<'a> {
    /// The first that tells of it: its raise, unless that is not in the record.
    pub first: &'a EventRecord,
    /// What was told of it afterwards, up to its end.
    pub later: Vec<&'a EventRecord>,
}

impl<'a> Alarm<'a> {
    /// The rule that raised it.
    #[must_use]
    pub fn rule(&self) -> &'a str {
        self.first.rule.as_deref().unwrap_or_default()
    }

    /// Whether its raise is in the record.
    #[must_use]
    pub fn was_raised(&self) -> bool {
        self.first.kind == "alarm-raised"
    }

    /// The first acknowledgement.
    #[must_use]
    pub fn acknowledged(&self) -> Option<&'a EventRecord> {
        self.told("alarm-acknowledged").next()
    }

    /// Its end; `None` where it was there to the end.
    #[must_use]
    pub fn cleared(&self) -> Option<&'a EventRecord> {
        self.told("alarm-cleared").next()
    }

    /// How many times it called again.
    #[must_use]
    pub fn repeated(&self) -> usize {
        self.told("alarm-repeated").count()
    }

    /// The highest priority that it had, as a word: it only ever gets a higher one.
    #[must_use]
    pub fn priority(&self) -> Option<&'a str> {
        let escalated = self.told("alarm-escalated").last();
        escalated.unwrap_or(self.first).priority.as_deref()
    }

    /// The most that its rule did to the load: it may begin by holding it and end by stopping.
    #[must_use]
    pub fn hardest(&self) -> Option<LoadAct> {
        std::iter::once(self.first)
            .chain(self.later.iter().copied())
            .filter_map(|event| codes::read(event.act.as_deref()?))
            .max()
    }

    fn told(&self, kind: &'static str) -> impl DoubleEndedIterator<Item = &'a EventRecord> {
        self.later
            .iter()
            .copied()
            .filter(move |event| event.kind == kind)
    }

    /// Whether an event tells of this alarm: of the same rule in the same bout, and it has not gone yet.
    fn goes_on_with(&self, event: &EventRecord) -> bool {
        self.first.rule == event.rule && self.first.bout == event.bout && self.cleared().is_none()
    }
}

pub(super) fn follow(session: &SessionRecord) -> Vec<Alarm<'_>> {
    let mut alarms: Vec<Alarm<'_>> = Vec::new();
    let told = session
        .events
        .iter()
        .filter(|event| event.kind.starts_with("alarm-"));
    for event in told {
        let open = alarms
            .iter_mut()
            .rev()
            .find(|alarm| alarm.goes_on_with(event));
        match open {
            Some(alarm) if event.kind != "alarm-raised" => alarm.later.push(event),
            // Raised; or its beginning is not in the record.
            Some(_) | None => alarms.push(Alarm {
                first: event,
                later: Vec::new(),
            }),
        }
    }
    alarms
}
