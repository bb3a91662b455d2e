//! A wire being written: pieces of a commit each while a block grows, and the whole block, compressed, when it is full.

use protocols::vocabulary::Timestamp;

use super::super::checksum::{self, Checksum};
use super::super::extent::Extent;
use super::{LinkOf, WireEvent, WireRecord};

/// A minute of a line; tried on the demonstration's: a fifth of its bytes.
const LEVEL: i32 = 12;

/// One device's wire in one bout.
#[derive(Debug, Clone)]
pub(in crate::records) struct WireWriter {
    link: LinkOf,
    block: u32,
    pieces: u32,
    whole: Extent,
    fresh: Extent,
    bytes: Vec<u8>,
    handed_out: usize,
}

/// Bytes of a wire's block for the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::records) struct WirePiece {
    pub(in crate::records) link: LinkOf,
    pub(in crate::records) block: u32,
    pub(in crate::records) piece: u32,
    pub(in crate::records) whole: bool,
    pub(in crate::records) first_us: u64,
    pub(in crate::records) last_us: u64,
    pub(in crate::records) records: u64,
    pub(in crate::records) data: Vec<u8>,
}

impl WirePiece {
    /// The sum that stands beside it, in the bout of that row.
    pub(in crate::records) fn checksum(&self, bout: i64) -> Checksum {
        let column = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        checksum::of(
            &[
                bout,
                i64::from(self.block),
                i64::from(self.piece),
                i64::from(self.whole),
                column(self.first_us),
                column(self.last_us),
                column(self.records),
            ],
            &self.data,
        )
    }
}

impl WireWriter {
    pub(in crate::records) fn new(link: LinkOf) -> Self {
        Self {
            link,
            block: 0,
            pieces: 0,
            whole: Extent::default(),
            fresh: Extent::default(),
            bytes: Vec::new(),
            handed_out: 0,
        }
    }

    /// Whether it is of a link that is made so.
    pub(in crate::records) fn is_of(&self, link: &LinkOf) -> bool {
        self.link == *link
    }

    /// Goes on with a link that is made otherwise: what came before is whole.
    pub(in crate::records) fn go_on_with(&mut self, link: LinkOf) -> Option<WirePiece> {
        let done = self.finish();
        self.link = link;
        done
    }

    /// Adds what happened. Each stands as what its time differs by from the one before, in microseconds, then itself.
    ///
    /// # Errors
    /// Where it cannot be written down, which is a mistake in its type. The block is as it was before.
    pub(in crate::records) fn push(&mut self, record: &WireRecord) -> Result<(), postcard::Error> {
        let at_us = record.at.as_micros();
        let since = if self.whole.count == 0 {
            0
        } else {
            at_us.saturating_sub(self.whole.last_us)
        };
        let written = postcard::to_stdvec(&(since, &record.event))?;
        self.bytes.extend_from_slice(&written);
        self.whole.add(at_us);
        self.fresh.add(at_us);
        Ok(())
    }

    /// What has come since the last piece.
    pub(in crate::records) fn take_piece(&mut self) -> Option<WirePiece> {
        if self.fresh.count == 0 {
            return None;
        }
        let extent = std::mem::take(&mut self.fresh);
        let data = self
            .bytes
            .get(self.handed_out..)
            .unwrap_or_default()
            .to_vec();
        self.handed_out = self.bytes.len();
        let piece = self.pieces;
        self.pieces = self.pieces.saturating_add(1);
        Some(self.piece(piece, false, extent, data))
    }

    /// The block so far, whole; the next one begins.
    pub(in crate::records) fn finish(&mut self) -> Option<WirePiece> {
        if self.whole.count == 0 {
            return None;
        }
        let whole = match zstd::encode_all(self.bytes.as_slice(), LEVEL) {
            Ok(data) => Some(self.piece(0, true, self.whole, data)),
            // Its pieces stay as they are; the last of them is still to come.
            Err(_) => self.take_piece(),
        };
        *self = Self {
            block: self.block.saturating_add(1),
            ..Self::new(self.link.clone())
        };
        whole
    }

    fn piece(&self, piece: u32, whole: bool, extent: Extent, data: Vec<u8>) -> WirePiece {
        WirePiece {
            link: self.link.clone(),
            block: self.block,
            piece,
            whole,
            first_us: extent.first_us,
            last_us: extent.last_us,
            records: extent.count,
            data,
        }
    }
}

/// What happened, from the bytes of a block whose first record is of that instant. `None` where they cannot be what was written.
pub(super) fn read(first_us: u64, mut bytes: &[u8]) -> Option<Vec<WireRecord>> {
    let mut records = Vec::new();
    let mut at_us = first_us;
    while !bytes.is_empty() {
        let ((since, event), rest): ((u64, WireEvent), _) =
            postcard::take_from_bytes(bytes).ok()?;
        at_us = at_us.checked_add(since)?;
        records.push(WireRecord {
            at: Timestamp::from_micros(at_us),
            event,
        });
        bytes = rest;
    }
    Some(records)
}
