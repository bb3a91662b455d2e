//! A bench: a station, a machine that follows what it is told, and sensors that say what a test wants.

use std::time::Duration;

use control::Station;
use control::input::{Action, Device, HeartRateSource, Input, LinkState};
use control::outputs::{Outputs, Refusal};
use control::prescription::{
    BeltPreference, BoundSensors, BoutSetup, HeartRateLimits, Holding, Mode, PatientFacts,
    Prescription, Tuning,
};
use control::rules::RuleId;
use control::view::PhaseKind;
use protocols::vocabulary::{
    Averaging, BeatsPerMinute, BeltRange, Capabilities, Kilograms, LoadControl, MachineCommand,
    MachineKind, MachineLoad, MachineReport, MachineState, MetresPerSecond, NetMets, OnSilence,
    OxygenSaturation, PercentGrade, PowerRange, Quality, ReadBack, Reading, RevolutionsPerMinute,
    Slew, Timestamp, Watts,
};

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
        reads: ReadBack {
            power: true,
            cadence: true,
            speed: false,
            grade: false,
        },
    }
}

/// A brake that cannot let go: told nothing, it holds 20 W.
pub(crate) fn clinging_cycle() -> Capabilities {
    Capabilities {
        control: LoadControl::CommandedFromLeast,
        power: cycle().power.map(|range| PowerRange {
            min: Watts::new(20).expect("in range"),
            ..range
        }),
        ..cycle()
    }
}

pub(crate) fn treadmill() -> Capabilities {
    Capabilities {
        kind: MachineKind::Treadmill,
        power: None,
        belt: Some(BeltRange {
            min_speed: MetresPerSecond::new(0.5 / 3.6).expect("in range"),
            max_speed: MetresPerSecond::new(20.0 / 3.6).expect("in range"),
            max_grade: PercentGrade::new(15.0).expect("in range"),
            speed_step: 1.0 / 36.0,
            grade_step: 0.5,
        }),
        on_silence: OnSilence::StopsAfter(Duration::from_secs(1)),
        reads: ReadBack {
            power: false,
            cadence: false,
            speed: true,
            grade: true,
        },
        ..cycle()
    }
}

