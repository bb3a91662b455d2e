//! Bytes that waited in a buffer are never taken for live.

use std::time::Duration;

use control::rules::RuleId;
use control::view::Trust;
use drivers::pseudo_terminal::PseudoTerminal;
use station::gym::snapshot::LinkHealth;

use crate::bench::oximeter_bytes;
use crate::house::{House, Viewer};
use crate::premises::{BIKE, gym, gym_with, patient};

#[test]
fn what_waited_before_the_gym_opened_the_port_counts_for_nothing() {
    let ports = tempfile::tempdir().expect("a folder");
    let port = ports.path().join("oximeter");
    let wire = PseudoTerminal::open(9_600, Some(&port)).expect("a pseudo-terminal");
    wire.write(&oximeter_bytes(8)).expect("written");
    let text = gym_with(&[BIKE], port.to_str().expect("text"));
    let house = House::new(&text, &[patient("P-1", 30.0)]);
    let gym = house.open(&[]);
    let mut viewer = Viewer::attach(&house.socket);
    let oximeter = |picture: &station::gym::snapshot::Snapshot| {
        picture
            .sensors
            .iter()
            .find(|sensor| sensor.name == "oximeter 1")
            .expect("there")
            .link
            .clone()
    };
    viewer.until("the port open", |picture| {
        matches!(
            oximeter(picture),
            LinkHealth::Identifying | LinkHealth::Silent | LinkHealth::Up
        )
    });
    viewer.pass(Duration::from_secs(2));
    assert_ne!(
        oximeter(&viewer.picture),
        LinkHealth::Up,
        "old bytes do not make a device answer"
    );
    for frame in oximeter_bytes(20).chunks(125) {
        // Three times a second, as the device does, and never faster: that would be old again.
        viewer.pass(Duration::from_millis(333));
        wire.write(frame).expect("written");
        if oximeter(&viewer.picture) == LinkHealth::Up {
            break;
        }
    }
    viewer.until("the device", |picture| oximeter(picture) == LinkHealth::Up);
    assert!(gym.end());
}

#[test]
fn what_an_adapter_held_back_is_never_the_saturation_of_now() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    let mut gym = house.open(&["--clock-rate", "10", "--orders"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.begin(1, "P-1", "bike");
    viewer.until_loaded(1, 60);
    // While the bytes are held back the saturation is far too low; when they come out it has been well again.
    gym.order("1:old_bytes_oximeter+600");
    gym.order("1:oximeter_offset+14=-15");
    viewer.pass(Duration::from_secs(20));
    viewer.until("no saturation", |picture| {
        picture.stations[0].view.saturation.trust == Trust::Lost
    });
    gym.order("1:mended");
    let seen = viewer.until("the saturation back", |picture| {
        picture.stations[0].view.saturation.trust == Trust::Trusted
    });
    assert!(
        seen.stations[0]
            .view
            .saturation
            .value
            .is_some_and(|value| value > 90.0),
        "{:?}",
        seen.stations[0].view.saturation
    );
    viewer.pass(Duration::from_secs(30));
    assert!(gym.end());

    let id = house.sessions()[0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let summary = house.summary(&id);
    let rules: Vec<&str> = summary["alarms"]
        .as_array()
        .expect("alarms")
        .iter()
        .filter_map(|alarm| alarm["rule"].as_str())
        .collect();
    for rule in [RuleId::Spo2Critical, RuleId::Spo2Stop, RuleId::Spo2Floor] {
        assert!(
            !rules.contains(&rule.name()),
            "{} rests on old bytes: {rules:?}",
            rule.name()
        );
    }
    assert_eq!(
        house.low_saturations(90.0),
        0,
        "no trusted sample is of the old bytes"
    );
}
