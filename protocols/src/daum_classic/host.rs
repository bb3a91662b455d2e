//! What the host says, and how it is written.

use crate::ascii::Writer;
use crate::vocabulary::Watts;
use crate::wire::{Field, NoRoom, Report};

use super::lengths::code;
use super::{Cockpit, Dialect, PowerStep};

/// A message of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostMessage {
    /// `11`: asks which address the cockpit has.
    FindAddress,
    /// `10`: asks the cockpit for its version; some do not answer.
    CheckCockpit,
    /// `12`: reset.
    Reset,
    /// `21`: start the program.
    Start,
    /// `22`: stop the program.
    Stop,
    /// `23`: choose a program, 0..79; 0 is power set by hand.
    SetProgram(u8),
    /// `24`: set a person. Never sent by this project's host: it was seen to arrive garbled, and sets limits.
    SetPerson(Person),
    /// `40`: asks for the run data.
    ReadAll,
    /// `51`: set the power.
    SetPower(PowerStep),
    /// `53`: set the gear, 1..28.
    SetGear(u8),
    /// `55`: set the slope in per cent, four bytes of a float, the least significant first.
    SetSlope([u8; 4]),
    /// `62`: set the time: second, minute, hour.
    SetTime([u8; 3]),
    /// `64`: set the date: day, month, year.
    SetDate([u8; 3]),
    /// `69`: set the type of bike: two bytes that are 0, and 0 for all-round and race, 1 for mountain.
    SetBikeType([u8; 3]),
    /// `73`: asks for serial number and type.
    Version,
}

/// The 13 bytes of a person: number 0, age, sex, height, weight, fat, fitness, and the limits, in the order of the source's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person(pub [u8; 13]);

impl HostMessage {
    /// The message as the host sends it to a cockpit.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`super::LONGEST_MESSAGE`] bytes always do.
    pub fn encode<'a>(&self, cockpit: Cockpit, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let line = Writer::new(buffer);
        let address = cockpit.address;
        let message = match self {
            Self::FindAddress => match cockpit.dialect {
                Dialect::Current => line.bytes(&[code::FIND_ADDRESS]),
                Dialect::Old => line.bytes(&[code::FIND_ADDRESS, 0]),
            },
            Self::CheckCockpit => line.bytes(&[code::CHECK_COCKPIT, address]),
            Self::Reset => line.bytes(&[code::RESET, address]),
            Self::Start => line.bytes(&[code::START, address]),
            Self::Stop => line.bytes(&[code::STOP, address]),
            Self::SetProgram(number) => line.bytes(&[code::SET_PROGRAM, address]).bytes(&[*number]),
            Self::SetPerson(person) => line.bytes(&[code::SET_PERSON, address]).bytes(&person.0),
            Self::ReadAll => line.bytes(&[code::READ_ALL, address]),
            Self::SetPower(step) => line
                .bytes(&[code::SET_POWER, address])
                .bytes(&[step.byte()]),
            Self::SetGear(gear) => line.bytes(&[code::SET_GEAR, address]).bytes(&[*gear]),
            Self::SetSlope(slope) => line.bytes(&[code::SET_SLOPE, address]).bytes(slope),
            Self::SetTime(time) => line.bytes(&[code::SET_TIME, address]).bytes(time),
            Self::SetDate(date) => line.bytes(&[code::SET_DATE, address]).bytes(date),
            Self::SetBikeType(kind) => line.bytes(&[code::BIKE_TYPE, address]).bytes(kind),
            Self::Version => line.bytes(&[code::VERSION, address]),
        };
        message.finish()
    }

    /// What is told in units: the power that is set; `None` for every other message.
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        match self {
            Self::SetPower(step) => Some(power_report("set_power", *step)),
            Self::FindAddress
            | Self::CheckCockpit
            | Self::Reset
            | Self::Start
            | Self::Stop
            | Self::SetProgram(_)
            | Self::SetPerson(_)
            | Self::ReadAll
            | Self::SetGear(_)
            | Self::SetSlope(_)
            | Self::SetTime(_)
            | Self::SetDate(_)
            | Self::SetBikeType(_)
            | Self::Version => None,
        }
    }

    /// A message that is as long as its code demands.
    pub(super) fn from_bytes(message: &[u8]) -> Option<Self> {
        Some(match message {
            [code::FIND_ADDRESS, ..] => Self::FindAddress,
            [code::CHECK_COCKPIT, ..] => Self::CheckCockpit,
            [code::RESET, ..] => Self::Reset,
            [code::START, ..] => Self::Start,
            [code::STOP, ..] => Self::Stop,
            [code::SET_PROGRAM, _, number] => Self::SetProgram(*number),
            [code::SET_PERSON, _, person @ ..] => Self::SetPerson(Person(*person.first_chunk()?)),
            [code::READ_ALL, ..] => Self::ReadAll,
            [code::SET_POWER, _, step] => Self::SetPower(PowerStep::from_byte(*step)),
            [code::SET_GEAR, _, gear] => Self::SetGear(*gear),
            [code::SET_SLOPE, _, slope @ ..] => Self::SetSlope(*slope.first_chunk()?),
            [code::SET_TIME, _, time @ ..] => Self::SetTime(*time.first_chunk()?),
            [code::SET_DATE, _, date @ ..] => Self::SetDate(*date.first_chunk()?),
            [code::BIKE_TYPE, _, kind @ ..] => Self::SetBikeType(*kind.first_chunk()?),
            [code::VERSION, ..] => Self::Version,
            _ => return None,
        })
    }
}

/// A report of a power alone, five watts a step without a check of its range.
pub(super) fn power_report(name: &'static str, step: PowerStep) -> Report<'static> {
    Report {
        power: Watts::new(step.watts()).map_or(Field::Missing, Field::Present),
        ..Report::named(name)
    }
}
