//! The words that stand for codes in the record's columns: the same as in every JSON of this program.

use control::rules::{LoadAct, RuleId};
use control::view::Reason;
use serde::Serialize;
use serde::de::DeserializeOwned;

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

/// The code of a word that [`word`] made; `None` where no code has that word.
pub(crate) fn read<Code: DeserializeOwned>(word: &str) -> Option<Code> {
    let named = |name: String| serde_json::from_value(serde_json::Value::String(name)).ok();
    named(word.to_owned()).or_else(|| {
        // A code whose own name begins with a capital.
        let mut letters = word.chars();
        let first = letters.next()?.to_ascii_uppercase();
        named(std::iter::once(first).chain(letters).collect())
    })
}

/// The reason that [`reason`] made the words of.
pub(crate) fn read_reason(words: &str) -> Option<Reason> {
    match words.split_once(' ') {
        Some((rule, act)) => Some(Reason::Rule(
            RuleId::from_name(rule)?,
            read::<LoadAct>(act)?,
        )),
        None => read(words),
    }
}

#[cfg(test)]
mod tests {
    use control::input::HeartRateSource;
    use control::view::{PhaseKind, Trust};
    use protocols::vocabulary::MachineKind;

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

    #[test]
    fn words_read_as_codes() {
        for phase in [
            PhaseKind::Idle,
            PhaseKind::WarmUp,
            PhaseKind::CoolDown,
            PhaseKind::Stopped,
        ] {
            assert_eq!(read(&word(&phase)), Some(phase));
        }
        for source in [
            HeartRateSource::Strap,
            HeartRateSource::Oximeter,
            HeartRateSource::Machine,
        ] {
            assert_eq!(read(&word(&source)), Some(source));
        }
        for kind in [MachineKind::Cycle, MachineKind::Treadmill] {
            assert_eq!(read(&word(&kind)), Some(kind));
        }
        assert_eq!(read::<Trust>("trusted"), Some(Trust::Trusted));
        assert_eq!(read::<Trust>("believed"), None);
        for rule in RuleId::ALL {
            let because = Reason::Rule(*rule, LoadAct::ZeroWait);
            assert_eq!(read_reason(&reason(because)), Some(because));
        }
        assert_eq!(
            read_reason("saturation_near_floor"),
            Some(Reason::SaturationNearFloor)
        );
        assert_eq!(read_reason("spo2-floor"), None);
        assert_eq!(read_reason(""), None);
    }
}
