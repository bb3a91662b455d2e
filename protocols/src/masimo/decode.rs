//! What the device prints, to messages.

use crate::printed::LineReader;
use crate::wire::{Decoded, Decoder};

use super::line::{DeviceMessage, LONGEST_LINE};

/// The device's direction. Lines end at CR or LF. One that begins with a date, a time and a blank is a message if it has
/// `SPO2`, `BPM` and `EXC` in their forms, and one error `framing` if not, as is a line of more than [`LONGEST_LINE`] bytes,
/// whatever it holds; others yield nothing.
///
/// [`Decoder::skipped`] counts the bytes of lines that yield nothing and are no text.
#[derive(Debug, Clone)]
pub struct LineDecoder(LineReader<LONGEST_LINE>);

impl LineDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(LineReader::new())
    }
}

impl Default for LineDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder for LineDecoder {
    type Message = DeviceMessage;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<DeviceMessage>)) {
        self.0.feed(bytes, DeviceMessage::read, sink);
    }

    fn skipped(&self) -> u64 {
        self.0.skipped()
    }

    fn reset(&mut self) {
        self.0.reset();
    }
}
