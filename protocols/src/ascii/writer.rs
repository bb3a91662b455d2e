//! How a line is written.

use crate::wire::NoRoom;

/// Writes into a buffer, piece after piece, and says at the end whether everything found its place.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    buffer: &'a mut [u8],
    /// Bytes so far, those that found no place too.
    length: usize,
}

impl<'a> Writer<'a> {
    /// Begins at the buffer's begin.
    pub(crate) const fn new(buffer: &'a mut [u8]) -> Self {
        Self { buffer, length: 0 }
    }

    /// Writes bytes as they are.
    #[must_use]
    pub(crate) fn bytes(mut self, bytes: &[u8]) -> Self {
        let end = self.length.saturating_add(bytes.len());
        if let Some(place) = self.buffer.get_mut(self.length..end) {
            place.copy_from_slice(bytes);
        }
        self.length = end;
        self
    }

    /// Writes a number in decimal digits, with zeros before it up to `width` digits.
    #[must_use]
    pub(crate) fn decimal(self, number: u32, width: usize) -> Self {
        self.in_base(10, number, width)
    }

    /// Writes a number in capital hexadecimal digits, with zeros before it up to `width` digits.
    #[must_use]
    pub(crate) fn hexadecimal(self, number: u32, width: usize) -> Self {
        self.in_base(16, number, width)
    }

    /// What has been written; empty where not everything found its place.
    pub(crate) fn so_far(&self) -> &[u8] {
        self.buffer.get(..self.length).unwrap_or_default()
    }

    /// What has been written.
    ///
    /// # Errors
    /// [`NoRoom`] where not everything found its place.
    pub(crate) fn finish(self) -> Result<&'a [u8], NoRoom> {
        let buffer: &'a [u8] = self.buffer;
        buffer.get(..self.length).ok_or(NoRoom)
    }

    fn in_base(self, base: u32, number: u32, width: usize) -> Self {
        /// Digits of the largest number in the smallest base that is used.
        const MOST: usize = 10;
        let mut digits = [b'0'; MOST];
        let mut rest = number;
        let mut used = 0;
        for (place, slot) in digits.iter_mut().rev().enumerate() {
            if rest > 0 {
                used = place + 1;
            }
            *slot = char::from_digit(rest % base, base)
                .and_then(|digit| u8::try_from(digit.to_ascii_uppercase()).ok())
                .unwrap_or(b'0');
            rest /= base;
        }
        let shown = used.max(width).clamp(1, MOST);
        let (_, shown) = digits.split_at(MOST - shown);
        self.bytes(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(number: u32, width: usize) -> ([u8; 12], usize) {
        let mut buffer = [0; 12];
        let length = Writer::new(&mut buffer)
            .decimal(number, width)
            .finish()
            .expect("room")
            .len();
        (buffer, length)
    }

    #[test]
    fn numbers_are_padded_and_never_cut() {
        for (number, width, text) in [
            (0, 0, b"0".as_slice()),
            (75, 3, b"075"),
            (75, 0, b"75"),
            (1_000, 3, b"1000"),
            (u32::MAX, 4, b"4294967295"),
        ] {
            let (buffer, length) = written(number, width);
            assert_eq!(&buffer[..length], text);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_whole() {
        let mut buffer = [0; 4];
        let line = Writer::new(&mut buffer).bytes(b"W").hexadecimal(0xA0, 3);
        assert_eq!(line.so_far(), b"W0A0");
        assert_eq!(line.bytes(b"\r").finish(), Err(NoRoom));
        assert_eq!(
            Writer::new(&mut buffer).bytes(b"F").bytes(b"\r").finish(),
            Ok(b"F\r".as_slice())
        );
    }
}
