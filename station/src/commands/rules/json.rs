//! The rules as JSON: an object by rule name, each key only where the row has it; with a prescription, its values beside each row.

use control::prescription::{PatientFacts, Prescription};
use control::rules::table::{self, Doubted, Escalation, Rule, Stage};
use control::rules::values::{Limit, Values};
use control::rules::{LoadAct, Priority};
use protocols::vocabulary::MachineKind;
use serde::{Serialize, Serializer};

use super::text;
use crate::commands::chosen::Chosen;

/// The table, in its order.
#[derive(Debug)]
pub(super) struct Table<'a>(pub(super) &'a [&'a Rule]);

impl Serialize for Table<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|rule| (rule.id.name(), Row::of(rule))))
    }
}

/// The table with the values in force for one prescription.
#[derive(Debug, Serialize)]
pub(super) struct Resolved<'a> {
    patient: &'a str,
    facts: PatientFacts,
    id: &'a str,
    version: u32,
    machine: MachineKind,
    valid_from: String,
    valid_until: String,
    summary: &'a str,
    prescription: Prescription,
    /// S of the rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_bpm: Option<f64>,
    rules: ResolvedTable<'a>,
}

impl<'a> Resolved<'a> {
    /// These rows, for that prescription.
    pub(super) fn of(rules: &'a [&'a Rule], chosen: &'a Chosen) -> Self {
        let ordered = &chosen.ordered;
        Self {
            patient: &chosen.pseudonym,
            facts: chosen.facts,
            id: &ordered.id,
            version: ordered.version,
            machine: ordered.machine,
            valid_from: ordered.validity.from.to_string(),
            valid_until: ordered.validity.until.to_string(),
            summary: &ordered.summary,
            prescription: ordered.prescription,
            stop_bpm: ordered.prescription.heart_rate.map(|limits| limits.stop()),
            rules: ResolvedTable { rules, chosen },
        }
    }
}

#[derive(Debug)]
struct ResolvedTable<'a> {
    rules: &'a [&'a Rule],
    chosen: &'a Chosen,
}

impl Serialize for ResolvedTable<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.rules.iter().map(|rule| {
            let row = ResolvedRow {
                row: Row::of(rule),
                in_force: InForce::of(rule, &self.chosen.values(rule), &self.chosen.facts),
            };
            (rule.id.name(), row)
        }))
    }
}

#[derive(Debug, Serialize)]
struct ResolvedRow {
    #[serde(flatten)]
    row: Row,
    in_force: InForce,
}

/// A row's values for one prescription.
#[derive(Debug, Serialize)]
struct InForce {
    /// Why it is off; `null` where it is on.
    off: Option<String>,
    mean_s: u16,
    /// When each stage comes.
    after_s: Vec<u16>,
    limit: Option<Figure>,
    ends: Option<Figure>,
}

impl InForce {
    fn of(rule: &Rule, values: &Values, facts: &PatientFacts) -> Self {
        Self {
            off: values.off.map(text::why),
            mean_s: values.mean_s,
            after_s: rule
                .stages
                .iter()
                .map(|stage| stage.after_for(facts.denervated))
                .collect(),
            limit: values.limit.map(Figure::of),
            ends: values.ends.map(Figure::of),
        }
    }
}

/// A limit, by the side on which the value has to be.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Figure {
    Above(f64),
    AtLeast(f64),
    Below(f64),
    AtMost(f64),
    AboveMmhg { systolic: u16, diastolic: u16 },
    LongerThanS(u64),
    AfterS(u64),
}

impl Figure {
    const fn of(limit: Limit) -> Self {
        match limit {
            Limit::Above(figure) => Self::Above(figure),
            Limit::AtLeast(figure) => Self::AtLeast(figure),
            Limit::Below(figure) => Self::Below(figure),
            Limit::AtMost(figure) => Self::AtMost(figure),
            Limit::Pressure(systolic, diastolic) => Self::AboveMmhg {
                systolic,
                diastolic,
            },
            Limit::Longer(time) => Self::LongerThanS(time.as_secs()),
            Limit::After(time) => Self::AfterS(time.as_secs()),
        }
    }
}

#[derive(Debug, Serialize)]
struct Row {
    when: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mean_s: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mean_s_af: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit_af: Option<u16>,
    stages: Vec<StageRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    escalate: Option<[EscalationRow; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lingers: Option<LingeringRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clear: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clear_s: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latched: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    off_for: Vec<&'static str>,
    /// `false` where nothing in the core evaluates the row.
    #[serde(skip_serializing_if = "Option::is_none")]
    evaluated: Option<bool>,
}

#[derive(Debug, Serialize)]
struct StageRow {
    after_s: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    after_s_denervated: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    load: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tell: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    doubt: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ask: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    relay: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unless: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latched: Option<bool>,
}

#[derive(Debug, Serialize)]
struct EscalationRow {
    when: &'static str,
    load: &'static str,
    tell: &'static str,
}

#[derive(Debug, Serialize)]
struct LingeringRow {
    after_s: u16,
    tell: &'static str,
}

impl Row {
    fn of(rule: &Rule) -> Self {
        Self {
            when: rule.when,
            mean_s: (rule.mean_s > 0).then_some(rule.mean_s),
            mean_s_af: rule.mean_s_af,
            limit_af: rule.limit_af,
            stages: rule.stages.iter().map(StageRow::of).collect(),
            escalate: rule
                .escalate
                .map(|escalation| [EscalationRow::of(&escalation)]),
            lingers: rule.lingers.map(|lingering| LingeringRow {
                after_s: lingering.after_s,
                tell: lingering.tell.name(),
            }),
            clear: rule.clear,
            clear_s: rule.clear_s,
            latched: rule.latched.then_some(true),
            off_for: rule.off_for.iter().map(|flag| flag.name()).collect(),
            evaluated: table::NOT_EVALUATED.contains(&rule.id).then_some(false),
        }
    }
}

impl StageRow {
    fn of(stage: &Stage) -> Self {
        Self {
            after_s: stage.after_s,
            after_s_denervated: stage.after_s_denervated,
            load: stage.load.map(LoadAct::name),
            tell: stage.tell.map(Priority::name),
            doubt: stage.doubt.map(Doubted::name),
            ask: stage.ask,
            relay: stage.relay_opens.then_some("open"),
            note: stage.note,
            unless: stage.unless,
            latched: stage.latched.then_some(true),
        }
    }
}

impl EscalationRow {
    const fn of(escalation: &Escalation) -> Self {
        Self {
            when: escalation.when,
            load: escalation.load.name(),
            tell: escalation.tell.name(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_there_under_its_name_with_the_keys_that_it_has() {
        let rules: Vec<&Rule> = table::all().collect();
        let value = serde_json::to_value(Table(&rules)).expect("plain data");
        assert_eq!(value.as_object().expect("an object").len(), rules.len());
        assert_eq!(
            value["hr-stop"]["stages"][2],
            serde_json::json!({
                "after_s": 35,
                "load": "stop",
                "unless": "heart rate fell by 5 or more since the stage before",
            })
        );
        assert_eq!(value["hr-sources-differ"]["limit_af"], 30);
        assert_eq!(value["machine-lost"]["stages"][1]["relay"], "open");
        assert!(value["stop-button"].get("clear_s").is_none());
        assert_eq!(value["host-silent"]["evaluated"], false);
        assert!(value["hr-limit"].get("evaluated").is_none());
    }
}
