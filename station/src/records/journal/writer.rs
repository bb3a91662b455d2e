//! Turns to blocks: what has come since the last commit as a piece, and the whole block when it is full.

use super::super::checksum::{self, Checksum};
use super::super::extent::Extent;
use super::JournalTurn;
use super::fields::{Columns, Ends};
use super::turns::{self, Memory};

/// Compression of a full block: a good deal smaller than the fastest, and a minute of turns still takes about a millisecond.
const LEVEL: i32 = 19;

/// A block being written.
#[derive(Debug, Clone)]
pub struct BlockWriter {
    block: u32,
    pieces: u32,
    memory: Memory,
    columns: Columns,
    /// How much has been handed out in pieces.
    handed_out: Ends,
    whole: Extent,
    fresh: Extent,
}

/// Bytes of a block for the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Which block of the bout, from 0.
    pub block: u32,
    /// Which piece of the block, from 0. A whole block is its own piece 0.
    pub piece: u32,
    /// Whether this is the whole block, compressed, and stands for every piece before.
    pub whole: bool,
    /// The first turn's time, in microseconds.
    pub first_us: u64,
    /// The last turn's.
    pub last_us: u64,
    /// How many turns.
    pub turns: u64,
    /// The bytes.
    pub data: Vec<u8>,
}

impl Piece {
    /// The sum that stands beside it, in the bout of that row.
    pub(crate) fn checksum(&self, bout: i64) -> Checksum {
        let column = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        checksum::of(
            &[
                bout,
                i64::from(self.block),
                i64::from(self.piece),
                i64::from(self.whole),
                column(self.first_us),
                column(self.last_us),
                column(self.turns),
            ],
            &self.data,
        )
    }
}

impl BlockWriter {
    /// Begins a block of a bout.
    #[must_use]
    pub fn new(block: u32) -> Self {
        Self {
            block,
            pieces: 0,
            memory: Memory::new(),
            columns: Columns::default(),
            handed_out: Ends::default(),
            whole: Extent::default(),
            fresh: Extent::default(),
        }
    }

    /// Which block of the bout this is.
    #[must_use]
    pub const fn block(&self) -> u32 {
        self.block
    }

    /// How long the block is by now, in microseconds of the gym's time.
    #[must_use]
    pub const fn length_us(&self) -> u64 {
        self.whole.last_us.saturating_sub(self.whole.first_us)
    }

    /// How many bytes the block has by now, not compressed.
    #[must_use]
    pub fn size(&self) -> usize {
        self.columns.size()
    }

    /// Adds a turn.
    ///
    /// # Errors
    /// Where a value's type cannot be written down, which is a mistake in that type. The block is as it was before.
    pub fn push(&mut self, turn: &JournalTurn) -> Result<(), postcard::Error> {
        let before = self.columns.ends();
        if let Err(error) = turns::write(&mut self.columns, &mut self.memory, turn) {
            self.columns.truncate(before);
            return Err(error);
        }
        self.whole.add(turn.now.as_micros());
        self.fresh.add(turn.now.as_micros());
        Ok(())
    }

    /// What has come since the last piece; `None` where nothing has.
    pub fn take_piece(&mut self) -> Option<Piece> {
        if self.fresh.count == 0 {
            return None;
        }
        let piece = self.pieces;
        self.pieces = self.pieces.saturating_add(1);
        let extent = std::mem::take(&mut self.fresh);
        let data = self.columns.since(self.handed_out);
        self.handed_out = self.columns.ends();
        Some(Piece {
            block: self.block,
            piece,
            whole: false,
            first_us: extent.first_us,
            last_us: extent.last_us,
            turns: extent.count,
            data,
        })
    }

    /// The whole block, compressed, and the next one begins; `None` where it has no turn, and goes on.
    ///
    /// # Errors
    /// Where the compressor fails; the block is then as it was.
    pub fn finish(&mut self) -> std::io::Result<Option<Piece>> {
        if self.whole.count == 0 {
            return Ok(None);
        }
        let data = self.columns.compressed(LEVEL)?;
        let piece = Piece {
            block: self.block,
            piece: 0,
            whole: true,
            first_us: self.whole.first_us,
            last_us: self.whole.last_us,
            turns: self.whole.count,
            data,
        };
        *self = Self::new(self.block.saturating_add(1));
        Ok(Some(piece))
    }
}
