//! `station demo --day`: a day to review, without waiting for it.

use serde_json::Value;

use crate::json::strict;
use crate::program::run_with;

fn json(arguments: &[&str]) -> Value {
    let run = run_with(arguments, b"");
    assert_eq!(run.status, Some(0), "{arguments:?}: {}", run.stderr);
    strict(&run.stdout)
}

#[test]
fn a_day_of_eight_patients_lies_in_the_record_and_replays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("demo.sqlite");
    let record = path.to_str().expect("a path in letters");
    let run = run_with(&["demo", "--day", "--weeks", "0", "--record", record], b"");
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(
        run.stdout.contains("export STATION_RECORD='") && run.stdout.contains(record),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("8 sessions of 8 patients"),
        "{}",
        run.stdout
    );

    // Rolled once more, each of them would stand there twice.
    let again = run_with(&["demo", "--day", "--weeks", "0", "--record", record], b"");
    assert_eq!(again.status, Some(1), "{}", again.stdout);
    assert!(again.stderr.contains("--record FILE"), "{}", again.stderr);

    let sessions = json(&["sessions", "--json", "--record", record]);
    let sessions = sessions.as_array().expect("a list");
    assert_eq!(sessions.len(), 8);
    for session in sessions {
        // Whose strap was lost was taken to the cool-down by that rule.
        let ended = (&session["end_reason"], &session["end_rule"]);
        assert!(
            ended == (&"completed".into(), &Value::Null)
                || ended == (&"rule".into(), &"hr-lost".into()),
            "{session}"
        );
        assert_eq!(session["gaps"], 0, "{session}");
        assert!(session["seconds"].as_f64().expect("a number") > 25.0 * 60.0);
    }
    let alarms: i64 = sessions
        .iter()
        .filter_map(|session| session["alarms"].as_i64())
        .sum();
    assert!(alarms > 0, "a day on which nothing happened shows nothing");

    // The patient whose strap was lost: the loss stands in the record with what was done, and the journal gives the same again.
    let lost = sessions
        .iter()
        .filter_map(|session| session["id"].as_str())
        .find(|id| {
            let shown = json(&["show", id, "--json", "--record", record]);
            let alarms = shown["alarms"].as_array().expect("a list").clone();
            alarms.iter().any(|alarm| alarm["rule"] == "hr-lost")
        })
        .expect("a lost strap");
    let replayed = json(&["replay", lost, "--json", "--record", record]);
    assert_eq!(replayed["identical"], true, "{replayed}");

    explained(record, lost);
    reported(record, lost);

    // Nothing would be decided otherwise by the version that decided it.
    let every = json(&["replay", "--all", "--json", "--record", record]);
    assert_eq!(
        (&every["sessions"], &every["changed"]),
        (&Value::from(8), &Value::from(0))
    );
    assert!(every["turns"].as_u64().expect("a number") > 100_000);
}

/// What the documents say of the session whose strap was lost, and of the day.
fn reported(record: &str, lost: &str) {
    let document = |arguments: &[&str]| {
        let all = [&["report", "--output", "-", "--record", record], arguments].concat();
        let run = run_with(&all, b"");
        assert_eq!(run.status, Some(0), "{}", run.stderr);
        run.stdout
    };
    let session = document(&[lost]);
    for wanted in [
        "The prescription was not met",
        "sensor: no trusted heart rate",
        "MET above rest",
    ] {
        assert!(session.contains(wanted), "{wanted}");
    }
    let shown = json(&["show", lost, "--json", "--record", record]);
    let patient = shown["patient"].as_str().expect("a pseudonym");
    let day = shown["began"]
        .as_str()
        .and_then(|began| began.get(..10))
        .expect("a day");
    let of_day = document(&["--day", day]);
    assert_eq!(of_day.matches("class=\"card\"").count(), 8);
    assert!(document(&["--patient", patient]).contains("Too little is known"));
}

/// The core in the middle of the loss, and what another prescription would have made of the same readings.
fn explained(record: &str, lost: &str) {
    let shown = json(&["show", lost, "--json", "--record", record]);
    let alarms = shown["alarms"].as_array().expect("a list");
    let alarm = alarms
        .iter()
        .find(|alarm| alarm["rule"] == "hr-lost")
        .expect("the alarm");
    let then = alarm["t_s"].as_i64().expect("a time") + 1;
    let at = format!("{}:{:02}", then / 60, then % 60);
    let core = json(&["replay", lost, "--at", &at, "--json", "--record", record]);
    assert_eq!(core["as_recorded"], true);
    assert_ne!(core["view"]["heart_rate"]["trust"], "trusted", "{core}");
    let rules = core["alarms"].as_array().expect("a list");
    assert!(
        rules.iter().any(|alarm| alarm["rule"] == "hr-lost"),
        "{core}"
    );
    let told = run_with(&["replay", lost, "--at", &at, "--record", record], b"");
    assert!(told.stdout.contains("let through"), "{}", told.stdout);

    let nowhere = run_with(&["replay", lost, "--at", "99:00", "--record", record], b"");
    assert_eq!(nowhere.status, Some(1));
    assert!(
        nowhere.stderr.contains("no bout ran then"),
        "{}",
        nowhere.stderr
    );
    another_prescription(record, lost);
}

/// The same readings, and a prescription of another patient for the same kind of machine.
fn another_prescription(record: &str, lost: &str) {
    let patients = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/example/patients");
    let under = |patient: &str, prescription: &str, more: &[&str]| {
        let file = format!("{patients}/{patient}.toml");
        let asked = ["replay", lost, "--whatif", &file, "--prescription"];
        let on = [prescription, "--on", "2026-12-01", "--record", record];
        run_with(&[&asked[..], &on[..], more].concat(), b"")
    };
    let other: Value =
        serde_json::from_str(&under("p-014", "bike", &["--json"]).stdout).expect("JSON");
    let bout = &other["bouts"][0];
    assert!(
        bout["first"]["bout_s"]
            .as_f64()
            .expect("a first difference")
            > 0.0,
        "{other}"
    );
    let ordered = |which: &str| {
        bout[which]["phases_min"]["warm_up"]
            .as_f64()
            .expect("minutes")
    };
    assert!(
        (ordered("recorded") - 5.0).abs() < 0.1 && (ordered("other") - 5.0).abs() < 0.1,
        "{bout}"
    );
    let told = under("p-014", "bike", &[]);
    assert!(
        told.stderr.contains("bike was ordered for P-014, and"),
        "{}",
        told.stderr
    );
    // P-022's asks for a saturation, and nobody wore an oximeter.
    let never = under("p-022", "bike", &[]);
    let why = "otherwise exercise never begins: it waits for signals good and steady";
    assert!(never.stdout.contains(why), "{}", never.stdout);
    let walk = under("p-014", "walk", &[]);
    assert_eq!(walk.status, Some(1), "a prescription for another machine");
}
