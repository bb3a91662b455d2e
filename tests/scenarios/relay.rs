//! The safety relay takes the power from the machine, and a person alone gives it back.

use control::input::Action;
use control::rules::RuleId;
use control::view::{AlarmView, PhaseKind};
use station::gym::messages::Ask;
use station::gym::snapshot::LinkHealth;

use crate::house::{House, Viewer, power};
use crate::premises::{BIKE, TREADMILL, gym, patient};

/// Calls the emergency stop, and gives from when on the machine had no power any more and when it was still without, in microseconds.
fn cut_off(viewer: &mut Viewer) -> (u64, u64) {
    assert_eq!(viewer.ask(1, Ask::EmergencyStop), None, "never refused");
    viewer.until("the relay open, the machine silent", |picture| {
        let there = &picture.stations[0];
        there.view.relay_open && there.machine.link == LinkHealth::Silent
    });
    viewer.until_alarm(1, RuleId::EmergencyStop);
    let from = viewer.picture.at.as_micros();
    let much_later = from + 60_000_000;
    viewer.until("a minute without power", |picture| {
        picture.at.as_micros() > much_later
    });
    assert_eq!(viewer.at(1).view.phase, PhaseKind::Stopped);
    assert_eq!(viewer.at(1).machine.link, LinkHealth::Silent);
    let lost = |alarm: &AlarmView| alarm.rule == RuleId::MachineLost;
    assert!(
        !viewer.at(1).alarms.iter().any(lost),
        "who took its power knows why it does not answer"
    );
    (from, viewer.picture.at.as_micros())
}

/// As a nurse does: looks, acknowledges, gives the power back, waits for the machine, goes on.
fn give_back(viewer: &mut Viewer) {
    assert_eq!(
        viewer.ask(1, Ask::Act(Action::Resume)).as_deref(),
        Some("acknowledge the alarm first")
    );
    viewer.insist(1, &Ask::Act(Action::AcknowledgeAll));
    let words = viewer
        .ask(1, Ask::Act(Action::Resume))
        .expect("the machine has no power");
    assert!(words.contains("power is back"), "{words}");
    viewer.until("the machine back", |picture| {
        picture.stations[0].machine.link == LinkHealth::Up
    });
    assert_eq!(
        viewer.at(1).view.phase,
        PhaseKind::Stopped,
        "nothing goes on by itself"
    );
    viewer.ask_until_taken(1, &Ask::Act(Action::Resume));
}

/// Nothing came from the machine of port 0 in between, although the gym went on asking.
fn assert_silent(house: &House, (from, until): (u64, u64)) {
    let between = |pieces: Vec<(u64, Vec<u8>)>| {
        pieces
            .into_iter()
            .filter(|(at, _)| *at > from && *at < until)
            .count()
    };
    assert_eq!(between(house.heard(0)), 0, "a machine without power");
    assert!(between(house.sent(0)) > 10, "the gym goes on asking");
}

#[test]
fn an_emergency_stop_takes_the_power_from_a_bike_until_a_person_goes_on() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    let gym = house.open(&["--clock-rate", "10"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.begin(1, "P-1", "bike");
    viewer.until_loaded(1, 60);
    let without = cut_off(&mut viewer);
    give_back(&mut viewer);
    viewer.until_loaded(1, 60);
    assert!(!viewer.at(1).view.relay_open);
    assert!(gym.end());
    assert_silent(&house, without);
    house.replay_all();
}

#[test]
fn an_emergency_stop_takes_the_power_from_a_treadmill_until_a_person_goes_on() {
    let house = House::new(&gym(&[TREADMILL]), &[patient("P-1", 30.0)]);
    let gym = house.open(&["--clock-rate", "5"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.begin(1, "P-1", "walk");
    let walks = |picture: &station::gym::snapshot::Snapshot| {
        let there = &picture.stations[0].view;
        there.phase == PhaseKind::Conditioning
            && there.machine.is_some_and(|(report, _)| {
                report
                    .speed
                    .is_some_and(|speed| speed.kilometres_per_hour() > 3.0)
            })
    };
    viewer.walks_on = true;
    viewer.until("a walk", walks);
    viewer.walks_on = false;
    let without = cut_off(&mut viewer);
    give_back(&mut viewer);
    viewer.walks_on = true;
    viewer.until("a walk again", walks);
    assert!(gym.end());
    assert_silent(&house, without);
    house.replay_all();
}

#[test]
fn a_station_that_panics_has_no_power_until_somebody_acknowledges() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    let gym = house.open(&["--clock-rate", "10", "--inject-panic", "1@200"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.begin(1, "P-1", "bike");
    viewer.until_alarm(1, RuleId::ControllerFault);
    viewer.until("the machine silent", |picture| {
        picture.stations[0].machine.link == LinkHealth::Silent
    });
    viewer.until_alarm(1, RuleId::MachineLost);
    assert!(viewer.at(1).view.relay_open);
    give_back(&mut viewer);
    viewer.until("load again", |picture| {
        power(&picture.stations[0]).is_some_and(|watts| watts > 0)
    });
    assert!(gym.end());
    house.replay_all();
}
