//! Ergoline: P10 in three manners, P3, P4.

use super::bench::{Bench, settings};

/// Somebody pedals on an er900 that holds this load.
fn running(watts: u16) -> Bench {
    let mut bench = Bench::of("ergoline");
    bench
        .pedal(60.0)
        .send(format!("W{watts:03}\rs\r").as_bytes());
    bench.seconds(3);
    assert_eq!(bench.watts(), Some(watts));
    bench.heard();
    bench
}

#[test]
fn the_worked_requests_are_answered_as_in_the_sheet() {
    let mut bench = running(75);
    bench.pedal(62.0).strap(118);
    assert_eq!(bench.ask(b"\x42\x0D"), b"B075\r");
    assert_eq!(bench.ask(b"\x44\x0D"), b"n062\r");
    assert_eq!(bench.ask(b"\x48\x0D"), b"H118\r");
    assert_eq!(bench.ask(b"\x49\x0D"), b"0900P10V243\r");
    assert_eq!(
        bench.ask(b"\x57\x20\x31\x30\x30\x0D"),
        b"",
        "W is not acknowledged"
    );
    bench.seconds(3);
    assert_eq!(bench.ask(b"B\r"), b"B100\r");
    assert_eq!(bench.ask(b"F\rF\rF\r"), b"");
    assert_eq!(bench.watts(), None);
    assert_eq!(bench.ask(b"B\r"), b"B000\r");
    let mut spaced = Bench::of("ergoline-spaced");
    assert_eq!(spaced.pedal(62.0).ask(b"D\r"), b"n 062\r");
}

#[test]
fn answers_leave_twenty_milliseconds_after_the_line() {
    let mut bench = running(75);
    bench.send(b"B\r").wait(19);
    assert_eq!(bench.heard(), b"");
    bench.wait(1);
    assert_eq!(bench.heard(), b"B075\r");
}

#[test]
fn a_load_is_reached_in_three_seconds_and_not_begun_anew_by_a_repetition() {
    let mut bench = running(50);
    for _ in 0..3 {
        bench.send(b"W110\r").seconds(1);
    }
    assert_eq!(bench.watts(), Some(110));
    bench.send(b"W050\r").wait(1_500);
    assert_eq!(bench.watts(), Some(80));
}

#[test]
fn loads_are_nothing_or_within_25_and_400() {
    for (told, held) in [
        ("W000", 0),
        ("W001", 25),
        ("W024", 25),
        ("W400", 400),
        ("W401", 400),
        ("W9999", 400),
    ] {
        let mut bench = running(75);
        bench.send(told.as_bytes()).send(b"\r").seconds(3);
        assert_eq!(bench.watts(), Some(held), "{told}");
    }
}

#[test]
fn a_start_goes_to_the_initial_load_and_one_more_is_ignored() {
    let mut bench = Bench::of("ergoline");
    assert_eq!(bench.watts(), None);
    bench.pedal(60.0).send(b"A040\rs\r").seconds(3);
    assert_eq!(bench.watts(), Some(40));
    bench.send(b"s\rS\r").seconds(60);
    assert_eq!(bench.watts(), Some(40));
}

#[test]
fn an_er800s_stops_at_the_second_start_and_knows_no_pressure() {
    let mut bench = Bench::of("ergoline-er800s");
    assert_eq!(bench.ask(b"I\r"), b"V.3.3\r");
    bench.pedal(60.0).send(b"S\r").seconds(3);
    assert_eq!(bench.watts(), Some(25));
    assert_eq!(bench.ask(b"O\rU\r"), b"");
    bench.send(b"s\r");
    assert_eq!(bench.watts(), None);
}

#[test]
fn an_ebike_tells_the_load_it_was_set_to_and_no_heart_rate() {
    let mut bench = Bench::of("ergoline-ebike");
    bench.pedal(60.0).send(b"s\rW100\r");
    assert_eq!(bench.ask(b"B\r"), b"B100\r");
    assert_eq!(bench.ask(b"H\rI\r"), b"er900P10VV243\r");
}

#[test]
fn a_start_with_pressure_takes_thirty_seconds_and_then_knows_it() {
    let mut bench = Bench::of("ergoline");
    assert_eq!(bench.ask(b"O\rU\r"), b"O000\rU000\r");
    bench.pedal(60.0).send(b"S\r").seconds(29);
    assert_eq!(bench.watts(), None);
    assert_eq!(bench.ask(b"B\rD\r"), b"B000\rn060\r");
    bench.seconds(4);
    assert_eq!(bench.watts(), Some(25));
    assert_eq!(bench.ask(b"O\rU\r"), b"O120\rU080\r");
}

