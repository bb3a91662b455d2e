//! Sensors that a person puts on, takes off or exchanges in the middle of a bout.

use control::rules::RuleId;
use control::view::{PhaseKind, Trust};
use station::gym::messages::Ask;
use station::gym::snapshot::{RecordHealth, Snapshot};

use crate::house::{House, Viewer};
use crate::premises::{BIKE, gym, patient};

fn bind(sensor: &str) -> Ask {
    Ask::Bind {
        sensor: sensor.to_owned(),
        bound: true,
    }
}

fn take_off(sensor: &str) -> Ask {
    Ask::Bind {
        sensor: sensor.to_owned(),
        bound: false,
    }
}

fn saturation_is_trusted(picture: &Snapshot) -> bool {
    picture.stations[0].view.saturation.trust == Trust::Trusted
}

#[test]
fn an_oximeter_that_is_put_on_in_a_bout_takes_load_away_where_it_breaches() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    let gym = house.open(&[
        "--clock-rate",
        "12",
        "--fault",
        "1:oximeter_offset@300+900=-15",
    ]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.open(1, "P-1", "bike", &["strap"]);
    viewer.start(1);
    viewer.until_loaded(1, 60);
    assert_eq!(viewer.at(1).view.saturation.trust, Trust::Absent);
    viewer.insist(1, &bind("oximeter 1"));
    viewer.until(
        "the saturation of the one that was put on",
        saturation_is_trusted,
    );
    viewer.until_alarm(1, RuleId::Spo2Critical);
    viewer.until("less load", |picture| {
        picture.stations[0].view.granted.get() < 1.5
    });
    assert!(gym.end());
    house.replay_all();
}

#[test]
fn a_strap_is_exchanged_for_another_in_a_bout() {
    let house = House::new(&gym(&[BIKE, BIKE]), &[patient("P-1", 30.0)]);
    let gym = house.open(&["--clock-rate", "12"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.open(1, "P-1", "bike", &["strap"]);
    viewer.start(1);
    viewer.until_loaded(1, 60);
    let refused = viewer
        .ask(1, bind("strap 2"))
        .expect("one of a kind at a time");
    assert!(
        refused.contains("take the other sensor of this kind off first"),
        "{refused}"
    );
    viewer.insist(1, &take_off("strap 1"));
    viewer.until_alarm(1, RuleId::HrLost);
    viewer.until("less load without a strap", |picture| {
        picture.stations[0].view.granted.get() < 2.0
    });
    viewer.insist(1, &bind("strap 2"));
    viewer.until("the other strap's heart rate", |picture| {
        picture.stations[0].view.heart_rate.trust == Trust::Trusted
    });
    assert!(gym.end());
    house.replay_all();
}

#[test]
fn what_was_put_on_in_a_bout_is_worn_after_the_gym_was_killed() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    let gym = house.open(&[]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.open(1, "P-1", "bike", &["strap"]);
    viewer.start(1);
    viewer.until_phase(1, PhaseKind::WarmUp);
    viewer.insist(1, &bind("oximeter 1"));
    let bound = viewer
        .until("its saturation", saturation_is_trusted)
        .at
        .as_micros();
    viewer.until("its record on the disk", |picture| match picture.record {
        RecordHealth::Recording { committed } => committed.as_micros() > bound,
        RecordHealth::Failing { .. } => false,
    });
    gym.kill();

    let gym = house.open(&[]);
    let mut viewer = Viewer::attach(&house.socket);
    let seen = viewer.until("its saturation again", saturation_is_trusted);
    assert_eq!(seen.stations[0].view.phase, PhaseKind::Stopped);
    let worn: Vec<&str> = seen.stations[0]
        .sensors
        .iter()
        .map(|sensor| sensor.name.as_str())
        .collect();
    assert_eq!(worn, ["strap 1", "oximeter 1"]);
    assert!(gym.end());
    house.replay_all();
}
