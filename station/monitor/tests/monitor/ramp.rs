//! I3: a rise by the ramp, a belt that slows gently; and the purses against toy cores with random figures.

use core::time::Duration;

use monitor::{Act, Charter, Invariant, Phase, Seen};
use proptest::prelude::*;
use protocols::vocabulary::{Kilograms, MachineCommand, NetMets};

use crate::desk::{Desk, belt, bike, per_minute, treadmill, watts};

#[test]
fn i3_a_jump_after_a_long_wait() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.pass(600.0);
    // One step, one change too small to send and one beat are 4.5 W.
    desk.load(watts(64));
    desk.assert_sound();
    desk.pass(600.0);
    desk.load(watts(69));
    desk.assert_now(Invariant::I3);
}

#[test]
fn i3_twice_the_ramp() {
    let mut desk = Desk::cycling(&bike(), 40);
    let began = desk.now;
    for load in (44..80).step_by(4) {
        desk.pass(5.0);
        desk.load(watts(load));
    }
    desk.assert_within(Invariant::I3, began, [5.0, 15.0]);
}

#[test]
fn i3_the_ramp_of_warm_up_in_conditioning() {
    let charter = Charter {
        warm_up: per_minute(3.0),
        ..bike()
    };
    let mut desk = Desk::new(&charter);
    desk.pass(2.0);
    desk.phase = Phase::WarmUp;
    desk.send(MachineCommand::Start(watts(20)));
    for load in [26, 32, 38, 44, 50] {
        desk.pass(5.0);
        desk.load(watts(load));
    }
    desk.phase = Phase::Conditioning;
    desk.pass(0.1);
    desk.assert_sound();
    let began = desk.now;
    for load in [56, 62, 68] {
        desk.pass(5.0);
        desk.load(watts(load));
    }
    desk.assert_within(Invariant::I3, began, [4.0, 6.0]);
}

#[test]
fn i3_a_start_above_the_least_load() {
    let mut desk = Desk::new(&bike());
    desk.pass(2.0);
    desk.send(MachineCommand::Start(watts(40)));
    desk.assert_now(Invariant::I3);
}

#[test]
fn i3_a_start_at_the_load_that_was_settled() {
    let charter = Charter {
        // 40 W at 80 kg.
        start_load: NetMets::new(2.543).expect("in range"),
        ..bike()
    };
    let mut desk = Desk::new(&charter);
    desk.pass(2.0);
    desk.send(MachineCommand::Start(watts(40)));
    desk.assert_sound();
}

#[test]
fn i3_back_to_the_load_of_before_after_a_pause() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.phase = Phase::Paused;
    desk.answer(Seen::Act(Act::Pause), MachineCommand::SetLoad(watts(0)));
    desk.pass(60.0);
    desk.phase = Phase::Conditioning;
    desk.answer(Seen::Act(Act::Resume), MachineCommand::SetLoad(watts(60)));
    desk.assert_now(Invariant::I3);
}

#[test]
fn i3_an_ergometer_may_fall_at_once() {
    let mut desk = Desk::cycling(&bike(), 80);
    desk.load(watts(0));
    desk.assert_sound();
}

#[test]
fn i3_a_belt_stopped_from_speed() {
    let mut desk = Desk::walking(&treadmill(), 4.0);
    desk.send(MachineCommand::Stop);
    desk.assert_now(Invariant::I3);
}

#[test]
fn i3_a_belt_slowed_too_fast() {
    let mut desk = Desk::walking(&treadmill(), 5.0);
    // 0.5 m/s² in steps of half a second.
    let began = desk.now;
    for speed in [4.1, 3.2, 2.3, 1.4] {
        desk.load(belt(speed, 0.0));
        desk.pass(0.5);
    }
    desk.assert_within(Invariant::I3, began, [0.0, 1.0]);
}

#[test]
fn i3_the_emergency_stop_is_free() {
    let mut desk = Desk::walking(&treadmill(), 5.0);
    desk.answer(Seen::Act(Act::EmergencyStop), MachineCommand::EmergencyStop);
    desk.assert_sound();
}

