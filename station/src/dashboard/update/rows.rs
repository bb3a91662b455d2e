//! The rows of a list, made anew from each picture. A row that cannot be chosen says why.

use control::view::PhaseKind;
use protocols::vocabulary::MachineKind;

use crate::dashboard::dialog::{Choice, Field, List};
use crate::dashboard::view::Seen;
use crate::dashboard::words;
use crate::gym::snapshot::{PatientChoice, PrescriptionChoice, SensorChoice, Snapshot};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it stands for.
    pub name: String,
    /// What is shown.
    pub text: String,
    /// Why it cannot be chosen.
    pub why_not: Option<String>,
    /// Ticked or not, in a list of ticks.
    pub ticked: Option<bool>,
}

/// Signs that a person can see, with the letter of the row.
pub const SIGNS: [(&str, &str); 9] = [
    (
        "poor-perfusion",
        "dizzy, pale, blue, confused or unsteady: stops",
    ),
    (
        "arrhythmia",
        "new arrhythmia, or the defibrillator's shock: stops",
    ),
    (
        "symptom",
        "another symptom, or the patient asks to stop: stops",
    ),
    ("ectopy", "extra beats on the rise: load is taken away"),
    ("angina", "angina, 0 to 4"),
    ("claudication", "leg pain (claudication), 0 to 4"),
    ("breathing", "breaths a minute, counted"),
    ("oxygen", "oxygen that flows, L/min"),
    ("glucose", "glucose, mg/dL or mmol/L"),
];

/// The field into which a sign is typed; `None` where it is told by its name alone.
#[must_use]
pub fn sign_field(name: &str) -> Option<Field> {
    match name {
        "angina" => Some(Field::Angina),
        "claudication" => Some(Field::Claudication),
        "breathing" => Some(Field::Breathing),
        "oxygen" => Some(Field::OxygenFlow),
        "glucose" => Some(Field::Glucose),
        _ => None,
    }
}

/// The list's heading.
#[must_use]
pub fn title(list: &List, seen: &Seen<'_>) -> String {
    let station = list.about.station;
    let patient = seen
        .station(station)
        .and_then(|there| there.session.as_ref())
        .map_or("", |session| session.patient.as_str());
    match &list.choice {
        Choice::Patient => format!("New session at station {station}: which patient?"),
        Choice::Prescription { patient } => {
            format!("Station {station}, {patient}: which prescription?")
        }
        Choice::Sensors { patient, .. } => {
            format!("Station {station}, {patient}: which sensors are on the patient?")
        }
        Choice::Target => format!("Move {patient} from station {station}: where to?"),
        Choice::TargetPrescription { station: target } => {
            format!("Move {patient} to station {target}: which prescription?")
        }
        Choice::Bind => format!("Station {station}, {patient}: sensors"),
        Choice::Sign => format!("Station {station}, {patient}: what do you see, or measure?"),
    }
}

/// The rows that the filter leaves.
#[must_use]
pub fn rows(list: &List, seen: &Seen<'_>) -> Vec<Row> {
    let Some(snapshot) = seen.snapshot else {
        return Vec::new();
    };
    let station = list.about.station;
    let machine = |number: u8| seen.station(number).map(|there| there.machine.kind);
    let mut rows = match &list.choice {
        Choice::Patient => snapshot
            .patients
            .iter()
            .map(|patient| patient_row(patient, machine(station)))
            .collect(),
        Choice::Prescription { patient } => prescriptions(snapshot, patient, machine(station)),
        Choice::Sensors { ticked, .. } => {
            sensors(snapshot, station, |sensor| ticked.contains(&sensor.name))
        }
        Choice::Target => targets(snapshot, station),
        Choice::TargetPrescription { station: target } => {
            let patient = seen
                .station(station)
                .and_then(|there| there.session.as_ref())
                .map_or("", |session| session.patient.as_str());
            prescriptions(snapshot, patient, machine(*target))
        }
        Choice::Bind => sensors(snapshot, station, |sensor| {
            sensor.at_station == Some(station)
        }),
        Choice::Sign => SIGNS
            .iter()
            .map(|(name, text)| Row {
                name: (*name).to_owned(),
                text: (*text).to_owned(),
                why_not: None,
                ticked: None,
            })
            .collect(),
    };
    if list.choice == Choice::Patient {
        // Those who can be chosen first; each group as the gym lists it.
        rows.sort_by_key(|row: &Row| row.why_not.is_some());
    }
    let wanted = list.filter.to_lowercase();
    rows.retain(|row| row.text.to_lowercase().contains(&wanted));
    rows
}

