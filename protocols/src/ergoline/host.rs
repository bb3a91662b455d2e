//! What the host says, and how it is written.

use crate::ascii::{ShortNumber, Writer};
use crate::wire::{NoRoom, Report};

use super::{ThreeDigits, Words};

/// A line of the host. Every variant says in which of the ways of talking it exists; none is acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostMessage {
    /// `Wxxx`, P10: the load in watts.
    SetLoad(ShortNumber),
    /// `Lxxx`, P10: the increment of the load; on the er900 in watts a minute, on the er800S a step of its own.
    SetIncrement(ShortNumber),
    /// `Axxx`, P10: the load in watts that a start begins with.
    SetInitialLoad(ShortNumber),
    /// `Pxxx`, P10: the pulse limit of the ergometer's own training.
    SetPulseLimit(ShortNumber),
    /// `S`: P10: blood pressure at rest, then start; on the er800S a start, and **a stop** when it runs already. P3: blood
    /// pressure, then the preset load. P4: blood pressure.
    StartWithPressure,
    /// `s`: P10: start without blood pressure (er800S: as `S`). P3: apply the preset load.
    Start,
    /// `B`, P10: asks the load.
    AskLoad,
    /// `D`, P10 and P3: asks the pedal speed.
    AskPedalSpeed,
    /// `H`, P10 and P3: asks the heart rate.
    AskHeartRate,
    /// `O`, P10: asks the last systolic pressure.
    AskSystolic,
    /// `U`, P10: asks the last diastolic pressure.
    AskDiastolic,
    /// `F`, P10: end of the exercise; the er900's manual has it sent three times. P3: the first ends the load, the second the
    /// exercise.
    End,
    /// `I`, P10 and P3: asks who it is.
    Identify,
    /// `X`, P3: three digits of a preset load will follow, each within 200 ms.
    AnnouncePreset,
    /// Three digits alone, P3: the preset load in watts.
    Preset(ThreeDigits),
    /// `W` without digits, P3: asks the load.
    AskAppliedLoad,
    /// `M`, P3: asks the blood pressure record.
    AskRecord,
    /// `Y`, P3: asks who it is.
    IdentifyByY,
    /// A line that the ergometer does not know, and leaves without an answer.
    Other(Words),
}

impl HostMessage {
    /// The line as the host sends it: numbers in three digits, four where they need them, no space.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`super::LONGEST_ENCODED`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let line = Writer::new(buffer);
        let line = match self {
            Self::SetLoad(number) => numbered(line, b'W', *number),
            Self::SetIncrement(number) => numbered(line, b'L', *number),
            Self::SetInitialLoad(number) => numbered(line, b'A', *number),
            Self::SetPulseLimit(number) => numbered(line, b'P', *number),
            Self::Preset(digits) => line.decimal(digits.get().into(), 3),
            Self::Other(words) => line.bytes(words.as_bytes()),
            Self::StartWithPressure => line.bytes(b"S"),
            Self::Start => line.bytes(b"s"),
            Self::AskLoad => line.bytes(b"B"),
            Self::AskPedalSpeed => line.bytes(b"D"),
            Self::AskHeartRate => line.bytes(b"H"),
            Self::AskSystolic => line.bytes(b"O"),
            Self::AskDiastolic => line.bytes(b"U"),
            Self::End => line.bytes(b"F"),
            Self::Identify => line.bytes(b"I"),
            Self::AnnouncePreset => line.bytes(b"X"),
            Self::AskAppliedLoad => line.bytes(b"W"),
            Self::AskRecord => line.bytes(b"M"),
            Self::IdentifyByY => line.bytes(b"Y"),
        };
        line.bytes(b"\r").finish()
    }

    /// What is told in units: the load of P10; `None` for every other line.
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        match self {
            Self::SetLoad(watts) => Some(Report {
                power: watts.power(),
                ..Report::named("set_load")
            }),
            Self::SetIncrement(_)
            | Self::SetInitialLoad(_)
            | Self::SetPulseLimit(_)
            | Self::StartWithPressure
            | Self::Start
            | Self::AskLoad
            | Self::AskPedalSpeed
            | Self::AskHeartRate
            | Self::AskSystolic
            | Self::AskDiastolic
            | Self::End
            | Self::Identify
            | Self::AnnouncePreset
            | Self::Preset(_)
            | Self::AskAppliedLoad
            | Self::AskRecord
            | Self::IdentifyByY
            | Self::Other(_) => None,
        }
    }

    /// A letter of P10 that stands alone.
    pub(super) const fn from_p10_letter(letter: u8) -> Option<Self> {
        Some(match letter {
            b'S' => Self::StartWithPressure,
            b's' => Self::Start,
            b'B' => Self::AskLoad,
            b'D' => Self::AskPedalSpeed,
            b'H' => Self::AskHeartRate,
            b'O' => Self::AskSystolic,
            b'U' => Self::AskDiastolic,
            b'F' => Self::End,
            b'I' => Self::Identify,
            _ => return None,
        })
    }

    /// A letter of P3: all of them stand alone.
    pub(super) const fn from_p3_letter(letter: u8) -> Option<Self> {
        Some(match letter {
            b'X' => Self::AnnouncePreset,
            b's' => Self::Start,
            b'S' => Self::StartWithPressure,
            b'W' => Self::AskAppliedLoad,
            b'D' => Self::AskPedalSpeed,
            b'H' => Self::AskHeartRate,
            b'M' => Self::AskRecord,
            b'F' => Self::End,
            b'Y' => Self::IdentifyByY,
            b'I' => Self::Identify,
            _ => return None,
        })
    }
}

fn numbered(line: Writer<'_>, letter: u8, number: ShortNumber) -> Writer<'_> {
    line.bytes(&[letter]).decimal(number.get().into(), 3)
}
