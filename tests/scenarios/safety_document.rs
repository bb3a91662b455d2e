//! `docs/safety.md`: its tables are the program's own, and every test that it names is there.
//!
//! `UPDATE_DOCS=1 cargo test -p station --test scenarios safety_document` writes its tables of rules anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::program::run_with;

const BEGIN: &str = "<!-- rules -->\n";
const END: &str = "<!-- end of rules -->\n";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn document() -> String {
    std::fs::read_to_string(root().join("docs/safety.md")).expect("docs/safety.md")
}

/// A part of the document, from its heading to the next of the same kind.
fn part(heading: &str) -> String {
    let text = document();
    let part = text
        .split(&format!("\n## {heading}\n"))
        .nth(1)
        .and_then(|rest| rest.split("\n## ").next());
    part.expect(heading).to_owned()
}

/// The rows of a part's tables whose first cell begins like this.
fn rows<'a>(part: &'a str, begins: &str) -> Vec<&'a str> {
    let begins = format!("| {begins}");
    part.lines()
        .filter(|line| line.starts_with(&begins))
        .collect()
}

/// What stands between backquotes in a row's last cell.
fn quoted(row: &str) -> Vec<&str> {
    let shown = row.rsplit('|').nth(1).expect("a last column");
    shown.split('`').skip(1).step_by(2).collect()
}

/// The functions of a source that are tests: under an attribute that ends in `test]`, or within `proptest!`.
fn tests_of(source: &str) -> BTreeSet<&str> {
    let mut tests = BTreeSet::new();
    let mut is_test = false;
    let mut in_properties = false;
    for line in source.lines() {
        let words = line.trim_start();
        if line.starts_with("proptest! {") {
            in_properties = true;
        } else if line == "}" {
            in_properties = false;
        }
        if words.starts_with("#[") {
            is_test |= words
                .split(['(', ']'])
                .next()
                .is_some_and(|name| name == "#[test" || name.ends_with("::test"));
        } else if let Some(rest) = words
            .strip_prefix("fn ")
            .or_else(|| words.strip_prefix("async fn "))
        {
            if is_test || in_properties {
                tests.extend(rest.split(['(', '<']).next());
            }
            is_test = false;
        }
    }
    tests
}

/// The tests that a row names, each looked for in the file that stands before it.
fn named_tests(row: &str) -> usize {
    let mut source: Option<(&str, String)> = None;
    let mut count = 0;
    for word in quoted(row) {
        if word.contains('/') {
            let text = std::fs::read_to_string(root().join(word)).expect(word);
            source = Some((word, text));
        } else {
            let (path, text) = source.as_ref().expect("a file before its test");
            assert!(
                tests_of(text).contains(word),
                "there is no test {word} in {path}"
            );
            count += 1;
        }
    }
    count
}

#[test]
fn the_tables_of_rules_are_the_programs_own() {
    let printed = run_with(&["rules", "--markdown"], b"");
    assert_eq!(printed.status, Some(0), "{}", printed.stderr);
    let text = document();
    let (before, rest) = text.split_once(BEGIN).expect("where the rules begin");
    let (kept, after) = rest.split_once(END).expect("where they end");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let written = [before, BEGIN, &printed.stdout, END, after].concat();
        std::fs::write(root().join("docs/safety.md"), written).expect("written");
        return;
    }
    assert!(
        kept == printed.stdout,
        "docs/safety.md tells other rules than `station rules --markdown`; UPDATE_DOCS=1 writes them anew"
    );
}

#[test]
fn every_hazard_that_is_answered_names_a_test_that_is_there() {
    let part = part("Hazards that are answered");
    let hazards = rows(&part, "H");
    assert!(hazards.len() >= 20);
    for row in hazards {
        assert!(named_tests(row) > 0, "{row}");
    }
}

#[test]
fn every_hazard_that_is_not_answered_says_what_has_to() {
    let part = part("Hazards that are not answered here");
    let hazards = rows(&part, "N");
    assert!(hazards.len() >= 10);
    for row in hazards {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        assert_eq!(cells.len(), 4, "{row}");
        assert!(cells.iter().all(|cell| !cell.trim().is_empty()), "{row}");
    }
}

#[test]
fn every_rule_names_the_test_that_scripts_it() {
    let printed = run_with(&["rules", "--json"], b"");
    let table: serde_json::Value = serde_json::from_str(&printed.stdout).expect("JSON");
    let part = part("What shows each rule");
    let shown = rows(&part, "`");
    let rules = table.as_object().expect("an object");
    assert_eq!(shown.len(), rules.len());
    for rule in rules.keys() {
        let row = shown
            .iter()
            .find(|row| row.starts_with(&format!("| `{rule}` |")));
        assert!(named_tests(row.expect(rule)) > 0, "{rule}");
    }
}

#[test]
fn a_test_that_is_not_there_would_be_found() {
    let source = "fn helper() {}\n#[test]\nfn shown() {\n}\nproptest! {\n    /// Law.\n    fn law(x in 0..1) {}\n}\nfn other() {}\n#[tokio::test(start_paused = true)]\nasync fn timed() {}\n";
    let tests: Vec<&str> = tests_of(source).into_iter().collect();
    assert_eq!(tests, ["law", "shown", "timed"]);
}
