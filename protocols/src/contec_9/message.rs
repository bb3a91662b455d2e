//! What the device says, and how it is written.

use crate::five_byte::PacketFlags;
use crate::quality_words::QualityWords;
use crate::vocabulary::{Absence, BeatsPerMinute, OxygenSaturation};
use crate::wire::{NoRoom, Report};

use super::packing::{packed, unpacked};
use super::{Content, Flags};

/// Bytes of a real-time packet, the longest message that is written.
pub const PACKET_BYTES: usize = 9;
/// Data bytes of a real-time packet.
pub(super) const DATA_BYTES: usize = 7;

/// Types of packets, their first bytes.
pub(super) mod kind {
    pub(in super::super) const REALTIME: u8 = 0x01;
    pub(in super::super) const ANSWER: u8 = 0x0C;
    pub(in super::super) const DISCONNECTION: u8 = 0x0D;
}

/// Masks of the first three data bytes.
mod mask {
    pub(super) const SENSOR_FAULT: u8 = 0x80;
    pub(super) const BEAT: u8 = 0x40;
    /// Low saturation and a search too long, where the flags have them too.
    pub(super) const FLAGS: u8 = 0x30;
    pub(super) const SEARCHING: u8 = 0x80;
    pub(super) const WAVEFORM: u8 = 0x7F;
    pub(super) const INDEX_VALID: u8 = 0x10;
    pub(super) const FOUR_BITS: u8 = 0x0F;
}

/// What the device says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DeviceMessage {
    /// Type 01: values of this moment.
    Packet(Packet),
    /// Type 0D: the device ends the stream.
    Disconnected(Disconnection),
    /// Type 0C: the answer of a virtual device to a question (assumed: every reader skips it).
    Answer {
        /// The command that asked.
        command: u8,
    },
}

/// Why the device ends the stream: 0 and 1 are normal ends, others an error (read in `CMS50Dplus7`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disconnection {
    /// The reason as sent.
    pub reason: u8,
}

impl Disconnection {
    /// No command came for 5 s (assumed to be 0).
    pub const NOT_KEPT_ALIVE: Self = Self { reason: 0 };
    /// The finger was out for long (assumed to be 1).
    pub const FINGER_OUT: Self = Self { reason: 1 };

    /// Whether it is a normal end.
    #[must_use]
    pub const fn is_normal(self) -> bool {
        self.reason <= 1
    }
}

/// The perfusion index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerfusionIndex {
    /// As sent; FFFF is "none".
    pub raw: u16,
    /// Whether the device says that it counts.
    pub is_valid: bool,
}

impl PerfusionIndex {
    /// What a device sends that does not measure it.
    pub const UNSUPPORTED: Self = Self {
        raw: u16::MAX,
        is_valid: false,
    };

    /// In tenths of a per cent (the unit is assumed); `None` where the device has none to give.
    #[must_use]
    pub const fn tenths_of_a_per_cent(self) -> Option<u16> {
        if self.is_valid && self.raw != u16::MAX {
            Some(self.raw)
        } else {
            None
        }
    }
}

/// A real-time packet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Packet {
    content: Content,
    perfusion_index: PerfusionIndex,
    sample: [u16; 1],
    quality: QualityWords,
}

impl Packet {
    /// A packet of this content.
    #[must_use]
    pub fn new(content: Content, perfusion_index: PerfusionIndex) -> Self {
        let content = Content {
            signal_strength: content.signal_strength & mask::FOUR_BITS,
            waveform: content.waveform & mask::WAVEFORM,
            bar_graph: content.bar_graph & mask::FOUR_BITS,
            ..content
        };
        Self {
            content,
            perfusion_index,
            sample: [content.waveform.into()],
            quality: content.flags.quality(),
        }
    }

    /// What the packet says.
    #[must_use]
    pub const fn content(&self) -> &Content {
        &self.content
    }