#[test]
fn below_thirty_a_minute_the_load_falls_in_proportion() {
    let mut bench = running(100);
    bench.pedal(30.0);
    assert_eq!(bench.watts(), Some(100));
    bench.pedal(15.0);
    assert_eq!(bench.ask(b"B\r"), b"B050\r");
    bench.pedal(0.0);
    assert_eq!(bench.watts(), Some(0));
    bench.pedal(60.0);
    assert_eq!(bench.watts(), Some(100));
}

#[test]
fn silence_keeps_the_load_and_six_minutes_without_pedalling_end_it() {
    let mut bench = running(100);
    bench.seconds(1_800);
    assert_eq!(bench.watts(), Some(100));
    bench.pedal(0.0).seconds(359);
    assert_eq!(bench.watts(), Some(0));
    bench.seconds(1);
    assert_eq!(bench.watts(), None);
    bench.pedal(60.0).seconds(3);
    assert_eq!(bench.watts(), None);
}

#[test]
fn broken_and_unknown_lines_are_met_with_silence_and_the_next_is_answered() {
    let mut bench = running(75);
    for line in [
        "",
        "W",
        "W1x",
        "Wx",
        "Bx",
        "hello",
        "W12345",
        "s1",
        "\n",
        &"x".repeat(100),
    ] {
        assert_eq!(bench.ask(format!("{line}\r").as_bytes()), b"", "{line}");
    }
    assert_eq!(bench.ask(b"\xFF\x00\x80\r"), b"");
    assert_eq!(bench.ask(b"B\r\n"), b"B075\r");
}

#[test]
fn after_a_power_cut_it_is_idle_and_as_just_switched_on() {
    let mut bench = running(100);
    bench.send(b"A080\rB\r").power(false);
    assert_eq!(bench.watts(), None);
    assert_eq!(bench.ask(b"B\r"), b"");
    bench.power(true);
    assert_eq!(bench.ask(b"B\r"), b"B000\r");
    bench.send(b"s\r").seconds(3);
    assert_eq!(bench.watts(), Some(25));
}

/// Digits each as its own character, so many milliseconds apart.
fn preset(bench: &mut Bench, digits: &str, apart: u64) -> Vec<u8> {
    bench.heard();
    bench.send(b"X\r");
    for digit in digits.bytes() {
        bench.wait(apart).send(&[digit]);
    }
    bench.wait(apart).send(b"\r").wait(200).heard()
}

#[test]
fn p3_echoes_a_preset_and_applies_it_at_each_start() {
    let mut bench = Bench::of("ergoline-p3");
    bench.pedal(60.0);
    assert_eq!(bench.ask(b"I\r"), b"0900P03V243\r\n");
    assert_eq!(bench.ask(b"Y\r"), b"0900P03V243\r\n");
    assert_eq!(preset(&mut bench, "075", 150), b"075\r\n");
    assert_eq!(bench.watts(), None, "preset, not applied");
    bench.send(b"s\r").seconds(3);
    assert_eq!(bench.ask(b"W\r"), b"075\r\n");
    assert_eq!(preset(&mut bench, "100", 10), b"100\r\n");
    assert_eq!(bench.watts(), Some(75));
    bench.send(b"s\r").seconds(3);
    assert_eq!(bench.watts(), Some(100));
    bench.send(b"s\r").seconds(3);
    assert_eq!(bench.watts(), Some(100), "nothing was preset");
    assert_eq!(bench.ask(b"D\r"), b"n060\r\n");
    bench.send(b"F\r").seconds(3);
    assert_eq!(bench.watts(), Some(0), "recovery");
    bench.send(b"F\r");
    assert_eq!(bench.watts(), None);
}

#[test]
fn p3_refuses_digits_that_come_too_late_or_are_none() {
    let mut bench = Bench::of("ergoline-p3");
    bench.pedal(60.0);
    assert_eq!(preset(&mut bench, "075", 301), b"");
    assert_eq!(preset(&mut bench, "0x5", 10), b"0", "up to what is none");
    assert_eq!(preset(&mut bench, "07", 10), b"07");
    bench.send(b"s\r").seconds(3);
    assert_eq!(bench.watts(), Some(25), "none of them was taken");
    assert_eq!(
        bench.ask(b"M\r"),
        b"NR.00,SYST:000mmHg,DIAST:000mmHg,Puls:110/min\r\n"
    );
}

#[test]
fn p4_measures_a_pressure_and_is_silent_otherwise() {
    for mut bench in [
        Bench::of("ergoline-p4"),
        Bench::set("ergoline", &settings("variant", "P4")),
    ] {
        bench.strap(92);
        assert_eq!(bench.ask(b"W100\rB\rs\rI\r"), b"");
        bench.send(b"S\r").seconds(29);
        assert_eq!(bench.heard(), b"");
        bench.seconds(1);
        assert_eq!(
            bench.heard(),
            b"NR.01,SYST:120mmHg,DIAST:080mmHg,Pulse:092/min\r\n"
        );
        assert_eq!(bench.watts(), None);
    }
}
