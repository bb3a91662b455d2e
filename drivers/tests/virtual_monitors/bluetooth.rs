//! Values behind a serial bridge.

use drivers::virtual_devices::VirtualDevice;
use drivers::virtual_devices::monitors::ble_2ad2::{Ble2ad2, Receiver};
use protocols::ble_2a37::{Contact, Measurement};
use protocols::ble_2ad2::BikeData;
use protocols::gatt::{BridgeDecoder, BridgeLine, Value};
use protocols::vocabulary::MachineLoad;

use crate::host::{AsDevice, Host, NOBODY, START, decoded};

fn lines<D: AsDevice>(host: &mut Host<D>, millis: u64) -> Vec<BridgeLine> {
    decoded::<BridgeDecoder>(&host.run(millis))
}

#[test]
fn a_strap_tells_every_beats_interval_once() {
    let mut host = Host::of("ble-2a37");
    host.run(20_000);
    let found = lines(&mut host, 60_000);
    assert_eq!(found.len(), 60);
    let mut intervals = Vec::new();
    for line in &found {
        assert_eq!(line.characteristic, 0x2A37);
        assert_eq!(line.value().first(), Some(&0x16));
        let value = Measurement::from_value(line.value()).expect("whole");
        assert_eq!(value.contact, Contact::Held);
        let some = value.intervals.expect("a strap with intervals");
        intervals.extend(some.milliseconds());
    }
    assert!((74..=76).contains(&intervals.len()), "{}", intervals.len());
    assert!(intervals.iter().all(|millis| (799..=801).contains(millis)));
}

#[test]
fn a_strap_without_contact_holds_its_rate_three_seconds() {
    let mut host = Host::of("ble-2a37");
    host.run(20_000);
    host.body = NOBODY;
    host.run(250);
    let found = host.run(6_000);
    assert_eq!(
        String::from_utf8(found).expect("text"),
        "2A37 044B\n".repeat(2) + &"2A37 0400\n".repeat(4)
    );
    let mut host = Host::of("ble-2a37-rate-alone");
    host.run(20_000);
    assert_eq!(host.run(1_000), b"2A37 004B\n");
}

#[test]
fn an_oximeter_without_a_finger_has_no_number() {
    let mut host = Host::of("ble-2a5f");
    host.run(20_000);
    assert_eq!(host.run(1_000), b"2A5F 0461004B002001\n");
    host.body = NOBODY;
    host.run(1_000);
    assert_eq!(host.run(1_000), b"2A5F 04FF07FF070020\n");
}

#[test]
fn a_bike_tells_cadence_speed_and_power_each_second() {
    let mut host = Host::of("ble-2ad2");
    host.run(5_000);
    let found = lines(&mut host, 60_000);
    assert_eq!(found.len(), 60);
    assert_eq!(
        found[0].value(),
        [0x44, 0x00, 0x08, 0x07, 0x78, 0x00, 0x5A, 0x00]
    );
    host.body.cadence = 0.0;
    host.run(1_000);
    let line = lines(&mut host, 1_000)[0];
    assert_eq!(line.value(), [0x44, 0, 0, 0, 0, 0, 0, 0]);
    let mut host = Host::of("ble-2ad2-heart-rate");
    host.run(20_000);
    let line = lines(&mut host, 1_000)[0];
    let data = BikeData::from_value(line.value()).expect("whole");
    assert_eq!((line.value()[0], line.value()[1]), (0x44, 0x02));
    assert_eq!(data.heart_rate_raw, Some(75));
}

#[test]
fn a_bike_grants_control_first_and_refuses_as_the_sheet_says() {
    let mut host = Host::of("ble-2ad2");
    let answers: [(&str, &str); 14] = [
        ("2AD9 059600", "2AD9 800505\n"),
        ("2AD9 00", "2AD9 800001\n"),
        ("2AD9 059600", "2AD9 800501\n"),
        ("2AD9 059100", "2AD9 800501\n"),
        ("2AD9 059200", "2AD9 800503\n"),
        ("2AD9 059001", "2AD9 800501\n"),
        ("2AD9 059501", "2AD9 800503\n"),
        ("2AD9 05FBFF", "2AD9 800503\n"),
        ("2AD9 0596", "2AD9 800503\n"),
        ("2AD9 2A", "2AD9 802A02\n"),
        ("2AD9 02C201", "2AD9 800202\n"),
        ("2AD9 07", "2AD9 800701\n2ADA 04\n"),
        ("2AD9 0801", "2AD9 800801\n2ADA 02\n"),
        ("2A00 00", ""),
    ];
    for (command, answer) in answers {
        let found = host.ask(format!("{command}\n").as_bytes());
        assert_eq!(String::from_utf8(found).expect("text"), answer, "{command}");
    }
}

#[test]
fn power_follows_within_two_seconds_and_stands_when_the_host_is_gone() {
    let mut host = Host::new(Ble2ad2::switch_on(START, Receiver::Absent));
    host.run(5_000);
    host.ask(b"2AD9 00\n2AD9 059600\n");
    let power = |host: &mut Host<_>| {
        let line = *lines(host, 1_200).last().expect("a value");
        BikeData::from_value(line.value()).expect("whole").power_raw
    };
    assert!(power(&mut host) < Some(150));
    host.run(1_500);
    assert_eq!(power(&mut host), Some(150));
    let load = host.device.actual_load();
    assert!(matches!(load, Some(MachineLoad::Power(watts)) if watts.get() == 150));
    host.run(60_000);
    assert_eq!(power(&mut host), Some(150));
    host.ask(b"2AD9 0801\n");
    host.run(3_000);
    assert_eq!(power(&mut host), Some(0));
    assert_eq!(host.device.actual_load(), None);
}

#[test]
fn a_bike_without_mains_is_silent_and_has_forgotten_who_was_in_control() {
    let mut host = Host::new(Ble2ad2::switch_on(START, Receiver::Absent));
    host.run(2_000);
    host.ask(b"2AD9 00\n2AD9 059600\n");
    host.device.set_power(host.now, false);
    assert!(host.run(5_000).is_empty());
    assert_eq!(host.device.actual_load(), None);
    assert!(host.ask(b"2AD9 00\n").is_empty());
    host.device.set_power(host.now, true);
    assert!(!host.run(2_000).is_empty());
    assert_eq!(host.ask(b"2AD9 059600\n"), b"2AD9 800505\n");
}
