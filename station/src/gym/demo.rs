//! The demonstration: a gym of six virtual stations, its sessions rolled in advance on simulated time through the same core, the same
//! links and the same virtual patients, journalled, and then handed over to pseudo-terminals.
//!
//! Promises: nothing on the wall is made up. What is seen at the hand-over is where six sessions stood that began minutes ago on
//! simulated time; what happens after it is what the patients, devices and cores do by themselves.

mod earlier;
mod people;

use std::time::Duration;

use control::input::Action;
use control::prescription::Tuning;
use control::view::PhaseKind;
use drivers::virtual_devices::patient::EventKind;
use drivers::virtual_devices::rig::{Fault, FaultSchedule, ScheduledFault};
use protocols::vocabulary::Timestamp;

pub use self::earlier::{EARLIER_DAYS, roll_earlier};
pub use self::people::People;
use self::people::people;
use super::messages::Ask;
use super::simulated::SimulatedGym;
use super::virtual_gym::VirtualGym;
use super::{Circumstances, Event, Gym};
use crate::clock::Day;
use crate::commissioning::Book;
use crate::config::{
    BenchConfig, Config, MachineLimits, MachineProtocol, PortAddress, SensorConfig, SensorProtocol,
    StationConfig,
};
use crate::records::{Entry, SessionIds};

/// How long before the wall opens the first session began.
pub const ROLLED: Duration = Duration::from_mins(36);

/// The station whose patient wears a strap alone.
const ALONE: u8 = 3;

/// One station of the demonstration.
struct Place {
    machine: fn() -> MachineProtocol,
    name: &'static str,
    /// When its patient comes, before the hand-over.
    comes: Duration,
}

const PLACES: [Place; 6] = [
    Place {
        machine: MachineProtocol::csafe_bike,
        name: "bike 1",
        comes: Duration::from_mins(17),
    },
    Place {
        machine: || MachineProtocol::trackmaster("km/h"),
        name: "treadmill 2",
        comes: Duration::from_mins(12),
    },
    Place {
        machine: MachineProtocol::csafe_bike,
        name: "bike 3",
        comes: Duration::from_mins(9),
    },
    Place {
        machine: MachineProtocol::csafe_treadmill,
        name: "treadmill 4",
        comes: Duration::from_secs(32 * 60 + 20),
    },
    Place {
        machine: MachineProtocol::csafe_bike,
        name: "bike 5",
        comes: Duration::from_secs(5 * 60 + 10),
    },
    Place {
        machine: MachineProtocol::csafe_bike,
        name: "bike 6",
        comes: Duration::from_mins(14),
    },
];

/// The demonstration's gym as a configuration, with the patients who belong to its stations.
#[must_use]
pub fn gym() -> (Config, People) {
    let people = people();
    let stations = (1_u8..).zip(&PLACES).map(|(number, place)| StationConfig {
        number,
        name: place.name.to_owned(),
        machine: (place.machine)(),
        port: PortAddress::Virtual,
        limits: MachineLimits::default(),
        bench: BenchConfig::Virtual,
    });
    let sensors = (1_u8..=6).flat_map(|number| {
        [
            ("strap", SensorProtocol::zephyr_hxm()),
            ("oximeter", SensorProtocol::nonin_df2()),
        ]
        .map(|(name, protocol)| SensorConfig {
            name: format!("{name} {number}"),
            protocol,
            port: PortAddress::Virtual,
            home: Some(number),
        })
    });
    let config = Config {
        gym: "DEMO".to_owned(),
        record: None,
        sound_command: Vec::new(),
        stations: stations.collect(),
        sensors: sensors.collect(),
        tuning: Tuning::DEFAULT,
        patients: people.known.clone(),
        commissioned: Book::default(),
    };
    (config, people)
}

/// Rolls every session to where it stands when the wall opens, and gives the gym with its devices at that instant.
pub fn roll(
    config: &Config,
    people: People,
    begins: Timestamp,
    wall_micros: i64,
    day: Day,
    session_ids: SessionIds,
    record: &mut dyn FnMut(Entry),
) -> SimulatedGym {
    let circumstances = Circumstances {
        now: begins,
        clock_rate: 1,
        wall_micros,
        day,
        pre_rolled: true,
        session_ids,
    };
    let mut gym = Gym::new(config, circumstances);
    gym.remember(&people.earlier);
    let mut devices = VirtualGym::new(config, begins, people.bodies);
    for (rig, faults) in devices.rigs.iter_mut().zip(faults()) {
        rig.set_faults(faults);
    }
    let mut simulated = SimulatedGym::new(gym, devices, begins, wall_micros);
    simulated.handle(Event::Viewers(1), record);
    let opens = begins + ROLLED;
    let mut second = begins;
    while second < opens {
        second = second + Duration::from_secs(1);
        simulated.run_until(second, record);
        attend(&mut simulated, opens.since(second), config, record);
    }
    simulated
}

