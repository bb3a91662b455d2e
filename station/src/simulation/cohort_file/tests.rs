//! Files with mistakes stand in `tests/fixtures/simulation/invalid`; beside each stands what has to be told of it, word for word.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use drivers::virtual_devices::patient::Exercise;
use drivers::virtual_devices::patient::parameters::RANGES;
use proptest::prelude::*;

use super::super::cohort::NurseKind;
use super::super::fault::FaultKind;
use super::super::trial::setup;
use super::*;

const EXAMPLES: &str = "../docs/example/simulation";
const INVALID: &str = "../tests/fixtures/simulation/invalid";

fn files(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|ending| ending == "json" || ending == "toml")
        })
        .collect();
    files.sort();
    files
}

/// All that is told of a file, a line each, the file without its folder.
fn told(path: &Path) -> String {
    let is_faults = path
        .file_stem()
        .is_some_and(|stem| stem.to_string_lossy().starts_with("faults"));
    let refused = if is_faults {
        examine_faults(path, None)
            .map(|_| ())
            .expect_err("mistakes")
    } else {
        examine(path).map(|_| ()).expect_err("mistakes")
    };
    let mut told = String::new();
    for (kind, all) in [
        ("mistake", &refused.mistakes),
        ("warning", &refused.warnings),
    ] {
        for mut one in all.clone() {
            one.file = PathBuf::from(path.file_name().expect("a name"));
            writeln!(told, "{kind}: {one}").expect("written");
        }
    }
    told
}

#[test]
fn each_mistake_is_told_with_line_and_remedy() {
    for path in files(INVALID) {
        let beside = PathBuf::from(format!("{}.told", path.display()));
        let expected = std::fs::read_to_string(&beside).unwrap_or_default();
        assert_eq!(told(&path), expected, "{}", path.display());
    }
}

#[test]
fn the_examples_are_without_mistake_and_without_warning() {
    let json = examine(&Path::new(EXAMPLES).join("cohort.json")).expect("no mistake");
    let toml = examine(&Path::new(EXAMPLES).join("cohort.toml")).expect("no mistake");
    assert_eq!(json, toml);
    assert_eq!(json.warnings, []);
    let machines: Vec<Exercise> = json.value.patients.iter().map(|one| one.exercise).collect();
    assert_eq!(
        machines,
        [Exercise::Cycle, Exercise::Treadmill, Exercise::Cycle]
    );
}

#[test]
fn the_table_of_sensor_faults_is_there_whole() {
    let mut rows: Vec<String> = files(&format!("{EXAMPLES}/faults"))
        .iter()
        .flat_map(|path| {
            let checked = examine_faults(path, Some(SessionTimes::REFERENCE)).expect("no mistake");
            assert_eq!(checked.warnings, []);
            checked.value
        })
        .map(|fault| {
            let kind = fault.kind.name();
            format!(
                "{kind} {} for {} at {}",
                fault.value, fault.for_s, fault.at_s
            )
        })
        .collect();
    rows.sort();
    assert_eq!(
        rows,
        [
            "strap_offset -12 for 600 at 660",
            "strap_offset -20 for 60 at 1260",
            "strap_offset -7 for 600 at 660",
            "strap_offset 20 for 60 at 1260",
            "strap_silent 0 for 120 at 1260",
            "strap_silent 0 for 30 at 1260",
            "strap_silent 0 for 8 at 1260",
            "strap_stuck 0 for 300 at 420",
            "strap_stuck 0 for 60 at 1260",
            "strap_stuck 0 for 600 at 390",
            "strap_value 70 for 300 at 660",
            "strap_value 70 for 60 at 1260",
        ]
    );
}

/// A file of this name with this text, read.
fn read_text(name: &str, text: &[u8]) -> Result<Checked<Cohort>, Refused> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("written");
    examine(&path)
}

fn example() -> Cohort {
    read(&Path::new(EXAMPLES).join("cohort.json")).expect("no mistake")
}

