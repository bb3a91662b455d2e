//! What the host says, and how it is written.

use crate::wire::Report;

use super::frame::{Frame, elevation_report, speed_report};
use super::number::{BeltSpeed, FourDigits, SpeedUnit, TwoDigits};

/// A message of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostMessage {
    /// Something to do, acknowledged by its `B` code, `BE` or `BF`.
    Command(Command),
    /// Something to tell, answered by its `D` code.
    Ask(Request),
}

/// A command with its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// `A0`: start the belt, which stops by itself when the host is silent for more than 0.5 s.
    StartWatched,
    /// `A1`: start the belt, which goes on when the host falls silent. Never sent by this project's host.
    StartUnwatched,
    /// `A2`: stop the belt.
    Stop,
    /// `A3`: set the speed.
    SetSpeed(BeltSpeed),
    /// `A4`: set the elevation, in tenths of a per cent, half per cents alone.
    SetElevation(FourDigits),
    /// `A5`: set the time. Accepted without effect on the TMX series.
    SetTime(FourDigits),
    /// `A6`: set the protocol. Accepted without effect.
    SetProtocol(TwoDigits),
    /// `A7`: set the stage. Accepted without effect.
    SetStage(TwoDigits),
    /// `A8`: reset distance, time and energy. Accepted without effect.
    ResetTotals,
    /// `A9`: set the weight. Accepted without effect; in Woodway's dialect it **starts the belt**.
    SetWeight(FourDigits),
    /// `AA`: speed and elevation to their minimum, then stop.
    AutoStop,
    /// `AB`: speed and elevation to their minimum, and go on.
    CoolDown,
    /// `AC`: toggle the acknowledge-data flag. Never sent by this project's host: what a toggle did is unknown when its answer
    /// is lost.
    ToggleAcknowledgeData,
}

/// A command without its data, as an acknowledgement names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandKind(u8);

/// A status request, `C0`..`CD`, answered by `D0`..`DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// `C0`: does the belt run?
    Status,
    /// `C1`: how fast?
    ActualSpeed,
    /// `C2`: how steep?
    ActualElevation,
    /// `C3`: the speed that was set.
    SetSpeed,
    /// `C4`: the elevation that was set.
    SetElevation,
    /// `C5`: lap time, zero on the TMX series.
    LapTime,
    /// `C6`: total time, zero on the TMX series.
    TotalTime,
    /// `C7`: distance, zero on the TMX series.
    Distance,
    /// `C8`: protocol, zero.
    Protocol,
    /// `C9`: stage, zero.
    Stage,
    /// `CA`: weight, zero.
    Weight,
    /// `CB`: energy in kcal, zero.
    Energy,
    /// `CC`: oxygen uptake, zero.
    OxygenUptake,
    /// `CD`: metabolic equivalents, zero.
    Mets,
}

impl HostMessage {
    /// The message as bytes.
    #[must_use]
    pub fn frame(&self) -> Frame {
        match self {
            Self::Command(command) => command.frame(),
            Self::Ask(request) => Frame::bare(request.opcode()),
        }
    }

    /// The message of an opcode with its digits; `None` for an opcode that a host does not send.
    #[must_use]
    pub fn from_wire(opcode: u8, number: u16, unit: Option<SpeedUnit>) -> Option<Self> {
        if opcode >> 4 == 0xC {
            Request::from_index(opcode & 0x0F).map(Self::Ask)
        } else {
            Command::from_wire(opcode, number, unit).map(Self::Command)
        }
    }

    /// What is told in units: a set speed or elevation; `None` for every other message.
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        match self {
            Self::Command(Command::SetSpeed(speed)) => Some(speed_report("set_speed", *speed)),
            Self::Command(Command::SetElevation(tenths)) => {
                Some(elevation_report("set_elevation", *tenths))
            }
            Self::Command(_) | Self::Ask(_) => None,
        }
    }
}

impl Command {
    /// The command without its data.
    #[must_use]
    pub const fn kind(&self) -> CommandKind {
        CommandKind(match self {
            Self::StartWatched => 0x0,
            Self::StartUnwatched => 0x1,
            Self::Stop => 0x2,
            Self::SetSpeed(_) => 0x3,
            Self::SetElevation(_) => 0x4,
            Self::SetTime(_) => 0x5,
            Self::SetProtocol(_) => 0x6,
            Self::SetStage(_) => 0x7,
            Self::ResetTotals => 0x8,
            Self::SetWeight(_) => 0x9,
            Self::AutoStop => 0xA,
            Self::CoolDown => 0xB,
            Self::ToggleAcknowledgeData => 0xC,
        })
    }

