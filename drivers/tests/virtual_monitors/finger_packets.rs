//! BCI's and Contec's oximeters: their words for a finger, and who keeps whom awake.

use drivers::virtual_devices::monitors::bci_5::{Bci5, Dialect};
use drivers::virtual_devices::stream::SensorFaults;
use protocols::{bci_5, contec_5, contec_9};

use crate::host::{Host, NOBODY, RESTING, START, decoded};

const START_REALTIME: [u8; 9] = [0x7D, 0x81, 0xA1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80];
const KEEP_ALIVE: [u8; 9] = [0x7D, 0x81, 0xAF, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80];
const NOT_KEPT_ALIVE: [u8; 3] = [0x0D, 0x80, 0x80];
const FINGER_OUT: [u8; 3] = [0x0D, 0x80, 0x81];

fn command(code: u8) -> [u8; 9] {
    [0x7D, 0x81, code, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80]
}

#[test]
fn bci_searches_five_seconds_and_marks_each_beat_once() {
    let mut host = Host::of("bci-5");
    host.run(300);
    let searching = decoded::<bci_5::PacketDecoder>(&host.run(4_500));
    for packet in &searching {
        assert!(packet.content().flags.has(bci_5::Flags::SEARCHING));
        assert_eq!(
            (packet.content().rate_raw, packet.content().saturation_raw),
            (255, 127)
        );
    }
    host.run(5_000);
    let minute = decoded::<bci_5::PacketDecoder>(&host.run(60_000));
    assert_eq!(minute.len(), 3_600);
    let beats = minute.iter().filter(|packet| packet.content().beat).count();
    assert!((74..=76).contains(&beats), "{beats}");
    for packet in &minute {
        let content = packet.content();
        assert_eq!(content.flags, bci_5::Flags::NONE);
        assert!(content.waveform <= 100);
        assert_eq!(content.bar_graph, content.waveform / 8);
        assert!((3..=7).contains(&content.signal_strength));
    }
}

#[test]
fn bci_without_a_finger_says_so_for_ever_and_with_the_cable_out_that_too() {
    let mut host = Host::new(Bci5::switch_on(START, Dialect::Bci));
    host.body = NOBODY;
    assert_eq!(
        host.run(1_000).get(..5),
        Some([0x8F, 0, 0x50, 0x7F, 0x7F].as_slice())
    );
    host.run(60_000);
    assert_eq!(decoded::<bci_5::PacketDecoder>(&host.run(1_000)).len(), 60);
    host.device.set_faults(SensorFaults {
        unplugged: true,
        motion: false,
    });
    host.body = RESTING;
    host.run(500);
    let packets = decoded::<bci_5::PacketDecoder>(&host.run(500));
    let both = bci_5::Flags::SENSOR_DISCONNECTED.with(bci_5::Flags::NO_FINGER);
    assert!(packets.iter().all(|packet| packet.content().flags == both));
}

#[test]
fn a_search_without_a_pulse_is_too_long_after_twenty_seconds() {
    let mut host = Host::of("bci-5");
    host.body.heart_rate = 0.0;
    host.run(19_500);
    let packets = decoded::<bci_5::PacketDecoder>(&host.run(400));
    let too_long = bci_5::Flags::SEARCHING_TOO_LONG;
    assert!(!packets.iter().any(|it| it.content().flags.has(too_long)));
    host.run(300);
    let packets = decoded::<bci_5::PacketDecoder>(&host.run(400));
    assert!(packets.iter().all(|it| it.content().flags.has(too_long)));
}

#[test]
fn a_board_from_china_uses_the_probes_bit_for_a_fall() {
    let mut host = Host::of("bci-5-oem");
    host.run(20_000);
    host.body.saturation = 88.0;
    let packets = decoded::<bci_5::PacketDecoder>(&host.run(3_000));
    let fall = bci_5::Flags::SENSOR_DISCONNECTED;
    assert!(packets.iter().any(|it| it.content().flags.has(fall)));
    host.run(10_000);
    let packets = decoded::<bci_5::PacketDecoder>(&host.run(1_000));
    assert!(!packets.iter().any(|it| it.content().flags.has(fall)));
}

