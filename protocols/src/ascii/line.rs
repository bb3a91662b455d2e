//! Lines out of a stream of bytes.

use crate::wire::{Decoded, WireError, WireErrorKind};

use super::text::Text;

/// What ends a line, and what belongs to none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineEnd {
    /// A carriage return ends it; the bytes named are passed over wherever they stand.
    CarriageReturn {
        /// What is passed over.
        ignored: &'static [u8],
    },
    /// A line feed ends it; a carriage return right before it is dropped.
    LineFeed,
}

/// Cuts a stream into lines of less than `CAPACITY` characters: the one place more holds the carriage return that is dropped.
#[derive(Debug, Clone)]
pub(crate) struct LineReader<const CAPACITY: usize> {
    end: LineEnd,
    buffer: [u8; CAPACITY],
    /// Characters of the line so far, those that found no place too.
    characters: usize,
    /// Offset of the line's first byte.
    begun: Option<u64>,
    ended: bool,
    taken: u64,
}

/// One line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    /// Where its first byte lies; bytes that are passed over are none of it.
    pub(crate) offset: u64,
    /// How many bytes it took from there to its end, the end among them.
    pub(crate) bytes: u32,
    /// Its characters without the end; of one that is too long, its begin.
    pub(crate) text: &'a [u8],
    /// Whether it has more characters than the format allows.
    pub(crate) is_too_long: bool,
}

impl<const CAPACITY: usize> LineReader<CAPACITY> {
    /// A reader that has seen nothing.
    pub(crate) const fn new(end: LineEnd) -> Self {
        Self {
            end,
            buffer: [0; CAPACITY],
            characters: 0,
            begun: None,
            ended: false,
            taken: 0,
        }
    }

    /// Takes one byte; the line that it ends, if it ends one.
    pub(crate) fn take(&mut self, byte: u8) -> Option<Line<'_>> {
        if self.ended {
            self.reset();
        }
        let offset = self.taken;
        self.taken = offset.saturating_add(1);
        let ends = match self.end {
            LineEnd::CarriageReturn { ignored } if ignored.contains(&byte) => return None,
            LineEnd::CarriageReturn { .. } => byte == b'\r',
            LineEnd::LineFeed => byte == b'\n',
        };
        let begun = *self.begun.get_or_insert(offset);
        if !ends {
            if let Some(slot) = self.buffer.get_mut(self.characters) {
                *slot = byte;
            }
            self.characters = self.characters.saturating_add(1);
            return None;
        }
        self.ended = true;
        let bytes = offset.saturating_sub(begun).saturating_add(1);
        Some(self.line(begun, u32::try_from(bytes).unwrap_or(u32::MAX)))
    }

    /// Forgets an unfinished line. Offsets go on.
    pub(crate) const fn reset(&mut self) {
        self.characters = 0;
        self.begun = None;
        self.ended = false;
    }

    fn line(&self, offset: u64, bytes: u32) -> Line<'_> {
        let kept = self.buffer.get(..self.characters);
        let text = kept.unwrap_or(&self.buffer);
        let text = match (self.end, kept) {
            (LineEnd::LineFeed, Some(whole)) => whole.strip_suffix(b"\r").unwrap_or(whole),
            _ => text,
        };
        Line {
            offset,
            bytes,
            text,
            is_too_long: text.len() >= CAPACITY,
        }
    }
}

/// What a protocol makes of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Meaning<M> {
    /// It is a message.
    Message(M),
    /// It breaks the form.
    Framing,
    /// It is nothing, and that is as it should be.
    Nothing,
    /// It is nothing, and its bytes count as noise.
    Noise,
}

impl Line<'_> {
    /// Hands what the line means to `sink`; how many bytes of noise it is.
    pub(crate) fn tell<M>(&self, meaning: Meaning<M>, sink: &mut dyn FnMut(Decoded<M>)) -> u64 {
        let content = match meaning {
            Meaning::Message(message) => Ok(message),
            Meaning::Framing => Err(WireError {
                kind: WireErrorKind::Framing,
                skipped_bytes: self.bytes,
            }),
            Meaning::Nothing => return 0,
            Meaning::Noise => return self.bytes.into(),
        };
        sink(Decoded {
            offset: self.offset,
            content,
        });
        0
    }
}

impl<M> Meaning<M> {
    /// A message, or an error of framing where there is none.
    pub(crate) fn message_or_framing(message: Option<M>) -> Self {
        message.map_or(Self::Framing, Self::Message)
    }

    /// A line in words that the protocol has no use for: a message if it can be read, noise if it cannot.
    pub(crate) fn words<const CAPACITY: usize>(
        text: &[u8],
        message: impl Fn(Text<CAPACITY>) -> M,
    ) -> Self {
        if text.is_empty() {
            return Self::Nothing;
        }
        let is_readable = text.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t'));
        match Text::new(text) {
            Some(text) if is_readable => Self::Message(message(text)),
            _ => Self::Noise,
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::vec::Vec;

    use super::*;

    fn lines(end: LineEnd, bytes: &[u8]) -> Vec<(u64, u32, Vec<u8>, bool)> {
        let mut reader = LineReader::<6>::new(end);
        let mut found = Vec::new();
        for byte in bytes {
            if let Some(line) = reader.take(*byte) {
                found.push((
                    line.offset,
                    line.bytes,
                    line.text.to_vec(),
                    line.is_too_long,
                ));
            }
        }
        found
    }

    #[test]
    fn a_carriage_return_before_the_line_feed_is_no_character() {
        assert_eq!(
            lines(LineEnd::LineFeed, b"12345\r\n123456\n\r\nab\r\r\nrest"),
            [
                (0, 7, b"12345".to_vec(), false),
                (7, 7, b"123456".to_vec(), true),
                (14, 2, b"".to_vec(), false),
                (16, 5, b"ab\r".to_vec(), false),
            ]
        );
    }

    #[test]
    fn of_a_line_that_is_too_long_the_begin_is_there_and_the_next_is_whole() {
        assert_eq!(
            lines(LineEnd::LineFeed, b"12345\r7\r\nab\n"),
            [
                (0, 9, b"12345\r".to_vec(), true),
                (9, 3, b"ab".to_vec(), false),
            ]
        );
    }

    #[test]
    fn bytes_that_are_passed_over_are_no_part_of_a_line() {
        let end = LineEnd::CarriageReturn { ignored: b"\n" };
        assert_eq!(
            lines(end, b"\nW\n7\r\n\r"),
            [(1, 4, b"W7".to_vec(), false), (6, 1, b"".to_vec(), false)]
        );
    }
}
