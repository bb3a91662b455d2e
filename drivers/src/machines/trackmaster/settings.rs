//! What one model of treadmill can do, and what a load is in its own numbers.

use std::time::Duration;

use protocols::trackmaster::{FourDigits, SpeedUnit};
use protocols::vocabulary::number::floor_to_u16;
use protocols::vocabulary::{
    Averaging, BeltRange, Capabilities, LoadControl, MachineKind, MachineLoad, MetresPerSecond,
    OnSilence, PercentGrade, ReadBack, Slew,
};

use super::POLL_INTERVAL;
use super::dialect::Dialect;

/// Slowest speed, 0.5 in the machine's unit; the maker sets it per machine (assumed).
const SLOWEST: u16 = 5;
/// Fastest speed in tenths of mph (assumed; the maker sets it per machine, up to 15.0).
const FASTEST_MILES: u16 = 120;
/// Fastest speed in tenths of km/h (assumed).
const FASTEST_KILOMETRES: u16 = 200;
/// Steepest elevation in tenths of a per cent; some models go to 15 or 20 %.
const STEEPEST: u16 = 250;
/// Fastest in tenths of mph and steepest in tenths of a per cent that the library for Woodway sends.
const WOODWAY_MOST: u16 = 299;
/// What a grade may lie above a step and still be that step, in per cent: a product's last bit is no step.
const SAME_GRADE: f64 = 1e-9;
/// How fast a belt follows, in metres a second each second: 0.5 mph a second (assumed, the maker does not say).
const SPEED_SLEW: f64 = 0.223_52;
/// How fast the elevation follows, in per cent a second (assumed, the maker does not say).
const GRADE_SLEW: f64 = 0.5;
/// The machine's own watchdog.
const WATCHDOG: Duration = Duration::from_millis(500);

/// A Trackmaster's unit and limits. The unit cannot be seen on the wire: a wrong one makes every speed wrong by 1.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrackmasterSettings {
    /// Which table of opcodes it goes by.
    pub dialect: Dialect,
    /// What the machine is set to.
    pub unit: SpeedUnit,
    /// Slowest speed above standing, in tenths of the unit.
    pub slowest: FourDigits,
    /// Fastest speed, in tenths of the unit.
    pub fastest: FourDigits,
    /// Steepest elevation, in tenths of a per cent.
    pub steepest: FourDigits,
}

/// A load in the machine's own numbers, within its limits and rounded down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BeltSetting {
    pub(super) speed: FourDigits,
    pub(super) elevation: FourDigits,
}

impl TrackmasterSettings {
    /// The limits that a TMX is expected to have: 0.5 to 12.0 mph or 0.5 to 20.0 km/h, and 25 % (assumed; where a machine has
    /// narrower ones, it refuses).
    #[must_use]
    pub fn new(unit: SpeedUnit) -> Self {
        let number = |tenths| FourDigits::new(tenths).unwrap_or(FourDigits::ZERO);
        Self {
            dialect: Dialect::Trackmaster,
            unit,
            slowest: number(SLOWEST),
            fastest: number(match unit {
                SpeedUnit::MilesPerHour => FASTEST_MILES,
                SpeedUnit::KilometresPerHour => FASTEST_KILOMETRES,
            }),
            steepest: number(STEEPEST),
        }
    }

    /// The limits that a Woodway is expected to have: a public library's 29.9 mph and 29.9 %; the slowest speed, the ramps and
    /// how long its timer waits are as in a Trackmaster (assumed).
    #[must_use]
    pub fn woodway() -> Self {
        let number = |tenths| FourDigits::new(tenths).unwrap_or(FourDigits::ZERO);
        Self {
            dialect: Dialect::Woodway,
            unit: SpeedUnit::MilesPerHour,
            slowest: number(SLOWEST),
            fastest: number(WOODWAY_MOST),
            steepest: number(WOODWAY_MOST),
        }
    }

