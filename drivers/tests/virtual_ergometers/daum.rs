//! Daum, classic and premium.

use super::bench::{Bench, settings};

#[test]
fn the_worked_classic_requests_are_answered_as_in_the_sheet() {
    let mut bench = Bench::of("daum-classic");
    assert_eq!(bench.ask(&[0x11]), [0x11, 0x00]);
    assert_eq!(bench.ask(&[0x51, 0x00, 0x0F]), [0x51, 0x00, 0x0F]);
    bench.pedal(62.0).strap(108);
    assert_eq!(bench.ask(&[0x23, 0x00, 0x00]), [0x23, 0x00, 0x00, 0x01]);
    let mut many = Bench::of("daum-classic-400");
    assert_eq!(many.ask(&[0x51, 0x00, 0xA0]), [0x51, 0x00, 0x50]);
    // 900 m and 125 s as in the sheet, at 62 a minute 20 km/h: only the seconds are met exactly.
    bench.wait(124_800);
    let run = bench.ask(&[0x40, 0x00]);
    assert_eq!(
        run,
        [
            0x40, 0, 0, 0, 1, 0x0F, 0x3E, 0x14, 7, 0, 0x7D, 0, 9, 0, 0x6C, 0, 5, 0, 0
        ]
    );
    bench.pedal(0.0);
    let run = bench.ask(&[0x40, 0x00]);
    assert_eq!(run[4..8], [0, 0x0F, 0, 0], "the target stays in byte 5");
}

#[test]
fn every_classic_command_has_an_answer_of_its_length() {
    let mut bench = Bench::of("daum-classic");
    for (command, length) in [
        (&[0x10, 0][..], 3),
        (&[0x73, 0], 11),
        (&[0x12, 0], 2),
        (&[0x23, 0, 5], 4),
        (&[0x21, 0], 3),
        (&[0x22, 0], 3),
        (&[0x24, 0, 1, 30, 0, 180, 80, 0, 0, 3, 0, 0, 0, 0, 0], 16),
        (&[0x69, 0, 0, 0, 1], 3),
        (&[0x53, 0, 7], 3),
        (&[0x55, 0, 1, 2, 3, 4], 6),
        (&[0x40, 0], 19),
        (&[0x64, 0, 1, 2, 3], 2),
        (&[0x62, 0, 1, 2, 3], 2),
    ] {
        let answer = bench.ask(command);
        assert_eq!(answer.len(), length, "{command:02X?}");
        assert_eq!(answer[..2], command[..2]);
    }
    assert_eq!(bench.ask(&[0x73, 0]).last(), Some(&0x2A));
    assert_eq!(
        bench.ask(&[0x23, 0, 80]),
        [0x23, 0, 5, 0],
        "the old programme"
    );
    assert_eq!(bench.ask(&[0x53, 0, 29]), [0x53, 0, 28]);
}

#[test]
fn a_classic_cockpit_answers_to_its_address_and_dialect() {
    let mut bench = Bench::set("daum-classic", &settings("address", "7"));
    assert_eq!(bench.ask(&[0x11]), [0x11, 0x07]);
    assert_eq!(bench.ask(&[0x51, 0x00, 0x0F]), [0_u8; 0]);
    assert_eq!(bench.ask(&[0x51, 0x07, 0x0F]), [0x51, 0x07, 0x0F]);
    let mut old = Bench::set("daum-classic", &settings("dialect", "old"));
    assert_eq!(old.ask(&[0x11, 0x00]), [0x11, 0x00]);
    assert_eq!(old.ask(&[0x40, 0x00]).len(), 17);
    assert_eq!(old.ask(&[0x23, 0x00, 0x00]).len(), 3);
}

