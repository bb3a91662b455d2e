//! The rules as JSON: an object by rule name, each key only where the row has it.

use control::rules::table::{self, Doubted, Escalation, Rule, Stage};
use control::rules::{LoadAct, Priority};
use serde::{Serialize, Serializer};

/// The table, in its order.
#[derive(Debug)]
pub(super) struct Table<'a>(pub(super) &'a [&'a Rule]);

impl Serialize for Table<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|rule| (rule.id.name(), Row::of(rule))))
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
