//! What a wire does not say, in words.

/// Something that a person has to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Setting {
    /// Its name.
    pub key: &'static str,
    /// What it may be: words, or `LEAST..=MOST` for whole numbers.
    pub values: &'static [&'static str],
    /// What it means, in one line.
    pub what: &'static str,
    /// Whether a gym has to say it: without it a value would be guessed on which safety rests.
    #[serde(skip)]
    pub required: bool,
}

/// Settings that were told and fit their table; a key that was not told has its default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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

    /// The same as a whole number.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<u32> {
        self.get(key)?.parse().ok()
    }
}

impl Setting {
    /// Whether `value` is one that it may be: the word itself, or a whole number in decimal digits within its range.
    #[must_use]
    pub fn takes(&self, value: &str) -> bool {
        self.values.iter().any(|known| is_one_of(known, value))
    }
}

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
