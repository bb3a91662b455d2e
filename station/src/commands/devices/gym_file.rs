//! A gym's file from what was found, to be finished by a person.
//!
//! Promises: `station check` accepts the file as it is written. What a machine told of itself stands in it. Whoever is only possible, has
//! to be set otherwise first, or needs from a person what no wire tells (a unit, a number, a key) stands there as a comment as a whole,
//! with what to write; with the marks taken off and nothing chosen, `station check` refuses it by name.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use drivers::catalogue::{Family, Role, Setting, Settings};
use drivers::detect::{Certainty, Verdict};
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
///
/// Gives the ports of what waits for a person and stands in the file as a comment.
pub(super) fn write<'a>(
    path: &Path,
    found: &[(&'a Path, &'a Verdict)],
) -> Result<Vec<&'a Path>, GymFileError> {
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
    let known = known(found);
    let mut file = File::create_new(path).map_err(unwritten)?;
    file.write_all(text(&known).as_bytes()).map_err(unwritten)?;
    let patients = path.parent().unwrap_or(Path::new("")).join("patients");
    fs::create_dir_all(&patients).map_err(|source| GymFileError::Unwritten {
        path: patients,
        source,
    })?;
    let waiting = known.iter().filter(|known| is_unfinished(known));
    Ok(waiting.map(|known| known.port).collect())
}

/// A found device that the catalogue has.
struct Known<'a> {
    family: &'static Family,
    port: &'a Path,
    verdict: &'a Verdict,
}

fn known<'a>(found: &[(&'a Path, &'a Verdict)]) -> Vec<Known<'a>> {
    let found = found.iter();
    found
        .filter_map(|(port, verdict)| {
            Some(Known {
                family: Family::by_id(verdict.protocol)?,
                port,
                verdict,
            })
        })
        .collect()
}

