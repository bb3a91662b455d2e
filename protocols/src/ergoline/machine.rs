//! What the ergometer says, and how it is written.

use crate::ascii::{ShortNumber, Writer};
use crate::exact::{Exact, unless_held};
use crate::vocabulary::{BeatsPerMinute, Watts};
use crate::wire::{Field, NoRoom, Report};

use super::record::PressureRecord;
use super::{ThreeDigits, Variant, Words};

/// A line of the ergometer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachineMessage {
    /// `Bxxx`: the load in watts; measured on the er900, nominal on the eBike and on Monark bikes in their mode 2.
    Load(ShortNumber),
    /// `nxxx`: the pedal speed a minute.
    PedalSpeed(ShortNumber),
    /// `Hxxx`: the heart rate a minute, 0 for none.
    HeartRate(ShortNumber),
    /// `Oxxx`: the last systolic pressure in mmHg, 0 for none.
    Systolic(ShortNumber),
    /// `Uxxx`: the last diastolic pressure in mmHg, 0 for none.
    Diastolic(ShortNumber),
    /// P3 and P4: a blood pressure record.
    Record(PressureRecord),
    /// P3: three digits alone: the load where it was asked, else the echo of a preset, which looks the same.
    Digits {
        /// The number, in watts in both cases.
        number: ThreeDigits,
        /// What the decoder was told that was asked.
        asked: Option<Asked>,
    },
    /// Any other line, an identification among them.
    Other(Words),
}

/// What the host asked, where the answer does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// `W`, P3: the load.
    Load,
}

impl Asked {
    /// What was asked by the word of the configuration: `W`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        (name == "W").then_some(Self::Load)
    }
}

/// How an ergometer writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// Its way of talking: lines of P3 and P4 end in carriage return and line feed, those of P10 in a carriage return.
    pub variant: Variant,
    /// Whether a space stands between letter and digits: the manuals print both.
    pub is_spaced: bool,
}

impl MachineMessage {
    /// The line as the ergometer sends it, numbers in three digits, four where they need them.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`super::LONGEST_ENCODED`] bytes always do.
    pub fn encode<'a>(&self, style: Style, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let line = Writer::new(buffer);
        let numbered = |line: Writer<'a>, letter: u8, number: ShortNumber| {
            let space: &[u8] = if style.is_spaced { b" " } else { b"" };
            line.bytes(&[letter])
                .bytes(space)
                .decimal(number.get().into(), 3)
        };
        let line = match self {
            Self::Load(number) => numbered(line, b'B', *number),
            Self::PedalSpeed(number) => numbered(line, b'n', *number),
            Self::HeartRate(number) => numbered(line, b'H', *number),
            Self::Systolic(number) => numbered(line, b'O', *number),
            Self::Diastolic(number) => numbered(line, b'U', *number),
            Self::Record(record) => record.write(line, style.variant),
            Self::Digits { number, .. } => line.decimal(number.get().into(), 3),
            Self::Other(words) => line.bytes(words.as_bytes()),
        };
        let end: &[u8] = match style.variant {
            Variant::P10 => b"\r",
            Variant::P3 | Variant::P4 => b"\r\n",
        };
        line.bytes(end).finish()
    }

    /// What is told in units: load, pedal speed or heart rate; `None` for every other line.
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        Some(match self {
            Self::Load(watts) => Report {
                power: watts.power(),
                ..Report::named("load")
            },
            Self::PedalSpeed(revolutions) => Report {
                cadence: revolutions.cadence(),
                ..Report::named("pedal_speed")
            },
            Self::HeartRate(rate) => Report {
                heart_rate: rate.heart_rate(),
                ..Report::named("heart_rate")
            },
            Self::Record(record) => Report {
                heart_rate: record.pulse.heart_rate(),
                ..Report::named("pressure_record")
            },
            Self::Digits {
                number,
                asked: Some(Asked::Load),
            } => Report {
                power: Watts::new(number.get()).map_or(Field::Missing, Field::Present),
                ..Report::named("load")
            },
            Self::Systolic(_)
            | Self::Diastolic(_)
            | Self::Digits { asked: None, .. }
            | Self::Other(_) => return None,
        })
    }

    /// A heart rate that the wire carries, up to 9999, and its unit does not.
    #[must_use]
    pub fn exact(&self) -> Exact {
        match self {
            Self::HeartRate(rate) => heart_rate(*rate),
            Self::Record(record) => heart_rate(record.pulse),
            Self::Load(_)
            | Self::PedalSpeed(_)
            | Self::Systolic(_)
            | Self::Diastolic(_)
            | Self::Digits { .. }
            | Self::Other(_) => Exact::NONE,
        }
    }
}

fn heart_rate(rate: ShortNumber) -> Exact {
    if rate == ShortNumber::ZERO {
        return Exact::NONE;
    }
    let held = BeatsPerMinute::new(rate.get()).map(BeatsPerMinute::as_f64);
    Exact {
        heart_rate_bpm: unless_held(rate.get().into(), held),
        ..Exact::NONE
    }
}