#[test]
fn a_classic_load_is_reached_in_three_seconds_kept_in_silence_and_cut_to_its_range() {
    let mut bench = Bench::of("daum-classic");
    assert_eq!(bench.watts(), None);
    bench
        .pedal(60.0)
        .send(&[0x21, 0, 0x51, 0, 0x14])
        .wait(1_500);
    assert_eq!(bench.watts(), Some(62));
    bench.wait(1_500);
    assert_eq!(bench.watts(), Some(100));
    bench.seconds(3_600);
    assert_eq!(bench.watts(), Some(100));
    bench.pedal(0.0);
    assert_eq!(bench.watts(), Some(0));
    bench.pedal(60.0);
    assert_eq!(bench.ask(&[0x51, 0, 0]), [0x51, 0, 5]);
    assert_eq!(bench.ask(&[0x51, 0, 0xFF]), [0x51, 0, 0xA0]);
    bench.seconds(3);
    assert_eq!(bench.watts(), Some(800));
    bench.send(&[0x22, 0]).seconds(3);
    assert_eq!(bench.watts(), Some(800), "a stop has no effect on it");
    bench.send(&[0x51, 0, 5]).seconds(3);
    assert_eq!(
        bench.watts(),
        None,
        "nobody needs to go on at the least load"
    );
}

#[test]
fn an_unfinished_or_unknown_classic_command_is_dropped() {
    let mut bench = Bench::of("daum-classic");
    bench.send(&[0x51, 0x00]).wait(51);
    assert_eq!(bench.ask(&[0x40, 0x00]).len(), 19);
    assert_eq!(bench.ask(&[0xFF, 0xD3, 0x99, 0x06]), [0_u8; 0]);
    assert_eq!(bench.ask(&[0x11]), [0x11, 0]);
}

#[test]
fn what_is_for_another_address_is_no_command_whatever_its_bytes_are() {
    let mut bench = Bench::of("daum-classic");
    assert_eq!(bench.ask(&[0x51, 0x11, 0x11]), [0_u8; 0]);
    assert_eq!(bench.ask(&[0x40, 0x05, 0x51, 0x00, 0x20]), [0_u8; 0]);
    assert_eq!(bench.ask(&[0xFF, 0x40, 0x00])[5], 5, "and nothing was set");
    bench.send(&[0x51, 0x05]).wait(50);
    assert_eq!(bench.send(&[0x11]).wait(100).heard(), [0_u8; 0]);
    assert_eq!(bench.ask(&[0x11]), [0x11, 0]);
}

#[test]
fn an_8008_loses_a_hasty_command() {
    let mut bench = Bench::of("daum-classic-8008");
    bench.send(&[0x11]).wait(20);
    assert_eq!(bench.heard(), [0x11, 0]);
    bench.wait(49).send(&[0x11]).wait(100);
    assert_eq!(bench.heard(), [0_u8; 0]);
    assert_eq!(bench.ask(&[0x11]), [0x11, 0]);
}

#[test]
fn a_classic_power_cut_forgets_the_load() {
    let mut bench = Bench::of("daum-classic");
    bench.pedal(60.0).send(&[0x21, 0, 0x51, 0, 0x14]).seconds(4);
    bench.power(false);
    assert_eq!(bench.watts(), None);
    assert_eq!(bench.ask(&[0x40, 0]), [0_u8; 0]);
    bench.power(true);
    assert_eq!(bench.ask(&[0x40, 0])[5], 5);
    assert_eq!(bench.watts(), None);
}

/// A frame with its sum.
fn frame(inside: &str) -> Vec<u8> {
    let sum: u32 = inside.bytes().map(u32::from).sum::<u32>() % 100;
    format!("\x01{inside}{sum:02}\x17").into_bytes()
}

fn accepted(inside: &str) -> Vec<u8> {
    [vec![0x06], frame(inside)].concat()
}

/// Asks, and acknowledges the answer.
fn ask(bench: &mut Bench, inside: &str) -> Vec<u8> {
    let answer = bench.ask(&frame(inside));
    bench.send(&[0x06]);
    answer
}

#[test]
fn the_worked_premium_requests_are_answered_as_in_the_sheet() {
    let mut bench = Bench::of("daum-premium");
    assert_eq!(bench.ask(b"\x01V0082\x17"), accepted("V00201"));
    assert_eq!(bench.ask(b"\x01S20130\x17"), accepted("S201"));
    assert_eq!(bench.ask(b"\x01S2375.0034\x17"), accepted("S2375.00"));
    bench.pedal(62.0).strap(108).wait(125_000);
    let sent = bench.ask(b"\x01X7091\x17");
    assert_eq!(
        sent,
        accepted(
            "X70125\x1D108\x1D5.74\x1D0.0\x1D717\x1D62.0\x1D75\x1D9\x1D38\x1D11.5\x1D6\x1D1\x1D0"
        )
    );
    assert_eq!(bench.ask(b"\x06"), [0_u8; 0]);
    assert_eq!(bench.ask(b"\x01X7092\x17"), [0x15]);
}

