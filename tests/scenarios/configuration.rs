//! The gym's files: what is accepted, what is refused, and in which words.
//!
//! Each file under `tests/fixtures/config` says on the offending line itself what is expected there: `# expect: a mistake` and
//! `# warn: a warning`, several with ` || ` between them. What a whole file lacks is expected on its first line, what a table lacks on
//! its header. Nothing else may be found.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use control::prescription::{Mode, Prescription};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use protocols::vocabulary::MachineKind;
use station::clinic::patient::read_folder;
use station::clinic::{Patient, ResolvedPrescription};
use station::config::file::examine;
use station::config::{BenchConfig, Config, MachineProtocol, Mistake, PortAddress};

/// The day on which the fixtures are read.
const TODAY: Date = date(2026, 3, 2);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn fixtures(kind: &str) -> PathBuf {
    root().join("tests/fixtures/config").join(kind)
}

fn toml_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    files.sort();
    files
}

/// The gym's file and the files of its patients' folder.
fn files_of(gym: &Path) -> Vec<PathBuf> {
    let mut files = vec![gym.to_owned()];
    let text = std::fs::read_to_string(gym).expect("a text");
    let folder = text
        .lines()
        .find_map(|line| line.strip_prefix("patients = \""))
        .and_then(|rest| rest.split('"').next())
        .map(|folder| gym.parent().expect("a folder").join(folder));
    if let Some(folder) = folder.filter(|folder| folder.is_dir()) {
        files.extend(toml_files(&folder));
    }
    files
}

/// What a file's own comments expect: line, and what has to be said there.
fn expected(file: &Path, mark: &str) -> Vec<(usize, String)> {
    let text = std::fs::read_to_string(file).expect("a text");
    let mut all = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some((_, words)) = line.split_once(mark) else {
            continue;
        };
        let words = words.split(" # ").next().unwrap_or_default();
        for one in words.split(" || ") {
            all.push((index + 1, one.trim().to_owned()));
        }
    }
    all
}

/// Whether exactly what the comments expect was found.
fn compare(gym: &Path, found: &[Mistake], mark: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut left: Vec<&Mistake> = found.iter().collect();
    for file in files_of(gym) {
        for (line, words) in expected(&file, mark) {
            let position = left.iter().position(|one| {
                one.line == line
                    && one.file.canonicalize().ok() == file.canonicalize().ok()
                    && one.to_string().contains(&words)
            });
            match position {
                Some(position) => {
                    let mistake = left.remove(position);
                    assert!(!mistake.what_to_write.is_empty(), "{mistake} has no remedy");
                }
                None => wrong.push(format!("{}:{line}: not found: {words}", file.display())),
            }
        }
    }
    wrong.extend(left.iter().map(|one| format!("not expected: {one}")));
    wrong
}

#[test]
fn every_valid_gym_is_accepted_with_its_warnings_alone() {
    let gyms = toml_files(&fixtures("valid"));
    assert!(gyms.len() >= 4);
    for gym in gyms {
        match examine(&gym, TODAY) {
            Ok(loaded) => {
                let wrong = compare(&gym, &loaded.warnings, "# warn: ");
                assert!(wrong.is_empty(), "{}", wrong.join("\n"));
            }
            Err((mistakes, _)) => panic!("{mistakes:#?}"),
        }
    }
}

