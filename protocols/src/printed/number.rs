//! The numbers of printed lines.

use core::fmt;
use core::ops::RangeInclusive;

use crate::vocabulary::{Absence, BeatsPerMinute, OxygenSaturation};

/// A number as a monitor prints it: up to three digits, or dashes for "none".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Number(Option<u16>);

impl Number {
    /// Dashes.
    pub const DASHES: Self = Self(None);
    /// The largest that three digits carry.
    pub const MOST: u16 = 999;

    /// A number up to 999; `None` above.
    #[must_use]
    pub const fn new(number: u16) -> Option<Self> {
        if number <= Self::MOST {
            Some(Self(Some(number)))
        } else {
            None
        }
    }

    /// A rate, or dashes.
    #[must_use]
    pub fn of_rate(rate: Option<BeatsPerMinute>) -> Self {
        Self(rate.map(BeatsPerMinute::get))
    }

    /// A saturation, or dashes.
    #[must_use]
    pub fn of_saturation(saturation: Option<OxygenSaturation>) -> Self {
        Self(saturation.map(|percent| percent.get().into()))
    }

    /// The number as printed; `None` for dashes.
    #[must_use]
    pub const fn get(self) -> Option<u16> {
        self.0
    }

    /// The number of text that is one to three digits and nothing else.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        if text.is_empty() || text.len() > 3 {
            return None;
        }
        text.iter()
            .try_fold(0_u16, |number, byte| {
                let digit = char::from(*byte).to_digit(10)?;
                number
                    .checked_mul(10)?
                    .checked_add(u16::try_from(digit).ok()?)
            })
            .and_then(Self::new)
    }

    /// As [`Self::parse`], and text that is dashes, so many of them.
    pub(crate) fn parse_or_dashes(text: &[u8], dashes: &RangeInclusive<usize>) -> Option<Self> {
        if dashes.contains(&text.len()) && text.iter().all(|byte| *byte == b'-') {
            return Some(Self::DASHES);
        }
        Self::parse(text)
    }

    /// The number as a rate: dashes and 0 are the monitor's "none".
    pub(crate) fn rate(self, range: &RangeInclusive<u16>) -> Result<BeatsPerMinute, Absence> {
        match self.0 {
            None | Some(0) => Err(Absence::Searching),
            Some(rate) if range.contains(&rate) => {
                BeatsPerMinute::new(rate).ok_or(Absence::OutOfRange)
            }
            Some(_) => Err(Absence::OutOfRange),
        }
    }

    /// The number as a saturation: dashes and 0 are the monitor's "none".
    pub(crate) fn saturation(self) -> Result<OxygenSaturation, Absence> {
        match self.0 {
            None | Some(0) => Err(Absence::Searching),
            Some(percent) => u8::try_from(percent)
                .ok()
                .and_then(OxygenSaturation::new)
                .ok_or(Absence::OutOfRange),
        }
    }
}

/// The digits, or three dashes, as far as the format asks for width: `{:03}` fills with zeros, `{:3}` with blanks.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(number) => fmt::Display::fmt(&number, f),
            None => f.write_str("---"),
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::format;

    use super::*;

    #[test]
    fn one_to_three_digits_are_a_number_and_nothing_else_is() {
        let number = |text: &[u8]| Number::parse(text).and_then(Number::get);
        assert_eq!(number(b"0"), Some(0));
        assert_eq!(number(b"072"), Some(72));
        assert_eq!(number(b"999"), Some(999));
        for wrong in [b"".as_slice(), b"0072", b"+72", b" 72", b"7.2", b"7-", b"-"] {
            assert_eq!(Number::parse(wrong), None, "{}", wrong.escape_ascii());
        }
    }

    #[test]
    fn dashes_are_none_where_they_are_as_many_as_they_should_be() {
        let parsed = |text: &[u8]| Number::parse_or_dashes(text, &(2..=3));
        assert_eq!(parsed(b"--"), Some(Number::DASHES));
        assert_eq!(parsed(b"---"), Some(Number::DASHES));
        assert_eq!(parsed(b"-"), None);
        assert_eq!(parsed(b"----"), None);
        assert_eq!(parsed(b"--1"), None);
        assert_eq!(parsed(b"98").and_then(Number::get), Some(98));
    }

    #[test]
    fn ranges_end_where_they_end() {
        let saturation = |number| Number::new(number).expect("three digits").saturation();
        assert_eq!(saturation(0), Err(Absence::Searching));
        assert_eq!(saturation(1).map(OxygenSaturation::get), Ok(1));
        assert_eq!(saturation(100).map(OxygenSaturation::get), Ok(100));
        assert_eq!(saturation(101), Err(Absence::OutOfRange));
        assert_eq!(saturation(356), Err(Absence::OutOfRange));
        let rate = |number| Number::new(number).expect("three digits").rate(&(18..=321));
        assert_eq!(rate(0), Err(Absence::Searching));
        assert_eq!(rate(17), Err(Absence::OutOfRange));
        assert_eq!(rate(18).map(BeatsPerMinute::get), Ok(18));
        assert_eq!(rate(321).map(BeatsPerMinute::get), Ok(321));
        assert_eq!(rate(322), Err(Absence::OutOfRange));
        assert_eq!(Number::DASHES.rate(&(1..=300)), Err(Absence::Searching));
    }

    #[test]
    fn numbers_are_printed_as_wide_as_asked() {
        let number = Number::new(72).expect("three digits");
        assert_eq!(format!("{number:03} {number:5}|{number}"), "072    72|72");
        assert_eq!(format!("{:03}", Number::DASHES), "---");
    }
}
