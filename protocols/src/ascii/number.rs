//! Numbers in text.

use crate::vocabulary::{BeatsPerMinute, RevolutionsPerMinute, Watts};
use crate::wire::Field;

/// A number of one to four decimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShortNumber(u16);

impl ShortNumber {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest that four digits carry.
    pub const MAX: Self = Self(9_999);

    /// A number up to 9999; `None` above.
    #[must_use]
    pub const fn new(number: u16) -> Option<Self> {
        if number <= Self::MAX.0 {
            Some(Self(number))
        } else {
            None
        }
    }

    /// The bare number, 0..9999.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }

    /// The number of text that is one to four digits and nothing else.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        (text.len() <= 4)
            .then(|| decimal(text))
            .flatten()
            .and_then(|number| u16::try_from(number).ok())
            .and_then(Self::new)
    }

    /// The number as power: every one is.
    pub(crate) fn power(self) -> Field<Watts> {
        Watts::new(self.0).map_or(Field::Missing, Field::Present)
    }

    /// The number as cadence: every one is.
    pub(crate) fn cadence(self) -> Field<RevolutionsPerMinute> {
        RevolutionsPerMinute::new(self.0).map_or(Field::Missing, Field::Present)
    }

    /// The number as heart rate; 0 is "none".
    pub(crate) fn heart_rate(self) -> Field<BeatsPerMinute> {
        BeatsPerMinute::new(self.0).map_or(Field::Missing, Field::Present)
    }
}

/// Text without the spaces that it begins with.
pub(crate) fn after_spaces(text: &[u8]) -> &[u8] {
    let spaces = text.iter().take_while(|byte| **byte == b' ').count();
    text.get(spaces..).unwrap_or_default()
}

/// The number of text that is decimal digits, at least one, and nothing else; `None` where 32 bits do not hold it too.
pub(crate) fn decimal(text: &[u8]) -> Option<u32> {
    in_base(10, text)
}

/// The number of text that is hexadecimal digits of either case, as [`decimal`].
pub(crate) fn hexadecimal(text: &[u8]) -> Option<u32> {
    in_base(16, text)
}

fn in_base(base: u32, text: &[u8]) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u32, |number, byte| {
        let digit = char::from(*byte).to_digit(base)?;
        number.checked_mul(base)?.checked_add(digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_four_digits_are_a_short_number_and_nothing_else_is() {
        let number = |text: &[u8]| ShortNumber::parse(text).map(ShortNumber::get);
        assert_eq!(number(b"0"), Some(0));
        assert_eq!(number(b"075"), Some(75));
        assert_eq!(number(b"9999"), Some(9_999));
        for wrong in [b"".as_slice(), b"00001", b"+75", b"7 5", b"75 ", b"7.5"] {
            assert_eq!(number(wrong), None, "{}", wrong.escape_ascii());
        }
    }

    #[test]
    fn a_number_that_32_bits_do_not_hold_is_none() {
        assert_eq!(decimal(b"4294967295"), Some(u32::MAX));
        assert_eq!(decimal(b"4294967296"), None);
        assert_eq!(hexadecimal(b"00fF"), Some(255));
        assert_eq!(hexadecimal(b"0G"), None);
    }
}
