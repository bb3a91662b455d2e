//! Commands of the host: a letter, its argument, CR.

use crate::wire::{NoRoom, Report, WireErrorKind};

use super::answer::HISTORY;
use super::line::{Writer, number};

/// Bytes of the longest command, its end counted.
pub const LONGEST_COMMAND: usize = 5;

/// How the board makes a rate of beats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// Beat for beat.
    Raw,
    /// Averaged: the mode as delivered.
    Averaged,
}

/// A command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// `G` n: tell the newest n rates, 0 to 32. Without a number it is as `G0`, on some firmware.
    HeartRates(u8),
    /// `S` n: choose the algorithm. Kept in EEPROM, which wears: never sent by this project's host.
    SetAlgorithm(Algorithm),
    /// `V`: tell the version.
    Version,
    /// `A` n: tell an analogue input (letter recalled). Not used.
    AnalogueInput(u8),
    /// `D` n: set the port's direction (letter recalled). Not used.
    PortDirection(u8),
    /// `I`: tell the port (letter recalled). Not used.
    PortIn,
    /// `M`: tell the mode (letter recalled). Not used.
    Mode,
    /// `O` n: write the port (letter recalled). Not used.
    PortOut(u8),
}

impl Command {
    /// What a line says, its end left off. A blank after the letter is allowed (seen in the forum's captures).
    ///
    /// # Errors
    /// A letter that is none: `illegal_command`; a number that the command does not take: `out_of_range`; the board answers
    /// neither \[errors assumed\].
    pub(super) fn parse(line: &[u8]) -> Result<Self, WireErrorKind> {
        let (letter, rest) = line.split_first().ok_or(WireErrorKind::IllegalCommand)?;
        let digits = rest.strip_prefix(b" ").unwrap_or(rest);
        let argument = || number(digits).ok_or(WireErrorKind::OutOfRange);
        let alone = |command| match rest {
            [] => Ok(command),
            _ => Err(WireErrorKind::OutOfRange),
        };
        match letter {
            b'G' if rest.is_empty() => Ok(Self::HeartRates(0)),
            b'G' => Self::heart_rates(argument()?).ok_or(WireErrorKind::OutOfRange),
            b'S' => Ok(Self::SetAlgorithm(if argument()? & 1 == 1 {
                Algorithm::Averaged
            } else {
                Algorithm::Raw
            })),
            b'V' => alone(Self::Version),
            b'A' => argument().map(Self::AnalogueInput),
            b'D' => argument().map(Self::PortDirection),
            b'I' => alone(Self::PortIn),
            b'M' => alone(Self::Mode),
            b'O' => argument().map(Self::PortOut),
            _ => Err(WireErrorKind::IllegalCommand),
        }
    }

    /// Asks for so many rates; `None` above [`HISTORY`].
    #[must_use]
    pub fn heart_rates(count: u8) -> Option<Self> {
        (usize::from(count) <= HISTORY).then_some(Self::HeartRates(count))
    }

    /// The command as the host sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`LONGEST_COMMAND`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let (letter, argument) = match self {
            Self::HeartRates(count) => (b'G', Some(*count)),
            Self::SetAlgorithm(Algorithm::Raw) => (b'S', Some(0)),
            Self::SetAlgorithm(Algorithm::Averaged) => (b'S', Some(1)),
            Self::Version => (b'V', None),
            Self::AnalogueInput(input) => (b'A', Some(*input)),
            Self::PortDirection(bits) => (b'D', Some(*bits)),
            Self::PortIn => (b'I', None),
            Self::Mode => (b'M', None),
            Self::PortOut(bits) => (b'O', Some(*bits)),
        };
        let mut line = Writer::new(buffer);
        line.byte(letter)?;
        if let Some(argument) = argument {
            line.number(argument)?;
        }
        line.finish()
    }

    /// What the command tells in every protocol's terms: its name alone.
    #[must_use]
    pub const fn report(&self) -> Report<'static> {
        Report::named(match self {
            Self::HeartRates(_) => "get_heart_rates",
            Self::SetAlgorithm(_) => "set_algorithm",
            Self::Version => "get_version",
            Self::AnalogueInput(_) => "get_analogue_input",
            Self::PortDirection(_) => "set_port_direction",
            Self::PortIn => "get_port",
            Self::Mode => "get_mode",
            Self::PortOut(_) => "set_port",
        })
    }
}
