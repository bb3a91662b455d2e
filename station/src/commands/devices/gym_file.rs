//! A gym's file from what was found: one that `station check` accepts, to be finished by a person.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use drivers::catalogue::{Family, Role};
use drivers::detect::Verdict;
use thiserror::Error;

/// What a station's or a sensor's lines are, for the protocols that a gym's file knows.
const KNOWN: &[(&str, Lines)] = &[
    (
        "csafe",
        Lines::Machine(
            "kind = \"cycle\"            # or \"treadmill\": the wire does not say which it is\n\
             # This machine keeps its last load when nobody talks to it: wire a safety relay and write its lines here.\n",
        ),
    ),
    (
        "trackmaster",
        Lines::Machine(
            // Of the two this is the one that runs slower than asked where it is wrong.
            "speed_unit = \"mph\"        # or \"km/h\": what its display counts in, the wire does not say\n",
        ),
    ),
    ("nonin-df2", Lines::Sensor),
    ("zephyr-hxm", Lines::Sensor),
];

#[derive(Debug, Clone, Copy)]
enum Lines {
    Machine(&'static str),
    Sensor,
}

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

/// Whether a gym's file knows a protocol.
fn lines_of(protocol: &str) -> Option<Lines> {
    KNOWN
        .iter()
        .find(|(known, _)| *known == protocol)
        .map(|(_, lines)| *lines)
}

fn text(found: &[(&Path, &Verdict)]) -> String {
    let mut text = "# What `station devices` found. Finish it, then try it with `station check`.\n\
        name = \"Gym\"\n\
        patients = \"patients\"\n"
        .to_owned();
    let mut stations = 0_u8;
    for (port, verdict) in found {
        if let Some(Lines::Machine(lines)) = lines_of(verdict.protocol) {
            stations = stations.saturating_add(1);
            add_station(&mut text, stations, port, verdict, lines);
        }
    }
    if stations == 0 {
        text.push_str(
            "\n# No machine was found, and a gym has one: this one is virtual, put a real one in its place.\n\
             [[station]]\nnumber = 1\nname = \"Station 1\"\nmachine = \"csafe\"\nkind = \"cycle\"\nport = \"virtual\"\nbench = \"virtual\"\n",
        );
    }
    let mut sensors = 0_u32;
    for (port, verdict) in found {
        if let Some(Lines::Sensor) = lines_of(verdict.protocol) {
            sensors = sensors.saturating_add(1);
            let (protocol, port) = (verdict.protocol, quoted(port));
            let about = about(verdict);
            // Writing to a text cannot fail.
            let _written = write!(
                text,
                "\n# {about}\n[[sensor]]\nname = \"Sensor {sensors}\"\nprotocol = \"{protocol}\"\nport = {port}\n"
            );
        }
    }
    for (port, verdict) in found {
        if lines_of(verdict.protocol).is_none() {
            add_unknown(&mut text, port, verdict);
        }
    }
    text
}

fn add_station(text: &mut String, number: u8, port: &Path, verdict: &Verdict, lines: &str) {
    let (protocol, port) = (verdict.protocol, quoted(port));
    let about = about(verdict);
    let _written = write!(
        text,
        "\n# {about}\n[[station]]\nnumber = {number}\nname = \"Station {number}\"\nmachine = \"{protocol}\"\n{lines}port = {port}\n\
         bench = \"none\"            # or the lines of a real one: {{ chip = \"/dev/gpiochip0\", stop_line = 17, relay_line = 27 }}\n"
    );
}

/// What a gym's file does not know yet.
fn add_unknown(text: &mut String, port: &Path, verdict: &Verdict) {
    let is_machine = Family::by_id(verdict.protocol)
        .is_some_and(|family| matches!(family.role, Role::Machine(_)));
    let (table, key) = if is_machine {
        ("station", "machine")
    } else {
        ("sensor", "protocol")
    };
    let (protocol, port) = (verdict.protocol, quoted(port));
    let about = about(verdict);
    let _written = write!(
        text,
        "\n# {about}\n# A gym's file does not know this protocol yet.\n# [[{table}]]\n# {key} = \"{protocol}\"\n# port = {port}\n"
    );
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
        let all = [
            "csafe",
            "trackmaster",
            "nonin-df2",
            "zephyr-hxm",
            "ergoline",
            "masimo",
        ];
        for count in 0..=all.len() {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("gym.toml");
            let verdicts: Vec<_> = all.iter().take(count).map(|one| verdict(one)).collect();
            let ports: Vec<_> = (0..count)
                .map(|number| PathBuf::from(format!("/dev/serial/by-path/\"{number}\"")))
                .collect();
            let found: Vec<_> = ports.iter().map(PathBuf::as_path).zip(&verdicts).collect();
            write(&path, &found).unwrap();
            let loaded =
                examine(&path, clock::today()).unwrap_or_else(|wrong| panic!("{wrong:#?}"));
            assert_eq!(loaded.config.stations.len(), count.clamp(1, 2));
            assert_eq!(loaded.config.sensors.len(), count.clamp(2, 4) - 2);
        }
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
