//! Flags, and the fields that they announce.

use crate::exact::{Exact, unless_held};
use crate::gatt::{Cursor, Value, Writer};
use crate::vocabulary::{BeatsPerMinute, MetresPerSecond, RevolutionsPerMinute, Watts};
use crate::wire::{Field, NoRoom, Report, WireErrorKind};

/// Bytes of the longest value.
pub const LONGEST_BIKE_DATA: usize = 30;

/// Bits of the flags.
mod flag {
    /// Inverted: clear says that speed is here, set that it is in another value.
    pub(super) const NO_SPEED: u16 = 1;
    pub(super) const MEAN_SPEED: u16 = 1 << 1;
    pub(super) const CADENCE: u16 = 1 << 2;
    pub(super) const MEAN_CADENCE: u16 = 1 << 3;
    pub(super) const DISTANCE: u16 = 1 << 4;
    pub(super) const RESISTANCE: u16 = 1 << 5;
    pub(super) const POWER: u16 = 1 << 6;
    pub(super) const MEAN_POWER: u16 = 1 << 7;
    pub(super) const ENERGY: u16 = 1 << 8;
    pub(super) const HEART_RATE: u16 = 1 << 9;
    pub(super) const METS: u16 = 1 << 10;
    pub(super) const ELAPSED: u16 = 1 << 11;
    pub(super) const REMAINING: u16 = 1 << 12;
}

/// Energy, in kcal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Energy {
    /// In total.
    pub total: u16,
    /// In an hour.
    pub per_hour: u16,
    /// In a minute.
    pub per_minute: u8,
}

/// One value. Fields are as sent; `None` where they are not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BikeData {
    /// Speed in 0.01 km/h.
    pub speed_raw: Option<u16>,
    /// Mean speed in 0.01 km/h.
    pub mean_speed_raw: Option<u16>,
    /// Cadence in half revolutions a minute.
    pub cadence_raw: Option<u16>,
    /// Mean cadence in half revolutions a minute.
    pub mean_cadence_raw: Option<u16>,
    /// Distance in metres, 24 bits.
    pub distance: Option<u32>,
    /// Resistance; the unit is the machine's.
    pub resistance: Option<i16>,
    /// Power in watts.
    pub power_raw: Option<i16>,
    /// Mean power in watts.
    pub mean_power_raw: Option<i16>,
    /// Energy.
    pub energy: Option<Energy>,
    /// Heart rate in beats a minute; 0 is "none".
    pub heart_rate_raw: Option<u8>,
    /// In 0.1 MET.
    pub mets: Option<u8>,
    /// Time that has passed, in seconds.
    pub elapsed: Option<u16>,
    /// Time that is left, in seconds.
    pub remaining: Option<u16>,
}

impl BikeData {
    /// Speed.
    #[must_use]
    pub fn speed(&self) -> Field<MetresPerSecond> {
        // Hundredths of km/h in one division, for the last bit's sake.
        field(self.speed_raw, |raw| {
            MetresPerSecond::new(f64::from(raw) / 360.0)
        })
    }

    /// Cadence, rounded down.
    #[must_use]
    pub fn cadence(&self) -> Field<RevolutionsPerMinute> {
        field(self.cadence_raw, |raw| RevolutionsPerMinute::new(raw / 2))
    }

    /// Power. Less than none is missing \[assumed\].
    #[must_use]
    pub fn power(&self) -> Field<Watts> {
        field(self.power_raw, |raw| Watts::new(u16::try_from(raw).ok()?))
    }

    /// Heart rate; 0 is missing.
    #[must_use]
    pub fn heart_rate(&self) -> Field<BeatsPerMinute> {
        field(self.heart_rate_raw, |raw| BeatsPerMinute::new(raw.into()))
    }

