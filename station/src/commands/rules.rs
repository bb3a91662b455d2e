//! `station rules`: the supervision rules in force, for people or as JSON.
//!
//! Promises: what is printed is the table that the core decides by, not a copy of it.

mod json;

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Args;
use control::rules::table::{self, Rule, Stage};

use self::json::Table;
use crate::commands::output::{self, Output};

const EXAMPLES: &str = "\
Examples:
  station rules
  station rules hr-limit spo2-floor
  station rules --json

Exit status: 0 when done, 2 for wrong usage.";

/// Arguments of `station rules`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct RulesArgs {
    /// Only these rules, by name
    rules: Vec<String>,

    /// One JSON object by rule name
    #[arg(long)]
    json: bool,
}

/// Prints the rules.
#[must_use]
pub fn run(args: &RulesArgs) -> ExitCode {
    let unknown = args
        .rules
        .iter()
        .find(|name| !table::all().any(|rule| rule.id.name() == name.as_str()));
    if let Some(name) = unknown {
        return output::wrong_usage(&format_args!(
            "there is no rule '{name}'; `station rules` names them all"
        ));
    }
    let chosen: Vec<&Rule> = table::all()
        .filter(|rule| {
            args.rules.is_empty() || args.rules.iter().any(|name| name == rule.id.name())
        })
        .collect();
    let mut out = Output::new();
    if args.json {
        out.json_line(&Table(&chosen));
    } else {
        for rule in chosen {
            out.line(&described(rule));
        }
    }
    match out.finish() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::finding(&format_args!("the rules could not be written: {error}")),
    }
}

/// One rule, in lines that a person reads. Writing to a `String` cannot fail.
fn described(rule: &Rule) -> String {
    let mut text = format!("{}\n    {}", rule.id, rule.when);
    if rule.mean_s > 0 {
        let _ok = write!(text, "; mean of {} s", rule.mean_s);
    }
    if let Some(seconds) = rule.mean_s_af {
        let _ok = write!(text, ", in atrial fibrillation of {seconds} s");
    }
    if let Some(limit) = rule.limit_af {
        let _ok = write!(text, "; limit in atrial fibrillation {limit}");
    }
    for stage in rule.stages {
        text.push_str("\n    ");
        text.push_str(&described_stage(stage));
    }
    if let Some(escalation) = rule.escalate {
        let _ok = write!(
            text,
            "\n    {:<9}{}, tell {}: {}",
            "at once",
            escalation.load.name(),
            escalation.tell.name(),
            escalation.when
        );
    }
    let _ok = write!(text, "\n    {:<9}{}", "ends", end(rule));
    if !rule.off_for.is_empty() {
        let flags: Vec<_> = rule.off_for.iter().map(|flag| flag.name()).collect();
        let _ok = write!(text, "\n    {:<9}{}", "off for", flags.join(", "));
    }
    if table::NOT_EVALUATED.contains(&rule.id) {
        text.push_str("\n    not evaluated by the core: the hardware's own");
    }
    text
}

fn described_stage(stage: &Stage) -> String {
    let after = if stage.after_s == 0 {
        String::from("at once")
    } else {
        format!("{} s", stage.after_s)
    };
    let mut acts = Vec::new();
    acts.extend(stage.load.map(|act| act.name().to_owned()));
    acts.extend(stage.tell.map(|tell| format!("tell {}", tell.name())));
    acts.extend(stage.doubt.map(|signal| format!("doubt {}", signal.name())));
    if stage.relay_opens {
        acts.push(String::from("open the relay"));
    }
    if stage.latched {
        acts.push(String::from("latched"));
    }
    acts.extend(stage.ask.map(|what| format!("ask: {what}")));
    acts.extend(stage.note.map(str::to_owned));
    acts.extend(stage.unless.map(|when| format!("unless {when}")));
    acts.extend(
        stage
            .after_s_denervated
            .map(|seconds| format!("after {seconds} s for a denervated heart")),
    );
    format!("{after:<9}{}", acts.join(", "))
}

fn end(rule: &Rule) -> String {
    let mut text = String::from(rule.clear.unwrap_or("when the condition no longer holds"));
    if let Some(seconds) = rule.clear_s {
        let _ok = write!(text, ", for {seconds} s");
    }
    if rule.latched {
        text.push_str(", and a person acknowledges");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str) -> String {
        described(
            table::all()
                .find(|rule| rule.id.name() == name)
                .expect("known"),
        )
    }

    #[test]
    fn a_rule_reads_as_what_is_done_when() {
        insta::assert_snapshot!(text("hr-limit"), @r"
        hr-limit
            heart rate >= H; mean of 5 s, in atrial fibrillation of 15 s
            at once  hold
            5 s      fall
            10 s     tell medium
            30 s     cool_down, tell high, latched, after 120 s for a denervated heart
            ends     heart rate < H - 3, for 15 s
        ");
        insta::assert_snapshot!(text("hr-jump"), @r"
        hr-jump
            heart rate rises by more than 30 in 10 s, load not rising in the last 60 s; mean of 3 s
            at once  hold, tell medium, ask: check the rhythm
            at once  fall, tell medium: a second source agrees
            ends     when the condition no longer holds, and a person acknowledges
            off for  af
        ");
        assert!(text("host-silent").contains("not evaluated"));
    }
}
