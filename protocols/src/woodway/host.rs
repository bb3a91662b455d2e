//! What the host says, and how it is written.

use crate::ascii::Writer;
use crate::trackmaster::{Data, FourDigits, SpeedUnit};
use crate::vocabulary::MetresPerSecond;
use crate::wire::{Field, NoRoom, Report};

/// A message of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostMessage {
    /// `A0`: start the belt, which stops by its timer when the host falls silent; after how long was not seen.
    StartWatched,
    /// `A9`: start the belt without its timer. Never sent by this project's host.
    StartUnwatched,
    /// `A2`: take the power off the drive; the belt coasts.
    Disengage,
    /// `A3`: set speed and direction.
    SetSpeed(Velocity),
    /// `A4`: set the elevation, in tenths of a per cent.
    SetElevation(FourDigits),
    /// `AA`: speed and elevation to nothing.
    AutoStop,
    /// `C0`: asks for a byte of state: a test of the link.
    AskState,
    /// `C1`: asks for the speed.
    AskSpeed,
    /// `C2`: asks for the elevation.
    AskElevation,
    /// `C3`: asks for the firmware's revision.
    AskRevision,
}

/// A speed with its direction: a digit 0 or 3, then tens, units and tenths of a mile an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Velocity {
    is_reverse: bool,
    tenths: u16,
}

impl Velocity {
    /// Standing.
    pub const ZERO: Self = Self {
        is_reverse: false,
        tenths: 0,
    };
    /// The most tenths of a mile an hour that three digits carry. The library sends 299 at most.
    pub const MOST_TENTHS: u16 = 999;

    /// So many tenths of a mile an hour; `None` above [`Self::MOST_TENTHS`].
    #[must_use]
    pub const fn new(is_reverse: bool, tenths: u16) -> Option<Self> {
        if tenths <= Self::MOST_TENTHS {
            Some(Self { is_reverse, tenths })
        } else {
            None
        }
    }

    /// The fastest that is not faster than `speed`, forwards. A speed below nothing is nothing: it is never sent.
    #[must_use]
    pub fn not_above(speed: MetresPerSecond) -> Self {
        let tenths = SpeedUnit::MilesPerHour.tenths_not_above(speed).get();
        Self {
            is_reverse: false,
            tenths: tenths.min(Self::MOST_TENTHS),
        }
    }

    /// Tenths of a mile an hour, whatever the direction.
    #[must_use]
    pub const fn tenths(self) -> u16 {
        self.tenths
    }

    /// Whether the belt runs backwards: in rehabilitation a fault.
    #[must_use]
    pub const fn is_reverse(self) -> bool {
        self.is_reverse
    }

    /// The speed, negative backwards.
    #[must_use]
    pub fn metres_per_second(self) -> Option<MetresPerSecond> {
        let tenths = FourDigits::new(self.tenths)?;
        let speed = SpeedUnit::MilesPerHour.metres_per_second(tenths)?;
        // Standing has no direction: no negative zero.
        if self.is_reverse && self.tenths > 0 {
            MetresPerSecond::new(-speed.get())
        } else {
            Some(speed)
        }
    }

    /// The velocity of four digits; `None` where the first is neither 0 nor 3.
    pub(super) fn from_number(number: u32) -> Option<Self> {
        let is_reverse = match number / 1_000 {
            0 => false,
            3 => true,
            _ => return None,
        };
        Self::new(is_reverse, u16::try_from(number % 1_000).ok()?)
    }

    pub(super) fn write(self, line: Writer<'_>) -> Writer<'_> {
        let direction: &[u8] = if self.is_reverse { b"3" } else { b"0" };
        line.bytes(direction).decimal(self.tenths.into(), 3)
    }

    pub(super) fn report(self, name: &'static str) -> Report<'static> {
        Report {
            speed: self
                .metres_per_second()
                .map_or(Field::Missing, Field::Present),
            ..Report::named(name)
        }
    }
}

impl HostMessage {
    /// The message as the host sends it: always with all its digits.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`super::LONGEST_MESSAGE`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let line = Writer::new(buffer).bytes(&[self.opcode()]);
        match self {
            Self::SetSpeed(velocity) => velocity.write(line),
            Self::SetElevation(tenths) => line.bytes(&tenths.digits()),
            Self::StartWatched
            | Self::StartUnwatched
            | Self::Disengage
            | Self::AutoStop
            | Self::AskState
            | Self::AskSpeed
            | Self::AskElevation
            | Self::AskRevision => line,
        }
        .finish()
    }

    /// What is told in units: a set speed or elevation; `None` for every other message.
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        match self {
            Self::SetSpeed(velocity) => Some(velocity.report("set_speed")),
            Self::SetElevation(tenths) => Some(elevation_report("set_elevation", *tenths)),
            Self::StartWatched
            | Self::StartUnwatched
            | Self::Disengage
            | Self::AutoStop
            | Self::AskState
            | Self::AskSpeed
            | Self::AskElevation
            | Self::AskRevision => None,
        }
    }

    /// The message's opcode.
    #[must_use]
    pub const fn opcode(&self) -> u8 {
        match self {
            Self::StartWatched => 0xA0,
            Self::StartUnwatched => 0xA9,
            Self::Disengage => 0xA2,
            Self::SetSpeed(_) => 0xA3,
            Self::SetElevation(_) => 0xA4,
            Self::AutoStop => 0xAA,
            Self::AskState => 0xC0,
            Self::AskSpeed => 0xC1,
            Self::AskElevation => 0xC2,
            Self::AskRevision => 0xC3,
        }
    }

    /// What follows an opcode of the host.
    pub(super) const fn table(opcode: u8) -> Option<Data> {
        match opcode {
            0xA0 | 0xA2 | 0xA9 | 0xAA | 0xC0..=0xC3 => Some(Data::Digits(0)),
            0xA3 | 0xA4 => Some(Data::Digits(4)),
            _ => None,
        }
    }

    /// The message of an opcode with its data; `None` for a speed without a direction.
    pub(super) fn from_wire(opcode: u8, number: u32) -> Option<Self> {
        Some(match opcode {
            0xA0 => Self::StartWatched,
            0xA9 => Self::StartUnwatched,
            0xA2 => Self::Disengage,
            0xA3 => Self::SetSpeed(Velocity::from_number(number)?),
            0xA4 => Self::SetElevation(four_digits(number)?),
            0xAA => Self::AutoStop,
            0xC0 => Self::AskState,
            0xC1 => Self::AskSpeed,
            0xC2 => Self::AskElevation,
            0xC3 => Self::AskRevision,
            _ => return None,
        })
    }
}

pub(super) fn four_digits(number: u32) -> Option<FourDigits> {
    u16::try_from(number).ok().and_then(FourDigits::new)
}

pub(super) fn elevation_report(name: &'static str, tenths: FourDigits) -> Report<'static> {
    Report {
        grade: tenths.grade().map_or(Field::Missing, Field::Present),
        ..Report::named(name)
    }
}
