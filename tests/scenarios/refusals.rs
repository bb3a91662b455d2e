//! What bad input gets: words that say what to do, and never a gym that half runs.

use std::path::Path;
use std::time::Duration;

use control::input::Action;
use control::rules::RuleId;
use control::view::PhaseKind;
use station::gym::messages::Ask;
use station::gym::snapshot::{LinkHealth, Snapshot};

use crate::bench::Bench;
use crate::house::{House, TOO_LATE, Viewer};
use crate::premises::{BIKE, gym, patient};
use crate::program::{Run, run_with, station};
use crate::screen::Screen;

#[test]
fn a_wrong_configuration_gives_no_gym_but_line_mistake_and_remedy() {
    let text = gym(&[BIKE]).replace("kind = \"cycle\"", "kind = \"rower\"");
    let line = text
        .lines()
        .position(|line| line.contains("rower"))
        .expect("there")
        + 1;
    let house = House::new(&text, &[patient("P-1", 30.0)]);
    let refused = house.refused();
    assert_eq!(refused.status, Some(1));
    assert!(
        refused
            .stderr
            .contains(&format!("gym.toml:{line}: kind is \"rower\"")),
        "{}",
        refused.stderr
    );
    assert!(
        refused
            .stderr
            .contains("write kind = \"cycle\" or \"treadmill\""),
        "{}",
        refused.stderr
    );
    assert!(!house.record.exists(), "nothing was begun");
    assert!(!house.socket.exists());
}

#[test]
fn one_port_under_two_names_is_one_port() {
    let ports = tempfile::tempdir().expect("a folder");
    let port = |name: &str| ports.path().join(name).to_str().expect("text").to_owned();
    std::fs::write(port("ttyUSB0"), "").expect("written");
    for name in ["by-id", "by-path"] {
        std::os::unix::fs::symlink(port("ttyUSB0"), port(name)).expect("linked");
    }
    let (one, other) = (port("by-id"), port("by-path"));
    let house = House::new(
        &gym(&[(BIKE.0, &one), (BIKE.0, &other)]),
        &[patient("P-1", 30.0)],
    );
    let checked = station().arg("check").arg(&house.config).output();
    let checked = Run::new(&checked.expect("the binary runs"));
    assert_eq!(checked.status, Some(1));
    let words = format!("{}{}", checked.stdout, checked.stderr);
    assert!(words.contains("is used by [[station]] 1 too"), "{words}");
}