#[test]
fn every_invalid_gym_is_refused_with_exactly_the_mistakes_it_has() {
    let gyms = toml_files(&fixtures("invalid"));
    assert!(gyms.len() >= 8);
    for gym in gyms {
        let (mistakes, warnings) = examine(&gym, TODAY).expect_err("mistakes");
        let mut wrong = compare(&gym, &mistakes, "# expect: ");
        wrong.extend(compare(&gym, &warnings, "# warn: "));
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn every_file_that_is_refused_says_so_alone() {
    for file in toml_files(&fixtures("invalid/patients")) {
        let is_twin = file.ends_with("twin_a.toml");
        let expects = !expected(&file, "# expect: ").is_empty();
        assert!(expects != is_twin, "{} expects nothing", file.display());
    }
}

fn valid(name: &str) -> Config {
    let loaded = examine(&fixtures("valid").join(name), TODAY);
    loaded
        .map_err(|(mistakes, _)| mistakes)
        .expect("a gym")
        .config
}

#[test]
fn a_gym_comes_out_as_it_was_written() {
    let gym = valid("gym.toml");
    assert_eq!(gym.gym, "Gym");
    let record = gym.record.expect("a record");
    assert!(
        record.ends_with("valid/records/gym.sqlite"),
        "beside the file"
    );
    assert_eq!(gym.sound_command, ["aplay", "alarm.wav"]);
    let [bike, treadmill] = gym.stations.as_slice() else {
        panic!("two stations");
    };
    assert_eq!(
        (bike.number, treadmill.number),
        (1, 2),
        "by number, not by line"
    );
    assert_eq!(bike.machine, MachineProtocol::CsafeBike);
    assert_eq!(
        bike.bench,
        BenchConfig::Gpio {
            chip: "/dev/gpiochip0".into(),
            stop_line: 17,
            relay_line: 27
        }
    );
    assert_eq!(bike.limits.max_power_w, Some(200));
    assert_eq!(
        treadmill.machine,
        MachineProtocol::Trackmaster { miles: true }
    );
    let fastest = treadmill.limits.max_speed_m_s.expect("a speed");
    assert!((fastest * 3.6 - 6.0).abs() < 1e-9);
    assert_eq!(gym.sensors[0].home, Some(1));
    assert_eq!(gym.sensors[1].port, PortAddress::Virtual);
    assert_eq!(gym.sensors[1].home, None);
}

#[test]
fn of_each_prescription_the_highest_version_in_force_is_offered() {
    let gym = valid("gym.toml");
    let patient = gym
        .patients
        .iter()
        .find(|patient| patient.pseudonym == "constant")
        .expect("the patient");
    let offered: Vec<(&str, u32)> = patient
        .prescriptions
        .iter()
        .map(|ordered| (ordered.id.as_str(), ordered.version))
        .collect();
    assert_eq!(offered, [("bike", 2)]);
    let watched = valid("watched.toml");
    let validity = watched
        .patients
        .iter()
        .find(|patient| patient.pseudonym == "validity")
        .expect("the patient");
    let ids: Vec<&str> = validity
        .prescriptions
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    assert_eq!(ids, ["last-day"]);
}

fn ordered(pseudonym: &str, id: &str) -> ResolvedPrescription {
    valid("gym.toml")
        .patients
        .into_iter()
        .find(|patient| patient.pseudonym == pseudonym)
        .expect("the patient")
        .prescriptions
        .into_iter()
        .find(|ordered| ordered.id == id)
        .expect("the prescription")
}

/// Equal but for the last bits.
fn close(left: f64, right: f64) -> bool {
    (left - right).abs() < 1e-9
}

#[test]
fn watts_become_net_mets_by_the_patient_s_mass_and_the_risk_class_sets_what_is_not_written() {
    let bike = ordered("constant", "bike");
    assert_eq!(bike.machine, MachineKind::Cycle);
    let core = bike.prescription;
    // 80 kg: (3.5 + 10.8 * 65 / 80) / 3.5, (3.5 + 10.8 * 80 / 80) / 3.5, (3.5 + 10.8 * 20 / 80) / 3.5
    assert!(matches!(core.mode, Mode::Constant { target } if close(target.get(), 12.275 / 3.5)));
    assert!(close(core.ceiling.get(), 14.3 / 3.5));
    assert!(close(core.warm_up_load.get(), 6.2 / 3.5));
    // Low risk: 20 W a minute, margin 10, no interval of blood pressure.
    assert!(close(core.ramp_up, 2.7 / 3.5));
    assert!(close(core.warm_up_ramp, 2.7 / 3.5));
    let limits = core.heart_rate.expect("limits");
    assert!(close(limits.upper, 130.0) && close(limits.stop_margin, 10.0));
    assert!(close(limits.lower, 40.0) && close(limits.stop(), 140.0));
    assert_eq!(limits.zone, None);
    assert_eq!(core.blood_pressure_interval, None);
    assert!(close(core.saturation_floor, 88.0));
    assert!(core.heart_rate_required && !core.saturation_required);
    assert_eq!(core.warm_up, Duration::from_mins(5));
    assert_eq!(core.conditioning, Duration::from_mins(20));
    assert_eq!(core.cool_down, Duration::from_mins(5));
    assert_eq!((core.systolic_stop, core.diastolic_stop), (250, 115));
    assert_eq!(
        (
            core.exertion_upper,
            core.dyspnoea_upper,
            core.claudication_stop
        ),
        (14, 6, 3)
    );
    assert_eq!(core.cadence_low, 40);
    assert_eq!(core.belt, None);
}

#[test]
fn a_heart_rate_is_held_by_the_gain_of_the_test_or_without_one_where_a_person_says_so() {
    let Mode::HeartRateHeld {
        target,
        assessed_gain,
        assessed_rest,
    } = ordered("held", "bike").prescription.mode
    else {
        panic!("held");
    };
    assert!(close(target, 108.0));
    // (150 - 64) / (7 - 1)
    assert!(close(assessed_gain.expect("a gain"), 86.0 / 6.0));
    assert!(close(assessed_rest.expect("a rest"), 64.0));

    let high = ordered("held", "bike-high").prescription;
    assert!(matches!(
        high.mode,
        Mode::HeartRateHeld {
            assessed_gain: None,
            ..
        }
    ));
    let limits = high.heart_rate.expect("limits");
    assert_eq!(limits.zone, Some((100.0, 116.0)));
    assert!(close(limits.stop_margin, 5.0));
    assert_eq!(high.blood_pressure_interval, Some(Duration::from_mins(5)));
}

#[test]
fn a_walk_becomes_net_mets_and_the_ceiling_bounds_speed_and_grade_too() {
    let walk = ordered("belt", "walk");
    assert_eq!(walk.machine, MachineKind::Treadmill);
    let core = walk.prescription;
    // 4 km/h at 1 %: 4 / 3.6 * (6 + 1.08) / 3.5; ceiling 5 km/h at 3 %: 5 / 3.6 * (6 + 3.24) / 3.5
    assert!(
        matches!(core.mode, Mode::Constant { target } if close(target.get(), 4.0 / 3.6 * 7.08 / 3.5))
    );
    assert!(close(core.ceiling.get(), 5.0 / 3.6 * 9.24 / 3.5));
    assert!(close(core.ramp_up, 0.4 / 3.6 * 6.0 / 3.5));
    assert!(close(core.warm_up_ramp, 0.3 / 3.6 * 6.0 / 3.5));
    let belt = core.belt.expect("a belt");
    assert!(close(belt.preferred_speed.kilometres_per_hour(), 4.0));
    assert!(close(belt.max_speed.kilometres_per_hour(), 5.0));
    assert!(close(belt.max_grade.get(), 3.0));
    let mets = ordered("belt", "mets").prescription;
    assert!(matches!(mets.mode, Mode::MetHeld { target } if close(target.get(), 2.0)));
}

#[test]
fn an_interval_keeps_its_times_and_a_hand_its_ceiling() {
    let core = ordered("interval", "bike").prescription;
    let Mode::Interval {
        work,
        work_for,
        recovery,
        recovery_for,
        repeats,
    } = core.mode
    else {
        panic!("an interval");
    };
    assert!(close(work.get(), (3.5 + 9.45) / 3.5) && close(recovery.get(), 6.2 / 3.5));
    assert_eq!(
        (work_for, recovery_for),
        (Duration::from_mins(1), Duration::from_mins(1))
    );
    assert_eq!(repeats, 10);
    assert!(close(core.ramp_up, 10.8 * 100.0 / 80.0 / 3.5));
    assert_eq!(ordered("interval", "hand").prescription.mode, Mode::ByHand);
}

#[test]
fn a_defibrillator_lowers_the_stop_and_a_patient_without_a_signal_has_no_limit() {
    let limits = ordered("devices", "icd")
        .prescription
        .heart_rate
        .expect("limits");
    assert!(close(limits.icd_detection.expect("a rate"), 150.0));
    assert!(close(limits.stop(), 135.0));
    let assisted = ordered("devices", "assist").prescription;
    assert_eq!(assisted.heart_rate, None);
    assert!(!assisted.heart_rate_required && !assisted.saturation_required);
    assert_eq!(assisted.blood_pressure_interval, None);
}

#[test]
fn lung_disease_requires_saturation_and_keeps_its_own_floor() {
    let core = ordered("lung", "bike").prescription;
    assert!(core.saturation_required);
    assert!(close(core.saturation_floor, 85.0));
    assert_eq!(core.blood_pressure_interval, Some(Duration::from_mins(5)));
}

#[test]
fn the_text_that_goes_into_the_record_is_the_prescription_s_own() {
    let first = ordered("interval", "bike").text;
    let second = ordered("interval", "mets").text;
    for (text, id) in [(&first, "bike"), (&second, "mets")] {
        assert!(text.starts_with("[[prescription]]\n"), "{text}");
        let table: toml::Table = text.parse().expect("TOML");
        let orders = table["prescription"].as_array().expect("orders");
        assert_eq!(orders.len(), 1);
        assert_eq!(orders[0]["id"].as_str(), Some(id));
    }
    assert!(!first.contains("wristband"));
}

fn station_command(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_station"))
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("the binary runs")
}

#[test]
fn check_accepts_the_example_gym_of_the_documents() {
    let done = station_command(&["check", "docs/example/gym.toml", "--on", "2026-12-01"]);
    assert_eq!(done.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&done.stderr), "");
    let told = String::from_utf8_lossy(&done.stdout);
    assert!(told.contains(
        "heart rate 96-112 held at 104, 25 min, ceiling 110 W (6.1 METs), limit 122, SpO2 >= 88"
    ));
    for word in ["3 stations", "5 sensors", "3 patients", "10 x 60 s at 60 W"] {
        assert!(told.contains(word), "{word} in {told}");
    }
    assert!(
        !told.contains("wristband"),
        "the second identifier stays on the floor"
    );
}

#[test]
fn check_tells_line_mistake_and_remedy_and_gives_one() {
    let file = "tests/fixtures/config/invalid/twice.toml";
    let done = station_command(&["check", file, "--on", "2026-03-02"]);
    assert_eq!(done.status.code(), Some(1));
    assert_eq!(done.stdout, b"");
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(told.contains(
        "tests/fixtures/config/invalid/twice.toml:13: number 1 is another station's too; write a number that is free, from 1 to 64\n"
    ), "{told}");
    assert!(
        told.ends_with("twice.toml: 7 mistakes; no gym starts from this file\n"),
        "{told}"
    );
}

#[test]
fn check_tells_programs_the_same_in_json() {
    let file = "tests/fixtures/config/invalid/twice.toml";
    let done = station_command(&["check", file, "--json", "--on", "2026-03-02"]);
    assert_eq!(done.status.code(), Some(1));
    let told: serde_json::Value = serde_json::from_slice(&done.stdout).expect("JSON");
    assert_eq!(told["ok"], false);
    assert_eq!(told["gym"], serde_json::Value::Null);
    assert_eq!(told["mistakes"].as_array().map(Vec::len), Some(7));
    assert_eq!(told["mistakes"][0]["line"], 13);
    assert_eq!(told["mistakes"][0]["column"], 10);

    let done = station_command(&[
        "check",
        "docs/example/gym.toml",
        "--json",
        "--on",
        "2026-12-01",
    ]);
    assert_eq!(done.status.code(), Some(0));
    let told: serde_json::Value = serde_json::from_slice(&done.stdout).expect("JSON");
    assert_eq!(told["ok"], true);
    assert_eq!(told["gym"]["stations"][0]["kind"], "cycle");
    assert_eq!(told["gym"]["patients"][0]["prescriptions"][0]["id"], "bike");
    assert!(!told.to_string().contains("wristband"));
}

#[test]
fn check_gives_one_for_a_file_that_is_not_there_and_two_for_wrong_usage() {
    let done = station_command(&["check", "nowhere/gym.toml"]);
    assert_eq!(done.status.code(), Some(1));
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(
        told.starts_with("nowhere/gym.toml:1: the file cannot be read"),
        "{told}"
    );
    assert!(told.contains("; name a file that is there"), "{told}");
    assert_eq!(station_command(&["check"]).status.code(), Some(2));
    let odd = ["check", "docs/example/gym.toml", "--on", "yesterday"];
    assert_eq!(station_command(&odd).status.code(), Some(2));
}

/// The keys that a file uses, tables in tables among them.
fn keys(table: &toml::Table, all: &mut BTreeSet<String>) {
    for (key, value) in table {
        all.insert(key.clone());
        match value {
            toml::Value::Table(inner) => keys(inner, all),
            toml::Value::Array(items) => {
                items
                    .iter()
                    .filter_map(toml::Value::as_table)
                    .for_each(|inner| keys(inner, all));
            }
            toml::Value::String(_)
            | toml::Value::Integer(_)
            | toml::Value::Float(_)
            | toml::Value::Boolean(_)
            | toml::Value::Datetime(_) => {}
        }
    }
}

#[test]
fn the_documents_tell_every_key_that_there_is_and_no_other() {
    let document = std::fs::read_to_string(root().join("docs/configuration.md")).expect("a text");
    let told: BTreeSet<String> = document
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|rest| rest.split('`').next())
        .map(str::to_owned)
        .collect();
    let mut used = BTreeSet::new();
    for gym in toml_files(&fixtures("valid")) {
        for file in files_of(&gym) {
            let text = std::fs::read_to_string(&file).expect("a text");
            keys(&text.parse().expect("TOML"), &mut used);
        }
    }
    assert_eq!(told, used);
}

