//! Seconds of a bout, packed: ten minutes a block, whole columns, small, and still to be read by hand.
//!
//! A block is a JSON object of arrays in zlib's form, because every SQLite shell can unpack that (`session_samples`). What is packed is
//! unpacked and compared before the plain rows give way to it.

mod columns;
mod store;

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;

use self::columns::Columns;
use super::checksum::{self, Checksum};
use super::samples::SampleRow;

pub(super) use store::{Stored, bouts_to_pack, checked, of_bout, pack_block, pack_next, register};

/// Seconds of a full block.
pub(super) const SECONDS: usize = 600;

/// A second is this long, in microseconds: what a row's time is written against.
const SECOND_US: i64 = 1_000_000;

/// A packed block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SampleBlock {
    /// Time of its first second, in microseconds of the gym's time.
    pub(super) first_us: i64,
    /// Time of its last.
    pub(super) last_us: i64,
    /// The first second of the session in it.
    pub(super) first_s: i64,
    /// The last.
    pub(super) last_s: i64,
    /// How many rows.
    pub(super) samples: i64,
    /// How many bytes it unpacks to.
    pub(super) size: i64,
    /// The bytes.
    pub(super) data: Vec<u8>,
}

/// Why rows cannot be packed, or a block cannot be unpacked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum BlockError {
    /// There is nothing to pack.
    #[error("there is nothing to pack")]
    Empty,
    /// Times that are too far apart to be of one bout.
    #[error("its times are too far apart")]
    Times,
    /// The sum does not fit.
    #[error("{0}")]
    Checksum(&'static str),
    /// The bytes make no JSON, or are cut short.
    #[error("its bytes cannot be unpacked ({0})")]
    Bytes(String),
    /// There are fewer rows in it than it says.
    #[error("it has not the rows that it says it has")]
    Rows,
}

impl SampleBlock {
    /// Packs rows, which are in order of time.
    pub(super) fn of(rows: &[SampleRow]) -> Result<Self, BlockError> {
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            return Err(BlockError::Empty);
        };
        let mut columns = Columns::default();
        let (mut next_us, mut next_second) = (first.at_us, first.t_s);
        for row in rows {
            let at = row.at_us.checked_sub(next_us).ok_or(BlockError::Times)?;
            let second = row.t_s.checked_sub(next_second).ok_or(BlockError::Times)?;
            columns.push(at, second, row.clone());
            next_us = next_us.checked_add(SECOND_US).ok_or(BlockError::Times)?;
            next_second = next_second.checked_add(1).ok_or(BlockError::Times)?;
        }
        let bytes = |error: &dyn std::error::Error| BlockError::Bytes(error.to_string());
        let json = serde_json::to_vec(&columns).map_err(|error| bytes(&error))?;
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&json).map_err(|error| bytes(&error))?;
        Ok(Self {
            first_us: first.at_us,
            last_us: last.at_us,
            first_s: first.t_s,
            last_s: last.t_s,
            samples: count(rows.len()),
            size: count(json.len()),
            data: encoder.finish().map_err(|error| bytes(&error))?,
        })
    }

    /// The rows that were packed, equal to the bit.
    pub(super) fn rows(&self) -> Result<Vec<SampleRow>, BlockError> {
        let json = inflated(&self.data, self.size)
            .map_err(|error| BlockError::Bytes(error.to_string()))?;
        let columns: Columns =
            serde_json::from_slice(&json).map_err(|error| BlockError::Bytes(error.to_string()))?;
        let rows = columns
            .rows(self.first_us, self.first_s)
            .ok_or(BlockError::Rows)?;
        if count(rows.len()) == self.samples {
            Ok(rows)
        } else {
            Err(BlockError::Rows)
        }
    }

    /// The sum that stands beside the block of that bout.
    pub(super) fn checksum(&self, bout: i64) -> Checksum {
        checksum::of(
            &[
                bout,
                self.first_us,
                self.last_us,
                self.first_s,
                self.last_s,
                self.samples,
                self.size,
            ],
            &self.data,
        )
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Unpacks zlib's form to exactly so many bytes.
fn inflated(data: &[u8], size: i64) -> std::io::Result<Vec<u8>> {
    let size = u64::try_from(size).unwrap_or_default();
    let mut bytes = Vec::new();
    // One byte more than there may be shows that there are too many, whatever the bytes claim.
    ZlibDecoder::new(data)
        .take(size.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()) == Ok(size) {
        Ok(bytes)
    } else {
        Err(std::io::Error::other("it unpacks to another size"))
    }
}

#[cfg(test)]
mod tests;
