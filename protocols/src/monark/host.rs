//! What the host says, and how it is written.

use crate::ascii::{ShortNumber, Writer};
use crate::wire::{NoRoom, Report};

use super::Words;

/// A line of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostMessage {
    /// `id`: asks who it is.
    Identify,
    /// `servo`: asks a NOVO whether its brake is set by hand.
    AskServo,
    /// `power`: asks the present power.
    AskPower,
    /// `pedal`: asks the cadence.
    AskCadence,
    /// `pulse`: asks the heart rate.
    AskHeartRate,
    /// `B`: asks the load that was set.
    AskLoad,
    /// `power n`: sets the power in watts. Never to be made of an empty value: without its number it asks.
    SetPower(ShortNumber),
    /// `kp x.y`: sets the braking force, NOVO only. Never sent by this project's host: on a bike taken for another it would be
    /// dangerous.
    SetForce(Force),
    /// A lone carriage return. After the port was opened the first command may otherwise be lost.
    Blank,
    /// A line that no bike is known to understand.
    Other(Words),
}

/// A braking force in tenths of a kilopond, 0.0 to 7.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Force(u8);

impl Force {
    /// A force of so many tenths of a kilopond; `None` above 70.
    #[must_use]
    pub const fn from_tenths(tenths: u8) -> Option<Self> {
        if tenths <= 70 {
            Some(Self(tenths))
        } else {
            None
        }
    }

    /// Tenths of a kilopond.
    #[must_use]
    pub const fn tenths(self) -> u8 {
        self.0
    }

    /// The force of `x.y`.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let [whole, b'.', tenth] = text else {
            return None;
        };
        let digit = |byte: &u8| byte.is_ascii_digit().then(|| byte - b'0');
        Self::from_tenths(digit(whole)? * 10 + digit(tenth)?)
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
            Self::Identify => line.bytes(b"id"),
            Self::AskServo => line.bytes(b"servo"),
            Self::AskPower => line.bytes(b"power"),
            Self::AskCadence => line.bytes(b"pedal"),
            Self::AskHeartRate => line.bytes(b"pulse"),
            Self::AskLoad => line.bytes(b"B"),
            Self::SetPower(watts) => line.bytes(b"power ").decimal(watts.get().into(), 1),
            Self::SetForce(force) => line
                .bytes(b"kp ")
                .decimal(u32::from(force.tenths()) / 10, 1)
                .bytes(b".")
                .decimal(u32::from(force.tenths()) % 10, 1),
            Self::Blank => line,
            Self::Other(words) => line.bytes(words.as_bytes()),
        };
        line.bytes(b"\r").finish()
    }

    /// What is told in units: a power that is set; `None` for every other line.
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        match self {
            Self::SetPower(watts) => Some(Report {
                power: watts.power(),
                ..Report::named("set_power")
            }),
            Self::Identify
            | Self::AskServo
            | Self::AskPower
            | Self::AskCadence
            | Self::AskHeartRate
            | Self::AskLoad
            | Self::SetForce(_)
            | Self::Blank
            | Self::Other(_) => None,
        }
    }
}
