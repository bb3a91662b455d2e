//! What becomes of an oximeter's packets.

use std::time::Duration;

use drivers::link::{Link, LinkEvent, LinkOutput};
use drivers::monitors::NoninDf2Link;
use drivers::virtual_devices::{DeviceOutput, VirtualDevice, VirtualNoninDf2, VirtualZephyrHxm};
use protocols::nonin_df2::{FRAMES, Packet, PacketValues, PulseRates, Saturations, Status};
use protocols::vocabulary::{
    Absence, BeatsPerMinute, MachineCommand, OxygenSaturation, Quality, Reading, Timestamp,
};

use crate::bench::{Bench, RESTING, START, values};

fn bench() -> Bench<VirtualNoninDf2, NoninDf2Link> {
    Bench::new(VirtualNoninDf2::new(START), NoninDf2Link::new())
}

/// A link that is open and gets one packet; its readings.
fn readings_of(
    rate: u16,
    percent: u8,
    change: impl Fn(&mut [Status; FRAMES]),
) -> (Reading<OxygenSaturation>, Reading<BeatsPerMinute>) {
    let values = PacketValues {
        rates: PulseRates {
            recording: BeatsPerMinute::new(rate),
            display: BeatsPerMinute::new(99),
            ..PulseRates::default()
        },
        saturations: Saturations {
            recording: OxygenSaturation::new(percent),
            display: OxygenSaturation::new(99),
            ..Saturations::default()
        },
        ..PacketValues::default()
    };
    let mut status = [Status::QUIET; FRAMES];
    change(&mut status);
    let packet = Packet::new(status, [128; FRAMES], values.data());
    let mut bytes = [0; 125];
    packet.encode(&mut bytes).expect("room");
    let mut bench = bench();
    bench.link.handle_bytes(START, START, &bytes);
    bench.drain();
    (bench.saturations()[0].1, bench.rates()[0].1)
}

/// One packet comes again and again, as of a terminal server that hangs: its counter stands.
#[test]
fn a_counter_of_packets_that_stands_for_three_seconds_leaves_no_value() {
    for (moves, live) in [(true, true), (false, false)] {
        let mut bench = bench();
        let mut now = START;
        for number in 0..20_u16 {
            let values = PacketValues {
                rates: PulseRates {
                    recording: BeatsPerMinute::new(75),
                    ..PulseRates::default()
                },
                saturations: Saturations {
                    recording: OxygenSaturation::new(97),
                    ..Saturations::default()
                },
                timer: if moves { number } else { 7 },
                ..PacketValues::default()
            };
            let packet = Packet::new([Status::QUIET; FRAMES], [128; FRAMES], values.data());
            let mut bytes = [0; 125];
            packet.encode(&mut bytes).expect("room");
            bench.link.handle_bytes(now, now, &bytes);
            bench.now = now;
            bench.drain();
            now = now + Duration::from_millis(333);
        }
        let said = bench.saturations();
        assert_eq!(said.len(), 20);
        let values = said.iter().filter(|(_, said)| said.value().is_some());
        assert_eq!(values.count(), if live { 20 } else { 10 });
        let last = said.last().map(|(_, said)| *said);
        let stale = Reading::Missing(Absence::Stale);
        assert_eq!(last == Some(stale), !live);
        let rate = bench.rates().last().map(|(_, said)| said.value().is_some());
        assert_eq!(rate, Some(live));
    }
}

#[test]
fn values_follow_the_body_three_times_a_second() {
    let mut bench = bench();
    bench.run(20_000);
    assert_eq!(bench.states(), [LinkEvent::Up]);
    bench.forget();
    bench.run(10_000);
    assert_eq!(values::<_, u16>(&bench.rates()), [75; 30]);
    assert_eq!(values::<_, u16>(&bench.saturations()), [97; 30]);
    bench.set_heart_rate(130);
    bench.body.saturation = 86.0;
    bench.run(20_000);
    let last_rate = bench.rates().last().expect("readings").1;
    let last_saturation = bench.saturations().last().expect("readings").1;
    assert_eq!(
        last_rate,
        Reading::good(BeatsPerMinute::new(130).expect("in range"))
    );
    assert_eq!(
        last_saturation,
        Reading::good(OxygenSaturation::new(86).expect("in range"))
    );
    assert_eq!(bench.link.counters().checksum_errors, 0);
    assert_eq!(bench.link.counters().framing_errors, 0);
}

