//! The words that stand for codes in the record's columns: the same as in every JSON of this program.

use control::view::Reason;
use serde::Serialize;

/// The word of a code: its name as serde writes it, in lower case.
pub(crate) fn word<Code: Serialize>(code: &Code) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(word)) => word.to_ascii_lowercase(),
        // A code that carries data: its name alone.
        Ok(serde_json::Value::Object(fields)) => fields
            .keys()
            .next()
            .map(|name| name.to_ascii_lowercase())
            .unwrap_or_default(),
        Ok(_) | Err(_) => String::new(),
    }
}

/// The word of a reason; a rule says which, and what it does.
pub(crate) fn reason(reason: Reason) -> String {
    match reason {
        Reason::Rule(rule, act) => format!("{} {}", rule.name(), word(&act)),
        Reason::AsProposed
        | Reason::Phase
        | Reason::PrescribedCeiling
        | Reason::MachineCeiling
        | Reason::StopLatched
        | Reason::Prediction
        | Reason::PlausibilityCap
        | Reason::SignalNotTrusted
        | Reason::Ramp
        | Reason::Hand
        | Reason::RecordGap
        | Reason::SaturationNearFloor
        | Reason::MachineFollows
        | Reason::Rounding => word(&reason),
    }
}

#[cfg(test)]
mod tests {
    use control::input::HeartRateSource;
    use control::rules::{LoadAct, RuleId};
    use control::view::PhaseKind;

    use super::*;

    #[test]
    fn codes_read_as_words() {
        assert_eq!(word(&PhaseKind::WarmUp), "warm_up");
        assert_eq!(word(&HeartRateSource::Strap), "strap");
        assert_eq!(word(&RuleId::Spo2Floor), "spo2-floor");
        assert_eq!(reason(Reason::PrescribedCeiling), "prescribed_ceiling");
        assert_eq!(
            reason(Reason::Rule(RuleId::HrStop, LoadAct::CoolDown)),
            "hr-stop cool_down"
        );
    }
}
