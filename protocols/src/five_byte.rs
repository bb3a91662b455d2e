//! The five-byte packet of BCI's oximeters, which Contec's older ones and many boards by others took over: pulse rate,
//! saturation, a sample of the plethysmogram and flags, 60 times a second, unasked.
//!
//! Two of its flags mean one thing on one maker's devices and another on another's, so each protocol brings flags of its own:
//! [`crate::bci_5`], [`crate::contec_5`]. What a packet says is also what a packet of [`crate::contec_9`] says.
//!
//! Promises: a packet is reported only whole; after any garbage the next whole packet is read.

mod content;
mod packet;

pub use content::{Content, PacketFlags};
pub use packet::{PACKET_BYTES, Packet, PacketDecoder};

pub(crate) use content::packet_flags;

/// Packets a second: one each 16.7 ms.
pub const PACKETS_PER_SECOND: u32 = 60;
