//! The gym as viewers see it.

use control::input::Device;
use control::view::StationView;
use protocols::vocabulary::{OnSilence, Timestamp};

use super::Gym;
use super::bay::Bay;
use super::snapshot::{
    BenchSnapshot, Limits, MachineSnapshot, PatientChoice, PrescriptionChoice, RecordHealth,
    SensorChoice, SensorSnapshot, SessionSnapshot, Snapshot, StationSnapshot,
};
use super::visit::Visit;
use crate::clock::GymClock;
use crate::config::{BenchConfig, PortAddress};

/// The whole gym at one instant.
pub(super) fn of(
    gym: &Gym,
    number: u64,
    at: Timestamp,
    clock: GymClock,
    wall_micros: i64,
) -> Snapshot {
    Snapshot {
        number,
        at,
        clock,
        wall_micros,
        gym: gym.name.clone(),
        virtual_devices: gym.virtual_devices,
        stations: gym
            .bays
            .iter()
            .enumerate()
            .map(|(index, bay)| station(gym, index, bay))
            .collect(),
        record: record(gym, at),
        patients: patients(gym, at),
        sensors: sensors(gym),
        notices: gym.notices.clone(),
        viewers: gym.viewers,
    }
}

/// How the record is doing. While nothing waits for the disk it is whole up to now, however long ago the last commit was.
fn record(gym: &Gym, now: Timestamp) -> RecordHealth {
    match &gym.record {
        RecordHealth::Recording { .. } if gym.record_is_level => {
            RecordHealth::Recording { committed: now }
        }
        health @ (RecordHealth::Recording { .. } | RecordHealth::Failing { .. }) => health.clone(),
    }
}

fn station(gym: &Gym, index: usize, bay: &Bay) -> StationSnapshot {
    let wire = gym.wires.get(bay.wire);
    let bench = bench(gym, bay);
    let mut view = bay.core.view();
    hide_a_missing_relay(&mut view, bench.relay);
    StationSnapshot {
        number: bay.number,
        name: bay.name.clone(),
        machine: MachineSnapshot {
            kind: bay.capabilities.kind,
            protocol: bay.protocol.id().to_owned(),
            port: wire.map_or_else(String::new, |wire| wire.address.words()),
            capabilities: bay.capabilities,
            link: wire.map_or(super::snapshot::LinkHealth::Identifying, |wire| {
                wire.health.clone()
            }),
            line: wire.map(super::wire::Wire::count).unwrap_or_default(),
        },
        sensors: bound_sensors(gym, index),
        session: bay
            .visit
            .as_ref()
            .map(|visit| session(bay, visit, gym.tuning.hand_step)),
        view,
        alarms: bay.core.alarms().collect(),
        bench,
        stop: bay.stop,
        trend: bay.trend.iter().copied().collect(),
    }
}

/// The core wants a relay open whether there is one or not; nobody is told that a machine has no power where nothing took it away.
const fn hide_a_missing_relay(view: &mut StationView, has_relay: bool) {
    view.relay_open = view.relay_open && has_relay;
}

fn bound_sensors(gym: &Gym, bay: usize) -> Vec<SensorSnapshot> {
    gym.sensors
        .iter()
        .filter(|sensor| sensor.bay == Some(bay))
        .filter_map(|sensor| {
            let wire = gym.wires.get(sensor.wire)?;
            Some(SensorSnapshot {
                name: sensor.name.clone(),
                role: sensor.role,
                link: wire.health.clone(),
                line: wire.count(),
            })
        })
        .collect()
}

fn session(bay: &Bay, visit: &Visit, hand_step_met: f64) -> SessionSnapshot {
    let prescription = &visit.prescription.prescription;
    let heart_rate = prescription.heart_rate;
    SessionSnapshot {
        id: visit.session.to_string(),
        patient: visit.patient.pseudonym.clone(),
        prescription: format!("{} v{}", visit.prescription.id, visit.prescription.version),
        bout: (visit.bout, visit.bout),
        since: visit.since,
        limits: Limits {
            zone: heart_rate.and_then(|limits| limits.zone),
            heart_rate_upper: heart_rate.map(|limits| limits.upper),
            heart_rate_lower: heart_rate.map(|limits| limits.lower),
            saturation_floor: Some(prescription.saturation_floor),
            ceiling_met: prescription.ceiling.get(),
            hand_step_met,
            exertion_upper: prescription.exertion_upper,
        },
        entries: bay.entries,
        conditioning_s: u32::try_from(prescription.conditioning.as_secs()).unwrap_or(u32::MAX),
        was_interrupted: visit.was_interrupted,
        findings: visit.findings.clone(),
    }
}

fn bench(gym: &Gym, bay: &Bay) -> BenchSnapshot {
    let wired = bay.bench != BenchConfig::None;
    let virtual_machine = gym
        .wires
        .get(bay.wire)
        .is_some_and(|wire| wire.address == PortAddress::Virtual);
    // What the machine itself says now counts beside what its protocol promises and what commissioning saw.
    let says = gym
        .wires
        .get(bay.wire)
        .and_then(|wire| wire.link().capabilities())
        .map(|can| can.on_silence);
    let keeps_load = [Some(bay.on_silence), says].contains(&Some(OnSilence::KeepsLoad));
    BenchSnapshot {
        stop_circuit: wired,
        relay: wired,
        unguarded: !wired && !virtual_machine && keeps_load,
    }
}

