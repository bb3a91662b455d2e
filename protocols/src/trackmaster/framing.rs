//! Opcodes and their digits out of a stream of bytes, by Trackmaster's table.

use super::opcodes::{Data, OpcodeReader, ReadContent};

/// Whose messages a stream carries: the direction decides which opcodes there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// What the host sends: commands `A0`..`AC` and requests `C0`..`CD`.
    Host,
    /// What the machine sends: `B0`..`BC`, `BE`, `BF`, `D0`..`DD`, and copies of commands while its acknowledge-data flag is on.
    Machine,
}

impl Direction {
    /// How many digits follow an opcode; `None` where it is in no table.
    #[must_use]
    pub const fn digits_of(self, opcode: u8) -> Option<u8> {
        match (self, opcode) {
            (Self::Host | Self::Machine, 0xA3..=0xA5 | 0xA9)
            | (Self::Machine, 0xD1..=0xD7 | 0xDA..=0xDD) => Some(4),
            (Self::Host | Self::Machine, 0xA6 | 0xA7) | (Self::Machine, 0xD8 | 0xD9) => Some(2),
            (Self::Machine, 0xD0) => Some(1),
            (Self::Host | Self::Machine, 0xA0..=0xA2 | 0xA8 | 0xAA..=0xAC)
            | (Self::Host, 0xC0..=0xCD)
            | (Self::Machine, 0xB0..=0xBC | 0xBE | 0xBF) => Some(0),
            _ => None,
        }
    }

    /// The table of a reader.
    pub(super) const fn table(self) -> fn(u8) -> Option<Data> {
        match self {
            Self::Host => |opcode| Self::Host.digits_of(opcode).map(Data::Digits),
            Self::Machine => |opcode| Self::Machine.digits_of(opcode).map(Data::Digits),
        }
    }
}

/// One thing that a [`Framer`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Framed {
    /// Where its first byte lies, counted from the first byte ever taken.
    pub offset: u64,
    /// What it is.
    pub content: FramedContent,
}

/// What a [`Framer`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FramedContent {
    /// An opcode of the table with all its digits.
    Whole {
        /// The opcode.
        opcode: u8,
        /// Its digits as a number, 0 where it has none.
        number: u16,
    },
    /// A message that the next opcode cut off.
    CutOff {
        /// How many of its bytes came.
        bytes: u8,
    },
    /// A message that a data byte other than a digit ended.
    NotADigit {
        /// How many of its bytes came, the wrong one among them.
        bytes: u8,
    },
    /// An opcode that is in no table.
    UnknownOpcode(u8),
}

/// Cuts one direction of the line into messages. Holds at most one unfinished message.
#[derive(Debug, Clone)]
pub struct Framer {
    reader: OpcodeReader,
}

impl Framer {
    /// For one direction of the line.
    #[must_use]
    pub const fn new(direction: Direction) -> Self {
        Self {
            reader: OpcodeReader::new(direction.table()),
        }
    }

    /// Takes one byte and hands what it completes to `sink`: nothing, one thing, or a message that was cut off and then the one
    /// byte that did it.
    pub fn take(&mut self, byte: u8, sink: &mut dyn FnMut(Framed)) {
        self.reader.take(byte, &mut |read| {
            let content = match read.content {
                ReadContent::Whole { opcode, number } => FramedContent::Whole {
                    opcode,
                    // Four digits at most.
                    number: u16::try_from(number).unwrap_or(u16::MAX),
                },
                ReadContent::CutOff { bytes } => FramedContent::CutOff { bytes },
                ReadContent::NotADigit { bytes } => FramedContent::NotADigit { bytes },
                ReadContent::UnknownOpcode(opcode) => FramedContent::UnknownOpcode(opcode),
            };
            sink(Framed {
                offset: read.offset,
                content,
            });
        });
    }

    /// How many bytes stood where an opcode was due, or were opcodes of no table.
    #[must_use]
    pub const fn skipped(&self) -> u64 {
        self.reader.skipped()
    }

    /// Forgets an unfinished message. Offsets and counts go on.
    pub const fn reset(&mut self) {
        self.reader.reset();
    }
}
