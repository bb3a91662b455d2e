//! What holds for every one of them.

use drivers::catalogue::Settings;
use drivers::virtual_devices::patient::{Condition, VirtualPatient};
use drivers::virtual_devices::rig::{RigOutput, VirtualRig};
use proptest::prelude::*;
use protocols::vocabulary::{MachineLoad, Timestamp, Watts};

use super::bench::{Bench, all};

/// A request that each family answers whatever was before, and the greatest load of its machines in watts.
fn probe(id: &str) -> (&'static [u8], u16) {
    match id.split('-').next() {
        Some("ergoline") if id == "ergoline-p4" => (b"\rS\r", 400),
        Some("ergoline") => (b"\rI\r", 400),
        Some("daum") if id.starts_with("daum-classic") => (b"\x11", 800),
        Some("daum") => (b"\x01V0082\x17", 800),
        Some("kettler") => (b"\r\nid\r\n", 400),
        Some("monark") => (b"\r\rid\r", 1_000),
        Some("computrainer") => (b"\x80RacerMate", 1_500),
        // A rower makes the load: the patient's cadence, 0.4 strokes a turn, 4 W a stroke.
        Some("waterrower") => (b"\r\nUSB\r\n", 160),
        other => panic!("{other:?}"),
    }
}

/// Words that mean something to one of them.
const WORDS: [&[u8]; 12] = [
    b"W250\r",
    b"s\r",
    b"S\r",
    b"\x21\x00",
    b"\x51\x00\x40",
    b"\x01S20130\x17",
    b"\x01S2375.0034\x17",
    b"CM\r\ncm\r\n",
    b"PW 300\r\npw 300\r\n",
    b"power 900\r",
    b"kp 7.0\r",
    b"X\r250\rs\r",
];

fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        prop::sample::select(WORDS.to_vec()).prop_map(<[u8]>::to_vec),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_bytes_leave_the_load_in_range_and_the_next_request_is_answered(
        steps in prop::collection::vec((any_bytes(), 0_u64..4_000, 0.0..100.0_f64), 1..8),
    ) {
        for model in all() {
            let mut bench = Bench::of(model.id);
            let (request, most) = probe(model.id);
            for (bytes, millis, cadence) in &steps {
                bench.pedal(*cadence).send(bytes).wait(*millis);
                prop_assert!(bench.watts().is_none_or(|watts| watts <= most), "{}", model.id);
            }
            // Whatever was begun is over: a broken frame, a measurement, a stream.
            bench.seconds(60).heard();
            let mut answer = bench.ask(request);
            if answer.is_empty() {
                // The first request may have ended what was broken.
                answer = bench.send(request).seconds(31).heard();
            }
            prop_assert!(!answer.is_empty(), "{}", model.id);
        }
    }
}

#[test]
fn a_machine_without_power_hears_says_and_does_nothing_and_is_as_new_afterwards() {
    for model in all() {
        let mut bench = Bench::of(model.id);
        let (request, _) = probe(model.id);
        bench.pedal(60.0);
        for word in WORDS {
            bench.send(word).wait(300);
        }
        bench.seconds(2).power(false);
        bench.heard();
        assert_eq!(bench.watts(), None, "{}", model.id);
        for word in WORDS {
            assert_eq!(bench.ask(word), b"", "{}", model.id);
        }
        assert_eq!(bench.watts(), None, "{}", model.id);
        bench.power(true);
        assert_eq!(bench.watts(), None, "{}", model.id);
        assert_eq!(bench.wait(500).heard(), b"", "{}", model.id);
        assert!(
            !bench.send(request).seconds(31).heard().is_empty(),
            "{}",
            model.id
        );
    }
}

/// What a host says to bring a machine to its load, again and again.
fn session(id: &str) -> Option<(&'static [u8], u16)> {
    Some(match id {
        "ergoline" => (b"s\rW075\r", 75),
        "daum-classic" => (b"\x21\x00\x51\x00\x0F", 75),
        "daum-premium" => (b"\x01S20130\x17\x06\x01S2375.0034\x17\x06", 75),
        "kettler" => (b"CM\r\nPW 75\r\n", 75),
        "monark" => (b"\rpower 75\r", 75),
        _ => return None,
    })
}

#[test]
fn a_virtual_patient_pedals_what_the_host_asks_for() {
    let mut tried = 0;
    for model in all() {
        let Some((bytes, watts)) = session(model.id) else {
            continue;
        };
        tried += 1;
        let mut now = Timestamp::ZERO;
        let drawn = Condition::Cad.draw(7);
        let patient = VirtualPatient::new(drawn.parameters, 7);
        let mut rig = VirtualRig::new(now, 1, patient);
        rig.add_machine((model.build)(now, &Settings::default()));
        for second in 1..=30 {
            rig.handle_bytes(now, 0, bytes);
            let end = Timestamp::from_secs(second);
            loop {
                match rig.poll_output(now) {
                    RigOutput::Wait(next) if next > end => break,
                    RigOutput::Wait(next) => now = next,
                    RigOutput::Transmit { .. }
                    | RigOutput::Unplug { .. }
                    | RigOutput::PlugIn { .. } => {}
                }
            }
            now = end;
        }
        let load = Watts::new(watts).map(MachineLoad::Power);
        assert_eq!(rig.actual_load(), load, "{}", model.id);
    }
    assert_eq!(tried, 5);
}
