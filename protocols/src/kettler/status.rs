//! The status line of eight fields.

use crate::ascii::{Writer, decimal};
use crate::exact::{Exact, unless_held};
use crate::vocabulary::{BeatsPerMinute, MetresPerSecond, RevolutionsPerMinute, Watts};
use crate::wire::{Field, Report};

/// A field's number: three to five digits. A shorter one has lost a digit \[assumed\].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldNumber(u32);

impl FieldNumber {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// A number up to 99999; `None` above.
    #[must_use]
    pub const fn new(number: u32) -> Option<Self> {
        if number <= 99_999 {
            Some(Self(number))
        } else {
            None
        }
    }

    /// The bare number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    fn parse(text: &[u8]) -> Option<Self> {
        (3..=5)
            .contains(&text.len())
            .then(|| decimal(text))
            .flatten()
            .and_then(Self::new)
    }

    fn as_u16(self) -> Option<u16> {
        u16::try_from(self.0).ok()
    }
}

/// The answer to `ST` and to every setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusLine {
    /// Heart rate a minute, 0 for none.
    pub heart_rate: FieldNumber,
    /// Cadence a minute.
    pub cadence: FieldNumber,
    /// Speed in tenths of km/h, computed by the bike from cadence and load.
    pub speed_tenths: FieldNumber,
    /// Distance in tenths of a kilometre.
    pub distance_tenths: FieldNumber,
    /// Power that was set, in watts: good for verifying a setting, and for nothing else.
    pub target_watts: FieldNumber,
    /// Energy in kJ.
    pub energy_kilojoules: FieldNumber,
    /// Minutes of the time, 0..999.
    pub minutes: u16,
    /// Seconds of the time, 0..99 as sent.
    pub seconds: u8,
    /// Whether the time is written with `;`, as some models do while they measure recovery.
    pub is_recovery: bool,
    /// Power in watts.
    pub power_watts: FieldNumber,
}

impl StatusLine {
    /// A line of eight fields; `None` where it has another number of them, or one is not of its form.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let mut fields = text.split(|byte| *byte == b'\t');
        let mut number = || fields.next().and_then(FieldNumber::parse);
        let heart_rate = number()?;
        let cadence = number()?;
        let speed_tenths = number()?;
        let distance_tenths = number()?;
        let target_watts = number()?;
        let energy_kilojoules = number()?;
        let (minutes, seconds, is_recovery) = fields.next().and_then(time)?;
        let power_watts = fields.next().and_then(FieldNumber::parse)?;
        fields.next().is_none().then_some(Self {
            heart_rate,
            cadence,
            speed_tenths,
            distance_tenths,
            target_watts,
            energy_kilojoules,
            minutes,
            seconds,
            is_recovery,
            power_watts,
        })
    }

    /// Writes the line without its end: three digits, four for the energy, two for the minutes, more where they are needed.
    pub(super) fn write<'a>(&self, line: Writer<'a>) -> Writer<'a> {
        let mut line = line;
        for number in [
            self.heart_rate,
            self.cadence,
            self.speed_tenths,
            self.distance_tenths,
            self.target_watts,
        ] {
            line = line.decimal(number.get(), 3).bytes(b"\t");
        }
        let colon: &[u8] = if self.is_recovery { b";" } else { b":" };
        line.decimal(self.energy_kilojoules.get(), 4)
            .bytes(b"\t")
            .decimal(self.minutes.into(), 2)
            .bytes(colon)
            .decimal(self.seconds.into(), 2)
            .bytes(b"\t")
            .decimal(self.power_watts.get(), 3)
    }

    /// Speed.
    #[must_use]
    pub fn speed(&self) -> Option<MetresPerSecond> {
        MetresPerSecond::new(f64::from(self.speed_tenths.get()) / 36.0)
    }

    pub(super) fn report(&self) -> Report<'static> {
        Report {
            heart_rate: field(self.heart_rate.as_u16().and_then(BeatsPerMinute::new)),
            cadence: field(self.cadence.as_u16().and_then(RevolutionsPerMinute::new)),
            power: field(self.power_watts.as_u16().and_then(Watts::new)),
            speed: field(self.speed()),
            ..Report::named("status")
        }
    }

    pub(super) fn exact(&self) -> Exact {
        let exact = |number: FieldNumber, held: Option<f64>| {
            unless_held(f64::from(number.get()), held).filter(|_| number > FieldNumber::ZERO)
        };
        let rate = self.heart_rate.as_u16().and_then(BeatsPerMinute::new);
        Exact {
            spo2_percent: None,
            heart_rate_bpm: exact(self.heart_rate, rate.map(BeatsPerMinute::as_f64)),
            power_watts: exact(self.power_watts, self.power_watts.as_u16().map(f64::from)),
            cadence_rpm: exact(self.cadence, self.cadence.as_u16().map(f64::from)),
        }
    }
}

/// Minutes of one to three digits, `:` or `;`, seconds of two \[assumed\].
fn time(text: &[u8]) -> Option<(u16, u8, bool)> {
    let (minutes, [colon, tens, units]) = text.split_last_chunk()?;
    let is_recovery = match colon {
        b':' => false,
        b';' => true,
        _ => return None,
    };
    if minutes.len() > 3 {
        return None;
    }
    let minutes = u16::try_from(decimal(minutes)?).ok()?;
    let seconds = u8::try_from(decimal(&[*tens, *units])?).ok()?;
    Some((minutes, seconds, is_recovery))
}

fn field<T>(value: Option<T>) -> Field<T> {
    value.map_or(Field::Missing, Field::Present)
}
