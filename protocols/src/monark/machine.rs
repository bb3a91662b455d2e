//! What the bike says, and how it is written.

use crate::ascii::{ShortNumber, Writer};
use crate::exact::{Exact, unless_held};
use crate::vocabulary::BeatsPerMinute;
use crate::wire::{NoRoom, Report};

use super::Words;

/// A line of the bike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachineMessage {
    /// The answer to `power`: the present power in watts.
    Power(ShortNumber),
    /// The answer to `pedal`: the cadence a minute.
    Cadence(ShortNumber),
    /// The answer to `pulse`: the heart rate a minute, 0 for none.
    HeartRate(ShortNumber),
    /// An answer to something else: an identification, the load that was set, whatever follows a setting. Empty too.
    Words(Words),
}

/// What the host asked: an answer does not name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// `power`.
    Power,
    /// `pedal`.
    Cadence,
    /// `pulse`.
    HeartRate,
}

impl Asked {
    /// What was asked by the word that asks it; `None` for words whose answers carry no reading (`id`, `servo`, `B`).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "power" => Some(Self::Power),
            "pedal" => Some(Self::Cadence),
            "pulse" => Some(Self::HeartRate),
            _ => None,
        }
    }

    /// The number that answers it, as a message.
    pub(super) const fn message(self, number: ShortNumber) -> MachineMessage {
        match self {
            Self::Power => MachineMessage::Power(number),
            Self::Cadence => MachineMessage::Cadence(number),
            Self::HeartRate => MachineMessage::HeartRate(number),
        }
    }
}

impl MachineMessage {
    /// The line as the bike sends it, numbers without zeros before them \[assumed\].
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`super::LONGEST_ENCODED`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let line = Writer::new(buffer);
        let line = match self {
            Self::Power(number) | Self::Cadence(number) | Self::HeartRate(number) => {
                line.decimal(number.get().into(), 1)
            }
            Self::Words(words) => line.bytes(words.as_bytes()),
        };
        line.bytes(b"\r").finish()
    }

    /// What is told in units; `None` for words.
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        match self {
            Self::Power(watts) => Some(Report {
                power: watts.power(),
                ..Report::named("power")
            }),
            Self::Cadence(revolutions) => Some(Report {
                cadence: revolutions.cadence(),
                ..Report::named("pedal")
            }),
            Self::HeartRate(rate) => Some(Report {
                heart_rate: rate.heart_rate(),
                ..Report::named("pulse")
            }),
            Self::Words(_) => None,
        }
    }

    /// A heart rate that the wire carries, up to 9999, and its unit does not.
    #[must_use]
    pub fn exact(&self) -> Exact {
        match self {
            Self::HeartRate(rate) if *rate > ShortNumber::ZERO => {
                let held = BeatsPerMinute::new(rate.get()).map(BeatsPerMinute::as_f64);
                Exact {
                    heart_rate_bpm: unless_held(rate.get().into(), held),
                    ..Exact::NONE
                }
            }
            Self::HeartRate(_) | Self::Power(_) | Self::Cadence(_) | Self::Words(_) => Exact::NONE,
        }
    }
}
