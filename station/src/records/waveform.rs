//! Blocks of a waveform as they stand in the file: their samples, and whether they are whole.

use rusqlite::Row;

use super::checksum;
use super::writer::unpack_waveform;

/// A block or a piece of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) run: i64,
    pub(super) block: i64,
    pub(super) piece: i64,
    pub(super) whole: bool,
    pub(super) first_us: i64,
    pub(super) rate_hz: i64,
    pub(super) samples: i64,
    pub(super) data: Vec<u8>,
    pub(super) checksum: Option<Vec<u8>>,
}

impl Stored {
    /// Reads a row that begins with run, block, piece, whole, first instant, rate, samples, data and checksum.
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            run: row.get(0)?,
            block: row.get(1)?,
            piece: row.get(2)?,
            whole: row.get(3)?,
            first_us: row.get(4)?,
            rate_hz: row.get(5)?,
            samples: row.get(6)?,
            data: row.get(7)?,
            checksum: row.get(8)?,
        })
    }

    /// How long it lasts, in microseconds.
    pub(super) fn length_us(&self) -> i64 {
        self.samples.saturating_mul(1_000_000) / self.rate_hz.max(1)
    }

    /// What is wrong with it.
    pub(super) fn fault(&self) -> Option<String> {
        let sum = checksum::of(
            &[
                self.run,
                self.block,
                self.piece,
                i64::from(self.whole),
                self.first_us,
                self.rate_hz,
                self.samples,
            ],
            &self.data,
        );
        if let Some(fault) = checksum::fault(self.checksum.as_deref(), sum) {
            return Some(fault.to_owned());
        }
        match self.values() {
            None => Some("its bytes cannot be unpacked".to_owned()),
            Some(values) if i64::try_from(values.len()) != Ok(self.samples) => Some(format!(
                "it has {} samples of {}",
                values.len(),
                self.samples
            )),
            Some(_) => None,
        }
    }

    /// The samples, as the device counted them; `None` where the bytes cannot be what was written.
    pub(super) fn values(&self) -> Option<Vec<u16>> {
        unpack_waveform(&self.data, self.whole)
    }
}