#[test]
fn i3_a_belt_that_stands_already_may_be_stopped() {
    let mut desk = Desk::walking(&treadmill(), 5.0);
    desk.gives = Some(belt(0.0, 0.0));
    desk.report();
    desk.send(MachineCommand::Stop);
    desk.assert_sound();
}

#[test]
fn i3_a_belt_that_runs_on_in_recovery_is_brought_down_from_what_it_does() {
    let runs_on = || {
        let mut desk = Desk::walking(&treadmill(), 2.0);
        desk.phase = Phase::Recovery;
        desk.gives = Some(belt(2.0, 0.0));
        for speed in [1.5, 1.0] {
            desk.load(belt(speed, 0.0));
            desk.pass(1.0);
        }
        desk.send(MachineCommand::Stop);
        desk.pass(2.0);
        desk.assert_sound();
        desk
    };
    let mut desk = runs_on();
    desk.load(belt(1.5, 0.0));
    desk.assert_sound();
    let mut desk = runs_on();
    desk.load(belt(2.1, 0.0));
    desk.assert_now(Invariant::I3);
    // In exercise the load that was asked for counts, whatever the belt does.
    let mut desk = runs_on();
    desk.phase = Phase::CoolDown;
    desk.load(belt(1.5, 0.0));
    desk.assert_now(Invariant::I3);
}

/// A core as simple as can be: what it grants rises by the ramp in beats, is rounded down to steps, and is sent when it differs.
fn toy_climb(figures: &Figures, hurry: f64) -> Desk {
    let mut charter = bike();
    charter.mass = Kilograms::new(figures.mass).expect("in range");
    charter.ceiling = NetMets::MAX;
    charter.conditioning = per_minute(figures.ramp);
    charter.warm_up = charter.conditioning;
    charter.machine.power = charter.machine.power.map(|mut range| {
        range.step = figures.step;
        range
    });
    let mut desk = Desk::new(&charter);
    desk.phase = Phase::Conditioning;
    desk.pass(2.0);
    let per_watt = 10.8 / figures.mass / 3.5;
    let step = f64::from(figures.step);
    let mut granted = 1.0 + 20.0 * per_watt;
    let mut sent = (granted, 20);
    desk.send(MachineCommand::Start(watts(20)));
    desk.pass(figures.offset);
    for beat in 0..240_u32 {
        granted += match figures.falls {
            Some(every) if beat.is_multiple_of(every) => -0.25,
            _ => figures.ramp / 60.0 * 5.0 * hurry,
        };
        granted = granted.clamp(1.0 + 20.0 * per_watt, 1.0 + 250.0 * per_watt);
        let steps = protocols::vocabulary::number::floor_to_u16((granted - 1.0) / per_watt / step);
        let load = steps.expect("in range") * figures.step;
        if (granted - sent.0).abs() >= 0.05 && load != sent.1 {
            sent = (granted, load);
            desk.load(watts(load));
        }
        desk.pass(5.0);
    }
    desk
}

/// How a walk is divided over speed and grade: a rise first by speed, then by grade; a fall takes from both, and adds to neither.
struct Division {
    preferred: f64,
    steepest: f64,
    sent: f64,
    speed: f64,
    grade: f64,
}

impl Division {
    fn speed_at(work: f64, grade: f64) -> f64 {
        3.5 * work / (6.0 + 1.08 * grade)
    }

    /// The belt for `work`; nothing where it differs too little from what was sent.
    fn belt(&mut self, work: f64) -> Option<(f64, f64)> {
        if (work - self.sent).abs() < 0.05 {
            return None;
        }
        let mut grade = self.grade;
        let at = |grade| Self::speed_at(work, grade);
        let speed = if work < self.sent {
            while at(grade) < 0.85 * self.preferred && grade >= 0.5 && at(grade - 0.5) <= self.speed
            {
                grade -= 0.5;
            }
            at(grade).min(self.speed)
        } else {
            while at(grade) > self.preferred && grade + 0.5 <= self.steepest {
                grade += 0.5;
            }
            at(grade).min(self.preferred)
        };
        let tenths = protocols::vocabulary::number::floor_to_u16(speed * 36.0 + 1e-9);
        let tenths = tenths.expect("in range").max(10);
        (self.sent, self.speed, self.grade) = (work, f64::from(tenths) / 36.0, grade);
        Some((f64::from(tenths) / 10.0, grade))
    }
}

