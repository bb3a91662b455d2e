//! Decimal numbers as sent.

use crate::ascii::Writer;
use crate::vocabulary::number::from_u64;

/// Digits of the longest number that is read \[assumed\]: so many a double holds exactly.
const MOST_DIGITS: usize = 15;

/// A decimal number with the digits it was sent with: a minus or none, at least one digit, perhaps a point and more digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    is_negative: bool,
    /// All digits as one number.
    digits: u64,
    /// How many of them stand behind the point.
    decimals: u8,
}

impl Decimal {
    /// A whole number.
    #[must_use]
    pub const fn whole(number: u16) -> Self {
        Self {
            is_negative: false,
            // A const function has no checked conversion.
            digits: widened(number),
            decimals: 0,
        }
    }

    /// A number of so many hundredths, with two decimals.
    #[must_use]
    pub fn hundredths(number: u32) -> Self {
        Self {
            is_negative: false,
            digits: number.into(),
            decimals: 2,
        }
    }

    /// A number of so many tenths, with one decimal.
    #[must_use]
    pub fn tenths(number: i32) -> Self {
        Self {
            is_negative: number < 0,
            digits: number.unsigned_abs().into(),
            decimals: 1,
        }
    }

    /// The number, the double that is nearest to what was sent.
    #[must_use]
    pub fn value(&self) -> f64 {
        let divisor = (0..self.decimals).fold(1.0, |divisor, _| divisor * 10.0);
        let value = from_u64(self.digits) / divisor;
        if self.is_negative { -value } else { value }
    }

    /// What stands before the point; `None` where it is negative or more than 16 bits.
    #[must_use]
    pub fn whole_part(&self) -> Option<u16> {
        if self.is_negative && self.digits > 0 {
            return None;
        }
        let divisor = (0..self.decimals).fold(1_u64, |divisor, _| divisor.saturating_mul(10));
        u16::try_from(self.digits / divisor).ok()
    }

    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let (is_negative, text) = match text.split_first() {
            Some((b'-', rest)) => (true, rest),
            _ => (false, text),
        };
        let mut parts = text.splitn(2, |byte| *byte == b'.');
        let whole = parts.next()?;
        let fraction = parts.next();
        let count = whole.len() + fraction.map_or(0, <[u8]>::len);
        if whole.is_empty() || fraction.is_some_and(<[u8]>::is_empty) || count > MOST_DIGITS {
            return None;
        }
        let fraction = fraction.unwrap_or_default();
        let digits = whole.iter().chain(fraction).try_fold(0, |number, byte| {
            let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
            Some(number * 10 + digit)
        })?;
        Some(Self {
            is_negative,
            digits,
            decimals: u8::try_from(fraction.len()).ok()?,
        })
    }

    /// Writes the number with the decimals that it has.
    pub(super) fn write<'a>(&self, line: Writer<'a>) -> Writer<'a> {
        let mut text = [b'0'; MOST_DIGITS + 2];
        let mut rest = self.digits;
        let mut used = 0;
        let decimals = usize::from(self.decimals);
        for (place, slot) in text.iter_mut().rev().enumerate() {
            if decimals > 0 && place == decimals {
                *slot = b'.';
                continue;
            }
            if rest > 0 || place <= decimals + usize::from(decimals > 0) {
                used = place + 1;
            }
            *slot = b'0' | u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
        }
        let (_, shown) = text.split_at(text.len() - used);
        let sign: &[u8] = if self.is_negative { b"-" } else { b"" };
        line.bytes(sign).bytes(shown)
    }
}

/// A number of 16 bits as one of 64, where `From` cannot be called.
const fn widened(number: u16) -> u64 {
    let [high, low] = number.to_be_bytes();
    u64::from_be_bytes([0, 0, 0, 0, 0, 0, high, low])
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::string::String;
    use std::vec;

    use super::*;

    fn written(number: Decimal) -> String {
        let mut buffer = vec![0; 32];
        let bytes = number.write(Writer::new(&mut buffer)).finish();
        String::from_utf8(bytes.expect("room").to_vec()).expect("text")
    }

    #[test]
    fn a_number_is_written_as_it_was_read() {
        for text in [
            "0",
            "7",
            "75",
            "75.00",
            "7.50",
            "0.0",
            "0.05",
            "-1.5",
            "62.0",
            "123456789012345",
            "0.00000000000001",
        ] {
            let number = Decimal::parse(text.as_bytes()).expect(text);
            assert_eq!(written(number), text);
            assert!((number.value() - text.parse::<f64>().expect(text)).abs() < f64::EPSILON);
        }
    }

    #[test]
    fn numbers_are_made_with_the_decimals_of_their_field() {
        assert_eq!(written(Decimal::whole(108)), "108");
        assert_eq!(written(Decimal::hundredths(7_500)), "75.00");
        assert_eq!(written(Decimal::hundredths(5)), "0.05");
        assert_eq!(written(Decimal::tenths(-25)), "-2.5");
        assert_eq!(Decimal::hundredths(7_599).whole_part(), Some(75));
        assert_eq!(Decimal::tenths(-5).whole_part(), None);
        assert_eq!(
            Decimal::parse(b"-0").and_then(|zero| zero.whole_part()),
            Some(0)
        );
    }

    #[test]
    fn what_is_no_decimal_number_is_none() {
        for text in [
            "",
            "-",
            ".5",
            "5.",
            "+5",
            "1e3",
            " 5",
            "5 ",
            "1.2.3",
            "1234567890123456",
        ] {
            assert_eq!(Decimal::parse(text.as_bytes()), None, "{text}");
        }
    }
}
