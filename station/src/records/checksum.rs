//! The sum beside each block of the record: it tells a block that the disk, or somebody, has changed.

use sha2::{Digest, Sha256};

/// The first bytes of a SHA-256 are enough to find damage.
const LENGTH: usize = 8;

/// A block's sum.
pub(crate) type Checksum = [u8; LENGTH];

/// The sum over a block: its place and extent, in the order of its columns, then its bytes. A column that is NULL counts as `i64::MIN`.
pub(crate) fn of(place: &[i64], data: &[u8]) -> Checksum {
    let mut sum = Sha256::new();
    for number in place {
        sum.update(number.to_le_bytes());
    }
    sum.update(data);
    let whole: [u8; 32] = sum.finalize().into();
    let mut first = [0; LENGTH];
    for (to, from) in first.iter_mut().zip(whole) {
        *to = from;
    }
    first
}

/// What is wrong with a block, by its sum; a block of an earlier version has none and is taken as it is.
pub(crate) fn fault(stored: Option<&[u8]>, computed: Checksum) -> Option<&'static str> {
    stored
        .is_some_and(|stored| stored != computed.as_slice())
        .then_some("its checksum does not fit")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_byte_and_a_changed_place_change_the_sum() {
        let sum = of(&[1, 2], b"data");
        assert_ne!(of(&[1, 2], b"dbta"), sum);
        assert_ne!(of(&[2, 1], b"data"), sum);
        assert_eq!(fault(Some(&sum), of(&[1, 2], b"data")), None);
        assert!(fault(Some(&sum), of(&[1, 3], b"data")).is_some());
        assert!(fault(Some(b"short"), sum).is_some());
        assert_eq!(fault(None, sum), None);
    }
}
