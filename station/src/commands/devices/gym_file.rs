//! A gym's file from what was found: one that `station check` accepts, to be finished by a person.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use drivers::catalogue::{Family, Role, Setting, Settings};
use drivers::detect::Verdict;
use protocols::vocabulary::OnSilence;
use thiserror::Error;

/// Why there is no file.
#[derive(Debug, Error)]
pub(super) enum GymFileError {
    #[error("{} is there already; write another name, or take it away", .0.display())]
    Taken(PathBuf),
    #[error("{} cannot be written: {source}; look at its folder", path.display())]
    Unwritten { path: PathBuf, source: io::Error },
}

/// Writes the file, and the patients' folder beside it where there is none. A file that is there is left alone.
pub(super) fn write(path: &Path, found: &[(&Path, &Verdict)]) -> Result<(), GymFileError> {
    let unwritten = |source: io::Error| {
        if source.kind() == io::ErrorKind::AlreadyExists {
            GymFileError::Taken(path.to_path_buf())
        } else {
            GymFileError::Unwritten {
                path: path.to_path_buf(),
                source,
            }
        }
    };
    let mut file = File::create_new(path).map_err(unwritten)?;
    file.write_all(text(found).as_bytes()).map_err(unwritten)?;
    let patients = path.parent().unwrap_or(Path::new("")).join("patients");
    fs::create_dir_all(&patients).map_err(|source| GymFileError::Unwritten {
        path: patients,
        source,
    })
}

/// A found device that the catalogue has.
struct Known<'a> {
    family: &'static Family,
    port: &'a Path,
    verdict: &'a Verdict,
}

fn text(found: &[(&Path, &Verdict)]) -> String {
    let mut text = "# What `station devices` found. Finish it, then try it with `station check`.\n\
        name = \"Gym\"\n\
        patients = \"patients\"\n"
        .to_owned();
    let known: Vec<Known<'_>> = found
        .iter()
        .filter_map(|(port, verdict)| {
            Some(Known {
                family: Family::by_id(verdict.protocol)?,
                port,
                verdict,
            })
        })
        .collect();
    let (machines, sensors): (Vec<_>, Vec<_>) = known
        .iter()
        .partition(|known| matches!(known.family.role, Role::Machine(_)));
    let mut number = 0_u8;
    for machine in machines {
        let finished = !is_unfinished(machine);
        add_station(&mut text, number.saturating_add(1), machine);
        number = number.saturating_add(u8::from(finished));
    }
    if number == 0 {
        text.push_str(
            "\n# No machine was found, and a gym has one: this one is virtual, put a real one in its place.\n\
             [[station]]\nnumber = 1\nname = \"Station 1\"\nmachine = \"csafe\"\nkind = \"cycle\"\nport = \"virtual\"\nbench = \"virtual\"\n",
        );
    }
    for (number, sensor) in (1_u32..).zip(sensors) {
        add_sensor(&mut text, number, sensor);
    }
    text
}

fn add_station(text: &mut String, number: u8, known: &Known<'_>) {
    let (protocol, port) = (known.family.id, quoted(known.port));
    let told = told(known);
    let keeps_load = (known.family.link)(&Settings::default())
        .capabilities()
        .is_none_or(|can| can.on_silence == OnSilence::KeepsLoad);
    let relay = if keeps_load {
        "# This machine keeps its last load when nobody talks to it: wire a safety relay and write its lines here.\n"
    } else {
        ""
    };
    let lines = format!(
        "[[station]]\nnumber = {number}\nname = \"Station {number}\"\nmachine = \"{protocol}\"\n{told}{relay}port = {port}\n\
         bench = \"none\"            # or the lines of a real one: {{ chip = \"/dev/gpiochip0\", stop_line = 17, relay_line = 27 }}\n"
    );
    add(text, known, &lines);
}

fn add_sensor(text: &mut String, number: u32, known: &Known<'_>) {
    let (protocol, port) = (known.family.id, quoted(known.port));
    let told = told(known);
    let lines = format!(
        "[[sensor]]\nname = \"Sensor {number}\"\nprotocol = \"{protocol}\"\n{told}port = {port}\n"
    );
    add(text, known, &lines);
}

/// A device that has to be told what nobody can guess is written down as a comment: with a guess it would be somebody else's.
fn add(text: &mut String, known: &Known<'_>, lines: &str) {
    let about = about(known.verdict);
    let mark = if is_unfinished(known) { "# " } else { "" };
    // Writing to a text cannot fail.
    let _written = writeln!(text, "\n# {about}");
    for line in lines.lines() {
        let _written = writeln!(text, "{mark}{line}");
    }
}

