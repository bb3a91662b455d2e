//! A belt changes speed and grade in timed steps, never at once: what is told moves towards what is wanted.
//!
//! Rates are choices of `safety.md` section 3, an order of magnitude under what makes people fall: up 0.2 km/h and 0.25 % a second,
//! down 0.1 m/s and 0.5 % a second; a stop takes 0.25 m/s a second, first from speed, then from grade.

use core::time::Duration;

use protocols::vocabulary::{Timestamp, number};
use serde::{Deserialize, Serialize};

use super::belt::{Belt, BeltSetting};

/// How long a step of speed lasts.
const STEP: f64 = 1.0;

/// A belt speeds up by this, in m/s².
const SPEED_UP: f64 = 0.2 / 3.6;

/// A belt slows by no more than this, in m/s².
const SPEED_DOWN: f64 = 0.1;

/// A stop slows a belt by no more than this, in m/s².
const SPEED_STOP: f64 = 0.25;

/// Grade rises by this, in per cent a second.
const GRADE_UP: f64 = 0.25;

/// Grade falls by this, in per cent a second.
const GRADE_DOWN: f64 = 0.5;

/// Forgives the last bits of a division.
const SLACK: f64 = 1e-9;

/// How fast a belt may be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pace {
    /// An ordinary change.
    Ordinary,
    /// A stop: faster, and speed before grade.
    Stop,
}

/// What a belt was told, and when it may be told more.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Motion {
    told: BeltSetting,
    pace: Pace,
    speed_free: Timestamp,
    grade_free: Timestamp,
}

impl Motion {
    /// Begins with what the belt does now.
    #[must_use]
    pub const fn at(now: Timestamp, told: BeltSetting) -> Self {
        Self {
            told,
            pace: Pace::Ordinary,
            speed_free: now,
            grade_free: now,
        }
    }

    /// What the belt was told last.
    #[must_use]
    pub const fn told(&self) -> BeltSetting {
        self.told
    }

    /// How long the grade has been what it was told last.
    #[must_use]
    pub const fn grade_unchanged_for(&self, now: Timestamp) -> Duration {
        now.since(self.grade_free)
    }

    /// Whether a stop may change the speed now. The first step of a stop always may.
    #[must_use]
    pub fn may_stop(&self, now: Timestamp) -> bool {
        self.pace == Pace::Ordinary || now >= self.speed_free
    }

    /// The next step towards `aim`, or nothing where it is there or not due yet. The first step of a stop is always due.
    pub fn step(
        &mut self,
        now: Timestamp,
        aim: BeltSetting,
        pace: Pace,
        belt: &Belt,
    ) -> Option<BeltSetting> {
        let mut down = match pace {
            Pace::Ordinary => SPEED_DOWN,
            Pace::Stop => SPEED_STOP,
        };
        if pace == Pace::Stop && self.pace == Pace::Ordinary {
            if now < self.speed_free {
                // An ordinary step of this very second is part of what a stop may take in it.
                down -= SPEED_DOWN;
            }
            self.speed_free = now;
        }
        self.pace = pace;
        let before = self.told;
        // Where one goes up and the other down, down goes first: what is on between the steps is never more than either end.
        let slower = aim.speed < self.told.speed;
        let flatter = aim.grade < self.told.grade;
        let speed_waits = !slower && flatter && aim.speed > self.told.speed;
        let grade_waits = slower && (!flatter || pace == Pace::Stop);
        if now >= self.speed_free && !speed_waits {
            self.step_speed(now, aim.speed, down, belt);
        }
        if now >= self.grade_free && !grade_waits {
            self.step_grade(now, aim.grade, belt);
        }
        (self.told != before).then_some(self.told)
    }

    /// One step of speed; `down` is the most that a belt may slow, in m/s².
    fn step_speed(&mut self, now: Timestamp, aim: f64, down: f64, belt: &Belt) {
        let (rate, away) = if aim > self.told.speed {
            (SPEED_UP, aim - self.told.speed)
        } else {
            (down, self.told.speed - aim)
        };
        // A hair off, by the last bits of a division, is there: a step of it would take no time that can be told.
        if away <= SLACK {
            return;
        }
        let moved = lower_of(away, stride(rate * STEP, belt.speed_step()));
        self.speed_free = now + seconds(moved / rate);
        self.told.speed = if moved >= away {
            aim
        } else if aim > self.told.speed {
            self.told.speed + moved
        } else {
            self.told.speed - moved
        };
    }

