//! A bridge on a port, for want of a real one \[assumed\]: a characteristic in four hexadecimal digits, a blank, its value in
//! hexadecimal, LF, both ways.

use crate::wire::{Decoded, Decoder, NoRoom, WireError, WireErrorKind};

use super::cursor::Writer;
use super::value::LONGEST_VALUE;

/// Bytes of the longest line that is written, its end counted.
pub const LONGEST_LINE: usize = 2 * LONGEST_VALUE + 6;

const END: u8 = b'\n';
const RETURN: u8 = b'\r';
/// Digits of a characteristic.
const NAME_DIGITS: usize = 4;

/// One value of one characteristic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BridgeLine {
    /// The characteristic.
    pub characteristic: u16,
    value: [u8; LONGEST_VALUE],
    length: usize,
}

impl BridgeLine {
    /// `None` for an empty value, or one above [`LONGEST_VALUE`].
    #[must_use]
    pub fn new(characteristic: u16, value: &[u8]) -> Option<Self> {
        if value.is_empty() {
            return None;
        }
        let mut held = [0; LONGEST_VALUE];
        held.get_mut(..value.len())?.copy_from_slice(value);
        Some(Self {
            characteristic,
            value: held,
            length: value.len(),
        })
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        self.value.get(..self.length).unwrap_or(&self.value)
    }

    /// The line as either side sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`LONGEST_LINE`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let mut line = Writer::new(buffer);
        for byte in self.characteristic.to_be_bytes() {
            line.bytes(&digits(byte))?;
        }
        line.bytes(b" ")?;
        for byte in self.value() {
            line.bytes(&digits(*byte))?;
        }
        line.bytes(&[END])?;
        line.finish()
    }
}

/// Either direction. A line that is none of these is one error `framing` of all its bytes; empty lines, and CR, are counted as
/// skipped. Blanks between the bytes of a value are allowed.
#[derive(Debug, Clone)]
pub struct BridgeDecoder {
    name: u16,
    value: [u8; LONGEST_VALUE],
    /// Bytes of the value.
    length: usize,
    /// The first digit of a byte whose second has not come.
    half: Option<u8>,
    /// Bytes of the line, CR left out.
    line: u32,
    broken: bool,
    /// Where the line begins.
    start: u64,
    taken: u64,
    skipped: u64,
}

impl BridgeDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            name: 0,
            value: [0; LONGEST_VALUE],
            length: 0,
            half: None,
            line: 0,
            broken: false,
            start: 0,
            taken: 0,
            skipped: 0,
        }
    }

    fn take(&mut self, byte: u8) -> Option<Decoded<BridgeLine>> {
        let here = self.taken;
        self.taken = here.saturating_add(1);
        if byte == RETURN || (byte == END && self.line == 0) {
            self.skipped = self.skipped.saturating_add(1);
            return None;
        }
        if self.line == 0 {
            self.start = here;
        }
        let place = usize::try_from(self.line).unwrap_or(usize::MAX);
        self.line = self.line.saturating_add(1);
        if byte == END {
            return Some(self.ended());
        }
        let understood = match place {
            0..NAME_DIGITS => self.name_digit(byte),
            NAME_DIGITS => (byte == b' ').then_some(()),
            _ if byte == b' ' => self.half.is_none().then_some(()),
            _ => self.value_digit(byte),
        };
        self.broken |= understood.is_none();
        None
    }

    fn name_digit(&mut self, byte: u8) -> Option<()> {
        self.name = (self.name << 4) | u16::from(digit(byte)?);
        Some(())
    }

    fn value_digit(&mut self, byte: u8) -> Option<()> {
        let low = digit(byte)?;
        match self.half.take() {
            None => self.half = Some(low),
            Some(high) => {
                *self.value.get_mut(self.length)? = (high << 4) | low;
                self.length += 1;
            }
        }
        Some(())
    }

    fn ended(&mut self) -> Decoded<BridgeLine> {
        let whole = !self.broken && self.half.is_none();
        let value = self.value.get(..self.length).unwrap_or_default();
        let line = BridgeLine::new(self.name, value).filter(|_| whole);
        let content = line.ok_or(WireError {
            kind: WireErrorKind::Framing,
            skipped_bytes: self.line,
        });
        self.reset();
        Decoded {
            offset: self.start,
            content,
        }
    }
}

impl Default for BridgeDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder for BridgeDecoder {
    type Message = BridgeLine;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<BridgeLine>)) {
        for byte in bytes {
            if let Some(found) = self.take(*byte) {
                sink(found);
            }
        }
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }

    fn reset(&mut self) {
        self.name = 0;
        self.length = 0;
        self.half = None;
        self.line = 0;
        self.broken = false;
    }
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

fn digits(byte: u8) -> [u8; 2] {
    [byte >> 4, byte & 0x0F].map(|half| match half {
        0..10 => b'0' + half,
        _ => b'A' + (half - 10),
    })
}
