//! What becomes of a strap's packets.

use std::time::Duration;

use drivers::link::{Link, LinkEvent};
use drivers::monitors::ZephyrHxmLink;
use drivers::virtual_devices::{DeviceOutput, VirtualDevice, VirtualNoninDf2, VirtualZephyrHxm};
use protocols::vocabulary::{Absence, BeatsPerMinute, Reading};
use protocols::wire::Decoder;
use protocols::zephyr_hxm::{Packet, PacketDecoder};

use crate::bench::{Bench, RESTING, START, values};

fn bench() -> Bench<VirtualZephyrHxm, ZephyrHxmLink> {
    Bench::new(VirtualZephyrHxm::new(START), ZephyrHxmLink::new())
}

fn packets(device: &mut VirtualZephyrHxm, until_second: u64) -> Vec<Packet> {
    let mut decoder = PacketDecoder::new();
    let mut found = Vec::new();
    for second in 0..=until_second {
        let now = START + Duration::from_secs(second);
        if let DeviceOutput::Transmit(bytes) = device.poll_output(now) {
            decoder.feed(bytes, &mut |item| found.push(item.content.expect("valid")));
        }
    }
    found
}

#[test]
fn the_rate_follows_the_body_once_a_second() {
    let mut bench = bench();
    bench.run(10_000);
    assert_eq!(bench.states(), [LinkEvent::Up]);
    bench.forget();
    bench.run(10_000);
    assert_eq!(values::<_, u16>(&bench.rates()), [75; 10]);
    bench.set_heart_rate(142);
    bench.run(10_000);
    let rate = BeatsPerMinute::new(142).expect("in range");
    assert_eq!(
        bench.rates().last().expect("readings").1,
        Reading::good(rate)
    );
    assert_eq!(bench.sent, Vec::<Vec<u8>>::new());
    assert_eq!(bench.link.counters().messages, 30);
}

#[test]
fn rates_of_the_straps_whole_range_are_good_for_minutes() {
    for rate in [31_u16, 45, 100, 180, 239] {
        let mut bench = bench();
        bench.set_heart_rate(rate);
        bench.run(20_000);
        bench.forget();
        bench.run(120_000);
        let expected = Reading::good(BeatsPerMinute::new(rate).expect("in range"));
        for (at, reading) in bench.rates() {
            assert_eq!(reading, expected, "{at:?}");
        }
        assert_eq!(bench.rates().len(), 120);
    }
}

#[test]
fn a_strap_without_contact_is_stale_within_three_seconds_and_then_no_contact() {
    let mut bench = bench();
    bench.run(20_000);
    bench.forget();
    bench.body.strap_contact = false;
    let lost = bench.now;
    bench.run(20_000);
    let readings = bench.rates();
    let stale = readings
        .iter()
        .find(|(_, reading)| *reading == Reading::Missing(Absence::Stale))
        .expect("stale");
    // The last beat lies up to one packet before; then three seconds, and the packet that shows it.
    assert!(stale.0.since(lost) <= Duration::from_secs(4), "{stale:?}");
    for (at, reading) in &readings {
        let after = at.since(lost);
        if after > Duration::from_secs(4) {
            assert_eq!(reading.value(), None, "{after:?}");
        }
        if after > Duration::from_secs(6) {
            assert_eq!(*reading, Reading::Missing(Absence::NoContact), "{after:?}");
        }
    }
    assert_eq!(bench.states(), [], "the strap still talks");
}

#[test]
fn a_strap_put_on_again_has_a_rate_with_its_second_beat() {
    let mut bench = bench();
    bench.run(10_000);
    bench.body.strap_contact = false;
    bench.run(30_000);
    bench.forget();
    bench.body.strap_contact = true;
    bench.set_heart_rate(110);
    bench.run(10_000);
    let readings = bench.rates();
    assert_eq!(values::<_, u16>(&readings).first(), Some(&110));
    let first = readings
        .iter()
        .position(|(_, reading)| reading.value().is_some())
        .expect("a value");
    assert!(first <= 3, "{first}");
    assert!(readings[first..].iter().all(|(_, it)| it.value().is_some()));
}

