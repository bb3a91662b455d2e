//! The gym's file with its patients' folder: read, checked, merged. Every mistake is gathered, in every file.

use std::path::{Path, PathBuf};

use control::prescription::Tuning;
use jiff::civil::Date;
use protocols::vocabulary::MachineKind;
use toml::Spanned;

use super::devices::{Bays, read_sensors, read_stations};
use super::kind::{Flag, ListOf, Text};
use super::mistake::{Findings, Mistake};
use super::section::Section;
use super::tuning::read_tuning;
use super::{Config, SensorConfig, StationConfig, source};
use crate::clinic::Patient;
use crate::clinic::patient::{Folder, read_folder};
use crate::commissioning::Book;

/// A gym's configuration, and what deserves a look although it is allowed.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// What the gym runs on.
    pub config: Config,
    /// What a person should know of it.
    pub warnings: Vec<Mistake>,
}

/// Reads a gym's file and its patients' folder. `today` decides which prescriptions are in force.
///
/// # Errors
///
/// Every mistake of every file: the gym's first, then the patients' by file name, each file's by line.
pub fn load(path: &Path, today: Date) -> Result<Loaded, Vec<Mistake>> {
    examine(path, today).map_err(|(mistakes, _)| mistakes)
}

/// As [`load`], with the warnings also where there are mistakes.
///
/// # Errors
///
/// Every mistake, and every warning.
pub fn examine(path: &Path, today: Date) -> Result<Loaded, (Vec<Mistake>, Vec<Mistake>)> {
    let text = source::read(path).map_err(|mistake| (vec![mistake], Vec::new()))?;
    let findings = Findings::new(path, &text);
    let read = source::parse(&findings).map(|table| {
        let section = Section::new(&findings, "the gym's file".to_owned(), 0..0, &table);
        read_gym(section, path, today)
    });
    let (mut mistakes, mut warnings) = findings.into_parts();
    let Some((gym, folder)) = read else {
        return Err((mistakes, warnings));
    };
    mistakes.extend(folder.mistakes);
    warnings.extend(folder.warnings);
    let commissioned = Book::of(path).unwrap_or_else(|error| {
        let (what, remedy) = error.told();
        mistakes.push(Mistake::of_file(&Book::path(path), what, remedy.to_owned()));
        Book::default()
    });
    match gym {
        Some(gym) if mistakes.is_empty() => Ok(Loaded {
            config: Config {
                gym: gym.name,
                record: gym.record,
                keep_wire: gym.keep_wire,
                sound_command: gym.sound_command,
                stations: gym.stations,
                sensors: gym.sensors,
                tuning: gym.tuning,
                patients: folder.patients,
                commissioned,
            },
            warnings,
        }),
        Some(_) | None => Err((mistakes, warnings)),
    }
}

/// What the gym's own file says.
struct Gym {
    name: String,
    record: Option<PathBuf>,
    keep_wire: bool,
    sound_command: Vec<String>,
    stations: Vec<StationConfig>,
    sensors: Vec<SensorConfig>,
    tuning: Tuning,
}

fn read_gym(section: Section<'_, '_>, path: &Path, today: Date) -> (Option<Gym>, Folder) {
    let home = path.parent().unwrap_or(Path::new(""));
    let name = section.required("name", &Text);
    let record = section
        .optional("record", &Text)
        .map(|record| home.join(record.into_inner()));
    let keep_wire = section
        .optional("keep_wire", &Flag)
        .is_none_or(Spanned::into_inner);
    let sound_command = section
        .optional("sound_command", &ListOf(Text))
        .map(Spanned::into_inner)
        .unwrap_or_default();
    let tuning = read_tuning(&section);
    let folder = read_patients(&section, home, today);
    let mut bays = Bays::default();
    let stations = read_stations(&section, &mut bays);
    let sensors = read_sensors(&section, &mut bays);
    if let (Some(stations), Some(sensors)) = (&stations, &sensors)
        && section.findings().count() == 0
    {
        warn_of_what_cannot_begin(&section, stations, sensors, &folder.patients);
    }
    section.finish();
    let gym = || {
        Some(Gym {
            name: name?.into_inner(),
            record,
            keep_wire,
            sound_command,
            stations: stations?,
            sensors: sensors?,
            tuning,
        })
    };
    (gym(), folder)
}

fn read_patients(section: &Section<'_, '_>, home: &Path, today: Date) -> Folder {
    let Some(patients) = section.required("patients", &Text) else {
        return Folder::default();
    };
    let path = home.join(patients.get_ref());
    match read_folder(&path, today) {
        Ok(folder) => {
            if folder.patients.is_empty() && folder.mistakes.is_empty() {
                section.findings().warning(
                    &patients.span(),
                    format!("there is no patient in {}", path.display()),
                    "put a .toml file for each patient there",
                );
            }
            folder
        }
        Err(error) => {
            section.findings().mistake(
                &patients.span(),
                format!(
                    "the patients' folder {} cannot be read: {error}",
                    path.display()
                ),
                "write the path of a folder that is there, as seen from this file",
            );
            Folder::default()
        }
    }
}

/// Prescriptions that nothing in this gym can serve.
fn warn_of_what_cannot_begin(
    section: &Section<'_, '_>,
    stations: &[StationConfig],
    sensors: &[SensorConfig],
    patients: &[Patient],
) {
    use control::input::Device;
    let has_sensor = |role| sensors.iter().any(|sensor| sensor.protocol.role() == role);
    let at = section.place("patients");
    let tell = |what: String, remedy: &str| section.findings().warning(&at, what, remedy);
    for patient in patients {
        for ordered in &patient.prescriptions {
            let name = format!("prescription \"{}\" of {}", ordered.id, patient.pseudonym);
            let has_machine = stations
                .iter()
                .any(|station| station.machine.kind() == ordered.machine);
            if !has_machine {
                let machine = match ordered.machine {
                    MachineKind::Cycle => "cycle",
                    MachineKind::Treadmill => "treadmill",
                };
                tell(
                    format!("{name} is for a {machine}, and no station has one"),
                    "add a [[station]] with one, or have another prescription written",
                );
            }
            // An oximeter's pulse is a heart rate too.
            let heart_rate = has_sensor(Device::Strap) || has_sensor(Device::Oximeter);
            if ordered.prescription.heart_rate_required && !heart_rate {
                tell(
                    format!("{name} requires a heart rate, and no sensor gives one"),
                    "add a [[sensor]] with protocol = \"zephyr-hxm\"",
                );
            }
            if ordered.prescription.saturation_required && !has_sensor(Device::Oximeter) {
                tell(
                    format!("{name} requires a saturation, and there is no oximeter"),
                    "add a [[sensor]] with protocol = \"nonin-df2\"",
                );
            }
        }
    }
}