#[test]
fn the_reference_cohort_reads_back_to_the_last_bit() {
    let cohort = Cohort::reference();
    let json = read_text("c.json", cohort.to_json().expect("JSON").as_bytes()).expect("sound");
    let toml = read_text("c.toml", cohort.to_toml().expect("TOML").as_bytes()).expect("sound");
    assert_eq!(json.value, cohort);
    assert_eq!(toml.value, cohort);
    assert_eq!(json.warnings.len(), toml.warnings.len());
    for warning in &json.warnings {
        assert!(
            warning.what_is_wrong.contains("foretold to take"),
            "{warning}"
        );
    }
}

#[test]
fn a_session_without_times_has_those_of_reference() {
    let text = example().to_toml().expect("TOML");
    let (head, patients) = text.split_once("[[patients]]").expect("patients");
    let (head, _) = head.split_once("[session]").expect("a session");
    let text = format!("{head}[[patients]]{patients}").replace("nurse = \"usual\"", "");
    let read = read_text("c.toml", text.as_bytes()).expect("sound").value;
    assert_eq!(read.session, SessionTimes::REFERENCE);
    assert_eq!(read.nurse, NurseKind::Usual);
}

#[test]
fn json_is_known_by_its_ending_or_its_brace() {
    let text = example().to_json().expect("JSON");
    assert!(read_text("cohort.txt", text.as_bytes()).is_ok());
    let refused = read_text("cohort.JSON", b"format = 1").expect_err("TOML in a JSON file");
    assert!(refused.mistakes[0].what_is_wrong.contains("no JSON object"));
}

#[test]
fn json_takes_the_greatest_seed_and_toml_says_where_its_own_end_is() {
    let mut cohort = example();
    cohort.patients[0].seed = u64::MAX;
    let read = read_text("c.json", cohort.to_json().expect("JSON").as_bytes()).expect("sound");
    assert_eq!(read.value, cohort);
    assert!(cohort.to_toml().is_err());
}

/// The example's first patient with one word of its JSON exchanged: what is warned of, or refused.
fn exchanged(from: &str, to: &str) -> (Vec<String>, Vec<String>) {
    let mut cohort = example();
    cohort.patients.truncate(1);
    let text = cohort.to_json().expect("JSON");
    assert!(text.contains(from), "{from}");
    let text = text.replacen(from, to, 1);
    let words = |all: Vec<Mistake>| all.into_iter().map(|one| one.what_is_wrong).collect();
    match read_text("c.json", text.as_bytes()) {
        Ok(checked) => (Vec::new(), words(checked.warnings)),
        Err(refused) => (words(refused.mistakes), words(refused.warnings)),
    }
}

#[test]
fn what_is_allowed_and_deserves_a_look_is_warned_of() {
    let told = [
        (
            "\"gain_bpm_per_met\": 12.7",
            "\"gain_bpm_per_met\": 25.4",
            "gain_bpm_per_met 25.4 is more than twice of (hr_peak_bpm 138 - hr_rest_bpm 62) / (peak_met 7 - 1)",
        ),
        (
            "\"max_met\": 5.4",
            "\"max_met\": 3.3",
            "max_met 3.3 is less than the 3.39 net METs that target_bpm 104 is foretold to take",
        ),
        (
            "\"warm_up_met\": 1.5",
            "\"warm_up_met\": 0",
            "warm_up_met 0 is under the machine's least of 1 net METs: the law takes too high a gain from it",
        ),
        ("\"warm_up_met\": 1.5", "\"warm_up_met\": 1", ""),
        ("\"spo2_floor_pct\": 88.0", "\"spo2_floor_pct\": 95", ""),
        (
            "\"spo2_rest_pct\": 97.0",
            "\"spo2_rest_pct\": 88",
            "spo2_floor_pct 88 is not below this patient's spo2_rest_pct 88",
        ),
        (
            "\"hr_peak_bpm\": 138.0",
            "\"hr_peak_bpm\": 103",
            "target_bpm 104 is above this patient's hr_peak_bpm 103",
        ),
        (
            "\"at_s\": 700.0",
            "\"at_s\": 2460",
            "at_s is 2460, and the session ends at 2460",
        ),
        (
            "\"for_s\": 45.0",
            "\"for_s\": 0",
            "for_s is 0: the event never happens",
        ),
    ];
    for (from, to, expected) in told {
        let (mistakes, warnings) = exchanged(from, to);
        assert_eq!(mistakes, Vec::<String>::new(), "{to}");
        if expected.is_empty() {
            assert_eq!(warnings, Vec::<String>::new(), "{to}");
        } else {
            assert_eq!(warnings, [expected], "{to}");
        }
    }
}

