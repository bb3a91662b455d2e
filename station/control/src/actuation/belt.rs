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

    #[test]
    fn up_to_a_whole_step_is_no_further_than_the_next_one() {
        for (value, expected) in [(0.0, 0.0), (0.3, 0.3), (0.31, 0.4), (0.39, 0.4), (0.4, 0.4)] {
            let up = whole_steps_up(value, 0.1);
            assert!((up - expected).abs() < 1e-9, "{value}: {up}");
        }
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

    fn on(speed: f64, grade: f64) -> BeltSetting {
        BeltSetting { speed, grade }
    }

    fn is(found: BeltSetting, speed: f64, grade: f64) {
        assert!((found.speed - speed).abs() < 1e-9, "{found:?}");
        assert!((found.grade - grade).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn the_most_is_the_preferred_walk_on_the_steepest_grade() {
        // 1.5 m/s on 12 %: 1.5 (6 + 12.96) / 3.5; 1.0 m/s on 5 %: (6 + 5.4) / 3.5.
        assert!((belt().most().get() - 8.125_714).abs() < 1e-6);
        let other = Belt {
            preferred: 1.0,
            steepest: 5.0,
            ..belt()
        };
        assert!((other.most().get() - 3.257_143).abs() < 1e-6);
    }

    #[test]
    fn the_same_load_again_is_divided_as_one_that_rises() {
        // 3 MET on 4 % is 1.017 m/s; a belt that was held back to 0.5 m/s goes on to it.
        let setting = belt().divided(mets(3.0), Some((mets(3.0), on(0.5, 4.0))));
        is(setting, 36.0 / 36.0, 4.0);
        let lower = belt().divided(mets(2.9), Some((mets(3.0), on(0.5, 4.0))));
        assert!(lower.speed <= 0.5);
    }

    #[test]
    fn grade_begins_where_the_preferred_speed_ends_and_ends_where_it_is_prescribed() {
        // 9 / 3.5 MET is 1.5 m/s on the flat, to the last bit.
        is(belt().divided(mets(9.0 / 3.5), None), 1.5, 0.0);
        is(belt().divided(mets(9.0), None), 1.5, 12.0);
        is(
            belt().divided(mets(9.0), Some((mets(8.0), on(1.5, 11.5)))),
            1.5,
            12.0,
        );
    }

    #[test]
    fn a_grade_on_which_the_slowest_walk_costs_too_much_comes_off_as_far_as_it_has_to() {
        // 0.6 MET: 0.275 m/s on 1.5 %, 0.297 on 1 %; 1 km/h is 0.278.
        let setting = belt().divided(mets(0.6), Some((mets(0.5), on(10.0 / 36.0, 12.0))));
        is(setting, 10.0 / 36.0, 1.0);
        // Where the slowest walk costs just what is wanted, the grade may stay: 0.25 m/s on 12.5 % is 4.875 / 3.5 MET.
        let exact = Belt {
            slowest: 0.25,
            speed_step: 0.25,
            steepest: 15.0,
            ..belt()
        };
        let setting = exact.divided(mets(4.875 / 3.5), Some((mets(1.0), on(0.25, 12.5))));
        is(setting, 0.25, 12.5);
    }

    #[test]
    fn a_falling_load_takes_grade_off_only_as_far_as_the_walk_is_no_faster() {
        // 4 MET on 4 % is 1.357 m/s, over 85 % of 1.5: speed alone comes off.
        let setting = belt().divided(mets(4.0), Some((mets(4.4), on(1.5, 4.0))));
        is(setting, 48.0 / 36.0, 4.0);
        // 2 MET on 4 % is slow. On 3 % it is 0.758 m/s; on 2.5 % it would be 0.805, faster than the 0.8 that are on.
        let setting = belt().divided(mets(2.0), Some((mets(2.2), on(0.8, 4.0))));
        is(setting, 27.0 / 36.0, 3.0);
    }

    #[test]
    fn the_range_of_the_machine_and_of_the_order_meet() {
        let range = BeltRange {
            min_speed: MetresPerSecond::new(0.5).expect("in range"),
            max_speed: MetresPerSecond::new(1.2).expect("in range"),
            max_grade: PercentGrade::new(4.0).expect("in range"),
            speed_step: 0.1,
            grade_step: 1.0,
        };
        let preference = BeltPreference {
            preferred_speed: MetresPerSecond::new(1.4).expect("in range"),
            max_speed: MetresPerSecond::new(1.5).expect("in range"),
            max_grade: PercentGrade::new(8.0).expect("in range"),
        };
        let narrow = Belt::new(&range, &preference).expect("a walk fits");
        is(narrow.divided(mets(9.0), None), 1.2, 4.0);
        assert!((narrow.start().speed - 0.5).abs() < 1e-9);
        assert!(
            (narrow.speed_step() - 0.1).abs() < 1e-9 && (narrow.grade_step() - 1.0).abs() < 1e-9
        );
        // The slowest walk is the machine's, where that is faster than 1 km/h.
        is(narrow.divided(mets(0.1), None), 0.5, 0.0);
        // A step of 0.1 m/s makes 1 km/h 0.3 m/s: up to whole steps, as less would not be a walk.
        let from_nothing = BeltRange {
            min_speed: MetresPerSecond::new(0.1).expect("in range"),
            ..range
        };
        let slow = Belt::new(&from_nothing, &preference).expect("a walk fits");
        is(slow.divided(mets(0.1), None), 0.3, 0.0);
        assert!(Belt::of_machine(&range).is_some());
    }

    #[test]
    fn walking_running_and_between_cost_what_the_sheet_prints() {
        for (speed, grade, cost_in_mets) in [
            (1.0, 0.0, 6.0 / 3.5),
            (-1.0, 0.0, 6.0 / 3.5),
            (1.7, 5.0, 1.7 * 11.4 / 3.5),
            (1.95, 0.0, 1.95 * 9.0 / 3.5),
            (2.2, 0.0, 2.2 * 12.0 / 3.5),
            (3.0, 10.0, 3.0 * 17.4 / 3.5),
        ] {
            let found = cost(speed, grade);
            assert!(
                (found - cost_in_mets).abs() < 1e-9,
                "{speed} m/s {grade} %: {found}"
            );
        }
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
