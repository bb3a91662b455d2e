//! Pages that a host sends to a machine (FE-C), as acknowledged data.

use crate::vocabulary::number::floor_to_u16;
use crate::vocabulary::{PercentGrade, Watts};

use super::data::PAGE_BYTES;
use super::page::NONE;

const BASIC_RESISTANCE: u8 = 0x30;
const TARGET_POWER: u8 = 0x31;
const WIND: u8 = 0x32;
const TRACK: u8 = 0x33;
const REQUEST: u8 = 0x46;

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ControlPage {
    /// 48: resistance in half per cents, 0 to 200.
    BasicResistance(u8),
    /// 49: power in quarter watts, 0 to 16 000.
    TargetPower(u16),
    /// 50.
    Wind(Wind),
    /// 51.
    Track(Track),
    /// 70: tell a page.
    Request {
        /// How many answers: bits 6 to 0, bit 7 wants them acknowledged.
        answers: u8,
        /// The page.
        page: u8,
    },
    /// Any other.
    Other([u8; PAGE_BYTES]),
}

/// Page 50, as sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wind {
    /// In 0.01 kg/m; FF is 0.51.
    pub coefficient_raw: u8,
    /// In km/h, 127 more; FF is 0.
    pub speed_raw: u8,
    /// In hundredths; FF is 1.
    pub drafting_raw: u8,
}

/// Page 51, as sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Track {
    /// Grade in 0.01 %, 200 % more; FFFF is 0 %.
    pub grade_raw: u16,
    /// Rolling resistance in 5·10⁻⁵; FF is 0.004.
    pub rolling_raw: u8,
}

impl ControlPage {
    /// The greatest power that can be asked for, in watts.
    pub const GREATEST_POWER: u16 = 4_000;

    /// Asks for a power, of more than [`Self::GREATEST_POWER`] for that.
    #[must_use]
    pub fn target_power(power: Watts) -> Self {
        Self::TargetPower(power.get().min(Self::GREATEST_POWER).saturating_mul(4))
    }

    /// The power that is asked for, in watts; `None` above 4000 \[assumed\], and on other pages.
    #[must_use]
    pub fn power(&self) -> Option<f64> {
        let Self::TargetPower(quarters) = self else {
            return None;
        };
        (*quarters <= Self::GREATEST_POWER * 4).then(|| f64::from(*quarters) / 4.0)
    }

    /// Reads a page.
    #[must_use]
    pub const fn from_bytes(page: [u8; PAGE_BYTES]) -> Self {
        let [number, _, _, _, _, b5, b6, b7] = page;
        match number {
            BASIC_RESISTANCE => Self::BasicResistance(b7),
            TARGET_POWER => Self::TargetPower(u16::from_le_bytes([b6, b7])),
            WIND => Self::Wind(Wind {
                coefficient_raw: b5,
                speed_raw: b6,
                drafting_raw: b7,
            }),
            TRACK => Self::Track(Track {
                grade_raw: u16::from_le_bytes([b5, b6]),
                rolling_raw: b7,
            }),
            REQUEST => Self::Request {
                answers: b5,
                page: b6,
            },
            _ => Self::Other(page),
        }
    }

    /// The page as it is sent; reserved bytes are FF.
    #[must_use]
    pub const fn bytes(&self) -> [u8; PAGE_BYTES] {
        const N: u8 = NONE;
        match *self {
            Self::BasicResistance(resistance) => [BASIC_RESISTANCE, N, N, N, N, N, N, resistance],
            Self::TargetPower(quarters) => {
                let [b6, b7] = quarters.to_le_bytes();
                [TARGET_POWER, N, N, N, N, N, b6, b7]
            }
            Self::Wind(Wind {
                coefficient_raw,
                speed_raw,
                drafting_raw,
            }) => [WIND, N, N, N, N, coefficient_raw, speed_raw, drafting_raw],
            Self::Track(Track {
                grade_raw,
                rolling_raw,
            }) => {
                let [b5, b6] = grade_raw.to_le_bytes();
                [TRACK, N, N, N, N, b5, b6, rolling_raw]
            }
            Self::Request { answers, page } => [REQUEST, N, N, N, N, answers, page, 1],
            Self::Other(page) => page,
        }
    }
}

impl Wind {
    /// A wind coefficient of 0.51 kg/m, no wind, no drafting.
    pub const STILL: Self = Self {
        coefficient_raw: 51,
        speed_raw: 127,
        drafting_raw: 100,
    };

