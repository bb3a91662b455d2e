//! A bout of two seconds in which somebody measured a blood pressure, for records that a test makes.

use std::time::Duration;

use control::Station;
use control::prescription::{
    BoundSensors, BoutSetup, Holding, Mode, PatientFacts, Prescription, Tuning,
};
use control::view::PhaseKind;
use protocols::vocabulary::{
    Averaging, Capabilities, Kilograms, LoadControl, MachineKind, NetMets, OnSilence, PowerRange,
    ReadBack, Slew, Timestamp, Watts,
};
use station::records::{
    Anchor, BoutId, BoutOpened, CoreState, Entry, Event, EventKind, JournalHeader, Measurement,
    MeasurementKind, PrescriptionText, SessionId,
};

/// Its entries, to be sent between those of its session.
pub(crate) fn entries(session: SessionId, at: Timestamp, wall_micros: i64) -> Vec<Entry> {
    let bout = BoutId { session, number: 1 };
    let taken = at + Duration::from_secs(1);
    vec![
        Entry::BoutOpened(Box::new(BoutOpened {
            bout,
            at,
            station: 2,
            protocol: "csafe".to_owned(),
            prescription: PrescriptionText {
                id: "bike".to_owned(),
                version: 1,
                text: String::new(),
            },
            header: JournalHeader {
                build: env!("CARGO_PKG_VERSION").to_owned(),
                decisions: control::DECISIONS,
                state_format: control::FORMAT,
                configuration: String::new(),
                rules: String::new(),
                capabilities: bicycle(),
                setup: setup(),
                anchor: Anchor { at, wall_micros },
                state: CoreState::of(&Station::new(bicycle())).expect("a state"),
            },
        })),
        Entry::Event(Box::new(Event {
            bout: Some(bout),
            at: taken,
            kind: EventKind::Operator,
            rule: None,
            priority: None,
            act: None,
            value: None,
            limit: None,
            text: "blood pressure 142/78 mmHg".to_owned(),
            detail: Some(serde_json::json!({
                "Enter": { "BloodPressure": { "systolic": 142, "diastolic": 78, "symptoms": false } }
            })),
        })),
        Entry::Measurement(Box::new(Measurement {
            bout,
            at: taken,
            phase: PhaseKind::Conditioning,
            kind: MeasurementKind::BloodPressure,
            value: 142,
            second_value: Some(78),
            symptoms: false,
        })),
        Entry::BoutClosed {
            bout,
            at: at + Duration::from_secs(2),
        },
    ]
}

fn bicycle() -> Capabilities {
    Capabilities {
        kind: MachineKind::Cycle,
        control: LoadControl::Commanded,
        power: Some(PowerRange {
            min: Watts::new(5).expect("a power"),
            max: Watts::new(400).expect("a power"),
            step: 1,
        }),
        belt: None,
        slew: Slew {
            watts_per_second: 20.0,
            metres_per_second_squared: 0.1,
            grade_percent_per_second: 0.5,
        },
        averaging: Averaging {
            delay: Duration::ZERO,
        },
        poll_interval: Duration::from_millis(500),
        on_silence: OnSilence::KeepsLoad,
        reads: ReadBack {
            power: true,
            cadence: true,
            speed: false,
            grade: false,
        },
    }
}

fn setup() -> BoutSetup {
    let mets = |value: f64| NetMets::new(value).expect("a load");
    BoutSetup {
        prescription: Prescription {
            mode: Mode::Constant { target: mets(3.5) },
            heart_rate: None,
            saturation_floor: 88.0,
            heart_rate_required: false,
            saturation_required: false,
            warm_up_load: mets(1.8),
            ceiling: mets(6.0),
            ramp_up: 2.0,
            warm_up_ramp: 3.0,
            warm_up: Duration::from_mins(1),
            conditioning: Duration::from_mins(4),
            cool_down: Duration::from_mins(1),
            exertion_upper: 14,
            dyspnoea_upper: 6,
            claudication_stop: 3,
            systolic_stop: 250,
            diastolic_stop: 115,
            blood_pressure_interval: None,
            cadence_low: 40,
            belt: None,
            holding: Holding::default(),
        },
        patient: PatientFacts {
            mass: Kilograms::new(80.0).expect("a mass"),
            atrial_fibrillation: false,
            denervated: false,
            paced: false,
            chronotropic_incompetence: false,
            lung_disease: false,
        },
        sensors: BoundSensors {
            strap: true,
            oximeter: true,
        },
        tuning: Tuning::DEFAULT,
        earlier: None,
    }
}
