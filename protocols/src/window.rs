//! The bytes at which a decoder looks before it knows what they are.

/// The newest bytes of a stream, from the first that is not yet used up. Counts where it stands and what was skipped.
#[derive(Debug, Clone)]
pub(crate) struct Window<const BYTES: usize> {
    bytes: [u8; BYTES],
    /// Where the bytes in use begin.
    first: usize,
    /// Where they end.
    end: usize,
    /// Offset of the first of them in the stream.
    offset: u64,
    skipped: u64,
}

impl<const BYTES: usize> Window<BYTES> {
    /// A window at the beginning of a stream.
    pub(crate) const fn new() -> Self {
        Self {
            bytes: [0; BYTES],
            first: 0,
            end: 0,
            offset: 0,
            skipped: 0,
        }
    }

    /// Takes one more byte. The owner keeps fewer than `BYTES` unused: one that finds no room counts as skipped.
    pub(crate) fn push(&mut self, byte: u8) {
        if self.end == BYTES {
            self.bytes.copy_within(self.first.., 0);
            self.end -= self.first;
            self.first = 0;
        }
        match self.bytes.get_mut(self.end) {
            Some(slot) => {
                *slot = byte;
                self.end += 1;
            }
            None => self.skipped = self.skipped.saturating_add(1),
        }
    }

    /// The bytes not used up.
    pub(crate) fn unused(&self) -> &[u8] {
        self.bytes.get(self.first..self.end).unwrap_or_default()
    }

    /// Where the first of them lies in the stream.
    pub(crate) const fn offset(&self) -> u64 {
        self.offset
    }

    /// Uses up so many.
    pub(crate) fn consume(&mut self, count: usize) {
        let count = count.min(self.end - self.first);
        self.first += count;
        if self.first == self.end {
            self.first = 0;
            self.end = 0;
        }
        self.offset = self.offset.saturating_add(wide(count));
    }

    /// Passes over so many as noise.
    pub(crate) fn skip(&mut self, count: usize) {
        self.skipped = self.skipped.saturating_add(wide(count));
        self.consume(count);
    }

    /// How many were passed over.
    pub(crate) const fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Forgets what is not used up; offset and count go on.
    pub(crate) fn clear(&mut self) {
        self.consume(self.end - self.first);
    }
}

/// A count as the stream's offsets have it.
pub(crate) fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_out_in_their_order_however_often_the_room_was_used() {
        let mut window = Window::<4>::new();
        let mut came = 0_u8;
        for _ in 0..50 {
            window.push(came);
            came += 1;
            if window.unused().len() == 3 {
                assert_eq!(window.unused(), [came - 3, came - 2, came - 1]);
                assert_eq!(window.offset(), u64::from(came - 3));
                window.skip(1);
                window.consume(1);
            }
        }
        assert_eq!(window.skipped(), 24);
    }

    #[test]
    fn clearing_keeps_the_place_in_the_stream() {
        let mut window = Window::<4>::new();
        for byte in [1, 2, 3] {
            window.push(byte);
        }
        window.clear();
        assert_eq!((window.unused(), window.offset()), (&[][..], 3));
        assert_eq!(window.skipped(), 0);
    }

    #[test]
    fn a_byte_without_room_is_counted() {
        let mut window = Window::<2>::new();
        for byte in [1, 2, 3] {
            window.push(byte);
        }
        assert_eq!((window.unused(), window.skipped()), (&[1, 2][..], 1));
    }
}
