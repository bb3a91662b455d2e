//! The five bytes, out of a stream and into it.

use core::marker::PhantomData;

use crate::marked::Reader;
use crate::quality_words::QualityWords;
use crate::vocabulary::{Absence, BeatsPerMinute, OxygenSaturation};
use crate::wire::{Decoded, Decoder, NoRoom, Report};

use super::content::{Content, PacketFlags};

/// Bytes of a packet.
pub const PACKET_BYTES: usize = 5;

/// Masks of byte 1, beside the mark of a first byte and the strength of the signal.
const FIRST: u8 = 0x80;
const BEAT: u8 = 0x40;
/// The two flags of bytes 1 and 3.
const FLAGS: u8 = 0x30;
/// Mask of byte 3: the pulse rate's uppermost bit.
const RATE_UPPER: u8 = 0x40;
const FOUR_BITS: u8 = 0x0F;
const SEVEN_BITS: u8 = 0x7F;

/// One packet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Packet<F> {
    content: Content<F>,
    sample: [u16; 1],
    quality: QualityWords,
}

impl<F: PacketFlags> Packet<F> {
    /// A packet of this content.
    #[must_use]
    pub fn new(content: Content<F>) -> Self {
        let content = Content {
            signal_strength: content.signal_strength & FOUR_BITS,
            waveform: content.waveform & SEVEN_BITS,
            bar_graph: content.bar_graph & FOUR_BITS,
            saturation_raw: content.saturation_raw & SEVEN_BITS,
            ..content
        };
        Self {
            content,
            sample: [content.waveform.into()],
            quality: content.flags.quality(),
        }
    }

    /// What the packet says.
    #[must_use]
    pub const fn content(&self) -> &Content<F> {
        &self.content
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

    /// The packet as the device sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` holds less than [`PACKET_BYTES`].
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let whole: &mut [u8; PACKET_BYTES] = buffer.first_chunk_mut().ok_or(NoRoom)?;
        let of = &self.content;
        let mask = of.flags.mask();
        let beat = if of.beat { BEAT } else { 0 };
        *whole = [
            FIRST | beat | mask & FLAGS | of.signal_strength,
            of.waveform,
            of.rate_raw >> 1 & RATE_UPPER | mask << 4 & FLAGS | of.bar_graph,
            of.rate_raw & SEVEN_BITS,
            of.saturation_raw,
        ];
        Ok(whole)
    }

    fn from_bytes(bytes: [u8; PACKET_BYTES]) -> Self {
        let [first, waveform, third, rate_lower, saturation_raw] = bytes;
        Self::new(Content {
            beat: first & BEAT != 0,
            flags: F::from_mask(first & FLAGS | (third & FLAGS) >> 4),
            signal_strength: first,
            waveform,
            bar_graph: third,
            rate_raw: (third & RATE_UPPER) << 1 | rate_lower,
            saturation_raw,
        })
    }
}

/// The device's direction: a byte with bit 7 set begins a packet. One that comes too early is one error `framing` for the
/// packet that it cuts off; bytes outside a packet are skipped in silence.
#[derive(Debug, Clone)]
pub struct PacketDecoder<F> {
    reader: Reader<PACKET_BYTES>,
    flags: PhantomData<F>,
}

impl<F: PacketFlags> PacketDecoder<F> {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            reader: Reader::new(),
            flags: PhantomData,
        }
    }
}

impl<F: PacketFlags> Default for PacketDecoder<F> {
    fn default() -> Self {
        Self::new()
    }
}

impl<F: PacketFlags> Decoder for PacketDecoder<F> {
    type Message = Packet<F>;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<Packet<F>>)) {
        self.reader.feed(bytes, Packet::from_bytes, sink);
    }

    fn skipped(&self) -> u64 {
        self.reader.skipped()
    }

    fn reset(&mut self) {
        self.reader.reset();
    }
}
