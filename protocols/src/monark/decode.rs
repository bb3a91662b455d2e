//! Decoders of both directions.

use crate::ascii::{Line, LineEnd, LineReader, Meaning, ShortNumber, after_spaces};
use crate::wire::{Decoded, Decoder};

use super::host::{Force, HostMessage};
use super::machine::{Asked, MachineMessage};
use super::{LONGEST_LINE, Words};

/// One place more than a line may have characters.
const CAPACITY: usize = LONGEST_LINE + 1;
/// XON, XOFF and line feeds belong to no line.
const END: LineEnd = LineEnd::CarriageReturn {
    ignored: b"\x11\x13\n",
};

/// Decodes what a host sends.
///
/// `power` with anything else than a number behind it is `framing`, at the line's first character, with all its bytes. Every other
/// line is [`HostMessage::Other`] where it can be read, else noise \[assumed\].
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
            lines: LineReader::new(END),
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

/// Decodes what a bike sends: every line answers what the decoder was told that was asked.
///
/// An answer to `power`, `pedal` or `pulse` that is not one to four digits, an empty one among them, is `framing`, at the line's
/// first character, with all its bytes. While nothing of these was asked a line is words, or noise where it cannot be read, and
/// never an error.
#[derive(Debug, Clone)]
pub struct MachineDecoder {
    lines: LineReader<CAPACITY>,
    asked: Option<Asked>,
    skipped: u64,
}

impl MachineDecoder {
    /// `None` for `asked`: nothing whose answer carries a reading.
    #[must_use]
    pub const fn new(asked: Option<Asked>) -> Self {
        Self {
            lines: LineReader::new(END),
            asked,
            skipped: 0,
        }
    }

    /// Tells what the lines that end from now on answer.
    pub const fn set_asked(&mut self, asked: Option<Asked>) {
        self.asked = asked;
    }
}

impl Decoder for MachineDecoder {
    type Message = MachineMessage;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<MachineMessage>)) {
        for byte in bytes {
            if let Some(line) = self.lines.take(*byte) {
                let noise = line.tell(of_machine(self.asked, &line), sink);
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
    if let Some(rest) = line.text.strip_prefix(b"power") {
        return match rest {
            [] => Meaning::Message(HostMessage::AskPower),
            _ if line.is_too_long => Meaning::Framing,
            _ => Meaning::message_or_framing(
                ShortNumber::parse(after_spaces(rest)).map(HostMessage::SetPower),
            ),
        };
    }
    Meaning::Message(match line.text {
        b"" => HostMessage::Blank,
        b"id" => HostMessage::Identify,
        b"servo" => HostMessage::AskServo,
        b"pedal" => HostMessage::AskCadence,
        b"pulse" => HostMessage::AskHeartRate,
        b"B" => HostMessage::AskLoad,
        text => {
            let force = text
                .strip_prefix(b"kp")
                .and_then(|rest| Force::parse(after_spaces(rest)));
            match force {
                Some(force) => HostMessage::SetForce(force),
                None => return Meaning::words(text, HostMessage::Other),
            }
        }
    })
}

fn of_machine(asked: Option<Asked>, line: &Line<'_>) -> Meaning<MachineMessage> {
    let Some(asked) = asked else {
        return match Words::new(line.text) {
            // Empty too: a bike that was told something may answer so.
            Some(words) if line.text.is_empty() => Meaning::Message(MachineMessage::Words(words)),
            _ => Meaning::words(line.text, MachineMessage::Words),
        };
    };
    let text = after_spaces(line.text);
    let spaces = text.iter().rev().take_while(|byte| **byte == b' ').count();
    let digits = text.get(..text.len() - spaces).unwrap_or_default();
    let number = ShortNumber::parse(digits).filter(|_| !line.is_too_long);
    Meaning::message_or_framing(number.map(|number| asked.message(number)))
}
