//! BCI's five-byte protocol: the oximeters BCI 3301, 3303 and 3180 (Smiths Medical), many OEM boards, and finger oximeters that
//! name it "BCI format".
//!
//! Line: 4800 baud, 8 data bits, 1 stop bit, no handshake. **Parity differs**: none by one public page, even by another
//! (CMS50C), two stop bits by some, which a receiver of 8N1 reads as well: it has to be configured.
//!
//! No document of BCI's was seen: the layout is what public pages and readers agree on. Recalled: that bit 5 of byte 1 means an
//! unplugged probe (boards from China mean a falling saturation by it: neither may be used to drop load, both make the value
//! untrusted), 127 for "no saturation", averages of 8 beats. Assumed: that 0 and a saturation above 100 are "none".
//!
//! Promises: a packet is reported only whole; after any garbage the next whole packet is read.
//!
//! No checksum: a flipped bit cannot be seen. Agree over 10 packets before a value is used. Nothing is ever sent to the device.

use crate::five_byte::{self, packet_flags};
use crate::quality_words::flag_words;

pub use crate::five_byte::{PACKET_BYTES, PACKETS_PER_SECOND};

/// What a packet says.
pub type Content = five_byte::Content<Flags>;

/// One packet.
pub type Packet = five_byte::Packet<Flags>;

/// The device's direction.
pub type PacketDecoder = five_byte::PacketDecoder<Flags>;

/// The line's speed.
pub const BAUD: u32 = 4_800;

flag_words! {
    /// The flags of bytes 1 and 3, under masks of ours (see [`crate::five_byte::PacketFlags`]).
    Flags(u8) {
        /// The probe is unplugged (recalled; a falling saturation on boards of other makers).
        SENSOR_DISCONNECTED = 0x20 => "sensor_disconnected";
        /// The device has searched for a pulse for too long.
        SEARCHING_TOO_LONG = 0x10 => "searching_too_long";
        /// The device searches for a pulse.
        SEARCHING = 0x02 => "searching";
        /// There is no finger, or the sensor has an error.
        NO_FINGER = 0x01 => "no_finger";
    }
}

packet_flags!(Flags);
