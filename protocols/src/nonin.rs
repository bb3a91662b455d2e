//! What the serial formats of Nonin's oximeters share: the frames and packets of formats 2 and 7, the numbers of all binary
//! formats, and the commands to the device with its replies.
//!
//! Line: 9600 baud, 8 data bits, no parity, 1 stop bit, no flow control (the Avant's manual, mdpnp's demonstration). Over a
//! Bluetooth serial port the speed does not matter.
//!
//! Each format is a protocol of its own: [`crate::nonin_df1`], [`crate::nonin_df2`], [`crate::nonin_df7`],
//! [`crate::nonin_df8`], [`crate::nonin_df13`], [`crate::nonin_ascii`].
//!
//! Deliberately absent: anything computed from the plethysmogram, whose sign no document settles.

mod command;
mod decode;
mod flags;
mod host;
mod packet;
mod status;
mod value;

pub use command::{ClockTime, DataFormat, HostCommand, LONGEST_COMMAND, LONGEST_REPLY, Reply};
pub use decode::PacketDecoder;
pub use flags::{DisplayValues, Flags};
pub use host::HostDecoder;
pub use packet::{
    FRAME_BYTES, FRAMES, PACKET_BYTES, Packet, PacketValues, PulseRates, Sample, Saturations,
};
pub use status::{Perfusion, Status};

pub(crate) use flags::Head;
pub(crate) use host::{CommandReader, Heard, HeardWhat};
pub(crate) use value::{field, rate, rate_code, saturation, saturation_code};

/// The line's speed.
pub const BAUD: u32 = 9_600;
