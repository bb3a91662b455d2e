//! A value a second in a ring: where a second stands, and the way back from it.
//!
//! Deliberately absent: which seconds are held. Who owns the ring knows what was written.

/// The ring's length, in seconds.
pub(crate) fn length<T, const N: usize>(_: &[T; N]) -> u64 {
    u64::try_from(N).unwrap_or(u64::MAX)
}

/// Where a second stands.
pub(crate) fn place<T, const N: usize>(ring: &[T; N], second: u64) -> Option<usize> {
    usize::try_from(second % length(ring)).ok()
}

/// What stands where a second does.
pub(crate) fn get<T: Copy, const N: usize>(ring: &[T; N], second: u64) -> Option<T> {
    ring.get(place(ring, second)?).copied()
}

/// Writes a second over what stood there.
pub(crate) fn set<T, const N: usize>(ring: &mut [T; N], second: u64, value: T) {
    if let Some(slot) = place(ring, second).and_then(|place| ring.get_mut(place)) {
        *slot = value;
    }
}

/// A second, those before it, and so on once around.
pub(crate) fn back_from<T, const N: usize>(ring: &[T; N], second: u64) -> impl Iterator<Item = &T> {
    let split = place(ring, second).map_or(0, |place| place + 1);
    let (until, after) = ring.split_at_checked(split).unwrap_or_default();
    until.iter().rev().chain(after.iter().rev())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_stands_in_its_place_until_the_ring_comes_around() {
        let mut ring = [0_u64; 5];
        for second in 0..12 {
            set(&mut ring, second, second);
        }
        assert_eq!(get(&ring, 11), Some(11));
        assert_eq!(get(&ring, 7), Some(7));
        assert_eq!(get(&ring, 6), Some(11), "long over");
        assert!(back_from(&ring, 11).eq(&[11, 10, 9, 8, 7]));
        assert!(back_from(&ring, 9).take(3).eq(&[9, 8, 7]));
    }
}
