//! Ids of sessions and bouts: short, readable, free of anything about the patient, and never given twice in one file.

use std::fmt;
use std::str::FromStr;

use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

/// Letters and digits of an id's last part: Crockford's base 32, which leaves out I, L, O and U.
pub(crate) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Sessions that one run of a gym can name before its numbers meet the next run's.
const SESSIONS_A_RUN: u32 = 1_024;

/// A session's id in the record, such as `S-20261123-143107-K7PD`: when it began (UTC), and a mark that makes it the only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId([u8; SessionId::LENGTH]);

impl SessionId {
    /// How many characters an id has.
    pub const LENGTH: usize = 22;

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII gets in, by `new` and by `from_str`.
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// An id from when the session began, in microseconds since 1970, and a mark of 20 bits.
    fn new(wall_micros: i64, mark: u32) -> Self {
        let began = Offset::UTC.to_datetime(
            jiff::Timestamp::from_microsecond(wall_micros).unwrap_or(jiff::Timestamp::UNIX_EPOCH),
        );
        let mark: String = [15_u32, 10, 5, 0]
            .iter()
            .filter_map(|shift| usize::try_from((mark >> shift) & 31).ok())
            .filter_map(|digit| ALPHABET.get(digit))
            .map(|letter| char::from(*letter))
            .collect();
        let text = format!(
            "S-{:04}{:02}{:02}-{:02}{:02}{:02}-{mark}",
            began.year().clamp(0, 9_999),
            began.month(),
            began.day(),
            began.hour(),
            began.minute(),
            began.second()
        );
        let mut id = [b'0'; Self::LENGTH];
        for (place, byte) in id.iter_mut().zip(text.bytes()) {
            *place = byte;
        }
        Self(id)
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text that is no session's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no session's id: one looks like S-20261123-143107-K7PD")]
pub struct NoSessionId(String);

impl FromStr for SessionId {
    type Err = NoSessionId;

    fn from_str(text: &str) -> Result<Self, NoSessionId> {
        <[u8; Self::LENGTH]>::try_from(text.as_bytes())
            .ok()
            .filter(|id| id.starts_with(b"S-") && id.is_ascii())
            .map(Self)
            .ok_or_else(|| NoSessionId(text.to_owned()))
    }
}

impl Serialize for SessionId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for SessionId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// A bout: which session's, and which of it, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BoutId {
    /// The session.
    pub session: SessionId,
    /// Its bout, from 1.
    pub number: u16,
}

impl fmt::Display for BoutId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bout {}", self.session, self.number)
    }
}

/// Makes the ids of one run of a gym. The run's number comes from the record, which gives each number once: two runs on one file
/// cannot make the same id, whatever the wall clock does in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionIds {
    run: u32,
    made: u32,
}

impl SessionIds {
    /// Ids of the run with that number.
    #[must_use]
    pub const fn of_run(run: u32) -> Self {
        Self { run, made: 0 }
    }

    /// The next id, for a session that begins at this wall time, in microseconds since 1970, UTC.
    pub fn next(&mut self, wall_micros: i64) -> SessionId {
        let number = self
            .run
            .wrapping_mul(SESSIONS_A_RUN)
            .wrapping_add(self.made);
        self.made = self.made.wrapping_add(1);
        SessionId::new(wall_micros, mixed(number & MARK))
    }
}

/// The bits of an id's mark.
const MARK: u32 = 0xF_FFFF;

/// Shuffles the 20 bits, so that neighbours look different. Each step can be undone, so no two numbers become the same.
const fn mixed(number: u32) -> u32 {
    let folded = number ^ (number >> 10);
    let spread = folded.wrapping_mul(0x9_E375) & MARK;
    spread ^ (spread >> 10)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// 2026-11-23 14:31:07 UTC.
    const WALL: i64 = 1_795_444_267_000_000;

    #[test]
    fn an_id_says_when_and_nothing_else() {
        let id = SessionIds::of_run(3).next(WALL);
        assert_eq!(id.as_str().len(), SessionId::LENGTH);
        assert!(id.as_str().starts_with("S-20261123-143107-"), "{id}");
        assert_eq!(id.as_str().parse(), Ok(id));
    }

    #[test]
    fn no_two_sessions_of_one_second_share_an_id_in_any_of_a_thousand_runs() {
        let mut seen = BTreeSet::new();
        for run in 0..1_024 {
            let mut ids = SessionIds::of_run(run);
            for _ in 0..64 {
                assert!(seen.insert(ids.next(WALL)), "run {run}");
            }
        }
    }

    #[test]
    fn what_is_no_id_is_refused_with_an_example() {
        let refusal = "bike-1".parse::<SessionId>().unwrap_err().to_string();
        assert!(refusal.contains("S-20261123-143107-K7PD"), "{refusal}");
        assert!("X-20261123-143107-K7PD".parse::<SessionId>().is_err());
    }
}
