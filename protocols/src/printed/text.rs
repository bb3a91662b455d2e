//! Text that is kept, and text that is written.

use core::fmt::{self, Write};

use crate::wire::NoRoom;

/// A few printable characters as a line carried them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Text<const MOST: usize> {
    bytes: [u8; MOST],
    length: usize,
}

impl<const MOST: usize> Text<MOST> {
    /// Text of one to `MOST` characters without a blank; `None` for any other.
    #[must_use]
    pub fn word(text: &[u8]) -> Option<Self> {
        let mut bytes = [0; MOST];
        bytes.get_mut(..text.len())?.copy_from_slice(text);
        let is_word = !text.is_empty() && text.iter().all(u8::is_ascii_graphic);
        is_word.then_some(Self {
            bytes,
            length: text.len(),
        })
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..self.length).unwrap_or_default();
        core::str::from_utf8(bytes).unwrap_or_default()
    }
}

impl<const MOST: usize> fmt::Display for Text<MOST> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<const MOST: usize> fmt::Debug for Text<MOST> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// Writes text into a buffer.
///
/// # Errors
/// [`NoRoom`] where it does not hold all of it.
pub(crate) fn write<'a>(
    buffer: &'a mut [u8],
    text: fmt::Arguments<'_>,
) -> Result<&'a [u8], NoRoom> {
    let mut page = Page { buffer, length: 0 };
    page.write_fmt(text).map_err(|_| NoRoom)?;
    let Page { buffer, length } = page;
    let buffer: &'a [u8] = buffer;
    buffer.get(..length).ok_or(NoRoom)
}

/// A buffer that is being written.
struct Page<'a> {
    buffer: &'a mut [u8],
    length: usize,
}

impl Write for Page<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length.checked_add(text.len()).ok_or(fmt::Error)?;
        let place = self.buffer.get_mut(self.length..end).ok_or(fmt::Error)?;
        place.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::format;

    use super::*;

    #[test]
    fn a_word_holds_what_fits_and_can_be_read() {
        let word = Text::<5>::word(b"N-595").expect("fits");
        assert_eq!(format!("{word:7}|{word:?}"), "N-595  |\"N-595\"");
        for wrong in [b"".as_slice(), b"N-5950", b"a b", b"a\x80", b"a\n"] {
            assert_eq!(Text::<5>::word(wrong), None, "{}", wrong.escape_ascii());
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_whole() {
        let mut buffer = [0; 4];
        assert_eq!(
            write(&mut buffer, format_args!("{}{}", "a", 72)),
            Ok(b"a72".as_slice())
        );
        assert_eq!(write(&mut buffer, format_args!("{:05}", 72)), Err(NoRoom));
    }
}
