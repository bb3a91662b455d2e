//! What a frame begins with: `01`, STATUS, and a sample of eight bits.

use crate::nonin::{Sample, Status};

/// Byte 1 of every frame.
const FIRST_BYTE: u8 = 0x01;

impl Sample for u8 {
    const ZERO: Self = 0;

    fn head(status: Status, sample: Self) -> [u8; 3] {
        [FIRST_BYTE, status.byte(), sample]
    }

    fn read(head: [u8; 3]) -> Option<(Status, Self)> {
        match head {
            [FIRST_BYTE, status, sample] if Status::is_possible(status) => {
                Some((Status::from_byte(status), sample))
            }
            _ => None,
        }
    }

    fn narrowed(sample: u16) -> Self {
        Self::try_from(sample).unwrap_or(Self::MAX)
    }
}
