//! A gym whose every station is busy: a bike, a strap and an oximeter each, all patients in conditioning at their full load.
//!
//! The prescription is no patient's: its ramp gives back within seconds what a breach took, so that one station can be breached
//! again and again; and it has no limits of heart rate, so that nothing but the breaches takes load away.

use std::time::Duration;

use control::input::Action;
use control::prescription::{Holding, Mode, PatientFacts, Prescription};
use control::view::PhaseKind;
use drivers::virtual_devices::patient::{Condition, VirtualPatient};
use protocols::vocabulary::{Kilograms, MachineKind, NetMets, Timestamp};
use station::clinic::{Patient, ResolvedPrescription, Validity};
use station::clock;
use station::config::{
    BenchConfig, Config, MachineLimits, MachineProtocol, PortAddress, SensorConfig, SensorProtocol,
    StationConfig,
};
use station::gym::messages::Ask;
use station::gym::simulated::SimulatedGym;
use station::gym::virtual_gym::VirtualGym;
use station::gym::{Circumstances, Event, Gym};
use station::records::{Entry, SessionIds};

/// What every patient is to carry, in net METs.
const TARGET: f64 = 5.0;
/// How fast load may rise, in METs a minute.
const RAMP: f64 = 24.0;
/// Under this saturation, in per cent, load is not to rise.
const FLOOR: f64 = 88.0;
/// All stations carry their load long before so much simulated time has passed.
const LONGEST_ROLL: Duration = Duration::from_mins(15);

/// A gym of so many stations with all their patients, and the bodies of these.
pub(crate) fn config(stations: u8) -> (Config, Vec<VirtualPatient>) {
    let mut bodies = Vec::new();
    let mut patients = Vec::new();
    for number in 1..=stations {
        let drawn = Condition::Deconditioned.draw(u64::from(number));
        bodies.push(VirtualPatient::new(drawn.parameters, u64::from(number)));
        patients.push(patient(number, drawn.parameters.mass_kg));
    }
    let places = (1..=stations).map(|number| StationConfig {
        number,
        name: format!("bike {number}"),
        machine: MachineProtocol::csafe_bike(),
        port: PortAddress::Virtual,
        limits: MachineLimits::default(),
        bench: BenchConfig::None,
    });
    let sensors = (1..=stations).flat_map(|number| {
        [
            (strap(number), SensorProtocol::zephyr_hxm()),
            (oximeter(number), SensorProtocol::nonin_df2()),
        ]
        .map(|(name, protocol)| SensorConfig {
            name,
            protocol,
            port: PortAddress::Virtual,
            home: Some(number),
        })
    });
    let config = Config {
        gym: "BENCH".to_owned(),
        record: None,
        keep_wire: true,
        sound_command: Vec::new(),
        tuning: control::prescription::Tuning::DEFAULT,
        stations: places.collect(),
        sensors: sensors.collect(),
        patients,
        commissioned: station::commissioning::Book::default(),
    };
    (config, bodies)
}

/// Rolls every session on simulated time until its patient carries the full load.
///
/// # Errors
/// Where some patient does not get there, with the first refusal.
pub(crate) fn roll(
    config: &Config,
    bodies: Vec<VirtualPatient>,
    begins: Timestamp,
    wall_micros: i64,
    session_ids: SessionIds,
    record: &mut dyn FnMut(Entry),
) -> Result<SimulatedGym, String> {
    let circumstances = Circumstances {
        now: begins,
        clock_rate: 1,
        wall_micros,
        day: clock::day(),
        pre_rolled: true,
        session_ids,
    };
    let gym = Gym::new(config, circumstances);
    let devices = VirtualGym::new(config, begins, bodies);
    let mut simulated = SimulatedGym::new(gym, devices, begins, wall_micros);
    simulated.handle(Event::Viewers(1), record);
    while simulated.now().since(begins) < LONGEST_ROLL {
        let second = simulated.now() + Duration::from_secs(1);
        simulated.run_until(second, record);
        if attend(&mut simulated, config, record) {
            return Ok(simulated);
        }
    }
    let refusal = simulated.refusals().first();
    Err(format!(
        "not every patient came to full load; first refusal: {refusal:?}"
    ))
}

/// Receives, checks at the door and starts whoever waits for it. Whether everybody carries full load.
fn attend(simulated: &mut SimulatedGym, config: &Config, record: &mut dyn FnMut(Entry)) -> bool {
    let picture = simulated.picture();
    let mut all = true;
    for (station, patient) in picture.stations.iter().zip(&config.patients) {
        let number = station.number;
        let waits = station.view.interlock;
        let ask = match (station.session.is_some(), station.view.phase) {
            (false, PhaseKind::Idle) => Some(open(patient, number)),
            (true, PhaseKind::Ready) if waits.door_check => Some(Ask::Act(Action::DoorChecked)),
            (true, PhaseKind::Ready) if waits.confirmation && !waits.signals && !waits.rest => {
                Some(Ask::Act(Action::ConfirmStart))
            }
            _ => None,
        };
        all &= station.view.phase == PhaseKind::Conditioning
            && station.view.granted.get() >= TARGET - 0.2;
        if let Some(ask) = ask {
            simulated.ask(number, ask, record);
        }
    }
    all
}

fn open(patient: &Patient, number: u8) -> Ask {
    Ask::Open {
        patient: patient.pseudonym.clone(),
        second_identifier: patient.second_identifier.clone(),
        prescription: patient.pseudonym.clone(),
        sensors: vec![strap(number), oximeter(number)],
    }
}

fn strap(number: u8) -> String {
    format!("strap {number}")
}

fn oximeter(number: u8) -> String {
    format!("oximeter {number}")
}

fn patient(number: u8, mass_kg: f64) -> Patient {
    let pseudonym = format!("P{number}");
    let facts = PatientFacts {
        mass: Kilograms::new(mass_kg).unwrap_or(Kilograms::MIN),
        atrial_fibrillation: false,
        denervated: false,
        paced: false,
        chronotropic_incompetence: false,
        lung_disease: false,
    };
    let ordered = ResolvedPrescription {
        id: pseudonym.clone(),
        version: 1,
        summary: "bench: constant load".to_owned(),
        text: "# made up for a benchmark\n".to_owned(),
        validity: Validity::ALWAYS,
        machine: MachineKind::Cycle,
        prescription: prescription(),
    };
    Patient {
        pseudonym,
        second_identifier: "born 1960".to_owned(),
        facts,
        prescriptions: vec![ordered],
    }
}

fn prescription() -> Prescription {
    Prescription {
        mode: Mode::Constant {
            target: mets(TARGET),
        },
        heart_rate: None,
        saturation_floor: FLOOR,
        heart_rate_required: true,
        saturation_required: true,
        warm_up_load: mets(2.0),
        ceiling: mets(TARGET),
        ramp_up: RAMP,
        warm_up_ramp: RAMP,
        warm_up: Duration::from_mins(1),
        conditioning: Duration::from_hours(12),
        cool_down: Duration::from_mins(5),
        exertion_upper: 20,
        dyspnoea_upper: 10,
        claudication_stop: 3,
        systolic_stop: 250,
        diastolic_stop: 115,
        blood_pressure_interval: None,
        cadence_low: 40,
        belt: None,
        holding: Holding::default(),
    }
}

fn mets(value: f64) -> NetMets {
    NetMets::new(value).unwrap_or(NetMets::ZERO)
}
