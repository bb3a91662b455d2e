//! `--set KEY=VALUE`: what a wire does not say, checked against a table.

use thiserror::Error;

pub(super) use drivers::catalogue::{Setting, Settings};

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

/// Checks what was given against the settings that `owner`, a protocol or a device, knows.
pub(super) fn parse(
    owner: &'static str,
    known: &'static [Setting],
    given: &[String],
) -> Result<Settings, SettingsError> {
    let mut settings: Vec<(&'static str, String)> = Vec::new();
    for one in given {
        let (key, value) = one
            .split_once('=')
            .ok_or_else(|| SettingsError::NoValue { given: one.clone() })?;
        let setting = known
            .iter()
            .find(|setting| setting.key == key)
            .ok_or_else(|| unknown_key(owner, known, key))?;
        if !setting.takes(value) {
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
    Ok(Settings::new(settings))
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
        required: false,
    }];

    fn parse(known: &'static [Setting], given: &[&str]) -> Result<Settings, SettingsError> {
        let given: Vec<String> = given.iter().map(|one| (*one).to_owned()).collect();
        super::parse("a treadmill", known, &given)
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
            required: false,
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
