//! Monark bicycle ergometers by their own words: 839E, the LC series, LC NOVO in "PC mode", LT2.
//!
//! The source is `GoldenCheetah`'s `MonarkConnection.cpp`; the port settings are those of Monark's LC7TT NOVO manual. A NOVO set
//! to "Ergoline er900 compatible" speaks [`crate::ergoline`] instead.
//!
//! A word in small letters, perhaps a number, a carriage return; the answer is a number or a word and a carriage return. There
//! is no check sum, and an answer does not say what it answers: the decoder has to be told, by [`Asked`].
//!
//! Line: 4800 baud, 8N1. A host without flow control passes over XON (11) and XOFF (13) \[assumed\].
//!
//! Promises: after any garbage the line behind the next carriage return is read whole. That an answer has one to four digits,
//! that spaces may stand around them, and that a line of more than 60 characters is none, is \[assumed\].
//!
//! Deliberately absent: an answer to a setting. What a bike answers to it is not described: tell the decoder that nothing was
//! asked, and it reads words.

mod decode;
mod host;
mod machine;

pub use decode::{HostDecoder, MachineDecoder};
pub use host::{Force, HostMessage};
pub use machine::{Asked, MachineMessage};

use crate::ascii::Text;

/// The line's speed at first; a NOVO can be told another.
pub const BAUD: u32 = 4_800;

/// Characters of the longest line that is read \[assumed\].
pub const LONGEST_LINE: usize = 60;

/// Bytes that are enough for every line of either end.
pub const LONGEST_ENCODED: usize = LONGEST_LINE + 1;

/// A line in words.
pub type Words = Text<LONGEST_LINE>;
