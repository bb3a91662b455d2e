//! What the Bluetooth LE characteristics share: whole values, and how a serial bridge hands them on.
//!
//! A notification is whole and checked by the radio (24 bits), so there is no framing and no resynchronisation: the only error
//! is a wrong length. Numbers are little-endian; bytes beyond what a value's flags announce are ignored.
//!
//! Promises: one value gives one message or one error, and an empty one nothing.
//!
//! Deliberately absent: every bridge's own framing, of which no sheet fixes one. [`BridgeLine`] is \[assumed\], for virtual
//! devices on a port; real bridges differ.

mod bridge;
mod cursor;
mod value;

pub use bridge::{BridgeDecoder, BridgeLine, LONGEST_LINE};
pub use value::{LONGEST_VALUE, Value, ValueDecoder};

pub(crate) use cursor::{Cursor, Writer};
