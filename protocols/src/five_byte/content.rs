//! What a packet says, whatever its bytes.

use core::fmt::Debug;

use crate::quality_words::QualityWords;
use crate::vocabulary::{Absence, BeatsPerMinute, OxygenSaturation};
use crate::wire::{Field, Report};

/// The flags of one maker, under masks of ours: 20 and 10 are bits 5 and 4 of byte 1, 02 and 01 are bits 5 and 4 of byte 3.
pub trait PacketFlags: Copy + Debug + PartialEq + Default {
    /// The flags of these bits.
    fn from_mask(mask: u8) -> Self;

    /// The bits of these flags.
    fn mask(self) -> u8;

    /// The words of the flags that are set.
    fn quality(self) -> QualityWords;
}

/// What a packet says. The numbers are as sent; a number that is wider than its place on the wire loses its upper bits when
/// a packet is made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Content<F> {
    /// A beat of the pulse fell into this packet.
    pub beat: bool,
    /// The maker's flags.
    pub flags: F,
    /// Strength of the signal, 0 to 8; 15 is "none". Four bits.
    pub signal_strength: u8,
    /// Sample of the plethysmogram, 0 to 127. Seven bits.
    pub waveform: u8,
    /// Bar graph of the device's screen, 0 to 15. Four bits.
    pub bar_graph: u8,
    /// Pulse rate in beats a minute; 255 is "none", and so is 0.
    pub rate_raw: u8,
    /// Saturation in per cent; 127 is "none", and so are 0 and all above 100.
    pub saturation_raw: u8,
}

impl<F: PacketFlags> Content<F> {
    /// The code for "no rate".
    pub const NO_RATE: u8 = 255;
    /// The code for "no saturation".
    pub const NO_SATURATION: u8 = 127;

    /// The pulse rate, an average that no document describes.
    ///
    /// # Errors
    /// [`Absence::Searching`] for 255 and 0, by which devices say "none" (255 by the maker's protocol of later Contec devices;
    /// 0 recalled).
    pub fn pulse_rate(&self) -> Result<BeatsPerMinute, Absence> {
        match self.rate_raw {
            0 | Self::NO_RATE => Err(Absence::Searching),
            rate => BeatsPerMinute::new(rate.into()).ok_or(Absence::OutOfRange),
        }
    }

    /// The saturation, an average that no document describes.
    ///
    /// # Errors
    /// [`Absence::Searching`] for 127 and 0, by which devices say "none" (127 by the maker's protocol of later Contec devices;
    /// 0 recalled); [`Absence::OutOfRange`] for others above 100 %.
    pub fn saturation(&self) -> Result<OxygenSaturation, Absence> {
        match self.saturation_raw {
            0 | Self::NO_SATURATION => Err(Absence::Searching),
            percent => OxygenSaturation::new(percent).ok_or(Absence::OutOfRange),
        }
    }

    /// What a message of this content tells in every protocol's terms.
    pub(crate) fn report<'a>(&self, sample: &'a [u16; 1], quality: &'a QualityWords) -> Report<'a> {
        Report {
            heart_rate: self.pulse_rate().map_or(Field::Missing, Field::Present),
            saturation: self.saturation().map_or(Field::Missing, Field::Present),
            plethysmogram: sample,
            quality: Some(quality.as_slice()),
            ..Report::named("packet")
        }
    }
}

/// Makes a set of flags by their words one that packets can have.
macro_rules! packet_flags {
    ($name:ident) => {
        impl $crate::five_byte::PacketFlags for $name {
            fn from_mask(mask: u8) -> Self {
                Self::from_bits(mask)
            }

            fn mask(self) -> u8 {
                self.bits()
            }

            fn quality(self) -> $crate::quality_words::QualityWords {
                self.words()
            }
        }
    };
}

pub(crate) use packet_flags;
