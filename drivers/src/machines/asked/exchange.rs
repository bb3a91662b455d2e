//! One exchange: what goes out, what comes back.

use protocols::vocabulary::{BeatsPerMinute, RevolutionsPerMinute, Timestamp, Watts};
use protocols::wire::{Field, Report, WireError};

use super::manners::Expect;
use crate::link::Objection;
use crate::machines::standstill::Signs;

/// Bytes of the longest exchange: the eight messages of a set, and room.
const OUTGOING_MAX: usize = 96;
/// More than one byte can complete: a byte that breaks a frame sets free what was held of it.
const FOUND_MAX: usize = 24;

/// Greatest power that is believed, in watts \[assumed\].
const POWER_MAX: u16 = 2_000;
/// Greatest cadence that is believed, in 1/min \[assumed\].
const CADENCE_MAX: u16 = 255;
/// Heart rates that are believed, in 1/min \[assumed\].
const HEART_RATES: std::ops::RangeInclusive<u16> = 30..=240;

/// An exchange that waits for its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct InFlight<A> {
    pub(super) ask: A,
    pub(super) purpose: Purpose,
    /// Of the load that it carries.
    pub(super) serial: u32,
    pub(super) expects: Expect,
    pub(super) deadline: Timestamp,
    /// How often it was made before, in a row.
    pub(super) tries: u8,
    /// It was given up, and is remembered for the count of tries alone.
    pub(super) is_over: bool,
}

/// What an exchange is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Stop,
    Opening,
    Start,
    Load,
    Again,
    Poll,
    /// It is to say who it is.
    Naming,
    /// Nothing more: no answer is due.
    Settling,
}

/// Bytes on their way out.
#[derive(Debug)]
pub(in crate::machines) struct Outgoing {
    bytes: [u8; OUTGOING_MAX],
    length: usize,
}

impl Outgoing {
    pub(super) const fn new() -> Self {
        Self {
            bytes: [0; OUTGOING_MAX],
            length: 0,
        }
    }

    pub(super) const fn clear(&mut self) {
        self.length = 0;
    }

    pub(super) const fn len(&self) -> usize {
        self.length
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// Writes these; what has no room is left out, which no protocol's longest exchange comes to.
    pub(in crate::machines) fn push(&mut self, bytes: &[u8]) {
        let end = self.length + bytes.len();
        debug_assert!(end <= OUTGOING_MAX);
        if let Some(place) = self.bytes.get_mut(self.length..end) {
            place.copy_from_slice(bytes);
            self.length = end;
        }
    }

    /// Writes what an encoder makes, whose error means that it had no room.
    pub(in crate::machines) fn encode<E>(
        &mut self,
        encode: impl FnOnce(&mut [u8]) -> Result<usize, E>,
    ) {
        let room = self.bytes.get_mut(self.length..).unwrap_or_default();
        let written = encode(room).unwrap_or(0);
        debug_assert!(written > 0);
        self.length = (self.length + written).min(OUTGOING_MAX);
    }
}

/// What one byte completed.
#[derive(Debug)]
pub(in crate::machines) struct Found {
    heard: [Option<Heard>; FOUND_MAX],
    length: usize,
}

impl Found {
    pub(super) const fn new() -> Self {
        Self {
            heard: [None; FOUND_MAX],
            length: 0,
        }
    }

    pub(in crate::machines) fn push(&mut self, heard: Heard) {
        debug_assert!(self.length < FOUND_MAX);
        if let Some(slot) = self.heard.get_mut(self.length) {
            *slot = Some(heard);
            self.length += 1;
        }
    }

    /// What a decoder found.
    pub(in crate::machines) fn take<M>(
        &mut self,
        content: Result<M, WireError>,
        said: impl FnOnce(M) -> Said,
    ) {
        self.push(match content {
            Ok(message) => Heard::Message(said(message)),
            Err(error) => Heard::Error(error),
        });
    }

