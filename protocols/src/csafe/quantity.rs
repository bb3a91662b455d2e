//! A number of 16 bits with its unit code: how CSAFE carries power, speed, grade and cadence.

use super::unit;
use crate::vocabulary::number::floor_to_u16;
use crate::vocabulary::{MetresPerSecond, PercentGrade, RevolutionsPerMinute, Watts};

/// Metres a second in one mile an hour, by definition of the mile.
const METRES_PER_SECOND_IN_MPH: f64 = 0.447_04;
/// Metres in one foot, by definition.
const METRES_IN_FOOT: f64 = 0.3048;
/// Part of a step that a double may lack of a whole step and still be that step: 5 km/h in metres a second and back is
/// 49.999 999 999 999 99 tenths.
const REPRESENTATION_SLACK: f64 = 1e-6;

/// A number with its unit code, least significant byte first on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity {
    /// The bare number.
    pub value: u16,
    /// Its unit, one of [`mod@unit`] or any other byte.
    pub unit: u8,
}

impl Quantity {
    /// Power in watts.
    #[must_use]
    pub const fn of_power(power: Watts) -> Self {
        Self {
            value: power.get(),
            unit: unit::WATTS,
        }
    }

    /// Speed in tenths of a kilometre an hour, rounded down. `None` for a negative speed and above 6553.5 km/h.
    #[must_use]
    pub fn of_speed(speed: MetresPerSecond) -> Option<Self> {
        let value = floor_to_u16(speed.kilometres_per_hour() * 10.0 + REPRESENTATION_SLACK)?;
        Some(Self {
            value,
            unit: unit::TENTH_KILOMETRES_PER_HOUR,
        })
    }

    /// Grade in tenths of a per cent, rounded down. `None` for a negative grade and above 3276.7 %.
    #[must_use]
    pub fn of_grade(grade: PercentGrade) -> Option<Self> {
        let value = floor_to_u16(grade.get() * 10.0 + REPRESENTATION_SLACK)?;
        i16::try_from(value).ok()?;
        Some(Self {
            value,
            unit: unit::TENTH_PERCENT_GRADE,
        })
    }

    /// From the three bytes of an item; `None` from any other number of bytes.
    #[must_use]
    pub const fn from_bytes(bytes: &[u8]) -> Option<Self> {
        match *bytes {
            [low, high, unit] => Some(Self {
                value: u16::from_le_bytes([low, high]),
                unit,
            }),
            _ => None,
        }
    }

    /// The three bytes of an item.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 3] {
        let [low, high] = self.value.to_le_bytes();
        [low, high, self.unit]
    }

    /// As power; `None` in any unit but watts.
    #[must_use]
    pub fn power(self) -> Option<Watts> {
        match self.unit {
            unit::WATTS => Watts::new(self.value),
            _ => None,
        }
    }

    /// As cadence, strokes counted as revolutions; `None` in any other unit.
    #[must_use]
    pub fn cadence(self) -> Option<RevolutionsPerMinute> {
        match self.unit {
            unit::REVOLUTIONS_PER_MINUTE | unit::STROKES_PER_MINUTE => {
                RevolutionsPerMinute::new(self.value)
            }
            _ => None,
        }
    }

    /// As speed; `None` in a unit that is none of speed.
    #[must_use]
    pub fn speed(self) -> Option<MetresPerSecond> {
        let value = f64::from(self.value);
        MetresPerSecond::new(match self.unit {
            unit::MILES_PER_HOUR => value * METRES_PER_SECOND_IN_MPH,
            unit::TENTH_MILES_PER_HOUR => value * METRES_PER_SECOND_IN_MPH / 10.0,
            unit::HUNDREDTH_MILES_PER_HOUR => value * METRES_PER_SECOND_IN_MPH / 100.0,
            unit::FEET_PER_MINUTE => value * METRES_IN_FOOT / 60.0,
            unit::KILOMETRES_PER_HOUR => value / 3.6,
            unit::TENTH_KILOMETRES_PER_HOUR => value / 36.0,
            unit::HUNDREDTH_KILOMETRES_PER_HOUR => value / 360.0,
            unit::METRES_PER_MINUTE => value / 60.0,
            _ => return None,
        })
    }

    /// As grade, two's complement \[assumed for the sign\]; `None` in a unit that is none of grade.
    #[must_use]
    pub fn grade(self) -> Option<PercentGrade> {
        let value = f64::from(self.value.cast_signed());
        PercentGrade::new(match self.unit {
            unit::PERCENT_GRADE => value,
            unit::TENTH_PERCENT_GRADE => value / 10.0,
            unit::HUNDREDTH_PERCENT_GRADE => value / 100.0,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tenth_of_a_kilometre_an_hour_survives_the_way_to_metres_a_second_and_back() {
        for tenths in 0..=400_u16 {
            let quantity = Quantity {
                value: tenths,
                unit: unit::TENTH_KILOMETRES_PER_HOUR,
            };
            let speed = quantity.speed().expect("a speed");
            assert_eq!(Quantity::of_speed(speed), Some(quantity));
            let typed = MetresPerSecond::from_kilometres_per_hour(f64::from(tenths) / 10.0)
                .expect("in range");
            assert_eq!(Quantity::of_speed(typed), Some(quantity));
        }
    }

    #[test]
    fn what_lies_between_two_steps_is_sent_as_the_lower() {
        let speed = MetresPerSecond::from_kilometres_per_hour(5.099).expect("in range");
        assert_eq!(Quantity::of_speed(speed).map(|sent| sent.value), Some(50));
        let grade = PercentGrade::new(2.59).expect("in range");
        assert_eq!(Quantity::of_grade(grade).map(|sent| sent.value), Some(25));
    }

    #[test]
    fn what_the_wire_cannot_carry_is_not_sent() {
        let reverse = MetresPerSecond::new(-0.1).expect("in range");
        assert_eq!(Quantity::of_speed(reverse), None);
        let decline = PercentGrade::new(-0.1).expect("in range");
        assert_eq!(Quantity::of_grade(decline), None);
        let cliff = PercentGrade::new(3276.8).expect("in range");
        assert_eq!(Quantity::of_grade(cliff), None);
    }

    #[test]
    fn a_decline_is_read_as_negative() {
        let quantity = Quantity::from_bytes(&[0xE7, 0xFF, unit::TENTH_PERCENT_GRADE]);
        let grade = quantity.and_then(Quantity::grade).expect("a grade");
        assert!((grade.get() + 2.5).abs() < 1e-12);
    }
}
