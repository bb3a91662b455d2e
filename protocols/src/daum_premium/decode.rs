//! The decoder of either direction: both ends' frames have one form.

use crate::wire::{Decoded, Decoder, WireError, WireErrorKind};

use super::frame::{Found, FrameReader};
use super::message::Message;

/// Decodes what either end sends.
///
/// A frame whose sum does not hold is `checksum`. `framing` is a frame that is too short, that the next one cuts off, or that has
/// more than 600 bytes \[assumed\], and a frame whose sum holds and whose payload has not the shape that its command demands. Each
/// with all its bytes, at its start. Other bytes between frames are noise.
#[derive(Debug, Clone)]
pub struct FrameDecoder {
    reader: FrameReader,
}

impl FrameDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            reader: FrameReader::new(),
        }
    }
}

impl Default for FrameDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder for FrameDecoder {
    type Message = Message;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<Message>)) {
        for byte in bytes {
            self.reader.take(*byte, &mut |offset, length, found| {
                let content = match found {
                    Found::Accepted => Ok(Message::Accepted),
                    Found::Refused => Ok(Message::Refused),
                    Found::Frame { command, payload } => {
                        Message::of_frame(command, payload).ok_or(WireErrorKind::Framing)
                    }
                    Found::WrongSum => Err(WireErrorKind::Checksum),
                    Found::Broken => Err(WireErrorKind::Framing),
                };
                sink(Decoded {
                    offset,
                    content: content.map_err(|kind| WireError {
                        kind,
                        skipped_bytes: length,
                    }),
                });
            });
        }
    }

    fn skipped(&self) -> u64 {
        self.reader.skipped()
    }

    fn reset(&mut self) {
        self.reader.reset();
    }
}
