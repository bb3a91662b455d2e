//! P3's three digits of a load: each its own character, echoed at once, and refused when the host is too slow.

use std::time::Duration;

use protocols::vocabulary::Timestamp;

/// Longest time between two characters; a host is asked for less than 200 ms (the maker's manual).
const TOO_SLOW: Duration = Duration::from_millis(300);
/// How many digits there are.
const DIGITS: u8 = 3;

/// What came of a preset load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Preset {
    /// None was announced.
    None,
    /// So many digits came, the last character then.
    Coming {
        digits: u8,
        watts: u16,
        last: Timestamp,
    },
    /// It was refused: the rest of the line counts for nothing.
    Refused,
}

/// What follows from a character.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Heard {
    /// It belongs to a preset load and to nothing else.
    pub(super) is_used: bool,
    pub(super) echo: &'static [u8],
    /// The load, when it is whole.
    pub(super) taken: Option<u16>,
}

impl Preset {
    pub(super) const fn announced(now: Timestamp) -> Self {
        Self::Coming {
            digits: 0,
            watts: 0,
            last: now,
        }
    }

    pub(super) fn hear(&mut self, now: Timestamp, byte: u8) -> Heard {
        let used = Heard {
            is_used: true,
            ..Heard::default()
        };
        match *self {
            Self::None => Heard::default(),
            _ if byte == b'\n' => used,
            Self::Refused => {
                if byte == b'\r' {
                    *self = Self::None;
                }
                used
            }
            // So late it is no digit any more but the next command.
            Self::Coming { last, .. } if now.since(last) > TOO_SLOW => {
                let is_digit = byte.is_ascii_digit();
                *self = if is_digit { Self::Refused } else { Self::None };
                Heard {
                    is_used: is_digit,
                    ..Heard::default()
                }
            }
            Self::Coming { digits, watts, .. } if byte == b'\r' => {
                *self = Self::None;
                if digits < DIGITS {
                    return used;
                }
                Heard {
                    echo: b"\r\n",
                    taken: Some(watts),
                    ..used
                }
            }
            Self::Coming { digits, watts, .. } => {
                let Some((digit, echo)) = digit(byte).filter(|_| digits < DIGITS) else {
                    *self = Self::Refused;
                    return used;
                };
                *self = Self::Coming {
                    digits: digits + 1,
                    watts: watts * 10 + digit,
                    last: now,
                };
                Heard { echo, ..used }
            }
        }
    }
}

/// A digit and its echo.
fn digit(byte: u8) -> Option<(u16, &'static [u8])> {
    let place = byte.checked_sub(b'0').filter(|digit| *digit <= 9)?;
    let echo = b"0123456789".get(usize::from(place)..)?.get(..1)?;
    Some((place.into(), echo))
}
