//! `CompuTrainer`.

use protocols::computrainer::{
    HostMessage, Load, MachineDecoder, MachineMessage, Telemetry, Tidings, ergometer_set,
};
use protocols::vocabulary::Watts;
use protocols::wire::Decoder;

use super::bench::Bench;

/// The sheet's whole set of 100 W.
const SET_100: [u8; 56] = [
    0x6D, 0x00, 0x00, 0x0A, 0x08, 0x00, 0xE0, 0x65, 0x00, 0x00, 0x0A, 0x10, 0x00, 0xE0, 0x00, 0x00,
    0x00, 0x0A, 0x18, 0x5D, 0xC1, 0x33, 0x00, 0x00, 0x0A, 0x24, 0x1E, 0xE0, 0x6A, 0x00, 0x00, 0x0A,
    0x2C, 0x5F, 0xE0, 0x41, 0x00, 0x00, 0x0A, 0x34, 0x00, 0xE0, 0x2D, 0x00, 0x00, 0x0A, 0x38, 0x10,
    0xC2, 0x03, 0x00, 0x00, 0x0A, 0x40, 0x32, 0xE0,
];

fn load(watts: u16) -> Vec<u8> {
    let load = Load::new(Watts::new(watts).expect("in range")).expect("in range");
    let mut bytes = Vec::new();
    for setting in ergometer_set(load) {
        let mut buffer = [0; 16];
        bytes.extend_from_slice(
            HostMessage::Setting(setting)
                .encode(&mut buffer)
                .expect("room"),
        );
    }
    bytes
}

/// Lets time pass as a host does that says its load twice a second.
fn hold(bench: &mut Bench, watts: u16, halves: u32) {
    for _ in 0..halves {
        bench.send(&load(watts)).wait(500);
    }
}

fn tidings(bytes: &[u8]) -> Vec<Tidings> {
    let mut found = Vec::new();
    MachineDecoder::new().feed(bytes, &mut |item| match item.content {
        Ok(MachineMessage::Telemetry(telemetry)) => found.push(telemetry.tidings()),
        other => panic!("{other:?}"),
    });
    found
}

fn speed_of(told: Tidings) -> Option<f64> {
    if let Tidings::Speed(speed) = told {
        Some(speed.get())
    } else {
        None
    }
}

#[test]
fn it_greets_and_streams_after_the_first_whole_set() {
    let mut bench = Bench::of("computrainer");
    bench.send(b"RacerMate").wait(49);
    assert_eq!(bench.heard(), b"");
    bench.wait(1);
    assert_eq!(bench.heard(), b"LinkUp");
    bench.send(&SET_100[..49]).seconds(1);
    assert_eq!(bench.heard(), b"", "seven of eight");
    bench.send(&SET_100[49..]).wait(150);
    let stream = bench.heard();
    assert_eq!(stream.len(), 35, "five in 150 ms");
    assert_eq!(
        stream[28..],
        [0, 0, 0, 0, 0x5E, 0, 0x80],
        "both sensors, as in the sheet"
    );
    assert_eq!(bench.ask(b"RacerMate").len() % 7, 0, "no second answer");
}

#[test]
fn values_are_told_in_turn_as_in_the_sheet() {
    let mut bench = Bench::of("computrainer");
    bench.pedal(72.0).strap(118);
    hold(&mut bench, 150, 8);
    bench.heard();
    bench.wait(150);
    let stream = bench.heard();
    for (worked, told) in [
        ([0, 0, 0, 0, 0x10, 0x4B, 0x80], "150 W"),
        ([0, 0, 0, 0, 0x18, 0x3B, 0x80], "118 bpm"),
        ([0, 0, 0, 0, 0x30, 0x24, 0x80], "72 rpm"),
    ] {
        assert!(stream.windows(7).any(|seven| seven == worked), "{told}");
    }
    let speed = tidings(&stream).into_iter().find_map(speed_of);
    assert!((speed.expect("told") - 7.2).abs() < 0.01);
    bench.strap(0);
    let stream = bench.ask(b"");
    assert!(
        stream
            .windows(7)
            .any(|seven| seven == [0, 0, 0, 0, 0x5C, 0, 0x80]),
        "no strap"
    );
}

