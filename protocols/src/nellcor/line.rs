//! A line of readings: what it says, how it is read, and how it is written.

use core::fmt;
use core::ops::RangeInclusive;

use crate::printed::{Number, Scanner, write};
use crate::quality_words::QualityWords;
use crate::vocabulary::{Absence, BeatsPerMinute, OxygenSaturation};
use crate::wire::{Field, NoRoom, Report};

use super::status::{Status, StatusCodes};

/// Bytes of the longest line that is no error, its end not counted (assumed).
pub const LONGEST_LINE: usize = 160;

/// Bytes that are enough for every line that is written, headings too.
pub const LONGEST_ENCODED: usize = 120;

/// Rates that are no nonsense, beats a minute; the monitor measures 20 to 250.
const RATES: RangeInclusive<u16> = 1..=300;

/// How many dashes are "none".
const DASHES: RangeInclusive<usize> = 3..=3;

/// A line of readings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    clock: Clock,
    saturation: Shown,
    rate: Shown,
    amplitude: Shown,
    status: StatusCodes,
    quality: QualityWords,
}

/// Date and time as the monitor prints them: `dd-MMM-yy HH:MM:SS`, digits and letters not judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock([u8; 18]);

/// A number as the monitor shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shown {
    /// The number.
    pub number: Number,
    /// A star behind it: outside the monitor's own alarm limit. It changes nothing.
    pub is_outside_limit: bool,
}

impl Clock {
    /// A date and time.
    ///
    /// `None` where it is not of the form `dd-MMM-yy HH:MM:SS`.
    #[must_use]
    pub fn new(text: [u8; 18]) -> Option<Self> {
        Scanner(&text).pattern(b"00-AAA-00 00:00:00").map(Self)
    }

    /// As printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Shown {
    /// Dashes.
    pub const DASHES: Self = Self::within(Number::DASHES);

    /// A number inside the monitor's limits.
    #[must_use]
    pub const fn within(number: Number) -> Self {
        Self {
            number,
            is_outside_limit: false,
        }
    }

    /// A number outside the monitor's limits.
    #[must_use]
    pub const fn outside(number: Number) -> Self {
        Self {
            number,
            is_outside_limit: true,
        }
    }

    fn parse(word: &[u8]) -> Option<Self> {
        let (text, is_outside_limit) = match word {
            [text @ .., b'*'] => (text, true),
            text => (text, false),
        };
        Some(Self {
            number: Number::parse_or_dashes(text, &DASHES)?,
            is_outside_limit,
        })
    }
}

/// Right-aligned with its star in as many columns as the format asks for.
impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = [0; 8];
        let star = if self.is_outside_limit { "*" } else { "" };
        let text = write(&mut buffer, format_args!("{}{star}", self.number));
        let text = core::str::from_utf8(text.unwrap_or_default()).unwrap_or_default();
        let columns = f.width().unwrap_or_default();
        write!(f, "{text:>columns$}")
    }
}

impl Line {
    /// A line of readings.
    #[must_use]
    pub fn new(
        clock: Clock,
        saturation: Shown,
        rate: Shown,
        amplitude: Shown,
        status: StatusCodes,
    ) -> Self {
        Self {
            clock,
            saturation,
            rate,
            amplitude,
            status,
            quality: status.quality(),
        }
    }

    /// When, by the monitor's own clock: never for control.
    #[must_use]
    pub const fn clock(&self) -> Clock {
        self.clock
    }

    /// The amplitude of the pulse, 0 to 254, relative.
    #[must_use]
    pub const fn amplitude(&self) -> Shown {
        self.amplitude
    }

    /// The codes behind the numbers.
    #[must_use]
    pub const fn status(&self) -> &StatusCodes {
        &self.status
    }

    /// The saturation.
    ///
    /// # Errors
    /// [`Absence::Searching`] for dashes and 0, [`Absence::OutOfRange`] above 100 %.
    pub fn saturation(&self) -> Result<OxygenSaturation, Absence> {
        self.saturation.number.saturation()
    }

    /// The pulse rate.
    ///
    /// # Errors
    /// [`Absence::Searching`] for dashes and 0, [`Absence::OutOfRange`] above 300 a minute.
    pub fn pulse_rate(&self) -> Result<BeatsPerMinute, Absence> {
        self.rate.number.rate(&RATES)
    }

    /// What the line tells in every protocol's terms. The codes erase no value: whoever uses one decides.
    #[must_use]
    pub fn report(&self) -> Report<'_> {
        Report {
            heart_rate: self.pulse_rate().map_or(Field::Missing, Field::Present),
            saturation: self.saturation().map_or(Field::Missing, Field::Present),
            quality: Some(self.quality.as_slice()),
            ..Report::named("line")
        }
    }

    /// The line with its end as the monitor prints it: three numbers right-aligned, then the codes.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`LONGEST_ENCODED`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let Self {
            saturation,
            rate,
            amplitude,
            status,
            ..
        } = self;
        let clock = self.clock.as_str();
        let codes = Behind(status);
        write(
            buffer,
            format_args!("{clock}{saturation:7}{rate:6}{amplitude:6}{codes}\r\n"),
        )
    }

    /// Whether a line has to be one of readings.
    pub(super) fn begins(text: &[u8]) -> bool {
        Scanner(text).pattern(b"00-AAA-00").is_some()
    }

    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let mut rest = Scanner(text);
        let clock = Clock(rest.pattern(b"00-AAA-00 00:00:00")?);
        let mut shown = || {
            if rest.blanks() == 0 {
                return None;
            }
            Shown::parse(rest.word())
        };
        let (saturation, rate, amplitude) = (shown()?, shown()?, shown()?);
        let mut status = StatusCodes::NONE;
        loop {
            rest.blanks();
            if rest.is_at_end() {
                return Some(Self::new(clock, saturation, rate, amplitude, status));
            }
            let code = rest.word().try_into().ok().and_then(Status::new)?;
            status = status.with(code)?;
        }
    }
}

/// The codes in their columns: six blanks before the first, two before each other.
struct Behind<'a>(&'a StatusCodes);

impl fmt::Display for Behind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, code) in self.0.iter().enumerate() {
            let blanks = if place == 0 { 6 } else { 2 };
            write!(f, "{:blanks$}{}", "", code.as_str())?;
        }
        Ok(())
    }
}
