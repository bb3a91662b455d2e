//! A file of `station capture` as input: known by its first line, and read a line at a time.

use std::io::{self, Cursor, ErrorKind, Read};

use drivers::port::Direction;
use drivers::port::capture_file::{self, CaptureLineError, Kind, LONGEST_LINE};
use thiserror::Error;

/// A file that cannot be read further.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum CaptureError {
    #[error("line {line} of the capture: {source}")]
    Line { line: u64, source: CaptureLineError },
    #[error("line {line} of the capture is longer than any; look whether the file is whole")]
    TooLong { line: u64 },
}

/// What the input is by its first bytes, and the input from its beginning again. Input that is no capture is held back only as long as
/// it begins like one.
pub(super) fn kind_of(mut input: Box<dyn Read>) -> io::Result<(Kind, Box<dyn Read>)> {
    let mut begins = Vec::new();
    let mut buffer = [0; 64];
    let mut kind = Kind::Undecided;
    while kind == Kind::Undecided {
        let whole = match input.read(&mut buffer) {
            Ok(count) => {
                begins.extend_from_slice(buffer.get(..count).unwrap_or_default());
                count == 0
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        kind = capture_file::kind_of(&begins, whole);
    }
    Ok((kind, Box::new(Cursor::new(begins).chain(input))))
}

/// Lines out of pieces of any size.
#[derive(Debug, Default)]
pub(super) struct CaptureReader {
    line: u64,
    /// What has come of a line whose end has not.
    begun: Vec<u8>,
    /// What its heading says that the bytes are.
    protocol: Option<String>,
}

impl CaptureReader {
    /// Hands on the bytes of one direction, a piece of the capture at a time.
    pub(super) fn take(
        &mut self,
        text: &[u8],
        wanted: Direction,
        feed: &mut dyn FnMut(&[u8]),
    ) -> Result<(), CaptureError> {
        for part in text.split_inclusive(|byte| *byte == b'\n') {
            self.begun.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.end_line(wanted, feed)?;
            } else if self.begun.len() > LONGEST_LINE {
                let line = self.line.saturating_add(1);
                return Err(CaptureError::TooLong { line });
            }
        }
        Ok(())
    }

    /// The input ends here: a last line may have no end.
    pub(super) fn finish(
        &mut self,
        wanted: Direction,
        feed: &mut dyn FnMut(&[u8]),
    ) -> Result<(), CaptureError> {
        if self.begun.is_empty() {
            return Ok(());
        }
        self.end_line(wanted, feed)
    }

    /// What its heading says that the bytes are, as far as it is read.
    pub(super) fn protocol(&self) -> Option<&str> {
        self.protocol.as_deref()
    }

    fn end_line(
        &mut self,
        wanted: Direction,
        feed: &mut dyn FnMut(&[u8]),
    ) -> Result<(), CaptureError> {
        self.line = self.line.saturating_add(1);
        let line = self.line;
        let text = String::from_utf8_lossy(&self.begun);
        let piece = if line == 1 {
            Ok(None)
        } else {
            capture_file::from_line(&text)
        };
        if let Some(protocol) = capture_file::protocol_of(&text) {
            self.protocol = Some(protocol.to_owned());
        }
        let piece = piece.map_err(|source| CaptureError::Line { line, source })?;
        self.begun.clear();
        if let Some(piece) = piece.filter(|piece| piece.direction == wanted) {
            feed(&piece.bytes);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] =
        b"station-capture 1\n# line 9600 8N1\n0.000000 < F1 01\n0.001000 > 80\n1.000000 < F2";

    fn input(bytes: &'static [u8]) -> Box<dyn Read> {
        Box::new(bytes)
    }

    #[test]
    fn a_capture_is_known_by_its_first_line_and_nothing_is_lost_of_either() {
        for (bytes, wanted) in [
            (FILE, Kind::Capture),
            (b"station-capture 2\n", Kind::OtherCapture),
            (b"station-capt", Kind::Other),
            (b"", Kind::Other),
            (b"\xF1\x80\x80\xF2", Kind::Other),
        ] {
            let (kind, mut rest) = kind_of(input(bytes)).unwrap();
            assert_eq!(kind, wanted);
            let mut all = Vec::new();
            rest.read_to_end(&mut all).unwrap();
            assert_eq!(all, bytes);
        }
    }

    #[test]
    fn one_direction_is_handed_on_however_the_text_is_split() {
        for (direction, wanted) in [
            (Direction::FromDevice, &[0xF1, 0x01, 0xF2][..]),
            (Direction::ToDevice, &[0x80]),
        ] {
            for size in 1..FILE.len() {
                let mut reader = CaptureReader::default();
                let mut bytes = Vec::new();
                let mut feed = |piece: &[u8]| bytes.extend_from_slice(piece);
                for part in FILE.chunks(size) {
                    reader.take(part, direction, &mut feed).unwrap();
                }
                reader.finish(direction, &mut feed).unwrap();
                assert_eq!(bytes, wanted, "{size}");
            }
        }
    }

    #[test]
    fn a_broken_line_is_named_by_its_number() {
        let mut reader = CaptureReader::default();
        let text = b"station-capture 1\n0.000000 < F1\nsoon < 80\n";
        let error = reader
            .take(text, Direction::FromDevice, &mut |_| {})
            .unwrap_err();
        assert!(
            error.to_string().starts_with("line 3 of the capture"),
            "{error}"
        );
    }
}
