//! The blood pressure record of P3 and P4.

use crate::ascii::{ShortNumber, Writer, after_spaces};

use super::Variant;

/// `NR.01,SYST:135mmHg,DIAST:085mmHg,Pulse:092/min`: a measurement. A failed one has all values 0.
///
/// The manual gives 54 characters for it and prints a form of 48: the length is not looked at, and spaces are read wherever
/// one word ends \[assumed\].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PressureRecord {
    /// Its number, two digits.
    pub number: ShortNumber,
    /// Systolic pressure in mmHg, 0 for none.
    pub systolic: ShortNumber,
    /// Diastolic pressure in mmHg, 0 for none.
    pub diastolic: ShortNumber,
    /// Pulse a minute, 0 for none.
    pub pulse: ShortNumber,
}

/// What every record begins with.
pub(super) const BEGIN: &[u8] = b"NR.";

impl PressureRecord {
    /// The record of a line; `None` where it is not of the form.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let rest = after(text, BEGIN)?;
        let (number, rest) = numbered(rest)?;
        let (systolic, rest) = numbered(after(after(rest, b",")?, b"SYST:")?)?;
        let rest = after(after(rest, b"mmHg")?, b",")?;
        let (diastolic, rest) = numbered(after(rest, b"DIAST:")?)?;
        let rest = after(after(rest, b"mmHg")?, b",")?;
        let rest = after(rest, b"Pulse:").or_else(|| after(rest, b"Puls:"))?;
        let (pulse, rest) = numbered(rest)?;
        let rest = after(rest, b"/min")?;
        after_spaces(rest).is_empty().then_some(Self {
            number,
            systolic,
            diastolic,
            pulse,
        })
    }

    /// Writes the record without its end: P3 says `Puls`, P4 `Pulse`.
    pub(super) fn write(self, line: Writer<'_>, variant: Variant) -> Writer<'_> {
        let pulse: &[u8] = match variant {
            Variant::P3 => b"mmHg,Puls:",
            Variant::P4 | Variant::P10 => b"mmHg,Pulse:",
        };
        line.bytes(BEGIN)
            .decimal(self.number.get().into(), 2)
            .bytes(b",SYST:")
            .decimal(self.systolic.get().into(), 3)
            .bytes(b"mmHg,DIAST:")
            .decimal(self.diastolic.get().into(), 3)
            .bytes(pulse)
            .decimal(self.pulse.get().into(), 3)
            .bytes(b"/min")
    }
}

/// What follows a word, spaces before the word passed over.
fn after<'a>(text: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    after_spaces(text).strip_prefix(word)
}

/// The number that the text begins with, and what follows it.
fn numbered(text: &[u8]) -> Option<(ShortNumber, &[u8])> {
    let text = after_spaces(text);
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at_checked(digits)?;
    Some((ShortNumber::parse(digits)?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &[u8]) -> Option<[u16; 4]> {
        PressureRecord::parse(text).map(|record| {
            [
                record.number.get(),
                record.systolic.get(),
                record.diastolic.get(),
                record.pulse.get(),
            ]
        })
    }

    #[test]
    fn a_record_is_read_with_either_word_for_the_pulse_and_with_spaces() {
        let expected = Some([1, 135, 85, 92]);
        assert_eq!(
            values(b"NR.01,SYST:135mmHg,DIAST:085mmHg,Pulse:092/min"),
            expected
        );
        assert_eq!(
            values(b"NR.01,SYST:135mmHg,DIAST:085mmHg,Puls:092/min"),
            expected
        );
        assert_eq!(
            values(b"NR. 1, SYST: 135 mmHg, DIAST: 85 mmHg, Pulse: 92 /min "),
            expected
        );
    }

    #[test]
    fn a_record_cut_anywhere_is_none() {
        let whole = b"NR.01,SYST:135mmHg,DIAST:085mmHg,Pulse:092/min";
        for length in 0..whole.len() {
            assert_eq!(values(&whole[..length]), None, "{length}");
        }
        assert_eq!(
            values(b"NR.01,SYST:135mmHg,DIAST:085mmHg,Pulse:092/minute"),
            None
        );
    }
}