#[derive(Debug)]
struct Figures {
    mass: f64,
    ramp: f64,
    step: u16,
    offset: f64,
    falls: Option<u32>,
}

fn figures() -> impl Strategy<Value = Figures> {
    (
        35.0..180.0_f64,
        0.2..4.0_f64,
        prop_oneof![Just(1_u16), Just(5), Just(10)],
        0.1..5.0_f64,
        proptest::option::of(3_u32..20),
    )
        .prop_map(|(mass, ramp, step, offset, falls)| Figures {
            mass,
            ramp,
            step,
            offset,
            falls,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_climb_by_the_ramp_is_never_a_breach(figures in figures()) {
        toy_climb(&figures, 1.0).assert_sound();
    }

    #[test]
    fn a_climb_half_as_fast_again_always_is(mut figures in figures()) {
        figures.falls = None;
        figures.ramp = figures.ramp.min(1.5);
        let desk = toy_climb(&figures, 1.5);
        prop_assert!(desk.breaches().iter().any(|breach| breach.invariant == Invariant::I3));
    }

    #[test]
    fn a_walk_divided_over_speed_and_grade_is_never_a_breach(
        ramp in 0.2..2.0_f64,
        preferred in 30_u16..60,
        steepest in 0_u16..24,
        turns in proptest::collection::vec((1_u32..40, any::<bool>()), 1..12),
    ) {
        let mut desk = Desk::new(&Charter {
            ceiling: NetMets::new(8.0).expect("in range"),
            warm_up: per_minute(ramp),
            conditioning: per_minute(ramp),
            ..treadmill()
        });
        desk.pass(2.0);
        let least = 10.0 / 36.0 * 6.0 / 3.5;
        let mut division = Division {
            preferred: f64::from(preferred) / 36.0,
            steepest: f64::from(steepest) / 2.0,
            sent: least,
            speed: 10.0 / 36.0,
            grade: 0.0,
        };
        desk.send(MachineCommand::Start(belt(1.0, 0.0)));
        let mut granted = least;
        for (beats, up) in turns {
            for _ in 0..beats {
                desk.pass(5.0);
                let most = Division::speed_at(1.0, division.steepest).recip() * division.preferred;
                granted += if up { ramp / 12.0 } else { -0.25 };
                granted = granted.clamp(least, most.clamp(least, 8.0));
                if let Some((speed, grade)) = division.belt(granted) {
                    desk.load(belt(speed, grade));
                }
            }
        }
        desk.assert_sound();
    }

    #[test]
    fn a_belt_brought_down_by_its_deceleration_is_never_a_breach(
        tenths in 11_u16..80,
        period in 1_u32..11,
        kept in 0_u32..20,
    ) {
        let mut desk = Desk::new(&Charter { ceiling: NetMets::MAX, ..treadmill() });
        desk.pass(2.0);
        let top = f64::from(tenths) / 36.0;
        // Found running: nobody asked for anything yet.
        desk.asked = belt(f64::from(tenths) / 10.0, 0.0);
        desk.report();
        desk.pass(f64::from(kept) / 10.0);
        let began = desk.now;
        let step = Duration::from_millis(u64::from(period) * 100);
        loop {
            let next = desk.now + step;
            let speed = top - 0.25 * next.since(began).as_secs_f64();
            let tenths = protocols::vocabulary::number::floor_to_u16(speed.max(0.0) * 36.0 + 1e-9);
            let tenths = tenths.expect("in range");
            if tenths < 10 {
                desk.pass(step.as_secs_f64());
                desk.send(MachineCommand::Stop);
                break;
            }
            desk.load(belt(f64::from(tenths) / 10.0, 0.0));
            desk.pass(step.as_secs_f64());
        }
        desk.assert_sound();
    }
}
