//! What the monitor says, and how it is written.

use crate::ascii::{Writer, decimal, hexadecimal};
use crate::exact::Exact;
use crate::wire::{NoRoom, Report};

use super::Words;
use super::register::Register;

/// A line of the monitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachineMessage {
    /// `ID...`: what stands at an address.
    Value(Register),
    /// `_WR_`: it is a `WaterRower`.
    Hello,
    /// `IV...`: model and version.
    Model(Model),
    /// `OK`.
    Accepted,
    /// `ERROR`: not understood.
    Refused,
    /// `PING`: nothing happens; once a second \[recalled\].
    Ping,
    /// `SS`: a stroke starts.
    StrokeStart,
    /// `SE`: a stroke's pull ends.
    StrokeEnd,
    /// `Pxx`: pulses of the paddle in the last 25 ms.
    Pulses(u8),
    /// Any other line, a key that was pressed (`AKx`) among them.
    Words(Words),
}

/// `IV` and five digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Model {
    series: u8,
    major: u8,
    minor: u8,
}

impl Model {
    /// A model; `None` for a series above 9 or a version above 99.99.
    #[must_use]
    pub const fn new(series: u8, major: u8, minor: u8) -> Option<Self> {
        if series <= 9 && major <= 99 && minor <= 99 {
            Some(Self {
                series,
                major,
                minor,
            })
        } else {
            None
        }
    }

    /// 4 for an S4.
    #[must_use]
    pub const fn series(&self) -> u8 {
        self.series
    }

    /// Firmware version, its high and its low part.
    #[must_use]
    pub const fn version(&self) -> (u8, u8) {
        (self.major, self.minor)
    }

    fn parse(text: &[u8]) -> Option<Self> {
        let number = |digits: &[u8]| decimal(digits).and_then(|number| u8::try_from(number).ok());
        let [series, a, b, c, d] = text else {
            return None;
        };
        Self::new(number(&[*series])?, number(&[*a, *b])?, number(&[*c, *d])?)
    }
}

impl MachineMessage {
    /// The line as the monitor sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`super::LONGEST_ENCODED`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let line = Writer::new(buffer);
        let line = match self {
            Self::Value(register) => register.write(line),
            Self::Hello => line.bytes(b"_WR_"),
            Self::Model(model) => line
                .bytes(b"IV")
                .decimal(model.series.into(), 1)
                .decimal(model.major.into(), 2)
                .decimal(model.minor.into(), 2),
            Self::Accepted => line.bytes(b"OK"),
            Self::Refused => line.bytes(b"ERROR"),
            Self::Ping => line.bytes(b"PING"),
            Self::StrokeStart => line.bytes(b"SS"),
            Self::StrokeEnd => line.bytes(b"SE"),
            Self::Pulses(pulses) => line.bytes(b"P").hexadecimal((*pulses).into(), 2),
            Self::Words(words) => line.bytes(words.as_bytes()),
        };
        line.bytes(b"\r\n").finish()
    }

    /// What is told in units; `None` for a line that carries no reading.
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        match self {
            Self::Value(register) => register.report(),
            Self::Hello
            | Self::Model(_)
            | Self::Accepted
            | Self::Refused
            | Self::Ping
            | Self::StrokeStart
            | Self::StrokeEnd
            | Self::Pulses(_)
            | Self::Words(_) => None,
        }
    }

    /// A heart rate that the wire carries, up to 65535, and its unit does not.
    #[must_use]
    pub fn exact(&self) -> Exact {
        match self {
            Self::Value(register) => register.exact(),
            Self::Hello
            | Self::Model(_)
            | Self::Accepted
            | Self::Refused
            | Self::Ping
            | Self::StrokeStart
            | Self::StrokeEnd
            | Self::Pulses(_)
            | Self::Words(_) => Exact::NONE,
        }
    }

    /// A line that carries no value of an address, and that has a meaning of its own.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        Some(match text {
            b"_WR_" => Self::Hello,
            b"OK" => Self::Accepted,
            b"ERROR" => Self::Refused,
            b"PING" => Self::Ping,
            b"SS" => Self::StrokeStart,
            b"SE" => Self::StrokeEnd,
            [b'I', b'V', model @ ..] => Self::Model(Model::parse(model)?),
            [b'P', tens, units] => Self::Pulses(u8::try_from(hexadecimal(&[*tens, *units])?).ok()?),
            _ => return None,
        })
    }
}
