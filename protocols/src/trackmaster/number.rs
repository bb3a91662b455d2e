//! The wire's numbers: two or four ASCII digits, and what they mean in units.

use crate::vocabulary::number::floor_to_u16;
use crate::vocabulary::{MetresPerSecond, PercentGrade};

/// What a speed may lie above a step and still be that step, in metres a second: a product that was formed in another order
/// differs in its last bit, and rounding down must not take a whole step for it.
const SAME_SPEED: f64 = 1e-9;

/// The unit that the machine is set to. It is not visible on the wire: the configuration has to say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpeedUnit {
    /// Miles an hour: a tenth is 0.044704 m/s.
    MilesPerHour,
    /// Kilometres an hour: a tenth is 1/36 m/s.
    KilometresPerHour,
}

impl SpeedUnit {
    /// The unit by the word of the configuration: `mph` or `km/h`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "mph" => Some(Self::MilesPerHour),
            "km/h" => Some(Self::KilometresPerHour),
            _ => None,
        }
    }

    /// So many tenths of the unit, in metres a second.
    #[must_use]
    pub fn metres_per_second(self, tenths: FourDigits) -> Option<MetresPerSecond> {
        let tenths = f64::from(tenths.get());
        MetresPerSecond::new(match self {
            Self::MilesPerHour => tenths * 44_704.0 / 1e6,
            Self::KilometresPerHour => tenths / 36.0,
        })
    }

    /// The most tenths of the unit that are not faster than `speed`: a host rounds down (assumed, project rule). A speed below
    /// nothing is nothing: it is never sent.
    #[must_use]
    pub fn tenths_not_above(self, speed: MetresPerSecond) -> FourDigits {
        let tenths = match self {
            Self::MilesPerHour => (speed.get() + SAME_SPEED) * 1e6 / 44_704.0,
            Self::KilometresPerHour => (speed.get() + SAME_SPEED) * 36.0,
        };
        FourDigits::saturating(tenths)
    }
}

/// A number of four decimal digits, as `A3`, `A4` and most answers carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FourDigits(u16);

impl FourDigits {
    /// `0000`.
    pub const ZERO: Self = Self(0);
    /// `9999`.
    pub const MAX: Self = Self(9_999);

    /// A number up to 9999; `None` above.
    #[must_use]
    pub const fn new(number: u16) -> Option<Self> {
        if number <= Self::MAX.0 {
            Some(Self(number))
        } else {
            None
        }
    }

    /// The bare number, 0..9999.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }

    /// The number as its digits, most significant first.
    #[must_use]
    pub fn digits(self) -> [u8; 4] {
        [
            digit(self.0 / 1_000),
            digit(self.0 / 100),
            digit(self.0 / 10),
            digit(self.0),
        ]
    }

    /// Tenths of a per cent as a grade.
    #[must_use]
    pub fn grade(self) -> Option<PercentGrade> {
        PercentGrade::new(f64::from(self.0) / 10.0)
    }

    /// The most tenths of a per cent, in half per cents, that are not steeper than `grade`: the only values that `A4` takes. A
    /// grade below nothing is nothing.
    #[must_use]
    pub fn half_per_cents_not_above(grade: PercentGrade) -> Self {
        let halves = Self::saturating((grade.get() + 1e-9) * 2.0).0.min(1_999);
        Self(halves * 5)
    }

    /// The largest number not above a double, within 0..9999.
    fn saturating(number: f64) -> Self {
        if number >= f64::from(Self::MAX.0) {
            Self::MAX
        } else {
            Self(floor_to_u16(number).unwrap_or(0))
        }
    }
}

/// A number of two decimal digits, as protocol and stage are carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TwoDigits(u8);

impl TwoDigits {
    /// A number up to 99; `None` above.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if number <= 99 {
            Some(Self(number))
        } else {
            None
        }
    }

    /// The bare number, 0..99.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The number as its digits, most significant first.
    #[must_use]
    pub fn digits(self) -> [u8; 2] {
        [digit(u16::from(self.0) / 10), digit(u16::from(self.0))]
    }
}

/// A speed as the wire carries it, with the unit that the decoder was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BeltSpeed {
    /// Tenths of the machine's unit.
    pub tenths: FourDigits,
    /// The unit; `None` where nobody told the decoder.
    pub unit: Option<SpeedUnit>,
}

impl BeltSpeed {
    /// The speed, where the unit is known.
    #[must_use]
    pub fn metres_per_second(&self) -> Option<MetresPerSecond> {
        self.unit?.metres_per_second(self.tenths)
    }
}

/// The last decimal digit of a number in ASCII.
fn digit(number: u16) -> u8 {
    b'0' | u8::try_from(number % 10).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_that_the_wire_carries_comes_back_from_its_speed() {
        for unit in [SpeedUnit::MilesPerHour, SpeedUnit::KilometresPerHour] {
            for number in 0..=9_999 {
                let tenths = FourDigits::new(number).expect("in range");
                let speed = unit.metres_per_second(tenths).expect("in range");
                assert_eq!(unit.tenths_not_above(speed), tenths);
            }
        }
    }

    #[test]
    fn speeds_round_down_and_never_below_nothing() {
        let speed = |value| MetresPerSecond::new(value).expect("in range");
        let tenths = |unit: SpeedUnit, value| unit.tenths_not_above(speed(value)).get();
        assert_eq!(tenths(SpeedUnit::MilesPerHour, 1.788), 39);
        assert_eq!(tenths(SpeedUnit::MilesPerHour, 1.788_16), 40);
        assert_eq!(tenths(SpeedUnit::MilesPerHour, 40.0 * 0.044_704), 40);
        assert_eq!(tenths(SpeedUnit::KilometresPerHour, 5.49 / 3.6), 54);
        assert_eq!(tenths(SpeedUnit::KilometresPerHour, -1.0), 0);
        assert_eq!(tenths(SpeedUnit::MilesPerHour, 29_000.0), 9_999);
    }

    #[test]
    fn grades_round_down_to_half_per_cents() {
        let half = |value| {
            FourDigits::half_per_cents_not_above(PercentGrade::new(value).expect("in range")).get()
        };
        assert_eq!(half(4.3), 40);
        assert_eq!(half(4.5), 45);
        assert_eq!(half(4.999), 45);
        assert_eq!(half(-3.0), 0);
        assert_eq!(half(30_000.0), 9_995);
    }
}
