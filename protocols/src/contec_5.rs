//! Contec's older protocol, of five bytes: CMS50C, CMS50D and D+ with firmware up to 4.5, CMS50E, older CMS50F.
//!
//! Line: 19 200 baud, 8 data bits, **odd** parity, 1 stop bit, no handshake; 4800 with even parity on the CMS50C's test pads.
//! XON/XOFF has to be off: waveform bytes have those values (assumed, from their range). It goes by firmware, not by model,
//! whether a device speaks this or [`crate::contec_9`].
//!
//! The layout is what a public reader (`CMS50Dplus`) and a translation of the maker's sheet agree on, but for bits 5 and 4 of
//! byte 1: that they mean a low saturation and a search too long is assumed. That 0 is "none" too is recalled, from captures
//! without a finger.
//!
//! Promises: a packet is reported only whole; after any garbage the next whole packet is read.
//!
//! No checksum: odd parity catches a flipped bit if the port is asked for it (a byte with a parity error counts as lost); else
//! agree over 10 packets before a value is used. A consumer's device: no grade for alarms, no averaging that is described.

mod host;

use crate::five_byte::{self, packet_flags};
use crate::quality_words::flag_words;

pub use crate::five_byte::{PACKET_BYTES, PACKETS_PER_SECOND};
pub use host::{HostDecoder, HostMessage};

/// What a packet says.
pub type Content = five_byte::Content<Flags>;

/// One packet.
pub type Packet = five_byte::Packet<Flags>;

/// The device's direction.
pub type PacketDecoder = five_byte::PacketDecoder<Flags>;

/// The line's speed.
pub const BAUD: u32 = 19_200;

flag_words! {
    /// The flags of a packet, under masks of ours (see [`crate::five_byte::PacketFlags`]).
    Flags(u8) {
        /// The saturation is low, or falls (assumed). The one flag that leaves the values their trust.
        LOW_SATURATION = 0x20 => "low_spo2";
        /// The device has searched for a pulse for too long, or the finger is out (assumed).
        SEARCHING_TOO_LONG = 0x10 => "searching_too_long";
        /// The device searches for a pulse.
        SEARCHING = 0x02 => "searching";
        /// Sensor or probe have an error.
        SENSOR_FAULT = 0x01 => "sensor_fault";
    }
}

packet_flags!(Flags);
