//! Opcodes and their digits out of a stream of bytes.

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
    direction: Direction,
    unfinished: Option<Unfinished>,
    taken: u64,
    skipped: u64,
}

/// An opcode whose digits are still coming.
#[derive(Debug, Clone, Copy)]
struct Unfinished {
    offset: u64,
    opcode: u8,
    wanted: u8,
    came: u8,
    number: u16,
}

impl Framer {
    /// For one direction of the line.
    #[must_use]
    pub const fn new(direction: Direction) -> Self {
        Self {
            direction,
            unfinished: None,
            taken: 0,
            skipped: 0,
        }
    }

    /// Takes one byte and hands what it completes to `sink`: nothing, one thing, or a message that was cut off and then the one
    /// byte that did it.
    pub fn take(&mut self, byte: u8, sink: &mut dyn FnMut(Framed)) {
        let offset = self.taken;
        self.taken = self.taken.saturating_add(1);
        if byte >= 0x80 {
            self.begin(offset, byte, sink);
        } else if let Some(unfinished) = self.unfinished.take() {
            self.go_on(unfinished, byte, sink);
        } else {
            self.skipped = self.skipped.saturating_add(1);
        }
    }

    /// How many bytes stood where an opcode was due, or were opcodes of no table.
    #[must_use]
    pub const fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Forgets an unfinished message. Offsets and counts go on.
    pub const fn reset(&mut self) {
        self.unfinished = None;
    }

    /// Begins a message, which ends whatever was unfinished.
    fn begin(&mut self, offset: u64, opcode: u8, sink: &mut dyn FnMut(Framed)) {
        if let Some(cut) = self.unfinished.take() {
            sink(Framed {
                offset: cut.offset,
                content: FramedContent::CutOff {
                    bytes: cut.came.saturating_add(1),
                },
            });
        }
        match self.direction.digits_of(opcode) {
            Some(0) => sink(Framed {
                offset,
                content: FramedContent::Whole { opcode, number: 0 },
            }),
            Some(wanted) => {
                self.unfinished = Some(Unfinished {
                    offset,
                    opcode,
                    wanted,
                    came: 0,
                    number: 0,
                });
            }
            None => {
                self.skipped = self.skipped.saturating_add(1);
                sink(Framed {
                    offset,
                    content: FramedContent::UnknownOpcode(opcode),
                });
            }
        }
    }

    /// Takes a data byte of the unfinished message.
    fn go_on(&mut self, mut message: Unfinished, byte: u8, sink: &mut dyn FnMut(Framed)) {
        message.came = message.came.saturating_add(1);
        if !byte.is_ascii_digit() {
            sink(Framed {
                offset: message.offset,
                content: FramedContent::NotADigit {
                    bytes: message.came.saturating_add(1),
                },
            });
            return;
        }
        message.number = message
            .number
            .saturating_mul(10)
            .saturating_add(u16::from(byte.saturating_sub(b'0')));
        if message.came < message.wanted {
            self.unfinished = Some(message);
        } else {
            sink(Framed {
                offset: message.offset,
                content: FramedContent::Whole {
                    opcode: message.opcode,
                    number: message.number,
                },
            });
        }
    }
}
