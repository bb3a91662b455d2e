//! What a frame begins with: STATUS, and a sample of sixteen bits, most significant byte first.

use crate::nonin::{Sample, Status};

impl Sample for u16 {
    const ZERO: Self = 0;

    fn head(status: Status, sample: Self) -> [u8; 3] {
        let [upper, lower] = sample.to_be_bytes();
        [status.byte(), upper, lower]
    }

    fn read(head: [u8; 3]) -> Option<(Status, Self)> {
        let [status, upper, lower] = head;
        Status::is_possible(status).then(|| {
            let sample = Self::from_be_bytes([upper, lower]);
            (Status::from_byte(status), sample)
        })
    }

    fn narrowed(sample: u16) -> Self {
        sample
    }
}
