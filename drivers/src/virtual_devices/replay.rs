//! A device that is no more than what was once captured of one: it says the same bytes at the same times, and hears nothing.

use core::time::Duration;

use protocols::vocabulary::{MachineLoad, Timestamp};

use super::{Body, DeviceOutput, VirtualDevice};
use crate::port::{CapturedBytes, Direction};

/// Plays a capture once, from the first piece that the device sent, then is silent.
#[derive(Debug)]
pub struct VirtualReplay {
    begins: Timestamp,
    /// What to say, and how long after the beginning; in the order of time.
    pieces: Vec<(Duration, Vec<u8>)>,
    next: usize,
}

impl VirtualReplay {
    /// What of `pieces` came from the device, its first piece at `now`.
    #[must_use]
    pub fn new(now: Timestamp, pieces: Vec<CapturedBytes>) -> Self {
        let mut said: Vec<CapturedBytes> = pieces
            .into_iter()
            .filter(|piece| piece.direction == Direction::FromDevice)
            .collect();
        said.sort_by_key(|piece| piece.at);
        let first = said.first().map_or(Timestamp::ZERO, |piece| piece.at);
        Self {
            begins: now,
            pieces: said
                .into_iter()
                .map(|piece| (piece.at.since(first), piece.bytes))
                .collect(),
            next: 0,
        }
    }
}

impl VirtualDevice for VirtualReplay {
    fn handle_bytes(&mut self, _now: Timestamp, _bytes: &[u8]) {}

    fn advance(&mut self, _now: Timestamp, _body: &Body) {}

    fn poll_output(&mut self, now: Timestamp) -> DeviceOutput<'_> {
        let Some((after, bytes)) = self.pieces.get(self.next) else {
            return DeviceOutput::Wait(Timestamp::NEVER);
        };
        let due = self.begins + *after;
        if now < due {
            return DeviceOutput::Wait(due);
        }
        self.next += 1;
        DeviceOutput::Transmit(bytes)
    }

    fn actual_load(&self) -> Option<MachineLoad> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(millis: u64, direction: Direction, bytes: &[u8]) -> CapturedBytes {
        CapturedBytes {
            at: Timestamp::from_millis(millis),
            direction,
            bytes: bytes.to_vec(),
        }
    }

    #[test]
    fn what_a_device_said_is_said_again_at_its_times() {
        let begun = Timestamp::from_secs(100);
        let mut replay = VirtualReplay::new(
            begun,
            vec![
                piece(5_000, Direction::ToDevice, &[1]),
                piece(5_010, Direction::FromDevice, &[2]),
                piece(6_260, Direction::FromDevice, &[3]),
            ],
        );
        assert_eq!(replay.poll_output(begun), DeviceOutput::Transmit(&[2]));
        let later = begun + Duration::from_millis(1_250);
        assert_eq!(replay.poll_output(begun), DeviceOutput::Wait(later));
        assert_eq!(replay.poll_output(later), DeviceOutput::Transmit(&[3]));
        assert_eq!(
            replay.poll_output(later),
            DeviceOutput::Wait(Timestamp::NEVER)
        );
    }
}
