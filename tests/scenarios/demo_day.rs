//! `station demo --day`: a day to review, without waiting for it.

use serde_json::Value;

use crate::program::run_with;

fn json(arguments: &[&str]) -> Value {
    let run = run_with(arguments, b"");
    assert_eq!(run.status, Some(0), "{arguments:?}: {}", run.stderr);
    serde_json::from_str(&run.stdout).expect("JSON")
}

#[test]
fn a_day_of_eight_patients_lies_in_the_record_and_replays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("demo.sqlite");
    let record = path.to_str().expect("a path in letters");
    let run = run_with(&["demo", "--day", "--weeks", "0", "--record", record], b"");
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(
        run.stdout.contains("8 sessions of 8 patients"),
        "{}",
        run.stdout
    );

    let sessions = json(&["sessions", "--json", "--record", record]);
    let sessions = sessions.as_array().expect("a list");
    assert_eq!(sessions.len(), 8);
    for session in sessions {
        assert_eq!(session["end_reason"], "completed", "{session}");
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
}
