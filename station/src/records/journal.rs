//! The raw journal of a bout: every turn of the core, in order, small enough to keep for years.
//!
//! A block is a run of turns from one checkpoint to the next, about a minute. Within it each turn is written against what was
//! foreseeable: a tick a tenth of a second after the last one, with nothing new to hand out, costs two or three bytes. Nothing is
//! rounded here and nothing is left out: what is read back is equal to what was handed over, bit for bit.

mod fields;
pub mod reader;
mod turns;
pub mod writer;

pub use reader::decode_block;
pub use writer::{BlockWriter, Piece};

/// The number of this format. A journal says its own in its bout's row; another one is not read. 2: a bout begins with what earlier
/// sessions taught. 3: a refusal names what was refused, and is no state of a link.
pub const FORMAT: u32 = 3;

/// A journal whose bytes make no turns.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// The bytes end in the middle of a turn.
    #[error("the journal ends in the middle of a turn")]
    CutShort,
    /// A turn that this format does not know.
    #[error("turn {turn} of the block cannot be read: {what}")]
    Unreadable {
        /// Which turn of the block, from 0.
        turn: u64,
        /// What could not be read.
        what: &'static str,
    },
}

/// One turn as the journal has it.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalTurn {
    /// The time that `handle` was given.
    pub now: protocols::vocabulary::Timestamp,
    /// What it was told.
    pub input: control::input::Input,
    /// What it handed out.
    pub outputs: control::outputs::Outputs,
}

#[cfg(test)]
mod tests;
