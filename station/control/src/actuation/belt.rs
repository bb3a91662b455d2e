//! How a belt's load is divided over speed and grade: walking only, at the speed that the patient walks well at, the rest by grade.

use protocols::vocabulary::{
    BeltRange, MachineLoad, MetresPerSecond, NetMets, PercentGrade, number,
};
use serde::{Deserialize, Serialize};

use super::net_mets;
use crate::prescription::BeltPreference;

/// Least load of a belt above nothing, in METs.
pub const LEAST: f64 = 0.5;

/// 1.6 km/h on the flat, in METs above rest: the slowest walk of a cool-down.
pub const COOL_DOWN_LEAST: f64 = 1.6 / 3.6 * 6.0 / 3.5;

/// Slowest walk, in m/s: 1 km/h.
const SLOWEST_WALK: f64 = 1.0 / 3.6;

/// Step of speed, in m/s: 0.1 km/h, or the machine's where that is coarser.
const SPEED_STEP: f64 = 1.0 / 36.0;

/// Step of grade, in per cent, or the machine's where that is coarser.
const GRADE_STEP: f64 = 0.5;

/// Under this share of the preferred speed a falling load takes grade off.
const SLOW_SHARE: f64 = 0.85;

/// Forgives the last bits of a division when a whole number of steps is looked for; a step itself is a million times larger.
const STEP_SLACK: f64 = 1e-9;

/// A belt that a patient walks on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Belt {
    preferred: f64,
    slowest: f64,
    steepest: f64,
    speed_step: f64,
    grade_step: f64,
    start: f64,
}

/// Speed and grade of a belt.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BeltSetting {
    /// In metres a second, never negative.
    pub speed: f64,
    /// In per cent.
    pub grade: f64,
}

impl BeltSetting {
    /// A level belt that stands.
    pub const STANDING: Self = Self {
        speed: 0.0,
        grade: 0.0,
    };

    /// As a machine is told.
    #[must_use]
    pub fn load(self) -> MachineLoad {
        MachineLoad::Belt {
            speed: MetresPerSecond::new(self.speed).unwrap_or(MetresPerSecond::ZERO),
            grade: PercentGrade::new(self.grade).unwrap_or(PercentGrade::ZERO),
        }
    }
}

impl Belt {
    /// The machine's range, narrowed to what was prescribed. `None` where no walk fits both.
    #[must_use]
    pub fn new(range: &BeltRange, preference: &BeltPreference) -> Option<Self> {
        let speed_step = at_least(range.speed_step, SPEED_STEP);
        let preferred = preference
            .preferred_speed
            .min(preference.max_speed)
            .min(range.max_speed)
            .get();
        let slowest = at_least(
            whole_steps_up(SLOWEST_WALK, speed_step),
            range.min_speed.get(),
        );
        let steepest = preference.max_grade.min(range.max_grade).get();
        (slowest <= preferred && steepest >= 0.0 && slowest.is_finite()).then_some(Self {
            preferred,
            slowest,
            steepest,
            speed_step,
            grade_step: at_least(range.grade_step, GRADE_STEP),
            start: range.min_speed.min(range.max_speed).get(),
        })
    }

    /// The machine alone, as it is brought down when nobody is on it.
    #[must_use]
    pub fn of_machine(range: &BeltRange) -> Option<Self> {
        Self::new(
            range,
            &BeltPreference {
                preferred_speed: range.max_speed,
                max_speed: range.max_speed,
                max_grade: range.max_grade,
            },
        )
    }

    /// The speed at which the belt begins to move: its slowest.
    #[must_use]
    pub const fn start(&self) -> BeltSetting {
        BeltSetting {
            speed: self.start,
            grade: 0.0,
        }
    }

    /// The smallest change of speed, in m/s.
    #[must_use]
    pub const fn speed_step(&self) -> f64 {
        self.speed_step
    }

    /// The smallest change of grade, in per cent.
    #[must_use]
    pub const fn grade_step(&self) -> f64 {
        self.grade_step
    }

    /// The most that this patient may be asked on this belt.
    #[must_use]
    pub fn most(&self) -> NetMets {
        net_mets(self.preferred * (6.0 + 1.08 * self.steepest) / 3.5)
    }

    /// Speed and grade for a load, after the load and the setting that are `on`.
    #[must_use]
    pub fn divided(&self, load: NetMets, on: Option<(NetMets, BeltSetting)>) -> BeltSetting {
        let (before, setting) = on.unwrap_or((NetMets::ZERO, BeltSetting::STANDING));
        let wanted = load.get();
        if wanted <= 0.0 {
            return BeltSetting {
                speed: 0.0,
                grade: setting.grade,
            };
        }
        if load < before {
            self.lowered(wanted, setting)
        } else {
            self.raised(wanted, setting)
        }
    }

    fn raised(&self, wanted: f64, on: BeltSetting) -> BeltSetting {
        let mut grade = on.grade;
        while walking_speed(wanted, grade) > self.preferred
            && grade + self.grade_step <= self.steepest + STEP_SLACK
        {
            grade += self.grade_step;
        }
        let grade = self.flattened(wanted, grade);
        let speed = lower_of(walking_speed(wanted, grade), self.preferred);
        BeltSetting {
            speed: at_least(whole_steps(speed, self.speed_step), self.slowest),
            grade,
        }
    }

    /// A belt that was steep when it was stopped may still be: where its slowest walk costs more than is wanted, grade comes off.
    fn flattened(&self, wanted: f64, grade: f64) -> f64 {
        let mut grade = grade;
        while grade > 0.0 && walking_speed(wanted, grade) < self.slowest {
            grade = at_least(grade - self.grade_step, 0.0);
        }
        grade
    }

