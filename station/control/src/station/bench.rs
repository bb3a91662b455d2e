//! A station with a patient whose heart follows the load, for the tests of what is foretold and what is learned.

use std::vec::Vec;

use core::time::Duration;

use protocols::vocabulary::{
    Averaging, BeatsPerMinute, Capabilities, Kilograms, LoadControl, MachineKind, MachineReport,
    MachineState, NetMets, OnSilence, OxygenSaturation, PowerRange, ReadBack, Reading,
    RevolutionsPerMinute, Slew, Timestamp, Watts,
};

use super::Station;
use crate::input::{Action, Device, HeartRateSource, Input, LinkState};
use crate::outputs::Outputs;
use crate::prescription::{
    BoundSensors, BoutSetup, HeartRateLimits, Holding, Mode, PatientFacts, Prescription, Tuning,
};
use crate::view::PhaseKind;

pub(crate) fn mets(value: f64) -> NetMets {
    NetMets::new(value).expect("in range")
}

pub(crate) fn cycle() -> Capabilities {
    Capabilities {
        kind: MachineKind::Cycle,
        control: LoadControl::Commanded,
        power: Some(PowerRange {
            min: Watts::new(5).expect("in range"),
            max: Watts::new(400).expect("in range"),
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
        reads: ReadBack::default(),
    }
}

/// H is 6 above the target, so that the bound of prediction speaks.
pub(crate) fn setup(mode: Mode) -> BoutSetup {
    BoutSetup {
        prescription: Prescription {
            mode,
            heart_rate: Some(HeartRateLimits {
                upper: 111.0,
                lower: 40.0,
                zone: None,
                stop_margin: 10.0,
                icd_detection: None,
            }),
            saturation_floor: 88.0,
            heart_rate_required: true,
            saturation_required: false,
            warm_up_load: mets(1.8),
            ceiling: mets(6.0),
            ramp_up: 1.0,
            warm_up_ramp: 3.0,
            warm_up: Duration::from_mins(5),
            conditioning: Duration::from_mins(20),
            cool_down: Duration::from_mins(3),
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
            mass: Kilograms::new(80.0).expect("in range"),
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

pub(crate) fn held() -> Mode {
    Mode::HeartRateHeld {
        target: 105.0,
        assessed_gain: Some(10.0),
        assessed_rest: Some(70.0),
    }
}

/// A heart that follows the granted load, 11 bpm for each MET over 70, 60 s late, and whatever a script adds.
pub(super) struct Patient {
    pub(super) station: Station,
    pub(super) tenths: u64,
    pub(super) reached: f64,
    pub(super) added: f64,
    pub(super) strap: bool,
    pub(super) oximeter: bool,
    pub(super) machine: bool,
    pub(super) said: Vec<Outputs>,
}

impl Patient {
    pub(super) fn on(mode: Mode) -> Self {
        Self::beginning(&setup(mode))
    }

    pub(super) fn beginning(setup: &BoutSetup) -> Self {
        let mut patient = Self {
            station: Station::new(cycle()),
            tenths: 0,
            reached: 0.0,
            added: 0.0,
            strap: true,
            oximeter: true,
            machine: true,
            said: Vec::new(),
        };
        patient.send(&Input::Watched { by_anyone: true });
        patient.send(&Input::Link {
            device: Device::Machine,
            state: LinkState::Up,
        });
        for action in [
            Action::Begin(*setup),
            Action::DoorChecked,
            Action::ConfirmStart,
        ] {
            patient.send(&Input::Operator(action));
        }
        patient
    }

    pub(super) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.tenths * 100)
    }

    pub(super) fn send(&mut self, input: &Input) {
        let mut outputs = Outputs::default();
        self.station.handle(self.now(), input, &mut outputs);
        self.said.push(outputs);
    }

    pub(super) fn tenth(&mut self) {
        self.tenths += 1;
        let granted = self.station.view().granted.get();
        self.reached += (granted - self.reached) / 600.0;
        let sent_at = self.now();
        let wobble = [0.0, 1.0, 2.0, 1.0][usize::try_from(self.tenths / 10 % 4).expect("small")];
        let beats = 70.0 + wobble + 11.0 * self.reached + self.added;
        match self.tenths % 10 {
            2 if self.strap => {
                let beats = protocols::vocabulary::number::floor_to_u16(beats).expect("small");
                self.send(&Input::HeartRate {
                    source: HeartRateSource::Strap,
                    reading: Reading::good(BeatsPerMinute::new(beats).expect("in range")),
                    sent_at,
                });
            }
            3 if self.machine => {
                let report = MachineReport {
                    power: match self.station.view().told {
                        Some(protocols::vocabulary::MachineLoad::Power(watts)) => Some(watts),
                        _ => None,
                    },
                    cadence: RevolutionsPerMinute::new(60),
                    ..MachineReport::of(MachineState::Running)
                };
                self.send(&Input::Machine { report, sent_at });
            }
            5 if self.oximeter => {
                let reading = Reading::good(OxygenSaturation::new(96).expect("in range"));
                self.send(&Input::Saturation { reading, sent_at });
            }
            _ => {}
        }
        self.send(&Input::Tick);
    }

    pub(super) fn seconds(&mut self, seconds: u64) {
        for _ in 0..seconds * 10 {
            self.tenth();
        }
    }

    pub(super) fn run_to(&mut self, phase: PhaseKind) {
        for _ in 0..30_000 {
            if self.station.phase() == phase {
                return;
            }
            self.tenth();
        }
        panic!("{phase:?} not reached");
    }

    /// Whether heart rate and saturation are foretold.
    pub(super) fn knows(&self) -> (bool, bool) {
        let view = self.station.view();
        (
            view.heart_rate.ahead_60_s.is_some(),
            view.saturation.ahead_60_s.is_some(),
        )
    }
}
