//! Bytes to messages, both ways.

use crate::checksum;
use crate::window::Window;
use crate::wire::{Decoded, Decoder, WireError, WireErrorKind};

use super::frame::{Frame, LONGEST_DATA, LONGEST_FRAME, SYNC};
use super::host::HostMessage;
use super::radio::RadioMessage;

/// Finds frames. A wrong check is an error `checksum` at the place of its `A4`; its `skipped_bytes` is 1, as the search goes on
/// at the next byte. Everything else that is no frame is counted as skipped: zeros between frames, bytes before an `A4`, an `A4`
/// with a length of 0 or above 32, and a frame with a right check that the sheet does not name (an `A4` within data passes one
/// in 256 times). So every byte fed belongs to exactly one of: a message, an error, skipped, or the unfinished end.
#[derive(Debug, Clone)]
struct Reader {
    // Twice the longest frame: what is kept is moved once a frame, not once a byte.
    window: Window<{ 2 * LONGEST_FRAME }>,
    /// Whether frames that the sheet does not name are taken too.
    takes_unnamed: bool,
}

/// What the window begins with.
enum Begin {
    Unfinished,
    Noise(usize),
    WrongCheck,
    Whole(Frame),
}

impl Reader {
    const fn new(takes_unnamed: bool) -> Self {
        Self {
            window: Window::new(),
            takes_unnamed,
        }
    }

    fn feed<M>(
        &mut self,
        bytes: &[u8],
        message: fn(&Frame) -> M,
        sink: &mut dyn FnMut(Decoded<M>),
    ) {
        for byte in bytes {
            self.window.push(*byte);
            while self.step(message, sink) {}
        }
    }

    /// Deals with what the window begins with. Whether there may be more.
    fn step<M>(&mut self, message: fn(&Frame) -> M, sink: &mut dyn FnMut(Decoded<M>)) -> bool {
        let offset = self.window.offset();
        match self.begin() {
            Begin::Unfinished => return false,
            Begin::Noise(count) => self.window.skip(count),
            Begin::WrongCheck => {
                let content = Err(WireError {
                    kind: WireErrorKind::Checksum,
                    skipped_bytes: 1,
                });
                sink(Decoded { offset, content });
                self.window.consume(1);
            }
            Begin::Whole(frame) => {
                let content = Ok(message(&frame));
                sink(Decoded { offset, content });
                self.window.consume(frame.wire_length());
            }
        }
        true
    }

    fn begin(&self) -> Begin {
        let unused = self.window.unused();
        let noise = unused.iter().take_while(|byte| **byte != SYNC).count();
        if noise > 0 {
            return Begin::Noise(noise);
        }
        let Some(length) = unused.get(1).copied().map(usize::from) else {
            return Begin::Unfinished;
        };
        if length == 0 || length > LONGEST_DATA {
            return Begin::Noise(1);
        }
        let Some(whole) = unused.get(..length + 4) else {
            return Begin::Unfinished;
        };
        if checksum::exclusive_or(whole) != 0 {
            return Begin::WrongCheck;
        }
        let frame = match whole {
            [_, _, id, data @ .., _] => Frame::new(*id, data),
            _ => None,
        };
        match frame {
            Some(frame) if self.takes_unnamed || frame.is_named() => Begin::Whole(frame),
            _ => Begin::Noise(1),
        }
    }
}

/// Decodes what a host sends.
#[derive(Debug, Clone)]
pub struct HostDecoder {
    reader: Reader,
}

impl HostDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            reader: Reader::new(false),
        }
    }

    /// A radio's ear: frames with a right check that the sheet does not name are messages too, since a radio has to refuse
    /// them.
    #[must_use]
    pub const fn of_a_radio() -> Self {
        Self {
            reader: Reader::new(true),
        }
    }
}

/// Decodes what a radio sends.
#[derive(Debug, Clone)]
pub struct RadioDecoder {
    reader: Reader,
}

impl RadioDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            reader: Reader::new(false),
        }
    }
}

impl Default for HostDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Default for RadioDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder for HostDecoder {
    type Message = HostMessage;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<HostMessage>)) {
        self.reader.feed(bytes, HostMessage::from_frame, sink);
    }

    fn skipped(&self) -> u64 {
        self.reader.window.skipped()
    }

    fn reset(&mut self) {
        self.reader.window.clear();
    }
}

impl Decoder for RadioDecoder {
    type Message = RadioMessage;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<RadioMessage>)) {
        self.reader.feed(bytes, RadioMessage::from_frame, sink);
    }

    fn skipped(&self) -> u64 {
        self.reader.window.skipped()
    }

    fn reset(&mut self) {
        self.reader.window.clear();
    }
}
