//! A line: what it says, and how it is read.

use core::ops::RangeInclusive;

use crate::printed::{Meaning, Number, Scanner};
use crate::quality_words::QualityWords;
use crate::vocabulary::{Absence, BeatsPerMinute, OxygenSaturation};
use crate::wire::{Field, Report};

use super::exceptions::{Alarms, Exceptions};

/// Bytes of the longest line that is no error, its end not counted (assumed).
pub const LONGEST_LINE: usize = 256;

/// Rates that are no nonsense, beats a minute; the device measures 25 to 240.
const RATES: RangeInclusive<u16> = 1..=300;

/// How many dashes are "none".
const DASHES: RangeInclusive<usize> = 1..=3;

/// What the device prints.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DeviceMessage {
    /// A line of ASCII 1.
    Line(Line),
    /// A line of ASCII 2, the printer's form: the device's output has to be set to ASCII 1.
    PrinterForm,
}

/// A line of ASCII 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    pub(super) clock: Clock,
    pub(super) serial_number: Option<SerialNumber>,
    pub(super) saturation: Number,
    pub(super) rate: Number,
    pub(super) perfusion_index: PerfusionIndex,
    pub(super) alarms: Alarms,
    pub(super) exceptions: Exceptions,
    quality: QualityWords,
}

/// Date and time as the device prints them: `MM/DD/YY HH:MM:SS`, the digits not judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock([u8; 17]);

/// A serial number, which Radical-7 and Rad-87 print: ten digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SerialNumber([u8; 10]);

/// The perfusion index in hundredths of a per cent, up to 99.99 %; `None` for dashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PerfusionIndex(Option<u16>);

impl Clock {
    /// A date and time.
    ///
    /// `None` where it is not of the form `MM/DD/YY HH:MM:SS`.
    #[must_use]
    pub fn new(text: [u8; 17]) -> Option<Self> {
        Scanner(&text).pattern(b"00/00/00 00:00:00").map(Self)
    }

    /// As printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl SerialNumber {
    /// A serial number; `None` where a character is no digit.
    #[must_use]
    pub fn new(text: [u8; 10]) -> Option<Self> {
        text.iter().all(u8::is_ascii_digit).then_some(Self(text))
    }

    /// As printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl PerfusionIndex {
    /// Dashes.
    pub const DASHES: Self = Self(None);

    /// So many hundredths of a per cent; `None` above 9999.
    #[must_use]
    pub const fn from_hundredths(hundredths: u16) -> Option<Self> {
        if hundredths <= 9_999 {
            Some(Self(Some(hundredths)))
        } else {
            None
        }
    }

    /// In hundredths of a per cent; `None` for dashes.
    #[must_use]
    pub const fn hundredths(self) -> Option<u16> {
        self.0
    }

    /// The index of text `nn.nn%`; dashes for any other, as nothing depends on it.
    fn parse(text: &[u8]) -> Self {
        let mut rest = Scanner(text);
        let Some([tens, ones, _, tenths, hundredths]) = rest.pattern(b"00.00") else {
            return Self::DASHES;
        };
        let number = [tens, ones, tenths, hundredths]
            .iter()
            .fold(0, |number: u16, digit| {
                number * 10 + u16::from(digit.saturating_sub(b'0'))
            });
        Self::from_hundredths(number).unwrap_or_default()
    }
}

impl Line {
    /// A line of readings with what the device says about them.
    #[must_use]
    pub fn new(clock: Clock, saturation: Number, rate: Number, exceptions: Exceptions) -> Self {
        Self {
            clock,
            serial_number: None,
            saturation,
            rate,
            perfusion_index: PerfusionIndex::DASHES,
            alarms: Alarms::NONE,
            exceptions,
            quality: exceptions.words(),
        }
    }

    /// The same with a serial number: the form of Radical-7 and Rad-87.
    #[must_use]
    pub const fn with_serial_number(self, number: SerialNumber) -> Self {
        Self {
            serial_number: Some(number),
            ..self
        }
    }

    /// The same with a perfusion index.
    #[must_use]
    pub const fn with_perfusion_index(self, index: PerfusionIndex) -> Self {
        Self {
            perfusion_index: index,
            ..self
        }
    }

    /// The same with alarms of the device.
    #[must_use]
    pub const fn with_alarms(self, alarms: Alarms) -> Self {
        Self { alarms, ..self }
    }

    /// When, by the device's own clock: never for control.
    #[must_use]
    pub const fn clock(&self) -> Clock {
        self.clock
    }

    /// The serial number, where the model prints it.
    #[must_use]
    pub const fn serial_number(&self) -> Option<SerialNumber> {
        self.serial_number
    }

    /// The perfusion index.
    #[must_use]
    pub const fn perfusion_index(&self) -> PerfusionIndex {
        self.perfusion_index
    }

    /// The device's alarms; none where they cannot be read.
    #[must_use]
    pub const fn alarms(&self) -> Alarms {
        self.alarms
    }

