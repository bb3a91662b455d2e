//! What the device sends, to spot checks.

use crate::checksum;
use crate::wire::{Decoded, Decoder, WireError, WireErrorKind};

use super::check::{DATA_BYTES, END, HEADER, SpotCheck};

/// The device's direction: slides until `00 02 00 0D` and a length of 14 to 64, takes the frame, judges its end and then its
/// check. Everything else is skipped in silence, replies to commands among it.
///
/// An error's `offset` is that of the frame that broke the rule; its `skipped_bytes` is 1, its first byte, as the search goes
/// on at the second. So every byte fed belongs to exactly one of: a spot check, an error, [`Decoder::skipped`], or the
/// unfinished end.
#[derive(Debug, Clone)]
pub struct SpotCheckDecoder {
    window: [u8; WINDOW],
    filled: usize,
    /// Offset of the window's first byte.
    offset: u64,
    skipped: u64,
}

/// Data of the longest frame that is looked for (the sheet's bound).
const LONGEST_DATA: usize = 64;
/// Header, length, data, check and end.
const WINDOW: usize = HEADER.len() + 2 + LONGEST_DATA + 2;

/// What the window's begin is.
enum Begin {
    /// Not yet to be told.
    Unfinished,
    /// No frame.
    Noise,
    /// A frame of so many bytes.
    Frame(usize, Result<SpotCheck, WireErrorKind>),
}

impl SpotCheckDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            window: [0; WINDOW],
            filled: 0,
            offset: 0,
            skipped: 0,
        }
    }

    fn work(&mut self, sink: &mut dyn FnMut(Decoded<SpotCheck>)) {
        loop {
            let (used, content) = match begin(self.window.get(..self.filled).unwrap_or_default()) {
                Begin::Unfinished => return,
                Begin::Noise => {
                    self.skipped = self.skipped.saturating_add(1);
                    self.consume(1);
                    continue;
                }
                Begin::Frame(length, Ok(check)) => (length, Ok(check)),
                Begin::Frame(_, Err(kind)) => (
                    1,
                    Err(WireError {
                        kind,
                        skipped_bytes: 1,
                    }),
                ),
            };
            sink(Decoded {
                offset: self.offset,
                content,
            });
            self.consume(used);
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

impl Default for SpotCheckDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder for SpotCheckDecoder {
    type Message = SpotCheck;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<SpotCheck>)) {
        for byte in bytes {
            if let Some(slot) = self.window.get_mut(self.filled) {
                *slot = *byte;
                self.filled += 1;
            }
            self.work(sink);
        }
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }

    fn reset(&mut self) {
        self.consume(self.filled);
    }
}

fn begin(window: &[u8]) -> Begin {
    if window.is_empty() {
        return Begin::Unfinished;
    }
    if window
        .iter()
        .zip(HEADER)
        .any(|(byte, wanted)| *byte != wanted)
    {
        return Begin::Noise;
    }
    let rest = window.get(HEADER.len()..).unwrap_or_default();
    let (length, rest) = match rest {
        [] | [0] => return Begin::Unfinished,
        [0, length, rest @ ..] => (usize::from(*length), rest),
        _ => return Begin::Noise,
    };
    if !(DATA_BYTES..=LONGEST_DATA).contains(&length) {
        return Begin::Noise;
    }
    let (Some(data), Some([check, end])) = (rest.get(..length), rest.get(length..length + 2))
    else {
        return Begin::Unfinished;
    };
    let content = match data.first_chunk() {
        Some(known) if *end == END && checksum::sum(data) == *check => {
            Ok(SpotCheck::from_data(known))
        }
        _ if *end == END => Err(WireErrorKind::Checksum),
        _ => Err(WireErrorKind::Framing),
    };
    Begin::Frame(HEADER.len() + 2 + length + 2, content)
}