    fn lowered(&self, wanted: f64, on: BeltSetting) -> BeltSetting {
        let mut grade = on.grade;
        if walking_speed(wanted, grade) < SLOW_SHARE * self.preferred {
            while grade >= self.grade_step
                && walking_speed(wanted, grade - self.grade_step) <= on.speed
            {
                grade -= self.grade_step;
            }
        }
        let grade = self.flattened(wanted, grade);
        let speed = lower_of(walking_speed(wanted, grade), on.speed);
        let stepped = at_least(whole_steps(speed, self.speed_step), self.slowest);
        BeltSetting {
            speed: lower_of(stepped, on.speed),
            grade,
        }
    }
}

/// Net METs of a belt, walking, running, or between (`heart-rate-dynamics.md` 3.2).
pub(super) fn cost(speed: f64, grade_percent: f64) -> f64 {
    let speed = if speed < 0.0 { -speed } else { speed };
    let grade = grade_percent / 100.0;
    let walk = speed * (6.0 + 108.0 * grade) / 3.5;
    let run = speed * (12.0 + 54.0 * grade) / 3.5;
    let share = lower_of(at_least((speed - 1.7) / 0.5, 0.0), 1.0);
    (1.0 - share) * walk + share * run
}

/// The speed at which walking costs `wanted` METs on this grade, in m/s.
fn walking_speed(wanted: f64, grade_percent: f64) -> f64 {
    3.5 * wanted / (6.0 + 108.0 * (grade_percent / 100.0))
}

/// Down to a whole number of steps.
fn whole_steps(value: f64, step: f64) -> f64 {
    number::floor_to_u32(value / step + STEP_SLACK).map_or(0.0, |count| f64::from(count) * step)
}

/// Up to a whole number of steps.
fn whole_steps_up(value: f64, step: f64) -> f64 {
    let down = whole_steps(value, step);
    if down + STEP_SLACK < value {
        down + step
    } else {
        down
    }
}

fn at_least(value: f64, least: f64) -> f64 {
    if value < least { least } else { value }
}

fn lower_of(one: f64, other: f64) -> f64 {
    if one < other { one } else { other }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn belt() -> Belt {
        Belt {
            preferred: 1.5,
            slowest: 10.0 / 36.0,
            steepest: 12.0,
            speed_step: SPEED_STEP,
            grade_step: GRADE_STEP,
            start: 0.5 / 3.6,
        }
    }

    fn mets(value: f64) -> NetMets {
        NetMets::new(value).expect("in range")
    }

    /// Figures of the trace of seed 2097 in `controllers.md` 4.1.
    #[test]
    fn the_warm_up_of_the_printed_trace_is_a_level_walk() {
        let setting = belt().divided(mets(1.9125), None);
        assert!((setting.speed - 1.111).abs() < 0.0005);
        assert!(setting.grade.abs() < f64::EPSILON);
    }

    #[test]
    fn more_than_the_preferred_speed_carries_goes_into_grade() {
        // Level walking at 1.5 m/s costs 2.571 MET; 3 MET at 0.5 % would need 1.606 m/s, at 1 % 1.483, so that 1 % it is.
        let setting = belt().divided(mets(3.0), None);
        assert!((setting.grade - 1.0).abs() < f64::EPSILON);
        assert!((setting.speed - 53.0 / 36.0).abs() < 1e-9);
    }

    #[test]
    fn less_load_takes_speed_first_and_grade_only_where_the_walk_is_slow() {
        let on = BeltSetting {
            speed: 54.0 / 36.0,
            grade: 4.0,
        };
        let a_little = belt().divided(mets(4.2), Some((mets(4.4), on)));
        assert!((a_little.grade - 4.0).abs() < f64::EPSILON);
        assert!(a_little.speed < on.speed);
        let much = belt().divided(mets(2.0), Some((mets(4.4), on)));
        assert!(much.grade < on.grade);
        assert!(much.speed <= on.speed);
    }

    proptest! {
        #[test]
        fn a_lower_load_never_goes_with_a_faster_or_steeper_belt(
            before in 0.0..9.0_f64, share in 0.0..1.0_f64, steps in 10..55_u16, halves in 0..25_u16,
        ) {
            let on = BeltSetting { speed: f64::from(steps) / 36.0, grade: f64::from(halves) / 2.0 };
            let lower = belt().divided(mets(before * share), Some((mets(before), on)));
            prop_assert!(lower.speed <= on.speed);
            prop_assert!(lower.grade <= on.grade);
        }

        #[test]
        fn what_is_told_costs_no_more_than_is_wanted_but_for_the_slowest_level_walk(
            before in 0.0..9.0_f64, load in 0.001..12.0_f64, steps in 10..55_u16, halves in 0..25_u16,
        ) {
            let on = BeltSetting { speed: f64::from(steps) / 36.0, grade: f64::from(halves) / 2.0 };
            let belt = belt();
            let told = belt.divided(mets(load), Some((mets(before), on)));
            let slowest_level_walk = belt.slowest * 6.0 / 3.5;
            let costs = told.speed * (6.0 + 1.08 * told.grade) / 3.5;
            prop_assert!(costs <= load.max(slowest_level_walk) + 1e-9, "{told:?} costs {costs}");
        }

        #[test]
        fn nobody_is_asked_to_walk_faster_or_steeper_than_prescribed(
            before in 0.0..9.0_f64, load in 0.0..29.0_f64, steps in 10..55_u16, halves in 0..25_u16,
        ) {
            let on = BeltSetting { speed: f64::from(steps) / 36.0, grade: f64::from(halves) / 2.0 };
            let told = belt().divided(mets(load), Some((mets(before), on)));
            prop_assert!(told.speed <= 1.5 + 1e-9);
            prop_assert!(told.grade <= 12.0);
        }
    }
}
