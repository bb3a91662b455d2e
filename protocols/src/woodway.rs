//! Woodway treadmills with the "A0" command set: a dialect of [`crate::trackmaster`].
//!
//! The source is a public library, pywoodway; nothing of the maker's was seen. Machines of this dialect are split-belt and
//! laboratory models among others. Woodway's medical PPS treadmills also have another protocol, which is not public.
//!
//! One opcode byte with bit 7 set, then ASCII digits: no start, no end, **no check sum**. Some opcodes differ from Trackmaster's in
//! what they do: `A9` **starts the belt without its timer**, `A2` takes the power off the drive and lets the belt coast, `C3` asks
//! for the firmware. Speeds are always tenths of a mile an hour, with a first digit that says the direction.
//!
//! Line: 4800 baud, 8N1, no flow control.
//!
//! Promises: any byte with bit 7 set begins a message, but for the four behind `D3`, which may have any value: so a decoder is in
//! step again after garbage at the next message that does not stand among the four bytes behind a `D3`.
//!
//! Deliberately absent: an encoder of speeds backwards from a speed in metres a second: in rehabilitation the belt is never sent
//! backwards, and a speed that is received so is a fault for the driver to tell.

mod decode;
mod host;
mod machine;

pub use decode::{HostDecoder, MachineDecoder};
pub use host::{HostMessage, Velocity};
pub use machine::MachineMessage;

pub use crate::trackmaster::{FourDigits, ILLEGAL_COMMAND, OUT_OF_RANGE};

/// The line's speed.
pub const BAUD: u32 = 4_800;

/// Bytes of the longest message of either end.
pub const LONGEST_MESSAGE: usize = 5;