#[test]
fn rates_pass_through_the_seven_bit_boundary_unharmed() {
    for rate in [127_u16, 128, 129, 255, 256] {
        let mut bench = bench();
        bench.set_heart_rate(rate);
        bench.run(15_000);
        let last = bench.rates().last().expect("readings").1;
        assert_eq!(
            last,
            Reading::good(BeatsPerMinute::new(rate).expect("in range"))
        );
    }
}

#[test]
fn the_format_is_asked_for_on_opening_and_the_device_says_done() {
    let mut bench = bench();
    bench.run(3_000);
    assert_eq!(bench.sent, [[0x02, 0x70, 0x02, 0x02, 0x02, 0x03].to_vec()]);
    assert_eq!(bench.link.counters().skipped_bytes, 1);
    assert_eq!(bench.link.counters().messages, 9);
}

#[test]
fn without_a_packet_the_format_is_asked_for_again_in_its_other_form() {
    let mut bench = bench();
    bench.line = Box::new(Vec::clear);
    bench.run(11_000);
    assert_eq!(
        bench.sent,
        [
            [0x02, 0x70, 0x02, 0x02, 0x02, 0x03].to_vec(),
            [0x02, 0x70, 0x04, 0x02, 0x02, 0x21, 0x99, 0x03].to_vec(),
            [0x02, 0x70, 0x02, 0x02, 0x02, 0x03].to_vec(),
        ]
    );
    assert_eq!(bench.link.counters().time_outs, 2);
    assert_eq!(bench.states(), [LinkEvent::Silent]);
}

#[test]
fn a_finger_taken_out_is_no_contact_with_the_next_packet() {
    let mut bench = bench();
    bench.run(10_000);
    bench.forget();
    bench.body.finger_in = false;
    let out = bench.now;
    bench.run(20_000);
    let no_contact = Reading::Missing(Absence::NoContact);
    let within = out + Duration::from_millis(350);
    let saturations = bench.saturations();
    assert!(saturations.iter().any(|(at, _)| *at <= within));
    for (at, reading) in &saturations {
        assert!(*reading == no_contact, "{at:?} {reading:?}");
    }
    for (at, reading) in &bench.rates() {
        assert!(
            *reading == Reading::Missing(Absence::NoContact),
            "{at:?} {reading:?}"
        );
    }
    assert_eq!(bench.states(), []);
}

#[test]
fn a_finger_put_in_is_a_search_for_four_beats() {
    let mut bench = bench();
    bench.body.finger_in = false;
    bench.run(5_000);
    bench.forget();
    bench.body.finger_in = true;
    bench.run(6_000);
    let saturations = bench.saturations();
    let searching = saturations
        .iter()
        .filter(|(_, reading)| *reading == Reading::Missing(Absence::Searching))
        .count();
    // Four beats at 75 a minute take 2.4 to 3.2 s.
    assert!((7..=11).contains(&searching), "{searching}");
    assert!(saturations.last().expect("readings").1.value().is_some());
    assert!(
        saturations
            .iter()
            .skip_while(|(_, reading)| reading.value().is_none())
            .all(|(_, reading)| reading.value().is_some())
    );
}

#[test]
fn motion_is_an_artefact_first_and_a_search_once_the_track_is_lost() {
    let mut bench = bench();
    bench.run(10_000);
    bench.forget();
    bench.device.set_motion(true);
    bench.run(6_000);
    let saturations = bench.saturations();
    assert!(saturations.iter().any(|(_, reading)| matches!(
        reading,
        Reading::Value {
            quality: Quality::Artefact,
            ..
        }
    )));
    assert_eq!(
        saturations.last().expect("readings").1,
        Reading::Missing(Absence::Searching)
    );
}