#[test]
fn a_port_that_is_not_there_is_shown_and_tried_again_while_the_others_run() {
    let ports = tempfile::tempdir().expect("a folder");
    let port = ports.path().join("bike");
    let missing = (BIKE.0, port.to_str().expect("text"));
    let house = House::new(&gym(&[BIKE, missing]), &[patient("P-1", 30.0)]);
    let gym = house.open(&[]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.until("the missing port", |picture| {
        matches!(
            &picture.stations[1].machine.link,
            LinkHealth::Opening { because: Some(words) } if words.contains("is not there")
        )
    });
    viewer.open(1, "P-1", "bike", &["strap", "oximeter"]);
    let _bike = Bench::bike(&port);
    viewer.until_devices_answer(2, &[]);
    assert!(gym.end());
}

#[test]
fn a_load_at_which_the_machine_gives_nothing_is_told_by_the_check_and_not_begun() {
    let under = patient("P-1", 30.0)
        .replace("target_load_w = 60", "target_load_w = 22")
        .replace("warm_up_load_w = 30", "warm_up_load_w = 20");
    let house = House::new(&gym(&[BIKE]), &[under]);
    let checked = station().arg("check").arg(&house.config).output();
    let checked = Run::new(&checked.expect("the binary runs"));
    assert_eq!(checked.status, Some(0), "{}", checked.stderr);
    assert!(
        checked.stdout.contains(
            "NOT on station 1, place 1: this machine gives nothing at the load that is prescribed"
        ),
        "{}",
        checked.stdout
    );
    let gym = house.open(&[]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.until_devices_answer(1, &["strap", "oximeter"]);
    let opening = viewer.opening(1, "P-1", "bike", &["strap", "oximeter"]);
    let words = viewer.refused(1, &opening);
    assert!(words.contains("use another machine"), "{words}");
    assert!(gym.end());
}

#[test]
fn a_patient_or_a_sensor_that_is_taken_is_refused_with_where_it_is() {
    let house = House::new(
        &gym(&[BIKE, BIKE]),
        &[patient("P-1", 30.0), patient("P-2", 30.0)],
    );
    let gym = house.open(&["--clock-rate", "5"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.open(1, "P-1", "bike", &["strap", "oximeter"]);
    viewer.until_devices_answer(2, &["strap", "oximeter"]);
    let same_patient = viewer.opening(2, "P-1", "bike", &["strap"]);
    assert_eq!(
        viewer.refused(2, &same_patient),
        "P-1 already exercises at station 1"
    );
    let Ask::Open {
        patient,
        second_identifier,
        prescription,
        ..
    } = viewer.opening(2, "P-2", "bike", &[])
    else {
        unreachable!("that is how one opens");
    };
    let wrong_person = Ask::Open {
        patient: patient.clone(),
        second_identifier: "wristband P-1".to_owned(),
        prescription: prescription.clone(),
        sensors: vec![],
    };
    assert_eq!(
        viewer.refused(2, &wrong_person),
        "the second identifier does not fit this patient"
    );
    let same_sensor = Ask::Open {
        patient,
        second_identifier,
        prescription,
        sensors: vec!["strap 1".to_owned()],
    };
    assert_eq!(
        viewer.refused(2, &same_sensor),
        "strap 1 serves the patient at station 1"
    );
    viewer.next_picture();
    assert_eq!(viewer.at(2).session, None);
    let taken = viewer.opening(1, "P-2", "bike", &[]);
    assert_eq!(
        viewer.refused(1, &taken),
        "P-1 is on this station; close that session first"
    );
    assert!(gym.end());
    assert_eq!(
        house.sessions().len(),
        1,
        "refusals leave no session behind"
    );
}

#[test]
fn a_sensor_is_bound_by_a_person_to_one_patient_and_one_of_a_kind_to_each() {
    let patients = ["P-1", "P-2", "P-3"].map(|name| patient(name, 30.0));
    let house = House::new(&gym(&[BIKE, BIKE, BIKE]), &patients);
    let gym = house.open(&["--clock-rate", "5"]);
    let mut viewer = Viewer::attach(&house.socket);
    let bind = |sensor: &str, bound| Ask::Bind {
        sensor: sensor.to_owned(),
        bound,
    };
    viewer.open(1, "P-1", "bike", &["strap"]);
    viewer.until_devices_answer(2, &["strap"]);
    let mut two_straps = viewer.opening(2, "P-2", "bike", &["strap"]);
    if let Ask::Open { sensors, .. } = &mut two_straps {
        sensors.push("strap 3".to_owned());
    }
    assert_eq!(
        viewer.refused(2, &two_straps),
        "strap 3 is a second sensor of the same kind"
    );
    viewer.open(2, "P-2", "bike", &["strap"]);
    for (station, ask, why) in [
        (
            2,
            bind("strap 1", true),
            "strap 1 serves the patient at station 1",
        ),
        (
            2,
            bind("strap 1", false),
            "strap 1 does not serve this patient",
        ),
        (
            2,
            bind("strap 3", true),
            "take the other sensor of this kind off first",
        ),
        (
            3,
            bind("strap 3", true),
            "there is no session on this station",
        ),
        (
            1,
            Ask::MoveTo {
                station: 2,
                prescription: "bike".to_owned(),
            },
            "P-2 is on station 2",
        ),
    ] {
        assert_eq!(viewer.refused(station, &ask), why, "{ask:?}");
    }
    viewer.insist(1, &bind("strap 1", false));
    viewer.insist(1, &bind("strap 3", true));
    viewer.until("the straps as they were bound", |picture| {
        let at = |name: &str| {
            let sensor = picture.sensors.iter().find(|sensor| sensor.name == name);
            sensor.expect("a sensor").at_station
        };
        [at("strap 1"), at("strap 2"), at("strap 3")] == [None, Some(2), Some(1)]
    });
    assert!(gym.end());
}

#[test]
fn what_was_asked_before_another_screen_is_refused_and_a_stop_is_not() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    let gym = house.open(&["--clock-rate", "5"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.open(1, "P-1", "bike", &["strap"]);
    let refused = loop {
        let session = viewer.picture.stations[0].session.as_mut();
        session.expect("a session").id = "another".to_owned();
        let refused = viewer.ask(1, Ask::Close).expect("refused");
        if !refused.starts_with(TOO_LATE) {
            break refused;
        }
        viewer.next_picture();
    };
    assert_eq!(
        refused,
        "another session is on this station now; look again"
    );
    viewer.next_picture();
    let old = viewer.picture.clone();
    // Two seconds by the day's clock, and some.
    viewer.pass(Duration::from_secs(11));
    viewer.picture = old.clone();
    let refused = viewer.ask(1, Ask::Close).expect("refused");
    assert!(refused.starts_with(TOO_LATE), "{refused}");
    viewer.picture = old;
    assert_eq!(viewer.ask(1, Ask::Stop), None, "a stop is never refused");
    viewer.insist(1, &Ask::Close);
    assert!(gym.end());
}

#[test]
fn a_record_of_a_newer_version_is_left_as_it_is_and_no_gym_starts() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    assert!(house.open(&["--clock-rate", "5"]).end());
    let record = rusqlite::Connection::open(&house.record).expect("a record");
    record
        .pragma_update(None, "user_version", 9_999)
        .expect("set");
    record
        .pragma_update(None, "journal_mode", "delete")
        .expect("set");
    drop(record);
    let before = std::fs::read(&house.record).expect("a file");
    let refused = house.refused();
    assert_eq!(refused.status, Some(1));
    assert!(
        refused.stderr.contains("newer Station"),
        "{}",
        refused.stderr
    );
    assert!(!house.socket.exists());
    assert_eq!(
        std::fs::read(&house.record).expect("a file"),
        before,
        "not a byte of it has changed"
    );
}

#[test]
fn without_a_terminal_no_gym_is_left_behind() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    let text = |path: &Path| path.to_str().expect("text").to_owned();
    let refused = run_with(
        &[
            "run",
            "--config",
            &text(&house.config),
            "--record",
            &text(&house.record),
            "--socket",
            &text(&house.socket),
            "--log",
            &text(&house.folder.path().join("gym.log")),
        ],
        b"",
    );
    assert_eq!(refused.status, Some(1));
    assert!(
        refused.stderr.contains("no terminal to draw on"),
        "{}",
        refused.stderr
    );
    assert!(
        !house.record.exists() && !house.socket.exists(),
        "no gym was started"
    );
}

#[test]
fn what_a_gym_says_before_it_ends_is_told_once() {
    let house = House::new("", &[patient("P-1", 30.0)]);
    let config = house.config.to_str().expect("text");
    let log = house.folder.path().join("gym.log");
    let log = log.to_str().expect("text");
    let screen = Screen::open(&["run", "--config", config, "--log", log]);
    let (_, text) = screen.until_left();
    assert!(text.contains("name is missing"), "{text}");
    assert_eq!(text.matches("station: ").count(), 1, "{text}");
}

#[test]
fn a_log_that_cannot_be_written_is_named_with_the_remedy() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    let config = house.config.to_str().expect("text");
    let log = house.config.join("gym.log");
    let log = log.to_str().expect("text");
    let refused = run_with(&["serve", "--config", config, "--log", log], b"");
    assert_eq!(refused.status, Some(1));
    assert!(
        refused.stderr.contains(&format!("the log {log} cannot"))
            && refused.stderr.contains("--log FILE"),
        "{}",
        refused.stderr
    );
}

#[test]
fn why_bench_lines_cannot_be_opened_is_told() {
    let text = gym(&[(BIKE.0, "/dev/serial/by-id/none")]).replace(
        "bench = \"none\"",
        "bench = { chip = \"/dev/no-such-chip\", stop_line = 1, relay_line = 2 }",
    );
    let house = House::new(&text, &[patient("P-1", 30.0)]);
    let refused = house.refused();
    assert_eq!(refused.status, Some(1));
    assert!(
        refused.stderr.contains("station 1: its bench I/O")
            && refused.stderr.contains("/dev/no-such-chip")
            && refused.stderr.contains("os error 2"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_machine_that_refuses_is_told_with_its_own_words_on_the_wall_and_in_the_record() {
    let ports = tempfile::tempdir().expect("a folder");
    let port = ports.path().join("ergometer");
    let _refuses = Bench::ergometer_that_refuses(&port);
    let place = ("machine = \"kettler\"", port.to_str().expect("text"));
    let house = House::new(&gym(&[place]), &[patient("P-1", 30.0)]);
    let gym = house.open(&[]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.begin(1, "P-1", "bike");
    let words = "(it answered ERROR: not known, or not allowed now)";
    let seen = viewer.until("the refusal with the machine's words", |picture| {
        picture
            .notices
            .iter()
            .any(|notice| notice.active && notice.text.contains(words))
    });
    let told = seen
        .notices
        .iter()
        .find(|notice| notice.text.contains(words));
    assert!(
        told.is_some_and(|notice| notice.text.starts_with("place 1: the machine did not take")),
        "{told:?}"
    );
    viewer.until_alarm(1, RuleId::MachineRefused);
    viewer.until("the session waits: the start was refused", |picture| {
        let place = picture.stations.first();
        place.is_some_and(|place| place.view.phase == PhaseKind::Paused)
    });
    let has_words = |picture: &Snapshot| {
        let mut active = picture.notices.iter().filter(|notice| notice.active);
        active.any(|notice| notice.text.contains(words))
    };
    // The stop of the session that waits is taken: that is no end of what was refused before it.
    viewer.pass(Duration::from_secs(5));
    assert!(has_words(&viewer.picture), "{:?}", viewer.picture.notices);
    viewer.insist(1, &Ask::Act(Action::AcknowledgeAll));
    viewer.until("the words gone with their alarm", |picture| {
        !has_words(picture)
    });
    assert!(gym.end());
    let record = rusqlite::Connection::open(&house.record).expect("a record");
    let kept: i64 = record
        .query_row(
            "SELECT count(*) FROM events WHERE text LIKE '%it answered ERROR%'",
            [],
            |row| row.get(0),
        )
        .expect("a count");
    assert!(kept > 0);
}
