//! What the device prints, to lines.

use crate::printed::LineReader;
use crate::wire::{Decoded, Decoder};

use super::line::{LONGEST_LINE, Line};

/// The device's direction. Lines end at CR or LF. One without `SPO2=` yields nothing; one with it that is not of the form is
/// one error `framing`, as is a line of more than [`LONGEST_LINE`] bytes, whatever it holds.
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
    type Message = Line;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<Line>)) {
        self.0.feed(bytes, Line::read, sink);
    }

    fn skipped(&self) -> u64 {
        self.0.skipped()
    }

    fn reset(&mut self) {
        self.0.reset();
    }
}
