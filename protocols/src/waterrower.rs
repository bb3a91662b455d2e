//! `WaterRower` Series 4 and 5 monitors: what is read of a rower. Nothing but a goal can be commanded.
//!
//! The sources are a public host (bfritscher/waterrower), comments in programs after pirowflo, and the maker's "S4 & S5 USB
//! protocol issue 1.04" \[recalled\].
//!
//! Lines of capital letters and hexadecimal digits, CR LF both ways, no check sum: the host asks for addresses of the monitor's
//! memory one by one, the monitor tells strokes unasked.
//!
//! Line: a virtual serial port over USB at 19 200 baud, 8N1; the rate does not matter there.
//!
//! Promises: after any garbage the line behind the next line feed is read whole. That small hexadecimal letters are read and that
//! a line has no more than 40 characters is \[assumed\].
//!
//! Deliberately absent: the other byte order of values of two bytes, which some readers of the specification see and some firmware
//! is said to have: a driver compares the distance with time once, the wire does not tell.

mod decode;
mod host;
mod machine;
mod register;

pub use decode::{HostDecoder, MachineDecoder};
pub use host::{DistanceUnit, HostMessage};
pub use machine::{MachineMessage, Model};
pub use register::{Address, Register, Size, address};

use crate::ascii::Text;

/// The line's speed, which does not matter over USB.
pub const BAUD: u32 = 19_200;

/// Characters of the longest line that is read \[assumed\].
pub const LONGEST_LINE: usize = 40;

/// Bytes that are enough for every line of either end.
pub const LONGEST_ENCODED: usize = LONGEST_LINE + 2;

/// A line in words.
pub type Words = Text<LONGEST_LINE>;
