//! What a wire does not say, in words.

/// Something that a person has to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Setting {
    /// Its name.
    pub key: &'static str,
    /// What it may be: words, `LEAST..=MOST` for whole numbers, or `HEX*DIGITS` for so many hexadecimal digits.
    pub values: &'static [&'static str],
    /// What it means, in one line.
    pub what: &'static str,
    /// Whether a gym has to say it: without it a value would be guessed on which safety rests.
    #[serde(skip)]
    pub required: bool,
}

/// What is a site's secret, and is never formatted.
const SECRETS: [&str; 1] = ["network_key"];

/// Settings that were told and fit their table; a key that was not told has its default. Its `Debug` masks secrets.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Settings(Vec<(&'static str, String)>);

impl Settings {
    /// From what was checked.
    #[must_use]
    pub const fn new(told: Vec<(&'static str, String)>) -> Self {
        Self(told)
    }

    /// What a key was set to; `None` where it was not.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| *known == key);
        found.map(|(_, value)| value.as_str())
    }

    /// What was told, as `key=value` with blanks between, without a site's secrets.
    #[must_use]
    pub fn words(&self) -> String {
        let told: Vec<String> = self
            .0
            .iter()
            .filter(|(key, _)| !SECRETS.contains(key))
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        told.join(" ")
    }

    /// What [`Self::words`] told, by the keys of those who may be told it; others are passed over.
    #[must_use]
    pub fn of_words(words: &str, known: &[Setting]) -> Self {
        let told = words
            .split(' ')
            .filter_map(|word| word.split_once('='))
            .filter_map(|(key, value)| {
                let setting = known.iter().find(|setting| setting.key == key)?;
                Some((setting.key, value.to_owned()))
            });
        Self(told.collect())
    }

    /// The same as a whole number.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<u32> {
        self.get(key)?.parse().ok()
    }
}

impl core::fmt::Debug for Settings {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let shown = self.0.iter().map(|(key, value)| {
            let is_secret = SECRETS.contains(key);
            (key, if is_secret { "masked" } else { value.as_str() })
        });
        f.debug_map().entries(shown).finish()
    }
}

impl Setting {
    /// Whether what it is told is a site's secret: never shown, not even where it is wrong.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        SECRETS.contains(&self.key)
    }

    /// Whether `value` is one that it may be: the word itself, a whole number in decimal digits within its range, or as many hexadecimal
    /// digits as it has to have.
    #[must_use]
    pub fn takes(&self, value: &str) -> bool {
        self.values.iter().any(|known| is_one_of(known, value))
    }
}

fn is_one_of(known: &str, value: &str) -> bool {
    if let Some(digits) = known.strip_prefix("HEX*") {
        return digits.parse() == Ok(value.len())
            && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_all_its_digits_and_nothing_else() {
        let key = Setting {
            key: "network_key",
            values: &["HEX*4"],
            what: "",
            required: false,
        };
        assert!(key.takes("0aF9"));
        for wrong in ["", "0aF", "0aF90", "0aG9", "+aF9", "HEX*4"] {
            assert!(!key.takes(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_secret_is_never_formatted() {
        let told = vec![
            ("network_key", "0123".to_owned()),
            ("mains", "50".to_owned()),
        ];
        let shown = format!("{:?}", Settings::new(told));
        assert_eq!(shown, r#"{"network_key": "masked", "mains": "50"}"#);
    }
}
