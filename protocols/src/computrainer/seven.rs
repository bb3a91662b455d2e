//! Seven bytes: where the bits of a message are, and where in a stream one ends.

use core::ops::Range;

use super::MESSAGE_BYTES;

/// Set in the last byte of a message and in no other.
const SYNC: u8 = 0x80;
/// Bytes before the last.
const BEFORE: usize = MESSAGE_BYTES - 1;
/// Bytes that are held before it is known whether a message's end follows: the host's greeting is that long.
const HELD: usize = 9;

/// What a message is about, 0 to 15.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind(u8);

impl Kind {
    /// A kind up to 15; `None` above.
    #[must_use]
    pub const fn new(kind: u8) -> Option<Self> {
        if kind <= 0x0F { Some(Self(kind)) } else { None }
    }

    /// A kind of a table; what is above four bits is cut off.
    pub(super) const fn of_table(kind: u8) -> Self {
        Self(kind & 0x0F)
    }

    /// The bare number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// A value of 12 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value(u16);

impl Value {
    /// A value up to 4095; `None` above.
    #[must_use]
    pub const fn new(value: u16) -> Option<Self> {
        if value <= 0x0FFF {
            Some(Self(value))
        } else {
            None
        }
    }

    /// A value of a message that is fixed; what is above 12 bits is cut off.
    pub(super) const fn of_table(value: u16) -> Self {
        Self(value & 0x0FFF)
    }

    /// The bare number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }

    /// Its low eight bits.
    #[must_use]
    pub const fn low_byte(self) -> u8 {
        let [_, low] = self.0.to_be_bytes();
        low
    }

    /// Its bits from the ninth on.
    #[must_use]
    pub const fn high_bits(self) -> u8 {
        let [high, _] = self.0.to_be_bytes();
        high
    }
}

/// What the bits of seven bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seven {
    /// Bytes 0 to 3, each with the low bit that rides in the last byte.
    pub(super) data: [u8; 4],
    pub(super) kind: Kind,
    pub(super) value: Value,
    /// "z": 1 from the host.
    pub(super) is_of_host: bool,
}

impl Seven {
    pub(super) fn from_bytes(bytes: [u8; MESSAGE_BYTES]) -> Self {
        let [a, b, c, d, kind_and_high, middle, last] = bytes;
        let whole = |byte: u8, bit: u8| byte << 1 | u8::from(last & bit != 0);
        let high = u16::from(kind_and_high & 0x07) << 9;
        let eighth = u16::from(last & 0x02) << 7;
        let low = u16::from(middle & 0x7F) << 1 | u16::from(last & 0x01);
        Self {
            data: [
                whole(a, 0x20),
                whole(b, 0x10),
                whole(c, 0x08),
                whole(d, 0x04),
            ],
            kind: Kind(kind_and_high >> 3 & 0x0F),
            value: Value(high | eighth | low),
            is_of_host: last & 0x40 != 0,
        }
    }

    pub(super) fn to_bytes(self) -> [u8; MESSAGE_BYTES] {
        let [a, b, c, d] = self.data;
        let bit = |byte: u8, bit: u8| if byte & 1 == 1 { bit } else { 0 };
        let low = self.value.low_byte();
        let high = self.value.high_bits();
        let of_host = if self.is_of_host { 0x40 } else { 0 };
        let last = SYNC
            | of_host
            | bit(a, 0x20)
            | bit(b, 0x10)
            | bit(c, 0x08)
            | bit(d, 0x04)
            | (high & 1) << 1
            | low & 1;
        [
            a >> 1,
            b >> 1,
            c >> 1,
            d >> 1,
            self.kind.0 << 3 | high >> 1,
            low >> 1,
            last,
        ]
    }
}

/// Cuts a stream into messages: shifts bytes in until one of 80 or above comes.
#[derive(Debug, Clone)]
pub(super) struct Shifter {
    held: [u8; HELD],
    /// How many of the held bytes are there.
    filled: usize,
    taken: u64,
    skipped: u64,
    /// Bytes that are a greeting, and so no noise.
    greeting: Range<u64>,
}

/// A byte of 80 or above, and what stood before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shifted {
    /// Six bytes before it: a message.
    Whole {
        offset: u64,
        bytes: [u8; MESSAGE_BYTES],
    },
    /// Fewer.
    Truncated { offset: u64, bytes: u32 },
}

impl Shifter {
    pub(super) const fn new() -> Self {
        Self {
            held: [0; HELD],
            filled: 0,
            taken: 0,
            skipped: 0,
            greeting: 0..0,
        }
    }

    /// Takes one byte; what it ends, if it ends something.
    pub(super) fn take(&mut self, byte: u8) -> Option<Shifted> {
        let offset = self.taken;
        self.taken = offset.saturating_add(1);
        if byte & SYNC == 0 {
            self.hold(byte, offset);
            return None;
        }
        let filled = core::mem::take(&mut self.filled);
        let before = self.held.get(..filled).unwrap_or_default();
        let Some((noise, message)) = before.split_last_chunk::<BEFORE>() else {
            return Some(Shifted::Truncated {
                offset: offset.saturating_sub(wide(filled)),
                bytes: u32::try_from(filled + 1).unwrap_or(u32::MAX),
            });
        };
        let mut bytes = [byte; MESSAGE_BYTES];
        for (slot, byte) in bytes.iter_mut().zip(message) {
            *slot = *byte;
        }
        let begin = offset.saturating_sub(wide(BEFORE));
        for place in 1..=noise.len() {
            self.count(begin.saturating_sub(wide(place)));
        }
        Some(Shifted::Whole {
            offset: begin,
            bytes,
        })
    }

    /// The bytes that came last, as many as are asked for: they are a greeting.
    pub(super) const fn spare(&mut self, count: u64) {
        self.greeting = self.taken.saturating_sub(count)..self.taken;
    }

    /// How many bytes were more than a message has, and no greeting.
    pub(super) const fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Offset of the next byte.
    pub(super) const fn taken(&self) -> u64 {
        self.taken
    }

    /// Forgets what was held. Offsets and counts go on.
    pub(super) const fn reset(&mut self) {
        self.filled = 0;
    }

    fn hold(&mut self, byte: u8, offset: u64) {
        if self.filled == HELD {
            self.count(offset.saturating_sub(wide(HELD)));
            self.held.rotate_left(1);
            self.filled -= 1;
        }
        if let Some(slot) = self.held.get_mut(self.filled) {
            *slot = byte;
            self.filled += 1;
        }
    }

    /// Counts the byte of an offset as noise, unless it is of a greeting.
    fn count(&mut self, offset: u64) {
        if !self.greeting.contains(&offset) {
            self.skipped = self.skipped.saturating_add(1);
        }
    }
}

fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