/// The nurse of the demonstration: receives each patient in time, checks at the door, starts, takes figures, moves nobody by hand.
fn attend(
    simulated: &mut SimulatedGym,
    until_open: Duration,
    config: &Config,
    record: &mut dyn FnMut(Entry),
) {
    let picture = simulated.picture();
    for station in &picture.stations {
        let number = station.number;
        let place = usize::from(number.saturating_sub(1));
        let (Some(place), Some(patient)) = (PLACES.get(place), config.patients.get(place)) else {
            continue;
        };
        let ask = match (station.session.is_some(), station.view.phase) {
            (false, PhaseKind::Idle) if until_open <= place.comes => {
                patient.prescriptions.first().map(|prescription| Ask::Open {
                    patient: patient.pseudonym.clone(),
                    second_identifier: patient.second_identifier.clone(),
                    prescription: prescription.id.clone(),
                    sensors: worn(number),
                })
            }
            (true, PhaseKind::Ready) if station.view.interlock.door_check => {
                Some(Ask::Act(Action::DoorChecked))
            }
            (true, PhaseKind::Ready)
                if station.view.interlock.confirmation
                    && !station.view.interlock.signals
                    && !station.view.interlock.rest =>
            {
                Some(Ask::Act(Action::ConfirmStart))
            }
            _ => seen(station, simulated.now()).or_else(|| figures(station, simulated.now())),
        };
        if let Some(ask) = ask {
            simulated.ask(number, ask, record);
        }
    }
}

/// What a patient wears: strap and oximeter, but for the one who shows what a slipped strap does where nothing stands in for it.
fn worn(number: u8) -> Vec<String> {
    let mut worn = vec![format!("strap {number}")];
    if number != ALONE {
        worn.push(format!("oximeter {number}"));
    }
    worn
}

/// An alarm that has stood for half a minute has been seen: the nurse has looked at the patient and felt the pulse.
fn seen(station: &super::snapshot::StationSnapshot, now: Timestamp) -> Option<Ask> {
    let waits = |alarm: &control::view::AlarmView| {
        !alarm.acknowledged && now.since(alarm.since) >= Duration::from_secs(30)
    };
    let any = station.alarms.iter().any(waits);
    any.then_some(Ask::Act(Action::AcknowledgeAll))
}

/// Blood pressure and perceived exertion, each asked as it falls due.
fn figures(station: &super::snapshot::StationSnapshot, now: Timestamp) -> Option<Ask> {
    let session = station.session.as_ref()?;
    let exercising = matches!(
        station.view.phase,
        PhaseKind::WarmUp | PhaseKind::Conditioning | PhaseKind::CoolDown
    );
    if !exercising {
        return None;
    }
    let old = |when: Option<Timestamp>, limit: u64| {
        when.is_none_or(|when| now.since(when) >= Duration::from_secs(limit))
    };
    if old(session.entries.blood_pressure.map(|(_, when)| when), 8 * 60) {
        let systolic = people::systolic(station.view.granted.get());
        return people::pressure(systolic, 76);
    }
    if old(session.entries.exertion.map(|(_, when)| when), 6 * 60) {
        let exertion = if station.view.phase == PhaseKind::Conditioning {
            12
        } else {
            10
        };
        return Some(Ask::Act(Action::Enter(
            control::input::Entry::PerceivedExertion(exertion),
        )));
    }
    None
}

/// What goes wrong after the wall has opened, by station: times count from the rigs' beginning, as the roll begins.
fn faults() -> Vec<FaultSchedule> {
    let opens = ROLLED.as_secs_f64();
    let after = |at_s: f64, for_s: f64, kind: EventKind, value: f64| {
        FaultSchedule::from_iter([ScheduledFault::from_seconds(
            opens + at_s,
            for_s,
            Fault::Patient { kind, value },
        )])
    };
    vec![
        FaultSchedule::default(),
        // The patient with lung disease talks while walking: saturation falls under its floor until load is taken away.
        after(6.0, 64.0, EventKind::ExtraMet, 1.3),
        // A strap that slips, and is put right.
        after(22.0, 26.0, EventKind::StrapSilent, 0.0),
        FaultSchedule::default(),
        FaultSchedule::default(),
        FaultSchedule::default(),
    ]
}
