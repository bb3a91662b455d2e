//! What the cockpit says, and how it is written.

use crate::ascii::Writer;
use crate::wire::{NoRoom, Report};

use super::host::{Person, power_report};
use super::lengths::{Cut, code};
use super::run_data::{Pedalling, RunData};
use super::{Cockpit, Dialect, PowerStep};

/// A message of the cockpit. Each repeats the code of the command that it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachineMessage {
    /// `11`: its address.
    Address(u8),
    /// `10`: the cockpit's version.
    CockpitVersion(u8),
    /// `12`: it was reset.
    Reset,
    /// The third byte that some cockpits have behind `12` and the address. A message of its own, because nothing tells before
    /// it comes that it will.
    BehindReset(Pedalling),
    /// `21`: the program was started.
    Started(Pedalling),
    /// `22`: the program was stopped.
    Stopped(Pedalling),
    /// `23`: the program in force.
    Program {
        /// Its number.
        number: u8,
        /// Whether somebody pedals; the old dialect does not say.
        pedalling: Option<Pedalling>,
    },
    /// `24`: the person as it arrived, to be compared byte by byte.
    Person {
        /// The echo.
        echo: Person,
        /// Whether somebody pedals.
        pedalling: Pedalling,
    },
    /// `40`: everything it measures.
    Run {
        /// The fields.
        data: RunData,
        /// How the pedalling byte is to be read.
        dialect: Dialect,
    },
    /// `51`: the power in force, whatever was asked for.
    Power(PowerStep),
    /// `53`: the gear in force.
    Gear(u8),
    /// `55`: the slope, as it was sent.
    Slope([u8; 4]),
    /// `62`: the time was set.
    TimeSet,
    /// `64`: the date was set.
    DateSet,
    /// `69`: the type of bike in force.
    BikeType(u8),
    /// `73`: who it is.
    Version {
        /// Serial number.
        serial_number: [u8; 8],
        /// Type of cockpit: 0A Cardio, 14 Fitness, 1E Vita De Luxe, 28 8008, 2A 8008 TRS, 32 8080, 3C Therapie, 64 TRS Pro, 8D
        /// `ergo_lyps` Cardio Pro, A0 TRS 3.
        cockpit_type: u8,
    },
}

impl MachineMessage {
    /// The message as a cockpit sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`super::LONGEST_MESSAGE`] bytes always do.
    pub fn encode<'a>(&self, cockpit: Cockpit, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let line = Writer::new(buffer);
        let address = cockpit.address;
        let message = match self {
            Self::Address(found) => line.bytes(&[code::FIND_ADDRESS, *found]),
            Self::CockpitVersion(version) => line
                .bytes(&[code::CHECK_COCKPIT, address])
                .bytes(&[*version]),
            Self::Reset => line.bytes(&[code::RESET, address]),
            Self::BehindReset(pedalling) => line.bytes(&[pedalling.byte()]),
            Self::Started(pedalling) => line
                .bytes(&[code::START, address])
                .bytes(&[pedalling.byte()]),
            Self::Stopped(pedalling) => line
                .bytes(&[code::STOP, address])
                .bytes(&[pedalling.byte()]),
            Self::Program { number, pedalling } => {
                let message = line.bytes(&[code::SET_PROGRAM, address]).bytes(&[*number]);
                match (cockpit.dialect, pedalling) {
                    (Dialect::Old, _) => message,
                    (Dialect::Current, pedalling) => {
                        message.bytes(&[pedalling.unwrap_or(Pedalling::NO).byte()])
                    }
                }
            }
            Self::Person { echo, pedalling } => line
                .bytes(&[code::SET_PERSON, address])
                .bytes(&echo.0)
                .bytes(&[pedalling.byte()]),
            Self::Run { data, .. } => {
                let bytes = data.to_bytes();
                let (old, _) = bytes.split_at(15);
                line.bytes(&[code::READ_ALL, address])
                    .bytes(match cockpit.dialect {
                        Dialect::Current => &bytes,
                        Dialect::Old => old,
                    })
            }
            Self::Power(step) => line
                .bytes(&[code::SET_POWER, address])
                .bytes(&[step.byte()]),
            Self::Gear(gear) => line.bytes(&[code::SET_GEAR, address]).bytes(&[*gear]),
            Self::Slope(slope) => line.bytes(&[code::SET_SLOPE, address]).bytes(slope),
            Self::TimeSet => line.bytes(&[code::SET_TIME, address]),
            Self::DateSet => line.bytes(&[code::SET_DATE, address]),
            Self::BikeType(kind) => line.bytes(&[code::BIKE_TYPE, address]).bytes(&[*kind]),
            Self::Version {
                serial_number,
                cockpit_type,
            } => line
                .bytes(&[code::VERSION, address])
                .bytes(serial_number)
                .bytes(&[*cockpit_type]),
        };
        message.finish()
    }

    /// What is told in units: run data, and the power in force; `None` for every other message.
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        match self {
            Self::Run { data, dialect } => Some(data.report(*dialect)),
            Self::Power(step) => Some(power_report("power", *step)),
            Self::Address(_)
            | Self::CockpitVersion(_)
            | Self::Reset
            | Self::BehindReset(_)
            | Self::Started(_)
            | Self::Stopped(_)
            | Self::Program { .. }
            | Self::Person { .. }
            | Self::Gear(_)
            | Self::Slope(_)
            | Self::TimeSet
            | Self::DateSet
            | Self::BikeType(_)
            | Self::Version { .. } => None,
        }
    }

    /// What was cut out of the stream; `None` for what is no message.
    pub(super) fn from_cut(cut: Cut<'_>, dialect: Dialect) -> Option<Self> {
        match cut {
            Cut::Message(message) => Self::from_bytes(message, dialect),
            Cut::BehindReset(byte) => Some(Self::BehindReset(Pedalling::from_byte(byte))),
            Cut::Stray => None,
        }
    }

    /// A message that is as long as its code demands.
    fn from_bytes(message: &[u8], dialect: Dialect) -> Option<Self> {
        Some(match message {
            [code::FIND_ADDRESS, address] => Self::Address(*address),
            [code::CHECK_COCKPIT, _, version] => Self::CockpitVersion(*version),
            [code::RESET, ..] => Self::Reset,
            [code::START, _, pedalling] => Self::Started(Pedalling::from_byte(*pedalling)),
            [code::STOP, _, pedalling] => Self::Stopped(Pedalling::from_byte(*pedalling)),
            [code::SET_PROGRAM, _, number, rest @ ..] => Self::Program {
                number: *number,
                pedalling: rest.first().map(|byte| Pedalling::from_byte(*byte)),
            },
            [code::SET_PERSON, _, person @ .., pedalling] => Self::Person {
                echo: Person(*person.first_chunk()?),
                pedalling: Pedalling::from_byte(*pedalling),
            },
            [code::READ_ALL, _, data @ ..] => Self::Run {
                data: RunData::from_bytes(data)?,
                dialect,
            },
            [code::SET_POWER, _, step] => Self::Power(PowerStep::from_byte(*step)),
            [code::SET_GEAR, _, gear] => Self::Gear(*gear),
            [code::SET_SLOPE, _, slope @ ..] => Self::Slope(*slope.first_chunk()?),
            [code::SET_TIME, ..] => Self::TimeSet,
            [code::SET_DATE, ..] => Self::DateSet,
            [code::BIKE_TYPE, _, kind] => Self::BikeType(*kind),
            [code::VERSION, _, rest @ .., cockpit_type] => Self::Version {
                serial_number: *rest.first_chunk()?,
                cockpit_type: *cockpit_type,
            },
            _ => return None,
        })
    }
}
