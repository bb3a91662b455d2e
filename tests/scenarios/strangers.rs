//! Something else is plugged in where a machine should be.

use std::path::Path;

use station::dashboard::words;
use station::gym::snapshot::LinkHealth;

use crate::bench::Bench;
use crate::house::{House, Viewer};
use crate::premises::{gym, patient};

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