#[test]
fn a_belt_that_is_too_flat_is_warned_of() {
    let text = example().to_json().expect("JSON");
    let text = text.replacen("\"grade_max\": 0.08", "\"grade_max\": 0.0", 1);
    let checked = read_text("c.json", text.as_bytes()).expect("sound");
    let words: Vec<&str> = checked
        .warnings
        .iter()
        .map(|one| one.what_is_wrong.as_str())
        .collect();
    assert_eq!(
        words,
        [
            "0.95 m/s at grade_max 0 are 1.63 net METs, less than the 1.8 that target_bpm 113 is foretold to take"
        ]
    );
}

/// One second decides, in both ramps.
#[test]
fn a_ramp_that_arrives_in_its_last_second_is_too_late_for_conditioning_and_in_time_for_warm_up() {
    // (104 - 63) / 12.1 - 1.5 METs at 1 MET/min are 113.3 s.
    let (mistakes, _) = exchanged("\"conditioning_s\": 1800", "\"conditioning_s\": 114");
    assert_eq!(mistakes, Vec::<String>::new());
    let (mistakes, _) = exchanged("\"conditioning_s\": 1800", "\"conditioning_s\": 113");
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    // 0.5 METs at 3 MET/min are 10 s.
    let (mistakes, _) = exchanged("\"warm_up_s\": 300", "\"warm_up_s\": 10");
    assert_eq!(mistakes, Vec::<String>::new());
    let (mistakes, _) = exchanged("\"warm_up_s\": 300", "\"warm_up_s\": 9");
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    let (mistakes, _) = exchanged("\"warm_up_s\": 300", "\"warm_up_s\": 0");
    assert_eq!(mistakes, Vec::<String>::new());
}

#[test]
fn each_kind_of_fault_is_read_at_both_ends_of_its_range_and_not_beyond() {
    for kind in FaultKind::ALL {
        let one = |value: f64| {
            let text = format!(
                "format = 1\nevents = [{{ at_s = 1, for_s = 2, kind = \"{}\", value = {value:?} }}]\n",
                kind.name()
            );
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("f.toml");
            std::fs::write(&path, text).expect("written");
            read_faults(&path).map(|faults| (faults[0].kind, faults[0].value))
        };
        let (low, high) = kind.range().unwrap_or((0.0, 0.0));
        assert_eq!(one(low), Ok((kind, low)));
        assert_eq!(one(high), Ok((kind, high)));
        assert!(one(low - 1.0).is_err(), "{}", kind.name());
        assert!(one(high + 1.0).is_err(), "{}", kind.name());
        assert!(one(f64::NAN).is_err(), "{}", kind.name());
        assert!(one(f64::INFINITY).is_err(), "{}", kind.name());
    }
}

#[test]
fn the_document_tells_every_figure_and_every_kind_with_its_range() {
    let text = std::fs::read_to_string("../docs/simulation.md").expect("a text");
    let told: Vec<(&str, &str)> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |"))
        .filter_map(|row| Some((row.split('`').next()?, row.rsplit(" | ").next()?)))
        .collect();
    for range in RANGES.iter().chain(&prescription::FIELDS) {
        let words = format!("{} to {}", range.low, range.high);
        assert!(told.contains(&(range.field, &words)), "{range:?}");
    }
    for kind in FaultKind::ALL {
        let words = kind
            .range()
            .map_or("none".to_owned(), |(low, high)| format!("{low} to {high}"));
        assert!(told.contains(&(kind.name(), &words)), "{kind:?}");
    }
}

