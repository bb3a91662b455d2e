//! `station rules`: the supervision rules in force, for people, as JSON, or as the tables of `docs/safety.md`.
//!
//! Promises: what is printed is the table that the core decides by, not a copy of it.

mod json;
mod markdown;
mod text;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use control::rules::RuleId;
use control::rules::table::{self, Rule};
use jiff::civil::Date;

use super::chosen::{Chosen, Refused};
use crate::clock;
use crate::commands::day::date;
use crate::commands::output::{self, Output};
use crate::nearest::nearest;

const EXAMPLES: &str = "\
Examples:
  station rules
  station rules hr-limit spo2-floor
  station rules --prescription patients/p-031.toml
  station rules --prescription bike --patients patients --patient P-014
  station rules --json

Exit status: 0 when done, 1 where a patient's file has mistakes or the prescription is not in force, 2 for wrong usage.";

/// Arguments of `station rules`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct RulesArgs {
    /// Only these rules, by name
    rules: Vec<String>,

    /// With the values in force for this prescription: a patient's file, or with --patients a prescription's id
    #[arg(long, value_name = "P")]
    prescription: Option<String>,

    /// A patient's file or the folder of them, where --prescription is an id
    #[arg(long, value_name = "PATH", requires = "prescription")]
    patients: Option<PathBuf>,

    /// The patient's pseudonym, where several have a prescription of that id
    #[arg(long, value_name = "PSEUDONYM", requires = "prescription")]
    patient: Option<String>,

    /// Take the prescriptions in force on this day instead of today, such as 2026-03-01
    #[arg(long, value_name = "DAY", requires = "prescription", value_parser = date)]
    on: Option<Date>,

    /// One JSON object by rule name
    #[arg(long)]
    json: bool,

    /// The tables of docs/safety.md
    #[arg(long, conflicts_with_all = ["json", "prescription", "rules"])]
    markdown: bool,
}

/// Prints the rules.
#[must_use]
pub fn run(args: &RulesArgs) -> ExitCode {
    let unknown = args
        .rules
        .iter()
        .find(|name| !table::all().any(|rule| rule.id.name() == name.as_str()));
    if let Some(name) = unknown {
        let nearest =
            nearest(name, RuleId::ALL, |rule| rule.name()).map_or("none", |rule| rule.name());
        return output::wrong_usage(&format_args!(
            "there is no rule '{name}'; the nearest is {nearest}, and `station rules` names them all"
        ));
    }
    let chosen = match choose(args) {
        Ok(chosen) => chosen,
        Err(refused) => return refused.tell(),
    };
    let rules: Vec<&Rule> = table::all()
        .filter(|rule| {
            args.rules.is_empty() || args.rules.iter().any(|name| name == rule.id.name())
        })
        .collect();
    let mut out = Output::new();
    match (&chosen, args.json) {
        (None, true) => out.json_line(&json::Table(&rules)),
        (Some(chosen), true) => out.json_line(&json::Resolved::of(&rules, chosen)),
        (None, false) if args.markdown => out.line(markdown::tables().trim_end()),
        (chosen, false) => {
            if let Some(chosen) = chosen {
                out.line(&text::heading(chosen));
            }
            for rule in rules {
                out.line(&text::described(rule, chosen.as_ref()));
            }
        }
    }
    match out.finish() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::finding(&format_args!("the rules could not be written: {error}")),
    }
}

/// The prescription that was asked for, if one was.
fn choose(args: &RulesArgs) -> Result<Option<Chosen>, Refused> {
    let Some(asked) = &args.prescription else {
        return Ok(None);
    };
    let day = args.on.unwrap_or_else(clock::today);
    Chosen::find(
        asked,
        args.patients.as_deref(),
        args.patient.as_deref(),
        day,
    )
    .map(Some)
}
