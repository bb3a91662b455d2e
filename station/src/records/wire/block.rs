//! Blocks of a wire as they stand in the file.

use rusqlite::Row;

use super::super::checksum;
use super::writer;
use super::{LinkOf, WireRecord};

/// A block or a piece of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::records) struct Stored {
    pub(in crate::records) device: String,
    pub(in crate::records) block: i64,
    pub(in crate::records) piece: i64,
    pub(in crate::records) whole: bool,
    pub(in crate::records) link: LinkOf,
    pub(in crate::records) first_us: i64,
    pub(in crate::records) last_us: i64,
    pub(in crate::records) records: i64,
    pub(in crate::records) data: Vec<u8>,
    checksum: Vec<u8>,
}

impl Stored {
    /// The columns that [`Self::read`] expects, first to last.
    pub(in crate::records) const COLUMNS: &str = "device, block, piece, whole, protocol, settings, first_us, last_us, records, data, checksum";

    pub(in crate::records) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            device: row.get(0)?,
            block: row.get(1)?,
            piece: row.get(2)?,
            whole: row.get(3)?,
            link: LinkOf {
                protocol: row.get(4)?,
                settings: row.get(5)?,
            },
            first_us: row.get(6)?,
            last_us: row.get(7)?,
            records: row.get(8)?,
            data: row.get(9)?,
            checksum: row.get(10)?,
        })
    }

    /// What happened, in order, in the bout of that row.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(in crate::records) fn checked(&self, bout: i64) -> Result<Vec<WireRecord>, &'static str> {
        let sum = checksum::of(
            &[
                bout,
                self.block,
                self.piece,
                i64::from(self.whole),
                self.first_us,
                self.last_us,
                self.records,
            ],
            &self.data,
        );
        if let Some(fault) = checksum::fault(Some(&self.checksum), sum) {
            return Err(fault);
        }
        let happened = self.happened().ok_or("its bytes cannot be unpacked")?;
        if i64::try_from(happened.len()) != Ok(self.records) {
            return Err("it has not the records that it says it has");
        }
        Ok(happened)
    }

    /// What happened, in order. `None` where the bytes cannot be what was written.
    ///
    /// A piece of a block that is not whole begins with what its first record differs by from the last of the piece before: that is passed
    /// over, as the piece has its own first instant.
    pub(super) fn happened(&self) -> Option<Vec<WireRecord>> {
        let unpacked;
        let bytes = if self.whole {
            unpacked = zstd::decode_all(self.data.as_slice()).ok()?;
            unpacked.as_slice()
        } else {
            self.data.as_slice()
        };
        let mut records = writer::read(0, bytes)?;
        let first = records.first()?.at.as_micros();
        let begins = u64::try_from(self.first_us).ok()?;
        for record in &mut records {
            let since = record.at.as_micros().checked_sub(first)?;
            record.at = protocols::vocabulary::Timestamp::from_micros(begins.checked_add(since)?);
        }
        Some(records)
    }
}
