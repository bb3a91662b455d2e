//! Opcodes with their data out of a stream of bytes, whatever the dialect: what [`super::Framer`] and Woodway's dialect share.

use crate::wire::{Decoded, WireError, WireErrorKind};

use super::{ILLEGAL_COMMAND, OUT_OF_RANGE};

/// What follows an opcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Data {
    /// So many decimal digits, 0 for none.
    Digits(u8),
    /// One byte below 80.
    State,
    /// Four bytes of any value: the one place at which a byte with bit 7 set begins no message.
    Binary,
}

/// One thing that an [`OpcodeReader`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Read {
    /// Where its first byte lies, counted from the first byte ever taken.
    pub(crate) offset: u64,
    /// What it is.
    pub(crate) content: ReadContent,
}

/// What an [`OpcodeReader`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadContent {
    /// An opcode of the table with all its data, as a number: 0 where it has none.
    Whole { opcode: u8, number: u32 },
    /// A message that the next opcode cut off, and how many of its bytes came.
    CutOff { bytes: u8 },
    /// A message that a wrong data byte ended, and how many of its bytes came, the wrong one among them.
    NotADigit { bytes: u8 },
    /// An opcode that is in no table.
    UnknownOpcode(u8),
}

/// Cuts one direction of the line into messages. Holds at most one unfinished message.
#[derive(Debug, Clone)]
pub(crate) struct OpcodeReader {
    table: fn(u8) -> Option<Data>,
    unfinished: Option<Unfinished>,
    taken: u64,
    skipped: u64,
}

/// An opcode whose data are still coming.
#[derive(Debug, Clone, Copy)]
struct Unfinished {
    offset: u64,
    opcode: u8,
    data: Data,
    came: u8,
    number: u32,
}

impl OpcodeReader {
    /// For the opcodes of a table; those that it gives `None` for are unknown.
    pub(crate) const fn new(table: fn(u8) -> Option<Data>) -> Self {
        Self {
            table,
            unfinished: None,
            taken: 0,
            skipped: 0,
        }
    }

    /// Takes one byte and hands what it completes to `sink`: nothing, one thing, or a message that was cut off and then the one
    /// byte that did it.
    pub(crate) fn take(&mut self, byte: u8, sink: &mut dyn FnMut(Read)) {
        let offset = self.taken;
        self.taken = self.taken.saturating_add(1);
        match self.unfinished.take() {
            Some(unfinished) if byte < 0x80 || unfinished.data == Data::Binary => {
                self.go_on(unfinished, byte, sink);
            }
            cut if byte >= 0x80 => {
                if let Some(cut) = cut {
                    sink(Read {
                        offset: cut.offset,
                        content: ReadContent::CutOff {
                            bytes: cut.came.saturating_add(1),
                        },
                    });
                }
                self.begin(offset, byte, sink);
            }
            _ => self.skipped = self.skipped.saturating_add(1),
        }
    }

    /// How many bytes stood where an opcode was due, or were opcodes of no table.
    pub(crate) const fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Forgets an unfinished message. Offsets and counts go on.
    pub(crate) const fn reset(&mut self) {
        self.unfinished = None;
    }

    fn begin(&mut self, offset: u64, opcode: u8, sink: &mut dyn FnMut(Read)) {
        match (self.table)(opcode) {
            Some(Data::Digits(0)) => sink(Read {
                offset,
                content: ReadContent::Whole { opcode, number: 0 },
            }),
            Some(data) => {
                self.unfinished = Some(Unfinished {
                    offset,
                    opcode,
                    data,
                    came: 0,
                    number: 0,
                });
            }
            None => {
                self.skipped = self.skipped.saturating_add(1);
                sink(Read {
                    offset,
                    content: ReadContent::UnknownOpcode(opcode),
                });
            }
        }
    }

    /// Takes a data byte of the unfinished message.
    fn go_on(&mut self, mut message: Unfinished, byte: u8, sink: &mut dyn FnMut(Read)) {
        message.came = message.came.saturating_add(1);
        let (wanted, base, value) = match message.data {
            Data::Digits(count) => {
                let digit = char::from(byte).to_digit(10);
                (count, 10, digit)
            }
            Data::State => (1, 1, Some(u32::from(byte))),
            Data::Binary => (4, 0x100, Some(u32::from(byte))),
        };
        let Some(value) = value else {
            sink(Read {
                offset: message.offset,
                content: ReadContent::NotADigit {
                    bytes: message.came.saturating_add(1),
                },
            });
            return;
        };
        message.number = message.number.wrapping_mul(base).wrapping_add(value);
        if message.came < wanted {
            self.unfinished = Some(message);
        } else {
            sink(Read {
                offset: message.offset,
                content: ReadContent::Whole {
                    opcode: message.opcode,
                    number: message.number,
                },
            });
        }
    }
}

impl Read {
    /// The thing as a decoder tells it; `None` for what is only counted. `BE` and `BF` are errors of one byte, and a message that
    /// `message` refuses is `framing` with all its bytes, of which there are `length`.
    pub(crate) fn decoded<M>(
        self,
        length: u32,
        message: impl Fn(u8, u32) -> Option<M>,
    ) -> Option<Decoded<M>> {
        let error = |kind, skipped_bytes| {
            Err(WireError {
                kind,
                skipped_bytes,
            })
        };
        let content = match self.content {
            ReadContent::Whole {
                opcode: OUT_OF_RANGE,
                ..
            } => error(WireErrorKind::OutOfRange, 1),
            ReadContent::Whole {
                opcode: ILLEGAL_COMMAND,
                ..
            } => error(WireErrorKind::IllegalCommand, 1),
            ReadContent::Whole { opcode, number } => {
                message(opcode, number).map_or_else(|| error(WireErrorKind::Framing, length), Ok)
            }
            ReadContent::CutOff { bytes } | ReadContent::NotADigit { bytes } => {
                error(WireErrorKind::Framing, bytes.into())
            }
            ReadContent::UnknownOpcode(_) => return None,
        };
        Some(Decoded {
            offset: self.offset,
            content,
        })
    }
}
