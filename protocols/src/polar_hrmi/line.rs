//! Lines out of a stream, and decimal numbers in and out of lines.

use crate::wire::NoRoom;

/// Bytes after which a line is given up \[assumed\]; the longest that means anything has 135.
pub(super) const LONGEST_LINE: usize = 160;

/// Ends a line.
pub(super) const END: u8 = b'\r';
/// Skipped wherever it stands.
const LINE_FEED: u8 = b'\n';

/// Cuts a stream at each CR. LF is skipped, empty lines are nothing.
#[derive(Debug, Clone)]
pub(super) struct LineReader {
    line: [u8; LONGEST_LINE],
    /// Bytes of the line that are in; more than fit where it is being dropped.
    length: usize,
    /// Where its first byte lies.
    start: u64,
    taken: u64,
    skipped: u64,
}

/// What a byte completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// A line with its end: see [`LineReader::line`].
    Line,
    /// A line that is too long. What is left of it is dropped.
    TooLong,
}

impl LineReader {
    /// A reader that has seen nothing.
    pub(super) const fn new() -> Self {
        Self {
            line: [0; LONGEST_LINE],
            length: 0,
            start: 0,
            taken: 0,
            skipped: 0,
        }
    }

    /// Takes one byte.
    pub(super) fn push(&mut self, byte: u8) -> Option<Found> {
        let offset = self.taken;
        self.taken = offset.saturating_add(1);
        match byte {
            LINE_FEED => self.skip(),
            END if self.length == 0 => self.skip(),
            END if self.length > LONGEST_LINE => {
                self.length = 0;
                self.skip();
            }
            END => return Some(Found::Line),
            _ => return self.go_on(offset, byte),
        }
        None
    }

    /// The line that was last found, without its end.
    pub(super) fn line(&self) -> &[u8] {
        self.line.get(..self.length).unwrap_or(&self.line)
    }

    /// Where the line that was last found begins.
    pub(super) const fn start(&self) -> u64 {
        self.start
    }

    /// Begins a new line after one was found.
    pub(super) const fn next(&mut self) {
        self.length = 0;
    }

    /// Bytes that belong to no line, and the rest of lines that are too long.
    pub(super) const fn skipped(&self) -> u64 {
        self.skipped
    }

    fn go_on(&mut self, offset: u64, byte: u8) -> Option<Found> {
        if self.length == 0 {
            self.start = offset;
        }
        if let Some(slot) = self.line.get_mut(self.length) {
            *slot = byte;
            self.length += 1;
            return None;
        }
        if self.length == LONGEST_LINE {
            self.length += 1;
            return Some(Found::TooLong);
        }
        self.skip();
        None
    }

    const fn skip(&mut self) {
        self.skipped = self.skipped.saturating_add(1);
    }
}

/// The number that one to three digits write; `None` above 255 or where something else stands.
pub(super) fn number(digits: &[u8]) -> Option<u8> {
    if !(1..=3).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits
        .iter()
        .fold(0, |value: u16, digit| value * 10 + u16::from(digit - b'0'));
    u8::try_from(value).ok()
}

/// Writes a line into a caller's buffer.
pub(super) struct Writer<'a> {
    buffer: &'a mut [u8],
    length: usize,
}

impl<'a> Writer<'a> {
    pub(super) const fn new(buffer: &'a mut [u8]) -> Self {
        Self { buffer, length: 0 }
    }

    pub(super) fn byte(&mut self, byte: u8) -> Result<(), NoRoom> {
        let slot = self.buffer.get_mut(self.length).ok_or(NoRoom)?;
        *slot = byte;
        self.length += 1;
        Ok(())
    }

    /// Writes a number without zeros in front.
    pub(super) fn number(&mut self, number: u8) -> Result<(), NoRoom> {
        if number >= 100 {
            self.byte(b'0' + number / 100)?;
        }
        if number >= 10 {
            self.byte(b'0' + number / 10 % 10)?;
        }
        self.byte(b'0' + number % 10)
    }

    pub(super) fn finish(mut self) -> Result<&'a [u8], NoRoom> {
        self.byte(END)?;
        let Self { buffer, length } = self;
        buffer.get(..length).ok_or(NoRoom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_to_three_digits_and_ends_at_255() {
        assert_eq!(number(b"0"), Some(0));
        assert_eq!(number(b"007"), Some(7));
        assert_eq!(number(b"255"), Some(255));
        for wrong in [&b"256"[..], b"999", b"0001", b"", b" 1", b"1a", b"-1"] {
            assert_eq!(number(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn every_number_reads_as_it_was_written() {
        for value in 0..=u8::MAX {
            let mut buffer = [0; 4];
            let mut writer = Writer::new(&mut buffer);
            writer.number(value).unwrap();
            let line = writer.finish().unwrap();
            assert_eq!(number(&line[..line.len() - 1]), Some(value));
        }
    }
}
