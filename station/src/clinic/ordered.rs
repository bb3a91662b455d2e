//! What a prescription's stored text says to people beyond what the core works with: goals, diagnosis, who ordered it, which rates were
//! assessed.
//!
//! Promises: a text that says less, or says it in another form, gives less and never an error: the record keeps texts of every version.

use toml::{Table, Value};

/// What a prescription's text says to people.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ordered {
    /// The goals, in the patient's or the physiologist's words.
    pub goals: Vec<String>,
    /// The diagnosis, by its word in the file.
    pub diagnosis: Option<String>,
    /// The class of risk.
    pub risk_class: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// Who signed it.
    pub signer: Option<String>,
    /// When it was signed, as the file has it.
    pub signed_at: Option<String>,
    /// Why this version was written.
    pub change_reason: Option<String>,
    /// The mode of control, by its word in the file.
    pub control_mode: Option<String>,
    /// Resting heart rate by assessment, in beats a minute.
    pub heart_rate_rest_bpm: Option<f64>,
    /// Highest heart rate, measured or estimated, in beats a minute.
    pub heart_rate_max_bpm: Option<f64>,
    /// Peak METs of the assessment, rest included.
    pub peak_mets: Option<f64>,
    /// The range of perceived exertion that is aimed at, 6 to 20.
    pub perceived_exertion: Option<(f64, f64)>,
    /// The last day on which it holds, as the file has it.
    pub valid_until: Option<String>,
    /// How many sessions were ordered.
    pub sessions_ordered: Option<u32>,
    /// How many a week.
    pub sessions_per_week: Option<u32>,
    /// Whether medicines act on the heart rate; `None` where the text does not say.
    pub medicines: Option<Medicines>,
}

/// What a prescription says of medicines that act on the heart rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Medicines {
    /// None is taken.
    None,
    /// Some are; the day of the last change of drug or dose as the file has it, where it says one.
    Taken(Option<String>),
}

impl Ordered {
    /// Reads a prescription's text as the record has it.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let Ok(mut table) = text.parse::<Table>() else {
            return Self::default();
        };
        // A part of a patient's file stands under its heading.
        if let Some(Value::Array(parts)) = table.remove("prescription") {
            table = match parts.into_iter().next() {
                Some(Value::Table(part)) => part,
                _ => return Self::default(),
            };
        }
        let text = |key: &str| {
            let value = table.get(key)?;
            let day = || value.as_datetime().map(ToString::to_string);
            value.as_str().map(str::to_owned).or_else(day)
        };
        let figure = |key: &str| table.get(key).and_then(number);
        let count = |key: &str| u32::try_from(table.get(key)?.as_integer()?).ok();
        let medicines = match table.get("medicines_acting_on_heart_rate") {
            None => None,
            Some(Value::String(none)) if none == "none" => Some(Medicines::None),
            Some(_) => Some(Medicines::Taken(text("medicines_changed_on"))),
        };
        Self {
            goals: texts(table.get("goals")),
            diagnosis: text("diagnosis"),
            risk_class: text("risk_class"),
            author: text("author"),
            signer: text("signer"),
            signed_at: text("signed_at"),
            change_reason: text("change_reason"),
            control_mode: text("control_mode"),
            heart_rate_rest_bpm: figure("heart_rate_rest_bpm"),
            heart_rate_max_bpm: figure("heart_rate_max_bpm"),
            peak_mets: figure("peak_mets"),
            perceived_exertion: pair(table.get("rpe")),
            valid_until: text("valid_until"),
            sessions_ordered: count("sessions_ordered"),
            sessions_per_week: count("sessions_per_week"),
            medicines,
        }
    }

    /// Resting and highest heart rate, in beats a minute, where the text has both.
    #[must_use]
    pub fn heart_rate_range(&self) -> Option<(f64, f64)> {
        self.heart_rate_rest_bpm.zip(self.heart_rate_max_bpm)
    }
}

fn number(value: &Value) -> Option<f64> {
    let whole = || i32::try_from(value.as_integer()?).ok().map(f64::from);
    value
        .as_float()
        .or_else(whole)
        .filter(|value| value.is_finite())
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|goal| goal.as_str().map(str::to_owned))
        .collect()
}

fn pair(value: Option<&Value>) -> Option<(f64, f64)> {
    match value?.as_array()?.as_slice() {
        [lower, upper] => number(lower).zip(number(upper)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_patients_file_tells_what_was_ordered() {
        let text = "[[prescription]]\nid = \"bike\"\ngoals = [\"climb stairs\", 3]\nsigned_at = 2026-11-16\nheart_rate_rest_bpm = 64\n\
                    heart_rate_max_bpm = 136.5\nrpe = [11, 14]\ndiagnosis = \"copd\"\nsessions_ordered = 36\n\
                    medicines_acting_on_heart_rate = [\"beta_blocker\"]\nmedicines_changed_on = 2026-10-20\n";
        let ordered = Ordered::read(text);
        assert_eq!(ordered.goals, ["climb stairs"]);
        assert_eq!(ordered.signed_at.as_deref(), Some("2026-11-16"));
        assert_eq!(ordered.heart_rate_range(), Some((64.0, 136.5)));
        assert_eq!(ordered.perceived_exertion, Some((11.0, 14.0)));
        assert_eq!(ordered.diagnosis.as_deref(), Some("copd"));
        assert_eq!(ordered.sessions_ordered, Some(36));
        assert_eq!(ordered.sessions_per_week, None);
        let changed = Medicines::Taken(Some("2026-10-20".to_owned()));
        assert_eq!(ordered.medicines, Some(changed));
    }

    #[test]
    fn a_text_of_another_form_tells_less_and_never_fails() {
        for text in [
            "",
            "not toml at all [",
            "prescription = 3",
            "prescription = []",
        ] {
            assert_eq!(Ordered::read(text), Ordered::default(), "{text}");
        }
        let bare = Ordered::read("goals = \"one\"\nrpe = [11]\nheart_rate_rest_bpm = nan\n");
        assert_eq!(bare, Ordered::default());
    }
}