fn patients(gym: &Gym, now: Timestamp) -> Vec<PatientChoice> {
    gym.patients
        .iter()
        .map(|patient| PatientChoice {
            pseudonym: patient.pseudonym.clone(),
            second_identifier: patient.second_identifier.clone(),
            at_station: gym.where_is(&patient.pseudonym).map(|bay| bay.number),
            prescriptions: patient
                .prescriptions
                .iter()
                .map(|prescription| PrescriptionChoice {
                    id: prescription.id.clone(),
                    summary: prescription.summary.clone(),
                    machines: vec![prescription.machine],
                    out_of_force: gym.out_of_force(now, prescription),
                })
                .collect(),
        })
        .collect()
}

fn sensors(gym: &Gym) -> Vec<SensorChoice> {
    gym.sensors
        .iter()
        .filter(|sensor| sensor.role != Device::Machine)
        .map(|sensor| SensorChoice {
            name: sensor.name.clone(),
            role: sensor.role,
            at_station: sensor
                .bay
                .and_then(|bay| gym.bays.get(bay))
                .map(|bay| bay.number),
            home: sensor.home,
            link: gym
                .wires
                .get(sensor.wire)
                .map_or(super::snapshot::LinkHealth::Identifying, |wire| {
                    wire.health.clone()
                }),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use control::Station;
    use control::input::Input;
    use control::outputs::Outputs;
    use drivers::link::{LinkEvent, Objection};
    use protocols::vocabulary::{MachineReport, MachineState};

    use super::super::wire::Owner;
    use super::*;
    use crate::clock;
    use crate::config::file::examine;
    use crate::gym::Circumstances;
    use crate::records::SessionIds;
    use crate::records::fixtures::bicycle;

    const NOW: Timestamp = Timestamp::from_secs(1);

    fn shown(gym: &mut Gym) -> Snapshot {
        let clock = GymClock {
            boot_nanos: 0,
            gym_nanos: NOW.as_nanos(),
            rate: 1,
        };
        gym.picture(NOW, clock, 0)
    }

    /// A gym with a belt on a real port without a bench, whose commissioning saw this in its silence.
    fn gym(keeps_load: &str) -> Gym {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("gym.toml");
        std::fs::create_dir(folder.path().join("patients")).unwrap();
        let station = "[[station]]\nnumber = 1\nname = \"belt 1\"\nmachine = \"trackmaster\"\nspeed_unit = \"km/h\"\nport = \"/dev/belt\"\n";
        let gym = format!("name = \"Test\"\npatients = \"patients\"\n{station}bench = \"none\"\n");
        std::fs::write(&file, gym).unwrap();
        let book = format!(
            "[[machine]]\nstation = 1\nprotocol = \"trackmaster\"\nport = \"/dev/belt\"\nby = \"A. Fitter\"\non = \"2026-11-23\"\n\
             follows = \"1 km/h\"\non_silence = \"as seen\"\n{keeps_load}relay = \"not wired\"\n"
        );
        std::fs::write(folder.path().join("gym.commissioned.toml"), book).unwrap();
        let loaded = examine(&file, clock::today()).unwrap();
        Gym::new(
            &loaded.config,
            Circumstances {
                now: NOW,
                clock_rate: 1,
                wall_micros: 0,
                day: clock::day(),
                pre_rolled: false,
                session_ids: SessionIds::of_run(1),
            },
        )
    }

    fn is_unguarded(keeps_load: &str) -> bool {
        shown(&mut gym(keeps_load)).stations[0].bench.unguarded
    }

    #[test]
    fn what_a_machine_says_of_itself_is_told_at_once() {
        let mut gym = gym("");
        let bay = gym
            .wires
            .iter()
            .position(|wire| matches!(wire.owner, Owner::Machine { .. }));
        let said = LinkEvent::Objected(Objection::Unwatched);
        gym.device_said(NOW, bay.unwrap(), said);
        let notices = shown(&mut gym).notices;
        assert!(
            notices.iter().any(|notice| notice.active
                && notice.text.starts_with(
                    "belt 1: about its machine: it says that it runs without its watchdog"
                )),
            "{notices:?}"
        );
    }

    #[test]
    fn what_a_machine_said_of_itself_is_over_when_it_is_so_no_more() {
        for said in [Objection::Frozen, Objection::Unwatched] {
            let mut gym = gym("");
            let wire = gym.bays[0].wire;
            gym.device_said(NOW, wire, LinkEvent::Objected(said));
            let active = |gym: &mut Gym| {
                let notices = shown(gym).notices;
                notices
                    .iter()
                    .any(|notice| notice.active && notice.text.contains("about its machine"))
            };
            assert!(active(&mut gym), "{said:?}");
            // Its values come again; and this link says by now that its belt stops by itself.
            let report = MachineReport::of(MachineState::Running);
            gym.device_said(
                NOW,
                wire,
                LinkEvent::Machine {
                    report,
                    sent_at: NOW,
                },
            );
            assert!(!active(&mut gym), "{said:?}");
        }
    }

    #[test]
    fn a_watchdog_that_was_seen_not_to_work_guards_nobody() {
        assert!(is_unguarded("keeps_load = true\n"));
        assert!(!is_unguarded("keeps_load = false\n"));
        assert!(!is_unguarded(""), "its protocol promises it");
    }

    #[test]
    fn a_relay_that_is_not_there_is_never_said_to_be_open() {
        let mut station = Station::new(bicycle());
        station.handle(
            Timestamp::from_secs(1),
            &Input::Fault,
            &mut Outputs::default(),
        );
        assert!(station.view().relay_open, "the core wants it open");
        for has_relay in [true, false] {
            let mut view = station.view();
            hide_a_missing_relay(&mut view, has_relay);
            assert_eq!(view.relay_open, has_relay);
        }
    }
}
