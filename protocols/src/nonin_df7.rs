//! Nonin serial data format 7: as format 2, with a plethysmogram of 16 bits (OEM III, Xpod, `WristOx2` 3150, Onyx II 9560).
//!
//! Line: 9600 baud, 8 data bits, no parity, 1 stop bit, no flow control. Five-byte frames, 75 a second, 25 to a packet: three
//! packets a second. The layout is read in mdpnp's Nonin driver; what the data bytes mean is format 2's.
//!
//! Promises: as format 2's. Values are the 4-beat averages *for recording*, which go missing at once when the reading is lost.
//!
//! A frame has no byte that is always the same, so a shifted window of a packet can pass for a first frame by chance (one in a
//! thousand of random ones): a decoder may need one packet more to be in step than in format 2. A packet of 25 such frames does
//! not come by chance.
//!
//! Deliberately absent: anything computed from the plethysmogram, whose sign no document settles.

mod frame;

pub use crate::nonin::{
    BAUD, ClockTime, DataFormat, FRAME_BYTES, FRAMES, HostCommand, HostDecoder, LONGEST_COMMAND,
    LONGEST_REPLY, PACKET_BYTES, PacketValues, Perfusion, PulseRates, Reply, Saturations, Status,
};

/// One whole packet: 25 frames, a third of a second.
pub type Packet = crate::nonin::Packet<u16>;

/// The device's direction.
pub type PacketDecoder = crate::nonin::PacketDecoder<u16>;

/// Frames a second: one each 13.33 ms.
pub const FRAMES_PER_SECOND: u32 = 75;
