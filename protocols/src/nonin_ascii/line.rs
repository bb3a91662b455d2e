//! A line: what it says, and how it is written.

use core::ops::RangeInclusive;

use crate::printed::{Meaning, Number, Scanner, write};
use crate::vocabulary::{Absence, BeatsPerMinute, OxygenSaturation};
use crate::wire::{Field, NoRoom, Report};

/// Bytes of the longest line that is no error, its end not counted (assumed).
pub const LONGEST_LINE: usize = 128;

/// Bytes that are enough for every line that is written.
pub const LONGEST_ENCODED: usize = 40;

/// What every line of readings holds.
const SATURATION: &[u8] = b"SPO2=";
const RATE: &[u8] = b"HR=";

/// Rates that the devices measure, beats a minute (recalled).
const RATES: RangeInclusive<u16> = 18..=321;

/// A line of readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// When, by the device's own clock; 9847 and 8600 alone print it.
    pub clock: Option<Clock>,
    /// Saturation in per cent, as printed.
    pub saturation_printed: Number,
    /// Pulse rate in beats a minute, as printed.
    pub rate_printed: Number,
    /// What stands behind the numbers.
    pub marks: Marks,
}

/// A time of day as the device prints it: `HH:MM:SS`, its digits not judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock([u8; 8]);

/// What can stand behind the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    /// `F`: the averages are the fast ones.
    pub fast: bool,
    /// `B`: a breath (9847).
    pub breath: bool,
    /// `*`: an event was marked at the device.
    pub event: bool,
}

impl Clock {
    /// A time of day.
    ///
    /// `None` where it is not of the form `HH:MM:SS`.
    #[must_use]
    pub fn new(text: [u8; 8]) -> Option<Self> {
        Scanner(&text).pattern(b"00:00:00").map(Self)
    }

    /// As printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Line {
    /// The saturation.
    ///
    /// # Errors
    /// [`Absence::Searching`] for dashes and 0, [`Absence::OutOfRange`] above 100 %.
    pub fn saturation(&self) -> Result<OxygenSaturation, Absence> {
        self.saturation_printed.saturation()
    }

    /// The pulse rate.
    ///
    /// # Errors
    /// [`Absence::Searching`] for dashes and 0, [`Absence::OutOfRange`] outside 18 to 321 a minute.
    pub fn pulse_rate(&self) -> Result<BeatsPerMinute, Absence> {
        self.rate_printed.rate(&RATES)
    }

    /// What the line tells in every protocol's terms. The format has no word on quality.
    #[must_use]
    pub fn report(&self) -> Report<'static> {
        Report {
            heart_rate: self.pulse_rate().map_or(Field::Missing, Field::Present),
            saturation: self.saturation().map_or(Field::Missing, Field::Present),
            ..Report::named("line")
        }
    }

    /// The line with its end as the device prints it: numbers in three places with zeros.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`LONGEST_ENCODED`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let clock = self.clock.as_ref().map_or("", Clock::as_str);
        let blank = if self.clock.is_some() { " " } else { "" };
        let mark = |stands, text| if stands { text } else { "" };
        write(
            buffer,
            format_args!(
                "{clock}{blank}SPO2={:03} HR={:03}{}{}{}\r\n",
                self.saturation_printed,
                self.rate_printed,
                mark(self.marks.fast, " F"),
                mark(self.marks.breath, " B"),
                mark(self.marks.event, "*"),
            ),
        )
    }

    pub(super) fn read(text: &[u8]) -> Meaning<Self> {
        let is_reading = text
            .windows(SATURATION.len())
            .any(|window| window == SATURATION);
        if !is_reading {
            return Meaning::Nothing;
        }
        Meaning::message_or_framing(Self::parse(text))
    }

    fn parse(text: &[u8]) -> Option<Self> {
        let mut rest = Scanner(text);
        let clock = rest
            .pattern(b"00:00:00 ")
            .map(|[clock @ .., _]| Clock(clock));
        rest.tag(SATURATION)?;
        let saturation_printed = number(&mut rest)?;
        if rest.blanks() == 0 {
            return None;
        }
        rest.tag(RATE)?;
        let rate_printed = number(&mut rest)?;
        Some(Self {
            clock,
            saturation_printed,
            rate_printed,
            marks: Marks::parse(rest)?,
        })
    }
}

impl Marks {
    /// Marks and blanks in any order, up to the line's end; a letter needs a blank before it.
    fn parse(mut rest: Scanner<'_>) -> Option<Self> {
        let mut marks = Self::default();
        while !rest.is_at_end() {
            let blanks = rest.blanks();
            if rest.tag(b"*").is_some() {
                marks.event = true;
            } else if blanks > 0 && rest.tag(b"F").is_some() {
                marks.fast = true;
            } else if blanks > 0 && rest.tag(b"B").is_some() {
                marks.breath = true;
            } else if !rest.is_at_end() {
                return None;
            }
        }
        Some(marks)
    }
}

/// One to three digits with blanks before them, or three dashes.
fn number(rest: &mut Scanner<'_>) -> Option<Number> {
    if rest.tag(b"---").is_some() {
        return Some(Number::DASHES);
    }
    rest.blanks();
    Number::parse(rest.digits())
}
