//! How long messages are, and where in a stream one ends.

use super::{Cockpit, Dialect, LONGEST_MESSAGE};

/// Who sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sender {
    Host,
    Machine,
}

/// Codes of the commands, which the answers repeat.
pub(super) mod code {
    pub(in crate::daum_classic) const CHECK_COCKPIT: u8 = 0x10;
    pub(in crate::daum_classic) const FIND_ADDRESS: u8 = 0x11;
    pub(in crate::daum_classic) const RESET: u8 = 0x12;
    pub(in crate::daum_classic) const START: u8 = 0x21;
    pub(in crate::daum_classic) const STOP: u8 = 0x22;
    pub(in crate::daum_classic) const SET_PROGRAM: u8 = 0x23;
    pub(in crate::daum_classic) const SET_PERSON: u8 = 0x24;
    pub(in crate::daum_classic) const READ_ALL: u8 = 0x40;
    pub(in crate::daum_classic) const SET_POWER: u8 = 0x51;
    pub(in crate::daum_classic) const SET_GEAR: u8 = 0x53;
    pub(in crate::daum_classic) const SET_SLOPE: u8 = 0x55;
    pub(in crate::daum_classic) const SET_TIME: u8 = 0x62;
    pub(in crate::daum_classic) const SET_DATE: u8 = 0x64;
    pub(in crate::daum_classic) const BIKE_TYPE: u8 = 0x69;
    pub(in crate::daum_classic) const VERSION: u8 = 0x73;
}

impl Sender {
    /// How many bytes a message has, its code among them; `None` for a code that begins none.
    const fn length(self, code: u8, dialect: Dialect) -> Option<usize> {
        match self {
            Self::Host => host_length(code, dialect),
            Self::Machine => machine_length(code, dialect),
        }
    }
}

const fn host_length(code: u8, dialect: Dialect) -> Option<usize> {
    Some(match (code, dialect) {
        (code::FIND_ADDRESS, Dialect::Current) => 1,
        (code::FIND_ADDRESS, Dialect::Old)
        | (
            code::CHECK_COCKPIT
            | code::RESET
            | code::START
            | code::STOP
            | code::READ_ALL
            | code::VERSION,
            _,
        ) => 2,
        (code::SET_PROGRAM | code::SET_POWER | code::SET_GEAR, _) => 3,
        (code::BIKE_TYPE | code::SET_TIME | code::SET_DATE, _) => 5,
        (code::SET_SLOPE, _) => 6,
        (code::SET_PERSON, _) => 15,
        _ => return None,
    })
}

const fn machine_length(code: u8, dialect: Dialect) -> Option<usize> {
    Some(match (code, dialect) {
        (code::FIND_ADDRESS | code::RESET | code::SET_DATE | code::SET_TIME, _) => 2,
        (
            code::CHECK_COCKPIT
            | code::START
            | code::STOP
            | code::BIKE_TYPE
            | code::SET_POWER
            | code::SET_GEAR,
            _,
        )
        | (code::SET_PROGRAM, Dialect::Old) => 3,
        (code::SET_PROGRAM, Dialect::Current) => 4,
        (code::SET_SLOPE, _) => 6,
        (code::VERSION, _) => 11,
        (code::SET_PERSON, _) => 16,
        (code::READ_ALL, Dialect::Old) => 17,
        (code::READ_ALL, Dialect::Current) => 19,
        _ => return None,
    })
}

/// Cuts one direction into messages. Holds at most one that is unfinished.
#[derive(Debug, Clone)]
pub(super) struct Cutter {
    sender: Sender,
    cockpit: Cockpit,
    bytes: [u8; LONGEST_MESSAGE],
    filled: usize,
    /// Offset of the first of `bytes`.
    offset: u64,
    /// Whether the byte that comes next may still belong to the answer to a reset, which has two bytes or three.
    is_behind_reset: bool,
}

/// What a [`Cutter`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut<'a> {
    /// A message, whole.
    Message(&'a [u8]),
    /// The third byte of the answer to a reset.
    BehindReset(u8),
    /// A byte that begins no message.
    Stray,
}

impl Cutter {
    pub(super) const fn new(sender: Sender, cockpit: Cockpit) -> Self {
        Self {
            sender,
            cockpit,
            bytes: [0; LONGEST_MESSAGE],
            filled: 0,
            offset: 0,
            is_behind_reset: false,
        }
    }

    /// Takes one byte and hands on what it completes, with the offset of its first byte.
    pub(super) fn take(&mut self, byte: u8, sink: &mut dyn FnMut(u64, Cut<'_>)) {
        if core::mem::take(&mut self.is_behind_reset) && matches!(byte, 0x00 | 0x01 | 0x80 | 0x81) {
            sink(self.offset, Cut::BehindReset(byte));
            self.offset = self.offset.saturating_add(1);
            return;
        }
        if let Some(slot) = self.bytes.get_mut(self.filled) {
            *slot = byte;
            self.filled += 1;
        }
        loop {
            match self.begin() {
                Begin::Unfinished => return,
                Begin::Whole(length) => {
                    let message = self.bytes.get(..length).unwrap_or_default();
                    sink(self.offset, Cut::Message(message));
                    self.is_behind_reset =
                        self.sender == Sender::Machine && message.starts_with(&[code::RESET]);
                    self.consume(length);
                }
                Begin::Stray => {
                    sink(self.offset, Cut::Stray);
                    self.consume(1);
                }
            }
        }
    }

    /// Forgets what is unfinished, as 50 ms of silence do. Offsets go on.
    pub(super) fn reset(&mut self) {
        self.is_behind_reset = false;
        self.consume(self.filled);
    }

    fn begin(&self) -> Begin {
        let held = self.bytes.get(..self.filled).unwrap_or_default();
        let Some((code, rest)) = held.split_first() else {
            return Begin::Unfinished;
        };
        let Some(length) = self.sender.length(*code, self.cockpit.dialect) else {
            return Begin::Stray;
        };
        let is_elsewhere = *code != code::FIND_ADDRESS
            && rest
                .first()
                .is_some_and(|address| *address != self.cockpit.address);
        if is_elsewhere {
            Begin::Stray
        } else if held.len() < length {
            Begin::Unfinished
        } else {
            Begin::Whole(length)
        }
    }

    fn consume(&mut self, count: usize) {
        let count = count.min(self.filled);
        self.bytes.copy_within(count..self.filled, 0);
        self.filled -= count;
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.offset = self.offset.saturating_add(count);
    }
}

/// What the held bytes begin.
enum Begin {
    Unfinished,
    Whole(usize),
    Stray,
}
