//! The alarms of a session, each from its raise to its end: the one way to follow them through the events.

use control::alarms::is_as_bad;
use control::rules::{LoadAct, RuleId};
use control::view::Reason;

use super::super::codes;
use super::{EventRecord, SessionRecord};

/// An alarm, by the events that tell of it.
#[derive(Debug, Clone)]
pub struct Alarm<'a> {
    /// The first that tells of it: its raise, unless that is not in the record.
    pub first: &'a EventRecord,
    /// What was told of it afterwards, up to its end.
    pub later: Vec<&'a EventRecord>,
    hardest: Option<LoadAct>,
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
        self.escalated().unwrap_or(self.first).priority.as_deref()
    }

    /// When it came to that; `None` where it was raised with it.
    #[must_use]
    pub fn escalated(&self) -> Option<&'a EventRecord> {
        self.told("alarm-escalated").last()
    }

    /// The worst value that is told of it, with the limit that it broke.
    #[must_use]
    pub fn worst(&self) -> (Option<f64>, Option<f64>) {
        let rule = RuleId::from_name(self.rule());
        let figures = |event: &EventRecord| (event.value, event.limit);
        self.later
            .iter()
            .map(|event| figures(event))
            .filter(|(value, _)| value.is_some())
            .fold(figures(self.first), |worst, told| match rule {
                Some(rule) if is_as_bad(rule, told, worst) => told,
                Some(_) | None => worst,
            })
    }

    /// The most that its rule did to the load: it may begin by holding it and end by stopping.
    #[must_use]
    pub const fn hardest(&self) -> Option<LoadAct> {
        self.hardest
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
            // Raised; or its beginning is not in the record.
            Some(_) | None if told => alarms.push(Alarm {
                first: event,
                later: Vec::new(),
                hardest: act(event),
            }),
            Some(_) | None => {}
        }
    }
    alarms
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