    /// The command as bytes.
    #[must_use]
    pub fn frame(&self) -> Frame {
        let opcode = self.kind().opcode();
        match self {
            Self::SetSpeed(speed) => Frame::four(opcode, speed.tenths),
            Self::SetElevation(number) | Self::SetTime(number) | Self::SetWeight(number) => {
                Frame::four(opcode, *number)
            }
            Self::SetProtocol(number) | Self::SetStage(number) => Frame::two(opcode, *number),
            Self::StartWatched
            | Self::StartUnwatched
            | Self::Stop
            | Self::ResetTotals
            | Self::AutoStop
            | Self::CoolDown
            | Self::ToggleAcknowledgeData => Frame::bare(opcode),
        }
    }

    /// The command of an opcode with its digits; `None` for an opcode of no command or a number too large for it.
    #[must_use]
    pub fn from_wire(opcode: u8, number: u16, unit: Option<SpeedUnit>) -> Option<Self> {
        let four = FourDigits::new(number);
        let two = u8::try_from(number).ok().and_then(TwoDigits::new);
        match opcode {
            0xA0 => Some(Self::StartWatched),
            0xA1 => Some(Self::StartUnwatched),
            0xA2 => Some(Self::Stop),
            0xA3 => four.map(|tenths| Self::SetSpeed(BeltSpeed { tenths, unit })),
            0xA4 => four.map(Self::SetElevation),
            0xA5 => four.map(Self::SetTime),
            0xA6 => two.map(Self::SetProtocol),
            0xA7 => two.map(Self::SetStage),
            0xA8 => Some(Self::ResetTotals),
            0xA9 => four.map(Self::SetWeight),
            0xAA => Some(Self::AutoStop),
            0xAB => Some(Self::CoolDown),
            0xAC => Some(Self::ToggleAcknowledgeData),
            _ => None,
        }
    }
}

impl CommandKind {
    /// The kind of an opcode `A0`..`AC`; `None` for any other.
    #[must_use]
    pub const fn from_opcode(opcode: u8) -> Option<Self> {
        match opcode {
            0xA0..=0xAC => Some(Self(opcode & 0x0F)),
            _ => None,
        }
    }

    /// The command's opcode, `A0`..`AC`.
    #[must_use]
    pub const fn opcode(self) -> u8 {
        0xA0 | self.0
    }

    /// The opcode of its acknowledgement, `B0`..`BC`.
    #[must_use]
    pub const fn acknowledgement(self) -> u8 {
        0xB0 | self.0
    }
}

impl Request {
    /// Every request, in the order of the opcodes.
    pub const ALL: [Self; 14] = [
        Self::Status,
        Self::ActualSpeed,
        Self::ActualElevation,
        Self::SetSpeed,
        Self::SetElevation,
        Self::LapTime,
        Self::TotalTime,
        Self::Distance,
        Self::Protocol,
        Self::Stage,
        Self::Weight,
        Self::Energy,
        Self::OxygenUptake,
        Self::Mets,
    ];

    /// The request's opcode, `C0`..`CD`.
    #[must_use]
    pub const fn opcode(self) -> u8 {
        0xC0 | self.index()
    }

    /// The opcode of its answer, `D0`..`DD`.
    #[must_use]
    pub const fn answer(self) -> u8 {
        0xD0 | self.index()
    }

    const fn index(self) -> u8 {
        match self {
            Self::Status => 0x0,
            Self::ActualSpeed => 0x1,
            Self::ActualElevation => 0x2,
            Self::SetSpeed => 0x3,
            Self::SetElevation => 0x4,
            Self::LapTime => 0x5,
            Self::TotalTime => 0x6,
            Self::Distance => 0x7,
            Self::Protocol => 0x8,
            Self::Stage => 0x9,
            Self::Weight => 0xA,
            Self::Energy => 0xB,
            Self::OxygenUptake => 0xC,
            Self::Mets => 0xD,
        }
    }

    pub(super) fn from_index(index: u8) -> Option<Self> {
        Self::ALL.get(usize::from(index)).copied()
    }
}
