//! `station simulate` from outside.

use std::process::{Command, Output};

use serde_json::Value;

fn simulate(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_station"))
        .arg("simulate")
        .args(arguments)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

fn example(name: &str) -> String {
    format!("{}/../docs/example/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_same_seed_gives_the_same_bytes_whatever_the_number_of_threads() {
    let run = |jobs: &str, seed: &str| {
        let of = [
            "--sessions",
            "8",
            "--faults",
            "random",
            "--json",
            "--seed",
            seed,
            "--jobs",
            jobs,
        ];
        text(&simulate(&of).stdout)
    };
    let one = run("1", "5");
    assert_eq!(one, run("3", "5"));
    assert_ne!(one, run("3", "6"));
    let lines: Vec<Value> = one
        .lines()
        .map(|line| serde_json::from_str(line).expect("one object a line"))
        .collect();
    assert_eq!(lines.len(), 9);
    for key in [
        "id",
        "condition",
        "rmse_bpm",
        "rmse_mean_bpm",
        "control_power_bpm2",
        "overshoot_15s_bpm",
        "overshoot_mean_bpm",
        "settling_s",
        "in_band_percent",
        "finished",
        "alarms",
        "violations",
    ] {
        assert!(lines[0].get(key).is_some(), "{key} in {}", lines[0]);
    }
    for key in ["high", "medium", "low", "false"] {
        assert!(lines[0]["alarms"][key].is_u64(), "{}", lines[0]);
    }
    let summary = &lines[8]["summary"];
    assert_eq!(summary["whole"]["sessions"], 8);
    let unfinished = lines[..8].iter().filter(|line| line["finished"] == false);
    assert_eq!(summary["whole"]["unfinished"], unfinished.count());
    assert_eq!(summary["by_condition"]["healthy"]["sessions"], 8);
}

#[test]
fn a_session_can_be_looked_at_again_by_its_number() {
    let of = ["--sessions", "6", "--faults", "random", "--json"];
    let all = text(&simulate(&of).stdout);
    let fourth = all.lines().nth(4).expect("six sessions");
    let mut again = of.to_vec();
    again.extend(["--only", "4"]);
    let one = text(&simulate(&again).stdout);
    assert_eq!(one.lines().next(), Some(fourth));
    again.pop();
    again.push("6");
    let refused = simulate(&again);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("from 0 on"), "{refused:?}");
}

#[test]
fn a_trace_has_a_row_a_second() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("text");
    let cohort = example("simulation/cohort.json");
    let run = simulate(&["--cohort", &cohort, "--trace", path, "--json"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let line: Value =
        serde_json::from_str(text(&run.stdout).lines().next().expect("a session")).expect("JSON");
    let id = line["id"].as_str().expect("a name");
    let rows = std::fs::read_to_string(folder.path().join(format!("{id}.csv"))).expect("a trace");
    let mut lines = rows.lines();
    assert!(
        lines
            .next()
            .expect("a heading")
            .starts_with("t_s,phase,reading_bpm")
    );
    let seconds: Vec<&str> = lines
        .map(|row| row.split(',').next().expect("a time"))
        .collect();
    assert!(seconds.len() > 2_400, "{}", seconds.len());
    assert!(
        (1..)
            .zip(&seconds)
            .all(|(number, second)| number.to_string() == **second)
    );
}

#[test]
fn a_trace_that_cannot_be_written_is_told_with_its_path_and_a_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    let cohort = example("simulation/cohort.json");
    let taken = folder.path().join("taken");
    std::fs::write(&taken, "").expect("written");
    // A file where the folder is to be, and a folder where the first session's file is to be.
    let into = folder.path().join("traces");
    std::fs::create_dir_all(into.join("p01.csv")).expect("made");
    for (trace, named) in [(&taken, "taken"), (&into, "p01.csv")] {
        let path = trace.to_str().expect("text");
        let run = simulate(&["--cohort", &cohort, "--trace", path, "--json"]);
        assert_eq!(run.status.code(), Some(1), "{run:?}");
        let told = text(&run.stderr);
        assert!(
            told.contains(named) && told.contains("give --trace"),
            "{told}"
        );
    }
}

#[test]
fn a_trace_that_has_no_room_leaves_no_half_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let traces = folder.path().join("traces");
    // A file of more than some kilobytes is refused, as on a disk that is full.
    let run = Command::new("sh")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 8; exec \"$@\"",
            "sh",
            env!("CARGO_BIN_EXE_station"),
            "simulate",
            "--cohort",
            &example("simulation/cohort.json"),
            "--trace",
            traces.to_str().expect("text"),
            "--json",
        ])
        .output()
        .expect("it runs");
    assert_eq!(run.status.code(), Some(1), "{run:?}");
    let told = text(&run.stderr);
    assert!(
        told.contains(".csv cannot be written") && told.contains("give --trace"),
        "{told}"
    );
    let left: Vec<_> = std::fs::read_dir(&traces).expect("made").collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_law_alone_reaches_nothing_and_says_so() {
    let run = simulate(&["--law-alone", "--reached"]);
    assert_eq!(run.status.code(), Some(2), "{run:?}");
    assert!(run.stdout.is_empty());
    assert!(
        text(&run.stderr).contains("leave one of them out"),
        "{run:?}"
    );
}

