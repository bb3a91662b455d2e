//! What the device sends, to messages.

use crate::wire::{Decoded, Decoder, WireError, WireErrorKind};

use super::message::{DeviceMessage, Disconnection, PACKET_BYTES, Packet, kind};
use super::packing::unpacked;

/// What only a packet's first byte has clear.
const MARK: u8 = 0x80;

/// The device's direction: a byte with bit 7 **clear** begins a packet. One that comes while a real-time packet has fewer than
/// nine bytes is one error `framing` for that packet, at its first byte; its `skipped_bytes` are those of it that came. Packets
/// of types that are not known run to the next first byte and are skipped in silence, as is everything behind the end of a
/// known one.
#[derive(Debug, Clone)]
pub struct DeviceDecoder {
    packet: [u8; PACKET_BYTES],
    /// Bytes of the packet that are in; 0 outside a packet.
    filled: usize,
    taken: u64,
    skipped: u64,
}

impl DeviceDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            packet: [0; PACKET_BYTES],
            filled: 0,
            taken: 0,
            skipped: 0,
        }
    }

    fn take(&mut self, byte: u8, sink: &mut dyn FnMut(Decoded<DeviceMessage>)) {
        if byte & MARK == 0 {
            self.cut_off(sink);
            self.push(byte);
        } else if self.filled > 0 {
            self.push(byte);
        } else {
            self.skip(1);
        }
        self.taken = self.taken.saturating_add(1);
        let packet = self.packet.get(..self.filled).unwrap_or_default();
        match whole(packet) {
            Whole::Message(message) => {
                sink(Decoded {
                    offset: self.begin(),
                    content: Ok(message),
                });
                self.filled = 0;
            }
            Whole::Unknown => {
                self.skip(self.filled);
                self.filled = 0;
            }
            Whole::Unfinished => {}
        }
    }

    /// A packet begins: what becomes of the one before it, if it is unfinished.
    fn cut_off(&mut self, sink: &mut dyn FnMut(Decoded<DeviceMessage>)) {
        if self.filled > 0 && self.packet.first() == Some(&kind::REALTIME) {
            sink(Decoded {
                offset: self.begin(),
                content: Err(WireError {
                    kind: WireErrorKind::Framing,
                    skipped_bytes: u32::try_from(self.filled).unwrap_or(u32::MAX),
                }),
            });
        } else {
            self.skip(self.filled);
        }
        self.filled = 0;
    }

    /// Where the packet's first byte lies.
    fn begin(&self) -> u64 {
        self.taken.saturating_sub(wide(self.filled))
    }

    fn push(&mut self, byte: u8) {
        if let Some(slot) = self.packet.get_mut(self.filled) {
            *slot = byte;
            self.filled += 1;
        }
    }

    fn skip(&mut self, count: usize) {
        self.skipped = self.skipped.saturating_add(wide(count));
    }
}

impl Default for DeviceDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder for DeviceDecoder {
    type Message = DeviceMessage;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<DeviceMessage>)) {
        for byte in bytes {
            self.take(*byte, sink);
        }
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }

    fn reset(&mut self) {
        self.filled = 0;
    }
}

/// What a packet's bytes so far are.
enum Whole {
    Unfinished,
    Message(DeviceMessage),
    /// A packet of a type that is skipped.
    Unknown,
}

fn whole(packet: &[u8]) -> Whole {
    match packet {
        [kind::REALTIME, high, raw @ ..] => match raw.try_into() {
            Ok(raw) => Whole::Message(DeviceMessage::Packet(Packet::from_wire(*high, raw))),
            Err(_) => Whole::Unfinished,
        },
        [kind::DISCONNECTION, high, reason] => {
            let [reason] = unpacked(*high, [*reason]);
            Whole::Message(DeviceMessage::Disconnected(Disconnection { reason }))
        }
        [kind::ANSWER, high, command, _] => {
            let [command] = unpacked(*high, [*command]);
            Whole::Message(DeviceMessage::Answer { command })
        }
        [] | [kind::REALTIME | kind::DISCONNECTION | kind::ANSWER, ..] => Whole::Unfinished,
        _ => Whole::Unknown,
    }
}

fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
