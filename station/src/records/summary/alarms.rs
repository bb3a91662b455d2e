//! Each alarm, and what was done about it: by the supervisor with the load, and by people.

use serde::Serialize;

use super::super::archive::seconds;
use super::super::codes::word;
use super::super::session::{Alarm, EventRecord, SessionRecord};

/// One alarm from its raising to its end.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlarmSummary {
    /// The rule that raised it.
    pub rule: String,
    /// Its highest priority.
    pub priority: Option<String>,
    /// Seconds after the session began.
    pub t_s: Option<i64>,
    /// The value that raised it, in the rule's own unit.
    pub value: Option<f64>,
    /// The limit that it broke.
    pub limit: Option<f64>,
    /// What the rule did to the load when it was raised.
    pub act: Option<String>,
    /// The most that it did to it.
    pub hardest_act: Option<String>,
    /// The load when it was raised, in METs above rest.
    pub granted_met: Option<f64>,
    /// The least load until it was gone.
    pub least_granted_met: Option<f64>,
    /// Seconds until a person acknowledged it.
    pub acknowledged_after_s: Option<f64>,
    /// Seconds until it was gone; `None` where it was there to the end.
    pub cleared_after_s: Option<f64>,
    /// How many times it called again.
    pub repeated: usize,
    /// What people did at the station while it was raised, in words.
    pub actions: Vec<String>,
}

impl AlarmSummary {
    /// Every alarm of a session, in the order of their raising.
    #[must_use]
    pub fn of_session(session: &SessionRecord) -> Vec<Self> {
        session
            .alarms()
            .iter()
            .filter(|alarm| alarm.was_raised())
            .map(|alarm| sum_up(session, alarm))
            .collect()
    }
}

fn sum_up(session: &SessionRecord, alarm: &Alarm<'_>) -> AlarmSummary {
    let raised = alarm.first;
    let gone = alarm.cleared();
    let after = |event: &EventRecord| seconds(event.t_us - raised.t_us);
    let loads = || {
        let until_us = gone.map_or(i64::MAX, |event| event.t_us);
        let there = raised.t_us.saturating_sub(1_000_000)..=until_us;
        session
            .seconds()
            .filter(move |(bout, second)| {
                Some(bout.number) == raised.bout && there.contains(&second.t_us)
            })
            .map(|(_, second)| second.granted_met_milli)
    };
    let mets = |milli: u32| f64::from(milli) / 1_000.0;
    AlarmSummary {
        rule: alarm.rule().to_owned(),
        priority: alarm.priority().map(str::to_owned),
        t_s: Some(raised.t_us.saturating_add(500_000).div_euclid(1_000_000)),
        value: raised.value,
        limit: raised.limit,
        act: raised.act.clone(),
        hardest_act: alarm.hardest().map(|act| word(&act)),
        granted_met: loads().next().map(mets),
        least_granted_met: loads().min().map(mets),
        acknowledged_after_s: alarm.acknowledged().map(after),
        cleared_after_s: gone.map(after),
        repeated: alarm.repeated(),
        actions: session
            .events
            .iter()
            .filter(|event| event.kind == "operator" && event.bout == raised.bout)
            .filter(|event| event.id > raised.id && gone.is_none_or(|gone| event.id < gone.id))
            .map(|event| event.text.clone())
            .collect(),
    }
}
