//! I2, and the answers to limits.

use monitor::{Invariant, Pulse, Seen};
use protocols::vocabulary::{
    Absence, BeatsPerMinute, MachineCommand, OxygenSaturation, Quality, Reading,
};

use crate::desk::{Desk, bike, watts};

#[test]
fn i2_a_rise_on_an_old_heart_rate() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.pass(1.0 - f64::from(u32::try_from(desk.now.as_millis() % 1_000).expect("small")) / 1e3);
    desk.heart_rate = None;
    desk.pass(3.0);
    desk.load(watts(61));
    desk.assert_sound();
    desk.pass(0.2);
    desk.load(watts(62));
    desk.assert_now(Invariant::I2);
}

#[test]
fn i2_a_rise_without_saturation() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.saturation = None;
    desk.pass(8.0);
    desk.load(watts(61));
    desk.assert_now(Invariant::I2);
}

#[test]
fn i2_nothing_is_asked_of_a_signal_that_is_not_required() {
    let charter = monitor::Charter {
        requires_saturation: false,
        ..bike()
    };
    let mut desk = Desk::cycling(&charter, 60);
    desk.saturation = None;
    desk.pass(8.0);
    desk.load(watts(61));
    desk.assert_sound();
}

#[test]
fn i2_values_that_no_person_has_and_values_in_doubt_do_not_count() {
    let doubted = |value, quality| Reading::Value {
        value: BeatsPerMinute::new(value).expect("in range"),
        quality,
    };
    for reading in [
        Reading::good(BeatsPerMinute::new(230).expect("in range")),
        Reading::good(BeatsPerMinute::new(29).expect("in range")),
        doubted(90, Quality::LowPerfusion),
        doubted(90, Quality::Frozen),
        doubted(90, Quality::OutOfTrack),
        Reading::Missing(Absence::NoContact),
    ] {
        let mut desk = Desk::cycling(&bike(), 60);
        desk.heart_rate = None;
        for _ in 0..4 {
            desk.pass(1.0);
            desk.see(Seen::HeartRate {
                source: Pulse::Strap,
                reading,
                sent_at: desk.now,
            });
        }
        desk.load(watts(61));
        desk.assert_now(Invariant::I2);
    }
}

#[test]
fn i2_old_bytes_do_not_count_as_new() {
    let mut desk = Desk::cycling(&bike(), 60);
    let sent_at = desk.now;
    desk.heart_rate = None;
    desk.pass(5.0);
    desk.see(Seen::HeartRate {
        source: Pulse::Strap,
        reading: Reading::good(BeatsPerMinute::new(90).expect("in range")),
        sent_at,
    });
    desk.load(watts(61));
    desk.assert_now(Invariant::I2);
}

#[test]
fn i2_a_gap_of_the_loop_makes_everything_old() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.see(Seen::LoopGap);
    desk.pass(1.0);
    desk.load(watts(61));
    desk.assert_sound();
    desk.pass(4.1);
    desk.see(Seen::LoopGap);
    desk.heart(Pulse::Strap, 90);
    desk.load(watts(62));
    desk.assert_now(Invariant::I2);
}

#[test]
fn i2_a_fall_needs_no_signal() {
    let mut desk = Desk::cycling(&bike(), 60);
    (desk.heart_rate, desk.saturation) = (None, None);
    desk.pass(8.0);
    desk.load(watts(50));
    desk.assert_sound();
}

#[test]
fn answer_a_rise_above_the_limit() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.drift(120);
    desk.pass(4.0);
    desk.load(watts(61));
    // Not yet in every mean of five seconds.
    desk.assert_sound();
    desk.pass(3.0);
    desk.load(watts(62));
    desk.assert_now(Invariant::Answer);
}

#[test]
fn answer_a_step_above_the_limit_may_be_doubted_for_a_while() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.heart_rate = Some(120);
    desk.pass(15.0);
    desk.load(watts(61));
    desk.assert_sound();
    desk.pass(3.0);
    desk.load(watts(62));
    desk.assert_now(Invariant::Answer);
}

#[test]
fn answer_a_rate_that_is_never_steady_is_judged_later() {
    let mut desk = Desk::cycling(&bike(), 60);
    for rate in [124, 128].into_iter().cycle().take(17) {
        desk.heart_rate = Some(rate);
        desk.pass(1.0);
    }
    desk.load(watts(61));
    desk.assert_sound();
    desk.heart_rate = Some(124);
    desk.pass(3.0);
    desk.load(watts(62));
    desk.assert_now(Invariant::Answer);
}

#[test]
fn answer_one_value_below_the_limit_and_a_mean_may_be() {
    let mut desk = Desk::cycling(&bike(), 60);
    desk.heart_rate = Some(119);
    desk.pass(20.0);
    desk.load(watts(61));
    desk.heart_rate = Some(125);
    desk.pass(5.0);
    desk.heart(Pulse::Oximeter, 110);
    desk.pass(3.0);
    desk.load(watts(62));
    desk.assert_sound();
}

#[test]
fn answer_the_second_limit_counts_without_the_first() {
    let charter = monitor::Charter {
        heart_rate_limit: None,
        ..bike()
    };
    let mut desk = Desk::cycling(&charter, 60);
    desk.drift(130);
    desk.pass(5.0);
    desk.load(watts(61));
    desk.assert_now(Invariant::Answer);
}

#[test]
fn answer_heart_rate_above_its_limit_takes_load_away() {
    let mut desk = Desk::cycling(&bike(), 80);
    desk.heart_rate = Some(121);
    let began = desk.now;
    desk.pass(60.0);
    desk.assert_within(Invariant::Answer, began, [20.0, 32.0]);
    assert_eq!(desk.breaches().len(), 1);
}

#[test]
fn answer_a_rise_in_the_call_that_brings_a_low_saturation() {
    let low = |percent| Reading::good(OxygenSaturation::new(percent).expect("in range"));
    let mut desk = Desk::cycling(&bike(), 60);
    let sent_at = desk.now;
    let above = Seen::Saturation {
        reading: low(89),
        sent_at,
    };
    desk.answer(above, MachineCommand::SetLoad(watts(61)));
    desk.assert_sound();
    let at = Seen::Saturation {
        reading: low(88),
        sent_at,
    };
    desk.answer(at, MachineCommand::SetLoad(watts(62)));
    desk.assert_now(Invariant::Answer);
}

#[test]
fn answer_a_low_saturation_takes_load_away() {
    let mut desk = Desk::cycling(&bike(), 80);
    desk.saturation = Some(85);
    let began = desk.now;
    desk.pass(60.0);
    desk.assert_within(Invariant::Answer, began, [19.0, 32.0]);
}

#[test]
fn answer_a_saturation_below_eighty_stops() {
    let charter = monitor::Charter {
        saturation_floor: None,
        ..bike()
    };
    let mut desk = Desk::cycling(&charter, 24);
    desk.saturation = Some(80);
    desk.pass(40.0);
    desk.assert_sound();
    desk.saturation = Some(79);
    let began = desk.now;
    desk.pass(40.0);
    desk.assert_within(Invariant::Answer, began, [18.0, 20.0]);
    assert_eq!(desk.breaches().len(), 1);
    let mut sound = Desk::cycling(&bike(), 24);
    sound.saturation = Some(79);
    sound.pass(6.0);
    sound.send(MachineCommand::Stop);
    sound.pass(60.0);
    sound.assert_sound();
}
