//! Decoders of both directions.

use crate::ascii::{LineEnd, LineReader, Meaning};
use crate::wire::{Decoded, Decoder};

use super::LONGEST_LINE;
use super::host::HostMessage;
use super::machine::MachineMessage;
use super::register::Register;

/// One place more than a line may have characters: a carriage return may stand there.
const CAPACITY: usize = LONGEST_LINE + 1;

/// Decodes what a host sends. Nothing is an error; a line that cannot be read, or that is too long, is noise.
#[derive(Debug, Clone)]
pub struct HostDecoder {
    lines: LineReader<CAPACITY>,
    skipped: u64,
}

impl HostDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            lines: LineReader::new(LineEnd::LineFeed),
            skipped: 0,
        }
    }
}

impl Default for HostDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder for HostDecoder {
    type Message = HostMessage;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<HostMessage>)) {
        for byte in bytes {
            if let Some(line) = self.lines.take(*byte) {
                let meaning = match HostMessage::parse(line.text) {
                    _ if line.is_too_long => Meaning::Noise,
                    Some(message) => Meaning::Message(message),
                    None => Meaning::words(line.text, HostMessage::Other),
                };
                let noise = line.tell(meaning, sink);
                self.skipped = self.skipped.saturating_add(noise);
            }
        }
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }

    fn reset(&mut self) {
        self.lines.reset();
    }
}

/// Decodes what a monitor sends.
///
/// A line that begins with `ID` and is no value of an address, and a line of more than 40 characters \[assumed\], are `framing`, at the
/// line's first character, with all its bytes.
#[derive(Debug, Clone)]
pub struct MachineDecoder {
    lines: LineReader<CAPACITY>,
    skipped: u64,
}

impl MachineDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            lines: LineReader::new(LineEnd::LineFeed),
            skipped: 0,
        }
    }
}

impl Default for MachineDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder for MachineDecoder {
    type Message = MachineMessage;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<MachineMessage>)) {
        for byte in bytes {
            if let Some(line) = self.lines.take(*byte) {
                let meaning = if line.is_too_long {
                    Meaning::Framing
                } else if let Some(value) = line.text.strip_prefix(b"ID") {
                    Meaning::message_or_framing(Register::parse(value).map(MachineMessage::Value))
                } else if let Some(message) = MachineMessage::parse(line.text) {
                    Meaning::Message(message)
                } else {
                    Meaning::words(line.text, MachineMessage::Words)
                };
                let noise = line.tell(meaning, sink);
                self.skipped = self.skipped.saturating_add(noise);
            }
        }
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }

    fn reset(&mut self) {
        self.lines.reset();
    }
}
