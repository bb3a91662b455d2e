//! Kettler.

use super::bench::Bench;

/// Somebody pedals on a bike in PC mode that holds this load.
fn running(id: &str, watts: u16) -> Bench {
    let mut bench = Bench::of(id);
    assert_eq!(bench.watts(), None);
    bench
        .pedal(60.0)
        .send(format!("cm\r\npw {watts}\r\n").as_bytes());
    bench.wait(1_500);
    assert_eq!(bench.watts(), Some(watts));
    bench.heard();
    bench
}

#[test]
fn the_worked_requests_are_answered_as_in_the_sheet() {
    let mut bench = Bench::of("kettler");
    assert_eq!(bench.ask_text("CM\r\n"), "ACK\r\n");
    assert_eq!(
        bench.ask_text("CM\r\nCD\r\nCP\r\n"),
        "RUN\r\nRUN\r\nRUN\r\n"
    );
    bench.pedal(60.0).strap(95);
    bench.wait(1_000);
    assert_eq!(
        bench.ask_text("PW 75\r\n"),
        "095\t060\t174\t000\t075\t0000\t00:01\t025\r\n"
    );
    bench.seconds(70);
    assert_eq!(
        bench.ask_text("ST\r\n"),
        "095\t060\t174\t003\t075\t0005\t01:11\t075\r\n"
    );
    assert!(bench.ask_text("pw 100\r\n").contains("\t100\t0005\t"));
    bench.strap(0).pedal(52.0);
    assert!(bench.ask_text("ST\r\n").starts_with("000\t052\t150\t"));
}

#[test]
fn every_known_word_has_one_answer_and_all_others_are_errors() {
    let mut bench = Bench::of("kettler");
    for (word, answer) in [
        ("ID", "SDFB3129"),
        ("VE", "131"),
        ("KI", "SDJB\tE5"),
        ("CA", "ACK"),
        ("LB", "ACK"),
        ("RP", "0"),
        ("EE", "ERROR"),
        ("SN", "ERROR"),
        ("DB", "ERROR"),
        ("ES1", "ERROR"),
        ("BR1", "ERROR"),
        ("hello", "ERROR"),
        ("PW", "ERROR"),
        ("PW x", "ERROR"),
        ("PW 12345", "ERROR"),
        ("PD", "ERROR"),
    ] {
        assert_eq!(
            bench.ask_text(&format!("{word}\r\n")),
            format!("{answer}\r\n"),
            "{word}"
        );
    }
    for word in ["PD 10", "PT 0130", "PE 100", "PW100"] {
        assert_eq!(
            bench.ask_text(&format!("{word}\r\n")),
            "ERROR\r\n",
            "not in PC mode"
        );
    }
    bench.ask_text("CP\r\n");
    for word in ["PD 10", "PT 0130", "PE 100", "PW100"] {
        assert_eq!(
            bench.ask_text(&format!("{word}\r\n")).split('\t').count(),
            8,
            "{word}"
        );
    }
}

#[test]
fn old_firmware_answers_capitals_with_an_error() {
    let mut bench = Bench::of("kettler-lower");
    assert_eq!(bench.ask_text("CM\r\n"), "ERROR\r\n");
    assert_eq!(bench.ask_text("ST\r\n"), "ERROR\r\n");
    assert_eq!(bench.ask_text("PW 75\r\n"), "ERROR\r\n");
    assert_eq!(bench.ask_text("cm\r\n"), "ACK\r\n");
    bench.pedal(60.0);
    assert_eq!(bench.ask_text("pw 75\r\n").split('\t').nth(4), Some("075"));
}

#[test]
fn loads_are_cut_to_the_range_and_down_to_five_watts() {
    for (told, held) in [
        ("0", 25),
        ("24", 25),
        ("79", 75),
        ("400", 400),
        ("9999", 400),
    ] {
        let mut bench = running("kettler", 100);
        bench.send(format!("PW {told}\r\n").as_bytes()).wait(1_000);
        assert_eq!(bench.watts(), Some(held), "{told}");
    }
}

#[test]
fn a_load_is_reached_in_a_second_kept_in_silence_and_given_above_twenty_a_minute() {
    let mut bench = running("kettler", 50);
    bench.send(b"PW 100\r\n").wait(500);
    assert_eq!(bench.watts(), Some(75));
    bench.seconds(3_600);
    assert_eq!(bench.watts(), Some(100));
    bench.pedal(20.0);
    assert_eq!(bench.watts(), Some(0));
    bench.seconds(600).pedal(60.0).wait(1_000);
    assert_eq!(bench.watts(), Some(100));
    let mut pausing = running("kettler-pausing", 100);
    pausing.pedal(0.0).seconds(59).pedal(60.0).seconds(2);
    assert_eq!(pausing.watts(), Some(100));
    pausing.pedal(0.0).seconds(60).pedal(60.0).seconds(2);
    assert_eq!(pausing.watts(), Some(25));
}

#[test]
fn a_reset_takes_a_second_and_leaves_pc_mode() {
    let mut bench = running("kettler", 100);
    bench.send(b"RS\r\n").wait(999);
    assert_eq!(bench.heard(), b"");
    bench.wait(1);
    assert_eq!(bench.heard(), b"ACK\r\n");
    assert_eq!(bench.watts(), None);
    assert_eq!(bench.ask_text("PW 75\r\n"), "ERROR\r\n");
}

#[test]
fn a_power_cut_forgets_everything() {
    let mut bench = running("kettler", 100);
    bench.power(false);
    assert_eq!(bench.watts(), None);
    assert_eq!(bench.ask_text("ST\r\n"), "");
    bench.power(true);
    assert_eq!(bench.ask_text("PW 75\r\n"), "ERROR\r\n");
    assert!(bench.ask_text("ST\r\n").contains("\t025\t0000\t00:00\t"));
}
