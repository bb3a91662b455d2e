//! What the machine says, and how it is written.

use crate::ascii::Writer;
use crate::trackmaster::{BeltStatus, Data, FourDigits};
use crate::wire::{NoRoom, Report};

use super::host::{Velocity, elevation_report, four_digits};

/// A message of the machine. `BE` and `BF` are errors of the decoder and no messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachineMessage {
    /// `B0`: the belt was started with its timer.
    StartedWatched,
    /// `B9`: the belt was started without it.
    StartedUnwatched,
    /// `B2`: the drive is without power.
    Disengaged,
    /// `B3`: the speed was set.
    SpeedSet,
    /// `B4`: the elevation was set.
    ElevationSet,
    /// `BA`: it comes to a stop.
    Stopping,
    /// `BD`, unasked: the timer fired, and the belt has been stopped.
    TimerFired,
    /// `D0`: a byte of state below 80; what its bits are was not seen.
    State(u8),
    /// `D1`: speed and direction.
    Speed(Velocity),
    /// `D2`: elevation, in tenths of a per cent.
    Elevation(FourDigits),
    /// `D3`: the firmware's revision.
    Revision(u32),
}

impl MachineMessage {
    /// The message as the machine sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`super::LONGEST_MESSAGE`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let line = Writer::new(buffer);
        match self {
            Self::StartedWatched => line.bytes(&[0xB0]),
            Self::StartedUnwatched => line.bytes(&[0xB9]),
            Self::Disengaged => line.bytes(&[0xB2]),
            Self::SpeedSet => line.bytes(&[0xB3]),
            Self::ElevationSet => line.bytes(&[0xB4]),
            Self::Stopping => line.bytes(&[0xBA]),
            Self::TimerFired => line.bytes(&[0xBD]),
            // A state with bit 7 set cannot be sent: the byte would begin a message.
            Self::State(state) => line.bytes(&[0xD0, state & 0x7F]),
            Self::Speed(velocity) => velocity.write(line.bytes(&[0xD1])),
            Self::Elevation(tenths) => line.bytes(&[0xD2]).bytes(&tenths.digits()),
            Self::Revision(revision) => line.bytes(&[0xD3]).bytes(&revision.to_be_bytes()),
        }
        .finish()
    }

    /// What is told in units: speed or elevation; `None` for every other message.
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        match self {
            Self::Speed(velocity) => Some(velocity.report("speed")),
            Self::Elevation(tenths) => Some(elevation_report("elevation", *tenths)),
            Self::StartedWatched
            | Self::StartedUnwatched
            | Self::Disengaged
            | Self::SpeedSet
            | Self::ElevationSet
            | Self::Stopping
            | Self::TimerFired
            | Self::State(_)
            | Self::Revision(_) => None,
        }
    }

    /// The state as Trackmaster's digits have it \[assumed\]; `None` for another message and for a byte that is no digit.
    #[must_use]
    pub fn belt_status(&self) -> Option<BeltStatus> {
        let Self::State(byte @ b'0'..=b'9') = self else {
            return None;
        };
        Some(BeltStatus::from_digit(byte - b'0'))
    }

    /// What follows an opcode of the machine.
    pub(super) const fn table(opcode: u8) -> Option<Data> {
        match opcode {
            0xB0 | 0xB2..=0xB4 | 0xB9 | 0xBA | 0xBD..=0xBF => Some(Data::Digits(0)),
            0xD0 => Some(Data::State),
            0xD1 | 0xD2 => Some(Data::Digits(4)),
            0xD3 => Some(Data::Binary),
            _ => None,
        }
    }

    /// The message of an opcode with its data; `None` for a speed without a direction.
    pub(super) fn from_wire(opcode: u8, number: u32) -> Option<Self> {
        Some(match opcode {
            0xB0 => Self::StartedWatched,
            0xB9 => Self::StartedUnwatched,
            0xB2 => Self::Disengaged,
            0xB3 => Self::SpeedSet,
            0xB4 => Self::ElevationSet,
            0xBA => Self::Stopping,
            0xBD => Self::TimerFired,
            0xD0 => Self::State(u8::try_from(number).ok()?),
            0xD1 => Self::Speed(Velocity::from_number(number)?),
            0xD2 => Self::Elevation(four_digits(number)?),
            0xD3 => Self::Revision(number),
            _ => return None,
        })
    }
}
