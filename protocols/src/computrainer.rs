//! `RacerMate` `CompuTrainer`: an electrically braked roller for a bicycle, told its load in watts.
//!
//! The source is `GoldenCheetah`'s `Computrainer.cpp`. The check sum is derived from its tables and fits all 24 messages of them.
//!
//! Seven bytes both ways: six below 80 and one with bit 7 set, which ends the message and holds the low bits of the others. The
//! machine's direction has no check sum that is known; the host's has one.
//!
//! Line: 2400 baud, 8N1, no flow control, RTS and DTR on.
//!
//! Promises: the message behind the next byte of 80 or above is read whole, after any garbage.
//!
//! Deliberately absent: whether a value is plausible, which is the driver's; encoders of the slope mode and of the calibration, whose
//! messages are read and never made here: in rehabilitation the ergometer mode alone is used, and the sign and check sum of a slope
//! are in doubt.

mod decode;
mod greeting;
mod host;
mod machine;
mod seven;

pub use decode::{HostDecoder, MachineDecoder};
pub use host::{HostMessage, Load, Mode, Setting, ergometer_set};
pub use machine::{Buttons, MachineMessage, Telemetry, Tidings};
pub use seven::{Kind, Value};

/// The line's speed.
pub const BAUD: u32 = 2_400;

/// Bytes of a message.
pub const MESSAGE_BYTES: usize = 7;

/// Messages of a full set of the host's commands, always sent together.
pub const SET_MESSAGES: usize = 8;

/// What the host sends before its first set.
pub const HOST_GREETING: [u8; 9] = *b"RacerMate";

/// What the machine answers.
pub const MACHINE_GREETING: [u8; 6] = *b"LinkUp";
