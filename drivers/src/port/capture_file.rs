//! What went over a wire, as a text file: kept by `station capture` and by a gym, read by `station decode` and `station virtual replay`.
//!
//! The form, a line each:
//! - `station-capture 1`, the first line, by which such a file is known;
//! - `# port NAME`, `# protocol ID`, `# line 9600 8N1`, what was told of the wire, and `# began 28848.850550`, by a gym's own clock; other lines that begin with `#`, and empty ones, mean nothing;
//! - `12.345678 < F1 01 01 F2`: one piece as it was read or written. Seconds since the capture began, whole microseconds and never less
//!   than in the line before; `<` from the device, `>` to it; bytes as two hexadecimal digits each.

use core::fmt::Write as _;
use std::io;

use protocols::vocabulary::Timestamp;
use thiserror::Error;

use super::{Capture, CapturedBytes, Direction, LineSettings};

/// The first line of every such file, without its end.
pub const FIRST_LINE: &str = "station-capture 1";
/// What the first line of every version begins with.
pub const MARK: &str = "station-capture ";
/// What the line begins with that names the protocol.
const PROTOCOL: &str = "# protocol ";
/// What a line of the heading begins with that tells when the capture began, on a gym's own clock.
const BEGAN: &str = "# began ";
/// So many bytes are enough to tell what a file is.
const TOLD_BY: usize = 64;
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

/// What is told of the wire at the head of a file.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// The port's name.
    pub port: &'a str,
    /// What is spoken there, where that was told.
    pub protocol: Option<&'a str>,
    /// How the line was set.
    pub line: LineSettings,
}

/// The lines that a file begins with.
#[must_use]
pub fn heading(head: &Head<'_>) -> String {
    let port: String = head
        .port
        .chars()
        .map(|letter| if letter.is_control() { '?' } else { letter })
        .collect();
    let protocol = head
        .protocol
        .map_or_else(String::new, |id| format!("{PROTOCOL}{id}\n"));
    format!(
        "{FIRST_LINE}\n# port {port}\n{protocol}# line {}\n",
        head.line
    )
}

/// Writes all that a capture holds: a whole file, its times from the first piece on.
///
/// # Errors
/// What the system said where it cannot be written.
pub fn write(head: &Head<'_>, capture: &Capture, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(heading(head).as_bytes())?;
    let dropped = capture.dropped_bytes();
    if dropped > 0 {
        writeln!(out, "# {dropped} bytes before these were not kept")?;
    }
    let mut pieces = capture.pieces().peekable();
    let begins = pieces.peek().map_or(Timestamp::ZERO, |piece| piece.at);
    writeln!(out, "{BEGAN}{}", seconds_of(begins))?;
    for piece in pieces {
        let piece = CapturedBytes {
            at: Timestamp::ZERO + piece.at.since(begins),
            ..piece
        };
        out.write_all(to_line(&piece).as_bytes())?;
    }
    Ok(())
}

/// What a file is by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// More bytes have to tell.
    Undecided,
    /// A capture of this version.
    Capture,
    /// A capture that cannot be read: of another version, or without its first line.
    OtherCapture,
    /// No capture.
    Other,
}

/// What a file is that begins with these bytes; `whole` where there are no more.
#[must_use]
pub fn kind_of(begins: &[u8], whole: bool) -> Kind {
    let known = begins.get(..TOLD_BY).unwrap_or(begins);
    let is_cut = !whole && begins.len() < TOLD_BY;
    let marked = known
        .iter()
        .zip(MARK.as_bytes())
        .all(|(is, wanted)| is == wanted);
    if marked && known.len() >= MARK.len() {
        let end = known.iter().position(|byte| *byte == b'\n');
        let first = known.get(..end.unwrap_or(known.len())).unwrap_or_default();
        return match end {
            None if is_cut => Kind::Undecided,
            Some(_) | None if first.trim_ascii_end() == FIRST_LINE.as_bytes() => Kind::Capture,
            Some(_) | None => Kind::OtherCapture,
        };
    }
    if marked && is_cut {
        return Kind::Undecided;
    }
    begins_with_a_piece(known, is_cut)
}

