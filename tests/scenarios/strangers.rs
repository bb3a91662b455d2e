//! Something else is plugged in where a machine should be.

use std::path::Path;
use std::time::Duration;

use drivers::pseudo_terminal::PseudoTerminal;
use station::dashboard::words;
use station::gym::snapshot::LinkHealth;

use crate::bench::Bench;
use crate::house::{House, Viewer};
use crate::premises::{BIKE, gym, patient};

/// What a gym shows of a CSAFE bike's port with something else behind it.
fn named(plug_in: impl FnOnce(&Path) -> Bench, protocol: &str) {
    let ports = tempfile::tempdir().expect("a folder");
    let port = ports.path().join("bike");
    let _plugged_in = plug_in(&port);
    let place = (
        "machine = \"csafe\"\nkind = \"cycle\"",
        port.to_str().expect("text"),
    );
    let house = House::new(&gym(&[place]), &[patient("P-1", 30.0)]);
    let gym = house.open(&[]);
    let mut viewer = Viewer::attach(&house.socket);
    let other = LinkHealth::OtherProtocol {
        protocol: protocol.to_owned(),
    };
    let seen = viewer.until("the other device named", |picture| {
        picture.stations[0].machine.link == other
    });
    assert_eq!(
        words::link(&seen.stations[0].machine.link),
        format!("answers in another protocol: {protocol}")
    );
    let wanted = format!(
        "place 1: what answers on the port of the machine speaks {protocol}, not what is configured. Check the cable, or the configuration."
    );
    let told: Vec<&str> = seen
        .notices
        .iter()
        .filter(|notice| notice.active)
        .map(|notice| notice.text.as_str())
        .collect();
    assert_eq!(told, [wanted]);

    // The machine itself counts as silent by then; who is there instead stays on the wall.
    let later = seen.at.as_micros() + 6_000_000;
    let seen = viewer.until("six seconds later", |picture| {
        picture.at.as_micros() > later
    });
    assert_eq!(seen.stations[0].machine.link, other);
    assert!(gym.end());
}

#[test]
fn an_oximeter_at_a_bikes_port_is_named() {
    named(Bench::oximeter, "nonin-df2");
}

#[test]
fn a_trackmaster_at_a_bikes_port_is_named() {
    named(Bench::trackmaster, "trackmaster");
}

#[test]
fn a_port_on_which_nothing_makes_sense_is_likely_at_another_rate() {
    let ports = tempfile::tempdir().expect("a folder");
    let port = ports.path().join("bike");
    let wire = PseudoTerminal::open(9_600, Some(&port)).expect("a pseudo-terminal");
    let place = (
        "machine = \"csafe\"\nkind = \"cycle\"",
        port.to_str().expect("text"),
    );
    let house = House::new(&gym(&[place]), &[patient("P-1", 30.0)]);
    let gym = house.open(&[]);
    let mut viewer = Viewer::attach(&house.socket);
    // What a line at four times the rate looks like.
    for _ in 0..40 {
        if viewer.at(1).machine.link == LinkHealth::Unintelligible {
            break;
        }
        wire.write(&[0x18, 0x66, 0x80, 0xF8, 0x1E, 0x06, 0x98, 0x60])
            .expect("written");
        viewer.pass(Duration::from_millis(100));
    }
    let seen = viewer.until("the noise told", |picture| {
        picture.stations[0].machine.link == LinkHealth::Unintelligible
    });
    let told: Vec<&str> = seen
        .notices
        .iter()
        .filter(|notice| notice.active)
        .map(|notice| notice.text.as_str())
        .collect();
    assert!(
        told.iter()
            .any(|text| text.contains("another rate or parity")
                && text.contains(&format!(
                    "When the gym has ended, station devices --port {}",
                    port.display()
                ))),
        "{told:?}"
    );
    assert!(gym.end());
}

#[test]
fn what_a_protocol_does_not_describe_is_told_once_with_its_bytes() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    let mut gym = house.open(&["--clock-rate", "10", "--orders"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.begin(1, "P-1", "bike");
    viewer.until_loaded(1, 60);
    let before = viewer.at(1).machine.line.faults;
    gym.order("1:flipped_bits_machine+600");
    viewer.until("more than one damaged answer", |picture| {
        picture.stations[0].machine.line.faults > before + 3
    });
    assert!(gym.end());
    let record = rusqlite::Connection::open(&house.record).expect("a record");
    let told: Vec<String> = record
        .prepare("SELECT text FROM events WHERE text LIKE '%the machine said what its protocol does not describe%'")
        .expect("a query")
        .query_map([], |row| row.get(0))
        .expect("rows")
        .collect::<Result<_, _>>()
        .expect("texts");
    let [one] = told.as_slice() else {
        panic!("once, not each time: {told:?}");
    };
    let bytes = one.rsplit(": ").next().expect("its bytes");
    assert!(
        bytes.split(' ').count() > 4
            && bytes
                .split(' ')
                .all(|byte| u8::from_str_radix(byte, 16).is_ok()),
        "{one}"
    );
}

/// Nobody wears the sensor, and nobody has begun: whoever wired it wants to know all the same.
#[test]
fn another_oximeter_at_a_free_sensors_port_is_named_on_the_wall_and_in_the_log() {
    let ports = tempfile::tempdir().expect("a folder");
    let port = ports.path().join("oximeter");
    let _plugged_in = Bench::oximeter(&port);
    let told = gym(&[BIKE]).replace(
        "protocol = \"nonin-df2\"\nport = \"virtual\"",
        &format!("protocol = \"nonin-df7\"\nport = \"{}\"", port.display()),
    );
    let house = House::new(&told, &[patient("P-1", 30.0)]);
    let log = house.folder.path().join("gym.log");
    let gym = house.open(&[]);
    let mut viewer = Viewer::attach(&house.socket);
    let wanted = "oximeter 1: what answers on the port of the oximeter speaks nonin-df2, not what is configured. Check the cable, or the configuration.";
    viewer.until("the other oximeter named", |picture| {
        picture
            .notices
            .iter()
            .any(|notice| notice.active && notice.text == wanted)
    });
    assert!(gym.end());
    let log = std::fs::read_to_string(&log).expect("a log");
    let lines: Vec<_> = log
        .lines()
        .filter(|line| line.contains("speaks another protocol"))
        .collect();
    assert_eq!(lines.len(), 1, "once: {lines:?}");
    assert!(lines[0].contains("nonin-df2") && lines[0].contains(&*port.to_string_lossy()));
}
