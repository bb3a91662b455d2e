//! A bounded capture of the raw bytes of one port, for the day on which somebody asks what was on the wire.

use core::ops::Range;
use std::collections::VecDeque;

use protocols::vocabulary::Timestamp;

/// What one piece costs beside its bytes, so that many short ones cannot outgrow the bound.
const COST_PER_PIECE: usize = 24;

/// The head of ANT's message that sets a network's key: sync, length, id.
const SET_NETWORK_KEY: [u8; 3] = [0xA4, 0x09, 0x46];
const KEY_BYTES: usize = 8;
/// Behind the head comes the network's number, then the key.
const KEY_AT: usize = SET_NETWORK_KEY.len() + 1;

/// Which way bytes went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the host to the device.
    ToDevice,
    /// From the device to the host.
    FromDevice,
}

/// One piece of the capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapturedBytes {
    /// When it was written or read.
    pub at: Timestamp,
    /// Which way it went.
    pub direction: Direction,
    /// What it was.
    pub bytes: Vec<u8>,
}

/// A ring of the newest bytes of one port.
///
/// Promises: the key of an ANT network is zeros in it, and its message's check fits the zeros; no more than the capacity it was made with, 24 bytes for each piece included; no allocation in
/// [`Self::record`]; the oldest pieces go first, and what went is counted.
#[derive(Debug, Clone)]
pub struct Capture {
    capacity: usize,
    pieces: VecDeque<Piece>,
    bytes: VecDeque<u8>,
    dropped_bytes: u64,
}

#[derive(Debug, Clone, Copy)]
struct Piece {
    at: Timestamp,
    direction: Direction,
    length: usize,
}

impl Capture {
    /// A capture of at most `capacity` bytes.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            pieces: VecDeque::with_capacity(capacity / COST_PER_PIECE + 1),
            bytes: VecDeque::with_capacity(capacity),
            dropped_bytes: 0,
        }
    }

    /// Takes what was written or read. Of a piece that is larger than the whole capture its end is kept.
    pub fn record(&mut self, at: Timestamp, direction: Direction, bytes: &[u8]) {
        let room = self.capacity.saturating_sub(COST_PER_PIECE);
        let cut = bytes.len().saturating_sub(room);
        let kept = bytes.len() - cut;
        self.count_dropped(cut);
        if kept == 0 {
            return;
        }
        while self.used() + COST_PER_PIECE + kept > self.capacity {
            let Some(oldest) = self.pieces.pop_front() else {
                break;
            };
            self.bytes.drain(..oldest.length);
            self.count_dropped(oldest.length);
        }
        self.pieces.push_back(Piece {
            at,
            direction,
            length: kept,
        });
        self.bytes.extend(masked(direction, bytes).skip(cut));
    }

    /// What is kept, oldest first.
    pub fn pieces(&self) -> impl Iterator<Item = CapturedBytes> {
        let mut bytes = self.bytes.iter().copied();
        self.pieces.iter().map(move |piece| CapturedBytes {
            at: piece.at,
            direction: piece.direction,
            bytes: bytes.by_ref().take(piece.length).collect(),
        })
    }

    /// How many bytes had to go.
    #[must_use]
    pub const fn dropped_bytes(&self) -> u64 {
        self.dropped_bytes
    }

    fn used(&self) -> usize {
        self.bytes.len() + self.pieces.len() * COST_PER_PIECE
    }

    fn count_dropped(&mut self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.dropped_bytes = self.dropped_bytes.saturating_add(bytes);
    }
}

/// The bytes of a piece with zeros where a site's secret was. The check of a message that held it is that of the zeros: the true one
/// would tell what eight bits of the secret come to.
pub fn masked(direction: Direction, bytes: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let key = match direction {
        Direction::ToDevice => network_key(bytes),
        Direction::FromDevice => None,
    };
    let key = key.unwrap_or_default();
    let head = bytes.get(key.start.saturating_sub(KEY_AT)..key.start);
    let check = head
        .unwrap_or_default()
        .iter()
        .fold(0, |sum, byte| sum ^ byte);
    bytes.iter().enumerate().map(move |(place, byte)| {
        if key.contains(&place) {
            0
        } else if place == key.end && !key.is_empty() {
            check
        } else {
            *byte
        }
    })
}