#[test]
fn a_premium_frame_is_acknowledged_at_once_and_answered_after_fifty_milliseconds() {
    let mut bench = Bench::of("daum-premium");
    bench.send(&frame("Y00"));
    assert_eq!(bench.heard(), [0x06]);
    bench.wait(49);
    assert_eq!(bench.heard(), [0_u8; 0]);
    bench.wait(1);
    assert_eq!(bench.heard(), frame("Y002"));
    assert_eq!(
        Bench::of("daum-premium-run").ask(&frame("Y00")),
        accepted("Y000")
    );
}

#[test]
fn a_refused_answer_is_repeated_five_times_and_waits_eleven_seconds() {
    let mut bench = Bench::of("daum-premium");
    bench.ask(&frame("V70"));
    for _ in 0..5 {
        assert_eq!(bench.ask(&[0x15]), frame("V70100"));
    }
    assert_eq!(bench.ask(&[0x15]), [0_u8; 0]);
    bench.ask(&frame("V70"));
    bench.seconds(10);
    assert_eq!(bench.ask(&[0x15]), frame("V70100"));
    bench.seconds(12);
    assert_eq!(bench.ask(&[0x15]), [0_u8; 0]);
    bench.ask(&frame("V70"));
    assert_eq!(
        bench.ask(&frame("V00")),
        accepted("V00201"),
        "in place of 06"
    );
}

#[test]
fn premium_power_needs_load_control_and_is_cut_to_its_range() {
    let mut bench = Bench::of("daum-premium");
    bench.pedal(60.0);
    assert_eq!(ask(&mut bench, "S2375.00"), accepted("S2325.00"));
    assert_eq!(ask(&mut bench, "S20"), accepted("S200"));
    ask(&mut bench, "S201");
    assert_eq!(ask(&mut bench, "S2310.00"), accepted("S2325.00"));
    assert_eq!(ask(&mut bench, "S23900"), accepted("S23800.00"));
    assert_eq!(ask(&mut bench, "S2375.5"), accepted("S2375.50"));
    assert_eq!(ask(&mut bench, "S23"), accepted("S2375.50"));
    assert_eq!(ask(&mut bench, "Q99"), [0x06], "an unknown command");
    assert_eq!(ask(&mut bench, "M722"), accepted("M722"));
    assert_eq!(ask(&mut bench, "M723"), accepted("M722"));
    assert_eq!(ask(&mut bench, "M70"), accepted("M70"));
    let mut run = Bench::of("daum-premium-run");
    ask(&mut run, "S201");
    assert_eq!(ask(&mut run, "S2375.00"), accepted("S2325.00"));
    assert_eq!(run.watts(), None);
}

#[test]
fn a_premium_load_is_reached_in_three_seconds_above_twenty_a_minute_and_kept() {
    let mut bench = Bench::of("daum-premium");
    bench.pedal(60.0).seconds(5);
    assert_eq!(bench.watts(), None);
    ask(&mut bench, "S201");
    assert_eq!(bench.watts(), Some(25));
    bench.send(&frame("S23100.00")).wait(1_500);
    assert_eq!(bench.watts(), Some(62));
    bench.seconds(3_600);
    assert_eq!(bench.watts(), Some(100));
    bench.pedal(20.0).wait(250);
    assert_eq!(bench.watts(), Some(0));
    bench.pedal(21.0).wait(1_500);
    assert_eq!(bench.watts(), Some(50));
    bench.power(false).power(true);
    assert_eq!(ask(&mut bench, "S23"), accepted("S2325.00"));
    assert_eq!(ask(&mut bench, "S20"), accepted("S200"));
}

#[test]
fn premium_noise_is_passed_over() {
    let mut bench = Bench::of("daum-premium");
    assert_eq!(bench.ask(b"hello\xFF\x80"), [0_u8; 0]);
    assert_eq!(bench.ask(b"\x01\x17"), [0x15]);
    assert_eq!(
        bench.ask(&[b"\x01V00", &frame("V00")[..]].concat()),
        [&[0x15], &accepted("V00201")[..]].concat()
    );
}
