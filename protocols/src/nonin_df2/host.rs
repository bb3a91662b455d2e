//! What the host sends, to commands: the device's ear.

use crate::wire::{Decoded, Decoder, WireError, WireErrorKind};

use super::command::{END, HostCommand, START};

/// The host's direction. The sheet leaves its resynchronisation open; it is (assumed) like the device's: slide until `02`, an
/// opcode and a length of 16 or less; what is passed over is skipped in silence. A frame that does not end in `03` is
/// `framing`, and the search goes on one byte later. A whole frame that a device refuses (a wrong check: `checksum`; an unknown
/// format: `out_of_range`; an unknown opcode or data: `illegal_command`) is used up whole.
#[derive(Debug, Clone, Default)]
pub struct HostDecoder {
    window: [u8; WINDOW],
    filled: usize,
    /// Offset of the window's first byte.
    offset: u64,
    skipped: u64,
}

/// Data of the longest command that is looked for (assumed).
const LONGEST_DATA: usize = 16;
const WINDOW: usize = LONGEST_DATA + 4;

/// What the window's begin is.
enum Begin {
    Unfinished,
    Noise,
    Unended,
    Command {
        length: usize,
        content: Result<HostCommand, WireErrorKind>,
    },
}

impl HostDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            window: [0; WINDOW],
            filled: 0,
            offset: 0,
            skipped: 0,
        }
    }

    fn begin(&self) -> Begin {
        match self.window.get(..self.filled).unwrap_or_default() {
            [] | [START] | [START, _] => Begin::Unfinished,
            [START, code, length, rest @ ..] if usize::from(*length) <= LONGEST_DATA => {
                let length = usize::from(*length);
                match (rest.get(..length), rest.get(length)) {
                    (Some(data), Some(&END)) => Begin::Command {
                        length: length + 4,
                        content: HostCommand::parse(*code, data),
                    },
                    (_, Some(_)) => Begin::Unended,
                    (_, None) => Begin::Unfinished,
                }
            }
            _ => Begin::Noise,
        }
    }

    fn work(&mut self, sink: &mut dyn FnMut(Decoded<HostCommand>)) {
        loop {
            let (used, content) = match self.begin() {
                Begin::Unfinished => return,
                Begin::Noise => {
                    self.skipped = self.skipped.saturating_add(1);
                    self.consume(1);
                    continue;
                }
                Begin::Unended => (1, Err(WireErrorKind::Framing)),
                Begin::Command { length, content } => (length, content),
            };
            sink(Decoded {
                offset: self.offset,
                content: content.map_err(|kind| WireError {
                    kind,
                    skipped_bytes: u32::try_from(used).unwrap_or(u32::MAX),
                }),
            });
            self.consume(used);
        }
    }

    fn consume(&mut self, count: usize) {
        let count = count.min(self.filled);
        self.window.copy_within(count..self.filled, 0);
        self.filled -= count;
        self.offset = self
            .offset
            .saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
    }
}

impl Decoder for HostDecoder {
    type Message = HostCommand;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<HostCommand>)) {
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
