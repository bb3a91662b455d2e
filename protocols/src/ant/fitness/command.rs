//! Pages 54 and 71: what a machine can be told, and what became of what it was told.

use super::super::control::ControlPage;
use super::super::data::PAGE_BYTES;
use super::super::page::{NONE, or_none, unless_none};
use super::{CAPABILITIES, COMMAND_STATUS};

/// Page 54.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// The greatest resistance, in newtons, as sent.
    pub greatest_resistance: u16,
    /// Bits: see the methods.
    pub modes: u8,
}

impl Capabilities {
    /// All three modes.
    pub const ALL_MODES: u8 = 7;

    /// Takes a resistance.
    #[must_use]
    pub const fn takes_resistance(&self) -> bool {
        self.modes & 1 != 0
    }

    /// Takes a target power.
    #[must_use]
    pub const fn takes_power(&self) -> bool {
        self.modes & 2 != 0
    }

    /// Takes wind and track.
    #[must_use]
    pub const fn takes_simulation(&self) -> bool {
        self.modes & 4 != 0
    }

    pub(super) const fn from_bytes(page: [u8; PAGE_BYTES]) -> Self {
        let [_, _, _, _, _, b5, b6, b7] = page;
        Self {
            greatest_resistance: u16::from_le_bytes([b5, b6]),
            modes: b7,
        }
    }

    pub(super) const fn bytes(self) -> [u8; PAGE_BYTES] {
        let [b5, b6] = self.greatest_resistance.to_le_bytes();
        [CAPABILITIES, NONE, NONE, NONE, NONE, b5, b6, self.modes]
    }
}

/// What became of a command, as sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandOutcome(pub u8);

impl CommandOutcome {
    /// Done.
    pub const DONE: Self = Self(0);
    /// Failed.
    pub const FAILED: Self = Self(1);
    /// The machine does not know it.
    pub const NOT_SUPPORTED: Self = Self(2);
    /// The machine refused it.
    pub const REJECTED: Self = Self(3);
    /// Still being done.
    pub const PENDING: Self = Self(4);
    /// There was none.
    pub const NONE: Self = Self(NONE);

    /// In words, as a fragment of a sentence; `None` for a number that the sheet does not name.
    #[must_use]
    pub const fn words(self) -> Option<&'static str> {
        Some(match self {
            Self::DONE => "done",
            Self::FAILED => "failed",
            Self::NOT_SUPPORTED => "not supported",
            Self::REJECTED => "rejected",
            Self::PENDING => "pending",
            Self::NONE => "no command yet",
            _ => return None,
        })
    }
}

/// Page 71.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandStatus {
    /// The page of the last command; `None` before any.
    pub command: Option<u8>,
    /// The command's number in the machine's count; `None` before any.
    pub sequence: Option<u8>,
    /// What became of it.
    pub outcome: CommandOutcome,
    /// Bytes 4 to 7 of the command.
    pub data: [u8; 4],
}

impl CommandStatus {
    /// Before any command.
    pub const BEFORE_ANY: Self = Self {
        command: None,
        sequence: None,
        outcome: CommandOutcome::NONE,
        data: [NONE; 4],
    };

    /// The status after a command.
    #[must_use]
    pub const fn after(command: &ControlPage, sequence: u8, outcome: CommandOutcome) -> Self {
        let [page, _, _, _, data @ ..] = command.bytes();
        Self {
            command: Some(page),
            sequence: Some(sequence),
            outcome,
            data,
        }
    }

    /// Whether the machine says that it did just this: the same page, the same values, done.
    #[must_use]
    pub fn confirms(&self, command: &ControlPage) -> bool {
        let [page, _, _, _, data @ ..] = command.bytes();
        self.command == Some(page) && self.outcome == CommandOutcome::DONE && self.data == data
    }

    pub(super) const fn from_bytes(page: [u8; PAGE_BYTES]) -> Self {
        let [_, b1, b2, b3, data @ ..] = page;
        Self {
            command: unless_none(b1),
            sequence: unless_none(b2),
            outcome: CommandOutcome(b3),
            data,
        }
    }

    pub(super) fn bytes(&self) -> [u8; PAGE_BYTES] {
        let [b4, b5, b6, b7] = self.data;
        [
            COMMAND_STATUS,
            or_none(self.command),
            or_none(self.sequence),
            self.outcome.0,
            b4,
            b5,
            b6,
            b7,
        ]
    }
}
