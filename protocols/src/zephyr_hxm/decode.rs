//! Bytes to packets.

use crate::checksum;
use crate::wire::{Decoded, Decoder, WireError, WireErrorKind};

use super::packet::{END, HEADER, PACKET_BYTES, PAYLOAD_BYTES, Packet};

/// The strap's direction: slides until `02 26 37`, takes 60 bytes, judges the end and then the check.
///
/// An error's `offset` is that of the packet that broke the rule; its `skipped_bytes` is 1, its first byte, as the search goes
/// on at the second. What of the rest begins no packet is counted in [`Decoder::skipped`]. So every byte fed belongs to
/// exactly one of: a packet, an error, [`Decoder::skipped`], or the unfinished end.
#[derive(Debug, Clone)]
pub struct PacketDecoder {
    window: [u8; PACKET_BYTES],
    filled: usize,
    /// Offset of the window's first byte.
    offset: u64,
    skipped: u64,
}

impl PacketDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            window: [0; PACKET_BYTES],
            filled: 0,
            offset: 0,
            skipped: 0,
        }
    }

    /// Passes over what cannot begin a packet, and judges the window once it is full.
    fn work(&mut self, sink: &mut dyn FnMut(Decoded<Packet>)) {
        loop {
            let passed = self.passed_over();
            self.skipped = self.skipped.saturating_add(wide(passed));
            self.consume(passed);
            if self.filled < PACKET_BYTES {
                return;
            }
            let content = read(&self.window);
            let used = if content.is_ok() { PACKET_BYTES } else { 1 };
            sink(Decoded {
                offset: self.offset,
                content: content.map_err(|kind| WireError {
                    kind,
                    skipped_bytes: 1,
                }),
            });
            self.consume(used);
        }
    }

    /// How many bytes stand before the first place at which a packet may begin.
    fn passed_over(&self) -> usize {
        let window = self.window.get(..self.filled).unwrap_or_default();
        (0..window.len())
            .find(|start| {
                window
                    .iter()
                    .skip(*start)
                    .zip(HEADER)
                    .all(|(byte, wanted)| *byte == wanted)
            })
            .unwrap_or(window.len())
    }

    fn consume(&mut self, count: usize) {
        if count == 0 {
            return;
        }
        let count = count.min(self.filled);
        self.window.copy_within(count..self.filled, 0);
        self.filled -= count;
        self.offset = self.offset.saturating_add(wide(count));
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
        for byte in bytes {
            if let Some(slot) = self.window.get_mut(self.filled) {
                *slot = *byte;
                self.filled += 1;
            }
            self.work(sink);
        }
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }

    fn reset(&mut self) {
        self.consume(self.filled);
    }
}

/// A packet, or the first of its rules that it breaks. The header was found by the caller.
fn read(window: &[u8; PACKET_BYTES]) -> Result<Packet, WireErrorKind> {
    let (_, rest) = window.split_at(HEADER.len());
    let Some((payload, [crc, END])) = rest.split_first_chunk::<PAYLOAD_BYTES>() else {
        return Err(WireErrorKind::Framing);
    };
    if checksum::crc8_maxim(payload) == *crc {
        Ok(Packet::from_payload(payload))
    } else {
        Err(WireErrorKind::Checksum)
    }
}

/// A count as the stream's offsets have it.
fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
