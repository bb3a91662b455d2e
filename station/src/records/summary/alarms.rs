//! Each alarm, and what was done about it: by the supervisor with the load, and by people.

use serde::Serialize;

use super::super::archive::{Archive, seconds};
use super::super::error::RecordsError;
use super::super::samples::SampleRow;

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
    /// What the rule did to the load.
    pub act: Option<String>,
    /// The load when it was raised, in METs above rest.
    pub granted_met: Option<f64>,
    /// The least load until it was gone.
    pub least_granted_met: Option<f64>,
    /// Seconds until a person acknowledged it.
    pub acknowledged_after_s: Option<f64>,
    /// Seconds until it was gone; `None` where it was there to the end.
    pub cleared_after_s: Option<f64>,
    /// How many times it called again.
    pub repeated: u32,
    /// What people did at the station while it was raised, in words.
    pub actions: Vec<String>,
}

struct EventLine {
    bout: Option<i64>,
    at_us: i64,
    t_s: Option<i64>,
    kind: String,
    rule: Option<String>,
    priority: Option<String>,
    act: Option<String>,
    value: Option<f64>,
    limit: Option<f64>,
    text: String,
}

/// An alarm that is still raised, on the way through the events.
struct Raised {
    summary: AlarmSummary,
    bout: Option<i64>,
    since_us: i64,
    gone_us: Option<i64>,
}

/// The alarms of a session, on the way to their summaries.
pub(super) struct Alarms(Vec<Raised>);

impl Alarms {
    /// What a bout's load was while its alarms were raised.
    pub(super) fn add_loads(&mut self, bout: i64, samples: &[SampleRow]) {
        for alarm in self.0.iter_mut().filter(|alarm| alarm.bout == Some(bout)) {
            let from = alarm.since_us.saturating_sub(1_000_000);
            let to = alarm.gone_us.unwrap_or(i64::MAX);
            let loads = || {
                samples
                    .iter()
                    .filter(|sample| (from..=to).contains(&sample.at_us))
                    .map(|sample| sample.granted_met_milli)
            };
            let mets = |milli: u32| f64::from(milli) / 1_000.0;
            alarm.summary.granted_met = loads().next().map(mets);
            alarm.summary.least_granted_met = loads().min().map(mets);
        }
    }

    pub(super) fn summaries(self) -> Vec<AlarmSummary> {
        self.0.into_iter().map(|alarm| alarm.summary).collect()
    }
}

pub(super) fn alarms(archive: &Archive, session: &str) -> Result<Alarms, RecordsError> {
    let mut alarms: Vec<Raised> = Vec::new();
    for event in events(archive, session)? {
        follow(&mut alarms, &event);
    }
    Ok(Alarms(alarms))
}

fn events(archive: &Archive, session: &str) -> Result<Vec<EventLine>, RecordsError> {
    archive.query(
        "SELECT bout_id, at_us, t_s, kind, rule, priority, act, value, limit_value, text FROM events
         WHERE session_id = ?1 AND (kind LIKE 'alarm-%' OR kind = 'operator') ORDER BY id",
        [session],
        |row| {
            Ok(EventLine {
                bout: row.get(0)?,
                at_us: row.get(1)?,
                t_s: row.get(2)?,
                kind: row.get(3)?,
                rule: row.get(4)?,
                priority: row.get(5)?,
                act: row.get(6)?,
                value: row.get(7)?,
                limit: row.get(8)?,
                text: row.get(9)?,
            })
        },
    )
}

fn follow(alarms: &mut Vec<Raised>, event: &EventLine) {
    if event.kind == "operator" {
        for alarm in alarms
            .iter_mut()
            .filter(|alarm| alarm.gone_us.is_none() && alarm.bout == event.bout)
        {
            alarm.summary.actions.push(event.text.clone());
        }
        return;
    }
    let Some(rule) = &event.rule else { return };
    if event.kind == "alarm-raised" {
        alarms.push(Raised {
            summary: AlarmSummary {
                rule: rule.clone(),
                priority: event.priority.clone(),
                t_s: event.t_s,
                value: event.value,
                limit: event.limit,
                act: event.act.clone(),
                granted_met: None,
                least_granted_met: None,
                acknowledged_after_s: None,
                cleared_after_s: None,
                repeated: 0,
                actions: Vec::new(),
            },
            bout: event.bout,
            since_us: event.at_us,
            gone_us: None,
        });
        return;
    }
    let Some(alarm) = alarms.iter_mut().rev().find(|alarm| {
        alarm.gone_us.is_none() && alarm.bout == event.bout && alarm.summary.rule == *rule
    }) else {
        return;
    };
    let after = seconds(event.at_us - alarm.since_us);
    match event.kind.as_str() {
        "alarm-escalated" => alarm.summary.priority.clone_from(&event.priority),
        "alarm-repeated" => alarm.summary.repeated += 1,
        "alarm-acknowledged" => {
            alarm.summary.acknowledged_after_s.get_or_insert(after);
        }
        "alarm-cleared" => {
            alarm.summary.cleared_after_s = Some(after);
            alarm.gone_us = Some(event.at_us);
        }
        _ => {}
    }
}
