//! Packets of a fixed length whose first byte alone has bit 7 set: Nonin's formats 1 and 8, BCI's five bytes.
//!
//! Promises: lost bytes are found at once, and the next packet is read whole, whatever came before it.

use crate::wire::{Decoded, WireError, WireErrorKind};

/// Cuts a stream into packets of `BYTES`. Bytes outside a packet are counted; a packet that the next one cuts off is one
/// error `framing` at its own first byte, whose `skipped_bytes` are those of it that came.
#[derive(Debug, Clone)]
pub(crate) struct Reader<const BYTES: usize> {
    packet: [u8; BYTES],
    /// Bytes of the packet that are in; 0 outside a packet.
    filled: usize,
    taken: u64,
    skipped: u64,
}

/// What marks the first byte of a packet.
const FIRST: u8 = 0x80;

impl<const BYTES: usize> Reader<BYTES> {
    /// A reader that has seen nothing.
    pub(crate) const fn new() -> Self {
        Self {
            packet: [0; BYTES],
            filled: 0,
            taken: 0,
            skipped: 0,
        }
    }

    /// Takes bytes and hands every packet and error that they complete to `sink`.
    pub(crate) fn feed<M>(
        &mut self,
        bytes: &[u8],
        message: impl Fn([u8; BYTES]) -> M,
        sink: &mut dyn FnMut(Decoded<M>),
    ) {
        for byte in bytes {
            self.take(*byte, &message, sink);
        }
    }

    /// How many bytes stood outside a packet.
    pub(crate) const fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Forgets an unfinished packet. Offsets and counts go on.
    pub(crate) const fn reset(&mut self) {
        self.filled = 0;
    }

    fn take<M>(
        &mut self,
        byte: u8,
        message: &impl Fn([u8; BYTES]) -> M,
        sink: &mut dyn FnMut(Decoded<M>),
    ) {
        let is_first = byte & FIRST != 0;
        if is_first && self.filled > 0 {
            sink(Decoded {
                offset: self.begin(),
                content: Err(WireError {
                    kind: WireErrorKind::Framing,
                    skipped_bytes: u32::try_from(self.filled).unwrap_or(u32::MAX),
                }),
            });
            self.filled = 0;
        }
        if !is_first && self.filled == 0 {
            self.skipped = self.skipped.saturating_add(1);
        } else if let Some(slot) = self.packet.get_mut(self.filled) {
            *slot = byte;
            self.filled += 1;
        }
        self.taken = self.taken.saturating_add(1);
        if self.filled == BYTES {
            sink(Decoded {
                offset: self.begin(),
                content: Ok(message(self.packet)),
            });
            self.filled = 0;
        }
    }

    /// Where the packet's first byte lies.
    fn begin(&self) -> u64 {
        self.taken
            .saturating_sub(u64::try_from(self.filled).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::vec::Vec;

    use super::*;

    #[test]
    fn a_packet_that_comes_too_early_ends_the_one_before_it() {
        let mut reader = Reader::<3>::new();
        let mut found = Vec::new();
        let bytes = [0x01, 0x02, 0x81, 3, 0x84, 5, 6, 7, 0x88, 0x89, 10, 11, 0x8C];
        reader.feed(&bytes, |packet| packet, &mut |item| found.push(item));
        let error = |skipped_bytes| {
            Err(WireError {
                kind: WireErrorKind::Framing,
                skipped_bytes,
            })
        };
        let item = |offset, content| Decoded { offset, content };
        assert_eq!(
            found,
            [
                item(2, error(2)),
                item(4, Ok([0x84, 5, 6])),
                item(8, error(1)),
                item(9, Ok([0x89, 10, 11])),
            ]
        );
        assert_eq!(reader.skipped(), 3);
    }

    #[test]
    fn a_reset_forgets_the_packet_and_nothing_else() {
        let mut reader = Reader::<3>::new();
        let mut found = Vec::new();
        reader.feed(&[1, 0x82, 3], |packet| packet, &mut |item| found.push(item));
        reader.reset();
        reader.feed(&[4, 0x85, 6, 7], |packet| packet, &mut |item| {
            found.push(item);
        });
        let [only] = found.as_slice() else {
            panic!("one packet: {found:?}");
        };
        assert_eq!((only.offset, only.content), (4, Ok([0x85, 6, 7])));
        assert_eq!(reader.skipped(), 2);
    }
}
