//! Text that is kept.

use core::fmt;

/// A few bytes as a line carried them, without its end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Text<const CAPACITY: usize> {
    bytes: [u8; CAPACITY],
    length: usize,
}

impl<const CAPACITY: usize> Text<CAPACITY> {
    /// Text of these bytes; `None` where they are more than `CAPACITY`.
    #[must_use]
    pub fn new(text: &[u8]) -> Option<Self> {
        let mut bytes = [0; CAPACITY];
        bytes.get_mut(..text.len())?.copy_from_slice(text);
        Some(Self {
            bytes,
            length: text.len(),
        })
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or(&self.bytes)
    }
}

impl<const CAPACITY: usize> fmt::Debug for Text<CAPACITY> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.as_bytes().escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::format;

    use super::*;

    #[test]
    fn text_holds_what_fits_and_shows_what_is_no_letter() {
        assert_eq!(Text::<3>::new(b"ACK").expect("fits").as_bytes(), b"ACK");
        assert_eq!(Text::<3>::new(b"ERROR"), None);
        let odd = Text::<3>::new(b"A\xFF").expect("fits");
        assert_eq!(format!("{odd:?}"), r#""A\xff""#);
    }
}