#[test]
fn a_load_is_reached_in_three_seconds_cut_to_its_range_and_given_to_who_pedals() {
    let mut bench = Bench::of("computrainer");
    assert_eq!(bench.watts(), None);
    bench.pedal(60.0);
    hold(&mut bench, 100, 3);
    assert_eq!(bench.watts(), Some(50));
    hold(&mut bench, 100, 7);
    assert_eq!(bench.watts(), Some(100));
    bench.pedal(0.0);
    assert_eq!(bench.watts(), Some(0));
    bench.pedal(60.0);
    assert_eq!(bench.watts(), Some(100));
    // Zero watts, its sum right: 6B.
    for _ in 0..8 {
        bench.send(&[0x35, 0, 0, 0x0A, 0x40, 0, 0xE0]).wait(500);
    }
    assert_eq!(bench.watts(), Some(50));
    hold(&mut bench, 1_500, 8);
    assert_eq!(bench.watts(), Some(1_500));
}

#[test]
fn a_wrong_sum_leaves_the_old_load_and_does_not_hold_it() {
    let mut bench = Bench::of("computrainer");
    bench.pedal(60.0);
    hold(&mut bench, 75, 8);
    for _ in 0..3 {
        bench.send(&[0x04, 0, 0, 0x0A, 0x40, 0x32, 0xE0]).wait(480);
    }
    assert_eq!(bench.watts(), Some(75));
    bench.send(&[0x04, 0, 0, 0x0A, 0x40, 0x32, 0xE0]).wait(100);
    assert_eq!(bench.watts(), Some(0));
    let mut fresh = Bench::of("computrainer");
    let mut set = SET_100;
    set[0] ^= 1;
    assert_eq!(fresh.ask(&set), b"", "a set with a wrong sum is none");
    assert_eq!(fresh.watts(), None);
}

#[test]
fn without_a_load_for_two_seconds_it_lets_go_and_five_later_it_is_silent() {
    let mut bench = Bench::of("computrainer");
    bench.pedal(60.0);
    hold(&mut bench, 100, 8);
    bench.wait(1_499);
    assert_eq!(bench.watts(), Some(100));
    bench.wait(1);
    assert_eq!(bench.watts(), Some(0));
    bench.wait(4_900);
    bench.heard();
    assert!(!bench.wait(90).heard().is_empty());
    assert_eq!(bench.wait(1_000).heard(), b"");
    assert_eq!(bench.watts(), None);
    assert_eq!(bench.ask(b"RacerMate"), b"LinkUp");
    hold(&mut bench, 100, 8);
    assert_eq!(bench.watts(), Some(100));
}

#[test]
fn a_wheel_that_is_not_pedalled_runs_on_for_three_seconds() {
    let mut bench = Bench::of("computrainer");
    bench.pedal(60.0);
    hold(&mut bench, 100, 8);
    bench.pedal(0.0);
    let speed_after = |bench: &mut Bench, halves| {
        hold(bench, 100, halves);
        tidings(&bench.heard()).into_iter().rev().find_map(speed_of)
    };
    let coasting = speed_after(&mut bench, 3).expect("told");
    assert!((2.0..4.0).contains(&coasting), "{coasting}");
    assert_eq!(speed_after(&mut bench, 4), Some(0.0));
}

#[test]
fn a_power_cut_ends_the_stream() {
    let mut bench = Bench::of("computrainer");
    bench.pedal(60.0);
    hold(&mut bench, 100, 8);
    bench.heard();
    bench.power(false);
    assert_eq!(bench.watts(), None);
    assert_eq!(bench.wait(500).heard(), b"");
    bench.power(true);
    assert_eq!(bench.wait(500).heard(), b"");
    assert_eq!(bench.ask(b"RacerMate"), b"LinkUp");
    assert_eq!(Telemetry::POWER.get(), 2);
}
