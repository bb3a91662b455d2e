//! The rules as the tables of `docs/safety.md`.

use std::fmt::Write as _;

use control::rules::table::{self, Rule};

use super::text::{described_stage, end};

/// One table a part. Writing to a `String` cannot fail.
pub(super) fn tables() -> String {
    let mut text = String::new();
    for (name, rules) in table::parts() {
        let _ok = write!(
            text,
            "### {name}\n\n| rule | condition | what is done | ends | off for |\n|---|---|---|---|---|\n"
        );
        for rule in rules {
            text.push_str(&row(rule));
        }
        text.push('\n');
    }
    text
}

fn row(rule: &Rule) -> String {
    let mut done: Vec<String> = rule
        .stages
        .iter()
        .map(|stage| spaced(&described_stage(stage, None)))
        .collect();
    if let Some(stronger) = rule.escalate {
        done.push(format!(
            "{}: {}, tell {}",
            stronger.when,
            stronger.load.name(),
            stronger.tell.name()
        ));
    }
    if let Some(lingering) = rule.lingers {
        done.push(format!(
            "not over for {} s and not told: tell {}",
            lingering.after_s,
            lingering.tell.name()
        ));
    }
    let flags: Vec<&str> = rule.off_for.iter().map(|flag| flag.name()).collect();
    format!(
        "| `{}` | {}{} | {} | {} | {} |\n",
        rule.id,
        rule.when,
        mean(rule),
        done.join("; "),
        end(rule),
        flags.join(", ")
    )
}

fn mean(rule: &Rule) -> String {
    let mut text = String::new();
    if rule.mean_s > 0 {
        let _ok = write!(text, " (mean of {} s", rule.mean_s);
        if let Some(seconds) = rule.mean_s_af {
            let _ok = write!(text, ", af {seconds} s");
        }
        if let Some(limit) = rule.limit_af {
            let _ok = write!(text, ", af limit {limit}");
        }
        text.push(')');
    }
    text
}

/// Without the padding of lines that stand under one another.
fn spaced(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    words.join(" ")
}
