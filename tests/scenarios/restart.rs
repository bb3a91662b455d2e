//! A gym that is killed, and the next one that finds a machine moving.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use control::input::Action;
use control::view::PhaseKind;
use station::gym::messages::Ask;
use station::gym::snapshot::RecordHealth;
use tempfile::TempDir;

use crate::bench::{Bench, asked_power};
use crate::house::{House, Viewer, power};
use crate::premises::{BIKE, gym, requiring};
use crate::told::{Told, told};

/// A gym with one bike of the test's own, which is left moving by a gym that was killed.
fn left_moving() -> (TempDir, Bench, House) {
    let ports = tempfile::tempdir().expect("a folder");
    let port = ports.path().join("bike");
    let bench = Bench::bike(&port);
    let place = (
        "machine = \"csafe\"\nkind = \"cycle\"",
        port.to_str().expect("text"),
    );
    let patient = requiring("\"none\"", "P-1", 30.0)
        .replace("ramp_up_w_per_min = 120", "ramp_up_w_per_min = 600");
    let house = House::new(&gym(&[place]), &[patient]);
    let gym = house.open(&[]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.open(1, "P-1", "bike", &[]);
    viewer.start(1);
    viewer.until("the bike under load", |picture| {
        power(&picture.stations[0]).is_some_and(|watts| watts >= 25)
    });
    viewer.until("its record on the disk", |picture| match picture.record {
        RecordHealth::Recording { committed } => committed > picture.stations[0].view.phase_since,
        RecordHealth::Failing { .. } => false,
    });
    gym.kill();
    assert!(
        asked_power(&port) >= 25,
        "the bike keeps its load when its host dies"
    );
    (ports, bench, house)
}

#[test]
fn after_a_kill_the_session_is_shown_as_interrupted_and_nothing_moves_until_somebody_resumes() {
    let (_ports, _bench, house) = left_moving();
    let gym = house.open(&[]);
    let mut viewer = Viewer::attach(&house.socket);
    let seen = viewer.until("the bike at rest", |picture| {
        power(&picture.stations[0]) == Some(0)
    });
    let session = seen.stations[0]
        .session
        .as_ref()
        .expect("the session is there");
    assert!(session.was_interrupted);
    assert_eq!(session.patient, "P-1");
    assert_eq!(seen.stations[0].view.phase, PhaseKind::Stopped);
    assert!(
        seen.notices
            .iter()
            .any(|notice| notice.text.contains("the gym was lost during this session"))
    );

    viewer.pass(Duration::from_secs(3));
    assert_eq!(power(viewer.at(1)), Some(0), "nothing moves by itself");
    let refused = viewer.refused(1, &Ask::Act(Action::Resume));
    assert_eq!(refused, "acknowledge the alarm first");
    viewer.insist(1, &Ask::Act(Action::AcknowledgeAll));
    viewer.ask_until_taken(1, &Ask::Act(Action::Resume));
    let resumed = viewer.picture.at.as_micros();
    viewer.until("the bike under load again", |picture| {
        power(&picture.stations[0]).is_some_and(|watts| watts >= 25)
    });
    assert!(gym.end());

    let all = told(&house.sent(0));
    assert!(
        matches!(all.first(), Some((_, Told::Power(0) | Told::Finished))),
        "first of all a stop: {:?}",
        all.first()
    );
    let moved = all
        .iter()
        .find(|(_, told)| matches!(told, Told::Power(1..)));
    assert!(
        moved.is_some_and(|(at, _)| *at >= resumed),
        "load came only after somebody resumed: {moved:?}, {resumed}"
    );
    house.replay_all();
}

#[test]
fn a_machine_that_is_found_moving_with_nobody_on_the_books_is_brought_down() {
    let (_ports, _bench, house) = left_moving();
    let house = house.with_new_record();
    let gym = house.open(&[]);
    let mut viewer = Viewer::attach(&house.socket);
    let seen = viewer.until("the bike at rest", |picture| {
        power(&picture.stations[0]) == Some(0)
    });
    assert_eq!(seen.stations[0].session, None);
    assert_eq!(seen.stations[0].view.phase, PhaseKind::Idle);
    assert!(gym.end());
    let all = told(&house.sent(0));
    assert!(
        all.iter()
            .any(|(_, told)| matches!(told, Told::Power(0) | Told::Finished)),
        "{all:?}"
    );
    assert!(
        !all.iter()
            .any(|(_, told)| matches!(told, Told::Power(1..) | Told::InUse)),
        "{all:?}"
    );
    assert!(house.sessions().is_empty());
}

/// The session that a lost gym left open waits for a gym that opens, however many could not.
#[test]
fn a_gym_that_cannot_open_takes_no_interrupted_session_away() {
    let house = House::new(&gym(&[BIKE]), &[requiring("\"none\"", "P-1", 30.0)]);
    let gym = house.open(&[]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.open(1, "P-1", "bike", &[]);
    viewer.until("its record on the disk", |picture| match picture.record {
        RecordHealth::Recording { committed } => committed > picture.stations[0].view.phase_since,
        RecordHealth::Failing { .. } => false,
    });
    gym.kill();

    let sockets = house.socket.parent().expect("a folder");
    let mode = |mode| {
        std::fs::set_permissions(sockets, std::fs::Permissions::from_mode(mode)).expect("set");
    };
    mode(0o755);
    let refused = house.refused();
    assert!(refused.stderr.contains("chmod 700"), "{}", refused.stderr);
    mode(0o700);
    let gym = house.open(&[]);
    let viewer = Viewer::attach(&house.socket);
    let session = viewer.at(1).session.as_ref();
    assert!(session.is_some_and(|session| session.was_interrupted));
    assert!(gym.end());
}
