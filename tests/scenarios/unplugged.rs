//! Devices that are pulled out and put back.

use std::time::Duration;

use control::input::Action;
use control::rules::{Priority, RuleId};
use control::view::{PhaseKind, Trust};
use station::gym::messages::Ask;
use station::gym::snapshot::LinkHealth;

use crate::house::{House, Viewer, power};
use crate::premises::{BIKE, gym, patient};
use crate::told::{Told, told};

/// Whoever ends the gym has no dashboard any more that could say it.
#[test]
fn a_gym_that_ends_while_a_machine_may_be_under_load_says_which_and_ends_badly() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    let mut gym = house.open(&["--clock-rate", "10", "--orders"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.begin(1, "P-1", "bike");
    viewer.until_loaded(1, 60);
    gym.order("1:unplug_machine+600");
    viewer.until("the port gone", |picture| {
        matches!(picture.stations[0].machine.link, LinkHealth::Opening { .. })
    });
    let (status, words) = gym.end_badly();
    assert_eq!(status, Some(1), "{words}");
    assert!(
        words.contains("not known to be at rest (place 1)"),
        "{words}"
    );
    assert!(words.contains("stop it at its own button"), "{words}");
    let record = rusqlite::Connection::open(&house.record).expect("a record");
    let mut said = record
        .prepare("SELECT bout_id FROM events WHERE text LIKE '%not known to be at rest%'")
        .expect("a query");
    let bouts: Vec<Option<i64>> = said
        .query_map([], |row| row.get(0))
        .expect("asked")
        .collect::<Result<_, _>>()
        .expect("read");
    assert!(bouts.iter().any(Option::is_some), "{bouts:?}");
}

#[test]
fn a_machine_that_comes_back_is_stopped_first_and_waits_for_a_person() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    let mut gym = house.open(&["--clock-rate", "10", "--orders"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.begin(1, "P-1", "bike");
    viewer.until_loaded(1, 60);
    gym.order("1:unplug_machine+600");
    viewer.until("the port gone", |picture| {
        matches!(picture.stations[0].machine.link, LinkHealth::Opening { .. })
    });
    let gone = viewer.picture.at.as_micros();
    viewer.until_alarm(1, RuleId::MachineLost);
    let seen = viewer.until("the high alarm", |picture| {
        picture.stations[0]
            .alarms
            .iter()
            .any(|alarm| alarm.rule == RuleId::MachineLost && alarm.priority == Priority::High)
    });
    assert_eq!(seen.stations[0].view.phase, PhaseKind::Stopped);
    assert!(seen.stations[0].view.relay_open);
    // Its relay falls a second of the day after the last pulse, ten of this gym's: before that the machine would still answer.
    viewer.pass(Duration::from_secs(20));
    gym.order("1:mended");
    viewer.until("the plug back", |picture| {
        !matches!(picture.stations[0].machine.link, LinkHealth::Opening { .. })
    });
    // Its relay took the power, so it does not answer before somebody gives it back.
    let refused = viewer.refused(1, &Ask::Act(Action::Resume));
    assert_eq!(refused, "acknowledge the alarm first");
    viewer.insist(1, &Ask::Act(Action::AcknowledgeAll));
    let refused = viewer.refused(1, &Ask::Act(Action::Resume));
    assert!(refused.contains("power is back"), "{refused}");
    viewer.until("the machine back, at rest", |picture| {
        picture.stations[0].machine.link == LinkHealth::Up
            && picture.stations[0]
                .view
                .machine
                .is_some_and(|(_, at)| at.as_micros() > gone)
            && power(&picture.stations[0]) == Some(0)
    });
    assert_eq!(
        viewer.at(1).view.phase,
        PhaseKind::Stopped,
        "nothing goes on by itself"
    );
    viewer.ask_until_taken(1, &Ask::Act(Action::Resume));
    viewer.until_loaded(1, 60);
    assert!(gym.end());

    let first = told(&house.sent(0))
        .into_iter()
        .find(|(at, _)| *at > gone)
        .map(|(_, told)| told);
    assert!(
        matches!(first, Some(Told::Power(0) | Told::Finished)),
        "first thing on the reconnected wire: {first:?}"
    );
    house.replay_all();
}

#[test]
fn a_strap_that_comes_back_gives_the_heart_rate_again_by_itself() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    let mut gym = house.open(&["--clock-rate", "10", "--orders"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.open(1, "P-1", "bike", &["strap"]);
    viewer.start(1);
    viewer.until_loaded(1, 60);
    gym.order("1:unplug_strap+600");
    viewer.until("the heart rate lost", |picture| {
        picture.stations[0].view.heart_rate.trust == Trust::Lost
    });
    gym.order("1:mended");
    let seen = viewer.until("the heart rate back", |picture| {
        picture.stations[0].view.heart_rate.trust == Trust::Trusted
    });
    assert!(seen.stations[0].view.heart_rate.value.is_some());
    viewer.until_loaded(1, 60);
    assert!(gym.end());
}
