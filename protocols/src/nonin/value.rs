//! The numbers of all binary formats: their codes for "none", their ranges, and their pieces of seven bits.

use crate::vocabulary::{Absence, BeatsPerMinute, OxygenSaturation};
use crate::wire::Field;

/// The code for "no rate".
pub(crate) const NO_RATE: u16 = 511;
/// Least rate that the devices measure, beats a minute (recalled).
const RATE_MIN: u16 = 18;
/// Greatest rate that the devices measure, beats a minute (recalled).
const RATE_MAX: u16 = 321;
/// The code for "no saturation".
pub(crate) const NO_SATURATION: u8 = 127;
/// What is left of a byte whose bit 7 belongs to nothing.
pub(crate) const SEVEN_BITS: u8 = 0x7F;

/// A rate as the wire has it. That one out of range is missing is assumed.
pub(crate) fn rate(raw: u16) -> Result<BeatsPerMinute, Absence> {
    match raw {
        NO_RATE => Err(Absence::Searching),
        RATE_MIN..=RATE_MAX => BeatsPerMinute::new(raw).ok_or(Absence::OutOfRange),
        _ => Err(Absence::OutOfRange),
    }
}

/// A saturation as the wire has it; 0 % is a value. That one above 100 is missing is assumed.
pub(crate) fn saturation(raw: u8) -> Result<OxygenSaturation, Absence> {
    match raw {
        NO_SATURATION => Err(Absence::Searching),
        percent => OxygenSaturation::new(percent).ok_or(Absence::OutOfRange),
    }
}

/// The wire's number of a rate, one that a reader takes for missing too.
pub(crate) fn rate_code(value: Option<BeatsPerMinute>) -> u16 {
    value.map_or(NO_RATE, BeatsPerMinute::get)
}

/// The wire's number of a saturation.
pub(crate) fn saturation_code(value: Option<OxygenSaturation>) -> u8 {
    value.map_or(NO_SATURATION, OxygenSaturation::get)
}

/// The lowest 14 bits in two pieces of seven, upper first.
pub(crate) fn pieces(value: u16) -> [u8; 2] {
    let piece = |bits: u16| u8::try_from(bits & u16::from(SEVEN_BITS)).unwrap_or(0);
    [piece(value >> 7), piece(value)]
}

/// A number out of two pieces of seven bits, the upper one masked.
pub(crate) fn joined(upper: u8, upper_mask: u8, lower: u8) -> u16 {
    u16::from(upper & upper_mask) << 7 | u16::from(lower & SEVEN_BITS)
}

/// A value as a report has it.
pub(crate) fn field<T>(value: Result<T, Absence>) -> Field<T> {
    value.map_or(Field::Missing, Field::Present)
}

/// HR8 and HR7: what the upper piece of a rate has of it.
pub(crate) const RATE_UPPER_BITS: u8 = 0x03;
