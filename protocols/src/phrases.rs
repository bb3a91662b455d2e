//! Hosts that say a few fixed phrases, and nothing else.

use crate::wire::{Decoded, NoRoom};

/// Bytes of the longest phrase of any protocol.
const LONGEST: usize = 3;

/// A phrase and what it means.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Phrase<M> {
    /// Its bytes: no phrase of a protocol begins with another.
    pub(crate) bytes: &'static [u8],
    /// What it means.
    pub(crate) message: M,
}

/// Finds phrases in a stream; all else is counted.
#[derive(Debug, Clone)]
pub(crate) struct PhraseReader<M: 'static> {
    phrases: &'static [Phrase<M>],
    window: [u8; LONGEST],
    filled: usize,
    /// Offset of the window's first byte.
    offset: u64,
    skipped: u64,
}

impl<M: Copy> PhraseReader<M> {
    /// A reader of these phrases that has seen nothing.
    pub(crate) const fn new(phrases: &'static [Phrase<M>]) -> Self {
        Self {
            phrases,
            window: [0; LONGEST],
            filled: 0,
            offset: 0,
            skipped: 0,
        }
    }

    /// Takes bytes and hands every phrase that they complete to `sink`.
    pub(crate) fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<M>)) {
        for byte in bytes {
            if let Some(slot) = self.window.get_mut(self.filled) {
                *slot = *byte;
                self.filled += 1;
            }
            self.work(sink);
        }
    }

    /// How many bytes are in no phrase.
    pub(crate) const fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Forgets an unfinished phrase. Offsets and counts go on.
    pub(crate) fn reset(&mut self) {
        self.consume(self.filled);
    }

    fn work(&mut self, sink: &mut dyn FnMut(Decoded<M>)) {
        while self.filled > 0 {
            let window = self.window.get(..self.filled).unwrap_or_default();
            let whole = self
                .phrases
                .iter()
                .find(|phrase| window.starts_with(phrase.bytes));
            if let Some(Phrase { bytes, message }) = whole {
                sink(Decoded {
                    offset: self.offset,
                    content: Ok(*message),
                });
                self.consume(bytes.len());
            } else if self
                .phrases
                .iter()
                .any(|phrase| phrase.bytes.starts_with(window))
            {
                return;
            } else {
                self.skipped = self.skipped.saturating_add(1);
                self.consume(1);
            }
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

/// The phrase that means this; empty where none does.
pub(crate) fn encode<'a, M: PartialEq>(
    phrases: &[Phrase<M>],
    message: &M,
    buffer: &'a mut [u8],
) -> Result<&'a [u8], NoRoom> {
    let bytes = phrases
        .iter()
        .find(|phrase| phrase.message == *message)
        .map_or(&[][..], |phrase| phrase.bytes);
    let whole = buffer.get_mut(..bytes.len()).ok_or(NoRoom)?;
    whole.copy_from_slice(bytes);
    Ok(whole)
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::vec::Vec;

    use super::*;

    const PHRASES: &[Phrase<u8>] = &[
        Phrase {
            bytes: &[5, 5],
            message: 1,
        },
        Phrase {
            bytes: &[6, 6, 7],
            message: 2,
        },
    ];

    #[test]
    fn phrases_are_found_where_they_begin() {
        let mut reader = PhraseReader::new(PHRASES);
        let mut found = Vec::new();
        reader.feed(&[5, 6, 6, 6, 7, 9, 5, 5, 5, 5, 6, 6], &mut |item| {
            found.push((item.offset, item.content.expect("no errors")));
        });
        assert_eq!(found, [(2, 2), (6, 1), (8, 1)]);
        assert_eq!(reader.skipped(), 3);
    }

    #[test]
    fn what_is_written_is_the_phrase() {
        let mut buffer = [0; LONGEST];
        assert_eq!(encode(PHRASES, &2, &mut buffer), Ok([6, 6, 7].as_slice()));
        assert_eq!(encode(PHRASES, &1, &mut [0; 1]), Err(NoRoom));
    }
}
