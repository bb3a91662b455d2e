//! A session from start to finish, and its record.

use control::view::PhaseKind;
use station::gym::messages::Ask;

use crate::house::{House, Viewer};
use crate::premises::{BIKE, gym, patient};

#[test]
fn a_session_runs_from_start_to_finish_and_stands_whole_in_the_record() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 1.0)]);
    let gym = house.open(&["--clock-rate", "15"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.begin(1, "P-1", "bike");
    viewer.until_phase(1, PhaseKind::Finished);
    viewer.insist(1, &Ask::Close);
    viewer.until("the patient has left", |picture| {
        picture.stations[0].session.is_none()
    });
    assert!(gym.end());

    let sessions = house.sessions();
    assert_eq!(sessions.len(), 1, "{sessions:#?}");
    assert_eq!(sessions[0]["patient"], "P-1");
    assert_eq!(sessions[0]["state"], "ended");
    assert_eq!(sessions[0]["end_reason"], "completed");
    assert_eq!(sessions[0]["gaps"], 0);
    let id = sessions[0]["id"].as_str().expect("an id");
    let summary = house.summary(id);
    assert_eq!(
        summary["findings"],
        serde_json::json!([]),
        "the events' chain holds"
    );
    let phases: Vec<_> = summary["bouts"][0]["phases"]
        .as_array()
        .expect("phases")
        .iter()
        .map(|phase| phase["phase"].clone())
        .collect();
    assert_eq!(
        phases,
        ["ready", "warm_up", "conditioning", "cool_down", "recovery"]
    );
    house.replay_all();
}
