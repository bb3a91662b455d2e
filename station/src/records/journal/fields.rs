//! The columns of a block. Bytes of one nature stand together, because the compressor finds far more in them so: times'
//! lowest bytes are noise, the bytes above them hardly move, and the doubles of decisions look like nothing else.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::JournalError;

/// Columns being written.
#[derive(Debug, Clone, Default)]
pub(super) struct Columns {
    heads: Vec<u8>,
    times: Split,
    ages: Split,
    values: Vec<u8>,
}

/// Whole numbers: their lowest bytes apart from the rest.
#[derive(Debug, Clone, Default)]
struct Split {
    low: Vec<u8>,
    high: Vec<u8>,
}

impl Split {
    fn push(&mut self, value: u64) {
        self.low.push(u8::try_from(value & 0xFF).unwrap_or(0));
        let mut rest = value >> 8;
        loop {
            let seven = u8::try_from(rest & 0x7F).unwrap_or(0);
            rest >>= 7;
            if rest == 0 {
                return self.high.push(seven);
            }
            self.high.push(seven | 0x80);
        }
    }
}

/// How many runs of bytes the columns are.
const RUNS: usize = 6;

/// Where each column ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Ends([usize; RUNS]);

impl Columns {
    /// What a turn is.
    pub(super) fn head(&mut self, byte: u8) {
        self.heads.push(byte);
    }

    /// A time, as its difference from the one expected: small ones of either sign are small numbers.
    pub(super) fn time(&mut self, difference: i64) {
        self.times
            .push(((difference << 1) ^ (difference >> 63)).cast_unsigned());
    }

    /// How old something is, or any other whole number.
    pub(super) fn age(&mut self, value: u64) {
        self.ages.push(value);
    }

    /// Any value.
    ///
    /// # Errors
    /// Where the value's type cannot be written down.
    pub(super) fn value<T: Serialize>(&mut self, value: &T) -> Result<(), postcard::Error> {
        postcard::to_io(value, &mut self.values).map(|_| ())
    }

    pub(super) const fn ends(&self) -> Ends {
        Ends([
            self.heads.len(),
            self.times.low.len(),
            self.times.high.len(),
            self.ages.low.len(),
            self.ages.high.len(),
            self.values.len(),
        ])
    }

    /// Takes back what came after.
    pub(super) fn truncate(&mut self, ends: Ends) {
        for (column, end) in self.all_mut().into_iter().zip(ends.0) {
            column.truncate(end);
        }
    }

    pub(super) fn size(&self) -> usize {
        self.ends().0.iter().sum()
    }

    /// What came after, as one run of bytes: each column with its length before it.
    pub(super) fn since(&self, ends: Ends) -> Vec<u8> {
        let mut run = Vec::new();
        for (column, start) in self.all().into_iter().zip(ends.0) {
            append(&mut run, column.get(start..).unwrap_or_default());
        }
        run
    }

    /// Everything, each column compressed by itself.
    ///
    /// # Errors
    /// Where the compressor fails.
    pub(super) fn compressed(&self, level: i32) -> std::io::Result<Vec<u8>> {
        let mut run = Vec::new();
        for column in self.all() {
            append(&mut run, &zstd::encode_all(column.as_slice(), level)?);
        }
        Ok(run)
    }

    /// Adds a run of [`Self::since`], or one of [`Self::compressed`].
    ///
    /// # Errors
    /// Where the bytes are no such run.
    pub(super) fn extend(&mut self, run: &[u8], compressed: bool) -> Result<(), JournalError> {
        let before = self.ends();
        let added = self.try_extend(run, compressed);
        if added.is_none() {
            self.truncate(before);
        }
        added.ok_or(JournalError::CutShort)
    }

    fn try_extend(&mut self, mut run: &[u8], compressed: bool) -> Option<()> {
        for column in self.all_mut() {
            let (bytes, rest) = take(run)?;
            if compressed {
                column.extend(zstd::decode_all(bytes).ok()?);
            } else {
                column.extend_from_slice(bytes);
            }
            run = rest;
        }
        Some(())
    }

    pub(super) fn source(&self) -> Source<'_> {
        Source {
            heads: &self.heads,
            times: SplitSource::of(&self.times),
            ages: SplitSource::of(&self.ages),
            values: &self.values,
        }
    }

    const fn all(&self) -> [&Vec<u8>; RUNS] {
        [
            &self.heads,
            &self.times.low,
            &self.times.high,
            &self.ages.low,
            &self.ages.high,
            &self.values,
        ]
    }

    const fn all_mut(&mut self) -> [&mut Vec<u8>; RUNS] {
        [
            &mut self.heads,
            &mut self.times.low,
            &mut self.times.high,
            &mut self.ages.low,
            &mut self.ages.high,
            &mut self.values,
        ]
    }
}

/// The first of a run's columns, and what follows it.
fn take(run: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = run.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)
}

fn append(run: &mut Vec<u8>, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    run.extend_from_slice(&length.to_le_bytes());
    run.extend_from_slice(bytes);
}

/// Columns being read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    heads: &'a [u8],
    times: SplitSource<'a>,
    ages: SplitSource<'a>,
    values: &'a [u8],
}

#[derive(Debug, Clone, Copy)]
struct SplitSource<'a> {
    low: &'a [u8],
    high: &'a [u8],
}

impl<'a> SplitSource<'a> {
    const fn of(split: &'a Split) -> Self {
        Self {
            low: split.low.as_slice(),
            high: split.high.as_slice(),
        }
    }

    fn next(&mut self) -> Result<u64, JournalError> {
        let mut value = u64::from(next(&mut self.low)?);
        for shift in (8..64).step_by(7) {
            let byte = next(&mut self.high)?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        Ok(value)
    }
}

impl Source<'_> {
    pub(super) const fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    pub(super) fn head(&mut self) -> Result<u8, JournalError> {
        next(&mut self.heads)
    }

    pub(super) fn time(&mut self) -> Result<i64, JournalError> {
        let value = self.times.next()?;
        Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    pub(super) fn age(&mut self) -> Result<u64, JournalError> {
        self.ages.next()
    }

    pub(super) fn value<T: DeserializeOwned>(
        &mut self,
        turn: u64,
        what: &'static str,
    ) -> Result<T, JournalError> {
        let (value, rest) = postcard::take_from_bytes(self.values)
            .map_err(|_| JournalError::Unreadable { turn, what })?;
        self.values = rest;
        Ok(value)
    }
}

fn next(column: &mut &[u8]) -> Result<u8, JournalError> {
    let (first, rest) = column.split_first().ok_or(JournalError::CutShort)?;
    *column = rest;
    Ok(*first)
}
