//! Waveforms: a minute a block, kept as differences, because a pulse moves little from sample to sample.

use protocols::vocabulary::Timestamp;

use super::super::checksum::{self, Checksum};

/// Samples of a whole block at the usual rates are about a minute's.
const BLOCK_SECONDS: usize = 60;
/// Where samples come later or earlier than the rate says by this, a new block begins, in microseconds.
const TOLERANCE_US: u64 = 500_000;
const LEVEL: i32 = 9;

/// A waveform being written.
#[derive(Debug)]
pub(super) struct WaveformWriter {
    block: u32,
    pieces: u32,
    rate_hz: u16,
    first_us: u64,
    samples: Vec<u16>,
    handed_out: usize,
}

/// Bytes of a waveform's block for the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WaveformPiece {
    pub(super) block: u32,
    pub(super) piece: u32,
    pub(super) whole: bool,
    pub(super) first_us: u64,
    pub(super) rate_hz: u16,
    pub(super) samples: usize,
    pub(super) data: Vec<u8>,
}

impl WaveformPiece {
    /// The sum that stands beside it, in the run of that number.
    pub(super) fn checksum(&self, run: i64) -> Checksum {
        checksum::of(
            &[
                run,
                i64::from(self.block),
                i64::from(self.piece),
                i64::from(self.whole),
                i64::try_from(self.first_us).unwrap_or(i64::MAX),
                i64::from(self.rate_hz),
                i64::try_from(self.samples).unwrap_or(i64::MAX),
            ],
            &self.data,
        )
    }
}

impl WaveformWriter {
    pub(super) const fn new(rate_hz: u16) -> Self {
        Self {
            block: 0,
            pieces: 0,
            rate_hz,
            first_us: 0,
            samples: Vec::new(),
            handed_out: 0,
        }
    }

    /// Adds samples; what has become whole comes out.
    pub(super) fn push(
        &mut self,
        at: Timestamp,
        rate_hz: u16,
        samples: &[u16],
    ) -> Vec<WaveformPiece> {
        let mut done = Vec::new();
        let apart = self.time_of(self.samples.len()).abs_diff(at.as_micros()) > TOLERANCE_US;
        if !self.samples.is_empty() && (apart || rate_hz != self.rate_hz) {
            done.extend(self.finish());
        }
        if self.samples.is_empty() {
            self.first_us = at.as_micros();
            self.rate_hz = rate_hz;
        }
        self.samples.extend_from_slice(samples);
        if self.samples.len() >= usize::from(self.rate_hz.max(1)) * BLOCK_SECONDS {
            done.extend(self.finish());
        }
        done
    }

    /// What has come since the last piece.
    pub(super) fn take_piece(&mut self) -> Option<WaveformPiece> {
        let fresh = self
            .samples
            .get(self.handed_out..)
            .filter(|fresh| !fresh.is_empty())?;
        let piece = WaveformPiece {
            block: self.block,
            piece: self.pieces,
            whole: false,
            first_us: self.time_of(self.handed_out),
            rate_hz: self.rate_hz,
            samples: fresh.len(),
            data: fresh
                .iter()
                .flat_map(|sample| sample.to_le_bytes())
                .collect(),
        };
        self.handed_out = self.samples.len();
        self.pieces = self.pieces.saturating_add(1);
        Some(piece)
    }

    /// The block so far, whole; the next one begins.
    pub(super) fn finish(&mut self) -> Option<WaveformPiece> {
        if self.samples.is_empty() {
            return None;
        }
        let (mut low, mut high) = (Vec::new(), Vec::new());
        let mut last = 0_u16;
        for sample in &self.samples {
            let [below, above] = sample.wrapping_sub(last).to_le_bytes();
            low.push(below);
            high.push(above);
            last = *sample;
        }
        low.append(&mut high);
        let whole = match zstd::encode_all(low.as_slice(), LEVEL) {
            Ok(data) => Some(WaveformPiece {
                block: self.block,
                piece: 0,
                whole: true,
                first_us: self.first_us,
                rate_hz: self.rate_hz,
                samples: self.samples.len(),
                data,
            }),
            // Its pieces stay as they are; the last of them is still to come.
            Err(_) => self.take_piece(),
        };
        *self = Self {
            block: self.block.saturating_add(1),
            ..Self::new(self.rate_hz)
        };
        whole
    }

    /// How many blocks there are, once the last is finished.
    pub(super) const fn blocks(&self) -> u32 {
        self.block
    }

    fn time_of(&self, sample: usize) -> u64 {
        let micros = u64::try_from(sample).unwrap_or(u64::MAX) * 1_000_000;
        self.first_us
            .saturating_add(micros / u64::from(self.rate_hz.max(1)))
    }
}

/// The samples of a piece as its row has them: a whole block, or one that stands while the block grows. `None` where they cannot be
/// what was written.
pub(crate) fn unpack(data: &[u8], whole: bool) -> Option<Vec<u16>> {
    if !whole {
        let (pairs, rest) = data.as_chunks::<2>();
        return rest
            .is_empty()
            .then(|| pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect());
    }
    let bytes = zstd::decode_all(data).ok()?;
    if bytes.len() % 2 != 0 {
        return None;
    }
    let (low, high) = bytes.split_at(bytes.len() / 2);
    let mut last = 0_u16;
    let samples = low.iter().zip(high).map(|(low, high)| {
        last = last.wrapping_add(u16::from_le_bytes([*low, *high]));
        last
    });
    Some(samples.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pulse at 75 samples a second: a quick rise, a slow fall.
    fn pulse(from: usize, count: usize) -> Vec<u16> {
        (from..from + count)
            .map(|sample| u16::try_from(sample % 60).unwrap())
            .map(|phase| {
                if phase < 12 {
                    30 + phase * 15
                } else {
                    214 - phase * 3
                }
            })
            .collect()
    }

    #[test]
    fn a_minute_becomes_one_block_that_gives_every_sample_back() {
        let mut writer = WaveformWriter::new(75);
        let mut whole = Vec::new();
        for second in 0..60 {
            let at = Timestamp::from_secs(second);
            whole.extend(writer.push(at, 75, &pulse(usize::try_from(second).unwrap() * 75, 75)));
            if second < 59 {
                let piece = writer.take_piece().unwrap();
                assert_eq!((piece.samples, piece.data.len()), (75, 150));
                assert_eq!(unpack(&piece.data, false).unwrap().len(), 75);
            }
        }
        assert_eq!(whole.len(), 1);
        assert_eq!(unpack(&whole[0].data, true).unwrap(), pulse(0, 4_500));
        assert_eq!(unpack(&whole[0].data[1..], true), None);
        assert_eq!(unpack(&[1, 2, 3], false), None);
        assert_eq!(writer.take_piece(), None);
    }

    #[test]
    fn a_hole_in_time_begins_a_new_block() {
        let mut writer = WaveformWriter::new(75);
        assert_eq!(writer.push(Timestamp::ZERO, 75, &pulse(0, 75)), []);
        let done = writer.push(Timestamp::from_secs(5), 75, &pulse(375, 75));
        assert_eq!((done.len(), done[0].samples), (1, 75));
        let next = writer.take_piece().unwrap();
        assert_eq!((next.block, next.first_us), (1, 5_000_000));
    }
}
