//! The README: every command that it shows exists, with the options that it shows, and every file that it leads to is there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::program::{Run, run_with, station};
use crate::screen::Screen;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn document(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).expect("a document")
}

/// Where a document shows something to type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// A line of a block.
    Block,
    /// The first thing of a row.
    Row,
    /// Elsewhere.
    Beside,
}

/// What stands between backquotes on a line, and a line of a code block as a whole.
fn shown_lines(text: &str) -> Vec<(Shown, &str)> {
    let mut lines = Vec::new();
    let mut in_block = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if in_block {
            lines.push((Shown::Block, line.trim()));
        } else {
            let is_row = line.starts_with("| `");
            for (place, shown) in line.split('`').skip(1).step_by(2).enumerate() {
                let where_to = if is_row && place == 0 {
                    Shown::Row
                } else {
                    Shown::Beside
                };
                lines.push((where_to, shown.trim()));
            }
        }
    }
    lines
}

/// The arguments of a line that runs the program, as a shell takes them apart.
fn arguments(line: &str) -> Option<Vec<String>> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for letter in line.strip_prefix("station ")?.chars() {
        match letter {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            letter => words.last_mut().expect("a word").push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    Some(words)
}

fn shown_commands(text: &str) -> Vec<Vec<String>> {
    shown_lines(text)
        .into_iter()
        .filter_map(|(_, line)| arguments(line))
        .collect()
}

#[test]
fn every_command_of_the_readme_is_understood() {
    let commands = shown_commands(&document("README.md"));
    for command in &commands {
        // Help comes where everything before it was understood; what was not is wrong usage.
        let mut arguments = command.clone();
        arguments.push("--help".to_owned());
        let run = run_with(&arguments, b"");
        assert_eq!(
            run.status,
            Some(0),
            "station {}: {}",
            command.join(" "),
            run.stderr
        );
    }
    assert!(commands.len() > 10, "the README shows its commands");
}

#[test]
fn every_prescription_that_a_document_shows_is_taken() {
    let mut taken = 0;
    for name in ["README.md", "docs/simulation.md"] {
        for mut command in shown_commands(&document(name)) {
            let is_one = command
                .first()
                .is_some_and(|word| word == "rules" || word == "simulate");
            if !is_one || !command.contains(&"--prescription".to_owned()) {
                continue;
            }
            for word in &mut command {
                let path = root().join(&*word);
                if path.exists() {
                    *word = path.display().to_string();
                }
            }
            let run = run_with(&command, b"");
            assert_eq!(run.status, Some(0), "{command:?}: {}", run.stderr);
            taken += 1;
        }
    }
    assert_eq!(taken, 3);
}

#[test]
fn every_command_of_the_program_is_in_the_readme() {
    let commands = shown_commands(&document("README.md"));
    let shown: BTreeSet<&str> = commands
        .iter()
        .filter_map(|command| command.first())
        .map(String::as_str)
        .collect();
    let help = run_with(&["--help"], b"");
    let listed = help
        .lines()
        .into_iter()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        // A description that goes on in the next line is indented further.
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .filter(|name| name != "help")
        .collect::<Vec<_>>();
    assert!(listed.len() > 10, "{}", help.stdout);
    for name in listed {
        assert!(
            shown.contains(name.as_str()),
            "station {name} is not in the README"
        );
    }
}

/// The headings of a document, as links to them write them.
fn headings(text: &str) -> impl Iterator<Item = String> {
    text.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| line.trim_start_matches('#').trim())
        .map(|heading| heading.to_lowercase().replace(' ', "-"))
}

#[test]
fn what_the_documents_lead_to_is_there() {
    for (name, folder) in [
        ("README.md", ""),
        ("docs/architecture.md", "docs"),
        ("docs/safety.md", "docs"),
    ] {
        let text = document(name);
        let links: Vec<&str> = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
            .filter(|link| !link.contains("://"))
            .collect();
        assert!(!links.is_empty(), "{name} leads somewhere");
        for link in links {
            let is_there = match link.strip_prefix('#') {
                Some(heading) => headings(&text).any(|there| there == heading),
                None => root().join(folder).join(link).exists(),
            };
            assert!(is_there, "{name} leads to {link}");
        }
    }
}

