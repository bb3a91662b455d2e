//! What went over the wires of a session is in its record, and gives every reading of the journal again.

use control::input::Action;
use station::gym::messages::Ask;

use crate::house::{House, Viewer};
use crate::premises::{BIKE, CSAFE_TREADMILL, TREADMILL, gym, patient};

/// What `station replay last --from wire` found, and its exit status.
fn from_wire(house: &House) -> (Option<i32>, serde_json::Value) {
    let output = house.on_record(&["replay", "last", "--from", "wire", "--json"]);
    let found = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code(), found)
}

#[test]
fn every_reading_of_a_session_comes_out_of_its_bytes_again() {
    for (machine, ordered, begins) in [
        (BIKE, "bike", true),
        (CSAFE_TREADMILL, "walk", false),
        (TREADMILL, "walk", false),
    ] {
        let house = House::new(&gym(&[machine]), &[patient("P-1", 30.0)]);
        let gym = house.open(&["--clock-rate", "8"]);
        let mut viewer = Viewer::attach(&house.socket);
        viewer.begin(1, "P-1", ordered);
        if begins {
            viewer.until_loaded(1, 60);
            viewer.insist(1, &Ask::Act(Action::Pause));
            viewer.pass(std::time::Duration::from_secs(5));
            viewer.insist(1, &Ask::Act(Action::Resume));
            viewer.until_loaded(1, 60);
        } else {
            viewer.until("the belt walks", |picture| {
                picture.stations[0]
                    .view
                    .machine
                    .is_some_and(|(report, _)| report.speed.is_some_and(|speed| speed.get() > 0.4))
            });
        }
        viewer.insist(1, &Ask::Stop);
        viewer.pass(std::time::Duration::from_secs(8));
        assert!(gym.end());
        let (status, found) = from_wire(&house);
        assert_eq!(status, Some(0), "{found:#}");
        let devices = found["bouts"][0]["devices"].as_array().expect("devices");
        assert_eq!(devices.len(), 3, "machine, strap, oximeter: {found:#}");
        for device in devices {
            let number = |key: &str| device[key].as_u64().expect("a number");
            if device["protocol"] == "trackmaster" && device["judged"] == false {
                continue;
            }
            assert_eq!(device["judged"], true, "{device:#}");
            assert!(number("same") > 20, "{device:#}");
            assert_eq!(number("missing"), 0, "{device:#}");
            let is_asked = number("frames") > 0;
            assert_eq!(is_asked, device["device"] == "machine", "{device:#}");
            assert!(is_asked || number("extra") == 0, "{device:#}");
            // The new links have to find their way, and do so within seconds.
            assert!(number("before") * 4 < number("readings"), "{device:#}");
        }
        house.replay_all();
    }
}

#[test]
fn a_byte_that_was_changed_is_a_difference_and_a_wire_that_was_not_kept_is_said() {
    let house = House::new(&gym(&[BIKE]), &[patient("P-1", 30.0)]);
    let gym = house.open(&["--clock-rate", "8"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.begin(1, "P-1", "bike");
    viewer.until_loaded(1, 60);
    assert!(gym.end());
    let record = rusqlite::Connection::open(&house.record).expect("a record");
    record
        .execute(
            "UPDATE wire_blocks SET data = zeroblob(length(data)) WHERE device = 'strap' AND block = 0",
            [],
        )
        .expect("changed");
    let (status, found) = from_wire(&house);
    assert_eq!(status, Some(1), "{found:#}");
    let strap = found["bouts"][0]["devices"]
        .as_array()
        .expect("devices")
        .iter()
        .find(|device| device["device"] == "strap")
        .expect("the strap");
    assert!(
        strap["because"].as_str().expect("why").contains("block 0"),
        "{strap:#}"
    );
    let verified = house.on_record(&["verify"]);
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert_eq!(verified.status.code(), Some(1), "{said}");
    assert!(said.contains("block 0 of the strap"), "{said}");

    record
        .execute("DELETE FROM wire_blocks", [])
        .expect("deleted");
    let output = house.on_record(&["replay", "last", "--from", "wire"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("keep_wire"), "{said}");
}

#[test]
fn where_the_file_says_so_no_byte_is_kept() {
    let text = gym(&[BIKE]).replace("name = \"Test\"\n", "name = \"Test\"\nkeep_wire = false\n");
    let house = House::new(&text, &[patient("P-1", 30.0)]);
    let gym = house.open(&["--clock-rate", "8"]);
    let mut viewer = Viewer::attach(&house.socket);
    viewer.begin(1, "P-1", "bike");
    viewer.until_loaded(1, 60);
    assert!(gym.end());
    let record = rusqlite::Connection::open(&house.record).expect("a record");
    let rows: i64 = record
        .query_row("SELECT count(*) FROM wire_blocks", [], |row| row.get(0))
        .expect("a count");
    assert_eq!(rows, 0);
    house.replay_all();
}