/// A time, a blank, an arrow, a blank: what no device says.
fn begins_with_a_piece(known: &[u8], is_cut: bool) -> Kind {
    let time = known
        .iter()
        .take_while(|byte| byte.is_ascii_digit() || **byte == b'.')
        .count();
    let rest = known.get(time..).unwrap_or_default();
    let fits = |form: &[u8; 3]| rest.iter().zip(form).all(|(is, wanted)| is == wanted);
    match rest.len() {
        _ if time == 0 && !rest.is_empty() => Kind::Other,
        0..3 if is_cut && (fits(b" < ") || fits(b" > ")) => Kind::Undecided,
        3.. if fits(b" < ") || fits(b" > ") => Kind::OtherCapture,
        _ => Kind::Other,
    }
}

/// One piece as a line, its end included.
#[must_use]
pub fn to_line(piece: &CapturedBytes) -> String {
    let direction = match piece.direction {
        Direction::FromDevice => '<',
        Direction::ToDevice => '>',
    };
    let mut line = format!("{} {direction}", seconds_of(piece.at));
    for byte in &piece.bytes {
        // Writing to a text cannot fail.
        let _written = write!(line, " {byte:02X}");
    }
    line.push('\n');
    line
}

/// The protocol that a line of the heading names.
#[must_use]
pub fn protocol_of(line: &str) -> Option<&str> {
    line.strip_prefix(PROTOCOL).map(str::trim_end)
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

fn seconds_of(at: Timestamp) -> String {
    let micros = at.as_micros();
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

/// On the clock of whoever kept it, where a line of the heading tells when the capture began.
#[must_use]
pub fn began(line: &str) -> Option<Timestamp> {
    time_of(line.strip_prefix(BEGAN)?)
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
        let head = Head {
            port: "/dev/ttyUSB0",
            protocol: Some("csafe"),
            line: LineSettings::plain(9_600),
        };
        let told = "station-capture 1\n# port /dev/ttyUSB0\n# protocol csafe\n# line 9600 8N1\n";
        assert_eq!(heading(&head), told);
        let mut capture = Capture::new(60);
        for seconds in [7, 9, 10] {
            let at = Timestamp::from_secs(seconds);
            capture.record(at, Direction::ToDevice, &[0xF1, 0x80]);
        }
        let mut file = Vec::new();
        write(&head, &capture, &mut file).unwrap();
        assert_eq!(
            String::from_utf8(file).unwrap(),
            format!(
                "{told}# 2 bytes before these were not kept\n# began 9.000000\n0.000000 > F1 80\n1.000000 > F1 80\n"
            )
        );
        assert_eq!(rate_of("# line 9600 8N1"), Some(9_600));
        assert_eq!(began("# began 9.000000"), Some(Timestamp::from_secs(9)));
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

    #[test]
    fn a_file_is_known_by_its_first_bytes_and_no_device_is_taken_for_one() {
        for (begins, whole, kind) in [
            (&b"station-capture 1\n0.0"[..], false, Kind::Capture),
            (b"station-capture 1\r\n", false, Kind::Capture),
            (b"station-capture 1", true, Kind::Capture),
            (b"station-capture 1", false, Kind::Undecided),
            (b"station-capture 12\n", false, Kind::OtherCapture),
            (b"station-capture 9", true, Kind::OtherCapture),
            (b"station-capt", false, Kind::Undecided),
            (b"station-capt", true, Kind::Other),
            (b"", false, Kind::Undecided),
            (b"", true, Kind::Other),
            (b"28848850550 > A4", false, Kind::OtherCapture),
            (b"0.250000 < F1", false, Kind::OtherCapture),
            (b"0.25", false, Kind::Undecided),
            (b"0.25", true, Kind::Other),
            (b"075\t060", false, Kind::Other),
            (b"01/02/24 10:00", false, Kind::Other),
            (b"\xF1\x80\x80\xF2", false, Kind::Other),
            (&[b'7'; TOLD_BY], false, Kind::Other),
        ] {
            assert_eq!(kind_of(begins, whole), kind, "{begins:?}");
        }
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
