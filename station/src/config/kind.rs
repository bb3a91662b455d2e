//! What a key's value may be: how it is read, and how it is described to who has to write it.

use std::ops::RangeInclusive;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::DeValue;

/// So many letters of a value are shown.
const LONGEST_SHOWN: usize = 60;

/// What a key's value may be.
pub trait Kind {
    /// What is read.
    type Value;

    /// Reads a value.
    ///
    /// # Errors
    ///
    /// What is wrong with it, to be written behind the key's name.
    fn read(&self, value: &DeValue<'_>) -> Result<Self::Value, String>;

    /// What to write behind `key =`.
    fn expected(&self) -> String;
}

/// A text that is not empty.
#[derive(Debug, Clone, Copy)]
pub struct Text;

/// True or false.
#[derive(Debug, Clone, Copy)]
pub struct Flag;

/// A day, written as one (`2026-03-01`), or a day with a time.
#[derive(Debug, Clone, Copy)]
pub struct Day;

/// A whole number in a range, with its unit for people.
#[derive(Debug, Clone)]
pub struct Whole(pub RangeInclusive<u32>, pub &'static str);

/// A number in a range, with its unit for people. Neither infinite nor `nan`.
#[derive(Debug, Clone)]
pub struct Number(pub RangeInclusive<f64>, pub &'static str);

/// A number above nothing up to a greatest one, with its unit for people.
#[derive(Debug, Clone, Copy)]
pub struct Above(pub f64, pub &'static str);

/// One of a few words.
#[derive(Debug, Clone, Copy)]
pub struct OneOf<T: 'static>(pub &'static [(&'static str, T)]);

/// Something, or a word that says that there is none.
#[derive(Debug, Clone, Copy)]
pub struct OrWord<K>(pub K, pub &'static str);

/// A list.
#[derive(Debug, Clone, Copy)]
pub struct ListOf<K>(pub K);

/// A lower and an upper end.
#[derive(Debug, Clone, Copy)]
pub struct Pair<K>(pub K);

impl Kind for Text {
    type Value = String;

    fn read(&self, value: &DeValue<'_>) -> Result<String, String> {
        match value.as_str().map(str::trim) {
            Some("") => Err("is empty".to_owned()),
            Some(text) if text.chars().any(char::is_control) => {
                Err("holds a line break or another control character".to_owned())
            }
            Some(text) => Ok(text.to_owned()),
            None => Err(format!("is {}, not a text", shown(value))),
        }
    }

    fn expected(&self) -> String {
        "\"a text in quotes\"".to_owned()
    }
}

impl Kind for Flag {
    type Value = bool;

    fn read(&self, value: &DeValue<'_>) -> Result<bool, String> {
        value
            .as_bool()
            .ok_or_else(|| format!("is {}, neither true nor false", shown(value)))
    }

    fn expected(&self) -> String {
        "true or false".to_owned()
    }
}

impl Kind for Day {
    type Value = Date;

    fn read(&self, value: &DeValue<'_>) -> Result<Date, String> {
        let refused = || format!("is {}, not a day", shown(value));
        let written = value.as_datetime().ok_or_else(refused)?;
        let date = written.date.ok_or_else(refused)?;
        let part = |number: u8| i8::try_from(number).map_err(|_| refused());
        let year = i16::try_from(date.year).map_err(|_| refused())?;
        Date::new(year, part(date.month)?, part(date.day)?).map_err(|_| refused())
    }

    fn expected(&self) -> String {
        "a day such as 2026-03-01, without quotes".to_owned()
    }
}

impl Kind for Whole {
    type Value = u32;

    fn read(&self, value: &DeValue<'_>) -> Result<u32, String> {
        let DeValue::Integer(written) = value else {
            return Err(format!("is {}, not a whole number", shown(value)));
        };
        u32::from_str_radix(written.as_str(), written.radix())
            .ok()
            .filter(|number| self.0.contains(number))
            .ok_or_else(|| {
                format!(
                    "is {}, outside {} to {}",
                    shown(value),
                    self.0.start(),
                    self.0.end()
                )
            })
    }

    fn expected(&self) -> String {
        format!(
            "a whole number from {} to {}{}",
            self.0.start(),
            self.0.end(),
            unit(self.1)
        )
    }
}

impl Kind for Number {
    type Value = f64;

    fn read(&self, value: &DeValue<'_>) -> Result<f64, String> {
        let number = number(value)?;
        if self.0.contains(&number) {
            Ok(number)
        } else {
            Err(format!(
                "is {}, outside {} to {}",
                shown(value),
                self.0.start(),
                self.0.end()
            ))
        }
    }

    fn expected(&self) -> String {
        format!(
            "a number from {} to {}{}",
            self.0.start(),
            self.0.end(),
            unit(self.1)
        )
    }
}

impl Kind for Above {
    type Value = f64;

    fn read(&self, value: &DeValue<'_>) -> Result<f64, String> {
        let number = number(value)?;
        if number > 0.0 && number <= self.0 {
            Ok(number)
        } else {
            Err(format!(
                "is {}, not above 0 and up to {}",
                shown(value),
                self.0
            ))
        }
    }

    fn expected(&self) -> String {
        format!("a number above 0 and up to {}{}", self.0, unit(self.1))
    }
}

impl<T: Clone> Kind for OneOf<T> {
    type Value = T;

    fn read(&self, value: &DeValue<'_>) -> Result<T, String> {
        let refused = || format!("is {}, which is not known here", shown(value));
        let word = value.as_str().ok_or_else(refused)?;
        self.0
            .iter()
            .find(|(name, _)| *name == word)
            .map(|(_, meaning)| meaning.clone())
            .ok_or_else(refused)
    }

    fn expected(&self) -> String {
        either(self.0.iter().map(|(word, _)| format!("\"{word}\"")))
    }
}

/// Words of which one is to be written: commas between them, and an "or" before the last.
pub(crate) fn either(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    match words.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        Some((only, _)) => only.clone(),
        None => String::new(),
    }
}

impl<K: Kind> Kind for OrWord<K> {
    type Value = Option<K::Value>;

    fn read(&self, value: &DeValue<'_>) -> Result<Option<K::Value>, String> {
        if value.as_str() == Some(self.1) {
            Ok(None)
        } else {
            self.0.read(value).map(Some)
        }
    }

    fn expected(&self) -> String {
        format!("{}, or \"{}\"", self.0.expected(), self.1)
    }
}

impl<K: Kind> Kind for ListOf<K> {
    type Value = Vec<K::Value>;

    fn read(&self, value: &DeValue<'_>) -> Result<Vec<K::Value>, String> {
        let list = value
            .as_array()
            .ok_or_else(|| format!("is {}, not a list", shown(value)))?;
        list.iter()
            .map(Spanned::get_ref)
            .map(|item| {
                self.0
                    .read(item)
                    .map_err(|wrong| format!("holds an item that {wrong}"))
            })
            .collect()
    }

    fn expected(&self) -> String {
        format!("a list [...] whose items are {}", self.0.expected())
    }
}

impl<K: Kind> Kind for Pair<K> {
    type Value = (K::Value, K::Value);

    fn read(&self, value: &DeValue<'_>) -> Result<(K::Value, K::Value), String> {
        let refused = || format!("is {}, not a pair [lower, upper]", shown(value));
        let mut items = value.as_array().ok_or_else(refused)?.iter();
        match (items.next(), items.next(), items.next()) {
            (Some(lower), Some(upper), None) => Ok((
                self.0
                    .read(lower.get_ref())
                    .map_err(|wrong| format!("has a lower end that {wrong}"))?,
                self.0
                    .read(upper.get_ref())
                    .map_err(|wrong| format!("has an upper end that {wrong}"))?,
            )),
            _ => Err(refused()),
        }
    }

    fn expected(&self) -> String {
        format!("[lower, upper], each {}", self.0.expected())
    }
}

/// A finite number, written with or without a point.
fn number(value: &DeValue<'_>) -> Result<f64, String> {
    let read = match value {
        DeValue::Integer(written) if written.radix() == 10 => written.as_str().parse::<f64>().ok(),
        DeValue::Float(written) => written.as_str().parse::<f64>().ok(),
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => None,
    };
    read.filter(|number| number.is_finite())
        .ok_or_else(|| format!("is {}, not a finite number", shown(value)))
}

/// A value as it may be shown in a sentence: as it was written, and not so long that what follows it is off the screen.
pub(crate) fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("\"{}\"", cut(&text.escape_debug().to_string())),
        DeValue::Integer(written) => cut(&written.to_string()),
        DeValue::Float(written) => cut(&written.to_string()),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Datetime(written) => written.to_string(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// The beginning of what is longer than a sentence can hold.
fn cut(written: &str) -> String {
    let mut letters = written.chars();
    let beginning: String = letters.by_ref().take(LONGEST_SHOWN).collect();
    if letters.next().is_none() {
        beginning
    } else {
        format!("{beginning}...")
    }
}

fn unit(unit: &str) -> String {
    if unit.is_empty() {
        String::new()
    } else {
        format!(", in {unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<K: Kind>(kind: &K, written: &str) -> Result<K::Value, String> {
        kind.read(DeValue::parse(written).expect("a value").get_ref())
    }

    #[test]
    fn numbers_that_are_none_are_refused() {
        let kind = Number(0.0..=10.0, "W");
        assert_eq!(
            read(&kind, "nan"),
            Err("is nan, not a finite number".to_owned())
        );
        assert_eq!(
            read(&kind, "inf"),
            Err("is inf, not a finite number".to_owned())
        );
        assert_eq!(
            read(&kind, "1e999"),
            Err("is 1e999, not a finite number".to_owned())
        );
        assert_eq!(
            read(&kind, "-0.1"),
            Err("is -0.1, outside 0 to 10".to_owned())
        );
        assert_eq!(read(&kind, "10"), Ok(10.0));
        assert_eq!(read(&kind, "0.0"), Ok(0.0));
        assert_eq!(
            read(&Above(5.0, ""), "0"),
            Err("is 0, not above 0 and up to 5".to_owned())
        );
    }

    #[test]
    fn what_follows_a_value_stays_on_the_screen() {
        let digits = "9".repeat(309);
        for written in [
            "1e308",
            "-1e308",
            &digits,
            &format!("{digits}.0"),
            &format!("\"{digits}\""),
        ] {
            for refused in [
                read(&Number(0.0..=10.0, "W"), written).map(drop),
                read(&Above(5.0, ""), written).map(drop),
                read(&Whole(6..=17, ""), written).map(drop),
                read(&OneOf(&[("one", 1)]), written).map(drop),
            ] {
                let told = refused.expect_err("beyond every range");
                assert!(told.len() < 100, "{told}");
            }
        }
        assert_eq!(
            read(&Number(0.0..=10.0, "W"), "1e308"),
            Err("is 1e308, outside 0 to 10".to_owned())
        );
    }

    #[test]
    fn whole_numbers_keep_their_range() {
        let kind = Whole(6..=17, "");
        assert_eq!(read(&kind, "17"), Ok(17));
        assert_eq!(read(&kind, "18"), Err("is 18, outside 6 to 17".to_owned()));
        assert_eq!(read(&kind, "-7"), Err("is -7, outside 6 to 17".to_owned()));
        assert_eq!(
            read(&kind, "13.0"),
            Err("is 13.0, not a whole number".to_owned())
        );
        assert_eq!(read(&kind, "1_2"), Ok(12));
    }

    #[test]
    fn a_text_is_one_line_and_not_empty() {
        assert_eq!(read(&Text, "\" P-1 \""), Ok("P-1".to_owned()));
        assert_eq!(read(&Text, "\" \""), Err("is empty".to_owned()));
        assert!(read(&Text, "\"a\\nb\"").is_err());
        assert!(read(&Text, "12").is_err());
    }

    #[test]
    fn a_day_has_to_exist() {
        assert!(read(&Day, "2026-02-28").is_ok());
        assert!(read(&Day, "2026-02-28T08:30:00+01:00").is_ok());
        assert!(read(&Day, "08:30:00").is_err());
        assert!(read(&Day, "\"2026-02-28\"").is_err());
    }

    #[test]
    fn words_and_lists_say_what_they_take() {
        let kind = OrWord(ListOf(OneOf(&[("one", 1), ("two", 2)])), "none");
        assert_eq!(read(&kind, "\"none\""), Ok(None));
        assert_eq!(read(&kind, "[\"two\", \"one\"]"), Ok(Some(vec![2, 1])));
        assert_eq!(
            kind.expected(),
            "a list [...] whose items are \"one\" or \"two\", or \"none\""
        );
        assert!(read(&Pair(Whole(1..=9, "")), "[1, 2, 3]").is_err());
        assert_eq!(read(&Pair(Whole(1..=9, "")), "[1, 2]"), Ok((1, 2)));
    }
}