fn patient_row(patient: &PatientChoice, machine: Option<MachineKind>) -> Row {
    let fits = patient
        .prescriptions
        .iter()
        .any(|prescription| fits(prescription, machine));
    let why_not = match patient.at_station {
        Some(station) => Some(format!("is at station {station}")),
        None if patient.prescriptions.is_empty() => Some("has no prescription".to_owned()),
        None if !fits => Some("no prescription for this machine".to_owned()),
        None => out_of_force(patient, machine),
    };
    Row {
        name: patient.pseudonym.clone(),
        text: format!("{}  {}", patient.pseudonym, patient.second_identifier),
        why_not,
        ticked: None,
    }
}

/// Why none of the prescriptions for this machine may begin a bout: the first one's reason.
fn out_of_force(patient: &PatientChoice, machine: Option<MachineKind>) -> Option<String> {
    let mut fitting = patient
        .prescriptions
        .iter()
        .filter(|prescription| fits(prescription, machine))
        .map(|prescription| prescription.out_of_force.as_ref());
    let first = fitting.next()?;
    let why_not = first.filter(|_| fitting.all(|other| other.is_some()))?;
    Some(format!("prescription {why_not}"))
}

fn fits(prescription: &PrescriptionChoice, machine: Option<MachineKind>) -> bool {
    machine.is_some_and(|machine| prescription.machines.contains(&machine))
}

fn prescriptions(snapshot: &Snapshot, patient: &str, machine: Option<MachineKind>) -> Vec<Row> {
    snapshot
        .patients
        .iter()
        .filter(|there| there.pseudonym == patient)
        .flat_map(|there| &there.prescriptions)
        .map(|prescription| Row {
            name: prescription.id.clone(),
            text: format!("{}  {}", prescription.id, prescription.summary),
            why_not: if fits(prescription, machine) {
                prescription.out_of_force.clone()
            } else {
                Some("not for this machine".to_owned())
            },
            ticked: None,
        })
        .collect()
}

/// Those that hang at this station first, then those that are free, then those that serve elsewhere.
fn sensors(snapshot: &Snapshot, station: u8, ticked: impl Fn(&SensorChoice) -> bool) -> Vec<Row> {
    let mut sensors: Vec<&SensorChoice> = snapshot.sensors.iter().collect();
    sensors.sort_by_key(|sensor| {
        let elsewhere = sensor.at_station.is_some_and(|there| there != station);
        (elsewhere, sensor.home != Some(station))
    });
    sensors
        .into_iter()
        .map(|sensor| sensor_row(sensor, station, ticked(sensor)))
        .collect()
}

fn sensor_row(sensor: &SensorChoice, station: u8, ticked: bool) -> Row {
    let home = match sensor.home {
        Some(home) if home == station => ", hangs here".to_owned(),
        Some(home) => format!(", of station {home}"),
        None => String::new(),
    };
    Row {
        name: sensor.name.clone(),
        text: format!(
            "{}  {}{home}, {}",
            sensor.name,
            words::device(sensor.role),
            words::link(&sensor.link)
        ),
        why_not: sensor
            .at_station
            .filter(|there| *there != station)
            .map(|there| format!("serves station {there}")),
        ticked: Some(ticked),
    }
}

fn targets(snapshot: &Snapshot, from: u8) -> Vec<Row> {
    snapshot
        .stations
        .iter()
        .filter(|there| there.number != from)
        .map(|there| Row {
            name: there.number.to_string(),
            text: format!(
                "{}  {}  {}",
                there.number,
                there.name,
                words::machine(there.machine.kind)
            ),
            why_not: match (&there.session, there.view.phase) {
                (Some(session), _) => Some(format!("{} is there", session.patient)),
                (None, PhaseKind::Idle) => None,
                (None, phase) => Some(words::phase(phase).to_owned()),
            },
            ticked: None,
        })
        .collect()
}
