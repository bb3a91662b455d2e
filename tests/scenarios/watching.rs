//! Who watches: a dashboard that dies changes nothing, and where nobody watches load does not rise.

use std::time::Duration;

use control::rules::RuleId;
use control::view::PhaseKind;
use station::gym::snapshot::RecordHealth;

use crate::fifo::Fifo;
use crate::house::{House, Viewer, power};
use crate::premises::{BIKE, gym, patient};
use crate::screen::Screen;
use crate::told::powers;

#[test]
fn a_dashboard_that_is_killed_changes_nothing_in_the_gym() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    let gym = house.open(&["--clock-rate", "10"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.begin(1, "P-1", "bike");
    viewer.until_loaded(1, 60);
    let mut screen = Screen::open(&["watch", "--socket", house.socket.to_str().expect("text")]);
    screen.until("the station", |text| text.contains("1 P-1 bike"));
    viewer.until("two viewers", |picture| picture.viewers == 2);
    screen.kill();
    let seen = viewer.until("one viewer", |picture| picture.viewers == 1);
    let alone = seen.at.as_micros();
    viewer.pass(Duration::from_secs(30));
    let seen = viewer.picture.clone();
    let later = seen.at.as_micros();
    assert_eq!(seen.stations[0].view.phase, PhaseKind::Conditioning);
    assert_eq!(power(&seen.stations[0]), Some(60));
    assert!(
        seen.stations[0]
            .alarms
            .iter()
            .all(|alarm| alarm.rule != RuleId::NobodyWatches)
    );
    assert!(gym.end());
    let all = powers(&house.sent(0));
    assert!(
        all.iter()
            .filter(|(at, _)| *at > alone && *at < later)
            .all(|(_, watts)| *watts == 60),
        "{all:?}"
    );
}

#[test]
fn where_nobody_watches_an_alarm_sounds_and_load_does_not_rise() {
    let sound = Fifo::new();
    let text = format!(
        "sound_command = [\"sh\", \"-c\", \"echo sounds > {}\"]\n{}",
        sound.path().display(),
        gym(&[BIKE])
    );
    // A slow ramp: however late the last viewer leaves, load is still on its way up.
    let slow = patient("P-1", 30.0)
        .replace("ramp_up_w_per_min = 120", "ramp_up_w_per_min = 30")
        .replace("warm_up_min = 0.5", "warm_up_min = 1");
    let house = House::new(&text, &[slow]);
    let gym = house.open(&["--clock-rate", "10"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.begin(1, "P-1", "bike");
    viewer.until("load", |picture| power(&picture.stations[0]) > Some(0));
    drop(viewer);
    sound.until_written();
    // The second sound is the repetition after half a minute: so long load would have risen by 15 W.
    sound.until_written();
    let mut viewer = Viewer::attach(&house.socket);
    let back = viewer.picture.at.as_micros();
    viewer.until_loaded(1, 60);
    assert!(gym.end());

    let raised = house.first_event_of(RuleId::NobodyWatches);
    let powers = powers(&house.sent(0));
    let held = powers.iter().rev().find(|(at, _)| *at <= raised);
    let held = held.expect("load was on its way up").1;
    assert!((1..60).contains(&held), "{powers:?}");
    assert!(
        powers
            .iter()
            .filter(|(at, _)| *at > raised && *at < back)
            .all(|(_, watts)| *watts <= held),
        "from {raised} to {back}: {powers:?}"
    );
    let id = house.sessions()[0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let summary = house.summary(&id);
    let alarms = summary["alarms"].as_array().expect("alarms");
    let alarm = alarms
        .iter()
        .find(|alarm| alarm["rule"] == RuleId::NobodyWatches.name())
        .expect("it was raised");
    assert_eq!(alarm["priority"], "high");
    house.replay_all();
}

#[test]
fn a_gym_in_which_nothing_happens_is_recorded_up_to_now() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    let gym = house.open(&["--clock-rate", "10"]);
    let mut viewer = Viewer::attach(&house.socket);
    let begin = viewer.picture.at;
    viewer.until("a record that nothing waits for", |picture| {
        let up_to = match picture.record {
            RecordHealth::Recording { committed } => committed,
            RecordHealth::Failing { .. } => return false,
        };
        picture.at.since(begin) > Duration::from_secs(20) && up_to == picture.at
    });
    assert!(gym.end());
}
