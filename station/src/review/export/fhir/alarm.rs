//! Alarms as detected issues, each with what made it and what was done about it; and what was not recorded.

use control::rules::RuleId;
use serde_json::{Value, json};

use super::bundle::{Bundle, with};
use super::code::{self, own};
use super::device;
use crate::dashboard::words;
use crate::records::session::EventRecord;

/// What became of an alarm, and what its rule does to the load.
const ACTION: &str = "urn:x-station:action";

/// Writes alarms and gaps; gives the addresses of the gaps, which are observations.
pub(super) fn write(bundle: &mut Bundle<'_>) -> Vec<Value> {
    let session = bundle.session;
    let mut issues: Vec<Issue<'_>> = Vec::new();
    for event in session
        .events
        .iter()
        .filter(|event| event.kind.starts_with("alarm-"))
    {
        let open = issues
            .iter_mut()
            .rev()
            .find(|issue| issue.goes_on_with(event));
        match open {
            Some(issue) if event.kind != "alarm-raised" => issue.later.push(event),
            // Raised; or its beginning is not in the record.
            Some(_) | None => issues.push(Issue {
                first: event,
                later: Vec::new(),
            }),
        }
    }
    for issue in &issues {
        issue.write(bundle);
    }
    gaps(bundle)
}

/// An alarm from its raise to its end.
struct Issue<'a> {
    first: &'a EventRecord,
    later: Vec<&'a EventRecord>,
}

impl Issue<'_> {
    /// Whether an event tells of this alarm: of the same rule in the same bout, and it has not gone yet.
    fn goes_on_with(&self, event: &EventRecord) -> bool {
        self.first.rule == event.rule && self.first.bout == event.bout && self.cleared().is_none()
    }

    fn cleared(&self) -> Option<&EventRecord> {
        self.later
            .iter()
            .copied()
            .find(|event| event.kind == "alarm-cleared")
    }

    fn all(&self) -> impl Iterator<Item = &EventRecord> {
        core::iter::once(self.first).chain(self.later.iter().copied())
    }

    fn write(&self, bundle: &mut Bundle<'_>) {
        let rule = self.first.rule.as_deref().unwrap_or_default();
        let period = with(
            json!({ "start": bundle.instant(self.first.t_us) }),
            "end",
            self.cleared()
                .map(|event| json!(bundle.instant(event.t_us))),
        );
        let evidence = self
            .evidence(bundle, rule)
            .map(|made| json!([{ "detail": [made] }]));
        let issue = json!({
            "status": "final",
            "code": code::rule(rule),
            "severity": self.severity(),
            "patient": bundle.reference("patient"),
            "identifiedPeriod": period,
            "author": bundle.reference(device::SOFTWARE),
            "implicated": [bundle.reference("encounter")],
        });
        let words = RuleId::from_name(rule)
            .map(|rule| json!(words::alarm(rule, self.first.value, self.first.limit)));
        let issue = with(issue, "detail", words);
        let issue = with(issue, "evidence", evidence);
        let done = self.done(bundle);
        let issue = with(issue, "mitigation", (!done.is_empty()).then(|| json!(done)));
        bundle.add("DetectedIssue", &format!("alarm {}", self.first.id), issue);
    }

    /// By the highest priority that it had.
    fn severity(&self) -> &'static str {
        let had = |priority: &str| {
            self.all()
                .any(|event| event.priority.as_deref() == Some(priority))
        };
        if had("high") {
            "high"
        } else if had("medium") {
            "moderate"
        } else {
            "low"
        }
    }

    /// The value that made it, and the limit that it broke. In the rule's own unit, which the code does not name.
    fn evidence(&self, bundle: &mut Bundle<'_>, rule: &str) -> Option<Value> {
        let value = self.first.value.filter(|value| value.is_finite())?;
        let limit = self
            .first
            .limit
            .filter(|limit| limit.is_finite())
            .map(|limit| {
                json!([{
                    "code": code::concept(&[own("rule-limit")]),
                    "valueQuantity": { "value": limit },
                }])
            });
        let made = json!({
            "category": code::category("activity"),
            "code": code::rule(rule),
            "effectiveDateTime": bundle.instant(self.first.t_us),
            "valueQuantity": { "value": value },
        });
        Some(bundle.observe(
            &format!("alarm value {}", self.first.id),
            with(made, "component", limit),
        ))
    }

    /// What the rule did to the load, and what became of the alarm.
    fn done(&self, bundle: &Bundle<'_>) -> Vec<Value> {
        let act = self.first.act.as_deref().map(|act| (act, self.first));
        let later = self.later.iter().map(|event| (event.kind.as_str(), *event));
        act.into_iter()
            .chain(later)
            .map(|(action, event)| {
                json!({
                    "action": { "coding": [{ "system": ACTION, "code": action }] },
                    "date": bundle.instant(event.t_us),
                })
            })
            .collect()
    }
}

/// What was not recorded: from when to when, how much, why.
fn gaps(bundle: &mut Bundle<'_>) -> Vec<Value> {
    let session = bundle.session;
    (1..)
        .zip(&session.gaps)
        .map(|(place, gap)| {
            let what = if gap.reason.is_empty() {
                gap.what.clone()
            } else {
                format!("{}: {}", gap.what, gap.reason)
            };
            let lost = if gap.lost > 0 {
                json!({ "code": code::concept(&[own("entries-lost")]), "valueInteger": gap.lost })
            } else {
                // Nobody knows how many.
                json!({
                    "code": code::concept(&[own("entries-lost")]),
                    "dataAbsentReason": code::absent("unknown"),
                })
            };
            let told = json!({
                "category": code::category("activity"),
                "code": code::concept(&[own("record-gap")]),
                "effectivePeriod": bundle.period(gap.from_us, gap.to_us),
                "valueString": what,
                "component": [lost],
            });
            bundle.observe(&format!("gap {place}"), told)
        })
        .collect()
}
