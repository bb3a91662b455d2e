//! A disk that is full: an alarm, sessions that go on under control, and a record that says what it has not.

use control::input::Action;
use control::rules::RuleId;
use control::view::PhaseKind;
use station::gym::messages::Ask;
use station::gym::snapshot::Snapshot;

use crate::house::{House, Viewer, power};
use crate::premises::{BIKE, gym, patient};
use crate::told::powers;

/// The notice about the record, where one stands on the wall.
fn notice(picture: &Snapshot) -> Option<&str> {
    picture
        .notices
        .iter()
        .find(|notice| notice.active && notice.text.starts_with("The record is not being written"))
        .map(|notice| notice.text.as_str())
}

#[test]
fn while_the_disk_is_full_sessions_stay_under_control_and_the_gap_is_marked_when_there_is_room() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    let mut gym = house.open_on_small_disk(&["--clock-rate", "15", "--orders"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.begin(1, "P-1", "bike");
    viewer.until_loaded(1, 60);

    gym.fill_disk(true);
    viewer.until_record_fails("the record cannot be written");
    let words = notice(&viewer.picture).expect("a notice").to_owned();
    assert!(words.contains("Sessions go on under control"), "{words}");
    // The queue holds a minute of a busy station; then what happens is lost.
    viewer.until_record_fails("is lost to the journal of 1 bout(s)");
    assert_eq!(viewer.at(1).view.phase, PhaseKind::Conditioning);
    let ordered = viewer.picture.at.as_micros();
    gym.order("1:oximeter_offset+600=-15");
    let raised = viewer.until_alarm(1, RuleId::Spo2Critical);
    viewer.until("less load", |picture| {
        picture.stations[0].view.granted.get() < 1.5
    });
    assert_eq!(viewer.ask(1, Ask::Stop), None, "a stop is never refused");
    viewer.until_phase(1, PhaseKind::Stopped);

    gym.fill_disk(false);
    viewer.until_recorded();
    assert_eq!(notice(&viewer.picture), None);
    assert!(gym.end());

    let powers = powers(&house.sent(0));
    let (before, after): (Vec<_>, Vec<_>) = powers.iter().partition(|(at, _)| *at < ordered);
    assert_eq!(before.last().map(|(_, watts)| *watts), Some(60));
    assert!(
        after.iter().any(|(at, watts)| *at >= raised && *watts < 60),
        "{after:?}"
    );
    let session = &house.sessions()[0];
    assert!(session["gaps"].as_i64() >= Some(1), "{session}");
    let id = session["id"].as_str().expect("an id");
    let summary = house.summary(id);
    assert_eq!(summary["findings"], serde_json::json!([]));
    let gaps = summary["gaps"].as_array().expect("gaps");
    let journal = gaps.iter().find(|gap| gap["what"] == "journal");
    let journal = journal.expect("what the journal has not");
    assert!(journal["lost"].as_i64() > Some(0), "{journal}");
    assert!(journal["seconds"].as_f64() > Some(0.0), "{journal}");
    let alarms = summary["alarms"].as_array().expect("alarms");
    assert!(
        alarms
            .iter()
            .any(|alarm| alarm["rule"] == RuleId::Spo2Critical.name()),
        "what was alarmed meanwhile is not lost: {alarms:?}"
    );
    let shown = house.on_record(&["show", id]);
    assert!(String::from_utf8_lossy(&shown.stdout).contains("the queue to the record was full"));
    let listed = house.on_record(&["sessions"]);
    assert!(String::from_utf8_lossy(&listed.stdout).contains("not everything of it was recorded"));
    house.replay_all();
}

#[test]
fn a_disk_that_stays_full_ends_no_session_unsafely_and_the_next_gym_marks_what_is_missing() {
    let house = House::new(
        &gym(&[BIKE, BIKE]),
        &[patient("P-1", 30.0), patient("P-2", 30.0)],
    );
    let gym = house.open_on_small_disk(&["--clock-rate", "12"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.begin(1, "P-1", "bike");
    viewer.until_loaded(1, 60);
    viewer.until_devices_answer(2, &["strap"]);

    gym.fill_disk(true);
    viewer.until_record_fails("the record cannot be written");
    let another = viewer.opening(2, "P-2", "bike", &["strap"]);
    assert_eq!(
        viewer.refused(2, &another),
        "no session starts without a record; see the notice about the record"
    );
    assert_eq!(power(viewer.at(1)), Some(60));
    viewer.insist(1, &Ask::Act(Action::Pause));
    viewer.until("the bike let go", |picture| {
        power(&picture.stations[0]) == Some(0)
    });
    assert!(!gym.end(), "a record that is not whole is not a good end");

    let gym = house.open(&["--clock-rate", "12"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.until_recorded();
    assert!(
        viewer.picture.notices.iter().any(|notice| notice
            .text
            .contains("was interrupted when the gym was lost")),
        "{:?}",
        viewer.picture.notices
    );
    assert!(gym.end());
    let session = &house.sessions()[0];
    assert_eq!(session["state"], "interrupted");
    let summary = house.summary(session["id"].as_str().expect("an id"));
    let gaps = summary["gaps"].as_array().expect("gaps");
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert_eq!(
        gaps[0]["reason"],
        "the gym was lost, and with it what it had not written yet"
    );
    let listed = house.on_record(&["sessions"]);
    assert!(String::from_utf8_lossy(&listed.stdout).contains("not everything of it was recorded"));
    house.replay_all();
}