#[test]
fn a_mistake_in_a_file_is_told_with_its_line_and_a_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cohort.json");
    let good = std::fs::read_to_string(example("simulation/cohort.json")).expect("an example");
    let bad = good.replacen("\"tau_on_s\"", "\"tau_onn_s\"", 1);
    assert_ne!(good, bad);
    std::fs::write(&path, bad).expect("written");
    let run = simulate(&["--cohort", path.to_str().expect("text")]);
    assert_eq!(run.status.code(), Some(1));
    let told = text(&run.stderr);
    assert!(
        told.contains("cohort.json:") && told.contains("write \"tau_on_s\""),
        "{told}"
    );
    assert!(run.stdout.is_empty());
    let run = simulate(&["--faults", "nowhere.json"]);
    assert_eq!(run.status.code(), Some(1));
    assert!(text(&run.stderr).contains("nowhere.json"), "{run:?}");
}

#[test]
fn a_prescription_is_drawn_before_the_patient_sits_down() {
    let patient = example("patients/p-014.toml");
    let run = simulate(&[
        "--prescription",
        "walk",
        "--patients",
        &patient,
        "--on",
        "2026-11-28",
        "--sessions",
        "3",
    ]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let drawn = text(&run.stdout);
    for word in [
        "Heart rate",
        "limit",
        "Load, net METs",
        "warm-up",
        "km/h",
        "alarms in 3",
    ] {
        assert!(drawn.contains(word), "{word} in {drawn}");
    }
    assert!(
        drawn.lines().all(|line| line.chars().count() <= 140),
        "{drawn}"
    );
}

#[test]
fn the_alarms_of_a_drawn_session_are_told_by_rule_the_most_frequent_first() {
    let run = simulate(&[
        "--prescription",
        &example("patients/p-031.toml"),
        "--on",
        "2026-11-28",
        "--sessions",
        "4",
        "--faults",
        "random",
    ]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let drawn = text(&run.stdout);
    let (_, told) = drawn
        .split_once("alarms in 4 sessions: ")
        .expect("the sums");
    let (sums, by_rule) = told.split_once(":\n").expect("the rules");
    let count = |words: &str| -> u32 {
        let first = words.split_whitespace().next().expect("a count");
        first.parse().expect("a number")
    };
    let sum: u32 = sums.split(", ").map(count).sum();
    let rows: Vec<&str> = by_rule
        .lines()
        .take_while(|row| row.starts_with("    "))
        .collect();
    let counts: Vec<u32> = rows.iter().map(|row| count(row)).collect();
    assert_eq!(counts.iter().sum::<u32>(), sum, "{drawn}");
    assert!(counts.is_sorted_by(|one, next| one >= next), "{drawn}");
    for row in rows {
        let words: Vec<&str> = row.split_whitespace().collect();
        assert!(["high", "medium", "low"].contains(&words[1]), "{row}");
        assert!(row.ends_with(')') && row.contains(" ("), "{row}");
    }
}

#[test]
fn mistakes_come_first_and_a_warning_is_marked_as_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cohort.json");
    let good = std::fs::read_to_string(example("simulation/cohort.json")).expect("an example");
    let bad = good.replacen("\"hr_peak_bpm\": 138", "\"hr_peak_bpm\": 60", 1);
    assert_ne!(good, bad);
    std::fs::write(&path, bad).expect("written");
    let run = simulate(&["--cohort", path.to_str().expect("text")]);
    assert_eq!(run.status.code(), Some(1));
    let told = text(&run.stderr);
    let is_warning: Vec<bool> = told
        .lines()
        .map(|line| line.starts_with("station: warning: "))
        .collect();
    assert!(
        is_warning.contains(&true) && is_warning.contains(&false),
        "{told}"
    );
    assert!(is_warning.is_sorted(), "the mistakes first: {told}");
}