/// Five minutes of warm-up, ten of conditioning, three of cool-down, on a strap and an oximeter.
pub(crate) fn setup(mode: Mode, belt: bool) -> BoutSetup {
    BoutSetup {
        prescription: Prescription {
            mode,
            heart_rate: Some(HeartRateLimits {
                upper: 130.0,
                lower: 40.0,
                zone: Some((95.0, 115.0)),
                stop_margin: 10.0,
                icd_detection: None,
            }),
            saturation_floor: 88.0,
            heart_rate_required: true,
            saturation_required: true,
            warm_up_load: mets(1.8),
            ceiling: mets(6.0),
            ramp_up: 1.0,
            warm_up_ramp: 3.0,
            warm_up: Duration::from_mins(5),
            conditioning: Duration::from_mins(10),
            cool_down: Duration::from_mins(3),
            exertion_upper: 14,
            dyspnoea_upper: 6,
            claudication_stop: 3,
            systolic_stop: 250,
            diastolic_stop: 115,
            blood_pressure_interval: None,
            cadence_low: 40,
            belt: belt.then_some(BeltPreference {
                preferred_speed: MetresPerSecond::new(1.4).expect("in range"),
                max_speed: MetresPerSecond::new(1.5).expect("in range"),
                max_grade: PercentGrade::new(8.0).expect("in range"),
            }),
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

pub(crate) fn constant() -> Mode {
    Mode::Constant { target: mets(3.5) }
}

pub(crate) fn heart_rate_held() -> Mode {
    Mode::HeartRateHeld {
        target: 105.0,
        assessed_gain: Some(10.0),
        assessed_rest: Some(70.0),
    }
}

/// A machine that follows what it is told at its slew.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    capabilities: Capabilities,
    pub(crate) told: (f64, f64),
    pub(crate) power: f64,
    pub(crate) speed: f64,
    pub(crate) grade: f64,
    pub(crate) cadence: u16,
    /// It hears nothing.
    pub(crate) deaf: bool,
    /// It takes no start and no load.
    pub(crate) refuses: bool,
    /// It was started and not stopped. An ergometer takes a load only then.
    in_use: bool,
    /// It gives this share of what it was told, and no more watts than so many.
    pub(crate) share: f64,
    pub(crate) most: f64,
    /// The heart rate of its own grips.
    pub(crate) feels: Option<u16>,
}

impl Machine {
    fn new(capabilities: Capabilities) -> Self {
        Self {
            capabilities,
            told: (0.0, 0.0),
            power: 0.0,
            speed: 0.0,
            grade: 0.0,
            cadence: 60,
            deaf: false,
            refuses: false,
            in_use: false,
            share: 1.0,
            most: 400.0,
            feels: None,
        }
    }

    /// Somebody turns it up at its own keys, by watts or by centimetres a second.
    pub(crate) fn turn_up(&mut self, much: f64) {
        match self.capabilities.kind {
            MachineKind::Cycle => self.told.0 += much,
            MachineKind::Treadmill => self.told.0 += much / 100.0,
        }
    }

    /// It loses its power for a moment, or somebody ends its exercise at its own keys.
    pub(crate) fn restart(&mut self) {
        self.in_use = false;
        self.told = (0.0, 0.0);
        self.power = 0.0;
        self.speed = 0.0;
    }

    /// Takes a command; `false` where it says that it refuses it.
    fn hear(&mut self, command: MachineCommand) -> bool {
        if self.deaf {
            return true;
        }
        let is_cycle = self.capabilities.kind == MachineKind::Cycle;
        match command {
            MachineCommand::Start(_) | MachineCommand::SetLoad(_) if self.refuses => return false,
            MachineCommand::SetLoad(MachineLoad::Power(watts))
                if is_cycle && !self.in_use && watts > Watts::ZERO =>
            {
                return false;
            }
            MachineCommand::Start(_) => self.in_use = true,
            MachineCommand::SetLoad(_) => {}
            MachineCommand::Stop | MachineCommand::EmergencyStop => self.in_use = false,
        }
        self.told = match command {
            MachineCommand::Start(load) | MachineCommand::SetLoad(load) => match load {
                MachineLoad::Power(watts) => (watts.as_f64(), 0.0),
                MachineLoad::Belt { speed, grade } => (speed.get(), grade.get()),
            },
            MachineCommand::Stop | MachineCommand::EmergencyStop => (0.0, self.told.1),
        };
        true
    }

    fn follow(&mut self, seconds: f64) {
        let towards =
            |is: f64, told: f64, rate: f64| is + (told - is).clamp(-rate * seconds, rate * seconds);
        let slew = self.capabilities.slew;
        match self.capabilities.kind {
            MachineKind::Cycle => {
                self.power = towards(
                    self.power,
                    (self.told.0 * self.share)
                        .min(self.most)
                        .max(self.capabilities.held_at_least().as_f64()),
                    slew.watts_per_second,
                );
            }
            MachineKind::Treadmill => {
                self.speed = towards(self.speed, self.told.0 * self.share, 0.25);
                self.grade = towards(self.grade, self.told.1, slew.grade_percent_per_second);
            }
        }
    }

    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a test's small positive number"
    )]
    fn report(&self) -> MachineReport {
        let is_ridden = self.in_use && self.capabilities.kind == MachineKind::Cycle;
        let moving = self.power > 0.0 || self.speed > 0.0 || is_ridden;
        let mut report = MachineReport::of(if moving {
            MachineState::Running
        } else {
            MachineState::Standing
        });
        report.heart_rate = self.feels.and_then(BeatsPerMinute::new);
        match self.capabilities.kind {
            MachineKind::Cycle => {
                report.power = Watts::new(self.power as u16);
                report.cadence = RevolutionsPerMinute::new(self.cadence);
            }
            MachineKind::Treadmill => {
                report.speed = MetresPerSecond::new(self.speed);
                report.grade = PercentGrade::new(self.grade);
            }
        }
        report
    }
}

/// A station with all that it needs.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts of a bench, not a state"
)]
pub(crate) struct Bench {
    pub(crate) station: Station,
    pub(crate) machine: Machine,
    pub(crate) tenths: u64,
    pub(crate) heart_rate: u16,
    /// Heart rate follows the granted load, this much for each net MET above `heart_rate`.
    pub(crate) gain: f64,
    reached: f64,
    pub(crate) saturation: u8,
    /// The oximeter's pulse, by how much it differs from the strap; `None` where it says none.
    pub(crate) pulse: Option<i16>,
    /// The strap repeats this.
    pub(crate) stuck: Option<u16>,
    /// The oximeter says that the pulse is weak.
    pub(crate) weak: bool,
    pub(crate) strap_on: bool,
    pub(crate) oximeter_on: bool,
    pub(crate) reports: bool,
    pub(crate) commands: Vec<(u64, MachineCommand)>,
    /// What the machine refused and has not said yet.
    refused: Vec<MachineCommand>,
    pub(crate) phases: Vec<(u64, PhaseKind)>,
    pub(crate) raised: Vec<(u64, RuleId)>,
    pub(crate) last: Outputs,
}

