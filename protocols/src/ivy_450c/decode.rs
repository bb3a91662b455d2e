//! Bytes to frames.

use crate::window::Window;
use crate::wire::{Decoded, Decoder, WireError, WireErrorKind};

use super::frame::{END, Frame, HEAD, LONGEST_FRAME, LONGEST_TEXT, WAVE_BYTES, Waves};

/// Where the text begins.
const TEXT: usize = HEAD.len() + WAVE_BYTES;

/// Slides to the head, counts 400 waveform bytes off, and takes text up to the end.
///
/// A byte of 80 or more in the text, or a text of more than 600 bytes, is an error `framing` at the place of the head; its
/// `skipped_bytes` is 1, as the search goes on at the next byte. What of the rest begins no frame is counted as skipped. So
/// every byte fed belongs to exactly one of: a frame, an error, [`Decoder::skipped`], or the unfinished end.
#[derive(Debug, Clone)]
pub struct FrameDecoder {
    // Twice the longest frame: what is kept is moved once a frame, not once a byte.
    window: Window<{ 2 * LONGEST_FRAME }>,
    /// How many bytes of the window are known to be of a frame.
    judged: usize,
}

/// What the window begins with.
enum Begin {
    Unfinished,
    Noise(usize),
    Broken,
    Whole(usize),
}

impl FrameDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            window: Window::new(),
            judged: 0,
        }
    }

    fn work(&mut self, sink: &mut dyn FnMut(Decoded<Frame>)) {
        loop {
            let offset = self.window.offset();
            let (content, used) = match self.begin() {
                Begin::Unfinished => {
                    self.judged = self.window.unused().len();
                    return;
                }
                Begin::Noise(count) => {
                    self.window.skip(count);
                    self.judged = 0;
                    continue;
                }
                Begin::Broken => (Err(WireErrorKind::Framing), 1),
                Begin::Whole(length) => (self.frame(length), length),
            };
            sink(Decoded {
                offset,
                content: content.map_err(|kind| WireError {
                    kind,
                    skipped_bytes: u32::try_from(used).unwrap_or(u32::MAX),
                }),
            });
            self.window.consume(used);
            self.judged = 0;
        }
    }

    fn begin(&self) -> Begin {
        let unused = self.window.unused();
        if self.judged < HEAD.len() {
            let noise = (0..unused.len()).find(|start| {
                let here = unused.get(*start..).unwrap_or_default();
                here.iter().zip(HEAD).all(|(byte, head)| *byte == head)
            });
            match noise.unwrap_or(unused.len()) {
                0 => {}
                count => return Begin::Noise(count),
            }
        }
        let from = self.judged.max(TEXT);
        for (place, byte) in unused.iter().enumerate().skip(from) {
            if *byte == END {
                return Begin::Whole(place + 1);
            }
            if !byte.is_ascii() || place == TEXT + LONGEST_TEXT {
                return Begin::Broken;
            }
        }
        Begin::Unfinished
    }

    /// The frame of so many bytes that the window begins with.
    fn frame(&self, length: usize) -> Result<Frame, WireErrorKind> {
        let whole = self.window.unused().get(HEAD.len()..length - 1);
        let (waves, text) = whole
            .and_then(|rest| rest.split_first_chunk::<WAVE_BYTES>())
            .ok_or(WireErrorKind::Framing)?;
        Frame::new(Waves::new(*waves), text).ok_or(WireErrorKind::Framing)
    }
}

impl Default for FrameDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder for FrameDecoder {
    type Message = Frame;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<Frame>)) {
        for byte in bytes {
            self.window.push(*byte);
            self.work(sink);
        }
    }

    fn skipped(&self) -> u64 {
        self.window.skipped()
    }

    fn reset(&mut self) {
        self.window.clear();
        self.judged = 0;
    }
}
