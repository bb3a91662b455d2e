//! The demonstration: a gym of six virtual stations, its sessions rolled in advance on simulated time through the same core, the same
//! links and the same virtual patients, journalled, and then handed over to pseudo-terminals.
//!
//! Promises: nothing on the wall is made up. What is seen at the hand-over is where six sessions stood that began minutes ago on
//! simulated time; what happens after it is what the patients, devices and cores do by themselves.

pub mod day;
mod earlier;
mod nurse;
mod people;

use std::time::Duration;

use control::prescription::Tuning;
use drivers::virtual_devices::patient::{EventKind, VirtualPatient};
use drivers::virtual_devices::rig::{Fault, FaultSchedule, ScheduledFault};
use protocols::vocabulary::Timestamp;

pub use self::earlier::{EARLIER_DAYS, roll_earlier};
use self::nurse::Nurse;
pub use self::people::People;
use self::people::people;
use super::simulated::SimulatedGym;
use super::virtual_gym::VirtualGym;
use super::{Circumstances, Event, Gym};
use crate::clock::Day;
use crate::commissioning::Book;
use crate::config::{
    BenchConfig, Config, MachineLimits, MachineProtocol, PortAddress, SensorConfig, SensorProtocol,
    StationConfig,
};
use crate::records::{Entry, Kept, SessionIds};

/// How long before the wall opens the first session began.
pub const ROLLED: Duration = Duration::from_mins(36);

/// The machines come to rest within this, at the end.
const ENDS_WITHIN: Duration = Duration::from_mins(1);

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
    let people = people(PLACES.len());
    let places = PLACES.iter().map(|place| (place.name, (place.machine)()));
    (config(&people, places), people)
}

/// A gym of virtual stations, each with a strap and an oximeter of its own.
fn config<'a>(people: &People, places: impl Iterator<Item = (&'a str, MachineProtocol)>) -> Config {
    let stations: Vec<StationConfig> = (1_u8..)
        .zip(places)
        .map(|(number, (name, machine))| StationConfig {
            number,
            name: name.to_owned(),
            machine,
            port: PortAddress::Virtual,
            limits: MachineLimits::default(),
            bench: BenchConfig::Virtual,
        })
        .collect();
    let sensors = stations.iter().flat_map(|station| {
        let number = station.number;
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
    Config {
        gym: "DEMO".to_owned(),
        record: None,
        keep_wire: true,
        sound_command: Vec::new(),
        sensors: sensors.collect(),
        stations,
        tuning: Tuning::DEFAULT,
        patients: people.known.clone(),
        commissioned: Book::default(),
    }
}

/// When a gym that is rolled in advance opens, and what names its sessions.
struct Opening {
    begins: Timestamp,
    wall_micros: i64,
    day: Day,
    session_ids: SessionIds,
}

impl Opening {
    /// Opens it, watched by somebody, with these bodies at its stations and what goes wrong with each.
    fn open(
        self,
        config: &Config,
        earlier: &[Kept],
        bodies: Vec<VirtualPatient>,
        faults: impl IntoIterator<Item = FaultSchedule>,
        record: &mut dyn FnMut(Entry),
    ) -> SimulatedGym {
        let circumstances = Circumstances {
            now: self.begins,
            clock_rate: 1,
            wall_micros: self.wall_micros,
            day: self.day,
            pre_rolled: true,
            session_ids: self.session_ids,
        };
        let mut gym = Gym::new(config, circumstances);
        gym.remember(earlier);
        let mut devices = VirtualGym::new(config, self.begins, bodies);
        for (rig, faults) in devices.rigs.iter_mut().zip(faults) {
            rig.set_faults(faults);
        }
        let mut simulated = SimulatedGym::new(gym, devices, self.begins, self.wall_micros);
        simulated.handle(Event::Viewers(1), record);
        simulated
    }
}

/// Ends a rolled day, and tells what is known of its patients then.
fn end_of_day(mut simulated: SimulatedGym, record: &mut dyn FnMut(Entry)) -> Vec<Kept> {
    let ends = simulated.now() + ENDS_WITHIN;
    let because = "the day is over";
    simulated.handle(Event::End { because }, record);
    simulated.run_until(ends, record);
    simulated.gym.remembered()
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
    let opening = Opening {
        begins,
        wall_micros,
        day,
        session_ids,
    };
    let mut simulated = opening.open(config, &people.earlier, people.bodies, faults(), record);
    let opens = begins + ROLLED;
    let mut second = begins;
    while second < opens {
        second = second + Duration::from_secs(1);
        simulated.run_until(second, record);
        let left = opens.since(second);
        let nurse = Nurse {
            comes: &|place| PLACES.get(place).is_some_and(|place| left <= place.comes),
            at_rest_too: false,
        };
        nurse.attend(&mut simulated, config, record);
    }
    simulated
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
        // A strap that repeats one number while load goes up and down: it is doubted, and the oximeter's pulse leads until it moves again.
        after(15.0, 110.0, EventKind::StrapStuck, 0.0),
    ]
}
