//! A session of several bouts moves from one station to another, with its sensors and in one record.

use control::input::Action;
use control::view::PhaseKind;
use station::gym::messages::Ask;

use crate::house::{House, Viewer};
use crate::premises::{BIKE, TREADMILL, gym, patient};

#[test]
fn a_patient_goes_on_at_another_station_in_the_same_session() {
    let house = House::new(&gym(&[BIKE, TREADMILL]), &[patient("P-1", 30.0)]);
    let gym = house.open(&["--clock-rate", "8"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.begin(1, "P-1", "bike");
    viewer.until_loaded(1, 60);
    let session = viewer.at(1).session.clone().expect("a session").id;

    let walk = Ask::MoveTo {
        station: 2,
        prescription: "walk".to_owned(),
    };
    let refused = viewer.refused(1, &walk);
    assert!(refused.contains("end this bout first"), "{refused}");

    viewer.insist(1, &Ask::Act(Action::BeginCoolDown));
    viewer.until_phase(1, PhaseKind::Recovery);
    viewer.insist(1, &walk);
    let picture = viewer.until_phase(2, PhaseKind::Ready);
    let there = picture.stations[1].session.as_ref().expect("a session");
    assert_eq!((there.id.as_str(), there.bout.0), (session.as_str(), 2));
    assert!(picture.stations[0].session.is_none());
    assert!(
        picture.stations[1]
            .sensors
            .iter()
            .any(|sensor| sensor.name == "strap 1")
    );

    viewer.insist(2, &Ask::Act(Action::DoorChecked));
    viewer.insist(2, &Ask::Act(Action::ConfirmStart));
    viewer.until("the belt walks", |picture| {
        picture.stations[1]
            .view
            .machine
            .is_some_and(|(report, _)| report.speed.is_some_and(|speed| speed.get() > 0.1))
    });
    assert!(gym.end());
    let sessions = house.sessions();
    assert_eq!(sessions.len(), 1, "{sessions:?}");
    house.replay_all();
}
