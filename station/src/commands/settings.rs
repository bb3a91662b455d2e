//! `--set KEY=VALUE`: what a wire does not say, checked against a table.

use serde::Serialize;
use thiserror::Error;

/// Something that can be told by `--set`.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Setting {
    /// What stands before the `=`.
    pub(super) key: &'static str,
    /// What may stand behind it: words, or `LEAST..=MOST` for whole numbers.
    pub(super) values: &'static [&'static str],
    /// What it means, in one line.
    pub(super) what: &'static str,
}

/// The settings as given, checked against a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settings(Vec<(&'static str, String)>);

/// A `--set` that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum SettingsError {
    #[error("--set {given:?} has no value; write --set KEY=VALUE")]
    NoValue { given: String },
    #[error("{owner} has no settings; leave --set {key} out")]
    NoSettings { owner: &'static str, key: String },
    #[error("{owner} has no setting {key:?}; write one of {known}")]
    UnknownKey {
        owner: &'static str,
        key: String,
        known: String,
    },
    #[error("{key} cannot be {value:?}; write one of {known}")]
    UnknownValue {
        key: &'static str,
        value: String,
        known: String,
    },
    #[error("{key} is set twice; set it once")]
    Twice { key: &'static str },
}

impl Settings {
    /// Checks what was given against the settings that `owner`, a protocol or a device, knows.
    pub(super) fn parse(
        owner: &'static str,
        known: &'static [Setting],
        given: &[String],
    ) -> Result<Self, SettingsError> {
        let mut settings: Vec<(&'static str, String)> = Vec::new();
        for one in given {
            let (key, value) = one
                .split_once('=')
                .ok_or_else(|| SettingsError::NoValue { given: one.clone() })?;
            let setting = known
                .iter()
                .find(|setting| setting.key == key)
                .ok_or_else(|| unknown_key(owner, known, key))?;
            if !setting.values.iter().any(|known| is_one_of(known, value)) {
                return Err(SettingsError::UnknownValue {
                    key: setting.key,
                    value: value.to_owned(),
                    known: setting.values.join(", "),
                });
            }
            if settings.iter().any(|(known, _)| *known == setting.key) {
                return Err(SettingsError::Twice { key: setting.key });
            }
            settings.push((setting.key, value.to_owned()));
        }
        Ok(Self(settings))
    }

    /// What a key was set to; `None` where it was not.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| *known == key);
        found.map(|(_, value)| value.as_str())
    }
}

/// Whether a value is what the table allows: the word itself, or a whole number in decimal digits within its range.
fn is_one_of(known: &str, value: &str) -> bool {
    let Some((least, most)) = known.split_once("..=") else {
        return known == value;
    };
    let number = |text: &str| text.parse::<u32>().ok();
    let is_digits = value.bytes().all(|byte| byte.is_ascii_digit());
    match (
        number(least),
        number(value).filter(|_| is_digits),
        number(most),
    ) {
        (Some(least), Some(value), Some(most)) => (least..=most).contains(&value),
        _ => false,
    }
}

fn unknown_key(owner: &'static str, known: &[Setting], key: &str) -> SettingsError {
    let key = key.to_owned();
    if known.is_empty() {
        return SettingsError::NoSettings { owner, key };
    }
    let known: Vec<&str> = known.iter().map(|setting| setting.key).collect();
    SettingsError::UnknownKey {
        owner,
        key,
        known: known.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEED_UNIT: &[Setting] = &[Setting {
        key: "speed_unit",
        values: &["mph", "km/h"],
        what: "what it counts in",
    }];

    fn parse(known: &'static [Setting], given: &[&str]) -> Result<Settings, SettingsError> {
        let given: Vec<String> = given.iter().map(|one| (*one).to_owned()).collect();
        Settings::parse("a treadmill", known, &given)
    }

    #[test]
    fn a_setting_is_taken_when_key_and_value_are_known() {
        let settings = parse(SPEED_UNIT, &["speed_unit=km/h"]).unwrap();
        assert_eq!(settings.get("speed_unit"), Some("km/h"));
        assert_eq!(parse(SPEED_UNIT, &[]).unwrap().get("speed_unit"), None);
    }

    #[test]
    fn a_range_takes_the_whole_numbers_within_it() {
        const ADDRESS: &[Setting] = &[Setting {
            key: "address",
            values: &["0..=255"],
            what: "where it is",
        }];
        for right in ["0", "7", "255"] {
            let settings = parse(ADDRESS, &[&format!("address={right}")]).unwrap();
            assert_eq!(settings.get("address"), Some(right));
        }
        for wrong in ["256", "-1", "+7", "0x10", "", "0..=255"] {
            let error = parse(ADDRESS, &[&format!("address={wrong}")]).unwrap_err();
            assert!(error.to_string().contains("0..=255"), "{wrong}");
        }
    }

    #[test]
    fn a_setting_that_cannot_be_used_says_what_can() {
        let told = |known, given: &[&str]| parse(known, given).unwrap_err().to_string();
        assert!(told(SPEED_UNIT, &["speed_unit"]).contains("KEY=VALUE"));
        assert!(told(SPEED_UNIT, &["unit=mph"]).contains("speed_unit"));
        assert!(told(SPEED_UNIT, &["speed_unit=knots"]).contains("mph, km/h"));
        assert!(told(&[], &["speed_unit=mph"]).contains("a treadmill has no settings"));
        let twice = ["speed_unit=mph", "speed_unit=km/h"];
        assert!(told(SPEED_UNIT, &twice).contains("twice"));
    }
}
