//! Alarms by rule, what people did about them, and what held the load back.

use std::collections::BTreeMap;

use control::view::Reason;
use serde::Serialize;

use super::super::archive::seconds;
use super::super::codes;
use super::super::session::{EventRecord, SessionRecord};
use super::SessionFigures;

/// How often a rule raised an alarm.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleCount {
    /// The rule.
    pub rule: String,
    /// The highest priority that it had.
    pub priority: Option<String>,
    /// How many times.
    pub count: usize,
    /// The longest of them, in seconds; to the end of the session where it was there to the end.
    pub longest_s: f64,
}

/// An alarm on the way through the events.
struct Raised<'a> {
    event: &'a EventRecord,
    rule: &'a str,
    acknowledged_us: Option<i64>,
    gone_us: Option<i64>,
}

pub(super) fn count(session: &SessionRecord, figures: &mut SessionFigures) {
    let raised = raised(session);
    let end = session.length_us();
    let mut rules: Vec<RuleCount> = Vec::new();
    for alarm in &raised {
        let lasted = seconds(alarm.gone_us.unwrap_or(end) - alarm.event.t_us);
        match rules.iter_mut().find(|count| count.rule == alarm.rule) {
            Some(count) => {
                count.count += 1;
                count.longest_s = count.longest_s.max(lasted);
            }
            None => rules.push(RuleCount {
                rule: alarm.rule.to_owned(),
                priority: highest(session, alarm.rule),
                count: 1,
                longest_s: lasted,
            }),
        }
    }
    // A stable sort: rules of like number stay in the order of their first alarm.
    rules.sort_by_key(|count| std::cmp::Reverse(count.count));
    let mut waits: Vec<f64> = raised
        .iter()
        .filter_map(|alarm| Some(seconds(alarm.acknowledged_us? - alarm.event.t_us)))
        .collect();
    waits.sort_by(f64::total_cmp);
    figures.acknowledged = waits.len();
    figures.acknowledged_median_s = median(&waits);
    figures.alarms = rules;
    figures.held_back_s = held_back(session);
}

fn raised(session: &SessionRecord) -> Vec<Raised<'_>> {
    let mut raised: Vec<Raised<'_>> = Vec::new();
    for event in &session.events {
        let Some(rule) = event.rule.as_deref() else {
            continue;
        };
        if event.kind == "alarm-raised" {
            raised.push(Raised {
                event,
                rule,
                acknowledged_us: None,
                gone_us: None,
            });
            continue;
        }
        let open = raised.iter_mut().rev().find(|alarm| {
            alarm.gone_us.is_none() && alarm.rule == rule && alarm.event.bout == event.bout
        });
        let Some(open) = open else { continue };
        match event.kind.as_str() {
            "alarm-acknowledged" => {
                open.acknowledged_us.get_or_insert(event.t_us);
            }
            "alarm-cleared" => open.gone_us = Some(event.t_us),
            _ => {}
        }
    }
    raised
}

/// The highest priority that a rule's alarms had.
fn highest(session: &SessionRecord, rule: &str) -> Option<String> {
    session
        .events
        .iter()
        .filter(|event| event.rule.as_deref() == Some(rule))
        .filter(|event| matches!(event.kind.as_str(), "alarm-raised" | "alarm-escalated"))
        .filter_map(|event| event.priority.clone())
        .max_by_key(|priority| match priority.as_str() {
            "high" => 3,
            "medium" => 2,
            "low" => 1,
            _ => 0,
        })
}

fn median(sorted: &[f64]) -> Option<f64> {
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *sorted.get(sorted.len() / 2 - 1)?;
    Some(f64::midpoint(lower, upper))
}

fn held_back(session: &SessionRecord) -> Vec<(String, u32)> {
    let mut held: BTreeMap<String, u32> = BTreeMap::new();
    let conditioning = session
        .seconds()
        .map(|(_, second)| second)
        .filter(|second| second.is_conditioning());
    for second in conditioning {
        if !matches!(second.reason, Reason::AsProposed | Reason::Phase) {
            *held.entry(codes::reason(second.reason)).or_default() += 1;
        }
    }
    let mut held: Vec<(String, u32)> = held.into_iter().collect();
    held.sort_by_key(|(_, seconds)| std::cmp::Reverse(*seconds));
    held
}
