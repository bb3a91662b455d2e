//! Plants each defect of `defects.toml` into a copy of the project, simulates, and says what the monitor found.
//!
//! Takes a build for each defect, some minutes apiece: it is run by hand, before a release and after a change of core or monitor.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a tool of the project's own, run by hand, that may fail loudly"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

/// Sessions for each defect: most show in few, some only where the right fault comes at the right time.
const SESSIONS: [&str; 2] = ["100", "2000"];

#[derive(Debug, Deserialize)]
struct Defects {
    own_check: Change,
    defect: Vec<Defect>,
}

#[derive(Debug, Deserialize)]
struct Defect {
    name: String,
    what: String,
    finds: Vec<String>,
    /// Of `station simulate`: what has to be so for the defect to show.
    #[serde(default)]
    arguments: Vec<String>,
    changes: Vec<Change>,
}

#[derive(Debug, Deserialize)]
struct Change {
    file: String,
    find: String,
    replace: String,
}

#[derive(Debug, Deserialize)]
struct Line {
    #[serde(default)]
    violations: Vec<Violation>,
}

#[derive(Debug, Deserialize)]
struct Violation {
    invariant: String,
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let text = fs::read_to_string(root.join("tests/defects/defects.toml")).unwrap();
    let defects: Defects = toml::from_str(&text).unwrap();
    let copy = std::env::temp_dir().join("station-defects");
    let mut missed = 0;
    for defect in &defects.defect {
        if !wanted.is_empty() && !wanted.contains(&defect.name) {
            continue;
        }
        let work = fresh(root, &copy);
        plant(&work, &defects.own_check);
        for change in &defect.changes {
            plant(&work, change);
        }
        let mut found = BTreeMap::new();
        let mut hit = false;
        for sessions in SESSIONS {
            found = simulate(&work, sessions, &defect.arguments);
            hit = defect.finds.iter().all(|wanted| found.contains_key(wanted));
            if hit {
                break;
            }
        }
        missed += u32::from(!hit);
        let counts: Vec<String> = found
            .iter()
            .map(|(invariant, count)| format!("{invariant} {count}"))
            .collect();
        println!(
            "{} {}: {} Wanted {}; sessions in which it was seen: {}",
            if hit { "found " } else { "MISSED" },
            defect.name,
            defect.what,
            defect.finds.join(", "),
            counts.join(", ")
        );
    }
    assert_eq!(missed, 0, "defects were not found");
}

/// A copy of the sources; what was built of the one before is kept beside it.
fn fresh(root: &Path, copy: &Path) -> PathBuf {
    let work = copy.join("work");
    if work.exists() {
        fs::remove_dir_all(&work).unwrap();
    }
    fs::create_dir_all(&work).unwrap();
    for part in [
        "Cargo.toml",
        "Cargo.lock",
        "protocols",
        "drivers",
        "station",
        "tests",
    ] {
        copy_all(&root.join(part), &work.join(part));
    }
    work
}

fn copy_all(from: &Path, to: &Path) {
    if from.is_file() {
        // The time goes along, so that only what was planted is built anew.
        fs::copy(from, to).unwrap();
        let modified = fs::metadata(from).unwrap().modified().unwrap();
        fs::File::options()
            .write(true)
            .open(to)
            .unwrap()
            .set_modified(modified)
            .unwrap();
        return;
    }
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name() != "target" {
            copy_all(&entry.path(), &to.join(entry.file_name()));
        }
    }
}

fn plant(work: &Path, change: &Change) {
    let path = work.join(&change.file);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(
        text.matches(&change.find).count(),
        1,
        "{} has no single place for {:?}",
        change.file,
        change.find
    );
    fs::write(path, text.replacen(&change.find, &change.replace, 1)).unwrap();
}

/// In how many sessions each invariant was seen broken.
fn simulate(work: &Path, sessions: &str, arguments: &[String]) -> BTreeMap<String, u32> {
    let output = Command::new("cargo")
        .current_dir(work)
        .env("CARGO_TARGET_DIR", work.with_file_name("target"))
        .args(["run", "--release", "--quiet", "--", "simulate", "--json"])
        .args(["--faults", "random", "--sessions", sessions])
        .args(arguments)
        .output()
        .expect("cargo is there");
    let mut found = BTreeMap::new();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        !text.is_empty(),
        "nothing was simulated: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    for line in text.lines() {
        let line: Line = serde_json::from_str(line).unwrap();
        let mut seen: Vec<&str> = line
            .violations
            .iter()
            .map(|violation| violation.invariant.as_str())
            .collect();
        seen.sort_unstable();
        seen.dedup();
        for invariant in seen {
            *found.entry(invariant.to_owned()).or_default() += 1;
        }
    }
    found
}
