//! Decoders of both directions.

use crate::ascii::{Line, LineEnd, LineReader, Meaning};
use crate::wire::{Decoded, Decoder};

use super::LONGEST_LINE;
use super::host::{Command, HostMessage};
use super::machine::MachineMessage;
use super::status::StatusLine;

/// One place more than a line may have characters: a carriage return may stand there.
const CAPACITY: usize = LONGEST_LINE + 1;

/// Decodes what a host sends.
///
/// `PW` with anything else than a number behind it is `framing`, at the line's first character, with all its bytes. Every other
/// line that can be read is a message, and noise where it cannot \[assumed\].
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
                let noise = line.tell(of_host(&line), sink);
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

/// Decodes what a machine sends.
///
/// `framing`, at the line's first character, with all its bytes, is a line with a tab that is no status line and no answer to
/// `KI`, and, as the tail of one that was cut off, a line without a tab that begins with no letter and is not three digits; and
/// a line of more than 80 characters \[assumed\].
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
                let noise = line.tell(of_machine(&line), sink);
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

fn of_host(line: &Line<'_>) -> Meaning<HostMessage> {
    let is_power = line
        .text
        .first_chunk::<2>()
        .is_some_and(|letters| letters.eq_ignore_ascii_case(b"PW"));
    if line.is_too_long {
        return if is_power {
            Meaning::Framing
        } else {
            Meaning::Noise
        };
    }
    match HostMessage::parse(line.text) {
        None => Meaning::Framing,
        Some(HostMessage {
            command: Command::Other(_),
            letter_case,
        }) => Meaning::words(line.text, |words| HostMessage {
            command: Command::Other(words),
            letter_case,
        }),
        Some(message) => Meaning::Message(message),
    }
}

fn of_machine(line: &Line<'_>) -> Meaning<MachineMessage> {
    if line.is_too_long {
        return Meaning::Framing;
    }
    let text = line.text;
    let begins_with_a_letter = text.first().is_some_and(u8::is_ascii_alphabetic);
    let fields = text.split(|byte| *byte == b'\t').count();
    match (text, fields) {
        (b"", _) => Meaning::Nothing,
        (b"ACK", _) => Meaning::Message(MachineMessage::Acknowledged),
        (b"RUN", _) => Meaning::Message(MachineMessage::Running),
        (b"ERROR", _) => Meaning::Message(MachineMessage::Refused),
        (_, 1 | 2) if begins_with_a_letter => Meaning::words(text, MachineMessage::Words),
        ([a, b, c], 1) if [a, b, c].into_iter().all(u8::is_ascii_digit) => {
            Meaning::words(text, MachineMessage::Words)
        }
        (_, 1) => Meaning::Framing,
        _ => Meaning::message_or_framing(StatusLine::parse(text).map(MachineMessage::Status)),
    }
}