    /// What the device says about its values.
    #[must_use]
    pub const fn exceptions(&self) -> Exceptions {
        self.exceptions
    }

    /// The saturation.
    ///
    /// # Errors
    /// [`Absence::Searching`] for dashes and 0, [`Absence::OutOfRange`] above 100 %.
    pub fn saturation(&self) -> Result<OxygenSaturation, Absence> {
        self.saturation.saturation()
    }

    /// The pulse rate.
    ///
    /// # Errors
    /// [`Absence::Searching`] for dashes and 0, [`Absence::OutOfRange`] above 300 a minute.
    pub fn pulse_rate(&self) -> Result<BeatsPerMinute, Absence> {
        self.rate.rate(&RATES)
    }

    /// What the line tells in every protocol's terms. The exceptions erase no value: whoever uses one decides.
    #[must_use]
    pub fn report(&self) -> Report<'_> {
        Report {
            heart_rate: self.pulse_rate().map_or(Field::Missing, Field::Present),
            saturation: self.saturation().map_or(Field::Missing, Field::Present),
            quality: Some(self.quality.as_slice()),
            ..Report::named("line")
        }
    }

    fn parse(clock: Clock, fields: Scanner<'_>) -> Option<Self> {
        let number = |name| {
            let text = value(fields, name)?;
            Number::parse_or_dashes(text.strip_suffix(b"%").unwrap_or(text), &DASHES)
        };
        let exceptions = value(fields, b"EXC")?
            .split(|byte| *byte == b':')
            .next()
            .and_then(|digits| hexadecimal(digits, &(3..=6)))?;
        let alarms = value(fields, b"ALARM").and_then(|digits| hexadecimal(digits, &(2..=4)));
        let alarms = alarms.and_then(|bits| u16::try_from(bits).ok());
        let line = Self {
            serial_number: value(fields, b"SN")
                .and_then(|text| text.try_into().ok())
                .and_then(SerialNumber::new),
            perfusion_index: PerfusionIndex::parse(value(fields, b"PI").unwrap_or_default()),
            alarms: Alarms::from_bits(alarms.unwrap_or_default()),
            ..Self::new(
                clock,
                number(b"SPO2")?,
                number(b"BPM")?,
                Exceptions::from_bits(exceptions),
            )
        };
        Some(line)
    }
}

impl DeviceMessage {
    /// What the message tells in every protocol's terms; `None` for a line of another form, which yields nothing.
    #[must_use]
    pub fn report(&self) -> Option<Report<'_>> {
        match self {
            Self::Line(line) => Some(line.report()),
            Self::PrinterForm => None,
        }
    }

    pub(super) fn read(text: &[u8]) -> Meaning<Self> {
        let mut rest = Scanner(text);
        if let Some([clock @ .., _]) = rest.pattern(b"00/00/00 00:00:00 ") {
            return Meaning::message_or_framing(Line::parse(Clock(clock), rest).map(Self::Line));
        }
        let fields = Scanner(text);
        let is_printer_form = [b"SpO2".as_slice(), b"PR", b"EXC"]
            .iter()
            .all(|name| value(fields, name).is_some());
        if is_printer_form {
            Meaning::Message(Self::PrinterForm)
        } else {
            Meaning::Nothing
        }
    }
}

/// The value of a field, the first of that name: what stands behind `NAME=` up to a blank.
fn value<'a>(mut fields: Scanner<'a>, name: &[u8]) -> Option<&'a [u8]> {
    loop {
        fields.blanks();
        if fields.is_at_end() {
            return None;
        }
        let field = fields.word().strip_prefix(name);
        if let Some([b'=', value @ ..]) = field {
            return Some(value);
        }
    }
}

/// The number of text that is hexadecimal digits of either case, so many of them.
fn hexadecimal(text: &[u8], digits: &RangeInclusive<usize>) -> Option<u32> {
    if !digits.contains(&text.len()) {
        return None;
    }
    text.iter().try_fold(0_u32, |number, byte| {
        let digit = char::from(*byte).to_digit(16)?;
        number.checked_mul(16)?.checked_add(digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_fields_of_a_name_the_first_counts_and_no_name_is_part_of_another() {
        let fields = Scanner(b"XEXC=1 EXC= EXCX=2 EXC=3  PI=0=1");
        assert_eq!(value(fields, b"EXC"), Some(b"".as_slice()));
        assert_eq!(value(fields, b"EXCX"), Some(b"2".as_slice()));
        assert_eq!(value(fields, b"PI"), Some(b"0=1".as_slice()));
        assert_eq!(value(fields, b"P"), None);
    }

    #[test]
    fn a_perfusion_index_is_told_in_hundredths() {
        let index = |text: &[u8]| PerfusionIndex::parse(text).hundredths();
        assert_eq!(index(b"11.82%"), Some(1_182));
        assert_eq!(index(b"00.02%"), Some(2));
        assert_eq!(index(b"--.--%"), None);
        assert_eq!(index(b"1.20%"), None);
        assert_eq!(PerfusionIndex::from_hundredths(10_000), None);
    }
}
