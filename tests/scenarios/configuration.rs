//! The gym's files: what is accepted, what is refused, and in which words.
//!
//! Each file under `tests/fixtures/config` says on the offending line itself what is expected there: `# expect: a mistake` and
//! `# warn: a warning`, several with ` || ` between them. What a whole file lacks is expected on its first line, what a table lacks on
//! its header. Nothing else may be found.

mod bad;
mod promises;
mod resolved;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use drivers::bench_io::gpio::SignalLines;
use drivers::catalogue::{FAMILIES, Role};
use jiff::civil::{Date, date};
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
    assert_eq!(bike.machine, MachineProtocol::csafe_bike());
    assert_eq!(
        bike.bench,
        BenchConfig::Gpio {
            chip: "/dev/gpiochip0".into(),
            stop_line: 17,
            relay_line: 27,
            signals: SignalLines {
                red: Some(5),
                yellow: Some(6),
                sounder: Some(13),
                call: Some(22),
            }
        }
    );
    assert_eq!(bike.limits.max_power_w, Some(200));
    assert_eq!(treadmill.machine, MachineProtocol::trackmaster("mph"));
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
    let settings = FAMILIES.iter().flat_map(|family| family.settings);
    used.extend(settings.map(|setting| setting.key.to_owned()));
    assert_eq!(told, used);

    let section = |begins: &str| {
        let (_, rest) = document.split_once(begins).expect("a section");
        rest.split("\n### ").next().unwrap_or_default()
    };
    for family in FAMILIES {
        let section = match family.role {
            Role::Machine(_) => section("\n### `[[station]]`"),
            Role::HeartRate | Role::Oximeter => section("\n### `[[sensor]]`"),
        };
        for setting in family.settings {
            let row = format!("| `{}` | for {} alone", setting.key, family.id);
            assert!(section.contains(&row), "{row}");
        }
    }
}