    /// What the value tells in every protocol's terms; `None` where it has none of these.
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        let nothing = Report::named("indoor_bike_data");
        let report = Report {
            heart_rate: self.heart_rate(),
            power: self.power(),
            cadence: self.cadence(),
            speed: self.speed(),
            ..nothing
        };
        (report != nothing).then_some(report)
    }

    /// What the report cannot carry: half a revolution.
    #[must_use]
    pub fn exact(&self) -> Exact {
        let cadence_rpm = self.cadence_raw.and_then(|raw| {
            let held = f64::from(raw / 2);
            unless_held(f64::from(raw) / 2.0, Some(held))
        });
        Exact {
            cadence_rpm,
            ..Exact::NONE
        }
    }

    fn flags(&self) -> u16 {
        let set = [
            (flag::NO_SPEED, self.speed_raw.is_none()),
            (flag::MEAN_SPEED, self.mean_speed_raw.is_some()),
            (flag::CADENCE, self.cadence_raw.is_some()),
            (flag::MEAN_CADENCE, self.mean_cadence_raw.is_some()),
            (flag::DISTANCE, self.distance.is_some()),
            (flag::RESISTANCE, self.resistance.is_some()),
            (flag::POWER, self.power_raw.is_some()),
            (flag::MEAN_POWER, self.mean_power_raw.is_some()),
            (flag::ENERGY, self.energy.is_some()),
            (flag::HEART_RATE, self.heart_rate_raw.is_some()),
            (flag::METS, self.mets.is_some()),
            (flag::ELAPSED, self.elapsed.is_some()),
            (flag::REMAINING, self.remaining.is_some()),
        ];
        set.iter()
            .filter(|(_, set)| *set)
            .fold(0, |all, (flag, _)| all | flag)
    }

    /// The value as the bike sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`LONGEST_BIKE_DATA`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let mut value = Writer::new(buffer);
        value.u16(Some(self.flags()))?;
        value.u16(self.speed_raw)?;
        value.u16(self.mean_speed_raw)?;
        value.u16(self.cadence_raw)?;
        value.u16(self.mean_cadence_raw)?;
        value.u24(self.distance)?;
        value.i16(self.resistance)?;
        value.i16(self.power_raw)?;
        value.i16(self.mean_power_raw)?;
        value.u16(self.energy.map(|energy| energy.total))?;
        value.u16(self.energy.map(|energy| energy.per_hour))?;
        value.u8(self.energy.map(|energy| energy.per_minute))?;
        value.u8(self.heart_rate_raw)?;
        value.u8(self.mets)?;
        value.u16(self.elapsed)?;
        value.u16(self.remaining)?;
        value.finish()
    }
}

impl Value for BikeData {
    fn from_value(value: &[u8]) -> Result<Self, WireErrorKind> {
        let mut cursor = Cursor::new(value);
        let flags = cursor.u16()?;
        let has = |flag| flags & flag != 0;
        // In the order of the wire.
        Ok(Self {
            speed_raw: cursor.when(!has(flag::NO_SPEED), Cursor::u16)?,
            mean_speed_raw: cursor.when(has(flag::MEAN_SPEED), Cursor::u16)?,
            cadence_raw: cursor.when(has(flag::CADENCE), Cursor::u16)?,
            mean_cadence_raw: cursor.when(has(flag::MEAN_CADENCE), Cursor::u16)?,
            distance: cursor.when(has(flag::DISTANCE), Cursor::u24)?,
            resistance: cursor.when(has(flag::RESISTANCE), Cursor::i16)?,
            power_raw: cursor.when(has(flag::POWER), Cursor::i16)?,
            mean_power_raw: cursor.when(has(flag::MEAN_POWER), Cursor::i16)?,
            energy: cursor.when(has(flag::ENERGY), |cursor| {
                Ok(Energy {
                    total: cursor.u16()?,
                    per_hour: cursor.u16()?,
                    per_minute: cursor.u8()?,
                })
            })?,
            heart_rate_raw: cursor.when(has(flag::HEART_RATE), Cursor::u8)?,
            mets: cursor.when(has(flag::METS), Cursor::u8)?,
            elapsed: cursor.when(has(flag::ELAPSED), Cursor::u16)?,
            remaining: cursor.when(has(flag::REMAINING), Cursor::u16)?,
        })
    }
}

fn field<R, T>(raw: Option<R>, value: impl Fn(R) -> Option<T>) -> Field<T> {
    raw.map_or(Field::Absent, |raw| {
        value(raw).map_or(Field::Missing, Field::Present)
    })
}
