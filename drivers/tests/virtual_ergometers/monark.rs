//! Monark.

use super::bench::Bench;

fn awake(id: &str) -> Bench {
    let mut bench = Bench::of(id);
    assert_eq!(bench.ask_text("\r"), "");
    bench
}

#[test]
fn the_worked_requests_are_answered_as_in_the_sheet() {
    let mut bench = awake("monark-novo");
    bench.pedal(60.0);
    assert_eq!(bench.ask_text("id\r"), "LC7 novo\r");
    assert_eq!(bench.ask_text("servo\r"), "auto\r");
    assert_eq!(bench.ask_text("power 75\r"), "\r");
    bench.seconds(3);
    assert_eq!(bench.ask_text("power\r"), "75\r");
    assert_eq!(bench.ask_text("pulse\r"), "110\r");
    assert_eq!(bench.ask_text("pedal\r"), "60\r");
    assert_eq!(bench.ask_text("B\r"), "75\r");
    assert_eq!(bench.ask_text("kp 1.5\r"), "\r");
    bench.seconds(3);
    assert_eq!(bench.ask_text("power\r"), "88\r");
    bench.pedal(30.0);
    assert_eq!(bench.watts(), Some(44), "force: power follows cadence");
    bench.send(b"power 75\r").seconds(3);
    assert_eq!(bench.watts(), Some(75));
}

#[test]
fn the_first_command_is_lost_unless_an_empty_line_came_first() {
    let mut bench = Bench::of("monark");
    assert_eq!(bench.ask_text("id\r"), "");
    assert_eq!(bench.ask_text("id\r"), "LC7\r");
    bench.power(false).power(true);
    assert_eq!(bench.ask_text("id\r"), "");
}

#[test]
fn each_model_says_who_it_is_and_does_what_it_can() {
    for (id, name, servo, held, forced) in [
        ("monark", "LC7", "", 20, 20),
        ("monark-novo", "LC7 novo", "auto", 20, 117),
        ("monark-manual", "LC7 novo", "manual", 0, 0),
        ("monark-839e", "mec 839e", "", 5, 5),
        ("monark-lt2", "lt2", "", 0, 0),
    ] {
        let mut bench = awake(id);
        bench.pedal(60.0);
        assert_eq!(bench.ask_text("id\r"), format!("{name}\r"));
        assert_eq!(bench.ask_text("servo\r"), format!("{servo}\r"));
        assert_eq!(bench.ask_text("power 5\r"), "\r");
        bench.seconds(3);
        assert_eq!(bench.ask_text("power\r"), format!("{held}\r"), "{id}");
        assert_eq!(bench.ask_text("kp 2.0\r"), "\r");
        bench.seconds(3);
        assert_eq!(bench.ask_text("power\r"), format!("{forced}\r"), "{id}");
    }
    assert_eq!(awake("monark-lt2").ask_text("B\r"), "\r");
}

#[test]
fn a_load_is_reached_in_three_seconds_kept_in_silence_and_given_to_who_pedals() {
    let mut bench = awake("monark");
    assert_eq!(bench.watts(), None);
    bench.pedal(60.0).send(b"power 100\r").wait(1_500);
    assert_eq!(bench.watts(), Some(50));
    bench.seconds(3_600);
    assert_eq!(bench.watts(), Some(100));
    bench.pedal(0.0);
    assert_eq!(bench.ask_text("power\r"), "0\r");
    assert_eq!(bench.ask_text("B\r"), "100\r");
    bench.pedal(60.0);
    assert_eq!(bench.watts(), Some(100));
    bench.send(b"power 9999\r").seconds(3);
    assert_eq!(bench.watts(), Some(1_000));
    bench.send(b"power 0\r").seconds(3);
    assert_eq!(bench.watts(), None);
}

#[test]
fn unknown_words_get_an_empty_line_after_thirty_milliseconds() {
    let mut bench = awake("monark");
    for line in [
        "hello",
        "power x",
        "power 12345",
        "power -1",
        "kp 9.9",
        "ID",
    ] {
        assert_eq!(bench.ask_text(&format!("{line}\r")), "\r", "{line}");
    }
    bench.send(b"\x11\x13\nid\r").wait(29);
    assert_eq!(bench.heard(), b"");
    bench.wait(1);
    assert_eq!(bench.heard(), b"LC7\r");
}

#[test]
fn a_power_cut_takes_the_load_away() {
    let mut bench = awake("monark");
    bench.pedal(60.0).send(b"power 100\r").seconds(3);
    bench.power(false);
    assert_eq!(bench.watts(), None);
    assert_eq!(bench.ask_text("power\r"), "");
    bench.power(true);
    bench.ask_text("\r");
    assert_eq!(bench.ask_text("B\r"), "0\r");
    assert_eq!(bench.watts(), None);
}
