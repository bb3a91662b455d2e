//! `station rules --prescription`: the table with the figures of one prescription, and which rows are off and why.

use serde_json::{Value, json};

use crate::program::{Run, run_with};

/// The example's patients, seen from where the tests run.
const PATIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/example/patients");
const FIXTURES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/fixtures/config/valid/patients"
);
const INVALID: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/fixtures/config/invalid/patients"
);

fn rules(arguments: &[&str]) -> Run {
    run_with(&[&["rules"], arguments].concat(), b"")
}

fn resolved(patients: &str, patient: &str, id: &str, day: &str) -> Value {
    let run = rules(&[
        "--prescription",
        id,
        "--patients",
        patients,
        "--patient",
        patient,
        "--on",
        day,
        "--json",
    ]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    serde_json::from_str(&run.stdout).expect("JSON")
}

fn in_force<'v>(told: &'v Value, rule: &str) -> &'v Value {
    &told["rules"][rule]["in_force"]
}

#[test]
fn a_prescription_s_own_figures_stand_beside_each_rule() {
    let run = rules(&[
        "hr-limit",
        "hr-stop",
        "hr-icd",
        "--prescription",
        "bike",
        "--patients",
        PATIENTS,
        "--patient",
        "P-014",
        "--on",
        "2026-12-01",
    ]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    insta::assert_snapshot!(run.stdout.trim_end(), @r"
    P-014, bike version 1 for a cycle, in force from 2026-11-16 to 2027-02-14
        heart rate 96-112 held at 104, 25 min, ceiling 110 W (6.1 METs), limit 122, SpO2 >= 88
        H = 122, S = 132, lower limit 40, zone 96-112, no defibrillator (upper limits 5 lower while the oximeter stands in for the strap), target 104
        F = 88 %; load rises only while heart rate is trusted
        no command above 5.14 METs above rest; load rises by 0.75 METs a minute at most, in warm-up by 0.75
        flags of the patient's record: none
    hr-limit
        heart rate >= H; mean of 5 s
        here     at 122 or above; ends below 119
        at once  hold
        5 s      fall
        10 s     tell medium
        30 s     cool_down, tell high, latched
        ends     heart rate < H - 3, for 15 s
    hr-stop
        heart rate >= S; mean of 3 s
        here     at 132 or above
        at once  fall
        5 s      cool_down, tell high
        35 s     stop, unless heart rate fell by 5 or more since the stage before
        ends     when the condition no longer holds, and a person acknowledges
    hr-icd
        heart rate >= ICD - 10
        OFF      no defibrillator is prescribed for
        at once  fall
        3 s      stop, tell high
        at once  stop, tell high: a second source agrees
        ends     when the condition no longer holds, and a person acknowledges
    ");
}

#[test]
fn two_signals_that_are_required_are_told_as_two() {
    let asked = [
        "--prescription",
        "walk",
        "--patients",
        PATIENTS,
        "--patient",
        "P-031",
        "--on",
        "2026-12-01",
    ];
    let run = rules(&asked);
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    let told = "load rises only while heart rate and saturation are trusted";
    assert!(run.stdout.contains(told), "{}", run.stdout);
}

#[test]
fn programs_are_told_the_same() {
    let told = resolved(PATIENTS, "P-014", "bike", "2026-12-01");
    assert_eq!(told["stop_bpm"], 132.0);
    assert_eq!(
        told["rules"].as_object().map(serde_json::Map::len),
        Some(62)
    );
    let expected = [
        (
            "hr-over-zone",
            json!({"above": 112.0}),
            json!({"below": 112.0}),
        ),
        (
            "hr-limit",
            json!({"at_least": 122.0}),
            json!({"below": 119.0}),
        ),
        ("hr-stop", json!({"at_least": 132.0}), Value::Null),
        ("hr-low", json!({"below": 40.0}), Value::Null),
        (
            "hr-over-target-at-minimum",
            json!({"above": 109.0}),
            json!({"at_most": 107.0}),
        ),
        (
            "hr-under-target-at-cap",
            json!({"below": 99.0}),
            Value::Null,
        ),
        (
            "spo2-floor",
            json!({"at_most": 88.0}),
            json!({"at_least": 90.0}),
        ),
        ("spo2-critical", json!({"at_most": 84.0}), Value::Null),
        (
            "sbp-high",
            json!({"above_mmhg": {"systolic": 250, "diastolic": 115}}),
            Value::Null,
        ),
        ("rpe-high", json!({"above": 14.0}), Value::Null),
        ("time-over", json!({"longer_than_s": 1650}), Value::Null),
        ("hr-still", Value::Null, Value::Null),
    ];
    for (rule, limit, ends) in expected {
        let values = in_force(&told, rule);
        assert_eq!(
            (&values["limit"], &values["ends"]),
            (&limit, &ends),
            "{rule}"
        );
        assert_eq!(values["off"], Value::Null, "{rule}");
    }
    // The rows themselves are those of the table without a prescription.
    let plain = rules(&["--json"]);
    let mut rows = told["rules"].clone();
    for row in rows.as_object_mut().expect("rows").values_mut() {
        row.as_object_mut().expect("a row").remove("in_force");
    }
    assert_eq!(
        rows,
        serde_json::from_str::<Value>(&plain.stdout).expect("JSON")
    );
}

#[test]
fn a_rule_that_is_off_says_why() {
    let bike = resolved(PATIENTS, "P-014", "bike", "2026-12-01");
    let walk = resolved(PATIENTS, "P-014", "walk", "2026-12-01");
    let assisted = resolved(FIXTURES, "devices", "assist", "2026-03-02");
    let icd = resolved(FIXTURES, "devices", "icd", "2026-03-02");
    for (told, rule, why) in [
        (&bike, "hr-icd", json!("no defibrillator is prescribed for")),
        (
            &bike,
            "spo2-lost",
            json!("the prescription does not require the signal"),
        ),
        (
            &bike,
            "bp-due",
            json!("no interval of blood pressure is prescribed"),
        ),
        (&bike, "cadence-low", Value::Null),
        (&bike, "host-silent", json!("the hardware evaluates it")),
        (&walk, "cadence-low", json!("a treadmill has no cadence")),
        (&walk, "hr-over-zone", json!("no zone is prescribed")),
        (&walk, "hr-unexplained", json!("no heart rate is held")),
        (
            &assisted,
            "hr-limit",
            json!("the patient has no heart-rate signal"),
        ),
        (&icd, "hr-icd", Value::Null),
    ] {
        assert_eq!(in_force(told, rule)["off"], why, "{rule}");
    }
    assert_eq!(
        in_force(&icd, "hr-icd")["limit"],
        json!({"at_least": 140.0})
    );
    let text = rules(&[
        "cadence-low",
        "--prescription",
        "walk",
        "--patients",
        PATIENTS,
        "--patient",
        "P-014",
        "--on",
        "2026-12-01",
    ]);
    assert!(
        text.stdout.contains("OFF      a treadmill has no cadence"),
        "{}",
        text.stdout
    );
}

#[test]
fn a_flag_of_the_record_changes_means_times_and_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(format!("{FIXTURES}/constant.toml")).expect("a text");
    let text = text
        .replace("atrial_fibrillation = false", "atrial_fibrillation = true")
        .replace("heart_transplant = false", "heart_transplant = true");
    let file = folder.path().join("flags.toml");
    std::fs::write(&file, text).expect("written");
    let file = file.to_str().expect("a path");
    let told = resolved(file, "constant", "bike", "2026-03-02");
    assert_eq!(in_force(&told, "hr-limit")["mean_s"], 15);
    assert_eq!(
        in_force(&told, "hr-limit")["after_s"],
        json!([0, 5, 10, 120])
    );
    assert_eq!(
        in_force(&told, "hr-sources-differ")["limit"],
        json!({"above": 30.0})
    );
    for (rule, flag) in [("hr-step", "af"), ("hr-stuck", "denervated")] {
        let why = format!("the patient's record says {flag}");
        assert_eq!(in_force(&told, rule)["off"], json!(why), "{rule}");
    }
}

#[test]
fn one_file_with_one_prescription_is_enough() {
    let file = format!("{FIXTURES}/lung.toml");
    let run = rules(&["spo2-floor", "--prescription", &file, "--on", "2026-03-02"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(
        run.stdout
            .contains("here     at 85 or below; ends at 87 or above"),
        "{}",
        run.stdout
    );
}

#[test]
fn what_cannot_be_found_is_said_with_what_to_write() {
    let p_014 = format!("{PATIENTS}/p-014.toml");
    let loads = format!("{INVALID}/heavy.toml");
    for (arguments, status, said) in [
        (
            vec!["--prescription", &p_014, "--on", "2026-12-01"],
            2,
            "has more than one of these: bike of P-014, walk of P-014; write --prescription ID --patients ",
        ),
        (
            vec!["hr-limits"],
            2,
            "there is no rule 'hr-limits'; the nearest is hr-limit, ",
        ),
        (
            vec!["--prescription", "bike"],
            2,
            "there is no file 'bike'; write a patient's file, or --patients PATH where 'bike' is a prescription's id",
        ),
        (
            vec![
                "--prescription",
                "row",
                "--patients",
                &p_014,
                "--on",
                "2026-12-01",
            ],
            1,
            "no prescription 'row' is in force on 2026-12-01 in ",
        ),
        (
            vec![
                "--prescription",
                "bike",
                "--patients",
                &p_014,
                "--on",
                "2028-01-01",
            ],
            1,
            "is in force on 2028-01-01: ",
        ),
        (
            vec!["--prescription", "bike", "--patients", "nowhere.toml"],
            1,
            "nowhere.toml:1: the file cannot be read",
        ),
        (
            vec!["--prescription", &loads, "--on", "2026-03-02"],
            1,
            "heavy.toml:",
        ),
        (vec!["--patient", "P-014"], 2, "--prescription"),
        (vec!["--markdown", "--json"], 2, "cannot be used with"),
    ] {
        let run = rules(&arguments);
        assert_eq!(run.status, Some(status), "{arguments:?}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{arguments:?}");
        assert!(run.stderr.contains(said), "{arguments:?}: {}", run.stderr);
    }
}