impl Bench {
    pub(crate) fn new(capabilities: Capabilities) -> Self {
        let mut bench = Self {
            station: Station::new(capabilities),
            machine: Machine::new(capabilities),
            tenths: 0,
            heart_rate: 70,
            gain: 11.0,
            reached: 0.0,
            saturation: 97,
            pulse: None,
            stuck: None,
            weak: false,
            strap_on: true,
            oximeter_on: true,
            reports: true,
            commands: Vec::new(),
            refused: Vec::new(),
            phases: Vec::new(),
            raised: Vec::new(),
            last: Outputs::default(),
        };
        bench.send(&Input::Watched { by_anyone: true });
        for device in [Device::Machine, Device::Strap, Device::Oximeter] {
            bench.send(&Input::Link {
                device,
                state: LinkState::Up,
            });
        }
        bench
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.tenths * 100)
    }

    /// One input, at once.
    pub(crate) fn send(&mut self, input: &Input) {
        self.station.handle(self.now(), input, &mut self.last);
        if let Some(command) = self.last.command {
            self.commands.push((self.tenths, command));
            if !self.machine.hear(command) {
                self.refused.push(command);
            }
        }
        for rule in self.last.alarms.raised.iter() {
            self.raised.push((self.tenths, rule));
        }
        if let Some((_, phase)) = self.last.phase_change {
            self.phases.push((self.tenths, phase));
        }
    }

    /// A person does something.
    pub(crate) fn act(&mut self, action: Action) -> Result<(), Refusal> {
        self.send(&Input::Operator(action));
        self.last.refused.map_or(Ok(()), Err)
    }

    /// A tenth of a second passes: what falls due in it, in order.
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a test's small positive number"
    )]
    pub(crate) fn due(&mut self) -> Vec<Input> {
        self.tenths += 1;
        self.machine.follow(0.1);
        let granted = self.station.view().granted.get();
        self.reached += (granted - self.reached) * 0.1 / 60.0;
        let sent_at = self.now();
        let refused = self.refused.drain(..);
        let mut inputs: Vec<Input> = refused.map(|command| Input::Refused { command }).collect();
        // A heart never stands still: one beat up and down, over and over.
        let wobble = [0, 1, 2, 1][usize::try_from(self.tenths / 10 % 4).expect("small")];
        let beats = self.heart_rate + wobble + (self.gain * self.reached) as u16;
        let rate =
            |value: u16| Reading::good(BeatsPerMinute::new(value.clamp(1, 500)).expect("in range"));
        match self.tenths % 10 {
            2 if self.strap_on => {
                inputs.push(Input::HeartRate {
                    source: HeartRateSource::Strap,
                    reading: rate(self.stuck.unwrap_or(beats)),
                    sent_at,
                });
            }
            5 if self.oximeter_on => {
                let percent = OxygenSaturation::new(self.saturation).expect("in range");
                let reading = Reading::Value {
                    value: percent,
                    quality: if self.weak {
                        Quality::LowPerfusion
                    } else {
                        Quality::Good
                    },
                };
                inputs.push(Input::Saturation { reading, sent_at });
                if let Some(differs) = self.pulse {
                    inputs.push(Input::HeartRate {
                        source: HeartRateSource::Oximeter,
                        reading: rate(beats.saturating_add_signed(differs)),
                        sent_at,
                    });
                }
            }
            3 | 8 if self.reports => {
                let report = self.machine.report();
                inputs.push(Input::Machine { report, sent_at });
            }
            _ => {}
        }
        inputs.push(Input::Tick);
        inputs
    }

    /// A tenth of a second, with what falls due in it.
    pub(crate) fn tenth(&mut self) {
        for input in self.due() {
            self.send(&input);
        }
    }

    pub(crate) fn run(&mut self, seconds: u64) {
        for _ in 0..seconds * 10 {
            self.tenth();
        }
    }

    /// Runs until the phase is there; gives up after an hour.
    pub(crate) fn run_to(&mut self, phase: PhaseKind) {
        for _ in 0..36_000 {
            if self.station.phase() == phase {
                return;
            }
            self.tenth();
        }
        panic!("{phase:?} not reached: {:?} {:?}", self.phases, self.raised);
    }

    /// A bout up to the first call of its warm-up.
    pub(crate) fn begin(&mut self, setup: &BoutSetup) {
        self.act(Action::Begin(*setup))
            .expect("the station is free");
        self.act(Action::DoorChecked).expect("it is ready");
        self.act(Action::ConfirmStart).expect("it is ready");
        self.run_to(PhaseKind::WarmUp);
    }

    pub(crate) fn has_alarm(&self, rule: RuleId) -> bool {
        self.station.alarms().any(|alarm| alarm.rule == rule)
    }

    pub(crate) fn granted(&self) -> f64 {
        self.station.view().granted.get()
    }

    /// Watts that the machine was told last.
    pub(crate) fn told_watts(&self) -> Option<u16> {
        match self.station.view().told? {
            MachineLoad::Power(watts) => Some(watts.get()),
            MachineLoad::Belt { .. } => None,
        }
    }

    /// Speed and grade that the machine was told last.
    pub(crate) fn told_belt(&self) -> Option<(f64, f64)> {
        match self.station.view().told? {
            MachineLoad::Belt { speed, grade } => Some((speed.get(), grade.get())),
            MachineLoad::Power(_) => None,
        }
    }
}
