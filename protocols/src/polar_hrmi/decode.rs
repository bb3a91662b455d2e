//! Bytes to lines, and lines to what they say.

use crate::wire::{Decoded, Decoder, WireError, WireErrorKind};

use super::answer::Answer;
use super::command::Command;
use super::line::{Found, LineReader};

/// The board's direction. A line that is no answer with rates is one error `framing` of all its bytes, its end counted; one
/// that is too long is an error of its first 161 bytes, and what is left of it is counted as skipped, as are LF and the ends
/// of empty lines.
#[derive(Debug, Clone)]
pub struct AnswerDecoder {
    reader: LineReader,
}

/// The host's direction. The sheet leaves its errors open: they are \[assumed\] as in [`AnswerDecoder`], with
/// `illegal_command` for a letter that is none and `out_of_range` for a number that the command does not take.
#[derive(Debug, Clone)]
pub struct HostDecoder {
    reader: LineReader,
}

impl AnswerDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            reader: LineReader::new(),
        }
    }
}

impl HostDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            reader: LineReader::new(),
        }
    }
}

impl Default for AnswerDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Default for HostDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder for AnswerDecoder {
    type Message = Answer;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<Answer>)) {
        let parse = |line: &[u8]| Answer::parse(line).ok_or(WireErrorKind::Framing);
        feed(&mut self.reader, bytes, parse, sink);
    }

    fn skipped(&self) -> u64 {
        self.reader.skipped()
    }

    fn reset(&mut self) {
        self.reader.next();
    }
}

impl Decoder for HostDecoder {
    type Message = Command;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<Command>)) {
        feed(&mut self.reader, bytes, Command::parse, sink);
    }

    fn skipped(&self) -> u64 {
        self.reader.skipped()
    }

    fn reset(&mut self) {
        self.reader.next();
    }
}

fn feed<M>(
    reader: &mut LineReader,
    bytes: &[u8],
    parse: impl Fn(&[u8]) -> Result<M, WireErrorKind>,
    sink: &mut dyn FnMut(Decoded<M>),
) {
    for byte in bytes {
        let Some(found) = reader.push(*byte) else {
            continue;
        };
        let line = reader.line();
        let content = match found {
            Found::Line => parse(line),
            Found::TooLong => Err(WireErrorKind::Framing),
        };
        // Counted with its end, or with the byte that was too many.
        let skipped_bytes = u32::try_from(line.len().saturating_add(1)).unwrap_or(u32::MAX);
        sink(Decoded {
            offset: reader.start(),
            content: content.map_err(|kind| WireError {
                kind,
                skipped_bytes,
            }),
        });
        if found == Found::Line {
            reader.next();
        }
    }
}
