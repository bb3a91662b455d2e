//! Garbage on the wire is counted and shown, and never a value.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use control::view::PhaseKind;

use crate::house::{House, Viewer};
use crate::premises::{BIKE, gym, patient};

#[test]
fn garbage_on_an_oximeters_line_is_counted_and_never_a_value() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    let gym = house.open(&[
        "--clock-rate",
        "10",
        "--fault",
        "1:flipped_bits_oximeter@0+6000",
    ]);
    let mut viewer = Viewer::attach(&house.socket);
    let sensors = vec!["strap 1".to_owned(), "oximeter 1".to_owned()];
    viewer.insist(
        1,
        &station::gym::messages::Ask::Open {
            patient: "P-1".to_owned(),
            second_identifier: "wristband P-1".to_owned(),
            prescription: "bike".to_owned(),
            sensors,
        },
    );
    viewer.until_phase(1, PhaseKind::Ready);
    viewer.until("a hundred bad frames that are shown", |picture| {
        let saturation = picture.stations[0].view.saturation.value;
        assert!(
            saturation.is_none_or(|value| (90.0..=100.0).contains(&value)),
            "a flipped bit became a saturation: {saturation:?}"
        );
        picture.stations[0]
            .sensors
            .iter()
            .any(|sensor| sensor.name == "oximeter 1" && sensor.line.faults >= 100)
    });
    assert!(gym.end());
    house.replay_all();
}

/// Whoever shares the machine reads nothing of the patients: neither log nor record nor the bytes of the ports.
#[test]
fn what_a_gym_writes_is_for_its_owner_alone() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    let gym = house.open(&["--clock-rate", "10"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.until_devices_answer(1, &["strap", "oximeter"]);
    assert!(gym.end());
    let mode = |path: &Path| path.metadata().expect("there").permissions().mode() & 0o777;
    let log = house.folder.path().join("gym.log");
    for file in [log, house.record.clone()] {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    assert_eq!(mode(&house.captures()), 0o700);
    for file in std::fs::read_dir(house.captures()).expect("captures") {
        assert_eq!(mode(&file.expect("a file").path()), 0o600);
    }
}
