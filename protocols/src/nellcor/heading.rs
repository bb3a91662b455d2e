//! The two lines above each page of readings: who the monitor is, and its limits.

use core::fmt;

use crate::printed::{Scanner, Text, write};
use crate::wire::NoRoom;

/// The second heading line, without its end.
pub const COLUMNS: &str = "TIME                %SPO2   BPM    PA       Status";

/// A word of a heading.
pub type Name = Text<16>;

/// The first heading line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heading {
    /// The monitor's model, such as `N-595`.
    pub model: Name,
    /// The version of its firmware.
    pub version: Name,
    /// The check of its firmware, four characters as printed: not of the data.
    pub firmware_check: Text<4>,
    /// The limits that its stars and alarms go by.
    pub limits: Limits,
}

/// The limits of a monitor's own alarms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Least and greatest saturation, per cent.
    pub saturation: [u16; 2],
    /// Least and greatest rate, beats a minute.
    pub rate: [u16; 2],
}

impl Heading {
    /// The line with its end as the monitor prints it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`super::LONGEST_ENCODED`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        write(buffer, format_args!("{self}\r\n"))
    }

    /// What a heading says; `None` for any other line. How wide the gaps between its parts are does not matter.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let mut rest = Scanner(text);
        let model = Name::word(rest.word())?;
        expect(&mut rest, b"VERSION")?;
        rest.blanks();
        let version = Name::word(rest.word())?;
        rest.blanks();
        rest.tag(b"CRC:")?;
        let firmware_check = Text::word(rest.word())?;
        expect(&mut rest, b"SpO2")?;
        expect(&mut rest, b"Limit:")?;
        let saturation = range(&mut rest, b"%")?;
        expect(&mut rest, b"PR")?;
        expect(&mut rest, b"Limit:")?;
        let rate = range(&mut rest, b"BPM")?;
        rest.blanks();
        rest.is_at_end().then_some(Self {
            model,
            version,
            firmware_check,
            limits: Limits { saturation, rate },
        })
    }
}

impl fmt::Display for Heading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            model,
            version,
            firmware_check,
            ..
        } = self;
        let [saturation_least, saturation_greatest] = self.limits.saturation;
        let [rate_least, rate_greatest] = self.limits.rate;
        write!(
            f,
            "{model}   VERSION {version}   CRC:{firmware_check}  SpO2 Limit: {saturation_least}-{saturation_greatest}%  PR Limit: {rate_least}-{rate_greatest}BPM"
        )
    }
}

/// Takes blanks and then this word.
fn expect(rest: &mut Scanner<'_>, word: &[u8]) -> Option<()> {
    rest.blanks();
    (rest.word() == word).then_some(())
}

/// Takes blanks, two numbers with a dash between, and their unit.
fn range(rest: &mut Scanner<'_>, unit: &[u8]) -> Option<[u16; 2]> {
    rest.blanks();
    let least = number(rest.digits())?;
    rest.tag(b"-")?;
    let greatest = number(rest.digits())?;
    rest.tag(unit)?;
    Some([least, greatest])
}

fn number(digits: &[u8]) -> Option<u16> {
    core::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &[u8] =
        b"N-595   VERSION 1.0.0.0   CRC:XXXX  SpO2 Limit: 85-100%  PR Limit: 40-170BPM";

    #[test]
    fn a_heading_reads_as_it_is_printed() {
        let heading = Heading::parse(SAMPLE).expect("a heading");
        assert_eq!(heading.model.as_str(), "N-595");
        assert_eq!(heading.version.as_str(), "1.0.0.0");
        assert_eq!(heading.firmware_check.as_str(), "XXXX");
        assert_eq!(heading.limits.saturation, [85, 100]);
        assert_eq!(heading.limits.rate, [40, 170]);
        let mut buffer = [0; 120];
        let written = heading.encode(&mut buffer).expect("room");
        assert_eq!(written.strip_suffix(b"\r\n"), Some(SAMPLE));
    }

    #[test]
    fn any_other_line_is_no_heading() {
        assert_eq!(Heading::parse(COLUMNS.as_bytes()), None);
        assert_eq!(Heading::parse(b""), None);
        for end in 0..SAMPLE.len() {
            assert_eq!(Heading::parse(&SAMPLE[..end]), None);
        }
    }
}
