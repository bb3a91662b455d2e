//! `docs/reached.md`: which phases, transitions, rules, reasons and refusals the run of fixed seed reached, and which it never did.
//!
//! `UPDATE_DOCS=1 cargo test -p control --test invariants` writes the document anew. Its counts are those of the day on which it was
//! written; what it says was reached, and what never was, has to be so today.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use control::phase::{Back, Event, Exercise, Passage, Phase, Preparation, Suspended, Waiting};
use control::rules::table;
use control::view::PhaseKind;
use protocols::vocabulary::Timestamp;

const A_MINUTE: Duration = Duration::from_mins(1);

/// Every phase, with everything that it can keep of what was interrupted.
fn phases() -> Vec<Phase> {
    let before = A_MINUTE;
    let mut phases = vec![
        Phase::Idle,
        Phase::Ready(Preparation {
            door_checked: true,
            confirmed: Some(Timestamp::ZERO),
            steady_since: None,
        }),
        Phase::Recovery,
        Phase::Finished,
        Phase::Stopped {
            interrupted: Suspended::Recovery,
        },
    ];
    for exercise in [
        Exercise::WarmUp { before },
        Exercise::Conditioning { before },
        Exercise::CoolDown { before, back: None },
        Exercise::CoolDown {
            before,
            back: Some(Back::WarmUp(before)),
        },
        Exercise::CoolDown {
            before,
            back: Some(Back::Conditioning(before)),
        },
    ] {
        phases.extend([Phase::Starting(exercise), Phase::Exercise(exercise)]);
        phases.extend([Waiting::Person, Waiting::Rule].map(|by| Phase::Paused {
            interrupted: exercise,
            by,
        }));
        phases.push(Phase::Stopped {
            interrupted: Suspended::Exercise(exercise),
        });
    }
    phases
}

/// Every step from one phase to another that the state machine knows, on a cycle or on a belt.
pub(crate) fn possible() -> BTreeSet<(String, String)> {
    let mut possible = BTreeSet::new();
    for phase in phases() {
        for belt in [false, true] {
            let passage = Passage {
                stretch: A_MINUTE,
                belt,
            };
            for after in Event::ALL
                .into_iter()
                .filter_map(|event| phase.after(event, passage).ok())
                .filter(|after| after.kind() != phase.kind())
            {
                possible.insert((format!("{:?}", phase.kind()), format!("{:?}", after.kind())));
            }
        }
    }
    possible
}

/// The transitions of the run, by their two phases.
pub(crate) fn transitions(reached: &BTreeMap<String, u64>) -> BTreeMap<(String, String), u64> {
    reached
        .iter()
        .filter_map(|(what, count)| {
            let pair = what.strip_prefix("transition (")?.strip_suffix(')')?;
            let (from, to) = pair.split_once(", ")?;
            Some(((from.to_owned(), to.to_owned()), *count))
        })
        .collect()
}

/// The document.
pub(crate) fn document(
    reached: &BTreeMap<String, u64>,
    looked: &BTreeMap<&'static str, u64>,
    cases: u32,
    never: &[((PhaseKind, PhaseKind), &str)],
    out_of_reach: &[(String, &str)],
) -> String {
    let mut text = format!(
        "# What the property tests reach\n\n\
        Printed by `station/control/tests/invariants/properties.rs` `the_invariants_hold_whatever_happens`: {cases} random cases of fixed\n\
        seed, each a bout with some 20 to 110 steps of readings, faults, people and time, on a cycle or on a belt. The counts are those of\n\
        the day on which this was written; which rows are reached, and which never, is held against the run by the same test.\n\
        `UPDATE_DOCS=1 cargo test -p control --test invariants` writes it anew.\n\n\
        ## Phases and transitions\n\n\
        From the phase of a line to that of a column: how often; **never** where the state machine knows the step and the run never took it;\n\
        nothing where there is no such step.\n\n"
    );
    matrix(&mut text, &transitions(reached));
    if never.is_empty() {
        text.push_str("\nEvery step that the state machine knows was taken.\n");
    } else {
        text.push_str("\n### Never reached\n\n| step | why |\n|---|---|\n");
    }
    for ((from, to), why) in never {
        let _ok = writeln!(text, "| {from:?} to {to:?} | {why} |");
    }
    text.push_str("\n## Rules\n\n| rule | times |\n|---|---|\n");
    for row in table::all() {
        let count = reached.get(&format!("rule {:?}", row.id));
        let count = count.map_or_else(|| "**never**".to_owned(), u64::to_string);
        let _ok = writeln!(text, "| `{}` | {count} |", row.id);
    }
    text.push_str("\nNever reached:\n\n");
    for (rule, why) in out_of_reach {
        let _ok = writeln!(text, "- `{rule}`: {why}");
    }
    for (kind, title) in [
        ("reason", "Reasons that bound a load"),
        ("refusal", "Refusals to a person"),
    ] {
        let _ok = write!(text, "\n## {title}\n\n| {kind} | times |\n|---|---|\n");
        for (what, count) in reached {
            if let Some(name) = what.strip_prefix(kind) {
                let _ok = writeln!(text, "| {} | {count} |", name.trim());
            }
        }
    }
    text.push_str(
        "\n## Calls in which an invariant was looked at\n\n| invariant | times |\n|---|---|\n",
    );
    for (invariant, count) in looked {
        let _ok = writeln!(text, "| {invariant} | {count} |");
    }
    text
}

fn matrix(text: &mut String, transitions: &BTreeMap<(String, String), u64>) {
    let possible = possible();
    text.push_str("| from \\ to |");
    for kind in PhaseKind::ALL {
        let _ok = write!(text, " {kind:?} |");
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(PhaseKind::ALL.len()));
    text.push('\n');
    for from in PhaseKind::ALL {
        let _ok = write!(text, "| {from:?} |");
        for to in PhaseKind::ALL {
            let pair = (format!("{from:?}"), format!("{to:?}"));
            let cell = match transitions.get(&pair) {
                Some(count) => count.to_string(),
                None if possible.contains(&pair) => "**never**".to_owned(),
                None => String::new(),
            };
            let _ok = write!(text, " {cell} |");
        }
        text.push('\n');
    }
}

/// Holds the document against what was just reached, or writes it anew where `UPDATE_DOCS` asks for that.
pub(crate) fn compare(document: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reached.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, document).expect("written");
    }
    let kept = std::fs::read_to_string(&path).expect("docs/reached.md");
    assert!(
        without_counts(&kept) == without_counts(document),
        "docs/reached.md says otherwise; UPDATE_DOCS=1 writes it anew:\n{document}"
    );
}

/// Cells that are numbers, without their figure.
fn without_counts(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| {
            let cells: Vec<&str> = line
                .split('|')
                .map(|cell| {
                    let number = cell.trim();
                    let counts =
                        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
                    if counts { "n" } else { cell }
                })
                .collect();
            cells.join("|")
        })
        .collect()
}