/// Whether something has to be told of it that nobody can guess.
fn is_unfinished(known: &Known<'_>) -> bool {
    let mut settings = known.family.settings.iter();
    settings.any(|setting| setting.required && word_of(setting).is_none())
}

/// What the wire does not say, with a word that a person has to look at, and the line where it is not the likeliest.
fn told(known: &Known<'_>) -> String {
    let mut told = String::new();
    for setting in known.family.settings.iter().filter(|one| one.required) {
        let (key, what) = (setting.key, setting.what);
        let value = word_of(setting).unwrap_or("?");
        let others: Vec<&str> = setting.values.iter().skip(1).copied().collect();
        let others = if others.is_empty() {
            String::new()
        } else {
            format!("or \"{}\": ", others.join("\", \""))
        };
        let _written = writeln!(told, "{key} = \"{value}\"    # {others}{what}");
    }
    let line = known.verdict.line;
    if line != known.family.line() && known.family.lines.contains(&line) {
        let _written = writeln!(told, "line = \"{line}\"");
    }
    told
}

/// The first word that a setting may be; `None` for numbers and keys, which nobody can guess.
fn word_of(setting: &Setting) -> Option<&'static str> {
    let word = setting.values.first()?;
    let is_word = !word.contains("..=") && !word.starts_with("HEX*");
    is_word.then_some(*word)
}

fn about(verdict: &Verdict) -> String {
    let identity = verdict.identity.as_deref().unwrap_or("no name of its own");
    let clean: String = identity
        .chars()
        .filter(|character| !character.is_control())
        .collect();
    format!(
        "{}, {} at {}: {clean}",
        verdict.protocol,
        verdict.certainty.word(),
        verdict.line
    )
}

fn quoted(path: &Path) -> String {
    toml::Value::String(path.to_string_lossy().into_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use drivers::catalogue::FAMILIES;
    use drivers::detect::Certainty;
    use drivers::port::LineSettings;

    use super::*;
    use crate::clock;
    use crate::config::file::examine;

    fn verdict(protocol: &'static str) -> Verdict {
        Verdict {
            protocol,
            certainty: Certainty::Likely,
            line: LineSettings::plain(9_600),
            identity: Some("a \"name\"\nof two lines".to_owned()),
            alternatives: Vec::new(),
        }
    }

    #[test]
    fn what_is_written_is_accepted_whatever_was_found() {
        let all: Vec<&str> = FAMILIES.iter().map(|family| family.id).collect();
        for count in 0..=all.len() {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("gym.toml");
            let verdicts: Vec<_> = all.iter().take(count).map(|id| verdict(id)).collect();
            let ports: Vec<_> = (0..count)
                .map(|number| PathBuf::from(format!("/dev/serial/by-path/\"{number}\"")))
                .collect();
            let found: Vec<_> = ports.iter().map(PathBuf::as_path).zip(&verdicts).collect();
            write(&path, &found).unwrap();
            let loaded =
                examine(&path, clock::today()).unwrap_or_else(|wrong| panic!("{wrong:#?}"));
            // What an ANT radio hears waits for the key of its network.
            let told = || {
                let found = FAMILIES.iter().take(count);
                found.filter(|family| !family.id.starts_with("ant"))
            };
            let machines = told()
                .filter(|family| matches!(family.role, Role::Machine(_)))
                .count();
            assert_eq!(loaded.config.stations.len(), machines.max(1));
            assert_eq!(loaded.config.sensors.len(), told().count() - machines);
        }
    }

    #[test]
    fn a_machine_found_at_another_rate_is_opened_at_that() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gym.toml");
        // Its likeliest is 4800.
        let found = verdict("trackmaster");
        write(&path, &[(Path::new("/dev/serial/by-path/one"), &found)]).unwrap();
        let loaded = examine(&path, clock::today()).unwrap();
        let station = loaded.config.stations.first().unwrap();
        assert_eq!(station.machine.protocol().line(), found.line);
    }

    #[test]
    fn a_file_that_is_there_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gym.toml");
        fs::write(&path, "mine").unwrap();
        let error = write(&path, &[]).unwrap_err();
        assert!(matches!(error, GymFileError::Taken(_)), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    }
}