    fn step_grade(&mut self, now: Timestamp, aim: f64, belt: &Belt) {
        let rises = aim > self.told.grade;
        let (rate, away) = if rises {
            (GRADE_UP, aim - self.told.grade)
        } else {
            (GRADE_DOWN, self.told.grade - aim)
        };
        if away <= SLACK {
            return;
        }
        let moved = lower_of(away, belt.grade_step());
        self.grade_free = now + seconds(moved / rate);
        self.told.grade = if moved >= away {
            aim
        } else if rises {
            self.told.grade + moved
        } else {
            self.told.grade - moved
        };
    }
}

/// A whole number of steps within `most`, but one at the least.
fn stride(most: f64, step: f64) -> f64 {
    let count = number::floor_to_u32(most / step + SLACK).unwrap_or(1);
    f64::from(count.max(1)) * step
}

/// So many seconds, to the millisecond and not less.
fn seconds(value: f64) -> Duration {
    let whole = number::floor_to_u32((value * 1_000.0 - SLACK).max(0.0)).unwrap_or(u32::MAX);
    Duration::from_millis(u64::from(whole) + 1)
}

fn lower_of(one: f64, other: f64) -> f64 {
    if one < other { one } else { other }
}

#[cfg(test)]
mod tests {
    use protocols::vocabulary::{BeltRange, MetresPerSecond, PercentGrade};

    use super::*;
    use crate::prescription::BeltPreference;

    fn belt() -> Belt {
        let range = BeltRange {
            min_speed: MetresPerSecond::new(0.5 / 3.6).expect("in range"),
            max_speed: MetresPerSecond::new(5.0).expect("in range"),
            max_grade: PercentGrade::new(15.0).expect("in range"),
            speed_step: 1.0 / 36.0,
            grade_step: 0.5,
        };
        let preference = BeltPreference {
            preferred_speed: MetresPerSecond::new(1.5).expect("in range"),
            max_speed: MetresPerSecond::new(1.5).expect("in range"),
            max_grade: PercentGrade::new(12.0).expect("in range"),
        };
        Belt::new(&range, &preference).expect("a walk fits")
    }

    /// Every step of a belt until it is there: when in tenths of a second, speed, grade.
    fn steps(from: BeltSetting, aim: BeltSetting, pace: Pace) -> std::vec::Vec<(u64, f64, f64)> {
        let belt = belt();
        let mut motion = Motion::at(Timestamp::ZERO, from);
        (0..600_u64)
            .filter_map(|tenth| {
                motion
                    .step(Timestamp::from_millis(tenth * 100), aim, pace, &belt)
                    .map(|told| (tenth, told.speed, told.grade))
            })
            .collect()
    }

    const WALK: BeltSetting = BeltSetting {
        speed: 1.5,
        grade: 3.0,
    };

    #[test]
    fn a_stop_takes_a_quarter_metre_a_second_from_the_first_call_on_then_grade() {
        let all = steps(WALK, BeltSetting::STANDING, Pace::Stop);
        let first = all.first().expect("it moves");
        assert_eq!(first.0, 0);
        for (tenth, speed, grade) in &all {
            let elapsed = f64::from(u32::try_from(*tenth).expect("short")) / 10.0;
            assert!(1.5 - speed <= 0.25 * elapsed + 0.25 + 1e-9, "{all:?}");
            assert!(
                *speed < 1e-9 || (*grade - 3.0).abs() < 1e-9,
                "grade waits for speed"
            );
        }
        let stands = all
            .iter()
            .find(|(_, speed, _)| *speed < 1e-9)
            .expect("it stands");
        assert!(stands.0 <= 60, "5.4 km/h in 6 s: {all:?}");
        assert!(
            all.last().expect("some").2.abs() < 1e-9,
            "it is level in the end"
        );
    }

