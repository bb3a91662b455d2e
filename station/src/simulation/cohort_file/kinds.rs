//! What the keys of these files may be, beyond the kinds that all files have.

use drivers::virtual_devices::patient::{Condition, Exercise};
use toml::de::DeValue;

use super::super::cohort::NurseKind;
use super::super::fault::FaultKind;
use crate::config::kind::{Kind, OneOf, Text, shown};

/// The one format that there is.
const FORMAT: &str = "1";

/// The greatest whole number of TOML, whose numbers have a sign.
pub(super) const GREATEST_IN_TOML: u64 = u64::MAX >> 1;

/// Longest id, in bytes: with an ending it still names a file on every disk.
const LONGEST_ID: usize = 100;

/// What somewhere no file's name may hold.
const NOT_IN_NAMES: [char; 9] = ['/', '\\', ':', '*', '?', '"', '<', '>', '|'];

/// Who may look after a cohort.
pub(super) const NURSES: OneOf<NurseKind> = OneOf(&[
    ("usual", NurseKind::Usual),
    ("absent", NurseKind::Absent),
    ("hasty", NurseKind::Hasty),
]);

/// What a patient may have.
pub(super) const CONDITIONS: OneOf<Condition> = OneOf(&[
    ("healthy", Condition::Healthy),
    ("cad", Condition::Cad),
    ("hfref", Condition::Hfref),
    ("copd", Condition::Copd),
    ("af", Condition::Af),
    ("beta_blocked", Condition::BetaBlocked),
    ("transplant", Condition::Transplant),
    ("deconditioned", Condition::Deconditioned),
]);

/// On what a patient may be.
pub(super) const MACHINES: OneOf<Exercise> = OneOf(&[
    ("cycle", Exercise::Cycle),
    ("treadmill", Exercise::Treadmill),
]);

/// The format's number.
pub(super) struct Format;

/// A seed, up to the greatest that the notation can hold.
pub(super) struct Seed(pub(super) u64);

/// A session's name, of which a file can be named.
pub(super) struct Id;

/// No value: the kind of fault has none.
pub(super) struct NoValue(pub(super) FaultKind);

impl Kind for Format {
    type Value = ();

    fn read(&self, value: &DeValue<'_>) -> Result<(), String> {
        let number = value.as_integer();
        if number.is_some_and(|number| number.as_str() == FORMAT) {
            Ok(())
        } else {
            Err(format!(
                "is {}, and this program reads format {FORMAT}",
                shown(value)
            ))
        }
    }

    fn expected(&self) -> String {
        FORMAT.to_owned()
    }
}

impl Kind for Seed {
    type Value = u64;

    fn read(&self, value: &DeValue<'_>) -> Result<u64, String> {
        let DeValue::Integer(written) = value else {
            return Err(format!("is {}, not a whole number", shown(value)));
        };
        u64::from_str_radix(written.as_str(), written.radix())
            .ok()
            .filter(|seed| *seed <= self.0)
            .ok_or_else(|| format!("is {}, outside 0 to {}", shown(value), self.0))
    }

    fn expected(&self) -> String {
        format!("a whole number from 0 to {}", self.0)
    }
}

impl Kind for Id {
    type Value = String;

    fn read(&self, value: &DeValue<'_>) -> Result<String, String> {
        let id = Text.read(value)?;
        let shown = shown(value);
        if value.as_str() != Some(id.as_str()) {
            Err(format!("is {shown}, with a space at an end"))
        } else if let Some(letter) = id.chars().find(|letter| NOT_IN_NAMES.contains(letter)) {
            Err(format!(
                "is {shown}, with a {letter} that no file's name can hold"
            ))
        } else if id.chars().any(is_hidden) {
            Err(format!("is {shown}, with a letter that is not seen"))
        } else if id.starts_with('.') || id.ends_with('.') {
            Err(format!("is {shown}, with a full stop at an end"))
        } else if id.len() > LONGEST_ID {
            Err(format!("has {} bytes, more than {LONGEST_ID}", id.len()))
        } else {
            Ok(id)
        }
    }

    fn expected(&self) -> String {
        "\"a name\", of letters, digits, - and _, as a file is named after it".to_owned()
    }
}

impl Kind for NoValue {
    type Value = f64;

    fn read(&self, value: &DeValue<'_>) -> Result<f64, String> {
        let is_nothing = match value {
            DeValue::Integer(written) => written.as_str().parse() == Ok(0),
            DeValue::Float(written) => written
                .as_str()
                .parse::<f64>()
                .is_ok_and(|number| number.abs() <= 0.0),
            DeValue::String(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => false,
        };
        if is_nothing {
            Ok(0.0)
        } else {
            Err(format!(
                "is {}, and {} has none",
                shown(value),
                self.0.name()
            ))
        }
    }

    fn expected(&self) -> String {
        "0, or leave it out".to_owned()
    }
}

/// Whether a letter takes no room, or turns the line around.
const fn is_hidden(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
    )
}
