//! Oximeters that print their clock: a line with the clock of the one before it was not measured.

use drivers::link::LinkEvent;
use protocols::vocabulary::{Reading, Timestamp};

use crate::wire::Wire;

const CASES: [(&str, u64); 2] = [("masimo", 1_000), ("nellcor", 2_000)];

fn line(id: &str, day: u8, clock: &str) -> String {
    if id == "masimo" {
        format!("09/{day:02}/10 {clock} SPO2=097% BPM=084 PI=11.82% ALARM=00 EXC=800\r\n")
    } else {
        format!("{day:02}-NOV-98 {clock}     97    84    50      \r\n")
    }
}

fn values(wire: &Wire) -> usize {
    let is_value = |event: &&(Timestamp, LinkEvent)| {
        matches!(
            event.1,
            LinkEvent::Saturation {
                reading: Reading::Value { .. },
                ..
            }
        )
    };
    wire.events.iter().filter(is_value).count()
}

#[test]
fn a_clock_that_stands_still_gives_one_value_and_then_silence() {
    for (id, every) in CASES {
        let mut wire = Wire::ready(id);
        for _ in 0..20 {
            wire.bytes(line(id, 15, "15:10:29").as_bytes());
            wire.wait(every);
        }
        assert_eq!(values(&wire), 1, "{id}");
        let states = wire.states();
        let states: Vec<_> = states.iter().map(|(_, state)| *state).collect();
        assert_eq!(states, [LinkEvent::Up, LinkEvent::Silent], "{id}");
        wire.events.clear();
        wire.bytes(line(id, 15, "15:10:30").as_bytes());
        assert_eq!(values(&wire), 1, "{id}");
        assert_eq!(wire.states().len(), 1, "{id}: up again");
    }
}

#[test]
fn a_clock_that_moves_counts_also_over_midnight_and_set_back() {
    for (id, every) in CASES {
        let mut wire = Wire::ready(id);
        let clocks = [
            (15, "23:59:57"),
            (15, "23:59:59"),
            (16, "00:00:01"),
            (15, "00:00:01"),
            (15, "22:00:00"),
            (15, "22:00:02"),
            (15, "22:00:00"),
        ];
        for (day, clock) in clocks {
            wire.bytes(line(id, day, clock).as_bytes());
            wire.wait(every);
        }
        assert_eq!(values(&wire), clocks.len(), "{id}");
    }
}

#[test]
fn the_first_line_after_the_port_was_opened_counts() {
    for (id, every) in CASES {
        let mut wire = Wire::ready(id);
        for _ in 0..2 {
            wire.bytes(line(id, 15, "15:10:29").as_bytes());
            wire.wait(every);
            wire.link.handle_opened(wire.now);
        }
        assert_eq!(values(&wire), 2, "{id}");
    }
}
