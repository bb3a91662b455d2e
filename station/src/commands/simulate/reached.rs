//! What a run came through, as tables in Markdown: for `docs/simulation.md`.

use std::fmt::Write as _;

use control::rules::RuleId;
use control::view::PhaseKind;

use crate::dashboard::words;
use crate::simulation::summary::Reached;

/// Steps from the phase of a line to that of a column, then rules.
pub(super) fn tables(reached: &Reached) -> String {
    let mut text = String::from("\n| from \\ to |");
    for phase in PhaseKind::ALL {
        let _ = write!(text, " {} |", words::phase(phase));
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(PhaseKind::ALL.len()));
    for from in PhaseKind::ALL {
        let _ = write!(text, "\n| {} |", words::phase(from));
        for to in PhaseKind::ALL {
            match reached.steps.get(&(from, to)) {
                Some(count) => {
                    let _ = write!(text, " {count} |");
                }
                None => text.push_str("  |"),
            }
        }
    }
    let told: Vec<String> = RuleId::ALL
        .iter()
        .filter_map(|rule| Some(format!("`{}` {}", rule.name(), reached.told.get(rule)?)))
        .collect();
    let _ = write!(text, "\n\nRules that told somebody: {}.", told.join(", "));
    let never: Vec<String> = RuleId::ALL
        .iter()
        .filter(|rule| !reached.told.contains_key(rule))
        .map(|rule| format!("`{}`", rule.name()))
        .collect();
    let _ = write!(text, "\n\nNever: {}.", never.join(", "));
    text
}
