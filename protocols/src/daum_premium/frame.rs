//! Frames out of a stream of bytes.

use super::LONGEST_FRAME;

pub(super) const START: u8 = 0x01;
pub(super) const END: u8 = 0x17;
pub(super) const ACCEPTED: u8 = 0x06;
pub(super) const REFUSED: u8 = 0x15;

/// Bytes of a command.
pub(super) const COMMAND_BYTES: usize = 3;
/// Digits of the check sum.
const SUM_DIGITS: usize = 2;

/// Cuts a stream into frames and the bytes of the handshake between them.
#[derive(Debug, Clone)]
pub(super) struct FrameReader {
    frame: [u8; LONGEST_FRAME],
    /// Bytes of the frame so far, its start among them; 0 outside one.
    filled: usize,
    /// Offset of the frame's start.
    offset: u64,
    taken: u64,
    skipped: u64,
}

/// What a [`FrameReader`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found<'a> {
    /// A frame whose sum holds.
    Frame {
        /// Its three characters.
        command: [u8; COMMAND_BYTES],
        /// What stands between command and sum.
        payload: &'a [u8],
    },
    /// A frame whose sum does not hold, or is no number \[assumed\].
    WrongSum,
    /// A frame that is too short, too long \[assumed\], or that the next one cut off.
    Broken,
    /// `06` between frames.
    Accepted,
    /// `15` between frames.
    Refused,
}

impl FrameReader {
    pub(super) const fn new() -> Self {
        Self {
            frame: [0; LONGEST_FRAME],
            filled: 0,
            offset: 0,
            taken: 0,
            skipped: 0,
        }
    }

    /// Takes one byte and hands on what it ends: offset, length in bytes, and what it is.
    pub(super) fn take(&mut self, byte: u8, sink: &mut dyn FnMut(u64, u32, Found<'_>)) {
        let offset = self.taken;
        self.taken = offset.saturating_add(1);
        if byte == START {
            if self.filled > 0 {
                sink(self.offset, narrow(self.filled), Found::Broken);
            }
            self.offset = offset;
            self.filled = 0;
            self.push(byte);
        } else if self.filled > 0 {
            self.go_on(byte, sink);
        } else {
            match byte {
                ACCEPTED => sink(offset, 1, Found::Accepted),
                REFUSED => sink(offset, 1, Found::Refused),
                _ => self.skipped = self.skipped.saturating_add(1),
            }
        }
    }

    pub(super) const fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Forgets an unfinished frame. Offsets and counts go on.
    pub(super) const fn reset(&mut self) {
        self.filled = 0;
    }

    fn go_on(&mut self, byte: u8, sink: &mut dyn FnMut(u64, u32, Found<'_>)) {
        if !self.push(byte) {
            sink(self.offset, narrow(self.filled + 1), Found::Broken);
            self.filled = 0;
            return;
        }
        if byte != END {
            return;
        }
        let whole = self.frame.get(..self.filled).unwrap_or_default();
        sink(self.offset, narrow(self.filled), read(whole));
        self.filled = 0;
    }

    /// Whether the byte found a place.
    fn push(&mut self, byte: u8) -> bool {
        let Some(slot) = self.frame.get_mut(self.filled) else {
            return false;
        };
        *slot = byte;
        self.filled += 1;
        true
    }
}

/// A frame from its start to its end.
fn read(whole: &[u8]) -> Found<'_> {
    let [START, inside @ .., END] = whole else {
        return Found::Broken;
    };
    let Some((summed, digits)) = inside.split_last_chunk::<SUM_DIGITS>() else {
        return Found::Broken;
    };
    let Some((command, payload)) = summed.split_first_chunk::<COMMAND_BYTES>() else {
        return Found::Broken;
    };
    if *digits == sum(summed) {
        Found::Frame {
            command: *command,
            payload,
        }
    } else {
        Found::WrongSum
    }
}

/// The check sum of command and payload as sent: modulo 100, in two decimal digits. Swapped digits pass it.
pub(super) fn sum(bytes: &[u8]) -> [u8; SUM_DIGITS] {
    let sum = bytes.iter().fold(0, |sum: u8, byte| {
        ((u16::from(sum) + u16::from(*byte)) % 100)
            .try_into()
            .unwrap_or(0)
    });
    [b'0' + sum / 10, b'0' + sum % 10]
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
