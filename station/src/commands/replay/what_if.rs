//! `station replay ID --whatif FILE`: what another prescription would have made of what was recorded.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use jiff::civil::Date;
use protocols::vocabulary::MachineKind;
use protocols::vocabulary::number::floor_to_u32;
use serde::Serialize;

use super::super::chosen::{Chosen, Refused};
use super::super::output;
use super::{of_difference, written};
use crate::clock;
use crate::dashboard::words;
use crate::records::replay::alternative::{self, BoutAlternative, Outcome};
use crate::records::replay::instant;
use crate::records::{Archive, RecordsError};

#[derive(Serialize)]
struct WhatIf {
    session: String,
    patient: String,
    prescription: String,
    prescribed_to: String,
    version: u32,
    readings: &'static str,
    bouts: Vec<BoutAlternative>,
}

pub(super) fn run(
    archive: &Archive,
    asked: &str,
    (file, prescription, on): (&Path, Option<&str>, Option<Date>),
    json: bool,
) -> Result<ExitCode, RecordsError> {
    let session = archive.find(asked)?;
    let chosen = match find(file, prescription, on.unwrap_or_else(clock::today)) {
        Ok(chosen) => chosen,
        Err(Refused::NoFile(asked)) => {
            return Ok(output::wrong_usage(&format_args!(
                "there is no file '{asked}'; write a patient's file, or a folder of them, after --whatif"
            )));
        }
        Err(Refused::Several { path, fitting }) => {
            return Ok(output::wrong_usage(&format_args!(
                "{} has more than one of these: {fitting}; write --whatif with the one patient's file, and --prescription ID",
                path.display()
            )));
        }
        Err(refused) => return Ok(refused.tell()),
    };
    let mut told = WhatIf {
        session: session.id.clone(),
        patient: session.patient.clone(),
        prescription: chosen.ordered.id.clone(),
        prescribed_to: chosen.pseudonym.clone(),
        version: chosen.ordered.version,
        readings: "as recorded: the patient did not answer to the other load",
        bouts: Vec::new(),
    };
    if !session.patient.eq_ignore_ascii_case(&chosen.pseudonym) {
        output::complain(&format_args!(
            "{} was ordered for {}, and {} is a session of {}: what follows is another patient's prescription on these readings",
            chosen.ordered.id, chosen.pseudonym, session.id, session.patient
        ));
    }
    for bout in archive.bouts(&session.id)? {
        if bout.machine() != Some(chosen.ordered.machine) {
            output::complain(&format_args!(
                "bout {} is not on a {}: it is left out",
                bout.number(),
                words::machine(chosen.ordered.machine)
            ));
            continue;
        }
        match alternative::bout(archive, &bout, &chosen.ordered.prescription)? {
            Ok(bout) => told.bouts.push(bout),
            Err(difference) => {
                let words: Vec<String> = of_difference(&difference);
                return Ok(output::finding(&format_args!(
                    "bout {} cannot be run again:{}",
                    bout.number(),
                    words.join(" ")
                )));
            }
        }
    }
    if told.bouts.is_empty() {
        return Ok(output::finding(&format_args!(
            "{} has no bout on a {}: choose a prescription for its machine with --prescription ID",
            session.id,
            machine(chosen.ordered.machine)
        )));
    }
    Ok(written(json, &told, || lines(&told), ExitCode::SUCCESS))
}

const fn machine(kind: MachineKind) -> &'static str {
    words::machine(kind)
}

fn find(file: &Path, prescription: Option<&str>, day: Date) -> Result<Chosen, Refused> {
    match prescription {
        Some(id) => Chosen::find(id, Some(file), None, day),
        None => Chosen::find(&file.to_string_lossy(), None, None, day),
    }
}

fn lines(told: &WhatIf) -> Vec<String> {
    let mut lines = vec![
        format!(
            "{} under prescription {} version {}",
            told.session, told.prescription, told.version
        ),
        "The readings are as recorded: the patient did not answer to the other load.".to_owned(),
    ];
    for bout in &told.bouts {
        lines.push(String::new());
        lines.push(format!("Bout {}", bout.bout));
        lines.push(match &bout.first {
            None => "  the load would have been the same throughout".to_owned(),
            Some(first) => format!(
                "  first another load {} after the bout began: {:.2} MET instead of {:.2}",
                minutes(first.bout_s / 60.0),
                first.other_met,
                first.recorded_met
            ),
        });
        if let Some(first) = &bout.first {
            lines.push(format!(
                "    then: {}; otherwise: {}",
                first.recorded_reason.replace('_', " "),
                first.other_reason.replace('_', " ")
            ));
        }
        if let Some(waits_for) = &bout.waits_for {
            lines.push(format!(
                "    otherwise exercise never begins: it waits for {}",
                words::interlock(waits_for).join(", ")
            ));
        }
        lines.push(format!(
            "  {:<34} {:>10} {:>10}",
            "", "recorded", "otherwise"
        ));
        lines.extend(beside(&bout.recorded, &bout.other));
    }
    lines
}

fn minutes(value: f64) -> String {
    let seconds = floor_to_u32(value * 60.0).unwrap_or_default();
    instant::clock(i64::from(seconds) * 1_000_000)
}

fn beside(recorded: &Outcome, other: &Outcome) -> Vec<String> {
    let row = |name: &str, then: String, now: String| format!("  {name:<34} {then:>10} {now:>10}");
    let figure =
        |value: Option<f64>| value.map_or_else(|| "--".to_owned(), |value| format!("{value:.2}"));
    let mut lines = vec![
        row(
            "mean load, MET above rest",
            figure(recorded.load_mean_met),
            figure(other.load_mean_met),
        ),
        row(
            "highest load",
            figure(Some(recorded.load_peak_met)),
            figure(Some(other.load_peak_met)),
        ),
        row(
            "MET-minutes above rest",
            format!("{:.0}", recorded.net_met_minutes),
            format!("{:.0}", other.net_met_minutes),
        ),
    ];
    let union = |one: &BTreeMap<String, f64>, two: &BTreeMap<String, f64>, head: &str| {
        let names: std::collections::BTreeSet<&String> = one.keys().chain(two.keys()).collect();
        names
            .into_iter()
            .map(|name| {
                let of = |map: &BTreeMap<String, f64>| {
                    map.get(name)
                        .map_or_else(|| "-".to_owned(), |value| minutes(*value))
                };
                row(
                    &format!("{head}{}", name.replace('_', " ")),
                    of(one),
                    of(two),
                )
            })
            .collect::<Vec<String>>()
    };
    lines.extend(union(&recorded.phases_min, &other.phases_min, ""));
    lines.extend(union(
        &recorded.held_back_min,
        &other.held_back_min,
        "held: ",
    ));
    let rules: std::collections::BTreeSet<&String> =
        recorded.alarms.keys().chain(other.alarms.keys()).collect();
    lines.extend(rules.into_iter().map(|rule| {
        let of = |outcome: &Outcome| outcome.alarms.get(rule).copied().unwrap_or(0).to_string();
        row(&format!("alarm {rule}"), of(recorded), of(other))
    }));
    lines
}
