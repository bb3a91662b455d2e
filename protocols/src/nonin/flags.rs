//! The three bytes that formats 1 and 8 begin with: flags, pulse rate and saturation, both for display.
//!
//! Format 8 as two public readers have it (`NoninPulseOx`, javautilityclasses); that format 1 is its first three bytes is
//! recalled.

use crate::quality_words::flag_words;
use crate::vocabulary::{Absence, BeatsPerMinute, OxygenSaturation};

use super::value::{self, RATE_UPPER_BITS, SEVEN_BITS, pieces, rate_code, saturation_code};

flag_words! {
    /// What byte 1 says beside the rate's upper bits. Here each holds for as long as its condition does, low and marginal
    /// perfusion too.
    Flags(u8) {
        /// SNSD: no sensor plugged in.
        SENSOR_DISCONNECTED = 0x40 => "sensor_disconnected";
        /// OOT: no run of good pulses.
        OUT_OF_TRACK = 0x20 => "out_of_track";
        /// LPRF: low amplitude of the pulse.
        LOW_PERFUSION = 0x10 => "low_perfusion";
        /// MPRF: marginal amplitude of the pulse.
        MARGINAL_PERFUSION = 0x08 => "marginal_perfusion";
        /// ARTF: this pulse does not match the one before.
        ARTEFACT = 0x04 => "artefact";
    }
}

/// What the device shows. It holds the last good values for 10 s after they were lost: for a controller that is too late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DisplayValues {
    /// Pulse rate, 4-beat average; `None` is "no value".
    pub pulse_rate: Option<BeatsPerMinute>,
    /// Saturation, 4-beat average; `None` is "no value".
    pub saturation: Option<OxygenSaturation>,
}

/// Byte 1's bit 7: set in no other byte of the packet.
const FIRST: u8 = 0x80;

/// The three bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head([u8; 3]);

impl Head {
    pub(crate) fn new(values: DisplayValues, flags: Flags) -> Self {
        let [upper, lower] = pieces(rate_code(values.pulse_rate));
        Self::from_bytes([
            flags.bits() | upper & RATE_UPPER_BITS,
            lower,
            saturation_code(values.saturation),
        ])
    }

    /// The bytes as they came: bit 7 is what marks the first.
    pub(crate) const fn from_bytes(bytes: [u8; 3]) -> Self {
        let [first, second, third] = bytes;
        Self([first | FIRST, second & SEVEN_BITS, third & SEVEN_BITS])
    }

    pub(crate) const fn bytes(self) -> [u8; 3] {
        self.0
    }

    pub(crate) const fn flags(self) -> Flags {
        let [first, ..] = self.0;
        Flags::from_bits(first)
    }

    pub(crate) fn pulse_rate(self) -> Result<BeatsPerMinute, Absence> {
        let [first, second, _] = self.0;
        value::rate(value::joined(first, RATE_UPPER_BITS, second))
    }

    pub(crate) fn saturation(self) -> Result<OxygenSaturation, Absence> {
        let [.., third] = self.0;
        value::saturation(third)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_right_on_both_sides_of_every_seventh_bit() {
        for rate in [18, 126, 127, 128, 129, 255, 256, 257, 321] {
            let values = DisplayValues {
                pulse_rate: BeatsPerMinute::new(rate),
                saturation: None,
            };
            let head = Head::new(values, Flags::ALL);
            assert_eq!(head.pulse_rate().map(BeatsPerMinute::get), Ok(rate));
            assert_eq!(head.flags(), Flags::ALL);
        }
    }

    #[test]
    fn what_the_device_cannot_measure_is_out_of_range_and_none_is_none() {
        for (first, second, wanted) in [
            (0x80, 17, Absence::OutOfRange),
            (0x82, 0x42, Absence::OutOfRange),
            (0x83, 0x7E, Absence::OutOfRange),
            (0x83, 0x7F, Absence::Searching),
        ] {
            assert_eq!(
                Head::from_bytes([first, second, 0]).pulse_rate(),
                Err(wanted)
            );
        }
        for (third, wanted) in [(101, Absence::OutOfRange), (127, Absence::Searching)] {
            assert_eq!(
                Head::from_bytes([0x80, 72, third]).saturation(),
                Err(wanted)
            );
        }
        let zero = Head::from_bytes([0x80, 72, 0]).saturation();
        assert_eq!(zero.map(OxygenSaturation::get), Ok(0));
    }

    #[test]
    fn all_words_together_are_sorted() {
        assert_eq!(
            Flags::ALL.words().as_slice(),
            [
                "artefact",
                "low_perfusion",
                "marginal_perfusion",
                "out_of_track",
                "sensor_disconnected"
            ]
        );
    }
}
