//! The Zephyr `HxM` BT chest strap (Bluetooth classic, serial port profile): one packet a second with heart rate, beat times,
//! distance and speed, unasked. Nothing is ever sent to it.
//!
//! The layout is what the public notes file on the packet, the Python parsers and the My Tracks parser agree on. Over a serial
//! Bluetooth adapter the line is 115 200 baud, 8N1.
//!
//! Promises: a packet is reported only whole, with its check held.
//!
//! Deliberately absent: the rule against a frozen rate, which needs a clock and is the link's; other Zephyr devices on the
//! same framing (`BioHarness`), whose message ids are passed over; lengths other than 55, which the document allows for later
//! firmware (assumed not to occur).

mod decode;
mod packet;

pub use decode::PacketDecoder;
pub use packet::{BEAT_TIMES, PACKET_BYTES, Packet};

/// The line's speed over a serial Bluetooth adapter.
pub const BAUD: u32 = 115_200;
