//! Lines out of a stream of bytes.

use crate::wire::{Decoded, WireError, WireErrorKind};

/// Cuts a stream into lines that end at CR or LF, and skips empty ones.
///
/// A line of more than `LONGEST` bytes is one error `framing`, whole. An error's `offset` is that of the line's first byte,
/// its `skipped_bytes` are the line's with the byte that ended it. The other byte of a two-byte end belongs to nothing.
#[derive(Debug, Clone)]
pub(crate) struct LineReader<const LONGEST: usize> {
    line: [u8; LONGEST],
    /// Bytes of the line so far, those that found no place among them.
    length: usize,
    taken: u64,
    skipped: u64,
}

/// What a protocol makes of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Meaning<M> {
    /// It is a message.
    Message(M),
    /// It should be one, and breaks its form.
    Framing,
    /// It is none of the protocol's.
    Nothing,
}

impl<M> Meaning<M> {
    /// A message, or an error of framing where there is none.
    pub(crate) fn message_or_framing(message: Option<M>) -> Self {
        message.map_or(Self::Framing, Self::Message)
    }
}

impl<const LONGEST: usize> LineReader<LONGEST> {
    /// A reader that has seen nothing.
    pub(crate) const fn new() -> Self {
        Self {
            line: [0; LONGEST],
            length: 0,
            taken: 0,
            skipped: 0,
        }
    }

    /// Takes bytes, has `read` read every line that they end, and hands what comes of it to `sink`.
    pub(crate) fn feed<M>(
        &mut self,
        bytes: &[u8],
        read: impl Fn(&[u8]) -> Meaning<M>,
        sink: &mut dyn FnMut(Decoded<M>),
    ) {
        for byte in bytes {
            if matches!(byte, b'\r' | b'\n') {
                self.end(&read, sink);
                self.length = 0;
            } else {
                if let Some(slot) = self.line.get_mut(self.length) {
                    *slot = *byte;
                }
                self.length = self.length.saturating_add(1);
            }
            self.taken = self.taken.saturating_add(1);
        }
    }

    /// How many bytes stood in lines that are none of the protocol's and no text either: noise, a wrong speed of the line.
    pub(crate) const fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Forgets an unfinished line. Offsets and counts go on.
    pub(crate) const fn reset(&mut self) {
        self.length = 0;
    }

    fn end<M>(&mut self, read: impl Fn(&[u8]) -> Meaning<M>, sink: &mut dyn FnMut(Decoded<M>)) {
        if self.length == 0 {
            return;
        }
        let length = u64::try_from(self.length).unwrap_or(u64::MAX);
        let bytes = length.saturating_add(1);
        let whole = self.line.get(..self.length);
        let content = match whole.map_or(Meaning::Framing, read) {
            Meaning::Message(message) => Ok(message),
            Meaning::Framing => Err(WireError {
                kind: WireErrorKind::Framing,
                skipped_bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
            }),
            Meaning::Nothing => {
                if !whole.is_some_and(is_text) {
                    self.skipped = self.skipped.saturating_add(bytes);
                }
                return;
            }
        };
        sink(Decoded {
            offset: self.taken.saturating_sub(length),
            content,
        });
    }
}

/// Whether a person can read it: headings and menus are none of a protocol's lines, and no noise.
fn is_text(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t'))
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::string::String;
    use std::vec::Vec;

    use super::*;

    fn read(line: &[u8]) -> Meaning<String> {
        match line {
            [b'a', ..] => Meaning::Message(String::from_utf8_lossy(line).into_owned()),
            [b'f', ..] => Meaning::Framing,
            _ => Meaning::Nothing,
        }
    }

    /// An offset, and a line's text or how long its error is.
    type Found = (u64, Result<String, u32>);

    fn found(bytes: &[u8]) -> (Vec<Found>, u64) {
        let mut reader = LineReader::<4>::new();
        let mut found = Vec::new();
        reader.feed(bytes, read, &mut |item| {
            found.push((
                item.offset,
                item.content.map_err(|error| error.skipped_bytes),
            ));
        });
        (found, reader.skipped())
    }

    #[test]
    fn either_end_ends_a_line_and_empty_ones_are_none() {
        let (lines, skipped) = found(b"a1\r\na2\n\ra3\ra4\n\n\r\na5");
        let texts: Vec<_> = lines
            .into_iter()
            .map(|(offset, text)| (offset, text.expect("a line")))
            .collect();
        let wanted = [(0, "a1"), (4, "a2"), (8, "a3"), (11, "a4")];
        assert_eq!(texts, wanted.map(|(offset, text)| (offset, text.into())));
        assert_eq!(skipped, 0);
    }

    #[test]
    fn a_line_of_the_greatest_length_is_read_and_a_longer_one_is_one_error() {
        let (lines, skipped) = found(b"abcd\nabcde\n12345678901234567890\r\na1\nabcdefgh");
        assert_eq!(
            lines,
            [
                (0, Ok("abcd".into())),
                (5, Err(6)),
                (11, Err(21)),
                (33, Ok("a1".into())),
            ]
        );
        assert_eq!(skipped, 0);
    }

    #[test]
    fn noise_is_counted_and_text_is_not() {
        let (lines, skipped) = found(b"1 ~\t\nf\n\x80b\nb\x1f\r");
        assert_eq!(lines, [(5, Err(2))]);
        assert_eq!(skipped, 6);
    }
}
