//! Nonin serial data format 8: four bytes a second with pulse rate, saturation and flags, unasked (`WristOx2` 3150, Onyx II
//! 9560).
//!
//! Line: 9600 baud, 8 data bits, no parity, 1 stop bit, no flow control. The layout is what two public readers agree on
//! (`NoninPulseOx`, javautilityclasses) but for three bits of byte 4 (40, 04, 02), which are ignored.
//!
//! Promises: a packet is reported only whole; after any garbage the next whole packet is read.
//!
//! No checksum: a flipped bit in a value cannot be seen. The values are those of the device's screen, which it holds for 10 s
//! after they were lost. Prefer formats 2 and 7.
//!
//! Deliberately absent: replies to commands. Their opcodes have bit 7 set, so that a reply would read as a packet: while data
//! flows nothing but a choice of format is to be sent, whose answer is one byte that is skipped.

mod packet;

pub use crate::nonin::{
    BAUD, DataFormat, DisplayValues, Flags, HostCommand, HostDecoder, LONGEST_COMMAND,
};
pub use packet::{MoreFlags, PACKET_BYTES, Packet, PacketDecoder};