    pub(super) fn capabilities(self) -> Capabilities {
        let step = FourDigits::new(1).map_or(0.0, |tenth| self.speed(tenth).get());
        Capabilities {
            kind: MachineKind::Treadmill,
            control: LoadControl::Commanded,
            power: None,
            belt: Some(BeltRange {
                min_speed: self.speed(self.slowest),
                max_speed: self.speed(self.fastest),
                max_grade: self.steepest.grade().unwrap_or(PercentGrade::ZERO),
                speed_step: step,
                grade_step: match self.dialect {
                    Dialect::Trackmaster => 0.5,
                    Dialect::Woodway => 0.1,
                },
            }),
            slew: Slew {
                watts_per_second: 0.0,
                metres_per_second_squared: SPEED_SLEW,
                grade_percent_per_second: GRADE_SLEW,
            },
            averaging: Averaging {
                delay: Duration::ZERO,
            },
            poll_interval: POLL_INTERVAL,
            on_silence: OnSilence::StopsAfter(WATCHDOG),
            reads: ReadBack {
                power: false,
                cadence: false,
                speed: true,
                grade: true,
            },
        }
    }

    pub(super) fn speed(self, tenths: FourDigits) -> MetresPerSecond {
        self.unit
            .metres_per_second(tenths)
            .unwrap_or(MetresPerSecond::ZERO)
    }

    /// A load as the machine is told it: below the slowest speed is nothing, below nothing is never sent. `None` for another
    /// kind of machine's load.
    pub(super) fn setting_of(self, load: &MachineLoad) -> Option<BeltSetting> {
        let MachineLoad::Belt { speed, grade } = *load else {
            return None;
        };
        let tenths = self.unit.tenths_not_above(speed).min(self.fastest);
        Some(BeltSetting {
            speed: if tenths < self.slowest {
                FourDigits::ZERO
            } else {
                tenths
            },
            elevation: match self.dialect {
                Dialect::Trackmaster => FourDigits::half_per_cents_not_above(grade),
                Dialect::Woodway => tenths_not_above(grade),
            }
            .min(self.steepest),
        })
    }
}

/// The most tenths of a per cent that are not steeper than `grade`; one below nothing is nothing.
fn tenths_not_above(grade: PercentGrade) -> FourDigits {
    let tenths = ((grade.get() + SAME_GRADE) * 10.0).min(FourDigits::MAX.get().into());
    floor_to_u16(tenths)
        .and_then(FourDigits::new)
        .unwrap_or(FourDigits::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn belt(speed: f64, grade: f64) -> MachineLoad {
        MachineLoad::Belt {
            speed: MetresPerSecond::new(speed).expect("in range"),
            grade: PercentGrade::new(grade).expect("in range"),
        }
    }

    #[test]
    fn a_load_is_rounded_down_and_kept_within_the_machine() {
        let settings = TrackmasterSettings::new(SpeedUnit::MilesPerHour);
        let told = |speed, grade| {
            let setting = settings.setting_of(&belt(speed, grade)).expect("a belt");
            (setting.speed.get(), setting.elevation.get())
        };
        assert_eq!(told(1.8, 4.3), (40, 40));
        assert_eq!(told(0.223_52, 0.0), (5, 0));
        assert_eq!(told(0.223, 0.4), (0, 0));
        assert_eq!(told(-1.0, -4.0), (0, 0));
        assert_eq!(told(9.0, 40.0), (120, 250));
    }

    #[test]
    fn a_woodway_takes_tenths_of_a_per_cent() {
        let settings = TrackmasterSettings::woodway();
        let told = |speed, grade| {
            let setting = settings.setting_of(&belt(speed, grade)).expect("a belt");
            (setting.speed.get(), setting.elevation.get())
        };
        assert_eq!(told(1.8, 4.3), (40, 43));
        assert_eq!(told(1.8, 4.399), (40, 43));
        assert_eq!(told(-1.0, -4.0), (0, 0));
        assert_eq!(told(20.0, 40.0), (299, 299));
    }

    #[test]
    fn capabilities_say_what_silence_does() {
        let capabilities = TrackmasterSettings::new(SpeedUnit::KilometresPerHour).capabilities();
        assert_eq!(
            capabilities.on_silence,
            OnSilence::StopsAfter(Duration::from_millis(500))
        );
        let belt = capabilities.belt.expect("a belt");
        assert!((belt.min_speed.get() - 0.5 / 3.6).abs() < 1e-12);
        assert!((belt.max_speed.get() - 20.0 / 3.6).abs() < 1e-12);
    }
}