/// Where the key of an ANT network lies in what a host writes. A capture is sent to other people; the key is its site's own.
fn network_key(written: &[u8]) -> Option<Range<usize>> {
    let at = written
        .windows(SET_NETWORK_KEY.len())
        .position(|bytes| bytes == SET_NETWORK_KEY)?;
    let begins = at + KEY_AT;
    Some(begins..begins + KEY_BYTES)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_networks_key_is_never_kept() {
        let mut capture = Capture::new(1_000);
        let at = Timestamp::from_secs(1);
        let mut message = vec![0xA4, 0x09, 0x46, 0x00];
        message.extend([0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88]);
        message.push(0x64);
        capture.record(at, Direction::ToDevice, &message);
        let kept: Vec<_> = capture.pieces().collect();
        let mut masked = message.clone();
        masked[4..12].fill(0);
        masked[12] = 0xA4 ^ 0x09 ^ 0x46;
        assert_eq!(kept[0].bytes, masked);
        let mut short = Capture::new(COST_PER_PIECE + 4);
        short.record(at, Direction::ToDevice, &message);
        assert_eq!(
            short.pieces().next().unwrap().bytes,
            masked[9..],
            "of its end as well"
        );
        // What a device says is kept as it is.
        capture.record(at, Direction::FromDevice, &message);
        assert_eq!(capture.pieces().last().unwrap().bytes, message);
    }

    fn piece(millis: u64, direction: Direction, bytes: &[u8]) -> CapturedBytes {
        CapturedBytes {
            at: Timestamp::from_millis(millis),
            direction,
            bytes: bytes.to_vec(),
        }
    }

    fn record(capture: &mut Capture, piece: &CapturedBytes) {
        capture.record(piece.at, piece.direction, &piece.bytes);
    }

    #[test]
    fn both_directions_are_kept_in_order() {
        let mut capture = Capture::new(1_000);
        let pieces = [
            piece(1, Direction::ToDevice, &[0xF1, 0x80, 0x80, 0xF2]),
            piece(6, Direction::FromDevice, &[0xF1, 0x01, 0x01, 0xF2]),
        ];
        for one in &pieces {
            record(&mut capture, one);
        }
        assert_eq!(capture.pieces().collect::<Vec<_>>(), pieces);
        assert_eq!(capture.dropped_bytes(), 0);
    }

    #[test]
    fn of_a_piece_larger_than_the_ring_the_end_is_kept() {
        let mut capture = Capture::new(COST_PER_PIECE + 3);
        record(&mut capture, &piece(1, Direction::FromDevice, b"abcdef"));
        let kept: Vec<CapturedBytes> = capture.pieces().collect();
        assert_eq!(kept, [piece(1, Direction::FromDevice, b"def")]);
        assert_eq!(capture.dropped_bytes(), 3);
    }

    #[test]
    fn a_capture_without_room_counts_what_it_cannot_keep() {
        let mut capture = Capture::new(0);
        record(&mut capture, &piece(1, Direction::FromDevice, b"abc"));
        assert_eq!(capture.pieces().count(), 0);
        assert_eq!(capture.dropped_bytes(), 3);
    }

    proptest! {
        #[test]
        fn the_newest_are_kept_within_the_bound_and_every_byte_is_accounted_for(
            capacity in 0_usize..500,
            sizes in prop::collection::vec(0_usize..100, 0..100),
        ) {
            let mut capture = Capture::new(capacity);
            let allocated = (capture.bytes.capacity(), capture.pieces.capacity());
            let mut sent = Vec::new();
            for (index, size) in sizes.iter().enumerate() {
                let bytes = vec![u8::try_from(index).unwrap(); *size];
                capture.record(Timestamp::ZERO, Direction::ToDevice, &bytes);
                sent.extend(bytes);
                prop_assert!(capture.used() <= capacity);
            }
            let kept: Vec<u8> = capture.pieces().flat_map(|piece| piece.bytes).collect();
            prop_assert!(sent.ends_with(&kept));
            prop_assert_eq!(
                u64::try_from(sent.len() - kept.len()).unwrap(),
                capture.dropped_bytes()
            );
            prop_assert_eq!((capture.bytes.capacity(), capture.pieces.capacity()), allocated);
        }
    }
}
