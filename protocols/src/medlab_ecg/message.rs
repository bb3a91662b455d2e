//! What the board says.

use crate::vocabulary::{Absence, BeatsPerMinute};
use crate::wire::{Field, NoRoom, Report};

/// The highest byte that is data; those above are markers.
pub const HIGHEST_DATA: u8 = 0xF6;

/// Marker: samples follow, until the next marker.
pub const WAVEFORM: u8 = 0xF8;
pub(super) const RESPIRATION: u8 = 0xF9;
pub(super) const PULSE: u8 = 0xFA;
pub(super) const INFORMATION: u8 = 0xFB;

/// Information: a lead is off.
pub const LEAD_OFF: u8 = 0x11;

/// Bytes of the longest message.
pub const LONGEST_MESSAGE: usize = 2;

/// One thing that the board says. Bytes are as sent, 0 to [`HIGHEST_DATA`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message {
    /// A sample after [`WAVEFORM`]: 0 to 246, middle line 128; 50, 100 or 300 a second.
    Sample(u8),
    /// `F9`: respiration rate, of boards with that extra.
    RespirationRate(u8),
    /// `FA`: the averaged rate in beats a minute, sent at each beat.
    PulseRate(u8),
    /// `FB`: [`LEAD_OFF`], or reserved.
    Information(u8),
}

impl Message {
    /// The heart rate, where the message is one.
    ///
    /// # Errors
    /// [`Absence::Searching`] for 0; [`Absence::NoContact`] for a lead that is off.
    #[must_use]
    pub fn heart_rate(&self) -> Option<Result<BeatsPerMinute, Absence>> {
        match self {
            Self::PulseRate(rate) => {
                Some(BeatsPerMinute::new(u16::from(*rate)).ok_or(Absence::Searching))
            }
            Self::Information(LEAD_OFF) => Some(Err(Absence::NoContact)),
            Self::Sample(_) | Self::RespirationRate(_) | Self::Information(_) => None,
        }
    }

    /// What the message tells in every protocol's terms; `None` where it tells no heart rate.
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        let rate = self.heart_rate()?;
        let (name, quality): (_, &[&str]) = match self {
            Self::Information(_) => ("information", &["lead_off"]),
            Self::Sample(_) | Self::RespirationRate(_) | Self::PulseRate(_) => ("pulse_rate", &[]),
        };
        Some(Report {
            heart_rate: rate.map_or(Field::Missing, Field::Present),
            quality: Some(quality),
            ..Report::named(name)
        })
    }

    /// The message as the board sends it. A sample is its byte alone: [`WAVEFORM`] goes before the first of a run. A byte
    /// above [`HIGHEST_DATA`] is cut to it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`LONGEST_MESSAGE`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let (marker, byte) = match self {
            Self::Sample(sample) => (None, sample),
            Self::RespirationRate(rate) => (Some(RESPIRATION), rate),
            Self::PulseRate(rate) => (Some(PULSE), rate),
            Self::Information(information) => (Some(INFORMATION), information),
        };
        let length = usize::from(marker.is_some()) + 1;
        let whole = buffer.get_mut(..length).ok_or(NoRoom)?;
        let bytes = marker.into_iter().chain([*byte.min(&HIGHEST_DATA)]);
        for (slot, byte) in whole.iter_mut().zip(bytes) {
            *slot = byte;
        }
        Ok(whole)
    }
}
