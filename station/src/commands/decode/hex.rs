//! Hexadecimal text to bytes, in pieces of any size.

use thiserror::Error;

/// Reads text in which every byte is two adjacent hexadecimal digits; white space may stand between bytes.
#[derive(Debug)]
pub(super) struct HexReader {
    line: u64,
    column: u64,
    /// The first digit of a byte whose second has not come, and its column.
    half: Option<(u8, u64)>,
}

/// Text that is not hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(super) enum HexError {
    #[error(
        "line {line}, column {column}: {found:?} is no hexadecimal digit; write each byte as two of 0-9, A-F, or leave --hex out for raw bytes"
    )]
    NotADigit { line: u64, column: u64, found: char },
    #[error(
        "line {line}, column {column}: a byte has one digit alone; write each byte as two, such as 06"
    )]
    OneDigit { line: u64, column: u64 },
}

impl Default for HexReader {
    fn default() -> Self {
        Self {
            line: 1,
            column: 1,
            half: None,
        }
    }
}

impl HexReader {
    /// Turns a piece of text into the bytes that it completes, in place. Where the text is broken the bytes before it are
    /// given, and what is wrong.
    pub(super) fn take<'a>(&mut self, text: &'a mut [u8]) -> (&'a [u8], Option<HexError>) {
        let mut made = 0;
        let mut broken = None;
        for read in 0..text.len() {
            let Some(&character) = text.get(read) else {
                break;
            };
            match self.push(character) {
                Ok(None) => {}
                Ok(Some(byte)) => {
                    // A byte needs two characters: the one written lies before the one read.
                    if let Some(slot) = text.get_mut(made) {
                        *slot = byte;
                        made += 1;
                    }
                }
                Err(error) => {
                    broken = Some(error);
                    break;
                }
            }
        }
        (text.get(..made).unwrap_or_default(), broken)
    }

    /// Says whether the text may end here.
    pub(super) fn finish(&self) -> Result<(), HexError> {
        self.no_half()
    }

    fn push(&mut self, character: u8) -> Result<Option<u8>, HexError> {
        let column = self.column;
        self.column = column.saturating_add(1);
        if character.is_ascii_whitespace() {
            self.no_half()?;
            if character == b'\n' {
                self.line = self.line.saturating_add(1);
                self.column = 1;
            }
            return Ok(None);
        }
        let digit = char::from(character).to_digit(16);
        let digit =
            digit
                .and_then(|digit| u8::try_from(digit).ok())
                .ok_or(HexError::NotADigit {
                    line: self.line,
                    column,
                    found: char::from(character),
                })?;
        Ok(match self.half.take() {
            None => {
                self.half = Some((digit, column));
                None
            }
            Some((high, _)) => Some(high << 4 | digit),
        })
    }

    fn no_half(&self) -> Result<(), HexError> {
        match self.half {
            None => Ok(()),
            Some((_, column)) => Err(HexError::OneDigit {
                line: self.line,
                column,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(pieces: &[&str]) -> (Vec<u8>, Option<HexError>) {
        let mut reader = HexReader::default();
        let mut bytes = Vec::new();
        for piece in pieces {
            let mut text = piece.as_bytes().to_vec();
            let (made, broken) = reader.take(&mut text);
            bytes.extend_from_slice(made);
            if broken.is_some() {
                return (bytes, broken);
            }
        }
        (bytes, reader.finish().err())
    }

    #[test]
    fn bytes_may_stand_together_or_apart_in_either_case() {
        assert_eq!(
            read(&["F1 80\n80f2\r\n\t0A"]),
            (vec![0xF1, 0x80, 0x80, 0xF2, 0x0A], None)
        );
        assert_eq!(read(&[""]), (vec![], None));
    }

    #[test]
    fn what_is_broken_is_told_with_its_place_after_the_bytes_before_it() {
        let error = HexError::NotADigit {
            line: 2,
            column: 4,
            found: 'G',
        };
        assert_eq!(read(&["F1\n80 G1"]), (vec![0xF1, 0x80], Some(error)));
        let error = HexError::OneDigit { line: 1, column: 4 };
        assert_eq!(read(&["F1 8 0"]), (vec![0xF1], Some(error)));
        assert_eq!(read(&["F1 8"]), (vec![0xF1], Some(error)));
        assert_eq!(read(&["F1 8\n"]), (vec![0xF1], Some(error)));
    }

    proptest! {
        #[test]
        fn how_the_text_is_split_changes_nothing(text in "[0-9A-Fa-fG \n]{0,40}", at in 0_usize..40) {
            let (first, rest) = text.split_at(at.min(text.len()));
            prop_assert_eq!(read(&[first, rest]), read(&[&text]));
        }
    }
}
