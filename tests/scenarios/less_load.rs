//! What goes wrong with a patient or a sensor leads to less load on the wire.

use control::rules::RuleId;

use crate::house::{House, Viewer};
use crate::premises::{BIKE, gym, patient};
use crate::told::{Told, powers, told};

/// The powers that were told before an instant and from it on.
fn powers_around(house: &House, instant: u64) -> (Vec<u16>, Vec<u16>) {
    let all = powers(&house.sent(0));
    let part = |before: bool| {
        all.iter()
            .filter(|(at, _)| (*at < instant) == before)
            .map(|(_, watts)| *watts)
            .collect()
    };
    (part(true), part(false))
}

#[test]
fn a_saturation_that_breaches_its_floor_leads_to_less_load_on_the_wire() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    let mut gym = house.open(&["--clock-rate", "12", "--orders"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.begin(1, "P-1", "bike");
    let ordered = viewer.until_loaded(1, 60).at.as_micros();
    gym.order("1:oximeter_offset+600=-15");
    viewer.until_alarm(1, RuleId::Spo2Critical);
    viewer.until("less load", |picture| {
        picture.stations[0].view.granted.get() < 1.5
    });
    assert!(gym.end());
    house.replay_all();

    let (before, after) = powers_around(&house, ordered);
    assert_eq!(before.last(), Some(&60), "the load was steady: {before:?}");
    assert!(
        after.is_sorted_by(|earlier, later| earlier >= later),
        "load only falls: {after:?}"
    );
    assert!(
        after.iter().any(|watts| *watts < 60),
        "load falls: {after:?}"
    );
    assert_eq!(
        told(&house.sent(0)).last().map(|(_, told)| *told),
        Some(Told::Finished),
        "and is let go at the end"
    );
}

#[test]
fn a_strap_that_is_lost_leads_to_less_load_on_the_wire() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    let mut gym = house.open(&["--clock-rate", "12", "--orders"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.open(1, "P-1", "bike", &["strap"]);
    viewer.start(1);
    let ordered = viewer.until_loaded(1, 60).at.as_micros();
    gym.order("1:strap_silent+600");
    viewer.until_alarm(1, RuleId::HrLost);
    viewer.until("less load", |picture| {
        picture.stations[0].view.granted.get() < 2.0
    });
    assert!(gym.end());
    house.replay_all();

    let (before, after) = powers_around(&house, ordered);
    assert_eq!(before.last(), Some(&60), "the load was steady: {before:?}");
    assert!(
        after.is_sorted_by(|earlier, later| earlier >= later),
        "load only falls: {after:?}"
    );
    assert!(
        after.iter().any(|watts| *watts < 60),
        "load falls: {after:?}"
    );
}
