//! Alarms by rule, what people did about them, and what held the load back.

use std::collections::BTreeMap;

use control::rules::Priority;
use control::view::Reason;
use serde::Serialize;

use super::super::archive::seconds;
use super::super::codes;
use super::super::session::SessionRecord;
use super::SessionFigures;

/// How many alarms a rule had.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleCount {
    /// The rule.
    pub rule: String,
    /// The highest priority that it had.
    pub priority: Option<String>,
    /// How many.
    pub count: usize,
    /// The longest of them, in seconds, as far as it was recorded.
    pub longest_s: f64,
}

pub(super) fn count(session: &SessionRecord, figures: &mut SessionFigures) {
    let alarms = session.alarms();
    let mut rules: Vec<RuleCount> = Vec::new();
    for alarm in &alarms {
        let lasted = seconds(alarm.to_us - alarm.from_us);
        let priority = alarm.priority().map(str::to_owned);
        match rules.iter_mut().find(|count| count.rule == alarm.rule()) {
            Some(count) => {
                count.count += 1;
                count.longest_s = count.longest_s.max(lasted);
                count.priority = higher(count.priority.take(), priority);
            }
            None => rules.push(RuleCount {
                rule: alarm.rule().to_owned(),
                priority,
                count: 1,
                longest_s: lasted,
            }),
        }
    }
    // A stable sort: rules of like number stay in the order of their first alarm.
    rules.sort_by_key(|count| std::cmp::Reverse(count.count));
    let mut waits: Vec<f64> = alarms
        .iter()
        .filter(|alarm| alarm.has_its_beginning())
        .filter_map(|alarm| Some(seconds(alarm.acknowledged()?.t_us - alarm.from_us)))
        .collect();
    waits.sort_by(f64::total_cmp);
    let acknowledged = alarms.iter().filter(|alarm| alarm.acknowledged().is_some());
    figures.acknowledged = acknowledged.count();
    figures.acknowledged_median_s = median(&waits);
    figures.alarms = rules;
    figures.held_back_s = held_back(session);
}

/// The higher of two priorities.
fn higher(one: Option<String>, other: Option<String>) -> Option<String> {
    one.into_iter()
        .chain(other)
        .max_by_key(|priority| codes::read::<Priority>(priority))
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
