//! `station demo`, as a newcomer sees it.

use crate::house::sessions_in;
use crate::program::station;
use crate::screen::Screen;

#[test]
fn the_demonstration_opens_with_six_stations_and_its_last_words_lead_to_the_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("text").to_owned();
    let record = path("demo.sqlite");
    let mut screen = Screen::open(&[
        "demo",
        "--record",
        &record,
        "--socket",
        &path("s/demo.sock"),
        "--log",
        &path("demo.log"),
    ]);
    screen.until("six stations", |text| {
        (1..=6).all(|number| {
            text.contains(&format!("┌ {number} ")) || text.contains(&format!("▶{number} "))
        })
    });
    screen.until("the mark of a finding", |text| text.contains(" finding "));
    a_sensor_is_doubted_and_named(&mut screen);
    screen.press("q");
    screen.until("the question", |text| {
        text.contains("END THE DEMONSTRATION?")
    });
    screen.press("n");
    screen.until("no question", |text| {
        !text.contains("END THE DEMONSTRATION?")
    });
    // Where the screen is old by the time the key comes to the gym, the gym refuses: a person looks again and repeats.
    loop {
        screen.press("q");
        if !screen.until_or_left("the question", |text| {
            text.contains("END THE DEMONSTRATION?")
        }) {
            break;
        }
        screen.press("y");
        if !screen.until_or_left("the end", |text| {
            let is_open = text.contains("END THE DEMONSTRATION?");
            let came_to_nothing = ["NOT done:", "no answer: nothing was done"];
            !is_open && came_to_nothing.iter().any(|words| text.contains(words))
        }) {
            break;
        }
    }
    let (status, last) = screen.until_left();
    assert!(status.success(), "{last}");
    let words = last.split_whitespace().collect::<Vec<_>>().join("");
    assert!(words.contains(&record), "the record is named: {last}");
    assert!(
        words.contains(&format!("stationsessions--record{record}")),
        "and the command that shows it: {last}"
    );

    let sessions = sessions_in(&record);
    assert!(sessions.len() >= 6, "{sessions:#?}");
    for session in &sessions {
        assert_ne!(
            session["state"], "open",
            "every session was ended: {session}"
        );
        let id = session["id"].as_str().expect("an id");
        let replay = station()
            .args(["replay", id, "--record", &record])
            .output()
            .expect("it runs");
        assert_eq!(replay.status.code(), Some(0), "{replay:?}");
    }
    the_first_patient_is_found(&sessions, &record);
}

/// On the wall and at its station, with the reason, and at the station with what leads in its place. Nobody presses a key for that.
fn a_sensor_is_doubted_and_named(screen: &mut Screen) {
    screen.until("a sensor that is doubted, on the wall", |text| {
        text.contains("6 V3GJ7T2M strap: heart rate stands still")
    });
    screen.press("6");
    screen.press("\r");
    screen.until("the same at its station", |text| {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        text.contains("STATION 6")
            && words.contains("strap: heart rate stands still")
            && words.contains("strap doubted: by oximeter's pulse")
            && words.contains("strap doubted, stands still while load")
    });
    screen.press("\u{1b}");
    screen.until("the wall", |text| !text.contains("STATION 6"));
}

/// That patient could do more on the days before.
fn the_first_patient_is_found(sessions: &[serde_json::Value], record: &str) {
    let id = sessions
        .iter()
        .find(|session| session["patient"] == "K7PD2MXQ")
        .and_then(|session| session["id"].as_str())
        .expect("the latest first");
    let show = station()
        .args(["show", id, "--record", record])
        .output()
        .expect("it runs");
    let shown = String::from_utf8_lossy(&show.stdout);
    assert!(shown.contains("  FINDING   "), "{shown}");
    assert!(
        shown.contains(" W less at the same heart rate than in the last three sessions"),
        "{shown}"
    );
}
