//! The answer to `G`: status, count, and rates from the newest on.

use crate::vocabulary::{Absence, BeatsPerMinute};
use crate::wire::{Field, NoRoom, Report};

use super::line::{Writer, number};

/// Rates that the board remembers, one a second.
pub const HISTORY: usize = 32;

/// Bytes of the longest answer, its end counted.
pub const LONGEST_ANSWER: usize = 136;

/// The first number of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status(pub u8);

impl Status {
    const AVERAGED: u8 = 0x01;
    const NO_SIGNAL: u8 = 0x02;

    /// The averaged algorithm is in force: a window of beats, outliers thrown out, some 8 s behind (recalled); else every beat
    /// for itself.
    #[must_use]
    pub const fn averaged(self) -> bool {
        self.0 & Self::AVERAGED != 0
    }

    /// There is no valid signal (read by the forum's users from the manual).
    #[must_use]
    pub const fn no_signal(self) -> bool {
        self.0 & Self::NO_SIGNAL != 0
    }

    /// A status of these two bits.
    #[must_use]
    pub const fn new(averaged: bool, no_signal: bool) -> Self {
        let mut bits = 0;
        if averaged {
            bits |= Self::AVERAGED;
        }
        if no_signal {
            bits |= Self::NO_SIGNAL;
        }
        Self(bits)
    }
}

/// One answer with at least one rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// What holds.
    pub status: Status,
    /// One up for each new rate, once a second, modulo 256. One that stands still for 3 s is a receiver that hangs.
    pub count: u8,
    newest: u8,
    older: [u8; HISTORY - 1],
    /// How many of the older ones are there.
    older_count: usize,
}

impl Answer {
    /// An answer of these rates, newest first, 0 for "none"; `None` without a rate or with more than [`HISTORY`].
    #[must_use]
    pub fn new(status: Status, count: u8, rates: &[u8]) -> Option<Self> {
        let (newest, rest) = rates.split_first()?;
        let mut older = [0; HISTORY - 1];
        older.get_mut(..rest.len())?.copy_from_slice(rest);
        Some(Self {
            status,
            count,
            newest: *newest,
            older,
            older_count: rest.len(),
        })
    }

    /// What a line says, its end left off; `None` where it is no answer with a rate.
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let mut numbers = line.split(|byte| *byte == b' ').map(number);
        let status = Status(numbers.next()??);
        let count = numbers.next()??;
        let mut rates = [0; HISTORY];
        let mut length = 0;
        for rate in numbers {
            *rates.get_mut(length)? = rate?;
            length += 1;
        }
        Self::new(status, count, rates.get(..length)?)
    }

    /// All rates as sent, newest first.
    pub fn rates_raw(&self) -> impl Iterator<Item = u8> + '_ {
        let older = self.older.iter().take(self.older_count).copied();
        core::iter::once(self.newest).chain(older)
    }

    /// The newest heart rate.
    ///
    /// # Errors
    /// [`Absence::NoContact`] while the board says that there is no signal; [`Absence::Searching`] for 0, its "none";
    /// [`Absence::OutOfRange`] outside 30 to 240 a minute.
    pub fn heart_rate(&self) -> Result<BeatsPerMinute, Absence> {
        if self.status.no_signal() {
            return Err(Absence::NoContact);
        }
        match self.newest {
            0 => Err(Absence::Searching),
            rate @ 30..=240 => BeatsPerMinute::new(rate.into()).ok_or(Absence::OutOfRange),
            _ => Err(Absence::OutOfRange),
        }
    }

    /// What the answer tells in every protocol's terms.
    #[must_use]
    pub fn report(&self) -> Report<'static> {
        Report {
            heart_rate: self.heart_rate().map_or(Field::Missing, Field::Present),
            ..Report::named("heart_rates")
        }
    }

    /// The answer as the board sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`LONGEST_ANSWER`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let mut line = Writer::new(buffer);
        line.number(self.status.0)?;
        line.byte(b' ')?;
        line.number(self.count)?;
        for rate in self.rates_raw() {
            line.byte(b' ')?;
            line.number(rate)?;
        }
        line.finish()
    }
}

/// The answer to `G0`, of status and count alone, as the board sends it. In a stream of answers with rates it is an error.
///
/// # Errors
/// [`NoRoom`] where `buffer` is too small; 8 bytes always do.
pub fn encode_without_rates(status: Status, count: u8, buffer: &mut [u8]) -> Result<&[u8], NoRoom> {
    let mut line = Writer::new(buffer);
    line.number(status.0)?;
    line.byte(b' ')?;
    line.number(count)?;
    line.finish()
}

/// The answer to `V` as the board sends it.
///
/// # Errors
/// [`NoRoom`] where `buffer` is too small; 4 bytes always do.
pub fn encode_version(version: u8, buffer: &mut [u8]) -> Result<&[u8], NoRoom> {
    let mut line = Writer::new(buffer);
    line.number(version)?;
    line.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(status: u8, newest: u8) -> Result<u16, Absence> {
        let answer = Answer::new(Status(status), 5, &[newest]).unwrap();
        answer.heart_rate().map(BeatsPerMinute::get)
    }

    #[test]
    fn the_rate_holds_from_thirty_to_two_hundred_and_forty_with_a_signal() {
        assert_eq!(rate(1, 0), Err(Absence::Searching));
        assert_eq!(rate(1, 29), Err(Absence::OutOfRange));
        assert_eq!(rate(1, 30), Ok(30));
        assert_eq!(rate(0, 240), Ok(240));
        assert_eq!(rate(1, 241), Err(Absence::OutOfRange));
        assert_eq!(rate(3, 72), Err(Absence::NoContact));
        assert_eq!(rate(2, 72), Err(Absence::NoContact));
        assert_eq!(rate(0xFD, 72), Ok(72));
    }

    #[test]
    fn an_answer_has_one_to_thirty_two_rates() {
        assert_eq!(Answer::new(Status(1), 0, &[]), None);
        assert_eq!(Answer::new(Status(1), 0, &[72; HISTORY + 1]), None);
        let full = Answer::new(Status(1), 0, &[72; HISTORY]).unwrap();
        assert_eq!(full.rates_raw().count(), HISTORY);
        let longest = Answer::new(Status(255), 255, &[255; HISTORY]).unwrap();
        assert!(longest.encode(&mut [0; LONGEST_ANSWER - 1]).is_err());
        assert_eq!(
            longest.encode(&mut [0; LONGEST_ANSWER]).unwrap().len(),
            LONGEST_ANSWER
        );
    }

    #[test]
    fn the_other_answers_are_as_the_sheet_writes_them() {
        let mut buffer = [0; 8];
        assert_eq!(
            encode_without_rates(Status::new(true, true), 122, &mut buffer),
            Ok(&b"3 122\r"[..])
        );
        assert_eq!(encode_version(11, &mut buffer), Ok(&b"11\r"[..]));
    }
}
