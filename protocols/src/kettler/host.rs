//! What the host says, and how it is written.

use crate::ascii::{ShortNumber, Writer, after_spaces};
use crate::wire::{NoRoom, Report};

use super::Words;

/// A line of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostMessage {
    /// What it says.
    pub command: Command,
    /// How its letters are written: firmware takes one of both and answers `ERROR` to the other.
    pub letter_case: LetterCase,
}

/// How letters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LetterCase {
    /// Capitals, or a mixture: what newer firmware wants.
    #[default]
    Upper,
    /// Small letters: what old firmware wants.
    Lower,
}

/// What a host can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// `CM`: enter PC mode.
    EnterPcMode,
    /// `CD`: the same, on bikes that an older host knows.
    EnterPcModeByCd,
    /// `CP`: the same, on Racer models.
    EnterPcModeByCp,
    /// `RS`: reset, and leave PC mode; may take 5 s.
    Reset,
    /// `ID`: asks for the model.
    Identify,
    /// `VE`: asks for the firmware's version.
    Version,
    /// `KI`: asks for the interface.
    Interface,
    /// `CA`: asks for the calibration.
    Calibration,
    /// `ST`: asks for a status line.
    Status,
    /// `LB`: start training, Racer models.
    StartTraining,
    /// `RP`: asks for the list of programs.
    Programs,
    /// `PW n`: sets the power in watts; below 25 is not possible, other values than steps of 5 are cut to one \[recalled\].
    SetPower(ShortNumber),
    /// `PD n`: sets a goal for the distance, in tenths of a kilometre.
    SetDistance(ShortNumber),
    /// `PT mmss`: sets a goal for the time.
    SetTime(ShortNumber),
    /// `PE n`: sets a goal for the energy, in kJ.
    SetEnergy(ShortNumber),
    /// `BRn`: sets the line's speed, Racer models. Never sent by this project's host.
    SetBaudRate(ShortNumber),
    /// Anything else.
    Other(Words),
}

impl HostMessage {
    /// A command in capitals, which are tried first.
    #[must_use]
    pub const fn new(command: Command) -> Self {
        Self {
            command,
            letter_case: LetterCase::Upper,
        }
    }

    /// The line as the host sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`super::LONGEST_ENCODED`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let line = Writer::new(buffer);
        if let Command::Other(words) = self.command {
            return line.bytes(words.as_bytes()).bytes(b"\r\n").finish();
        }
        let (letters, number) = self.command.parts();
        let line = line.bytes(&match self.letter_case {
            LetterCase::Upper => letters,
            LetterCase::Lower => letters.map(|letter| letter.to_ascii_lowercase()),
        });
        let line = match (number, &letters) {
            (None, _) => line,
            (Some(number), b"BR") => line.decimal(number, 1),
            (Some(number), b"PT") => line.bytes(b" ").decimal(number, 4),
            (Some(number), _) => line.bytes(b" ").decimal(number, 1),
        };
        line.bytes(b"\r\n").finish()
    }

    /// What is told in units: a power that is set; `None` for every other line.
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        let Command::SetPower(watts) = self.command else {
            return None;
        };
        Some(Report {
            power: watts.power(),
            ..Report::named("set_power")
        })
    }

    /// The message of a line whose two letters may be `PW`; `None` where they are and no number follows.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let other = || {
            Words::new(text).map(|words| Self {
                command: Command::Other(words),
                letter_case: LetterCase::of(text),
            })
        };
        let Some((letters, rest)) = text.split_first_chunk::<2>() else {
            return other();
        };
        let number = ShortNumber::parse(after_spaces(rest));
        let capitals = letters.map(|letter| letter.to_ascii_uppercase());
        let command = match &capitals {
            b"PW" => return Some(Self::of(Command::SetPower(number?), *letters)),
            b"PD" => number.map(Command::SetDistance),
            b"PT" => number.map(Command::SetTime),
            b"PE" => number.map(Command::SetEnergy),
            b"BR" => number.map(Command::SetBaudRate),
            _ if rest.is_empty() => Command::bare(capitals),
            _ => None,
        };
        command.map_or_else(other, |command| Some(Self::of(command, *letters)))
    }

    fn of(command: Command, letters: [u8; 2]) -> Self {
        Self {
            command,
            letter_case: LetterCase::of(&letters),
        }
    }
}

impl LetterCase {
    /// Small, if there are letters and all of them are.
    fn of(text: &[u8]) -> Self {
        let mut letters = text
            .iter()
            .filter(|byte| byte.is_ascii_alphabetic())
            .peekable();
        if letters.peek().is_some() && letters.all(u8::is_ascii_lowercase) {
            Self::Lower
        } else {
            Self::Upper
        }
    }
}

impl Command {
    /// Letters and number; words have neither.
    fn parts(&self) -> ([u8; 2], Option<u32>) {
        let (letters, number): (&[u8; 2], Option<ShortNumber>) = match self {
            Self::EnterPcMode => (b"CM", None),
            Self::EnterPcModeByCd => (b"CD", None),
            Self::EnterPcModeByCp => (b"CP", None),
            Self::Reset => (b"RS", None),
            Self::Identify => (b"ID", None),
            Self::Version => (b"VE", None),
            Self::Interface => (b"KI", None),
            Self::Calibration => (b"CA", None),
            Self::Status => (b"ST", None),
            Self::StartTraining => (b"LB", None),
            Self::Programs => (b"RP", None),
            Self::SetPower(number) => (b"PW", Some(*number)),
            Self::SetDistance(number) => (b"PD", Some(*number)),
            Self::SetTime(number) => (b"PT", Some(*number)),
            Self::SetEnergy(number) => (b"PE", Some(*number)),
            Self::SetBaudRate(number) => (b"BR", Some(*number)),
            Self::Other(_) => (b"  ", None),
        };
        (*letters, number.map(|number| number.get().into()))
    }

    /// A command of two letters alone.
    const fn bare(capitals: [u8; 2]) -> Option<Self> {
        Some(match &capitals {
            b"CM" => Self::EnterPcMode,
            b"CD" => Self::EnterPcModeByCd,
            b"CP" => Self::EnterPcModeByCp,
            b"RS" => Self::Reset,
            b"ID" => Self::Identify,
            b"VE" => Self::Version,
            b"KI" => Self::Interface,
            b"CA" => Self::Calibration,
            b"ST" => Self::Status,
            b"LB" => Self::StartTraining,
            b"RP" => Self::Programs,
            _ => return None,
        })
    }
}
