//! Flags, rate, energy, beat intervals.

use crate::gatt::{Cursor, LONGEST_VALUE, Value, Writer};
use crate::vocabulary::{Absence, BeatsPerMinute};
use crate::wire::{Field, NoRoom, Report, WireErrorKind};

/// Bytes that every measurement fits into.
pub const LONGEST_MEASUREMENT: usize = LONGEST_VALUE;

/// As many beat intervals as fit beside flags, a wide rate and energy.
const MOST_INTERVALS: usize = (LONGEST_MEASUREMENT - 5) / 2;
/// As many as fit beside flags and a narrow rate.
const MOST_READ: usize = (LONGEST_MEASUREMENT - 2) / 2;

mod flag {
    pub(super) const WIDE: u8 = 0x01;
    pub(super) const CONTACT: u8 = 0x02;
    pub(super) const CONTACT_KNOWN: u8 = 0x04;
    pub(super) const ENERGY: u8 = 0x08;
    pub(super) const INTERVALS: u8 = 0x10;
}

/// Whether the strap sits on the skin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contact {
    /// It cannot tell.
    NotSupported,
    /// It does not.
    Lost,
    /// It does.
    Held,
}

/// Beat intervals, oldest first, in 1/1024 s. There may be none in a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intervals {
    intervals: [u16; MOST_READ],
    count: usize,
}

/// One measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measurement {
    /// Beats a minute, as sent; 0 is "none".
    pub rate: u16,
    /// Contact.
    pub contact: Contact,
    /// Energy in kJ (not kcal) since it was reset; `None` without.
    pub energy: Option<u16>,
    /// Beat intervals; `None` from a strap that does not send them.
    pub intervals: Option<Intervals>,
}

impl Intervals {
    /// `None` for more than a measurement has room for.
    #[must_use]
    pub fn new(intervals: &[u16]) -> Option<Self> {
        if intervals.len() > MOST_INTERVALS {
            return None;
        }
        Some(Self::read(intervals.iter().copied()))
    }

    /// All of them.
    #[must_use]
    pub fn as_slice(&self) -> &[u16] {
        self.intervals.get(..self.count).unwrap_or(&self.intervals)
    }

    /// All of them in milliseconds, rounded to the nearest.
    pub fn milliseconds(&self) -> impl Iterator<Item = u16> + '_ {
        self.as_slice().iter().map(|interval| {
            let rounded = (u32::from(*interval) * 1_000 + 512) / 1_024;
            u16::try_from(rounded).unwrap_or(u16::MAX)
        })
    }

    fn read(all: impl Iterator<Item = u16>) -> Self {
        let mut held = Self {
            intervals: [0; MOST_READ],
            count: 0,
        };
        for (slot, interval) in held.intervals.iter_mut().zip(all) {
            *slot = interval;
            held.count += 1;
        }
        held
    }
}

impl Measurement {
    /// The heart rate.
    ///
    /// # Errors
    /// [`Absence::NoContact`] where contact is known and lost; [`Absence::Searching`] for 0; [`Absence::OutOfRange`] above 300
    /// a minute.
    pub fn heart_rate(&self) -> Result<BeatsPerMinute, Absence> {
        match (self.contact, self.rate) {
            (Contact::Lost, _) => Err(Absence::NoContact),
            (_, 0) => Err(Absence::Searching),
            (_, rate @ 1..=300) => BeatsPerMinute::new(rate).ok_or(Absence::OutOfRange),
            _ => Err(Absence::OutOfRange),
        }
    }

    /// What the measurement tells in every protocol's terms.
    #[must_use]
    pub fn report(&self) -> Report<'static> {
        Report {
            heart_rate: self.heart_rate().map_or(Field::Missing, Field::Present),
            ..Report::named("heart_rate_measurement")
        }
    }

    /// The value as the strap sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`LONGEST_MEASUREMENT`] bytes always do for intervals made by
    /// [`Intervals::new`].
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let narrow = u8::try_from(self.rate).ok();
        let contact = match self.contact {
            Contact::NotSupported => 0,
            Contact::Lost => flag::CONTACT_KNOWN,
            Contact::Held => flag::CONTACT_KNOWN | flag::CONTACT,
        };
        let flags = [
            (flag::WIDE, narrow.is_none()),
            (flag::ENERGY, self.energy.is_some()),
            (flag::INTERVALS, self.intervals.is_some()),
        ];
        let flags = flags
            .iter()
            .filter(|(_, set)| *set)
            .fold(contact, |all, (flag, _)| all | flag);
        let mut value = Writer::new(buffer);
        value.u8(Some(flags))?;
        match narrow {
            Some(rate) => value.u8(Some(rate))?,
            None => value.u16(Some(self.rate))?,
        }
        value.u16(self.energy)?;
        for interval in self.intervals.iter().flat_map(Intervals::as_slice) {
            value.u16(Some(*interval))?;
        }
        value.finish()
    }
}

impl Value for Measurement {
    /// Half an interval at the end is ignored \[assumed\].
    fn from_value(value: &[u8]) -> Result<Self, WireErrorKind> {
        let mut cursor = Cursor::new(value);
        let flags = cursor.u8()?;
        let has = |flag| flags & flag != 0;
        let rate = if has(flag::WIDE) {
            cursor.u16()?
        } else {
            cursor.u8()?.into()
        };
        let energy = cursor.when(has(flag::ENERGY), Cursor::u16)?;
        let intervals = has(flag::INTERVALS).then(|| {
            let (pairs, _) = cursor.rest().as_chunks::<2>();
            Intervals::read(pairs.iter().copied().map(u16::from_le_bytes))
        });
        let contact = match (has(flag::CONTACT_KNOWN), has(flag::CONTACT)) {
            (false, _) => Contact::NotSupported,
            (true, false) => Contact::Lost,
            (true, true) => Contact::Held,
        };
        Ok(Self {
            rate,
            contact,
            energy,
            intervals,
        })
    }
}
