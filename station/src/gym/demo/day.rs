//! A day of the demonstration's gym from its first patient to its last, and visits of the weeks before: eight patients, rolled on simulated
//! time through the same cores, links and devices, into a record that can be reviewed, reported and exported.
//!
//! Promises: as for the demonstration, nothing is made up: every figure came over a line of a virtual device, every decision out of a
//! core, and every session replays.

use std::time::Duration;

use control::view::PhaseKind;
use drivers::virtual_devices::patient::EventKind;
use drivers::virtual_devices::rig::{Fault, FaultSchedule, ScheduledFault};
use jiff::ToSpan;
use jiff::civil::Date;
use protocols::vocabulary::Timestamp;

use super::super::messages::Ask;
use super::super::simulated::SimulatedGym;
use super::nurse::Nurse;
use super::people::{People, people, weeks_before};
use super::{Opening, end_of_day};
use crate::clock::Day;
use crate::config::{Config, MachineProtocol};
use crate::records::{Entry, SessionIds};

/// The most weeks before today that are rolled.
pub const MOST_WEEKS: u32 = 12;

/// How many stations, and patients.
pub const STATIONS: usize = 8;

/// Days before the same day of the week on which the patients of a week came: two visits a week.
const VISITS: [u32; 2] = [0, 3];

/// Patients come so long after one another.
const APART: Duration = Duration::from_mins(4);

/// No gym is open for longer.
const AT_MOST: Duration = Duration::from_hours(3);

/// A station's name and machine.
type Place = (&'static str, fn() -> MachineProtocol);

const PLACES: [Place; STATIONS] = [
    ("bike 1", MachineProtocol::csafe_bike),
    ("treadmill 2", || MachineProtocol::trackmaster("km/h")),
    ("bike 3", MachineProtocol::csafe_bike),
    ("treadmill 4", MachineProtocol::csafe_treadmill),
    ("bike 5", MachineProtocol::csafe_bike),
    ("bike 6", MachineProtocol::csafe_bike),
    ("bike 7", MachineProtocol::csafe_bike),
    ("treadmill 8", || MachineProtocol::trackmaster("km/h")),
];

/// The gym of eight as a configuration, with the patients who belong to its stations.
#[must_use]
pub fn gym() -> (Config, People) {
    let people = people(STATIONS);
    let places = PLACES.iter().map(|(name, machine)| (*name, machine()));
    (super::config(&people, places), people)
}

/// One visit of all patients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// So many weeks before today's.
    pub weeks_ago: u32,
    /// So many days before today.
    pub days_ago: u32,
}

impl Visit {
    /// When it is, by the day that is today.
    #[must_use]
    pub fn date(&self, today: Date) -> Date {
        today.saturating_sub(i64::from(self.days_ago).days())
    }
}

/// The visits of today and of so many weeks before, the earliest first.
#[must_use]
pub fn visits(weeks: u32) -> Vec<Visit> {
    let mut visits: Vec<Visit> = (1..=weeks.min(MOST_WEEKS))
        .rev()
        .flat_map(|week| {
            VISITS.map(|before| Visit {
                weeks_ago: week,
                days_ago: (week * 7).saturating_sub(before),
            })
        })
        .collect();
    visits.push(Visit {
        weeks_ago: 0,
        days_ago: 0,
    });
    visits
}

/// Rolls one visit of everybody from the opening of the gym to its end, and adds what it taught to what is known of the patients.
pub fn roll(
    visit: Visit,
    people: &mut People,
    begins: Timestamp,
    wall_micros: i64,
    day: Day,
    session_ids: SessionIds,
    record: &mut dyn FnMut(Entry),
) {
    let (config, _) = gym();
    let opening = Opening {
        begins,
        wall_micros,
        day,
        session_ids,
    };
    let bodies = weeks_before(visit.weeks_ago, u64::from(visit.days_ago));
    let mut simulated = opening.open(&config, &people.earlier, bodies, faults(visit), record);
    let mut gone = [false; STATIONS];
    let mut second = begins;
    while second < begins + AT_MOST && gone.contains(&false) {
        second = second + Duration::from_secs(1);
        simulated.run_until(second, record);
        see_off(&mut simulated, &mut gone, record);
        let since = second.since(begins);
        let nurse = Nurse {
            comes: &|place| {
                let before = u32::try_from(place).unwrap_or(u32::MAX);
                let turn = APART.saturating_mul(before);
                since >= turn && !gone.get(place).copied().unwrap_or(true)
            },
            at_rest_too: true,
        };
        nurse.attend(&mut simulated, &config, record);
    }
    people.earlier = end_of_day(simulated, record);
}

/// Whoever has finished goes home.
fn see_off(
    simulated: &mut SimulatedGym,
    gone: &mut [bool; STATIONS],
    record: &mut dyn FnMut(Entry),
) {
    let picture = simulated.picture();
    for (station, gone) in picture.stations.iter().zip(gone) {
        if station.session.is_some() && station.view.phase == PhaseKind::Finished {
            simulated.ask(station.number, Ask::Close, record);
            *gone = true;
        }
    }
}

/// What goes wrong today, by station: times count from the opening of the gym. The weeks before went well.
fn faults(visit: Visit) -> Vec<FaultSchedule> {
    let mut faults = vec![FaultSchedule::default(); STATIONS];
    if visit.weeks_ago > 0 {
        return faults;
    }
    let patient = |at_min: f64, for_s: f64, kind, value| {
        ScheduledFault::from_seconds(at_min * 60.0, for_s, Fault::Patient { kind, value })
    };
    let today = [
        // Talks while walking: saturation falls under its floor until load is taken away.
        (1, patient(24.0, 70.0, EventKind::ExtraMet, 1.3)),
        // A strap that slips, and is put right.
        (2, patient(26.0, 40.0, EventKind::StrapSilent, 0.0)),
        // A finger out of the oximeter.
        (4, patient(36.0, 90.0, EventKind::OximeterOff, 0.0)),
        // A rest in the middle.
        (5, patient(40.0, 25.0, EventKind::PedallingStops, 0.0)),
        // A strap that repeats itself.
        (7, patient(45.0, 50.0, EventKind::StrapStuck, 0.0)),
    ];
    for (place, fault) in today {
        if let Some(schedule) = faults.get_mut(place) {
            *schedule = FaultSchedule::from_iter([fault]);
        }
    }
    faults
}
