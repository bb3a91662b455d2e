//! Contec's protocol V7.0, of up to nine bytes: CMS50D+ from firmware 4.6, later CMS50E, F and I, CMS50EW, CMS50FW.
//!
//! Line: 115 200 baud, 8 data bits, no parity, 1 stop bit, no handshake (the maker's protocol, interface section); over a
//! Bluetooth serial port the settings do not matter. It goes by firmware, not by model, whether a device speaks this or
//! [`crate::contec_5`].
//!
//! The device says nothing until it is told to, and ends the stream when it has not been told to go on for 5 s (read in
//! `CMS50Dplus7` and CMS50FW). The packets follow the maker's protocol as `CMS50Dplus7` reads it. Assumed: the unit of the perfusion
//! index, the answer to a question.
//!
//! Promises: a real-time packet is reported once its nine bytes are in; a byte that was lost is found at once.
//!
//! No checksum: a flipped bit in a value cannot be seen. Agree over 10 packets before a value is used. A consumer's device: no
//! grade for alarms, no averaging that is described.
//!
//! Deliberately absent: stored data and identity strings, which are skipped.

mod command;
mod decode;
mod message;
mod packing;

pub use crate::contec_5::{Content, Flags};
pub use crate::five_byte::PACKETS_PER_SECOND;
pub use command::{HostCommand, HostDecoder};
pub use decode::DeviceDecoder;
pub use message::{DeviceMessage, Disconnection, PACKET_BYTES, Packet, PerfusionIndex};

/// The line's speed.
pub const BAUD: u32 = 115_200;
