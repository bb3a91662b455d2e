//! Bytes to messages, both ways.

use crate::wire::{Decoded, Decoder, WireError, WireErrorKind};

use super::command::Command;
use super::message::{HIGHEST_DATA, INFORMATION, Message, PULSE, RESPIRATION, WAVEFORM};

/// What the data that come next are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    /// Nothing that is known: before any marker, after an unknown one, after the one byte of a marker.
    Nothing,
    /// Samples.
    Samples,
    /// The one byte of a marker that stands at this offset.
    OneByte { marker: u8, offset: u64 },
}

/// The board's direction. A marker whose byte did not come is one error `framing` of 1 byte at its own place. Data that belong
/// to no marker, and unknown markers, are counted as skipped; [`WAVEFORM`] is not.
#[derive(Debug, Clone)]
pub struct BoardDecoder {
    due: Due,
    taken: u64,
    skipped: u64,
}

impl BoardDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            due: Due::Nothing,
            taken: 0,
            skipped: 0,
        }
    }

    fn take(&mut self, byte: u8) -> Option<Decoded<Message>> {
        let here = self.taken;
        self.taken = here.saturating_add(1);
        if byte > HIGHEST_DATA {
            return self.begin(byte, here);
        }
        match self.due {
            Due::Nothing => {
                self.skip();
                None
            }
            Due::Samples => Some(Decoded {
                offset: here,
                content: Ok(Message::Sample(byte)),
            }),
            Due::OneByte { marker, offset } => {
                self.due = Due::Nothing;
                let message = match marker {
                    RESPIRATION => Message::RespirationRate(byte),
                    PULSE => Message::PulseRate(byte),
                    _ => Message::Information(byte),
                };
                Some(Decoded {
                    offset,
                    content: Ok(message),
                })
            }
        }
    }

    fn begin(&mut self, marker: u8, here: u64) -> Option<Decoded<Message>> {
        let before = self.due;
        self.due = match marker {
            WAVEFORM => Due::Samples,
            RESPIRATION | PULSE | INFORMATION => Due::OneByte {
                marker,
                offset: here,
            },
            _ => {
                self.skip();
                Due::Nothing
            }
        };
        match before {
            Due::Nothing | Due::Samples => None,
            Due::OneByte { offset, .. } => Some(Decoded {
                offset,
                content: Err(WireError {
                    kind: WireErrorKind::Framing,
                    skipped_bytes: 1,
                }),
            }),
        }
    }

    const fn skip(&mut self) {
        self.skipped = self.skipped.saturating_add(1);
    }
}

impl Default for BoardDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder for BoardDecoder {
    type Message = Message;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<Message>)) {
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
        self.due = Due::Nothing;
    }
}

/// The host's direction. Unknown bytes are skipped, as the board ignores them; a letter whose digit is none of its own is
/// skipped alone, and the byte after it is looked at anew \[assumed\].
#[derive(Debug, Clone)]
pub struct HostDecoder {
    /// A letter that waits for its digit.
    letter: Option<u8>,
    taken: u64,
    skipped: u64,
}

impl HostDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            letter: None,
            taken: 0,
            skipped: 0,
        }
    }

    fn take(&mut self, byte: u8) -> Option<Decoded<Command>> {
        let here = self.taken;
        self.taken = here.saturating_add(1);
        if let Some(letter) = self.letter.take() {
            if let Some(command) = Command::of_two(letter, byte) {
                return Some(Decoded {
                    offset: here.saturating_sub(1),
                    content: Ok(command),
                });
            }
            self.skipped = self.skipped.saturating_add(1);
        }
        if Command::needs_digit(byte) {
            self.letter = Some(byte);
            return None;
        }
        let Some(command) = Command::of_one(byte) else {
            self.skipped = self.skipped.saturating_add(1);
            return None;
        };
        Some(Decoded {
            offset: here,
            content: Ok(command),
        })
    }
}

impl Default for HostDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder for HostDecoder {
    type Message = Command;

    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<Command>)) {
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
        self.letter = None;
    }
}