#[test]
fn the_tests_that_guard_the_invariants_are_there() {
    let text = document("docs/architecture.md");
    let table = text
        .split("## Invariants")
        .nth(1)
        .and_then(|rest| rest.split("\n## ").next())
        .expect("a table");
    let mut rows = 0;
    for line in table.lines().filter(|line| line.starts_with("| I")) {
        rows += 1;
        let shown = line.rsplit('|').nth(1).expect("a last column");
        let mut source = None;
        for word in shown.split('`').skip(1).step_by(2) {
            if word.contains('/') {
                source = Some(document(word));
            } else {
                let source: &String = source.as_ref().expect("a file before its test");
                assert!(source.contains(&format!("fn {word}(")), "{word}");
            }
        }
        assert!(source.is_some(), "{line}");
    }
    assert_eq!(rows, 14);
}

/// What whoever is named types.
const SECRET: &str = "correct horse battery";

#[test]
fn the_day_of_the_readme_is_reviewed_reported_and_exported_as_it_stands_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    std::fs::create_dir(here.join("docs")).expect("a folder");
    std::os::unix::fs::symlink(root().join("docs/example"), here.join("docs/example"))
        .expect("the examples");
    let text = document("README.md");
    let section = text
        .split("\n## A day to review\n")
        .nth(1)
        .and_then(|rest| rest.split("\n## ").next())
        .expect("a section");
    let at_home = here.join("home").display().to_string();
    let mut variables = BTreeMap::from([
        ("HOME".to_owned(), at_home.clone()),
        ("XDG_DATA_HOME".to_owned(), at_home),
    ]);
    let mut ran = BTreeSet::new();
    for (shown, line) in shown_lines(section) {
        if let Some((name, value)) = line
            .strip_prefix("export ")
            .and_then(|set| set.split_once('='))
        {
            let value = value.replace("$PWD", &here.display().to_string());
            variables.insert(name.to_owned(), value);
        } else if let Some(arguments) = arguments(line).filter(|_| shown != Shown::Beside) {
            done(here, &variables, &arguments);
            ran.insert(arguments[0].clone());
        }
    }
    let wanted = "audit backup correct demo export head identify import note purge replay report review sessions show sign staff verify";
    assert_eq!(ran, wanted.split(' ').map(str::to_owned).collect());
    for file in [
        "day.html",
        "course-K7PD2MXQ.html",
        "visit/summary.csv",
        "visit.edf",
        "archive.sqlite",
        "latest.sqlite",
    ] {
        assert!(here.join(file).is_file(), "{file}");
    }
    let count = |name: &str| {
        std::fs::read_dir(here.join(name))
            .expect("a folder")
            .count()
    };
    assert_eq!((count("fit"), count("fhir")), (8, 3));
    assert!(!here.join("home").exists(), "nothing was written elsewhere");
}

/// Runs a line to its end, as the person at the terminal: who is asked for a secret types it, and leaves a review again.
fn done(here: &Path, variables: &BTreeMap<String, String>, arguments: &[String]) {
    let mut reviews = arguments[0] == "review";
    let asks = arguments.iter().any(|word| word == "--by") || arguments[0] == "staff";
    if !reviews && !asks {
        let output = station()
            .args(arguments)
            .current_dir(here)
            .envs(variables)
            .output()
            .expect("the program runs");
        let run = Run::new(&output);
        assert_eq!(run.status, Some(0), "{arguments:?}: {}", run.stderr);
        return;
    }
    let mut screen = Screen::within(here, variables, arguments);
    let mut answers = 0;
    while screen.until_or_left("a question, the day, or the end", |text| {
        let questions =
            text.matches("ecret of anna:").count() + text.matches("The same again:").count();
        questions > answers || (reviews && text.contains("8 sessions") && !text.contains("reading"))
    }) {
        if reviews {
            screen.press("q");
            reviews = false;
        } else {
            screen.press(&format!("{SECRET}\r"));
            answers += 1;
        }
    }
    let (status, last) = screen.until_left();
    assert!(status.success(), "{arguments:?}: {last}");
}
