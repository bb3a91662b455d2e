//! Nonin serial data format 2: pulse oximeters (OEM III, Xpod and 3012, `WristOx2` 3150, Onyx II 9560) that stream
//! saturation, pulse rate, status and an 8-bit plethysmogram.
//!
//! Line: 9600 baud, 8 data bits, no parity, 1 stop bit, no flow control. Five-byte frames, 75 a second, 25 to a packet: three
//! packets a second. The layout is what three independent public readers agree on (Pufferfish firmware, the Oxford IBME
//! reader, `NoninPulseOx`).
//!
//! Promises: a packet is reported once its 25 frames are in and all hold, never in part; values are the 4-beat averages *for
//! recording*, which go missing at once when the reading is lost; the display values, which the device holds for 10 s, are
//! carried and never chosen.
//!
//! Deliberately absent: formats 1, 7, 8, 13 and the ASCII line, which are protocols of their own; anything computed from the
//! plethysmogram, whose sign no document settles.

mod frame;

pub use crate::nonin::{
    BAUD, ClockTime, DataFormat, FRAME_BYTES, FRAMES, HostCommand, HostDecoder, LONGEST_COMMAND,
    LONGEST_REPLY, PACKET_BYTES, PacketValues, Perfusion, PulseRates, Reply, Saturations, Status,
};
pub use crate::quality_words::QualityWords;

/// One whole packet: 25 frames, a third of a second.
pub type Packet = crate::nonin::Packet<u8>;

/// The device's direction.
pub type PacketDecoder = crate::nonin::PacketDecoder<u8>;

/// Frames a second: one each 13.33 ms.
pub const FRAMES_PER_SECOND: u32 = 75;
