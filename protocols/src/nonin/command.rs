//! Commands to the device and its replies. A command is `02`, opcode, length, data, `03`; a reply is `06` (done), `15`
//! (refused), or a frame of the same form with the opcode raised by 80 (read in mdpnp's Nonin driver).
//!
//! OEM III and Xpod choose their format by a pin or when ordered and may ignore all of this (recalled): send it, and go by
//! what arrives.

use crate::checksum;
use crate::wire::{NoRoom, Report, WireErrorKind};

/// Bytes of the longest command: a clock to set.
pub const LONGEST_COMMAND: usize = 10;
/// Bytes of the longest reply: a serial number.
pub const LONGEST_REPLY: usize = 14;

pub(super) const START: u8 = 0x02;
pub(super) const END: u8 = 0x03;

/// Opcodes of commands; a reply's is 80 higher.
mod opcode {
    pub(super) const FORMAT: u8 = 0x70;
    pub(super) const CLOCK: u8 = 0x72;
    pub(super) const DEVICE_TYPE: u8 = 0x73;
    pub(super) const SERIAL_NUMBER: u8 = 0x74;
    pub(super) const BLUETOOTH_TIMEOUT: u8 = 0x75;
    pub(super) const REPLY: u8 = 0x80;
}

/// First data byte of a choice of format, and of a serial number.
const IDENTIFIER: u8 = 0x02;
/// First data byte of a Bluetooth time-out.
const TIMEOUT_IDENTIFIER: u8 = 0x04;

/// What a device can be asked to stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataFormat {
    /// Five-byte frames with an 8-bit waveform.
    Df2,
    /// Five-byte frames with a 16-bit waveform.
    Df7,
    /// Four bytes a second of display values.
    Df8,
    /// Spot checks with their date.
    Df13,
}

/// A moment of the device's own clock, each byte plain binary and as the wire has it: nothing here judges a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockTime {
    /// Year of the century.
    pub year: u8,
    /// Month.
    pub month: u8,
    /// Day of the month.
    pub day: u8,
    /// Hour.
    pub hour: u8,
    /// Minute.
    pub minute: u8,
    /// Second.
    pub second: u8,
}

/// A command of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostCommand {
    /// Stream this format from the next packet on.
    SelectFormat {
        /// The format.
        format: DataFormat,
        /// `None`: the short command of older devices. `Some`: the command of 3150 and 9560 with its option bits (20 Bluetooth
        /// on at power-on, 40 spot-check mode, 01 unsure; mdpnp sends 21 for a continuous stream).
        options: Option<u8>,
    },
    /// Tell the clock.
    GetClock,
    /// Set the clock.
    SetClock(ClockTime),
    /// Tell the device type.
    DeviceType,
    /// Tell the serial number.
    SerialNumber,
    /// Close an idle Bluetooth link after so many minutes.
    BluetoothTimeout {
        /// Minutes.
        minutes: u8,
    },
}

/// What the device answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// `06`: done.
    Done,
    /// `15`: refused.
    Refused,
    /// Its clock.
    Clock(ClockTime),
    /// Its type: `18 05 09` is a `WristOx2` (layout as mdpnp reads it).
    DeviceType([u8; 3]),
    /// Its serial number, nine ASCII characters (layout as mdpnp reads it).
    SerialNumber([u8; 9]),
    /// The Bluetooth time-out was set [lengths assumed].
    BluetoothTimeoutSet,
}

impl Reply {
    /// The type that a `WristOx2` names itself by.
    pub const WRIST_OX2: Self = Self::DeviceType([0x18, 0x05, 0x09]);

    /// The reply as the device sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`LONGEST_REPLY`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        match self {
            Self::Done => single(buffer, 0x06),
            Self::Refused => single(buffer, 0x15),
            Self::Clock(time) => frame(buffer, opcode::CLOCK | opcode::REPLY, &time.bytes()),
            Self::DeviceType(kind) => frame(buffer, opcode::DEVICE_TYPE | opcode::REPLY, kind),
            Self::SerialNumber(characters) => {
                let mut data = [IDENTIFIER; 10];
                for (slot, character) in data.iter_mut().skip(1).zip(characters) {
                    *slot = *character;
                }
                frame(buffer, opcode::SERIAL_NUMBER | opcode::REPLY, &data)
            }
            Self::BluetoothTimeoutSet => {
                frame(buffer, opcode::BLUETOOTH_TIMEOUT | opcode::REPLY, &[0, 0])
            }
        }
    }
}

