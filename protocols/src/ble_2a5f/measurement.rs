//! Flags, the normal pair, and what else there is.

use crate::exact::{Exact, unless_held};
use crate::gatt::{Cursor, Value, Writer};
use crate::vocabulary::number::floor_to_u16;
use crate::vocabulary::{BeatsPerMinute, OxygenSaturation};
use crate::wire::{Field, NoRoom, Report, WireErrorKind};

use super::sfloat::Sfloat;

/// Bytes of the longest measurement.
pub const LONGEST_MEASUREMENT: usize = 20;

mod flag {
    pub(super) const FAST: u8 = 0x01;
    pub(super) const SLOW: u8 = 0x02;
    pub(super) const STATUS: u8 = 0x04;
    pub(super) const SENSOR: u8 = 0x08;
    pub(super) const AMPLITUDE: u8 = 0x10;
}

/// Saturation in per cent and pulse rate per minute, as sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// Saturation.
    pub saturation: Sfloat,
    /// Pulse rate.
    pub rate: Sfloat,
}

/// One measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measurement {
    /// The pair that is read.
    pub normal: Pair,
    /// The fast pair; `None` without.
    pub fast: Option<Pair>,
    /// The slow pair; `None` without.
    pub slow: Option<Pair>,
    /// Status of the measurement, bits counted from 0 (recalled): 5 ongoing, 6 early estimate, 7 validated, 8 fully qualified,
    /// 9 from storage, 10 demonstration, 11 test, 12 calibrating, 13 unavailable, 14 questionable, 15 invalid.
    pub status: Option<u16>,
    /// Status of the sensor, 24 bits (recalled): 1 malfunction, 2 irregular processing, 3 inadequate, 4 poor, 5 low perfusion, 6
    /// erratic, 7 non-pulsatile, 8 questionable pulse, 10 interference, 11 not on the user, 12 unknown sensor, 13 displaced,
    /// 14 sensor malfunction, 15 disconnected.
    pub sensor: Option<u32>,
    /// Amplitude of the pulse; `None` without.
    pub amplitude: Option<Sfloat>,
}

impl Measurement {
    const UNAVAILABLE: u16 = 1 << 13;
    const INVALID: u16 = 1 << 15;

    /// Saturation in per cent; `None` where it is missing: no number, 0 or less, above 100, or no valid measurement.
    #[must_use]
    pub fn saturation_exact(&self) -> Option<f64> {
        self.within(self.normal.saturation, 100.0)
    }

    /// Pulse rate per minute; `None` where it is missing: no number, 0 or less, above 300, or no valid measurement.
    #[must_use]
    pub fn rate_exact(&self) -> Option<f64> {
        self.within(self.normal.rate, 300.0)
    }

    /// Saturation, rounded down.
    #[must_use]
    pub fn saturation(&self) -> Option<OxygenSaturation> {
        let whole = floor_to_u16(self.saturation_exact()?)?;
        OxygenSaturation::new(u8::try_from(whole).ok()?)
    }

    /// Pulse rate, rounded to the nearest, at least 1.
    #[must_use]
    pub fn pulse_rate(&self) -> Option<BeatsPerMinute> {
        let whole = floor_to_u16(self.rate_exact()? + 0.5)?;
        BeatsPerMinute::new(whole.max(1))
    }

    /// What the measurement tells in every protocol's terms.
    #[must_use]
    pub fn report(&self) -> Report<'static> {
        Report {
            heart_rate: self.pulse_rate().map_or(Field::Missing, Field::Present),
            saturation: self.saturation().map_or(Field::Missing, Field::Present),
            ..Report::named("continuous_measurement")
        }
    }

    /// What the report cannot carry: fractions.
    #[must_use]
    pub fn exact(&self) -> Exact {
        let rate = self.pulse_rate().map(BeatsPerMinute::as_f64);
        let percent = self.saturation().map(OxygenSaturation::as_f64);
        Exact {
            heart_rate_bpm: self.rate_exact().and_then(|exact| unless_held(exact, rate)),
            spo2_percent: self
                .saturation_exact()
                .and_then(|exact| unless_held(exact, percent)),
            ..Exact::NONE
        }
    }

    /// The value as the oximeter sends it.
    ///
    /// # Errors
    /// [`NoRoom`] where `buffer` is too small; [`LONGEST_MEASUREMENT`] bytes always do.
    pub fn encode<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], NoRoom> {
        let flags = [
            (flag::FAST, self.fast.is_some()),
            (flag::SLOW, self.slow.is_some()),
            (flag::STATUS, self.status.is_some()),
            (flag::SENSOR, self.sensor.is_some()),
            (flag::AMPLITUDE, self.amplitude.is_some()),
        ];
        let flags = flags
            .iter()
            .filter(|(_, set)| *set)
            .fold(0, |all, (flag, _)| all | flag);
        let mut value = Writer::new(buffer);
        value.u8(Some(flags))?;
        for pair in [Some(self.normal), self.fast, self.slow]
            .into_iter()
            .flatten()
        {
            value.u16(Some(pair.saturation.0))?;
            value.u16(Some(pair.rate.0))?;
        }
        value.u16(self.status)?;
        value.u24(self.sensor)?;
        value.u16(self.amplitude.map(|amplitude| amplitude.0))?;
        value.finish()
    }

    fn within(&self, number: Sfloat, greatest: f64) -> Option<f64> {
        let status = self.status.unwrap_or(0);
        if status & (Self::UNAVAILABLE | Self::INVALID) != 0 {
            return None;
        }
        number
            .value()
            .filter(|number| *number > 0.0 && *number <= greatest)
    }
}

impl Value for Measurement {
    fn from_value(value: &[u8]) -> Result<Self, WireErrorKind> {
        let mut cursor = Cursor::new(value);
        let flags = cursor.u8()?;
        let has = |flag| flags & flag != 0;
        Ok(Self {
            normal: pair(&mut cursor)?,
            fast: cursor.when(has(flag::FAST), pair)?,
            slow: cursor.when(has(flag::SLOW), pair)?,
            status: cursor.when(has(flag::STATUS), Cursor::u16)?,
            sensor: cursor.when(has(flag::SENSOR), Cursor::u24)?,
            amplitude: cursor.when(has(flag::AMPLITUDE), Cursor::u16)?.map(Sfloat),
        })
    }
}

fn pair(cursor: &mut Cursor<'_>) -> Result<Pair, WireErrorKind> {
    Ok(Pair {
        saturation: Sfloat(cursor.u16()?),
        rate: Sfloat(cursor.u16()?),
    })
}