    /// The next, in the order of the wire.
    pub(super) fn next(&mut self, at: usize) -> Option<Heard> {
        if at >= self.length {
            self.length = 0;
            return None;
        }
        self.heard.get_mut(at)?.take()
    }
}

/// What a byte completed.
#[derive(Debug, Clone, Copy)]
pub(in crate::machines) enum Heard {
    Message(Said),
    Error(WireError),
}

/// What a message means.
#[derive(Debug, Clone, Copy)]
pub(in crate::machines) struct Said {
    /// Of what was asked.
    pub(in crate::machines) answer: Answer,
    /// Nobody but this kind of machine says so: not an echo of our own either.
    pub(in crate::machines) is_proof: bool,
    /// What it said, where that is a refusal.
    pub(in crate::machines) objection: Option<Objection>,
    /// The load that it says is in force, in watts.
    pub(in crate::machines) in_force: Option<u16>,
    pub(in crate::machines) readings: Readings,
    /// What moves while somebody works, where a message tells that.
    pub(in crate::machines) signs: Option<Signs>,
    /// Nothing more belongs to a report.
    pub(in crate::machines) ends_report: bool,
    /// It refuses what it took before: it has begun anew meanwhile.
    pub(in crate::machines) has_restarted: bool,
    /// To be sent back at once.
    pub(in crate::machines) reply: &'static [u8],
}

/// What a message means for what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::machines) enum Answer {
    /// Nothing.
    None,
    /// It is the answer.
    Done,
    /// It was refused.
    Refused,
    /// It is the answer, and so unlikely that it is asked for once more.
    Doubtful,
    /// It did not arrive whole, or in a form that the machine knows: it is said again, some times.
    Again,
}

/// What was measured. `None` where it was not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::machines) struct Readings {
    pub(in crate::machines) power: Option<Watts>,
    pub(in crate::machines) cadence: Option<RevolutionsPerMinute>,
    pub(in crate::machines) heart_rate: Option<BeatsPerMinute>,
}

impl Said {
    /// A message that says nothing.
    pub(in crate::machines) const NOTHING: Self = Self {
        answer: Answer::None,
        is_proof: false,
        objection: None,
        in_force: None,
        readings: Readings::NONE,
        signs: None,
        ends_report: false,
        has_restarted: false,
        reply: &[],
    };

    /// The answer to what was asked, if this is one.
    pub(in crate::machines) const fn answers(is_answer: bool) -> Self {
        Self {
            answer: if is_answer {
                Answer::Done
            } else {
                Answer::None
            },
            is_proof: true,
            ..Self::NOTHING
        }
    }

    /// The same with what a codec reports.
    pub(in crate::machines) fn with(self, report: Option<Report<'_>>) -> Self {
        Self {
            readings: report.map_or(Readings::NONE, |report| Readings::of(&report)),
            ..self
        }
    }
}

impl Readings {
    pub(in crate::machines) const NONE: Self = Self {
        power: None,
        cadence: None,
        heart_rate: None,
    };

    /// What can be believed of a report. A speed is a bike's guess at a road: it is no belt's.
    fn of(report: &Report<'_>) -> Self {
        Self {
            power: value(report.power).filter(|power| power.get() <= POWER_MAX),
            cadence: value(report.cadence).filter(|cadence| cadence.get() <= CADENCE_MAX),
            heart_rate: value(report.heart_rate).filter(|rate| HEART_RATES.contains(&rate.get())),
        }
    }

    /// With what is newer in place of what is older.
    pub(super) fn with(self, newer: Self) -> Self {
        Self {
            power: newer.power.or(self.power),
            cadence: newer.cadence.or(self.cadence),
            heart_rate: newer.heart_rate.or(self.heart_rate),
        }
    }
}

fn value<T>(field: Field<T>) -> Option<T> {
    match field {
        Field::Present(value) => Some(value),
        Field::Missing | Field::Absent => None,
    }
}
