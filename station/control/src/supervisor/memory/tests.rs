//! Which blood pressures stay where there are more than places.

use std::vec::Vec;

use super::*;

fn taken(load: u16, systolic: u16, pulse: u16, at_rest: bool) -> Pressure {
    Pressure {
        systolic,
        pulse,
        load: f64::from(load),
        at_rest,
    }
}

/// What the rules ask: the highest systolic and the widest pulse pressure up to each load, and the last of rest.
#[derive(Debug, PartialEq)]
struct Answers {
    systolic: Vec<Option<u16>>,
    pulse: Vec<Option<u16>>,
    rest: Option<u16>,
}

fn answers<'a>(kept: impl Iterator<Item = &'a Pressure>) -> Answers {
    let kept: Vec<_> = kept.collect();
    let highest = |figure: fn(&Pressure) -> u16| {
        let up_to = |load: u16| {
            let lower = kept.iter().filter(|kept| kept.load <= f64::from(load));
            lower.map(|kept| figure(kept)).max()
        };
        (0..6).map(up_to).collect()
    };
    Answers {
        systolic: highest(|kept| kept.systolic),
        pulse: highest(|kept| kept.pulse),
        rest: kept
            .iter()
            .find(|kept| kept.at_rest)
            .map(|kept| kept.systolic),
    }
}

/// A step of a small generator: the same entries in every run.
fn next(state: &mut u32) -> u16 {
    *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    u16::try_from(*state >> 24).expect("a byte")
}

#[test]
fn however_many_there_are_the_rules_are_answered_as_if_all_were_kept() {
    for seed in 0..200 {
        let mut state = seed;
        let mut memory = Memory::EMPTY;
        let mut all: Vec<Pressure> = Vec::new();
        for number in 0..120 {
            let at_rest = number < 2 || next(&mut state) < 4;
            let load = if at_rest { 0 } else { next(&mut state) % 6 };
            let systolic = 130 + 10 * (next(&mut state) % 4);
            let pulse = 50 + 10 * (next(&mut state) % 3);
            let pressure = taken(load, systolic, pulse, at_rest);
            memory.keep_pressure(pressure);
            all.insert(0, pressure);
            assert_eq!(
                answers(memory.pressures()),
                answers(all.iter()),
                "{seed}: {number}"
            );
            assert_eq!(
                memory.pressures().next(),
                Some(&pressure),
                "the newest first"
            );
        }
        assert_eq!(memory.pressures().count(), PRESSURES);
    }
}

/// Each higher at a higher load: none is outdone, and the oldest but the one of rest goes.
#[test]
fn where_every_one_may_be_asked_for_the_oldest_goes_and_rest_stays() {
    let mut memory = Memory::EMPTY;
    memory.keep_pressure(taken(0, 100, 30, true));
    for number in 1..=20_u16 {
        memory.keep_pressure(taken(number, 100 + number, 30 + number, false));
    }
    let loads: Vec<f64> = memory.pressures().map(|kept| kept.load).collect();
    let expected: Vec<f64> = (6..=20_u16).rev().map(f64::from).chain([0.0]).collect();
    assert_eq!(loads, expected);
    // A new one of rest needs the old one no more.
    memory.keep_pressure(taken(0, 90, 20, true));
    let rests: Vec<u16> = memory
        .pressures()
        .filter(|kept| kept.at_rest)
        .map(|kept| kept.systolic)
        .collect();
    assert_eq!(rests, [90]);
}
