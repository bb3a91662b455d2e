//! What the host sends, to commands: the device's ear.

use crate::wire::{Decoded, Decoder, WireError, WireErrorKind};

use super::command::{END, HostCommand, START};

/// The host's direction. The sheet leaves its resynchronisation open; it is (assumed) like the device's: slide until `02`, an
/// opcode and a length of 16 or less; what is passed over is skipped in silence. A frame that does not end in `03` is
/// `framing`, and the search goes on one byte later. A whole frame that a device refuses (a wrong check: `checksum`; an unknown
/// format: `out_of_range`; an unknown opcode or data: `illegal_command`) is used up whole.
#[derive(Debug, Clone, Default)]
pub struct HostDecoder {
    reader: CommandReader,
    skipped: u64,
}

/// Command frames out of a stream, and what lies between them.
#[derive(Debug, Clone, Default)]
pub(crate) struct CommandReader {
    window: [u8; WINDOW],
    filled: usize,
    /// Offset of the window's first byte.
    offset: u64,
}

/// What a [`CommandReader`] found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heard {
    /// Where its first byte lies.
    pub(crate) offset: u64,
    /// What it is.
    pub(crate) what: HeardWhat,
}

/// See [`Heard`].
#[derive(Debug, Clone, Copy)]
pub(crate) enum HeardWhat {
    /// A byte that begins no command.
    Between(u8),
    /// A command, or a frame that is none.
    Command(Result<HostCommand, WireError>),
}

/// Data of the longest command that is looked for (assumed).
const LONGEST_DATA: usize = 16;
const WINDOW: usize = LONGEST_DATA + 4;

/// What the window's begin is.
enum Begin {
    Unfinished,
    Noise(u8),
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
            reader: CommandReader::new(),
            skipped: 0,
        }
    }
}

impl Decoder for HostDecoder {
    type Message = HostCommand;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<HostCommand>)) {
        let Self { reader, skipped } = self;
        for byte in bytes {
            reader.take(*byte, &mut |Heard { offset, what }| match what {
                HeardWhat::Between(_) => *skipped = skipped.saturating_add(1),
                HeardWhat::Command(content) => sink(Decoded { offset, content }),
            });
        }
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }

    fn reset(&mut self) {
        self.reader.reset();
    }
}

impl CommandReader {
    /// A reader that has seen nothing.
    pub(crate) const fn new() -> Self {
        Self {
            window: [0; WINDOW],
            filled: 0,
            offset: 0,
        }
    }

    /// Takes one byte and hands what it settles to `sink`.
    pub(crate) fn take(&mut self, byte: u8, sink: &mut dyn FnMut(Heard)) {
        if let Some(slot) = self.window.get_mut(self.filled) {
            *slot = byte;
            self.filled += 1;
        }
        loop {
            let (used, what) = match self.begin() {
                Begin::Unfinished => return,
                Begin::Noise(byte) => (1, HeardWhat::Between(byte)),
                Begin::Unended => (1, command(1, Err(WireErrorKind::Framing))),
                Begin::Command { length, content } => (length, command(length, content)),
            };
            sink(Heard {
                offset: self.offset,
                what,
            });
            self.consume(used);
        }
    }

    /// Forgets an unfinished command. Offsets go on.
    pub(crate) fn reset(&mut self) {
        self.consume(self.filled);
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
            [first, ..] => Begin::Noise(*first),
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

fn command(length: usize, content: Result<HostCommand, WireErrorKind>) -> HeardWhat {
    HeardWhat::Command(content.map_err(|kind| WireError {
        kind,
        skipped_bytes: u32::try_from(length).unwrap_or(u32::MAX),
    }))
}
