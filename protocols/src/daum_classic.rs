//! Daum electronic's "classic" protocol: cockpits Cardio, Fitness, Vita De Luxe, 8008, 8080, Therapie, the TRS series,
//! `ergo_lyps` Cardio Pro.
//!
//! The sources are public hosts: `GoldenCheetah`'s `Daum.cpp` and incyclist's classic driver.
//!
//! Binary: a command's byte, the cockpit's address, and as many bytes as that command has. No start, no end, no check sum, no
//! escaping: what keeps both ends in step is silence. The address and the dialect have to be told: [`Cockpit`].
//!
//! Line: 9600 baud, 8N1, no flow control (very old cockpits 4800), with Daum's own cable.
//!
//! Promises: after 50 ms without a byte \[assumed\], which the caller tells by [`crate::wire::Decoder::reset`], a message is read
//! whole whatever stood before. A byte that begins no message, and a message with another cockpit's address \[assumed\], are one
//! error each and cost one byte.
//!
//! Deliberately absent: `D3`, sound, which is buggy in devices and counts as unknown \[assumed\]; the check that a lost byte did not
//! shift the fields of the run data, which needs a clock: a driver insists on silence after them.

mod decode;
mod host;
mod lengths;
mod machine;
mod run_data;

pub use decode::{HostDecoder, MachineDecoder};
pub use host::{HostMessage, Person};
pub use machine::MachineMessage;
pub use run_data::{Pedalling, RunData};

use crate::vocabulary::Watts;

/// The line's speed.
pub const BAUD: u32 = 9_600;

/// The line's speed of very old cockpits.
pub const OLD_BAUD: u32 = 4_800;

/// Bytes of the longest message of either end: the run data.
pub const LONGEST_MESSAGE: usize = 19;

/// Which cockpit it is, as far as the bytes depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cockpit {
    /// Its address, which its answer to `11` tells.
    pub address: u8,
    /// Its dialect.
    pub dialect: Dialect,
}

/// Two generations of cockpits. The old one is read only where it is told \[assumed\].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// 19 bytes of run data.
    #[default]
    Current,
    /// `11 00` to find the address, 17 bytes of run data, no pedalling byte behind a program.
    Old,
}

impl Dialect {
    /// The dialect by the word of the configuration: `current` or `old`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "current" => Some(Self::Current),
            "old" => Some(Self::Old),
            _ => None,
        }
    }
}

/// Power in steps of 5 W, as one byte has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PowerStep(u8);

impl PowerStep {
    /// The least that a cockpit holds: 25 W.
    pub const LEAST: Self = Self(5);
    /// The most that a cockpit holds: 800 W. Many cut at 400: what they answer is in force.
    pub const MOST: Self = Self(160);

    /// A step as it is on the wire.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        Self(byte)
    }

    /// The byte.
    #[must_use]
    pub const fn byte(self) -> u8 {
        self.0
    }

    /// The largest step that is not above `power`, within what a cockpit holds.
    #[must_use]
    pub fn not_above(power: Watts) -> Self {
        let step = u8::try_from(power.get() / 5).unwrap_or(u8::MAX);
        Self(step.clamp(Self::LEAST.0, Self::MOST.0))
    }

    /// Five watts a step, whatever the step.
    #[must_use]
    pub fn watts(self) -> u16 {
        u16::from(self.0) * 5
    }
}
