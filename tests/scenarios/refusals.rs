//! What bad input gets: words that say what to do, and never a gym that half runs.

use station::gym::messages::Ask;
use station::gym::snapshot::LinkHealth;

use crate::bench::Bench;
use crate::house::{House, Viewer};
use crate::premises::{BIKE, gym, patient};

#[test]
fn a_wrong_configuration_gives_no_gym_but_line_mistake_and_remedy() {
    let text = gym(&[BIKE]).replace("kind = \"cycle\"", "kind = \"rower\"");
    let line = text
        .lines()
        .position(|line| line.contains("rower"))
        .expect("there")
        + 1;
    let house = House::new(&text, &[patient("P-1", 30.0)]);
    let refused = house.refused();
    assert_eq!(refused.status, Some(1));
    assert!(
        refused
            .stderr
            .contains(&format!("gym.toml:{line}: kind is \"rower\"")),
        "{}",
        refused.stderr
    );
    assert!(
        refused
            .stderr
            .contains("write kind = \"cycle\" or \"treadmill\""),
        "{}",
        refused.stderr
    );
    assert!(!house.record.exists(), "nothing was begun");
    assert!(!house.socket.exists());
}

#[test]
fn a_port_that_is_not_there_is_shown_and_tried_again_while_the_others_run() {
    let ports = tempfile::tempdir().expect("a folder");
    let port = ports.path().join("bike");
    let missing = (BIKE.0, port.to_str().expect("text"));
    let house = House::new(&gym(&[BIKE, missing]), &[patient("P-1", 30.0)]);
    let gym = house.open(&[]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.until("the missing port", |picture| {
        matches!(
            &picture.stations[1].machine.link,
            LinkHealth::Opening { because: Some(words) } if words.contains("is not there")
        )
    });
    viewer.open(1, "P-1", "bike", &["strap", "oximeter"]);
    let _bike = Bench::bike(&port);
    viewer.until_devices_answer(2, &[]);
    assert!(gym.end());
}

#[test]
fn a_patient_or_a_sensor_that_is_taken_is_refused_with_where_it_is() {
    let house = House::new(
        &gym(&[BIKE, BIKE]),
        &[patient("P-1", 30.0), patient("P-2", 30.0)],
    );
    let gym = house.open(&["--clock-rate", "5"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.open(1, "P-1", "bike", &["strap", "oximeter"]);
    viewer.until_devices_answer(2, &["strap", "oximeter"]);
    let same_patient = viewer.opening(2, "P-1", "bike", &["strap"]);
    assert_eq!(
        viewer.refused(2, &same_patient),
        "P-1 already exercises at station 1"
    );
    let Ask::Open {
        patient,
        second_identifier,
        prescription,
        ..
    } = viewer.opening(2, "P-2", "bike", &[])
    else {
        unreachable!("that is how one opens");
    };
    let wrong_person = Ask::Open {
        patient: patient.clone(),
        second_identifier: "wristband P-1".to_owned(),
        prescription: prescription.clone(),
        sensors: vec![],
    };
    assert_eq!(
        viewer.refused(2, &wrong_person),
        "the second identifier does not fit this patient"
    );
    let same_sensor = Ask::Open {
        patient,
        second_identifier,
        prescription,
        sensors: vec!["strap 1".to_owned()],
    };
    assert_eq!(
        viewer.refused(2, &same_sensor),
        "strap 1 serves the patient at station 1"
    );
    viewer.next_picture();
    assert_eq!(viewer.at(2).session, None);
    let taken = viewer.opening(1, "P-2", "bike", &[]);
    assert_eq!(
        viewer.refused(1, &taken),
        "P-1 is on this station; close that session first"
    );
    assert!(gym.end());
    assert_eq!(
        house.sessions().len(),
        1,
        "refusals leave no session behind"
    );
}

#[test]
fn a_record_of_a_newer_version_is_left_as_it_is_and_no_gym_starts() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    assert!(house.open(&["--clock-rate", "5"]).end());
    let record = rusqlite::Connection::open(&house.record).expect("a record");
    record
        .pragma_update(None, "user_version", 9_999)
        .expect("set");
    record
        .pragma_update(None, "journal_mode", "delete")
        .expect("set");
    drop(record);
    let before = std::fs::read(&house.record).expect("a file");
    let refused = house.refused();
    assert_eq!(refused.status, Some(1));
    assert!(
        refused.stderr.contains("newer Station"),
        "{}",
        refused.stderr
    );
    assert!(!house.socket.exists());
    assert_eq!(
        std::fs::read(&house.record).expect("a file"),
        before,
        "not a byte of it has changed"
    );
}