    #[test]
    fn a_step_shorter_than_the_machines_takes_as_much_less_time() {
        let belt = belt();
        let level = BeltSetting {
            speed: 1.5,
            grade: 0.0,
        };
        let to = |grade| BeltSetting { grade, ..level };
        let free = Timestamp::ZERO + seconds(0.1 / GRADE_UP);
        let early = free.before(Duration::from_millis(2));
        for (now, moves) in [(early, false), (free, true)] {
            let mut motion = Motion::at(Timestamp::ZERO, level);
            let first = motion.step(Timestamp::ZERO, to(0.1), Pace::Ordinary, &belt);
            assert_eq!(first, Some(to(0.1)));
            let next = motion.step(now, to(3.0), Pace::Ordinary, &belt);
            assert_eq!(next.is_some(), moves, "{now:?}");
        }
    }

    #[test]
    fn an_ordinary_slowing_takes_a_tenth_of_a_metre_a_second_at_most() {
        let aim = BeltSetting {
            speed: 0.5,
            grade: 3.0,
        };
        for (tenth, speed, _) in steps(WALK, aim, Pace::Ordinary) {
            let elapsed = f64::from(u32::try_from(tenth).expect("short")) / 10.0;
            assert!(1.5 - speed <= 0.1 * elapsed + 0.1 + 1e-9);
        }
    }

    #[test]
    fn a_belt_gets_faster_and_steeper_slowly() {
        let aim = BeltSetting {
            speed: 1.5,
            grade: 4.0,
        };
        let from = BeltSetting {
            speed: 0.5,
            grade: 0.0,
        };
        for (tenth, speed, grade) in steps(from, aim, Pace::Ordinary) {
            let elapsed = f64::from(u32::try_from(tenth).expect("short")) / 10.0;
            // 0.2 km/h in a second.
            assert!(speed - 0.5 <= 0.2 / 3.6 * (elapsed + 1.0) + 1e-9);
            assert!(grade <= GRADE_UP * elapsed + 0.5 + 1e-9);
        }
    }

    #[test]
    fn steeper_and_slower_is_never_more_than_either_end_on_the_way() {
        let from = BeltSetting {
            speed: 1.5,
            grade: 4.0,
        };
        let aim = BeltSetting {
            speed: 1.3,
            grade: 5.0,
        };
        let cost = |speed: f64, grade: f64| speed * (6.0 + 1.08 * grade) / 3.5;
        let most = cost(1.5, 4.0).max(cost(1.3, 5.0));
        for (from, aim) in [(from, aim), (aim, from)] {
            for (_, speed, grade) in steps(from, aim, Pace::Ordinary) {
                assert!(cost(speed, grade) <= most + 1e-9, "{speed} {grade}");
            }
        }
    }

    #[test]
    fn a_stop_does_not_wait_for_the_step_of_an_ordinary_slowing() {
        let belt = belt();
        let mut motion = Motion::at(Timestamp::ZERO, WALK);
        let slower = BeltSetting {
            speed: 1.0,
            grade: 3.0,
        };
        assert!(
            motion
                .step(Timestamp::ZERO, slower, Pace::Ordinary, &belt)
                .is_some()
        );
        let soon = Timestamp::from_millis(100);
        assert!(motion.step(soon, slower, Pace::Ordinary, &belt).is_none());
        let stopped = motion.step(soon, BeltSetting::STANDING, Pace::Stop, &belt);
        // Not at all that it may take in a second, as a part of it has been taken just now.
        let taken = stopped.map(|told| WALK.speed - told.speed);
        assert!(
            taken.is_some_and(|by| by > 0.2 && by <= 0.25 + 1e-9),
            "{taken:?}"
        );
    }
    #[test]
    fn a_belt_a_hair_off_what_is_wanted_still_slows_when_it_has_to() {
        let belt = belt();
        for hair in [f64::EPSILON, -f64::EPSILON, 1e-12, -1e-12] {
            let mut motion = Motion::at(Timestamp::ZERO, WALK);
            let near = BeltSetting {
                speed: WALK.speed + hair,
                grade: WALK.grade + hair,
            };
            let _ = motion.step(Timestamp::ZERO, near, Pace::Ordinary, &belt);
            let soon = Timestamp::from_secs(2);
            let told = motion.step(soon, BeltSetting::STANDING, Pace::Ordinary, &belt);
            let slowed_by = told.map(|told| WALK.speed - told.speed);
            assert!(
                slowed_by.is_some_and(|by| by > 0.05),
                "{hair}: {slowed_by:?}"
            );
        }
    }