fn text(known: &[Known<'_>]) -> String {
    let mut text = "# What `station devices` found. Finish it, then try it with `station check`.\n\
        name = \"Gym\"\n\
        patients = \"patients\"\n"
        .to_owned();
    let (machines, sensors): (Vec<_>, Vec<_>) = known
        .iter()
        .partition(|known| matches!(known.family.role, Role::Machine(_)));
    let mut number = 1_u8;
    let mut is_ready = false;
    for machine in machines {
        add_station(&mut text, number, machine);
        number = number.saturating_add(1);
        is_ready |= !is_unfinished(machine);
    }
    if !is_ready {
        let _written = write!(
            text,
            "\n# No machine is ready, and a gym has one: this one is virtual. Take it away when a real one stands here.\n\
             [[station]]\nnumber = {number}\nname = \"Station {number}\"\nmachine = \"csafe\"\nkind = \"cycle\"\n\
             port = \"virtual\"\nbench = \"virtual\"\n",
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
    let keeps_load = (known.family.link)(&Settings::new(known.verdict.settings.clone()))
        .capabilities()
        .is_none_or(|can| can.on_silence == OnSilence::KeepsLoad);
    let relay = if keeps_load {
        "# If it takes loads, it keeps the last one when nobody talks to it: wire a safety relay and write its lines here.\n"
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

/// Adds a device's lines; as a comment where it cannot serve as it is.
fn add(text: &mut String, known: &Known<'_>, lines: &str) {
    let about = about(known.verdict);
    // Writing to a text cannot fail.
    let _written = writeln!(
        text,
        "\n# {about}\n# This protocol: {}",
        known.family.devices
    );
    if let Some(remedy) = known.verdict.remedy {
        let _written = writeln!(text, "# Before it serves: {remedy}.");
    }
    if known.verdict.certainty == Certainty::Possible {
        let others = known.verdict.alternatives.join(", ");
        let or = if others.is_empty() {
            ""
        } else {
            " It could also be: "
        };
        let _written = writeln!(
            text,
            "# Only possible, so it is left out until a person has looked.{or}{others}"
        );
    }
    let mark = if is_unfinished(known) { "# " } else { "" };
    let asked: Vec<&str> = asked(known).map(|setting| setting.key).collect();
    if !asked.is_empty() {
        let _written = writeln!(
            text,
            "# Nothing tells {}: write what it is in place of the ?, and take the marks off the lines.",
            asked.join(" and ")
        );
    }
    for line in lines.lines() {
        let _written = writeln!(text, "{mark}{line}");
    }
}

/// Whether it cannot serve as it is: with a guess it would be somebody else's.
fn is_unfinished(known: &Known<'_>) -> bool {
    known.verdict.certainty == Certainty::Possible
        || known.verdict.remedy.is_some()
        || asked(known).next().is_some()
}

/// What a person has to tell, for neither the device nor its wire does.
fn asked(known: &Known<'_>) -> impl Iterator<Item = &'static Setting> {
    let mut settings = known.family.settings.iter();
    std::iter::from_fn(move || {
        settings.find(|setting| setting.required && said_of(known, setting).is_none())
    })
}

/// What the device told of itself, what a person has to tell, and the line where it is not the likeliest.
fn told(known: &Known<'_>) -> String {
    let mut told = String::new();
    for setting in known.family.settings {
        let (key, what) = (setting.key, setting.what);
        if let Some(value) = said_of(known, setting) {
            let value = written(setting, value);
            let _written = writeln!(
                told,
                "{key} = {value}    # told by the device, look whether it is so: {what}"
            );
        } else if setting.required {
            let choices = if has_words(setting) {
                let values = setting.values.iter();
                let values: Vec<String> = values.map(|value| written(setting, value)).collect();
                format!("{}: ", values.join(" or "))
            } else {
                String::new()
            };
            let _written = writeln!(told, "{key} = \"?\"    # {choices}{what}");
        }
    }
    let line = known.verdict.line;
    if line != known.family.line() && known.family.lines.contains(&line) {
        let _written = writeln!(told, "line = \"{line}\"");
    }
    told
}

/// What the device told of a setting.
fn said_of<'a>(known: &'a Known<'_>, setting: &Setting) -> Option<&'a str> {
    let mut said = known.verdict.settings.iter();
    said.find(|(key, value)| *key == setting.key && setting.takes(value))
        .map(|(_, value)| value.as_str())
}

/// A value as a gym's file has it: words in quotes, numbers without.
fn written(setting: &Setting, value: &str) -> String {
    if has_words(setting) {
        format!("\"{value}\"")
    } else {
        value.to_owned()
    }
}

/// Whether it is one of a few words, and no number or key.
fn has_words(setting: &Setting) -> bool {
    let mut values = setting.values.iter();
    values.all(|value| !value.contains("..=") && !value.starts_with("HEX*"))
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

/// Whole, whatever it was asked for by: a gym is opened from any folder.
fn quoted(path: &Path) -> String {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    toml::Value::String(whole.to_string_lossy().into_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use drivers::catalogue::FAMILIES;
    use drivers::port::LineSettings;

    use super::*;
    use crate::clock;
    use crate::config::PortAddress;
    use crate::config::file::examine;

    fn verdict(protocol: &'static str) -> Verdict {
        Verdict {
            protocol,
            certainty: Certainty::Likely,
            line: LineSettings::plain(9_600),
            identity: Some("a \"name\"\nof two lines".to_owned()),
            alternatives: Vec::new(),
            settings: Vec::new(),
            remedy: None,
        }
    }

    fn told(protocol: &'static str, settings: &[(&'static str, &str)]) -> Verdict {
        let settings = settings.iter();
        Verdict {
            settings: settings
                .map(|(key, value)| (*key, (*value).to_owned()))
                .collect(),
            ..verdict(protocol)
        }
    }

    /// Writes a file of what was found, and hands it to `then`.
    fn written<T>(verdicts: &[Verdict], then: impl FnOnce(&Path) -> T) -> T {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gym.toml");
        let ports: Vec<_> = (0..verdicts.len())
            .map(|number| PathBuf::from(format!("/dev/serial/by-path/\"{number}\"")))
            .collect();
        let found: Vec<_> = ports.iter().map(PathBuf::as_path).zip(verdicts).collect();
        write(&path, &found).unwrap();
        then(&path)
    }

    /// Takes the marks off the lines of the one device, as a person does.
    fn unmark(path: &Path) {
        let text = fs::read_to_string(path).unwrap();
        let (head, rest) = text.split_once("# [[").unwrap();
        let (lines, rest) = rest.split_once("\n\n").unwrap_or((rest, ""));
        let lines = lines.replace("\n# ", "\n");
        fs::write(path, format!("{head}[[{lines}\n\n{rest}")).unwrap();
    }

    /// Writes the first of the choices of `key` in place of its mark.
    fn decide(path: &Path, setting: &Setting) {
        let text = fs::read_to_string(path).unwrap();
        let key = setting.key;
        let asked = format!("{key} = \"?\"");
        assert!(text.contains(&asked), "{key}: {text}");
        let decided = format!("{key} = \"{}\"", setting.values[0]);
        fs::write(path, text.replacen(&asked, &decided, 1)).unwrap();
    }

    #[test]
    fn a_port_that_was_named_by_a_part_of_its_path_stands_whole_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gym.toml");
        let family = FAMILIES.iter().find(|family| family.id == "kettler");
        let verdict = verdict(family.unwrap().id);
        write(&path, &[(Path::new("ports/01"), &verdict)]).unwrap();
        let loaded = examine(&path, clock::today()).unwrap_or_else(|wrong| panic!("{wrong:#?}"));
        let whole = std::path::absolute("ports/01").unwrap();
        let station = loaded.config.stations.first().unwrap();
        assert_eq!(station.port, PortAddress::Path(whole));
    }

    #[test]
    fn what_is_written_is_accepted_whatever_was_found() {
        for family in FAMILIES {
            written(&[verdict(family.id)], |path| {
                let loaded =
                    examine(path, clock::today()).unwrap_or_else(|wrong| panic!("{wrong:#?}"));
                let is_machine = matches!(family.role, Role::Machine(_));
                let is_asked = family.settings.iter().any(|setting| setting.required);
                let sensors = usize::from(!is_machine && !is_asked);
                assert_eq!(loaded.config.stations.len(), 1, "{}", family.id);
                assert_eq!(loaded.config.sensors.len(), sensors, "{}", family.id);
                let station = loaded.config.stations.first().unwrap();
                let is_virtual = !is_machine || is_asked;
                assert_eq!(
                    fs::read_to_string(path)
                        .unwrap()
                        .contains("\nport = \"virtual\""),
                    is_virtual,
                    "{}: {station:?}",
                    family.id
                );
            });
        }
    }

    #[test]
    fn what_no_wire_tells_is_asked_by_name_and_accepted_once_it_is_said() {
        let mut count = 0;
        for family in FAMILIES {
            // The key of an ANT network is nobody's to guess.
            let mut asked = family.settings.iter().filter(|setting| setting.required);
            if family.id.starts_with("ant") || asked.clone().next().is_none() {
                continue;
            }
            count += 1;
            written(&[verdict(family.id)], |path| {
                unmark(path);
                for setting in asked.by_ref() {
                    let refused = format!("{:?}", examine(path, clock::today()).map(|_| ()));
                    assert!(refused.contains(setting.key), "{refused}");
                    assert!(refused.contains(setting.values[0]), "{refused}");
                    decide(path, setting);
                }
                let loaded =
                    examine(path, clock::today()).unwrap_or_else(|wrong| panic!("{wrong:#?}"));
                // The second is the virtual one that stood in for it.
                let stations = loaded.config.stations.iter();
                let protocols: Vec<_> = stations
                    .map(|station| station.machine.protocol().id())
                    .collect();
                assert_eq!(protocols, [family.id, "csafe"]);
            });
        }
        assert!(count > 1, "{count}");
    }

    #[test]
    fn what_a_machine_told_is_written_and_not_asked() {
        for (protocol, settings) in [
            ("csafe", &[("kind", "treadmill")][..]),
            ("ergoline", &[("variant", "P3")]),
            ("daum-classic", &[("address", "5"), ("dialect", "old")]),
        ] {
            written(&[told(protocol, settings)], |path| {
                let loaded = examine(path, clock::today()).unwrap();
                let station = loaded.config.stations.first().unwrap();
                let kept = station.machine.protocol().settings();
                for (key, value) in settings {
                    assert_eq!(kept.get(key), Some(*value), "{protocol}");
                }
            });
        }
    }

    #[test]
    fn whoever_is_only_possible_or_set_otherwise_stands_there_as_a_comment() {
        let possible = Verdict {
            certainty: Certainty::Possible,
            alternatives: vec!["nonin-df8"],
            ..verdict("nonin-df1")
        };
        let wrong = Verdict {
            remedy: Some("set the output to ASCII 1"),
            ..verdict("masimo")
        };
        written(&[possible, wrong], |path| {
            let loaded = examine(path, clock::today()).unwrap();
            assert_eq!(loaded.config.sensors.len(), 0);
            let text = fs::read_to_string(path).unwrap();
            for words in [
                "It could also be: nonin-df8",
                "# protocol = \"nonin-df1\"",
                "# Before it serves: set the output to ASCII 1.",
                "# protocol = \"masimo\"",
            ] {
                assert!(text.contains(words), "{words}: {text}");
            }
        });
    }

    #[test]
    fn a_machine_found_at_another_rate_is_opened_at_that() {
        // Its likeliest is 4800.
        let found = verdict("trackmaster");
        let line = found.line;
        written(&[found], |path| {
            unmark(path);
            let unit = Family::by_id("trackmaster").unwrap().settings;
            decide(path, unit.iter().find(|unit| unit.required).unwrap());
            let loaded = examine(path, clock::today()).unwrap();
            let station = loaded.config.stations.first().unwrap();
            assert_eq!(station.machine.protocol().line(), line);
        });
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
