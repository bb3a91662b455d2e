//! Decoders of both directions.

use crate::ascii::{Line, LineEnd, LineReader, Meaning, ShortNumber, after_spaces};
use crate::wire::{Decoded, Decoder};

use super::host::HostMessage;
use super::machine::{Asked, MachineMessage};
use super::record::{self, PressureRecord};
use super::{LONGEST_LINE, ThreeDigits, Variant};

/// One place more than a line may have characters.
const CAPACITY: usize = LONGEST_LINE + 1;
const END: LineEnd = LineEnd::CarriageReturn { ignored: b"\n" };

/// Decodes what a host sends.
///
/// A letter that has a number and something else behind it, a letter that has none and something behind it \[assumed\], and a line
/// of more than 60 characters \[assumed\] are `framing`, at the line's first character, with all its bytes. A line of other
/// characters is [`HostMessage::Other`] where it can be read, else noise.
#[derive(Debug, Clone)]
pub struct HostDecoder {
    lines: LineReader<CAPACITY>,
    variant: Variant,
    skipped: u64,
}

impl HostDecoder {
    /// For an ergometer that is set to `variant`.
    #[must_use]
    pub const fn new(variant: Variant) -> Self {
        Self {
            lines: LineReader::new(END),
            variant,
            skipped: 0,
        }
    }
}

impl Decoder for HostDecoder {
    type Message = HostMessage;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<HostMessage>)) {
        for byte in bytes {
            if let Some(line) = self.lines.take(*byte) {
                let noise = line.tell(of_host(self.variant, &line), sink);
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

/// Decodes what an ergometer sends. Errors are as in [`HostDecoder`]; in P3 and P4 a line that begins a blood pressure record and
/// is none is `framing` too \[assumed\].
#[derive(Debug, Clone)]
pub struct MachineDecoder {
    lines: LineReader<CAPACITY>,
    variant: Variant,
    asked: Option<Asked>,
    skipped: u64,
}

impl MachineDecoder {
    /// For an ergometer that is set to `variant`, and was asked `asked` where the answer does not say.
    #[must_use]
    pub const fn new(variant: Variant, asked: Option<Asked>) -> Self {
        Self {
            lines: LineReader::new(END),
            variant,
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
                let meaning = match self.variant {
                    _ if line.is_too_long => Meaning::Framing,
                    Variant::P10 => of_p10_machine(line.text),
                    Variant::P3 | Variant::P4 => of_p3_machine(line.text, self.asked),
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

fn of_host(variant: Variant, line: &Line<'_>) -> Meaning<HostMessage> {
    if line.is_too_long {
        return Meaning::Framing;
    }
    let text = line.text;
    let Some((letter, rest)) = text.split_first() else {
        return Meaning::Nothing;
    };
    let numbered: Option<fn(ShortNumber) -> HostMessage> = match (variant, letter) {
        (Variant::P10, b'W') => Some(HostMessage::SetLoad),
        (Variant::P10, b'L') => Some(HostMessage::SetIncrement),
        (Variant::P10, b'A') => Some(HostMessage::SetInitialLoad),
        (Variant::P10, b'P') => Some(HostMessage::SetPulseLimit),
        _ => None,
    };
    if let Some(message) = numbered {
        return Meaning::message_or_framing(number(rest).map(message));
    }
    let alone = match variant {
        Variant::P10 => HostMessage::from_p10_letter(*letter),
        Variant::P3 => HostMessage::from_p3_letter(*letter),
        Variant::P4 => (*letter == b'S').then_some(HostMessage::StartWithPressure),
    };
    match (alone, variant) {
        (Some(_), _) => Meaning::message_or_framing(alone.filter(|_| rest.is_empty())),
        (None, Variant::P3) => ThreeDigits::parse(text).map_or_else(
            || Meaning::words(text, HostMessage::Other),
            |digits| Meaning::Message(HostMessage::Preset(digits)),
        ),
        (None, Variant::P10 | Variant::P4) => Meaning::words(text, HostMessage::Other),
    }
}

fn of_p10_machine(text: &[u8]) -> Meaning<MachineMessage> {
    let message = match text.first() {
        Some(b'B') => MachineMessage::Load,
        Some(b'n') => MachineMessage::PedalSpeed,
        Some(b'H') => MachineMessage::HeartRate,
        Some(b'O') => MachineMessage::Systolic,
        Some(b'U') => MachineMessage::Diastolic,
        _ => return Meaning::words(text, MachineMessage::Other),
    };
    lettered(text, message)
}

fn of_p3_machine(text: &[u8], asked: Option<Asked>) -> Meaning<MachineMessage> {
    match text.first() {
        Some(b'n') => return lettered(text, MachineMessage::PedalSpeed),
        Some(b'H') => return lettered(text, MachineMessage::HeartRate),
        _ => {}
    }
    if text.starts_with(record::BEGIN) {
        return Meaning::message_or_framing(
            PressureRecord::parse(text).map(MachineMessage::Record),
        );
    }
    match ThreeDigits::parse(text) {
        Some(number) => Meaning::Message(MachineMessage::Digits { number, asked }),
        None => Meaning::words(text, MachineMessage::Other),
    }
}

/// A line of a letter and its number.
fn lettered(text: &[u8], message: fn(ShortNumber) -> MachineMessage) -> Meaning<MachineMessage> {
    let rest = text.get(1..).unwrap_or_default();
    Meaning::message_or_framing(number(rest).map(message))
}

/// The number behind a letter: any number of spaces, one to four digits, and nothing else.
fn number(rest: &[u8]) -> Option<ShortNumber> {
    ShortNumber::parse(after_spaces(rest))
}
