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
    let later = seen.at.as_micros() + 30_000_000;
    let seen = viewer.until("half a minute later", |picture| {
        picture.at.as_micros() > later
    });
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
            .filter(|(at, _)| *at > later - 30_000_000 && *at < later)
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
    let house = House::new(&text, &[patient("P-1", 30.0)]);
    let gym = house.open(&["--clock-rate", "10"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.begin(1, "P-1", "bike");
    viewer.until_phase(1, PhaseKind::WarmUp);
    drop(viewer);
    sound.until_written();
    // The second sound is the repetition after half a minute: by then the ramp would long have led to the target.
    sound.until_written();
    let mut viewer = Viewer::attach(&house.socket);
    let back = viewer.picture.at.as_micros();
    viewer.until_loaded(1, 60);
    assert!(gym.end());

    let unwatched: Vec<_> = powers(&house.sent(0))
        .into_iter()
        .filter(|(at, _)| *at < back)
        .collect();
    assert!(
        unwatched.iter().all(|(_, watts)| *watts <= 30),
        "{unwatched:?}"
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
