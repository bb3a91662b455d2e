//! The device tables of `README.md` and `docs/devices.md` are the catalogue's own.
//!
//! `UPDATE_DOCS=1 cargo test -p station --test scenarios device_table` writes them anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use drivers::catalogue::{FAMILIES, Family, Role, Settings};
use protocols::vocabulary::{Capabilities, LoadControl, MachineKind, OnSilence};

const BEGIN: &str = "<!-- devices -->\n";
const END: &str = "<!-- end of devices -->\n";
const WIRING_BEGIN: &str = "<!-- wiring -->\n";
const WIRING_END: &str = "<!-- end of wiring -->\n";

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

/// What one of its links can do, as its likeliest kind.
fn abilities(family: &Family) -> Option<Capabilities> {
    (family.link)(&Settings::default()).capabilities().copied()
}

fn reads(family: &Family) -> String {
    let Some(can) = abilities(family) else {
        return match family.role {
            Role::Oximeter => "saturation, pulse".to_owned(),
            Role::HeartRate | Role::Machine(_) => "heart rate".to_owned(),
        };
    };
    let both = matches!(family.role, Role::Machine([_, _, ..]));
    let treadmill = both || can.kind == MachineKind::Treadmill;
    let words = [
        (can.reads.power, "power"),
        (can.reads.cadence, "cadence"),
        (can.reads.speed || treadmill && both, "speed"),
        (can.reads.grade || treadmill && both, "grade"),
    ];
    let words: Vec<&str> = words
        .into_iter()
        .filter_map(|(reads, word)| reads.then_some(word))
        .collect();
    words.join(", ")
}

fn commands(family: &Family) -> String {
    let Some(can) = abilities(family) else {
        return "none".to_owned();
    };
    match (can.control, family.role) {
        (LoadControl::ByHand, _) => "none: its load is set by hand".to_owned(),
        (LoadControl::CommandedFromLeast, _) => format!(
            "power, never under {} W; stop leaves that",
            can.held_at_least().get()
        ),
        (_, Role::Machine([_, _, ..])) => "power, or speed and grade".to_owned(),
        (_, _) if can.kind == MachineKind::Treadmill => "speed, grade, start, stop".to_owned(),
        (_, _) => "power, stop".to_owned(),
    }
}

fn on_silence(family: &Family) -> String {
    let Some(can) = abilities(family) else {
        return "nothing to keep".to_owned();
    };
    match (can.control, can.on_silence) {
        (LoadControl::ByHand, _) => "its load is not ours: **a relay is needed**".to_owned(),
        (_, OnSilence::KeepsLoad) => "**keeps its load: a relay is needed**".to_owned(),
        (_, OnSilence::NoLoad) => "no load to keep".to_owned(),
        (_, OnSilence::StopsAfter(after)) => format!("stops after {:.1} s", after.as_secs_f64()),
    }
}

fn row(family: &Family) -> String {
    let lines: Vec<String> = family.lines.iter().map(ToString::to_string).collect();
    let settings: Vec<String> = family
        .settings
        .iter()
        .map(|setting| format!("`{}`", setting.key))
        .collect();
    let dash = |text: String| {
        if text.is_empty() {
            "–".to_owned()
        } else {
            text
        }
    };
    format!(
        "| `{}` | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
        family.id,
        family.devices,
        dash(reads(family)),
        commands(family),
        on_silence(family),
        lines.join(", "),
        dash(settings.join(", ")),
        family.source,
        family.tried,
        dash(family.unsure.to_owned()),
    )
}

fn table() -> String {
    let mut table = String::from(
        "| id | devices | reads | commands | if the host falls silent | line | to be told | source | tried against | what is not certain |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
    );
    for family in FAMILIES {
        let _ = write!(table, "{}", row(family));
    }
    table
}

fn wiring() -> String {
    let mut table = String::from("| id | line | plug, pins, handshake, supply |\n|---|---|---|\n");
    for family in FAMILIES {
        let lines: Vec<String> = family.lines.iter().map(ToString::to_string).collect();
        let _ = writeln!(
            table,
            "| `{}` | {} | {} |",
            family.id,
            lines.join(", "),
            family.wiring
        );
    }
    table
}

fn with_between(text: &str, begin: &str, end: &str, table: &str) -> Option<String> {
    let (before, rest) = text.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{begin}{table}{end}{after}"))
}

/// The text with its tables as they have to be: the devices in both texts, how they are wired in one.
fn with_table(name: &str, text: &str) -> Option<String> {
    let text = with_between(text, BEGIN, END, &table())?;
    if name == "docs/devices.md" {
        return with_between(&text, WIRING_BEGIN, WIRING_END, &wiring());
    }
    Some(text)
}

#[test]
fn every_family_says_how_it_is_wired_where_it_was_read_and_what_it_was_tried_against() {
    for family in FAMILIES {
        let words = [family.wiring, family.source, family.tried];
        assert!(words.iter().all(|words| !words.is_empty()), "{}", family.id);
    }
}

#[test]
fn the_device_tables_are_the_catalogue() {
    for name in ["README.md", "docs/devices.md"] {
        let text = std::fs::read_to_string(file(name)).expect("a text");
        let wanted = with_table(name, &text).expect("a place for the table");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(file(name), &wanted).expect("it can be written");
            continue;
        }
        assert!(
            text == wanted,
            "{name} tells other devices than the catalogue; UPDATE_DOCS=1 writes them anew"
        );
    }
}
