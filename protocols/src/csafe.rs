//! CSAFE, the fitness machines' protocol of FitLinxx: one host asks, one machine answers, in framed, stuffed, summed messages.
//!
//! Promises: both directions are decoded from bytes in pieces of any size and encoded into a caller's buffer; the decoder holds
//! one frame of at most [`MAX_FRAME`] bytes and is back in step at the next start flag after any garbage.
//!
//! Sources: Concept2's published PM CSAFE definition for frames, stuffing, checksum and status; unit codes as
//! OpenRowingCommunity/csafe-fitness reads them; captures of a Life Fitness cross-trainer. That the addresses of an extended
//! frame stay out of the checksum, that a start flag inside a frame begins a new one, and that a heart rate of 255 is "none"
//! are \[assumed\] or \[recalled\], and marked where they are used.
//!
//! Deliberately absent: makers' own commands but those of [`concept2`], authentication of Concept2's proprietary ones, and what
//! a machine does with a command: that is `drivers`.

pub mod code;
pub mod concept2;
mod decode;
mod frame;
mod quantity;
mod reader;
mod report;
mod status;
pub mod unit;

pub use decode::{HostDecoder, MachineDecoder};
pub use frame::{Addresses, HostFrame, Item, Items, MachineFrame, PushError};
pub use quantity::Quantity;
pub use status::{Fate, State, Status};

/// Most bytes of one frame as it stands on the wire, flags and stuffing counted (Concept2's definition).
pub const MAX_FRAME: usize = 120;

/// Begins a frame with addresses.
pub(crate) const EXTENDED_START: u8 = 0xF0;
/// Begins a frame without addresses.
pub(crate) const STANDARD_START: u8 = 0xF1;
/// Ends every frame.
pub(crate) const STOP: u8 = 0xF2;
/// Goes before the two low bits of a byte that would read as a flag.
pub(crate) const STUFF: u8 = 0xF3;

/// Which end of the wire a frame comes from: it decides the syntax of the contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Codes from 80 stand alone, those below carry a count and data.
    Host,
    /// A status byte, then items that all carry a count and data.
    Machine,
}
