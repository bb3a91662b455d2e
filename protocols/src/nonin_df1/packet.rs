//! The three bytes of a packet, out of a stream and into it.

use crate::marked::Reader;
use crate::nonin::{DisplayValues, Flags, Head, field};
use crate::quality_words::QualityWords;
use crate::vocabulary::{Absence, BeatsPerMinute, OxygenSaturation};
use crate::wire::{Decoded, Decoder, NoRoom, Report};

/// Bytes of a packet.
pub const PACKET_BYTES: usize = 3;

/// What the device shows at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Packet {
    head: Head,
    quality: QualityWords,
}

impl Packet {
    /// A packet of values and flags.
    #[must_use]
    pub fn new(values: DisplayValues, flags: Flags) -> Self {
        Self::of(Head::new(values, flags))
    }

    /// The pulse rate, 4-beat average, for display.
    ///
    /// # Errors
    /// [`Absence::Searching`] for the device's own "none" (511), [`Absence::OutOfRange`] outside 18 to 321 a minute.
    pub fn pulse_rate(&self) -> Result<BeatsPerMinute, Absence> {
        self.head.pulse_rate()
    }

    /// The saturation, 4-beat average, for display. 0 % is a value of this format.
    ///
    /// # Errors
    /// [`Absence::Searching`] for the device's own "none" (127), [`Absence::OutOfRange`] above 100 %.
    pub fn saturation(&self) -> Result<OxygenSaturation, Absence> {
        self.head.saturation()
    }

    /// The flags.
    #[must_use]
    pub const fn flags(&self) -> Flags {
        self.head.flags()
    }

    /// What the packet tells in every protocol's terms. The flags erase no value: whoever uses one decides.
    #[must_use]
    pub fn report(&self) -> Report<'_> {
        Report {
            heart_rate: field(self.pulse_rate()),
            saturation: field(self.saturation()),
            quality: Some(self.quality.as_slice()),
            ..Report::named("packet")
        }
    }

    /// The packet as the device sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` holds less than [`PACKET_BYTES`].
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let whole: &mut [u8; PACKET_BYTES] = buffer.first_chunk_mut().ok_or(NoRoom)?;
        *whole = self.head.bytes();
        Ok(whole)
    }

    fn of(head: Head) -> Self {
        Self {
            head,
            quality: head.flags().words(),
        }
    }
}

/// The device's direction: a byte with bit 7 set begins a packet. One that comes too early is one error `framing` for the
/// packet that it cuts off; bytes outside a packet, replies of one byte among them, are skipped in silence.
#[derive(Debug, Clone)]
pub struct PacketDecoder(Reader<PACKET_BYTES>);

impl PacketDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(Reader::new())
    }
}

impl Default for PacketDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder for PacketDecoder {
    type Message = Packet;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<Packet>)) {
        let message = |packet| Packet::of(Head::from_bytes(packet));
        self.0.feed(bytes, message, sink);
    }

    fn skipped(&self) -> u64 {
        self.0.skipped()
    }

    fn reset(&mut self) {
        self.0.reset();
    }
}