    /// Wind coefficient in kg/m.
    #[must_use]
    pub fn coefficient(&self) -> f64 {
        hundredths(self.coefficient_raw, 51)
    }

    /// Wind against the rider in km/h.
    #[must_use]
    pub fn speed_kilometres_per_hour(&self) -> i16 {
        match self.speed_raw {
            NONE => 0,
            raw => i16::from(raw) - 127,
        }
    }

    /// Share of the wind that is felt.
    #[must_use]
    pub fn drafting(&self) -> f64 {
        hundredths(self.drafting_raw, 100)
    }
}

impl Track {
    const LEVEL: u16 = 20_000;
    const NO_GRADE: u16 = 0xFFFF;

    /// A track of this grade, rounded down to 0.01 %, between -200 and 200 %, with the usual rolling resistance.
    #[must_use]
    pub fn of(grade: PercentGrade) -> Self {
        /// What a decimal fraction lacks as a double is no reason to round down.
        const SLACK: f64 = 1e-6;
        let hundredths = (grade.get().clamp(-200.0, 200.0) + 200.0) * 100.0;
        Self {
            grade_raw: floor_to_u16(hundredths + SLACK).unwrap_or(Self::LEVEL),
            rolling_raw: NONE,
        }
    }

    /// The grade.
    #[must_use]
    pub fn grade(&self) -> Option<PercentGrade> {
        let raw = match self.grade_raw {
            Self::NO_GRADE => Self::LEVEL,
            raw => raw,
        };
        PercentGrade::new((f64::from(raw) - f64::from(Self::LEVEL)) / 100.0)
    }

    /// Coefficient of rolling resistance.
    #[must_use]
    pub fn rolling_resistance(&self) -> f64 {
        match self.rolling_raw {
            NONE => 0.004,
            raw => f64::from(raw) / 20_000.0,
        }
    }
}

fn hundredths(raw: u8, otherwise: u8) -> f64 {
    let raw = if raw == NONE { otherwise } else { raw };
    f64::from(raw) / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_is_asked_for_in_quarter_watts_up_to_its_end() {
        let asked = |watts| ControlPage::target_power(Watts::new(watts).unwrap());
        assert_eq!(asked(150), ControlPage::TargetPower(600));
        assert_eq!(asked(4_001), ControlPage::TargetPower(16_000));
        assert_eq!(asked(u16::MAX).power(), Some(4_000.0));
        assert_eq!(ControlPage::TargetPower(16_001).power(), None);
        assert_eq!(ControlPage::TargetPower(601).power(), Some(150.25));
        assert_eq!(ControlPage::BasicResistance(40).power(), None);
    }

    #[test]
    fn a_grade_is_asked_for_in_hundredths_never_up() {
        let asked = |grade| Track::of(PercentGrade::new(grade).unwrap()).grade_raw;
        assert_eq!(asked(0.0), 0x4E20);
        assert_eq!(asked(2.5), 0x4F1A);
        assert_eq!(asked(4.3), 20_430);
        assert_eq!(asked(4.309_9), 20_430);
        assert_eq!(asked(-0.001), 19_999);
        assert_eq!(asked(-500.0), 0);
        assert_eq!(asked(500.0), 40_000);
    }

    #[test]
    fn a_grade_that_is_none_is_level_and_not_two_hundred_per_cent_down() {
        let grade = |grade_raw| {
            let track = Track {
                grade_raw,
                rolling_raw: NONE,
            };
            track.grade().map(PercentGrade::get)
        };
        assert_eq!(grade(0xFFFF), Some(0.0));
        assert_eq!(grade(0x4F1A), Some(2.5));
        assert_eq!(grade(0), Some(-200.0));
    }

    #[test]
    fn what_is_left_out_has_the_usual_value() {
        let wind = |raw| Wind {
            coefficient_raw: raw,
            speed_raw: raw,
            drafting_raw: raw,
        };
        let close = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(close(wind(NONE).coefficient(), 0.51));
        assert!(close(wind(NONE).drafting(), 1.0));
        assert_eq!(wind(NONE).speed_kilometres_per_hour(), 0);
        assert_eq!(wind(100).speed_kilometres_per_hour(), -27);
        assert!(close(Wind::STILL.coefficient(), 0.51));
        let rolling = |rolling_raw| {
            Track {
                grade_raw: 0,
                rolling_raw,
            }
            .rolling_resistance()
        };
        assert!(close(rolling(NONE), 0.004));
        assert!(close(rolling(80), 0.004));
    }
}
