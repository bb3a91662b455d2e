//! A station whose controller fails does not take the others with it.

use std::time::Duration;

use control::input::Action;
use control::rules::RuleId;
use control::view::PhaseKind;
use station::gym::messages::Ask;
use station::gym::snapshot::LinkHealth;

use crate::house::{House, Viewer, power};
use crate::premises::{BIKE, gym, patient};
use crate::told::powers;

#[test]
fn a_panic_in_one_station_stops_that_one_alone() {
    let house = House::new(
        &gym(&[BIKE, BIKE]),
        &[patient("P-1", 30.0), patient("P-2", 30.0)],
    );
    let mut gym = house.open(&["--clock-rate", "10", "--orders"]);
    let mut viewer = Viewer::attach(&house.socket);
    for (station, patient) in [(1, "P-1"), (2, "P-2")] {
        viewer.begin(station, patient, "bike");
    }
    viewer.until_loaded(1, 60);
    viewer.until_loaded(2, 60);
    gym.order("1:panic");
    let failed = viewer.until_alarm(1, RuleId::ControllerFault);
    let seen = viewer.until("the machine at rest", |picture| {
        power(&picture.stations[0]) == Some(0)
    });
    assert_eq!(seen.stations[0].view.phase, PhaseKind::Stopped);
    assert!(seen.stations[0].view.relay_open);
    let refused = viewer.refused(1, &Ask::Act(Action::Resume));
    assert_eq!(refused, "acknowledge the alarm first");

    viewer.pass(Duration::from_mins(1));
    let seen = viewer.picture.clone();
    let much_later = seen.at.as_micros();
    assert_eq!(power(&seen.stations[0]), Some(0));
    assert_eq!(
        seen.stations[0].machine.link,
        LinkHealth::Silent,
        "without power"
    );
    assert_eq!(seen.stations[1].view.phase, PhaseKind::Conditioning);
    assert_eq!(power(&seen.stations[1]), Some(60));
    assert!(!seen.stations[1].view.relay_open);
    assert!(gym.end());

    let after = |port| {
        powers(&house.sent(port))
            .into_iter()
            .filter(|(at, _)| *at >= failed && *at < much_later)
            .map(|(_, watts)| watts)
            .collect::<Vec<_>>()
    };
    assert!(after(0).iter().all(|watts| *watts == 0), "{:?}", after(0));
    assert!(after(1).iter().all(|watts| *watts == 60), "{:?}", after(1));
    house.replay_all();
}
