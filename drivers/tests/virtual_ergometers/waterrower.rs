//! `WaterRower`.

use super::bench::Bench;

fn talking(id: &str) -> Bench {
    let mut bench = Bench::of(id);
    assert_eq!(bench.ask_text("USB\r\n"), "_WR_\r\n");
    bench
}

/// The answer to one line, strokes and `PING` left out.
fn ask(bench: &mut Bench, line: &str) -> String {
    let answer = bench.ask_text(&format!("{line}\r\n"));
    let mine: Vec<_> = answer
        .lines()
        .filter(|line| !matches!(*line, "PING" | "SS" | "SE"))
        .collect();
    mine.join(" ")
}

#[test]
fn it_is_silent_before_usb_and_after_exit() {
    let mut bench = Bench::of("waterrower");
    bench.pedal(60.0).seconds(10);
    assert_eq!(bench.heard(), b"");
    assert_eq!(bench.watts(), None);
    assert_eq!(ask(&mut bench, "IV?"), "ERROR");
    assert_eq!(ask(&mut bench, "EXIT"), "ERROR");
    assert_eq!(ask(&mut bench, "USB"), "_WR_");
    assert_eq!(ask(&mut bench, "IV?"), "IV40210");
    assert_eq!(ask(&mut bench, "EXIT"), "OK");
    assert_eq!(bench.seconds(10).heard(), b"");
    assert_eq!(ask(&mut bench, "IRD1A0"), "ERROR");
}

#[test]
fn the_worked_requests_are_answered_in_the_sheets_forms() {
    let mut bench = talking("waterrower");
    bench.pedal(55.0).seconds(30);
    assert_eq!(bench.watts(), Some(88));
    for (line, answer) in [
        ("IRD1A0", "IDD1A0006E"),
        ("IRS1A0", "IDS1A06E"),
        ("IRD088", "IDD0880058"),
        ("IRS1A9", "IDS1A916"),
        ("IRS0A9", "IDS0A910"),
        ("IRS142", "IDS1426D"),
        ("IRS143", "IDS14324"),
        ("IRD14A", "IDD14A013B"),
        ("IRD148", "IDD148013B"),
        ("IRD7FF", "IDD7FF0000"),
        ("IRX088", "ERROR"),
        ("IRS08", "ERROR"),
        ("IRS0G8", "ERROR"),
        ("WSI107D0", "OK"),
        ("WSI507D0", "ERROR"),
        ("WSU0258", "OK"),
        ("hello", "ERROR"),
        ("USB", "_WR_"),
    ] {
        assert_eq!(ask(&mut bench, line), answer, "{line}");
    }
}

#[test]
fn strokes_are_told_and_pings_come_when_there_are_none() {
    let mut bench = talking("waterrower");
    bench.seconds(3);
    bench.heard();
    assert_eq!(bench.seconds(3).heard(), b"PING\r\nPING\r\nPING\r\n");
    // 24 strokes a minute: one each 2.5 s.
    bench.pedal(60.0).wait(1);
    assert_eq!(bench.heard(), b"SS\r\n");
    bench.wait(833);
    assert_eq!(bench.heard(), b"SE\r\n");
    bench.wait(1_667);
    assert_eq!(bench.heard(), b"SS\r\n");
    bench.wait(7_500);
    assert_eq!(bench.heard(), b"SE\r\nSS\r\n".repeat(3));
}

#[test]
fn a_workout_counts_and_a_reset_clears_it() {
    let mut bench = talking("waterrower");
    bench.pedal(60.0).seconds(75);
    assert_eq!(ask(&mut bench, "IRD140"), "IDD140001F");
    assert_eq!(ask(&mut bench, "IRS1E1"), "IDS1E115");
    assert_eq!(ask(&mut bench, "IRS1E2"), "IDS1E201");
    let distance = ask(&mut bench, "IRD055");
    let metres = u32::from_str_radix(&distance[6..], 16).expect("a number");
    assert!((243..=246).contains(&metres), "{metres}");
    bench.heard();
    let reset = bench.ask_text("RESET\r\n");
    assert!(
        reset.contains("OK\r\n") && reset.contains("PING\r\n"),
        "{reset}"
    );
    assert_eq!(ask(&mut bench, "IRD140"), "IDD1400000");
    assert_eq!(ask(&mut bench, "IRS1E2"), "IDS1E200");
}

#[test]
fn values_stay_between_strokes_and_fall_back_after_five_seconds() {
    for (id, kept) in [
        ("waterrower", "IDD0880000"),
        ("waterrower-holding", "IDD0880060"),
    ] {
        let mut bench = talking(id);
        bench.pedal(60.0).wait(10_100).pedal(0.0).seconds(3);
        assert_eq!(ask(&mut bench, "IRD088"), "IDD0880060");
        bench.seconds(5);
        assert_eq!(ask(&mut bench, "IRD088"), kept);
        assert_eq!(ask(&mut bench, "IRS1A9"), "IDS1A900");
        assert_eq!(ask(&mut bench, "IRD14A"), "IDD14A0000");
    }
}

#[test]
fn a_swapped_monitor_turns_two_bytes_round() {
    let mut bench = talking("waterrower-swapped");
    assert_eq!(ask(&mut bench, "IRD1A0"), "IDD1A06E00");
    assert_eq!(ask(&mut bench, "IRS1A0"), "IDS1A06E");
}

#[test]
fn a_power_cut_makes_it_forget_its_host() {
    let mut bench = talking("waterrower");
    bench.pedal(60.0).seconds(10).heard();
    bench.power(false);
    assert_eq!(bench.watts(), None);
    assert_eq!(bench.seconds(10).heard(), b"");
    bench.power(true);
    assert_eq!(ask(&mut bench, "IRD140"), "ERROR");
    assert_eq!(ask(&mut bench, "USB"), "_WR_");
}
