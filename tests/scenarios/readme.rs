//! The README: every command that it shows exists, with the options that it shows, and every file that it leads to is there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::program::run_with;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn document(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).expect("a document")
}

/// What stands between backquotes on a line, and a line of a code block as a whole.
fn shown_commands(text: &str) -> Vec<Vec<String>> {
    let mut commands = Vec::new();
    let mut in_block = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if in_block {
            commands.push(line);
        } else {
            commands.extend(line.split('`').skip(1).step_by(2));
        }
    }
    commands
        .into_iter()
        .filter_map(|command| command.trim().strip_prefix("station "))
        .map(|arguments| arguments.split_whitespace().map(str::to_owned).collect())
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
            assert!(
                root().join(folder).join(link).exists(),
                "{name} leads to {link}"
            );
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
