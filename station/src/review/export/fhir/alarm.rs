//! Alarms as detected issues, each with what made it and what was done about it; and what was not recorded.

use control::rules::RuleId;
use serde_json::{Value, json};

use super::bundle::{Bundle, wall, with};
use super::code::{self, own};
use super::device;
use super::taken;
use crate::dashboard::words::rules;
use crate::records::session::{Alarm, Ending, Worst};

/// What became of an alarm, and what its rule does to the load.
const ACTION: &str = "urn:x-station:action";

/// Writes alarms and gaps; gives the addresses of the gaps, which are observations.
pub(super) fn write(bundle: &mut Bundle<'_>) -> Vec<Value> {
    let session = bundle.session;
    for alarm in session.alarms() {
        Issue(alarm).write(bundle);
    }
    gaps(bundle)
}

/// An alarm as an issue.
struct Issue<'a>(Alarm<'a>);

impl Issue<'_> {
    fn write(&self, bundle: &mut Bundle<'_>) {
        let rule = self.0.rule();
        // Without an end where it may still be there.
        let ending = self.0.ending();
        let is_open = bundle.session.line.state == "open";
        let is_over = ending != Ending::NotRead && (ending != Ending::Stayed || !is_open);
        let status = match ending {
            Ending::NotRead => "unknown",
            Ending::Gone | Ending::BrokeOff | Ending::Stayed if is_over => "final",
            Ending::Gone | Ending::BrokeOff | Ending::Stayed => bundle.status(),
        };
        let period = with(
            json!({ "start": bundle.instant(self.0.from_us) }),
            "end",
            is_over.then(|| json!(bundle.instant(self.0.to_us))),
        );
        let mut evidence: Vec<Value> = self.evidence(bundle, rule).into_iter().collect();
        evidence.extend(self.worst(bundle, rule));
        // What holds stands among the measurements.
        if let Some(corrected) = self.0.corrected(self.0.first) {
            evidence.push(bundle.reference(&taken::name(&corrected.holds)));
        }
        let evidence = (!evidence.is_empty()).then(|| json!([{ "detail": evidence }]));
        let issue = json!({
            "status": status,
            "code": code::rule(rule),
            "severity": self.severity(),
            "patient": bundle.reference("patient"),
            "identifiedPeriod": period,
            "author": bundle.reference(device::SOFTWARE),
            "implicated": [bundle.reference("encounter")],
        });
        let worst = self.0.worst();
        let words = self.0.first.saw().map(|saw| {
            let worst = worst.as_ref().map(Worst::words);
            let more = [self.corrected(), worst].into_iter().flatten();
            json!(more.fold(saw, |words, more| format!("{words}, {more}")))
        });
        let issue = with(issue, "detail", words);
        let issue = with(issue, "evidence", evidence);
        let done = self.done(bundle);
        let issue = with(issue, "mitigation", (!done.is_empty()).then(|| json!(done)));
        bundle.add(
            "DetectedIssue",
            &format!("alarm {}", self.0.first.id),
            issue,
        );
    }

    /// What its figure was corrected to later, in words.
    fn corrected(&self) -> Option<String> {
        let corrected = self.0.corrected(self.0.first)?;
        Some(corrected.words_with(wall))
    }

    /// By the highest priority that it had.
    fn severity(&self) -> &'static str {
        match self.0.priority() {
            Some("high") => "high",
            Some("medium") => "moderate",
            Some(_) | None => "low",
        }
    }

    /// A value or limit in the rule's own unit; without one where it has none of its own in UCUM.
    fn quantity(&self, bundle: &Bundle<'_>, value: f64) -> Value {
        let rule = RuleId::from_name(self.0.rule());
        let bout = bundle.session.bout_of(self.0.first);
        let unit = rule
            .zip(bout)
            .map(|(rule, bout)| rules::unit(rule, bout.machine));
        match unit {
            Some(unit @ ("/min" | "%" | "W" | "mm[Hg]")) => code::quantity(value, unit),
            Some("score") => code::quantity(value, "{score}"),
            Some(_) | None => json!({ "value": value }),
        }
    }

    /// The value that made it, and the limit that it broke.
    fn evidence(&self, bundle: &mut Bundle<'_>, rule: &str) -> Option<Value> {
        let first = self.0.first;
        let made = self.figure(
            bundle,
            (rule, self.0.from_us),
            (first.value, first.limit),
            self.corrected(),
        )?;
        let made = with(made, "status", Some(json!("final")));
        Some(bundle.observe(&format!("alarm value {}", first.id), made))
    }

    /// The worst value until it was gone, of when it was told.
    fn worst(&self, bundle: &mut Bundle<'_>, rule: &str) -> Option<Value> {
        let worst = self.0.worst()?;
        let note = worst.words();
        let told = self.figure(
            bundle,
            (rule, worst.t_us),
            (worst.value, worst.limit),
            Some(note),
        )?;
        Some(bundle.observe(&format!("alarm worst {}", self.0.first.id), told))
    }

    /// A value of it and the limit that this broke, of an instant.
    fn figure(
        &self,
        bundle: &Bundle<'_>,
        (rule, at_us): (&str, i64),
        (value, limit): (Option<f64>, Option<f64>),
        note: Option<String>,
    ) -> Option<Value> {
        let value = value.filter(|value| value.is_finite())?;
        let limit = limit.filter(|limit| limit.is_finite()).map(|limit| {
            json!([{
                "code": code::concept(&[own("rule-limit")]),
                "valueQuantity": self.quantity(bundle, limit),
            }])
        });
        let figure = json!({
            "category": code::category("activity"),
            "code": code::rule(rule),
            "effectiveDateTime": bundle.instant(at_us),
            "valueQuantity": self.quantity(bundle, value),
        });
        let note = note.map(|words| json!([{ "text": words }]));
        Some(with(with(figure, "component", limit), "note", note))
    }

    /// What the rule did to the load, and what became of the alarm.
    fn done(&self, bundle: &Bundle<'_>) -> Vec<Value> {
        let act = self.0.first.act.as_deref().map(|act| (act, self.0.first));
        let later = self
            .0
            .events()
            .filter(|event| event.kind != "alarm-raised")
            .map(|event| (event.kind.as_str(), event));
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