fn any_cohort() -> impl Strategy<Value = Cohort> {
    let event = (
        0..FaultKind::ALL.len(),
        0.0..2000.0,
        1.0..500.0,
        0.0..=1.0_f64,
    );
    let events = prop::collection::vec(event, 0..4);
    let patient = (0..320_usize, 0..u64::MAX / 2, any::<[u8; 2]>(), events);
    let nurse = prop::sample::select(vec![NurseKind::Usual, NurseKind::Absent, NurseKind::Hasty]);
    (prop::collection::vec(patient, 1..4), nurse, 30..3600_u32).prop_map(
        |(drawn, nurse, ready_s)| {
            let reference = Cohort::reference();
            let mut cohort = Cohort {
                session: SessionTimes {
                    ready_s,
                    ..SessionTimes::REFERENCE
                },
                nurse,
                patients: Vec::new(),
            };
            for (number, (which, seed, label, events)) in drawn.into_iter().enumerate() {
                let mut patient = reference.patients[which].clone();
                patient.id = format!("P {number} ä\u{1f6b2}");
                patient.seed = seed;
                patient.hard = vec![format!("\"\\ {label:?} ü")];
                for (kind, at_s, for_s, share) in events {
                    let kind = FaultKind::ALL[kind];
                    if !kind.fits(patient.exercise) {
                        continue;
                    }
                    let (low, high) = kind.range().unwrap_or((0.0, 0.0));
                    let value = low + share * (high - low);
                    patient.events.push(Fault {
                        at_s,
                        for_s,
                        kind,
                        value: if kind.is_whole() {
                            value.floor()
                        } else {
                            value
                        },
                    });
                }
                cohort.patients.push(patient);
            }
            cohort
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_written_cohort_reads_back_equal(cohort in any_cohort()) {
        let json = cohort.to_json().expect("JSON");
        let toml = cohort.to_toml().expect("TOML");
        prop_assert_eq!(read_text("c.json", json.as_bytes()).map(|read| read.value), Ok(cohort.clone()));
        prop_assert_eq!(read_text("c.toml", toml.as_bytes()).map(|read| read.value), Ok(cohort));
    }

    #[test]
    fn any_bytes_give_a_cohort_or_a_mistake(bytes in any::<Vec<u8>>(), json in any::<bool>()) {
        let name = if json { "c.json" } else { "c.toml" };
        if let Err(refused) = read_text(name, &bytes) {
            prop_assert!(!refused.mistakes.is_empty());
        }
    }

    /// A sound file with a piece of it replaced by other bytes. What is still taken, the core takes too.
    #[test]
    fn a_damaged_file_gives_a_cohort_or_a_mistake(
        json in any::<bool>(),
        from in any::<prop::sample::Index>(),
        length in 0..40_usize,
        put in prop_oneof![
            any::<Vec<u8>>(),
            prop::sample::select(vec!["null", "1e999", "nan", "-1", "\"", "{", "}", "[[", "]", "1e-400", "999999999999999999999"])
                .prop_map(|word| word.as_bytes().to_vec()),
        ],
    ) {
        let (name, text) = if json {
            ("c.json", example().to_json().expect("JSON"))
        } else {
            ("c.toml", example().to_toml().expect("TOML"))
        };
        let mut bytes = text.into_bytes();
        let from = from.index(bytes.len());
        let to = (from + length).min(bytes.len());
        bytes.splice(from..to, put);
        match read_text(name, &bytes) {
            Err(refused) => prop_assert!(!refused.mistakes.is_empty()),
            Ok(checked) => {
                for patient in &checked.value.patients {
                    prop_assert_eq!(patient.parameters.check(), Ok(()));
                    prop_assert!(setup(patient, &checked.value.session, true).is_some());
                }
            }
        }
    }
}