/// Values that somebody might write anywhere, at and beyond the limits of one key or another.
const VALUES: [&str; 26] = [
    "",
    "0",
    "1",
    "3",
    "20",
    "80",
    "81",
    "108",
    "116",
    "130",
    "131",
    "150",
    "-1",
    "2.5",
    "1e300",
    "nan",
    "-inf",
    "true",
    "false",
    "\"none\"",
    "\"icd\"",
    "[116, 100]",
    "[100, 131]",
    "[]",
    "2026-03-02",
    "{}",
];

/// A patient of the fixtures with some lines left out, doubled, or with another value.
fn altered(text: &str, changes: &[(prop::sample::Index, Option<usize>)]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (index, change) in changes {
        let line = index.index(lines.len());
        match change {
            None => {
                lines.remove(line);
            }
            Some(value) => {
                if let Some((key, _)) = lines[line].clone().split_once(" = ") {
                    lines[line] = format!("{key} = {}", VALUES[*value]);
                } else {
                    lines.insert(line, lines[line].clone());
                }
            }
        }
    }
    lines.join("\n")
}

/// What every prescription that was accepted keeps, whatever was written.
fn keeps_its_promises(patient: &Patient, core: &Prescription) -> bool {
    let facts = patient.facts;
    let ceiling = core.ceiling;
    let load = match core.mode {
        Mode::Constant { target } | Mode::MetHeld { target } => {
            core.warm_up_load <= target && target <= ceiling
        }
        Mode::Interval { work, recovery, .. } => recovery <= work && work <= ceiling,
        Mode::HeartRateHeld { target, .. } => {
            let limits = core.heart_rate.expect("a held rate has limits");
            let free = !facts.atrial_fibrillation && !facts.denervated && !facts.paced;
            let (lower, upper) = limits.zone.expect("a held rate has a zone");
            free && core.heart_rate_required && lower <= target && target <= upper
        }
        Mode::ByHand => true,
    };
    let rate = core.heart_rate.is_none_or(|limits| {
        let zone = limits.zone.is_none_or(|(lower, upper)| {
            limits.lower < lower && lower < upper && upper <= limits.upper
        });
        let icd = limits
            .icd_detection
            .is_none_or(|icd| limits.upper <= icd - 20.0);
        zone && icd && (40.0..=200.0).contains(&limits.upper)
    });
    load && rate
        && core.warm_up_load <= ceiling
        && core.ramp_up > 0.0
        && core.ramp_up.is_finite()
        && core.cool_down >= Duration::from_mins(3)
        && (80.0..=95.0).contains(&core.saturation_floor)
        && (core.saturation_required || !facts.lung_disease)
}

proptest! {
    #[test]
    fn whatever_is_written_the_answer_is_mistakes_or_a_prescription_that_keeps_its_promises(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::option::weighted(0.8, 0..VALUES.len())), 1..4),
    ) {
        let files = toml_files(&fixtures("valid/patients"));
        let text = std::fs::read_to_string(which.get(&files)).expect("a text");
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("patient.toml"), altered(&text, &changes)).expect("written");
        let read = read_folder(folder.path(), TODAY).expect("readable");
        prop_assert!(!read.patients.is_empty() || !read.mistakes.is_empty());
        for patient in &read.patients {
            for ordered in &patient.prescriptions {
                prop_assert!(keeps_its_promises(patient, &ordered.prescription), "{ordered:#?}");
            }
        }
    }

    #[test]
    fn no_text_at_all_makes_the_reader_fail(text in "(?s).{0,200}") {
        let folder = tempfile::tempdir().expect("a folder");
        let gym = folder.path().join("gym.toml");
        std::fs::write(&gym, text).expect("written");
        let (mistakes, _) = examine(&gym, TODAY).expect_err("mistakes");
        prop_assert!(!mistakes.is_empty());
    }
}