#[test]
fn a_pulled_cable_is_no_contact_and_a_weak_pulse_is_told() {
    let mut bench = bench();
    bench.run(10_000);
    bench.body.perfusion_good = false;
    bench.run(3_000);
    assert!(matches!(
        bench.saturations().last().expect("readings").1,
        Reading::Value { .. }
    ));
    assert!(bench.saturations().iter().any(|(_, reading)| matches!(
        reading,
        Reading::Value {
            quality: Quality::LowPerfusion,
            ..
        }
    )));
    bench.device.set_unplugged(true);
    bench.run(1_000);
    assert_eq!(
        bench.saturations().last().expect("readings").1,
        Reading::Missing(Absence::NoContact)
    );
}

#[test]
fn one_frame_of_the_last_is_enough_to_lose_contact() {
    for bit in [0x88, 0xC0] {
        let (saturation, pulse) = readings_of(72, 97, |status| {
            status[24] = Status::from_byte(bit);
        });
        assert_eq!(saturation, Reading::Missing(Absence::NoContact));
        assert_eq!(pulse, Reading::Missing(Absence::NoContact));
    }
}

#[test]
fn the_worst_flag_of_a_packet_is_its_quality() {
    let quality = |bytes: &[u8]| {
        let (saturation, pulse) = readings_of(72, 97, |status| {
            for (slot, byte) in status.iter_mut().skip(4).zip(bytes) {
                *slot = Status::from_byte(*byte);
            }
        });
        match (saturation, pulse) {
            (Reading::Value { quality, .. }, Reading::Value { quality: same, .. })
                if quality == same =>
            {
                quality
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(quality(&[0x82]), Quality::Good);
    assert_eq!(quality(&[0x86]), Quality::MarginalPerfusion);
    assert_eq!(quality(&[0x84, 0x86]), Quality::LowPerfusion);
    assert_eq!(quality(&[0x84, 0xA0]), Quality::Artefact);
    assert_eq!(quality(&[0xA0, 0x90]), Quality::OutOfTrack);
}

#[test]
fn each_kind_of_nothing_keeps_its_name() {
    let quiet = |_: &mut [Status; FRAMES]| {};
    let (saturation, pulse) = readings_of(511, 127, quiet);
    assert_eq!(saturation, Reading::Missing(Absence::Searching));
    assert_eq!(pulse, Reading::Missing(Absence::Searching));
    let (saturation, pulse) = readings_of(322, 0, quiet);
    assert_eq!(saturation, Reading::Missing(Absence::LowPerfusion));
    assert_eq!(pulse, Reading::Missing(Absence::OutOfRange));
    let (saturation, _) = readings_of(72, 1, quiet);
    assert_eq!(saturation.value().map(OxygenSaturation::get), Some(1));
}

#[test]
fn a_device_that_stops_talking_is_silent_after_one_second_and_up_when_it_returns() {
    let mut bench = bench();
    bench.run(10_000);
    let last = bench.saturations().last().expect("readings").0;
    bench.forget();
    bench.line = Box::new(Vec::clear);
    bench.run(5_000);
    let silent: Vec<_> = bench
        .events
        .iter()
        .filter(|(_, event)| *event == LinkEvent::Silent)
        .map(|(at, _)| at.since(last).as_millis())
        .collect();
    assert_eq!(silent, [1_010]);
    bench.line = Box::new(|_| {});
    bench.run(2_000);
    assert_eq!(bench.states(), [LinkEvent::Silent, LinkEvent::Up]);
}

#[test]
fn flipped_bits_are_counted_and_never_a_value() {
    let mut bench = bench();
    bench.run(10_000);
    bench.forget();
    let mut frames = 0_usize;
    bench.line = Box::new(move |bytes| {
        for byte in bytes {
            frames += 1;
            // One bit in about each second packet, over every place of a frame and every bit of a byte.
            if frames.is_multiple_of(251) {
                *byte ^= 1 << (frames / 251 % 8);
            }
        }
    });
    bench.run(60_000);
    let counters = bench.link.counters();
    let errors = counters.checksum_errors + counters.framing_errors;
    assert!(errors >= 80, "{errors}");
    assert!(counters.checksum_errors > 0 && counters.framing_errors > 0);
    assert!(
        values::<_, u16>(&bench.rates())
            .iter()
            .all(|rate| *rate == 75)
    );
    assert!(
        values::<_, u16>(&bench.saturations())
            .iter()
            .all(|percent| *percent == 97)
    );
    assert!(!bench.saturations().is_empty());
}

#[test]
fn garbage_before_the_first_packet_is_counted_and_nothing_else() {
    let mut bench = bench();
    let garbage: Vec<u8> = (0..500_u32)
        .map(|index| u8::try_from(index * 37 % 251).expect("a byte"))
        .collect();
    bench.link.handle_bytes(START, START, &garbage);
    bench.drain();
    assert_eq!(bench.events, []);
    bench.run(5_000);
    assert_eq!(bench.states(), [LinkEvent::Up]);
    assert!(bench.link.counters().skipped_bytes >= 495);
    assert!(
        bench
            .saturations()
            .iter()
            .any(|(_, it)| it.value().is_some())
    );
}

#[test]
fn a_strap_at_the_oximeters_port_is_named_once() {
    let mut bench = Bench::new(VirtualZephyrHxm::new(START), NoninDf2Link::new());
    bench.run(10_000);
    assert_eq!(
        bench.states(),
        [LinkEvent::OtherProtocol("zephyr-hxm"), LinkEvent::Silent]
    );
    assert_eq!(bench.rates(), []);
}

#[test]
fn packets_of_one_read_are_aged_by_what_came_after_them() {
    let mut device = VirtualNoninDf2::new(START);
    device.advance(START, &RESTING);
    let mut bytes = Vec::new();
    let read_at = START + Duration::from_millis(987);
    while bytes.len() < 3 * 125 {
        match device.poll_output(read_at) {
            DeviceOutput::Transmit(frame) => bytes.extend_from_slice(frame),
            DeviceOutput::Wait(_) => panic!("three packets are due"),
        }
    }
    let mut bench = bench();
    bench.now = read_at;
    bench.link.handle_bytes(read_at, read_at, &bytes);
    bench.drain();
    let mut ages: Vec<_> = bench
        .sent_at()
        .iter()
        .map(|sent_at| read_at.since(*sent_at).as_millis())
        .collect();
    ages.dedup();
    assert_eq!(ages, [666, 333, 0]);
}

#[test]
fn bytes_that_waited_for_long_make_nothing_live() {
    let mut bench = bench();
    let mut device = VirtualNoninDf2::new(START);
    device.advance(START, &RESTING);
    let mut old = Vec::new();
    while let DeviceOutput::Transmit(bytes) = device.poll_output(START + Duration::from_millis(900))
    {
        old.extend_from_slice(bytes);
    }
    let now = START + Duration::from_secs(46);
    bench.now = now;
    bench.link.handle_closed(now);
    bench.link.handle_opened(now);
    bench
        .link
        .handle_bytes(now, START + Duration::from_secs(1), &old);
    bench.drain();
    assert_eq!(bench.states(), []);
    assert_eq!(bench.sent_at().len(), 6);
    let limit = START + Duration::from_secs(1);
    assert!(bench.sent_at().iter().all(|sent_at| *sent_at <= limit));
}

#[test]
fn a_closed_link_says_and_sends_nothing() {
    let mut bench = bench();
    bench.run(5_000);
    bench.forget();
    bench.sent.clear();
    bench.link.handle_closed(bench.now);
    bench.run(20_000);
    assert_eq!(bench.events, []);
    assert_eq!(bench.sent, Vec::<Vec<u8>>::new());
    assert_eq!(
        bench.link.poll_output(bench.now),
        LinkOutput::Wait(Timestamp::NEVER)
    );
}

#[test]
fn a_monitor_ignores_commands_and_has_nothing_to_release() {
    let mut bench = bench();
    bench.run(1_000);
    bench.forget();
    bench
        .link
        .handle_command(bench.now, MachineCommand::EmergencyStop);
    bench.link.renew_leave(bench.now);
    bench.drain();
    assert_eq!(bench.events, []);
    assert!(bench.link.release_bytes().is_empty());
    assert!(bench.link.capabilities().is_none());
}