impl HostCommand {
    /// The command as the host sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`LONGEST_COMMAND`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        match self {
            Self::SelectFormat {
                format,
                options: None,
            } => frame(buffer, opcode::FORMAT, &[IDENTIFIER, format.code()]),
            Self::SelectFormat {
                format,
                options: Some(options),
            } => {
                let data = [IDENTIFIER, format.code(), *options];
                let [identifier, code, options] = data;
                let check = format_check(data);
                frame(buffer, opcode::FORMAT, &[identifier, code, options, check])
            }
            Self::GetClock => frame(buffer, opcode::CLOCK, &[]),
            Self::SetClock(time) => frame(buffer, opcode::CLOCK, &time.bytes()),
            Self::DeviceType => frame(buffer, opcode::DEVICE_TYPE, &[]),
            Self::SerialNumber => frame(buffer, opcode::SERIAL_NUMBER, &[IDENTIFIER, IDENTIFIER]),
            Self::BluetoothTimeout { minutes } => {
                let check = checksum::sum(&[TIMEOUT_IDENTIFIER, *minutes]);
                let data = [TIMEOUT_IDENTIFIER, 0, *minutes, check];
                frame(buffer, opcode::BLUETOOTH_TIMEOUT, &data)
            }
        }
    }

    /// What a whole command frame says.
    ///
    /// # Errors
    /// What a device refuses: a wrong check, an unknown format, or an opcode or data that the sheet does not list.
    pub(super) fn parse(code: u8, data: &[u8]) -> Result<Self, WireErrorKind> {
        match (code, data) {
            (opcode::FORMAT, [IDENTIFIER, format]) => Ok(Self::SelectFormat {
                format: DataFormat::from_code(*format)?,
                options: None,
            }),
            (opcode::FORMAT, [IDENTIFIER, format, options, check]) => {
                if format_check([IDENTIFIER, *format, *options]) != *check {
                    return Err(WireErrorKind::Checksum);
                }
                Ok(Self::SelectFormat {
                    format: DataFormat::from_code(*format)?,
                    options: Some(*options),
                })
            }
            (opcode::CLOCK, []) => Ok(Self::GetClock),
            (opcode::CLOCK, [year, month, day, hour, minute, second]) => {
                Ok(Self::SetClock(ClockTime {
                    year: *year,
                    month: *month,
                    day: *day,
                    hour: *hour,
                    minute: *minute,
                    second: *second,
                }))
            }
            (opcode::DEVICE_TYPE, []) => Ok(Self::DeviceType),
            (opcode::SERIAL_NUMBER, [IDENTIFIER, IDENTIFIER]) => Ok(Self::SerialNumber),
            (opcode::BLUETOOTH_TIMEOUT, [TIMEOUT_IDENTIFIER, 0, minutes, check]) => {
                if checksum::sum(&[TIMEOUT_IDENTIFIER, *minutes]) == *check {
                    Ok(Self::BluetoothTimeout { minutes: *minutes })
                } else {
                    Err(WireErrorKind::Checksum)
                }
            }
            _ => Err(WireErrorKind::IllegalCommand),
        }
    }

    /// What the command tells in every protocol's terms: its name alone.
    #[must_use]
    pub const fn report(&self) -> Report<'static> {
        Report::named(match self {
            Self::SelectFormat { .. } => "select_format",
            Self::GetClock => "get_clock",
            Self::SetClock(_) => "set_clock",
            Self::DeviceType => "get_device_type",
            Self::SerialNumber => "get_serial_number",
            Self::BluetoothTimeout { .. } => "set_bluetooth_timeout",
        })
    }
}

impl DataFormat {
    const fn code(self) -> u8 {
        match self {
            Self::Df2 => 0x02,
            Self::Df7 => 0x07,
            Self::Df8 => 0x08,
            Self::Df13 => 0x0D,
        }
    }

    const fn from_code(code: u8) -> Result<Self, WireErrorKind> {
        match code {
            0x02 => Ok(Self::Df2),
            0x07 => Ok(Self::Df7),
            0x08 => Ok(Self::Df8),
            0x0D => Ok(Self::Df13),
            _ => Err(WireErrorKind::OutOfRange),
        }
    }
}

impl ClockTime {
    const fn bytes(self) -> [u8; 6] {
        [
            self.year,
            self.month,
            self.day,
            self.hour,
            self.minute,
            self.second,
        ]
    }
}

/// The check of the long choice of format: opcode, length and data summed.
fn format_check(data: [u8; 3]) -> u8 {
    /// Data bytes, the check among them.
    const LENGTH: u8 = 4;
    checksum::sum(&[opcode::FORMAT, LENGTH]).wrapping_add(checksum::sum(&data))
}

fn single(buffer: &mut [u8], byte: u8) -> Result<&[u8], NoRoom> {
    let slot = buffer.get_mut(..1).ok_or(NoRoom)?;
    slot.fill(byte);
    Ok(slot)
}

fn frame<'a>(buffer: &'a mut [u8], code: u8, data: &[u8]) -> Result<&'a [u8], NoRoom> {
    let length = u8::try_from(data.len()).map_err(|_| NoRoom)?;
    let whole = buffer.get_mut(..data.len() + 4).ok_or(NoRoom)?;
    let bytes = [START, code, length]
        .into_iter()
        .chain(data.iter().copied())
        .chain([END]);
    for (slot, byte) in whole.iter_mut().zip(bytes) {
        *slot = byte;
    }
    Ok(whole)
}
