//! What the host says, and how it is written.

use crate::ascii::{Writer, hexadecimal};
use crate::wire::{NoRoom, Report};

use super::Words;
use super::register::{Address, Size, place, write_place};

/// A line of the host. None of them tells a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostMessage {
    /// `USB`: begin to talk.
    Start,
    /// `EXIT`: stop talking.
    Exit,
    /// `RESET`: begin a new workout.
    Reset,
    /// `IV?`: asks model and version.
    Identify,
    /// `IRS`, `IRD`, `IRT`: asks what stands at an address.
    Read {
        /// How many bytes.
        size: Size,
        /// Where.
        address: Address,
    },
    /// `WSI`: a goal for the distance.
    SetDistance {
        /// What it counts in.
        unit: DistanceUnit,
        /// How many.
        goal: u16,
    },
    /// `WSU`: a goal for the time, in seconds.
    SetTime(u16),
    /// Any other line: the monitor answers `ERROR`.
    Other(Words),
}

/// What a goal for the distance counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DistanceUnit {
    /// 1.
    Metres,
    /// 2.
    Miles,
    /// 3.
    Kilometres,
    /// 4.
    Strokes,
}

impl DistanceUnit {
    const fn digit(self) -> u8 {
        match self {
            Self::Metres => b'1',
            Self::Miles => b'2',
            Self::Kilometres => b'3',
            Self::Strokes => b'4',
        }
    }

    const fn from_digit(digit: u8) -> Option<Self> {
        match digit {
            b'1' => Some(Self::Metres),
            b'2' => Some(Self::Miles),
            b'3' => Some(Self::Kilometres),
            b'4' => Some(Self::Strokes),
            _ => None,
        }
    }
}

impl HostMessage {
    /// The line as the host sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`super::LONGEST_ENCODED`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let line = Writer::new(buffer);
        let line = match self {
            Self::Start => line.bytes(b"USB"),
            Self::Exit => line.bytes(b"EXIT"),
            Self::Reset => line.bytes(b"RESET"),
            Self::Identify => line.bytes(b"IV?"),
            Self::Read { size, address } => write_place(line.bytes(b"IR"), *size, *address),
            Self::SetDistance { unit, goal } => line
                .bytes(b"WSI")
                .bytes(&[unit.digit()])
                .hexadecimal((*goal).into(), 4),
            Self::SetTime(seconds) => line.bytes(b"WSU").hexadecimal((*seconds).into(), 4),
            Self::Other(words) => line.bytes(words.as_bytes()),
        };
        line.bytes(b"\r\n").finish()
    }

    /// `None`: no line of the host tells a reading.
    #[must_use]
    pub const fn report(&self) -> Option<Report<'static>> {
        None
    }

    /// A line that the monitor understands.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        Some(match text {
            b"USB" => Self::Start,
            b"EXIT" => Self::Exit,
            b"RESET" => Self::Reset,
            b"IV?" => Self::Identify,
            [b'I', b'R', rest @ ..] => match place(rest)? {
                (size, address, []) => Self::Read { size, address },
                _ => return None,
            },
            [b'W', b'S', b'I', unit, goal @ ..] => Self::SetDistance {
                unit: DistanceUnit::from_digit(*unit)?,
                goal: four_digits(goal)?,
            },
            [b'W', b'S', b'U', seconds @ ..] => Self::SetTime(four_digits(seconds)?),
            _ => return None,
        })
    }
}

fn four_digits(text: &[u8]) -> Option<u16> {
    if text.len() != 4 {
        return None;
    }
    u16::try_from(hexadecimal(text)?).ok()
}
