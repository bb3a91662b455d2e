//! The decoders of both directions.

use super::frame::{Addresses, HostFrame, MachineFrame};
use super::reader::FrameReader;
use crate::wire::{Decoded, Decoder, WireErrorKind};

/// Decodes what a host sends. Empty and question frames are messages too: whether a frame carries a field is
/// [`HostFrame::report`]'s business.
#[derive(Debug, Clone)]
pub struct HostDecoder {
    reader: FrameReader,
}

/// Decodes what a machine sends, asked or unasked.
#[derive(Debug, Clone)]
pub struct MachineDecoder {
    reader: FrameReader,
}

impl HostDecoder {
    /// A decoder at the beginning of a stream.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            reader: FrameReader::new(),
        }
    }

    /// Whether a frame has begun and not ended: a machine gives up on it after a while.
    #[must_use]
    pub fn is_inside_frame(&self) -> bool {
        self.reader.is_inside()
    }
}

impl MachineDecoder {
    /// A decoder at the beginning of a stream.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            reader: FrameReader::new(),
        }
    }
}

impl Default for HostDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Default for MachineDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder for HostDecoder {
    type Message = HostFrame;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<HostFrame>)) {
        feed(&mut self.reader, bytes, HostFrame::from_contents, sink);
    }

    fn skipped(&self) -> u64 {
        self.reader.skipped()
    }

    fn reset(&mut self) {
        self.reader.reset();
    }
}

impl Decoder for MachineDecoder {
    type Message = MachineFrame;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<MachineFrame>)) {
        feed(&mut self.reader, bytes, MachineFrame::from_contents, sink);
    }

    fn skipped(&self) -> u64 {
        self.reader.skipped()
    }

    fn reset(&mut self) {
        self.reader.reset();
    }
}

fn feed<M>(
    reader: &mut FrameReader,
    bytes: &[u8],
    parse: fn(Option<Addresses>, &[u8]) -> Option<M>,
    sink: &mut dyn FnMut(Decoded<M>),
) {
    for byte in bytes {
        let Some(found) = reader.push(*byte) else {
            continue;
        };
        let content = found.content.and_then(|()| {
            let (addresses, contents) = reader.frame();
            parse(addresses, contents).ok_or_else(|| reader.error(WireErrorKind::Framing))
        });
        sink(Decoded {
            offset: found.offset,
            content,
        });
    }
}
