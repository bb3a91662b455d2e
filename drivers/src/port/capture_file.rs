//! What went over a wire, as a text file: kept by `station capture`, read by `station decode` and `station virtual replay`.
//!
//! The form, a line each:
//! - `station-capture 1`, the first line, by which such a file is known;
//! - `# protocol ID`, `# line 9600 8N1`, what was told of the wire; other lines that begin with `#`, and empty ones, mean nothing;
//! - `12.345678 < F1 01 01 F2`: one piece as it was read or written. Seconds since the capture began, whole microseconds and never less
//!   than in the line before; `<` from the device, `>` to it; bytes as two hexadecimal digits each.

use core::fmt::Write as _;

use protocols::vocabulary::Timestamp;
use thiserror::Error;

use super::{CapturedBytes, Direction, LineSettings};

/// The first line of every such file, without its end.
pub const FIRST_LINE: &str = "station-capture 1";
/// Bytes of the longest line that is read: one of 16,000 captured bytes.
pub const LONGEST_LINE: usize = 48 * 1_024;

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CaptureLineError {
    /// No seconds with a point and six digits.
    #[error(
        "it begins with no time; write seconds with six digits behind the point, such as 1.250000"
    )]
    Time,
    /// Neither `<` nor `>`.
    #[error("it says no direction; write < for bytes from the device, > for bytes to it")]
    Direction,
    /// Not two hexadecimal digits a byte.
    #[error("its bytes are not two hexadecimal digits each, with a blank between")]
    Bytes,
}

/// The lines that a file begins with.
#[must_use]
pub fn heading(protocol: Option<&str>, line: LineSettings) -> String {
    let protocol = protocol.map_or_else(String::new, |id| format!("# protocol {id}\n"));
    format!("{FIRST_LINE}\n{protocol}# line {line}\n")
}

/// One piece as a line, its end included.
#[must_use]
pub fn to_line(piece: &CapturedBytes) -> String {
    let micros = piece.at.as_micros();
    let direction = match piece.direction {
        Direction::FromDevice => '<',
        Direction::ToDevice => '>',
    };
    let mut line = format!(
        "{}.{:06} {direction}",
        micros / 1_000_000,
        micros % 1_000_000
    );
    for byte in &piece.bytes {
        // Writing to a text cannot fail.
        let _written = write!(line, " {byte:02X}");
    }
    line.push('\n');
    line
}

/// What a line after the first says; `None` for one that holds no bytes.
///
/// # Errors
/// [`CaptureLineError`], which says what should stand there.
pub fn from_line(line: &str) -> Result<Option<CapturedBytes>, CaptureLineError> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let (time, rest) = line.split_once(' ').ok_or(CaptureLineError::Direction)?;
    let at = time_of(time).ok_or(CaptureLineError::Time)?;
    let (direction, bytes) = rest
        .split_at_checked(1)
        .ok_or(CaptureLineError::Direction)?;
    let direction = match direction {
        "<" => Direction::FromDevice,
        ">" => Direction::ToDevice,
        _ => return Err(CaptureLineError::Direction),
    };
    let bytes: Option<Vec<u8>> = bytes.split_whitespace().map(byte_of).collect();
    Ok(Some(CapturedBytes {
        at,
        direction,
        bytes: bytes.ok_or(CaptureLineError::Bytes)?,
    }))
}

/// The rate of the line in baud, where a line of the heading tells it.
#[must_use]
pub fn rate_of(line: &str) -> Option<u32> {
    let settings = line.strip_prefix("# line ")?;
    settings.split(' ').next()?.parse().ok()
}

fn time_of(text: &str) -> Option<Timestamp> {
    let (seconds, micros) = text.split_once('.')?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(seconds) || !is_number(micros) || micros.len() != 6 {
        return None;
    }
    let seconds: u64 = seconds.parse().ok()?;
    let micros: u64 = micros.parse().ok()?;
    let whole = seconds.checked_mul(1_000_000)?.checked_add(micros)?;
    // More than the clock can hold is no time.
    whole.checked_mul(1_000)?;
    Some(Timestamp::from_micros(whole))
}

fn byte_of(text: &str) -> Option<u8> {
    let is_hex = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u8::from_str_radix(text, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_file_is_as_it_is_told_above() {
        assert_eq!(
            heading(Some("csafe"), LineSettings::plain(9_600)),
            "station-capture 1\n# protocol csafe\n# line 9600 8N1\n"
        );
        assert_eq!(rate_of("# line 9600 8N1"), Some(9_600));
        let piece = CapturedBytes {
            at: Timestamp::from_micros(12_345_678),
            direction: Direction::FromDevice,
            bytes: vec![0xF1, 0x01, 0x01, 0xF2],
        };
        assert_eq!(to_line(&piece), "12.345678 < F1 01 01 F2\n");
    }

    #[test]
    fn a_line_that_cannot_be_read_says_what_should_stand_there() {
        for (line, error) in [
            ("F1 01", CaptureLineError::Time),
            ("1.5 < F1", CaptureLineError::Time),
            ("1.500000", CaptureLineError::Direction),
            ("1.500000 = F1", CaptureLineError::Direction),
            ("1.500000 < F", CaptureLineError::Bytes),
            ("1.500000 < +1", CaptureLineError::Bytes),
            ("99999999999999999999.000000 < F1", CaptureLineError::Time),
        ] {
            assert_eq!(from_line(line), Err(error), "{line}");
        }
        assert_eq!(from_line("# whatever"), Ok(None));
        assert_eq!(from_line(" "), Ok(None));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            micros in 0_u64..1_000_000_000_000, to_device: bool,
            bytes in prop::collection::vec(any::<u8>(), 0..100),
        ) {
            let direction = if to_device { Direction::ToDevice } else { Direction::FromDevice };
            let piece = CapturedBytes { at: Timestamp::from_micros(micros), direction, bytes };
            prop_assert_eq!(from_line(&to_line(&piece)), Ok(Some(piece)));
        }

        #[test]
        fn any_line_is_read_or_refused(line: String) {
            drop(from_line(&line));
        }
    }
}
