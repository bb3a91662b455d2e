//! Command codes. Codes from 80 are short (no data from the host), those below are long (a count and data).
//!
//! Source: Concept2's definition for what it names, the command tables of OpenRowingCommunity/csafe-fitness and a console
//! firmware (menggaoling/Cyclops) for the rest.

/// The status byte. A machine may echo `80 01 status`, Concept2's table gives the same.
pub const GET_STATUS: u8 = 0x80;
/// To state ready, toggle 0.
pub const RESET: u8 = 0x81;
/// The host claims the machine.
pub const GO_IDLE: u8 = 0x82;
/// The user's id is known.
pub const GO_HAVE_ID: u8 = 0x83;
/// Exercise begins.
pub const GO_IN_USE: u8 = 0x85;
/// Exercise ends.
pub const GO_FINISHED: u8 = 0x86;
/// The host gives the machine back.
pub const GO_READY: u8 = 0x87;
/// The user's id is not known.
pub const BAD_ID: u8 = 0x88;
/// Manufacturer, class, model, version, release.
pub const GET_VERSION: u8 = 0x91;
/// The user's id, as many ASCII digits as [`ID_DIGITS`] said.
pub const GET_ID: u8 = 0x92;
/// 0 metric; 1 imperial \[recalled\].
pub const GET_UNITS: u8 = 0x93;
/// Nine ASCII digits.
pub const GET_SERIAL: u8 = 0x94;
/// Distance since the machine was built, 32 bits and a unit. Byte order differs between makers.
pub const GET_ODOMETER: u8 = 0x9B;
/// 24 bits, 0 for none.
pub const GET_ERROR_CODE: u8 = 0x9C;
/// 24 bits, 0 for none.
pub const GET_SERVICE_CODE: u8 = 0x9D;
/// Hours, minutes, seconds of this exercise.
pub const GET_TWORK: u8 = 0xA0;
/// Distance of this exercise.
pub const GET_HORIZONTAL: u8 = 0xA1;
/// Energy of this exercise, in kcal.
pub const GET_CALORIES: u8 = 0xA3;
/// Programme and level.
pub const GET_PROGRAM: u8 = 0xA4;
/// Speed; on a cross-trainer cadence, as its unit says.
pub const GET_SPEED: u8 = 0xA5;
/// Cadence.
pub const GET_CADENCE: u8 = 0xA7;
/// Grade.
pub const GET_GRADE: u8 = 0xA8;
/// Heart rate in beats a minute; 0 is none, 255 too \[recalled\].
pub const GET_HEART_RATE: u8 = 0xB0;
/// Power.
pub const GET_POWER: u8 = 0xB4;

/// One byte of flags: what the machine sends by itself, and whether the host may change load (bit 40).
pub const AUTO_UPLOAD: u8 = 0x01;
/// A list of short commands.
pub const UP_LIST: u8 = 0x02;
/// Seconds between unsolicited states.
pub const UP_STATUS_SECONDS: u8 = 0x04;
/// Seconds between unsolicited lists.
pub const UP_LIST_SECONDS: u8 = 0x05;
/// How many digits an id has, 2 to 5.
pub const ID_DIGITS: u8 = 0x10;
/// Hour, minute, second.
pub const SET_TIME: u8 = 0x11;
/// Year since 1900, month, day.
pub const SET_DATE: u8 = 0x12;
/// Seconds from have-id back to idle.
pub const SET_TIMEOUT: u8 = 0x13;
/// Concept2's wrapper of commands of its own.
pub const SET_USER_CONFIGURATION_1: u8 = 0x1A;
/// Goal: hours, minutes, seconds.
pub const SET_TWORK: u8 = 0x20;
/// Goal: distance.
pub const SET_HORIZONTAL: u8 = 0x21;
/// Goal: energy in kcal.
pub const SET_CALORIES: u8 = 0x23;
/// Programme and level.
pub const SET_PROGRAM: u8 = 0x24;
/// Speed of the belt.
pub const SET_SPEED: u8 = 0x25;
/// Grade of the belt.
pub const SET_GRADE: u8 = 0x28;
/// Gear.
pub const SET_GEAR: u8 = 0x29;
/// Weight, unit, age, gender.
pub const SET_USER_INFO: u8 = 0x2B;
/// Torque.
pub const SET_TORQUE: u8 = 0x2C;
/// Level of resistance.
pub const SET_LEVEL: u8 = 0x2D;
/// Heart rate to aim at.
pub const SET_TARGET_HEART_RATE: u8 = 0x30;
/// Metabolic equivalents.
pub const SET_METS: u8 = 0x33;
/// Power of the brake.
pub const SET_POWER: u8 = 0x34;
/// Lowest and highest heart rate.
pub const SET_HEART_RATE_ZONE: u8 = 0x35;
/// Highest heart rate.
pub const SET_HEART_RATE_MAXIMUM: u8 = 0x36;
/// One byte, 0 for: greatest frame received, greatest frame sent, least gap in milliseconds.
pub const GET_CAPS: u8 = 0x70;

/// Where short commands begin.
pub const FIRST_SHORT: u8 = 0x80;