    /// The perfusion index.
    #[must_use]
    pub const fn perfusion_index(&self) -> PerfusionIndex {
        self.perfusion_index
    }

    /// The pulse rate.
    ///
    /// # Errors
    /// As [`Content::pulse_rate`].
    pub fn pulse_rate(&self) -> Result<BeatsPerMinute, Absence> {
        self.content.pulse_rate()
    }

    /// The saturation.
    ///
    /// # Errors
    /// As [`Content::saturation`].
    pub fn saturation(&self) -> Result<OxygenSaturation, Absence> {
        self.content.saturation()
    }

    /// What the packet tells in every protocol's terms. The flags erase no value: whoever uses one decides.
    #[must_use]
    pub fn report(&self) -> Report<'_> {
        self.content.report(&self.sample, &self.quality)
    }

    /// What a packet's high byte and data bytes say.
    pub(super) fn from_wire(high: u8, raw: [u8; DATA_BYTES]) -> Self {
        let [
            first,
            second,
            third,
            rate_raw,
            saturation_raw,
            index_lower,
            index_upper,
        ] = unpacked(high, raw);
        let mut flags = Flags::from_bits(first & mask::FLAGS);
        if first & mask::SENSOR_FAULT != 0 {
            flags = flags.with(Flags::SENSOR_FAULT);
        }
        if second & mask::SEARCHING != 0 {
            flags = flags.with(Flags::SEARCHING);
        }
        let content = Content {
            beat: first & mask::BEAT != 0,
            flags,
            signal_strength: first,
            waveform: second,
            bar_graph: third,
            rate_raw,
            saturation_raw,
        };
        let perfusion_index = PerfusionIndex {
            raw: u16::from_le_bytes([index_lower, index_upper]),
            is_valid: third & mask::INDEX_VALID != 0,
        };
        Self::new(content, perfusion_index)
    }

    fn data(&self) -> [u8; DATA_BYTES] {
        let of = &self.content;
        let when = |stands, bit| if stands { bit } else { 0 };
        let [index_lower, index_upper] = self.perfusion_index.raw.to_le_bytes();
        [
            when(of.flags.has(Flags::SENSOR_FAULT), mask::SENSOR_FAULT)
                | when(of.beat, mask::BEAT)
                | of.flags.bits() & mask::FLAGS
                | of.signal_strength,
            when(of.flags.has(Flags::SEARCHING), mask::SEARCHING) | of.waveform,
            when(self.perfusion_index.is_valid, mask::INDEX_VALID) | of.bar_graph,
            of.rate_raw,
            of.saturation_raw,
            index_lower,
            index_upper,
        ]
    }
}

impl DeviceMessage {
    /// What the message tells in every protocol's terms; `None` for one without a reading, of which the sheet reports nothing.
    #[must_use]
    pub fn report(&self) -> Option<Report<'_>> {
        match self {
            Self::Packet(packet) => Some(packet.report()),
            Self::Disconnected(_) | Self::Answer { .. } => None,
        }
    }

    /// The message as the device sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`PACKET_BYTES`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        match self {
            Self::Packet(packet) => write(buffer, kind::REALTIME, packet.data()),
            Self::Disconnected(Disconnection { reason }) => {
                write(buffer, kind::DISCONNECTION, [*reason])
            }
            Self::Answer { command } => write(buffer, kind::ANSWER, [*command, 0]),
        }
    }
}

/// Writes a packet of a type with its data.
pub(super) fn write<const LENGTH: usize>(
    buffer: &mut [u8],
    kind: u8,
    data: [u8; LENGTH],
) -> Result<&[u8], NoRoom> {
    let whole = buffer.get_mut(..LENGTH + 2).ok_or(NoRoom)?;
    let (high, raw) = packed(data);
    let bytes = [kind, high].into_iter().chain(raw);
    for (slot, byte) in whole.iter_mut().zip(bytes) {
        *slot = byte;
    }
    Ok(whole)
}
