//! Unit codes, as OpenRowingCommunity/csafe-fitness reads them. Only those that a reading of ours can come in, and those a
//! virtual machine answers in.

/// Miles an hour.
pub const MILES_PER_HOUR: u8 = 0x10;
/// Tenths of a mile an hour.
pub const TENTH_MILES_PER_HOUR: u8 = 0x11;
/// Hundredths of a mile an hour.
pub const HUNDREDTH_MILES_PER_HOUR: u8 = 0x12;
/// Feet a minute.
pub const FEET_PER_MINUTE: u8 = 0x13;
/// Hundredths of a kilometre.
pub const HUNDREDTH_KILOMETRES: u8 = 0x23;
/// Metres.
pub const METRES: u8 = 0x24;
/// Kilometres an hour.
pub const KILOMETRES_PER_HOUR: u8 = 0x30;
/// Tenths of a kilometre an hour.
pub const TENTH_KILOMETRES_PER_HOUR: u8 = 0x31;
/// Hundredths of a kilometre an hour.
pub const HUNDREDTH_KILOMETRES_PER_HOUR: u8 = 0x32;
/// Metres a minute.
pub const METRES_PER_MINUTE: u8 = 0x33;
/// Per cent of grade.
pub const PERCENT_GRADE: u8 = 0x4A;
/// Hundredths of a per cent of grade.
pub const HUNDREDTH_PERCENT_GRADE: u8 = 0x4B;
/// Tenths of a per cent of grade.
pub const TENTH_PERCENT_GRADE: u8 = 0x4C;
/// Revolutions a minute.
pub const REVOLUTIONS_PER_MINUTE: u8 = 0x52;
/// Strokes a minute: counted as cadence.
pub const STROKES_PER_MINUTE: u8 = 0x54;
/// Watts.
pub const WATTS: u8 = 0x58;
/// Kilopond metres a minute: not converted.
pub const KILOPOND_METRES_PER_MINUTE: u8 = 0x59;