#[test]
fn contec_5_stops_eight_seconds_after_the_finger_and_starts_with_it() {
    for (model, first) in [
        ("contec-5", [0x80, 0x00, 0x60, 0x7F, 0x7F]),
        ("contec-5-zeros", [0x90, 0x00, 0x00, 0x00, 0x00]),
    ] {
        let mut host = Host::of(model);
        host.run(20_000);
        host.body = NOBODY;
        host.run(100);
        let out = host.run(20_000);
        let packets = decoded::<contec_5::PacketDecoder>(&out).len();
        assert!((460..=480).contains(&packets), "{model}: {packets}");
        assert_eq!(out.get(5 * 60..5 * 61), Some(first.as_slice()), "{model}");
        assert!(host.run(5_000).is_empty());
        host.body = RESTING;
        let packets = decoded::<contec_5::PacketDecoder>(&host.run(7_000));
        assert!(packets.len() > 400);
        assert_eq!(packets.last().map(|it| it.content().rate_raw), Some(75));
    }
}

#[test]
fn contec_5_leaves_its_live_packets_for_what_is_stored_and_comes_back() {
    let mut host = Host::of("contec-5");
    host.run(1_000);
    host.ask(&[0xF5, 0xF5]);
    assert!(host.run(1_000).is_empty());
    host.ask(&[0xF6, 0xF6, 0xF6]);
    assert!(!host.run(1_000).is_empty());
}

#[test]
fn contec_9_is_silent_until_told_and_stops_when_not_kept_alive() {
    let mut host = Host::of("contec-9");
    assert!(host.run(20_000).is_empty());
    assert!(host.ask(&START_REALTIME).len() <= 9);
    let mut bytes = Vec::new();
    for _ in 0..15 {
        bytes.extend(host.run(4_000));
        host.ask(&KEEP_ALIVE);
    }
    let packets = decoded::<contec_9::DeviceDecoder>(&bytes);
    assert!(packets.len().abs_diff(3_600) <= 20, "{}", packets.len());
    let rest = host.run(20_000);
    assert!(rest.ends_with(&NOT_KEPT_ALIVE));
    assert!(rest.len().abs_diff(5 * 60 * 9 + 3) <= 27, "{}", rest.len());
    assert!(host.run(5_000).is_empty());
}

#[test]
fn contec_9_ends_with_its_reason_when_the_finger_is_out() {
    let mut host = Host::of("contec-9");
    host.ask(&START_REALTIME);
    host.run(4_000);
    host.ask(&KEEP_ALIVE);
    host.body = NOBODY;
    host.run(4_500);
    host.ask(&KEEP_ALIVE);
    let rest = host.run(6_000);
    assert!(rest.ends_with(&FINGER_OUT));
    assert!(host.run(5_000).is_empty());
    host.ask(&START_REALTIME);
    assert!(!host.run(1_000).is_empty());
}

#[test]
fn contec_9_answers_questions_alone_and_stops_at_once_when_told() {
    let mut host = Host::of("contec-9");
    for code in [0xA3, 0xA4, 0xA5, 0xA6, 0xA8, 0xA9, 0xAA, 0xAB, 0xB0] {
        assert_eq!(host.ask(&command(code)), [0x0C, 0x81, code, 0x80]);
    }
    for code in [0xA2, 0xA7, 0xAE, 0xAF, 0xB7] {
        assert!(host.ask(&command(code)).is_empty(), "{code:02X}");
    }
    host.ask(&START_REALTIME);
    assert!(!host.run(1_000).is_empty());
    host.ask(&command(0xA2));
    assert!(host.run(1_000).is_empty());
}

#[test]
fn contec_9_has_a_perfusion_index_by_firmware() {
    let index = |model: &str, perfusion_good: bool| {
        let mut host = Host::of(model);
        host.body.perfusion_good = perfusion_good;
        host.run(10_000);
        host.ask(&START_REALTIME);
        let messages = decoded::<contec_9::DeviceDecoder>(&host.run(1_000));
        let Some(contec_9::DeviceMessage::Packet(packet)) = messages.last() else {
            panic!("a packet");
        };
        packet.perfusion_index()
    };
    assert_eq!(
        index("contec-9", true),
        contec_9::PerfusionIndex::UNSUPPORTED
    );
    assert_eq!(
        index("contec-9-index", true).tenths_of_a_per_cent(),
        Some(24)
    );
    assert_eq!(
        index("contec-9-index", false).tenths_of_a_per_cent(),
        Some(2)
    );
}
