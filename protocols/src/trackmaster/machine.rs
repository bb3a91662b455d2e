//! What the machine says, and how it is written.

use crate::wire::Report;

use super::frame::{Frame, elevation_report, speed_report};
use super::host::{Command, CommandKind, Request};
use super::number::{BeltSpeed, FourDigits, SpeedUnit, TwoDigits};

/// A message of the machine. `BE` and `BF` are errors of the decoder and no messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachineMessage {
    /// `B0`..`BC`: a command was taken.
    Acknowledged(CommandKind),
    /// A copy of a command, behind its acknowledgement while the acknowledge-data flag is on.
    Copy(Command),
    /// `D0`.
    Status(BeltStatus),
    /// `D1`: how fast the belt runs.
    ActualSpeed(BeltSpeed),
    /// `D2`: how steep the belt is, in tenths of a per cent.
    ActualElevation(FourDigits),
    /// `D3`: the speed that was set.
    SetSpeed(BeltSpeed),
    /// `D4`: the elevation that was set, in tenths of a per cent.
    SetElevation(FourDigits),
    /// `D5`..`DD`: an answer that is zero on the TMX series.
    Unused {
        /// What was asked.
        request: Request,
        /// The number in its digits.
        number: FourDigits,
    },
}

/// What the belt does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BeltStatus {
    /// `1`: it stands.
    Stopped,
    /// `2`: it runs and stops when the host falls silent.
    RunningWatched,
    /// `3`: it runs and goes on when the host falls silent.
    RunningUnwatched,
    /// Another digit, which the manual does not name.
    Other(u8),
}

impl MachineMessage {
    /// The message as bytes.
    #[must_use]
    pub fn frame(&self) -> Frame {
        match self {
            Self::Acknowledged(kind) => Frame::bare(kind.acknowledgement()),
            Self::Copy(command) => command.frame(),
            Self::Status(status) => Frame::one(Request::Status.answer(), b'0' | status.digit()),
            Self::ActualSpeed(speed) => Frame::four(Request::ActualSpeed.answer(), speed.tenths),
            Self::ActualElevation(tenths) => {
                Frame::four(Request::ActualElevation.answer(), *tenths)
            }
            Self::SetSpeed(speed) => Frame::four(Request::SetSpeed.answer(), speed.tenths),
            Self::SetElevation(tenths) => Frame::four(Request::SetElevation.answer(), *tenths),
            Self::Unused { request, number } => {
                let short = u8::try_from(number.get()).ok().and_then(TwoDigits::new);
                match (request, short) {
                    (Request::Protocol | Request::Stage, Some(number)) => {
                        Frame::two(request.answer(), number)
                    }
                    _ => Frame::four(request.answer(), *number),
                }
            }
        }
    }

    /// The message of an opcode with its digits; `None` for an opcode that a machine does not send, and for `BE` and `BF`.
    #[must_use]
    pub fn from_wire(opcode: u8, number: u16, unit: Option<SpeedUnit>) -> Option<Self> {
        let low = opcode & 0x0F;
        match opcode >> 4 {
            0xA => Command::from_wire(opcode, number, unit).map(Self::Copy),
            0xB => CommandKind::from_opcode(0xA0 | low).map(Self::Acknowledged),
            0xD => Self::answer(Request::from_index(low)?, FourDigits::new(number)?, unit),
            _ => None,
        }
    }

    /// The answer to a request.
    fn answer(request: Request, number: FourDigits, unit: Option<SpeedUnit>) -> Option<Self> {
        let speed = BeltSpeed {
            tenths: number,
            unit,
        };
        Some(match request {
            Request::Status => {
                Self::Status(BeltStatus::from_digit(u8::try_from(number.get()).ok()?))
            }
            Request::ActualSpeed => Self::ActualSpeed(speed),
            Request::ActualElevation => Self::ActualElevation(number),
            Request::SetSpeed => Self::SetSpeed(speed),
            Request::SetElevation => Self::SetElevation(number),
            Request::LapTime
            | Request::TotalTime
            | Request::Distance
            | Request::Protocol
            | Request::Stage
            | Request::Weight
            | Request::Energy
            | Request::OxygenUptake
            | Request::Mets => Self::Unused { request, number },
        })
    }

    /// What is told in units: the actual speed or elevation; `None` for every other message.
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        match self {
            Self::ActualSpeed(speed) => Some(speed_report("actual_speed", *speed)),
            Self::ActualElevation(tenths) => Some(elevation_report("actual_elevation", *tenths)),
            Self::Acknowledged(_)
            | Self::Copy(_)
            | Self::Status(_)
            | Self::SetSpeed(_)
            | Self::SetElevation(_)
            | Self::Unused { .. } => None,
        }
    }
}

impl BeltStatus {
    /// The status of a digit 0..9.
    #[must_use]
    pub const fn from_digit(digit: u8) -> Self {
        match digit {
            1 => Self::Stopped,
            2 => Self::RunningWatched,
            3 => Self::RunningUnwatched,
            other => Self::Other(other),
        }
    }

    /// The digit, 0..9.
    #[must_use]
    pub const fn digit(self) -> u8 {
        match self {
            Self::Stopped => 1,
            Self::RunningWatched => 2,
            Self::RunningUnwatched => 3,
            Self::Other(digit) => digit % 10,
        }
    }

    /// Whether the belt runs, with or without its watchdog.
    #[must_use]
    pub const fn is_running(self) -> bool {
        matches!(self, Self::RunningWatched | Self::RunningUnwatched)
    }
}