#[test]
fn a_strap_that_stops_talking_is_silent_after_three_seconds() {
    let mut bench = bench();
    bench.run(10_000);
    let last = bench.rates().last().expect("readings").0;
    bench.forget();
    bench.line = Box::new(Vec::clear);
    bench.run(8_000);
    let silent: Vec<_> = bench
        .events
        .iter()
        .map(|(at, event)| (at.since(last).as_millis(), *event))
        .collect();
    assert_eq!(silent, [(3_010, LinkEvent::Silent)]);
    bench.line = Box::new(|_| {});
    bench.run(2_000);
    assert_eq!(bench.states(), [LinkEvent::Silent, LinkEvent::Up]);
}

#[test]
fn flipped_bits_are_counted_and_never_a_value() {
    let mut bench = bench();
    bench.run(10_000);
    bench.forget();
    let mut packets = 0_usize;
    bench.line = Box::new(move |bytes| {
        if let Some(byte) = bytes.get_mut(3 + packets % 57) {
            packets += 1;
            if packets.is_multiple_of(2) {
                *byte ^= 1 << (packets % 8);
            }
        }
    });
    bench.run(120_000);
    let counters = bench.link.counters();
    assert_eq!(counters.checksum_errors + counters.framing_errors, 60);
    assert_eq!(values::<_, u16>(&bench.rates()), [75; 60]);
}

#[test]
fn an_oximeter_at_the_straps_port_is_named_once() {
    let mut bench = Bench::new(VirtualNoninDf2::new(START), ZephyrHxmLink::new());
    bench.run(10_000);
    assert_eq!(
        bench.states(),
        [LinkEvent::OtherProtocol("nonin-df2"), LinkEvent::Silent]
    );
}

#[test]
fn two_packets_in_one_read_are_a_second_apart() {
    let mut device = VirtualZephyrHxm::new(START);
    device.advance(START, &RESTING);
    let now = START + Duration::from_secs(1);
    let mut bench = Bench::new(VirtualZephyrHxm::new(START), ZephyrHxmLink::new());
    let mut bytes = Vec::new();
    while let DeviceOutput::Transmit(packet) = device.poll_output(now) {
        bytes.extend_from_slice(packet);
    }
    assert_eq!(bytes.len(), 120);
    bench.now = now;
    bench.link.handle_bytes(now, now, &bytes);
    bench.drain();
    let sent: Vec<_> = bench
        .sent_at()
        .iter()
        .map(|sent_at| now.since(*sent_at).as_millis())
        .collect();
    assert_eq!(sent, [999, 0]);
}

#[test]
fn the_beats_of_a_packet_are_those_of_the_heart() {
    let mut device = VirtualZephyrHxm::new(START);
    device.advance(START, &RESTING);
    let found = packets(&mut device, 30);
    assert_eq!(found.len(), 31);
    for pair in found.windows(2) {
        let new = usize::from(pair[1].beat_number.wrapping_sub(pair[0].beat_number));
        assert!((1..=2).contains(&new));
        assert_eq!(pair[1].beat_times[new..], pair[0].beat_times[..15 - new]);
    }
    let last = found[30];
    assert!(
        last.beat_intervals()
            .all(|interval| (799..=801).contains(&interval))
    );
    assert_eq!(last.battery_percent(), Some(100));
    assert_eq!((last.speed_raw, last.strides, last.distance_raw), (0, 0, 0));
}

#[test]
fn a_walking_patient_makes_strides() {
    let mut device = VirtualZephyrHxm::new(START);
    let mut body = RESTING;
    body.walking = true;
    device.advance(START, &body);
    let last = *packets(&mut device, 9).last().expect("packets");
    assert_eq!(
        (last.strides, last.speed_raw, last.distance_raw),
        (20, 356, 222)
    );
}

#[test]
fn a_strap_taken_off_sleeps_after_ten_minutes_and_wakes_on_the_chest() {
    let mut bench = bench();
    bench.body.strap_contact = false;
    bench.run(600_000);
    bench.forget();
    bench.run(60_000);
    assert_eq!(bench.states(), [LinkEvent::Silent]);
    assert_eq!(bench.rates(), []);
    bench.body.strap_contact = true;
    bench.run(5_000);
    assert_eq!(bench.states(), [LinkEvent::Silent, LinkEvent::Up]);
}
