//! The Trackmaster serial protocol (Full Vision): medical treadmills told by single opcodes with a few ASCII digits.
//!
//! Spoken by the Trackmaster TM, TMX and FVX series and the RAM/Medisoft 800 series, at 4800 baud, 8N1, no flow control. The
//! source is chapter 8 of the maker's TMX428/TMX58 service manual (317-160-406 rev 4) where nothing else is said.
//!
//! One opcode byte with bit 7 set, then a fixed number of ASCII digits: no start, no end and **no checksum**. Commands and
//! requests are the host's (`A0`..`AC`, `C0`..`CD`), acknowledgements and answers the machine's (`B0`..`BC`, `D0`..`DD`,
//! `BE`, `BF`). Speeds are tenths of whatever unit the machine is set to, which cannot be seen on the wire: it has to be told
//! to the decoder.
//!
//! Promises: any byte with bit 7 set begins a message, so that a decoder is in step again at the next one after any garbage.
//!
//! Deliberately absent: Woodway's dialect, in which some opcodes mean something else and one answer carries binary bytes:
//! [`crate::woodway`], over the same reader of opcodes with a table of its own.

mod decode;
mod frame;
mod framing;
mod host;
mod machine;
mod number;
mod opcodes;

pub use decode::{HostDecoder, MachineDecoder};
pub use frame::Frame;
pub use framing::{Direction, Framed, FramedContent, Framer};
pub use host::{Command, CommandKind, HostMessage, Request};
pub use machine::{BeltStatus, MachineMessage};
pub use number::{BeltSpeed, FourDigits, SpeedUnit, TwoDigits};

pub(crate) use opcodes::{Data, OpcodeReader};

/// The line's speed. The GE T2100-ST, probably of this family, talks at 9600 (assumed).
pub const BAUD: u32 = 4_800;

/// "Data out of range": the machine refused a value and the old one stands.
pub const OUT_OF_RANGE: u8 = 0xBE;

/// "Unknown or not allowed command", a start that is rejected among them.
pub const ILLEGAL_COMMAND: u8 = 0xBF;

/// What a board by GE sends once at power-up to find a loop-back plug; a host ignores it.
pub const POWER_UP_BYTE: u8 = b'T';
