//! What must not get past the edge: numbers that are none, and prescriptions that contradict themselves.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use station::clinic::patient::read_one;
use station::config::Mistake;
use station::config::file::examine;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{TODAY, files_of, fixtures, root, toml_files};
use crate::program::{Run, run_with};

/// What a number is not, in the ways that TOML can say it.
const NO_NUMBERS: [&str; 7] = ["nan", "+nan", "-nan", "inf", "+inf", "-inf", "1e999"];

/// Where numbers stand, and under which key.
fn numbers(table: &DeTable<'_>, found: &mut Vec<(String, Range<usize>)>) {
    for (key, value) in table {
        numbers_of(key.get_ref(), value, found);
    }
}

fn numbers_of(key: &str, value: &Spanned<DeValue<'_>>, found: &mut Vec<(String, Range<usize>)>) {
    match value.get_ref() {
        DeValue::Integer(_) | DeValue::Float(_) => found.push((key.to_owned(), value.span())),
        DeValue::Array(items) => items.iter().for_each(|item| numbers_of(key, item, found)),
        DeValue::Table(inner) => numbers(inner, found),
        DeValue::String(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {}
    }
}

#[test]
fn nothing_that_is_no_number_gets_past_the_edge_under_any_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let written = folder.path().join("written.toml");
    let mut keys = BTreeSet::new();
    for gym in toml_files(&fixtures("valid")) {
        for file in files_of(&gym) {
            let text = std::fs::read_to_string(&file).expect("a text");
            let mut found = Vec::new();
            numbers(DeTable::parse(&text).expect("TOML").get_ref(), &mut found);
            for (key, at) in found {
                for word in NO_NUMBERS {
                    let mut changed = text.clone();
                    changed.replace_range(at.clone(), word);
                    std::fs::write(&written, &changed).expect("written");
                    expect_refused(&written, file == gym, &changed, (&key, &at), word);
                }
                keys.insert(key);
            }
        }
    }
    assert!(keys.len() > 55, "the fixtures use the keys: {keys:?}");
}

fn expect_refused(
    file: &Path,
    is_gym: bool,
    text: &str,
    (key, at): (&str, &Range<usize>),
    word: &str,
) {
    let mistakes: Vec<Mistake> = if is_gym {
        examine(file, TODAY).expect_err("mistakes").0
    } else {
        let read = read_one(file, TODAY);
        assert!(
            read.patients
                .iter()
                .all(|patient| patient.facts.mass.get().is_finite()),
            "{key} = {word}"
        );
        read.mistakes
    };
    let line = text[..at.start].matches('\n').count() + 1;
    let named = mistakes.iter().find(|mistake| {
        mistake.line == line
            && mistake.what_is_wrong.starts_with(key)
            && mistake
                .what_is_wrong
                .contains(word.trim_start_matches(['+', '-']))
    });
    let named = named.unwrap_or_else(|| panic!("{key} = {word} is not named in {mistakes:#?}"));
    assert!(!named.what_to_write.is_empty());
}

/// Runs `check` and `serve` on the example gym, with one line of a patient's file changed. Both have to refuse it.
fn refused(line: &str, becomes: &str) -> [Run; 2] {
    let folder = tempfile::tempdir().expect("a folder");
    let example = root().join("docs/example");
    let gym = folder.path().join("gym.toml");
    std::fs::copy(example.join("gym.toml"), &gym).expect("copied");
    let patients = folder.path().join("patients");
    std::fs::create_dir(&patients).expect("made");
    let text = std::fs::read_to_string(example.join("patients/p-014.toml")).expect("a text");
    assert!(text.contains(line), "{line}");
    // A prescription ends 90 days after it was signed: the gym reads it today, and has to refuse it all the same.
    let text = text.replacen(line, becomes, 1);
    std::fs::write(patients.join("p-014.toml"), text).expect("written");
    let gym = gym.to_str().expect("a path").to_owned();
    let log = folder
        .path()
        .join("log")
        .to_str()
        .expect("a path")
        .to_owned();
    let runs = [
        run_with(&["check", &gym, "--on", "2026-12-01"], b""),
        run_with(&["serve", "--config", &gym, "--log", &log], b""),
    ];
    for run in &runs {
        assert_eq!(run.status, Some(1), "{becomes}: {}", run.stderr);
        assert_eq!(run.stdout, "");
    }
    runs
}

#[test]
fn a_prescription_that_contradicts_itself_is_refused_by_check_and_by_the_gym_with_both_numbers() {
    let cases = [
        // A ceiling under the load that the bout begins with.
        (
            "ceiling_load_w = 110",
            "ceiling_load_w = 20",
            "patients/p-014.toml:39: warm_up_load_w asks for 25 W, above the ceiling of 20 W; ",
        ),
        // A ceiling over what the patient bore in the test.
        (
            "ceiling_load_w = 110",
            "ceiling_load_w = 160",
            "patients/p-014.toml:40: ceiling 160 W (8.0 METs) is above the end of the test, peak_mets = 6.4; ",
        ),
        // An upper limit under the lower one.
        (
            "heart_rate_upper_limit_bpm = 122",
            "heart_rate_upper_limit_bpm = 70\nheart_rate_lower_limit_bpm = 75",
            "patients/p-014.toml:37: heart_rate_lower_limit_bpm 75 is not below heart_rate_upper_limit_bpm 70; ",
        ),
        // A ramp that does not reach the load that holds the target.
        (
            "ceiling_load_w = 110",
            "ceiling_load_w = 110\nramp_up_w_per_min = 1\nwarm_up_ramp_w_per_min = 20",
            "patients/p-014.toml:35: the target is not reached: from the warm-up's 25 W the ramp needs 28.1 min, and conditioning lasts 25 min; ",
        ),
        // A zone that lies over the limit.
        (
            "zone_bpm = [96, 112]",
            "zone_bpm = [96, 123]",
            "patients/p-014.toml:34: zone_bpm ends at 123, above heart_rate_upper_limit_bpm 122; ",
        ),
    ];
    for (line, becomes, said) in cases {
        for run in refused(line, becomes) {
            assert!(run.stderr.contains(said), "{becomes}: {}", run.stderr);
        }
    }
}