    const fn setting(speed: f64, grade: f64) -> BeltSetting {
        BeltSetting { speed, grade }
    }

    fn is(found: f64, expected: f64) -> bool {
        (found - expected).abs() < 1e-9
    }

    #[test]
    fn where_one_goes_up_and_the_other_down_down_goes_first() {
        let all = steps(setting(1.0, 2.0), setting(1.2, 1.0), Pace::Ordinary);
        let level = all.iter().position(|(_, _, grade)| is(*grade, 1.0));
        let level = level.expect("the grade comes off");
        for (place, (tenth, speed, _)) in all.iter().enumerate() {
            assert!(
                place > level || is(*speed, 1.0),
                "speed waits: {tenth} {all:?}"
            );
        }
        assert!(is(all.last().expect("some").1, 1.2));
        let all = steps(setting(1.2, 1.0), setting(1.0, 2.0), Pace::Ordinary);
        let slow = all.iter().position(|(_, speed, _)| is(*speed, 1.0));
        let slow = slow.expect("the speed comes off");
        for (place, (tenth, _, grade)) in all.iter().enumerate() {
            assert!(
                place > slow || is(*grade, 1.0),
                "grade waits: {tenth} {all:?}"
            );
        }
        assert!(is(all.last().expect("some").2, 2.0));
    }

    #[test]
    fn what_goes_the_same_way_goes_together_but_in_a_stop() {
        for (aim, pace, together) in [
            (setting(1.3, 3.0), Pace::Ordinary, true),
            (setting(0.8, 1.0), Pace::Ordinary, true),
            (setting(0.8, 1.0), Pace::Stop, false),
        ] {
            let all = steps(setting(1.1, 2.0), aim, pace);
            let (tenth, speed, grade) = all.first().expect("it moves");
            assert_eq!(*tenth, 0);
            assert!(!is(*speed, 1.1));
            assert_eq!(!is(*grade, 2.0), together, "{all:?}");
            let (_, speed, grade) = all.last().expect("it moves");
            assert!(is(*speed, aim.speed) && is(*grade, aim.grade), "{all:?}");
        }
    }

    #[test]
    fn grade_goes_by_half_a_per_cent_and_the_last_step_is_what_is_left() {
        let grades = |aim| -> std::vec::Vec<_> {
            steps(setting(1.0, 2.0), setting(1.0, aim), Pace::Ordinary)
                .into_iter()
                .map(|(tenth, _, grade)| (tenth, grade))
                .collect()
        };
        // Up 0.25 % a second, down 0.5 % a second.
        for (aim, steps) in [
            (3.2, [(0, 2.5), (20, 3.0), (40, 3.2)]),
            (0.8, [(0, 1.5), (10, 1.0), (20, 0.8)]),
        ] {
            let found = grades(aim);
            assert_eq!(found.len(), 3, "{found:?}");
            for ((tenth, grade), (due, expected)) in found.into_iter().zip(steps) {
                assert!(
                    tenth >= due && tenth <= due + 1 && is(grade, expected),
                    "{aim} {tenth} {grade}"
                );
            }
        }
        assert_eq!(grades(2.0), []);
    }

    #[test]
    fn a_stop_in_the_second_of_an_ordinary_step_takes_what_that_step_left_of_it() {
        let belt = belt();
        // An ordinary step of 3/36 m/s at 0.1 m/s² takes 834 ms.
        for (millis, taken) in [(833, 5.0 / 36.0), (834, 9.0 / 36.0), (5_000, 9.0 / 36.0)] {
            let mut motion = Motion::at(Timestamp::ZERO, setting(1.5, 0.0));
            let slower = motion
                .step(Timestamp::ZERO, setting(0.5, 0.0), Pace::Ordinary, &belt)
                .expect("a step down");
            assert!(is(slower.speed, 1.5 - 3.0 / 36.0));
            let now = Timestamp::from_millis(millis);
            assert!(
                motion.may_stop(now),
                "the first step of a stop is always due"
            );
            let stopping = motion
                .step(now, BeltSetting::STANDING, Pace::Stop, &belt)
                .expect("the first step of a stop is always due");
            assert!(
                is(slower.speed - stopping.speed, taken),
                "{millis} {stopping:?}"
            );
            assert!(!motion.may_stop(now) || taken <= 0.0);
        }
    }
}
